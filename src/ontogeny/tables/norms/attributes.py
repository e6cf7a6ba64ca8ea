"""Animals with Attributes: a folder of a matrix and two lists of names (Lampert, Nickisch and Harmeling)."""

from __future__ import annotations

from os.path import isfile  # answers names that no file can have, too
from pathlib import Path

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note
from ontogeny.tables.delimited import Notes, decoded
from ontogeny.tables.file_checks import FilePath, check_memory, checked_path, existing_file
from ontogeny.tables.file_kinds import TEXT
from ontogeny.tables.norms.sheet import Scale, Sheet, check_names, check_scale, finished, numbers

BINARY, CONTINUOUS = "predicate-matrix-binary.txt", "predicate-matrix-continuous.txt"
CLASSES, PREDICATES = "classes.txt", "predicates.txt"
YES_NO = Scale(0, 1, "the binary matrix says yes (1) or no (0)", "correct the cell")
PERCENT = Scale(-1, np.inf, "strengths are not negative, except for -1, which stands for unknown", "correct the cell")


def awa(path: FilePath, *, continuous: bool = False) -> pd.DataFrame:
    """Animals with Attributes: which animal has which attribute, or how strongly, as animals x attributes.

    Parameters
    ----------
    path : path
        The folder that holds `classes.txt`, `predicates.txt` and `predicate-matrix-binary.txt` (or `-continuous.txt`),
        or one of the two matrices in it.
    continuous : bool
        Read the matrix of strengths, 0 to 100, in which -1 is unknown: missing.

    Returns
    -------
    DataFrame, shape (animals, attributes)
    """
    folder, matrix = _files(checked_path(path), continuous)
    classes, predicates = (_names(folder / name) for name in (CLASSES, PREDICATES))
    sheet = _cells(folder / matrix)
    for found, names, file, noun in (
        (len(sheet.rows), classes, CLASSES, "row"),
        (len(sheet.rows[0]), predicates, PREDICATES, "column"),
    ):
        if found != len(names):
            raise InputError(
                None,
                f"{str(folder / file)!r} has {counted(len(names), 'name')}, but {matrix} beside it has "
                f"{counted(found, noun)}",
                "use the lists and the matrix of one release",
            )
    scale = PERCENT if matrix == CONTINUOUS else YES_NO
    values = numbers(sheet, sheet.rows, predicates, sheet.lines)
    check_scale(sheet, values, predicates, sheet.lines, scale)
    unknown = values < 0
    notes = [*sheet.notes, Note("values", f"The values are those of {matrix}, named by {CLASSES} and {PREDICATES}.")]
    if unknown.any():
        text = f"{counted(int(unknown.sum()), 'cell')} of -1 stand for unknown and are missing."
        notes.append(Note("missing_code", text, tuple(np.asarray(predicates, dtype=object)[unknown.any(axis=0)])))
    return finished(np.where(unknown, np.nan, values), classes, predicates, notes, "animal")


def is_folder(path: Path) -> bool:
    """Whether a folder holds a matrix of attributes, or a path is such a matrix."""
    if path.name in (BINARY, CONTINUOUS):
        return isfile(path)
    return any(isfile(path / name) for name in (BINARY, CONTINUOUS))


def _files(path: Path, continuous: bool) -> tuple[Path, str]:
    """The folder, and the name of the matrix in it that is to be read."""
    if path.name in (BINARY, CONTINUOUS):
        folder, matrix = path.parent, CONTINUOUS if continuous else path.name
    else:
        has_only_strengths = not isfile(path / BINARY) and isfile(path / CONTINUOUS)
        folder, matrix = path, CONTINUOUS if continuous or has_only_strengths else BINARY
    lacking = [name for name in (matrix, CLASSES, PREDICATES) if not isfile(folder / name)]
    if lacking:
        raise InputError(
            None,
            f"{str(folder)!r} has no {quoted(lacking)}, but Animals with Attributes are a matrix and two lists of "
            "names in one folder",
            f"put {matrix}, {CLASSES} and {PREDICATES} there",
        )
    return folder, matrix


def _numbered_lines(path: Path) -> tuple[list[tuple[int, str]], Notes]:
    """Lines that are not blank, with their numbers."""
    file = existing_file(path)
    check_memory(file, TEXT)
    text, notes = decoded(file.read_bytes())
    found = [(at, line.strip()) for at, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not found:
        raise InputError(None, f"{str(path)!r} is empty, but a line for each row or column is needed", "write them")
    return found, notes


def _names(path: Path) -> list[str]:
    """Names from lines of a number and a name; a plus sign stands for a blank."""
    found, _ = _numbered_lines(path)
    names, lines = [], [line for line, _ in found]
    for at, (line, text) in enumerate(found, start=1):
        first, _, rest = text.replace("\t", " ").partition(" ")
        if first.isdecimal() and rest and int(first) != at:
            raise InputError(
                None,
                f"line {line} of {str(path)!r} has number {first}, but names are numbered from 1 without gaps, one for "
                "each row or column of the matrix",
                f"complete the list, so that this line has number {at}",
            )
        names.append((rest if first.isdecimal() and rest else text).strip().replace("+", " "))
    check_names(Sheet(path, [], []), names, lines, "animal" if path.name == CLASSES else "attribute")
    return names


def _cells(path: Path) -> Sheet:
    """The matrix, split at blanks and tabs; every row as long as the first."""
    found, notes = _numbered_lines(path)
    rows = [line.split() for _, line in found]
    for (line, _), row in zip(found, rows, strict=True):
        if len(row) != len(rows[0]):
            raise InputError(
                None,
                f"line {line} of {str(path)!r} has {counted(len(row), 'number')}, but the first has {len(rows[0])}",
                "every animal has a number for every attribute, so complete the line",
            )
    return Sheet(path, [line for line, _ in found], rows, notes)
