"""Moments from pieces of a table are those of all its rows, also where means are large."""

import numpy as np
import pytest

from ontogeny.environments.moments import OVERFLOWING, Moments, Products, partial_moments

ROUNDING = 1e-12  # relative: sums of a few thousand products
MEAN = 1e8  # of columns that vary by 1: products of rows as they are would keep no digit of their variances


def rows(count=3000, columns=7, mean=0.0, seed=0):
    draw = np.random.default_rng(seed)
    return draw.normal(size=(count, columns)) @ draw.normal(size=(columns, columns)) + mean


def in_pieces(x, shift, cuts=(100, 1300)):
    return [partial_moments([part.copy()], shift) for part in np.split(x, cuts)]


def test_moments_are_those_of_all_rows():
    x = rows()
    first, second, third = in_pieces(x, x[:10].mean(axis=0))
    found = first.merged(second).merged(third)
    assert found.rows == 3000
    np.testing.assert_allclose(found.mean, x.mean(axis=0), rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(found.about(0.0), x.T @ x, rtol=ROUNDING, atol=ROUNDING * 3000)
    centered = x - x.mean(axis=0)
    np.testing.assert_allclose(found.about_mean, centered.T @ centered, rtol=ROUNDING, atol=ROUNDING * 3000)
    np.testing.assert_allclose(found.spread, x.std(axis=0), rtol=ROUNDING)
    np.testing.assert_allclose(found.size, np.sqrt(np.mean(x**2, axis=0)), rtol=ROUNDING)


def test_a_large_mean_costs_no_digits():
    """About zero, the variance of such columns drowns: 1e16 times 3000 rows has steps of 4096."""
    x = rows(mean=MEAN)
    found = partial_moments([x.copy()], x[:10].mean(axis=0))
    exact = np.cov((x - MEAN).T, ddof=0) * 3000
    np.testing.assert_allclose(found.about_mean, exact, rtol=0, atol=1e-9 * np.abs(exact).max())
    naive = x.T @ x - np.outer(x.sum(axis=0), x.mean(axis=0))
    assert np.abs(naive - exact).max() > 1e-3 * np.abs(exact).max()


def test_leaving_out_a_part_is_the_moments_of_the_others():
    x = rows()
    first, second, third = in_pieces(x, x.mean(axis=0))
    rest = first.merged(second).merged(third).less(second)
    assert rest.rows == 1800
    np.testing.assert_allclose(rest.products, first.merged(third).products, rtol=0, atol=ROUNDING * 3000)


def test_columns_and_scales():
    x = rows()
    found = partial_moments([x.copy()], x.mean(axis=0))
    own = x[:, [4, 1]] * [2.0, -3.0] + [5.0, 0.0]
    other = found.of([4, 1]).scaled(np.array([2.0, -3.0]), np.array([5.0, 0.0]))
    np.testing.assert_allclose(other.about(0.0), own.T @ own, rtol=ROUNDING)
    assert repr(other) == "<Moments: 3000 rows, 2 columns>"


@pytest.mark.parametrize("columns", [1, 255, 256, 300])
def test_products_are_symmetric_to_the_last_bit(columns):
    x = rows(50, columns)
    products = Products(columns)
    products.add(x[:20])
    products.add(x[20:])
    found = products.both
    assert np.array_equal(found, found.T)
    np.testing.assert_allclose(found, x.T @ x, rtol=0, atol=ROUNDING * np.abs(found).max())


def test_sizes_whose_squares_overflow_are_said_to_be_large():
    found = Moments(2, np.zeros(2), np.array([0.0, 1e200]), np.array([[2.0, 0.0], [0.0, np.inf]]))
    assert found.size.tolist() == [1.0, OVERFLOWING]
