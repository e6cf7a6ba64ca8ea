"""Structures over items: the right one among the candidates of each form, graphs that a field can live on."""

import networkx as nx
import numpy as np
import pytest

from ontogeny.environments import clusters, field_covariance, tree_graph
from ontogeny.forms.graphs import items_of
from ontogeny.forms.structures import FORMS, _shapes, is_nested, structures

ITEMS = [f"item {number}" for number in range(12)]


def squared_differences(product):
    square = np.diagonal(product)
    distance = square[:, None] + square - 2 * product
    np.fill_diagonal(distance, 0)
    return np.maximum(distance, 0)


def of_graph(graph):
    """Exact squared differences between the items of a field."""
    return squared_differences(field_covariance(graph, sigma=3.0))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["random", "equal", "pairs"])
def test_every_candidate_is_a_graph_over_the_items(form, kind):
    table = {
        "random": np.random.default_rng(0).standard_normal((12, 5)),
        "equal": np.zeros((12, 5)),
        "pairs": np.repeat(np.random.default_rng(0).standard_normal((6, 5)), 2, axis=0),
    }[kind]
    found = structures(form, squared_differences(table @ table.T), ITEMS)
    assert found
    for graph in found.values():
        assert set(items_of(graph)) == set(ITEMS)
        assert form == "clusters" or nx.is_connected(graph)
        assert np.all(np.isfinite(field_covariance(graph, sigma=2.0)))


@pytest.mark.parametrize("form", FORMS)
def test_items_may_be_called_as_latent_nodes_are(form):
    names = ["cluster 1", "cluster 2", "node 1", "node 10", "row 1", "column 1", "empty 1.1", "empty 1.1 (latent)"]
    names += ["1.1", "2", "root"]
    table = np.random.default_rng(0).standard_normal((11, 5))
    plain = structures(form, squared_differences(table @ table.T), ITEMS[:11])
    for rule, graph in structures(form, squared_differences(table @ table.T), names).items():
        assert set(items_of(graph)) == set(names)
        assert nx.is_isomorphic(graph, plain[rule])


def test_clusters_are_cut_where_they_are():
    items = list(items_of(clusters(3, [2, 3, 4])))
    found = structures("clusters", of_graph(clusters(3, [2, 3, 4])), items)["3 clusters"]
    assert nx.is_isomorphic(found, clusters(3, [2, 3, 4]))
    parts = [{node for node in part if node in items} for part in nx.connected_components(found)]
    assert {frozenset(item[0] for item in part) for part in parts} == {frozenset("1"), frozenset("2"), frozenset("3")}


def test_an_item_alone_hangs_on_nothing():
    table = np.array([0.0, 0.1, 5, 5.1, 9, 20])[:, None]
    found = structures("clusters", squared_differences(table @ table.T), ITEMS[:6])["4 clusters"]
    assert found.degree("item 5") == found.degree("item 4") == 0
    assert found.number_of_nodes() == 8


@pytest.mark.parametrize("branching", [[2, 2, 2], [2, 3, 2], [3, 2, 2]], ids=str)
def test_a_tree_with_its_short_branches_folded_is_the_one_it_came_from(branching):
    tree = tree_graph(branching)
    items = items_of(tree)
    found = structures("tree", of_graph(tree), items)["equal branches, those below 5% folded"]
    assert nx.is_isomorphic(found, tree, node_match=lambda a, b: a["latent"] == b["latent"])
    first = [node for node in items if node.startswith("1")]
    others = items[len(first) :]
    within = max(nx.shortest_path_length(found, first[0], item) for item in first)
    assert within < min(nx.shortest_path_length(found, first[0], item) for item in others)


def test_branches_are_as_long_as_their_heights_differ():
    """Ultrametric differences come back as resistances between the items."""
    tree = tree_graph([2, 2, 2])
    distance = of_graph(tree)
    found = structures("tree", distance, items_of(tree))["branches as long as in the dendrogram, those below 0% folded"]
    wide = squared_differences(field_covariance(found, sigma=1e3, items=items_of(tree)))
    np.testing.assert_allclose(wide / wide.max(), distance / distance.max(), atol=1e-4)  # finite width


def test_trees_of_two_levels_are_left_to_the_clusters():
    items = items_of(clusters(3, 4))
    for graph in structures("tree", of_graph(clusters(3, 4)), items).values():
        assert is_nested(graph, items) == (nx.diameter(graph) > 4)


@pytest.mark.parametrize(("items", "square"), [(6, (2, 3)), (16, (4, 4)), (20, (4, 5)), (101, (10, 11)), (13, (2, 7))])
def test_shapes_hold_all_items_and_leave_few_cells_empty(items, square):
    shapes = _shapes(items)
    assert square in shapes
    assert all(0 <= a * b - items <= max(1, 0.15 * items) for a, b in shapes)
    assert set(shapes) == {(b, a) for a, b in shapes}
    assert len(shapes) <= 6


def test_empty_cells_are_latent():
    table = np.random.default_rng(0).standard_normal((11, 5))
    for form in ("grid", "cylinder"):
        for graph in structures(form, squared_differences(table @ table.T), ITEMS[:11]).values():
            empty = [node for node in graph if graph.nodes[node]["latent"]]
            assert len(empty) == len(graph) - 11 and all(node.startswith("empty") for node in empty)


def test_crossed_items_hang_on_their_row_and_their_column():
    table = np.random.default_rng(0).standard_normal((12, 5))
    for graph in structures("cross_cutting", squared_differences(table @ table.T), ITEMS).values():
        assert all(sorted(hub.split()[0] for hub in graph[item]) == ["column", "row"] for item in ITEMS)
