"""When a sampled course reaches a strength: half-learning time and 10-90% width of any curve, theory or not."""

from __future__ import annotations

import numpy as np


def crossing_time(times: np.ndarray, strength: np.ndarray, level: np.ndarray) -> np.ndarray:
    """First time at which curves reach a level, by linear interpolation; inf where they do not.

    NaN where a NaN comes first, and where the level is NaN.

    Parameters
    ----------
    times : array, shape (times,)
        Increasing.
    strength : array, shape (..., times, modes)
        Curves.
    level : array, shape (modes,)
        Level of each mode.

    Returns
    -------
    array, shape (..., modes)
        Times [unit of `times`].

    Examples
    --------
    >>> crossing_time(np.array([0.0, 1.0, 2.0]), np.array([[0.0], [1.0], [2.0]]), np.array([1.5])).tolist()
    [1.5]
    """
    unknown = np.isnan(strength) | np.isnan(level)
    above = (strength >= level) | unknown
    after = np.argmax(above, axis=-2)
    before = np.maximum(after - 1, 0)
    high = np.take_along_axis(strength, after[..., None, :], axis=-2)[..., 0, :]
    low = np.take_along_axis(strength, before[..., None, :], axis=-2)[..., 0, :]
    share = np.where(after > 0, (level - low) / np.where(high > low, high - low, 1.0), 0.0)
    times = np.where(above.any(axis=-2), times[before] + share * (times[after] - times[before]), np.inf)
    return np.where(np.take_along_axis(unknown, after[..., None, :], axis=-2)[..., 0, :], np.nan, times)


def rise_time(times: np.ndarray, strength: np.ndarray, final: np.ndarray) -> np.ndarray:
    """Time from 10 to 90% of the final strength of curves, shapes as in `crossing_time`; inf if 90% is not reached."""
    start, end = crossing_time(times, strength, final / 10), crossing_time(times, strength, final * 9 / 10)
    return end - np.where(np.isinf(start), 0.0, start)
