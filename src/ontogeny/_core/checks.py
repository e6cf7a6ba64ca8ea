"""The one error that a user's input can cause, and the small checks that raise it.

Every message says what came, why it cannot be, and what to write instead.
"""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .notes import Words, Writer, said
from .shown import cut

MOST_CHOICES = 30  # names that a sentence lists in full


class InputError(ValueError):
    """Input that cannot be used; its message is one sentence for the person who wrote the input.

    Attributes
    ----------
    argument : str or None
        The argument that was wrong; None where it is a file, a table or several arguments together.
    problem : str or words
        What came, and why it cannot be.
    remedy : str or words
        What to write instead; empty where the problem says it.

    Examples
    --------
    >>> from ontogeny._core.notes import Setting
    >>> error = InputError("depth", "is 0, but a network has layers", "write 1 or more")
    >>> str(error)
    'depth is 0, but a network has layers; write 1 or more'
    >>> str(InputError(None, "column 'habitat' holds text", ("leave it out with ", Setting("drop", ["habitat"]))))
    "column 'habitat' holds text; leave it out with drop=['habitat']"
    """

    def __init__(self, argument: str | None, problem: Words, remedy: Words = "") -> None:
        super().__init__(argument, problem, remedy)
        self.argument, self.problem, self.remedy = argument, problem, remedy

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self, name: Callable[[str], str] = str, setting: Writer = str) -> str:
        """The message; how arguments and settings are written is up to who prints it."""
        remedy = said(self.remedy, setting)
        text = said(self.problem, setting) + (f"; {remedy}" if remedy else "")
        return text if self.argument is None else f"{name(self.argument)} {text}"


class PlateauWarning(UserWarning):
    """A network that will stay on a plateau for ever; the message says why, and what would move it."""


class UnstableWarning(UserWarning):
    """Steps so large that learning does not settle; the message names the rate and its limit."""


def quoted(names: Iterable[Any], most: int = 3) -> str:
    """The first few names in quotes, and how many more there are.

    >>> quoted(["a", "b", "c", "d", "e"])
    "'a', 'b', 'c' and 2 more"
    """
    names = list(names)
    first = ", ".join(repr(cut(str(name))) for name in names[:most])
    return first + (f" and {len(names) - most} more" if len(names) > most else "")


def one_of(value: Any, choices: Sequence[str], name: str) -> str:
    """`value` if it is one of `choices`, else an `InputError` that offers the nearest."""
    if value in choices:
        return str(value)
    near = difflib.get_close_matches(str(value), choices, n=1)
    some = f"{len(choices)} names, such as " * (len(choices) > MOST_CHOICES)
    shown = ", ".join(map(repr, choices[: 3 if some else None]))
    problem = f"is {value!r}, but it must be one of {some}{shown}"
    raise InputError(name, problem, f"did you mean {near[0]!r}?" if near else "")


def positive(value: Any, name: str, why: str) -> float:
    """`value` as a float if it is a finite number above zero."""
    number = finite(value, name)
    if number <= 0:
        raise InputError(name, f"is {value!r}, but {why}", "write a number above 0")
    return number


def not_negative(value: Any, name: str, what: str) -> float:
    """`value` as a float if it is a finite number of 0 or more."""
    number = finite(value, name)
    if number < 0:
        raise InputError(name, f"is {value!r}, but {what} is not negative", "write 0 or more")
    return number


def finite(value: Any, name: str) -> float:
    """`value` as a float if it is a finite number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(name, f"is {value!r}, which is not a number", "write a number") from None
    if not math.isfinite(number):
        raise InputError(name, f"is {value!r}, but it must be finite", "write a finite number")
    return number


def whole(value: Any, name: str, least: int, why: str) -> int:
    """`value` as an int if it is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int) and not float(finite(value, name)).is_integer():
        raise InputError(name, f"is {value!r}, but it must be a whole number", f"write {least} or more")
    number = value if isinstance(value, int) else int(float(value))
    if number < least:
        raise InputError(name, f"is {value!r}, but {why}", f"write {least} or more")
    return number


def expect(value: Any, kind: type, name: str, instead: str) -> None:
    """Refuse a value that is not of a kind, and say what to pass instead."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        given = type(value).__name__
        raise InputError(name, f"is of type {given}, but {article} {kind.__name__} is needed here", f"{instead}")


def why_no_name(path: str | os.PathLike[str]) -> str | None:
    """Why no file or folder can have this name; None if one can, whether it exists or not."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    return None
