"""Structural forms: the graph of the items, and how well each form explains a table."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from .._core.checks import InputError, expect, one_of
from ..forms.form_comparison import FormComparison
from .style import NAMED, axes, below, color, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Places = dict[Hashable, np.ndarray]  # position of every node

NAMES_FIT = 150  # items whose names are written
FEW = 24  # items whose names are written large and level
LONG = 32.0  # length beyond which a narrow form is folded into rows
NARROW = 4.0  # a form this many times as wide as high is narrow


def structure(
    graph: nx.Graph | FormComparison,
    *,
    form: str | None = None,
    names: bool = True,
    ax: Axes | None = None,
    **marker_style: Any,
) -> Axes:
    """A graph of items, as dots with names, colored by category; latent nodes are small and gray.

    For a comparison of forms the graph of the best form is drawn, or that of `form` if given. Without `names` neither
    items nor categories are named.
    """
    if isinstance(graph, FormComparison):
        name = graph.best if form is None else one_of(form, graph.forms, "form")
        graph = graph.graphs[name]
    elif form is not None:
        raise InputError(
            "form", "is given, but a graph has only one", "leave form out, or pass what `compare_forms` returns"
        )
    expect(graph, nx.Graph, "graph", "pass a networkx.Graph or what `compare_forms` returns")
    ax = axes(ax)
    places, rim = _positions(graph)
    ends = np.array([[places[a], places[b]] for a, b in graph.edges]).reshape(-1, 2, 2)
    ax.plot(*ends.transpose(2, 1, 0), color="0.75", linewidth=0.8, zorder=1)
    latent = [node for node in graph if graph.nodes[node].get("latent")]
    items = [node for node in graph if not graph.nodes[node].get("latent")]
    if latent:
        ax.plot(*np.array([places[node] for node in latent]).T, ".", color="0.55", markersize=4, zorder=2)
    size = 7.0 if len(items) <= FEW else 4.5 if len(items) <= NAMES_FIT else 2.5
    for label, look, members in _by_category(graph, items):
        style = {"linestyle": "none", "marker": "o", "markersize": size, "color": look, "label": label, **marker_style}
        ax.plot(*np.array([places[node] for node in members]).T, zorder=3, **style)
    if names and len(items) <= NAMES_FIT:
        _write_names(ax, items, places, rim)
    elif names:
        ax.annotate(f"{len(items)} items, too many to name", (0, 0), xycoords="axes fraction", fontsize=8, color="0.4")
    ax.set_aspect("equal", adjustable="datalim")
    ax.margins(0.16)
    ax.set_axis_off()
    if names:
        below(ax, columns=4, drop=4)
    return ax


def form_scores(comparison: FormComparison, *, ax: Axes | None = None, **marker_style: Any) -> Axes:
    """Score of each form relative to the best, per feature; error bars are two standard errors.

    Forms that are not clearly worse than the best are filled.
    """
    expect(comparison, FormComparison, "comparison", "pass what `compare_forms` returns")
    ax = axes(ax)
    table = comparison.to_dataframe()
    rows = np.arange(len(table))
    for row, form in zip(rows, comparison.forms, strict=True):
        open_race = form == comparison.best or form in comparison.rivals
        style: dict[str, Any] = {
            "fmt": "o",
            "markersize": 6,
            "color": color(0) if open_race else "0.5",
            "capsize": 2,
            **marker_style,
        }
        fill: dict[str, Any] = {} if open_race else {"markerfacecolor": "white"}
        error = 2 * table.standard_error_per_feature[row]
        ax.errorbar(table.difference_per_feature[row], row, xerr=error or None, **style, **fill)
    ax.axvline(0, color="0.6", linewidth=0.6, zorder=0)
    ax.set_yticks(rows, [form.replace("_", " ") for form in comparison.forms])
    ax.invert_yaxis()
    features = f"{comparison.features} features"
    ax.set(xlabel=f"score relative to the best, per feature (nats; {features})", ylim=(len(rows) - 0.5, -0.5))
    return ax


def _by_category(graph: nx.Graph, items: list[Hashable]) -> Iterable[tuple[str | None, str, list[Hashable]]]:
    """Label, color and items of each category, most frequent first; those beyond the last color share a gray."""
    names = [graph.nodes[node].get("category") for node in items]
    known = sorted({str(name) for name in names if name is not None}, key=lambda name: (-names.count(name), name))
    if None in names or not known or len(known) == len(items):
        return [(None, color(0), items)]
    groups: dict[int, list[Hashable]] = {}
    for node, name in zip(items, names, strict=True):
        groups.setdefault(min(known.index(str(name)), NAMED), []).append(node)
    labels = [*(shortened(name, 16) for name in known[:NAMED]), f"{len(known) - NAMED} more"]
    return [(labels[number], color(number), groups[number]) for number in sorted(groups)]


def _write_names(ax: Axes, items: Sequence[Hashable], places: Places, rim: Places) -> None:
    """Names beside their dots, pointing away from the middle of their group; turned where there are many."""
    many = len(items) > FEW
    spots = np.array([places[node] for node in items])
    distance = np.linalg.norm(spots - [rim[node] for node in items], axis=1)
    broad = _is_lattice(places) and np.ptp(spots[:, 0]) <= NARROW * (np.ptp(spots[:, 1]) + 1)
    shells = len({id(rim[node]) for node in items}) == 1 and np.ptp(distance) > 0.5 * distance.mean()
    level = many and (broad or shells)
    for node in items:
        away = np.array([0.0, 1.0]) if level and shells else places[node] - rim[node]
        length = float(np.hypot(*away))
        x, y = away / length if length > 1e-9 else (0.0, 1.0)
        if many and not level:
            angle = float(np.degrees(np.arctan2(y, x)))
            flipped = abs(angle) > 90.001
            style: dict[str, Any] = {"rotation": angle + 180 * flipped, "rotation_mode": "anchor", "va": "center"}
            style |= {"ha": "right" if flipped else "left", "fontsize": 6}
        else:
            style = {"ha": "center" if abs(x) < 0.4 else "left" if x > 0 else "right", "fontsize": 6 if many else 8}
            style["va"] = "center" if abs(x) >= 0.4 else "bottom" if y > 0 else "top"
        text = shortened(str(node), 9 if level else 18)
        ax.annotate(
            text, tuple(places[node]), xytext=(6 * x, 6 * y), textcoords="offset points", zorder=4, **style
        )  # fmt: skip


def _positions(graph: nx.Graph) -> tuple[Places, Places]:
    """Where each node is drawn, and the point that its name points away from."""
    given = dict(graph.nodes(data="position"))
    if all(place is not None for place in given.values()):
        places = {node: np.asarray(place, dtype=float) for node, place in given.items()}
        return _folded(graph, places) if _is_lattice(places) else (places, _middles(graph, places))
    if nx.is_connected(graph):
        places = _radial(graph) if nx.is_tree(graph) else _sprung(graph)
        return places, dict.fromkeys(graph, np.zeros(2))
    return _side_by_side(graph)


def _is_lattice(places: Places) -> bool:
    return all(np.all(place == np.round(place)) for place in places.values())


def _folded(graph: nx.Graph, places: Places) -> tuple[Places, Places]:
    """Places in rows and columns, a long narrow form folded into rows; names go up, those of a lowest row down."""
    spots = np.array(list(places.values()))
    low, high = spots.min(axis=0), spots.max(axis=0)
    width, height = high - low
    joins_neighbors = all(np.abs(places[a] - places[b]).sum() < 1.5 for a, b in graph.edges)
    rows = int(width // LONG) + 1 if joins_neighbors and width > NARROW * (height + 1) else 1
    length = np.ceil((width + 1) / rows)
    up = np.array([0.0, 1.0])
    folded, rim = {}, {}
    for node, place in places.items():
        row, x = divmod(place[0] - low[0], length)
        x = x if row % 2 == 0 else length - 1 - x
        folded[node] = np.array([x, place[1] - row * (height + length / 5)])
        rim[node] = folded[node] + (up if height > 0 and place[1] == low[1] else -up)
    return folded, rim


def _middles(graph: nx.Graph, places: Places) -> Places:
    """Middle of each node's connected part."""
    middles: Places = {}
    for part in nx.connected_components(graph):
        middles |= dict.fromkeys(part, np.mean([places[node] for node in part], axis=0))
    return middles


