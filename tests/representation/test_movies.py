"""Strengths of levels read off distances: of theories, of networks, under noise, and what cannot be known."""

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny import InputError
from ontogeny.representation import Recording, Repeats, crossnobis, rdm, rdm_movie, squared_distance_bias

EXACT = 1e-9  # relative; least squares of exact distances
PRINTED = 0.044  # largest error that the theory page prints for noise of .02 on each distance; 200 draws stay below it
NODES = [(8, 1), (4, 2), (2, 4), (1, 8)]  # items below each node of a regular tree, and how many such nodes


@pytest.fixture(scope="module")
def tree():
    columns = {
        f"node {size} {n}": [float(k // size == n) for k in range(8)] for size, many in NODES for n in range(many)
    }
    return on.Environment.from_dataframe(pd.DataFrame(columns, index=[f"item {k}" for k in range(8)]))


@pytest.mark.parametrize(("layer", "depth"), [(1, 2), ("output", 2), (1, 4), (3, 4)])
def test_a_theory_is_read_off_its_distances(tree, layer, depth):
    theory = on.predict(tree, depth=depth, initial_strength=0.01, times=[0.0, 1.0, 3.0, 30.0])
    movie = rdm_movie(rdm(theory, layer), tree)
    found = movie.mode_strength(depth if layer == "output" else layer, depth=depth)
    expected = theory.dataset["mode_strength"].values[:, [1, 2, 4]]  # one mode of each level that can be seen
    np.testing.assert_allclose(found.values, expected, rtol=EXACT)
    np.testing.assert_allclose(movie.explained, 1.0, atol=EXACT)
    assert movie.strength["level"].values.tolist() == [2, 3, 4]


def test_the_level_that_all_items_share_is_said(tree):
    movie = rdm_movie(rdm(on.predict(tree, until=3.0), 1), tree)
    assert movie.condition == pytest.approx(4.74, abs=5e-3)  # printed
    assert movie.notes[0].startswith("The same for all items, and so without distances")
    assert repr(movie).startswith("<RdmMovie: 3 levels in squared_euclidean distances, 100.0% of them explained")
    assert set(movie.to_dataframe()) == {"time", "level", "level_name", "strength", "floor", "explained"}


def test_noise_on_distances_is_magnified_little(tree):
    exact = rdm(on.predict(tree, times=[8.0]), 1)[0].values
    truth = rdm_movie(exact, tree).strength.values
    rng = np.random.default_rng(0)
    for _ in range(50):
        noise = np.triu(0.02 * rng.standard_normal((8, 8)), 1)
        assert np.abs(rdm_movie(exact + noise + noise.T, tree).strength.values - truth).max() < PRINTED


def test_items_are_matched_by_name_and_networks_are_kept(tree):
    child = on.simulate(tree, until=8.0, seed=[0, 1])
    straight = rdm(child, 1)
    order = np.array([3, 1, 7, 0, 2, 6, 5, 4])
    shuffled = straight.isel(item=order, item_2=order)
    one, other = (rdm_movie(each, tree) for each in (straight, shuffled))
    np.testing.assert_allclose(one.strength, other.strength, rtol=EXACT, atol=1e-9)
    assert one.strength.dims == ("seed", "time", "level")
    learned = one.mode_strength(1, depth=2)[:, -1].values
    np.testing.assert_allclose(learned, [[7**0.5, 3**0.5, 1.0]] * 2, atol=0.01)


def test_euclidean_distances_are_squared_and_pairs_without_value_left_out(tree):
    theory = on.predict(tree, times=[2.0, 8.0])
    squared, plain = (rdm_movie(rdm(theory, 1, metric), tree) for metric in ("squared_euclidean", "euclidean"))
    np.testing.assert_allclose(plain.strength, squared.strength, rtol=1e-7, atol=1e-9)
    holes = rdm(theory, 1).copy()
    holes[0, 0, 5] = holes[0, 5, 0] = np.nan
    np.testing.assert_allclose(rdm_movie(holes, tree).strength, squared.strength, rtol=EXACT, atol=1e-9)


def test_a_floor_of_noise_is_taken_off_where_it_is_known_or_can_be_told(tree):
    distances = rdm(on.predict(tree, times=[8.0]), 1)[0].values
    off = distances + 0.7 * (1 - np.eye(8))
    np.testing.assert_allclose(
        rdm_movie(off, tree, floor=0.7).strength, rdm_movie(distances, tree).strength, rtol=EXACT
    )
    with pytest.raises(InputError, match="floor is 'fit', but all levels together make equal distances"):
        rdm_movie(off, tree, floor="fit")
    columns = {f"n{n}": [float(k // 2 == n) for k in range(8)] for n in range(4)} | {"rare": [1.0] + [0.0] * 7}
    partial = on.Environment.from_dataframe(pd.DataFrame(columns))  # most siblings are alike in it
    clean = rdm(on.predict(partial, times=[9.0]), 1)[0].values
    found = rdm_movie(clean + 0.7 * (1 - np.eye(8)), partial, floor="fit")
    assert float(found.floor) == pytest.approx(0.7, abs=1e-9)
    np.testing.assert_allclose(found.strength, rdm_movie(clean, partial).strength, rtol=1e-7, atol=1e-9)


def test_crossnobis_has_no_floor_and_euclid_that_of_its_law(tree):
    """Means over 30 experiments of six noisy runs: Euclidean strengths are too large by the bias, others are not."""
    rng = np.random.default_rng(1)
    signal = on.representation.activity(on.predict(tree, times=[8.0]), 1)[0]
    signal = np.linalg.qr(rng.standard_normal((30, 30)))[0][:, : len(signal)] @ signal  # seen, rotated, by 30 channels
    truth, bias = np.array([7**0.5, 3**0.5, 1.0]), float(squared_distance_bias(0.09, 6, 6)) * 30
    strengths = {"raw": [], "known": [], "crossnobis": []}
    for _ in range(30):
        trials = np.tile(signal.T, (6, 1)) + 0.3 * rng.standard_normal((48, 30))
        repeats = Repeats(trials, list(tree.items) * 6, run=np.repeat(range(6), 8), environment=tree)
        strengths["raw"].append(rdm_movie(rdm(repeats), tree).strength.values)
        strengths["known"].append(rdm_movie(rdm(repeats), tree, floor=bias).strength.values)
        movie = rdm_movie(crossnobis(repeats), tree)
        strengths["crossnobis"].append(movie.strength.values)
    assert movie.metric == "crossnobis" and bias == pytest.approx(0.9)
    mean = {name: np.mean(values, axis=0) for name, values in strengths.items()}
    error = {name: np.std(values, axis=0) / np.sqrt(30) for name, values in strengths.items()}
    np.testing.assert_array_less(np.abs(mean["known"] - truth), 4 * error["known"])
    np.testing.assert_array_less(np.abs(mean["crossnobis"] - truth), 4 * error["crossnobis"])
    np.testing.assert_array_less(np.abs(mean["raw"] - truth - bias / 2), 4 * error["raw"])
    assert np.all(mean["raw"] - truth > 0.3)


def test_strengths_below_0_are_kept_where_asked(tree):
    """Of distances of nothing but noise: means are 0, and cut off at 0 they are not."""
    rng = np.random.default_rng(0)
    upper = np.triu(rng.standard_normal((400, 8, 8)), 1)
    noise = upper + np.swapaxes(upper, 1, 2)
    free, cut = (rdm_movie(noise, tree, nonnegative=each).strength for each in (False, True))
    error, more = free.std(axis=0) / 20, cut.std(axis=0) / 20
    assert np.all(np.abs(free.mean(axis=0)) < 4 * error) and np.all(cut.mean(axis=0) > 4 * more)
    exact = rdm(on.predict(tree, times=[8.0]), 1)
    one, other = (rdm_movie(exact, tree, nonnegative=each) for each in (False, True))
    np.testing.assert_allclose(one.strength, other.strength, rtol=EXACT)
    assert one.explained.item() == pytest.approx(1.0)


def test_levels_that_imitate_each_other_have_no_strength():
    """Two modes whose patterns of distances are the same: only their sum is known."""
    table = pd.DataFrame(np.diag([2.0, 1.0]), columns=["a", "b"])  # two items, one distance, two modes
    world = on.Environment.from_dataframe(table)
    found = rdm_movie(np.array([[0.0, 3.0], [3.0, 0.0]]), world)
    assert np.isnan(found.strength).all() and "imitate" in found.notes[-1]


def test_recordings_make_movies(tree):
    theory = on.predict(tree, times=[1.0, 4.0])
    recording = Recording(tree, [1.0, 4.0], {"IT": on.representation.activity(theory, 1)})
    np.testing.assert_allclose(
        rdm_movie(rdm(recording), tree).strength, rdm_movie(rdm(theory, 1), tree).strength, rtol=EXACT
    )


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (dict(metric="correlation"), "metric is 'correlation', which is an angle between activities: it has lost how"),
        (dict(rdms=np.ones((3, 3))), r"rdms have the shape \(3, 3\), but the world has 8 items"),
        (dict(rdms=np.full((8, 8), np.nan)), "rdms have no value at some time"),
        (dict(floor=-1.0), "floor is -1"),
        (dict(floor="some"), "floor is 'some', but it must be one of 'fit'"),
        (dict(environment="tree"), "environment is of type str"),
    ],
)
def test_refusals(tree, change, match):
    given = {"rdms": rdm(on.predict(tree, times=[8.0]), 1), "environment": tree} | change
    with pytest.raises(InputError, match=match):
        rdm_movie(**given)
    with pytest.raises(InputError, match="metric is 'cosine'"):
        rdm_movie(rdm(on.predict(tree, times=[8.0]), 1, "cosine"), tree)


def test_pairs_that_are_missing_may_hide_levels(tree):
    """Among one item of each pair of siblings nothing tells siblings apart, whatever least squares would say."""
    whole = rdm(on.predict(tree, times=[6.0]), 1)
    for kept, known in (([0, 2, 4, 6], [False] * 3), ([0, 1, 4], [True, True, True]), ([0, 1], [False] * 3)):
        holes = whole.copy(deep=True)
        others = np.setdiff1d(np.arange(8), kept)
        holes[:, others, :] = holes[:, :, others] = np.nan
        movie = rdm_movie(holes, tree)
        if known == [True, True, True]:  # three pairs, three levels: check what is said, not that it can be said
            exact = rdm_movie(whole, tree).strength.values
            told = movie.strength.values
            np.testing.assert_allclose(told[~np.isnan(told)], exact[~np.isnan(told)], rtol=1e-6)
        else:
            assert np.isnan(movie.strength.values).any() and "imitate" in movie.notes[-1]
            told = movie.strength.values
            exact = rdm_movie(whole, tree).strength.values
            np.testing.assert_allclose(told[~np.isnan(told)], exact[~np.isnan(told)], rtol=1e-6)
