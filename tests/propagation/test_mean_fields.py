"""Mean field: against many digits, wide random networks, iteration of the maps, and the numbers of the theory."""

import functools
import warnings

import mpmath
import numpy as np
import pytest
from scipy.optimize import brentq

from gaussian_means import MANY_DIGITS, mean
from ontogeny import InputError
from ontogeny._core.nonlinearities import TABLE, Nonlinearity
from ontogeny.propagation import AccuracyWarning, correlation_map, mean_field, variance_map

CLOSED = 1e-10  # absolute, the accuracy that is promised for fixed points, chi_1 and inverse depth scales
DONE = 1e-9  # relative, of a step of Newton's method
PLANE = [(0.5, 0.05), (1.3, 0.0), (1.3, 0.05), (2.2, 1.0), (4.0, 0.0), (4.0, 0.3)]


def many_digits(name, w, b, guess):
    """Fixed point of the variance near a guess and chi_1 there, with 20 digits."""
    with mpmath.workdps(20):
        value, slope = map(functools.cache, MANY_DIGITS[name])  # the integrals at one variance share their nodes
        q = mpmath.mpf(guess)
        if q > 0:
            for _ in range(4):  # of Newton's method, until nothing changes that could be seen
                square = w * mean(lambda h: value(h) ** 2, q) + b
                growth = w * mean(lambda h: value(h) * slope(h) * h, q) / q
                change = (square - q) / (growth - 1)
                q = q - change
                if abs(change) < DONE * q:  # the next one is as the square of this one
                    break
        return float(q), float(w * mean(lambda h: slope(h) ** 2, q)) if q > 0 else None


@pytest.mark.parametrize("name", ["tanh", "erf", "sigmoid", "hard_tanh", "leaky_relu", "relu"])
def test_against_many_digits(name):
    for w, b in PLANE:
        field = mean_field(name, w, b)
        if not 0 < field.variance_fixed_point < np.inf:
            continue
        q, chi = many_digits(name, w, b, field.variance_fixed_point)
        assert field.variance_fixed_point == pytest.approx(q, abs=CLOSED)
        assert field.chi_1 == pytest.approx(chi, abs=CLOSED)
        assert field.inverse_depth_scales.gradient == pytest.approx(-np.log(chi), abs=CLOSED)
        assert field.error < CLOSED


@pytest.mark.parametrize("name", ["gelu", "silu"])
def test_units_that_do_not_saturate_where_a_fixed_point_attracts(name):
    for w, b in ((1.5, 0.05), (1.9, 0.0001), (2.2, 0.05)):
        field = mean_field(name, w, b, start_variance=0.01)
        q, chi = many_digits(name, w, b, field.variance_fixed_point)
        assert (field.variance_fixed_point, field.chi_1) == (pytest.approx(q, abs=1e-8), pytest.approx(chi, abs=1e-8))


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize(("w", "b"), [(0.8, 0.1), (1.7, 0.0), (3.1, 0.4)])
@pytest.mark.parametrize("start", [0.05, 1.0, 9.0])
def test_the_fixed_point_is_the_one_that_iteration_reaches(name, w, b, start):
    field, q = mean_field(name, w, b, start_variance=start), start
    for _ in range(4000):
        after = float(variance_map(q, name, w, b))
        if after > 1e11 or after < 1e-11 or after == q:
            break
        q = after
    if after > 1e11:
        assert field.variance_fixed_point == np.inf
    else:
        assert field.variance_fixed_point == pytest.approx(after, rel=1e-6, abs=1e-9)


