"""Estimates with intervals, and the searches that find both."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from .._core.checks import InputError, finite
from .._core.digits import short

FIRST_STEP, WIDER, WIDEST = 1e-3, 2.0, 16  # steps in which the end of an interval is looked for


class Estimate(NamedTuple):
    """A number with its interval; `is_assumed` where it was given and not estimated."""

    value: float
    low: float
    high: float
    is_assumed: bool = False

    def __str__(self) -> str:
        if self.is_assumed:
            return f"{short(self.value)} (assumed)"
        return f"{short(self.value)} [{short(self.low)}, {short(self.high)}]"


def level_of(level: float) -> float:
    """A level of intervals, checked."""
    share = finite(level, "level")
    if not 0 < share < 1:
        raise InputError("level", f"is {level!r}, but it lies between 0 and 1", "write 0.95")
    return share


def least(function: Callable[[float], float], grid: np.ndarray) -> tuple[float, float]:
    """Place and value of the least value, from the best place of a grid on."""
    values = [function(float(one)) for one in grid]
    best = int(np.argmin(values))
    around = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    found = minimize_scalar(function, bounds=around, method="bounded", options={"xatol": 1e-9 * around[1]})
    return (float(found.x), float(found.fun)) if found.fun < values[best] else (float(grid[best]), values[best])


def edge(lacking: Callable[[float], float], inside: float, direction: int, unit: float) -> float:
    """Value from which on the fit is too bad, from inside on; the last one that was tried if it never is."""
    here, step = inside, FIRST_STEP * unit
    if lacking(inside) >= 0:
        return inside
    for _ in range(WIDEST):
        onward = here + direction * step
        if lacking(onward) > 0:
            return float(brentq(lacking, here, onward, xtol=1e-10 * unit))
        here, step = onward, step * WIDER
    return float(direction * np.inf)
