"""The most likely curve of a family, and profiles of its likelihood, for right answers or scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from threadpoolctl import threadpool_limits

from .observed import RightAnswers, Scores
from .shapes import Shape

NEAR = 4.0  # logits around the best one in which a profile is looked for first
STEP, STEPS = 1.15, 40  # ratio of values by which the end of an interval is looked for, and how often
EXACT = {"ftol": 1e-15, "gtol": 1e-9}
# Logits, and halves as shares of the last time, from which a profile is looked for; of them the likeliest are tried.
AROUND, HALVES = (-20.0, -12.0, -8.0, -5.0, -3.0, -1.5, -0.5, -0.1), (0.05, 0.15, 0.3, 0.5, 0.7, 0.9, 1.2, 2.0, 5.0)
TRIED = 3
ALONG = {"ftol": 1e-11, "gtol": 1e-6}  # of a profile, whose crossing is wanted to five digits


@dataclass(frozen=True, eq=False)
class Problem:
    """A family of curves, from a floor to a ceiling, and what was observed.

    Parameters
    ----------
    shape : Shape
        The family.
    seen : RightAnswers or Scores
        What was observed.
    floor, ceiling : float or None
        Without knowledge and with all of it; None where they are fitted.

    Notes
    -----
    A place is the shape's parameters, then the floor and the ceiling if they are fitted.
    """

    shape: Shape
    seen: RightAnswers | Scores
    floor: float | None
    ceiling: float | None

    def __repr__(self) -> str:
        return f"<Problem: {self.shape.name}>"

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Bounds of every number that is fitted; two equal bounds hold it."""
        ends = zip((self.floor, self.ceiling), self.seen.limits(), strict=True)
        return self.shape.bounds(self.seen.time) + [limits for known, limits in ends if known is None]

    @property
    def parameters(self) -> int:
        """How many numbers are fitted."""
        return sum(low < high for low, high in self.bounds)

    def ends(self, where: np.ndarray) -> tuple[float, float]:
        """Floor and ceiling at a place."""
        fitted = list(where[len(self.shape.bounds(self.seen.time)) :])
        floor = fitted.pop(0) if self.floor is None else self.floor
        return float(floor), float(fitted.pop(0) if self.ceiling is None else self.ceiling)

    def predicted(self, time: np.ndarray, where: np.ndarray) -> np.ndarray:
        """Probability of a right answer, or score, at some times."""
        floor, ceiling = self.ends(where)
        return floor + (ceiling - floor) * self.shape.share(time, where)

    def negative(self, where: np.ndarray) -> tuple[float, np.ndarray]:
        """Negative logarithmic likelihood at a place, with its exact derivatives."""
        t, (floor, ceiling) = self.seen.time, self.ends(where)
        q = self.shape.share(t, where)
        value, by_curve = self.seen.log_likelihood(floor + (ceiling - floor) * q)
        parts = [(ceiling - floor) * self.shape.slopes(t, q, where) @ by_curve]
        parts += [[by_curve @ (1 - q)]] if self.floor is None else []
        parts += [[by_curve @ q]] if self.ceiling is None else []
        return -value, -np.concatenate(parts)

    def best(self, starts: Sequence[np.ndarray] = ()) -> tuple[float, np.ndarray]:
        """The largest logarithmic likelihood, and where; looked for from many places, or from those given."""
        begun = list(starts) or [self._begun(place) for place in self.shape.places(self.seen.time)]
        found = [minimize(self.negative, place, jac=True, method="L-BFGS-B", bounds=self.bounds, options=EXACT)
                 for place in begun]  # fmt: skip
        chosen = min(found, key=lambda each: float(each.fun))
        return -float(chosen.fun), np.asarray(chosen.x)

    def _begun(self, place: np.ndarray) -> np.ndarray:
        """A place to begin from, with the floor and ceiling that are most likely for its shape."""
        if self.floor is not None and self.ceiling is not None:
            return place
        t, y = self.seen.time, self.seen.share
        q = self.shape.share(t, place)
        floor, ceiling = self.floor, self.ceiling
        if floor is None and ceiling is None:
            floor, step = np.linalg.lstsq(np.stack([np.ones_like(q), q], axis=1), y, rcond=None)[0]
            guessed = [floor, floor + step]
        elif floor is None:
            guessed = [float((1 - q) @ (y - q * ceiling) / np.sum((1 - q) ** 2))]
        else:
            guessed = [float(q @ (y - (1 - q) * floor) / max(float(np.sum(q**2)), 1e-300))]
        low, high = np.transpose(self.bounds[len(place) :])
        inside = 1e-3 * (high - low)
        return np.concatenate([place, np.clip(guessed, low + inside, high - inside)])

    def flat(self) -> float:
        """Logarithmic likelihood of the same probability, or score, at all times."""
        return self.seen.log_likelihood(np.full(self.seen.time.size, self.seen.mean))[0]

    def profile(self, index: int, best: np.ndarray) -> Callable[[float], float]:
        """Largest logarithmic likelihood as a function of one of the numbers, all others being fitted."""
        low, high = np.transpose(self.bounds)
        others = np.flatnonzero((low < high) & (np.arange(low.size) != index))

        def negative(x: float, rest: np.ndarray) -> tuple[float, np.ndarray]:
            where = best.copy()
            where[index], where[others] = x, rest
            value, gradient = self.negative(where)
            return value, gradient[others]

        def along(x: float) -> float:
            if others.size == 0:
                return -negative(x, np.empty(0))[0]
            bounds = list(zip(low[others], high[others], strict=True))
            if others.size == 1:
                return -_least(lambda rest: negative(x, np.array([rest]))[0], float(best[others][0]), bounds[0])
            # Valleys beside the one of the optimum become the deeper ones on the way: 20 of 120 intervals hung on it.
            # Nothing is kept from one value to the next, so that the profile is one function.
            places = [best[others], *(place[others] for place in self._around(index, x))]
            starts = sorted(places, key=lambda rest: negative(x, rest)[0])[:TRIED]
            found = [minimize(lambda rest: negative(x, rest), start, jac=True, method="L-BFGS-B", bounds=bounds,
                              options=ALONG) for start in starts]  # fmt: skip
            return -float(min(each.fun for each in found))

        return along

    def _around(self, index: int, x: float) -> list[np.ndarray]:
        """Places with one number given, from which a profile may be found: at many starts, or halves."""
        last = float(np.log(self.seen.time.max()))
        firsts = [x] if index == 0 else [last + float(np.log(share)) for share in HALVES]
        places = [np.array([first, logit]) for first in firsts for logit in AROUND]
        low, high = np.transpose(self.bounds)
        return [np.clip(self._begun(place), low, high) for place in places]


