r"""Courses of the levels of a world in measured distances, by least squares with exact derivatives.

A level of distances is as strong as the product of all layers up to the one that was measured: with the share q of its
mode that is learned (`learning_curve`), it is :math:`a\,q^{2l/D}` in layer l of D, and what noise adds on top of it. In
`Apart` each level has a half-time and an initial fraction of its own; in `Together` all have the time constant and the
initial strength of one network. `fitting.course_search` finds them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from scipy.interpolate import CubicHermiteSpline
from scipy.special import expit, logit

from .._core.arrays import ArrayLike
from ..modes import deep

LOGITS = (-30.0, -0.05)  # of an initial fraction
LONGEST = 30.0  # half-times that are tried, as multiples of the last time
NODES = 1500  # of the table of initial fractions


@dataclass(frozen=True, eq=False)
class Measured:
    """Strengths of levels over time, and what is assumed of them.

    Parameters
    ----------
    time : array, shape (times,)
        From the beginning of learning on.
    strength : array, shape (times, levels)
        NaN where a level is not known.
    power : float
        Of the share of a mode in the strength of its level, twice the layer over the depth.
    depth : float
        Number of weight matrices.
    flat : array, shape (levels,)
        What a floor of 1 under all distances adds to each level; all 0 where there is no floor to be found.
    noise : array, shape (levels,)
        Standard deviation of each level.
    """

    time: np.ndarray
    strength: np.ndarray
    power: float
    depth: float
    flat: np.ndarray
    noise: np.ndarray = field(default_factory=lambda: np.ones(1))

    def __repr__(self) -> str:
        return f"<Measured: {self.strength.shape[1]} levels at {self.time.size} times>"

    def only(self, levels: np.ndarray) -> Measured:
        """Some of the levels, at the times at which one of them is known."""
        strength = self.strength[:, levels]
        rows = ~np.isnan(strength).all(axis=1)
        noise = np.broadcast_to(self.noise, self.strength.shape[1:])[levels]
        return Measured(self.time[rows], strength[rows], self.power, self.depth, self.flat[levels], noise)

    def with_noise(self, noise: np.ndarray) -> Measured:
        """The same with the noise of each level."""
        return replace(self, noise=noise)


def course(time: np.ndarray, pace: np.ndarray, start: np.ndarray, depth: float) -> np.ndarray:
    r"""Share of each mode that is learned, (times, ...), for :math:`q' = \kappa\,q^{2 - 2/D}(1 - q)` and its start."""
    t = time.reshape(-1, *[1] * np.ndim(pace))
    if depth == 1:
        return np.asarray(1 - (1 - start) * np.exp(-pace * t))
    if depth == 2:
        return np.asarray(expit(logit(start) + pace * t))
    return np.asarray(deep.mode_strength(t, 1.0, start, depth=depth, tau=depth / pace))


def clock_to_half(start: ArrayLike, depth: float) -> np.ndarray:
    """Time to one half times the rate, from a share at the start."""
    if depth == 1:
        return np.asarray(np.log(2 * (1 - np.asarray(start))))
    if depth == 2:
        return np.asarray(-logit(start))
    return np.asarray(deep.time_to_strength(0.5, 1.0, start, depth=depth, tau=depth))


class Place(NamedTuple):
    """Rate and initial fraction of each level, and the slopes (levels, parameters) of their logarithm and logit."""

    pace: np.ndarray
    start: np.ndarray
    log_pace: np.ndarray
    logit_start: np.ndarray


class Family(Protocol):
    """Courses of several levels that hang on some parameters."""

    bounds: tuple[np.ndarray, np.ndarray]

    def at(self, where: np.ndarray) -> Place:
        """The courses with these parameters."""


class Apart:
    """Two numbers for each level: the logarithm of its half-time, and how sudden it is.

    With the rate times the half-time C, which only the initial fraction sets, these are the numbers 1/(1 + C). Where a
    course rises between two times, half-time and width make up for each other along a line in these coordinates, which
    a search follows in a few steps; along the curve that it is by initial fractions searches get stuck.
    """

    def __init__(self, levels: int, depth: float, time: np.ndarray) -> None:
        self.levels, self.depth = levels, depth
        later = time[time > 0]
        steep, slow = suddenness(expit(np.array(LOGITS)), depth)
        low = np.repeat([np.log(later.min() / LONGEST), steep], levels)
        high = np.repeat([np.log(later.max() * LONGEST), slow], levels)
        self.bounds = (low, high)

    def at(self, where: np.ndarray) -> Place:
        half, sudden = np.exp(where[: self.levels]), where[self.levels :]
        clock = 1 / sudden - 1
        start, each = start_with(clock, self.depth), np.eye(self.levels)
        # d clock / d logit = -r^(2/D - 1), and d clock / d sudden = -1 / sudden^2
        steeper = np.diag(-1 / (sudden**2 * clock))
        sooner = np.diag(1 / (sudden**2 * start ** (2 / self.depth - 1)))
        return Place(clock / half, start, np.hstack([-each, steeper]), np.hstack([0 * each, sooner]))


def suddenness(start: np.ndarray, depth: float) -> np.ndarray:
    """One over one more than the rate times the half-time."""
    return np.asarray(1 / (1 + clock_to_half(start, depth)))


def start_with(clock: np.ndarray, depth: float) -> np.ndarray:
    """Initial fraction of which `clock_to_half` is some number."""
    if depth == 1:
        return np.asarray(1 - np.exp(clock) / 2)
    if depth == 2:
        return np.asarray(expit(-clock))
    return np.asarray(expit(_logits(depth)(np.log(clock))))


@lru_cache(maxsize=8)
def _logits(depth: float) -> CubicHermiteSpline:
    """Logit of the initial fraction by the logarithm of its clock, to 1e-10."""
    logits = -np.geomspace(-LOGITS[1] / 2, -2 * LOGITS[0], NODES)  # from late to early, beyond both bounds
    start = expit(logits)
    clock = clock_to_half(start, depth)
    return CubicHermiteSpline(np.log(clock), logits, -clock / start ** (2 / depth - 1))


class Together:
    """One time constant and one initial strength (their logarithms) for all levels of a world."""

    def __init__(self, singular_values: np.ndarray, input_variances: np.ndarray, depth: float) -> None:
        self.ends, self.depth = singular_values / input_variances, depth
        self.speed = depth * singular_values * self.ends ** (1 - 2 / depth)
        least = np.log(self.ends.min())
        self.bounds = (np.array([-np.inf, least + LOGITS[0]]), np.array([np.inf, least + np.log(expit(LOGITS[1]))]))

    def at(self, where: np.ndarray) -> Place:
        start = np.exp(where[1]) / self.ends
        nothing, alike = np.zeros_like(start), np.ones_like(start)
        by_logit = np.divide(1.0, 1 - start, out=np.full_like(start, np.nan), where=start < 1)
        return Place(
            self.speed / np.exp(where[0]), start, np.stack([-alike, nothing], 1), np.stack([nothing, by_logit], 1)
        )
