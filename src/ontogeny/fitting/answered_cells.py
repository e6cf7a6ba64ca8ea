"""Answers to questions about items and features over time, read by name, on the scale of the world's table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite, one_of, quoted
from .._core.counting import counted
from .._core.notes import Note
from .._core.ties import EQUAL
from ..environments.environment import Environment
from ..semantics.acquired import half_range, midpoint
from ..semantics.shared_items import plain_name

NEEDED = ("item", "feature", "time", "value")
KINDS = ("answers", "correct")


@dataclass(frozen=True, eq=False)
class AnsweredCells:
    """Answers over time for some items and features of a world.

    Parameters
    ----------
    time : array, shape (times,)
        Times of the answers, since the onset.
    rows, columns : arrays of int, shapes (items,) and (features,)
        Items and features, by their numbers in the world.
    values : array, shape (times, items, features)
        Answers, on the scale of the world's table; NaN where none was observed.
    trials : array, shape (times, items, features), or None
        From how many answers each is a share.
    simulated : bool
        Whether the answers say of themselves that they were simulated.
    notes : tuple of Note
        What was left out.
    """

    time: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    trials: np.ndarray | None
    simulated: bool
    notes: tuple[Note, ...]

    @property
    def observed(self) -> np.ndarray:
        """Which cells were observed, (times, items, features)."""
        return ~np.isnan(self.values)

    def __repr__(self) -> str:
        return (
            f"<AnsweredCells: {counted(self.rows.size, 'item')}, {counted(self.columns.size, 'feature')}, "
            f"{counted(self.time.size, 'time')}>"
        )


def answered_cells(environment: Environment, table: ArrayLike, *, values: str, onset: float) -> AnsweredCells:
    """Read answers by name.

    Parameters
    ----------
    environment : Environment
        The world.
    table : DataFrame or DataArray
        Rows item, feature, time, value, and trials if values are shares; or an array with the dimensions time, item
        and feature.
    values : "answers" or "correct"
        What they are: answers on the scale of the world's table, or shares of right ones.
    onset : float
        When learning begins.

    Raises
    ------
    InputError
        Tables that cannot be read, name nothing of the world, or one cell twice.
    """
    one_of(values, KINDS, "values")
    begun = finite(onset, "onset")
    long, simulated = _long(table), bool(getattr(table, "attrs", {}).get("simulated", False))
    notes: list[Note] = []
    places = {}
    for column, names in (("item", environment.items), ("feature", environment.features)):
        places[column] = _places(long[column], names, column)
        lost = tuple(dict.fromkeys(str(name) for name in long[column][places[column] < 0]))
        if lost:
            words = f"Left out: {counted(len(lost), column)} that the world does not have ({quoted(lost)})."
            notes.append(Note("unmatched", words, lost))
    time, number = (pd.to_numeric(long[name], errors="coerce").to_numpy(float) for name in ("time", "value"))
    kept = (places["item"] >= 0) & (places["feature"] >= 0) & ~np.isnan(number)
    if not kept.any():
        raise InputError("table", "has no value of an item and a feature of the world", "name both as the world does")
    if not np.all(np.isfinite(time[kept])) or np.any(time[kept] < begun):
        came = f"has times that are unknown or before {begun:g}, when learning begins"
        raise InputError("table", came, "count time from the beginning of learning, or write an earlier onset")
    clock, at = np.unique(time[kept], return_inverse=True)
    rows, row = np.unique(places["item"][kept], return_inverse=True)
    columns, column_of = np.unique(places["feature"][kept], return_inverse=True)
    shape = (clock.size, rows.size, columns.size)
    cell = np.ravel_multi_index((at, row, column_of), shape)
    if np.unique(cell).size < cell.size:
        raise InputError("table", "has several values for one item, feature and time", "average them first")
    answers = np.full(shape, np.nan)
    answers.flat[cell] = number[kept]
    trials = None
    if "trials" in long:
        trials = np.zeros(shape)
        trials.flat[cell] = _counts(long["trials"][kept], number[kept])
    if values == "correct":
        answers = _from_correct(environment, answers, rows, columns)
    return AnsweredCells(clock - begun, rows, columns, answers, trials, simulated, tuple(notes))


def _long(table: Any) -> pd.DataFrame:
    """A row for each value."""
    if isinstance(table, xr.DataArray):
        if set(table.dims) != {"time", "item", "feature"}:
            came = f"has the dimensions {quoted(table.dims, 5)}"
            raise InputError("table", came, "pass an array with the dimensions time, item and feature")
        lacking = [name for name in ("item", "feature") if name not in table.coords]
        if lacking:
            raise InputError("table", f"names no {lacking[0]} along its axis", "give it coordinates")
        return table.rename("value").to_dataframe().reset_index()
    if not isinstance(table, pd.DataFrame):
        came = f"is of type {type(table).__name__}"
        raise InputError("table", came, "pass a DataFrame with columns item, feature, time and value")
    lacking = [name for name in NEEDED if name not in table]
    if lacking:
        came = f"has no column {quoted(lacking)}, only {quoted(table.columns, 6)}"
        raise InputError("table", came, "name its columns item, feature, time and value")
    return table.reset_index(drop=True)


def _places(names: pd.Series, known: Sequence[str], column: str) -> np.ndarray:
    """Number of every name in the world, -1 for others."""
    plain = [plain_name(name) for name in known]
    wanted = {plain_name(name) for name in names.unique()}
    twice = [name for name, each in zip(known, plain, strict=True) if plain.count(each) > 1 and each in wanted]
    if twice:
        came = f"could mean several {column}s of the world, {quoted(twice)}, which differ only in capitals or blanks"
        raise InputError("table", came, "rename them")
    place = {name: number for number, name in enumerate(plain)}
    return np.array([place.get(plain_name(name), -1) for name in names])


def _counts(trials: pd.Series, shares: np.ndarray) -> np.ndarray:
    counts = pd.to_numeric(trials, errors="coerce").to_numpy(float)
    if not np.all(np.isfinite(counts)) or np.any(counts <= 0):
        raise InputError(
            "table", "has trials that are unknown, or none", "write how many answers each value is a share of"
        )
    if np.any(shares < 0) or np.any(shares > 1):
        raise InputError("table", "has trials, but values that are no shares of them (0 to 1)", "divide by the trials")
    return counts


def _from_correct(environment: Environment, correct: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Answers from shares of right ones, for features of two values: a share of 1 is the value, of 0 the other one."""
    targets = environment.samples.targets
    middle, half = midpoint(targets)[columns], half_range(targets)[columns]
    turned = (targets[np.ix_(rows, columns)] - middle) / half
    if np.any(np.abs(np.abs(turned) - 1) > EQUAL):
        names = [environment.features[columns[place]] for place in np.flatnonzero((np.abs(turned) < 0.999).any(axis=0))]
        came = f"is 'correct', but {quoted(names)} has more than two values, so that no answer is plainly right"
        raise InputError("values", came, "pass values='answers', on the scale of the table")
    if np.any(correct[~np.isnan(correct)] < 0) or np.any(correct[~np.isnan(correct)] > 1):
        raise InputError("table", "has values outside of 0 to 1, which are no shares of right answers", "write shares")
    return middle + half * turned * (2 * correct - 1)
