"""What people say beside what a record predicts."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from .._core.checks import expect, one_of
from ..semantics.people import PeopleComparison
from .style import axes, color

NAMED = 6  # items that are written beside their dots: those farthest from the common order


def people(record: PeopleComparison, measure: str | None = None, *, ax: Axes | None = None, **dot_style: Any) -> Axes:
    """Ratings of people against one measure, the first prediction if none is named; categories have colors."""
    expect(record, PeopleComparison, "record", "pass what semantics.compare_with_people returns")
    names = list(record.measures)
    name = names[0] if measure is None else one_of(measure, names, "measure")
    ax = axes(ax)
    x, y = record.measures[name], record.ratings.values
    known = np.isfinite(x) & np.isfinite(y)
    world, is_pair = record.environment, record.ratings.kind == "similarity"
    category = dict(zip(world.items, world.category or (), strict=False))
    groups = ["" if is_pair else category.get(item, "") for item in record.ratings.items]
    for number, group in enumerate(sorted(set(groups))):
        here = known & (np.array(groups) == group)
        ax.plot(
            x[here], y[here], **{"marker": "o", "linestyle": "", "markersize": 4, "color": color(number), **dot_style}
        )
    if not is_pair:
        ranks = [np.argsort(np.argsort(values[known])) for values in (x, y)]
        far = np.argsort(-np.abs(ranks[0] - ranks[1]), kind="stable")[:NAMED]
        for place in np.flatnonzero(known)[far]:
            ax.annotate(
                record.ratings.items[place], (x[place], y[place]), xytext=(3, 3), textcoords="offset points", fontsize=7
            )
    found = [one for one in record.correlations if one.measure == name and np.isfinite(one.spearman)]
    if len(found) == 1:
        ax.set_title(f"Spearman {found[0].spearman:.2f} [{found[0].low:.2f}, {found[0].high:.2f}], n = {found[0].n}")
    ax.set(xlabel=name.replace("_", " "), ylabel=record.ratings.kind.replace("_", " "))
    return ax
