"""What is known about each paper, and BibTeX entries of the papers and of this package."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .places import place

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Equation:
    """A numbered equation: its number, a short name, and a status if it has no function on purpose."""

    number: str
    name: str
    status: str = ""


@dataclass(frozen=True)
class Erratum:
    """An error in a paper, or a caveat: where it is, what is right, and how that was checked."""

    where: str
    says: str
    checked: str


@dataclass(frozen=True, eq=False)
class Paper:
    """What the package knows about one paper."""

    key: str
    title: str
    authors: tuple[str, ...]
    year: int
    reference: Mapping[str, str]
    conventions: Mapping[str, str]
    equations: Mapping[str, Equation]
    errata: tuple[Erratum, ...]

    @property
    def places(self) -> dict[str, Equation]:
        """The listed equations by their place as `Implements:` lines write it, such as ``(12)`` or ``Theorem 1``."""
        return {place(number): equation for number, equation in self.equations.items()}


@cache
def papers() -> dict[str, Paper]:
    """Every known paper by its key."""
    table = tomllib.loads((_HERE / "papers.toml").read_text(encoding="utf-8"))
    return {key: _parsed_paper(key, facts) for key, facts in table.items()}


def _parsed_paper(key: str, facts: dict[str, Any]) -> Paper:
    return Paper(
        key=key,
        title=facts["title"],
        authors=tuple(facts["authors"]),
        year=facts["year"],
        reference=facts["reference"],
        conventions=facts["conventions"],
        equations={number: Equation(number, **equation) for number, equation in facts.get("equations", {}).items()},
        errata=tuple(Erratum(**erratum) for erratum in facts.get("errata", [])),
    )


def entry(paper: Paper) -> str:
    """BibTeX entry of a paper."""
    reference = dict(paper.reference)
    kind, venue = reference.pop("type"), reference.pop("venue")
    fields = {"title": f"{{{paper.title}}}", "author": " and ".join(paper.authors), "year": str(paper.year)}
    fields["journal" if kind == "article" else "booktitle"] = venue
    if arxiv := reference.pop("arxiv", None):
        fields |= {"eprint": arxiv, "archiveprefix": "arXiv"}
    return _bibtex(kind, paper.key, fields | reference)


def software() -> str:
    """BibTeX entry of this package, in its running version."""
    source = (_HERE.parent / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "(.+)"', source, re.MULTILINE)
    title = "{ontogeny: how deep networks learn, from the exact theory of deep linear networks}"
    fields = {"title": title, "author": "{The ontogeny developers}", "note": "Python package"}
    return _bibtex("software", "ontogeny", fields | ({"version": version[1]} if version else {}))


def _bibtex(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])
