"""Arrays on disk, read a few rows at a time: NumPy files and memory maps, zarr arrays and groups."""

from __future__ import annotations

import mmap
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ontogeny._core.checks import InputError
from ontogeny._core.names import as_text
from ontogeny.tables.batches import PIECE, ArrayReader, Batches, Reader, numbered_columns, taken
from ontogeny.tables.wording import repeated, size
from ontogeny.tables.workbooks import damaged

LARGEST_CHUNK = 400e6  # bytes that are unpacked to read one row: more would not be a bounded share of a gigabyte
ROOM = 100e6  # what chunks should hold, for those who write them again
ZARR = "a zarr store"


@dataclass(frozen=True, eq=False)
class MappedReader:
    """Rows of a file of numbers, mapped anew for each piece: pages that were read count as memory while mapped."""

    path: Path
    dtype: np.dtype
    offset: int
    shape: tuple[int, ...]
    order: Any

    def pieces(self, start: int, stop: int | None, columns: Sequence[int]) -> Iterator[np.ndarray]:
        """See `Reader`."""
        width = len(self.dtype.names or ()) or int(np.prod(self.shape[1:]))
        step = max(1, PIECE // width)
        stop = self.shape[0] if stop is None else stop
        for first in range(start, stop, step):
            array = np.memmap(self.path, self.dtype, "r", self.offset, self.shape, self.order)
            rows = array[first : min(first + step, stop)]
            if self.dtype.names:
                yield np.stack([rows[self.dtype.names[column]] for column in columns], axis=1)
            else:
                yield taken(np.asarray(rows), columns)


def reader_of(array: Any) -> Reader:
    """The reader of an array: memory maps of whole files are known by their file, so that processes can share them."""
    if isinstance(array, np.memmap) and _is_whole_file(array):
        order = "C" if array.flags.c_contiguous else "F"
        return MappedReader(Path(str(array.filename)), array.dtype, array.offset, array.shape, order)
    return ZarrReader((array,), (array.shape[1],)) if _is_zarr(array) else ArrayReader(array)


def _is_whole_file(array: Any) -> bool:
    """Whether a memory map can be made again from its file: a part of one, or one with changes of its own, cannot."""
    return isinstance(array.base, mmap.mmap) and array.mode == "r"


def _is_zarr(array: Any) -> bool:
    return type(array).__module__.partition(".")[0] == "zarr"


def npy_table(file: Path) -> Batches:
    """A `.npy` file of numbers: two-dimensional, or with named columns (a structured array)."""
    called = repr(str(file))
    try:
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    except ValueError as error:
        if "objects" in str(error):
            raise InputError(
                None, f"{called} holds Python objects, which can run code when they are read", "save numbers"
            ) from None
        raise damaged(file, "a NumPy array (.npy)") from None
    except (OSError, EOFError, SyntaxError):
        raise damaged(file, "a NumPy array (.npy)") from None
    order = "C" if array.flags.c_contiguous else "F"
    reader = MappedReader(file, array.dtype, array.offset, array.shape, order)
    if array.dtype.names and array.ndim == 1:
        names = tuple(map(as_text, array.dtype.names))
        kinds = [array.dtype[name] for name in array.dtype.names]
        held = {name: _no_numbers(kind) for name, kind in zip(names, kinds, strict=True) if _no_numbers(kind)}
        _check_rows(called, len(array), len(names))
        return Batches(called, names, len(array), reader, tuple(range(len(names))), held=held)
    if array.ndim != 2 or _no_numbers(array.dtype):
        raise InputError(
            None,
            f"{called} holds an array of shape {array.shape} and type {array.dtype}, but a table of numbers has two "
            "dimensions",
            "save an array (rows, columns), or one with named columns (a structured array)",
        )
    _check_rows(called, *array.shape)
    return Batches(called, numbered_columns(array.shape[1]), array.shape[0], reader, tuple(range(array.shape[1])))


def _check_rows(called: str, rows: int, columns: int) -> None:
    if not rows or not columns:
        raise InputError(None, f"{called} has {rows} rows and {columns} columns, so it is empty", "write some")


def _no_numbers(kind: np.dtype) -> str:
    """What a column of some type holds, if that is no number."""
    if kind.kind in "fiub" and not kind.shape:
        return ""
    return {"M": "dates or times", "m": "dates or times", "c": "complex numbers"}.get(kind.kind, "text")


@dataclass(frozen=True, eq=False)
class ZarrReader:
    """Rows of zarr arrays of the same length, side by side; read along the chunks, so that each is unpacked once."""

    arrays: tuple[Any, ...]
    widths: tuple[int, ...]

    def pieces(self, start: int, stop: int | None, columns: Sequence[int]) -> Iterator[np.ndarray]:
        """See `Reader`."""
        ends = np.cumsum(self.widths)
        source = np.searchsorted(ends, list(columns), side="right")
        used = [self.arrays[number] for number in np.unique(source)]
        within = np.asarray(columns) - (ends - self.widths)[source]
        long = max(int(array.chunks[0]) for array in used)
        step = long * max(1, PIECE // (long * int(ends[-1])))
        stop, first = used[0].shape[0] if stop is None else stop, start
        while first < stop:
            last = min(stop, (first // step + 1) * step)
            read = {number: np.asarray(self.arrays[number][first:last]) for number in np.unique(source).tolist()}
            if len(read) == 1:
                yield taken(next(iter(read.values())), within.tolist())
            else:
                parts = [read[int(number)].reshape(last - first, -1)[:, at] for number, at in zip(source, within)]
                yield np.stack(parts, axis=1)
            first = last


def zarr_table(file: Path) -> Batches:
    """A zarr store: one array (rows, columns), or a group whose arrays share their rows (xarray, `zarr.save`)."""
    require_zarr()
    zarr = imported_zarr()
    called = repr(str(file))
    try:
        store: Any = zarr.open(str(file), mode="r")
        arrays = {"": store} if isinstance(store, zarr.Array) else dict(sorted(store.arrays()))
    except Exception:  # a damaged store can make the library raise anything
        raise damaged(file, ZARR) from None
    tables = {name: array for name, array in arrays.items() if array.ndim == 2 and not _no_numbers(array.dtype)}
    rows = _rows_of(called, arrays, tables)
    names: list[str] = []
    held: dict[str, str] = {}
    used: list[Any] = []
    for name, array in arrays.items():
        if array.ndim not in (1, 2) or array.shape[0] != rows or name in _labels(arrays, tables):
            continue
        if array.ndim == 2 and name not in tables:
            continue
        found = [name] if array.ndim == 1 else _column_names(name, array, arrays, alone=len(tables) == 1)
        held |= {name: _no_numbers(array.dtype)} if array.ndim == 1 and _no_numbers(array.dtype) else {}
        names += found
        used.append(array)
    _check_rows(called, rows, len(names))
    if repeated(names):
        raise InputError(
            None,
            f"the column name {repeated(names)[0]!r} is used more than once in {called}, but names must tell columns "
            "apart",
            "rename one of them",
        )
    widths = tuple(1 if array.ndim == 1 else int(array.shape[1]) for array in used)
    _check_chunks(called, used, widths)
    return Batches(called, tuple(names), rows, ZarrReader(tuple(used), widths), tuple(range(len(names))), held=held)


def _rows_of(called: str, arrays: dict[str, Any], tables: dict[str, Any]) -> int:
    """The number of rows: that of the tables of numbers, which must agree, or else of the columns."""
    lengths = {int(array.shape[0]) for array in tables.values()}
    if not tables:
        lengths = {int(array.shape[0]) for array in arrays.values() if array.ndim == 1 and not _no_numbers(array.dtype)}
    if len(lengths) != 1:
        listed = ", ".join(
            f"{name or 'the array'} {tuple(array.shape)} of {array.dtype}" for name, array in arrays.items()
        )
        why = "no table of numbers" if not lengths else "arrays of different lengths"
        raise InputError(
            None,
            f"{called} holds {why} ({listed or 'no arrays'})",
            "write one array (rows, columns), or arrays with the same number of rows",
        )
    return lengths.pop()


def _dimensions(array: Any) -> tuple[str | None, ...]:
    """Names of the dimensions, as xarray writes them, in either format of zarr."""
    named = getattr(array.metadata, "dimension_names", None) or array.attrs.get("_ARRAY_DIMENSIONS")
    return tuple(named) if named else (None,) * array.ndim


def _labels(arrays: dict[str, Any], tables: dict[str, Any]) -> set[str]:
    """Arrays that name rows or columns, or number the rows, and are no columns themselves."""
    found = {name for name, array in arrays.items() if array.ndim == 1 and _dimensions(array) == (name,)}
    for table in tables.values():
        across = next((name for name in arrays if _names_columns(name, arrays[name], table)), None)
        found |= {across} if across is not None else set()
    return found


def _names_columns(name: str, array: Any, table: Any) -> bool:
    """Whether an array holds a name for each column of a table."""
    if array.ndim != 1 or array.shape[0] != table.shape[1]:
        return False
    across = _dimensions(table)[1]
    return _dimensions(array)[0] == across if across is not None else _no_numbers(array.dtype) == "text"


def _column_names(name: str, array: Any, arrays: dict[str, Any], *, alone: bool) -> list[str]:
    across = _dimensions(array)[1]
    along = [each for each in arrays if _names_columns(each, arrays[each], array)]
    along.sort(key=lambda each: each != across)
    if along:
        return [as_text(label) for label in np.asarray(arrays[along[0]][:]).tolist()]
    return list(numbered_columns(array.shape[1], "feature" if alone else name))


def _check_chunks(called: str, arrays: Sequence[Any], widths: Sequence[int]) -> None:
    """Refuse chunks so long that a single row needs a large share of memory."""
    rows, bytes_of_row = max(int(array.chunks[0]) for array in arrays), 8 * sum(widths)
    if rows * bytes_of_row > LARGEST_CHUNK:
        raise InputError(
            None,
            f"{called} is stored in chunks of {rows} rows, so that {size(rows * bytes_of_row)} are unpacked to read "
            "one of them",
            f"write chunks of {max(1, int(ROOM / bytes_of_row))} rows or fewer",
        )


def imported_zarr() -> Any:
    """The module zarr, without what some versions of its parts say of themselves when first imported."""
    with warnings.catch_warnings(record=True):
        import zarr
    return zarr


def require_zarr() -> None:
    """Refuse a zarr store where the library is not installed."""
    try:
        imported_zarr()
    except ImportError:
        raise InputError(
            None, "reading a zarr store needs zarr, which is not installed", 'write `pip install "ontogeny[sweeps]"`'
        ) from None
