"""One pass over a table that is read in pieces: what stretches of it give, folded in order, here or by Dask workers.

A stretch is a fixed number of blocks of rows, and what is added up does not depend on who added it: with one process or
with many, from a file or from an iterator, the result is the same bit for bit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, NamedTuple, Protocol, Self

import numpy as np

from .._core.checks import InputError, whole
from .._core.progress import track
from ..tables.batches import Batches

BLOCK = 64_000_000  # bytes of a block of rows
LEAST_ROWS = 2048  # of a block that may be smaller; those of narrow tables then stay in the cache
EACH = 8  # rows for each column: products are written to memory once a block
STRETCH = 512_000_000  # bytes of the blocks that are summed before they are merged, which takes up to eight matrices
AHEAD = 2  # stretches for each worker that are on their way
HEAD = 1000  # first rows, which are kept
WIDEST = 10_000  # columns whose products still fit into memory
EIGHT = 8  # blocks hold a multiple of this many rows


class Summary(Protocol):
    """What some rows give, and how it is added to what earlier rows gave."""

    def merged(self, other: Self) -> Self: ...


Summarize = Callable[[Iterator[np.ndarray], int, np.ndarray], Any]
"""From blocks of rows, the number of rows before them, and the shift, to a `Summary`; it may overwrite the blocks."""


class Pass(NamedTuple):
    """The summary of all rows, and the first rows of the table."""

    summary: Any
    head: np.ndarray


def block_rows(columns: int) -> int:
    """Rows of a block: it has no more than 64 MB.

    >>> block_rows(1000), block_rows(10)
    (8000, 2048)
    """
    return max(EIGHT, min(max(LEAST_ROWS, EACH * columns), BLOCK // (8 * columns)) // EIGHT * EIGHT)


def stretch_blocks(columns: int) -> int:
    """Blocks of a stretch.

    >>> stretch_blocks(1000), stretch_blocks(10)
    (8, 3125)
    """
    return max(1, STRETCH // (8 * columns * block_rows(columns)))


def one_pass(batches: Batches, summarize: Summarize, workers: Any = 1) -> Pass:
    """Read a table once, and fold the summaries of its stretches from first to last.

    Parameters
    ----------
    batches : Batches
        The table.
    summarize : callable
        See `Summarize`.
    workers : int or dask.distributed.Client
        Processes that read and add up; 1 is this one, more are started by Dask for as long as it takes.

    Raises
    ------
    InputError
        Missing or infinite values, too many columns, or workers for an iterator.
    """
    columns = len(batches.names)
    if columns > WIDEST:
        raise InputError(
            None,
            f"{batches.called} has {columns} columns, and products of all pairs would take {8e-9 * columns**2:.2g} GB",
            "find its strongest modes by environments.top_modes, or leave columns out",
        )
    size = block_rows(columns)
    if not hasattr(workers, "submit"):
        workers = whole(workers, "workers", 1, "at least one process reads")
    if workers == 1:
        return _here(batches, summarize, size)
    if batches.rows is None:
        raise InputError("workers", "are several, but an iterator is read by one process", "write its rows to a file")
    first = next(batches.blocks(size, 0, min(size, batches.rows)))
    shift, head = _start(batches, first)
    with _client(workers) as client:
        return Pass(_folded(_by_workers(client, batches, summarize, size, shift)), head)


def _here(batches: Batches, summarize: Summarize, size: int) -> Pass:
    blocks = batches.blocks(size)
    first = next(blocks, None)
    if first is None:
        raise InputError(None, f"{batches.called} has no rows", "pass some")
    shift, head = _start(batches, first)
    stretches = _stretches(batches, summarize, chain([first], blocks), shift)
    total = 0 if batches.rows is None else -(-batches.rows // (size * stretch_blocks(len(batches.names))))
    return Pass(_folded(track(stretches, "Reading", total) if total > 1 else stretches), head)


def _start(batches: Batches, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean of the first block, from which all rows are counted, and the first rows."""
    check_finite(batches, first, 0)
    return (first / len(first)).sum(axis=0), first[:HEAD].copy()  # sums may overflow, means cannot


def _stretches(
    batches: Batches, summarize: Summarize, blocks: Iterator[np.ndarray], shift: np.ndarray
) -> Iterator[Any]:
    row, length = 0, stretch_blocks(len(batches.names))
    checked = _Checked(batches, blocks, 0)
    for first in checked:
        with _one_thread():
            yield summarize(chain([first], islice(checked, length - 1)), row, shift)
        row = checked.row


class _Checked:
    """Blocks, each without missing values, and the number of rows so far."""

    def __init__(self, batches: Batches, blocks: Iterator[np.ndarray], row: int) -> None:
        self.batches, self.blocks, self.row = batches, blocks, row

    def __iter__(self) -> Iterator[np.ndarray]:
        return self

    def __next__(self) -> np.ndarray:
        block = next(self.blocks)
        check_finite(self.batches, block, self.row)
        self.row += len(block)
        return block


def check_finite(batches: Batches, block: np.ndarray, row: int) -> None:
    """Refuse missing and infinite values, by their row and column; the sum of a block is not finite if one is not."""
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(np.ones(len(block)) @ block).all() or np.isfinite(block).all():
            return
    at, column = np.argwhere(~np.isfinite(block))[0]
    what = "a missing value" if np.isnan(block[at, column]) else "an infinite value"
    raise InputError(
        None,
        f"{batches.called} holds {what} in row {row + at + 1} of column {batches.names[column]!r}, and nothing is "
        "filled in",
        "leave such rows out when the table is written",
    )


def _folded(summaries: Any) -> Any:
    found = None
    for summary in summaries:
        found = summary if found is None else found.merged(summary)
    return found


@contextmanager
def _one_thread() -> Iterator[None]:
    """Products by one thread: several would round differently, and workers have one each.

    Squares may overflow; `Moments.size` says so.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"), np.errstate(over="ignore", invalid="ignore"):
        yield


def _stretch(batches: Batches, summarize: Summarize, size: int, start: int, stop: int, shift: np.ndarray) -> Any:
    """What a worker does."""
    blocks = _Checked(batches, batches.blocks(size, start, stop), start)
    with _one_thread():
        return summarize(blocks, start, shift)


def _by_workers(client: Any, batches: Batches, summarize: Summarize, size: int, shift: np.ndarray) -> Iterator[Any]:
    """Summaries of all stretches in order; only a few are on their way at any time."""
    assert batches.rows is not None
    waiting: deque[Any] = deque()
    most = AHEAD * max(1, len(client.scheduler_info()["workers"]))
    length = size * stretch_blocks(len(batches.names))
    for start in range(0, batches.rows, length):
        stop = min(start + length, batches.rows)
        waiting.append(client.submit(_stretch, batches, summarize, size, start, stop, shift, pure=False))
        if len(waiting) == most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@contextmanager
def _client(workers: Any) -> Iterator[Any]:
    """A Dask client: the one that was passed, or that of processes that end with this block."""
    if hasattr(workers, "submit"):
        yield workers
        return
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise InputError(
            "workers", "are several, which needs Dask", 'write `pip install "ontogeny[dask]"`, or workers=1'
        ) from None
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=40
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client
