"""When a measured course of one mode is half way, and how wide its transition is, whatever tau and start it follows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares
from scipy.special import expit

from .curves import share_of_end, slopes, time_to_share

FEWEST = 4  # times at which a mode was measured
LOGITS = (-30.0, -0.05)  # of the share that is there at time 0
STARTS = (-2.0, -5.0, -12.0)
HALF_TIMES = 8
STEP = 1e-4  # of the parameters, for the error of a width
ON_THE_WAY = 0.02  # share from which on a time, of which two are needed, lies in the transition
RESOLVED = 0.5  # relative standard error of a width from which on it is not known


class Transition(NamedTuple):
    """Half-time and width (from 10 to 90%) of one measured course; NaN where the data do not show them."""

    half_time: float
    width: float


UNKNOWN = Transition(float("nan"), float("nan"))


def transition(time: np.ndarray, share: np.ndarray, weight: np.ndarray, depth: float) -> Transition:
    """Fit a curve with a half-time and a start of its own to a course, as shares of the end, by least squares.

    Parameters
    ----------
    time, share : arrays, shape (times,)
        The course; NaN where it was not measured.
    weight : array, shape (times,)
        One over the variance, up to a factor.
    depth : float
        Number of weight matrices.
    """
    known = np.isfinite(share) & np.isfinite(weight)
    t, q, root = time[known], share[known], np.sqrt(weight[known])
    if np.unique(t).size < FEWEST or t.max() <= 0:
        return UNKNOWN
    first, last = np.log(t[t > 0].min()), np.log(t.max())

    def off(where: np.ndarray) -> np.ndarray:
        return root * (share_of_end(t, float(np.exp(where[0])), float(expit(where[1])), depth) - q)

    def change(where: np.ndarray) -> np.ndarray:
        half, start = float(np.exp(where[0])), float(expit(where[1]))
        return (root * slopes(t, share_of_end(t, half, start, depth), half, start, depth)).T

    bounds = ([first - 3, LOGITS[0]], [last + 3, LOGITS[1]])
    grid = [(half, logit) for half in np.linspace(first, last, HALF_TIMES) for logit in STARTS]
    begun = sorted(grid, key=lambda where: float(np.sum(off(np.array(where)) ** 2)))[:2]
    found = min(
        (least_squares(off, one, change, bounds=bounds, xtol=1e-14, ftol=1e-14, gtol=1e-14) for one in begun),
        key=lambda each: float(each.cost),
    )
    half, start = float(np.exp(found.x[0])), float(expit(found.x[1]))
    course = share_of_end(t, half, start, depth)
    if not t.min() < half < t.max() or np.sum((course > ON_THE_WAY) & (course < 1 - ON_THE_WAY)) < 2:
        return UNKNOWN
    width = _width(found.x, depth)
    by = np.array([_width(found.x + step, depth) / width - 1 for step in STEP * np.eye(2)]) / STEP
    information = found.jac.T @ found.jac
    if np.linalg.cond(information) > 1e14:
        return Transition(half, float("nan"))
    spread = 2 * found.cost / max(t.size - 2, 1)
    error = float(np.sqrt(spread * by @ np.linalg.solve(information, by)))
    return Transition(half, width if error < RESOLVED and start < 0.1 else float("nan"))


def _width(where: np.ndarray, depth: float) -> float:
    half, start = float(np.exp(where[0])), float(expit(where[1]))
    return time_to_share(0.9, half, start, depth) - max(time_to_share(0.1, half, start, depth), 0.0)
