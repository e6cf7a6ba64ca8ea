"""When items are known according to the theory, to rounding, and how these times move with the start.

`semantics.acquisition` reads the same measures off a record, between its times. Here each time is a root of the closed
form, and its derivative by the start is exact, as a fit needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .._core.checks import InputError
from .._core.counting import evenly
from .._core.ties import largest
from ..environments.environment import Environment
from ..modes.deep import mode_velocity
from ..modes.laws import Law, law
from ..semantics.acquired import half_range, midpoint, most_similar, owned
from ..validity import input_alignment

FRACTIONS = (0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 0.99, 0.999)  # looked at, of the end
LOOKS = 400  # times that are looked at, at most
STEPS, SETTLED = 60, 1e-13  # towards the time between two of them, and the relative change that is rounding
NOTHING = 1e-12  # smallest start, of what the strongest mode learns: margins below it would be rounding
WEAK = 0.03  # modes weaker than this share of the strongest may be there before learning
BLOCK = 4_000_000  # answers that are held in memory at a time


class ItemTimes(NamedTuple):
    """Times from which on items are known, of the theory.

    Parameters
    ----------
    time : array, shape (items,)
        In units of tau; inf where it never is, 0 where it always was.
    slope : array, shape (items,)
        Derivative of the logarithm of the time by the logarithm of the initial strength; NaN without a time.
    waits_for : array of int, shape (items,)
        Group of modes whose growth makes the item known: the one that adds most at that time; -1 without a time.
    """

    time: np.ndarray
    slope: np.ndarray
    waits_for: np.ndarray

    def __repr__(self) -> str:
        timed = np.isfinite(self.time) & (self.time > 0)
        return f"<ItemTimes: {timed.sum()} of {timed.size} items become known>"


@dataclass(frozen=True, eq=False)
class ItemClock:
    """The margins by which some items of a world are known, as functions of the strengths of the modes.

    Parameters
    ----------
    environment : Environment
        The world.
    measure : str
        One of `semantics.acquired.MEASURES`.
    rows : array of int, shape (items,)
        The items.
    depth : int
        Number of weight matrices.
    """

    environment: Environment
    measure: str
    rows: np.ndarray
    depth: int

    def __repr__(self) -> str:
        return f"<ItemClock: {self.measure} of {self.rows.size} items at depth {self.depth}>"

    def has_time(self) -> np.ndarray:
        """Whether an item can be waited for: it has a feature, or for `told_apart` another item differs; (items,)."""
        return np.asarray(self._others >= 0 if self.measure == "told_apart" else self._owned.any(axis=1))

    def at(self, initial_strength: float) -> ItemTimes:
        """Times of the items from a start that all modes share."""
        modes, of_depth = self.environment.spectrum(), law(self.depth)
        s, d = modes.singular_values, modes.input_variances
        looks = self._looks(of_depth, initial_strength)

        def strength(times: np.ndarray) -> np.ndarray:
            return of_depth.mode_strength(times[:, None], s, initial_strength, input_variance=d)

        places = np.arange(self.rows.size)
        each = max(1, BLOCK // max(1, looks.size * len(self.environment.features)))
        blocks = np.array_split(places, max(1, -(-places.size // each)))
        parts = [self._margin(strength(looks)[:, None], block)[0] > 0 for block in blocks]
        known = np.concatenate(parts, axis=1)
        never, always = ~known[-1], known.all(axis=0)
        last = looks.size - 1 - np.argmax(~known[::-1], axis=0)
        low, high = looks[last], looks[np.minimum(last + 1, looks.size - 1)]
        root = self._root(strength, low, high)
        time = np.where(always, 0.0, np.where(never, np.inf, root))
        slope, waits_for = self._moves(strength(root), root, initial_strength, places)
        timed = ~always & ~never
        return ItemTimes(time, np.where(timed, slope, np.nan), np.where(timed, waits_for, -1))

    def _root(self, strength: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Where margins pass 0 between two times, by Newton's method, which halves the gap where it would leave it."""
        modes, places = self.environment.spectrum(), np.arange(self.rows.size)
        s, d = modes.singular_values, modes.input_variances
        time = (low + high) / 2
        for _ in range(STEPS):
            known = strength(time)
            margin, by_strength = self._margin(known, places)
            speed = np.sum(by_strength * mode_velocity(known, s, depth=self.depth, input_variance=d), axis=1)
            low, high = np.where(margin > 0, low, time), np.where(margin > 0, time, high)
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                further = time - margin / speed
            further = np.where((further > low) & (further < high), further, (low + high) / 2)
            settled = np.abs(further - time) <= SETTLED * time
            time = further
            if settled.all():
                break
        return time

    def _looks(self, of_depth: Law, initial_strength: float) -> np.ndarray:
        """Times at which margins are looked at: all along the rise of every mode."""
        modes, final = self.environment.spectrum(), self.environment.final_strength
        first = np.searchsorted(modes.groups, np.unique(modes.groups))
        s, d = modes.singular_values[first], modes.input_variances[first]
        parts = np.multiply.outer(FRACTIONS, final[first])
        found = of_depth.time_to_strength(parts, s, initial_strength, input_variance=d)
        times = np.unique(np.append(found[np.isfinite(found) & (found > 0)], 0.0))
        return times[evenly(times.size, LOOKS)]

    def _moves(
        self, strength: np.ndarray, time: np.ndarray, initial_strength: float, places: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """How the times move with the start, and which group of modes moves the margins, (items,) each.

        All modes keep to the clock of their own, so that a start moves the strength u of a mode by v(u)/v(u0) u0.
        """
        modes = self.environment.spectrum()
        s, d = modes.singular_values, modes.input_variances
        by_strength = self._margin(strength, places)[1]
        velocity = mode_velocity(strength, s, depth=self.depth, input_variance=d)
        begun = mode_velocity(initial_strength, s, depth=self.depth, input_variance=d) / initial_strength
        gains = by_strength * velocity
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = -np.sum(gains / begun, axis=1) / (np.sum(gains, axis=1) * time)
        of_group = np.stack([gains[:, modes.groups == group].sum(axis=1) for group in np.unique(modes.groups)], axis=1)
        return slope, largest(of_group, axis=1)

    def _margin(self, strength: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Margins of items (..., items), above 0 where known, and their derivatives by strengths (items, modes).

        Strengths are (items, modes), or (times, 1, modes), of which only the margins are wanted.
        """
        if self.measure == "told_apart":
            return np.sum(strength * self._shares[places], axis=-1) - 0.5, self._shares[places]
        u, v, targets = self.environment.spectrum().output_modes, self._loadings[places], self._targets[places]
        answers = (strength * v) @ u.T
        if self.measure == "quarter_error":
            off = answers - targets
            error = np.linalg.norm(off, axis=-1)
            return np.linalg.norm(targets, axis=-1) / 4 - error, -(off @ u) * v / np.maximum(error, 1e-300)[..., None]
        sign = np.where(targets > self._middle, 1.0, -1.0)
        right = sign * (answers - self._middle) / self._half
        if self.measure == "all_features":
            place = np.argmin(right, axis=-1)[..., None]
        else:  # the feature with which half of the own ones are right
            order = np.argsort(np.where(self._owned[places], -right, np.inf), axis=-1, kind="stable")
            wanted = np.maximum(-(-self._owned[places].sum(axis=1) // 2) - 1, 0)
            place = np.take_along_axis(order, np.broadcast_to(wanted[:, None], (*order.shape[:-1], 1)), axis=-1)
        margin = np.take_along_axis(right, place, axis=-1)[..., 0]
        if strength.ndim > 2:
            return margin, np.zeros(0)
        return margin, np.take_along_axis(sign, place, axis=1) / self._half[place] * u[place[:, 0]] * v

    @cached_property
    def _targets(self) -> np.ndarray:
        return self.environment.samples.targets[self.rows]

    @cached_property
    def _loadings(self) -> np.ndarray:
        return self.environment.along(self.environment.spectrum().input_modes)[self.rows]

    @cached_property
    def _middle(self) -> np.ndarray:
        return midpoint(self.environment.samples.targets)

    @cached_property
    def _half(self) -> np.ndarray:
        return half_range(self.environment.samples.targets)

    @cached_property
    def _owned(self) -> np.ndarray:
        return owned(self.environment.samples.targets)[self.rows]

    @cached_property
    def _others(self) -> np.ndarray:
        """The most similar item of each, -1 if all are the same."""
        return most_similar(self.environment.samples.targets, self.environment.items)[self.rows]

    @cached_property
    def _shares(self) -> np.ndarray:
        """Share that every mode has in the difference from the most similar item, (items, modes)."""
        world = self.environment
        modes, targets = world.spectrum(), world.samples.targets
        apart = np.where((self._others >= 0)[:, None], self._targets - targets[self._others], 0.0)
        loadings = self._loadings - world.along(modes.input_modes)[self._others]
        return apart @ modes.output_modes * loadings / np.maximum(np.sum(apart**2, axis=1, keepdims=True), 1e-300)


def expect_closed_form(environment: Environment, depth: int) -> None:
    """Refuse worlds and depths for which the theory has no times of modes."""
    if environment.data is None:
        raise InputError(
            "environment",
            "is known by its correlations alone, but people know items",
            "make the world with Environment.from_dataframe or from_arrays",
        )
    environment.expect_all_observed("the theory of single modes needs all of them")
    aligned = input_alignment(environment)
    if not aligned.holds:
        why = f"has no closed form: {aligned.meaning}"
        raise InputError("environment", why, "use a table in which each item is its own input and equally frequent")
    if depth < 2:
        why = "is 1, but without a hidden layer all distinctions are learned at the same time"
        raise InputError("depth", why, "write depth=2")


def range_of_starts(environment: Environment) -> tuple[float, float]:
    """Smallest and largest initial strength that is tried: next to nothing, and half of what a weak mode learns."""
    final = environment.final_strength
    return float(final.max() * NOTHING), float(final[final >= WEAK * final.max()].min() / 2)
