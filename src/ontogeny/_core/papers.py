"""From a paper to its functions, and from a result to its papers.

One docstring line is the whole index: ``Implements:`` and then citations such as ``saxe2014 (12), saxe2019 Fig. 4``.
`where` reads these lines from the sources with `ast`, so that it can never disagree with ``grep``, and it imports
nothing. What is known of each paper (conventions, numbered equations, errata) stands in ``papers.toml``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ontogeny._core.bibliography import Paper, entry, papers, software
from ontogeny._core.checks import InputError, one_of

PACKAGE = Path(__file__).resolve().parents[1]

_LINE = re.compile(r"^[ \t]*Implements:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_CITATION = re.compile(r"(?P<paper>[a-z]+\d{4}[a-z]*) (?P<place>.+)")
_NUMBER = re.compile(r"(?:eq\.? ?)?\(?(?P<number>[A-Z]{0,2}\d+[a-z]?)\)?", re.IGNORECASE)
_PART = re.compile(
    r"(?P<supplement>SI )?(?P<kind>sec|fig|app|table)\.? (?P<label>(?:[A-Z]|[A-Z]?\d+)(?:\.\d+)*[a-z]?)", re.I
)
_KINDS = {"sec": "sec.", "fig": "Fig.", "app": "App.", "table": "Table"}


class Citation(NamedTuple):
    """One place in one paper, such as `saxe2014 (12)`."""

    paper: str
    place: str

    def __str__(self) -> str:
        return f"{self.paper} {self.place}"


@dataclass(frozen=True, repr=False)
class Location:
    """A function of the package and what it implements."""

    name: str
    file: Path
    line: int
    citations: tuple[Citation, ...]

    def __repr__(self) -> str:
        return f"{self.name} ({self.file}:{self.line}) implements {', '.join(map(str, self.citations))}"


class Locations(tuple[Location, ...]):
    """Functions found by `where`: a tuple that prints one function a line, or says why there is none."""

    note: str

    def __new__(cls, found: Iterable[Location] = (), note: str = "") -> Locations:
        self = super().__new__(cls, found)
        self.note = note
        return self

    def __repr__(self) -> str:
        return "\n".join(map(repr, self)) or self.note


def where(paper: str, equation: int | str | None = None) -> Locations:
    """Functions that implement a paper, or one equation, section or figure of it.

    Parameters
    ----------
    paper : str
        Key of the paper, such as ``"saxe2014"``.
    equation : int or str, optional
        Number of an equation, or a place such as ``"sec. 1.3"`` or ``"Fig. 4"``. Without it, everything that
        implements the paper is found.

    Returns
    -------
    Locations
        A tuple of `Location` (name, file, line, citations). It is empty for an equation that is known but has no
        function; its printed form then says why.

    Raises
    ------
    InputError
        For a paper or an equation that is not known; the message names those that are.

    Examples
    --------
    >>> where("saxe2014", 6)
    saxe2014 (6), energy of the connectivity modes: derivation step, so it has no function
    """
    known = _paper(paper)
    found = [location for location in implementations() if paper in {cited.paper for cited in location.citations}]
    if equation is None:
        return Locations(found, note=f"{paper}: no function implements it yet")
    cited = Citation(paper, _known_place(equation, known, found))
    return Locations([location for location in found if cited in location.citations], note=_why_none(cited, known))


def cite(thing: Any) -> str:
    """BibTeX of a paper, or of everything that a result rests on.

    Parameters
    ----------
    thing : str or result
        Key of a paper, or anything whose ``provenance`` has ``equations`` such as ``["saxe2014 (12)"]``; any other
        record of this package rests on what its module implements.

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


def citations(text: str) -> tuple[Citation, ...]:
    """The citations in a comma-separated text.

    >>> [str(citation) for citation in citations("saxe2014 (12), saxe2019 Fig. 4")]
    ['saxe2014 (12)', 'saxe2019 Fig. 4']
    """
    return tuple(_citation(part.strip()) for part in text.split(","))


