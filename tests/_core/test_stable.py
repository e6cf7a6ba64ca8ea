"""The limits against 60 digits, in value and in derivative, on both sides of every switch."""

import itertools

import mpmath
import numpy as np
import pytest

from derivatives import by_differences, by_jax, by_torch, precisely
from ontogeny._core.stable import NEAR, _growth, log1p_ratio, logistic_growth, quiet, relaxation_integral

VALUE = 1e-15  # relative, for each unit of the exponent x: exp(x) has |x| times the rounding error of x
LOGARITHM = 1e-14  # relative; a dozen roundings
SLOPE = 1e-11  # relative to the largest term: beyond the switch at 1e-3 autodiff subtracts terms that agree to 3 digits


def exact_relaxation(r, t):
    return t if r * t == 0 else -mpmath.expm1(-r * t) / r


def exact_log1p(r, z):
    return z if r * z == 0 else mpmath.log1p(r * z) / r


def exact_growth(t, r, x0, c):
    return x0 / (mpmath.exp(-r * t) + c * x0 * exact_relaxation(r, t))


SMALL = [0.0, 1e-300, 1e-20, 1e-8, 1e-5, 0.9 * NEAR, NEAR * (1 - 1e-15), NEAR, NEAR * (1 + 1e-15), 1.1 * NEAR, 0.01]
LARGE = [0.3, 1.0, 30.0, 500.0]


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("time", [1e-9, 0.37, 1.0, 40.0])
def test_relaxation_integral_is_exact_across_its_switch(sign, time):
    rates = sign * np.array(SMALL + LARGE) / time
    expected = np.array([precisely(exact_relaxation, r, time) for r in rates])
    exponent = 1 + np.abs(rates * time)
    assert np.max(np.abs(relaxation_integral(rates, time) / expected - 1) / exponent) < VALUE


@pytest.mark.parametrize("growth", [1e-9, 0.37, 1.0, 1e6])
def test_log1p_ratio_is_exact_across_its_switch(growth):
    rates = np.array([*SMALL, *LARGE, 1e9, *(-x for x in SMALL), -0.3, -0.999]) / growth
    expected = [precisely(exact_log1p, r, growth) for r in rates]
    np.testing.assert_allclose(log1p_ratio(rates, growth), expected, rtol=LOGARITHM)


@pytest.mark.parametrize("x0", [1e-50, 1e-6, 0.5, 3.0])
@pytest.mark.parametrize("c", [0.0, 1e-3, 1.0, 7.0])
def test_logistic_growth_is_exact_over_wide_ranges(x0, c):
    rates = np.array([*SMALL, *LARGE, *(-x for x in SMALL + LARGE), -1.0 + 1e-15, -1.0 - 1e-15])
    expected = np.array([precisely(exact_growth, 1.0, r, x0, c) for r in rates])
    exponent = 1 + np.abs(rates)
    assert np.max(np.abs(logistic_growth(1.0, rates, x0, c) / expected - 1) / exponent) < VALUE


def test_late_times_neither_overflow_nor_warn():
    late = np.array([1e3, 1e6, 1e300, np.inf])
    np.testing.assert_array_equal(relaxation_integral(2.0, late), 0.5)
    np.testing.assert_array_equal(logistic_growth(late, 2.0, 1e-3, 4.0), 0.5)
    np.testing.assert_array_equal(logistic_growth(late, -2.0, 1e-3, 4.0), 0.0)
    np.testing.assert_array_equal(logistic_growth(late, 2.0, 0.0, 4.0), 0.0)
    np.testing.assert_array_equal(logistic_growth(late, -2.0, 0.0, 4.0), 0.0)


def test_an_array_may_grow_and_decay_at_once():
    assert logistic_growth(np.inf, [1.0, -1.0], 0.1, 1.0).tolist() == [1.0, 0.0]


SINGULAR = [0.0, 1e-12, 1e-6, -1e-6, NEAR * 0.999, NEAR * 1.001, -NEAR * 1.001, 0.02, 0.7, -0.7]
POINTS = {
    "relaxation_integral": (relaxation_integral, exact_relaxation, [*itertools.product(SINGULAR, [0.0, 1.3])]),
    "log1p_ratio": (log1p_ratio, exact_log1p, [*itertools.product(SINGULAR, [0.0, 1.3])]),
    "logistic_growth": (
        logistic_growth,
        exact_growth,
        [
            *itertools.product([1.3], [*SINGULAR, -1.0, -3.0, 6.0], [0.0, 1e-3, 0.7], [0.0, 0.8]),
            *itertools.product([0.0], [0.0, 2.0, -2.0], [0.0, 0.5], [0.0, 0.8]),
        ],
    ),
}


