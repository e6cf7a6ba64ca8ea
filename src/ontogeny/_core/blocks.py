"""Formulas on large tables, block by block: what a formula holds on the way then stays in the cache."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

BLOCK = 8192  # numbers that are worked on at a time: a dozen such arrays fit the second cache


def in_blocks(formula: Callable[..., np.ndarray], *arguments: np.ndarray) -> np.ndarray:
    """A formula that works number by number, on arrays that broadcast.

    >>> in_blocks(np.hypot, np.array([3.0, 5.0]), np.array([[4.0], [12.0]])).round(1).tolist()
    [[5.0, 6.4], [12.4, 13.0]]
    """
    shape = np.broadcast_shapes(*(array.shape for array in arguments))
    size = math.prod(shape)
    if size <= BLOCK:
        return np.asarray(formula(*arguments))
    padded = [array.reshape((1,) * (len(shape) - array.ndim) + array.shape) for array in arguments]
    found = np.empty(shape)
    axis = int(np.argmax(shape))
    step = max(1, BLOCK * shape[axis] // size)
    for first in range(0, shape[axis], step):
        part = (slice(None),) * axis + (slice(first, first + step),)
        found[part] = formula(*(array[part] if array.shape[axis] > 1 else array for array in padded))
    return found
