"""Human ratings beside predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect, one_of
from .._core.ties import ALIKE, ranked, ties
from ..semantics.people import PeopleComparison
from .labels import write_names
from .style import axes, below, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLAIN = {
    "all_features": "all features known (time)",
    "half_of_own_features": "half of them known (time)",
    "told_apart": "told apart (time)",
    "quarter_error": "error at a quarter (time)",
}
NAMED = 6  # items with names beside their dots: those with the largest difference in rank


def people(
    record: PeopleComparison,
    measure: str | None = None,
    *,
    ax: Axes | None = None,
    legend: bool = True,
    **dot_style: Any,
) -> Axes:
    """Human ratings against one measure, by default the first prediction.

    Categories have colors. Items are named whose ranks differ most.
    """
    expect(record, PeopleComparison, "record", "pass what semantics.compare_with_people returns")
    names = list(record.measures)
    name = names[0] if measure is None else one_of(measure, names, "measure")
    ax = axes(ax)
    x, y = record.measures[name], record.ratings.values
    known = np.isfinite(x) & np.isfinite(y)
    world, is_pair = record.environment, record.ratings.kind == "similarity"
    category = dict(zip(world.items, world.category or (), strict=False))
    groups = ["" if is_pair else category.get(item, "") for item in record.ratings.items]
    kinds = sorted(set(groups))
    for number, group in enumerate(kinds):
        here = known & (np.array(groups) == group)
        style = {"marker": "o", "linestyle": "", "markersize": 4, "color": color(number), "label": group or None}
        ax.plot(x[here], y[here], **{**style, **dot_style})
    if not is_pair and known.any():
        dots = np.flatnonzero(known)
        names = [record.ratings.items[dot] for dot in dots]
        ranks = [ties(values[dots], ALIKE) for values in (x, y)]
        far = ranked(np.abs(ranks[0] - ranks[1]), names)[:NAMED]
        shades = [color(kinds.index(groups[dot])) for dot in dots]
        write_names(ax, np.stack([x, y], axis=1)[dots], [(names[place], place) for place in far], shades)
    found = [one for one in record.correlations if one.measure == name and np.isfinite(one.spearman)]
    if len(found) == 1:
        said = f"ρ = {found[0].spearman:.2f} [{found[0].low:.2f}, {found[0].high:.2f}], n = {found[0].n}"
        ax.set_title(said, fontsize=8, fontweight="normal")
    ax.set(xlabel=PLAIN.get(name, name.replace("_", " ")), ylabel=record.ratings.kind.replace("_", " "))
    if legend:
        below(ax, columns=4)
    return ax
