"""Unequal layers: the layers one by one, the closed forms of the neighbours, ends, clocks and plateaus."""

import warnings

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ontogeny._core.checks import PlateauWarning
from ontogeny.modes import deep, unbalanced
from ontogeny.modes.chain import (
    final_layer_strengths,
    final_strength,
    layer_strengths,
    mode_strength,
    time_to_strength,
)

SOLVED = 1e-9  # relative to the largest layer; both integrators at 1e-12
TIMES = np.array([0.0, 0.3, 1.0, 2.5, 6.0])


def one_by_one(times, s, g, d):
    """Every layer moved by the product of the others."""

    def velocity(_, a):
        return np.array([np.prod(np.delete(a, at)) for at in range(a.size)]) * (s - d * np.prod(a))

    a, now, rows = np.array(g, dtype=float), 0.0, []
    for time in times:
        if time > now:
            a, now = solve_ivp(velocity, (now, time), a, "DOP853", rtol=1e-12, atol=1e-15).y[:, -1], time
        rows.append(a)
    return np.array(rows)


CASES = {
    "one layer": (1.2, [0.3]),
    "one layer, wrong sign": (1.2, [-0.3]),
    "two layers": (1.2, [0.3, 0.1]),
    "a layer at 0": (1.2, [0.3, 0.0, 0.6]),
    "weakest of the wrong sign": (1.2, [0.9, -0.3, 0.6]),
    "stronger of the wrong sign": (1.2, [-0.9, 0.3, 0.6, 0.7]),
    "two wrong signs": (1.2, [-0.9, 0.3, -0.6, 0.7]),
    "world of the other sign": (-1.2, [0.9, 0.3, 0.6]),
    "unlearning": (0.5, [1.3, 1.1, 0.9]),
    "unlearning, overshot": (-0.5, [1.3, 1.1, 0.9]),
    "nothing to learn": (0.0, [1.3, 1.1, 0.9]),
    "two weakest tie": (1.2, [0.4, 0.4, 0.9]),
    "two weakest tie, both negative": (1.2, [-0.4, -0.4, 0.9]),
    "all equal": (1.2, [0.5, 0.5, 0.5]),
    "strongest tie, wrong sign": (1.2, [0.9, 0.9, -0.3]),
    "seven": (1.2, [0.5, 0.9, 0.8, 0.7, 0.6, 1.0, 1.1]),
    "nearly tied, wrong sign": (1.2, [0.4, -0.4 * (1 - 1e-4), 0.9]),
}


@pytest.mark.parametrize("d", [1.0, 0.4])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees_with_the_layers_one_by_one(case, d):
    s, g = case
    expected = one_by_one(TIMES, s, g, d)
    found = layer_strengths(TIMES, s, g, input_variance=d)
    np.testing.assert_allclose(found, expected, rtol=0, atol=SOLVED * np.abs(expected).max())
    np.testing.assert_allclose(
        mode_strength(2 * TIMES, s, g, input_variance=d, tau=2.0), found.prod(axis=-1), rtol=1e-9, atol=1e-12
    )
    squares = found**2 - np.array(g) ** 2
    np.testing.assert_allclose(squares, squares[:, :1] + 0 * squares, atol=1e-9)


@pytest.mark.parametrize("d", [1.0, 0.4])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_end_is_where_the_course_ends(case, d):
    s, g = case
    assert final_strength(s, g, input_variance=d) == pytest.approx(s / d, rel=1e-12, abs=1e-12)
    if s != 0:
        end = final_layer_strengths(s, g, input_variance=d)
        np.testing.assert_allclose(layer_strengths(200.0, s, g, input_variance=d), end, rtol=1e-8)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_clock_inverts_the_course(case):
    s, g = case
    times = TIMES[1:4]
    reached = mode_strength(1.5 * times, s, g, input_variance=0.7, tau=1.5)
    times, reached = times[(early := np.abs(reached - s / 0.7) > 1e-6)], reached[early]
    np.testing.assert_allclose(time_to_strength(reached, s, g, input_variance=0.7, tau=1.5), 1.5 * times, rtol=1e-7)


