"""Special functions against mpmath and their own definitions, across every switch."""

import mpmath
import numpy as np
import pytest

from derivatives import by_differences, by_jax, by_torch, precisely
from ontogeny._core.special import (
    SHORT,
    beta_integral,
    mean_power,
    scaled_bessel,
    scaled_bessel_ratio,
    wright_omega,
)

SERIES = 8e-15  # relative; two dozen roundings
MEAN = 5e-14  # relative; just beyond the switch, ends that agree to one digit are subtracted
SLOPE = 1e-10  # relative to 1 + slope

BETWEEN = [1e-9, *np.linspace(0.01, 0.99, 30).tolist(), 0.4999, 0.5, 0.5001, 1 - 1e-12]


@pytest.mark.parametrize("power", [0.01, 0.2, 2 / 3, 1.0, 1 + 1e-9, 1.5, 2.0, 3.9])
def test_the_beta_integral_is_an_incomplete_beta_function(power):
    for x in BETWEEN:
        expected = precisely(lambda x, b: x**b / b * mpmath.hyp2f1(1, b, b + 1, x), x, power)
        assert float(beta_integral(x, power)) == pytest.approx(expected, rel=SERIES / (1 - x) ** 0.3)
        assert float(beta_integral(x, power, 1 - x)) == float(beta_integral(x, power))
    assert beta_integral(0.0, power) == 0


def test_a_complement_that_is_known_better_is_used():
    found = beta_integral(1.0, 0.5, 1e-30)
    expected = precisely(lambda w: -mpmath.log(w) - mpmath.digamma(mpmath.mpf(1) / 2) - mpmath.euler, 1e-30)
    assert float(found) == pytest.approx(expected, rel=SERIES)


def exact_integral(delta, x0, power):
    """By quadrature in 30 digits, piece by piece."""
    mean = lambda y: (x0 + (1 - x0) * mpmath.exp(-y)) ** -power  # noqa: E731
    pieces = 1 + int(abs(delta) / 4)
    return mpmath.quad(mean, [delta * part / pieces for part in range(pieces + 1)])


@pytest.mark.parametrize("power", [-1.0, -0.6, -1e-9, 1e-7, 0.4, 1.0, 2.0])
def test_the_mean_power_is_what_it_says(power):
    draw = np.random.default_rng(int(100 + 100 * power))
    changes = [1e-9, 0.99 * SHORT, 1.01 * SHORT, 0.7, 4.0, 37.0, -0.99 * SHORT, -1.01 * SHORT, -3.0]
    for delta in changes:
        for x0 in (0.0, 10 ** draw.uniform(-16, -1), draw.uniform(0, 1), 0.5, 1 - 10 ** draw.uniform(-9, -1), 1.0):
            with mpmath.workdps(30):
                expected = float(exact_integral(*map(mpmath.mpf, (delta, x0, power))) / mpmath.mpf(delta))
            assert float(mean_power(delta, x0, power)) == pytest.approx(expected, rel=MEAN)
    np.testing.assert_allclose(mean_power(0.0, [0.0, 0.3, 1.0], power), 1.0, rtol=MEAN)


@pytest.mark.parametrize(
    "point", [(0.05, 0.3), (0.5, 0.3), (-0.5, 0.3), (6.0, 0.01), (2.0, 1.0), (1.0, 0.0), (0.0, 0.5)]
)
def test_slopes_of_the_mean_power(point, jax, torch):
    for power in (-0.5, 1.5):
        expected = by_differences(
            lambda delta, x0, power=power: exact_integral(delta, x0, power) / delta if delta else mpmath.mpf(1), point
        )
        for found in (
            *by_jax(jax, lambda *x, power=power: mean_power(*x, power), point),
            by_torch(torch, lambda *x, power=power: mean_power(*x, power), point),
        ):
            np.testing.assert_allclose(found, expected, rtol=SLOPE, atol=SLOPE * max(1, np.abs(expected).max()))


ARGUMENTS = [-750.0, -700.5, -699.5, -300.0, -30.0, -2.01, -1.99, -0.5, 0.99, 1.0, 1.01, 5.0, 1e3, 1e8]


@pytest.mark.parametrize("z", ARGUMENTS)
def test_wright_omega_on_every_library(z, jax, torch):
    expected = precisely(lambda z: mpmath.lambertw(mpmath.exp(z)).real if z < 700 else large_omega(z), z)
    with jax.enable_x64(True):
        by = float(wright_omega(jax.numpy.asarray(z)))
    for found in (float(wright_omega(z)), by, float(wright_omega(torch.tensor(z, dtype=torch.float64)))):
        assert found == pytest.approx(expected, rel=SERIES, abs=5e-324)
    slope = expected / (1 + expected)
    for found in (*by_jax(jax, wright_omega, (z,)), by_torch(torch, wright_omega, (z,))):
        assert found[0] == pytest.approx(slope, rel=SERIES, abs=5e-324)


def large_omega(z):
    w = z - mpmath.log(z)
    for _ in range(30):
        w -= (w + mpmath.log(w) - z) / (1 + 1 / w)
    return w


def test_wright_omega_at_the_ends():
    assert wright_omega([-np.inf, -1e10, -1e4]).tolist() == [0, 0, 0]


@pytest.mark.parametrize("x", [0.0, 1e-9, 1e-3, 0.5, 7.9, 8.1, 300.0, 1e6])
def test_scaled_bessel_functions_with_many_digits(x, jax, torch):
    """Values and slopes on every array library, across the places where implementations switch."""
    with mpmath.workdps(40):
        z = mpmath.mpf(x)
        i0, i1 = (mpmath.besseli(n, z) * mpmath.exp(-z) for n in (0, 1))
        ratio = i1 / z if x else mpmath.mpf(1) / 2
        slopes = [i1 - i0, (i0 - i1 / z - i1) if x else mpmath.mpf(1) / 2]
        slopes.append((i0 - 2 * i1 / z - i1) / z if x else -mpmath.mpf(1) / 2)
        values, slopes = [float(v) for v in (i0, i1, ratio)], [float(v) for v in slopes]
    laws = [lambda x: scaled_bessel(x, 0), lambda x: scaled_bessel(x, 1), scaled_bessel_ratio]
    for law, value, slope in zip(laws, values, slopes, strict=True):
        np.testing.assert_allclose(law(x), value, rtol=3e-15)
        if x == 0 and law is not scaled_bessel_ratio:
            continue  # a kink
        scale = abs(value) + abs(slope)  # late slopes are small differences
        for found in (*by_jax(jax, law, (x,)), by_torch(torch, law, (x,))):
            np.testing.assert_allclose(found, slope, rtol=1e-10, atol=1e-13 * scale)
