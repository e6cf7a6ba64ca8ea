"""The cells of a text file with the numbers of their lines, and cells as numbers.

Norms come as text between tabs (or commas), in any encoding, with trailing tabs, blank lines and several words for
"missing". All of that is dealt with here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note, Words
from ontogeny.tables.columns import MISSING_WORDS
from ontogeny.tables.delimited import Notes, decoded, delimiter_of, is_blank, is_empty, rows_of
from ontogeny.tables.file_checks import FilePath, check_memory, existing_file
from ontogeny.tables.file_kinds import TEXT, kind_of

MISSING = MISSING_WORDS | {".", "?", "*", "~"}
DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
HEAD = 65536  # bytes that tell a format
TOTALS = frozenset(("", "total", "totals", "sum", "sums", "totaal", "som"))


@dataclass(frozen=True, eq=False)
class Sheet:
    """A text file as cells.

    Parameters
    ----------
    path : Path
        The file.
    lines : list of int
        Line of the file on which each row starts, from 1.
    rows : list of list of str
        Cells without surrounding blanks; rows without a single cell are left out.
    notes : tuple of Note
        What was found out while reading.
    """

    path: Path
    lines: list[int]
    rows: list[list[str]]
    notes: Notes = ()

    def __repr__(self) -> str:
        return f"<Sheet: {len(self.rows)} rows of {self.path.name}>"

    @property
    def header(self) -> list[str]:
        """The first row, without blank cells at its end."""
        return trimmed(self.rows[0])

    def below(self, number: int) -> Sheet:
        """The sheet without its first rows."""
        return Sheet(self.path, self.lines[number:], self.rows[number:], self.notes)

    def column(self, *names: str) -> int | None:
        """Position of the first column that has one of the names, ignoring case and punctuation."""
        known = [comparable(cell) for cell in self.header]
        return next((known.index(comparable(name)) for name in names if comparable(name) in known), None)


@dataclass(frozen=True)
class Scale:
    """Values that a format can hold, why, and what to do if there are others."""

    least: float
    most: float
    why: str
    instead: Words


def read_sheet(path: FilePath) -> Sheet:
    """All cells of a text file.

    Raises
    ------
    InputError
        A file that is not there, not text, or without a line below its header.
    """
    file = existing_file(path)
    check_memory(file, TEXT)
    found = kind_of(file)
    if found != TEXT:
        raise InputError(
            None,
            f"{str(file)!r} looks like {found}, but norms are read from text",
            "save it as text with tabs between cells",
        )
    text, notes = decoded(file.read_bytes())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stripped = text.strip("\n\t ,;")
    if is_empty(text):
        raise InputError(
            None, f"{str(file)!r} is empty, but a line of names and lines of values are needed", "write them"
        )
    delimiter = "\t" if "\t" in stripped.split("\n", 1)[0] else delimiter_of(file, text)
    stream = io.StringIO(text, newline="")
    kept = [(line, stripped_cells(row)) for line, row in rows_of(file, stream, delimiter) if not is_blank(row)]
    if len(kept) < 2:
        raise InputError(
            None,
            f"{str(file)!r} has one line only, but a line of names and lines of values are needed",
            "write the values below the names",
        )
    return Sheet(file, [line for line, _ in kept], [row for _, row in kept], notes)


def head_of(file: Path) -> Sheet:
    """The first lines of a text file, whatever they hold; no cells if they cannot be parsed."""
    with open(file, "rb") as stream:
        raw = stream.read(HEAD)
    text = decoded(raw)[0].replace("\r\n", "\n").replace("\r", "\n")
    whole = text.split("\n")
    first = next((line for line in whole if line.strip()), "")
    try:
        rows = list(csv.reader(whole, delimiter="\t" if "\t" in first.strip() else ","))
    except csv.Error:
        rows = []
    kept = [(line, stripped_cells(row)) for line, row in enumerate(rows, start=1) if not is_blank(row)] or [(1, [])]
    return Sheet(file, [line for line, _ in kept], [row for _, row in kept])


def stripped_cells(row: Iterable[str]) -> list[str]:
    """Cells without surrounding blanks."""
    return [cell.strip() for cell in row]


def trimmed(row: list[str]) -> list[str]:
    """A row without blank cells at its end, as trailing tabs leave them."""
    width = next((width for width in range(len(row), 0, -1) if row[width - 1]), 0)
    return row[:width]


def comparable(name: str) -> str:
    """A header as it is compared: lower case, letters and digits only.

    >>> comparable("Feature Type"), comparable("uniqueID")
    ('featuretype', 'uniqueid')
    """
    return re.sub(r"[\W_]", "", name).lower()


def rectangular(sheet: Sheet) -> tuple[list[str], list[list[str]]]:
    """Header and cells below it, every row as long as the header, which may lack a name for the names.

    Raises
    ------
    InputError
        A row with more or fewer cells.
    """
    header, body = sheet.header, [trimmed(row) for row in sheet.rows[1:]]
    one_more = len(header) + 1
    if all(len(raw) == one_more for raw in sheet.rows[1:]) and any(len(row) == one_more for row in body):
        header = ["", *header]  # as R writes names of rows
    for line, raw, row in zip(sheet.lines[1:], sheet.rows[1:], body, strict=True):
        if len(row) > len(header) or len(raw) < len(header):
            raise InputError(
                None,
                f"line {line} of {str(sheet.path)!r} has {counted(max(len(row), min(len(raw), len(header))), 'cell')}, "
                f"but the first line has {len(header)} names",
                "write a name for every column and a cell for every name",
            )
    return header, [row + [""] * (len(header) - len(row)) for row in body]


def numbers(sheet: Sheet, cells: Sequence[Sequence[str]], columns: Sequence[str], lines: Sequence[int]) -> np.ndarray:
    """Cells (rows, columns) as numbers, NaN where they are blank or hold a word for missing.

    Raises
    ------
    InputError
        A cell that is no number.
    """
    try:
        return np.array(cells, dtype=np.str_).astype(float)  # all cells at once, where all are numbers
    except ValueError:
        pass
    values = np.empty((len(cells), len(columns)))
    for row, column in np.ndindex(*values.shape):
        found = number(cells[row][column])
        if found is None:
            raise InputError(
                None,
                f"{cells[row][column]!r} in column {columns[column]!r} on line {lines[row]} of {str(sheet.path)!r} is "
                "not a number",
                "write a number there, or leave the cell blank if it is unknown",
            )
        values[row, column] = found
    return values


def check_scale(sheet: Sheet, values: np.ndarray, columns: Sequence[str], lines: Sequence[int], scale: Scale) -> None:
    """Refuse values that a format cannot hold; missing ones are no values."""
    for row, column in np.argwhere((values < scale.least) | (values > scale.most)):
        raise InputError(
            None,
            f"line {lines[row]} of {str(sheet.path)!r} has {values[row, column]:g} in column {columns[column]!r}, but "
            f"{scale.why}",
            scale.instead,
        )


def number(cell: str) -> float | None:
    """A cell as a number, NaN for a word for missing, None for anything else.

    >>> number("0,5"), number("?"), number("two")
    (0.5, nan, None)
    """
    if cell.lower() in MISSING:
        return float("nan")
    try:
        return None if "_" in cell else float(cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell) else cell)
    except ValueError:
        return None


def check_names(sheet: Sheet, names: Sequence[str], lines: Sequence[int] | None, noun: str) -> None:
    """Every name is there and there once; `lines` of names down the side, None of names along the top."""
    places = [f"line {line}" for line in lines] if lines else [f"column {at}" for at in range(2, len(names) + 2)]
    first: dict[str, str] = {}
    for name, place in zip(names, places, strict=True):
        if not name:
            raise InputError(
                None, f"{place} of {str(sheet.path)!r} has values but no name", f"write the name of the {noun}"
            )
        if name in first:
            raise InputError(
                None,
                f"{noun} {name!r} is in {str(sheet.path)!r} twice ({first[name]} and {place}), but names must tell "
                f"{noun}s apart",
                f"rename one, such as {name + '_2'!r}, or leave it out",
            )
        first[name] = place


def without_totals(sheet: Sheet, names: list[str], values: np.ndarray, lines: Sequence[int]) -> tuple[int, Notes]:
    """How many rows to keep: all but a last one that is the sum of the others.

    Raises
    ------
    InputError
        A last row called total, or nothing, that is not the sum of the others.
    """
    if names[-1].lower() not in TOTALS or len(names) < 2:
        return len(names), ()
    if np.array_equal(values[-1], np.nansum(values[:-1], axis=0)):
        called = f" ({names[-1]!r})" * bool(names[-1])
        return len(names) - 1, (Note("totals", f"The last line{called} is the sum of the others and was left out."),)
    called = f"is called {names[-1]!r}" if names[-1] else "has no name"
    raise InputError(
        None,
        f"the last line ({lines[-1]}) of {str(sheet.path)!r} {called}, but is not the sum of the lines above, so it is "
        "neither an item nor totals",
        "write its name, or leave it out",
    )


def finished(
    values: np.ndarray, items: Sequence[str], features: Sequence[str], notes: Sequence[Note], called: str = "item"
) -> pd.DataFrame:
    """The table, its notes beside it."""
    frame = pd.DataFrame(values, index=pd.Index(list(items), name=called, dtype=object), columns=list(features))
    frame.attrs["notes"] = tuple(notes)
    return frame


def with_category(frame: pd.DataFrame, name: str, labels: Sequence[str]) -> pd.DataFrame:
    """The table with a first column of labels, which `Environment.from_dataframe` takes as the category by default."""
    frame.insert(0, name, list(labels))
    frame.attrs["category"] = name
    return frame
