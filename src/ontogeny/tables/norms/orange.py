"""Tables of Orange: three header rows say what a column is called, what it holds and what it is for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.notes import Note
from ontogeny.tables.columns import YES_NO
from ontogeny.tables.file_checks import FilePath
from ontogeny.tables.item_names import numbered, unknown_column
from ontogeny.tables.norms.sheet import (
    MISSING,
    Sheet,
    check_names,
    finished,
    number,
    numbers,
    read_sheet,
    rectangular,
    trimmed,
    with_category,
)

TYPES = {
    **dict.fromkeys(("c", "continuous", "numeric", "n"), "continuous"),
    **dict.fromkeys(("d", "discrete", "categorical"), "discrete"),
    **dict.fromkeys(("s", "string", "text"), "string"),
    **dict.fromkeys(("t", "time"), "time"),
}
FLAGS = {
    "": "feature",
    **dict.fromkeys(("class", "c"), "class"),
    **dict.fromkeys(("meta", "m"), "meta"),
    **dict.fromkeys(("ignore", "i"), "ignore"),
    **dict.fromkeys(("weight", "w"), "weight"),
}


def orange(path: FilePath, *, items: str | None = None) -> pd.DataFrame:
    """A table of Orange: features as numbers, the class as category, a column of text as names of the items.

    Parameters
    ----------
    path : path
        Tabs, and three header rows: names; types (continuous, discrete or its values, string, time); flags (class,
        meta, ignore, weight or nothing).
    items : str, optional
        Column with the names of the items; otherwise the first column of text, meta before others.

    Returns
    -------
    DataFrame, shape (items, features)
        Discrete features of numbers or yes/no stay one column; others become a column of 0 and 1 for each value, called
        ``name=value``. A discrete class comes first and is taken as the category.
    """
    sheet = read_sheet(path)
    found = _headers(sheet)
    if found is None:
        raise InputError(
            None,
            f"{str(sheet.path)!r} does not start with three header rows, but Orange writes names, types and flags "
            "(such as 'continuous' and 'class') there",
            "write them, or use read_table for a file with one header",
        )
    kinds, roles, above = found
    width, body = len(kinds), sheet.below(above)
    header, cells = rectangular(Sheet(sheet.path, [sheet.lines[0], *body.lines], [sheet.header, *body.rows]))
    if not cells:
        raise InputError(
            None, f"{str(sheet.path)!r} has header rows, but no items below them", "write one line for each item"
        )
    lines = body.lines
    check_names(sheet, header, None, "column")
    named = _item_column(header, kinds, roles, items)
    names = numbered(len(cells)) if named is None else [row[named] for row in cells]
    check_names(sheet, names, lines, "item")
    label = next(
        (at for at in range(width) if roles[at] == "class" and kinds[at] != "continuous" and at != named), None
    )
    used = [at for at in range(width) if at not in (named, label) and _is_feature(roles[at], kinds[at])]
    if not used:
        raise InputError(
            None, f"{str(sheet.path)!r} has no column that is a feature", "leave the flag of at least one blank"
        )
    parts, spread = [], []
    for at in used:
        column = [row[at] for row in cells]
        is_values = kinds[at] == "discrete" and not _is_numeric(column)
        parts.append(_one_hot(header[at], column) if is_values else _one_column(sheet, header[at], column, lines))
        spread += [header[at]] * is_values
    columns = [name for part in parts for name in part]
    gone = [header[at] for at in range(width) if at not in (*used, named, label)]
    notes = [*sheet.notes, Note("format", "The file has the three header rows of Orange.")]
    if named is None:
        notes.append(Note("rows_unnamed", "No column names the items."))
    else:
        notes.append(Note("item_names", f"The items are named by column {header[named]!r}.", (header[named],)))
    if gone:
        notes.append(Note("left_out", f"Left out, as the file says or as text: {quoted(gone)}.", tuple(gone)))
    if spread:
        notes.append(Note("one_hot", f"{quoted(spread)} became a column of 0 and 1 for each value.", tuple(spread)))
    values = np.column_stack([value for part in parts for value in part.values()])
    frame = finished(values, names, columns, notes, "item" if named is None else header[named])
    if label is None:
        return frame
    return with_category(frame, header[label], [row[label] for row in cells])


def has_three_headers(sheet: Sheet) -> bool:
    """Whether the second row holds types and the third flags, as many as there are names."""
    return _headers(sheet) is not None


def _headers(sheet: Sheet) -> tuple[list[str], list[str], int] | None:
    """What every column holds and is for, and the number of header rows that are not blank; None if there are none."""
    if len(sheet.rows) < 3:
        return None
    width, types, flags = len(sheet.header), trimmed(sheet.rows[1]), trimmed(sheet.rows[2])
    kinds, roles = [_kind(cell) for cell in types], [_role(cell) for cell in flags]
    if len(types) != width or not all(kinds) or not any(cell.lower() in TYPES for cell in types):
        return None
    if all(roles) and len(roles) <= width:
        return kinds, [*roles, *["feature"] * (width - len(roles))], 3
    if sheet.lines[2] > sheet.lines[1] + 1 and all(cell.lower() in TYPES for cell in types):
        return kinds, ["feature"] * width, 2  # a third row without a single flag is a blank one
    return None


def _role(cell: str) -> str:
    """What a column is for; nothing where the cell is no flag. Attributes such as key=value may follow the flag."""
    first = (cell.split() or [""])[0].lower()
    return "feature" if "=" in first else FLAGS.get(first, "")


def _kind(cell: str) -> str:
    """What a column holds; a list of values is that of a discrete one; nothing where the cell is neither."""
    return TYPES.get(cell.lower(), "discrete" if len(cell.split()) > 1 else "")


def _item_column(header: list[str], kinds: list[str], roles: list[str], items: str | None) -> int | None:
    """The column that names the items."""
    if items is not None:
        if items not in header:
            raise unknown_column("items", items, header)
        return header.index(items)
    text = [at for at, kind in enumerate(kinds) if kind == "string" and roles[at] != "ignore"]
    return next(iter([at for at in text if roles[at] == "meta"] + text), None)


def _is_feature(role: str, kind: str) -> bool:
    return kind in ("continuous", "discrete") and (role == "feature" or (role == "class" and kind == "continuous"))


def _is_numeric(column: list[str]) -> bool:
    """Whether a discrete column is numbers, or yes and no."""
    known = [cell for cell in column if cell.lower() not in MISSING]
    return all(number(cell) is not None for cell in known) or all(cell.lower() in YES_NO for cell in known)


def _one_column(sheet: Sheet, name: str, column: list[str], lines: list[int]) -> dict[str, np.ndarray]:
    written = [str(YES_NO.get(cell.lower(), cell)) for cell in column]
    return {name: numbers(sheet, [[cell] for cell in written], [name], lines)[:, 0]}


def _one_hot(name: str, column: list[str]) -> dict[str, np.ndarray]:
    """A column of 0 and 1 for each value, missing where the value is."""
    known = np.array([cell.lower() not in MISSING for cell in column])
    values = sorted({cell for cell, is_known in zip(column, known, strict=True) if is_known})
    return {f"{name}={value}": np.where(known, np.array(column) == value, np.nan) for value in values}
