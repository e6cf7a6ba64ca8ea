"""Named forms: who is joined to whom, what is latent, and what graphs are refused."""

import networkx as nx
import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.environments import chain, cliques, clusters, cylinder, field, grid, ring, tree_graph
from ontogeny.forms.graphs import items_of


@pytest.mark.parametrize(
    ("made", "twin"),
    [
        (ring(7), nx.cycle_graph(7)),
        (chain(5), nx.path_graph(5)),
        (grid(3, 4), nx.grid_2d_graph(3, 4)),
        (cylinder(3, 4), nx.grid_2d_graph(3, 4, periodic=(False, True))),
        (cliques(3, 4), nx.disjoint_union_all([nx.complete_graph(4)] * 3)),
        (clusters(3, 4), nx.disjoint_union_all([nx.star_graph(4)] * 3)),
        (tree_graph([2, 2, 2]), nx.balanced_tree(2, 3)),
    ],
    ids=["ring", "chain", "grid", "cylinder", "cliques", "clusters", "tree"],
)
def test_forms_are_the_graphs_of_their_names(made, twin):
    assert nx.is_isomorphic(made, twin)
    assert {weight for *_, weight in made.edges(data="weight")} == {1.0}
    assert all(len(position) == 2 for _, position in made.nodes(data="position"))
    assert len({position for _, position in made.nodes(data="position")}) == len(made)


def test_the_order_of_nodes_is_that_of_the_form():
    assert set(ring(12)["1"]) == {"2", "12"}
    assert set(grid(3, 4)["2.3"]) == {"1.3", "3.3", "2.2", "2.4"}
    assert set(cylinder(2, 4)["1.1"]) == {"1.2", "1.4", "2.1"}
    assert set(tree_graph([2, 3])["2"]) == {"root", "2.1", "2.2", "2.3"}


@pytest.mark.parametrize(("rings", "around"), [(2, 3), (3, 4), (4, 3)])
def test_the_rings_of_a_cylinder_are_rings(rings, around):
    """Every ring is closed and lies on a circle of its own, the first one outermost; above a node is one node."""
    graph = cylinder(rings, around)
    radius = {}
    for i in range(1, rings + 1):
        names = [f"{i}.{j}" for j in range(1, around + 1)]
        own = graph.subgraph(names)
        assert nx.is_isomorphic(own, nx.cycle_graph(around))
        assert all(own.has_edge(name, after) for name, after in zip(names, names[1:] + names[:1]))
        places = np.array([graph.nodes[name]["position"] for name in names])
        lengths = np.linalg.norm(places, axis=1)
        np.testing.assert_allclose(lengths, lengths[0], rtol=1e-12)
        steps = np.linalg.norm(places - np.roll(places, 1, axis=0), axis=1)
        np.testing.assert_allclose(steps, 2 * lengths[0] * np.sin(np.pi / around), rtol=1e-12)
        radius[i] = lengths[0]
        assert all({other for other in graph[name] if other not in own} <= {f"{i - 1}.{j}", f"{i + 1}.{j}"}
                   for j, name in enumerate(names, start=1))  # fmt: skip
    assert list(radius.values()) == sorted(radius.values(), reverse=True) and min(radius.values()) > 0
    assert graph.number_of_edges() == rings * around + (rings - 1) * around


def test_latent_nodes_and_categories():
    graph = clusters(2, [3, 2])
    assert items_of(graph) == ["1.1", "1.2", "1.3", "2.1", "2.2"]
    assert field(graph, sigma=1, features=20).category == ("cluster 1",) * 3 + ("cluster 2",) * 2
    assert len(items_of(tree_graph([2, 3, 2]))) == 12
    assert field(tree_graph([2, 3]), sigma=1, features=20).category == ("1",) * 3 + ("2",) * 3
    assert field(grid(2, 2), sigma=1, features=20).category == ("row 1", "row 1", "row 2", "row 2")
    assert field(ring(4), sigma=1, features=20).category is None


def test_weights_of_edges():
    assert {weight for *_, weight in ring(4, weight=2.5).edges(data="weight")} == {2.5}
    graph = tree_graph([2, 2], weight=[3.0, 1.0])
    assert graph["root"]["1"]["weight"] == 3.0 and graph["1"]["1.2"]["weight"] == 1.0


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: ring(2), "n is 2, but a ring has at least 3 items"),
        (lambda: chain(1), "n is 1, but a chain has at least 2 items"),
        (lambda: grid(1, 4), "a is 1, but a form has at least 2 items in each direction"),
        (lambda: cylinder(2, 2), "b is 2, but a ring has at least 3 items"),
        (lambda: clusters(0, 3), "k is 0, but a form has at least one group"),
        (lambda: clusters(2, [3]), "m has 1 sizes, but there are 2 groups"),
        (lambda: cliques(2, 0), "m is 0, but a group has at least one item"),
        (lambda: ring(5, weight=0), "an edge needs a positive weight"),
        (lambda: tree_graph([2, 2], weight=[1.0]), "weight has 1 numbers, but the tree has 2 levels"),
    ],
)
def test_what_is_no_form_is_refused(make, sentence):
    with pytest.raises(InputError, match=sentence):
        make()


def with_edge(first, second, weight):
    graph = nx.path_graph(3)
    graph.add_edge(first, second, weight=weight)
    return graph


@pytest.mark.parametrize(
    ("graph", "items", "sentence"),
    [
        (np.eye(3), None, "graph is of type ndarray, but a networkx.Graph is needed"),
        (nx.DiGraph([(0, 1)]), None, r"is a DiGraph.*pass networkx.Graph\(graph\)"),
        (nx.MultiGraph([(0, 1)]), None, "is a MultiGraph, but a field needs undirected edges"),
        (with_edge(0, 1, -1.0), None, "edge 0 to 1 is -1.0, but the weight of an edge in a field is not negative"),
        (with_edge(0, 1, float("nan")), None, "must be finite"),
        (with_edge(0, 1, "near"), None, "is not a number"),
        (with_edge(1, 1, 1.0), None, "graph joins 1 to itself"),
        (nx.path_graph(3), [0, 7], "items holds 7, but the graph has no such node"),
        (nx.path_graph(3), [0], "graph has 1 nodes that are items, with 1 different names"),
        (nx.path_graph(3), [0, 0], "graph has 2 nodes that are items, with 1 different names"),
        (nx.Graph([(1, "1")]), None, "graph has 2 nodes that are items, with 1 different names"),
    ],
)
def test_graphs_that_carry_no_field_are_refused(graph, items, sentence):
    with pytest.raises(InputError, match=sentence):
        items_of(graph, items)
