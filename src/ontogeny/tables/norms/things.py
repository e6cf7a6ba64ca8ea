"""The category tables of THINGS: which of the objects belong to which categories (Hebart and others 2019)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.counting import counted
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

MEMBER = Scale(0, 1, "an object is in a category (1) or is not (0)", "correct the cell, or leave the column out")
MEANING = 40  # letters of a definition that tell two words apart


def things(path: FilePath) -> pd.DataFrame:
    """THINGS categories: 1 where an object is in a category, as objects x categories.

    Parameters
    ----------
    path : path
        The table with a column Word, a column uniqueID or Definition, and one of 0 and 1 (or blank) for each
        category; the last line may hold totals.

    Returns
    -------
    DataFrame, shape (objects, categories)
        Objects are named by uniqueID ("bat1", "bat2") where there is one; else by their word, and words that name more
        than one object with the beginning of their definition.
    """
    sheet = read_sheet(path)
    header, cells = rectangular(sheet)
    lines = sheet.lines[1:]
    named = sheet.column("uniqueID")
    meaning = next((at for at, name in enumerate(header) if name.lower().startswith("definition")), None)
    word = sheet.column("Word")
    if named is None and (word is None or meaning is None):
        raise InputError(
            None,
            f"{str(sheet.path)!r} has neither a column 'uniqueID' nor 'Word' and 'Definition' (its columns are "
            f"{quoted(sheet.header, 5)}), so nothing tells the objects apart",
            "give the table that has one",
        )
    aside = {named, meaning, word}
    kept = [n for n in range(len(header)) if n not in aside and _is_numbers([row[n] for row in cells])]
    if not kept:
        raise InputError(
            None, f"{str(sheet.path)!r} has no column of 0 and 1, but each category is one", "give the table of them"
        )
    columns = [header[n] for n in kept]
    blank = sum(not row[n] for row in cells for n in kept)
    filled = [[row[n] or "0" for n in kept] for row in cells] if blank else [[row[n] for n in kept] for row in cells]
    values = numbers(sheet, filled, columns, lines)
    names, name_notes = _names(cells, named, word, meaning, header)
    rows, total_notes = without_totals(sheet, names, values, lines)
    check_scale(sheet, values[:rows], columns, lines, MEMBER)
    check_names(sheet, names[:rows], lines[:rows], "object")
    check_names(sheet, columns, None, "category")
    text = [header[n] for n in range(len(header)) if n != (word if named is None else named) and n not in kept]
    notes = (
        *sheet.notes,
        *total_notes,
        *name_notes,
        *[Note("blank_cells", f"{counted(blank, 'blank cell')} of categories were read as 0.")] * bool(blank),
        *[Note("left_out", f"Left out: {counted(len(text), 'column')} of text ({quoted(text)}).", tuple(text))]
        * bool(text),
    )
    return finished(values[:rows], names[:rows], columns, notes, "object")


def _is_numbers(cells: Sequence[str]) -> bool:
    """Whether most cells of a column that are there are numbers."""
    present = [cell for cell in cells if cell]
    return bool(present) and 2 * sum(number(cell) is None for cell in present) < len(present)


def _names(
    cells: Sequence[Sequence[str]], named: int | None, word: int | None, meaning: int | None, header: Sequence[str]
) -> tuple[list[str], list[Note]]:
    if named is not None:
        words = f"The objects are named by column {header[named]!r}, because words are not unique."
        return [row[named] for row in cells], [Note("item_names", words)]
    assert word is not None and meaning is not None
    names = [row[word] for row in cells]
    twice = {name for name, times in Counter(names).items() if times > 1 and name}
    told = [f"{row[word]} ({_short(row[meaning])})" if row[word] in twice else row[word] for row in cells]
    words = f"Words that stand more than once ({quoted(sorted(twice))}) are told apart by column {header[meaning]!r}."
    return told, [Note("same_names", words, tuple(sorted(twice)))] * bool(twice)


def _short(meaning: str) -> str:
    return meaning if len(meaning) <= MEANING else meaning[:MEANING].rsplit(" ", 1)[0] + "..."
