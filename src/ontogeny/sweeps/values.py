"""What stands in place of a value in a grid or a random design: lists, ranges, spaced numbers, and draws of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._core.checks import InputError, finite, one_of, positive
from .._core.setting_checks import whole_number
from .._core.settings import toml_value

SPACINGS = ("linear", "log")
MARKS = {"range", "from", "to", "count", "spacing"}  # keys of a table that stands for several values
WRITE_VALUES = (
    'write a list such as [1, 2, 3], { range = 50 }, or { from = 1e-5, to = 1e-2, count = 20, spacing = "log" }'
)
WRITE_DRAWS = 'write a list to choose from, { range = 50 }, or { from = 1e-5, to = 1e-2, spacing = "log" }'


def is_values(given: Any) -> bool:
    """Whether a table stands for several values."""
    return isinstance(given, Mapping) and bool(MARKS & set(given))


def plain(value: Any) -> Any:
    """A value as TOML and JSON know it: lists for arrays, ranges and tuples, numbers of Python for those of NumPy.

    >>> plain({"depth": range(1, 4), "share": np.float64(0.5)})
    {'depth': [1, 2, 3], 'share': 0.5}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple | range):
        return [plain(each) for each in value]
    return value


def grid_values(given: Any, key: str) -> list[Any]:
    """All values of a setting in a grid, in their order.

    Parameters
    ----------
    given : list or mapping
        The values; or a ``range``, or how many lie ``from`` a number ``to`` another, evenly or in their logarithm.
    key : str
        Name of the setting.

    Raises
    ------
    InputError
        Neither a list nor such a table, no values, one value twice.

    Examples
    --------
    >>> grid_values({"range": 3}, "seed"), grid_values({"from": 1, "to": 100, "count": 3, "spacing": "log"}, "depth")
    ([0, 1, 2], [1.0, 10.0, 100.0])
    """
    if isinstance(given, list):
        values = given
    elif is_values(given):
        values = _ranged(given, key) if "range" in given else _spaced(given, key)
    else:
        raise InputError(key, f"is {toml_value(given)}, but a grid takes several values", WRITE_VALUES)
    if not values:
        raise InputError(key, "is empty, so that there is nothing to run", WRITE_VALUES)
    written = [toml_value(value) for value in values]
    twice = next((each for number, each in enumerate(written) if each in written[:number]), None)
    if len(set(written)) < len(written):
        raise InputError(key, f"has {twice} twice, and equal settings give equal runs", "write it once")
    return values


def _ranged(given: Mapping[str, Any], key: str) -> list[Any]:
    if set(given) != {"range"}:
        raise InputError(
            key, f"is {toml_value(dict(given))}, but a range has nothing beside it", "write { range = 50 }"
        )
    return list(range(whole_number(1, "a range has numbers", 10_000_000)(given["range"], key)))


def _spaced(given: Mapping[str, Any], key: str) -> list[Any]:
    first, last, is_log = _ends(given, key, WRITE_VALUES, ("from", "to", "count"))
    count = whole_number(2, "numbers lie between two", 10_000_000)(given["count"], key)
    spaced = np.geomspace(first, last, count) if is_log else np.linspace(first, last, count)
    return list(spaced.tolist())


def _ends(given: Mapping[str, Any], key: str, remedy: str, needed: tuple[str, ...]) -> tuple[float, float, bool]:
    """The first and the last number, and whether logarithms are meant."""
    if set(needed) - set(given) or set(given) - {*needed, "spacing"}:
        raise InputError(key, f"is {toml_value(dict(given))}, which is not how numbers are spaced", remedy)
    is_log = one_of(given.get("spacing", "linear"), SPACINGS, key) == "log"
    why = "a logarithm needs numbers above 0"
    first, last = (positive(given[end], key, why) if is_log else finite(given[end], key) for end in ("from", "to"))
    if not first < last:
        raise InputError(key, f"goes from {first:g} to {last:g}, which is not above it", remedy)
    return first, last, is_log


def drawn_values(given: Any, key: str, number: int, seed: int) -> list[Any]:
    """Values of a setting in so many random runs.

    Each setting has draws of its own, so that another setting, or more runs, leave them as they are.

    Parameters
    ----------
    given : list or mapping
        What to choose from with equal chances; a ``range``; or numbers ``from`` one ``to`` another, uniform or
        uniform in their logarithm.
    key : str
        Name of the setting.
    number : int
        Of runs.
    seed : int
        Of all draws.

    Raises
    ------
    InputError
        Neither a list nor such a table.

    Examples
    --------
    >>> few, many = (drawn_values({"from": 1.0, "to": 2.0}, "tau", number, 0) for number in (2, 5))
    >>> many[:2] == few, drawn_values([1, 2, 3], "depth", 4, 0)
    (True, [3, 2, 3, 2])
    """
    draw = np.random.default_rng([seed, *key.encode()])
    if isinstance(given, list) or (is_values(given) and "range" in given):
        choices = grid_values(given, key)
        return [choices[place] for place in (draw.random(number) * len(choices)).astype(int)]
    if not is_values(given):
        raise InputError(key, f"is {toml_value(given)}, but it is drawn at random", WRITE_DRAWS)
    first, last, is_log = _ends(given, key, WRITE_DRAWS, ("from", "to"))
    share = draw.random(number)
    if is_log:
        return list(np.exp(np.log(first) + share * np.log(last / first)).tolist())
    return list((first + share * (last - first)).tolist())