@pytest.mark.parametrize("name", POINTS)
def test_derivatives_are_those_of_60_digits(name, jax, torch):
    law, exact, points = POINTS[name]
    expected = np.array([by_differences(exact, point) for point in points])
    scale = 1 + np.abs(expected)
    batch = np.array(points).T
    with jax.enable_x64(True):
        arguments = tuple(range(len(batch)))
        backward = jax.vmap(jax.grad(law, arguments))(*map(jax.numpy.asarray, batch))
        forward = jax.vmap(jax.jacfwd(law, arguments))(*map(jax.numpy.asarray, batch))
    leaves = [torch.tensor(row, requires_grad=True) for row in batch]
    pytorch = torch.autograd.grad(law(*leaves).sum(), leaves)
    for found in (backward, forward, pytorch):
        error = np.abs(np.stack([np.asarray(part) for part in found], axis=1) - expected) / scale
        assert error.max() < SLOPE, points[int(error.max(axis=1).argmax())]


def test_one_point_at_a_time_gives_the_same_derivatives(jax, torch):
    point = (1.3, 0.0, 0.5, 0.8)
    expected = by_differences(exact_growth, point)
    for found in (*by_jax(jax, logistic_growth, point), by_torch(torch, logistic_growth, point)):
        np.testing.assert_allclose(found, expected, rtol=SLOPE)


def test_derivatives_stay_finite_late(jax):
    with jax.enable_x64(True):
        slopes = jax.grad(logistic_growth, (0, 1, 2, 3))(1e4, 2.0, 1e-3, 4.0)
    np.testing.assert_allclose([float(x) for x in slopes], [0, 1 / 4, 0, -2 / 16], atol=SLOPE)


def test_growth_without_crowding_overflows_to_inf_and_not_back_to_the_start():
    assert logistic_growth(1e4, 1.0, 0.3, 0.0) == np.inf
    assert logistic_growth(1e4, 1.0, 0.0, 0.0) == 0.0
    np.testing.assert_allclose(logistic_growth(10.0, 1.0, 0.3, 0.0), 0.3 * np.exp(10), rtol=1e-14)


def test_quiet_makes_numbers_of_arrays_without_dimensions_alone():
    pair = quiet(lambda x: (np.asarray(x), np.full(2, x)))(2.0)
    assert type(pair[0]) is np.float64 and pair[1].tolist() == [2.0, 2.0]
    assert quiet(lambda: "words")() == "words" and quiet(lambda: np.asarray(True))() is np.True_
    with np.errstate(all="raise"):
        assert quiet(lambda x: 1 / x)(np.asarray(0.0)) == np.inf


def test_growth_by_one_exponential_is_growth_from_any_start():
    edges = [0.0, 1e-310, 1e-300, 1e-290, 1e-12, 0.1, 1.0, 2 - 1e-15, 2.0, 2 + 1e-15, 30.0, np.inf, np.nan]
    starts, rates = np.array(edges)[:, None, None], np.array([-1.0, 0.0, 1e-305, 1e-9, 1.0, 20.0, np.inf, np.nan])
    for crowding in (0.0, 1e-200, 1.0, 1e100, np.inf):
        times = np.array([0.0, 1e-9, 0.3, 30.0, 1e5, np.inf, np.nan])[:, None]
        with np.errstate(all="ignore"):
            found = logistic_growth(times, rates, starts, crowding)
            slow = _growth(np, *map(np.asarray, (times, rates, starts, crowding)))
            exponent = 1 + np.abs(times * rates)
            error = np.abs(found / slow - 1) / np.where(np.isfinite(exponent), exponent, 1)
        known = np.isfinite(slow) & (slow != 0)
        assert error[known].max() < VALUE
        np.testing.assert_array_equal(found[~known], slow[~known])


def test_growth_begins_at_its_start_to_the_last_digit():
    starts = np.geomspace(1e-12, 2.0, 2001)
    np.testing.assert_array_equal(logistic_growth(0.0, 1.0, starts, 1.0), starts)
