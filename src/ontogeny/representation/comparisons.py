"""Comparisons of distances over pairs of items: correlations, rank correlations and cosines.

All take values that are NaN at the same places, and look at the others.
"""

from __future__ import annotations

import math

import numpy as np

from .._core.ties import ties

METHODS = ("pearson", "spearman", "tau_a", "tau_b", "rho_a", "cosine", "cosine_cov")
RANKS = ("spearman", "tau_a", "tau_b", "rho_a")
FLAT = 1e-12  # share of the largest value below which differences between pairs are rounding errors


def compared(a: np.ndarray, b: np.ndarray, method: str) -> np.ndarray:
    """Agreement over the last axis of values of pairs that are NaN at the same places.

    >>> compared(np.array([1.0, 2.0, 2.0]), np.array([1.0, 2.0, 3.0]), "tau_a").round(3)
    np.float64(0.667)
    """
    if method == "cosine":
        return _cosine(a, b)
    if method == "cosine_cov":
        return _whitened_cosine(a, b)
    if method in ("tau_a", "tau_b"):
        return _kendall(a, b, corrected=method == "tau_b")
    if method == "pearson":
        return _pearson(a, b)
    a, b = ranks(a), ranks(b)
    return _pearson(a, b) if method == "spearman" else _rho_a(a, b)


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from the smallest on, from 1; values that are equal up to rounding share the mean of theirs, NaN has none.

    >>> ranks(np.array([0.3, 0.1 + 0.2, 0.1])).tolist()
    [2.5, 2.5, 1.0]
    """
    from scipy.stats import rankdata

    found: np.ndarray = rankdata(_tied(values), axis=-1, nan_policy="omit")
    return found


def _pearson(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    size = [np.nanmax(np.abs(part), axis=-1) for part in (a, b)]
    a, b = (part - np.nanmean(part, axis=-1, keepdims=True) for part in (a, b))
    flat = [np.nanmax(np.abs(part), axis=-1) <= FLAT * scale for part, scale in zip((a, b), size, strict=True)]
    spread = np.sqrt(np.nansum(a**2, axis=-1)) * np.sqrt(np.nansum(b**2, axis=-1))
    return _ratio(np.nansum(a * b, axis=-1), spread, ~(flat[0] | flat[1]))


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    length = np.sqrt(np.nansum(a**2, axis=-1)) * np.sqrt(np.nansum(b**2, axis=-1))
    return _ratio(np.nansum(a * b, axis=-1), length)


def _rho_a(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Mean of Spearman's correlation over all ways to break the ties, from ranks."""
    count = np.sum(~np.isnan(a), axis=-1)
    a, b = (part - np.nanmean(part, axis=-1, keepdims=True) for part in (a, b))
    return np.asarray(12 * np.nansum(a * b, axis=-1) / (count**3 - count))


def _kendall(a: np.ndarray, b: np.ndarray, corrected: bool) -> np.ndarray:
    """Concordant minus discordant pairs of pairs, over all of them (tau a) or over those that are not tied (tau b)."""
    from scipy.stats import kendalltau

    first, second = (_tied(part).reshape(-1, part.shape[-1]) for part in (a, b))
    found = np.zeros(len(first))
    for place, (x, y) in enumerate(zip(first, second, strict=True)):
        x, y = x[~np.isnan(x)], y[~np.isnan(y)]
        every = x.size * (x.size - 1) / 2
        untied = np.sqrt((every - _ties(x)) * (every - _ties(y)))
        tau = kendalltau(x, y).statistic if untied > 0 else np.nan if corrected else 0.0
        found[place] = tau if corrected else np.round(tau * untied) / every  # a difference of counts is whole
    return found.reshape(a.shape[:-1])


def _ties(x: np.ndarray) -> float:
    """Number of pairs with equal values."""
    count = np.unique(x, return_counts=True)[1]
    return float(np.sum(count * (count - 1)) / 2)


def _whitened_cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    r"""Cosine after whitening by the covariance of distances between equal items with independent noise.

    Distances that share an item covary: in units of the variance of one, V = (B'B + 2 I) / 4, where B (item, pair) says
    which items a pair has. By Woodbury's identity only a matrix of items is inverted: V^-1 = 2 (I - B' (2 I + BB')^-1
    B). Pairs without value are left out of B.
    """
    count = (1 + math.isqrt(1 + 8 * a.shape[-1])) // 2
    rows, columns = np.triu_indices(count, k=1)
    defined = ~np.isnan(a)
    same = bool(np.all(defined == defined.reshape(-1, defined.shape[-1])[0]))
    seen = _squared(defined.reshape(-1, defined.shape[-1])[0] if same else defined, rows, columns, count)
    inner = seen + (seen.sum(axis=-1)[..., None] + 2) * np.eye(count)
    x, y = np.nan_to_num(a), np.nan_to_num(b)
    sums = [_squared(part, rows, columns, count).sum(axis=-1) for part in (x, y)]
    solved = [np.linalg.solve(inner, part[..., None])[..., 0] for part in sums]

    def product(first: int, second: int) -> np.ndarray:
        pairs = np.sum((x, y)[first] * (x, y)[second], axis=-1)
        return np.asarray(pairs - np.sum(sums[first] * solved[second], axis=-1))

    return _ratio(product(0, 1), np.sqrt(np.maximum(product(0, 0), 0)) * np.sqrt(np.maximum(product(1, 1), 0)))


def _squared(values: np.ndarray, rows: np.ndarray, columns: np.ndarray, count: int) -> np.ndarray:
    """Values of pairs as symmetric tables (..., count, count) with an empty diagonal."""
    table = np.zeros((*values.shape[:-1], count, count))
    table[..., rows, columns] = table[..., columns, rows] = values
    return table


def _ratio(above: np.ndarray, below: np.ndarray, allowed: np.ndarray | bool = True) -> np.ndarray:
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=allowed & (below > 0))


def _tied(values: np.ndarray) -> np.ndarray:
    """Ranks of the values from the smallest on; values that are equal up to rounding share one."""
    return np.where(np.isnan(values), np.nan, -ties(values))
