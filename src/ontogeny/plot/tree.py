"""The tree of differentiation: a taxonomy in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect
from .._core.digits import short
from ..semantics.splits import AFTER, Differentiation
from ..taxonomies.taxonomy import Taxonomy
from .style import NAMED, axes, below, color, shortened, time_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEAVES = 60  # leaves whose names can still be read
CLUSTERS = 30  # groups at the ends of a larger tree
GRAY = "0.45"
ROOM = 0.04  # right of the run, as a share of it, for forks that are never reached


@dataclass(frozen=True)
class Fork:
    """When the parts of a group separate (inf if never), and where that is drawn: not before a group around it."""

    onset: float
    half_time: float
    completion: float
    place: float
    is_early: bool

    @property
    def is_reached(self) -> bool:
        """Whether the parts separate during the run."""
        return bool(np.isfinite(self.half_time))


def differentiation(record: Differentiation, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """The taxonomy as a tree in time: each fork stands where the parts of a group separate.

    A fork stands at the half time: for several networks the median, with a thin tick for each. The bar on it runs from
    10% (onset) to 90%. Parts that separate before their group does stand at its fork, as a triangle with their own
    time beside it and without a bar: no line runs back in time. Groups that have not separated by the end of the run
    are dotted. Only the top of a large tree is drawn: its ends are groups, with their number of items.
    """
    expect(record, Differentiation, "record", "pass semantics.differentiation(trajectory)")
    ax = axes(ax)
    ends = _ends(record)
    height = _heights(record, ends)
    forks = _forks(record, height)
    first, last = float(record.times[0]), float(record.times[-1])
    beyond = last + ROOM * (last - first)
    line = {"color": GRAY, "linewidth": 1.2, **line_style}
    for node, fork in forks.items():
        if node not in ends:
            _draw_fork(ax, record, node, height, forks, beyond, line)
        if fork.is_reached:
            _mark(ax, record, node, fork, height[node], is_end=node in ends)
        if fork.is_reached and node not in ends and len(ends) <= CLUSTERS:
            _name_fork(ax, record, node, (fork.place, height[node]))
    top = next(iter(forks))
    ax.plot([first, forks[top].place if top not in ends else beyond], [height[top]] * 2, **line)
    _name_ends(ax, record, ends, height)
    unit = time_label(record.environment.normalization)
    ax.set(xlabel=unit, xlim=(first, beyond), ylim=(len(ends) - 0.4, -0.6))
    ax.spines["left"].set_visible(False)
    _key(ax, record, forks)
    return ax


def _forks(record: Differentiation, height: dict[int, float]) -> dict[int, Fork]:
    """Every drawn group with parts, each after the groups around it."""
    tree, last = record.taxonomy, float(record.times[-1])
    times = np.stack([np.median(part, axis=0) for part in (record.onset, record.half_time, record.completion)])
    found: dict[int, Fork] = {}
    for number, node in enumerate(tree.splits.tolist()):
        if node in height:
            around = found.get(_group_around(tree.parent, node, found))
            onset, half, end = times[:, number].tolist()
            when = half if np.isfinite(half) else last
            place = when if around is None else max(when, around.place)
            found[node] = Fork(onset, half, end, place, when < place * (1 - AFTER))
    return found


def _group_around(parent: np.ndarray, node: int, forks: dict[int, Fork]) -> int:
    """The nearest group around a node that forks; -1 if there is none."""
    node = int(parent[node])
    while node >= 0 and node not in forks:
        node = int(parent[node])
    return node


def _draw_fork(
    ax: Axes,
    record: Differentiation,
    node: int,
    height: dict[int, float],
    forks: dict[int, Fork],
    beyond: float,
    line: dict[str, Any],
) -> None:
    """Lines from a group to its parts, each up to its own fork."""
    start = forks[node].place
    look = line if forks[node].is_reached else {**line, "linestyle": ":"}
    parts = [child for child in height if record.taxonomy.parent[child] == node]
    ax.plot([start] * 2, [min(height[part] for part in parts), max(height[part] for part in parts)], **look)
    for part in parts:
        fork = _next_fork(record, part, height)
        ax.plot([start, beyond if fork < 0 else forks[fork].place], [height[part]] * 2, **look)


def _mark(ax: Axes, record: Differentiation, node: int, fork: Fork, height: float, *, is_end: bool) -> None:
    """The dot of a fork, or the triangle of an early one, with its bar and a tick for each network."""
    from matplotlib.patheffects import withStroke

    tree = record.taxonomy
    shade = color(int(np.searchsorted(record.levels, tree.level[node])))
    if not fork.is_early:
        span = [fork.onset, min(fork.completion, float(record.times[-1]))]
        ax.plot(span, [height] * 2, color=shade, linewidth=4, alpha=0.35, solid_capstyle="butt", zorder=3)
    look: dict[str, Any] = {"color": shade, "markersize": 4.5, "zorder": 5}
    if is_end:
        look["markerfacecolor"] = "white"
    ax.plot([fork.place], [height], "<" if fork.is_early else "o", **look)
    if fork.is_early:
        ax.annotate(
            short(fork.half_time, 2), (fork.place, height), xytext=(-5, 0), textcoords="offset points", ha="right",
            va="center", fontsize=7.5, color="0.2", zorder=4.5,
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )  # fmt: skip
    if len(record.final) > 1:
        marks = record.half_time[:, int(np.flatnonzero(tree.splits == node)[0])]
        ax.plot(marks, [height] * len(marks), "|", color=shade, markersize=9, markeredgewidth=0.8, zorder=4)


def _key(ax: Axes, record: Differentiation, forks: dict[int, Fork]) -> None:
    """What colors and triangles mean, below the axes."""
    from matplotlib.lines import Line2D

    tree, handles = record.taxonomy, []
    shown = {int(np.searchsorted(record.levels, tree.level[node])) for node, fork in forks.items() if fork.is_reached}
    for number in sorted(shown):
        level = int(record.levels[min(number, NAMED)])
        name = shortened(tree.level_names[level], 16) if tree.level_names else str(level)
        if number <= NAMED:
            named = name if number < NAMED else "deeper"
            handles.append(Line2D([], [], linestyle="", marker="o", markersize=4.5, color=color(number), label=named))
    if any(fork.is_early and fork.is_reached for fork in forks.values()):
        early = "before its group, at the time beside it"
        handles.append(Line2D([], [], linestyle="", marker="<", markersize=4.5, color="0.3", label=early))
    below(
        ax,
        columns=6,
        handles=handles,
        title="groups by level of the tree, from the root (0)",
        title_fontsize=8,
        fontsize=8,
        loc="upper left",
    )


def _ends(record: Differentiation) -> list[int]:
    """Nodes at the ends of the drawn tree: the items, or the groups at which a large tree is cut off."""
    tree = record.taxonomy
    if len(tree.items) <= LEAVES:
        return [int(node) for node in np.flatnonzero(tree.is_item)]
    return top_groups(tree, CLUSTERS, whole=tree.splits[~record.differs].tolist())


def top_groups(tree: Taxonomy, most: int, whole: Sequence[int] = ()) -> list[int]:
    """Nodes at which a tree is cut off, the largest groups divided first; those in `whole` are never divided."""
    size = tree.spans[:, 1] - tree.spans[:, 0]
    children: dict[int, list[int]] = {}
    for node, above in enumerate(tree.parent):
        children.setdefault(int(above), []).append(node)
    ends = [0]
    while len(ends) < most:
        open_ends = [node for node in ends if not tree.is_item[node] and node not in whole]
        if not open_ends:
            break
        widest = min(open_ends, key=lambda node: (-int(size[node]), tree.names[node]))
        parts = children[widest]
        if len(ends) + len(parts) - 1 > most and len(ends) > 1:
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
