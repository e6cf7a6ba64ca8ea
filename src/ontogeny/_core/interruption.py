"""Calls that an interruption must not cut in two."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM wait for the end of the block; a second one does not.

    Libraries that compute in threads of their own, such as zarr, hang ever after if an exception leaves them while they
    hold a lock. Also a decorator. Threads other than the main one are never interrupted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: handler for each in SIGNALS if callable(handler := signal.getsignal(each))}
    came: list[tuple[int, FrameType | None]] = []

    def remember(number: int, frame: FrameType | None) -> None:
        if came:
            before[signal.Signals(number)](number, frame)
        came.append((number, frame))

    for each in before:
        signal.signal(each, remember)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        if came:
            number, frame = came[0]
            before[signal.Signals(number)](number, frame)
