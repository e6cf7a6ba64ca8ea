"""What a person is told, as data until it is printed: words with settings in them, and notes with a kind.

A setting is an argument with its value, which Python writes as ``drop=['legs']`` and a shell as ``--drop legs``. Who
prints decides; nothing below the command line knows of options, and nothing looks for words in a sentence. Settings
and notes are tuples, so that JSON can hold them, and with it netCDF files and the attributes of a pandas table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Setting(NamedTuple):
    """An argument and the value to give to it.

    >>> str(Setting("drop", ["legs"]))
    "drop=['legs']"
    """

    argument: str
    value: Any

    def __str__(self) -> str:
        return f"{self.argument}={self.value!r}"

    def __hash__(self) -> int:
        return hash(self.argument)  # the value may be a list


Words = str | tuple[str | Setting, ...]
Writer = Callable[[Setting], str]  # how whoever prints writes a setting


def said(words: Words, setting: Writer = str) -> str:
    """Words as a sentence, with settings written as asked.

    >>> said(("leave it out with ", Setting("drop", ["legs"])))
    "leave it out with drop=['legs']"
    """
    if isinstance(words, str):
        return words
    return "".join(part if isinstance(part, str) else setting(part) for part in words)


def joined(parts: Sequence[Words], separator: str) -> Words:
    """Several words as one, with a separator between them.

    >>> said(joined(["fill it in", ("write ", Setting("drop", ["legs"]))], ", or "))
    "fill it in, or write drop=['legs']"
    """
    found: list[str | Setting] = []
    for number, part in enumerate(parts):
        found += [separator] * (number > 0)
        found += [part] if isinstance(part, str) else part
    return tuple(found)


class Note(NamedTuple):
    """Something that was done or noticed on the way from a file to a world.

    Attributes
    ----------
    kind : str
        What kind of thing it was, such as "scales" or "yes_no"; for programs.
    words : str or words
        What people are told: one sentence.
    columns : tuple of str
        Names of the columns or items that it is about.

    Examples
    --------
    >>> print(Note("left_out", "Left out: 'legs'.", ("legs",)))
    Left out: 'legs'.
    """

    kind: str
    words: Words
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        return said(self.words)


def revived(stored: Any) -> Note:
    """A note as JSON gives it back; a plain sentence, as older files hold, becomes a note without a kind.

    >>> revived({"kind": "scales", "words": ["write ", ["standardize", True]], "columns": ["legs"]})
    Note(kind='scales', words=('write ', Setting(argument='standardize', value=True)), columns=('legs',))
    >>> revived("The table has 3 items.")
    Note(kind='note', words='The table has 3 items.', columns=())
    """
    if isinstance(stored, str):
        return Note("note", stored)
    kind, words, columns = stored.values() if isinstance(stored, dict) else stored
    parts = (
        words if isinstance(words, str) else tuple(part if isinstance(part, str) else Setting(*part) for part in words)
    )
    return Note(kind, parts, tuple(columns))
