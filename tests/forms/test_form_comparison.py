"""Which form a table has: the right one on worlds that each form made, an honest answer on real ones."""

import os

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError, datasets
from ontogeny.environments import (
    chain,
    cliques,
    clusters,
    compare_forms,
    cross_cutting,
    cylinder,
    field,
    grid,
    ordering,
    ring,
    tree,
    tree_graph,
)
from ontogeny.forms.field_fit import LIMITS, Contrasts, Fit
from ontogeny.forms.form_search import _laplacians_without, best_structure, dealt_folds
from worlds import gapped

SEEDS = 1 if os.environ.get("CI") == "true" else 3  # worlds of each kind


def stairs(items, seed):
    """A staircase of ten times as many features, one answer in a hundred wrong in some of them."""
    draw = np.random.default_rng(seed)
    table = np.repeat(ordering(items).targets, 10, axis=1)
    return Environment.from_arrays(np.eye(items), np.where(draw.random(table.shape) < 0.002, 1 - table, table))


WORLDS = {
    "independent": lambda seed: field(nx.relabel_nodes(nx.empty_graph(16), str), sigma=1, features=500, seed=seed),
    "clusters": lambda seed: field(clusters(4, 4), sigma=2, features=500, seed=seed),
    "clusters as cliques": lambda seed: field(cliques(4, 4), sigma=2, features=500, seed=seed),
    "chain": lambda seed: field(chain(16), sigma=3, features=500, seed=seed),
    "chain in order": lambda seed: stairs(16, seed),
    "ring": lambda seed: field(ring(16), sigma=3, features=500, seed=seed),
    "tree": lambda seed: field(tree_graph([2, 2, 2, 2]), sigma=3, features=500, seed=seed),
    "tree by flips": lambda seed: tree([2, 3, 3], flip_probability=0.1, features=500, seed=seed),
    "grid": lambda seed: field(grid(4, 4), sigma=3, features=500, seed=seed),
    "cylinder": lambda seed: field(cylinder(4, 5), sigma=3, features=500, seed=seed),
    "cross_cutting": lambda seed: cross_cutting(
        4, 4, row_features=200, column_features=200, idiosyncratic_features=100, seed=seed
    ),
}


def shuffled(world, seed):
    """The same table with its rows in another order, so that none is found by standing first."""
    order = np.random.default_rng(100 + seed).permutation(len(world.items))
    table = pd.DataFrame(world.targets[order], index=[world.items[i] for i in order])
    return Environment.from_dataframe(table.rename(columns="feature {}".format))


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", WORLDS)
def test_the_form_that_made_a_world_is_named(name, seed):
    """A ring against all forms; others against those that are quick, or, laid out in two directions, by each other."""
    form = name.split()[0]
    flat, quick = ("grid", "cylinder", "cross_cutting"), ("independent", "clusters", "chain", "ring", "tree")
    found = compare_forms(
        shuffled(WORLDS[name](seed), seed),
        forms=None if (name, seed) == ("ring", 0) else (flat * (form in flat) or quick),
    )
    assert found.best == form
    assert found.is_ordered == (name == "chain in order")
    if (name, seed) == ("ring", 0):
        assert found.log_likelihood.shape == (8,)


@pytest.mark.parametrize(
    ("form", "made"),
    [
        ("ring", ring(12, weight=2)),
        ("chain", chain(12, weight=2)),
        ("grid", grid(3, 4, weight=2)),
        ("cylinder", cylinder(3, 4, weight=2)),
    ],
)
def test_the_graph_that_made_a_world_is_found(form, made):
    found = compare_forms(shuffled(field(made, sigma=3, features=1000), 1), forms=[form, "independent"])
    assert {frozenset(edge) for edge in found.graph.edges} == {frozenset(edge) for edge in made.edges}
    assert found.is_clear
    weights = [weight for *_, weight in found.graph.edges(data="weight")]
    np.testing.assert_allclose(weights, 2, rtol=0.2)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_bare_staircase_is_in_order_whatever_the_scores(seed):
    found = compare_forms(shuffled(ordering(12), seed), forms=["chain", "tree", "independent"])
    assert found.is_ordered
    assert found.meaning.startswith(
        "The items are in order, like ranks: along the chain nearly all features only rise."
    )
    assert not compare_forms(shuffled(ordering(12), seed), forms=["ring", "tree"]).is_ordered


