"""Files that a run locks while it lasts; the system opens the lock when it ends, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def is_in_place(lock: int, path: Path) -> bool:
    """Whether an open file is still the one under a name, and not one that another run removed."""
    try:
        return os.path.samestat(os.fstat(lock), os.stat(path))
    except FileNotFoundError:
        return False


def is_free(lock: int) -> bool:
    """Lock a file, unless another run has; where a file system knows no locks, every run may write."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