def place(equation: int | str) -> str:
    """An equation, section or figure as `Implements:` lines write it.

    >>> place(12), place("eq. 12"), place("fig 4")
    ('(12)', '(12)', 'Fig. 4')
    """
    text = str(equation).strip()
    if number := _NUMBER.fullmatch(text):
        return f"({number['number']})"
    if text.strip("()") == "SI":  # a supplement whose parts were not seen numbered
        return "SI"
    if part := _PART.fullmatch(text):
        return f"{'SI ' if part['supplement'] else ''}{_KINDS[part['kind'].lower()]} {part['label']}"
    raise InputError(f"equation is {equation!r}, which names no place in a paper; write 12, 'sec. 1.3' or 'Fig. 4'")


def implementations(package: Path = PACKAGE) -> tuple[Location, ...]:
    """Every function, class and method below `package` whose docstring says what it implements."""
    found = (_location(*documented) for documented in docstrings(package) if "Implements:" in documented[-1])
    return tuple(location for location in found if location.citations)


@cache
def docstrings(package: Path = PACKAGE) -> tuple[tuple[str, Path, int, str], ...]:
    """Name, file, line and docstring of every function, class and method below `package`, in the order of files."""
    return tuple(
        (f"{_module(file, package)}.{name}", file, node.lineno, docstring)
        for file in sorted(package.rglob("*.py"))
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


def _location(name: str, file: Path, line: int, docstring: str) -> Location:
    lines = _LINE.findall(docstring)
    if len(lines) > 1:
        raise ValueError(f"{name} has {len(lines)} lines `Implements:`; write one, with commas")
    try:
        return Location(name, file, line, citations(lines[0]) if lines else ())
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _citation(text: str) -> Citation:
    match = _CITATION.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no citation; write 'saxe2014 (12)', 'saxe2014 sec. 1.3' or 'saxe2019 Fig. 4'")
    if place(match["place"]) != match["place"]:
        raise ValueError(f"{text!r} is no citation; write '{match['paper']} {place(match['place'])}'")
    return Citation(match["paper"], match["place"])


def _known_place(equation: int | str, paper: Paper, found: Iterable[Location]) -> str:
    """The place that `equation` means, if the paper's list or a function knows it."""
    cited = [citation.place for location in found for citation in location.citations if citation.paper == paper.key]
    known = sorted({f"({number})" for number in paper.equations} | set(cited), key=natural)
    if (asked := place(equation)) in known:
        return asked
    raise InputError(f"{paper.key} {asked} is not known here; known are {', '.join(known) or 'none of its equations'}")


def natural(text: str) -> list[tuple[bool, int, str]]:
    """Sorting key under which (2) comes before (12), and equations before sections and figures."""
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.findall(r"\d+|\D+", text)]


def _why_none(cited: Citation, paper: Paper) -> str:
    equation = paper.equations.get(cited.place.strip("()"))
    if equation is None:
        return ""
    why = f"{equation.status}, so it has no function" if equation.status else "not implemented"
    return f"{cited}, {equation.name}: {why}"


def _paper(key: str) -> Paper:
    return papers()[one_of(key, list(papers()), "paper")]


def _cited_in(module: str) -> list[str]:
    """What the functions of one module of this package implement: what its records rest on."""
    found = implementations() if module.startswith(f"{PACKAGE.name}.") else ()
    return [str(cited) for where in found if where.name.startswith(f"{module}.") for cited in where.citations]


def _equations(thing: Any) -> Iterable[str]:
    provenance = getattr(thing, "provenance", None)
    if provenance is None and (own := _cited_in(type(thing).__module__)):
        return own
    if provenance is None:
        raise InputError(
            f"cite was given something of type {type(thing).__name__}, which names no paper; "
            "give it a paper key such as 'saxe2014', or a result of this package"
        )
    if isinstance(provenance, Mapping):
        return provenance.get("equations", ())
    return getattr(provenance, "equations", ())