def test_the_numbers_of_the_theory():
    for gain, q in ((1.1, 0.11275), (1.5, 0.79335), (2.0, 2.12147)):
        assert mean_field("tanh", gain**2).variance_fixed_point == pytest.approx(q, abs=5e-6)
    near, far = mean_field("tanh", 1.2, 0.05), mean_field("tanh", 2.5, 0.05)
    assert near.variance_fixed_point == pytest.approx(0.26990201, abs=5e-9)
    assert near.chi_1 == pytest.approx(0.84516643, abs=5e-9)
    assert near.correlation_fixed_point == 1
    assert near.depth_scales.correlation == pytest.approx(5.944536, abs=5e-7)
    assert near.depth_scales.variance == pytest.approx(1.808783, abs=5e-7)
    assert far.variance_fixed_point == pytest.approx(1.06395838, abs=5e-9)
    assert far.chi_1 == pytest.approx(1.13351570, abs=5e-9)
    assert far.correlation_fixed_point == pytest.approx(0.44680423, abs=5e-9)
    assert far.depth_scales.correlation == pytest.approx(11.795598, abs=5e-7)
    assert far.depth_scales.variance == pytest.approx(1.179873, abs=5e-7)


def test_tanh_of_gain_1_without_biases_is_exactly_critical():
    field = mean_field("tanh", 1.0)
    assert (field.variance_fixed_point, field.chi_1, field.phase) == (0.0, 1.0, "critical")
    assert field.inverse_depth_scales.gradient == 0 and field.depth_scales.gradient == np.inf
    q, layers = 1.0, 3000
    for _ in range(layers):
        q = float(variance_map(q, "tanh", 1.0))
    assert q * 2 * layers == pytest.approx(1, abs=2e-3)  # as one over twice the layer


@pytest.mark.parametrize(("name", "w", "b"), [("tanh", 1.21, 0.0), ("erf", 2.0, 0.1), ("hard_tanh", 1.5, 0.1)])
def test_depth_scales_are_those_of_iterated_maps(name, w, b):
    field = mean_field(name, w, b)
    q, c = field.variance_fixed_point, field.correlation_fixed_point
    nudged = q * (1 + 1e-6)
    shrunk = (float(variance_map(nudged, name, w, b)) - q) / (nudged - q)
    assert field.inverse_depth_scales.variance == pytest.approx(-np.log(shrunk), abs=1e-5)
    moved = (float(correlation_map(c + 1e-6, name, w, b, variance=q)) - c) / 1e-6
    assert field.inverse_depth_scales.correlation == pytest.approx(-np.log(moved), abs=1e-5)
    assert float(correlation_map(c, name, w, b, variance=q)) == pytest.approx(c, abs=CLOSED)


@pytest.mark.parametrize("chi_distance", [1e-3, 1e-6, 1e-9])
def test_inverse_correlation_scales_hold_near_the_critical_line(chi_distance):
    """There the two slopes are 1 more and 1 less: what the fixed point leaves is the mirror of what it had."""
    bias = 0.05
    critical = brentq(lambda w: mean_field("tanh", w, bias).chi_1 - 1 - chi_distance, 1.7, 1.9, xtol=1e-15)
    field = mean_field("tanh", critical, bias)
    rates = field.inverse_depth_scales
    assert rates.correlation == pytest.approx(-rates.gradient, rel=0.01, abs=CLOSED)
    assert 0 < 1 - field.correlation_fixed_point < 7 * chi_distance


def network(name, w, b, layers, width, seed, start):
    """Sums of two inputs of correlation .6 in every layer of a sampled network."""
    rng = np.random.default_rng(seed)
    first = rng.standard_normal((width, 2)) @ np.linalg.cholesky([[1, 0.6], [0.6, 1]]).T * np.sqrt(start)
    sums = [first]
    for _ in range(layers):
        weights = rng.standard_normal((width, width)) * np.sqrt(w / width)
        sums.append(weights @ TABLE[name].of(sums[-1]) + np.sqrt(b) * rng.standard_normal((width, 1)))
    return sums


FINITE = 4 * np.sqrt(2 / 1000)  # relative fluctuation of a mean square over 1000 units, four standard deviations


