"""Inverse Laplace transforms on shared parabolas, against functions that are known."""

import numpy as np
import pytest
from scipy.special import i0e

from ontogeny.generalization.contour import SPAN, contours

ROUNDING = 1e-13  # of the largest value; the weights are up to 150, and a hundred of them are added

STEEP = 1e-11  # relative, of a pole of third order at 0: as early variances are; measured 1.4e-12

TIMES = np.sort(np.concatenate([np.geomspace(1e-8, 1e9, 40), [1.0, 1.1, 3.1]]))


@pytest.mark.parametrize("factor", [1.0, 1.7, 2.0])
@pytest.mark.parametrize(
    ("transform", "course"),
    [
        (lambda s: np.ones_like(s), lambda t: np.ones_like(t)),
        (lambda s: s / (s + 0.3), lambda t: np.exp(-0.3 * t)),
        (lambda s: np.sqrt(s) / np.sqrt(s + 4), lambda t: i0e(2 * t)),
    ],
    ids=["constant", "exponential", "square root"],
)
def test_known_functions(transform, course, factor):
    for contour in contours(TIMES):
        expected = course(factor * contour.times)
        np.testing.assert_allclose(contour.course(transform(contour.nodes), factor), expected, atol=ROUNDING)


@pytest.mark.parametrize("power", [1, 2])
def test_powers_of_time_to_full_relative_precision(power):
    for contour in contours(TIMES):
        course = contour.course(contour.nodes ** -float(power))
        np.testing.assert_allclose(course, contour.times**power / power, rtol=STEEP)


def test_neighboring_times_share_a_contour_and_none_is_lost():
    groups = [contour.times for contour in contours(TIMES)]
    np.testing.assert_array_equal(np.concatenate(groups), TIMES)
    assert all(group[-1] <= SPAN * group[0] for group in groups)
    assert list(contours(np.array([]))) == []
