"""Modes by the table of their depth against their equation, their clock, and the law that the table stands for."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ontogeny._core.blocks import BLOCK
from ontogeny.modes import deep, universal_curve

DEPTHS = [1.01, 1.5, 1.9, 2 - 1e-6, 2 + 1e-9, 2.5, 3, 4, 6.6, 6.7, 10, 100, 1e6]
SOLVED = 1e-11  # relative; an integrator at 1e-13, over some ten units of the logit
ROUNDED = 2e-13  # relative, times 1 + how much the rounding of the time alone would change the result; e^690 is rounded
LATEST = 1 - 1e-9  # share of the end up to which a rounded strength still tells its time
ULPS = 8 * np.finfo(float).eps


@pytest.mark.parametrize("depth", [1.01, 1.5, 2.5, 3, 4, 10, 100])
@pytest.mark.parametrize(("s", "x0", "d"), [(2.0, 1e-3, 1.0), (0.7, 0.2, 1.6), (1.3, 0.9, 0.4)])
def test_solves_its_own_equation(depth, s, x0, d):
    """The slow twin: the equation of motion of the logarithm."""
    power, u0 = 2 / depth - 1, x0 * s / d
    end = float(deep.time_to_strength(0.99 * s / d, s, u0, depth=depth, input_variance=d))
    y, now = np.array([np.log(u0)]), 0.0
    for time in np.array([0.2, 0.9, 0.99, 1.0]) * end:
        velocity = lambda _, y: depth * np.exp(-power * y) * (s - d * np.exp(y))  # noqa: E731
        y = solve_ivp(velocity, (now, time), y, "DOP853", rtol=1e-13, atol=1e-14).y[:, -1]
        now = time
        found = deep.mode_strength(time, s, u0, depth=depth, input_variance=d)
        assert found == pytest.approx(np.exp(y[0]), rel=SOLVED)


def drawn(depth, count, least=-299.0):
    """Modes from starts as small as that power of ten up to near the end, at times at which most have moved."""
    draw = np.random.default_rng(int(100 * depth))
    s, d = draw.uniform(0.2, 4, count), draw.uniform(0.3, 3, count)
    exponent = np.stack(
        [
            draw.uniform(least, -1, count),
            draw.uniform(max(least, -16), -0.01, count),
            -(10 ** draw.uniform(-9, 0, count)),
        ]
    )
    share = 10 ** exponent[np.arange(count) % 3, np.arange(count)]
    u0 = share * s / d
    logit = np.log(share) - np.log1p(-share)
    reached = np.where(draw.random(count) < 0.5, np.maximum(logit, -4), logit) + 10 ** draw.uniform(-6, 0.95, count)
    t = deep.time_to_strength(s / d / (1 + np.exp(-reached)), s, u0, depth=depth, input_variance=d)
    late = np.where(draw.random(count) < 0.2, 10 ** draw.uniform(-3, 3, count), 1.0)
    return t * late, s, u0, d


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_clock_reads_the_time(depth):
    """However ill-conditioned: at the end of a plateau the time is right to rounding, if not the strength."""
    t, s, u0, d = drawn(depth, 3000)
    assert universal_curve.course(depth * t, s, u0, d, 2 / depth - 1)[1].all()
    found = deep.mode_strength(t, s, u0, depth=depth, input_variance=d)
    learned = d * found / s > LATEST
    at = np.where(learned, LATEST * s / d, found)
    passed = deep.time_to_strength(at, s, u0, depth=depth, input_variance=d)
    with np.errstate(divide="ignore"):  # at the end never
        unit = at / deep.mode_velocity(at, s, depth=depth, input_variance=d)  # of time in which strength grows e-fold
    off = np.where(learned & (u0 < at), np.maximum(passed - t, 0), np.abs(passed - t))
    began_late = d * u0 / s > LATEST
    assert np.max(off[~began_late] / (t + unit)[~began_late]) < ROUNDED
    np.testing.assert_allclose(found[began_late], (s / d)[began_late], rtol=2 * (1 - LATEST))


@pytest.mark.parametrize("depth", DEPTHS)
def test_agrees_with_the_law_that_it_stands_for(depth):
    t, s, u0, d = drawn(depth, 3000, least=-9.0)  # from smaller starts a rounded time can change the strength e-fold
    found = deep.mode_strength(t, s, u0, depth=depth, input_variance=d)
    with np.errstate(all="ignore"):
        expected = deep.course(np, depth * t, s, u0, d, 2 / depth - 1)
    sensitivity = np.abs(t * deep.mode_velocity(expected, s, depth=depth, input_variance=d) / expected)
    assert np.max(np.abs(found / expected - 1) / (1 + sensitivity)) < ROUNDED


@pytest.mark.parametrize("depth", DEPTHS)
def test_grows_from_its_start_to_its_end_and_never_beyond(depth):
    s, d, share = np.array([2.0, 0.3, 1.1]), np.array([1.0, 2.0, 0.7]), np.array([1e-5, 0.02, 0.95])[:, None, None]
    u0 = share * s / d
    end = deep.time_to_strength((1 - 1e-12) * s / d, s, u0, depth=depth, input_variance=d)
    t = np.linspace(0, 1, 3001)[:, None, None, None] * 2 * end
    found = deep.mode_strength(t, s, u0, depth=depth, input_variance=d)
    assert np.all(found[0] == u0)
    assert np.all(np.diff(found, axis=0) >= -ULPS * found[1:])
    assert np.all(found <= s / d * (1 + ULPS))
    assert np.all(deep.mode_strength(0.0, 1.0, [1e-300, 1e-12, 1 - 1e-9], depth=depth) == [1e-300, 1e-12, 1 - 1e-9])


@pytest.mark.parametrize("depth", [1.01, 1.5, 2.5, 3, 4, 10, 100])
@pytest.mark.parametrize("direction", [-1, 1])
def test_tiny_and_huge_units_are_a_rescaled_world(depth, direction):
    """By 1e200 either way, or as far as times in that unit are numbers."""
    t, s, u0, d = drawn(depth, 300, least=-12.0)
    t = np.minimum(t, 1e6)
    unit = 10.0 ** (direction * min(200, 275 / (2 - 2 / depth)))
    found = deep.mode_strength(t / unit ** (2 - 2 / depth), unit * s, unit * u0, depth=depth, input_variance=d)
    expected = deep.mode_strength(t, s, u0, depth=depth, input_variance=d)
    sensitivity = t * deep.mode_velocity(expected, s, depth=depth, input_variance=d) / expected
    assert (
        np.max(np.abs(found / unit / expected - 1) / (1 + np.abs(sensitivity))) < 100 * ROUNDED
    )  # unit^(2 - 2/L) is rounded


@pytest.mark.parametrize("depth", [1.5, 3, 10])
def test_what_the_table_cannot_hold_is_left_to_the_law(depth):
    """In a table of modes of all kinds each is what it is alone."""
    s = np.array([1.0, 0.0, 1.0, 1.0, 1.0, np.inf, 1.0, 1.0, 1.0, np.nan, 1.0, 2.0])
    u0 = np.array([0.1, 0.1, 0.0, 2.0, 0.1, 0.1, np.inf, 1.0, 0.1, 0.1, 1e-305, 0.1])
    d = np.array([1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, np.inf, 1.0, 1.0, 1.0])
    t = np.array([0.0, 0.3, 4.0, 1e300, np.inf])[:, None]
    _, holds = universal_curve.course(depth * t, s, u0, d, 2 / depth - 1)
    assert holds.tolist() == [True] + 10 * [False] + [True]
    found = deep.mode_strength(t, s, u0, depth=depth, input_variance=d)
    with np.errstate(all="ignore"):
        expected = deep.course(np, *np.broadcast_arrays(depth * t, s, u0, d), 2 / depth - 1)
    np.testing.assert_allclose(found, expected, rtol=ROUNDED)
    for mode in range(len(s)):
        alone = [float(deep.mode_strength(x, s[mode], u0[mode], depth=depth, input_variance=d[mode])) for x in t[:, 0]]
        np.testing.assert_array_equal(found[:, mode], alone)


def test_large_tables_are_what_their_parts_are():
    """Worked on in blocks, along whichever axis is the longest."""
    t, s, u0 = np.linspace(0, 9, 151), np.linspace(0.1, 3, 83)[:, None], np.linspace(0.01, 0.2, 5)[:, None, None]
    assert t.size * s.size * u0.size > 4 * BLOCK
    table = deep.mode_strength(t, s, u0, depth=3)
    parts = np.stack([[deep.mode_strength(t, x, start, depth=3) for x in s[:, 0]] for start in u0[:, 0, 0]])
    np.testing.assert_array_equal(table, parts)
    turned = deep.mode_strength(t[:, None, None], s.T, u0[:, 0], depth=3)
    np.testing.assert_array_equal(turned, np.moveaxis(table, -1, 0))


@pytest.mark.parametrize(("s", "u0"), [(1e200, 1e190), (1e-200, 1e-204)])
def test_a_pace_that_is_no_number_is_left_to_the_law(s, u0):
    """The pace goes with s u0^(1 - 2/L), here the power 0.98: 1e386 and 1e-400."""
    found = deep.mode_strength([0.0, np.inf], s, u0, depth=100)
    np.testing.assert_allclose(found, [u0, s], rtol=ULPS)