@pytest.mark.parametrize("name", ["tanh", "relu", "gelu", "hard_tanh", "silu"])
def test_a_wide_random_network_follows_the_variance_map(name):
    w, b, start = 1.6, 0.1, 1.0
    sums, q = network(name, w, b, 3, 1000, 0, start), start
    for layer in sums[1:]:
        q = float(variance_map(q, name, w, b))
        assert np.mean(layer**2) == pytest.approx(q, rel=FINITE)


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_a_wide_random_network_follows_the_correlation_map(name):
    w, b = 1.4, 0.1
    q = float(mean_field(name, w, b).variance_fixed_point)
    one, two = network(name, w, b, 1, 2000, 1, q)[:2]
    c = np.corrcoef(one.T)[0, 1]
    expected = float(correlation_map(c, name, w, b, variance=q))
    assert (two[:, 0] @ two[:, 1]) / np.linalg.norm(two[:, 0]) / np.linalg.norm(two[:, 1]) == pytest.approx(
        expected, abs=4 / np.sqrt(2000)
    )


def test_rectified_units_at_every_edge():
    kept = mean_field("relu", 2.0, start_variance=3.0)
    assert (kept.variance_fixed_point, kept.chi_1, kept.correlation_fixed_point) == (3.0, 1.0, 1.0)
    assert not kept.all_fixed_points.kind
    assert mean_field("relu", 2.0, 0.1).variance_fixed_point == np.inf
    assert mean_field("relu", 2.5).variance_fixed_point == np.inf
    assert mean_field("relu", 1.0).variance_fixed_point == 0
    assert mean_field("leaky_relu", 2 / 1.0001).chi_1 == pytest.approx(1, abs=1e-15)


def test_gelu_has_no_single_fixed_point():
    alone = mean_field("gelu", 2.2)
    assert alone.all_fixed_points.kind == ("stable", "unstable")
    np.testing.assert_allclose(alone.all_fixed_points.variance, [0, 1.722], atol=5e-4)
    assert alone.all_fixed_points.slope[1] == pytest.approx(1.10, abs=5e-3)
    assert alone.variance_fixed_point == 0
    assert mean_field("gelu", 2.2, start_variance=1.8).variance_fixed_point == np.inf
    both = mean_field("gelu", 2.2, 0.05).all_fixed_points
    np.testing.assert_allclose(both.variance, [0.1563, 1.188], atol=5e-4)
    none = mean_field("gelu", 2.2, 0.5)
    assert none.variance_fixed_point == np.inf and none.chi_1 == pytest.approx(1.1) and not none.all_fixed_points.kind


def test_rounding_makes_no_fixed_points():
    """At a weight variance of 2 SiLU loses less than rounding at large variances."""
    points = mean_field("silu", 2.0, 1e-8).all_fixed_points
    assert points.kind == ("stable",) and points.variance[0] == pytest.approx(2e-8, rel=1e-6)


def test_the_largest_weights_are_not_called_inexact():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert mean_field("tanh", 1e8, 1.0).error < 1e-12


def test_what_is_undefined_is_not_a_number():
    assert np.isnan(mean_field("tanh", 0.5).correlation_fixed_point)  # all correlations are kept as activity dies out
    assert np.isnan(mean_field("linear", 1.0).correlation_fixed_point)
    assert np.isnan(variance_map(np.nan, "tanh", 1.0))
    assert variance_map(np.inf, "tanh", 2.0, 0.5) == 2.5
    assert variance_map(np.inf, "relu", 2.0, 0.5) == np.inf


def test_no_weights_leave_the_biases():
    field = mean_field("tanh", 0.0, 0.3)
    assert (field.variance_fixed_point, field.chi_1, field.correlation_fixed_point) == (pytest.approx(0.3), 0.0, 1.0)
    assert field.depth_scales.gradient == 0


