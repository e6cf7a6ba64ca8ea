"""A course for each level by itself: which levels show learning, when, and how well that is known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import f as f_distribution

from .course_search import Found, begun_apart, fitted, interval
from .curves import rate, time_to_share
from .level_strengths import FEWEST
from .rdm_courses import Apart, Measured, course, start_with

ROUNDING = 1e-9  # of the largest strength: noise below which there is none
OWN = 3  # parameters of the course of a level: half-time, initial fraction, end
FOLLOWING = 2.0  # standard errors by which neighbours in time are more alike than by chance


class Separate(NamedTuple):
    """Levels that were learned, their strengths with their noise, and the courses with the least squares."""

    levels: np.ndarray
    data: Measured
    found: Found


def separate_courses(data: Measured, coverage: float) -> Separate | None:
    """Courses of the levels that show learning, above a floor that they share; None if no level does.

    A level shows learning if its own course is better than a constant by an F that is significant. Constants with noise
    are taken for learning less often than the coverage leaves (about 2 in 100 for 5, measured), since courses rise.
    """
    known = ~np.isnan(data.strength)
    least = ROUNDING * float(np.max(np.abs(data.strength), initial=0.0, where=known))
    spread = np.array([np.ptp(seen[own]) if own.any() else 0.0 for seen, own in zip(data.strength.T, known.T)])
    enough = np.flatnonzero((known.sum(axis=0) >= FEWEST) & (spread > least))
    if not enough.size:
        return None
    alone = begun_apart(data.only(enough))
    signs = [
        _is_learned(data.only(np.array([level])), own, least, coverage)
        for level, own in zip(enough, alone, strict=True)
    ]
    if not any(signs):
        return None
    levels = enough[signs]
    begun = [own for own, is_learned in zip(alone, signs, strict=True) if is_learned]
    left = known[:, levels].sum(axis=0) - OWN
    chosen, family = data.only(levels), Apart(levels.size, data.depth, data.time)

    def with_noise(squares: np.ndarray) -> Measured:
        return chosen.with_noise(np.maximum(np.sqrt(squares / left), least))

    together = Found(
        np.concatenate([[own.where[part] for own in begun] for part in (0, 1)]),
        np.concatenate([own.ends for own in begun]),
        float(np.median([own.floor for own in begun])), np.concatenate([own.squares for own in begun]),
    )  # fmt: skip
    chosen = with_noise(together.squares)
    found = together
    if np.any(data.flat):  # one floor for all, weighted by the noise that is left with it
        for _ in range(2):
            found = fitted(chosen, family, found)
            chosen = with_noise(found.squares * chosen.noise**2)
        found = fitted(chosen, family, found)
    else:
        found = Found(found.where, found.ends, 0.0, found.squares / chosen.noise**2)
    return Separate(levels, chosen, found)


def _is_learned(alone: Measured, own: Found, least: float, coverage: float) -> bool:
    seen = alone.strength[:, 0]
    more = OWN - 1 + bool(np.any(alone.flat))
    left = seen.size - 1 - more
    if left < 1:
        return False
    about = float(np.sum((seen - seen.mean()) ** 2))
    statistic = (about - own.total) / more / (max(own.total, seen.size * least**2) / left)
    return bool(statistic > f_distribution.ppf(coverage, more, left))


def described(separate: Separate, coverage: float) -> dict[str, np.ndarray]:
    """Half-time with interval, width, rate, initial fraction, end and noise of each level that was learned."""
    levels, data, found = separate
    count = levels.size
    halves, starts = np.exp(found.where[:count]), start_with(1 / found.where[count:] - 1, data.depth)
    curves = list(zip(halves.tolist(), starts.tolist(), [data.depth] * count, strict=True))
    ends = np.exp([_interval(data, found, level, coverage) for level in range(count)])
    return {
        "half_time": halves,
        "half_time_low": ends[:, 0],
        "half_time_high": ends[:, 1],
        "width": np.array([width(*curve) for curve in curves]),
        "rate": np.array([rate(*curve) for curve in curves]),
        "initial_fraction": starts,
        "end": found.ends,
        "noise": np.asarray(data.noise),
    }


def width(half_time: float, initial_fraction: float, depth: float) -> float:
    """Time from 10 to 90% of a mode; from time 0 on where more than 10% are there before learning."""
    known = (half_time, initial_fraction, depth)
    return time_to_share(0.9, *known) - max(time_to_share(0.1, *known), 0.0)


def _interval(data: Measured, found: Found, level: int, coverage: float) -> tuple[float, float]:
    """Of the logarithm of a half-time; a level is alone where there is no floor that it shares with others."""
    count = found.ends.size
    left = int(np.sum(~np.isnan(data.strength[:, level]))) - OWN
    allowed = float(f_distribution.ppf(coverage, 1, left))
    if np.any(data.flat):
        return interval(data, Apart(count, data.depth, data.time), found, level, allowed)
    alone = Found(found.where[[level, count + level]], found.ends[[level]], 0.0, found.squares[[level]])
    return interval(data.only(np.array([level])), Apart(1, data.depth, data.time), alone, 0, allowed)


def follow_each_other(separate: Separate) -> bool:
    """Whether what the courses leave over is more alike at neighbouring times than independent noise would be.

    Levels that their course leaves nothing of but rounding are not asked.
    """
    levels, data, found = separate
    pace, start, *_ = Apart(levels.size, data.depth, data.time).at(found.where)
    shown = found.ends * course(data.time, pace, start, data.depth) ** data.power + found.floor * data.flat
    off = (data.strength - shown) / data.noise
    noisy = off[:, found.squares > (np.sum(~np.isnan(off), axis=0) - OWN) / 2]  # of noise that is no rounding
    if not noisy.size:
        return False
    alike = np.nansum(noisy[1:] * noisy[:-1]) / np.nansum(noisy**2)
    return bool(alike > FOLLOWING / np.sqrt(np.sum(~np.isnan(noisy))))
