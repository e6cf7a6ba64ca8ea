"""What fits assume, measured: independence, chance, lapse."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.fitting import curve_checks, fit_learning_curve, fit_score_curve, learning_curve

T = np.arange(30.0)


def answers(seed=0, *, chance=0.5, lapse=0.02, extra=0.0, trials=60):
    """Right answers; with `extra`, the probability of each block varies by that standard deviation."""
    rng = np.random.default_rng(seed)
    p = chance + (1 - chance - lapse) * learning_curve(T, half_time=12.0, initial_fraction=0.01, depth=2)
    return T, rng.binomial(trials, np.clip(p + extra * rng.standard_normal(30), 0, 1)), np.full(30, trials)


def checked(data, **options):
    return {each.name: each for each in curve_checks(fit_learning_curve(*data, level=None, **options), *data)}


def test_what_holds_and_what_does_not():
    fine = checked(answers())
    assert all(each.holds for each in fine.values()) and 0.5 < fine["independent answers"].measured < 1.6
    wild = checked(answers(extra=0.15))["independent answers"]
    assert not wild.holds and wild.measured > wild.tolerance > 1 and "intervals are too narrow" in wild.meaning
    low = checked(answers(chance=1 / 3))["chance"]
    assert not low.holds and "of the first 600 answers are right: chance is lower" in low.meaning
    high = checked(answers(lapse=0.0), lapse=0.1)["lapse"]
    assert not high.holds and "it is 0.1, but" in high.meaning


def test_false_alarms_are_rare():
    """Of 40 learners none is said to scatter too much: one in a thousand is meant."""
    assert all(checked(answers(seed))["independent answers"].holds for seed in range(40))


def test_without_learning_only_the_scatter_is_looked_at():
    flat = (T, np.random.default_rng(0).binomial(60, 0.5, 30), np.full(30, 60))
    found = checked(flat)
    assert list(found) == ["independent answers"] and found["independent answers"].holds


def test_order_of_blocks_does_not_matter():
    t, right, trials = answers(chance=1 / 3)
    fit = fit_learning_curve(t, right, trials)
    mixed = np.random.default_rng(1).permutation(30)
    assert curve_checks(fit, t, right, trials) == curve_checks(fit, t[mixed], right[mixed], trials[mixed])


def test_scores_are_refused():
    fit = fit_score_curve(range(6), [0.0, 0.1, 0.5, 1.4, 1.9, 2.0])
    with pytest.raises(InputError, match="record is a fit to scores; pass a fit to right answers"):
        curve_checks(fit, range(6), [1] * 6, [2] * 6)
