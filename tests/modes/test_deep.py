"""Any number of weight matrices: the layers one by one, the integral in 60 digits, limits and their derivatives."""

import functools

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from derivatives import DIGITS, all_by_jax, by_differences, by_torch, precisely
from ontogeny.modes import balanced, shallow
from ontogeny.modes.deep import mode_strength, mode_velocity, time_to_strength

SOLVED = 1e-9  # relative; two integrators at 1e-12 and 1e-11
PRECISE = 2e-14  # relative to 60 digits, times how much the rounding of the arguments alone would change the result
SLOPE = 1e-10  # relative to 1 + slope
LAYERS = [1.3, 1.9, 2 - 1e-6, 2 + 1e-9, 2 + 1e-4, 2.5, 3, 4, 5, 10, 30, 100, 1e6]


def layers_one_by_one(times, s, u0, d, depth):
    """Product of `depth` layers, each of which obeys a_i' = (product of the others) (s - d product of all)."""

    def velocity(_, a):
        others = np.array([np.prod(np.delete(a, i)) for i in range(depth)])
        return others * (s - d * np.prod(a))

    a, now, found = np.full(depth, u0 ** (1 / depth)), 0.0, []
    for time in times:
        a = solve_ivp(velocity, (now, time), a, "DOP853", rtol=1e-12, atol=1e-14 * a.min()).y[:, -1]
        now = time
        found.append(np.prod(a))
    return np.array(found)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 7])
@pytest.mark.parametrize(("s", "u0", "d"), [(2.0, 1e-2, 1.0), (1.3, 1e-1, 0.4), (0.0, 0.5, 1.0), (1.0, 2.5, 1.5)])
def test_agrees_with_the_layers_one_by_one(depth, s, u0, d):
    times = np.array([0.5, 2.0, 4.0, 9.0])
    found = mode_strength(times, s, u0, depth=depth, input_variance=d)
    np.testing.assert_allclose(found, layers_one_by_one(times, s, u0, d, depth), rtol=SOLVED)


def power_sum(x, power):
    """Sum of x^n/(n + power) for n = 0, 1, ...; beyond 1/2 by its expansion about x = 1."""
    if x <= 0.5:
        return sum(x**n / (n + power) for n in range(200))
    b, term, total = power + 1, mpmath.mpf(1), -mpmath.log(1 - x) - mpmath.digamma(power + 1) - mpmath.euler
    for n in range(1, 200):
        term *= (n - b) / n * (1 - x)
        total -= term / n
    return 1 / power + total / x**power


@pytest.mark.parametrize("x", [-1e-20, 0.1, 0.4999, 0.5001, 0.9, 1 - 1e-9])
def test_the_sum_in_digits_is_a_hypergeometric_function(x):
    for power in (-0.98, -0.3, 0.5, 1.5):
        with mpmath.workdps(30):
            expected = mpmath.hyp2f1(1, power, 1 + mpmath.mpf(power), x) / power
            assert abs(power_sum(mpmath.mpf(x), mpmath.mpf(power)) / expected - 1) < 1e-20


def clock_in_digits(u, s, u0, d, depth):
    """The integral of eq. 15, from a start below the end or above it, also where s or d is 0."""
    s, u0, d, depth = map(mpmath.mpf, (s, u0, d, depth))
    a = 2 / depth - 1

    def antiderivative(u):
        if d * u0 < s:
            return u**a / (depth * s) * power_sum(d * u / s, a)
        return u ** (a - 1) / (depth * d) * power_sum(s / (d * u), 1 - a)

    return antiderivative(mpmath.mpf(u)) - antiderivative(u0)


def course_in_digits(depth):
    """Root of the clock in 60 digits, found from the number in double precision; the clock is monotone."""

    def course(t, s, u0, d):
        guess = [max(float(x), 0.0) for x in (t, s, u0, d)]
        u = mpmath.mpf(float(mode_strength(*guess[:3], depth=depth, input_variance=guess[3])))
        for _ in range(3):
            u += (t - clock_in_digits(u, s, u0, d, depth)) * depth * u ** (2 - 2 / mpmath.mpf(depth)) * (s - d * u)
        return u

    return course


