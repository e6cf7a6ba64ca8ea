"""Fits of learning curves in the terminal, as one JSON document, as a table and as a figure."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from .._core.notes import Writer
from .files import replacing
from .fit_study import FitStudy
from .fit_words import CANNOT, FitWords, draw_learner
from .phrasing import number
from .plain import plain_values

if TYPE_CHECKING:
    from rich.console import Console

ROWS = 40  # of learners that a screen shows
DRAWN, WIDE = 24, 4  # learners that are drawn, and how many beside each other


def write(found: FitStudy, csv: Path | None, figure: Path | None) -> None:
    """Write the table and the figure, whole, or neither."""
    with ExitStack() as drafts:
        if csv is not None:
            found.to_dataframe().to_csv(drafts.enter_context(replacing(csv)), index=False)
        if figure is not None:
            from .. import plot

            names = list(found.fits)[:DRAWN]
            wide = min(WIDE, len(names))
            high = -(-len(names) // wide)
            drawing, axes = drafts.enter_context(plot.figure(3.4 * wide, 2.6 * high, high, wide, squeeze=False))
            for ax, name in zip(axes.flat, names, strict=False):
                draw_learner(found, name, ax)
            for ax in list(axes.flat)[len(names) :]:
                ax.set_visible(False)
            drawing.savefig(drafts.enter_context(replacing(figure)))


def show(found: FitStudy, console: Console, files: tuple[Path | None, ...] = (), setting: Writer = str) -> None:
    """Print how the table was read, the fits, and what was found."""
    from rich.table import Table

    say = FitWords(found, setting)
    for note in say.notes:
        console.print(f"- {note}", style="dim")
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    rows = say.numbers()
    for place, title in enumerate(rows[0]):
        table.add_column(title, justify="right" if place else "left")
    for row in rows[:ROWS]:
        table.add_row(*map(number, row.values()))
    console.print(table)
    if len(rows) > ROWS:
        console.print(f"{len(rows) - ROWS} more learners are not shown", style="dim")
    console.print()
    for sentence in (*say.findings(), CANNOT):
        console.print(sentence)
    for warning in say.warnings():
        console.print(warning, style="yellow")
    for path in files:
        if path is not None:
            console.print(f"Written: {path.absolute()}", soft_wrap=True)


def as_json(found: FitStudy, setting: Writer = str) -> str:
    """One JSON document: every learner's fit, how the table was read, what was found."""
    say = FitWords(found, setting)
    document = {"ontogeny": __version__, **say.document(), "warnings": say.warnings()}
    return json.dumps(plain_values(document), indent=1, allow_nan=False)
