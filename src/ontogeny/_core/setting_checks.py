"""Checks of single values in a file of settings: numbers, lists, words, choices; refused by key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .checks import InputError, expect, finite, one_of, whole
from .counting import counted
from .notes import Words
from .settings import toml_value


def number(check: Callable[..., float], *words: Any) -> Callable[[Any, str], float]:
    """A check of one number, which is neither a word nor true or false."""

    def checked(value: Any, key: str) -> float:
        if isinstance(value, bool | str | list | dict):
            raise InputError(key, f"is {toml_value(value)}, which is not a number", "write a number")
        return check(value, key, *words)

    return checked


def numbers(check: Callable[[Any, str], float], *, fewest: int = 0, most: int | None = None) -> Callable[..., Any]:
    """A check of a list of numbers."""
    size = f"{fewest} or more numbers" if most is None else f"{fewest} numbers" if most == fewest else "numbers"

    def checked(value: Any, key: str) -> list[float]:
        if not isinstance(value, list):
            raise InputError(key, f"is {toml_value(value)}, but a list is needed", "write [1.0, 0.5]")
        if len(value) < fewest or (most is not None and len(value) > most):
            raise InputError(
                key, f"has {counted(len(value), 'number')}, but it takes {size}", f"write {size} in brackets"
            )
        return [check(each, key) for each in value]

    return checked


def text(value: Any, key: str) -> str:
    """A check of words."""
    if not isinstance(value, str):
        raise InputError(key, f"is {toml_value(value)}, but it is written in quotes", f'write {key} = "..."')
    return value


def tables(*keys: str, needed: Sequence[str] = ()) -> Callable[[Any, str], list[dict[str, Any]]]:
    """A check of a list of tables with such keys."""

    def checked(value: Any, key: str) -> list[dict[str, Any]]:
        example: Words = f"write {key} = [{{ {', '.join(f'{each} = ...' for each in needed or keys)} }}]"
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise InputError(key, "is not a list of tables in braces", example)
        for number_of, each in enumerate(value, start=1):
            odd = next((name for name in each if name not in keys), None)
            lacks = next((name for name in needed if name not in each), None)
            if odd is not None:
                raise InputError(key, f"has {odd!r} in number {number_of}, which is not known there", example)
            if lacks is not None:
                raise InputError(key, f"lacks {lacks!r} in number {number_of}", example)
        return value

    return checked


def choice(*choices: str) -> Callable[[Any, str], str]:
    """A check of a word that is one of several."""
    return lambda value, key: one_of(text(value, key), choices, key)


def share(value: Any, key: str) -> float:
    """A check of a number between 0 and 1."""
    found = number(finite)(value, key)
    if not 0 < found < 1:
        raise InputError(key, f"is {found:g}, but learning begins at 0 and ends at 1", "write 0.9")
    return found


def true_or_false(value: Any, key: str) -> bool:
    """A check of yes or no."""
    if not isinstance(value, bool):
        raise InputError(key, f"is {value!r}, but it is yes or no", f"write {key} = true or {key} = false")
    return value


def names(value: Any, key: str) -> list[str]:
    """A check of a list of words."""
    expect(value, list, key, 'write ["a", "b"]')
    return [text(each, key) for each in value]


def whole_number(least: int, why: str, most: int | None = None) -> Callable[[Any, str], int]:
    """A check of a whole number of at least `least`."""

    def checked(value: Any, key: str) -> int:
        if isinstance(value, bool | str | list | dict):
            raise InputError(key, f"is {value!r}, but it must be a whole number", f"write {least} or more")
        found = whole(value, key, least, why)
        if most is not None and found > most:
            raise InputError(key, f"is {found}, which would take very long", f"write {most} or less")
        return found

    return checked
