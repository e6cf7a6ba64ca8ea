"""The time constant and the initial strength that fit times of items best, with profile intervals.

For each start of a grid the theory's times of all items are known to rounding, with their derivative; between them
their logarithms are interpolated by cubic Hermite polynomials. Tau and an onset follow from a start by a linear fit, so
that one unknown is left to be searched. The best start is then found once more on the times themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicHermiteSpline
from scipy.optimize import brentq

from .._core.checks import InputError
from .._core.digits import short
from .._core.notes import Note
from .._core.ties import EQUAL
from .censored import Line, most_likely_line, tolerated
from .intervals import Estimate, edge, least
from .item_times import ItemClock, ItemTimes, range_of_starts
from .mastered_items import MasteredItems

STARTS, FINER = 32, 8  # of the grid, and how much finer it is where times jump
UNEVEN = 0.005  # change of a logarithm beyond that of its slopes, from which on it is looked at anew
COARSE, FINE = 4, 200  # every so many starts are tried in a search; starts tried for the ends of intervals
TOLD_APART = 1e-6  # smallest singular value of the scaled slopes by tau and start, below which these are one
STEPS, DONE = 12, 1e-13  # on the times themselves, and the relative change at which they end


class StartFit(NamedTuple):
    """What fits best, with the theory's times in units of tau."""

    tau: Estimate
    initial_strength: Estimate
    onset: Estimate
    times: ItemTimes
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False)
class Starts:
    """Logarithms of the theory's times of items over starts.

    A start is known by how far it lies below what the strongest mode learns: the logarithm of that over the start.

    Parameters
    ----------
    final : float
        What the strongest mode learns.
    below : array, shape (starts,)
        The starts, from the largest on.
    logs, slopes : arrays, shape (starts, items)
        Logarithms of the times, and their derivatives by `below`.
    """

    final: float
    below: np.ndarray
    logs: np.ndarray
    slopes: np.ndarray

    @classmethod
    def of(cls, clock: ItemClock) -> Starts:
        """The largest starts, at which some items are known from the beginning, are left out."""
        low, high = range_of_starts(clock.environment)
        final = float(clock.environment.final_strength.max())
        below = np.geomspace(np.log(final / high), np.log(final / low), STARTS)
        logs, slopes = _logs_of(clock, final, below)
        first = int(np.argmax(np.all(np.isfinite(logs), axis=1)))
        return cls(final, *_with_jumps(clock, final, below[first:], logs[first:], slopes[first:]))

    def __repr__(self) -> str:
        return f"<Starts: {self.below.size} from {short(self.strength(self.below[0]))} on>"

    def strength(self, below: float) -> float:
        """The initial strength."""
        return self.final * float(np.exp(-below))

    @cached_property
    def between(self) -> Callable[[float], np.ndarray]:
        """Logarithms of the times at any start."""
        return CubicHermiteSpline(self.below, self.logs, self.slopes, axis=0)


