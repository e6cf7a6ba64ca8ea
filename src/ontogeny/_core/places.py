"""Places in papers, as docstrings and people write them: equations, sections, figures, theorems."""

from __future__ import annotations

import re
from typing import NamedTuple

from .checks import InputError

_CITATION = re.compile(r"(?P<paper>[a-z]+\d{4}[a-z]*) (?P<place>.+)")
_NUMBER = re.compile(r"(?:eq\.? ?)?\(?(?P<number>[A-Z]{0,2}\d+[a-z]?)\)?", re.IGNORECASE)
_KINDS = {
    "sec": "sec.",
    "section": "sec.",
    "fig": "Fig.",
    "figure": "Fig.",
    "app": "App.",
    "appendix": "App.",
    "table": "Table",
    "theorem": "Theorem",
    "proposition": "Proposition",
    "lemma": "Lemma",
    "corollary": "Corollary",
}
_PART = re.compile(
    rf"(?P<supplement>SI )?(?P<kind>{'|'.join(sorted(_KINDS, key=len, reverse=True))})\.? ?"
    r"(?P<label>(?:[A-Z]|[A-Z]?\d+)(?:\.\d+)*[a-z]?)",
    re.IGNORECASE,
)
# a supplement or text without known numbering; figures of ours that no paper numbers
_WORDS = ("SI", "text", "gallery")


class Citation(NamedTuple):
    """One place in one paper, such as `saxe2014 (12)`."""

    paper: str
    place: str

    def __str__(self) -> str:
        return f"{self.paper} {self.place}"


def citations(text: str) -> tuple[Citation, ...]:
    """The citations in a comma-separated text.

    >>> [str(citation) for citation in citations("saxe2014 (12), saxe2019 Fig. 4")]
    ['saxe2014 (12)', 'saxe2019 Fig. 4']
    """
    return tuple(_citation(part.strip()) for part in text.split(","))


def _citation(text: str) -> Citation:
    match = _CITATION.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a citation; write 'saxe2014 (12)', 'saxe2014 sec. 1.3' or 'saxe2019 Fig. 4'")
    if place(match["place"]) != match["place"]:
        raise ValueError(f"{text!r} is not a citation; write '{match['paper']} {place(match['place'])}'")
    return Citation(match["paper"], match["place"])


def place(equation: int | str) -> str:
    """An equation, section, figure or theorem as `Implements:` lines write it.

    >>> place(12), place("eq. 12"), place("fig 4"), place("theorem 3.1")
    ('(12)', '(12)', 'Fig. 4', 'Theorem 3.1')
    """
    text = str(equation).strip()
    if number := _NUMBER.fullmatch(text):
        return f"({number['number']})"
    for word in _WORDS:
        if text.strip("()").lower() == word.lower():
            return word
    if part := _PART.fullmatch(text):
        label = part["label"][0].upper() + part["label"][1:]
        return f"{'SI ' if part['supplement'] else ''}{_KINDS[part['kind'].lower()]} {label}"
    raise InputError(
        "equation", f"is {equation!r}, which names no place in a paper", "write 12, 'sec. 1.3' or 'Fig. 4'"
    )


def natural(text: str) -> list[tuple[bool, int, str]]:
    """Sorting key under which (2) comes before (12), and equations before sections and figures."""
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.findall(r"\d+|\D+", text)]
