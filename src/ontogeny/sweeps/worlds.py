"""Worlds as settings write them: a built-in name, a file with how it is read, or a form with its numbers."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core.checks import InputError, one_of
from .._core.settings import toml_value

if TYPE_CHECKING:
    from ..environments.environment import Environment

GIVEN = "given"  # key of a world that is handed over in Python, by its digest
GRAPHS = ("ring", "chain", "grid", "cylinder", "clusters", "cliques", "tree_graph")  # on which features vary smoothly
DESIGNS = ("tree", "ordering", "cross_cutting", "hidden_category")
FORMS = (*DESIGNS, *GRAPHS)
OF_FIELDS = ("sigma", "features", "seed", "normalization")
NOT_WRITTEN = (
    "df",
    "frequency",
    "missing_values",
    "self",
)  # arguments of `from_dataframe` that a file has no place for
WRITE_WORLD = (
    'write "zoo", "animals.csv", { table = "animals.csv", center = true } or { form = "tree", branching = [2, 2] }'
)
KEPT = 128  # worlds that are kept in memory


def check_world(value: Any, key: str) -> str | dict[str, Any]:
    """A check of the description of a world.

    Raises
    ------
    InputError
        Neither a name nor a table with ``form`` or ``table``, an unknown form, a number that the form does not have.
    """
    if isinstance(value, str) or isinstance(value, dict) and GIVEN in value:
        return value
    if not isinstance(value, dict) or ("form" in value) == ("table" in value):
        raise InputError(key, f"is {toml_value(value)}, which describes no world", WRITE_WORLD)
    if "table" in value:
        if not isinstance(value["table"], str):
            raise InputError(key, f"is {toml_value(value)}, but a table is named in quotes", WRITE_WORLD)
        known = tuple(_reading_options())
    else:
        known = tuple(_options_of(one_of(value["form"], FORMS, key)))
    odd = next((name for name in value if name not in (*known, "form", "table")), None)
    if odd is not None:
        what = "a table" if "table" in value else f"the form {value['form']!r}"
        raise InputError(key, f"has {odd!r}, which {what} does not have", f"it may have {', '.join(known)}")
    lacks = [] if "table" in value else [name for name, needed in _options_of(value["form"]).items()
                                         if needed and name not in value]  # fmt: skip
    if lacks:
        raise InputError(key, f"lacks {lacks[0]!r}, which the form {value['form']!r} needs", f"write {lacks[0]} = ...")
    return value


def _options_of(form: str) -> dict[str, bool]:
    """Arguments of a form, and whether they are needed."""
    arguments = dict(inspect.signature(_maker(form)).parameters)
    if form in GRAPHS:
        field = inspect.signature(_maker("field")).parameters
        arguments |= {name: field[name] for name in OF_FIELDS}
    return {name: each.default is inspect.Parameter.empty for name, each in arguments.items()}


def _reading_options() -> list[str]:
    """How a table may be read."""
    from ..environments.environment import Environment

    return [name for name in inspect.signature(Environment.from_dataframe).parameters if name not in NOT_WRITTEN]


def _maker(form: str) -> Callable[..., Any]:
    from .. import environments

    return getattr(environments, form)


def file_of(description: Any, folder: Path) -> Path | None:
    """The file that a world is read from; None of a built-in table, a form, or a world given in Python."""
    name = description.get("table") if isinstance(description, Mapping) else description
    return None if name is None or is_built_in(name, folder) else placed(name, folder)


def is_built_in(table: str, folder: Path) -> bool:
    """Whether a name is that of a built-in table."""
    from ..datasets import names

    return table in names() and not (folder / table).is_file()


def placed(name: str, folder: Path) -> Path:
    """A file beside the specification that names it."""
    return folder / name


def reference(description: Any) -> str:
    """A description as one line, by which a world is known."""
    return json.dumps(description, sort_keys=True)


def read_world(description: str | dict[str, Any], folder: Path) -> Environment:
    """World of a table, as `ontogeny learn` reads it."""
    from .. import datasets
    from ..environments.environment import Environment
    from ..tables.files import read_table

    asked = {"table": description} if isinstance(description, str) else dict(description)
    table = asked.pop("table")
    if is_built_in(table, folder):
        usual = datasets.options(table)
        usual["drop"] = (*usual.get("drop", ()), *asked.pop("drop", ()))
        return Environment.from_dataframe(datasets.table(table), **{**asked, **usual})
    items = asked.get("items")
    frame, _ = read_table(str(placed(table, folder)), items=items)
    return Environment.from_dataframe(frame, **asked)


def world_of(description: Any, inputs: Mapping[str, Any]) -> Environment:
    """A world: one that was read, or one that is made here, from its form.

    Parameters
    ----------
    description : str or dict
        As settings write it.
    inputs : mapping of str
        Worlds that were read, by `reference`.

    Examples
    --------
    >>> world_of({"form": "ordering", "n": 4}, {}).spectrum().singular_values.size
    4
    """
    known = reference(description)
    return inputs[known] if known in inputs else _made(known)


@lru_cache(KEPT)
def _made(known: str) -> Environment:
    asked = json.loads(known)
    form = asked.pop("form")
    if form not in GRAPHS:
        return _maker(form)(**asked)
    of_field = {name: asked.pop(name) for name in OF_FIELDS if name in asked}
    return _maker("field")(_maker(form)(**asked), **of_field)


def most_modes(descriptions: list[Any], inputs: Mapping[str, Any]) -> int:
    """Number of modes of the world that has most: exact of single worlds, not exceeded where many differ by draws."""
    kinds: dict[str, list[Any]] = {}
    for each in descriptions:
        kinds.setdefault(reference(_without_draws(each)), []).append(each)
    most = 1
    for alike in kinds.values():
        world = world_of(alike[0], inputs)
        exact = world.spectrum().singular_values.size
        bound = min(world.input_output_correlation.shape)
        most = max(most, exact if len(alike) == 1 else bound)
    return most


def _without_draws(description: Any) -> Any:
    """What decides the size of a world: everything but seeds and numbers that are no whole ones."""
    if not isinstance(description, dict) or "form" not in description:
        return description
    return {key: each for key, each in description.items() if key != "seed" and "." not in json.dumps(each)}
