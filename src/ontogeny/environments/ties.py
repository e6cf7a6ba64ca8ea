"""Choices that rounding does not make: of what ties, the first is taken, in an order that names have fixed."""

from __future__ import annotations

import numpy as np

ENOUGH = 1e-9  # relative to the largest distance: what differs by less is tied


def slack(distance: np.ndarray) -> float:
    """Difference up to which sums of these distances are tied."""
    return ENOUGH * float(np.abs(distance).max())


def first_least(values: np.ndarray, tied: float) -> int:
    """Position, in the flattened array, of the first value that is least, or tied with the least."""
    return int(np.argmax(values <= values.min() + tied))


def apart(distance: np.ndarray, count: int) -> list[int]:
    """Items that lie far from each other: first the one farthest from all, then always the farthest from those."""
    tied = slack(distance)
    found = [first_least(-distance.mean(axis=1), tied)]
    while len(found) < min(count, len(distance)):
        to_found = -distance[found].min(axis=0)
        to_found[found] = 1.0  # taken: equal items are far from none
        found.append(first_least(to_found, tied))
    return found
