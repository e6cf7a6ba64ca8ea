"""One page per paper: its conventions, its numbered equations and what became of them, its errata.

Run ``python docs/make_papers.py`` to write ``docs/papers/``. The pages are made from ``papers.toml`` and from the
``Implements:`` lines of the sources, so they are never edited and never committed.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import make_api

from ontogeny._core.bibliography import Equation, Erratum, Paper, papers
from ontogeny._core.papers import GALLERY, Location, displays, figures, implementations
from ontogeny._core.places import natural
from ontogeny.report.gallery import chapters

MOST_FORMULAS = 3  # of one place, such as a section that many functions come from
ERRATA = "Errata and caveats"
HEAD = ("Place", "What it is", "Here")
USERS = ("ontogeny.fitting.", "ontogeny.workflows.", "ontogeny.report.")
BAR = r"\vert "  # a bar would end the cell of a table
FOLDER = Path(__file__).resolve().parent / "papers"


STATUS = ("reproduced", "in the style of", "not yet")


class Panel(NamedTuple):
    """A panel of a figure, what it shows, and what became of it."""

    paper: str
    place: str
    shows: str
    how: str
    script: str = ""
    why: str = ""


def panels() -> list[Panel]:
    """Every listed panel, paper by paper."""
    table = tomllib.loads((GALLERY / "panels.toml").read_text(encoding="utf-8"))
    return [Panel(paper, place, **facts) for paper, listed in table.items() for place, facts in listed.items()]


def main(folder: Path = FOLDER) -> None:
    """Write every page, and remove those of papers that are no longer known."""
    made = pages(papers(), [*implementations(), *figures()])
    folder.mkdir(parents=True, exist_ok=True)
    for stale in {file.name for file in folder.glob("*.md")} - set(made):
        (folder / stale).unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


def pages(known: Mapping[str, Paper], found: Iterable[Location]) -> dict[str, str]:
    """Every page by its file name."""
    found = sorted(found, key=lambda location: location.name)
    return {"index.md": index(known), "figures.md": figure_table(panels())} | {
        f"{key}.md": page(paper, found) for key, paper in known.items()
    }


def index(known: Mapping[str, Paper]) -> str:
    """The table of papers, with a toctree."""
    rows = [
        [f"[{paper.title}]({key}.md)", authors(paper), str(paper.year), f"`{key}`", str(len(paper.errata) or "")]
        for key, paper in known.items()
    ]
    toctree = "\n".join(["```{toctree}", ":hidden:", "", "figures", *known, "```"])
    return _page(
        "Papers",
        "Where the theory comes from, equation by equation, and [figure by figure](figures.md).",
        table("Paper", "Authors", "Year", "Key", "Errata", rows=rows),
        toctree,
    )


def page(paper: Paper, found: Iterable[Location]) -> str:
    """The page of one paper."""
    return _page(
        paper.title,
        f"{authors(paper)}, {paper.year}. {reference(paper)}",
        calls(paper),
        section("Conventions", [f"**{name.capitalize()}**: {text}" for name, text in paper.conventions.items()]),
        equations(paper, list(found)),
        figure_section(paper),
        section(ERRATA, map(erratum, paper.errata)),
    )


def calls(paper: Paper) -> str:
    """What to write to get from this paper to code, to its figures and to its reference."""
    number = next((place.strip("()") for place, equation in paper.places.items() if not equation.status), "")
    lines = [f'on.where("{paper.key}", {number})  # the function behind an equation'] if number.isdigit() else []
    lines += [f'on.cite("{paper.key}")  # BibTeX']
    shell = f"```sh\nontogeny reproduce {paper.key}\n```" if paper.key in chapters() else ""
    return "\n\n".join(["```python\nimport ontogeny as on\n\n" + "\n".join(lines) + "\n```", shell])


def authors(paper: Paper) -> str:
    """Names, with commas."""
    return ", ".join(paper.authors)


def reference(paper: Paper) -> str:
    """Where the paper appeared, with links."""
    links = {"doi": "https://doi.org/", "arxiv": "https://arxiv.org/abs/"}
    linked = [
        f"[{name} {paper.reference[name]}]({link}{paper.reference[name]})"
        for name, link in links.items()
        if name in paper.reference
    ]
    return ", ".join([paper.reference["venue"], *linked]) + "."


def equations(paper: Paper, found: list[Location]) -> str:
    """The table from places to functions and figures: all listed equations, then whatever else there is."""
    cited = {citation.place for location in found for citation in location.citations if citation.paper == paper.key}
    places = sorted({*paper.places, *cited}, key=natural)
    rows = {place: [place + _mark(paper, place), *_row(paper, place, found)] for place in places}
    numbered = [row for place, row in rows.items() if place.startswith("(")]
    others = [row for place, row in rows.items() if not place.startswith("(")]
    parts = {"Equations": numbered, "Sections, figures, results": others}
    return "\n\n".join(f"## {title}\n\n{table(*HEAD, rows=part)}" for title, part in parts.items() if part)


def _mark(paper: Paper, place: str) -> str:
    """A link to the errata where one of them is about this very equation."""
    wrong = place.startswith("(") and any(place in each.where for each in paper.errata)
    return f" [see errata](#{ERRATA.lower().replace(' ', '-')})" if wrong else ""


def _row(paper: Paper, place: str, found: list[Location]) -> tuple[str, str]:
    """What a place is, and links to its functions and figures with the equations that they display."""
    equation = paper.places.get(place, Equation("", ""))
    here = [location for location in found if (paper.key, place) in location.citations]
    here.sort(key=_uses)
    shown = dict.fromkeys(display for location in here for display in displays(location))
    formulas = [f"${display.replace('|', BAR)}$" for display in list(shown)[:MOST_FORMULAS]]
    linked = "<br>".join(map(_link, here)) or equation.status or "*not implemented*"
    return equation.name or (here[0].summary if len(here) == 1 else ""), "<br>".join([linked, *formulas])


def _uses(location: Location) -> bool:
    """Whether a place uses the equation rather than being its law, as fits do: those come last."""
    return location.name.startswith(USERS)


def _link(location: Location) -> str:
    if not location.is_figure:
        name = make_api.doors().get(location.name, location.name)
        short = name.removeprefix("ontogeny.")
        if name in make_api.described():
            return f"{{py:obj}}`{short} <{name}>`"
        return f"`{short}` (inside: `{'/'.join(location.file.parts[-3:])}`)"
    script = location.file
    return f"[{location.summary}](../gallery/{script.parent.name}/{script.stem}.rst)"


def erratum(erratum: Erratum) -> str:
    """One erratum as an entry of a list."""
    return f"**{erratum.where}.** {erratum.says} *Checked:* {erratum.checked}"


def figure_table(listed: Sequence[Panel]) -> str:
    """The page of all panels: drawn by which script, or why not."""
    rows = [[f"[{each.paper}]({each.paper}.md)", each.place, each.shows, _drawn(each), each.why] for each in listed]
    counts = ", ".join(f"{sum(each.how == how for each in listed)} {how}" for how in STATUS)
    return _page(
        "Figures of the papers",
        "Which panels `ontogeny reproduce` draws, and how. *Reproduced* has the settings of the paper, *in the style "
        "of* makes its claim with settings or data of our own, and *not yet* says why. Figures of supplements are not "
        "listed.",
        f"In all: {counts}.",
        table("Paper", "Figure", "What it shows", "Here", "Remark", rows=rows),
    )


def _drawn(panel: Panel) -> str:
    """How a panel is drawn, with a link to its script."""
    return f"[{panel.how}](../gallery/{panel.paper}/{Path(panel.script).stem}.rst)" if panel.script else panel.how


def figure_section(paper: Paper) -> str:
    """The figures of one paper, as far as they are listed."""
    rows = [[each.place, each.shows, _drawn(each), each.why] for each in panels() if each.paper == paper.key]
    return "## Figures\n\n" + table("Figure", "What it shows", "Here", "Remark", rows=rows) if rows else ""


def section(title: str, entries: Iterable[str]) -> str:
    """A heading and a list, or nothing where there are no entries."""
    listed = "\n".join(f"- {entry}" for entry in entries)
    return f"## {title}\n\n{listed}" if listed else ""


def table(*head: str, rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", *(part.strip() for part in parts if part.strip())]) + "\n"


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
