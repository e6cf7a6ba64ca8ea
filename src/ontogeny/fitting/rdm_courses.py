r"""Courses of the levels of a world in measured distances, by least squares with exact derivatives.

A level of distances is as strong as the product of all layers up to the one that was measured: with the share q of its
mode that is learned (`learning_curve`), it is :math:`a\,q^{2l/D}` in layer l of D, and what noise adds on top of it. In
`Apart` each level has a half-time and an initial fraction of its own; in `Together` all have the time constant and the
initial strength of one network. `fitted` finds both, `interval` how well a parameter is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from scipy.interpolate import CubicHermiteSpline
from scipy.optimize import brentq, least_squares
from scipy.special import expit, logit

from .._core.arrays import ArrayLike
from ..modes import deep

LOGITS = (-30.0, -0.05)  # of an initial fraction
LONGEST = 30.0  # half-times that are tried, as multiples of the last time
HALVES, STARTS = 60, (-0.3, -1.0, -2.0, -3.5, -5.0, -7.0, -10.0, -15.0, -25.0)  # of the grid that a search begins from
NODES = 1500  # of the table of initial fractions
REFINED = 3  # of the best places of the grid
MOST = 80  # places that a search tries
EXACT, ROUGH = 1e-10, 1e-7  # relative changes at which a search ends, for the best place and for profiles
CLOSE = 1e-6  # of the ends of an interval, of logarithms
FIRST, LEAP, STEPS = 0.01, 8.0, 16  # step towards the end of an interval, by how much the next may be longer, how many


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


@dataclass(frozen=True, eq=False)
class Found:
    """Parameters of a family, ends of its levels and floor with the least squares.

    Parameters
    ----------
    where : array
        Parameters of the family.
    ends : array, shape (levels,)
        Strength of each level when all is learned.
    floor : float
        What noise adds to every distance.
    squares : array, shape (levels,)
        Sum of squared deviations of each level, in units of its noise.
    """

    where: np.ndarray
    ends: np.ndarray
    floor: float
    squares: np.ndarray

    def __repr__(self) -> str:
        return f"<Found: squares of {float(self.squares.sum()):.4g} over {self.ends.size} levels>"

    @property
    def total(self) -> float:
        """Sum of all squares."""
        return float(self.squares.sum())


def fitted(data: Measured, family: Family, begun: Found, fixed: int | None = None, tolerance: float = EXACT) -> Found:
    """The least squares near a place from which the search begins; one parameter may be held where it is."""
    levels, size = data.strength.shape[1], begun.where.size
    known = ~np.isnan(data.strength)
    scale = np.broadcast_to(data.noise, (levels,))
    weight = np.broadcast_to(1 / scale, data.strength.shape)[known]
    seen = data.strength[known] * weight
    has_floor = bool(np.any(data.flat))
    unit = np.nanmax(np.abs(data.strength), axis=0)  # ends and floor are sought in units of what was measured
    flat = data.flat * float(unit.max()) * has_floor

    last: list[Any] = [np.full(size, np.nan)]

    def parts(x: np.ndarray) -> tuple[Place, np.ndarray, np.ndarray]:
        if not np.array_equal(last[0], x[:size]):  # squares and slopes are asked for at the same place
            place = family.at(x[:size])
            q = np.minimum(course(data.time, place.pace, place.start, data.depth), 1.0)
            last[:] = [x[:size].copy(), place, q, q**data.power]
        return last[1], last[2], last[3]

    def off(x: np.ndarray) -> np.ndarray:
        shown = x[size : size + levels] * unit * parts(x)[2] + (x[-1] * flat if has_floor else 0.0)
        return np.asarray(shown[known] * weight - seen)

    def slopes(x: np.ndarray) -> np.ndarray:
        place, q, powered = parts(x)
        # p q^(p - 1) times the speed q^(2 - 2/D) (1 - q), in one power that is never negative
        speed = x[size : size + levels] * unit * data.power * q ** (data.power + 1 - 2 / data.depth) * (1 - q)
        by_pace = speed * data.time[:, None] * place.pace
        by_start = speed * place.start ** (2 / data.depth - 1)  # over the speed at r, times r (1 - r)
        rows = [by_pace[:, :, None] * place.log_pace + by_start[:, :, None] * place.logit_start]
        rows.append(powered[:, :, None] * unit[:, None] * np.eye(levels))
        if has_floor:
            rows.append(np.broadcast_to(flat, powered.shape)[:, :, None])
        return np.asarray(np.concatenate(rows, axis=2)[known] * weight[:, None])

    x0 = np.concatenate([begun.where, begun.ends / unit, [begun.floor / unit.max()] * has_floor])
    low = np.concatenate([family.bounds[0], np.zeros(levels + has_floor)])
    high = np.concatenate([family.bounds[1], np.full(levels + has_floor, np.inf)])
    free = np.arange(x0.size) != (-1 if fixed is None else fixed)
    x0[free] = np.clip(x0, low, high)[free]

    def whole(some: np.ndarray) -> np.ndarray:
        x = x0.copy()
        x[free] = some
        return x

    found = least_squares(
        lambda some: off(whole(some)), x0[free], lambda some: slopes(whole(some))[:, free],
        bounds=(low[free], high[free]), x_scale="jac", ftol=tolerance, xtol=tolerance, gtol=tolerance,
        max_nfev=MOST,
    )  # fmt: skip
    best = whole(found.x)
    squares = np.zeros(data.strength.shape)
    squares[known] = off(best) ** 2
    floor = float(best[-1] * unit.max()) if has_floor else 0.0
    return Found(best[:size], best[size : size + levels] * unit, floor, squares.sum(axis=0))


def begun_apart(data: Measured) -> list[Found]:
    """The least squares for each level by itself, with an end and, where there is a floor to be found, one of its own.

    Each search begins from the best places of a grid of half-times and initial fractions.
    """
    later = data.time[data.time > 0]
    halves = np.geomspace(later.min() / 2, later.max() * 2, HALVES)
    half, start = (part.ravel() for part in np.meshgrid(halves, expit(np.array(STARTS)), indexing="ij"))
    sudden = suddenness(start, data.depth)
    shapes = course(data.time, (1 / sudden - 1) / half, start, data.depth) ** data.power
    found = []
    for level in range(data.strength.shape[1]):
        alone = data.only(np.array([level]))
        has_floor = bool(np.any(alone.flat))
        ends, bases = _lines(shapes[np.searchsorted(data.time, alone.time)], alone.strength[:, 0], has_floor)
        squares = np.sum((alone.strength - bases - ends * shapes[np.searchsorted(data.time, alone.time)]) ** 2, axis=0)
        nearest = np.argmin(squares.reshape(HALVES, len(STARTS)), axis=0) * len(STARTS) + np.arange(len(STARTS))
        ways = [
            fitted(alone, Apart(1, data.depth, data.time), Found(
                np.array([np.log(half[at]), sudden[at]]), ends[[at]],
                float(bases[at] / alone.flat[0]) if has_floor else 0.0, squares[[at]],
            ))
            for at in nearest[np.argsort(squares[nearest], kind="stable")[:REFINED]]  # steep and flat ones
        ]  # fmt: skip
        found.append(min(ways, key=lambda way: way.total))
    return found


def _lines(shapes: np.ndarray, seen: np.ndarray, has_base: bool) -> tuple[np.ndarray, np.ndarray]:
    """End and base, neither below 0, with which each shape (times, shapes) comes nearest."""
    through = np.maximum(seen @ shapes, 0.0) / np.sum(shapes**2, axis=0)
    if not has_base:
        return through, np.zeros_like(through)
    off = shapes - shapes.mean(axis=0)
    size = np.sum(off**2, axis=0)
    ends = np.divide(seen @ off, size, out=np.zeros_like(size), where=size > 0)
    bases = seen.mean() - ends * shapes.mean(axis=0)
    good = (ends >= 0) & (bases >= 0)
    return np.where(good, ends, through), np.where(good, bases, 0.0)


def interval(data: Measured, family: Family, best: Found, place: int, allowed: float) -> tuple[float, float]:
    """Values of a parameter up to which the least squares are no more than is allowed above the best; else infinite."""
    low, high = (_end(data, family, best, place, allowed, direction) for direction in (-1, 1))
    return low, high


def _end(data: Measured, family: Family, best: Found, place: int, allowed: float, direction: int) -> float:
    middle = float(best.where[place])
    near, told = best, {middle: -float(np.sqrt(allowed))}

    def beyond(value: float) -> float:
        """Root of the rise of the squares, nearly straight in the value, above that of what is allowed."""
        nonlocal near
        if value not in told:
            near = fitted(data, family, _along(best, near, place, value), fixed=place, tolerance=ROUGH)
            told[value] = float(np.sqrt(max(near.total - best.total, 0.0)) - np.sqrt(allowed))
        return told[value]

    bound = family.bounds[0 if direction < 0 else 1][place]
    inside, step = middle, FIRST
    for _ in range(STEPS):
        onward = inside + direction * step
        if direction * (onward - bound) > 0:
            break
        reached = beyond(onward)
        if reached > 0:
            return float(brentq(beyond, *sorted((inside, onward)), xtol=CLOSE))
        gone = direction * (onward - middle)
        wanted = gone * (np.sqrt(allowed) / max(reached + np.sqrt(allowed), 1e-300) - 1)
        inside, step = onward, float(np.clip(1.1 * wanted, gone, LEAP * gone))
    return direction * np.inf


def _along(best: Found, near: Found, place: int, value: float) -> Found:
    """Where the search for a value of a parameter begins: on the line from the best place through another."""
    middle, other = best.where[place], near.where[place]
    ratio = (value - middle) / (other - middle) if other != middle else 0.0
    where = best.where + ratio * (near.where - best.where)
    where[place] = value
    ends = np.maximum(best.ends + ratio * (near.ends - best.ends), 0.0)
    return Found(where, ends, max(best.floor + ratio * (near.floor - best.floor), 0.0), best.squares)
