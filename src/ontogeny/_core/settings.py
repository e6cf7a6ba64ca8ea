"""Settings in a TOML file: known ones with their defaults, checked, and refused by key and line."""

from __future__ import annotations

import difflib
import json
import re
import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from .checks import InputError, quoted
from .notes import Setting, said

LARGEST = 1_000_000  # bytes of a file of settings
WIDTH = 96  # letters of a line of comment


class Entry(NamedTuple):
    """A setting.

    Attributes
    ----------
    key : str
        Its name in the file, which is that of the argument.
    default : bool, int, float, str, list or None
        What it is if the file does not say; None where it is nothing.
    meaning : str
        What it is, in a line or two.
    check : function of value and key
        Returns the value to be used, or raises an `InputError` with the key as its argument.
    example : bool, int, float, str or list, optional
        What is written, as a comment, where the default is nothing.
    """

    key: str
    default: Any
    meaning: str
    check: Callable[[Any, str], Any]
    example: Any = None


@dataclass(frozen=True)
class Settings:
    """Values of settings, and where they stand in a file.

    Parameters
    ----------
    values : mapping of str
        Value of each key, checked.
    file : str
        Name of the file; empty where there is none.
    lines : mapping of str to int
        Line of each key that the file has.
    """

    values: Mapping[str, Any]
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    @property
    def given(self) -> list[str]:
        """Keys that the file has, in its order."""
        return list(self.lines)

    def where(self, key: str | None) -> str:
        """Where a key stands, as a sentence begins with it."""
        if not self.file:
            return ""
        line = None if key is None else self.lines.get(key)
        return f"in {self.file!r}: " if line is None else f"in {self.file!r}, line {line}: "

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """What this block refuses is said with the line of its key."""
        try:
            yield
        except InputError as error:
            problem, remedy = said(error.problem, self.line_of), said(error.remedy, self.line_of)
            if not self.file or error.argument not in self.values:
                raise InputError(error.argument, problem, remedy) from None
            raise InputError(None, f"{self.where(error.argument)}{error.argument} {problem}", remedy) from None

    def line_of(self, setting: Setting) -> str:
        """A setting as it is written in a file, or as in Python if no file can have it."""
        return f"{setting.argument} = {toml_value(setting.value)}" if setting.argument in self.values else str(setting)


def read_settings(path: Path, entries: Sequence[Entry]) -> Settings:
    """Settings of a TOML file, with defaults where it is silent.

    Parameters
    ----------
    path : path
        The file.
    entries : list of Entry
        All settings that it may have.

    Raises
    ------
    InputError
        A file that cannot be read or is no TOML, a key that is not known, a value that cannot be; with its line.
    """
    name = str(path)
    document, text = read_toml(
        path, "write the defaults to a file by --print-settings > settings.toml, and change them"
    )
    lines = {key: line_of_key(key, text) for key in document}
    known = [entry.key for entry in entries]
    found = Settings(document, name, lines)
    for key in document:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"the settings are {', '.join(known)}"
            raise InputError(None, f"{found.where(key)}{quoted([key])} is no setting here", remedy)
    return _checked(Settings({**defaults(entries).values, **document}, name, lines), entries)


def read_toml(path: Path, how: str) -> tuple[dict[str, Any], str]:
    """What a TOML file holds, and its text.

    Parameters
    ----------
    path : path
        The file.
    how : str
        What to do instead where it cannot be read.

    Raises
    ------
    InputError
        A file that cannot be read, is no text, is too large or is no TOML.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            held = file.read(LARGEST + 1)
        text = held.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it holds letters that are not UTF-8"
        raise InputError(None, f"{name!r} cannot be read ({why})", how) from None
    if len(held) > LARGEST:
        raise InputError(None, f"{name!r} is too large for settings", how)
    try:
        return tomllib.loads(text), text
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(None, f"{name!r} is no TOML: {_where_toml_ends(str(error))}", how) from None


def defaults(entries: Sequence[Entry]) -> Settings:
    """Settings without a file."""
    return Settings({entry.key: entry.default for entry in entries})


def _checked(settings: Settings, entries: Sequence[Entry]) -> Settings:
    with settings.blamed():
        values = {
            entry.key: None if settings[entry.key] is None else entry.check(settings[entry.key], entry.key)
            for entry in entries
        }
    return Settings(values, settings.file, settings.lines)


def _where_toml_ends(message: str) -> str:
    """What the parser says, in the order of a sentence.

    >>> _where_toml_ends("Invalid value (at line 3, column 9)")
    'line 3, column 9: invalid value'
    """
    what, _, place = message.partition(" (at ")
    said = what[:1].lower() + what[1:]
    return f"{place.rstrip(')')}: {said}" if place else said


def line_of_key(key: str, text: str) -> int:
    """Number of the line on which a key of the first level stands, as itself, in quotes, or as the name of a table."""
    name = re.escape(key)
    written = rf"^[ \t]*(?:\[\[?[ \t]*)?(?:{name}|\"{name}\"|'{name}')[ \t]*(?:[=.\]])"
    found = re.search(written, text, flags=re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def written(entries: Sequence[Entry], title: str) -> str:
    """The defaults as a file, each with what it means.

    >>> from ontogeny._core.setting_checks import text
    >>> print(written([Entry("deficit", "freeze", "What a closed pathway does.", text)], "Settings"))
    # Settings
    <BLANKLINE>
    # What a closed pathway does.
    deficit = "freeze"
    <BLANKLINE>
    """
    parts = [_comment(title)]
    for entry in entries:
        is_nothing = entry.default is None
        line = f"{entry.key} = {toml_value(entry.example if is_nothing else entry.default)}"
        parts.append(f"{_comment(entry.meaning)}\n{'# ' * is_nothing}{line}")
    return "\n\n".join(parts) + "\n"


def _comment(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="# ", subsequent_indent="# ")


def toml_value(value: Any) -> str:
    """A value as TOML writes it; a list of tables has a line for each."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + "".join(f"  {toml_value(each)},\n" for each in value) + "]"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return json.dumps(value, default=str)
