"""One weight matrix: as printed, solves its equation, limits and their derivatives, inverse, every array library."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes
from scipy.integrate import solve_ivp

from derivatives import by_differences, by_jax, by_torch, precisely
from ontogeny.modes.shallow import mode_strength, mode_velocity, time_to_strength

PRINTED = 1e-12  # relative, against 60 digits
SOLVED = 1e-9  # relative; the integrator's own error at a tolerance of 1e-12
SLOPE = 1e-10  # relative to 1 + slope: autodiff beyond the switch at 1e-3 loses three digits
ROUND_TRIP = 1e-11  # relative; the last of the way to the asymptote loses digits of what is left


def printed(t, s, b0, d=1, tau=1):
    if d == 0:
        return b0 + s * t / tau
    return s / d * (1 - mpmath.exp(-d * t / tau)) + b0 * mpmath.exp(-d * t / tau)


def printed_clock(b, s, b0, d=1, tau=1):
    return (b - b0) * tau / s if d == 0 else tau / d * mpmath.log((s - d * b0) / (s - d * b))


COURSES = [
    (1.0, 2.0, 0.0, 1.0, 1.0),
    (0.3, 2.0, 0.7, 0.4, 2.0),
    (1.5, 0.0, 0.7, 1.3, 1.0),
    (0.0, 2.0, 0.7, 1.3, 1.0),
    (2.0, 3.0, -1.0, 1e-9, 1.0),
    (2.0, 3.0, -1.0, 0.0, 1.0),
    (1e4, 1.0, 0.2, 1.0, 1.0),
    (1e-12, 1.0, 0.0, 3.0, 5.0),
]


@pytest.mark.parametrize("case", COURSES)
def test_as_printed(case):
    t, s, b0, d, tau = case
    found = mode_strength(t, s, b0, input_variance=d, tau=tau)
    np.testing.assert_allclose(found, precisely(printed, *case), rtol=PRINTED)


@pytest.mark.parametrize("case", [c for c in COURSES if c[0] > 0])
def test_the_velocity_is_the_slope_of_the_course(case):
    t, s, b0, d, tau = case
    b = mode_strength(t, s, b0, input_variance=d, tau=tau)
    slope = by_differences(lambda time: printed(time, *map(mpmath.mpf, case[1:])), (t,))[0]
    np.testing.assert_allclose(mode_velocity(b, s, input_variance=d, tau=tau), slope, rtol=PRINTED, atol=1e-15)


@pytest.mark.parametrize(("b0", "d"), [(0.0, 1.0), (1e-8, 0.3), (0.5, 2.0), (3.0, 0.0), (-1.0, 1.0)])
def test_solves_its_own_equation(b0, d):
    s, times = np.array([0.0, 0.2, 2.0, 5.0]), np.linspace(0.0, 4.0, 9)[1:]
    velocity = lambda _, b: mode_velocity(b, s, input_variance=d, tau=0.7)  # noqa: E731
    solved = solve_ivp(velocity, (0, 4), [b0] * 4, "DOP853", times, rtol=1e-12, atol=1e-14, max_step=0.1).y.T
    found = mode_strength(times[:, None], s, b0, input_variance=d, tau=0.7)
    np.testing.assert_allclose(found, solved, rtol=SOLVED, atol=SOLVED)


def test_late_everything_is_learned():
    for t in (1e4, np.inf):
        assert mode_strength(t, [3.0, 1.0, 0.0], 0.2, input_variance=[2.0, 1.0, 1.0]).tolist() == [1.5, 1.0, 0.0]


def test_all_modes_share_one_time_scale():
    s = np.array([8.0, 1.0, 1e-3])
    np.testing.assert_allclose(time_to_strength(s / 2, s), np.log(2), rtol=1e-15)
    rise = time_to_strength(0.9 * s, s) - time_to_strength(0.1 * s, s)
    np.testing.assert_allclose(rise / time_to_strength(s / 2, s), np.log(9) / np.log(2), rtol=1e-14)  # 3.17


SINGULAR = [
    (1.5, 2.0, 0.3, 1.0, 1.0),
    (0.0, 2.0, 0.3, 1.0, 2.0),
    (1.5, 0.0, 0.0, 1.0, 1.0),
    (1.5, 2.0, 0.0, 0.0, 1.0),
    (1.5, 2.0, 0.3, 1e-8, 1.0),
    (1.5, 2.0, 0.3, 0.9e-3, 1.0),
    (0.0, 0.0, 0.0, 0.0, 1.0),
    (1e4, 2.0, 0.3, 0.5, 1.0),
]


@pytest.mark.parametrize("point", SINGULAR)
def test_derivatives_at_the_limits(point, jax, torch):
    def law(t, s, b0, d, tau):
        return mode_strength(t, s, b0, input_variance=d, tau=tau)

    expected = by_differences(printed, point)
    for found in (*by_jax(jax, law, point), by_torch(torch, law, point)):
        np.testing.assert_allclose(found, expected, rtol=SLOPE, atol=SLOPE)


@pytest.mark.parametrize("point", [(0.5, 2.0, 0.1, 1.0), (0.5, 2.0, 0.1, 0.0), (0.1001, 2.0, 0.1, 1.0), (3, 2, 5, 1)])
def test_the_clock_as_printed_with_its_derivatives(point, jax, torch):
    def clock(b, s, b0, d):
        return time_to_strength(b, s, b0, input_variance=d)

    np.testing.assert_allclose(clock(*point), precisely(printed_clock, *point), rtol=PRINTED)
    expected = by_differences(printed_clock, point)
    for found in (*by_jax(jax, clock, point), by_torch(torch, clock, point)):
        np.testing.assert_allclose(found, expected, rtol=SLOPE, atol=SLOPE)


def test_the_clock_says_never_now_and_earlier():
    assert time_to_strength([1.0, 1.5, 0.2], 1.0, 0.2).tolist() == [np.inf, np.inf, 0.0]
    assert float(time_to_strength(0.1, 1.0, 0.2)) < 0
    assert time_to_strength([0.5, 3.0], 0.0, 0.7, input_variance=0.0).tolist() == [np.inf, np.inf]


@settings(max_examples=30)
@given(
    s=st.floats(0.01, 10),
    b0=st.floats(-2, 2),
    d=st.one_of(st.just(0.0), st.floats(0.01, 5)),
    share=st.floats(0.01, 0.99),
    tau=st.floats(0.1, 10),
)
def test_the_clock_inverts_the_course(s, b0, d, share, tau):
    t = share * 5 * tau
    b = mode_strength(t, s, b0, input_variance=d, tau=tau)
    if abs(b - b0) < 1e-6:
        return
    back = time_to_strength(b, s, b0, input_variance=d, tau=tau)
    lost = np.exp(d * t / tau) * (1 + abs(d * b0 / s)) + abs(b / (b - b0))
    np.testing.assert_allclose(back, t, rtol=ROUND_TRIP * (1 + lost))


@settings(max_examples=25)
@given(mutually_broadcastable_shapes(num_shapes=4, max_dims=3, max_side=3))
def test_arguments_broadcast(shapes):
    draw = np.random.default_rng(0)
    t, s, b0, d = (draw.uniform(0.1, 2, shape) for shape in shapes.input_shapes)
    found = mode_strength(t, s, b0, input_variance=d)
    assert found.shape == shapes.result_shape
    assert time_to_strength(t, s, b0, input_variance=d).shape == shapes.result_shape
    alone = np.vectorize(lambda *x: mode_strength(*x[:3], input_variance=x[3]))(t, s, b0, d)
    np.testing.assert_allclose(found, alone, rtol=1e-15)


@settings(max_examples=30)
@given(s=st.floats(0, 10), b0=st.floats(-3, 3), d=st.floats(0.01, 5))
def test_courses_are_monotone_and_stay_between_start_and_asymptote(s, b0, d):
    b = mode_strength(np.linspace(0, 20 / d, 60), s, b0, input_variance=d)
    slack = 1e-14 * (1 + abs(b0) + s / d)
    assert np.all(np.diff(b) * np.sign(s / d - b0) >= -slack)
    assert b.min() >= min(b0, s / d) - slack
    assert b.max() <= max(b0, s / d) + slack


def test_numpy_jax_and_torch_agree(jax, torch):
    t, s = np.linspace(0, 5, 7)[:, None], np.array([0.0, 0.5, 2.0])
    expected = mode_strength(t, s, 0.1, input_variance=0.3)
    with jax.enable_x64(True):
        by = jax.jit(lambda t: mode_strength(t, s, 0.1, input_variance=0.3))(t)
        mapped = jax.vmap(lambda t: mode_strength(t, jax.numpy.asarray(s), 0.1, input_variance=0.3))(t[:, 0])
    for found in (by, mapped, mode_strength(torch.tensor(t), s, 0.1, input_variance=0.3)):
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-14)
