"""The basic level: traces of projectors, contrasts with siblings, the printed example and the animals."""

from dataclasses import replace

import numpy as np
import pytest

from ontogeny import Environment, InputError, datasets, predict, simulate
from ontogeny.environments import Taxonomy, from_taxonomy
from ontogeny.semantics import basic_level, transition_sharpness
from rearranged import CATEGORIZED, CLOSE, with_variants

BINARY = {f"{a}": {f"{a}{b}": [f"{a}{b}{c}" for c in "01"] for b in "01"} for a in "01"}
UNEVEN = {"animal": {"bird": ["robin", "canary"], "fish": ["salmon", "sunfish", "shark"]}, "plant": ["oak", "moss"]}


def world_of(overlap):
    """A binary tree of depth 3 whose items part at level k with similarity q_k."""
    tree = Taxonomy.from_nested(BINARY)
    level = tree.depth - sum((tree.at_level(k)[:, None] != tree.at_level(k)).astype(int) for k in range(tree.depth + 1))
    table = np.linalg.cholesky(np.array(overlap)[level])
    return Environment.from_arrays(np.eye(8), table, items=tree.items, normalization="sum"), tree


def random_world(taxonomy, seed=0):
    rows = np.random.default_rng(seed).standard_normal((len(taxonomy.items), 9))
    names = list(taxonomy.items)
    return Environment.from_arrays(np.eye(len(names)), rows, items=names[::-1], normalization="sum")


def mean_over_groups(taxonomy, level):
    group = taxonomy.at_level(level)
    same = (group[:, None] == group).astype(float)
    return same / same.sum(axis=1, keepdims=True)


def test_printed_example_learns_the_lower_level_first():
    world, tree = world_of([0.1, -0.2, 0.6, 1.0])
    found = basic_level(world, tree)
    np.testing.assert_allclose(found.strength, [1.6, 0.8, 2.0, 0.4], atol=1e-12)
    np.testing.assert_allclose(found.contrast, np.tile([1.6, 0.8, 2.0, 0.4], (8, 1)), atol=1e-12)
    np.testing.assert_allclose(found.similarity, [0.1, -0.2, 0.6, 1.0], atol=1e-12)
    assert found.rank.tolist() == [1, 1, 2, 4]
    assert (found.first, found.first_distinction, found.reversed.tolist()) == (2, 2, [2])
    assert found.is_exact and not found.is_coarse_to_fine
    s = world.spectrum().singular_values
    np.testing.assert_allclose(s**2, [2, 2, 1.6, 0.8, 0.4, 0.4, 0.4, 0.4], atol=1e-12)


def test_printed_example_in_networks():
    """Half times 4.92, 7.26, 4.46, 9.89 from one random start; these are others, of 16 units and weights of .001."""
    world, _ = world_of([0.1, -0.2, 0.6, 1.0])
    child = simulate(world, hidden_units=16, initial_scale=1e-3, times=np.linspace(0, 14, 1401), seed=range(3))
    half = transition_sharpness(child).half_time[:, [1, 2, 0, 3]]  # groups are sorted by strength: levels 2, 0, 1, 3
    np.testing.assert_allclose(half, np.tile([4.92, 7.26, 4.46, 9.89], (3, 1)), rtol=0.12)
    theory = predict(world, initial_strength=1e-6, until=20.0)
    order = transition_sharpness(theory).half_time[0]
    assert np.all(np.diff(order) > 0)


@pytest.mark.parametrize(
    "overlap", [(0.1, -0.2, 0.6, 1.0), (0.1, 0.3, 0.6, 1.0), (0.3, 0.3, 0.5, 1.0), (-0.1, 0.2, 0.1, 0.5)]
)
def test_a_level_comes_first_where_siblings_are_less_alike_than_strangers(overlap):
    world, tree = world_of(overlap)
    found = basic_level(world, tree)
    q = np.array([0.0, *overlap])
    expected = [level for level in range(1, 4) if q[level] < q[level - 1] - 1e-9]
    assert found.reversed.tolist() == expected
    assert found.is_coarse_to_fine == (not expected)


@pytest.mark.parametrize("nested", [BINARY, UNEVEN, {"x": {"y": ["a", "b"]}, "c": None}])
def test_strengths_are_traces_of_projectors(nested):
    tree = Taxonomy.from_nested(nested)
    world = random_world(tree)
    rows = world.targets[tree.order(world.items)]
    similarity = rows @ rows.T
    means = [mean_over_groups(tree, level) for level in range(tree.depth + 1)]
    ranks = np.diff([round(np.trace(mean)) for mean in means], prepend=0)
    traces = np.diff([np.trace(mean @ similarity) for mean in means], prepend=0)
    found = basic_level(world, tree)
    assert found.rank.tolist() == ranks.tolist()
    np.testing.assert_allclose(found.strength[ranks > 0], (traces / np.maximum(ranks, 1))[ranks > 0], rtol=1e-10)
    steps = [means[0], *(b - a for a, b in zip(means, means[1:]))]
    rebuilt = sum(np.nan_to_num(s) * step for s, step in zip(found.strength, steps))
    residual = np.linalg.norm(similarity - rebuilt) / np.linalg.norm(similarity)
    assert found.residual == pytest.approx(residual, rel=1e-9) and not found.is_exact
    assert "residual of" in found.meaning


