"""Levels in distances over time: theories and networks recovered, noise, floors, and levels without learning."""

import os

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny import InputError
from ontogeny.fitting import fit_rdm_movie
from ontogeny.representation import Repeats, crossnobis, rdm, rdm_movie

EXACT = 1e-6  # relative; searches end at relative changes of 1e-10 of squares
NETWORK = 0.03  # relative; half-times of a random network differ by a few percent from those of one balanced one
NODES = [(8, 1), (4, 2), (2, 4), (1, 8)]  # items below each node of a regular tree, and how many such nodes
START = 0.01
LAST = 7.0
MOVIES = 20 if os.environ.get("CI") else 60


@pytest.fixture(scope="module")
def tree():
    columns = {
        f"node {size} {n}": [float(k // size == n) for k in range(8)] for size, many in NODES for n in range(many)
    }
    return on.Environment.from_dataframe(pd.DataFrame(columns, index=[f"item {k}" for k in range(8)]))


@pytest.fixture(scope="module")
def movie(tree):
    """Distances in a hidden layer in theory, at twenty times."""
    theory = on.predict(tree, initial_strength=START, times=np.linspace(0, LAST, 20))
    return rdm(theory, 1)


def noise(rng, like, size=0.3):
    one = np.triu(size * rng.standard_normal(like.shape), 1)
    return one + np.swapaxes(one, -1, -2)


def halves(tree, depth=2):
    """Half-times of the levels in theory."""
    s = np.array([7**0.5, 3**0.5, 1.0])
    return on.modes.deep.time_to_strength(s / 2, s, START, depth=depth)


@pytest.mark.parametrize(("layer", "depth", "floor"), [(1, 2, 0.0), (1, 2, "fit"), (2, 3, 0.0), (1, 1, 0.0)])
def test_a_theory_is_recovered(tree, layer, depth, floor):
    """Half-times, time constant and initial strength, without noise; with one layer, from its answers."""
    theory = on.predict(tree, initial_strength=START, depth=depth, times=np.linspace(0, LAST, 20))
    found = fit_rdm_movie(rdm(theory, layer if depth > 1 else "output"), tree, layer=layer, depth=depth, floor=floor)
    np.testing.assert_allclose(found.levels["half_time"], halves(tree, depth), rtol=EXACT)
    np.testing.assert_allclose(found.levels["half_time_predicted"], halves(tree, depth), rtol=EXACT)
    np.testing.assert_allclose(found.levels["width_predicted"], found.levels["width"], rtol=1e-5)
    power = 2 * layer / depth
    np.testing.assert_allclose(found.levels["end"], np.array([7**0.5, 3**0.5, 1.0]) ** power, rtol=EXACT)
    np.testing.assert_allclose(found.levels["end_predicted"], found.levels["end"], rtol=EXACT)
    assert found.shared.tau == pytest.approx(1.0, rel=EXACT)
    assert found.shared.initial_strength == pytest.approx(START, rel=1e-5)
    assert found.shared.explained == pytest.approx(1.0) and found.shared.p_value > 0.05
    assert found.floor == pytest.approx(0.0, abs=1e-9)
    assert depth == 1 or found.order == pytest.approx(1.0)  # one layer learns all at once
    assert not any("alike at neighbouring times" in note for note in found.notes)  # rounding is no noise


def test_units_of_distances_and_of_time_are_free(tree, movie):
    """A thousandth of the distances, ten times the time: half-times and time constant are ten times as long."""
    later = movie.assign_coords(time=10 * movie["time"]) / 1000
    one, other = (fit_rdm_movie(each, tree, floor=0.0) for each in (movie, later))
    np.testing.assert_allclose(other.levels["half_time"], 10 * one.levels["half_time"], rtol=EXACT)
    np.testing.assert_allclose(other.levels["end"], one.levels["end"] / 1000, rtol=EXACT)
    np.testing.assert_allclose(other.levels["end_predicted"], other.levels["end"], rtol=1e-5)
    assert other.shared.tau == pytest.approx(10 * one.shared.tau, rel=EXACT)
    assert other.shared.initial_strength == pytest.approx(one.shared.initial_strength, rel=1e-5)


@pytest.mark.parametrize("seed", [0, 1])
def test_trained_networks_are_followed(tree, seed):
    """A network from random weights: its own half-times exactly, those of one balanced network nearly."""
    child = on.simulate(tree, until=8.0, seed=seed, times=np.linspace(0, 8, 41))
    found = fit_rdm_movie(rdm(child, 1).isel(seed=0), tree, floor=0.0)
    modes = child.dataset["half_time"].values[0]
    own = [modes[1], modes[2:4].mean(), modes[4:].mean()]
    np.testing.assert_allclose(found.levels["half_time"], own, rtol=0.01)
    np.testing.assert_allclose(found.levels["half_time_predicted"], found.levels["half_time"], rtol=NETWORK)
    assert found.order == pytest.approx(1.0) and found.shared.tau == pytest.approx(1.0, rel=NETWORK)
    assert found.shared.p_value < 0.05  # without noise a few percent are seen
    assert any("alike at neighbouring times" in note for note in found.notes)


def test_intervals_cover_what_they_should(tree, movie):
    """Half-times, time constant and initial strength of simulated movies; of 60 (20 in the short form) nearly all."""
    rng, truth = np.random.default_rng(0), halves(tree)
    covered, shared = np.zeros(3), 0
    for _ in range(MOVIES):
        found = fit_rdm_movie(movie + noise(rng, movie), tree, floor=0.0)
        low, high = found.levels["half_time_low"].values, found.levels["half_time_high"].values
        covered += (low <= truth) & (truth <= high)
        shared += found.shared.tau_interval[0] <= 1.0 <= found.shared.tau_interval[1]
    assert np.all(covered >= 0.8 * MOVIES) and shared >= 0.75 * MOVIES
    assert covered.sum() < 3 * MOVIES  # and not all: intervals are not just wide


def test_a_floor_is_found_from_the_course_where_no_time_tells_it(tree, movie):
    """All levels together make equal distances; only that they rise from it tells the floor."""
    rng = np.random.default_rng(2)
    lifted = movie + 0.7 * (1 - np.eye(8))
    exact = fit_rdm_movie(lifted, tree)
    assert exact.floor == pytest.approx(0.7, rel=1e-5)
    np.testing.assert_allclose(exact.levels["half_time"], halves(tree), rtol=1e-5)
    np.testing.assert_allclose(exact.levels["floor"], 0.35, rtol=1e-5)
    found = fit_rdm_movie(lifted + noise(rng, movie, 0.1), tree)
    assert found.floor == pytest.approx(0.7, abs=0.1)
    left = (found.measured - found.strength(movie["time"])) ** 2
    np.testing.assert_allclose(found.levels["noise"], np.sqrt(left.sum("time") / (20 - 3)), rtol=1e-3)
    high = fit_rdm_movie(lifted + 20 * (1 - np.eye(8)) + noise(rng, movie, 0.1), tree)  # ten times the strengths
    assert high.floor == pytest.approx(20.7, abs=0.1) and high.is_learned.all()
    assert "What noise adds to distances is taken to be the same at all times." in found.notes
    known = fit_rdm_movie(lifted, tree, floor=0.7)
    assert known.floor == 0.7 and known.shared.tau == pytest.approx(1.0, rel=EXACT)
    crossed = fit_rdm_movie(movie.assign_attrs(metric="crossnobis"), tree)
    assert crossed.floor == 0.0 and not crossed.notes[1:]


def test_trials_are_followed_by_distances_that_noise_leaves_right(tree):
    """Six noisy runs of thirty channels at twenty times, crossed over runs: no floor, and strengths below 0 stay."""
    times = np.linspace(0, LAST, 20)
    theory = on.predict(tree, initial_strength=START, times=times)
    rng = np.random.default_rng(1)
    turn = np.linalg.qr(rng.standard_normal((30, 30)))[0][:, :8]
    signal = np.swapaxes(turn @ on.representation.activity(theory, 1), 1, 2)  # time, item, channel
    trials = np.tile(signal, (1, 6, 1)) + 0.15 * rng.standard_normal((20, 48, 30))
    repeats = Repeats(trials, list(tree.items) * 6, run=np.repeat(range(6), 8), times=times, environment=tree)
    found = fit_rdm_movie(crossnobis(repeats), tree)
    assert found.metric == "crossnobis" and found.floor == 0.0 and (found.measured < 0).any()
    np.testing.assert_allclose(found.levels["half_time"], halves(tree), rtol=0.1)
    assert np.all((found.levels["half_time_low"] < halves(tree)) & (halves(tree) < found.levels["half_time_high"]))
    assert found.shared.tau == pytest.approx(1.0, rel=0.1) and found.shared.p_value > 0.01


def test_a_floor_is_found_at_each_time_where_that_is_possible():
    columns = {f"n{n}": [float(k // 2 == n) for k in range(8)] for n in range(4)} | {"rare": [1.0] + [0.0] * 7}
    partial = on.Environment.from_dataframe(pd.DataFrame(columns))
    clean = rdm(on.predict(partial, initial_strength=START, times=np.linspace(0, LAST, 20)), 1)
    drifting = clean + np.linspace(0.2, 0.9, 20)[:, None, None] * (1 - np.eye(8))
    found = fit_rdm_movie(drifting, partial)
    assert found.floor == pytest.approx(0.55, rel=1e-6) and found.shared.tau == pytest.approx(1.0, rel=1e-5)


def test_times_that_are_not_of_one_network_are_told(tree, movie):
    """The coarse and the fine level change places: each is learned well, but not by one network."""
    patterns = rdm_movie(movie, tree).patterns.values
    t = movie["time"].values
    k = np.stack([2.6 / (1 + np.exp(-3 * (t - 4.0))), 1.7 / (1 + np.exp(-3 * (t - 3.0))),
                  1.0 / (1 + np.exp(-3 * (t - 1.5)))], axis=1)  # fmt: skip
    rng = np.random.default_rng(0)
    swapped = movie.copy(data=np.einsum("tg,gij->tij", k, patterns) + noise(rng, movie, 0.1))
    found = fit_rdm_movie(swapped, tree, floor=0.0)
    np.testing.assert_allclose(found.levels["half_time"], [4.0, 3.0, 1.5], rtol=0.1)
    assert found.shared.p_value < 1e-6 and found.order == pytest.approx(-1.0) and found.shared.explained < 0.9


def test_without_learning_no_half_time_is_made_up(tree, movie):
    rng = np.random.default_rng(0)
    still = fit_rdm_movie(movie * 0 + 1 - np.eye(8) + noise(rng, movie), tree)
    assert not still.is_learned.any() and still.shared is None and np.isnan(still.order)
    assert "No level was learned: whether times" in still.notes[-2]
    table = still.to_dataframe()
    assert table[["half_time", "half_time_low", "half_time_high", "width", "end"]].isna().all(axis=None)
    assert repr(still).startswith("<RdmMovieFit: 0 of 3 levels learned in squared euclidean distances, layer 1 of 2>")
    with pytest.raises(InputError, match="shared is True, but fewer than two levels were learned"):
        still.strength([1.0], shared=True)
    for nothing in (movie * 0, movie * 0 + 1 - np.eye(8)):
        assert not fit_rdm_movie(nothing, tree, floor=0.0).is_learned.any()
        assert not fit_rdm_movie(nothing, tree).is_learned.any()


def test_constants_are_rarely_taken_for_learning(tree, movie):
    """Of 180 levels without learning (of 60 in the short form) no more than one in ten."""
    rng = np.random.default_rng(5)
    found = [fit_rdm_movie(1 - np.eye(8) + noise(rng, movie) + 0 * movie, tree, floor=0.0) for _ in range(MOVIES)]
    assert sum(int(each.is_learned.sum()) for each in found) <= 0.1 * 3 * MOVIES


def test_one_level_tells_no_network(tree, movie):
    early = rdm(on.predict(tree, initial_strength=START, times=np.linspace(0, 1.2, 20)), 1)
    rng = np.random.default_rng(0)
    found = fit_rdm_movie(early + noise(rng, early, 0.5), tree, floor=0.0)
    assert found.is_learned.values.tolist() == [True, False, False] and found.shared is None
    assert found.levels["half_time_high"][0] > 3  # its end is not seen
    assert "One level was learned: whether times are those of one network takes two or more." in found.notes
    assert found.levels["half_time_predicted"].isnull().all()


def test_what_is_imitated_is_left_out_and_what_is_missing_once_is_not(tree, movie):
    whole = fit_rdm_movie(movie, tree, floor=0.0)
    holes = movie.copy(deep=True)
    holes[3, 0, 1] = holes[3, 1, 0] = np.nan
    np.testing.assert_allclose(
        fit_rdm_movie(holes, tree, floor=0.0).levels["half_time"], whole.levels["half_time"], rtol=EXACT
    )
    kept = [0, 2, 4, 6]  # nothing tells siblings apart
    others = np.setdiff1d(np.arange(8), kept)
    holes[:, others, :] = holes[:, :, others] = np.nan
    found = fit_rdm_movie(holes, tree, floor=0.0)
    assert not found.is_learned.any() and any("imitate" in note for note in found.notes)


def test_distances_come_in_many_forms(tree, movie):
    """Plain arrays with times, items in another order, several networks, strengths that were read off before."""
    straight = fit_rdm_movie(movie, tree, floor=0.0).levels["half_time"].values
    order = np.array([3, 1, 7, 0, 2, 6, 5, 4])
    stacked = movie.expand_dims(subject=["a", "b"])
    for each, more in (
        (movie.values, {"times": movie["time"].values, "floor": 0.0}),
        (movie.isel(item=order, item_2=order), {"floor": 0.0}),
        (movie.isel(time=slice(None, None, -1)), {"floor": 0.0}),
        (stacked, {"floor": 0.0}),
        (rdm_movie(movie, tree), {}),
    ):
        np.testing.assert_allclose(fit_rdm_movie(each, tree, **more).levels["half_time"], straight, rtol=1e-5)
    assert "Strengths are means over 2 subjects." in fit_rdm_movie(stacked, tree).notes
    flat = movie.rename(time="rdm").drop_vars("rdm")
    twice = flat.isel(rdm=[*range(20), 0]).assign_coords(time=("rdm", [*movie["time"].values, 0.0]))
    np.testing.assert_allclose(fit_rdm_movie(twice, tree, floor=0.0).levels["half_time"], straight, rtol=EXACT)


def test_what_is_fitted_can_be_drawn_again(tree, movie):
    found = fit_rdm_movie(movie, tree, floor=0.0)
    np.testing.assert_allclose(found.strength(movie["time"]), found.measured, atol=1e-6)
    np.testing.assert_allclose(found.strength(movie["time"], shared=True), found.measured, atol=1e-5)
    table = found.to_dataframe()
    assert {"level", "level_name", "half_time", "half_time_low", "half_time_high", "width", "depth"} <= set(table)
    assert found.shared.to_dataframe()["tau"][0] == found.shared.tau
    assert repr(found.shared).startswith("<SharedCourse: tau 1 [1, 1], initial strength 0.01, 100.0% explained; F(4, 5")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (dict(layer=0), "layer is 0, but layers are counted from 1"),
        (dict(layer=3), "depth is 2, but a network is at least as deep as its layers; write 3"),
        (dict(metric="spearman"), "metric is 'spearman', which keeps only the order of distances: it has lost how"),
        (dict(metric="squared_mahalanobis"), "metric is 'squared_mahalanobis', which scales each direction"),
        (dict(floor="some"), "floor is 'some', but it must be one of 'fit'"),
        (dict(floor=-1.0), "floor is -1.0, but what noise adds to squared distances is not negative"),
        (dict(coverage=1.0), "coverage is 1.0, but an interval covers a share of the cases"),
        (dict(times=[1.0, 2.0]), r"times have the shape \(2,\), but there are 20 sets of distances"),
        (dict(times=np.arange(20.0) - 1), "times hold a number that is negative or unknown; count from the beginning"),
        (dict(environment="tree"), "environment is of type str"),
    ],
)
def test_refusals(tree, movie, change, match):
    with pytest.raises(InputError, match=match):
        fit_rdm_movie(**({"rdms": movie, "environment": tree} | change))


def test_movies_that_are_none_are_refused(tree, movie):
    with pytest.raises(InputError, match="rdms have the dimensions 'dim_0', and no times; pass times"):
        fit_rdm_movie(movie.values, tree)
    with pytest.raises(InputError, match="rdms have the dimensions of items alone, and no times"):
        fit_rdm_movie(movie[0].drop_vars("time"), tree)
    with pytest.raises(InputError, match="times are 4, but a course and its noise take 5; pass more"):
        fit_rdm_movie(movie[:4], tree)
    with pytest.raises(InputError, match="floor and metric are of distances, and a movie has its own; leave them out"):
        fit_rdm_movie(rdm_movie(movie, tree), tree, floor=0.0)
    rng = np.random.default_rng(0)
    rows, columns = np.triu_indices(8, 1)
    ranks = np.zeros((20, 8, 8))
    ranks[:, rows, columns] = ranks[:, columns, rows] = [rng.permutation(28) + 1.0 for _ in range(20)]
    with pytest.raises(InputError, match=r"rdms are ranks of distances .* which have lost strengths; pass the"):
        fit_rdm_movie(ranks, tree, times=range(20))