@pytest.mark.parametrize("depth", LAYERS)
def test_the_clock_as_in_closed_form(depth):
    draw = np.random.default_rng(int(10 * depth))
    s, d = draw.uniform(0.2, 4, 12), draw.uniform(0.3, 3, 12)
    x0 = np.where(np.arange(12) % 3 < 2, 10 ** draw.uniform(-16, -0.01, 12), 10 ** draw.uniform(0.01, 3, 12))
    odds = (1 / x0 - 1) * np.exp(-(10 ** draw.uniform(-5, 1.5, 12)))
    u0, u = x0 * s / d, s / d / (1 + odds)
    with mpmath.workdps(DIGITS):
        expected = np.array([float(clock_in_digits(*numbers, depth)) for numbers in zip(u, s, u0, d)])
    found = time_to_strength(u, s, u0, depth=depth, input_variance=d)
    moved = np.log1p(s * (u - u0) / (u0 * (s - d * u)))  # of the logit; the residuals s - d u are rounded
    lost = 1 + 0.01 * (s / np.abs(s - d * u) + s / np.abs(s - d * u0)) / moved
    assert np.max(np.abs(found / expected - 1) / lost) < PRECISE


@pytest.mark.parametrize("depth", LAYERS)
def test_the_course_is_the_root_of_the_clock(depth):
    draw = np.random.default_rng(int(10 * depth))
    for case in range(6):
        s, d = draw.uniform(0.2, 4), draw.uniform(0.3, 3)
        x0 = 10 ** (draw.uniform(-16, -0.01) if case % 3 < 2 else draw.uniform(0.01, 3))
        u = s / d / (1 + (1 / x0 - 1) * np.exp(-(10 ** draw.uniform(-5, 1.5))))
        t = float(time_to_strength(u, s, x0 * s / d, depth=depth, input_variance=d))
        expected = precisely(course_in_digits(depth), t, s, x0 * s / d, d)
        sensitivity = abs(t * mode_velocity(expected, s, depth=depth, input_variance=d) / expected)
        found = mode_strength(t, s, x0 * s / d, depth=depth, input_variance=d)
        assert abs(found / expected - 1) < PRECISE * (1 + sensitivity)


def integrated(times, s, u0, depth, d):
    """The slow twin: the equation of motion, stopped at every time."""
    u, now, rows = np.asarray(u0, dtype=float), 0.0, []
    for time in times:
        velocity = lambda _, u: mode_velocity(np.maximum(u, 0), s, depth=depth, input_variance=d)  # noqa: E731
        u = solve_ivp(velocity, (now, time), u, "DOP853", rtol=1e-11, atol=1e-11 * u0).y[:, -1]
        now = time
        rows.append(u)
    return np.array(rows)


@pytest.mark.parametrize("depth", [1, 1.5, 2, 2.5, 3, 10])
def test_solves_its_own_equation(depth):
    times, s, u0 = np.array([0.2, 1.0, 3.0, 8.0]), np.array([0.0, 0.3, 1.3, 2.0]), np.array([0.4, 0.2, 0.9, 5.0])
    found = mode_strength(times[:, None], s, u0, depth=depth, input_variance=0.7)
    np.testing.assert_allclose(found, integrated(times, s, u0, depth, 0.7), rtol=SOLVED)


SINGULAR = {
    "plain": (1.5, 2.0, 1e-2, 1.0),
    "tiny start": (3.0, 2.0, 1e-6, 1.0),
    "start": (0.0, 2.0, 1e-2, 1.0),
    "hardly started": (1e-6, 2.0, 0.3, 1.0),
    "s = 0": (1.5, 0.0, 0.3, 1.0),
    "s near 0": (1.5, 1e-9, 0.3, 1.0),
    "from above": (0.7, 1.0, 4.0, 1.0),
    "from little above": (0.3, 1.0, 1.1, 1.0),
    "d = 0": (0.5, 1.0, 1e-2, 0.0),
    "learned": (4.0, 2.0, 1e-1, 0.5),
}