@pytest.mark.parametrize(("a", "b"), [(0.3, 0.1), (0.5, -0.2), (-0.2, -0.1), (1e-3, 1e-5), (0.4, -0.4 * (1 - 1e-9))])
def test_two_layers_are_the_explicit_form(a, b):
    times = np.array([0.5, 3.0, 9.0, 12.0])
    expected = np.stack(unbalanced.layer_strengths(times, 1.3, a, b, input_variance=0.7), axis=-1)
    np.testing.assert_allclose(layer_strengths(times, 1.3, [a, b], input_variance=0.7), expected, atol=1e-7)
    clocks = unbalanced.time_to_strength([0.4, 1.2], 1.3, a, b, input_variance=0.7)
    np.testing.assert_allclose(time_to_strength([0.4, 1.2], 1.3, [a, b], input_variance=0.7), clocks, rtol=1e-7)


@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_equal_layers_are_deep(depth):
    expected = deep.mode_strength(TIMES, 1.3, 0.5**depth, depth=depth, input_variance=0.7)
    np.testing.assert_allclose(mode_strength(TIMES, 1.3, [0.5] * depth, input_variance=0.7), expected, rtol=SOLVED)
    clock = deep.time_to_strength(1.2, 1.3, 0.5**depth, depth=depth, input_variance=0.7)
    assert float(time_to_strength(1.2, 1.3, [0.5] * depth, input_variance=0.7)) == pytest.approx(float(clock), rel=1e-9)


@pytest.mark.parametrize("g", [[0.4, -0.4, 0.9], [-0.4, 0.4], [-0.4, 0.4, 0.4], [-0.5, -0.5, -0.5]])
def test_a_saddle_is_said_and_kept(g):
    with pytest.warns(PlateauWarning, match="converges to the saddle point at 0"):
        found = mode_strength([0.0, 1.0, 30.0, 300.0], 1.0, g)
    assert found[0] == np.prod(g) and np.all(np.diff(found) >= 0) and np.abs(found[2:]).max() < 1e-2
    with pytest.warns(PlateauWarning, match="flip one sign"):
        assert final_strength(1.0, g) == 0
    assert float(time_to_strength(0.1, 1.0, g)) == np.inf
    assert float(time_to_strength(0.5 * np.prod(g), 1.0, g)) > 0


def test_layers_at_zero():
    with pytest.warns(PlateauWarning, match="start at most one layer from 0"):
        assert layer_strengths([0.0, 9.0], 1.0, [0.0, 0.7, 0.0]).tolist() == [[0.0, 0.7, 0.0]] * 2
    assert float(time_to_strength(0.1, 1.0, [0.0, 0.0])) == np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert float(mode_strength(60.0, 1.0, [0.0, 0.7, 0.4])) == pytest.approx(1.0, rel=1e-9)


def test_shapes_order_and_clocks_that_say_never():
    g = [0.3, 0.5, 0.4]
    assert layer_strengths(1.0, 1.0, g).shape == (3,) and layer_strengths([1.0], 1.0, g).shape == (1, 3)
    swapped = layer_strengths([2.0, 1.0, 1.0], 1.0, g)
    np.testing.assert_allclose(swapped[::-1][1:], layer_strengths([1.0, 2.0], 1.0, g), rtol=1e-10)
    assert layer_strengths(np.zeros(0), 1.0, g).shape == (0, 3)
    assert time_to_strength([1.0, 2.0, np.prod(g)], 1.0, g).tolist() == [np.inf, np.inf, 0.0]
    assert float(time_to_strength(0.5 * np.prod(g), 1.0, g)) < 0
    with pytest.raises(ValueError, match="one finite number for each layer"):
        layer_strengths(1.0, 1.0, [[0.1, np.inf]])
    with pytest.raises(ValueError, match="without inputs a mode has no end"):
        final_strength(1.0, g, input_variance=0.0)


@pytest.mark.parametrize("singular_value", [1e-3, 1e-9, 1.8e-18, 1e-30])
def test_weak_modes_of_strong_layers_relax_exponentially(singular_value):
    """A readout that hardly has to move, below layers of strength 1: its way is shorter than rounding beside them."""
    times = np.array([0.0, 1.0, 30.0, 1e4])
    found = layer_strengths(times, singular_value, [1.0, 1.0, 0.0], input_variance=0.09)
    relaxed = singular_value / 0.09 * -np.expm1(-0.09 * times)
    np.testing.assert_allclose(found[:, 2], relaxed, rtol=2 * (singular_value / 0.09) ** 2 + 1e-9)
    np.testing.assert_allclose(found[:, :2], 1.0, atol=(singular_value / 0.09) ** 2)