def _radial(tree: nx.Graph) -> Places:
    """The ends of a tree on a circle, its inner nodes within."""
    root = min(nx.center(tree), key=str)
    order = list(nx.dfs_preorder_nodes(tree, root))
    depth = nx.single_source_shortest_path_length(tree, root)
    parent = dict(nx.dfs_predecessors(tree, root))
    children: dict[Hashable, list[Hashable]] = {node: [] for node in order}
    for node in order[1:]:
        children[parent[node]].append(node)
    leaves = [node for node in order if not children[node]]
    angle = {node: 2 * np.pi * number / len(leaves) for number, node in enumerate(leaves)}
    height = dict.fromkeys(leaves, 0)
    for node in reversed(order):
        if children[node]:
            angle[node] = float(np.mean([angle[child] for child in children[node]]))
            height[node] = 1 + max(height[child] for child in children[node])
    places = {}
    for node in order:
        radius = depth[node] / max(1, depth[node] + height[node])
        places[node] = radius * np.array([np.sin(angle[node]), np.cos(angle[node])])
    return places


def _sprung(graph: nx.Graph) -> Places:
    places = nx.kamada_kawai_layout(graph, weight=None) if len(graph) <= NAMES_FIT else nx.spring_layout(graph, seed=0)
    return {node: np.asarray(place) for node, place in places.items()}


def _side_by_side(graph: nx.Graph) -> tuple[Places, Places]:
    """Connected parts in rows, each a circle as wide as its number of nodes needs."""
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(map(str, part))))
    widths = [2.8 + 0.16 * len(part) for part in parts]
    most = max(max(widths), float(np.sqrt(1.4 * sum(width**2 for width in widths))))
    left, top, tallest = 0.0, 0.0, 0.0
    places: Places = {}
    middles: Places = {}
    for part, width in zip(parts, widths, strict=True):
        if left + width > most + 1e-9:
            left, top, tallest = 0.0, top - tallest, 0.0
        middle = np.array([left + width / 2, top - width / 2])
        members = [node for node in graph if node in part]
        ring = [node for node in members if not graph.nodes[node].get("latent")]
        for node in members:
            places[node] = middles[node] = middle
        for number, node in enumerate(ring if len(ring) > 1 else []):
            turn = 2 * np.pi * number / len(ring)
            places[node] = middle + (0.18 + 0.12 * min(1.0, len(ring) / 20)) * width * np.array(
                [np.sin(turn), np.cos(turn)]
            )
        left, tallest = left + width, max(tallest, width)
    return places, middles
