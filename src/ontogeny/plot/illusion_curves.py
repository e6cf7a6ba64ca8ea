"""Illusory correlations: the largest with the modes that create and remove each, and all of them as an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect, whole
from ..semantics.illusions import IllusoryCorrelations, illusory_correlations
from ..semantics.partial_sums import IllusoryLimit
from ..trajectory import Trajectory
from .behavior import STRONGEST
from .courses import THICK
from .style import DIVERGING, GRAY, NAMED, axes, below, color, shortened, time_label
from .world import item_order, name_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LETTERS = 26  # answers that can be told apart by letters


def illusion_modes(
    trajectory: Trajectory,
    record: IllusoryCorrelations | None = None,
    *,
    ax: Axes | None = None,
    most: int = 10,
    **line_style: Any,
) -> Axes:
    """The largest illusory correlations, one for each feature, with the modes that create and remove each.

    Lines are the mean over networks. Each has a letter at its peak, and the legend says what it is. `record` is what
    `semantics.illusory_correlations` returned for the trajectory, if that is at hand.
    """
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    ax = axes(ax)
    found = record or illusory_correlations(trajectory)
    table = found.to_dataframe(STRONGEST).drop_duplicates("feature")
    table = table.head(min(whole(most, "most", 1, "something must be drawn"), LETTERS))
    world = trajectory.environment
    span = (float(np.ptp(trajectory.snapshot_time)) or 1.0, float(np.ptp([0.0, *table["peak"]])) or 1.0)
    numbered: list[tuple[float, float]] = []
    for number, row in enumerate(table.to_dict("records"), start=1):
        item, feature = world.items.index(row["item"]), world.features.index(row["feature"])
        course = trajectory.answers([item])[..., feature, 0].mean(axis=0)
        text = (
            f"{chr(96 + number)}  {shortened(row['item'], 14)}: {shortened(row['feature'], 14)} "
            f"({row['created_by']}, {row['removed_by']})"
        )
        look = {"color": color(number - 1)} if number <= NAMED else {"color": GRAY, "linewidth": 1.2}
        ax.plot(trajectory.snapshot_time, course, **{**THICK, "linewidth": 1.5, **look, "label": text, **line_style})
        place = (row["peak_time"], row["peak"])
        near = sum(all(abs(x - y) < 0.035 * w for x, y, w in zip(place, other, span)) for other in numbered)
        numbered.append(place)
        up = row["excess"] > 0
        ax.annotate(
            chr(96 + number), place, xytext=(9 * near, 3 if up else -3), textcoords="offset points", ha="center",
            va="bottom" if up else "top", fontsize=8, color=look["color"] if number <= NAMED else "0.35",
        )  # fmt: skip
    ax.axhline(0, color="0.6", linewidth=0.6)
    ax.margins(y=0.08)
    ax.set(xlabel=time_label(world.normalization), ylabel="the network's answer")
    ax.set_xlim(0, float(np.max(trajectory.snapshot_time)))
    if len(table):
        below(ax, fontsize=8, title="answer (modes that create and remove its overshoot)", title_fontsize=8)
    else:
        ax.set_title("no answer overshoots", fontsize="medium")
    return ax


def illusion_map(record: IllusoryCorrelations | IllusoryLimit, *, ax: Axes | None = None, **image_style: Any) -> Axes:
    """How far every answer overshoots, an image of items and features: above (red) or below (blue) start and end.

    Items are sorted as in `plot.table`.
    """
    kind = IllusoryCorrelations if isinstance(record, IllusoryCorrelations) else IllusoryLimit
    expect(record, kind, "record", "pass what semantics.illusory_correlations or illusory_limit returns")
    ax = axes(ax)
    world = record.environment
    order = item_order(world)
    values = record.excess.T[order]
    limit = float(np.abs(values).max()) or 1.0
    style = {
        "aspect": "auto",
        "vmin": -limit,
        "vmax": limit,
        "interpolation": "nearest",
        "cmap": DIVERGING,
        **image_style,
    }
    image = ax.imshow(values, **style)
    name_ticks(ax.xaxis, world.features, rotation=90)
    name_ticks(ax.yaxis, [world.items[i] for i in order])
    ax.set(xlabel="feature", ylabel=f"item ({len(world.items)})")
    ax.figure.colorbar(image, ax=ax, shrink=0.5, label="excess beyond start and end")
    return ax
