"""Infinite depth: as printed, the limit of deep networks, both branches, derivatives."""

import functools

import mpmath
import numpy as np
import pytest

from derivatives import all_by_jax, by_differences, by_torch, precisely
from ontogeny.modes import deep
from ontogeny.modes.infinite import mode_strength, mode_velocity, time_to_strength

PRECISE = 2e-14  # relative, times how much the rounding of the arguments alone would change the result
SLOPE = 1e-10  # relative to 1 + slope


def printed_clock(u, s, u0):
    """Eq. 17, letter by letter; without anything to learn, its limit."""
    if s == 0:
        return (1 / u**2 - 1 / u0**2) / 2
    return mpmath.log(u * (u0 - s) / (u0 * (u - s))) / s**2 + 1 / (s * u0) - 1 / (s * u)


def course_in_digits(t, s, u0):
    u = mpmath.mpf(float(mode_strength(max(float(t), 0), max(float(s), 0), float(u0))))
    with mpmath.workdps(160):  # the clock cancels twice as s approaches 0
        for _ in range(4):
            u += (t - printed_clock(u, s, u0)) * u**2 * (s - u)
    return u


CASES = [
    (3.0, 2.0, 0.1), (0.5, 1.0, 1e-3), (1e3, 1.0, 1e-3), (1006.0, 1.0, 1e-3), (2.0, 1.5, 1.49), (1e6, 1.0, 1e-6),
    (0.4, 1.0, 4.0), (0.02, 0.3, 7.0), (2.0, 1.5, 1.51), (3.0, 0.0, 0.5), (3.0, 1e-9, 0.5),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_course_is_the_root_of_the_printed_clock(case):
    t, s, _ = case
    expected = precisely(course_in_digits, *case)
    sensitivity = abs(t * mode_velocity(expected, s) / expected)
    assert float(mode_strength(*case)) == pytest.approx(expected, rel=PRECISE * (1 + sensitivity))


def test_the_clock_as_printed():
    draw = np.random.default_rng(0)
    for _ in range(100):
        s = draw.uniform(0.2, 3)
        shares = draw.uniform(0.01, 0.99, 2) ** draw.choice([1, -1])
        found = float(time_to_strength(shares[0] * s, s, shares[1] * s))
        expected = precisely(printed_clock, shares[0] * s, s, shares[1] * s)
        lost = 1 + 1 / np.abs(1 - shares).min() / abs(np.log(shares[0] / shares[1]))
        assert found == pytest.approx(expected, rel=PRECISE * lost)
    assert float(time_to_strength(1e-8, 1.0, 1e-16)) == pytest.approx(
        precisely(printed_clock, 1e-8, 1, 1e-16), rel=PRECISE
    )


STEEP = [case for case in CASES if case[1] > 0.01 or case[1] == 0]


@functools.cache
def slopes():
    """By reverse and by forward mode, of all cases in one batch."""
    return dict(zip(STEEP, zip(*all_by_jax(pytest.importorskip("jax"), mode_strength, STEEP)), strict=True))


@pytest.mark.parametrize("case", STEEP)
def test_the_velocity_is_the_slope_of_the_course_and_so_are_the_other_slopes(case, jax, torch):
    expected = by_differences(course_in_digits, case)
    np.testing.assert_allclose(mode_velocity(mode_strength(*case), case[1]), expected[0], rtol=1e-8, atol=1e-14)
    bound = SLOPE * (1 + np.abs(expected))
    sensitivity = 1 + abs(case[0] * expected[0]) * 10
    for found in (*slopes()[case], by_torch(torch, mode_strength, case)):
        assert np.all(np.abs(np.array(found) - expected) < bound * sensitivity)


def test_limits():
    assert mode_strength([0.0, 5.0, np.inf], 1.5, 0.0).tolist() == [0, 0, 0]
    np.testing.assert_allclose(mode_strength(0.0, 2.0, [1e-16, 0.3, 5.0]), [1e-16, 0.3, 5.0], rtol=1e-14)
    for late in (1e9, 1e300, np.inf):
        np.testing.assert_allclose(mode_strength(late, [2.0, 1.0, 1.0], [1e-3, 3.0, 1.0]), [2, 1, 1], rtol=1e-14)
    np.testing.assert_allclose(mode_strength(7.0, 0.0, 0.5), 0.5 / np.sqrt(1 + 2 * 0.25 * 7), rtol=1e-14)
    assert time_to_strength([1.0, 1.5, 0.1, 0.05], 1.0, 0.1).tolist()[:3] == [np.inf, np.inf, 0.0]
    assert float(time_to_strength(0.05, 1.0, 0.1)) < 0


@pytest.mark.parametrize("u0", [0.05, 3.0])
def test_deep_networks_approach_it_on_the_scaled_clock_as_one_over_depth(u0):
    scaled, s = np.array([0.2, 2.0, 5.0]), 1.3
    limit = mode_strength(scaled, s, u0)
    errors = [
        np.abs(deep.mode_strength(scaled / depth, s, u0, depth=depth) - limit).max() for depth in (100, 1000, 10_000)
    ]
    np.testing.assert_allclose(np.log10(np.divide(errors[:-1], errors[1:])), 1, atol=0.05)


def test_the_printed_delay():
    """With rates that fall with depth as they must, infinite depth waits s (1/u0 - 1/uf) longer than depth 2."""
    three = np.log(0.99 * 0.99 / (0.01 * 0.01))
    assert float(time_to_strength(0.99, 1.0, 0.01)) - three == pytest.approx(98.98989898989899, rel=1e-14)


def test_libraries_agree(jax, torch):
    t, s, u0 = np.linspace(0, 30, 7)[:, None], np.array([0.0, 0.5, 2.0]), np.array([0.1, 0.3, 0.2])
    expected = mode_strength(t, s, u0)
    with jax.enable_x64(True):
        mapped = jax.jit(jax.vmap(lambda t: mode_strength(t, jax.numpy.asarray(s), u0)))(t[:, 0])
    for found in (mapped, mode_strength(torch.tensor(t), s, u0)):
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-12)
