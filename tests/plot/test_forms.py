"""Pictures of forms hold every item once, with its name, and every score with its error."""

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pytest

import ontogeny as on
from ontogeny.environments import chain, cliques, clusters, compare_forms, cylinder, field, grid, ring, tree_graph
from ontogeny.forms.structures import structures
from ontogeny.plot.forms import _radial, _side_by_side


@pytest.fixture(scope="module")
def comparison():
    return compare_forms(field(ring(12), sigma=3, features=300), forms=["ring", "chain", "clusters", "independent"])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def dots(ax):
    """Places of items: the markers that are not those of latent nodes."""
    return np.concatenate([line.get_xydata() for line in ax.get_lines() if line.get_marker() == "o"])


def written(ax):
    return sorted(text.get_text() for text in ax.texts)


@pytest.mark.parametrize(
    "graph",
    [
        ring(9),
        chain(50),
        grid(3, 4),
        grid(2, 40),
        cylinder(5, 8),
        clusters(3, [1, 4, 2]),
        cliques(2, 3),
        tree_graph([2, 3]),
    ],
)
def test_every_item_is_a_dot_of_its_own_with_its_name(graph):
    ax = on.plot.structure(graph)
    items = [node for node in graph if not graph.nodes[node]["latent"]]
    assert len(np.unique(dots(ax).round(6), axis=0)) == len(items)
    assert written(ax) == sorted(items)
    edges = [line for line in ax.get_lines() if line.get_marker() == "None"]
    assert len(edges) == graph.number_of_edges()
    assert written(on.plot.structure(graph, names=False)) == []


@pytest.mark.parametrize("form", ["clusters", "tree", "cross_cutting"])
def test_found_structures_are_drawn(form):
    table = np.random.default_rng(0).standard_normal((30, 4))
    distance = np.sum((table[:, None] - table) ** 2, axis=2)
    for graph in structures(form, distance, [f"thing {number}" for number in range(30)]).values():
        ax = on.plot.structure(graph)
        assert len(np.unique(dots(ax).round(6), axis=0)) == 30 == len(ax.texts)
        plt.close(ax.figure)


def test_a_graph_without_places_is_drawn():
    graph = nx.karate_club_graph()
    ax = on.plot.structure(graph, color="red")
    assert len(np.unique(dots(ax).round(6), axis=0)) == 34
    assert len(on.plot.structure(nx.empty_graph(5)).texts) == 5


def test_long_chains_are_folded_and_none_of_their_edges_is_long():
    places = dots(on.plot.structure(chain(100)))
    steps = np.abs(np.diff(places, axis=0)).sum(axis=1)
    assert np.ptp(places[:, 0]) < 33 and np.ptp(places[:, 1]) > 0
    assert steps.max() < 10


def test_two_thousand_items_are_drawn_without_names():
    ax = on.plot.structure(ring(2000))
    assert len(dots(ax)) == 2000
    assert written(ax) == ["2000 items, too many to name"]


def test_categories_are_colors_with_a_legend_and_beyond_eight_one_gray():
    ax = on.plot.structure(clusters(3, 2))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["cluster 1", "cluster 2", "cluster 3"]
    assert len({line.get_color() for line in ax.get_lines() if line.get_marker() == "o"}) == 3
    ax = on.plot.structure(clusters(12, 2))
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert len(named) == 9 and named[-1] == "4 more"
    assert on.plot.structure(ring(5)).get_legend() is None


def test_a_comparison_shows_its_best_graph_or_the_one_asked_for(comparison):
    assert len(on.plot.structure(comparison).get_lines()) == 12 + 1
    assert len(on.plot.structure(comparison, form="chain").get_lines()) == 11 + 1
    with pytest.raises(on.InputError, match=r"form is 'chian'.*did you mean 'chain'"):
        on.plot.structure(comparison, form="chian")
    with pytest.raises(on.InputError, match="a graph has only one"):
        on.plot.structure(ring(5), form="ring")
    with pytest.raises(on.InputError, match="graph is of type list"):
        on.plot.structure([1, 2])


def test_scores_are_drawn_with_two_standard_errors(comparison):
    ax = on.plot.form_scores(comparison)
    assert [label.get_text() for label in ax.get_yticklabels()] == list(comparison.forms)
    table = comparison.to_dataframe()
    shown = [container.lines[0].get_xdata()[0] for container in ax.containers]
    np.testing.assert_allclose(shown, table.difference_per_feature)
    low, high = ax.containers[1].lines[1][0].get_xdata()[0], ax.containers[1].lines[1][1].get_xdata()[0]
    assert high - low == pytest.approx(4 * table.standard_error_per_feature[1])
    with pytest.raises(on.InputError, match="comparison is of type Graph"):
        on.plot.form_scores(ring(5))


def test_the_middle_of_a_tree_and_the_order_of_its_parts_go_by_name():
    for names in ("abcd", "dcba"):
        places = _radial(nx.path_graph(list(names)))
        assert [name for name in names if np.allclose(places[name], 0)] == ["b"]
    for first, second in (("ab", "cd"), ("cd", "ab")):
        places, _ = _side_by_side(nx.compose(nx.path_graph(list(first)), nx.path_graph(list(second))))
        assert places["a"][0] < places["c"][0] or places["a"][1] > places["c"][1]