END = (0.4, 1.5, 1.5 / 0.6, 0.6)
WAY, TAU = (1.2, 1.7, 0.05, 1.0), 1.3
DEEP = [1.5, 3, 7]  # a clock above, below and far below the elementary one


@functools.cache
def slopes(depth):
    """By reverse and by forward mode, along t, s, u0, d and tau; one batch for each depth."""
    law = lambda t, s, u0, d, tau: mode_strength(t, s, u0, depth=depth, input_variance=d, tau=tau)  # noqa: E731
    points = {**{name: (*point, 1.0) for name, point in SINGULAR.items()}, "end": (*END, 1.0), "way": (*WAY, TAU)}
    by_mode = all_by_jax(pytest.importorskip("jax"), law, list(points.values()))
    return {name: [found[row] for found in by_mode] for row, name in enumerate(points)}


@pytest.mark.parametrize("depth", DEEP[:2])
@pytest.mark.parametrize("name", SINGULAR)
def test_derivatives_at_the_limits(name, depth, jax, torch):
    law = lambda t, s, u0, d: mode_strength(t, s, u0, depth=depth, input_variance=d)  # noqa: E731
    expected = np.array(by_differences(course_in_digits(depth), SINGULAR[name]))
    for found in (*slopes(depth)[name], by_torch(torch, law, SINGULAR[name])):
        np.testing.assert_allclose(found[:4], expected, rtol=SLOPE, atol=SLOPE)


CLOCKS = [(0.2, 2.0, 1e-2, 1.0), (0.5, 0.0, 0.7, 1.0), (1.5, 1.0, 4.0, 1.0), (0.012, 2.0, 0.01, 0.0)]


def test_derivatives_of_the_clock(jax, torch):
    law = lambda u, s, u0, d: time_to_strength(u, s, u0, depth=3, input_variance=d)  # noqa: E731
    for point, *by_mode in zip(CLOCKS, *all_by_jax(jax, law, CLOCKS), strict=True):
        expected = np.array(by_differences(lambda *numbers: clock_in_digits(*numbers, 3), point))
        for found in (*by_mode, by_torch(torch, law, point)):
            np.testing.assert_allclose(found, expected, rtol=SLOPE, atol=SLOPE * np.abs(expected).max())


@pytest.mark.parametrize("depth", DEEP)
def test_a_mode_that_starts_at_its_end_stays_and_is_pulled_back(depth, jax):
    """From u0 = s/d every deviation decays at rate L d (s/d)^(2 - 2/L)."""
    t, s, u0, d = END
    back = np.exp(-depth * d * (s / d) ** (2 - 2 / depth) * t)
    assert float(mode_strength(t, s, u0, depth=depth, input_variance=d)) == u0 == s / d
    expected = [0, (1 - back) / d, back, -(1 - back) * s / d**2, 0]
    for found in slopes(depth)["end"]:
        np.testing.assert_allclose(found, expected, rtol=SLOPE, atol=SLOPE)


@pytest.mark.parametrize("depth", DEEP)
def test_slopes_along_the_course_are_ratios_of_velocities(depth, jax):
    """du/dt = f(u)/tau, du/du0 = f(u)/f(u0) and du/dtau = -t f(u)/tau^2."""
    t, s, u0, _ = WAY
    u = mode_strength(t, s, u0, depth=depth, tau=TAU)
    v = mode_velocity([u0, u], s, depth=depth, tau=TAU)
    for found in slopes(depth)["way"]:
        np.testing.assert_allclose(found[[0, 2, 4]], [v[1], v[1] / v[0], -t * v[1] / TAU], rtol=1e-12)


