"""Two unequal layers: every sign and imbalance against the exact form, in as many digits as that needs."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from derivatives import by_case, by_differences, by_jax, by_torch
from ontogeny.modes import balanced
from ontogeny.modes.unbalanced import layer_strengths, mode_strength, mode_velocity, time_to_strength

PRECISE = 4e-15  # relative to the larger layer, times 1 + k t: the rounding of an exponent
SOLVED = 1e-9  # relative; the integrator at 1e-12
SLOPE = 1e-10  # relative to 1 + slope
ROUND_TRIP = 1e-12  # relative, times what the rounding of the strength alone changes in the time
SIGNS = st.sampled_from([-1.0, 1.0])


def in_digits(t, s, a0, b0, d=1, second=None):
    """Layers, or one of them, from the sum p and the difference m: P = p^2 obeys P' = 2 s P - d (P^2 - c^2)/2."""
    t, s, a0, b0, d = map(mpmath.mpf, (t, s, a0, b0, d))
    p, m = a0 + b0, a0 - b0
    k = mpmath.sqrt(4 * s**2 + (d * p * m) ** 2)
    decay = mpmath.exp(-k * t)
    integral = t if k == 0 else (1 - decay) / k
    g = mpmath.sqrt((1 + decay + (2 * s + d * m**2) * integral) / (1 + decay + (d * p**2 - 2 * s) * integral))
    layers = (p * g + m / g) / 2, (p * g - m / g) / 2
    return layers if second is None else layers[second]


def digits(t, s, a0, b0, d):
    return 40 + int(np.sqrt(4 * s**2 + (d * (a0**2 - b0**2)) ** 2) * t)


