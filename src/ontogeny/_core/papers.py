"""From a paper to its functions, and from a result to its papers.

One docstring line is the whole index: ``Implements:`` and then citations such as ``saxe2014 (12), saxe2019 Fig. 4``.
`where` reads these lines from the sources with `ast`, so that it always agrees with ``grep``, and imports nothing. What
is known about each paper (conventions, numbered equations, errata) is in ``papers.toml``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ontogeny._core.bibliography import Paper, entry, papers, software
from ontogeny._core.checks import InputError, one_of
from ontogeny._core.places import Citation, citations, natural, place

PACKAGE = Path(__file__).resolve().parents[1]
# Scripts of figures: beside the package where it is installed, in their own folder among the sources.
GALLERY = PACKAGE / "gallery" if (PACKAGE / "gallery").is_dir() else PACKAGE.parents[1] / "examples"

_LINE = re.compile(r"^[ \t]*Implements:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_DISPLAY = re.compile(r"^[ \t]*\.\. math::(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_FIGURE = re.compile(r"plot_fig(\d+[a-z]?)_")


@dataclass(frozen=True, repr=False)
class Location:
    """A function of the package, or a figure of its gallery, and the places in papers that it implements or draws."""

    name: str
    file: Path
    line: int
    citations: tuple[Citation, ...]
    summary: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether this is a script of the gallery."""
        return self.name.endswith(".py")

    @property
    def typed(self) -> str:
        """What a user types: the shortest public name, or the import of what has none.

        >>> where("saxe2014", 12)[0].typed
        'ontogeny.modes.balanced.mode_strength'
        """
        if not self.file.is_relative_to(PACKAGE) or self.is_figure:
            return self.name
        module = _module(self.file, PACKAGE)
        own = self.name.removeprefix(f"{module}.")
        head, (above, _, last) = own.partition(".")[0], module.rpartition(".")
        if public := _public().get((module, head)):
            return f"{public}.{own}"
        is_face = _exports().get((above, last)) == (above, last)  # and not a function of that name
        return self.name if is_face else f"from {module} import {head}"

    def __repr__(self) -> str:
        verb, cited = "draws" if self.is_figure else "implements", ", ".join(map(str, self.citations))
        return f"{self.typed} ({self.file}:{self.line}) {verb} {cited}" + (f": {self.summary}" if self.summary else "")


class Locations(tuple[Location, ...]):
    """Results of `where`: a tuple that prints one function or figure per line, or says why there is none."""

    note: str

    def __new__(cls, found: Iterable[Location] = (), note: str = "") -> Locations:
        self = super().__new__(cls, found)
        self.note = note
        return self

    def __repr__(self) -> str:
        return "\n".join(map(repr, self)) or self.note


def where(paper: str, equation: int | str | None = None) -> Locations:
    """Functions that implement a paper, or one equation, section or theorem of it, and its figures in the gallery.

    Parameters
    ----------
    paper : str
        Key of the paper, such as ``"saxe2014"``.
    equation : int or str, optional
        Number of an equation, or a place such as ``"sec. 1.3"``, ``"Fig. 4"`` or ``"Theorem 1"``; by default everything
        that implements the paper, in the order of its places.

    Returns
    -------
    Locations
        A tuple of `Location` (name, file, line, citations, summary), printed one per line. It is empty for a known
        equation without a function; it then prints the reason.

    Raises
    ------
    InputError
        An unknown paper or equation; the message lists the known ones.

    Examples
    --------
    >>> where("saxe2014", 6)
    saxe2014 (6), energy of the connectivity modes: derivation step, so it has no function
    """
    known = _paper(paper)
    found = [place for place in (*implementations(), *figures()) if paper in {cited.paper for cited in place.citations}]
    if equation is None:
        first = {
            place: min(natural(cited.place) for cited in place.citations if cited.paper == paper) for place in found
        }
        return Locations(sorted(found, key=first.__getitem__), note=f"{paper}: no function implements it yet")
    cited = Citation(paper, _known_place(equation, known, found))
    return Locations([location for location in found if cited in location.citations], note=_why_none(cited, known))


def cite(thing: Any) -> str:
    """BibTeX of a paper, or of everything that a result rests on.

    Parameters
    ----------
    thing : str or result
        Key of a paper, or anything whose ``provenance`` has ``equations`` such as ``["saxe2014 (12)"]``. For other
        records of this package, the papers are those that their module implements; for a world or a taxonomy, only the
        software is cited.

    Returns
    -------
    str
        BibTeX entries. For a result: each paper once, then the software itself.

    Examples
    --------
    >>> print(cite("saxe2014").splitlines()[0])
    @inproceedings{saxe2014,
    """
    if isinstance(thing, str):
        return entry(_paper(thing))
    cited = [citation.paper for text in _equations(thing) for citation in citations(text)]
    return "\n\n".join([*(entry(_paper(key)) for key in dict.fromkeys(cited)), software()])


def implementations(package: Path = PACKAGE) -> tuple[Location, ...]:
    """Every function, class and method below `package` whose docstring says what it implements."""
    return _locations(docstrings(package))


def _locations(found: Iterable[tuple[str, Path, int, str]]) -> tuple[Location, ...]:
    said = (_location(*documented) for documented in found if "Implements:" in documented[-1])
    return tuple(location for location in said if location.citations)