def test_depths_near_2_and_near_1_join_the_neighbours():
    times, s, u0 = np.array([0.0, 0.3, 2.0, 30.0])[:, None], np.array([2.0, 1.0, 0.0]), np.array([1e-6, 0.2, 0.7])
    for near, law, atol in ((2, balanced, 0), (1, shallow, 1e-7)):  # one layer decays faster than any power
        expected = law.mode_strength(times, s, u0, input_variance=0.7)
        errors = [
            np.abs(mode_strength(times, s, u0, depth=near + step, input_variance=0.7) - expected).max()
            for step in (1e-3, 1e-6, 1e-9)
        ]
        assert errors[0] > 100 * errors[1] > 1e4 * errors[2] - atol
        assert errors[2] < 1e-7


def test_late_and_infinitely_late_everything_is_learned():
    for t in (400.0, 1e6, 1e300, np.inf):
        found = mode_strength(t, [2.0, 1.0, 3.0], [1e-2, 2.0, 0.0], depth=3, input_variance=[1.0, 0.25, 1.0])
        np.testing.assert_allclose(found, [2, 4, 0], rtol=1e-14)
    never = mode_strength(400.0, 1.0, 1e-16, depth=10)
    np.testing.assert_allclose(never / 1e-16, 1.0, rtol=1e-8)  # the plateau lasts 10^11


def test_libraries_agree(jax, torch):
    t, s, u0 = np.linspace(0, 9, 7)[:, None], np.array([0.0, 0.5, 2.0]), np.array([0.2, 0.9, 1e-3])
    for depth in (1.5, 3):
        expected = mode_strength(t, s, u0, depth=depth)
        with jax.enable_x64(True):
            mapped = jax.jit(jax.vmap(lambda t, depth=depth: mode_strength(t, s, u0, depth=depth)))(t[:, 0])
        for found in (mapped, mode_strength(torch.tensor(t), s, u0, depth=depth)):
            np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-12)
    single = jax.jit(lambda t: mode_strength(t, s, u0, depth=3))(jax.numpy.asarray(t, dtype="float32"))
    assert single.dtype == jax.numpy.float32
    np.testing.assert_allclose(single, mode_strength(t, s, u0, depth=3), rtol=1e-4)


@pytest.mark.parametrize(
    ("depth", "sentence"), [(0.5, "at least one weight matrix"), (np.inf, "ontogeny.modes.infinite")]
)
def test_a_depth_that_cannot_be(depth, sentence):
    with pytest.raises(ValueError, match=sentence):
        mode_strength(1.0, 1.0, 0.1, depth=depth)


def test_doubled_inputs_are_a_rescaled_world():
    """d enters as s/d for the asymptote and as a rate."""
    doubled = time_to_strength(0.4, 2.0, 0.01, depth=3, input_variance=2.0)
    np.testing.assert_allclose(doubled, time_to_strength(0.4, 1.0, 0.01, depth=3) / 2, rtol=SOLVED)


@settings(max_examples=15)
@given(
    depth=st.sampled_from([1, 1.5, 2, 2.5, 3, 5]),
    s=st.floats(0.3, 3),
    u0=st.floats(1e-3, 2),
    d=st.floats(0.2, 2),
    share=st.floats(0.05, 0.95),
)
def test_clock_inverts_course(depth, s, u0, d, share):
    u = u0 + share * (s / d - u0)
    assume(abs(u - u0) > 1e-3 * u0)
    time = time_to_strength(u, s, u0, depth=depth, input_variance=d, tau=2.0)
    assert time > 0
    back = mode_strength(time, s, u0, depth=depth, input_variance=d, tau=2.0)
    np.testing.assert_allclose(back, u, rtol=SOLVED)
    earlier = time_to_strength(u0, s, u, depth=depth, input_variance=d, tau=2.0)
    np.testing.assert_allclose(earlier, -time, rtol=SOLVED)


