"""For each form, the candidate structures over given items, found by simple deterministic rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import networkx as nx
import numpy as np

from .._core.ties import EQUAL
from .arrangements import layout, tour
from .graphs import chain, cylinder, grid, ring
from .groupings import average_linkage, cut, settled

SHORTEST = 1e-3  # relative to the tree's height: shorter branches get this length, so that no weight is infinite
FOLDED = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)  # relative to the tree's height: inner branches up to this length are folded
MOST_CUTS = 16  # numbers of clusters that are tried
EMPTY = 0.15  # empty cells of a grid, at most this share of the items
MOST_SHAPES = 3  # shapes of a grid that are tried, from long to square

Candidates = dict[str, nx.Graph]
Makers = dict[str, Callable[[], nx.Graph]]


def structures(form: str, distance: np.ndarray, items: Sequence[str], only: Sequence[str] | None = None) -> Candidates:
    """Graphs of a form for items with these squared distances, by the rule that made each; all rules, or only some."""
    made = FORMS[form](distance, items)
    return {rule: graph() for rule, graph in made.items() if only is None or rule in only}


def _chain(distance: np.ndarray, items: Sequence[str]) -> Makers:
    return {"shortest path": lambda: _placed(chain(len(items)), items, np.argsort(tour(distance, closed=False)))}


def _ring(distance: np.ndarray, items: Sequence[str]) -> Makers:
    return {"shortest tour": lambda: _placed(ring(len(items)), items, np.argsort(tour(distance, closed=True)))}


def _grid(distance: np.ndarray, items: Sequence[str]) -> Makers:
    shapes = [(a, b) for a, b in _shapes(len(items)) if a <= b]
    return {f"{a} x {b}": partial(_laid_out, grid(a, b), distance, items) for a, b in shapes}


def _cylinder(distance: np.ndarray, items: Sequence[str]) -> Makers:
    shapes = [(a, b) for a, b in _shapes(len(items)) if b >= 3]
    return {f"{a} rings of {b}": partial(_laid_out, cylinder(a, b), distance, items) for a, b in shapes}


def _cross_cutting(distance: np.ndarray, items: Sequence[str]) -> Makers:
    shapes = [(a, b) for a, b in _shapes(len(items)) if a <= b]
    return {f"{a} rows, {b} columns": partial(_crossed, a, b, distance, items) for a, b in shapes}


def _crossed(rows: int, columns: int, distance: np.ndarray, items: Sequence[str]) -> nx.Graph:
    row, column = np.divmod(np.arange(rows * columns), columns)
    place = layout((row[:, None] == row) ^ (column[:, None] == column), distance)
    graph = nx.Graph()
    for item, cell in zip(items, place, strict=True):
        across, down = float(column[cell]), -float(row[cell])
        graph.add_node(item, latent=False, position=(across, down))
        for name, spot in ((f"row {row[cell] + 1}", (-1.0, down)), (f"column {column[cell] + 1}", (across, 1.0))):
            hub = _free(name, items)
            graph.add_node(hub, latent=True, position=spot)
            graph.add_edge(hub, item)
    return graph


def _clusters(distance: np.ndarray, items: Sequence[str]) -> Makers:
    count = len(items)
    merges = average_linkage(distance)
    cuts = np.unique(np.geomspace(2, count - 1, min(MOST_CUTS, count - 2)).round().astype(int))
    numbers = range(2, count) if count <= MOST_CUTS else cuts.tolist()
    return {f"{groups} clusters": partial(_hubs, merges, groups, distance, items) for groups in numbers}


def _hubs(merges: np.ndarray, groups: int, distance: np.ndarray, items: Sequence[str]) -> nx.Graph:
    member = settled(cut(merges, groups), distance)
    graph = nx.Graph()
    graph.add_nodes_from(items, latent=False)
    for group in np.flatnonzero(np.bincount(member) > 1):  # a single item has no hub
        hub = _free(f"cluster {group + 1}", items)
        graph.add_node(hub, latent=True)
        graph.add_edges_from((hub, items[int(i)]) for i in np.flatnonzero(member == group))
    return graph


def _tree(distance: np.ndarray, items: Sequence[str]) -> Makers:
    merges = average_linkage(distance)
    found: Makers = {}
    for share in FOLDED:
        folded = f"those below {share:.0%} folded"
        found[f"branches as long as in the dendrogram, {folded}"] = partial(_dendrogram, merges, items, share)
        found[f"equal branches, {folded}"] = partial(_equal_branches, merges, items, share)
    return found


def _equal_branches(merges: np.ndarray, items: Sequence[str], share: float) -> nx.Graph:
    graph = _dendrogram(merges, items, share)
    nx.set_edge_attributes(graph, 1.0, "weight")
    return graph


def is_nested(tree: nx.Graph, items: Sequence[str]) -> bool:
    """Whether there is a group within a group; if means are free, other trees are equivalent to clusters."""
    root = _free(f"node {len(items) - 1}", items)
    return any(
        tree.nodes[first]["latent"] and tree.nodes[second]["latent"] and root not in (first, second)
        for first, second in tree.edges
    )


FORMS: dict[str, Callable[[np.ndarray, Sequence[str]], Makers]] = {
    "clusters": _clusters,
    "chain": _chain,
    "ring": _ring,
    "tree": _tree,
    "grid": _grid,
    "cylinder": _cylinder,
    "cross_cutting": _cross_cutting,
}


def _free(name: str, items: Sequence[str]) -> str:
    """A name for a latent node, different from those of all items."""
    while name in items:
        name += " (latent)"
    return name


def _laid_out(form: nx.Graph, distance: np.ndarray, items: Sequence[str]) -> nx.Graph:
    return _placed(form, items, layout(nx.to_numpy_array(form, weight=None), distance))


def _placed(form: nx.Graph, items: Sequence[str], place: np.ndarray) -> nx.Graph:
    """A named form with each item at its node; nodes without an item are latent."""
    cells = list(form)
    taken = {cells[place[i]]: item for i, item in enumerate(items)}
    names = {cell: taken.get(cell, _free(f"empty {cell}", items)) for cell in cells}
    graph = nx.relabel_nodes(form, names)
    for cell, name in names.items():
        graph.nodes[name].pop("category", None)
        graph.nodes[name]["latent"] = cell not in taken
    return graph


def _shapes(items: int) -> list[tuple[int, int]]:
    """Numbers of rows and columns with room for all items and few empty cells, a few from long to square."""
    pairs = [(a, -(-items // a)) for a in range(2, int(np.sqrt(items)) + 1)]
    pairs = [(a, b) for a, b in pairs if a * b - items <= max(1, EMPTY * items)]
    kept = np.unique(np.linspace(len(pairs) - 1, 0, min(MOST_SHAPES, len(pairs))).round().astype(int))
    pairs = [pairs[i] for i in kept]
    return pairs + [(b, a) for a, b in pairs if a != b]


def _dendrogram(merges: np.ndarray, items: Sequence[str], share: float) -> nx.Graph:
    """Tree of hierarchical clustering, with short inner branches folded.

    The weight of an edge is one over the difference between the heights of its ends, the variance of a diffusion step.
    """
    count, root = len(items), 2 * len(items) - 2
    heights = np.append(np.zeros(count), merges[:, 2])
    top = heights[root] or 1.0
    parents = np.full(root + 1, root)
    for step, pair in enumerate(merges[:, :2].astype(int)):
        parents[pair] = count + step
    kept = np.ones(root + 1, dtype=bool)
    for node in range(root - 1, -1, -1):  # from the root down: children of a folded node go to its parent
        if not kept[parents[node]]:
            parents[node] = parents[parents[node]]
        kept[node] = node < count or heights[parents[node]] - heights[node] > (share + EQUAL) * top
    graph = nx.Graph()
    names = [*items, *(_free(f"node {number}", items) for number in range(1, count))]
    graph.add_nodes_from(items, latent=False)
    graph.add_nodes_from((names[node] for node in range(count, root + 1) if kept[node]), latent=True)
    for node in range(root):
        if not kept[node]:
            continue
        length = max((heights[parents[node]] - heights[node]) / top, SHORTEST)
        graph.add_edge(names[parents[node]], names[node], weight=float(1 / length))
    return graph
