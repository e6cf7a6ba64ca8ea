"""Single files that a command writes: checked before the work, whole or not there after it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .._core.checks import InputError, why_no_name


def check_outputs(csv: Path | None, figure: Path | None, reads: tuple[Path | None, ...] = ()) -> None:
    """Refuse a table or a figure that cannot be written, or that would take the place of a file that is read.

    Parameters
    ----------
    csv, figure : path or None
        Where to write them.
    reads : tuple of path or None
        Files that are read; None is none.

    Raises
    ------
    InputError
        As `_check_file`, or one of the files that are read.
    """
    for path, argument, endings in ((csv, "csv", (".csv",)), (figure, "figure", (".svg", ".pdf", ".png"))):
        if path is None:
            continue
        _check_file(path, argument, endings)
        if any(each is not None and path.exists() and each.exists() and path.samefile(each) for each in reads):
            raise InputError(argument, f"is {str(path)!r}, which is a file to read", "write another name")


def _check_file(path: Path, argument: str, endings: tuple[str, ...]) -> None:
    """Refuse a file that cannot be written.

    Parameters
    ----------
    path : path
        Where to write.
    argument : str
        Which argument names it.
    endings : tuple of str
        Endings that its name may have.

    Raises
    ------
    InputError
        Another ending, a folder, a folder that is not there.
    """
    if why := why_no_name(path):
        raise InputError(argument, why, f"write a name such as found{endings[0]}")
    if path.suffix.lower() not in endings:
        wanted = endings[0] if len(endings) == 1 else f"{', '.join(endings[:-1])} or {endings[-1]}"
        raise InputError(argument, f"is {str(path)!r}, but it is written as {wanted}", f"write found{endings[0]}")
    if path.is_dir():
        raise InputError(argument, f"is {str(path)!r}, which is a folder", "write the name of a file in it")
    if not path.absolute().parent.is_dir():
        raise InputError(
            argument, f"is {str(path)!r}, but that folder does not exist", "write it in a folder that does"
        )


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A draft beside a file, which takes its place when the block succeeds and is removed otherwise."""
    draft = path.with_name(f".{path.name[:40]}.{os.getpid()}.draft{path.suffix}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
