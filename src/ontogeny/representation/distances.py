"""Distances between items from the activity that they evoke: one time after the other, all items at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

CACHED = 2**18  # bytes that stay in the cache of a core while they are worked on
SILENT = 1e-12  # share of the largest norm below which activity is only rounding and has no direction


def inner_products(activity: np.ndarray) -> np.ndarray:
    """Inner products of items, (..., item, item), from activity (..., unit, item)."""
    return np.swapaxes(activity, -1, -2) @ activity


def squared_distances(activity: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances of items, summed over units.

    What all items share is taken off first: of large numbers the small differences would be rounding.

    >>> squared_distances(np.array([[0.0, 3.0], [0.0, 4.0]])).tolist()
    [[0.0, 25.0], [25.0, 0.0]]
    """
    units, items = activity.shape[-2:]
    stack = activity.reshape(-1, units, items)
    found = np.empty((len(stack), items, items))
    step = max(1, CACHED // (8 * items * max(units, items)))
    for start in range(0, len(stack), step):  # a few times after the other, while they lie in the cache
        part, squares = stack[start : start + step], found[start : start + step]
        part = part - part.mean(axis=-1, keepdims=True)
        inner = inner_products(part)
        size = np.diagonal(inner, axis1=-2, axis2=-1)
        np.add(size[:, :, None], size[:, None, :], out=squares)
        squares -= inner + np.swapaxes(inner, -1, -2)  # symmetric to the last digit
        np.maximum(squares, 0, out=squares)
    return without_diagonal(found.reshape(*activity.shape[:-2], items, items))


def angular_distances(inner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One minus the cosine of items, from their inner products; and which items, (..., item), have no direction."""
    inner = (inner + np.swapaxes(inner, -1, -2)) / 2  # symmetric to the last digit
    lengths = np.sqrt(np.diagonal(inner, axis1=-2, axis2=-1))
    silent = lengths <= SILENT * lengths.max(axis=-1, keepdims=True)
    scale = np.where(silent, np.nan, lengths)
    return without_diagonal(1 - inner / (scale[..., :, None] * scale[..., None, :])), silent


def without_diagonal(distances: np.ndarray) -> np.ndarray:
    """The distances with 0 of every item from itself, in place; NaN stays."""
    count = np.arange(distances.shape[-1])
    distances[..., count, count] = np.where(np.isnan(distances[..., count, count]), np.nan, 0.0)
    return distances


def across_runs(blocks: Iterable[np.ndarray], present: np.ndarray) -> np.ndarray:
    """Cross-validated squared distances, summed over units: the mean over all pairs of different runs.

    Parameters
    ----------
    blocks : arrays, shape (run, time, unit, item)
        Mean activity in every run, for one block of units after the other.
    present : array of bool, shape (run, item)
        Whether an item was shown in a run.

    Returns
    -------
    array, shape (time, item, item)
        NaN for items that do not share two runs.
    """
    runs, pairs = len(present), np.einsum("mi,mj->ij", present, present, dtype=int)
    pairs = pairs * (pairs - 1)  # ordered pairs of different runs that have both items
    total = np.zeros(())
    for block in blocks:
        centered = block - (block.sum(axis=-1) / present.sum(axis=-1)[:, None, None])[..., None]
        if present.all():
            together = centered.sum(axis=0)
            inner = inner_products(together) - sum(inner_products(one) for one in centered)
            total = total + _spread(inner)
            continue
        for first in range(runs):
            for second in range(first):
                both = np.outer(*(present[first] & present[second],) * 2)
                inner = np.swapaxes(centered[first], -1, -2) @ centered[second]
                total = total + both * (_spread(inner) + _spread(np.swapaxes(inner, -1, -2)))
    with np.errstate(invalid="ignore"):
        return without_diagonal(np.where(pairs > 0, total / np.where(pairs > 0, pairs, 1), np.nan))


def _spread(inner: np.ndarray) -> np.ndarray:
    """What the difference of two items has in common with itself: the sum of the products of two differences."""
    size = np.diagonal(inner, axis1=-2, axis2=-1)
    return size[..., :, None] + size[..., None, :] - (inner + np.swapaxes(inner, -1, -2))
