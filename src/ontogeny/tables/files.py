"""From a file to a DataFrame whose index holds the item names: CSV and its relatives, Parquet, Excel.

Whatever cannot be read is refused in one sentence. `cleaning.clean` takes it from there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from ontogeny._core.checks import InputError
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note
from ontogeny.tables.delimited import Notes, read_delimited
from ontogeny.tables.file_checks import FilePath, checked_kind, existing_file
from ontogeny.tables.file_kinds import EXCEL, PARQUET, TEXT
from ontogeny.tables.item_names import name_items
from ontogeny.tables.long_tables import pivoted
from ontogeny.tables.norms.formats import FORMATS, detected, read_norms
from ontogeny.tables.other_tables import refused_outcomes
from ontogeny.tables.packed import is_packed, unpacked
from ontogeny.tables.wording import repeated
from ontogeny.tables.workbooks import damaged, read_workbook, require

Content = tuple[list[str], pd.DataFrame, Notes]  # header, cells, notes


def read_table(
    path: FilePath,
    *,
    items: str | None = None,
    sheet: str | int | None = None,
    long: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, Notes]:
    """A table from a file: rows are items, columns features.

    Parameters
    ----------
    path : path
        A .csv, .tsv, .tab or .txt file (commas, semicolons, tabs or vertical bars; UTF-8, UTF-16, or Windows-1252),
        also packed (.csv.gz, or a .zip with one table), a .parquet file or a sheet of an .xlsx file. The first line has
        the column names. Norms whose format is told by their content are read as `read_norms` does: a folder of
        Animals with Attributes, a table of Orange with three header rows, McRae, CSLB and THINGS. Long tables, with a
        line for each pair of an item and a feature, become one row for each item.
    items : str, optional
        Column with the item names. Otherwise it is the first column, unless that holds numbers that name nothing.
    sheet : str or int, optional
        Content of a workbook, by its name or its number from 1; the first if not given.
    long : dict, optional
        Columns of a long table: ``{"item": ..., "feature": ..., "value": ...}``.

    Returns
    -------
    DataFrame
        Item names as index, all other columns as they came.
    tuple of Note
        What was found out and decided while reading.

    Raises
    ------
    InputError
        If the file cannot be read as a table; the message says what to write.

    See Also
    --------
    ontogeny.tables.cleaning.clean : the DataFrame as finite numbers.
    ontogeny.tables.norms.formats.read_norms : norms, with the options of their formats.
    """
    if _is_packed(path):
        with unpacked(existing_file(path)) as inner:
            return read_table(inner, items=items, sheet=sheet, long=long)
    norms = detected(path) if long is None else None
    if norms == "wordbank":
        raise refused_outcomes(str(path))
    if norms and (items is None or norms in ("awa", "orange")):
        return _norms(path, norms, items)
    frame, notes = read_columns(path, sheet=sheet)
    found = pivoted(frame, long, repr(str(path))) if items is None or long is not None else None
    if found is not None:
        return found[0], (*notes, *found[1])
    frame, item_notes = name_items(frame, items)
    return frame, (*notes, *item_notes)


def _is_packed(path: FilePath) -> bool:
    return isinstance(path, str | os.PathLike) and is_packed(Path(path))


def read_columns(path: FilePath, *, sheet: str | int | None = None) -> tuple[pd.DataFrame, Notes]:
    """All columns of a file as `read_table` reads it, before one of them is taken for names; and its notes."""
    if _is_packed(path):
        with unpacked(existing_file(path)) as inner:
            return read_columns(inner, sheet=sheet)
    file = existing_file(path)
    kind = checked_kind(file)
    if sheet is not None and kind != EXCEL:
        raise InputError("sheet", f"is {sheet!r}, but {str(file)!r} is no workbook", "leave it out")
    header, cells, notes = read_workbook(file, sheet) if kind == EXCEL else READERS[kind](file)
    frame, header_notes = _with_header(file, header, cells)
    return frame, (*notes, *header_notes)


def _norms(path: FilePath, format: str, items: str | None) -> tuple[pd.DataFrame, Notes]:
    """Norms in the format that was found, and what was found out about them."""
    if format == "awa" and items is not None:
        raise InputError(
            "items",
            f"is {items!r}, but Animals with Attributes ({str(path)!r}) have their names in a list of their own",
            "leave it out",
        )
    frame = read_norms(path, format, **({} if items is None else {"items": items}))
    return frame, (Note("format", f"The file was read as {FORMATS[format].title}."), *frame.attrs.pop("notes"))


def _read_parquet(file: Path) -> Content:
    """The columns, after the index if pandas saved the frame with one."""
    frame = _parquet_frame(file)
    if not isinstance(frame.index, pd.RangeIndex):
        named = frame.index.names[0] is not None
        frame = frame.reset_index()
        frame.columns = frame.columns if named else ["", *frame.columns[1:]]
    return [str(name) for name in frame.columns], frame.set_axis(range(frame.shape[1]), axis=1), ()


def _parquet_frame(file: Path) -> pd.DataFrame:
    require(PARQUET)
    try:
        frame = pd.read_parquet(file, engine="pyarrow")
        for _, column in frame.select_dtypes(exclude="number").items():
            column.tolist()  # texts are decoded only when they are looked at
        return frame
    except Exception:  # a damaged file can make the library raise anything
        raise damaged(file, PARQUET) from None


READERS: dict[str, Callable[[Path], Content]] = {TEXT: read_delimited, PARQUET: _read_parquet}


def _with_header(file: Path, header: list[str], cells: pd.DataFrame) -> tuple[pd.DataFrame, Notes]:
    """The cells under their names, without rows and columns that are blank throughout."""
    names = [name.strip() for name in header]
    rows, columns = len(cells), len(names)
    cells = cells.dropna(how="all")
    kept = [position for position, name in enumerate(names) if name or cells.iloc[:, position].notna().any()]
    names = [names[position] for position in kept]
    _check_names(file, names)
    notes = _blank_note("row", rows - len(cells)) + _blank_note("column without a name", columns - len(kept))
    if len(cells) == 0:
        raise InputError(None, f"{str(file)!r} has a header but no items", "write one line for each item below it")
    return cells.iloc[:, kept].set_axis(names, axis=1).reset_index(drop=True), notes


def _blank_note(noun: str, number: int) -> Notes:
    return (Note("blank", f"Left out: {counted(number, f'blank {noun}')}."),) * (number > 0)


def _check_names(file: Path, names: list[str]) -> None:
    """Every column but the first needs a name of its own; pandas would rename the second 'legs' to 'legs.1'."""
    if "" in names[1:]:
        raise InputError(
            None,
            f"column {names.index('', 1) + 1} of {str(file)!r} has values but no name",
            "write a name in the first line",
        )
    twice = repeated(names)
    if twice:
        at = " and ".join(str(position + 1) for position, name in enumerate(names) if name == twice[0])
        raise InputError(
            None,
            f"the column name {twice[0]!r} is used more than once in {str(file)!r} (columns {at}), but names must tell "
            "columns apart",
            _rename(twice[0]),
        )


def _rename(name: str) -> str:
    is_number = name.replace(".", "", 1).removeprefix("-").isdecimal()
    header = "the first line looks like data, so write a line of names above it"
    return header if is_number else f"rename one, such as {name + '_2'!r}"
