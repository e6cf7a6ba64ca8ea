"""Tables that are read in pieces, because they need not fit into memory: named columns, and blocks of rows as float64.

`batches_of` takes files and folders (`stored_arrays`, `parquet_pieces`), arrays that are not read before they are asked
(memory maps, zarr, Dask), frames, and iterators of batches (`iterated`). `Batches.blocks` cuts them all into blocks of
the same size, so that what is computed from them does not depend on how they were stored.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.notes import Note, Setting
from ontogeny.tables.item_names import unknown_column

PIECE = 1 << 20  # numbers that are read at once


class Reader(Protocol):
    """What reads rows of a table, in order, from some row on; it can be sent to another process if `rows` is known."""

    def pieces(self, start: int, stop: int | None, columns: Sequence[int]) -> Iterator[np.ndarray]:
        """Arrays (rows, columns) of numbers: rows `start` up to `stop`, or to the end."""
        ...


@dataclass(frozen=True, eq=False)
class Batches:
    """A table of numbers that is read in pieces.

    Parameters
    ----------
    called : str
        What messages call it.
    names : tuple of str
        Names of its columns.
    rows : int or None
        Number of rows; None for an iterator, which knows it only at its end and can be read once.
    reader : Reader
        Reads the rows.
    columns : tuple of int
        Which columns of the reader these are.
    targets : tuple of str
        Columns that came as right answers, apart from the inputs.
    held : dict of str to str
        What columns hold that are no numbers, such as "text".
    notes : tuple of Note
        What was found out and decided while reading.
    """

    called: str
    names: tuple[str, ...]
    rows: int | None
    reader: Reader
    columns: tuple[int, ...]
    targets: tuple[str, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    def of(self, names: Sequence[str]) -> Batches:
        """Only these columns, in this order."""
        place = dict(zip(self.names, self.columns, strict=True))
        kept = tuple(name for name in names if name in self.targets)
        return replace(self, names=tuple(names), columns=tuple(place[name] for name in names), targets=kept)

    def without(self, drop: Sequence[str]) -> Batches:
        """All columns but these.

        Raises
        ------
        InputError
            A column that does not exist, or no column left.
        """
        for name in drop:
            if name not in self.names:
                raise unknown_column("drop", name, list(self.names))
        kept = [name for name in self.names if name not in drop]
        if not kept:
            raise InputError("drop", f"leaves out every column of {self.called}", "keep at least one")
        left = (Note("left_out", f"Left out: {quoted(drop)}.", tuple(drop)),) * bool(drop)
        return replace(self.of(kept), notes=(*self.notes, *left))

    def numeric(self, items: str | None = None) -> Batches:
        """The columns of numbers, without the names of the rows: column `items`, or a first column of text.

        Raises
        ------
        InputError
            Other columns that hold no numbers, or no column left.
        """
        if items is not None and items not in self.names:
            raise unknown_column("items", items, list(self.names))
        first = self.names[0] if self.held.get(self.names[0]) == "text" else None
        named = items or first
        refused = next((name for name in self.names if name in self.held and name != named), None)
        if refused is not None:
            raise InputError(
                None,
                f"column {refused!r} of {self.called} holds {self.held[refused]}, but features must be numbers",
                ("leave it out with ", Setting("drop", [refused]), ", or write it as numbers"),
            )
        if named is None:
            return self
        kept = [name for name in self.names if name != named]
        if not kept:
            raise InputError(None, f"{self.called} has no column of numbers", "write at least one")
        words = f"Column {named!r} names the rows; a table that is read in pieces is learned without their names."
        return replace(self.of(kept), notes=(*self.notes, Note("item_names", words, (named,))))

    def blocks(self, size: int, start: int = 0, stop: int | None = None) -> Iterator[np.ndarray]:
        """Rows from `start` to `stop` in blocks of `size` rows, the last one shorter, as float64 in rows.

        All blocks share one buffer: each is valid until the next one is asked for.
        """
        buffer, filled = np.empty((size, len(self.names))), 0
        for piece in self.reader.pieces(start, stop, self.columns):
            used = 0
            while used < len(piece):
                taken = min(size - filled, len(piece) - used)
                buffer[filled : filled + taken] = piece[used : used + taken]
                filled, used = filled + taken, used + taken
                if filled == size:
                    yield buffer
                    filled = 0
        if filled:
            yield buffer[:filled]

    def __repr__(self) -> str:
        rows = "a number of rows that is not known yet" if self.rows is None else f"{self.rows} rows"
        return f"<Batches: {self.called}, {rows}, {len(self.names)} columns>"


@dataclass(frozen=True, eq=False)
class ArrayReader:
    """Rows of an array (rows, columns) that reads what is asked for: NumPy, zarr, Dask, h5py."""

    array: Any

    def pieces(self, start: int, stop: int | None, columns: Sequence[int]) -> Iterator[np.ndarray]:
        """See `Reader`."""
        rows, width = int(self.array.shape[0]), int(np.prod(self.array.shape[1:]))
        step = max(1, PIECE // width)
        stop = rows if stop is None else stop
        for first in range(start, stop, step):
            yield taken(np.asarray(self.array[first : min(first + step, stop)]), columns)


def taken(piece: np.ndarray, columns: Sequence[int]) -> np.ndarray:
    """Some columns of an array (rows, columns); that of one column may be flat."""
    piece = piece.reshape(len(piece), -1)
    return piece if list(columns) == list(range(piece.shape[1])) else piece[:, list(columns)]


def numbered_columns(count: int, kind: str = "feature") -> tuple[str, ...]:
    """Names for columns that have none: 'feature 1', 'feature 2', ..."""
    return tuple(f"{kind} {number}" for number in range(1, count + 1))


def is_read_in_pieces(source: Any) -> bool:
    """Whether a table is read in pieces: a path, an iterator, an array on disk; not lists, frames and NumPy arrays.

    >>> is_read_in_pieces("large.parquet"), is_read_in_pieces(np.ones((3, 2)))
    (True, False)
    """
    if isinstance(source, str | os.PathLike | Batches | np.memmap | Iterator):
        return True
    named = type(source).__module__.partition(".")[0]
    return named in ("zarr", "dask", "h5py")


def batches_of(source: Any, targets: Any = None) -> Batches:
    """A table in pieces, from whatever it is kept in.

    Parameters
    ----------
    source : path, array, DataFrame, iterator of batches, or Batches
        A `.npy`, `.zarr` or `.parquet` file, a folder of Parquet files, an array that is read row by row (a memory map,
        zarr, Dask), or an iterator whose batches are frames, arrays (rows, columns), or pairs of inputs and right
        answers.
    targets : array, shape (rows,) or (rows, outputs), optional
        Right answers of the rows of an array, if they are kept apart.

    Returns
    -------
    Batches

    Raises
    ------
    InputError
        What cannot be read as a table of numbers; the message says what to write.

    Examples
    --------
    >>> batches_of(np.arange(12).reshape(4, 3))
    <Batches: the array, 4 rows, 3 columns>
    """
    if targets is not None:
        return _paired(batches_of(source), targets)
    if isinstance(source, Batches):
        return source
    if isinstance(source, str | os.PathLike):
        from ontogeny.tables.stored_tables import stored_table

        return stored_table(source)
    if hasattr(source, "iloc"):
        from ontogeny.tables.iterated import one_batch

        return _of_array(*one_batch(source, "the table"))
    if hasattr(source, "shape") and hasattr(source, "__getitem__"):
        return _of_array("the array", source)
    if isinstance(source, Iterable):
        from ontogeny.tables.iterated import iterated

        return iterated(iter(source))
    raise InputError(
        None,
        f"got a {type(source).__name__}, which holds no table",
        "pass a file, an array of numbers, or an iterator of batches",
    )


def _of_array(called: str, array: Any, names: tuple[str, ...] | None = None) -> Batches:
    shape, kind = tuple(array.shape), np.dtype(array.dtype).kind
    if kind not in "fiub" or len(shape) != 2 or 0 in shape:
        raise InputError(
            None,
            f"{called} has shape {shape} and type {array.dtype}, but it must be a table of numbers, one row for each "
            "sample",
            "pass a two-dimensional array of numbers",
        )
    from ontogeny.tables.stored_arrays import reader_of

    return Batches(called, names or numbered_columns(shape[1]), shape[0], reader_of(array), tuple(range(shape[1])))


@dataclass(frozen=True, eq=False)
class _Paired:
    """Two tables of the same rows, side by side."""

    left: Batches
    right: Batches

    def pieces(self, start: int, stop: int | None, columns: Sequence[int]) -> Iterator[np.ndarray]:
        """See `Reader`."""
        size = max(1, PIECE // (len(self.left.names) + len(self.right.names)))
        both = zip(self.left.blocks(size, start, stop), self.right.blocks(size, start, stop), strict=True)
        for left, right in both:
            yield np.hstack([left, right])[:, list(columns)]


@dataclass(frozen=True, eq=False)
class _Column:
    """A flat array as a table of one column."""

    array: Any

    @property
    def shape(self) -> tuple[int, int]:
        return int(self.array.shape[0]), 1

    @property
    def dtype(self) -> Any:
        return self.array.dtype

    def __getitem__(self, rows: slice) -> np.ndarray:
        return np.asarray(self.array[rows])[:, None]


def _paired(inputs: Batches, targets: Any) -> Batches:
    """Inputs with right answers that are kept apart."""
    if isinstance(targets, str | os.PathLike | Batches):
        answers = batches_of(targets)
    else:
        one = getattr(targets, "ndim", 2) == 1 and not hasattr(targets, "iloc")
        answers = batches_of(_Column(targets) if one else targets)
    if inputs.rows is None or answers.rows is None:
        raise InputError(
            "targets", "came apart from an iterator of inputs", "let the iterator give pairs of inputs and targets"
        )
    if inputs.rows != answers.rows:
        raise InputError(
            "targets",
            f"have {answers.rows} rows, but {inputs.called} has {inputs.rows}",
            "pass one row of right answers for each row of inputs",
        )
    numbered = numbered_columns(len(answers.names), "target")
    called = numbered if answers.names == numbered_columns(len(answers.names)) else answers.names
    both = (*inputs.names, *called)
    if len(set(both)) < len(both):
        twice = [name for name in called if name in inputs.names]
        raise InputError("targets", f"have the names {quoted(twice)}, which inputs have too", "rename one of them")
    reader = _Paired(inputs, answers)
    return Batches(inputs.called, both, inputs.rows, reader, tuple(range(len(both))), called, inputs.held, inputs.notes)
