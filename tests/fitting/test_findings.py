"""What the theory predicts, tested: against SciPy, against known answers, and at chance where there is nothing."""

import numpy as np
import pytest
from scipy.stats import kendalltau, linregress

from ontogeny.fitting.findings import nothing, order, proportional_width
from ontogeny.fitting.passing_errors import illusions

DRAW = np.random.default_rng(0)


@pytest.mark.parametrize("n", [4, 6, 12])
def test_order_is_kendalls_tau(n):
    """With the exact probability of SciPy, up to how many shuffles are tried where there are many orders."""
    x = DRAW.standard_normal(n)
    y = x + DRAW.standard_normal(n)
    found = order(x, y, "items")
    told = kendalltau(x, y, alternative="greater", method="exact")
    assert found.value == pytest.approx(told.statistic, abs=1e-12) and found.n == n
    assert found.p == pytest.approx(told.pvalue, abs=1e-12 if n < 8 else 0.04)


def test_order_knows_ties_and_what_was_never_reached():
    x, y = np.array([1.0, 2.0, 2.0 + 1e-14, 3.0, 4.0, np.nan]), np.array([1.0, 1.0, 2.0, np.inf, np.inf, 3.0])
    found = order(x, y, "items")
    assert found.value == pytest.approx(kendalltau([1, 2, 2, 3, 4], [1, 1, 2, 3, 3]).statistic, abs=1e-12)
    assert found.n == 5 and 0 < found.p < 0.2 and found.sentence.startswith("Order: Kendall's tau between the items")
    assert (
        "nothing to test" in order(x[:3], y[:3], "items").sentence
        and order(np.ones(9), y.mean() + x[:1].repeat(9), "items").n == 0
    )


def test_chance_is_seldom_surprising():
    """Of 60 orders drawn by chance no more than 9 have p below .05 (3 are expected)."""
    p = [order(DRAW.standard_normal(6), DRAW.standard_normal(6), "items").p for _ in range(60)]
    assert np.sum(np.array(p) < 0.05) <= 9 and np.min(p) > 0


def test_widths_that_are_proportional_have_the_power_one():
    width = np.array([1.0, 1.5, 2.5, 4.0, 6.0])
    found = proportional_width(width, 3 * width, 2)
    assert found.value == pytest.approx(1.0, abs=1e-12) and found.high - found.low < 1e-6 and "1/s" in found.sentence
    noisy = 3 * width * np.exp(0.2 * DRAW.standard_normal(5))
    told = linregress(np.log(width), np.log(noisy))
    found = proportional_width(width, noisy, 3)
    assert found.value == pytest.approx(told.slope) and found.n == 5 and "width that is predicted" in found.sentence
    assert found.high - found.value == pytest.approx(3.182446305 * told.stderr)  # Student, 3 degrees of freedom
    constant = proportional_width(width, np.full(5, 2.0), 2)
    assert constant.value == pytest.approx(0.0, abs=1e-12)
    assert "nothing to test" in proportional_width(width[:3], width[:3], 2).sentence
    assert "nothing to test" in proportional_width(np.ones(5), width, 2).sentence


def courses(height, items=12, features=3):
    """Answers that rise and fall by a height of the item and feature, at five times."""
    shape = np.array([0.0, 0.5, 1.0, 0.5, 0.0])
    return shape[:, None, None] * np.broadcast_to(height, (items, features))


def test_illusions_are_found_where_they_are():
    height = 0.4 * DRAW.random((12, 3))
    low, scale = np.ones((12, 3), dtype=bool), np.ones(3)
    found = illusions(courses(height), courses(height), low, scale)
    assert found.value == 1.0 and found.high == 1.0 and 0.8 < found.low < 1 and found.p < 0.01
    assert found.n == np.sum(height > 0.05)
    elsewhere = illusions(courses(height), courses(0.4 - height), low, scale)
    assert elsewhere.p > 0.9  # they are there, but in the other cells
    falling = illusions(courses(height), courses(-height), low, scale)
    assert falling.value == 0.0 and falling.low == 0.0


def test_illusions_with_holes_units_and_nothing_to_test():
    height = 0.4 * DRAW.random((12, 3))
    low, scale = np.ones((12, 3), dtype=bool), np.full(3, 5.0)
    measured = courses(5 * height)
    measured[2, 0] = np.nan
    found = illusions(courses(5 * height), measured, low, scale)
    assert found.n == np.sum(height[1:] > 0.05) and "by 0.2" in found.sentence
    assert "fewer than three times" in illusions(measured[:2], measured[:2], low, scale).sentence
    assert "names fewer than 4 cells" in illusions(courses(height * 0), measured, low, scale).sentence
    assert "names fewer than 4 cells" in illusions(courses(height), measured, ~low, scale).sentence


def test_nothing_says_why():
    found = nothing("width", "there are no data")
    assert found.sentence == "Width: nothing to test, there are no data." and np.isnan(found.value) and found.n == 0
