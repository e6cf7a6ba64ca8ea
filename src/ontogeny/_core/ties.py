"""Rankings whose ties do not depend on rounding.

Rounding makes equal values differ by about 1e-15, so that "the largest" of them would depend on the processor and on
the order of the rows. Here values tie if no gap between neighbors in size separates them, and ties go by name.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

EQUAL = 1e-9  # relative to the largest size: rounding errors of sums and products are about 1e-13
WORN = 1e-4  # relative size of a difference of squares below which cancellation would show in eight digits
ALIKE = 1e-7  # the same as EQUAL for loadings, whose rounding errors are divided by the gap to other modes


def ties(values: np.ndarray, tolerance: float = EQUAL, scale: float | None = None) -> np.ndarray:
    """Rank of every value along the last axis, 0 for the largest; values that no gap separates have the same rank.

    Parameters
    ----------
    values : array, shape (..., values)
        Numbers, which may be infinite; NaN comes last.
    tolerance : float
        Gap below which neighbors in size tie, relative to the scale.
    scale : float, optional
        Size to which rounding errors are relative, if the values themselves may be nothing but rounding errors; by
        default the largest finite size of the values.

    Returns
    -------
    array of int, shape (..., values)

    Examples
    --------
    >>> ties(np.array([0.3, 0.1 + 0.2, 1.0, np.inf])).tolist()
    [2, 2, 1, 0]
    """
    values = np.asarray(values, dtype=float)
    gap = tolerance * (_size(values, -1) if scale is None else scale)
    order = np.argsort(-values, axis=-1, kind="stable")
    falling = np.take_along_axis(values, order, axis=-1)
    with np.errstate(invalid="ignore"):
        down = -np.diff(falling, axis=-1) > gap  # inf - inf is no gap
    down |= np.diff(np.isnan(falling), axis=-1)
    ranks = np.zeros(values.shape, dtype=int)
    np.put_along_axis(ranks, order[..., 1:], np.cumsum(down, axis=-1), axis=-1)
    return ranks


def ranked(
    values: np.ndarray, *names: Sequence[str] | np.ndarray, tolerance: float = EQUAL, scale: float | None = None
) -> np.ndarray:
    """Indices that sort the values, largest first; ties go by name, or by position if there are no names.

    Parameters
    ----------
    values : array, shape (values,)
        Numbers.
    names : lists of str, or arrays of int, shape (values,) each
        Name of each value, or the rank of its name; a second list decides where names of the first are equal.
    tolerance, scale : float
        As in `ties`.

    Returns
    -------
    array of int, shape (values,)

    Examples
    --------
    >>> ranked(np.array([0.3, 0.1 + 0.2, 1.0]), ["wings", "fins", "skin"]).tolist()
    [2, 1, 0]
    """
    return np.lexsort([*map(np.asarray, reversed(names)), ties(values, tolerance, scale)])


def slack(sizes: np.ndarray) -> float:
    """Difference up to which sums of numbers of these sizes tie."""
    return EQUAL * float(np.abs(sizes).max())


def first_least(values: np.ndarray, tied: float) -> int:
    """Position, in the flattened array, of the first value that is least or ties with the least.

    >>> first_least(np.array([0.5, 0.1 + 0.2, 0.3]), tied=1e-9)
    1
    """
    return int(np.argmax(values <= values.min() + tied))


def places(names: Sequence[str]) -> np.ndarray:
    """Rank of every name in sorted order, from 0; equal names keep their order.

    >>> places(["wings", "fins", "skin"]).tolist()
    [2, 0, 1]
    """
    return np.argsort(np.argsort(np.asarray(names), kind="stable"), kind="stable")


def largest(values: np.ndarray, axis: int = -1, tolerance: float = EQUAL, scale: float | None = None) -> np.ndarray:
    """Index of the largest value along an axis, ignoring NaN; ties go to the first.

    Parameters
    ----------
    values : array, shape (..., values, ...)
        Numbers, not all NaN.
    axis : int
        Axis along which to look.
    tolerance, scale : float
        As in `ties`.

    Returns
    -------
    array of int, shape without the axis

    Examples
    --------
    >>> int(largest(np.array([0.1, 0.3, 0.1 + 0.2])))
    1
    """
    values = np.asarray(values, dtype=float)
    top = np.nanmax(values, axis=axis, keepdims=True)
    return np.argmax(values >= top - tolerance * (_size(values, axis) if scale is None else scale), axis=axis)


def _size(values: np.ndarray, axis: int) -> np.ndarray:
    """Largest finite absolute value along an axis, which is kept."""
    return np.where(np.isfinite(values), np.abs(values), 0.0).max(axis=axis, keepdims=True, initial=0.0)


def turned(points: np.ndarray, names: Sequence[str] | None = None, tolerance: float = ALIKE) -> np.ndarray:
    """Rotation to axes that are fixed by the points alone, whatever axes they are given in.

    The point farthest from the origin is on the positive side of the first axis, the point farthest from that axis on
    the positive side of the second, and so on. Ties go to the first by name. With one axis, only its sign is fixed.

    Parameters
    ----------
    points : array, shape (points, axes)
        Coordinates.
    names : list of str, shape (points,), optional
        Names of the points; by default ties go by position.
    tolerance : float
        Relative difference up to which lengths tie.

    Returns
    -------
    array, shape (axes, axes)
        Orthogonal; ``points @ turn`` are the coordinates along the fixed axes.

    Examples
    --------
    >>> points = np.array([[-3.0, 0.0], [1.0, 1.0]])
    >>> (points @ turned(points)).tolist()
    [[3.0, 0.0], [-1.0, 1.0]]
    """
    points = np.asarray(points, dtype=float)
    points = points if names is None else points[np.argsort(np.asarray(names), kind="stable")]
    axes = np.zeros((points.shape[1], points.shape[1]))
    left = fresh = np.sum(points**2, axis=1)  # squared distance of every point from the space of the axes so far
    for count in range(len(axes)):
        known = axes[:count]
        if left.max() < WORN * fresh.max():
            left = fresh = np.sum((points - points @ known.T @ known) ** 2, axis=1)
        if left.max() <= (tolerance * np.linalg.norm(points)) ** 2:
            axes[count:] = np.linalg.qr(np.hstack([known.T, np.eye(len(axes))]))[0].T[count:]  # nothing lies there
            break
        far = points[largest(left, tolerance=2 * tolerance)]
        for _ in range(2):  # once more, against rounding
            far = far - known.T @ (known @ far)
        axes[count] = far / np.linalg.norm(far)
        left = np.maximum(left - (points @ axes[count]) ** 2, 0.0)
    return axes.T
