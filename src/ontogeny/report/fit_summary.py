"""Fits of learning curves in the terminal, as one JSON document, as a table and as a figure."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from .._core.counting import counted
from .._core.digits import short
from .._core.notes import Writer, said
from .._core.progress import track
from .._core.shown import shown
from ..fitting.likelihood import LearningCurveFit, fit_learning_curve
from ..tables.answers import Answers
from .files import replacing
from .phrasing import number
from .plain import plain_values

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

ROWS = 40  # of learners that a screen shows
DRAWN, WIDE = 24, 4  # learners that are drawn, and how many beside each other
CANNOT = (
    "One curve tells a half-time and a width. It cannot tell the time constant from the strength of what is learned, "
    "and hardly the depth; a wrong chance or lapse makes the rate wrong too."
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Fits:
    """Learning curves of several learners.

    Parameters
    ----------
    answers : Answers
        What was read.
    fits : dict of str to LearningCurveFit
        Of each learner.
    """

    answers: Answers
    fits: dict[str, LearningCurveFit]

    def __repr__(self) -> str:
        return f"<Fits of {counted(len(self.fits), 'learner')}>"

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each learner."""
        import pandas as pd

        parts = [fit.to_dataframe().assign(learner=name) for name, fit in self.fits.items()]
        table = pd.concat(parts, ignore_index=True)
        return table[["learner", *(column for column in table if column != "learner")]]


def fits_of(answers: Answers, **options: Any) -> Fits:
    """Fit the curve of every learner; `options` as for `fit_learning_curve`."""
    found = {}
    groups = dict(iter(answers.blocks.groupby("learner", sort=False)))
    for name, blocks in track(list(groups.items()), "learners", len(groups)):
        found[str(name)] = fit_learning_curve(blocks["time"], blocks["correct"], blocks["trials"], **options)
    return Fits(answers, found)


def findings(found: Fits) -> list[str]:
    """What was found, a sentence each."""
    learned = [fit for fit in found.fits.values() if fit.is_learning]
    first = next(iter(found.fits.values()))
    assumed = f"depth {short(first.depth)}, chance {short(first.chance)}, lapse {short(first.lapse)}"
    told = [f"{len(learned)} of {counted(len(found.fits), 'learner')} show learning (assumed: {assumed})."]
    if learned:
        halves = [fit.half_time for fit in learned]
        clock = shown(found.answers.clock)
        if len(halves) == 1:
            low, high = map(short, learned[0].interval)
            told.append(f"Half is learned at {short(halves[0])} [{low}, {high}], in units of “{clock}” from the start.")
        else:
            low, high = short(min(halves)), short(max(halves))
            middle = short(float(np.median(halves)))
            told.append(f"Half is learned at {middle} (median; {low} to {high}), in units of “{clock}” from the start.")
    return [*told, CANNOT]


def write(found: Fits, csv: Path | None, figure: Path | None) -> None:
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
                blocks = found.answers.blocks[found.answers.blocks["learner"] == name]
                plot.learning_curve_fit(found.fits[name], blocks["time"], blocks["correct"], blocks["trials"], ax=ax)
                ax.set_title(shown(name, 24), fontsize=9)
            for ax in list(axes.flat)[len(names) :]:
                ax.set_visible(False)
            drawing.savefig(drafts.enter_context(replacing(figure)))


def show(found: Fits, console: Console, files: tuple[Path | None, ...] = (), setting: Writer = str) -> None:
    """Print how the table was read, the fits, and what was found."""
    from rich.table import Table

    for note in found.answers.notes:
        console.print(f"- {said(note.words, setting)}", style="dim")
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for place, title in enumerate(("learner", "half-time", "from", "to", "10 to 90%", "rate", "likelihood ratio")):
        table.add_column(title, justify="right" if place else "left")
    for name, fit in list(found.fits.items())[:ROWS]:
        cells = (fit.half_time, *fit.interval, fit.width, fit.rate, fit.likelihood_ratio)
        table.add_row(shown(name, 24), *map(number, cells))
    console.print(table)
    if len(found.fits) > ROWS:
        console.print(f"{len(found.fits) - ROWS} more learners are not shown", style="dim")
    console.print()
    for sentence in findings(found):
        console.print(sentence)
    for path in files:
        if path is not None:
            console.print(f"Written: {path.absolute()}", soft_wrap=True)


def as_json(found: Fits, setting: Writer = str) -> str:
    """One JSON document: every learner's fit, how the table was read, what was found."""
    document = {
        "ontogeny": __version__,
        "learners": found.to_dataframe().to_dict("records"),
        "clock": found.answers.clock,
        "findings": findings(found),
        "notes": [said(note.words, setting) for note in found.answers.notes],
    }
    return json.dumps(plain_values(document), indent=1, allow_nan=False)
