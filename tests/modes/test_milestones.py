"""When sampled curves cross a level, against laws that know it."""

import numpy as np
import pytest

from ontogeny.modes import balanced, shallow
from ontogeny.modes.milestones import crossing_time, rise_time

TIMES = np.linspace(0, 12, 1201)
SAMPLED = 1e-4  # of a curve sampled at 0.01 and read off by straight lines


def test_half_and_rise_times_of_a_law():
    s = np.array([2.0, 1.0])
    curve = balanced.mode_strength(TIMES[:, None], s, 1e-3)
    np.testing.assert_allclose(
        crossing_time(TIMES, curve, s / 2), balanced.time_to_strength(s / 2, s, 1e-3), atol=SAMPLED
    )
    np.testing.assert_allclose(rise_time(TIMES, curve, s), np.log(9) / s, atol=SAMPLED)


def test_a_shallow_course_rises_by_ln_9():
    curve = shallow.mode_strength(TIMES[:, None], [5.0])
    np.testing.assert_allclose(rise_time(TIMES, curve, np.array([5.0])), np.log(9), atol=SAMPLED)


def test_straight_lines_are_read_off_exactly():
    curve = np.array([[0.0, 3.0], [1.0, 3.0], [4.0, 3.0]])
    times = np.array([1.0, 2.0, 4.0])
    assert crossing_time(times, curve, np.array([2.5, 3.0])).tolist() == [3.0, 1.0]


def test_the_first_crossing_counts():
    curve = np.array([0.0, 2.0, 0.0, 2.0])[:, None]
    assert crossing_time(np.arange(4.0), curve, np.array([1.0])).tolist() == [0.5]


def test_what_is_never_reached_takes_forever():
    curve = np.array([[0.0], [0.4], [0.6]])
    times = np.array([0.0, 1.0, 2.0])
    assert crossing_time(times, curve, np.array([0.7])).tolist() == [np.inf]
    assert rise_time(times, curve, np.array([1.0])).tolist() == [np.inf]


def test_a_curve_that_starts_above_a_level_has_reached_it_at_its_first_time():
    assert crossing_time(np.array([0.5, 1.0]), np.array([[0.9], [1.0]]), np.array([0.5])).tolist() == [0.5]


@pytest.mark.parametrize("lead", [(), (3,), (2, 3)])
def test_leading_axes_are_independent(lead):
    curves = np.random.default_rng(0).random((*lead, 20, 4)).cumsum(axis=-2)
    times, level = np.arange(20.0), np.array([1.0, 3.0, 5.0, 100.0])
    found = crossing_time(times, curves, level)
    assert found.shape == (*lead, 4)
    for index in np.ndindex(*lead):
        np.testing.assert_array_equal(found[index], crossing_time(times, curves[index], level))
    assert np.all(np.isinf(found[..., 3]))
    assert rise_time(times, curves, level).shape == (*lead, 4)