def displays(location: Location) -> list[str]:
    """The LaTeX of the displayed equations in the docstring of a function, in their order.

    >>> displays(where("saxe2014", 10)[0])
    ['v = \\\\frac{2\\\\,u\\\\,(s - \\\\gamma - d\\\\,u)}{\\\\tau}']
    """
    documented = {(name, file): docstring for name, file, _, docstring in docstrings()}
    return [" ".join(lines.split()) for lines in _DISPLAY.findall(documented.get((location.name, location.file), ""))]


@cache
def figures() -> tuple[Location, ...]:
    """Every script of the gallery, ``<paper key>/plot_fig5_*.py``."""
    scripts = sorted(GALLERY.glob("*/plot_*.py"))
    return tuple(_figure(script) for script in scripts if script.parent.name in papers())


def _figure(script: Path) -> Location:
    number = _FIGURE.match(script.name)
    drawn = Citation(script.parent.name, place(f"Fig. {number[1]}") if number else "gallery")
    title = next(line for line in (ast.get_docstring(ast.parse(script.read_text("utf-8"))) or "").splitlines() if line)
    return Location(f"examples/{script.parent.name}/{script.name}", script, 1, (drawn,), title)


@cache
def docstrings(package: Path = PACKAGE) -> tuple[tuple[str, Path, int, str], ...]:
    """Name, file, line and docstring of every function, class and method below `package`, in the order of files."""
    return tuple(documented for file in sorted(package.rglob("*.py")) for documented in _documented(file, package))


@cache
def _documented(file: Path, package: Path) -> tuple[tuple[str, Path, int, str], ...]:
    """The same for one file."""
    return tuple(
        (f"{_module(file, package)}.{name}", file, node.lineno, docstring)
        for name, node in _definitions(ast.parse(file.read_text(encoding="utf-8")))
        if (docstring := ast.get_docstring(node))
    )


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _definitions(tree: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, Definition]]:
    for node in tree.body:
        if isinstance(node, Definition):
            yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from _definitions(node, f"{prefix}{node.name}.")


def _module(file: Path, package: Path) -> str:
    parts = file.relative_to(package.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@cache
def _exports() -> dict[tuple[str, str], tuple[str, str]]:
    """What every face of the package promises, as its stub says: face and name, and the module and name behind them."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for stub in PACKAGE.rglob("__init__.pyi"):
        face = ".".join(stub.parent.relative_to(PACKAGE.parent).parts)
        for line in ast.parse(stub.read_text(encoding="utf-8")).body:
            if isinstance(line, ast.ImportFrom):
                above = face.split(".")[: len(face.split(".")) + 1 - line.level]
                source = ".".join([*above, *filter(None, [line.module])])
                found |= {(face, each.asname or each.name): (source, each.name) for each in line.names}
    return found


@cache
def _public() -> dict[tuple[str, str], str]:
    """The face that promises a name of a module; the shortest, if several do."""
    found: dict[tuple[str, str], str] = {}
    for (face, name), behind in sorted(_exports().items(), key=lambda each: -len(each[0][0])):
        while behind in _exports() and _exports()[behind] != behind:
            behind = _exports()[behind]
        if behind[1] == name:
            found[behind] = face
    return found


def _location(name: str, file: Path, line: int, docstring: str) -> Location:
    lines = _LINE.findall(docstring)
    if len(lines) > 1:
        raise ValueError(f"{name} has {len(lines)} lines `Implements:`; write one, with commas")
    try:
        return Location(name, file, line, citations(lines[0]) if lines else (), docstring.splitlines()[0])
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _known_place(equation: int | str, paper: Paper, found: Iterable[Location]) -> str:
    """The place that `equation` means, if it is on the list of the paper or cited by a function."""
    cited = [citation.place for location in found for citation in location.citations if citation.paper == paper.key]
    known = sorted({*paper.places, *cited}, key=natural)
    asked = place(equation)
    for each in known:
        if each.casefold() == asked.casefold():
            return each
    listed = ", ".join(known) or "none of its equations"
    raise InputError("equation", f"is {asked}, which is not known of {paper.key}", f"known are {listed}")


def _why_none(cited: Citation, paper: Paper) -> str:
    equation = paper.places.get(cited.place)
    if equation is None:
        return ""
    why = f"{equation.status}, so it has no function" if equation.status else "not implemented"
    return f"{cited}, {equation.name}: {why}"


def _paper(key: str) -> Paper:
    return papers()[one_of(key, list(papers()), "paper")]


def _cited_in(module: str) -> list[str]:
    """What the functions of one module of this package implement."""
    files = [file for file in sorted(PACKAGE.rglob("*.py")) if _module(file, PACKAGE) == module]
    found = _locations(documented for file in files for documented in _documented(file, PACKAGE))
    return [str(cited) for where in found for cited in where.citations]


def _equations(thing: Any) -> Iterable[str]:
    """What a result rests on: as its provenance or the result says, else what its module implements."""
    provenance = getattr(thing, "provenance", None)
    if isinstance(provenance, Mapping):
        return provenance.get("equations", ())
    if provenance is not None:
        return getattr(provenance, "equations", ())
    if type(thing).__module__.startswith(f"{PACKAGE.name}."):
        return getattr(thing, "equations", None) or _cited_in(type(thing).__module__)
    raise InputError(
        "thing",
        f"is of type {type(thing).__name__}, which names no paper",
        "pass the key of a paper, such as 'saxe2014', or a result of this package",
    )
