"""Courses of levels in measured distances: in the terminal, as one JSON document, as a table and as a figure."""

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
from .._core.notes import Note, Writer, said
from .._core.shown import shown
from ..fitting.rdm_movies import RdmMovieFit
from .files import replacing
from .phrasing import number, percent, some
from .plain import plain_values

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

ROWS = 40  # of levels that a screen shows
LITTLE = 0.1  # difference of half-times, of all levels, that matters little, whatever the noise
ROUNDING = 1e-6  # of the largest strength, below which a floor is none
UNLIKELY = 0.05  # probability below which times are not those of one network
CANNOT = (
    "The ends of levels are free, since measured distances have units of their own, and the depth is assumed, not "
    "found. The intervals are for noise that is independent between times; they say nothing of other items."
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class FittedMovie:
    """A fit of distances over time, and how their file was read.

    Parameters
    ----------
    fit : RdmMovieFit
        What was found.
    notes : tuple of Note
        How the file was read.
    """

    fit: RdmMovieFit
    notes: tuple[Note, ...]

    def __repr__(self) -> str:
        return f"<FittedMovie: {self.fit!r}>"

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each level."""
        return self.fit.to_dataframe()


def findings(found: FittedMovie) -> list[str]:
    """What was found, a sentence each."""
    fit = found.fit
    learned = fit.is_learned.values
    has_floor = fit.floor > ROUNDING * float(np.nanmax(np.abs(fit.measured.values)))
    floor = f", noise adds {short(fit.floor)} to every distance" * has_floor
    assumed = f"layer {short(fit.layer)} of {short(fit.depth)}, {fit.metric.replace('_', ' ')} distances{floor}"
    told = [f"{int(learned.sum())} of {counted(learned.size, 'level')} show learning ({assumed})."]
    names = [str(name) for name in fit.levels["level_name"].values]
    if not learned.all():
        told.append(f"No sign of learning, and so no half-time: {some([names[k] for k in np.flatnonzero(~learned)])}.")
    if learned.any():
        halves = fit.levels["half_time"].values
        first, last = int(np.nanargmin(halves)), int(np.nanargmax(halves))
        if first == last:
            told.append(f"Half of {_named(fit, first)}.")
        else:
            told.append(f"First, half of {_named(fit, first)}; last, half of {_named(fit, last)}.")
        last_time = float(fit.measured["time"].max())
        late = [names[k] for k in np.flatnonzero(fit.levels["half_time_high"].values > last_time)]
        if late:
            told.append(f"Half may be learned only after the last time, so that its end is not seen: {some(late)}.")
    return [*told, *_on_one_network(fit), CANNOT]


def _named(fit: RdmMovieFit, level: int) -> str:
    """A level with its half-time."""
    one = fit.levels.isel(level=level)
    low, high = (number(float(one[f"half_time_{end}"])) for end in ("low", "high"))
    name = shown(str(one["level_name"].values))
    return f"“{name}” is learned at {short(float(one['half_time']))} [{low}, {high}]"


def _on_one_network(fit: RdmMovieFit) -> list[str]:
    """Whether all levels are learned as by one network."""
    one = fit.shared
    if one is None:
        return ["Whether one network would learn them so takes two levels that are learned."]
    half, wide = _differences(fit, "half_time"), _differences(fit, "width")
    test = f"F({one.degrees[0]}, {one.degrees[1]}) = {short(one.statistic)}, p = {_chance(one.p_value)}"
    if one.p_value >= UNLIKELY:
        verdict = f"Times are those of one network with the singular values of the world ({test})"
    elif np.nanmax(half) < LITTLE:
        verdict = f"Times differ from those of one network by more than noise explains ({test}), but by little"
    else:
        verdict = f"Times are not those of one network with the singular values of the world ({test})"
    middle, most = percent(float(np.nanmedian(half))), percent(float(np.nanmax(half)))
    told = [
        f"{verdict}: half-times differ by {middle} (median; up to {most}), widths by "
        f"{percent(float(np.nanmedian(wide)))}."
    ]
    order = fit.order
    if np.isfinite(order):
        agrees = "in its order" if order > 1 - 1e-9 else f"in an order that agrees with its by {short(order)} (Kendall)"
        told.append(f"Levels are learned {agrees}. It explains {percent(one.explained)} of their strengths over time.")
    low, high = (number(end) for end in one.tau_interval)
    least, largest = (number(end) for end in one.initial_strength_interval)
    told.append(
        f"It has a time constant of {short(one.tau)} [{low}, {high}] and an initial strength of "
        f"{short(one.initial_strength)} [{least}, {largest}], in the units of the world."
    )
    return told


def _differences(fit: RdmMovieFit, name: str) -> np.ndarray:
    own, of_one = fit.levels[name].values, fit.levels[f"{name}_predicted"].values
    return np.asarray(np.abs(own / of_one - 1))


def _chance(p: float) -> str:
    return short(p, 2) if p >= 1e-3 else "less than 0.001"


def write(found: FittedMovie, csv: Path | None, figure: Path | None) -> None:
    """Write the table and the figure, whole, or neither."""
    with ExitStack() as drafts:
        if csv is not None:
            found.to_dataframe().to_csv(drafts.enter_context(replacing(csv)), index=False)
        if figure is not None:
            from .. import plot

            drawing, ax = drafts.enter_context(plot.figure(6.4, 4.8))
            plot.rdm_movie_fit(found.fit, ax=ax)
            drawing.savefig(drafts.enter_context(replacing(figure)))


def show(found: FittedMovie, console: Console, files: tuple[Path | None, ...] = (), setting: Writer = str) -> None:
    """Print how the file was read, the levels, and what was found."""
    from rich.table import Table

    for note in _notes(found, setting):
        console.print(f"- {note}", style="dim")
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    titles = ("level", "half-time", "from", "to", "10 to 90%", "one network", "10 to 90%", "end")
    for place, title in enumerate(titles):
        table.add_column(title, justify="right" if place else "left")
    columns = ("half_time", "half_time_low", "half_time_high", "width", "half_time_predicted", "width_predicted", "end")
    rows = found.to_dataframe()
    for row in rows.head(ROWS).to_dict("records"):
        name = f"{row['level']}  {shown(str(row['level_name']), 24)}"
        table.add_row(name, *(number(float(row[column])) for column in columns))
    console.print(table)
    if len(rows) > ROWS:
        console.print(f"{len(rows) - ROWS} more levels are not shown", style="dim")
    console.print()
    for sentence in findings(found):
        console.print(sentence)
    for path in files:
        if path is not None:
            console.print(f"Written: {path.absolute()}", soft_wrap=True)


def as_json(found: FittedMovie, setting: Writer = str) -> str:
    """One JSON document: every level, the network for all of them, what was found, how the file was read."""
    shared: Any = None if found.fit.shared is None else found.fit.shared.to_dataframe().to_dict("records")[0]
    document = {
        "ontogeny": __version__,
        "levels": found.to_dataframe().to_dict("records"),
        "shared": shared,
        "order": found.fit.order,
        "floor": found.fit.floor,
        "metric": found.fit.metric,
        "findings": findings(found),
        "notes": _notes(found, setting),
    }
    return json.dumps(plain_values(document), indent=1, allow_nan=False)


def _notes(found: FittedMovie, setting: Writer) -> list[str]:
    return [*(said(note.words, setting) for note in found.notes), *found.fit.notes]
