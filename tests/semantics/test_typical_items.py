"""Typicality: the printed animals, the identities behind loadings, ties, and responses against brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from ontogeny import Environment, InputError, datasets, predict, simulate
from ontogeny.environments.spectrum import Spectrum
from ontogeny.semantics import typicality
from ontogeny.semantics.typical_items import _prototype, _spearman
from rearranged import CATEGORIZED, CLOSE, with_variants
from worlds import correlated, tree

IDENTITY = 1e-14  # sums of 101 products
HALVES = ["a"] * 4 + ["b"] * 4


@pytest.fixture(scope="module")
def zoo():
    return datasets.load("zoo")


@pytest.fixture(scope="module")
def found(zoo):
    return typicality(zoo)


def centered(world):
    return world.targets - world.targets.mean(axis=0)


def test_printed_mammals(zoo, found):
    mammal = found.prototype("mammal")
    assert mammal.modes == (1,) and mammal.share > 0.9 and not mammal.note
    assert found.loading[mammal.members].mean() == pytest.approx(0.116, abs=5e-4)
    ranked = [set(names) for _, names in found.ranking("mammal")]
    assert ranked[0] == {"calf", "goat", "pony", "reindeer"}
    assert ranked[-3:] == [{"fruitbat", "vampire"}, {"dolphin", "porpoise"}, {"platypus"}]
    assert "mammal: most calf = goat = pony = reindeer; least platypus" in repr(found)
    assert [found.prototype(name).modes for name in ("fish", "bird", "invertebrate")] == [(2,), (3,), (3,)]


def test_loadings_are_weighted_sums_of_features(zoo, found):
    values = centered(zoo)
    modes = np.linalg.svd(values, full_matrices=False)
    for one in found.prototypes:
        u, s = one.features, one.singular_value
        v = values @ u / s
        np.testing.assert_allclose(found.loading[one.members], v[one.members], atol=IDENTITY)
        np.testing.assert_allclose(u, values.T @ v / s, atol=IDENTITY)  # the prototype, from all items
        assert np.linalg.norm(u) == pytest.approx(1) and np.linalg.norm(v) == pytest.approx(1)
        difference = [np.delete(modes.U, one.members, axis=0).mean(axis=0) - modes.U[one.members].mean(axis=0)]
        assert one.modes == (np.argmax(np.abs(difference)) + 1,)
        assert v[one.members].mean() > np.delete(v, one.members).mean()  # positive for the category


def test_the_table_is_centered_here_whatever_the_world():
    plain, done = (
        typicality(Environment.from_dataframe(datasets.table("zoo"), center=center, **datasets.options("zoo")))
        for center in (False, True)
    )
    np.testing.assert_allclose(plain.loading, done.loading, atol=1e-12)
    assert "centered here" in plain.meaning


def test_equal_items_share_a_rank(zoo, found):
    table = found.to_dataframe()
    mammals = table[table.category == "mammal"].set_index("item")
    assert mammals.loc[["calf", "goat", "pony", "reindeer"], "rank"].tolist() == [1] * 4
    assert mammals.loc["calf", "tied_with"] == 3 and mammals.loc["pussycat", "rank"] == 5
    assert mammals.loc["platypus", ["rank", "tied_with"]].tolist() == [41, 0]
    assert len(table) == 101 and table.notna().all().all()
    assert repr(found.prototype("mammal")).startswith("<Prototype: 'mammal', 41 items, mode 1 accounts for 0.9")


def test_score_is_the_place_between_the_means(zoo, found):
    values, birds = centered(zoo), np.array(zoo.category) == "bird"
    line = values[birds].mean(axis=0) - values[~birds].mean(axis=0)
    expected = np.array([row @ line for row in values[birds]]) / np.linalg.norm(line)
    np.testing.assert_allclose(found.score[birds], expected, atol=1e-12)


def test_tied_modes_are_taken_together_and_no_choice_of_them_matters():
    """Halves of a tree are one mode, quarters two tied ones; turned inputs give another basis of the same modes."""
    quarters = [f"q{i // 2}" for i in range(8)]
    whole = typicality(tree(), category=quarters)
    assert [one.modes for one in whole.prototypes] == [(2, 3)] * 4
    assert all("modes 2 to 3 are tied" in one.note for one in whole.prototypes)
    np.testing.assert_allclose(whole.loading, 0.5, atol=1e-12)
    shuffled = np.random.default_rng(1).permutation(8)
    world = Environment.from_arrays(np.eye(8), tree().targets[shuffled], normalization="sum")
    again = typicality(world, category=[quarters[i] for i in shuffled])
    np.testing.assert_allclose(again.loading, whole.loading, atol=1e-12)
    halves = typicality(tree(), category=HALVES)
    assert [one.modes for one in halves.prototypes] == [(1,), (1,)] and not halves.prototypes[0].note
    np.testing.assert_allclose(halves.prototypes[0].features, -halves.prototypes[1].features, atol=1e-12)


def test_responses_end_as_prototype_times_strength_times_loading(zoo):
    late = typicality(predict(zoo, until=60.0))
    strength = np.array([late.prototype(name).singular_value for name in late.category])
    np.testing.assert_allclose(late.response[-1], strength * late.loading, atol=1e-9)
    size = np.abs(strength * late.loading)
    birds = late.prototype("bird").members
    assert np.all(np.diff(size[birds][np.argsort(np.abs(late.loading[birds]))]) >= -IDENTITY)


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("kind", ["theory", "linear", "tanh", "flow"])
def test_responses_are_centered_answers_along_the_prototype(zoo, kind, depth):
    times = np.linspace(0, 1.5, 7)
    if kind in ("theory", "flow"):
        method = "closed_form" if kind == "theory" else "flow"
        course = predict(datasets.load("rumelhart"), depth=depth, initial_strength=1e-2, times=times, method=method)
    else:
        course = simulate(datasets.load("rumelhart"), depth=depth, times=times, seed=[0, 1], nonlinearity=kind)
    result = typicality(course, category=HALVES)
    answers = course.response.values
    answers = answers - answers.mean(axis=-1, keepdims=True)
    for one in result.prototypes:
        slow = np.tensordot(answers, one.features, axes=(-2, 0))[..., one.members]
        np.testing.assert_allclose(result.response[..., one.members], slow, atol=1e-12)
    np.testing.assert_array_equal(result.times, course.snapshot_time)


def test_typical_members_are_learned_ahead(zoo):
    result = typicality(predict(zoo, until=3.0))
    calf, platypus = (result.response[:, zoo.items.index(name)] for name in ("calf", "platypus"))
    middle = np.searchsorted(result.times, 0.8)
    assert calf[middle] > 2 * platypus[middle] > 0


def test_what_cannot_be_ranked_is_said():
    world = datasets.load("rumelhart")
    alone = typicality(world, category=["x", *["y"] * 7])
    assert alone.prototype("x").note.startswith("one item") and len(alone.ranking("x")) == 1
    everything = typicality(world, category=["x"] * 8)
    assert "no others to compare with" in repr(everything) and np.isnan(everything.loading).all()
    assert everything.to_dataframe().loading.isna().all()
    singles = typicality(world, category=world.items)
    assert all(one.note.startswith("one item") for one in singles.prototypes)
    assert typicality(predict(world, until=1.0), category=["x"] * 8).response.shape == (401, 8)


def test_an_item_without_features_has_a_loading_of_what_it_lacks():
    table = np.array([[1.0, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]])
    result = typicality(Environment.from_arrays(np.eye(4), table, normalization="sum"), category=list("aabb"))
    a, b = (result.prototype(name) for name in "ab")
    assert np.isfinite(result.loading).all() and a.features[0] > 0 > b.features[0]


def test_frequencies_do_not_matter_and_that_is_said():
    df = pd.DataFrame(tree().targets)
    even, uneven = (
        typicality(Environment.from_dataframe(df, frequency=shares), category=HALVES) for shares in (None, range(1, 9))
    )
    np.testing.assert_allclose(even.loading, uneven.loading, atol=1e-12)
    assert "although frequencies differ" in uneven.meaning and "frequencies" not in even.meaning


def test_correlated_inputs_leave_typicality_alone():
    world = correlated()
    result = typicality(predict(world, until=2.0), category=["a"] * 6 + ["b"] * 6)
    one_hot = Environment.from_arrays(np.eye(12), world.targets)
    np.testing.assert_allclose(result.loading, typicality(one_hot, category=["a"] * 6 + ["b"] * 6).loading, atol=1e-12)


def test_ratings_are_compared_by_rank(zoo, found):
    birds = found.prototype("bird").members
    draw = np.random.default_rng(0).random(birds.size)
    ratings = {zoo.items[i]: value for i, value in zip(birds, draw, strict=True)}
    table = found.compare(pd.Series(ratings)).set_index("category")
    expected = spearmanr(found.loading[birds].round(9), draw)
    assert table.loc["bird", ["items", "spearman_loading", "p_loading"]].tolist() == pytest.approx([20, *expected])
    assert table.loc["mammal", "items"] == 0 and np.isnan(table.loc["mammal", "spearman_loading"])
    own = found.compare(dict(zip(zoo.items, found.loading, strict=True)))
    np.testing.assert_allclose(own.spearman_loading, 1, atol=1e-9)
    same = found.compare({"calf": 1.0, "goat": 2.0, "pony": 3.0, "lion": float("nan")}).set_index("category")
    assert same.loc["mammal", "items"] == 3 and np.isnan(same.loc["mammal", "spearman_loading"])
    with pytest.raises(InputError, match=r"a rated item is 'calff'.*did you mean 'calf'"):
        found.compare({"calff": 1.0})


def test_rounding_does_not_order_equal_items():
    loading = np.array([0.1, 0.1 + 1e-15, 0.1 - 1e-15, 0.2])
    assert _spearman(loading, np.array([1.0, 2.0, 3.0, 4.0])) == pytest.approx(tuple(spearmanr([1, 1, 1, 2], range(4))))


def test_categories_are_given_in_three_ways(zoo, found):
    by_item = typicality(zoo, category=dict(zip(zoo.items, zoo.category, strict=True)))
    by_list = typicality(zoo, category=list(zoo.category))
    np.testing.assert_array_equal(by_item.loading, found.loading)
    np.testing.assert_array_equal(by_list.loading, found.loading)


def test_what_cannot_be_is_refused(zoo, found):
    with pytest.raises(InputError, match=r"category is None, but the world has no categories; .* category='column'"):
        typicality(datasets.load("rumelhart"))
    with pytest.raises(InputError, match="category holds 1 names, but there are 101 items"):
        typicality(zoo, category="mammal")
    with pytest.raises(InputError, match=r"category and the items have different names .*97 more missing"):
        typicality(zoo, category={"aardvark": "mammal"})
    with pytest.raises(InputError, match="known by its correlations alone"):
        typicality(Environment.from_correlations(np.eye(3)), category=list("aab"))
    with pytest.raises(InputError, match="source has the same features for all items"):
        typicality(Environment.from_arrays(np.eye(3), np.ones((3, 2))), category=list("aab"))
    with pytest.raises(InputError, match="source is of type str, but an Environment or a Trajectory is needed"):
        typicality("zoo")
    with pytest.raises(InputError, match=r"category is 'mamal'.*did you mean 'mammal'"):
        found.prototype("mamal")


def test_missing_cells_are_refused():
    df = pd.DataFrame({"x": [1, 0, 1, 0], "y": [np.nan, 1, 0, 1]}, index=list("abcd"))
    with pytest.raises(InputError, match=r"1 cell of this world is missing"):
        typicality(Environment.from_dataframe(df, missing="mask"), category=list("aabb"))


@pytest.mark.parametrize("name", CATEGORIZED)
def test_rankings_hang_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    found = typicality(world)
    for again in map(typicality, others):
        for one in found.prototypes:
            own, theirs = (record.ranking(one.category) for record in (found, again))
            assert [names for _, names in theirs] == [names for _, names in own]
            np.testing.assert_allclose([v for v, _ in theirs], [v for v, _ in own], atol=CLOSE)
        own, theirs = ([(one.modes, one.note) for one in record.prototypes] for record in (found, again))
        assert theirs == own
        own, theirs = (record.to_dataframe()[["item", "rank", "tied_with"]] for record in (found, again))
        assert theirs.values.tolist() == own.values.tolist()
        assert repr(again) == repr(found)


def test_consistency_is_cronbachs_alpha(zoo, found):
    """By hand, from the covariance of what each feature adds; fish hardly differ in the same direction."""
    centered = zoo.targets - zoo.targets.mean(axis=0)
    for one in found.prototypes:
        toward = centered[one.members].mean(axis=0)
        shares = centered[one.members] * toward / np.linalg.norm(toward)
        shares = shares[:, np.ptp(shares, axis=0) > 1e-12]
        covariance, k = np.cov(shares.T), shares.shape[1]
        alpha = k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())
        assert one.consistency == pytest.approx(alpha, abs=CLOSE)
    weak = [one.category for one in found.prototypes if one.caveat]
    assert weak == ["amphibian", "fish"] and "(consistency -0.79)" in found.prototype("fish").caveat


def test_what_cannot_be_ranked_by_score_says_why():
    df = pd.DataFrame({"x": [1, 1, 1, 0, 0], "y": [1, 1, 1, 0, 0.0]}, index=list("abcde"))
    found = typicality(Environment.from_dataframe(df), category=list("kkkll"))
    assert found.prototype("k").caveat == "all members have the same score"
    assert found.prototype("l").caveat == "2 items: too few to rank"


def test_a_category_that_no_mode_stands_for_has_a_note(zoo):
    """Flying things are no kind: their first mode has 39% of what sets them apart; milk is one, with 93%."""
    notes = {}
    for feature in ("airborne", "milk"):
        has = zoo.targets[:, zoo.features.index(feature)]
        notes[feature] = typicality(zoo, category=["yes" if one else "no" for one in has]).prototype("yes").note
    assert notes == {"airborne": "its mode accounts for only 39% of its difference from the rest", "milk": ""}


@pytest.mark.parametrize("off", [-1e-15, 0.0, 1e-15])
def test_of_modes_that_hold_as_much_the_strongest_stands_for_the_category(off):
    v = np.array([[1, 0], [0, 1 + off], [-1, 0], [0, -1 - off]]) / np.sqrt(2)
    modes = Spectrum(np.array([2.0, 1.0]), v, np.eye(3)[:, :2], np.arange(2), np.ones(2))
    found = _prototype(modes, "a", np.array([True, True, False, False]), np.zeros((4, 3)))
    assert found.modes == (1,) and found.share == pytest.approx(0.5) and found.note == ""
