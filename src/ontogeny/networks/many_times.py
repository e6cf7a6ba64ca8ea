"""Smooth matrices at many times from few: Chebyshev interpolation in windows that fit how fast they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

NODES = 22
SPARSE = 1.2  # asked times per node up to which every one is computed
RESOLVED = 1e-12  # last Chebyshev coefficients, relative to the largest: then the interpolant is as good as asked for
PATIENCE = 8  # most stretches computed one by one before interpolation is tried again
EASY = 1e-13  # the same for those beyond two thirds: then a window twice as long will do


Values = tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Stretch:
    """Some of the asked times, and what the matrices there are made of.

    Parameters
    ----------
    values : tuple of arrays, shape (nodes, ...) each
        At these times themselves, or at nodes between which the matrices are interpolated.
    weights : array, shape (times, nodes), or None
        Of the nodes at every time; None where the nodes are the times.
    """

    values: Values
    weights: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.values[0] if self.weights is None else self.weights)


def assembled(parts: Iterable[Stretch], count: int, form: Callable[..., np.ndarray]) -> np.ndarray:
    """Matrices at all times, (count, ...): what `form` makes of the values of every stretch."""
    out, done = None, 0
    for part in parts:
        made = form(*part.values)
        if len(part) == count and part.weights is None:
            out = made
            continue
        out = np.empty((count, *made.shape[1:])) if out is None else out
        here = out[done : done + len(part)]
        if part.weights is None:
            here[...] = made
        else:
            np.matmul(part.weights, made.reshape(NODES, -1), out=here.reshape(len(part), -1))
        done += len(part)
    assert out is not None
    return out


def stretches(
    compute: Callable[[np.ndarray], Values], times: np.ndarray, window: float, probe: Callable[..., Values]
) -> Iterator[Stretch]:
    """All times, cut into stretches in which matrices are known at every time or interpolated between few.

    Parameters
    ----------
    compute : function of increasing times
        What the matrices are made of at those, a tuple of arrays (times, ...).
    times : array, shape (times,)
        Increasing.
    window : float
        Length of time over which they change by a moderate factor: the first window.
    probe : function of values
        Arrays (times, ...) that are as smooth in time as the matrices are.
    """
    if times.size <= SPARSE * NODES:
        yield Stretch(compute(times))
        return
    done, wait, patience = 0, 0, 1
    while done < times.size:
        inside = int(np.searchsorted(times, times[done] + window, side="right")) - done
        dense = inside > SPARSE * NODES
        asked = times[done : done + (inside if dense else 2 * NODES)]
        part, easy = (None, False) if wait else _interpolated(compute, asked, probe)
        if part is None and dense:
            window /= 2
            continue
        if part is None:  # too few times in what changes smoothly: compute each, and try again later
            part = Stretch(compute(asked))
            wait, patience = (wait - 1, patience) if wait else (patience, min(2 * patience, PATIENCE))
        else:
            window, patience = (2 * window if easy else window), 1
        yield part
        done += len(part)


def _interpolated(
    compute: Callable[[np.ndarray], Values], times: np.ndarray, probe: Callable[..., Values]
) -> tuple[Stretch | None, bool]:
    """Times between a few nodes, None if these do not resolve what is probed, and whether they easily do."""
    if times.size <= SPARSE * NODES:
        return Stretch(compute(times)), False
    start, length = times[0], times[-1] - times[0]
    values = compute(start + length * (1 + _POINTS) / 2)
    easy = True
    for probed in probe(*values):
        size = np.abs(_TO_COEFFICIENTS @ probed.reshape(NODES, -1)).max(axis=1)
        if size[-2:].max() > RESOLVED * size.max():
            return None, False
        easy &= bool(size[2 * NODES // 3 :].max() < EASY * size.max())
    return Stretch(values, _barycentric(2 * (times - start) / length - 1)), easy


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
