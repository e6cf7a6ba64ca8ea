"""Two weight matrices: as printed, solves its equation, limits and their derivatives, inverse, every array library."""

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes
from scipy.integrate import solve_ivp

from derivatives import by_case, by_differences, by_torch, precisely
from ontogeny.modes.balanced import mode_strength, mode_velocity, time_to_strength

PRINTED = 1e-12  # relative, against 60 digits
SOLVED = 1e-9  # relative; the integrator's own error at a tolerance of 1e-12
SLOPE = 1e-10  # relative to 1 + slope: autodiff beyond the switch at 1e-3 loses three digits
ROUND_TRIP = 1e-13  # relative, times what the last of the way to the asymptote loses


def printed(t, s, u0, d=1, gamma=0, tau=1):
    """Letter by letter; where it reads 0/0, its limit."""
    r = s - gamma
    if u0 == 0 or r == 0:
        return limit(t, s, u0, d, gamma, tau)
    growth = mpmath.exp(2 * r * t / tau)
    return r * growth / (d * (growth - 1) + r / u0)


def limit(t, s, u0, d, gamma, tau):
    r = s - gamma
    integral = 2 * t / tau if r == 0 else (1 - mpmath.exp(-2 * r * t / tau)) / r
    return u0 / (mpmath.exp(-2 * r * t / tau) + d * u0 * integral)


def printed_clock(u, s, u0, d=1, gamma=0, tau=1):
    r = s - gamma
    if r == 0:
        return tau / (2 * d) * (1 / u - 1 / u0)
    return tau / (2 * r) * mpmath.log(u * (r - d * u0) / (u0 * (r - d * u)))


COURSES = {
    "plain": (1.0, 2.0, 1e-3, 1.0, 0.0, 1.0),
    "tiny start": (8.0, 2.0, 1e-12, 1.0, 0.0, 1.0),
    "start": (0.0, 2.0, 1e-3, 1.0, 0.0, 1.0),
    "inputs of variance 3": (1.0, 2.0, 1e-3, 3.0, 0.0, 0.5),
    "inputs without variance": (1.0, 2.0, 1e-3, 0.0, 0.0, 1.0),
    "nothing to learn": (5.0, 0.0, 0.3, 1.0, 0.0, 1.0),
    "hardly anything to learn": (5.0, 1e-10, 0.3, 1.0, 0.0, 1.0),
    "from above": (0.7, 1.0, 4.0, 1.0, 0.0, 1.0),
    "weak decay": (1.5, 2.0, 1e-3, 0.7, 0.5, 1.0),
    "decay as strong as the mode": (1.5, 2.0, 0.2, 0.7, 2.0, 1.0),
    "decay almost as strong": (1.5, 2.0, 0.2, 0.7, 2.0 - 1e-9, 1.0),
    "decay stronger than the mode": (1.5, 2.0, 0.2, 0.7, 3.5, 1.0),
    "no start": (1.5, 2.0, 0.0, 0.7, 0.5, 1.0),
    "late": (5e3, 2.0, 1e-3, 1.0, 0.0, 1.0),
    "late and decayed": (100.0, 1.0, 0.5, 1.0, 3.0, 1.0),
}


@pytest.mark.parametrize("case", COURSES.values(), ids=COURSES)
def test_as_printed(case):
    t, s, u0, d, gamma, tau = case
    found = mode_strength(t, s, u0, input_variance=d, weight_decay=gamma, tau=tau)
    np.testing.assert_allclose(found, precisely(printed, *case), rtol=PRINTED)


@pytest.mark.parametrize("case", COURSES.values(), ids=COURSES)
def test_the_velocity_is_the_slope_of_the_course(case):
    t, s, _, d, gamma, tau = case
    u = precisely(printed, *case)
    slope = by_differences(lambda time: printed(time, *map(mpmath.mpf, case[1:])), (t,))[0]
    found = mode_velocity(u, s, input_variance=d, weight_decay=gamma, tau=tau)
    np.testing.assert_allclose(found, slope, rtol=PRINTED, atol=1e-15)


@pytest.mark.parametrize("u0", [1e-9, 1e-3, 0.4, 3.0])
@pytest.mark.parametrize(("d", "gamma"), [(1.0, 0.0), (0.3, 0.0), (0.0, 0.0), (1.0, 0.5), (1.0, 1.3), (0.6, 4.0)])
def test_solves_its_own_equation(u0, d, gamma):
    s, times = np.array([0.0, 0.3, 1.3, 2.0]), np.array([0.2, 1.0, 3.0])
    velocity = lambda _, u: mode_velocity(u, s, input_variance=d, weight_decay=gamma, tau=0.7)  # noqa: E731
    u, solved = np.full(4, u0), []
    for start, end in zip([0.0, *times], times, strict=False):
        u = solve_ivp(velocity, (start, end), u, "DOP853", rtol=1e-12, atol=1e-14 * u0).y[:, -1]
        solved.append(u)
    found = mode_strength(times[:, None], s, u0, input_variance=d, weight_decay=gamma, tau=0.7)
    np.testing.assert_allclose(found, solved, rtol=SOLVED, atol=1e-12 * u0)


