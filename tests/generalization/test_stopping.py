"""When to stop: the condition with many digits, its limits, the one minimum, and what it costs against ridge."""

import os

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import ive

from ontogeny import InputError
from ontogeny.generalization import bayes_error, optimal_stopping, ridge_error, test_error
from ontogeny.random_matrices.marchenko_pastur import edges, relaxation_rate

COARSER = 3 if os.environ.get("CI") else 1  # grids of loads and signals
ROOT = 1e-13  # relative; log A carries its rounding through the slope


def exact_time(load, amount):
    """Root of the condition by mpmath, from a start that it does not need."""
    with mpmath.workdps(25):
        a, ratio = mpmath.mpf(load), mpmath.mpf(amount)
        root = mpmath.sqrt(a)
        gap = (1 - root) ** 2

        def rate(u):
            return mpmath.besseli(1, 2 * root * u) * mpmath.exp(-2 * root * u) / u

        def missing(t):
            cuts = [0, *(x / gap for x in (0.5, 2, 8, 30) if gap and x / gap < t), t]
            integral = mpmath.quad(lambda w: rate(t + w) * mpmath.exp(-gap * w), cuts)
            return mpmath.log(integral / rate(2 * t)) + gap * t - mpmath.log(ratio)

        low, high = edges(load)
        start = [np.log1p(edge * amount) / edge if edge else amount for edge in (float(high), float(low))]
        return float(mpmath.findroot(missing, start, solver="anderson", tol=1e-18))


@pytest.mark.parametrize("load", [0.1, 0.5, 1 - 1e-12, 1.0, 1.01, 10.0])
@pytest.mark.parametrize("amount", [1e-6, 5.0, 1e4])
def test_the_condition_with_many_digits(load, amount):
    found = optimal_stopping(load, signal_variance=0.7 * amount, initial_variance=0.3 * amount)
    np.testing.assert_allclose(found.time, exact_time(load, amount), rtol=ROOT)
    np.testing.assert_allclose(optimal_stopping(load, signal_variance=2 * amount, noise_variance=2.0).time, found.time)


def test_so_little_noise_that_the_decay_spans_hundreds_of_decades():
    found = optimal_stopping(2.0, signal_variance=1e140)
    np.testing.assert_allclose(found.time, exact_time(2.0, 1e140), rtol=ROOT)


def test_eight_rounds_are_more_than_enough(monkeypatch):
    loads = np.array([0.01, 0.5, 0.99, 1.0, 1.001, 2.0, 1e3])[:, None]
    known = {"signal_variance": np.geomspace(1e-8, 1e14, 40)}
    eight = optimal_stopping(loads, **known).time
    monkeypatch.setattr("ontogeny.generalization.stopping.ROUNDS", 16)
    np.testing.assert_allclose(eight, optimal_stopping(loads, **known).time, rtol=1e-14)
    assert np.all(eight <= known["signal_variance"] * (1 + 1e-12))


@pytest.mark.parametrize("load", [0.1, 0.5, 0.99, 1.0, 1.01, 2.0, 10.0])
@pytest.mark.parametrize("amount", [0.05, 5.0, 1e3])
def test_the_curve_falls_to_the_minimum_and_then_rises(load, amount):
    stop = optimal_stopping(load, signal_variance=amount)
    times = float(stop.time) * np.geomspace(1e-3, 1e3, 241)
    errors = test_error(times, load, signal_variance=amount)
    slack = 1e-14 * errors[1:]
    assert np.all(np.diff(errors[:121]) <= slack[:120]) and np.all(np.diff(errors[120:]) >= -slack[120:])
    np.testing.assert_allclose(errors[120], stop.error, rtol=1e-15)
    assert stop.error <= errors.min() + slack[0] and stop.bayes_error < stop.error <= stop.final_error


def test_the_ratio_behind_the_uniqueness_rises():
    """Its slope is that of x I0/I1, which climbs from 0 to 1."""
    x = np.geomspace(1e-3, 1e4, 4000)
    slope = np.gradient(x * ive(0, x) / ive(1, x), x)
    assert np.all(slope < 1 + 1e-6) and np.all(np.diff(slope) > -1e-5) and slope[0] < 1e-2


def test_numbers_of_the_specification():
    stop = optimal_stopping(0.5, signal_variance=5.0, initial_variance=[0.0, 0.1, 1.0, 5.0])
    np.testing.assert_allclose(stop.time, [2.71, 2.75, 3.16, 4.79], atol=5e-3)
    np.testing.assert_allclose(stop.error, [4.130, 4.185, 4.670, 6.770], atol=5e-4)
    np.testing.assert_allclose(optimal_stopping(1.0, signal_variance=5.0).error, 2.8376, atol=5e-5)


def test_at_load_1_the_time_grows_linearly_and_with_a_gap_logarithmically():
    linear = 1 / (4 * (np.sqrt(2) - 1))
    assert round(linear, 5) == 0.60355
    stop = optimal_stopping(1.0, signal_variance=[1e4, 1e12])
    assert round(float(stop.time[0]), 2) == 6035.58 and round(linear * 1e4, 1) == 6035.5
    np.testing.assert_allclose(stop.time[1], linear * 1e12, rtol=1e-9)
    np.testing.assert_allclose(stop.error[1] / 1e6, 1.02703, atol=5e-6)
    np.testing.assert_allclose(stop.bayes_error[1] / 1e6, 1.0, atol=1e-5)
    for load in (0.5, 2.0):
        low = float(edges(load)[0])
        times = optimal_stopping(load, signal_variance=[1e8, 1e12]).time
        np.testing.assert_allclose(times, np.log(np.array([1e8, 1e12]) * low / 2**1.5) / low, rtol=1e-2)
    np.testing.assert_allclose(optimal_stopping(0.7, signal_variance=1e-9).time, 1e-9, rtol=1e-8)


