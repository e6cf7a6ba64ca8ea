"""One sweep at a time writes to a store: a lock beside it, which also says what a sweep has in hand."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .._core.checks import InputError, why_no_name
from .._core.locks import is_free, is_in_place

NAME_ANOTHER = "name another place for the store"


@dataclass(frozen=True, eq=False)
class Claim:
    """The lock of a store.

    Parameters
    ----------
    descriptor : int
        Of the locked file.
    left_in_hand : tuple of int
        Runs that an earlier sweep was computing in its own process when that ended, and that may have ended it.
    """

    descriptor: int
    left_in_hand: tuple[int, ...] = field(default=())

    def __repr__(self) -> str:
        return f"<Claim: {len(self.left_in_hand)} runs were left in hand>"

    def hold(self, runs: Sequence[int]) -> None:
        """Say which runs this process computes now."""
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        os.ftruncate(self.descriptor, 0)
        os.write(self.descriptor, json.dumps(list(runs)).encode())


@contextmanager
def claimed(store: Path) -> Iterator[Claim]:
    """The lock of a store, inside this block; parents of the store that are missing are made.

    Raises
    ------
    InputError
        A place where nothing can be written, or to which another sweep writes.
    """
    if why := why_no_name(store):
        raise InputError(None, f"the store cannot go to {str(store)!r} ({why})", NAME_ANOTHER)
    path = lock_of(store)
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(path, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            problem = f"the store cannot go to {str(store)!r}: nothing can be written beside it ({error.strerror})"
            raise InputError(None, problem, NAME_ANOTHER) from None
        if not is_free(lock):
            os.close(lock)
            problem = f"another sweep is writing to {str(store)!r}"
            raise InputError(None, problem, f"wait until it is done, or {NAME_ANOTHER}")
        if is_in_place(lock, path):
            break
        os.close(lock)
    try:
        yield Claim(lock, _in_hand(lock))
    finally:
        if sys.platform == "win32":  # which removes no open file
            os.close(lock)
        path.unlink(missing_ok=True)  # before the lock opens, so that nobody can have it
        if sys.platform != "win32":
            os.close(lock)


def lock_of(store: Path) -> Path:
    """Where the lock of a store lies: hidden, beside it."""
    return store.with_name(f".{store.name}.lock")


def _in_hand(lock: int) -> tuple[int, ...]:
    """Runs that a killed sweep has left in its lock."""
    try:
        return tuple(json.loads(os.read(lock, 1 << 24) or b"[]"))
    except ValueError:  # it was killed while it wrote
        return ()
