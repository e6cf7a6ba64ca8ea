"""Figures of the gallery as a folder: an index page, the pictures, the scripts that drew them."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.bibliography import entry, papers, software
from .._core.checks import InputError, one_of
from .._core.counting import counted
from .gallery import Reproduced, Script, chapters, reproduce, scripts
from .placing import replaced
from .writing import PAGE, rendered

if TYPE_CHECKING:
    import pandas as pd

OVERVIEW = "overview"
LEADS = {
    OVERVIEW: "The claims of the field in order, each with its figure, a paragraph, and the call that makes it.",
    "all": "Every figure of the gallery: theory over simulation, paper by paper.",
}


class Claim(NamedTuple):
    """One claim of the field: what it says, the script that draws it, the call that makes it."""

    title: str
    script: str
    says: str
    call: str


@dataclass(frozen=True, eq=False)
class Gallery:
    """Figures that were reproduced, and where they are.

    Parameters
    ----------
    wanted : str
        A paper, a subject, "all" or "overview".
    page : path
        The index page.
    figures : list of Reproduced
        What was drawn, in the order of the page.
    full : bool
        Whether they have the size of the papers.
    """

    wanted: str
    page: Path
    figures: list[Reproduced]
    full: bool

    @property
    def failed(self) -> list[Reproduced]:
        """Those that could not be drawn, or whose claim does not hold."""
        return [each for each in self.figures if each.failure]

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each picture: chapter, figure, title, picture, seconds, failure."""
        import pandas as pd

        return pd.concat([each.to_dataframe() for each in self.figures], ignore_index=True)

    def __repr__(self) -> str:
        held = len(self.figures) - len(self.failed)
        return f"<Gallery: {self.wanted}, {held} of {counted(len(self.figures), 'figure')} drawn, their claims checked>"


def overview() -> list[Claim]:
    """The claims of the field, in order."""
    said = tomllib.loads((files("ontogeny.report") / "overview.toml").read_text(encoding="utf-8"))["claim"]
    return [Claim(**{key: value.strip() for key, value in each.items()}) for each in said]


def chosen(wanted: str, figure: str | None = None) -> list[Script]:
    """The scripts of a paper, of a subject, of all, or of the overview in the order of its claims.

    Raises
    ------
    InputError
        A paper or a figure that is not there, a figure of the overview.
    """
    if wanted != OVERVIEW:
        return scripts(one_of(wanted, ["all", OVERVIEW, *chapters()], "paper"), figure)
    if figure is not None:
        raise InputError(
            "figure", f"is {figure!r}, but the overview is made as a whole", "name the paper of the figure"
        )
    named = {f"{each.chapter}/{each.path.name}": each for each in scripts()}
    return [named[claim.script] for claim in overview()]


def write(wanted: str, folder: Path, *, figure: str | None = None, full: bool = False) -> Gallery:
    """Draw figures of the gallery into a folder with an index page.

    Parameters
    ----------
    wanted : str
        Key of a paper, a subject (a folder of the gallery), "all", or "overview": the claims of the field in order.
    folder : path
        Where to write; an earlier gallery there is replaced, anything else is refused.
    figure : str, optional
        Only this figure of the paper.
    full : bool
        At the size of the papers, which takes minutes; smaller otherwise, with the same claims.

    Raises
    ------
    InputError
        As `chosen`, or a folder that cannot be written or holds other files; nothing is left half written.
    """
    asked, claims = chosen(wanted, figure), overview() if wanted == OVERVIEW else []
    with replaced(folder) as draft:
        drawn = reproduce(asked, draft, full=full)
        for each in drawn:
            (draft / each.script.chapter).mkdir(exist_ok=True)
            shutil.copy(each.script.path, draft / each.script.chapter)
        (draft / PAGE).write_text(_page(wanted, drawn, claims, draft, full), encoding="utf-8")
    place = folder.absolute()
    moved = [
        Reproduced(each.script, [place / path.relative_to(draft) for path in each.pictures], each.seconds, each.failure)
        for each in drawn
    ]
    return Gallery(wanted, place / PAGE, moved, full)


def _page(wanted: str, drawn: Sequence[Reproduced], claims: Sequence[Claim], draft: Path, full: bool) -> str:
    """The index page: by claims in an overview, else by chapters."""
    known = chapters()
    if claims:
        told = [_part(each, draft, claim) for each, claim in zip(drawn, claims, strict=True)]
        sections = [{"title": "", "key": "", "parts": told}]
    else:
        names = dict.fromkeys(each.script.chapter for each in drawn)
        sections = [
            {"title": known[name] if len(names) > 1 else "", "key": name if name in papers() else "",
             "parts": [_part(each, draft) for each in drawn if each.script.chapter == name]}
            for name in names
        ]  # fmt: skip
    failed = [each for each in drawn if each.failure]
    cited = [entry(papers()[name]) for name in dict.fromkeys(each.script.chapter for each in drawn) if name in papers()]
    about = LEADS.get(wanted, f"{counted(len(drawn), 'figure')} of {wanted}, theory over simulation.")
    size = "at the size of the papers" if full else "small, with all claims; ontogeny reproduce --full draws them large"
    return rendered(
        "gallery.html.j2",
        name="How deep networks learn" if claims else known.get(wanted, "Figures of the papers"),
        lead=f"{about} Drawn {size}.",
        warnings=[f"{counted(len(failed), 'figure')} did not come out; each says why."] if failed else [],
        chapters=sections,
        references="\n\n".join([*cited, software()]),
    )  # fmt: skip


def _part(each: Reproduced, draft: Path, claim: Claim | None = None) -> dict[str, Any]:
    """One figure of the page: in an overview the claim stands before it, else its own words below it."""
    script = each.script
    return {
        "anchor": f"{script.chapter}-{script.name}",
        "title": claim.title if claim else script.title,
        "before": [" ".join(claim.says.split())] if claim else [],
        "after": [] if claim else script.paragraphs,
        "call": f"import ontogeny as on\n\n{claim.call}" if claim else "",
        "pictures": [path.relative_to(draft).as_posix() for path in each.pictures],
        "script": f"{script.chapter}/{script.path.name}",
        "seconds": f"{each.seconds:.1f}",
        "failure": each.failure,
        "checked": not each.failure,
    }