def one_thread() -> AbstractContextManager[Any]:
    """One BLAS thread inside this block: searches over few numbers are ten times slower with two."""
    return threadpool_limits(limits=1)


def _least(negative: Callable[[float], float], near: float, bounds: tuple[float, float]) -> float:
    """Least value of a function of one number, looked for near a place and everywhere."""
    around = (max(bounds[0], near - NEAR), min(bounds[1], near + NEAR))
    found = [minimize_scalar(negative, bounds=each, method="bounded", options={"xatol": 1e-7})
             for each in (around, bounds)]  # fmt: skip
    return float(min(each.fun for each in found))


def interval(lacking: Callable[[float], float], found: float) -> tuple[float, float]:
    """Both ends of the values, around one that is found, whose profile loses no more than is allowed."""
    return edge(lacking, float(np.log(found)), -1), edge(lacking, float(np.log(found)), 1)


def edge(lacking: Callable[[float], float], inside: float, direction: int) -> float:
    """Value whose profile loses more than is allowed, from inside on; 0 or infinity if it never does.

    Parameters
    ----------
    lacking : function
        Of the logarithm of a value: by how much its profile lies below what is allowed.
    inside : float
        Logarithm of a value that is allowed.
    direction : -1 or 1
    """
    here = inside
    for _ in range(STEPS):
        onward = here + direction * float(np.log(STEP))
        if lacking(onward) > 0:
            return float(np.exp(brentq(lacking, min(here, onward), max(here, onward), xtol=1e-7)))
        here = onward
    return 0.0 if direction < 0 else float("inf")


def end_interval(lacking: Callable[[float], float], found: float, bounds: tuple[float, float]) -> tuple[float, float]:
    """Both ends of the values of a floor or ceiling, within its bounds."""
    low, high = bounds
    ends = []
    for bound in (low, high):
        open_end = abs(bound - found) < 1e-9 * (high - low) or lacking(bound) <= 0
        ends.append(bound if open_end else float(brentq(lacking, found, bound, xtol=1e-7 * (high - low))))
    return ends[0], ends[1]