def test_fifteen_features_of_zoo_do_not_tell_a_tree_from_clusters_in_any_order():
    """Half of its animals repeat another; the order and rounding of the table change nothing that is said."""
    world = datasets.load("zoo")
    forms = ["independent", "clusters", "tree"]
    found = compare_forms(world, forms=forms)
    assert found.features == 15
    assert found.forms == ("tree", "clusters", "independent")
    assert found.rivals == ("clusters",)
    assert "clusters cannot be ruled out: the lead may be due to chance" in repr(found)
    assert found.graph.nodes["lion"]["category"] == "mammal"
    draw = np.random.default_rng(2)
    table = pd.DataFrame(world.targets, index=world.items, columns=world.features)
    other = table.loc[draw.permutation(table.index), draw.permutation(table.columns)]
    again = compare_forms(
        Environment.from_dataframe(other * (1 + 1e-13 * draw.standard_normal(other.shape))), forms=forms
    )
    assert again.meaning == found.meaning
    np.testing.assert_allclose(again.score, found.score, rtol=0, atol=SAME)
    assert edges(again.graph) == edges(found.graph)


def doubled():
    """Twelve items, each of six kinds twice, by yes and no and one feature of any value."""
    draw = np.random.default_rng(0)
    return np.repeat(np.hstack([draw.integers(0, 2, (6, 9)), draw.standard_normal((6, 1))]), 2, axis=0)


def edges(graph):
    return {frozenset(edge) for edge in graph.edges}


TABLES = {
    "rumelhart": lambda: datasets.load("rumelhart").targets,
    "each item twice": doubled,
    "a square of ties": lambda: np.eye(6),
    "all items but one equal": lambda: np.vstack([np.ones((1, 5)), np.zeros((6, 5))]),
}
SAME = 1e-6  # nats, by which rounding may move a score


@pytest.mark.parametrize("name", TABLES)
def test_neither_order_nor_rounding_decides(name):
    """Names are numbers here, which sort otherwise as text; ties are many."""
    values = TABLES[name]()
    table = pd.DataFrame(values, index=map(str, range(len(values))), columns=map(str, range(values.shape[1])))
    found = compare_forms(Environment.from_dataframe(table))
    draw = np.random.default_rng(1)
    other = table.loc[draw.permutation(table.index), draw.permutation(table.columns)]
    again = compare_forms(Environment.from_dataframe(other * (1 + 1e-13 * draw.standard_normal(other.shape)) + 1e-14))
    assert again.forms == found.forms
    assert (again.rivals, again.is_ordered) == (found.rivals, found.is_ordered)
    assert again.meaning == found.meaning
    np.testing.assert_allclose(again.score, found.score, rtol=0, atol=SAME)
    assert [each["structure"] for each in again.parameters] == [each["structure"] for each in found.parameters]
    for form in found.forms:
        assert edges(again.graphs[form]) == edges(found.graphs[form])


def test_a_search_that_stops_in_a_flat_valley_goes_on():
    """Items crossed by two categories say little of a table in which all but one are equal."""
    values = TABLES["all items but one equal"]()
    table = values - values.mean(axis=0)
    data = Contrasts.of(table)
    items = [str(item) for item in range(len(table))]
    found = best_structure("cross_cutting", data, table, items)
    starts = np.random.default_rng(0).uniform(*np.transpose(LIMITS), (20, 3))
    folds = dealt_folds(table.shape[1], 1)
    fields = _laplacians_without("cross_cutting", [found.rule], table, items, folds)[found.rule]
    others = [data.fit(fields, folds, near=Fit(folds, *_units(data, start))).by_feature.sum() for start in starts]
    assert found.fit.by_feature.sum() > max(others) - 1e-6