def _logs_of(clock: ItemClock, final: float, below: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of the theory's times at some starts, and their slopes, (starts, items) each."""
    found = [clock.at(final * float(np.exp(-one))) for one in below]
    with np.errstate(divide="ignore"):
        return np.log(np.stack([each.time for each in found])), -np.stack([each.slope for each in found])


def _with_jumps(
    clock: ItemClock, final: float, below: np.ndarray, logs: np.ndarray, slopes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A finer grid: interpolated where times change evenly, and looked at anew where they do not.

    The time from which an item stays known jumps where a passing illusion begins to undo what was known.
    """
    parts = np.linspace(0.0, 1.0, FINER, endpoint=False)
    fine = np.append((below[:-1, None] + parts * np.diff(below)[:, None]).ravel(), below[-1])
    smooth = CubicHermiteSpline(below, logs, slopes, axis=0)
    values, rates = smooth(fine), smooth(fine, 1)
    expected = np.diff(below)[:, None] * (slopes[1:] + slopes[:-1]) / 2
    uneven = np.abs(np.diff(logs, axis=0) - expected) > UNEVEN
    for place in np.flatnonzero(uneven.any(axis=1)):
        items, between = np.flatnonzero(uneven[place]), np.arange(place * FINER + 1, (place + 1) * FINER)
        some = replace(clock, rows=clock.rows[items])
        values[np.ix_(between, items)], rates[np.ix_(between, items)] = _logs_of(some, final, fine[between])
    return fine, values, rates


@dataclass(frozen=True, eq=False)
class StartProblem:
    """Times to be fitted; `onset` is None where it is not known."""

    given: MasteredItems
    errors: str
    onset: float | None
    starts: Starts

    def __repr__(self) -> str:
        return f"<StartProblem: {self.given!r}, {self.errors} errors>"

    @property
    def parameters(self) -> int:
        """How many are fitted, the spread not counted."""
        return 2 + (self.onset is None)

    def line(
        self,
        logs: np.ndarray,
        slopes: np.ndarray | None = None,
        *,
        tau: float | None = None,
        onset: float | None = None,
    ) -> tuple[Line, float, float, float]:
        """The line at some logarithms of times, with tau, onset, and the step to a better start if slopes are given."""
        values, columns = self.model(logs, slopes, tau=tau, onset=onset)
        found = most_likely_line(values, columns, self.given.side)
        part = list(found.coefficients)
        begun = self.onset if onset is None else onset
        if self.errors == "relative":
            tau = float(np.exp(part.pop(0))) if tau is None else tau
        else:
            tau = part.pop(0) * self._unit / float(np.exp(logs.mean())) if tau is None else tau
            begun = part.pop(0) * self._unit if begun is None else begun
        return found, tau, float(begun or 0.0), float(part[0]) if part else 0.0

    def model(
        self,
        logs: np.ndarray,
        slopes: np.ndarray | None = None,
        *,
        tau: float | None = None,
        onset: float | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Values and columns: of tau and the onset where they are not fixed, and of the start if slopes are given."""
        begun = self.onset if onset is None else onset
        times = self.given.times - (begun or 0.0)
        if self.errors == "relative":
            values, columns = np.log(times) - logs, [np.ones(logs.size)]
            moved = slopes
        else:
            scaled = np.exp(logs - logs.mean())
            values, columns = times / self._unit, [scaled]
            moved = None if slopes is None else values * slopes
        if tau is not None:
            values = values - (np.log(tau) if self.errors == "relative" else tau * np.exp(logs) / self._unit)
            columns = []
        columns += [np.ones(logs.size)] if begun is None else []
        columns += [] if moved is None else [moved]
        return values, np.stack(columns, axis=1) if columns else np.zeros((logs.size, 0))

    def best(self, *, tau: float | None = None, onset: float | None = None) -> tuple[float, float]:
        """The start whose line is most likely, and its deviance."""

        def deviance(below: float) -> float:
            return self.line(self.starts.between(float(below)), tau=tau, onset=onset)[0].deviance

        return least(deviance, self.starts.below[::COARSE])

    @property
    def _unit(self) -> float:
        return float(np.abs(self.given.times).max())


def fit_of_start(clock: ItemClock, given: MasteredItems, errors: str, onset: float | None, level: float) -> StartFit:
    """Tau, the start and an onset, with intervals.

    Raises
    ------
    InputError
        Times that do not tell tau and the start apart, or that run against the order of the theory.
    """
    problem = StartProblem(given, errors, onset, Starts.of(clock))
    _check_told_apart(problem)
    starts = problem.starts
    below, deviance = problem.best()
    more = tolerated(given.rows.size, problem.parameters, level) + deviance
    is_inside = starts.below[0] < below < starts.below[-1]
    times, tau, begun, below = _refined(problem, clock, below, is_inside)
    if tau <= 0:
        raise InputError(
            "mastered",
            "runs against the order of the theory, so that no tau above 0 fits with an onset that is fitted too",
            "write the onset as a number, and look at the order",
        )
    around = _good_starts(problem, below, more)
    strength = Estimate(starts.strength(below), around.least, around.most)

    def by_tau(log: float) -> float:
        return problem.best(tau=float(np.exp(log)))[1] - more

    def by_onset(value: float) -> float:
        return problem.best(onset=value)[1] - more

    logs = [float(np.log(one)) for one in (min(tau, *around.tau), max(tau, *around.tau))]
    low = 0.0 if around.least == 0 else float(np.exp(edge(by_tau, logs[0], -1, 1.0)))
    clocks = Estimate(tau, low, float(np.exp(edge(by_tau, logs[1], 1, 1.0))))
    first = Estimate(begun, begun, begun, is_assumed=True)
    if onset is None:
        unit, inside = float(np.ptp(given.times)), (min(begun, *around.onset), max(begun, *around.onset))
        first = Estimate(begun, edge(by_onset, inside[0], -1, unit), edge(by_onset, inside[1], 1, unit))
    notes = list(given.notes)
    if around.least == 0:
        words = "No start is too small for these times: they tell tau and the start together, not each for itself."
        notes.append(Note("small_start", words))
    if below <= starts.below[0] * (1 + EQUAL):
        words = "The best start is the largest that was tried: the theory's late items are too late for these times."
        notes.append(Note("large_start", words))
    return StartFit(clocks, strength, first, times, tuple(notes))


def _check_told_apart(problem: StartProblem) -> None:
    """Refuse times whose theory moves alike by tau, by the start (and by the onset), whatever the start is."""
    known = problem.given.side == 0
    apart = 0.0
    for logs, slopes in zip(problem.starts.logs, problem.starts.slopes, strict=True):
        columns = [np.ones(logs.size), slopes] + ([np.exp(logs.min() - logs)] if problem.onset is None else [])
        design = np.stack(columns, axis=1)[known]
        design = design / np.linalg.norm(design, axis=0)
        enough = design.shape[0] >= design.shape[1]
        apart = max(apart, float(np.linalg.svd(design, compute_uv=False)[-1])) if enough else apart
    if apart < TOLD_APART:
        raise InputError(
            "mastered",
            "holds items that all wait for one mode, or for modes of equal strength, so that a slow clock and a small "
            "start cannot be told apart",
            "add items that wait for other modes" + (", or write the onset" if problem.onset is None else ""),
        )


def _refined(
    problem: StartProblem, clock: ItemClock, below: float, is_inside: bool
) -> tuple[ItemTimes, float, float, float]:
    """Times, tau, onset and start by steps of Gauss and Newton on the theory's own times, as long as they help."""

    def judged(below: float) -> tuple[float, ItemTimes, float, float]:
        times = clock.at(problem.starts.strength(below))
        if not np.all(np.isfinite(times.time) & (times.time > 0)):
            return np.inf, times, 1.0, 0.0
        found, tau, onset, _ = problem.line(np.log(times.time))
        return found.deviance, times, tau, onset

    best = judged(below)
    for _ in range(STEPS if is_inside else 0):
        step = problem.line(np.log(best[1].time), -best[1].slope)[3]
        further = float(np.clip(below + step, problem.starts.below[0], problem.starts.below[-1]))
        tried = judged(further)
        if tried[0] >= best[0]:
            break
        settled = abs(further - below) < DONE * below
        best, below = tried, further
        if settled:
            break
    return best[1], best[2], best[3], below


class GoodStarts(NamedTuple):
    """Starts that fit well enough: the largest, the smallest (0 where nothing is too small), tau and onsets of them."""

    most: float
    least: float
    tau: list[float]
    onset: list[float]


def _good_starts(problem: StartProblem, below: float, more: float) -> GoodStarts:
    """All around the best start, as far as any fits; where times jump there may be worse ones between them."""
    starts = problem.starts
    ends: list[float] = []
    tau: list[float] = []
    onset: list[float] = []

    def lacking(one: float) -> float:
        return problem.line(starts.between(float(one)))[0].deviance - more

    for end in (starts.below[0], starts.below[-1]):
        grid = np.geomspace(below, end, FINE)
        found = [problem.line(starts.between(float(one)))[:3] for one in grid]
        inside = [place for place, (line, *_) in enumerate(found) if line.deviance <= more] or [0]
        tau += [found[place][1] for place in inside]
        onset += [found[place][2] for place in inside]
        place = float(grid[inside[-1]])
        if inside[-1] < FINE - 1 and lacking(place) < 0:  # a fit without residuals has no room at all
            place = float(brentq(lacking, place, grid[inside[-1] + 1], xtol=1e-13))
        is_open = inside[-1] == FINE - 1 and end == starts.below[-1]
        ends.append(0.0 if is_open else starts.strength(place))
    return GoodStarts(ends[0], ends[1], tau, onset)
