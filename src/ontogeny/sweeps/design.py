"""The runs of a specification: which settings each has, checked."""

from __future__ import annotations

import copy
import difflib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from .._core.checks import InputError, one_of, quoted
from .._core.setting_checks import whole_number
from .._core.settings import defaults, toml_value
from .commands import PLACES, Command, command_of
from .specification import Specification
from .values import drawn_values, grid_values, is_values

MOST = 2_000_000  # runs; beyond that, one store with a chunk for every hundred is no good place for them
RUN = "run"  # dimension of a random design


class Axis(NamedTuple):
    """A setting that varies.

    Attributes
    ----------
    name : str
        Of its dimension.
    path : tuple of str
        The setting, and where inside it.
    values : list
        In a grid, all values; in a random design, that of every run.
    """

    name: str
    path: tuple[str, ...]
    values: list[Any]


@dataclass(frozen=True, eq=False)
class Design:
    """Runs, and the settings of each.

    Parameters
    ----------
    command : Command
        What is run.
    base : mapping of str
        Settings of all runs, with defaults; those that vary are changed in each.
    axes : tuple of Axis
        What varies.
    number : int or None
        Of random runs; None for a grid.
    specification : Specification
        Where it comes from.
    """

    command: Command
    base: Mapping[str, Any]
    axes: tuple[Axis, ...]
    number: int | None
    specification: Specification

    @property
    def dims(self) -> tuple[str, ...]:
        """Dimensions of the runs."""
        return tuple(axis.name for axis in self.axes) if self.number is None else (RUN,)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of runs along every dimension."""
        return tuple(len(axis.values) for axis in self.axes) if self.number is None else (self.number,)

    @property
    def runs(self) -> int:
        """Number of all runs."""
        return math.prod(self.shape)

    def __repr__(self) -> str:
        return f"<Design: {self.runs} runs of {self.command.name}>"

    def settings(self, run: int) -> dict[str, Any]:
        """Settings of one run; runs are numbered along the last dimension first."""
        return self._with({axis.path: axis.values[place] for axis, place in zip(self.axes, self._places(run))})

    def varied(self, run: int) -> dict[str, Any]:
        """Settings of one run that vary, by the names of their dimensions."""
        return {axis.name: axis.values[place] for axis, place in zip(self.axes, self._places(run))}

    def _places(self, run: int) -> Sequence[int]:
        """Place of a run along every axis."""
        if self.number is not None:
            return (run,) * len(self.axes)
        return [int(place) for place in np.unravel_index(run, self.shape)]

    def every(self, key: str) -> list[Any]:
        """All values that a setting takes, each once."""
        own = [axis for axis in self.axes if axis.path[0] == key]
        combined: Iterator[tuple[Any, ...]]
        combined = product(*(axis.values for axis in own)) if self.number is None else zip(*(a.values for a in own))
        found = {}
        for values in combined if own else iter([()]):
            value = self._with(dict(zip((axis.path for axis in own), values)))[key]
            found[json.dumps(value)] = value
        return list(found.values())

    def _with(self, changes: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
        settings = dict(self.base)
        for path, value in changes.items():
            settings[path[0]] = _replaced(settings[path[0]], path, value)
        return settings


def _replaced(whole: Any, path: tuple[str, ...], value: Any) -> Any:
    """A setting with something inside it changed."""
    if len(path) == 1:
        return value
    whole = copy.deepcopy(whole)
    inside = whole
    for step in path[1:-1]:
        inside = inside[_place(inside, step, path)]
    if isinstance(inside, dict):
        inside[path[-1]] = value
    else:
        inside[_place(inside, path[-1], path)] = value
    return whole


def _place(inside: Any, step: str, path: tuple[str, ...]) -> Any:
    """A key of a table, or a place in a list, which count from 1."""
    if isinstance(inside, dict) and step in inside:
        return step
    if isinstance(inside, list) and step.isdecimal() and 1 <= int(step) <= len(inside):
        return int(step) - 1
    name = ".".join(path)
    problem = f"varies {step!r} inside {path[0]}, but {path[0]} is {toml_value(inside)}"
    raise InputError(name, problem, f"write {path[0]} as a table in [fixed], with what varies in it")


def design_of(specification: Specification) -> Design:
    """The runs that a specification asks for.

    Raises
    ------
    InputError
        An unknown command or setting, a value that cannot be, settings that do not go together, no runs or too many.
    """
    with specification.blamed("", "command"):
        if specification.command == "plasticity":
            kinds = [name for name in PLACES if name.startswith("plasticity")]
            raise InputError("command", "is 'plasticity', of which there are three", f"write {quoted(kinds)}")
        command = command_of(one_of(specification.command, tuple(PLACES), "command"))
    is_random = _check_kind(specification)
    base = dict(defaults(command.entries).values)
    checks = {entry.key: entry.check for entry in command.entries}
    for key, value in specification.fixed.items():
        with specification.blamed("fixed", key):
            _check_known(key, checks)
            base[key] = checks[key](value, key)
    table = "random" if is_random else "grid"
    number = _number(specification) if is_random else None
    axes = []
    for path, given in _paths(getattr(specification, table), ()):
        key = ".".join(path)
        with specification.blamed(table, key):
            _check_known(path[0], checks)
            if len(path) == 1 and path[0] in specification.fixed:
                raise InputError(key, f"is in [fixed] and in [{table}]", "write it in one of them")
            if is_random:
                values = drawn_values(given, key, int(number or 0), specification.seed)
            else:
                values = grid_values(given, key)
            for value in values if not is_random else _few(values):
                checks[path[0]](_replaced(base[path[0]], path, value), path[0])
            checked = [checks[key](each, key) for each in values] if len(path) == 1 else values
            axes.append(Axis("_".join(path), path, checked))
    design = Design(command, base, tuple(axes), number, specification)
    for key in command.needed:
        if design.base[key] is None and all(axis.path != (key,) for axis in axes):
            problem = f"{specification.name} lacks {key!r}, which has no default"
            raise InputError(None, problem, f"write it below [fixed] or [{table}]")
    if design.runs > MOST:
        raise InputError(None, f"there would be {design.runs:,} runs, but {MOST:,} fit in one store", "sweep in parts")
    command.check(design)
    return design


def _few(values: list[Any]) -> list[Any]:
    """Drawn values that stand for all: the least and the largest, or each once."""
    return [min(values), max(values)] if all(type(each) is float for each in values) else values


def _check_kind(specification: Specification) -> bool:
    """Whether the design is random; refuses one that is both, or neither."""
    if bool(specification.grid) == bool(specification.random):
        came = "has neither [grid] nor [random]" if not specification.grid else "has both [grid] and [random]"
        raise InputError(None, f"{specification.name} {came}", "write one of them, with the settings that vary")
    if specification.grid and specification.number is not None:
        with specification.blamed("", "number"):
            raise InputError("number", "is of random runs, but there is a [grid]", "leave it out")
    with specification.blamed("", "seed"):
        whole_number(0, "seeds are not negative")(specification.seed, "seed")
    return bool(specification.random)


def _number(specification: Specification) -> int:
    if specification.number is None:
        problem = f"{specification.name} has [random], but no number of runs"
        raise InputError(None, problem, "write number = 100 above the tables")
    with specification.blamed("", "number"):
        return whole_number(1, "there is a run at least", MOST)(specification.number, "number")


def _check_known(key: str, checks: Mapping[str, Any]) -> None:
    if key in checks:
        return
    near = difflib.get_close_matches(key, checks, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else f"the settings are {', '.join(checks)}"
    raise InputError(None, f"{quoted([key])} is no setting of this command", remedy)


def _paths(table: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Settings that vary, with what is inside another setting under its path."""
    for key, given in table.items():
        path = (*above, *key.split("."))
        is_value = not isinstance(given, Mapping) or is_values(given) or {"form", "table"} & set(given)
        if is_value or not given:
            yield path, given
        else:
            yield from _paths(given, path)
