"""The category table of THINGS: which of the objects belong to which categories (Hebart and others 2019)."""

from __future__ import annotations

import pandas as pd

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.notes import Note
from ontogeny.tables.file_checks import FilePath
from ontogeny.tables.norms.sheet import (
    Scale,
    check_names,
    check_scale,
    finished,
    number,
    numbers,
    read_sheet,
    rectangular,
    without_totals,
)
from ontogeny.tables.wording import counted

MEMBER = Scale(0, 1, "an object is in a category (1) or is not (0)", "correct the cell, or leave the column out")


def things(path: FilePath) -> pd.DataFrame:
    """THINGS categories: 1 where an object is in a category, as objects x categories.

    Parameters
    ----------
    path : path
        The table with columns Word, uniqueID and one of 0 and 1 for each category; the last line holds totals.

    Returns
    -------
    DataFrame, shape (objects, categories)
        Objects are named by uniqueID ("bat1", "bat2"), because 17 of the words name more than one.
    """
    sheet = read_sheet(path)
    header, cells = rectangular(sheet)
    lines, at = sheet.lines[1:], sheet.column("uniqueID")
    if at is None:
        raise InputError(
            None,
            f"{str(sheet.path)!r} has no column 'uniqueID' (its columns are {quoted(sheet.header, 5)}), but words do "
            "not tell the objects apart",
            "give the table that has it",
        )
    kept = [n for n in range(len(header)) if n != at and 2 * sum(number(row[n]) is None for row in cells) < len(cells)]
    if not kept:
        raise InputError(
            None, f"{str(sheet.path)!r} has no column of 0 and 1, but each category is one", "give the table of them"
        )
    columns = [header[n] for n in kept]
    values = numbers(sheet, [[row[n] for n in kept] for row in cells], columns, lines)
    names = [row[at] for row in cells]
    rows, total_notes = without_totals(sheet, names, values, lines)
    check_scale(sheet, values[:rows], columns, lines, MEMBER)
    check_names(sheet, names[:rows], lines[:rows], "object")
    check_names(sheet, columns, None, "category")
    text = [header[n] for n in range(len(header)) if n != at and n not in kept]
    source = f"The objects are named by column {header[at]!r}, because words are not unique."
    notes = [*sheet.notes, *total_notes, Note("item_names", source, (header[at],))]
    if text:
        left_out = f"Left out: {counted(len(text), 'column')} of text ({quoted(text)})."
        notes.append(Note("left_out", left_out, tuple(text)))
    return finished(values[:rows], names[:rows], columns, notes, "object")
