"""Courses of levels: the same as learning curves and the law of modes, and their derivatives."""

import numpy as np
import pytest
from scipy.special import expit

from ontogeny.fitting import learning_curve
from ontogeny.fitting.rdm_courses import Apart, Together, clock_to_half, course, start_with, suddenness

DEPTHS = [1.0, 1.5, 2.0, 3.0, 6.0]
TABLE = 1e-5  # relative; starts of 1e-11 of one layer are what is left of one half, and of 1.5 layers nearly so
SLOPES = 2e-6  # relative to the largest slope; central differences with steps of 1e-5
TIMES = np.linspace(0.0, 12.0, 20)


@pytest.mark.parametrize("depth", DEPTHS)
def test_courses_are_learning_curves(depth):
    half, start = np.array([2.0, 7.0]), np.array([0.01, 0.3])
    found = course(TIMES, clock_to_half(start, depth) / half, start, depth)
    for level in range(2):
        one = learning_curve(TIMES, half_time=half[level], initial_fraction=start[level], depth=depth)
        np.testing.assert_allclose(found[:, level], one, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("depth", DEPTHS)
def test_starts_are_found_from_their_clocks(depth):
    start = expit(-np.geomspace(0.06, 25, 40))
    np.testing.assert_allclose(start_with(clock_to_half(start, depth), depth), start, rtol=TABLE)


def slopes_by_differences(family, where, depth):
    def log_and_logit(at):
        place = family.at(at)
        return np.log(place.pace), np.log(place.start / (1 - place.start))

    step = 1e-6
    rows = [np.subtract(log_and_logit(where + step * one), log_and_logit(where - step * one)) / (2 * step)
            for one in np.eye(where.size)]  # fmt: skip
    return np.moveaxis(np.array(rows), 0, -1)  # (log pace or logit, level, parameter)


@pytest.mark.parametrize("depth", DEPTHS)
def test_slopes_of_both_families(depth):
    sudden = suddenness(np.array([0.02, 0.2, 0.4]), depth)
    apart = Apart(3, depth, TIMES), np.concatenate([np.log([2.0, 5.0, 9.0]), sudden])
    s, d = np.array([3.0, 2.0, 1.0]), np.array([1.0, 0.5, 2.0])
    together = Together(s, d, depth), np.log([1.3, 0.02])
    for family, where in (apart, together):
        place = family.at(where)
        exact = np.stack([place.log_pace, place.logit_start])
        near = slopes_by_differences(family, where, depth)
        np.testing.assert_allclose(exact, near, atol=SLOPES * np.abs(near).max())


@pytest.mark.parametrize("depth", [1.0, 2.0, 3.0])
def test_together_is_the_law_of_modes(depth):
    """Half-times and courses are those of `modes.deep` with the singular values and input variances of the world."""
    from ontogeny.modes import deep

    s, d, tau, start = np.array([3.0, 2.0, 1.0]), np.array([1.0, 0.5, 2.0]), 1.3, 0.02
    place = Together(s, d, depth).at(np.log([tau, start]))
    found = course(TIMES, place.pace, place.start, depth)
    law = deep.mode_strength(TIMES[:, None], s, start, depth=depth, input_variance=d, tau=tau) / (s / d)
    np.testing.assert_allclose(found, law, rtol=1e-9)
