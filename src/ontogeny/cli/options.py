"""What the commands share: numbers from words, tables by name, and being stopped."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .._core.checks import InputError, whole
from .._core.notes import Setting

if TYPE_CHECKING:
    from rich.console import Console

STOPPED = 130  # what shells expect of a program that was interrupted


@contextmanager
def stoppable() -> Iterator[None]:
    """Say in a sentence that work was stopped; drafts have been removed on the way here."""
    try:
        yield
    except KeyboardInterrupt:
        print("ontogeny: stopped; nothing was written", file=sys.stderr)
        sys.exit(STOPPED)


# Keywords of Python whose option has another name.
RENAMED = {"hidden_units": "--hidden", "networks": "--seeds", "folder": "--out", "missing": "--missing-cells"}


def option_name(argument: str, known: Collection[str]) -> str:
    """What an argument of Python is called at the command line, if it is an option there.

    >>> option_name("drop_missing_items", ["--drop-missing-items"]), option_name("y", ["--drop"])
    ('--drop-missing-items', 'y')
    """
    name = RENAMED.get(argument, f"--{argument.replace('_', '-')}")
    return name if name in known else argument


def option(setting: Setting, known: Collection[str]) -> str:
    """An argument and its value as the shell takes them; as in Python if it is no option.

    >>> option(Setting("drop", ["legs", "fur type"]), ["--drop"])
    "--drop legs --drop 'fur type'"
    """
    name, value = option_name(setting.argument, known), setting.value
    if name == setting.argument:
        return str(setting)
    if value is True:
        return name
    values = value if isinstance(value, list | tuple) else [value]
    return " ".join(f"{name} {shlex.quote(str(one))}" for one in values)


def whole_option(value: str, name: str, least: int, why: str) -> int:
    """The whole number that an option holds."""
    try:
        return whole(int(value), name, least, why)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(name, f"is {value!r}, but it must be a whole number", f"write {least} or more") from None


def tell(
    page: Path, document: Callable[[], str], show: Callable[[Console], None], *, as_json: bool, quiet: bool
) -> None:
    """Print what was found as one JSON document, as no more than where the report lies, or in about a screen."""
    if as_json:
        print(document())
    elif quiet:
        print(page)
    else:
        from rich.console import Console

        show(Console())


def which_table(table: str) -> tuple[bool, str]:
    """Whether a table is built in, and what its report is called."""
    from ..datasets import names

    if table in names() and not Path(table).exists():
        return True, table
    return False, Path(table).stem or "table"
