"""Coherent categories: printed overlaps of sampled tables, the null against brute force, what cannot be measured."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError, datasets
from ontogeny.environments import hidden_category
from ontogeny.environments.spectrum import Spectrum
from ontogeny.semantics import category_coherence, category_overlap, coherence
from ontogeny.semantics.coherent_categories import _item_overlap
from rearranged import CATEGORIZED, CLOSE, with_variants

ITEMS, FEATURES, MEMBERS, BLOCK, OUTSIDE = 500, 1000, 62, 125, 0.3  # an eighth, as in the printed centered ones
FINITE = (
    0.05  # overlaps of single tables of this size spread by about 0.03 near the threshold; the mean of two is taken
)
PRINTED = 0.05  # the printed ones are themselves of sampled tables


def sampled(c, seed, items=ITEMS, features=FEATURES, members=MEMBERS, block=BLOCK):
    """A table with a category of coherence c."""
    inside = OUTSIDE + np.sqrt(c * OUTSIDE * (1 - OUTSIDE) * np.sqrt(items * features) / (members * block))
    sizes = {"category_items": members, "category_features": block}
    return hidden_category(items, features, **sizes, inside=inside, outside=OUTSIDE, seed=seed)


def overlap(table, rank, direction, side):
    """Squared overlap of one singular vector with a direction."""
    found = np.linalg.svd(table, full_matrices=False)
    return float(((found.U[:, rank], found.Vh[rank])[side] @ direction) ** 2)


def indicator(members, items):
    hidden = (np.arange(items) < members).astype(float)
    return hidden / np.linalg.norm(hidden)


@pytest.mark.parametrize(("c", "printed"), [(0.3, 0.004), (2.0, 0.514), (4.0, 0.797), (8.0, 0.907)])
def test_printed_overlaps_once_the_outside_is_subtracted(c, printed):
    tables = [sampled(c, seed).targets - OUTSIDE for seed in range(2)]
    found = np.mean([overlap(table, 0, indicator(MEMBERS, ITEMS), 0) for table in tables])
    assert found == pytest.approx(float(category_overlap(c, items=ITEMS, features=FEATURES)[0]), abs=FINITE)
    assert found == pytest.approx(printed, abs=PRINTED + FINITE * (c < 4))


def test_printed_overlaps_of_a_table_with_more_items_than_features():
    world = sampled(2.0, 0, items=1000, features=500, members=125, block=62)
    table = world.targets - OUTSIDE
    found = [overlap(table, 0, indicator(125, 1000), 0), overlap(table, 0, indicator(62, 500), 1)]
    np.testing.assert_allclose(found, category_overlap(2.0, items=1000, features=500), atol=2 * FINITE)


@pytest.mark.parametrize(("c", "centered", "printed", "raw"), [(2.0, 0.480, 0.511, 0.366), (8.0, 0.890, 0.894, 0.726)])
def test_printed_overlaps_after_centering(c, centered, printed, raw):
    """Centering takes the share of members from coherence; raw tables, whose first mode is the constant, do worse."""
    worlds = [sampled(c, seed) for seed in range(2)]
    found = [coherence(w, items="hidden", features=list(w.features[:BLOCK]), permutations=20) for w in worlds]
    assert np.mean([one.coherence[0] for one in found]) == pytest.approx(c, rel=0.06)  # of sampled shares
    assert np.mean([one.predicted[0, 0] for one in found]) == pytest.approx(centered, abs=0.03)
    observed = np.mean([one.observed[0, 0] for one in found])
    assert observed == pytest.approx(centered, abs=FINITE) and observed == pytest.approx(printed, abs=2 * FINITE)
    assert all(one.mode[0] == 1 and one.p_values.max() < 0.05 for one in found)
    second = np.mean([overlap(w.targets, 1, indicator(MEMBERS, ITEMS), 0) for w in worlds])
    assert second == pytest.approx(raw, abs=2 * FINITE) and second < observed
    first = [overlap(w.targets, 0, np.full(ITEMS, ITEMS**-0.5), 0) for w in worlds]
    assert min(first) > 0.98


def test_shares_and_coherence_are_those_of_the_block():
    world = sampled(4.0, 0, 60, 90, 15, 20)
    found = coherence(world, items="hidden", features=list(world.features[:20]), permutations=5)
    p, q = world.targets[:15, :20].mean(), world.targets[15:, :20].mean()
    assert (found.blocks[0].inside, found.blocks[0].outside) == pytest.approx((p, q))
    expected = category_coherence(p, q, category_items=15, category_features=20, items=60, features=90)
    assert found.coherence[0] == pytest.approx(expected)
    assert found.effective[0] == pytest.approx(0.75 * expected) and found.is_discoverable[0]


def slow(table, members, picked):
    """Coherence and overlap of one group of items, one feature at a time."""
    p, q = ([table[rows, m].mean() for m in range(table.shape[1])] for rows in (members, ~members))
    difference = [abs(a - b) for a, b in zip(p, q, strict=True)]
    least = max(difference) / 2 if picked is None else sorted(difference)[-picked]
    chosen = [m for m in range(table.shape[1]) if difference[m] >= least - 1e-12]
    flipped = [(1 - p[m], 1 - q[m]) if p[m] < q[m] else (p[m], q[m]) for m in chosen]
    inside, outside = np.mean(flipped, axis=0)
    sizes = {"category_items": members.sum(), "category_features": len(chosen)}
    value = category_coherence(inside, outside, **sizes, items=table.shape[0], features=table.shape[1])
    u = np.linalg.svd(table - table.mean(axis=0), full_matrices=False)[0]
    contrast = members - members.mean()
    return float(value), float(np.max((contrast @ u) ** 2) / (contrast @ contrast))


@pytest.mark.parametrize("picked", [None, 3])
def test_random_groups_pick_their_features_as_the_category_does(picked):
    draw = np.random.default_rng(3)
    world = Environment.from_arrays(np.eye(12), (draw.random((12, 9)) < 0.4).astype(float), normalization="sum")
    found = coherence(world, items=list(world.items[:4]), features=picked, permutations=30, seed=5)
    own = slow(world.targets, np.arange(12) < 4, picked)
    assert (found.coherence[0], found.observed[0, 0]) == pytest.approx(own)
    by_name = np.argsort(np.argsort(world.items))
    ranks = np.argsort(np.random.default_rng([5, 0]).random((30, 12)), axis=1)[:, by_name] < 4
    null = [slow(world.targets, members, picked) for members in ranks]
    np.testing.assert_allclose(found.null[0], null, rtol=1e-9)
    expected = (1 + np.sum(np.array(null) >= np.array(own) * (1 - 1e-9), axis=0)) / 31
    np.testing.assert_allclose(found.p_values[0], expected)


def test_selection_makes_chance_look_coherent_and_the_random_groups_tell():
    """Categories of nothing but chance: coherent by their number, not by their p value, which is even from 0 to 1."""
    table = (np.random.default_rng(0).random((60, 80)) < 0.3).astype(float)
    world = Environment.from_arrays(np.eye(60), table, normalization="sum")
    groups = {f"g{k}": [world.items[i] for i in np.random.default_rng(k).permutation(60)[:10]] for k in range(40)}
    found = coherence(world, items=groups, features=10, permutations=100)
    given = coherence(world, items=groups, features=list(world.features[:10]), permutations=1)
    assert found.coherence.min() > 0.4 and np.median(given.coherence) < 0.01
    p = found.p_values[:, 0]
    assert abs(p.mean() - 0.5) < 3 / np.sqrt(12 * 40) and np.mean(p < 0.05) < 0.2  # three standard errors


def test_types_of_animals():
    found = coherence(datasets.load("zoo"))
    table = found.to_dataframe().set_index("category")
    assert table.coherence.idxmax() == "mammal" and table.loc["mammal", "mode"] == 1
    assert table.loc["mammal", ["items", "features"]].tolist() == [41, 5]
    assert table.loc["reptile", "p_coherence"] > 0.05 > table.loc["bird", "p_coherence"]
    assert not table.loc["reptile", "is_discoverable"] and table.loc["bird", "is_discoverable"]
    assert "feathers" in found.features_of("bird") and "not milk" in found.features_of("bird")
    assert "mammal: coherence 30.3 (p = 0.001), mode 1 holds 0.93 of it" in repr(found)
    one = coherence(datasets.load("zoo"), items="bird", features=["feathers", "airborne"], permutations=10)
    assert one.features_of("bird") == ["airborne", "feathers"] or one.features_of("bird") == ["feathers", "airborne"]
    assert one.meaning.startswith("features as given")


def test_lacking_a_feature_is_a_feature():
    world = sampled(6.0, 0, 60, 90, 15, 20)
    flipped = world.targets.copy()
    flipped[:, :10] = 1 - flipped[:, :10]
    other = Environment.from_arrays(np.eye(60), flipped, normalization="sum")
    plain, turned = (coherence(w, items=list(w.items[:15]), features=20, permutations=50) for w in (world, other))
    assert turned.coherence == pytest.approx(plain.coherence) and turned.observed == pytest.approx(plain.observed)
    np.testing.assert_allclose(turned.null, plain.null)
    assert sum(name.startswith("not ") for name in turned.features_of("the category")) >= 8


def test_coding_does_not_matter():
    df = datasets.table("zoo")
    worlds = [Environment.from_dataframe(df, center=center, **datasets.options("zoo")) for center in (False, True)]
    signs = Environment.from_arrays(np.eye(101), 2 * worlds[0].targets - 1, items=worlds[0].items, normalization="sum")
    birds = [i for i, kind in zip(worlds[0].items, worlds[0].category, strict=True) if kind == "bird"]
    values = [coherence(world, items=birds, permutations=5).coherence[0] for world in (*worlds, signs)]
    np.testing.assert_allclose(values, values[0])


def test_what_cannot_be_read_as_it_stands_is_said():
    df = pd.DataFrame({"a": [1, 1, 0, 0, 0], "b": [1, 1, 0, 0, 0], "c": [0, 1, 0, 1, 1]}, index=list("vwxyz"))
    found = coherence(Environment.from_dataframe(df), items=["v", "w"], features=["a", "b"], permutations=20)
    assert found.coherence[0] == np.inf and "coherence is infinite" in found.blocks[0].note
    assert found.predicted[0] == pytest.approx([1, 1]) and "infinite" in repr(found)
    alone = coherence(Environment.from_dataframe(df), items=["y"], features=["c"], permutations=20)
    assert alone.blocks[0].note.startswith("one item") and np.isfinite(alone.coherence[0])


def test_what_cannot_be_is_refused():
    zoo = datasets.load("zoo")
    with pytest.raises(InputError, match=r"items is 'brid'.*did you mean 'bird'"):
        coherence(zoo, items="brid")
    with pytest.raises(InputError, match=r"an item is 'woolf'.*did you mean 'wolf'"):
        coherence(zoo, items=["woolf"])
    with pytest.raises(InputError, match=r"a feature is 'feather'.*did you mean 'feathers'"):
        coherence(zoo, items="bird", features=["feather"])
    with pytest.raises(InputError, match="the world has no categories; pass items="):
        coherence(datasets.load("rumelhart"))
    with pytest.raises(InputError, match="all has 101 of 101 items, but a category needs items inside and outside"):
        coherence(zoo, items={"all": zoo.items})
    with pytest.raises(InputError, match="the category has 0 of 101 items"):
        coherence(zoo, items=[])
    with pytest.raises(InputError, match="items is 3, but it must be names of items"):
        coherence(zoo, items=3)
    with pytest.raises(InputError, match="features is empty"):
        coherence(zoo, items="bird", features=[])
    with pytest.raises(InputError, match="permutations is 0, but there must be something to compare with"):
        coherence(zoo, permutations=0)
    with pytest.raises(InputError, match="'feature 1' have more than two values, but coherence is about yes or no"):
        coherence(Environment.from_arrays(np.eye(3), [[1.0, 0], [2, 1], [3, 1]]), items=["item 1"])
    with pytest.raises(InputError, match="known by its correlations alone"):
        coherence(Environment.from_correlations(np.eye(3)), items=["input 1"])
    with pytest.raises(InputError, match="all items have the same features"):
        coherence(Environment.from_arrays(np.eye(3), np.ones((3, 2))), items=["item 1"])


def test_missing_cells_are_refused():
    df = pd.DataFrame({"x": [1, 0, 1, 0], "y": [np.nan, 1, 0, 1]}, index=list("abcd"))
    with pytest.raises(InputError, match=r"1 cell of this world is missing"):
        coherence(Environment.from_dataframe(df, missing="mask"), items=["a"])


@pytest.mark.parametrize("name", CATEGORIZED)
def test_coherence_hangs_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    found = coherence(world, permutations=40)
    for again in (coherence(other, permutations=40) for other in others):
        assert [block.category for block in again.blocks] == [block.category for block in found.blocks]
        for category in {block.category for block in found.blocks}:
            assert sorted(again.features_of(category)) == sorted(found.features_of(category))
        assert again.mode.tolist() == found.mode.tolist()
        np.testing.assert_allclose(again.p_values, found.p_values)
        np.testing.assert_allclose(again.observed, found.observed, atol=CLOSE)
        assert repr(again) == repr(found)


def test_a_feature_that_all_have_is_no_feature_of_chance():
    """Off by rounding, it is still the same for all."""
    table = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1], [1, 0, 0.0]])
    table[:, 0] += 1e-14 * np.array([0, 1, -1, 2, 0])
    world = Environment.from_arrays(np.eye(5), table, normalization="sum")
    found = coherence(world, items=["item 1", "item 2"], permutations=20)
    assert found.features_of("the category") == ["feature 2", "not feature 3"]


def test_ties_of_overlaps_go_to_the_strongest_mode_and_draws_to_names():
    for off in (-1e-15, 0.0, 1e-15):
        v = np.array([[1, 0], [0, 1 + off], [-1, 0], [0, -1 - off]]) / np.sqrt(2)
        modes = Spectrum(np.array([2.0, 1.0]), v, np.eye(3)[:, :2], np.arange(2), np.ones(2))
        assert _item_overlap(modes, np.array([[True, True, False, False]]))[1] == 0
    zoo = datasets.load("zoo")
    groups = {"fliers": ["lark", "wasp", "crow"], "swimmers": ["carp", "seal", "tuna"]}
    one, other = (coherence(zoo, items=dict(pairs), permutations=10)
                  for pairs in (groups.items(), reversed(groups.items())))  # fmt: skip
    np.testing.assert_array_equal(one.null, other.null[::-1])
