"""Work shared by two processes: this one and a copy of it, each taking the next piece when it is done with one."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Piece = TypeVar("Piece")

FEW = 4  # pieces from which on a copy is worth its start
MOST = 256  # pieces that can be told apart by one byte
ENDS_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux
PATIENCE = 60.0  # seconds for its last piece after which a copy is given up


def by_two(makers: Sequence[Callable[[], Piece]]) -> Iterator[Piece]:
    """What makers make, in their order; some of it made by a copy of this process, which shares what is in memory.

    The copy is made at once, before a progress bar starts a thread. Where none can be made safely, or where it fails,
    this process makes all, so that errors are its own.

    >>> list(by_two([lambda: 1, lambda: 2]))
    [1, 2]
    """
    if not FEW <= len(makers) <= MOST or not can_be_copied():
        return (make() for make in makers)
    numbers = _numbers(len(makers))
    return _gathered(makers, numbers, *_copied(makers, numbers))


def _gathered(makers: Sequence[Callable[[], Piece]], numbers: int, copy: Any, here: Any) -> Iterator[Piece]:
    """Pieces in their order, from this process and from the copy, which ends with them."""
    made: dict[int, Piece] = {}
    reader = threading.Thread(target=_read, args=(here, made), daemon=True)
    reader.start()
    done = 0
    try:
        for number in _taken(numbers):
            made[number] = makers[number]()
            while done in made:
                yield made.pop(done)
                done += 1
        reader.join(PATIENCE)  # the copy is at its last piece
    finally:
        os.close(numbers)
        copy.kill()
        copy.join()
        reader.join()
        here.close()
    for number in range(done, len(makers)):
        yield made.pop(number) if number in made else makers[number]()


def can_be_copied() -> bool:
    """Whether this process may be copied: on Linux, with a processor to spare, no other threads, and no JAX."""
    spare = sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1
    return spare and threading.active_count() == 1 and "jax" not in sys.modules


def _numbers(count: int) -> int:
    """A pipe that holds a byte for each piece: whoever reads one takes the piece, and nobody waits for a lock."""
    numbers, end = os.pipe()
    os.write(end, bytes(range(count)))
    os.close(end)
    return numbers


def _taken(numbers: int) -> Iterator[int]:
    while byte := os.read(numbers, 1):
        yield byte[0]


def _copied(makers: Sequence[Callable[[], Any]], numbers: int) -> tuple[Any, Any]:
    """A copy of this process at work, and the end of a pipe at which its pieces come, with their numbers."""
    from multiprocessing import get_context

    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    copy = context.Process(target=_work, args=(makers, numbers, there), daemon=True)
    with warnings.catch_warnings():
        # Python counts threads of BLAS, which waits for work and knows how to be copied.
        warnings.filterwarnings("ignore", message=".*fork.*", category=DeprecationWarning)
        copy.start()
    there.close()
    return copy, here


def _work(makers: Sequence[Callable[[], Any]], numbers: int, there: Any) -> None:
    """What the copy does; it says nothing of its errors, since this process will meet them too."""
    import ctypes

    # It ends with this process, however that ends: it has inherited the lock of the report's folder.
    ctypes.CDLL(None).prctl(ENDS_WITH_PARENT, signal.SIGKILL)
    try:
        for number in _taken(numbers):
            there.send((number, makers[number]()))
    except BaseException:
        os._exit(1)


def _read(here: Any, made: dict[int, Any]) -> None:
    try:
        while True:
            number, piece = here.recv()
            made[number] = piece
    except (EOFError, OSError):
        return