@pytest.mark.parametrize("late", [5e3, 1e8, np.inf])
def test_late_everything_is_learned_and_nothing_overflows(late):
    s, d = np.array([2.0, 1.0, 5.0]), np.array([1.0, 0.25, 1.0])
    np.testing.assert_allclose(mode_strength(late, s, 1e-9, input_variance=d), [2, 4, 5], rtol=1e-15)
    decayed = mode_strength(late, s, 1e-9, weight_decay=[0.5, 0.25, 7.0])
    np.testing.assert_allclose(decayed, [1.5, 0.75, 0], rtol=1e-15)
    assert mode_strength(late, s, 0.0, input_variance=d).tolist() == [0.0, 0.0, 0.0]


def test_without_anything_to_learn_strength_decays_slowly():
    t = np.array([0.0, 1.0, 1e4])
    np.testing.assert_allclose(
        mode_strength(t, 0.0, 0.5, input_variance=3.0), 0.5 / (1 + 2 * 3.0 * 0.5 * t), rtol=1e-15
    )


SINGULAR = {
    "plain": (1.5, 2.0, 1e-3, 1.0, 0.2),
    "start": (0.0, 2.0, 1e-3, 1.0, 0.2),
    "s = 0": (1.5, 0.0, 0.3, 1.0, 0.0),
    "s near 0": (1.5, 1e-9, 0.3, 1.0, 0.0),
    "s at the switch": (0.5, 1e-3, 0.3, 1.0, 0.0),
    "u0 = 0": (1.5, 2.0, 0.0, 1.0, 0.2),
    "u0 = 0, s = 0": (1.5, 0.0, 0.0, 1.0, 0.0),
    "d = 0": (1.5, 2.0, 1e-3, 0.0, 0.2),
    "decay = s": (1.5, 2.0, 0.3, 1.0, 2.0),
    "decay above s": (1.5, 2.0, 0.3, 1.0, 4.0),
    "decay above s, d = 0": (1.5, 2.0, 0.3, 0.0, 4.0),
    "everything 0": (0.0, 0.0, 0.0, 0.0, 0.0),
    "late": (5e3, 2.0, 1e-3, 0.5, 0.0),
    "late and decayed": (5e3, 2.0, 1e-3, 0.5, 4.0),
    "learned": (20.0, 2.0, 1e-3, 0.5, 0.0),
}


def law(t, s, u0, d, gamma):
    return mode_strength(t, s, u0, input_variance=d, weight_decay=gamma)


def clock(u, s, u0, d, gamma):
    return time_to_strength(u, s, u0, input_variance=d, weight_decay=gamma)


@pytest.fixture(scope="module")
def slopes(jax):
    return by_case(jax, law, SINGULAR)


@pytest.mark.parametrize("case", SINGULAR)
def test_derivatives_at_the_limits(case, slopes, torch):
    expected = by_differences(printed, SINGULAR[case])
    for found in (*slopes[case], by_torch(torch, law, SINGULAR[case])):
        np.testing.assert_allclose(found, expected, rtol=SLOPE, atol=SLOPE)


CLOCKS = {
    "plain": (1.0, 2.0, 1e-3, 1.0, 0.2),
    "s = 0": (0.1, 0.0, 0.3, 1.0, 0.0),
    "d = 0": (1.0, 2.0, 1e-3, 0.0, 0.2),
    "decay = s": (0.1, 2.0, 0.3, 1.0, 2.0),
    "decay above s": (0.1, 2.0, 0.3, 1.0, 4.0),
    "hardly any change": (0.3 + 1e-9, 2.0, 0.3, 1.0, 0.0),
    "earlier": (1e-4, 2.0, 1e-3, 1.0, 0.0),
    "from above": (3.0, 2.0, 4.0, 1.0, 0.0),
}


@pytest.fixture(scope="module")
def clock_slopes(jax):
    return by_case(jax, clock, CLOCKS)


@pytest.mark.parametrize("case", CLOCKS)
def test_the_clock_as_printed_with_its_derivatives(case, clock_slopes, torch):
    point = CLOCKS[case]
    np.testing.assert_allclose(clock(*point), precisely(printed_clock, *point), rtol=PRINTED)
    expected = np.array(by_differences(printed_clock, point))
    for found in (*clock_slopes[case], by_torch(torch, clock, point)):
        np.testing.assert_allclose(found, expected, rtol=SLOPE, atol=SLOPE * np.abs(expected).max())


