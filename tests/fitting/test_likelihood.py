"""Fits of learning curves: the most likely curve, its intervals and what they cover, and answers without learning."""

import os

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import binom

from ontogeny import InputError
from ontogeny.fitting import fit_learning_curve, learning_curve

RIGHT = [19, 22, 20, 21, 25, 31, 37, 38, 39, 38]
BLOCKS = range(10)
PRINTED = 6e-5  # of numbers with five digits
LEARNERS = 40 if os.environ.get("CI") else 200


def simulated(rng, *, half=15.0, start=0.01, depth=2.0, trials=50, blocks=40, chance=0.5, lapse=0.02):
    t = np.arange(float(blocks))
    q = learning_curve(t, half_time=half, initial_fraction=start, depth=depth)
    return t, rng.binomial(trials, chance + (1 - chance - lapse) * q), np.full(blocks, trials)


def test_one_learner_as_printed():
    """Ten blocks of 40 trials, two choices: half-time and rate with their profile intervals."""
    found = fit_learning_curve(BLOCKS, RIGHT, [40] * 10)
    assert found.half_time == pytest.approx(4.75108, abs=PRINTED)
    np.testing.assert_allclose(found.interval, [4.1557, 5.3031], atol=PRINTED)
    assert found.rate / 2 == pytest.approx(0.69125, abs=PRINTED)  # the singular value over tau
    np.testing.assert_allclose(np.divide(found.rate_interval, 2), [0.3929, 1.4878], atol=PRINTED)
    assert found.likelihood_ratio > 80 and found.is_learning


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_fit_is_the_most_likely_curve(depth):
    """Against a search without derivatives over the binomial distribution of SciPy."""
    found = fit_learning_curve(BLOCKS, RIGHT, [40] * 10, depth=depth)

    def negative(where):
        half, logit = where
        if not (half > 0 and logit < -0.05):
            return np.inf
        q = learning_curve(np.arange(10.0), half_time=half, initial_fraction=1 / (1 + np.exp(-logit)), depth=depth)
        return -np.sum(binom.logpmf(RIGHT, 40, 0.5 + 0.48 * q))

    start = [found.half_time * 1.1, np.log(found.initial_fraction) + 0.5]
    best = minimize(negative, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-11, "maxiter": 4000})
    assert found.half_time == pytest.approx(best.x[0], rel=1e-4)
    told = -np.sum(binom.logpmf(RIGHT, 40, found.predicted(np.arange(10.0))))
    assert told == pytest.approx(best.fun, abs=1e-7)


def test_the_interval_is_where_the_profile_is_low_enough():
    """At both ends twice the loss of likelihood is 3.84, by a search over starts."""
    found = fit_learning_curve(BLOCKS, RIGHT, [40] * 10)
    top = -np.sum(binom.logpmf(RIGHT, 40, found.predicted(np.arange(10.0))))
    for end in found.interval:
        starts = 1 / (1 + np.exp(-np.linspace(-25, -0.05, 20001)))
        q = 1 / (1 + np.exp(-np.log(starts / (1 - starts))[:, None] * (1 - np.arange(10.0) / end)))
        least = np.min(-np.sum(binom.logpmf(RIGHT, 40, 0.5 + 0.48 * q), axis=1))
        assert 2 * (least - top) == pytest.approx(3.8415, abs=1e-3)


def test_intervals_cover_what_they_should():
    """Of 200 learners 180 to 196 (of 40 in the short form, 34 or more); the scatter is that of Fisher's information."""
    rng = np.random.default_rng(0)
    found = [fit_learning_curve(*simulated(rng)) for _ in range(LEARNERS)]
    covered = sum(each.interval[0] <= 15.0 <= each.interval[1] for each in found)
    assert 0.85 * LEARNERS <= covered <= (LEARNERS if LEARNERS < 100 else 0.98 * LEARNERS)
    half = np.array([each.half_time for each in found])
    t = np.arange(40.0)
    steps = [(0.01, 0.0), (0.0, 0.01)]

    def right(log_half, logit):
        q = learning_curve(t, half_time=np.exp(log_half), initial_fraction=1 / (1 + np.exp(-logit)), depth=2)
        return 0.5 + 0.48 * q

    centre = np.array([np.log(15.0), np.log(0.01 / 0.99)])
    slopes = np.array([(right(*(centre + step)) - right(*(centre - step))) / 0.02 for step in np.array(steps)])
    p = right(*centre)
    bound = 15.0 * np.sqrt(np.linalg.inv(50 * (slopes / (p * (1 - p))) @ slopes.T)[0, 0])
    assert np.std(half) < 1.25 * bound and abs(np.mean(half) - 15.0) < 4 * bound / np.sqrt(LEARNERS)


