"""The law of single modes in the units of the world."""

import numpy as np
import pytest

from ontogeny.modes import balanced, deep, shallow
from ontogeny.modes.laws import law

S, D, U0 = np.array([20.0, 3.0, 0.7]), np.array([2.0, 1.0, 0.5]), np.array([1e-3, 2e-3, 1e-4])
TIMES = np.linspace(0, 4, 9)[:, None]
LAWS = {1: (shallow, {}), 2: (balanced, {}), 3: (deep, {"depth": 3}), 6: (deep, {"depth": 6})}
ROUNDED = 1e-13  # a power of two changes no digit; logarithms of other numbers are rounded anew
LOST = 1e-9  # late clocks are a logarithm of one minus almost one


@pytest.mark.parametrize("depth", LAWS)
def test_is_the_law_of_that_depth(depth):
    module, options = LAWS[depth]
    one = law(depth)
    expected = module.mode_strength(TIMES, S, U0, input_variance=D, tau=2.0, **options)
    np.testing.assert_allclose(one.mode_strength(TIMES, S, U0, input_variance=D, tau=2.0), expected, rtol=ROUNDED)
    expected = module.time_to_strength(S / D / 2, S, U0, input_variance=D, tau=2.0, **options)
    np.testing.assert_allclose(
        one.time_to_strength(S / D / 2, S, U0, input_variance=D, tau=2.0), expected, rtol=ROUNDED
    )


@pytest.mark.parametrize("depth", LAWS)
@pytest.mark.parametrize("unit", [1e-150, 1e-9, 1e150])
def test_any_unit_has_the_same_course(depth, unit):
    one, pace = law(depth), (unit ** (2 - 2 / depth))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        scaled = one.mode_strength(TIMES / pace, S * unit, U0 * unit, input_variance=D) / unit
        clock = one.time_to_strength(0.9 * S / D * unit, S * unit, U0 * unit, input_variance=D) * pace
        natural = one.natural_time(3.0 * unit) * pace
    np.testing.assert_allclose(scaled, one.mode_strength(TIMES, S, U0, input_variance=D), rtol=LOST)
    np.testing.assert_allclose(clock, one.time_to_strength(0.9 * S / D, S, U0, input_variance=D), rtol=LOST)
    assert natural == pytest.approx(one.natural_time(3.0), rel=LOST)


def test_the_natural_time_is_that_of_each_depth():
    assert [law(depth).natural_time(4.0, input_variance=2.0, tau=3.0) for depth in (1, 2)] == [1.5, 0.75]


def test_sources():
    assert [law(depth).equation for depth in (1, 2, 3)] == ["saxe2019 SI", "saxe2014 (12)", "saxe2014 (15)"]


def test_a_law_introduces_itself():
    assert repr(law(3)) == "<Law: modes in networks of depth 3, saxe2014 (15)>"
