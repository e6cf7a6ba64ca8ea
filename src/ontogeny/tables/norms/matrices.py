"""Norms as a matrix of exemplars and features, in either orientation.

`leuven` reads the exemplar-by-feature applicability matrices of the Leuven concept database (De Deyne and others 2008);
`concept_matrix` reads any such matrix.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, one_of, whole
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note, Setting
from ontogeny.tables.file_checks import FilePath
from ontogeny.tables.norms.sheet import (
    Scale,
    Sheet,
    check_names,
    check_scale,
    comparable,
    finished,
    number,
    numbers,
    read_sheet,
    rectangular,
    without_totals,
)

CORNERS = {
    **dict.fromkeys(("item", "items", "exemplar", "exemplars", "concept", "concepts", "vectors", "word"), "rows"),
    **dict.fromkeys(("feature", "features", "property", "properties", "kenmerk", "kenmerken", "attribute"), "columns"),
}
SIDES = ("rows", "columns")


def leuven(path: FilePath, *, items: str | None = None, raters: int = 4) -> pd.DataFrame:
    """Leuven concept norms: how many of four raters find that a feature applies to an exemplar.

    Parameters
    ----------
    path : path
        A matrix between tabs, exemplars in rows and features in columns or the other way round.
    items : "rows" or "columns", optional
        Where the exemplars are; otherwise told by the first cell or by which names are phrases.
    raters : int
        Number of raters, hence the largest count.

    Returns
    -------
    DataFrame, shape (exemplars, features)
        Counts from 0 to `raters`.
    """
    most = whole(raters, "raters", 1, "there is at least one rater")
    scale = Scale(
        0,
        most,
        f"{counted(most, 'rater')} judged whether a feature applies, so that counts run from 0 to {most}",
        ("correct the cell, or write how many judged, such as ", Setting("raters", 5)),
    )
    return concept_matrix(read_sheet(path), scale, "exemplar", items)


def concept_matrix(sheet: Sheet, scale: Scale, called: str, items: str | None = None) -> pd.DataFrame:
    """A matrix of items and features, items down.

    Parameters
    ----------
    sheet : Sheet
        Names along the top and down the side; further columns of text beside the names are left out.
    scale : Scale
        What values can be.
    called : str
        What an item is called.
    items : "rows" or "columns", optional
        Where the items are; detected if not given.
    """
    header, cells = rectangular(sheet)
    lines = sheet.lines[1:]
    skipped = _text_columns(cells)
    if skipped == len(header):
        raise InputError(
            None,
            f"{str(sheet.path)!r} has no column of numbers below its first line, but a matrix of counts is needed",
            "give the file that holds one",
        )
    names, columns = [row[0] for row in cells], header[skipped:]
    values = numbers(sheet, [row[skipped:] for row in cells], columns, lines)
    kept, total_notes = without_totals(sheet, names, values, lines)
    names, values, lines = names[:kept], values[:kept], lines[:kept]
    check_scale(sheet, values, columns, lines, scale)
    side, why = (one_of(items, SIDES, "items"), "") if items else _side(sheet, header[0], names, columns)
    check_names(sheet, names, lines, called if side == "rows" else "feature")
    check_names(sheet, columns, None, "feature" if side == "rows" else called)
    notes = [*sheet.notes, *total_notes]
    if skipped > 1:
        text = f"Left out: {counted(skipped - 1, 'further column')} of text beside the names."
        notes.append(Note("left_out", text, tuple(header[1:skipped])))
    notes.append(Note("sides", f"The {called}s are the {side}{why}."))
    if side == "rows":
        return finished(values, names, columns, notes, called)
    return finished(values.T, columns, names, notes, called)


def _text_columns(cells: list[list[str]]) -> int:
    """How many columns hold names: the first, and those after it whose cells are mostly words."""
    width = len(cells[0])
    for at in range(1, width):
        if 2 * sum(number(row[at]) is None for row in cells) < len(cells):
            return at
    return width


def _side(sheet: Sheet, corner: str, names: list[str], columns: list[str]) -> tuple[str, str]:
    """Where the items are, and how that was told."""
    if comparable(corner) in CORNERS:
        return CORNERS[comparable(corner)], f", as the first cell ({corner!r}) says"
    down, along = _mean_words(names), _mean_words(columns)
    if down == along:
        raise InputError(
            None,
            f"nothing in {str(sheet.path)!r} tells whether its rows are items or features",
            ("write ", Setting("items", "rows"), " or ", Setting("items", "columns")),
        )
    return ("rows" if down < along else "columns"), ", whose names are shorter than the phrases on the other side"


def _mean_words(names: list[str]) -> float:
    """Mean number of words: features are phrases, exemplars mostly one word."""
    return float(np.mean([len(re.findall(r"[^\W_]+", name)) for name in names]))
