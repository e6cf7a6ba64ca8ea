"""A path to a table that is read in pieces: which kind it is, and Parquet files, one or a folder of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.notes import Note
from ontogeny.tables.batches import Batches
from ontogeny.tables.file_checks import checked_path, existing_file
from ontogeny.tables.file_kinds import PARQUET, kind_of
from ontogeny.tables.stored_arrays import npy_table, zarr_table
from ontogeny.tables.wording import repeated
from ontogeny.tables.workbooks import damaged, require

if TYPE_CHECKING:
    import pandas as pd

PARQUET_ENDINGS = (".parquet", ".pq")
STORED = ".npy, .zarr or .parquet"
DECODED = 1 << 18  # numbers that are taken from a Parquet file at once: they are turned from columns into rows
MOST_WHOLE = 25_000_000  # numbers of a table that the commands read as a whole: 200 MB
BUFFERED = 1 << 16  # bytes of each column that are read ahead


def stored_table(path: str | os.PathLike[str]) -> Batches:
    """The table in a `.npy`, `.zarr` or `.parquet` file, or in a folder of Parquet files.

    Raises
    ------
    InputError
        A path that leads nowhere, another kind of file, or one without a table of numbers.
    """
    file = checked_path(path)
    ending = file.suffix.lower()
    if os.path.isdir(file) and (ending == ".zarr" or _is_zarr_store(file)):
        return zarr_table(file)
    if os.path.isdir(file):
        return parquet_table(file, parquet_files(file))
    existing_file(file)
    if ending == ".npy":
        return npy_table(file)
    if ending in PARQUET_ENDINGS and kind_of(file) == PARQUET:
        return parquet_table(file, [file])
    raise InputError(
        None,
        f"{str(file)!r} cannot be read in pieces, as {STORED} can",
        "write the table as one of these, or read it with read_table if it fits into memory",
    )


def _is_zarr_store(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("zarr.json", ".zgroup", ".zarray"))


def is_stored(path: Any) -> bool:
    """Whether a path leads to what `stored_table` alone reads: a `.npy` file, a zarr store, a folder of Parquet."""
    if not isinstance(path, str | os.PathLike):
        return False
    file = Path(path)
    if os.path.isdir(file):
        return file.suffix.lower() == ".zarr" or _is_zarr_store(file) or bool(parquet_files(file))
    return file.suffix.lower() == ".npy" and os.path.isfile(file)


def is_large(path: Any) -> bool:
    """Whether a stored table, or a Parquet file, has more than 25 million numbers, so that it is read in pieces."""
    if is_stored(path):
        table = stored_table(path)
        return (table.rows or 0) * len(table.names) > MOST_WHOLE
    if not isinstance(path, str | os.PathLike) or Path(path).suffix.lower() not in PARQUET_ENDINGS:
        return False
    try:
        import pyarrow.parquet as pq

        head = pq.read_metadata(path)
    except Exception:  # whatever it is, `read_table` says why it cannot be read
        return False
    return head.num_rows * head.num_columns > MOST_WHOLE


def stored_frame(path: str | os.PathLike[str]) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """All numbers of a stored table, and what was decided while reading."""
    import pandas as pd

    table = stored_table(path).numeric()
    assert table.rows is not None
    block = next(table.blocks(table.rows))
    return pd.DataFrame(block, columns=list(table.names)), table.notes


def parquet_files(folder: Path) -> list[Path]:
    """The Parquet files of a folder, by name."""
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in PARQUET_ENDINGS)


def parquet_table(file: Path, parts: Sequence[Path]) -> Batches:
    """Parquet files as one table; their columns are matched by name."""
    require(PARQUET)
    import pyarrow.parquet as pq

    called = repr(str(file))
    if not parts:
        raise InputError(None, f"there are no Parquet files in {called}", f"write the path of a {STORED} file")
    heads = []
    for part in parts:
        try:
            heads.append(pq.ParquetFile(part))
        except Exception:  # a damaged file can make the library raise anything
            raise damaged(part, PARQUET) from None
    columns = [tuple(head.schema_arrow.names) for head in heads]
    for part, names in zip(parts, columns, strict=True):
        if repeated(names):
            raise InputError(
                None,
                f"the column name {repeated(names)[0]!r} is used more than once in {str(part)!r}, but names must tell "
                "columns apart",
                "rename one of them",
            )
        differing = sorted(set(names) ^ set(columns[0]))
        if differing:
            raise InputError(
                None,
                f"{str(parts[0])!r} and {str(part)!r} have different columns ({quoted(differing)} in one alone), but "
                "the files of a folder are one table",
                "give all of them the same columns, or move files of other tables elsewhere",
            )
    shared: tuple[str, ...] = columns[0]
    held = {name: kind for head in heads for name in shared if (kind := _holds(head, name))}
    counts = tuple(head.metadata.num_rows for head in heads)
    if not sum(counts):
        raise InputError(None, f"{called} has no rows", "write some")
    return Batches(
        called, shared, sum(counts), ParquetReader(tuple(parts), counts, shared), tuple(range(len(shared))), held=held
    )


def _holds(head: Any, name: str) -> str:
    """What a column holds, if that is no number."""
    import pyarrow as pa

    kind = head.schema_arrow.field(name).type
    is_index = name in ((head.schema_arrow.pandas_metadata or {}).get("index_columns") or ())
    if is_index:
        return "text"  # an index of pandas holds names, whatever its type
    if (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    ):
        return ""
    return "dates or times" if pa.types.is_temporal(kind) else "text"


@dataclass(frozen=True, eq=False)
class ParquetReader:
    """Rows of Parquet files, group of rows after group of rows."""

    files: tuple[Path, ...]
    counts: tuple[int, ...]
    names: tuple[str, ...]

    def pieces(self, start: int, stop: int | None, columns: Sequence[int]) -> Iterator[np.ndarray]:
        """See `Reader`."""
        wanted = [self.names[column] for column in columns]
        stop, before = sum(self.counts) if stop is None else stop, 0
        for file, count in zip(self.files, self.counts, strict=True):
            if before < stop and before + count > start:
                yield from _of_file(file, wanted, max(start - before, 0), min(stop - before, count))
            before += count


def _of_file(file: Path, wanted: Sequence[str], start: int, stop: int) -> Iterator[np.ndarray]:
    """Rows `start` to `stop` of one file."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(file, buffer_size=BUFFERED, pre_buffer=False) as stored:
        sizes = [stored.metadata.row_group(number).num_rows for number in range(stored.metadata.num_row_groups)]
        ends = np.cumsum(sizes)
        groups = [number for number, end in enumerate(ends) if end > start and end - sizes[number] < stop]
        at = int(ends[groups[0]] - sizes[groups[0]])
        step = max(1, DECODED // max(len(wanted), 1))
        for batch in stored.iter_batches(step, row_groups=groups, columns=list(wanted), use_threads=False):
            first, last = max(start - at, 0), min(stop - at, len(batch))
            at += len(batch)
            if first < last:
                yield _rows(batch.slice(first, last - first), wanted)
            if at >= stop:
                return


def _rows(batch: Any, wanted: Sequence[str]) -> np.ndarray:
    """A batch of columns as rows; missing cells are NaN."""
    table = np.empty((len(wanted), len(batch)))
    for row, name in enumerate(wanted):
        table[row] = _numbers(batch.column(name))
    return table.T


def _numbers(column: Any) -> np.ndarray:
    import pyarrow as pa

    if pa.types.is_decimal(column.type) or pa.types.is_boolean(column.type) or pa.types.is_float16(column.type):
        column = column.cast(pa.float64())
    return column.to_numpy(zero_copy_only=False)
