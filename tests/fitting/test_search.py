"""Chance and lapse that are fitted, profiles over several numbers, and how often noise is taken for learning."""

import os

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import binom

from ontogeny import InputError
from ontogeny.fitting import fit_learning_curve, learning_curve
from ontogeny.fitting.observed import RightAnswers, Scores
from ontogeny.fitting.search import Problem
from ontogeny.fitting.shapes import network

RIGHT = np.array([19, 22, 20, 21, 25, 31, 37, 38, 39, 38])
T = np.arange(10.0)
FOUND = 1e-4  # of a number that two searches find
MANY = 60 if os.environ.get("CI") else 400


def test_chance_and_lapse_as_a_search_without_derivatives_finds_them():
    found = fit_learning_curve(T, RIGHT, [40] * 10, chance="fit", lapse="fit")

    def negative(where):
        half, start, floor, ceiling = where
        if not (half > 0 and start < -0.05 and 0 < floor < ceiling < 1):
            return np.inf
        return -np.sum(binom.logpmf(RIGHT, 40, floor + (ceiling - floor) * expit(start * (1 - T / half))))

    best = minimize(negative, [4.5, -5, 0.5, 0.97], method="Nelder-Mead",
                    options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 20000, "maxfev": 20000})  # fmt: skip
    assert found.half_time == pytest.approx(best.x[0], rel=FOUND)
    assert (found.chance, 1 - found.lapse) == pytest.approx(tuple(best.x[2:]), abs=FOUND)
    assert "lapse 0.0373 (fitted, [0.00147, 0.083])" in repr(found)
    row = found.to_dataframe().iloc[0]
    assert row["chance_is_fitted"] and row["lapse_is_fitted"]


def test_a_fitted_lapse_finds_the_true_one_and_mends_the_rate():
    rng = np.random.default_rng(3)
    q = learning_curve(np.arange(40.0), half_time=15.0, initial_fraction=0.01, depth=2)
    right = rng.binomial(200, 0.5 + 0.4 * q)
    found = fit_learning_curve(range(40), right, [200] * 40, lapse="fit")
    low, high = found.intervals["ceiling"]
    assert low < 0.9 < high and found.lapse == pytest.approx(0.1, abs=0.01)
    wrong = fit_learning_curve(range(40), right, [200] * 40, lapse=0.0)
    assert wrong.rate < 0.9 * found.rate and "ceiling" not in wrong.intervals


def test_ends_that_are_fitted_are_never_less_likely_than_ends_that_are_not():
    fits = [
        fit_learning_curve(T, RIGHT, [40] * 10, chance=chance, lapse=lapse)
        for chance, lapse in ((0.5, 0.02), (0.5, "fit"), ("fit", "fit"))
    ]
    tops = [each.log_likelihood[0] for each in fits]
    assert tops == sorted(tops)
    widths = [np.diff(each.interval)[0] for each in fits]
    assert widths == sorted(widths)


def test_an_end_at_its_bound_has_an_open_interval():
    found = fit_learning_curve(range(8), [20, 20, 21, 30, 39, 40, 40, 40], [40] * 8, lapse="fit")
    assert found.lapse == pytest.approx(0.0, abs=1e-6) and found.intervals["ceiling"][1] == 1.0


def test_with_one_layer_a_fitted_chance_is_what_is_known_at_the_beginning():
    found = fit_learning_curve(T, RIGHT, [40] * 10, depth=1, chance="fit")
    assert found.initial_fraction < 1e-12
    assert found.predicted([0.0])[0] == pytest.approx(found.chance)


@pytest.mark.parametrize("ends", [(0.5, 0.98), (0.5, None), (None, None)])
def test_noise_is_rarely_taken_for_learning(ends):
    """At most 8% of answers at chance; 5% are meant, and a third of it is found."""
    rng = np.random.default_rng(0)
    called = 0
    for _ in range(MANY):
        problem = Problem(
            network(2.0), RightAnswers(T, rng.binomial(40, 0.5, 10).astype(float), np.full(10, 40.0)), *ends
        )
        parameters = problem.parameters
        called += problem.best()[0] - problem.flat() >= problem.seen.allowed(0.95, parameters - 1, parameters)
    assert called <= 0.08 * MANY


def test_noisy_scores_are_rarely_taken_for_learning():
    rng = np.random.default_rng(0)
    called = 0
    for _ in range(MANY // 2):
        problem = Problem(network(2.0), Scores(T, rng.standard_normal(10), None), None, None)
        called += problem.best()[0] - problem.flat() >= problem.seen.allowed(0.95, 3, 4)
    assert called <= 0.1 * (MANY // 2)


def test_more_numbers_than_blocks_are_refused():
    with pytest.raises(
        InputError, match="time has 3 blocks, but 4 numbers are fitted; pass more, or fix chance and lapse"
    ):
        fit_learning_curve([0, 1, 2], [10, 15, 20], [20] * 3, chance="fit", lapse="fit")
    with pytest.raises(InputError, match="lapse is 'free', which is not a number"):
        fit_learning_curve(T, RIGHT, [40] * 10, lapse="free")