def test_the_clock_says_never_now_and_earlier():
    never = time_to_strength([1.0, 1.5, 0.0, -0.1], 1.0, 0.1)
    assert never.tolist() == [np.inf] * 4
    assert time_to_strength([0.0, 0.5], 1.0, 0.0).tolist() == [0.0, np.inf]
    assert time_to_strength([1.1, 1.0, 0.9], 1.0, 1.2).tolist()[1:] == [np.inf, np.inf]
    assert time_to_strength([0.1, 0.0, 0.2], 0.5, 0.1, weight_decay=1.0).tolist()[:2] == [0.0, np.inf]
    assert float(time_to_strength(0.2, 0.5, 0.1, weight_decay=1.0)) < 0


@pytest.mark.parametrize("eps", [1e-2, 1e-4, 1e-8])
def test_a_course_is_symmetric_about_its_middle(eps):
    s = 2.0
    whole, half = time_to_strength(s - eps, s, eps), time_to_strength(s / 2, s, eps)
    np.testing.assert_allclose(whole, np.log((s - eps) / eps) / s, rtol=1e-7)  # s - eps has lost half its digits
    np.testing.assert_allclose(half, whole / 2, rtol=1e-7)


def test_width_does_not_depend_on_the_start_and_slope_peaks_half_way():
    s = 2.0
    width = time_to_strength(0.9 * s, s, [1e-2, 1e-6, 1e-12]) - time_to_strength(0.1 * s, s, [1e-2, 1e-6, 1e-12])
    np.testing.assert_allclose(width, np.log(9) / s, rtol=1e-13)
    assert float(mode_velocity(s / 2, s)) == s**2 / 2


@settings(max_examples=40)
@given(
    s=st.floats(0, 10),
    u0=st.floats(1e-9, 5),
    d=st.one_of(st.just(0.0), st.floats(0.01, 5)),
    gamma=st.floats(0, 12),
    share=st.floats(0.01, 1),
)
def test_the_clock_inverts_the_course(s, u0, d, gamma, share):
    t = share * 6 / (1 + abs(s - gamma))
    u = mode_strength(t, s, u0, input_variance=d, weight_decay=gamma)
    assume(abs(u - u0) > 1e-6 * u0)
    back = time_to_strength(u, s, u0, input_variance=d, weight_decay=gamma)
    lost = np.abs(u / (t * mode_velocity(u, s, input_variance=d, weight_decay=gamma))) + u0 / abs(u - u0)
    exponent = abs(s - gamma) * t  # whose rounding errors the exponential multiplies by itself
    np.testing.assert_allclose(back, t, rtol=ROUND_TRIP * (1 + lost) * (1 + exponent))


@settings(max_examples=25)
@given(mutually_broadcastable_shapes(num_shapes=5, max_dims=3, max_side=3))
def test_arguments_broadcast(shapes):
    draw = np.random.default_rng(0)
    t, s, u0, d, gamma = (draw.uniform(0.1, 2, shape) for shape in shapes.input_shapes)
    for law in (mode_strength, time_to_strength):
        found = law(t, s, u0, input_variance=d, weight_decay=gamma)
        assert found.shape == shapes.result_shape
        alone = np.vectorize(lambda *x, law=law: law(*x[:3], input_variance=x[3], weight_decay=x[4]))(
            t, s, u0, d, gamma
        )
        np.testing.assert_allclose(found, alone, rtol=1e-15)


@settings(max_examples=40)
@given(s=st.floats(0, 10), u0=st.floats(0, 3), d=st.floats(0.01, 5), gamma=st.floats(0, 12))
def test_courses_are_monotone_and_stay_between_start_and_asymptote(s, u0, d, gamma):
    u = mode_strength(np.linspace(0, 20, 80), s, u0, input_variance=d, weight_decay=gamma)
    end = max(s - gamma, 0) / d if u0 > 0 else 0.0
    slack = 1e-14 * (u0 + end)
    assert np.all(np.diff(u) * np.sign(end - u0) >= -slack)
    assert u.min() >= min(u0, end) - slack
    assert u.max() <= max(u0, end) + slack


def test_numpy_jax_and_torch_agree(jax, torch):
    t, s = np.linspace(0, 5, 7)[:, None], np.array([0.0, 0.5, 2.0])
    options = {"input_variance": 0.3, "weight_decay": 0.5}
    expected = mode_strength(t, s, 0.1, **options)
    with jax.enable_x64(True):
        by = jax.jit(lambda t: mode_strength(t, s, 0.1, **options))(t)
        mapped = jax.vmap(lambda t: mode_strength(t, jax.numpy.asarray(s), 0.1, **options))(t[:, 0])
    for found in (by, mapped, mode_strength(torch.tensor(t), s, 0.1, **options)):
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-14)


def test_single_precision_stays_accurate(jax):
    """Nothing overflows at exp(44), where the printed form does, and hardly a digit is lost."""
    t, s = np.array([0.0, 0.1, 3.0, 21.0, 1e4])[:, None], np.array([0.0, 0.5, 2.0])
    expected = mode_strength(t, s, 1e-3)
    found = mode_strength(jax.numpy.asarray(t, dtype="float32"), s, 1e-3)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=3e-6)  # the exponent, up to 15 here, carries its rounding