def _units(data, logs):
    weight, kappa, noise = np.exp(logs)
    return weight / data.unit**2, data.unit / np.sqrt(kappa), noise * data.unit**2


def test_scores_are_tabulated_best_first():
    found = compare_forms(WORLDS["ring"](0), forms=["independent", "ring", "chain"])
    table = found.to_dataframe()
    assert table.form.tolist() == ["ring", "chain", "independent"]
    np.testing.assert_allclose(table.score, table.log_likelihood - table.penalty)
    np.testing.assert_allclose(table.difference_per_feature, (table.score - table.score[0]) / 500)
    assert table.is_best.tolist() == [True, False, False] == table.is_clear.tolist()
    np.testing.assert_allclose(table.penalty, [1.5 * np.log(500)] * 2 + [0.5 * np.log(500)])
    assert found.margin == pytest.approx(found.score[0] - found.score[1]) and found.margin > 100
    assert found.standard_error[0] == 0 and found.standard_error[1] > 0
    assert "clearly ahead of chain" in found.meaning


def test_structures_are_scored_on_held_out_features():
    """Pure noise: a tree scored on the features that it was found from would seem far better than none."""
    world = Environment.from_arrays(np.eye(16), np.random.default_rng(0).standard_normal((16, 12)))
    found = compare_forms(world, forms=["tree", "clusters", "independent"])
    assert found.best == "independent"


def test_a_form_alone_says_nothing_about_others():
    found = compare_forms(WORLDS["ring"](0), forms="ring")
    assert found.margin == float("inf") and found.is_clear
    assert found.meaning.startswith("Only the form ring was fitted")


def test_equal_items_equal_features_and_features_that_do_not_vary():
    base = np.random.default_rng(0).integers(0, 2, (6, 9)).astype(float)
    table = np.hstack([np.repeat(base, 2, axis=0), np.ones((12, 2)), np.zeros((12, 1))])
    found = compare_forms(Environment.from_arrays(np.eye(12), table))
    assert found.features == 9
    assert np.all(np.isfinite(found.score))
    assert found.best in {"clusters", "tree"}


def test_answers_do_not_depend_on_units_levels_or_frequencies():
    world = WORLDS["chain"](0)
    forms = ["chain", "tree", "independent"]
    table = pd.DataFrame(-0.01 * world.targets + 3, index=world.items).rename(columns="feature {}".format)
    other = Environment.from_dataframe(table, frequency=np.arange(1.0, 17), normalization="mean")
    one, two = compare_forms(world, forms=forms), compare_forms(other, forms=forms)
    assert one.forms == two.forms
    np.testing.assert_allclose(np.diff(one.score), np.diff(two.score), rtol=1e-4)  # where the optimizer stops
    assert two.parameters[0]["weight"] == pytest.approx(1e4 * one.parameters[0]["weight"], rel=1e-2)


@pytest.mark.parametrize(
    ("world", "options", "sentence"),
    [
        (pd.DataFrame(), {}, "environment is of type DataFrame.*from_dataframe"),
        (Environment.from_correlations(np.eye(7)), {}, "known by its correlations alone"),
        (ordering(5), {}, "environment has 5 items, but forms are compared over 6 to 200"),
        (ordering(201), {}, "environment has 201 items.*df.sample"),
        (ordering(8), {"forms": ["star"]}, "a form is 'star', but it must be one of"),
        (ordering(8), {"forms": []}, "forms is empty"),
        (
            Environment.from_arrays(np.eye(6), np.eye(6)[:, :3]),
            {},
            "environment has 3 features that differ.*at least 4",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(world, options, sentence):
    with pytest.raises(InputError, match=sentence):
        compare_forms(world, **options)


def test_missing_cells_are_not_filled_in():
    with pytest.raises(InputError, match="2 cells of this world are missing, but the likelihood of a form needs every"):
        compare_forms(gapped())
