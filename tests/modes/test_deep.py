"""Any number of weight matrices: the layers one by one, the closed form of the clock, the neighbours."""

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from ontogeny.modes import balanced, shallow
from ontogeny.modes.deep import mode_strength, mode_velocity, time_to_strength

SOLVED = 1e-9  # relative; two integrators at 1e-12 and 1e-11
QUADRATURE = 1e-9  # relative; asked for 1e-11 in every piece


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


def printed_clock(u, s, u0, depth):
    """Closed form for real depth above 2, in 30 digits."""
    with mpmath.workdps(30):
        power = mpmath.mpf(1) / mpmath.mpf(depth)

        def antiderivative(v):
            x = v**power
            integral = x**2 / 2 * mpmath.hyp2f1(1, 2 * power, 1 + 2 * power, v)
            return x ** (2 - mpmath.mpf(depth)) / (2 - mpmath.mpf(depth)) + integral

        s = mpmath.mpf(s)
        return float(s ** (2 * power - 2) * (antiderivative(u / s) - antiderivative(u0 / s)))


@pytest.mark.parametrize("depth", [2.5, 3, 4, 5, 10, 30])
@pytest.mark.parametrize("s", [0.7, 2.0])
def test_the_clock_as_in_closed_form(depth, s):
    reached = np.array([0.05, 0.3, 0.9, 0.999]) * s
    expected = [printed_clock(u, s, 0.01, depth) for u in reached]
    np.testing.assert_allclose(time_to_strength(reached, s, 0.01, depth=depth), expected, rtol=QUADRATURE)


def test_doubled_inputs_are_a_rescaled_world():
    """d enters as s/d for the asymptote and as a rate."""
    doubled = time_to_strength(0.4, 2.0, 0.01, depth=3, input_variance=2.0)
    np.testing.assert_allclose(doubled, time_to_strength(0.4, 1.0, 0.01, depth=3) / 2, rtol=QUADRATURE)


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
    np.testing.assert_allclose(earlier, -time, rtol=QUADRATURE)


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
        rtol=QUADRATURE,
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
