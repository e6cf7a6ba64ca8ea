"""Standard streams that may be closed, full, or without a letter that is printed: none of this ends a run."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

UNPRINTED = 1  # exit code where all went well but the answer could not be printed


class Forgiving(io.RawIOBase):
    """A stream that drops what cannot be written, and remembers why."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream  # closed when nobody knows it any more
        self.below: Any = getattr(stream.buffer, "raw", stream.buffer)
        self.error: OSError | None = None

    def write(self, data: Any) -> int:
        """Write to the stream below as long as that goes."""
        if self.error is None:
            try:
                return int(self.below.write(data))
            except OSError as error:
                self.error = error
        return len(data)

    def writable(self) -> bool:
        """Whether it can be written to: always."""
        return True

    def isatty(self) -> bool:
        """Whether a person reads it."""
        return bool(self.below.isatty())

    def fileno(self) -> int:
        """The descriptor of the stream below."""
        return int(self.below.fileno())


@contextmanager
def forgiving_streams() -> Iterator[None]:
    """Standard output and standard error never fail inside this block, which ends the program.

    A pipe that its reader has closed is no failure; other output that is lost is said on standard error.
    """
    before = sys.stdout, sys.stderr
    _fill_descriptors()
    output, sys.stdout = _forgiving(sys.stdout)
    _, sys.stderr = _forgiving(sys.stderr)
    code: Any = 0
    try:
        yield
    except SystemExit as stop:
        code = stop.code
    finally:
        sys.stdout.flush()
        if output.error is not None and output.error.errno != errno.EPIPE:
            print(f"ontogeny: standard output cannot be written ({output.error.strerror})", file=sys.stderr)
            code = code or UNPRINTED
        sys.stderr.flush()
        sys.stdout, sys.stderr = before
    sys.exit(code)


def _fill_descriptors() -> None:
    """Open nothing in place of closed streams, so that no file of the report takes their number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free


def _forgiving(stream: TextIO | None) -> tuple[Forgiving, TextIO]:
    """A stream that forgives in place of one that may not, or may not be there; letters it lacks become '?'."""
    if stream is None:
        stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # open to the end of the program
    raw = Forgiving(stream)
    text = io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=stream.encoding, errors="replace", line_buffering=stream.isatty()
    )
    return raw, text
