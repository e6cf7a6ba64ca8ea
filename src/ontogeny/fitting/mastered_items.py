"""When items were mastered, read by name: times that are known, and those only known to be earlier or later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite, quoted
from .._core.counting import counted
from .._core.notes import Note
from .._core.ties import EQUAL
from ..environments.environment import Environment
from ..semantics.ratings import read_ratings

FEWEST = 4  # known times from which on tau and a start are fitted


@dataclass(frozen=True, eq=False)
class MasteredItems:
    """Items of a world with the times at which they were mastered.

    Parameters
    ----------
    rows : array of int, shape (items,)
        The items, by their number in the world.
    times : array, shape (items,)
        Times; of items that are censored the limit.
    side : array of int, shape (items,)
        0 where the time is known, 1 where it is later, -1 where it is earlier.
    simulated : bool
        Whether the times say of themselves that they were simulated.
    notes : tuple of Note
        How they were read, and what was left out.
    """

    rows: np.ndarray
    times: np.ndarray
    side: np.ndarray
    simulated: bool
    notes: tuple[Note, ...]

    def __repr__(self) -> str:
        hidden = int(np.count_nonzero(self.side))
        return f"<MasteredItems: {counted(self.rows.size, 'item')}, {hidden} of them earlier or later than was looked>"

    def only(self, kept: np.ndarray, *notes: Note) -> MasteredItems:
        """Some of the items, with more notes."""
        parts = {name: getattr(self, name)[kept] for name in ("rows", "times", "side")}
        return replace(self, **parts, notes=(*self.notes, *notes))


def mastered_items(
    environment: Environment,
    mastered: ArrayLike,
    *,
    onset: float | None,
    since: float | None,
    until: float | None,
    column: str | None,
) -> MasteredItems:
    """Read times by name, and check them; `onset` is None where it is to be fitted.

    Raises
    ------
    InputError
        Times that cannot be, of no item, or too few.
    """
    found = read_ratings(mastered, environment.items, kind="age_of_acquisition", column=column)
    place = {name: row for row, name in enumerate(environment.items)}
    rows, times = np.array([place[name] for name in found.items]), found.values.copy()
    limits = [None if limit is None else finite(limit, name) for name, limit in (("since", since), ("until", until))]
    _check_limits(found.items, times, onset, limits)
    side = np.zeros(rows.size, dtype=int)
    if limits[1] is not None:
        side[times == np.inf] = 1
        times[times == np.inf] = limits[1]
    if limits[0] is not None:
        early = (side == 0) & (times <= limits[0])
        side[early], times[early] = -1, limits[0]
    read = MasteredItems(rows, times, side, _is_simulated(mastered), _notes(environment, found.unmatched, rows, side))
    expect_enough(read)
    return read


def expect_enough(given: MasteredItems) -> None:
    """Refuse fewer than four known times, or times that are all the same."""
    known = given.times[given.side == 0]
    if known.size < FEWEST:
        came = f"has {counted(known.size, 'known time')} of items of the world, but a fit needs {FEWEST}"
        raise InputError("mastered", came, "give the times of more items")
    if np.ptp(known) <= EQUAL * np.abs(known).max():
        came = f"has the same time, {known[0]:g}, for all items, which tells nothing of early and late ones"
        raise InputError("mastered", came, "give times that differ")


def _check_limits(items: tuple[Any, ...], times: np.ndarray, onset: float | None, limits: list[float | None]) -> None:
    since, until = limits
    never = times == np.inf
    if until is None and never.any():
        came = f"says inf, never mastered, of {counted(int(never.sum()), 'item')}, but not when the study ended"
        raise InputError("mastered", came, "write until=30 for an end at 30, or leave these items out")
    if until is not None and np.any(times[~never] > until):
        late = [item for item, time in zip(items, times, strict=True) if until < time < np.inf]
        raise InputError("until", f"is {until:g}, but {quoted(late)} were mastered later", "write the end of the study")
    if since is not None and until is not None and since >= until:
        raise InputError("since", f"is {since:g} and until {until:g}", "write the first and the last time")
    begun = -np.inf if onset is None else onset
    if since is not None and since <= begun:
        raise InputError("since", f"is {since:g}, but learning begins at {begun:g}", "write a later time, or none")
    if np.any(times <= begun):
        early = [item for item, time in zip(items, times, strict=True) if time <= begun]
        came = f"has {quoted(early)} mastered at or before {begun:g}, when learning begins"
        raise InputError("mastered", came, "write an earlier onset, or leave these items out")


def _notes(
    environment: Environment, unmatched: tuple[str, ...], rows: np.ndarray, side: np.ndarray
) -> tuple[Note, ...]:
    notes = []
    lacking = [item for row, item in enumerate(environment.items) if row not in set(rows.tolist())]
    if unmatched:
        words = f"Left out: {counted(len(unmatched), 'name')} of no item of the world ({quoted(unmatched)})."
        notes.append(Note("unmatched", words, unmatched))
    if lacking:
        words = (
            f"{counted(len(lacking), 'item')} of the world without a time ({quoted(lacking)}), learned all the same."
        )
        notes.append(Note("untimed", words, tuple(lacking)))
    for kind, sign, words in (("later", 1, "later than until"), ("earlier", -1, "at or before since")):
        if np.any(side == sign):
            names = tuple(environment.items[row] for row in rows[side == sign])
            notes.append(Note(kind, f"{counted(len(names), 'item')} mastered {words} ({quoted(names)}).", names))
    return tuple(notes)


def _is_simulated(mastered: ArrayLike) -> bool:
    return bool(getattr(mastered, "attrs", {}).get("simulated", False))
