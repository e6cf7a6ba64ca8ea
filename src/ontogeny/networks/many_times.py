"""Smooth matrices at many times from few: Chebyshev interpolation in windows that fit how fast they change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

NODES = 18
FEW = 24  # times up to which every one is computed
RESOLVED = 1e-13  # last Chebyshev coefficients, relative to the largest: then the interpolant is as good as rounding
EASY = 1e-14  # the same for the middle ones: then a window twice as long will do


def at_many_times(
    compute: Callable[[np.ndarray], np.ndarray], times: np.ndarray, window: float, shape: tuple[int, ...]
) -> np.ndarray:
    """Matrices at all times, shape (times, *shape).

    Parameters
    ----------
    compute : function of increasing times
        Matrices at those, (times, *shape).
    times : array, shape (times,)
        Increasing.
    window : float
        Length of the first window.
    shape : tuple of int
        Of one matrix.
    """
    if times.size <= FEW:
        return compute(times)
    out, done = np.empty((times.size, *shape)), 0
    while done < times.size:
        start = times[done]
        inside = int(np.searchsorted(times, start + window, side="right")) - done
        if inside <= NODES:
            inside = min(NODES, times.size - done)
            out[done : done + inside] = compute(times[done : done + inside])
            done, window = done + inside, 2 * window
            continue
        length = times[done + inside - 1] - start
        values = compute(start + length * (1 + _POINTS) / 2)
        size = np.abs(np.tensordot(_TO_COEFFICIENTS, values, axes=1)).reshape(NODES, -1).max(axis=1)
        if size[-2:].max() > RESOLVED * size.max():
            window = length / 2
            continue
        where = 2 * (times[done : done + inside] - start) / length - 1
        np.matmul(_interpolation(where), values.reshape(NODES, -1), out=out[done : done + inside].reshape(inside, -1))
        done += inside
        window = window * 2 if size[NODES // 2 :].max() < EASY * size.max() else window
    return out


_POINTS = -np.cos(np.pi * np.arange(NODES) / (NODES - 1))
_TO_COEFFICIENTS = np.linalg.inv(np.polynomial.chebyshev.chebvander(_POINTS, NODES - 1))
_BARYCENTRIC = np.where(np.isin(np.arange(NODES), [0, NODES - 1]), 0.5, 1.0) * (-1.0) ** np.arange(NODES)


def _interpolation(where: np.ndarray) -> np.ndarray:
    """Barycentric weights of the nodes at points in [-1, 1], (points, nodes)."""
    distance = where[:, None] - _POINTS
    hit = distance == 0
    weights = _BARYCENTRIC / np.where(hit, 1.0, distance)
    weights = np.where(hit.any(axis=1, keepdims=True), hit, weights)
    return weights / weights.sum(axis=1, keepdims=True)
