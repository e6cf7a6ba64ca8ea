"""Wordbank's table by words: the share of children of each age who say, or understand, a word (Frank and others)."""

from __future__ import annotations

import re
from collections import Counter

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
    numbers,
    read_sheet,
    rectangular,
    with_category,
)

MONTH = re.compile(r"(?:x|m|age|month)?[ _.]?(\d{1,2})(?:[ _.]?(?:m|mo|months?))?", flags=re.IGNORECASE)
SHARE = Scale(
    0,
    1,
    "a share of children lies between 0 and 1",
    "divide percentages by 100, or leave out columns of something else",
)
WORDS = ("definition", "item_definition", "word", "uni_lemma", "item_id")
FEWEST_MONTHS = 2


def wordbank(path: FilePath) -> pd.DataFrame:
    """Wordbank by words: share of children who know a word, as words x months of age.

    Parameters
    ----------
    path : path
        Columns `definition` (or `uni_lemma`, `item_id`), `category`, and one for each month of age (16, 17, ...).

    Returns
    -------
    DataFrame, shape (words, months)
        Months are columns named "16", "17", ...; the file's `category`, if it has one, comes first and is taken as the
        category of the words.

    Notes
    -----
    Its rows are learning curves, not properties: use them to fit how words are learned, and to compare their order
    with what a network predicts from a table of their features. As a world of its own the table says only which words
    have similar learning curves.
    """
    sheet = read_sheet(path)
    header, cells = rectangular(sheet)
    lines, months = sheet.lines[1:], month_columns(header)
    named = next((at for at in (sheet.column(name) for name in WORDS) if at is not None), None)
    if named is None or len(months) < FEWEST_MONTHS:
        raise InputError(
            None,
            f"{str(sheet.path)!r} has the columns {quoted(header, 5)}, but words in a column 'definition' and months "
            "in columns such as '16' and '17' are needed",
            "give Wordbank's table by words",
        )
    columns = [str(month) for month in months.values()]
    values = numbers(sheet, [[row[at] for at in months] for row in cells], columns, lines)
    check_scale(sheet, values, columns, lines, SHARE)
    check_names(sheet, columns, None, "month")
    names, name_notes = _distinct(sheet.column("item_id"), named, cells)
    check_names(sheet, names, lines, "word")
    category = sheet.column("category", "lexical_category", "lexical_class")
    used = {*months, named, category}
    others = [name for at, name in enumerate(header) if at not in used and name]
    notes = (
        *sheet.notes,
        Note(
            "values",
            f"Words are column {header[named]!r}; values are shares of children at {len(months)} ages, from "
            f"{min(months.values())} to {max(months.values())} months.",
            (header[named],),
        ),
        *name_notes,
    )
    if others:
        text = f"Left out: {counted(len(others), 'further column')} ({quoted(others)})."
        notes += (Note("left_out", text, tuple(others)),)
    frame = finished(values, names, columns, notes, "word")
    if category is None:
        return frame
    return with_category(frame, header[category], [row[category] for row in cells])


def month_columns(header: list[str]) -> dict[int, int]:
    """Positions of the columns that are named after a month, and the months."""
    matches = {at: MONTH.fullmatch(name) for at, name in enumerate(header)}
    return {at: int(match[1]) for at, match in matches.items() if match}


def _distinct(id_at: int | None, named: int, cells: list[list[str]]) -> tuple[list[str], tuple[Note, ...]]:
    """Words; those that occur more than once are told apart by their item_id."""
    names = [row[named] for row in cells]
    twice = {name for name, times in Counter(names).items() if times > 1 and name}
    if id_at is None or id_at == named or not twice:
        return names, ()
    told = [f"{row[named]} ({row[id_at]})" if row[named] in twice else row[named] for row in cells]
    text = f"Words that are in the file more than once ({quoted(sorted(twice))}) are told apart by their item_id."
    return told, (Note("same_names", text, tuple(sorted(twice))),)
