"""Agreement of two similarity matrices of the same items: correlation, interval over items, and chance.

Pairs that share an item are not independent. Hence the interval resamples items, not pairs, and chance is what remains
when the items of one matrix are shuffled (Mantel's test).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .._core.ties import EQUAL, ties
from ..representation.agreement import similarity

FEWEST = 4  # items from which on there is an interval
SHUFFLES, RESAMPLES = 999, 2000  # for tables of a few hundred items
FEW = 99
AFFORDABLE = 5e8  # cells that are looked at in all shuffles, or resamples, together


class PairAgreement(NamedTuple):
    """Correlation over pairs of items, its 95% interval over items, and the share of shuffles that reach it."""

    value: float
    low: float
    high: float
    p: float


def pair_agreement(first: np.ndarray, second: np.ndarray, method: str, seed: int = 0) -> PairAgreement:
    """Correlation of the similarities of pairs of items in two matrices.

    Parameters
    ----------
    first, second : array, shape (items, items)
        Symmetric similarities of the same items; the diagonal does not count.
    method : "pearson" or "spearman"
        Correlation of the values, or of their ranks among all pairs.
    seed : int
        Of the shuffles and resamples.

    Returns
    -------
    PairAgreement
        `p` counts the actual order as one of the shuffles, and is one-sided. Resamples keep the ranks of all pairs,
        and leave out pairs of an item with itself. All are NaN where all pairs of a matrix are alike.

    Examples
    --------
    >>> near = 1 / (1 + np.abs(np.subtract.outer(np.arange(6), np.arange(6))))
    >>> found = pair_agreement(near, near**2, "spearman")
    >>> round(found.value, 6), found.p < 0.05
    (1.0, True)
    """
    value = float(similarity(first, second, method))
    if np.isnan(value):
        return PairAgreement(*[float("nan")] * 4)
    a, b = (_standardized(part, method) for part in (first, second))
    draw, count = np.random.default_rng(seed), len(a)
    shuffles, resamples = (int(np.clip(AFFORDABLE // count**2, FEW, most)) for most in (SHUFFLES, RESAMPLES))
    reached = sum(_shuffled(a, b, draw.permutation(count)) >= value - EQUAL for _ in range(shuffles))
    low, high = _interval(a, b, draw.multinomial(count, np.full(count, 1 / count), size=resamples))
    return PairAgreement(value, low, high, (1 + reached) / (1 + shuffles))


def _standardized(matrix: np.ndarray, method: str) -> np.ndarray:
    """The matrix, or its ranks among pairs, with mean 0 and sum of squares 1 over pairs; 0 on the diagonal."""
    above = np.triu_indices(len(matrix), k=1)
    values = matrix[above]
    if method == "spearman":
        from scipy.stats import rankdata

        values = rankdata(-ties(values))
    values = values - values.mean()
    found = np.zeros(matrix.shape)
    found[above] = values / np.linalg.norm(values)
    return found + found.T


def _shuffled(a: np.ndarray, b: np.ndarray, order: np.ndarray) -> float:
    """Correlation after the items of the second are put in another order."""
    return float(np.sum(a * b[np.ix_(order, order)]) / 2)


def _interval(a: np.ndarray, b: np.ndarray, times_drawn: np.ndarray) -> tuple[float, float]:
    """Percentiles of the correlation over resamples, in which every item was drawn so often (resamples, items)."""
    if len(a) < FEWEST:
        return float("nan"), float("nan")
    m = times_drawn.astype(float)

    def total(pairs: np.ndarray) -> np.ndarray:
        return np.sum((m @ pairs) * m, axis=1) / 2

    apart = 1 - np.eye(len(a))
    n, x, y, xx, yy, xy = map(total, (apart, a, b, a * a, b * b, a * b))
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance, spread = xy - x * y / n, (xx - x * x / n) * (yy - y * y / n)
        known = spread > EQUAL * np.nan_to_num(xx * yy)
        found = np.where(known, covariance / np.sqrt(np.where(known, spread, 1.0)), np.nan)
    if np.isnan(found).all():
        return float("nan"), float("nan")
    low, high = np.nanpercentile(np.clip(found, -1, 1), [2.5, 97.5])
    return float(low), float(high)
