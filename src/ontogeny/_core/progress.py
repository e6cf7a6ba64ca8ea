"""A progress bar for loops that take seconds, in interactive terminals."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Item = TypeVar("Item")
_silent: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def silence(silent: bool = True) -> Iterator[None]:
    """No progress bars inside this block."""
    token = _silent.set(silent)
    try:
        yield
    finally:
        _silent.reset(token)


def is_shown() -> bool:
    """Whether progress is shown here."""
    return not _silent.get() and sys.stderr.isatty()


def track(items: Iterable[Item], description: str, total: int) -> Iterable[Item]:
    """`items`, with a progress bar on standard error if that is a terminal, unless silenced."""
    if not is_shown():
        return items
    from rich.console import Console
    from rich.progress import track as rich_track

    return rich_track(items, description, total=total, console=Console(stderr=True), transient=True)
