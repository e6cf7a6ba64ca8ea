"""One run at a time into one folder: each folder has a workshop beside it, which a run locks while it lasts.

The system opens the lock when a run ends, however it ends. Whoever locks the workshop next finds what a killed run left
there, puts back an earlier report that was set aside, and sweeps the rest.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from .._core.checks import InputError
from .._core.locks import is_free, is_in_place
from .folder import NAME_ANOTHER, check_folder, stamp

LOCK, DRAFT, EARLIER = "lock", "draft", "earlier"
FULL = (errno.ENOSPC, errno.EDQUOT)  # no fault of the folder
_claims: ContextVar[frozenset[Path]] = ContextVar("claims", default=frozenset())


@contextmanager
def claimed(folder: Path) -> Iterator[Path]:
    """The workshop of a folder, for this run alone; claimed again inside the block, it is the same one.

    Parents of the folder that are missing are made, and removed if they are empty in the end.

    Raises
    ------
    InputError
        A folder that cannot be written, that holds anything but an earlier report, or that another run writes to.
    """
    check_folder(folder)
    place = workshop(folder)
    if place in _claims.get():
        yield place
        return
    made = [parent for parent in place.parents if not parent.exists()]
    try:
        lock = _locked(place, folder)
        token = _claims.set(_claims.get() | {place})
        try:
            _tidy(place, folder)
            yield place
        finally:
            _claims.reset(token)
            _tidy(place, folder)
            _leave(place, lock)
    finally:
        for parent in made:
            with suppress(OSError):
                parent.rmdir()


def workshop(folder: Path) -> Path:
    """Where the report for a folder is made: a hidden folder beside it."""
    place = Path(os.path.realpath(folder))
    digest = hashlib.blake2b(os.fsencode(place.name), digest_size=4).hexdigest()
    return place.parent / f".{place.name[:40]}-{digest}"


def _tidy(place: Path, folder: Path) -> None:
    """Put back an earlier report that was set aside, if no report is in its place, and sweep everything else."""
    earlier = place / EARLIER
    if earlier.exists() and stamp(folder) is None:
        with suppress(FileNotFoundError):
            folder.rmdir()  # an empty one that was made meanwhile
        earlier.rename(folder)
    for left in (place / DRAFT, earlier):
        shutil.rmtree(left, ignore_errors=True)


def _locked(place: Path, folder: Path) -> int:
    """The lock of a workshop, which is made if there is none."""
    while True:
        lock = _opened(place, folder)
        if not is_free(lock):
            os.close(lock)
            problem = f"another run is writing its report to {str(folder)!r}"
            raise InputError(None, problem, ("wait until it is done, or ", *NAME_ANOTHER))
        if is_in_place(lock, place / LOCK):
            return lock
        os.close(lock)  # of a run that removed it while it was opened here


def _opened(place: Path, folder: Path) -> int:
    """The file that is locked."""
    while True:
        try:
            place.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # a run has just ended, and removed the workshop
                return os.open(place / LOCK, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            if error.errno in FULL:
                raise
            where, why = str(place.parent), error.strerror
            problem = f"the report cannot go to {str(folder)!r}: nothing can be written in {where!r} ({why})"
            raise InputError(None, problem, NAME_ANOTHER) from None


def _leave(place: Path, lock: int) -> None:
    """Remove the workshop: before its lock opens, so that nobody can have it; Windows removes no open file."""
    if sys.platform == "win32":
        os.close(lock)
    shutil.rmtree(place, ignore_errors=True)
    if sys.platform != "win32":
        os.close(lock)
