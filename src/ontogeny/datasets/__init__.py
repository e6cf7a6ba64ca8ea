"""Built-in tables; their sources and licences are in the README of this folder."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from .._core.checks import one_of

if TYPE_CHECKING:
    import pandas as pd

    from ..environments.environment import Environment

# how each table is read: the item column, the category column, the columns left out
_TABLES: dict[str, dict[str, Any]] = {
    "zoo": {"items": "name", "category": "type", "drop": ("legs",)},
    "wordnet": {"items": "item"},
    "rumelhart": {"items": "item"},
}


def names() -> tuple[str, ...]:
    """Names of the built-in tables.

    >>> names()
    ('zoo', 'wordnet', 'rumelhart')
    """
    return tuple(_TABLES)


def options(name: str) -> dict[str, Any]:
    """How a built-in table is read: arguments of `Environment.from_dataframe`.

    zoo leaves out ``legs``, a count from 0 to 8 that would dominate the yes/no features.
    """
    return dict(_TABLES[one_of(name, names(), "the table")])


def table(name: str) -> pd.DataFrame:
    """A built-in table as it is in its file, with one row per item."""
    import pandas as pd

    one_of(name, names(), "the table")
    with files(__package__).joinpath(f"{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


def load(name: str) -> Environment:
    """A built-in table as a world.

    Parameters
    ----------
    name : str
        "zoo" (101 animals, 15 yes/no features), "wordnet" (48 nouns, 51 is-a categories) or "rumelhart"
        (8 living things, 36 properties).

    Raises
    ------
    InputError
        An unknown name; the message suggests the nearest.

    Examples
    --------
    >>> load("zoo").spectrum().singular_values[:4].round(2).tolist()
    [20.11, 9.67, 7.58, 5.0]
    """
    from ..environments.environment import Environment

    return Environment.from_dataframe(table(name), **options(name))
