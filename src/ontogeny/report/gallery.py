"""The gallery: a script for each figure of a paper, which ends by asserting what the figure claims."""

from __future__ import annotations

import ast
import io
import os
import re
import runpy
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .._core.checks import InputError, one_of
from .._core.papers import GALLERY
from .._core.places import natural
from .._core.progress import track

if TYPE_CHECKING:
    import pandas as pd

HEADER = "GALLERY_HEADER.rst"
SIZE = "ONTOGENY_FIGURES"  # a variable of the environment: where it is "small", scripts take fewer networks or depths
DOTS_PER_INCH = 150


@dataclass(frozen=True, eq=False)
class Script:
    """One figure of the gallery, not yet drawn.

    Parameters
    ----------
    path : path
        The script.
    title : str
        First line of its docstring.
    paragraphs : list of str
        What the figure shows and claims, with ``**`` around what is bold.
    """

    path: Path
    title: str
    paragraphs: list[str]

    @property
    def chapter(self) -> str:
        """Its folder: the key of a paper, or a subject."""
        return self.path.parent.name

    @property
    def name(self) -> str:
        """Name of its pictures, such as "fig3_mode_strengths"."""
        return self.path.stem.removeprefix("plot_")

    @property
    def label(self) -> str:
        """Number of the figure in the paper, such as "6a"; the name where the paper has no such figure."""
        numbered = re.match(r"fig(\d+[a-z]?)_", self.name)
        return numbered[1] if numbered else self.name

    def __repr__(self) -> str:
        return f"<Script: {self.chapter}/{self.path.name}, {self.title!r}>"


@dataclass(frozen=True, eq=False)
class Reproduced:
    """A figure of the gallery that was drawn, or why it was not.

    Parameters
    ----------
    script : Script
        What draws it.
    pictures : list of path
        Files of the pictures, one for each figure that the script leaves open.
    seconds : float
        How long it took.
    failure : str
        Why it was not drawn, or which claim does not hold; empty where all is well.
    """

    script: Script
    pictures: list[Path]
    seconds: float
    failure: str = ""

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each picture: chapter, figure, title, picture, seconds, failure."""
        import pandas as pd

        same = {"chapter": self.script.chapter, "figure": self.script.label, "title": self.script.title}
        rest = {"seconds": self.seconds, "failure": self.failure}
        files = [str(each) for each in self.pictures] or [""]
        return pd.DataFrame([{**same, "picture": each, **rest} for each in files])

    def __repr__(self) -> str:
        became = f"failed: {self.failure}" if self.failure else ", ".join(each.name for each in self.pictures)
        return f"<Reproduced: {self.script.chapter} {self.script.label}, {became} ({self.seconds:.1f} s)>"


def chapters() -> dict[str, str]:
    """Folders of the gallery with the first line of their headers.

    >>> chapters()["saxe2014"]
    'Exact solutions to the nonlinear dynamics of learning'
    """
    return {
        header.parent.name: header.read_text(encoding="utf-8").splitlines()[0]
        for header in sorted(GALLERY.glob(f"*/{HEADER}"))
    }


def scripts(chapter: str = "all", figure: str | None = None) -> list[Script]:
    """Scripts of the gallery, in the order of the papers and of their figures.

    Parameters
    ----------
    chapter : str
        Key of a paper, or a subject: a folder of the gallery; all by default.
    figure : str, optional
        Number of a figure, with or without its letter, or the name of one that the paper does not number.

    Raises
    ------
    InputError
        A chapter or a figure that is not there.

    Examples
    --------
    >>> scripts("saxe2014", "3")
    [<Script: saxe2014/plot_fig3_mode_strengths.py, 'Fig. 3: modes over time, in theory and in networks'>]
    """
    known = list(chapters())
    wanted = known if chapter == "all" else [one_of(chapter, known, "paper")]
    found = [_read(path) for each in wanted for path in (GALLERY / each).glob("plot_*.py")]
    found.sort(key=lambda script: (script.chapter, natural(script.label)))
    if figure is None:
        return found
    asked = re.sub(r"^fig(ure|\.)?\s*(?=\d)", "", figure.strip(), flags=re.IGNORECASE).lower()
    chosen = [each for each in found if asked in (each.label, each.label.rstrip("abcdef"), each.name)]
    if not chosen:
        there = ", ".join(dict.fromkeys(each.label for each in found))
        raise InputError("figure", f"is {figure!r}, which is not among the figures of {chapter}", f"write {there}")
    return chosen


def reproduce(wanted: Sequence[Script], folder: Path, *, full: bool = False) -> list[Reproduced]:
    """Draw figures into a folder, each below its chapter; one that fails does not keep the others from being drawn.

    Parameters
    ----------
    wanted : list of Script
        What to draw.
    folder : path
        Where to; ``<chapter>/<name>.png``.
    full : bool
        At the size of the papers, which takes minutes; smaller otherwise, with the same claims.
    """
    with _sized("full" if full else "small"):
        return [draw(script, folder / script.chapter) for script in track(wanted, "figures", len(wanted))]


def draw(script: Script, folder: Path) -> Reproduced:
    """Run one script in a namespace of its own and save the figures it leaves open."""
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    plt.close("all")
    start, pictures, failure = time.perf_counter(), [], ""
    with plt.rc_context(), redirect_stdout(io.StringIO()):
        try:
            runpy.run_path(str(script.path), run_name="__main__")
        except Exception as error:
            failure = _why(error, script)
        numbers = plt.get_fignums()
        for number in numbers:
            folder.mkdir(parents=True, exist_ok=True)
            part = f"_{number}" if len(numbers) > 1 else ""
            pictures.append(folder / f"{script.name}{part}.png")
            plt.figure(number).savefig(pictures[-1], dpi=DOTS_PER_INCH, bbox_inches="tight")
    plt.close("all")
    return Reproduced(
        script, pictures, time.perf_counter() - start, failure or ("" if pictures else "it drew no figure")
    )


def _why(error: Exception, script: Script) -> str:
    """Why a script failed: a claim, a package that is not installed, or its error."""
    if isinstance(error, ModuleNotFoundError):
        needed = "scikit-learn" if error.name == "sklearn" else error.name
        return f"it needs {needed}, which is not installed; write pip install 'ontogeny[learn]'"
    trace = traceback.extract_tb(error.__traceback__)
    lines = [place.lineno for place in trace if place.filename == str(script.path)]
    where = f"line {lines[-1]} of {script.path.name}" if lines else script.path.name
    if isinstance(error, AssertionError):
        return f"its claim in {where} does not hold"
    return f"{where} fails with {type(error).__name__}: {' '.join(str(error).split())[:200]}"


@contextmanager
def _sized(size: str) -> Iterator[None]:
    """The environment in which scripts draw at some size."""
    before = os.environ.get(SIZE)
    os.environ[SIZE] = size
    try:
        yield
    finally:
        if before is None:
            del os.environ[SIZE]
        else:
            os.environ[SIZE] = before


def _read(path: Path) -> Script:
    """A script by its docstring."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or path.stem
    title, _, rest = said.partition("\n")
    paragraphs = rest.lstrip("=-\n").split("\n\n")
    return Script(path, title, [" ".join(each.split()) for each in paragraphs if each.strip()])
