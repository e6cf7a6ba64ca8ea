"""The search for the courses of levels with the least squares, and for how far a parameter may be from the best.

Ends of levels and a floor under all distances are sought with the parameters of a family of `fitting.rdm_courses`, by
exact derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.special import expit

from .rdm_courses import Apart, Family, Measured, Place, course, suddenness

HALVES, STARTS = 60, (-0.3, -1.0, -2.0, -3.5, -5.0, -7.0, -10.0, -15.0, -25.0)  # of the grid that a search begins from
REFINED = 3  # of the best places of the grid
MOST = 80  # places that a search tries
EXACT, ROUGH = 1e-10, 1e-7  # relative changes at which a search ends, for the best place and for profiles
CLOSE = 1e-6  # of the ends of an interval, of logarithms
FIRST, LEAP, STEPS = 0.01, 8.0, 16  # step towards the end of an interval, by how much the next may be longer, how many


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
