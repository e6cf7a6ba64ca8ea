"""Tables in archives: .csv.gz, .tsv.gz, and .zip with one table."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.notes import Words, joined
from ontogeny.tables.file_checks import KIND_OF_ENDING, available_memory
from ontogeny.tables.wording import size

CHUNK = 1 << 20
PLACES = 10  # bytes of memory for a byte of text, as in `file_checks`


def is_packed(path: Path) -> bool:
    """Whether a path names an archive that could hold a table."""
    return path.suffix.lower() in (".gz", ".zip")


class Readable(Protocol):
    """Something that is read piece by piece."""

    def read(self, size: int, /) -> bytes:
        """The next bytes."""


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The one table of an archive as a temporary file; messages name the archive.

    Raises
    ------
    InputError
        A damaged archive, one with no table or several, or one that would not fit into memory.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            target = _from_zip(path, Path(folder)) if path.suffix.lower() == ".zip" else _from_gzip(path, Path(folder))
        except InputError:
            raise
        except (
            OSError,
            EOFError,
            ValueError,
            zlib.error,
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise InputError(
                None, f"{str(path)!r} is damaged and cannot be unpacked ({error})", "download or pack it again"
            ) from None
        try:
            yield target
        except InputError as error:
            named = (_renamed(words, str(target), str(path)) for words in (error.problem, error.remedy))
            raise InputError(error.argument, *named) from None


def _from_gzip(path: Path, folder: Path) -> Path:
    inner = folder / path.name[: -len(".gz")]
    if inner.suffix.lower() not in KIND_OF_ENDING:
        raise InputError(
            None, f"{str(path)!r} does not say what it holds", "name it like the table inside, such as animals.csv.gz"
        )
    with gzip.open(path, "rb") as source:
        _copy(source, inner, path)
    return inner


def _from_zip(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        inside = [
            one for one in archive.namelist() if not one.startswith("__MACOSX/") and not Path(one).name.startswith(".")
        ]
        tables = [one for one in inside if Path(one).suffix.lower() in KIND_OF_ENDING]
        if len(tables) != 1:
            came = f"holds {len(tables)} tables ({quoted(tables)})" if tables else f"holds no table ({quoted(inside)})"
            raise InputError(None, f"{str(path)!r} {came}, but one is read", "unpack it and name the table")
        inner = folder / Path(tables[0]).name
        with archive.open(tables[0]) as source:
            _copy(source, inner, path)
    return inner


def _copy(source: Readable, target: Path, path: Path) -> None:
    """Unpack piece by piece, and stop if the result would not fit into memory."""
    room, done = available_memory(), 0
    with target.open("wb") as file:
        while piece := source.read(CHUNK):
            done += len(piece)
            if room is not None and PLACES * done > room:
                raise InputError(
                    None,
                    f"{str(path)!r} unpacks to more than {size(done)}, which does not fit into memory",
                    "keep only the items and columns that you need",
                )
            file.write(piece)


def _renamed(words: Words, old: str, new: str) -> Words:
    if isinstance(words, str):
        return words.replace(old, new)
    return joined([part.replace(old, new) if isinstance(part, str) else (part,) for part in words], "")
