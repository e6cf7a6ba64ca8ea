"""What to run: a command, settings that are fixed, and settings that vary over a grid or at random."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core.checks import InputError, quoted
from .._core.counting import counted
from .._core.settings import line_of_key, read_toml
from .values import plain
from .worlds import GIVEN

if TYPE_CHECKING:
    from ..environments.environment import Environment

KEYS = ("command", "fixed", "grid", "random", "number", "seed")
EXAMPLE = 'command = "predict"\n[fixed]\nenvironment = "zoo"\n[grid]\ndepth = [1, 2, 3]'
HOW = "write a file such as docs/sweeps.md shows"


@dataclass(frozen=True)
class Written:
    """The file that a specification was read from.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        What it holds.
    """

    path: Path
    text: str

    def __repr__(self) -> str:
        return f"<Written: {self.path}>"

    def where(self, table: str, key: str) -> str:
        """Where a key of a table stands, as a sentence begins with it."""
        return f"in {str(self.path)!r}, line {_line(self.text, table, key)}: "


@dataclass(frozen=True, eq=False)
class Specification:
    """What to run.

    Parameters
    ----------
    command : str
        "predict", "simulate", "generalize", "diagnose", "fit", "plasticity pretraining", "plasticity critical-period"
        or "plasticity perceptual".
    fixed : mapping of str
        Settings that are the same in all runs; those that are not named have their defaults.
    grid : mapping of str
        Settings of which every combination is run: a list of values, ``{"range": 50}``, or
        ``{"from": 1e-5, "to": 1e-2, "count": 20, "spacing": "log"}``. What is inside another setting is written with a
        dot, as in ``"environment.seed"``.
    random : mapping of str
        Instead of a grid, settings that are drawn for every run: a list to choose from, a range, or numbers ``from``
        one ``to`` another, uniform or uniform in their logarithm.
    number : int, optional
        Of random runs.
    seed : int
        Of the draws.

    Examples
    --------
    >>> starts = {"from": 1e-5, "to": 1e-2, "count": 20, "spacing": "log"}
    >>> Specification("predict", {"environment": "zoo"}, grid={"depth": [1, 2, 3], "initial_strength": starts})
    <Specification: predict over depth (3), initial_strength (20): 60 runs>
    """

    command: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    grid: Mapping[str, Any] = field(default_factory=dict)
    random: Mapping[str, Any] = field(default_factory=dict)
    number: int | None = None
    seed: int = 0
    written: Written | None = None
    given: Mapping[str, Environment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        worlds = dict(self.given)
        for name in ("fixed", "grid", "random"):
            values = getattr(self, name)
            if not isinstance(values, Mapping):
                raise InputError(name, f"is of type {type(values).__name__}", "write settings with their values")
            held = {str(key): _without_worlds(value, worlds) for key, value in values.items()}
            object.__setattr__(self, name, plain(held))
        object.__setattr__(self, "given", worlds)

    def __repr__(self) -> str:
        from .design import design_of

        design = design_of(self)
        sizes = ", ".join(f"{axis.name} ({len(axis.values)})" for axis in design.axes)
        if design.number is not None:
            sizes = ", ".join(axis.name for axis in design.axes) + " at random"
        return f"<Specification: {self.command} over {sizes}: {counted(design.runs, 'run')}>"

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return "the specification" if self.written is None else repr(str(self.written.path))

    @property
    def folder(self) -> Path:
        """Where files are looked for that it names."""
        return Path() if self.written is None else self.written.path.parent

    @contextmanager
    def blamed(self, table: str, key: str) -> Iterator[None]:
        """What this block refuses is said with the line of a key."""
        try:
            yield
        except InputError as error:
            if self.written is None:
                raise
            name = "" if error.argument is None else f"{error.argument} "
            where = self.written.where(table, key)
            raise InputError(None, (f"{where}{name}", *_words(error.problem)), error.remedy) from None


def _words(words: Any) -> tuple[Any, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def read_specification(path: str | Path) -> Specification:
    """Specification of a sweep from a TOML file.

    Parameters
    ----------
    path : path
        The file: ``command``, a table ``[fixed]``, and a table ``[grid]``, or ``[random]`` with ``number`` and
        ``seed`` above it.

    Returns
    -------
    Specification

    Raises
    ------
    InputError
        A file that cannot be read or is no TOML, a key that is not known; with its line.
    """
    place = Path(path)
    document, text = read_toml(place, HOW)
    written = Written(place, text)
    odd = next((key for key in document if key not in KEYS), None)
    if odd is not None:
        problem = f"{written.where('', odd)}{quoted([odd])} is not known here"
        raise InputError(
            None, problem, f"settings stand below [fixed], [grid] or [random]; above are {', '.join(KEYS)}"
        )
    if not isinstance(document.get("command"), str):
        raise InputError(None, f"{str(place)!r} names no command", 'write command = "predict" in its first line')
    for name in ("fixed", "grid", "random"):
        if not isinstance(document.get(name, {}), dict):
            raise InputError(None, f"{written.where('', name)}{name} is no table", f"write [{name}] and settings below")
    return Specification(**{"command": "", **document}, written=written)


def _without_worlds(value: Any, worlds: dict[str, Environment]) -> Any:
    """A value in which worlds of Python are named by a digest, and kept under it."""
    from ..environments.environment import Environment

    if isinstance(value, Environment):
        digest = digest_of(value)
        worlds[digest] = value
        return {GIVEN: digest}
    if isinstance(value, list | tuple):
        return [_without_worlds(each, worlds) for each in value]
    return value


def digest_of(world: Environment) -> str:
    """What a world is known by: the same for worlds that learn the same."""
    import hashlib

    import numpy as np

    found = hashlib.blake2b(digest_size=8)
    samples = () if world.data is None else world.data
    parts = (world.input_output_correlation, world.variation.entries, *samples)
    for part in parts:
        held = part if isinstance(part, np.ndarray) else repr(part)
        found.update(held.encode() if isinstance(held, str) else np.ascontiguousarray(held).tobytes())
    found.update(repr((world.names.items, world.names.features, world.normalization)).encode())
    return found.hexdigest()


def _line(text: str, table: str, key: str) -> int:
    """Line on which a key of a table stands; that of the table, or of the key anywhere, where it is not found there.

    >>> _line('command = "predict"\\n[fixed]\\ndepth = 2\\n[grid]\\ntau = [1, 2]\\n', "grid", "tau")
    5
    """
    if not table:
        return line_of_key(key, text)
    header = re.search(rf"^[ \t]*\[[ \t]*{re.escape(table)}[ \t]*\]", text, flags=re.MULTILINE)
    if header is None:
        return line_of_key(table, text)
    rest = text[header.end() :]
    end = re.search(r"^[ \t]*\[(?!\[).*\][ \t]*(#.*)?$", rest, flags=re.MULTILINE)
    part = rest[: end.start()] if end else rest
    first = key.split(".")[0]
    name = rf"(?:{re.escape(key)}|\"{re.escape(key)}\"|{re.escape(first)})"
    found = re.search(rf"^[ \t]*{name}[ \t]*[=.]", part, flags=re.MULTILINE)
    return text.count("\n", 0, header.start() if found is None else header.end() + found.start()) + 1
