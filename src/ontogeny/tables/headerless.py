"""Text files without a line of names, as experiments write them while they run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from .._core.checks import InputError, quoted
from .._core.notes import Note
from .delimited import decoded
from .file_checks import check_memory, existing_file
from .file_kinds import TEXT, kind_of

MISSING = ("", "na", "nan", "n/a", ".")


def read_headerless(path: Path, names: Sequence[str]) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """The columns of a text file without a header, between commas, semicolons, tabs or any blanks; and notes.

    Parameters
    ----------
    path : path
        Any ending will do.
    names : list of str
        Of the columns, in order.

    Raises
    ------
    InputError
        A file that is no text, names that are blank or twice there, lines with more or fewer columns.
    """
    called = [name.strip() for name in names]
    if not all(called) or len(set(called)) < len(called):
        raise InputError("columns", f"are {quoted(called, 8)}, of which one is blank or stands twice", "name each once")
    file = existing_file(path)
    check_memory(file, TEXT)
    if (kind := kind_of(file)) != TEXT:
        raise InputError("columns", f"are for text files, but {str(file)!r} looks like {kind}", "leave them out")
    text, notes = decoded(file.read_bytes())
    lines = [(place, line) for place, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise InputError(None, f"{str(file)!r} is empty")
    sign = next((each for each in "\t;," if each in lines[0][1]), None)
    rows = []
    for place, line in lines:
        cells = line.split() if sign is None else [cell.strip() for cell in line.split(sign)]
        if len(cells) != len(called):
            raise InputError(
                "columns", f"are {len(called)}, but line {place} of {str(file)!r} has {len(cells)}", "name all of them"
            )
        rows.append([None if cell.lower() in MISSING else cell.strip('"') for cell in cells])
    frame = pd.DataFrame(rows, columns=called)
    for name in called:
        known = frame[name].dropna()
        if len(known) and known.map(lambda cell: re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", cell)).all():
            frame[name] = frame[name].astype(float)
    return frame, (*notes, Note("headerless", f"Columns named as given: {quoted(called, 8)}.", tuple(called)))
