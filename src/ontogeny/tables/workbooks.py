"""Sheets of Excel workbooks as header and cells."""

from __future__ import annotations

import re
import warnings
import zipfile
from importlib import import_module
from pathlib import Path
from typing import IO

import pandas as pd

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.notes import Note, Setting
from ontogeny.tables.delimited import Notes
from ontogeny.tables.file_checks import available_memory
from ontogeny.tables.file_kinds import EXCEL, PARQUET
from ontogeny.tables.wording import cell_text, nearest

NEEDED_MODULE = {PARQUET: "pyarrow", EXCEL: "openpyxl"}
CELL = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')
CHUNK = 1 << 20
BYTES_PER_CELL = 100  # of empty cells in between: the reader makes one object for each
SPARSE = 1_000_000  # number of cells that is never too large


def require(kind: str) -> None:
    """Refuse a kind of file whose reader is not installed."""
    try:
        import_module(NEEDED_MODULE[kind])
    except ImportError:
        raise InputError(
            None,
            f"reading {kind} needs {NEEDED_MODULE[kind]}, which is not installed",
            'write `pip install "ontogeny[data]"`',
        ) from None


def damaged(file: Path, kind: str) -> InputError:
    """The error for a file of the right kind that cannot be opened."""
    return InputError(
        None, f"{str(file)!r} looks like {kind} but cannot be opened, so it is damaged or locked", "save it again"
    )


def read_workbook(file: Path, sheet: str | int | None = None) -> tuple[list[str], pd.DataFrame, Notes]:
    """Header and cells of a sheet, by its name or its number from 1; the first if not given.

    A title above the header (a line with one cell, above lines with several) is left out.
    """
    require(EXCEL)
    try:
        _check_spread(file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about drawings and styles, which are not data
            with pd.ExcelFile(file, engine="openpyxl") as book:
                sheets = [str(name) for name in book.sheet_names]
                name = _chosen(sheets, sheet, file)
                cells = pd.read_excel(
                    book, sheet_name=name, header=None, keep_default_na=False, na_values=[""], dtype=object
                )
    except InputError:
        raise
    except Exception:  # a damaged file can make the library raise anything
        raise damaged(file, EXCEL) from None
    cells = cells.dropna(how="all")
    if cells.empty:
        raise InputError(None, f"the sheet {name!r} of {str(file)!r} is empty", "write the table there")
    notes: list[Note] = []
    if len(sheets) > 1:
        others = [one for one in sheets if one != name]
        words = (f"Sheet {name!r} was read; others ({quoted(others)}) are read with ", Setting("sheet", others[0]), ".")
        notes.append(Note("sheets", words))
    title = _lines_of_title(cells)
    if title:
        said = cell_text(cells.iloc[0].dropna().iloc[0])
        notes.append(Note("title", f"The first {'line' if title == 1 else f'{title} lines'} ({said!r}) is a title."))
        cells = cells.iloc[title:].dropna(axis=1, how="all")
    header = [cell_text(cell) for cell in cells.iloc[0]]
    body = cells.iloc[1:].set_axis(range(cells.shape[1]), axis=1).reset_index(drop=True).infer_objects()
    return header, body, tuple(notes)


def _chosen(sheets: list[str], sheet: str | int | None, file: Path) -> str:
    if sheet is None:
        return sheets[0]
    if str(sheet) in sheets:
        return str(sheet)
    if str(sheet).isdecimal() and 1 <= int(sheet) <= len(sheets):
        return sheets[int(sheet) - 1]
    near = nearest(str(sheet), sheets)
    raise InputError(
        "sheet",
        f"is {sheet!r}, but {str(file)!r} has {quoted(sheets, 5)}",
        f"did you mean {near!r}?" if near else f"write one of them, or a number from 1 to {len(sheets)}",
    )


def _lines_of_title(cells: pd.DataFrame) -> int:
    """Lines with a single cell of text above the first line with several."""
    filled = cells.notna().sum(axis=1).to_numpy()
    for line in range(min(len(filled) - 2, 3)):
        if filled[line] > 1:
            return line if filled[line] >= 2 and filled[line] >= 0.5 * filled[line + 1] else 0
    return 0


def _check_spread(file: Path) -> None:
    """Refuse a sheet with cells so far apart that the empty ones in between would not fit into memory."""
    try:
        with zipfile.ZipFile(file) as archive:
            for part in archive.infolist():
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    with archive.open(part) as stream:
                        rows, columns, last = _extent(stream)
                    room = available_memory()
                    if rows * columns > SPARSE and room is not None and BYTES_PER_CELL * rows * columns > room:
                        raise InputError(
                            None,
                            f"{str(file)!r} has a cell {last} far from the others: its sheet is {rows} rows by "
                            f"{columns} columns, which does not fit into memory",
                            "delete that cell",
                        )
    except InputError:
        raise
    except Exception:  # damaged
        raise damaged(file, EXCEL) from None


def _extent(stream: IO[bytes]) -> tuple[int, int, str]:
    """Last row and column of a sheet, and the name of its last cell."""
    rows = columns = 0
    last, rest = "", b""
    while piece := stream.read(CHUNK):
        text = rest + piece
        for letters, digits in CELL.findall(text):
            row, column = int(digits), 0
            for letter in letters:
                column = 26 * column + letter - 64
            if row > rows or column > columns:
                rows, columns, last = max(rows, row), max(columns, column), (letters + digits).decode()
        rest = text[-100:]
    return rows, columns, last