def test_with_a_stop_in_time_more_samples_are_always_better():
    loads = np.geomspace(0.03, 30, 120)
    for signal in (0.1, 5.0, 1e4):
        assert np.all(np.diff(optimal_stopping(loads, signal_variance=signal).error) < 0)


def excess_over_ridge(load, signal):
    stop = optimal_stopping(load, signal_variance=signal)
    return (stop.error - 1) / (ridge_error(load, signal_variance=signal) - 1)


def test_stopping_early_is_never_more_than_four_percent_behind_the_best_ridge():
    at = np.array([1.4987, 9.508])
    np.testing.assert_allclose(excess_over_ridge(*at), 1.040138, atol=5e-7)
    top = minimize(lambda x: -float(excess_over_ridge(*np.exp(x))), np.log([1.2, 5.0]), method="Nelder-Mead", tol=1e-10)
    np.testing.assert_allclose(-top.fun, 1.040138, atol=5e-7)
    np.testing.assert_allclose(np.exp(top.x), at, rtol=1e-3)
    loads, signals = np.geomspace(0.02, 50, 200 // COARSER)[:, None], np.geomspace(1e-3, 1e7, 150 // COARSER)
    grid = excess_over_ridge(loads, signals)
    assert grid.max() < 1.040139 and grid.min() >= 1 - 1e-12
    loads, signals = 1 + np.geomspace(1e-5, 1, 60 // COARSER)[:, None], np.geomspace(1, 1e10, 80 // COARSER)
    stop = optimal_stopping(loads, signal_variance=signals)
    whole = stop.error / stop.bayes_error
    np.testing.assert_allclose(whole.max(), 1.0351, atol=2e-4)


def test_nothing_to_learn_and_no_noise():
    stop = optimal_stopping(
        [0.5, 0.5, 1.0, 1.0], signal_variance=[0.0, 3.0, 3.0, 0.0], noise_variance=[1.0, 0.0, 0.0, 0.0]
    )
    assert stop.time.tolist() == [0.0, np.inf, np.inf, 0.0]
    assert stop.error.tolist() == [1.0, 1.5, 0.0, 0.0]
    assert not np.isnan(stop.to_dataframe()).any(axis=None)


def test_the_record_says_what_it_found():
    stop = optimal_stopping([0.5, 1.0, 2.0, 3.0], signal_variance=5.0, tau=2.0)
    np.testing.assert_allclose(stop.time, 2 * optimal_stopping([0.5, 1.0, 2.0, 3.0], signal_variance=5.0).time)
    table = stop.to_dataframe()
    assert list(table.columns[:4]) == ["time", "error", "final_error", "bayes_error"] and len(table) == 4
    assert "load 1: stop at t = 6.134 with test error 2.838, inf at the end" in repr(stop) and "1 more" in repr(stop)
    assert "only minimum" in stop.meaning
    np.testing.assert_array_equal(stop.bayes_error, bayes_error([0.5, 1.0, 2.0, 3.0], signal_variance=5.0))


def test_derivatives_at_load_1(jax):
    """Of the best time by one traced step of Newton, of the error at a time that is held: both against differences."""

    def law(point):
        a, s, n, i = point
        stop = optimal_stopping(a, signal_variance=s, noise_variance=n, initial_variance=i)
        return stop.time, stop.error

    point, step = np.array([1.0, 5.0, 1.0, 0.3]), 1e-3
    with jax.enable_x64(True):
        found = np.array(jax.jit(jax.jacfwd(law))(jax.numpy.asarray(point)))
    for k in range(4):
        at = [np.array(law(point + j * step * np.eye(4)[k])) for j in (-2, -1, 1, 2)]
        np.testing.assert_allclose(found[:, k], (8 * (at[2] - at[1]) - (at[3] - at[0])) / (12 * step), rtol=1e-7)


def test_every_array_library_and_a_compiler_agree(jax, torch):
    loads = np.array([0.4, 1.0, 3.0])
    law = lambda a: optimal_stopping(a, signal_variance=5.0).time  # noqa: E731
    with jax.enable_x64(True):
        compiled = np.asarray(jax.jit(law)(loads))
    for found in (compiled, law(torch.tensor(loads))):
        np.testing.assert_allclose(found, law(loads), rtol=1e-12)


def test_the_slope_vanishes_where_the_two_rates_balance():
    stop = optimal_stopping(0.8, signal_variance=5.0)
    t = float(stop.time)
    nodes, weights = np.polynomial.legendre.leggauss(60)
    u = t * (1.5 + nodes / 2)
    np.testing.assert_allclose(5 * relaxation_rate(2 * t, 0.8), t / 2 * weights @ relaxation_rate(u, 0.8), rtol=1e-13)


BAD = [
    ({"load": 0.0}, r"load is 0\.0"),
    (
        {"signal_variance": -1.0},
        r"signal_variance is -1\.0, but a variance cannot be negative",
    ),
    ({"tau": -1.0}, r"tau is -1\.0"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD)
def test_bad_input_is_answered_with_a_sentence(wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        optimal_stopping(**{"load": 1.0, **wrong})
