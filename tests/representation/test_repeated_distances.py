"""Cross-validated distances: by hand, without bias, with the variance of their law, and in little memory."""

import subprocess
import sys

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.representation import Repeats, crossnobis, crossnobis_variance, rdm, squared_distance_bias

SAME = 1e-12
A = [(1, 0.2, -0.5, 0.7), (1.3, -0.1, -0.2, 0.5), (0.8, 0.3, -0.6, 0.9)]
B = [(0.1, 0.9, 0.4, -0.3), (0.3, 1.1, 0.2, -0.6), (-0.2, 0.7, 0.5, -0.1)]
DRAW = np.random.default_rng(0)


def by_hand(first, second, precision):
    pairs = [(m, n) for m in range(len(first)) for n in range(len(first)) if m != n]
    return np.mean([(first[m] - second[m]) @ precision @ (first[n] - second[n]) for m, n in pairs])


def test_crossnobis_is_the_mean_over_pairs_of_runs():
    a, b = np.array(A), np.array(B)
    trials = Repeats([*A, *B], ["c"] * 3 + ["a"] * 3, run=[1, 2, 3] * 2)
    found = crossnobis(trials, per_unit=True)
    assert found.item_name.values.tolist() == ["c", "a"]  # no order but theirs
    assert float(found[0, 1]) == pytest.approx(0.7825, abs=SAME) == by_hand(a, b, np.eye(4)) / 4
    assert found.attrs["units"] == "mean over 4 units" and crossnobis(trials).attrs["units"] == "sum over 4 units"
    np.testing.assert_allclose(crossnobis(trials), 4 * found, atol=SAME)
    mixing = np.eye(4) + 0.3 * DRAW.standard_normal((4, 4))
    noise = mixing @ mixing.T
    assert float(crossnobis(trials, noise=noise)[0, 1]) == pytest.approx(by_hand(a, b, np.linalg.inv(noise)), rel=1e-12)
    assert found.attrs["noise"] == "identity" and crossnobis(trials, noise=noise).attrs["noise"] == "given"
    assert np.array_equal(np.diagonal(found), np.zeros(2))


def test_the_order_of_trials_and_the_level_of_a_run_change_nothing():
    values = DRAW.standard_normal((12, 5))
    item, run = np.array(["a", "b", "c", "d"] * 3), np.repeat([1, 2, 3], 4)
    order = DRAW.permutation(12)
    expected = crossnobis(Repeats(values, item, run=run))
    shuffled = crossnobis(Repeats(values[order], item[order], run=run[order], items=["a", "b", "c", "d"]))
    np.testing.assert_allclose(shuffled, expected, atol=SAME)
    shifted = crossnobis(Repeats(values + 1e6 * run[:, None], item, run=run))
    np.testing.assert_allclose(shifted, expected, atol=1e-8)  # 1e6 takes ten of sixteen digits
    turn = np.linalg.qr(DRAW.standard_normal((5, 5)))[0]
    np.testing.assert_allclose(crossnobis(Repeats(3 * values @ turn, item, run=run)), 9 * expected, atol=1e-10)


def test_unequal_counts_are_averaged_over_the_runs_that_have_both():
    values = DRAW.standard_normal((8, 3))
    item, run = ["a", "a", "b", "a", "b", "c", "b", "c"], [1, 1, 1, 2, 2, 2, 3, 3]
    found = crossnobis(Repeats(values, item, run=run))
    differences = [values[:2].mean(axis=0) - values[2], values[3] - values[4]]  # runs 1 and 2
    assert float(found[0, 1]) == pytest.approx(differences[0] @ differences[1], abs=SAME)
    assert float(found[1, 2]) == pytest.approx((values[4] - values[5]) @ (values[6] - values[7]), abs=SAME)
    assert np.isnan(found[0, 2]) and found.attrs["undefined"].startswith("'a and c' do not share two runs")
    whole = Repeats(values[:6], ["a", "b", "c"] * 2, run=[1, 1, 1, 2, 2, 2])
    lacking = Repeats(values[:7], ["a", "b", "c"] * 2 + ["a"], run=[1, 1, 1, 2, 2, 2, 3])
    np.testing.assert_allclose(crossnobis(lacking), crossnobis(whole), atol=SAME)


SD, RUNS, UNITS, MANY = 0.7, 4, 20, 3000  # noise sd, and how many distances are estimated at once


def estimates(metric, distance):
    """Distances per unit of two items in many experiments, each of which is a time here."""
    draw = np.random.default_rng(3)
    signal = np.zeros((2, UNITS))
    signal[1] = np.sqrt(distance)
    trials = np.repeat(signal, RUNS, axis=0) + SD * draw.standard_normal((MANY, 2 * RUNS, UNITS))
    repeats = Repeats(trials, ["a"] * RUNS + ["b"] * RUNS, run=list(range(RUNS)) * 2, times=range(MANY))
    return rdm(repeats, metric=metric, per_unit=True).values[:, 0, 1]


