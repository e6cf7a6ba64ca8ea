r"""Sums and products of the columns of a table, of any number of rows, from one pass.

`partial_moments` takes some rows, `Moments.merged` adds those of others. Rows are counted from a shift :math:`c` near
their mean, so that a large mean costs no digits, and everything that is quadratic in the rows follows:

.. math:: \sum_r (x_r - \bar x)(x_r - \bar x)^T = \sum_r (x_r - c)(x_r - c)^T - \tfrac{1}{n}\, s\, s^T,
    \qquad s = \sum_r (x_r - c)

`passes` reads the rows; `streamed_worlds` makes worlds of the moments, and `generalization.moment_pool` predictions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg.blas import dsyrk

OVERFLOWING = 1e154  # size of numbers whose squares are not finite
ROWS_MIRRORED = 256  # of a matrix at once: all of them would need as much memory again


@dataclass(frozen=True, eq=False)
class Moments:
    """First and second moments of the columns of some rows.

    Parameters
    ----------
    rows : int
        Number of rows.
    shift : array, shape (columns,)
        What was subtracted from each row; near the mean, and the same for moments that are to be merged.
    sums : array, shape (columns,)
        Sum over the rows, after the shift.
    products : array, shape (columns, columns)
        Sum over the rows of each product of two columns, after the shift.
    """

    rows: int
    shift: np.ndarray
    sums: np.ndarray
    products: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Mean of each column, shape (columns,)."""
        return self.shift + self.sums / self.rows

    def about(self, point: np.ndarray | float) -> np.ndarray:
        """Sum of products after a point was subtracted from each row instead of the shift, shape (columns, columns).

        >>> partial_moments([np.array([[1.0, 2.0], [3.0, 2.0]])], np.array([2.0, 2.0])).about(0.0).tolist()
        [[10.0, 8.0], [8.0, 8.0]]
        """
        apart = np.broadcast_to(point - self.shift, self.shift.shape)
        across = np.outer(apart, self.sums)
        return self.products - across - across.T + self.rows * np.outer(apart, apart)

    @property
    def about_mean(self) -> np.ndarray:
        """Sum of products after the mean was subtracted, shape (columns, columns)."""
        return self.products - np.outer(self.sums, self.sums / self.rows)

    @property
    def spread(self) -> np.ndarray:
        """Standard deviation of each column over the rows, shape (columns,)."""
        return np.sqrt(np.maximum(self.products.diagonal() - self.sums**2 / self.rows, 0.0) / self.rows)

    @property
    def size(self) -> np.ndarray:
        """Root mean square of each column, shape (columns,); at least that, where squares are no finite numbers."""
        with np.errstate(over="ignore", invalid="ignore"):
            squares = self.products.diagonal() / self.rows + self.shift * (2 * self.sums / self.rows + self.shift)
            return np.where(np.isfinite(squares), np.sqrt(np.abs(squares)), OVERFLOWING)

    def merged(self, other: Moments) -> Moments:
        """Moments of the rows of both."""
        return Moments(
            self.rows + other.rows, self.shift, self.sums + other.sums, self.products + other.products
        )  # fmt: skip

    def less(self, part: Moments) -> Moments:
        """Moments of the rows that are not in a part."""
        return Moments(self.rows - part.rows, self.shift, self.sums - part.sums, self.products - part.products)

    def of(self, columns: Sequence[int] | np.ndarray) -> Moments:
        """Moments of some of the columns."""
        at = np.asarray(columns)
        return Moments(self.rows, self.shift[at], self.sums[at], self.products[np.ix_(at, at)])

    def scaled(self, factors: np.ndarray, offsets: np.ndarray | float = 0.0) -> Moments:
        """Moments after each column was multiplied by a factor, and then an offset added."""
        products = self.products * np.outer(factors, factors)
        return Moments(self.rows, self.shift * factors + offsets, self.sums * factors, products)

    def __repr__(self) -> str:
        return f"<Moments: {self.rows} rows, {self.shift.size} columns>"


class Products:
    """A running sum of products of rows with themselves, without a copy of it for each block."""

    def __init__(self, columns: int) -> None:
        self.lower = np.zeros((columns, columns), order="F")

    def add(self, rows: np.ndarray) -> None:
        """Add the products of rows, (rows, columns) in rows of memory."""
        self.lower = dsyrk(1.0, rows.T, beta=1.0, c=self.lower, overwrite_c=True, lower=True)

    @property
    def both(self) -> np.ndarray:
        """The sum, above its diagonal too; no more is added afterwards."""
        for first in range(0, len(self.lower), ROWS_MIRRORED):
            last = first + ROWS_MIRRORED
            self.lower[:first, first:last] = self.lower[first:last, :first].T
            own = self.lower[first:last, first:last]
            own[:] = np.tril(own) + np.tril(own, -1).T
        return self.lower


def partial_moments(blocks: Iterable[np.ndarray], shift: np.ndarray) -> Moments:
    """Moments of blocks of rows, each (rows, columns), about a shift; the shift is subtracted from the blocks in place.

    Checked by: tests/environments/test_moments.py::test_moments_are_those_of_all_rows
    """
    rows, sums, products = 0, np.zeros(shift.size), Products(shift.size)
    for block in blocks:
        block -= shift
        rows += len(block)
        sums += np.ones(len(block)) @ block  # BLAS reads it twice as fast as `sum`
        products.add(block)
    return Moments(rows, shift, sums, products.both)