@pytest.mark.parametrize("nested", [BINARY, UNEVEN])
def test_contrasts_are_own_group_less_a_sibling_item_by_item(nested):
    tree = Taxonomy.from_nested(nested)
    world = random_world(tree)
    similarity = world.targets @ world.targets.T
    found = basic_level(world, tree)
    place = {name: i for i, name in enumerate(world.items)}
    for item in world.items:
        for level in range(1, tree.depth + 1):
            own = tree.at_level(level)[tree.items.index(item)]
            above = tree.at_level(level - 1)[tree.items.index(item)]
            inside = [place[name] for name in tree.members(own)]
            around = [place[name] for name in tree.members(above) if name not in tree.members(own)]
            value = found.contrast[place[item], level]
            if not around:
                assert np.isnan(value)
                continue
            s = similarity[place[item]]
            assert value == pytest.approx(s[inside].sum() - len(inside) * s[around].mean(), rel=1e-9, abs=1e-12)


def test_mean_contrast_of_a_level_is_its_strength_on_any_table_with_equal_groups():
    """Averaged over items, contrasts are strengths even where similarity is not that of a tree."""
    tree = Taxonomy.from_nested(BINARY)
    found = basic_level(random_world(tree), tree)
    np.testing.assert_allclose(found.contrast.mean(axis=0), found.strength, rtol=1e-10)


def test_printed_strengths_of_animals():
    found = basic_level(datasets.load("zoo"))
    np.testing.assert_allclose(found.strength, [371, 32.2, 1.01], rtol=5e-3)
    assert found.rank.tolist() == [1, 6, 94]
    assert found.level_names == ("all", "category", "item")
    assert found.is_coarse_to_fine and found.first_distinction == 1 and not found.is_exact
    assert "told apart first by 'category'" in repr(found)


def test_similarity_is_the_mean_over_pairs_that_part_there():
    world = datasets.load("zoo")
    s = world.targets @ world.targets.T
    kind = np.array(world.category)
    same, one = kind[:, None] == kind, np.eye(len(kind), dtype=bool)
    np.testing.assert_allclose(
        basic_level(world).similarity, [s[~same].mean(), s[same & ~one].mean(), s[one].mean()], rtol=1e-10
    )


def test_one_property_for_each_node_is_a_tree_of_its_own():
    found = basic_level(Environment.from_dataframe(from_taxonomy(BINARY)), Taxonomy.from_nested(BINARY))
    np.testing.assert_allclose(found.strength, [15, 7, 3, 1], atol=1e-10)
    assert found.is_exact


def test_worlds_without_categories_or_items():
    assert basic_level(datasets.load("rumelhart")).taxonomy.depth == 3
    known = Environment.from_correlations(np.diag([3.0, 2.0]))
    assert basic_level(known).strength.tolist() == [6.5, 6.5]
    one = Environment.from_arrays(np.eye(3), np.eye(3), normalization="sum")
    alone = Taxonomy.from_labels({"kind": ["x"] * 3}, items=one.items)
    found = basic_level(one, alone)  # a single category tells nothing apart
    assert np.isnan(found.strength[1]) and found.rank.tolist() == [1, 0, 2] and np.isnan(found.contrast[:, 1]).all()
    each = Taxonomy.from_labels({"kind": list("xyz")}, items=one.items)
    assert basic_level(one, each).rank.tolist() == [1, 2, 0]


def test_a_table_of_items_and_levels():
    world, tree = world_of([0.1, -0.2, 0.6, 1.0])
    table = basic_level(world, tree).to_dataframe()
    assert table.columns.tolist() == [
        "item", "level", "level_name", "group", "contrast", "strength", "rank", "similarity",
    ]  # fmt: skip
    assert len(table) == 32
    assert table[table.item == "010"].group.tolist() == ["all", "0", "01", "010"]


def test_what_cannot_be_gets_a_sentence():
    with pytest.raises(InputError, match="environment is of type int"):
        basic_level(3)
    with pytest.raises(InputError, match="taxonomy is of type dict"):
        basic_level(datasets.load("zoo"), {})


@pytest.mark.parametrize("name", CATEGORIZED)
def test_levels_hang_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    found = basic_level(world)
    for again in map(basic_level, others):
        assert (again.first, again.first_distinction) == (found.first, found.first_distinction)
        assert again.is_coarse_to_fine == found.is_coarse_to_fine and again.is_exact == found.is_exact
        assert again.reversed.tolist() == found.reversed.tolist()
        np.testing.assert_allclose(again.strength, found.strength, rtol=CLOSE, atol=CLOSE)
        assert repr(again) == repr(found)


def test_of_equally_strong_levels_the_coarsest_is_first():
    """Six things that share nothing: every level is as strong as any other, and nothing tells them apart first."""
    world, others = with_variants("alone", 4)
    for found in map(basic_level, (world, *others)):
        assert (found.first, found.first_distinction) == (0, 1) and found.is_exact


def test_levels_that_differ_by_rounding_are_in_order_and_what_rounding_leaves_is_exact():
    found = basic_level(datasets.load("zoo"))
    near = replace(found, strength=np.array([2.0, 1.0, 1.0 + 1e-12]))
    assert near.is_coarse_to_fine and near.reversed.tolist() == []
    above = replace(found, strength=np.array([2.0, 1.0, 1.0 + 1e-6]))
    assert not above.is_coarse_to_fine and above.reversed.tolist() == [2]
    assert [replace(found, residual=left).is_exact for left in (1e-12, 1e-6)] == [True, False]


def test_of_levels_that_are_only_rounding_the_coarsest_is_first():
    found = basic_level(with_variants("tree")[0])
    for strength in ([1.0, 1e-17, 3e-17], [1.0, 3e-17, 1e-17]):
        assert replace(found, strength=np.array(strength)).first_distinction == 1
