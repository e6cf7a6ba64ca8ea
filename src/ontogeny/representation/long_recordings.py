"""Recordings as tables in long form, one row for every value: read and written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect, quoted
from .._core.names import as_text
from .._core.tidy import tidy

if TYPE_CHECKING:
    import pandas as pd

    from .recordings import Recording

ALONE: dict[str, Any] = {"time": 0.0, "layer": "activity"}  # where the table has no such column
NAMED = 3  # cells that a sentence names


def pivoted(df: pd.DataFrame, roles: Mapping[str, str | None]) -> dict[str, Any]:
    """Arguments of a recording from a table with columns in these roles."""
    import pandas as pd

    expect(df, pd.DataFrame, "df", "pass a table, for example pandas.read_csv(path)")
    columns = {role: name for role, name in roles.items() if name is not None}
    if "subject" not in columns and "subject" in df.columns:
        columns["subject"] = "subject"
    for role, name in columns.items():
        if name not in df.columns:
            raise InputError(
                role,
                f"is the column {name!r}, which is not there; there are {quoted(df.columns, 8)}",
                f"name the right one{' or write None' if role in ALONE else ''}",
            )
    table = pd.DataFrame({role: df[name].to_numpy() for role, name in columns.items()})
    for role, alone in ALONE.items():
        if role not in columns:
            table[role] = alone
    if table.empty:
        raise InputError("df", "has no rows", "pass one row for every value")
    table["value"] = _numbers(table["value"], "value", columns)
    table["time"] = _numbers(table["time"], "time", columns)
    _check_cells(table)
    times, items = np.sort(table["time"].unique()), list(dict.fromkeys(table["item"].map(as_text)))
    subjects = list(dict.fromkeys(table["subject"])) if "subject" in columns else None
    layers: dict[str, Any] = {}
    units: dict[str, Any] = {}
    for layer, part in table.groupby(table["layer"].map(as_text), sort=False):
        owners = [None] if subjects is None else subjects
        found = [
            _grid(part if own is None else part[part["subject"] == own], times, items, layer, own) for own in owners
        ]
        layers[layer] = found[0][0] if subjects is None else [one for one, _ in found]
        units[layer] = found[0][1] if subjects is None else [names for _, names in found]
    return {"times": times, "layers": layers, "items": items, "subjects": subjects, "units": units}


def melted(recording: Recording) -> pd.DataFrame:
    """The recording with one row for every value."""
    import pandas as pd

    labels = recording.subjects or recording.seeds or (0,)
    tables = [
        tidy(
            {
                **({recording.along: [label]} if recording.along else {}),
                "layer": [name],
                "time": recording.times,
                "unit": recording.units[name][number],  # type: ignore[index]  # filled by the record
                "item": recording.items or (),
            },
            {"value": array if recording.along is None else array[None]},
        )
        for name, parts in recording.layers.items()
        for number, (label, array) in enumerate(zip(labels, parts, strict=True))
    ]
    return pd.concat(tables, ignore_index=True)


def _grid(
    part: pd.DataFrame, times: np.ndarray, items: list[str], layer: Any, owner: Any
) -> tuple[np.ndarray, list[str]]:
    """Values of one layer and subject, (time, unit, item), and the names of its units."""
    units = list(dict.fromkeys(part["unit"].map(as_text)))
    where = [
        np.searchsorted(times, part["time"]),
        part["unit"].map(as_text).map({name: place for place, name in enumerate(units)}).to_numpy(dtype=int),
        part["item"].map(as_text).map({name: place for place, name in enumerate(items)}).to_numpy(dtype=int),
    ]
    count = np.zeros((times.size, len(units), len(items)), dtype=int)
    np.add.at(count, tuple(where), 1)
    for wrong, problem, remedy in (
        (count == 0, "no value for", "add these rows, or leave the unit or the item out everywhere"),
        (count > 1, "more than one value for", "average them, or pass trials to `Repeats`"),
    ):
        if wrong.any():
            cells = [
                f"time {times[t]:g}, unit {units[u]!r}, item {items[i]!r}" for t, u, i in np.argwhere(wrong)[:NAMED]
            ]
            whose = f"layer {layer!r}" + (f" of subject {owner!r}" if owner is not None else "")
            more = f" and {wrong.sum() - NAMED} more" if wrong.sum() > NAMED else ""
            raise InputError("df", f"has {problem} {'; '.join(cells)}{more} in {whose}", remedy)
    values = np.empty(count.shape)
    values[tuple(where)] = part["value"]
    return values, units


def _numbers(column: pd.Series, role: str, columns: Mapping[str, str]) -> np.ndarray:
    try:
        return column.to_numpy(dtype=float)
    except (TypeError, ValueError):
        text = next(cell for cell in column if isinstance(cell, str) or not np.isscalar(cell))
        raise InputError(role, f"is the column {columns[role]!r}, which holds {text!r}", "pass numbers") from None


def _check_cells(table: pd.DataFrame) -> None:
    for role in table.columns:
        empty = np.flatnonzero(table[role].isna())
        if empty.size:
            rows = ", ".join(str(row + 1) for row in empty[:NAMED])
            more = f" and {empty.size - NAMED} more" if empty.size > NAMED else ""
            raise InputError("df", f"has no {role} in row {rows}{more}", "fill these in, or leave the rows out")
    if not np.isfinite(table["value"]).all():
        raise InputError("df", "has infinite values", "leave these units or items out")
