"""Illusory correlations: the largest with the modes that create and remove each, and all of them as an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect, whole
from .._core.ties import largest
from ..semantics.illusions import IllusoryCorrelations, illusory_correlations
from ..semantics.partial_sums import IllusoryLimit
from ..trajectory import Trajectory
from .behavior import STRONGEST
from .courses import THICK
from .style import DIVERGING, GRAY, NAMED, axes, below, color, shortened, time_label
from .world import item_order, name_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TALL = 0.01  # weight of the height of a line where there is room at many places
ROOMY = 0.1  # distance to the next line that is enough for a letter, as a share of the axes
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

    Lines are the mean over networks. Each has a letter where it is farthest from the others, and the legend says what
    it is. `record` is what
    `semantics.illusory_correlations` returned for the trajectory, if that is at hand.
    """
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    ax = axes(ax)
    found = record or illusory_correlations(trajectory)
    table = found.to_dataframe(STRONGEST).drop_duplicates("feature")
    table = table.head(min(whole(most, "most", 1, "something must be drawn"), LETTERS))
    world = trajectory.environment
    courses = []
    for number, row in enumerate(table.to_dict("records"), start=1):
        item, feature = world.items.index(row["item"]), world.features.index(row["feature"])
        course = trajectory.answers([item])[..., feature, 0].mean(axis=0)
        text = (
            f"{chr(96 + number)}  {shortened(row['item'], 14)}: {shortened(row['feature'], 14)} "
            f"({row['created_by']}, {row['removed_by']})"
        )
        look = {"color": color(number - 1)} if number <= NAMED else {"color": GRAY, "linewidth": 1.2}
        ax.plot(trajectory.snapshot_time, course, **{**THICK, "linewidth": 1.5, **look, "label": text, **line_style})
        courses.append(course)
    for number, place in enumerate(_apart(np.array(courses)) if courses else ()):
        ax.annotate(
            chr(97 + number), (trajectory.snapshot_time[place], courses[number][place]), ha="center", va="center",
            fontsize=8, color=color(number) if number < NAMED else "0.35", zorder=5,
            bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": "none"},
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


def _apart(courses: np.ndarray) -> list[int]:
    """A place on each course where the others, and letters already placed, are far, high up if many are; times count
    equally."""
    height = float(np.ptp(courses)) or 1.0
    scaled = np.stack([np.broadcast_to(np.linspace(0, 1, courses.shape[1]), courses.shape), courses / height], axis=-1)
    chosen: list[int] = []
    for number, own in enumerate(scaled):
        others = np.delete(scaled, number, axis=0)
        room = np.full(len(own), np.inf)
        for other in others:
            room = np.minimum(
                room, np.linalg.norm(own[:, None] - other[None, :: max(1, len(own) // 100)], axis=-1).min(axis=1)
            )
        for before, place in enumerate(chosen):
            room = np.minimum(room, np.linalg.norm(own - scaled[before, place], axis=1) / 2)
        chosen.append(int(largest(np.minimum(room, ROOMY) + TALL * np.abs(own[:, 1]))))
    return chosen


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
