"""Development over time: the tree of differentiation, separation of levels, stages, the basic level."""

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

LEAVES = 60  # leaves whose names can still be read
CLUSTERS = 30  # groups at the ends of a larger tree
GRAY = "0.45"


def differentiation(record: Differentiation, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """The taxonomy as a tree in time: each fork stands where the parts of a group separate.

    A fork stands at the half time: for several networks the median, with a thin tick for each. The bar on it runs from
    10% (onset) to 90%. Groups that have not separated by the end of the run are dotted. Only the top of a large tree is
    drawn: its ends are groups, with their number of items.
    """
    expect(record, Differentiation, "record", "pass semantics.differentiation(trajectory)")
    ax = axes(ax)
    tree, ends = record.taxonomy, _ends(record)
    height = _heights(record, ends)
    place = {int(node): number for number, node in enumerate(tree.splits)}
    median = {name: np.median(getattr(record, name), axis=0) for name in ("onset", "half_time", "completion")}
    last = float(record.times[-1])
    beyond = last + 0.04 * (last - float(record.times[0]))  # room for forks that are never reached
    learned = {node: bool(np.isfinite(median["half_time"][number])) for node, number in place.items()}
    when = {node: float(median["half_time"][number]) if learned[node] else last for node, number in place.items()}
    line = {"color": GRAY, "linewidth": 1.2, **line_style}
    for node in (node for node in place if node in height):
        if node not in ends:
            _fork(ax, record, node, height, when, beyond, line if learned[node] else {**line, "linestyle": ":"})
        if not learned[node]:
            continue
        shade = color(int(np.searchsorted(record.levels, tree.level[node])))
        span = [median["onset"][place[node]], min(float(median["completion"][place[node]]), last)]
        ax.plot(span, [height[node]] * 2, color=shade, linewidth=4, alpha=0.35, solid_capstyle="butt", zorder=3)
        hollow: dict[str, Any] = {"markerfacecolor": "white"} if node in ends else {}
        ax.plot([when[node]], [height[node]], "o", color=shade, markersize=4.5, zorder=5, **hollow)
        if len(record.final) > 1:
            marks = record.half_time[:, place[node]]
            ax.plot(marks, [height[node]] * len(marks), "|", color=shade, markersize=9, markeredgewidth=0.8, zorder=4)
        if node not in ends and len(ends) <= CLUSTERS:
            _name_fork(ax, record, node, (when[node], height[node]))
    top = int(tree.splits[0])
    ax.plot([float(record.times[0]), when[top] if top not in ends else beyond], [height[top]] * 2, **line)
    _name_ends(ax, record, ends, height)
    unit = time_label(record.environment.normalization)
    ax.set(xlabel=unit, xlim=(record.times[0], beyond), ylim=(len(ends) - 0.4, -0.6))
    ax.spines["left"].set_visible(False)
    return ax


def _fork(
    ax: Axes,
    record: Differentiation,
    node: int,
    height: dict[int, float],
    when: dict[int, float],
    beyond: float,
    line: dict[str, Any],
) -> None:
    """One fork: lines from a group to its parts, each up to its own fork."""
    parts = [child for child in height if record.taxonomy.parent[child] == node]
    ax.plot([when[node]] * 2, [min(height[part] for part in parts), max(height[part] for part in parts)], **line)
    for part in parts:
        fork = _next_fork(record, part, height)
        end = beyond if fork < 0 else when[fork]
        ax.plot([when[node], end], [height[part]] * 2, **line)


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


def _ends(record: Differentiation) -> list[int]:
    """Nodes at the ends of the drawn tree: the items, or the groups at which a large tree is cut off."""
    tree = record.taxonomy
    if len(tree.items) <= LEAVES:
        return [int(node) for node in np.flatnonzero(tree.is_item)]
    size = tree.spans[:, 1] - tree.spans[:, 0]
    children: dict[int, list[int]] = {}
    for node, above in enumerate(tree.parent):
        children.setdefault(int(above), []).append(node)
    same = set(tree.splits[~record.differs].tolist())  # never separate: nothing to draw inside
    ends = [0]
    while len(ends) < CLUSTERS:
        open_ends = [node for node in ends if not tree.is_item[node] and node not in same]
        if not open_ends:
            break
        widest = min(open_ends, key=lambda node: (-int(size[node]), tree.names[node]))
        parts = children[widest]
        if len(ends) + len(parts) - 1 > CLUSTERS and len(ends) > 1:
            break
        ends.remove(widest)
        ends += parts
    return sorted(ends)


def _heights(record: Differentiation, ends: list[int]) -> dict[int, float]:
    """Height of each drawn node: ends one below the other, a group at the middle of its parts."""
    parent = record.taxonomy.parent
    height = {node: float(row) for row, node in enumerate(ends)}
    below_each: dict[int, list[float]] = {}
    for node in range(len(parent) - 1, -1, -1):
        if node in below_each:
            height[node] = (min(below_each[node]) + max(below_each[node])) / 2
        if node in height:
            below_each.setdefault(int(parent[node]), []).append(height[node])
    return height


def _next_fork(record: Differentiation, node: int, height: dict[int, float]) -> int:
    """The node itself, or the first drawn group below it that falls into parts; -1 at an end of the drawn tree."""
    parent = record.taxonomy.parent
    while True:
        parts = [child for child in np.flatnonzero(parent == node) if child in height]
        if len(parts) != 1:
            return node if parts else -1
        node = int(parts[0])


def _name_fork(ax: Axes, record: Differentiation, node: int, at: tuple[float, float]) -> None:
    name = record.taxonomy.names[node]
    if node and ", " not in name and not name.endswith("alone"):
        ax.annotate(
            shortened(name, 14), at, xytext=(-4, 3), textcoords="offset points", ha="right", va="bottom", fontsize=8,
            color="0.3", bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.4}, zorder=2.5,
        )  # fmt: skip


def _name_ends(ax: Axes, record: Differentiation, ends: list[int], height: dict[int, float]) -> None:
    tree = record.taxonomy
    size = tree.spans[:, 1] - tree.spans[:, 0]
    names = [shortened(tree.names[node], 22) + (f" ({size[node]})" if not tree.is_item[node] else "") for node in ends]
    ax.yaxis.tick_right()
    ax.tick_params(axis="y", length=0)
    ax.set_yticks([height[node] for node in ends], names, fontsize=8 if len(ends) <= 30 else 6)
