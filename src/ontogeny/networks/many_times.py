"""Smooth matrices at many times from few: Chebyshev interpolation in windows that fit how fast they change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

NODES = 22
SPARSE = 1.5  # asked times per node up to which every one is computed
RESOLVED = 1e-12  # last Chebyshev coefficients, relative to the largest: then the interpolant is as good as asked for
PATIENCE = 8  # most stretches computed one by one before interpolation is tried again
EASY = 1e-13  # the same for those beyond two thirds: then a window twice as long will do


def at_many_times(compute: Callable[[np.ndarray], np.ndarray], times: np.ndarray, window: float) -> np.ndarray:
    """Matrices at all times, shape (times, ...).

    Parameters
    ----------
    compute : function of increasing times
        Matrices at those, (times, ...).
    times : array, shape (times,)
        Increasing.
    window : float
        Length of time over which they change by a moderate factor: the first window.
    """
    if times.size <= SPARSE * NODES:
        return compute(times)
    out, done, wait, patience = None, 0, 0, 1
    while done < times.size:
        inside = int(np.searchsorted(times, times[done] + window, side="right")) - done
        dense = inside > SPARSE * NODES
        asked = times[done : done + max(inside, 2 * NODES)]
        part, easy = (None, False) if wait else _interpolated(compute, asked)
        if part is None and dense:
            window /= 2
            continue
        if part is None:  # too few times in what changes smoothly: compute each, and try again later
            part = compute(asked)
            wait, patience = (wait - 1, patience) if wait else (patience, min(2 * patience, PATIENCE))
        else:
            window, patience = (2 * window if easy else window), 1
        out = np.empty((times.size, *part.shape[1:])) if out is None else out
        out[done : done + len(part)] = part
        done += len(part)
    assert out is not None
    return out


def _interpolated(compute: Callable[[np.ndarray], np.ndarray], times: np.ndarray) -> tuple[np.ndarray | None, bool]:
    """Matrices at times from those at a few nodes, None if these do not resolve them, and whether they easily do."""
    if times.size <= SPARSE * NODES:
        return compute(times), False
    start, length = times[0], times[-1] - times[0]
    values = compute(start + length * (1 + _POINTS) / 2)
    flat = values.reshape(NODES, -1)
    size = np.abs(_TO_COEFFICIENTS @ flat).max(axis=1)
    if size[-2:].max() > RESOLVED * size.max():
        return None, False
    weights = _barycentric(2 * (times - start) / length - 1)
    return (weights @ flat).reshape(times.size, *values.shape[1:]), size[2 * NODES // 3 :].max() < EASY * size.max()


_POINTS = -np.cos(np.pi * np.arange(NODES) / (NODES - 1))
_TO_COEFFICIENTS = np.linalg.inv(np.polynomial.chebyshev.chebvander(_POINTS, NODES - 1))
_SIGNS = np.where(np.isin(np.arange(NODES), [0, NODES - 1]), 0.5, 1.0) * (-1.0) ** np.arange(NODES)


def _barycentric(where: np.ndarray) -> np.ndarray:
    """Weights of the nodes at points in [-1, 1], (points, nodes)."""
    distance = where[:, None] - _POINTS
    hit = distance == 0
    weights = _SIGNS / np.where(hit, 1.0, distance)
    weights = np.where(hit.any(axis=1, keepdims=True), hit, weights)
    return weights / weights.sum(axis=1, keepdims=True)
