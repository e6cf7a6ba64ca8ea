"""What the commands share: how arguments are written in a shell, numbers from words, tables by name, being stopped."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperCommand

from .._core.checks import InputError, finite, whole
from .._core.notes import Setting, Writer
from .._core.shown import visible

# Exit codes: a disk that fails, wrong usage, and what shells expect of a program that was interrupted.
FAILED, REFUSED, STOPPED = 1, 2, 130
# Keywords of Python whose option has another name.
RENAMED = {
    "hidden_units": "--hidden",
    "networks": "--seeds",
    "seed": "--seeds",
    "missing": "--missing-cells",
    "missing_values": "--missing",
    "folder": "--out",
    "signal_variance": "--snr",
    "initial_variance": "--inr",
    "sizes": "--samples",
    "simulate": "--runs",
    "batch": "--data",
    "network": "--module",
    "samples": "--bootstrap",
}

ALSO = {"folder": "--static"}  # where a command has none of these


def in_python(setting: Setting) -> str:
    """A setting that no option of a command stands for."""
    return f"{setting} in Python"


class Shell:
    """How arguments are written for a command: as its options, or as in Python where it has none.

    >>> shell = Shell(["--drop", "--drop-missing", "--hidden"])
    >>> shell.name("drop_missing"), shell.name("hidden_units"), shell.name("y")
    ('--drop-missing', '--hidden', 'y')
    >>> shell.setting(Setting("drop", ["legs", "fur type"]))
    "--drop legs --drop 'fur type'"
    """

    def __init__(
        self, options: Collection[str], opposites: Mapping[str, str] | None = None, otherwise: Writer = in_python
    ) -> None:
        self.otherwise = otherwise
        self.options = frozenset(options)
        self.opposites = dict(opposites or {})

    @classmethod
    def of(cls, context: typer.Context, otherwise: Writer = in_python) -> Shell:
        """For the command that runs; `otherwise` writes what is no option of it."""
        options = [each for each in context.command.params if each.opts]
        opposites = {each.opts[0]: each.secondary_opts[0] for each in options if each.secondary_opts}
        return cls([name for each in options for name in each.opts], opposites, otherwise)

    def name(self, argument: str) -> str:
        """What an argument of Python is called here."""
        named = (RENAMED.get(argument, ""), f"--{argument.replace('_', '-')}", ALSO.get(argument, ""))
        return next((option for option in named if option in self.options), argument)

    def setting(self, setting: Setting) -> str:
        """An argument and its value, as they are typed."""
        name, value = self.name(setting.argument), setting.value
        if name == setting.argument:
            return self.otherwise(setting)
        if isinstance(value, bool):
            return name if value else self.opposites.get(name, f"no {name}")
        if isinstance(value, dict):
            return f"{name} {' '.join(shlex.quote(f'{role}={column}') for role, column in value.items())}"
        values = ["none"] if value == [] else value if isinstance(value, list | tuple) else [value]
        return " ".join(f"{name} {shlex.quote(str(one))}" for one in values)


class Command(TyperCommand):
    """A command that says in one sentence on standard error what input it cannot use, or that a disk failed."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            shell = Shell.of(ctx)
            print(f"ontogeny: {visible(error.sentence(shell.name, shell.setting))}", file=sys.stderr)
            raise typer.Exit(REFUSED) from None
        except OSError as error:
            print(f"ontogeny: the report was not written ({error.strerror or error})", file=sys.stderr)
            raise typer.Exit(FAILED) from None


@contextmanager
def stoppable(folder: Path) -> Iterator[None]:
    """Say in a sentence that work was stopped, and whether the report was in its folder by then."""
    from ..report.folder import stamp

    before = stamp(folder)
    try:
        yield
    except KeyboardInterrupt:
        written = "nothing" if stamp(folder) == before else "the report"
        print(f"ontogeny: stopped; {written} was written", file=sys.stderr)
        sys.exit(STOPPED)


def whole_option(value: str, name: str, least: int, why: str) -> int:
    """The whole number that an option holds."""
    try:
        return whole(int(value), name, least, why)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(name, f"is {value!r}, but it must be a whole number", f"write {least} or more") from None


def lines_of(path: Path, name: str, remedy: str) -> list[str]:
    """Lines of a file of text that an option names, without empty ones."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise InputError(name, f"is {str(path)!r}, which cannot be read ({why})", remedy) from None
    return [line.strip() for line in lines if line.strip()]


def roles(pairs: Sequence[str] | None) -> dict[str, str] | None:
    """Columns of a long table from words such as ``item=cue``."""
    if not pairs or all(pair is None for pair in pairs):
        return None
    if any("=" not in pair for pair in pairs):
        asked = "write item=COLUMN feature=COLUMN value=COLUMN"
        raise InputError("long", f"is {' '.join(pairs)!r}, but each word names a column", asked)
    return dict(pair.split("=", 1) for pair in pairs)


def codes(words: Sequence[str] | None) -> list[float] | None:
    """Codes for missing values from the command line; none if they are all values."""
    if not words:
        return None
    return [] if list(words) == ["none"] else [finite(word, "missing_values") for word in words]


def given(value: Any, check: Callable[..., Any], *args: Any) -> Any:
    """An option that was given, checked; None if it was not."""
    return None if value is None else check(value, *args)


def tell(
    found: Any, folder: Path, pages: ModuleType, summary: ModuleType, shell: Shell, *, as_json: bool, quiet: bool
) -> None:
    """Write the report, and print what was found: as JSON, as the path of the report only, or in about a screen."""
    page = pages.write(found, folder, setting=shell.setting)
    if as_json:
        print(summary.as_json(found, page, shell.setting))
    elif quiet:
        print(visible(str(page)))
    else:
        from ..report.terminal import Terminal

        summary.show(found, page, Terminal(), shell.setting)


def which_table(table: str) -> tuple[bool, str]:
    """Whether a table is built in, and what its report is called."""
    from ..datasets import names

    if table in names() and not os.path.isfile(table):
        return True, table
    stem = Path(table).name
    for ending in (".gz", ".zip"):
        stem = stem.removesuffix(ending)
    return False, Path(stem).stem or "table"


def in_pieces(table: str, single: Mapping[str, Any]) -> bool:
    """Whether a table is so large that it is read in pieces.

    `single` are options that look at single rows. A Parquet file is read as a whole for them, if it fits into memory.
    """
    from ..tables.stored_tables import is_large, is_stored

    if not is_large(table):
        return False
    asked = next((name for name, value in single.items() if value), None)
    if asked is None:
        return True
    if is_stored(table):
        raise InputError(
            asked,
            f"looks at single rows, but {table!r} has more than 25 million numbers, and is read in pieces",
            "leave it out, or write fewer rows or columns to a file of their own",
        )
    return False
