"""Smooth matrices at many times from few: Chebyshev interpolation in windows that fit how fast they change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

NODES = 22
SPARSE = 1.5  # asked times per node up to which every one is computed
RESOLVED = 1e-12  # last Chebyshev coefficients, relative to the largest: then the interpolant is as good as asked for
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
    if times.size <= SPARSE * NODES or _dense(times, window) <= SPARSE * NODES:
        return compute(times)
    out, done = None, 0
    while done < times.size:
        inside = int(np.searchsorted(times, times[done] + window, side="right")) - done
        if inside <= SPARSE * NODES and inside < times.size - done:
            window *= 2  # too few to interpolate between: look farther
            if window < times[-1] - times[0]:
                part, window = compute(times[done : done + inside]), window / 2
            else:
                inside = times.size - done
                part = compute(times[done:])
        else:
            part, window = _interpolated(compute, times[done : done + inside], window)
        if out is None:
            out = np.empty((times.size, *part.shape[1:]))
        out[done : done + len(part)] = part
        done += len(part)
    assert out is not None
    return out


def _dense(times: np.ndarray, window: float) -> float:
    """Asked times in a window, on average."""
    return times.size * window / (times[-1] - times[0])


def _interpolated(
    compute: Callable[[np.ndarray], np.ndarray], times: np.ndarray, window: float
) -> tuple[np.ndarray, float]:
    """Matrices at times inside one window, as many of them as it resolves, and the length of the next window."""
    while True:
        start, length = times[0], times[-1] - times[0]
        if times.size <= SPARSE * NODES:
            return compute(times), window
        values = compute(start + length * (1 + _POINTS) / 2)
        flat = values.reshape(NODES, -1)
        size = np.abs(_TO_COEFFICIENTS @ flat).max(axis=1)
        if size[-2:].max() <= RESOLVED * size.max():
            break
        window = length / 2
        times = times[times <= start + window]
    weights = _barycentric(2 * (times - start) / length - 1)
    easy = size[2 * NODES // 3 :].max() < EASY * size.max()
    return (weights @ flat).reshape(times.size, *values.shape[1:]), 2 * window if easy else window


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
