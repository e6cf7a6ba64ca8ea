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
LOOKS = 200  # times that are looked at, at most
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
        return (
            np.asarray(self._others >= 0)
            if self.measure == "told_apart"
            else owned(self.environment.samples.targets)[self.rows].any(axis=1)
        )

    def at(self, initial_strength: float) -> ItemTimes:
        """Times of the items from a start that all modes share."""
        modes, of_depth = self.environment.spectrum(), law(self.depth)
        s, d = modes.singular_values, modes.input_variances
        looks = self._looks(of_depth, initial_strength)

        def strength(times: np.ndarray) -> np.ndarray:
            return of_depth.mode_strength(times[:, None], s, initial_strength, input_variance=d)

        each = max(1, BLOCK // max(1, looks.size * len(self.environment.features)))
        blocks = np.array_split(np.arange(self.rows.size), max(1, -(-self.rows.size // each)))
        known = np.concatenate([self._margin(strength(looks)[:, None], block) > 0 for block in blocks], axis=1)
        never, always = ~known[-1], known.all(axis=0)
        last = looks.size - 1 - np.argmax(~known[::-1], axis=0)
        low, high = looks[last], looks[np.minimum(last + 1, looks.size - 1)]
        root = self._root(strength, low, high)
        time = np.where(always, 0.0, np.where(never, np.inf, root))
        slope, waits_for = self._moves(strength(root), root, initial_strength)
        timed = ~always & ~never
        return ItemTimes(time, np.where(timed, slope, np.nan), np.where(timed, waits_for, -1))

    def _root(self, strength: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Where margins pass 0 between two times, by Newton's method, which halves the gap where it would leave it."""
        modes = self.environment.spectrum()
        s, d = modes.singular_values, modes.input_variances
        time = (low + high) / 2
        for _ in range(STEPS):
            known = strength(time)
            margin, by_strength = self._change(known)
            speed = np.sum(by_strength * mode_velocity(known, s, depth=self.depth, input_variance=d), axis=1)
            low, high = np.where(margin > 0, low, time), np.where(margin > 0, time, high)
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                further = time - margin / speed
            settled = np.abs(further - time) <= SETTLED * time
            inside = (further > low) & (further < high)
            time = np.where(settled, time, np.where(inside, further, (low + high) / 2))
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

    def _moves(self, strength: np.ndarray, time: np.ndarray, initial_strength: float) -> tuple[np.ndarray, np.ndarray]:
        """How the times move with the start, and which group of modes moves the margins, (items,) each.

        All modes keep to the clock of their own, so that a start moves the strength u of a mode by v(u)/v(u0) u0.
        """
        modes = self.environment.spectrum()
        s, d = modes.singular_values, modes.input_variances
        by_strength = self._change(strength)[1]
        velocity = mode_velocity(strength, s, depth=self.depth, input_variance=d)
        begun = mode_velocity(initial_strength, s, depth=self.depth, input_variance=d) / initial_strength
        gains = by_strength * velocity
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = -np.sum(gains / begun, axis=1) / (np.sum(gains, axis=1) * time)
        of_group = np.stack([gains[:, modes.groups == group].sum(axis=1) for group in np.unique(modes.groups)], axis=1)
        return slope, largest(of_group, axis=1)

    def _margin(self, strength: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Margins of some items, above 0 where known, (times, items); strengths are (times, items or 1, modes)."""
        if self.measure == "told_apart":
            return np.sum(strength * self._shares[items], axis=-1) - 0.5
        if self.measure == "quarter_error":
            return self._error(strength, items)[0]
        right, place = self._right(strength, items)
        return np.take_along_axis(right, place, axis=-1)[..., 0]

    def _change(self, strength: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Margins of all items, each at strengths of its own (items, modes), and their derivatives by these."""
        items = np.arange(self.rows.size)
        if self.measure == "told_apart":
            return self._margin(strength[None], items)[0], self._shares
        if self.measure == "quarter_error":
            margin, off, error = self._error(strength[None], items)
            return margin[0], -off[0] * self._loadings / np.maximum(error[0], 1e-300)[:, None]
        right, place = self._right(strength[None], items)
        feature, turn, _, _ = (np.take_along_axis(each, place[0], axis=1) for each in self._asked)
        u = self.environment.spectrum().output_modes
        return np.take_along_axis(right[0], place[0], axis=1)[:, 0], turn * u[feature[:, 0]] * self._loadings

    def _error(self, strength: np.ndarray, items: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Margins, differences along the modes, and errors: modes are orthogonal, so that features are not needed."""
        off = strength * self._loadings[items] - self._aims[items]
        size = np.linalg.norm(self._targets[items], axis=-1)
        beyond = np.maximum(size**2 - np.sum(self._aims[items] ** 2, axis=-1), 0.0)
        error = np.sqrt(np.sum(off**2, axis=-1) + beyond)
        return size / 4 - error, off, error

    def _right(self, strength: np.ndarray, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How far features are on the right side, (times, items, features), and which one decides (times, items, 1)."""
        u, along = self.environment.spectrum().output_modes, strength * self._loadings[items]
        feature, turn, level, is_asked = (each[items] for each in self._asked)
        if self.measure == "all_features":
            right = along @ u.T * turn - level
            return right, np.argmin(right, axis=-1)[..., None]
        answers = np.moveaxis(np.moveaxis(along, 1, 0) @ np.swapaxes(u[feature], 1, 2), 0, 1)
        right = np.where(is_asked, answers * turn - level, -np.inf)
        half = np.maximum(-(-is_asked.sum(axis=1, keepdims=True) // 2) - 1, 0)
        order = np.argsort(-right, axis=-1, kind="stable")
        return right, np.take_along_axis(order, np.broadcast_to(half, (len(order), *half.shape)), axis=-1)

    @cached_property
    def _asked(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Features that a measure asks of each item, (items, asked): their numbers, by what an answer is multiplied and
        what is subtracted to be above 0 on the right side of one half, and whether they are asked or fill up a row."""
        targets = self.environment.samples.targets
        middle, half = midpoint(targets), half_range(targets)
        is_own = owned(targets)[self.rows]
        feature = np.broadcast_to(np.arange(targets.shape[1]), is_own.shape)
        is_asked = np.ones(is_own.shape, dtype=bool)
        if self.measure == "half_of_own_features":
            feature = np.argsort(~is_own, axis=1, kind="stable")[:, : max(int(is_own.sum(axis=1).max()), 1)]
            is_asked = np.take_along_axis(is_own, feature, axis=1)
        turn = np.where(np.take_along_axis(self._targets, feature, axis=1) > middle[feature], 1.0, -1.0) / half[feature]
        return feature, turn, turn * middle[feature], is_asked

    @cached_property
    def _aims(self) -> np.ndarray:
        """What the items are along the modes of the features, (items, modes)."""
        return self._targets @ self.environment.spectrum().output_modes

    @cached_property
    def _targets(self) -> np.ndarray:
        return self.environment.samples.targets[self.rows]

    @cached_property
    def _loadings(self) -> np.ndarray:
        return self.environment.along(self.environment.spectrum().input_modes)[self.rows]

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
