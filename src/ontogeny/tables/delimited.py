"""Text files of values between commas, semicolons, tabs or bars, read into a DataFrame.

Encoding and delimiter are detected and noted. pandas parses the cells; what pandas would silently accept (lines of
unequal length, an open quotation mark, repeated names) is checked here first.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Literal

import pandas as pd

from ontogeny._core.checks import InputError
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note
from ontogeny.tables.written_numbers import POINT_THOUSANDS, ambiguous

PANDAS = tuple(int(part) for part in pd.__version__.split(".")[:2])
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
OTHER_DELIMITERS = {" ": "spaces", ":": "colons", "/": "slashes", "^": "carets", "~": "tildes"}
LINES_LOOKED_AT = 20
# Older pandas reads the last digit wrong unless asked; newer pandas reads it right and deprecates the question.
EXACT: Literal["round_trip"] | None = None if PANDAS >= (3, 1) else "round_trip"
UNCLEAR_POINTS = re.compile(r"(?:^|;)\s*[-+]?[1-9]\d{0,2}(?:\.\d{3})+\s*(?:;|$)", re.MULTILINE)

Notes = tuple[Note, ...]
EMPTY = '",;|\0\ufeff'  # besides blanks of any kind, what a file without a single cell can hold


def read_delimited(path: Path) -> tuple[list[str], pd.DataFrame, Notes]:
    """Header, cells (columns numbered, the first as text) and notes of a text file."""
    text, encoding_note = decoded(path.read_bytes())
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # pandas and csv disagree on blank lines that end in \r
    text, declared = _without_sep_line(text)
    if is_empty(text):
        raise InputError(
            None, f"{str(path)!r} is empty, but a line of names and one line for each item are needed", "write them"
        )
    delimiter = declared or delimiter_of(path, text)
    header, start = _checked_lines(path, text, delimiter)
    frame = _parsed(text, delimiter, len(header), start)
    if delimiter == ";":
        _check_points(path, frame, header, text)
    return header, frame, (*encoding_note, *_delimiter_note(delimiter))


def is_empty(text: str) -> bool:
    """Whether a text has no cell at all: nothing but blanks of any kind, delimiters and quotes."""
    return all(sign in EMPTY or sign.isspace() for sign in text)


def decoded(raw: bytes) -> tuple[str, Notes]:
    """The text, and a note unless it was plain UTF-8.

    >>> print(decoded("né".encode("cp1252"))[1][0])
    The file is not UTF-8 and was read as Windows-1252 (Latin-1): check that accented letters came out right.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace"), (Note("encoding", "The file was read as UTF-16."),)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded_by_byte(raw)
    note = Note("encoding", "The file starts with a byte order mark (BOM), which was removed.")
    return text, (note,) * raw.startswith(b"\xef\xbb\xbf")


def _decoded_by_byte(raw: bytes) -> tuple[str, Notes]:
    guess = "The file is not UTF-8 and was read as Windows-1252 (Latin-1): check that accented letters came out right."
    note = Note("encoding", guess)
    try:
        return raw.decode("cp1252"), (note,)
    except UnicodeDecodeError:  # five bytes mean nothing in Windows-1252
        return raw.decode("latin-1"), (note,)


def _without_sep_line(text: str) -> tuple[str, str | None]:
    """Excel's first line 'sep=;' names the delimiter and is no data."""
    match = re.match(r'"?sep=([,;|\t])"?\n', text, flags=re.IGNORECASE)
    return ("\n" + text[match.end() :], match[1]) if match else (text, None)  # lines keep their numbers