def test_euclidean_distances_are_biased_and_crossnobis_is_not():
    """Five standard errors of a mean over 3000."""
    bias = squared_distance_bias(SD**2, RUNS, RUNS)
    assert bias == pytest.approx(0.2450, abs=5e-5)
    for distance in (0.0, 1.0):
        biased, found = estimates("squared_euclidean", distance), estimates("crossnobis", distance)
        error = found.std() / np.sqrt(MANY)
        assert biased.mean() - distance == pytest.approx(bias, abs=5 * error)
        assert found.mean() == pytest.approx(distance, abs=5 * error)
        variance = crossnobis_variance(distance, SD**2, runs=RUNS, units=UNITS)
        assert found.var() / variance == pytest.approx(1, abs=5 * np.sqrt(2.5 / MANY))  # kurtosis of sums, about 3.2
    assert 0.4 < (estimates("crossnobis", 0.0) < 0).mean() < 0.6  # negative ones stay


def test_items_with_fewer_trials_seem_farther_away():
    draw = np.random.default_rng(4)
    trials = Repeats(SD * draw.standard_normal((MANY, 10, UNITS)), ["a"] * 2 + ["b"] * 8, times=range(MANY))
    found = rdm(trials, per_unit=True).values[:, 0, 1]
    error = found.std() / np.sqrt(MANY)
    assert found.mean() == pytest.approx(float(squared_distance_bias(SD**2, 2, 8)), abs=5 * error)


def test_noise_is_estimated_from_the_same_trials():
    draw = np.random.default_rng(5)
    scale = np.array([1.0, 4.0, 0.5])
    trials = Repeats(scale * draw.standard_normal((4000, 3)), ["a", "b"] * 2000, run=np.repeat(range(1000), 4))
    found = crossnobis(trials, noise="diagonal")
    same = crossnobis(Repeats(trials.activity[0] / scale, trials.item, run=trials.run))
    assert float(found[0, 1]) == pytest.approx(float(same[0, 1]), abs=1e-3) and found.attrs["noise"] == "diagonal"


def test_what_cannot_be_cross_validated_is_refused():
    with pytest.raises(InputError, match="repeats has no runs, but distances are cross-validated over runs"):
        crossnobis(Repeats(A, ["a", "b", "c"]))
    with pytest.raises(InputError, match="repeats has one run"):
        crossnobis(Repeats(A, ["a", "b", "c"], run=[1, 1, 1]))
    with pytest.raises(InputError, match="repeats is of type list"):
        crossnobis(A)
    with pytest.raises(InputError, match="layer is 'V1', but trials have one layer"):
        rdm(Repeats(A, ["a", "b", "a"], run=[1, 1, 2]), "V1", "crossnobis")
    times = Repeats(np.stack([A, A]), ["a", "a", "b"], run=[1, 2, 1], times=[0.0, 1.0])
    with pytest.raises(InputError, match="time is 3, but the record runs from 0 to 1"):
        rdm(times, metric="crossnobis", times=[3])


def test_times_are_picked():
    values = DRAW.standard_normal((3, 4, 2))
    trials = Repeats(values, ["a", "b"] * 2, run=[1, 1, 2, 2], times=[0.0, 1.0, 2.0])
    found = rdm(trials, metric="crossnobis", times=[2.0])
    assert found.time.values.tolist() == [2.0]
    alone = crossnobis(Repeats(values[2], ["a", "b"] * 2, run=[1, 1, 2, 2]))
    np.testing.assert_allclose(found[0], alone, atol=SAME)


LARGE = """
import resource, numpy as np
from ontogeny.representation import Repeats, rdm
draw = np.random.default_rng(0).standard_normal((2 * {items}, {units}), dtype=np.float32)
trials = Repeats(draw, [f"item {{number}}" for number in range({items})] * 2, run=[1] * {items} + [2] * {items})
found = rdm(trials, metric="crossnobis", noise="diagonal")
assert found.shape == ({items}, {items})
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10)
"""


def peak_megabytes(items, units):
    code = LARGE.format(items=items, units=units)
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def test_memory_is_a_few_times_that_of_the_trials():
    """A fifth of 1800 items by 7000 units, for speed; residuals, squares and float64 are three copies."""
    if sys.platform != "linux":
        pytest.skip("other systems count the peak in other units")
    items, units = 400, 6300
    trials = 2 * items * units * 8 / 2**20
    assert peak_megabytes(items, units) - peak_megabytes(4, 4) < 5 * trials + 64