CASES = {
    "positive": (1.0, 2.0, 0.3, 0.1, 1.0),
    "negative": (1.0, 2.0, -0.3, -0.1, 1.0),
    "opposite": (1.0, 2.0, -0.3, 0.1, 1.0),
    "world negative": (1.0, -2.0, 0.3, 0.1, 1.0),
    "world negative, opposite": (1.0, -2.0, 0.3, -0.1, 1.0),
    "one layer 0": (1.5, 1.0, 0.4, 0.0, 1.0),
    "both layers 0": (1.5, 1.0, 0.0, 0.0, 1.0),
    "s = 0": (1.5, 0.0, 0.4, 0.1, 1.0),
    "s near 0": (1.5, 1e-9, 0.4, 0.1, 1.0),
    "equal": (1.5, 1.0, 0.4, 0.4, 1.0),
    "equal, s = 0": (1.5, 0.0, 0.4, 0.4, 1.0),
    "opposite, equal": (1.5, 1.0, 0.4, -0.4, 1.0),
    "opposite, equal, s = 0": (1.5, 0.0, 0.4, -0.4, 1.0),
    "opposite, nearly equal": (9.0, 1.0, 0.4, -0.4 * (1 - 1e-9), 1.0),
    "from above": (0.7, 1.0, 3.0, 1.5, 1.0),
    "inputs of variance 0.3": (1.0, 2.0, 0.3, 0.01, 0.3),
    "inputs without variance": (1.0, 2.0, 0.3, 0.01, 0.0),
    "nothing at all": (1.0, 0.0, 0.3, 0.01, 0.0),
    "start": (0.0, 2.0, 0.3, 0.1, 1.0),
    "late": (400.0, 1.0, 0.3, 0.1, 1.0),
    "late, opposite, equal": (300.0, 1.0, 0.4, -0.4, 1.0),
    "tiny start": (20.0, 1.0, 1e-16, 3e-16, 1.0),
    "strong against tiny": (1.0, 2.0, 1.0, 1e-14, 1.0),
    "at the switch": (0.25, 2.0, 0.3, 0.1, 1.0),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_case_in_digits(case):
    t, s, a0, b0, d = case
    with mpmath.workdps(digits(*case)):
        expected = np.array([float(x) for x in in_digits(*case)])
    found = np.array(layer_strengths(t, s, a0, b0, input_variance=d))
    rate = np.sqrt(4 * s**2 + (d * (a0**2 - b0**2)) ** 2) * t
    np.testing.assert_allclose(found, expected, rtol=0, atol=PRECISE * (1 + rate) * max(np.abs(expected).max(), 1e-300))
    if s * a0 * b0 >= 0 and abs(s) >= d * abs(a0 * b0):  # nothing crosses zero
        np.testing.assert_allclose(found, expected, rtol=PRECISE * (1 + rate))


def test_as_precise_as_the_equation_in_thirty_digits():
    draw = np.random.default_rng(0)
    for _ in range(300):
        s, d, t = draw.choice([-1, 1]) * draw.uniform(0, 3), draw.uniform(0, 3), 10 ** draw.uniform(-6, 1.3)
        a0, b0 = draw.choice([-1, 1], 2) * 10 ** draw.uniform(-16, 0.4, 2)
        with mpmath.workdps(digits(t, s, a0, b0, d) + 60):
            a, b = (float(x) for x in in_digits(t, s, a0, b0, d))
        rate = np.sqrt(4 * s**2 + (d * (a0**2 - b0**2)) ** 2) * t
        tolerance = PRECISE * (1 + rate) * max(abs(a), abs(b))
        found = layer_strengths(t, s, a0, b0, input_variance=d)
        np.testing.assert_allclose(found, [a, b], rtol=0, atol=tolerance)
        product = mode_strength(t, s, a0, b0, input_variance=d)
        np.testing.assert_allclose(product, a * b, rtol=0, atol=2 * tolerance * max(abs(a), abs(b)))


@pytest.mark.parametrize("s", [1.3, 0.0, -0.8])
def test_solves_its_own_equation(s):
    times, d, tau = np.array([0.3, 1.0, 4.0]), 0.6, 1.4
    for a0, b0 in [(0.1, 0.7), (0.4, -0.3), (-1e-3, 1e-2), (2.0, 1.9), (0.0, 0.2)]:
        right = lambda _, x, s=s: [x[1] * (s - d * x[0] * x[1]) / tau, x[0] * (s - d * x[0] * x[1]) / tau]  # noqa: E731
        layers, now = np.array([a0, b0]), 0.0
        for time in times:
            layers = solve_ivp(right, (now, time), layers, "DOP853", rtol=1e-12, atol=1e-16).y[:, -1]
            now = time
            found = layer_strengths(time, s, a0, b0, input_variance=d, tau=tau)
            np.testing.assert_allclose(found, layers, rtol=SOLVED, atol=1e-12)
            velocity = mode_velocity(s, *found, input_variance=d, tau=tau)
            slopes = right(0, found)
            np.testing.assert_allclose(velocity, found[0] * slopes[1] + found[1] * slopes[0], rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("theta", [1.5, 0.2])
def test_the_corrected_appendix_and_the_printed_one(theta):
    """Eq. 26 with s replaced by 2 s and the product (c/2) sinh; as printed it is wrong by factors of 2."""
    a0, b0, s = 0.5 * np.cosh(theta / 2), 0.5 * np.sinh(theta / 2), 1.2
    c, u = a0**2 - b0**2, 0.9

    def clock(s, scale):
        k = np.sqrt(c**2 + s**2)
        half = [np.tanh(np.arcsinh(x / (scale * c)) / 2) for x in (a0 * b0, u)]
        terms = [np.log((k + c + s * h) / (k - c - s * h)) for h in half]
        return (terms[1] - terms[0]) / k

    found = float(time_to_strength(u, s, a0, b0))
    assert found == pytest.approx(clock(2 * s, 0.5), rel=1e-12)
    with np.errstate(invalid="ignore"):
        printed = clock(s, 1.0)
    assert not abs(printed / found - 1) < 0.1


COARSE = {"late", "late, opposite, equal", "nothing at all", "tiny start"}  # too steep for differences in 60 digits


FINE = {case: point for case, point in CASES.items() if case not in COARSE}
LAYERS = [lambda t, s, a, b, d, which=which: layer_strengths(t, s, a, b, input_variance=d)[which] for which in (0, 1)]


@pytest.fixture(scope="module")
def slopes(jax):
    return [by_case(jax, law, FINE) for law in LAYERS]


@pytest.mark.parametrize("case", FINE)
def test_derivatives_at_the_limits(case, slopes, torch):
    for which, law in enumerate(LAYERS):
        expected = by_differences(lambda *x, which=which: in_digits(*x, second=which), CASES[case])
        for found in (*slopes[which][case], by_torch(torch, law, CASES[case])):
            np.testing.assert_allclose(found, expected, rtol=SLOPE, atol=SLOPE * max(1, np.abs(expected).max()))


def test_late_derivatives_are_finite_and_right(jax):
    law = lambda s, a, b, d: mode_strength(500.0, s, a, b, input_variance=d)  # noqa: E731
    for found in by_jax(jax, law, (2.0, 0.3, -0.1, 0.5)):
        np.testing.assert_allclose(found, [2.0, 0, 0, -8.0], rtol=1e-12, atol=1e-12)
    for found in by_jax(jax, law, (2.0, 0.3, -0.3, 0.5)):
        assert np.all(np.isfinite(found[0]))


@pytest.mark.parametrize("late", [400.0, 1e9, np.inf])
def test_late_everything_is_learned_except_on_the_stable_manifold(late):
    found = mode_strength(late, [2.0, 2.0, -2.0, 2.0], [0.3, 0.3, 0.3, 0.0], [0.1, -0.1, 0.1, 0.0], input_variance=0.5)
    np.testing.assert_allclose(found, [4, 4, -4, 0], rtol=1e-14)
    assert abs(float(mode_strength(late, 1.0, 0.4, -0.4))) < 1e-100
    assert float(time_to_strength(1e-9, 1.0, 0.4, -0.4)) == np.inf


@settings(max_examples=60)
@given(
    s=st.floats(-3, 3), a=st.floats(1e-6, 2), b=st.floats(1e-6, 2), signs=st.tuples(SIGNS, SIGNS),
    d=st.floats(0.1, 2), t=st.floats(0, 5),
)  # fmt: skip
def test_imbalance_is_conserved_and_mirrors_agree(s, a, b, signs, d, t):
    a0, b0 = a * signs[0], b * signs[1]
    x, y = layer_strengths(t, s, a0, b0, input_variance=d)
    lost = 1e-13 * (1 + t) * (x**2 + y**2 + a**2 + b**2)
    assert abs((x - y) * (x + y) - (a0 - b0) * (a0 + b0)) < lost * 10
    np.testing.assert_allclose(
        layer_strengths(t, s, b0, a0, input_variance=d), (y, x), rtol=0, atol=np.sqrt(lost) * 1e-5
    )
    np.testing.assert_allclose(
        layer_strengths(t, -s, a0, -b0, input_variance=d), (x, -y), rtol=0, atol=np.sqrt(lost) * 1e-5
    )


@settings(max_examples=60)
@given(
    s=st.one_of(st.just(0.0), st.floats(0.1, 3), st.floats(-3, -0.1)), a=st.floats(1e-3, 2), b=st.floats(1e-3, 2),
    signs=st.tuples(SIGNS, SIGNS), d=st.floats(0.1, 2), t=st.floats(0.01, 3),
)  # fmt: skip
def test_the_clock_inverts_the_course(s, a, b, signs, d, t):
    a0, b0 = a * signs[0], b * signs[1]
    x, y = layer_strengths(t, s, a0, b0, input_variance=d, tau=1.3)
    speed = abs(mode_velocity(s, x, y, input_variance=d, tau=1.3)) * t
    speed0 = abs(mode_velocity(s, a0, b0, input_variance=d, tau=1.3)) * t
    if min(speed, speed0) < 1e-6 or a0 == -b0:
        return
    back = time_to_strength(x * y, s, a0, b0, input_variance=d, tau=1.3)
    # The layers carry the rounding of the exponent, and of the larger end: a strength that is off by it at either end
    exponent = np.hypot(2 * s, d * (a - b) * (a + b)) * t / 1.3
    lost = 1 + (1 + exponent) * (x**2 + y**2 + a**2 + b**2) * (1 / speed + 1 / speed0)
    assert float(back) == pytest.approx(t, rel=ROUND_TRIP * lost)
    assert float(time_to_strength(a0 * b0, s, x, y, input_variance=d, tau=1.3)) == pytest.approx(
        -t, rel=ROUND_TRIP * lost * 10
    )


def test_the_clock_says_never_now_and_earlier_and_down_to_the_saddle():
    assert time_to_strength([1.0, 1.5, -0.2], 1.0, 0.5, 0.2).tolist()[:2] == [np.inf, np.inf]
    assert float(time_to_strength(0.1, 1.0, 0.5, 0.2)) == 0.0
    assert float(time_to_strength(0.05, 1.0, 0.5, 0.2)) < 0
    found = mode_strength(0.8, 1.0, 0.5, -0.5)
    assert float(time_to_strength(found, 1.0, 0.5, -0.5)) == pytest.approx(0.8, rel=1e-14)


def test_equal_layers_are_the_balanced_law_also_nearly_so():
    t, s = np.array([0.0, 0.5, 3.0, 50.0])[:, None], np.array([2.0, 0.7, 0.0])
    expected = balanced.mode_strength(t, s, 1e-4, input_variance=0.6, tau=1.7)
    for gap in (0.0, 1e-12):
        found = mode_strength(t, s, 1e-2 + gap, 1e-2, input_variance=0.6, tau=1.7)
        np.testing.assert_allclose(found, expected, rtol=1e-13 + 100 * gap)
    clocks = time_to_strength(5e-4, s[:2], 1e-2, 1e-2, input_variance=0.6)
    np.testing.assert_allclose(clocks, balanced.time_to_strength(5e-4, s[:2], 1e-4, input_variance=0.6), rtol=1e-13)


def test_libraries_agree(jax, torch):
    t, s, a, b = np.linspace(0, 5, 7)[:, None], np.array([0.0, 0.5, -2.0]), np.array([0.1, 0.3, 0.2]), -0.2
    expected = mode_strength(t, s, a, b)
    with jax.enable_x64(True):
        by = jax.jit(lambda t: mode_strength(t, s, a, b))(t)
        mapped = jax.vmap(lambda t: mode_strength(t, jax.numpy.asarray(s), a, b))(t[:, 0])
        clocks = jax.jit(lambda u: time_to_strength(u, s, a, b))(jax.numpy.asarray(expected))
    for found in (by, mapped, mode_strength(torch.tensor(t), s, a, b)):
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(clocks, time_to_strength(expected, s, a, b), rtol=1e-12)
