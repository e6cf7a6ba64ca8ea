"""How sudden modes are learned: printed values, and the courses themselves."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from ontogeny.modes import balanced, deep, shallow, transitions

S1 = np.sqrt(7)  # the strongest mode of the 4 x 7 table


@pytest.mark.parametrize(("exponent", "printed"), [(1, 1.36), (2, 0.79), (3, 0.56), (4, 0.43), (6, 0.30), (9, 0.20)])
def test_printed_sharpness_by_start(exponent, printed):
    assert transitions.sharpness(S1, 10.0**-exponent) == pytest.approx(printed, abs=6e-3)


@pytest.mark.parametrize(("depth", "printed"), [(2, 0.83), (3, 0.17), (4, 0.026), (5, 0.0032)])
def test_printed_sharpness_by_depth(depth, printed):
    """Layers of strength .1, singular value 2; printed with two digits."""
    assert transitions.deep_sharpness(2.0, 0.1**depth, depth=depth) == pytest.approx(printed, rel=0.03)


def test_width_is_that_of_the_course_whatever_the_start():
    for a0 in (1e-2, 1e-5, 1e-9):
        crossings = [balanced.time_to_strength(share * 3.0, 3.0, a0, tau=2.0) for share in (0.1, 0.9)]
        assert crossings[1] - crossings[0] == pytest.approx(transitions.width(3.0, tau=2.0), rel=1e-12)
    d = 0.3
    crossings = [balanced.time_to_strength(share * 3.0 / d, 3.0, 1e-3, input_variance=d) for share in (0.1, 0.9)]
    assert crossings[1] - crossings[0] == pytest.approx(transitions.width(3.0), rel=1e-12)


def test_sharpness_is_width_over_half_time_and_the_same_for_every_mode_that_starts_at_the_same_share():
    s, d = np.array([1.0, 2.0, 5.0]), 0.7
    half = balanced.time_to_strength(s / (2 * d), s, 1e-4 * s / d, input_variance=d)
    ratio = transitions.sharpness(s, 1e-4 * s / d, input_variance=d)
    np.testing.assert_allclose(ratio, transitions.width(s) / half, rtol=1e-12)
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-12)


def test_the_steepest_point_is_half_way():
    s, d, tau = 2.6, 0.8, 1.5
    strengths = np.linspace(0, s / d, 2001)
    velocity = balanced.mode_velocity(strengths, s, input_variance=d, tau=tau)
    assert velocity.max() == pytest.approx(transitions.steepest(s, input_variance=d, tau=tau), rel=1e-12)
    assert strengths[np.argmax(velocity)] == pytest.approx(s / d / 2)


def test_completion_and_its_form_for_small_margins():
    """2.97849 exactly, 2.97863 as the paper has it."""
    exact = transitions.completion_time(S1, 1e-3)
    assert exact == pytest.approx(balanced.time_to_strength(S1 - 1e-3, S1, 1e-3), rel=1e-12)
    assert exact == pytest.approx(2.97849, abs=5e-6)
    assert np.log(S1 / 1e-3) / S1 == pytest.approx(2.97863, abs=5e-6)


def test_without_hidden_layer_every_mode_takes_as_long():
    d, tau = 0.4, 3.0
    crossings = [shallow.time_to_strength(share / d, 1.0, input_variance=d, tau=tau) for share in (0.1, 0.5, 0.9)]
    width = transitions.shallow_width(input_variance=d, tau=tau)
    assert crossings[2] - crossings[0] == pytest.approx(width, rel=1e-12)
    assert width / crossings[1] == pytest.approx(transitions.SHALLOW_SHARPNESS, rel=1e-12)
    assert transitions.SHALLOW_SHARPNESS == pytest.approx(3.17, abs=5e-3)


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_deep_widths_are_those_of_the_integrated_course(depth):
    s, a0, d = 1.7, 1e-2, 0.6

    def flow(_, u):
        return deep.mode_velocity(u, s, depth=depth, input_variance=d)

    until = float(deep.time_to_strength(0.99 * s / d, s, a0, depth=depth, input_variance=d))
    solved = solve_ivp(flow, (0, until), [a0], rtol=1e-11, atol=1e-13, dense_output=True).sol
    crossing = [brentq(lambda t, x=x: solved(t)[0] - x * s / d, 0, until) for x in (0.1, 0.5, 0.9)]  # fmt: skip
    width = transitions.deep_width(s, a0, depth=depth, input_variance=d)
    assert width == pytest.approx(crossing[2] - crossing[0], rel=1e-6)  # of the dense output
    ratio = transitions.deep_sharpness(s, a0, depth=depth, input_variance=d)
    assert ratio == pytest.approx(width / crossing[1], rel=1e-6)
    if depth == 2:
        assert width == pytest.approx(transitions.width(s), rel=1e-12)
        assert ratio == pytest.approx(transitions.sharpness(s, a0, input_variance=d), rel=1e-12)


def test_what_lies_before_the_start_is_not_counted():
    late = transitions.deep_width(2.0, 0.5, depth=3)
    assert late == pytest.approx(deep.time_to_strength(1.8, 2.0, 0.5, depth=3), rel=1e-12)