def test_without_learning_no_half_time_is_made_up():
    found = fit_learning_curve(BLOCKS, [19, 22, 20, 21, 20, 19, 21, 20, 22, 18], [40] * 10)
    assert not found.is_learning and np.isnan(found.half_time) and np.isnan(found.width) and np.isnan(found.rate)
    assert 8 < found.interval[0] < 12 and found.interval[1] == np.inf
    assert "no sign of learning" in repr(found) and "a half-time below 9.37 is ruled out" in repr(found)
    with pytest.raises(InputError, match="there is no sign of learning, and so no curve"):
        found.predicted([1.0])
    known = fit_learning_curve(BLOCKS, [39, 38, 40, 39, 38, 40, 39, 38, 40, 39], [40] * 10)
    assert not known.is_learning and known.interval == (0.0, np.inf) and "ruled out" not in repr(known)


def test_chance_of_many_choices_and_a_lapse():
    rng = np.random.default_rng(3)
    data = simulated(rng, chance=1 / 12, lapse=0.1, trials=200)
    found = fit_learning_curve(*data, chance=1 / 12, lapse=0.1)
    assert found.half_time == pytest.approx(15.0, rel=0.03)
    wrong = fit_learning_curve(*data, chance=1 / 12, lapse=0.0)
    assert wrong.rate < 0.9 * found.rate  # a wrong lapse is a wrong rate


def test_units_of_time_and_order_of_blocks_do_not_matter():
    found = fit_learning_curve(BLOCKS, RIGHT, [40] * 10)
    days = fit_learning_curve(np.arange(10) * 7.0, RIGHT, [40] * 10)
    assert days.half_time == pytest.approx(7 * found.half_time, rel=1e-6)
    assert days.rate == pytest.approx(found.rate / 7, rel=1e-5)
    order = [3, 1, 4, 0, 9, 2, 6, 5, 8, 7]
    mixed = fit_learning_curve(np.array(BLOCKS)[order], np.array(RIGHT)[order], [40] * 10)
    assert mixed.half_time == pytest.approx(found.half_time, rel=1e-7)
    table = found.to_dataframe()
    assert table["half_time"][0] == found.half_time and table["rate_low"][0] == found.rate_interval[0]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (dict(correct=[50] * 10), "correct is more than the trials of a block"),
        (dict(trials=[0] * 10), "correct is more than the trials of a block, or a block has none"),
        (dict(correct=[1, 2]), r"correct has the shape \(2,\), time \(10,\)"),
        (dict(time=[0, 1], correct=[1, 2], trials=[3, 3]), "time has 2 blocks, but a curve takes three"),
        (dict(time=[-1, *range(9)]), "time holds a number that is negative"),
        (dict(chance=0.9, lapse=0.2), r"chance is 0.9 and lapse 0.2, which leaves nothing to learn"),
        (dict(depth=0.0), "depth is 0.0, but a network has a layer"),
        (dict(level=1.0), "level is 1.0, but an interval covers"),
    ],
)
def test_refusals(change, match):
    with pytest.raises(InputError, match=match):
        fit_learning_curve(**({"time": BLOCKS, "correct": RIGHT, "trials": [40] * 10} | change))


def test_one_start_of_the_search_is_not_enough():
    """A late, steep curve of few trials: from the first start alone the search ends elsewhere."""
    rng = np.random.default_rng(55)
    t = np.arange(40.0)
    q = learning_curve(t, half_time=20.0, initial_fraction=2e-4, depth=2)
    found = fit_learning_curve(t, rng.binomial(20, 0.5 + 0.48 * q), np.full(40, 20))
    assert found.half_time == pytest.approx(20.0, abs=2.0) and found.likelihood_ratio > 100


def test_the_width_begins_at_time_0_where_a_tenth_is_known():
    known = fit_learning_curve(BLOCKS, [25, 27, 29, 33, 35, 36, 38, 39, 39, 39], [40] * 10)
    q = known.predicted(np.array([0.0, known.width]))
    assert known.initial_fraction > 0.1 and (q[1] - 0.5) / 0.48 == pytest.approx(0.9, abs=1e-6)


def test_intervals_can_be_left_out():
    whole, found = (fit_learning_curve(BLOCKS, RIGHT, [40] * 10, lapse="fit", level=level) for level in (0.95, None))
    assert found.half_time == whole.half_time and set(found.intervals) == set(whole.intervals)
    assert all(np.isnan(end) for pair in found.intervals.values() for end in pair)
    never = fit_learning_curve(BLOCKS, [20] * 10, [40] * 10, level=None)
    assert not never.is_learning
