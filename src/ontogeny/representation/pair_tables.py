"""Distances in long form: one row for every pair, in columns by the names that people give them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, quoted
from .stored import labelled

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

PAIR = ("item_1", "item_2", "dissimilarity")
LEADING = ("subject", "time")  # further columns, in the order of the dimensions
# What people call these columns, the likeliest first; letters and digits only.
CALLED = {
    "item_1": ("item1", "stim1", "stimulus1", "cond1", "condition1", "itema", "stima", "concept1", "word1"),
    "item_2": ("item2", "stim2", "stimulus2", "cond2", "condition2", "itemb", "stimb", "concept2", "word2"),
    "dissimilarity": ("dissimilarity", "distance", "dissim", "dist", "rdm", "value"),
    "subject": ("subject", "participant", "subj", "sub"),
    "time": ("time", "age", "session", "day", "week", "month", "year", "epoch", "block", "step", "iteration"),
}
SAME = 1e-9  # relative difference up to which the two cells of a pair agree


def called(names: Iterable[Any], role: str) -> Any | None:
    """The name that is likeliest to have a role; None if none has.

    >>> called(["Stim 2", "stim 1", "n"], "item_1")
    'stim 1'
    """
    plain = {re.sub(r"[^a-z0-9]", "", str(name).lower()): name for name in reversed(list(names))}
    return next((plain[word] for word in CALLED[role] if word in plain), None)


def pair_columns(frame: pd.DataFrame) -> dict[str, Any] | None:
    """Column in each role of a table with one row for every pair; None if it is no such table."""
    found = {role: called(frame.columns, role) for role in (*LEADING, *PAIR)}
    return None if any(found[role] is None for role in PAIR) else found


def of_pairs(file: Path, frame: pd.DataFrame, columns: dict[str, Any], items: Any) -> xr.DataArray:
    """Distances of a table with columns in these roles, ([subject,] [time,] item, item_2)."""
    roles = [role for role in LEADING if columns[role] is not None]
    for role in (*roles, *PAIR[:2]):
        if frame[columns[role]].isna().any():
            row = int(np.flatnonzero(frame[columns[role]].isna())[0]) + 1
            raise InputError(
                None, f"{file.name!r} has no {columns[role]!r} in row {row} below its header", "leave the row out"
            )
    values = numbers(file, frame[columns["dissimilarity"]], columns["dissimilarity"])
    leading = {role: frame[columns[role]].tolist() for role in roles}
    lead: dict[str, list[Any]] = {role: list(dict.fromkeys(cells)) for role, cells in leading.items()}
    if "time" in leading:
        leading["time"] = numbers(file, frame[columns["time"]], columns["time"]).tolist()
        lead["time"] = sorted(set(leading["time"]))
    pairs = [frame[columns[name]].astype(str).str.strip().tolist() for name in PAIR[:2]]
    names = list(dict.fromkeys(name for both in zip(*pairs, strict=True) for name in both))
    place = {name: number for number, name in enumerate(names)}
    found = np.full((*map(len, lead.values()), len(names), len(names)), np.nan)
    found[..., np.arange(len(names)), np.arange(len(names))] = 0.0
    where = []
    for role, cells in leading.items():
        at = {label: number for number, label in enumerate(lead[role])}
        where.append([at[cell] for cell in cells])
    ends = [[place[name] for name in one] for one in pairs]
    for first, second in (ends, ends[::-1]):
        before = found[(*where, first, second)]
        clash = ~np.isnan(before) & (np.abs(before - values) > SAME * np.maximum(np.abs(values), 1e-300))
        if clash.any():
            row = int(np.flatnonzero(clash)[0])
            raise InputError(
                None,
                f"{file.name!r} has two values for {quoted([pairs[0][row], pairs[1][row]])}: {before[row]:g} and "
                f"{values[row]:g}",
                "keep one of them, or add a column `subject` or `time`",
            )
        found[(*where, first, second)] = values
        if not np.array_equal(found[(*where, first, second)], values, equal_nan=True):
            raise InputError(None, f"{file.name!r} lists some pair twice, with two values", "keep one of them")
    return labelled(found, names, lead, items, {})


def numbers(file: Path, column: pd.Series, name: str) -> np.ndarray:
    """A column of numbers; refuses text."""
    try:
        return column.to_numpy(dtype=float)
    except (TypeError, ValueError):
        raise InputError(None, f"column {name!r} of {file.name!r} holds text", "write numbers, or nothing") from None
