"""Development over time: separation of levels, stages, the basic level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect
from .._core.counting import counted
from ..modes.transitions import SHALLOW_SHARPNESS
from ..semantics.levels import BasicLevel
from ..semantics.sharpness import TransitionSharpness
from ..semantics.splits import Differentiation
from .courses import THICK, THIN
from .style import NAMED, axes, below, color, depth_name, shortened, time_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def level_courses(record: Differentiation, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Squared distance of items that separate at each level over time, as a share of its final value."""
    expect(record, Differentiation, "record", "pass semantics.differentiation(trajectory)")
    ax = axes(ax)
    ends = record.level_final
    style = {**(THIN if record.source == "simulation" else THICK), **line_style}
    for number, level in enumerate(record.levels[:NAMED]):
        for network, course in enumerate(record.level_distance[:, :, number]):
            named = {"label": _level_label(record, int(level))} if network == 0 else {}
            ax.plot(record.times, course / ends[network, number], **{"color": color(number), **style, **named})
    ax.axhline(0.5, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(
        xlabel=time_label(record.environment.normalization),
        ylabel="squared distance\n(share of its final value)",
        xlim=(record.times[0], record.times[-1]),
    )
    left_out = record.levels.size - NAMED
    below(ax, title="items that separate at" + f" ({counted(left_out, 'more level')} not drawn)" * (left_out > 0))
    return ax


def sharpness(*records: TransitionSharpness, ax: Axes | None = None, **line_style: Any) -> Axes:
    """How suddenly each mode is learned, width against half time: on a line through 0 all are equally sudden.

    Dots are modes (one dot for tied modes). Crosses are a network without hidden layer, where all modes coincide unless
    their input variances differ.
    """
    if not records:
        raise InputError(
            "records", "is empty, but at least one is drawn", "pass semantics.transition_sharpness(trajectory)"
        )
    for record in records:
        expect(record, TransitionSharpness, "record", "pass semantics.transition_sharpness(trajectory)")
    ax = axes(ax)
    farthest, hidden = 0.0, 0
    for number, record in enumerate(records):
        known = np.isfinite(record.half_time) & np.isfinite(record.width)
        hidden += int(np.sum(~known.all(axis=0)))
        half, width = record.half_time[known], record.width[known]
        farthest = max(farthest, float(half.max(initial=0.0)))
        filled = {} if record.source == "theory" else {"markerfacecolor": "none", "alpha": 0.6}
        name = depth_name(record.depth) + (", trained" if record.source == "simulation" else ", theory")
        style = {"color": color(number), "marker": "o", "markersize": 5, "linestyle": "none", "label": name, **filled}
        ax.plot(half, width, **{**style, **line_style})
    still = ~np.isnan(records[0].shallow_width)
    ax.plot(
        records[0].shallow_half_time[still], records[0].shallow_width[still], "x", color="0.2", markersize=7,
        label="no hidden layer, theory",
    )  # fmt: skip
    reach = np.array([0.0, 1.05 * max(farthest, float(np.max(records[0].shallow_half_time[still], initial=0.0)))])
    ax.plot(
        reach,
        SHALLOW_SHARPNESS * reach,
        color="0.6",
        linewidth=0.8,
        linestyle=":",
        label="same ratio as without hidden layer",
    )
    widest = [float(r.width[np.isfinite(r.width)].max(initial=0.0)) for r in records]
    widest.append(float(np.max(records[0].shallow_width[still], initial=0.0)))
    unit = time_label(records[0].environment.normalization).removeprefix("learning time ")
    ax.set(
        xlabel=f"half-learning time {unit}",
        ylabel="rise time (10 to 90%)",
        xlim=(0, reach[1] or 1.0),
        ylim=(0, 1.1 * max(widest) or 1.0),
    )
    if hidden:
        ax.set_title(f"{hidden} not learned by the end of the run", fontsize=8, color="0.4", fontweight="normal")
    below(ax, columns=2)
    return ax


def basic_level(record: BasicLevel, *, ax: Axes | None = None, most: int = 12, **bar_style: Any) -> Axes:
    """Strength of every level of a taxonomy below the root, with the contrast of every item as a dot."""
    expect(record, BasicLevel, "record", "pass semantics.basic_level(environment)")
    ax = axes(ax)
    levels = np.arange(1, min(record.strength.size, most + 1))
    shades = [color(0) if level == record.first_distinction else "0.75" for level in levels]
    ax.bar(levels, np.nan_to_num(record.strength[levels]), **{"color": shades, "width": 0.6, **bar_style})
    for level in levels:
        values = record.contrast[:, level]
        values = np.sort(values[~np.isnan(values)])
        spread = np.linspace(-0.2, 0.2, values.size) if values.size > 1 else np.zeros(values.size)
        ax.plot(level + spread, values, ".", color="0.25", markersize=3, alpha=0.5)
    wide = levels.size <= 6
    names = [
        f"{shortened(record.level_names[level], 16)}\n({record.rank[level]} mode{'s' * bool(record.rank[level] != 1)})"
        if wide
        else f"{level}\n({record.rank[level]})"
        for level in levels
    ]
    ax.set_xticks(levels, names, fontsize=8)
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.set(xlabel="level (number of modes)", ylabel="own group minus a sibling\n(summed similarity)")
    more = record.strength.size - 1 - levels.size
    note = f"; {counted(more, 'finer level')} not drawn" if more else ""
    ax.set_title(f"root (shared by all): {record.strength[0]:.3g}{note}", fontsize=8, color="0.4", fontweight="normal")
    return ax


def _level_label(record: Differentiation, level: int) -> str:
    """What separates at a level: its name where it has one, else the first groups one level below."""
    tree = record.taxonomy
    if tree.level_names:
        return shortened(f"{tree.level_names[level]}: into {tree.level_names[level + 1]}")
    below_it = [tree.names[node] for node in np.flatnonzero(tree.level == level + 1)]
    return shortened(f"{level}  " + " | ".join(below_it), 30)
