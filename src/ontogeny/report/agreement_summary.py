"""How two representations agree: in the terminal, as one JSON document, as a table and as a figure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from .._core.checks import InputError
from .._core.counting import counted
from ..representation import NoiseCeiling, bootstrap_similarity, noise_ceiling, similarity
from .files import replacing
from .phrasing import number
from .plain import plain_values

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from rich.console import Console

ROWS = 30  # that a screen shows
LABELS = ("time", "subject", "seed", "rdm")  # columns that say which row it is
FEWEST_DRAWN = 4  # items, of fewer than which all samples are the same
FEW = 20  # items below which intervals over items are too narrow


@dataclass(frozen=True, eq=False)
class Agreement:
    """How two representations of the same items agree.

    Parameters
    ----------
    names : pair of str
        Of the two files.
    first, second : DataArray, dims (..., item, item_2)
        Their distances.
    table : DataFrame
        One row for each time and subject (or one), with a column for each measure, and an interval over items where
        there is one row.
    ceilings : dict of str to NoiseCeiling
        For each measure, what the subjects of the second agree on; empty if it has no subjects.
    items : int
        How many items both have.
    left_out : int
        How many only one of them has.
    averaged : bool
        Whether the first is a mean over its subjects, since the second has others.
    """

    names: tuple[str, str]
    first: xr.DataArray
    second: xr.DataArray
    table: pd.DataFrame
    ceilings: dict[str, NoiseCeiling]
    items: int
    left_out: int
    averaged: bool = False

    def __repr__(self) -> str:
        return f"<Agreement of {self.names[0]!r} and {self.names[1]!r}: {counted(self.items, 'item')}>"


def agreement_of(
    first: xr.DataArray,
    second: xr.DataArray,
    names: tuple[str, str],
    methods: Sequence[str],
    *,
    samples: int,
    seed: int,
) -> Agreement:
    """Compare the distances that both have.

    Parameters
    ----------
    first, second : DataArray, dims (..., item, item_2)
        Distances; items that only one of them has are left out.
    names : pair of str
        Of the files.
    methods : list of str
        As for `representation.similarity`.
    samples : int
        Of the bootstrap over items; 0 for none.
    seed : int
        Of these.
    """
    a, b = _common(first, second, names)
    a, averaged = _of_one(a, b)
    _check_times(a, b, names)
    for part, name in zip((a, b), names, strict=True):
        if not np.nanmax(np.abs(part.values), initial=0.0) > 0:
            raise InputError(None, f"in {name!r} all items are alike, so that there is nothing to compare")
    found = {method: similarity(a, b, method) for method in methods}
    lead = found[methods[0]].dims
    table = _table(found, lead)
    if not lead and samples and a.sizes["item"] >= FEWEST_DRAWN:
        for method in methods:
            low, high = bootstrap_similarity(a, b, method, samples=samples, seed=seed).interval()
            table[f"{method}_low"], table[f"{method}_high"] = float(low), float(high)
    several = "subject" in b.dims and b.sizes["subject"] > 1
    ceilings = {method: noise_ceiling(b, method, over="subject") for method in methods} if several else {}
    size = a.sizes["item"]
    return Agreement(
        names, a, b, table, ceilings, size, first.sizes["item"] + second.sizes["item"] - 2 * size, averaged
    )


def _table(found: dict[str, xr.DataArray], lead: tuple[Any, ...]) -> pd.DataFrame:
    import pandas as pd

    if not lead:
        return pd.DataFrame([{method: float(value) for method, value in found.items()}])
    parts = [value.rename(method).drop_vars("pairs").to_dataframe()[method] for method, value in found.items()]
    return pd.concat(parts, axis=1).reset_index()


def _of_one(first: xr.DataArray, second: xr.DataArray) -> tuple[xr.DataArray, bool]:
    """The first, averaged over its subjects if the second has others."""
    both = "subject" in first.dims and "subject" in second.dims
    if not both or set(first["subject"].values.tolist()) == set(second["subject"].values.tolist()):
        return first, False
    return first.mean("subject", keep_attrs=True), True


def _check_times(first: xr.DataArray, second: xr.DataArray, names: tuple[str, str]) -> None:
    clocks = [part["time"].values for part in (first, second) if "time" in part.dims and part.sizes["time"] > 1]
    if len(clocks) == 2 and (len(clocks[0]) != len(clocks[1]) or not np.allclose(clocks[0], clocks[1])):
        raise InputError(None, f"{names[0]!r} and {names[1]!r} have different times", "keep the same times in both")


def _common(first: xr.DataArray, second: xr.DataArray, names: tuple[str, str]) -> tuple[xr.DataArray, xr.DataArray]:
    """Both with the items that they share, in the order of the first."""
    own = [list(each["item_name"].values) for each in (first, second)]
    shared = [name for name in own[0] if name in set(own[1])]
    if len(shared) < 3:
        raise InputError(
            None, f"{names[0]!r} and {names[1]!r} share {counted(len(shared), 'item')}, but it takes three to compare",
            "use the same names in both",
        )  # fmt: skip
    where = [[labels.index(name) for name in shared] for labels in own]
    a, b = (each.isel(item=place, item_2=place) for each, place in zip((first, second), where, strict=True))
    return a, b


def findings(found: Agreement) -> list[str]:
    """What was found, a sentence each."""
    told = [f"{counted(found.items, 'item')} are in both."]
    if found.left_out:
        told = [f"{counted(found.items, 'item')} are in both; {found.left_out} that only one of them has are left out."]
    if found.averaged:
        told.append(f"{found.names[0]!r} is averaged over its subjects, since {found.names[1]!r} has others.")
    for method in _methods(found):
        values = found.table[method].to_numpy(dtype=float)
        if values.size == 1:
            span = ""
            if f"{method}_low" in found.table:
                low, high = (float(found.table[f"{method}_{end}"].iloc[0]) for end in ("low", "high"))
                span = f" [{number(low)}, {number(high)}], an interval of 95% over items"
            told.append(f"{method}: {number(float(values[0]))}{span}.")
        else:
            low, high = float(np.nanmin(values)), float(np.nanmax(values))
            told.append(f"{method}: {number(low)} to {number(high)}, mean {number(float(np.nanmean(values)))}.")
        if method in found.ceilings:
            ceiling = found.ceilings[method]
            low, high = (float(each.mean()) for each in (ceiling.lower, ceiling.upper))
            told.append(
                f"{method}: subjects of {found.names[1]!r} agree with each other from {number(low)} to {number(high)}."
            )
    if len(found.table) > 1:
        told.append("Intervals over items are given for a single time and subject only.")
    if found.items < FEW and any(str(name).endswith("_low") for name in found.table):
        told.append(f"With fewer than {FEW} items such intervals are too narrow.")
    return told


def _methods(found: Agreement) -> list[str]:
    """Names of the measures."""
    names = [str(name) for name in found.table if name not in LABELS]
    return [name for name in names if not name.endswith(("_low", "_high"))]


def write(found: Agreement, csv: Path | None, figure: Path | None) -> None:
    """Write the table and the figure, whole, or neither."""
    with ExitStack() as drafts:
        if csv is not None:
            found.table.to_csv(drafts.enter_context(replacing(csv)), index=False)
        if figure is not None:
            from ..plot.style import figure as new_figure

            drawing, axes = drafts.enter_context(new_figure(12.0, 3.6, columns=3))
            _draw(found, list(axes))
            drawing.savefig(drafts.enter_context(replacing(figure)))


def _draw(found: Agreement, axes: list[Any]) -> None:
    """Both representations and their agreement; over time the agreement takes the place of pairs."""
    from .. import plot

    firsts = [_last(each) for each in (found.first, found.second)]
    wholes = (found.first, found.second)
    for ax, array, name, whole in zip(axes, firsts, found.names, wholes, strict=False):
        ax = plot.distances(array, ax=ax)
        ax.set_title(name + _selected(whole), fontsize=9)
    if "time" in found.table and len(found.table) > 1:
        method = _methods(found)[0]
        course = found.table.groupby("time")[method].mean()
        axes[2].plot(course.index, course.to_numpy())
        axes[2].set(xlabel="time", ylabel=method)
    else:
        plot.compared_distances(*firsts, ax=axes[2]).set(xlabel=found.names[0], ylabel=found.names[1])


def _selected(array: xr.DataArray) -> str:
    """What of several times and subjects is drawn."""
    last = ", last time" if "time" in array.dims and array.sizes["time"] > 1 else ""
    others = [dim for dim in array.dims if dim not in ("item", "item_2", "time") and array.sizes[dim] > 1]
    return last + (f", mean over {others[0]}s" if others else "")


def _last(array: xr.DataArray) -> xr.DataArray:
    """Distances at the last time, mean over subjects."""
    array = array.isel(time=-1, drop=True) if "time" in array.dims else array
    others = [dim for dim in array.dims if dim not in ("item", "item_2")]
    return array.mean(others, keep_attrs=True) if others else array


def show(found: Agreement, console: Console, files: tuple[Path | None, ...] = ()) -> None:
    """Print what was found, and the rows of the table."""
    from rich.table import Table

    if len(found.table) > 1:
        table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        for name in found.table:
            table.add_column(str(name), justify="right")
        for row in found.table.head(ROWS).itertuples(index=False):
            table.add_row(*(number(value) if isinstance(value, float) else str(value) for value in row))
        console.print(table)
        if len(found.table) > ROWS:
            console.print(f"{len(found.table) - ROWS} more rows are not shown", style="dim")
        console.print()
    for sentence in findings(found):
        console.print(sentence)
    for path in files:
        if path is not None:
            console.print(f"Written: {path.absolute()}", soft_wrap=True)


def as_json(found: Agreement) -> str:
    """One JSON document: what was found, and the whole table."""
    document = {
        "ontogeny": __version__,
        "names": found.names,
        "items": list(found.first["item_name"].values),
        "findings": findings(found),
        "agreement": found.table.to_dict("records"),
        "noise_ceilings": {
            method: {"lower": float(ceiling.lower.mean()), "upper": float(ceiling.upper.mean())}
            for method, ceiling in found.ceilings.items()
        },
    }
    return json.dumps(plain_values(document), indent=1, allow_nan=False)
