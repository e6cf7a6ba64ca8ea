"""Families of curves: derivatives against finite differences, half-times, and a sum over blocks."""

import numpy as np
import pytest
from scipy.special import expit

from ontogeny.fitting.curves import rate
from ontogeny.fitting.observed import RightAnswers, Scores
from ontogeny.fitting.search import Problem
from ontogeny.fitting.shapes import network, network_by_rate, power_law, weibull

T = np.arange(12.0)
SHAPES = {
    "one layer": (network(1.0), [1.2, -2.0]),
    "two layers": (network(2.0), [1.5, -4.0]),
    "3.5 layers": (network(3.5), [1.5, -4.0]),
    "by rate, one layer": (network_by_rate(1.0), [-1.0, -2.0]),
    "by rate, two layers": (network_by_rate(2.0), [0.2, -3.0]),
    "by rate, three layers": (network_by_rate(3.0), [0.5, -3.0]),
    "power law": (power_law(), [0.8, -2.0, 0.4]),
    "weibull": (weibull(), [1.4, -2.0, 0.9]),
}
NUMBERS = {
    "right answers": RightAnswers(T, np.array([9, 11, 10, 13, 16, 15, 18, 20, 19, 20, 20, 20.0]), np.full(12, 20.0)),
    "scores": Scores(T, np.array([0.1, 0, 0.2, 0.1, 0.6, 1.1, 1.3, 1.9, 2.0, 2.1, 2.2, 2.0]), None),
    "scores with errors": Scores(T, np.linspace(0.0, 2.0, 12), np.linspace(0.1, 0.3, 12)),
}
STEP = 1e-6  # of central differences, which then err by about 1e-9
SAME = 2e-7


@pytest.mark.parametrize("name", SHAPES)
def test_derivatives_of_the_curve(name):
    shape, where = SHAPES[name][0], np.array(SHAPES[name][1])
    slopes = shape.slopes(T, shape.share(T, where), where)
    for place in range(where.size):
        step = np.eye(where.size)[place] * STEP
        numeric = (shape.share(T, where + step) - shape.share(T, where - step)) / (2 * STEP)
        np.testing.assert_allclose(slopes[place], numeric, atol=SAME)


@pytest.mark.parametrize("seen", NUMBERS)
@pytest.mark.parametrize("ends", [(0.4, 0.98), (None, 0.98), (0.4, None), (None, None)])
def test_derivatives_of_the_likelihood(seen, ends):
    problem = Problem(network(2.0), NUMBERS[seen], *ends)
    where = np.array([1.5, -3.0, *[0.41] * (ends[0] is None), *[0.96] * (ends[1] is None)])
    value, slopes = problem.negative(where)
    numeric = [
        (problem.negative(where + step)[0] - problem.negative(where - step)[0]) / (2 * STEP)
        for step in np.eye(where.size) * STEP
    ]
    np.testing.assert_allclose(slopes, numeric, rtol=1e-6, atol=1e-6)
    assert value == pytest.approx(-problem.seen.log_likelihood(problem.predicted(T, where))[0])


@pytest.mark.parametrize("name", SHAPES)
def test_the_half_time_is_where_half_is_learned(name):
    shape, where = SHAPES[name][0], np.array(SHAPES[name][1])
    half = shape.half(where)
    assert shape.share(np.array([half]), where)[0] == pytest.approx(0.5, abs=1e-9)
    if "by rate" not in name:
        assert shape.share(np.array([0.0]), where)[0] == pytest.approx(expit(where[1]), abs=1e-12)


def test_the_rate_is_a_parameter_of_the_same_curves():
    where = np.array([np.log(5.0), -3.0])
    fastness = rate(5.0, float(expit(-3.0)), 3.0)
    by_rate = network_by_rate(3.0).share(T, np.array([np.log(fastness), -3.0]))
    np.testing.assert_allclose(by_rate, network(3.0).share(T, where), atol=1e-12)


def test_a_weibull_curve_of_exponent_one_and_a_steep_power_law_are_exponential():
    one = network(1.0).share(T, np.array([np.log(4.0), -20.0]))
    np.testing.assert_allclose(weibull().share(T, np.array([np.log(4.0), -20.0, 0.0])), one, atol=1e-8)
    steep = np.array([np.log(4.0 / np.log(2) * 1e4), -20.0, np.log(1e4)])
    np.testing.assert_allclose(power_law().share(T, steep), one, atol=1e-3)