def test_a_kink_that_is_not_declared_is_said():
    with pytest.warns(AccuracyWarning, match=r"halving the steps of the sums changes the result by .*kinks"):
        unaware = mean_field(np.abs, 0.9, 0.1)
    assert unaware.error > 1e-8
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        aware = mean_field(Nonlinearity(np.abs, kinks=(0.0,)), 0.9, 0.1)
    assert aware.error < 1e-11 and aware.chi_1 == pytest.approx(0.9, abs=1e-11)
    assert 1e-8 < abs(unaware.chi_1 - 0.9) < 20 * unaware.error


def test_a_map_that_is_not_monotone_is_iterated():
    """A bump folds large variances back to small ones."""
    bump = Nonlinearity(lambda h: h * np.exp(-(h**2) / 2), lambda h: (1 - h**2) * np.exp(-(h**2) / 2), name="bump")
    field, q = mean_field(bump, 8.0, 0.01, start_variance=5.0), 5.0
    for _ in range(500):
        q = float(variance_map(q, bump, 8.0, 0.01))
    assert field.variance_fixed_point == pytest.approx(q, rel=1e-9)
    square = 8.0 * q / (1 + 2 * q) ** 1.5 + 0.01  # closed
    assert q == pytest.approx(square, rel=1e-12)


def test_jax_follows_the_variance_map(jax):
    with jax.enable_x64(True):
        for name in ("tanh", "gelu", "leaky_relu"):
            slope = float(jax.grad(lambda q, name=name: variance_map(q, name, 1.3, 0.2))(0.7))
            steps = [float(variance_map(0.7 + h, name, 1.3, 0.2)) for h in (-1e-5, 1e-5)]
            assert slope == pytest.approx((steps[1] - steps[0]) / 2e-5, rel=1e-7)


def test_records_as_tables():
    field = mean_field("tanh", 1.2, 0.05)
    row = field.to_dataframe().iloc[0]
    assert row["nonlinearity"] == "tanh" and row["chi_1"] == field.chi_1
    assert row["inverse_correlation_scale"] == field.inverse_depth_scales.correlation
    assert mean_field("gelu", 2.2, 0.05).all_fixed_points.to_dataframe()["kind"].tolist() == ["stable", "unstable"]
    assert isinstance(field.variance_fixed_point, np.float64) and "ordered" in repr(field)


def test_refusals():
    with pytest.raises(InputError, match=r"weight_variance is -1, but a variance is not negative"):
        mean_field("tanh", -1)
    with pytest.raises(InputError, match=r"variance is -0.5, but a variance cannot be negative"):
        variance_map([1.0, -0.5], "tanh", 1.0)
    with pytest.raises(InputError, match=r"correlation is 1.5; write a number from -1 to 1"):
        correlation_map(1.5, "tanh", 1.0, variance=1.0)
    with pytest.raises(InputError, match=r"variance is 0, but sums that do not vary have no correlation"):
        correlation_map(0.5, "tanh", 1.0, variance=0.0)
    with pytest.raises(InputError, match=r"start_variance is nan, but it must be finite"):
        mean_field("tanh", 1.0, start_variance=np.nan)


def test_a_slow_descent_of_a_map_that_is_not_monotone_ends_at_its_fixed_point():
    field = mean_field(np.sin, 1.0)  # critical: it falls like one over the layer
    assert field.variance_fixed_point == 0 and field.chi_1 == pytest.approx(1, abs=1e-11)


def test_infinite_numbers_have_their_limits():
    assert variance_map([0.0, 1.0], "tanh", np.inf).tolist() == [0.0, np.inf]
    assert variance_map(1.0, "relu", 1.0, np.inf) == np.inf
    assert variance_map(np.inf, "relu", 0.0, 0.3) != variance_map(np.inf, "relu", 0.0, 0.3)  # open


def test_functions_that_overflow_diverge_without_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert mean_field(np.exp, 1.5, 0.1).variance_fixed_point == np.inf
        low = mean_field(np.exp, 0.1)  # q = exp(2 q)/10
    assert low.variance_fixed_point == pytest.approx(0.1 * np.exp(2 * low.variance_fixed_point), rel=1e-12)
    assert low.all_fixed_points.kind == ("stable", "unstable")