@pytest.mark.parametrize(("depth", "law"), [(1, shallow), (2, balanced), (1.0, shallow), (2.0, balanced)])
def test_one_and_two_weight_matrices_are_the_neighbours(depth, law):
    times, s, u0 = np.array([0.0, 0.3, 2.0, 30.0])[:, None], np.array([2.0, 1.0, 0.0]), np.array([1e-6, 0.2, 0.7])
    found = mode_strength(times, s, u0, depth=depth, input_variance=0.7, tau=1.4)
    expected = law.mode_strength(times, s, u0, input_variance=0.7, tau=1.4)
    np.testing.assert_allclose(
        found, expected, rtol=SOLVED, atol=1e-12
    )  # what decays is followed to 1e-11 of its start
    target = np.array([0.5, 0.9, 0.4])
    np.testing.assert_allclose(
        time_to_strength(target, s, u0, depth=depth, input_variance=0.7, tau=1.4),
        law.time_to_strength(target, s, u0, input_variance=0.7, tau=1.4),
        rtol=SOLVED,
    )
    np.testing.assert_allclose(
        mode_velocity(target, s, depth=depth, input_variance=0.7, tau=1.4),
        law.mode_velocity(target, s, input_variance=0.7, tau=1.4),
        rtol=1e-14,
    )


def test_velocity_as_printed():
    for depth in (1, 2, 2.5, 6):
        expected = depth * 0.3 ** (2 - 2 / depth) * (2.0 - 0.7 * 0.3) / 1.5
        assert float(mode_velocity(0.3, 2.0, depth=depth, input_variance=0.7, tau=1.5)) == pytest.approx(expected)


def test_the_clock_says_never_now_and_earlier():
    for depth in (1, 2, 3):
        assert time_to_strength([1.0, 1.5, 0.2], 1.0, 0.2, depth=depth).tolist() == [np.inf, np.inf, 0.0]
        assert time_to_strength([1.0, 0.9], 1.0, 1.2, depth=depth).tolist() == [np.inf, np.inf]
        assert float(time_to_strength(0.1, 1.0, 0.2, depth=depth)) < 0
    assert time_to_strength([0.0, 0.5], 1.0, 0.0, depth=3).tolist() == [0.0, np.inf]
    assert float(time_to_strength(0.5, 1.0, 0.0, depth=1)) == pytest.approx(np.log(2), rel=1e-15)
    assert float(time_to_strength(0.5, 1.0, 0.0, depth=1, input_variance=0.0)) == 0.5


def test_limits():
    assert mode_strength(0.0, 2.0, 0.3, depth=3) == 0.3
    assert mode_strength([1.0, 100.0], 2.0, 0.0, depth=3).tolist() == [0.0, 0.0]
    np.testing.assert_allclose(mode_strength([0.0, 2.0], 2.0, 0.0, depth=1), [0, 2 - 2 * np.exp(-2)], rtol=SOLVED)
    np.testing.assert_allclose(mode_strength([1e2, 1e3], 2.0, 0.3, depth=3, input_variance=0.5), 4.0, rtol=SOLVED)
    np.testing.assert_allclose(mode_strength(2.0, 0.0, 0.5, depth=2), 0.5 / 3, rtol=SOLVED)


def test_shapes_and_order_of_the_arguments_do_not_matter():
    times, s = np.array([3.0, 1.0, 1.0]), np.array([[2.0], [1.0]])
    found = mode_strength(times, s, 0.1, depth=3)
    assert found.shape == (2, 3)
    assert found[0, 1] == found[0, 2]
    alone = [[float(mode_strength(t, x, 0.1, depth=3)) for t in times] for x in s[:, 0]]
    np.testing.assert_allclose(found, alone, rtol=SOLVED)
    assert mode_strength(np.zeros(0), 1.0, 0.1, depth=3).shape == (0,)


def test_depth_lengthens_the_plateau():
    """Escape takes 1/((L - 2) s u0^(1 - 2/L)), less what is left of it at half strength."""
    for depth, closeness in ((3, 0.05), (5, 0.01)):
        escape = 1 / ((depth - 2) * 1.0 * 1e-4 ** (1 - 2 / depth))
        assert time_to_strength(0.5, 1.0, 1e-4, depth=depth) / escape == pytest.approx(1, abs=closeness)