def delimiter_of(path: Path, text: str) -> str:
    """The delimiter that splits the first lines most evenly, and then into most cells."""
    scores = {delimiter: _score(text, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=scores.__getitem__)
    if not scores[best][0]:
        raise _one_column(path, text)
    return best


def _score(text: str, delimiter: str) -> tuple[bool, float, int]:
    """Whether the delimiter splits the header, how many lines agree with it, and into how many cells."""
    lines = (row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if not is_blank(row))
    lengths: list[int] = []
    with suppress(csv.Error):  # said with its line when all rows are read
        for row in islice(lines, LINES_LOOKED_AT):
            lengths.append(len(row))
    if not lengths:
        return False, 0.0, 0
    agree = sum(length in (lengths[0], lengths[0] + 1) for length in lengths) / len(lengths)
    return max(lengths) > 1, agree if lengths[0] > 1 else 0.0, lengths[0]


def _one_column(path: Path, text: str) -> InputError:
    lines = [line for line in text.splitlines() if line.strip()][:LINES_LOOKED_AT]
    for delimiter, words in OTHER_DELIMITERS.items():
        counts = {len(line.split(delimiter)) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts != {1}:
            return InputError(
                None,
                f"{str(path)!r} has one column only when split at commas, semicolons, tabs or bars",
                f"its cells look separated by {words}, so save it with commas, or read it in Python with "
                f"pandas.read_csv(..., sep={delimiter!r})",
            )
    if len(lines[0]) > csv.field_size_limit():
        return _cell_too_long(path, 1)
    return InputError(
        None,
        f"{str(path)!r} has one column only ({lines[0].strip()[:40]!r}), but item names and at least one feature are "
        "needed",
        "save it with commas between the cells",
    )


def _checked_lines(path: Path, text: str, delimiter: str) -> tuple[list[str], int]:
    """The header, and where the lines below it start; every line must have as many cells as the header."""
    stream = io.StringIO(text, newline="")
    rows = rows_of(path, stream, delimiter)
    header = next(row for _, row in rows if not is_blank(row))
    start = stream.tell()
    return _as_long_as_rows(path, header, rows), start


def rows_of(path: Path, stream: io.StringIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it starts; quotation marks must pair."""
    reader = csv.reader(stream, delimiter=delimiter, skipinitialspace=True, strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                raise _cell_too_long(path, line) from None
            raise InputError(
                None,
                f"the row that starts on line {line} of {str(path)!r} has a quotation mark that is not closed or is "
                "inside a quoted cell, so cells cannot be told apart",
                "close it, or double it",
            ) from None
        yield line, row
        line = reader.line_num + 1


def _cell_too_long(path: Path, line: int) -> InputError:
    most = csv.field_size_limit()
    return InputError(
        None,
        f"the row that starts on line {line} of {str(path)!r} has a cell of more than {most:,} letters, which is "
        "neither a name nor a number",
        "shorten it, or look for a quotation mark that is not closed",
    )


def is_blank(row: list[str]) -> bool:
    return not any(map(str.strip, row))


def _as_long_as_rows(path: Path, header: list[str], rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    """The header, with a first cell added where every row has one more (as R writes row names)."""
    width, expected = len(header), 0
    for line, row in rows:
        if len(row) <= width and is_blank(row):
            continue
        expected = expected or (width + 1 if len(row) == width + 1 and row[-1].strip() else width)
        if len(row) != expected:
            raise InputError(
                None,
                f"line {line} of {str(path)!r} has {counted(len(row), 'cell')}, but {expected} are expected",
                "write a cell for every column (blank if it is unknown), and put cells that contain the delimiter in "
                "quotes",
            )
    return ["", *header] if expected > width else header


def _parsed(text: str, delimiter: str, width: int, start: int) -> pd.DataFrame:
    """The lines below the header; the first column stays text so that names such as 007 keep their zeros."""
    stream = io.StringIO(text, newline="")
    stream.seek(start)
    try:
        return pd.read_csv(
            stream,
            sep=delimiter,
            header=None,
            names=list(range(width)),
            index_col=False,
            dtype={0: str},
            skipinitialspace=True,
            keep_default_na=False,
            na_values=[""],
            float_precision=EXACT,
            low_memory=False,
        )
    except pd.errors.EmptyDataError:
        return pd.DataFrame(columns=list(range(width)))


def _delimiter_note(delimiter: str) -> Notes:
    return () if delimiter == "," else (Note("delimiter", f"The cells are separated by {DELIMITERS[delimiter]}."),)


def _check_points(path: Path, frame: pd.DataFrame, header: list[str], text: str) -> None:
    """Refuse columns of cells such as 1.000 between semicolons: decimals, or thousands as some countries write them."""
    if not UNCLEAR_POINTS.search(text):
        return
    rows = [row for _, row in rows_of(path, io.StringIO(text, newline=""), ";")][1:]
    for position in range(1, frame.shape[1]):
        if not pd.api.types.is_float_dtype(frame[position].dtype):
            continue
        cells = [row[position].strip() for row in rows if len(row) > position]
        cells = [cell for cell in cells if cell]
        if cells and all(POINT_THOUSANDS.fullmatch(cell) or cell.isdecimal() for cell in cells):
            first = next(cell for cell in cells if "." in cell)
            raise ambiguous(first, header[position], "point")
