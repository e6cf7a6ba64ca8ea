"""For each form, the structures over given items that are worth fitting: found by simple rules, always the same.

Each comes with what its choice costs: the logarithm of how many structures of its form there are over as many
items, and the numbers that were read off the data to make it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import networkx as nx
import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform
from scipy.special import gammaln

from .arrangements import layout, tour
from .graphs import chain, cylinder, grid, ring

SHORTEST = 1e-3  # of the tree's height: shorter branches are drawn out to it, so that no weight is infinite
FOLDED = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)  # of the tree's height: inner branches up to here are folded
MOST_CUTS = 24  # numbers of clusters that are tried
EMPTY = 0.15  # largest share of empty cells in a grid
MOST_SHAPES = 6  # shapes of a grid that are tried


class Structure(NamedTuple):
    """A graph over the items, the numbers that were read off the data for it, and the log of how many there are."""

    graph: nx.Graph
    numbers: int
    log_count: float


def structures(form: str, distance: np.ndarray, items: Sequence[str]) -> Iterator[Structure]:
    """Candidates of a form for items with these squared distances."""
    return FORMS[form](distance, items)


def _chain(distance: np.ndarray, items: Sequence[str]) -> Iterator[Structure]:
    order = tour(distance, closed=False)
    yield Structure(_renamed(chain(len(items)), order, items), 0, float(gammaln(len(items) + 1) - np.log(2)))


def _ring(distance: np.ndarray, items: Sequence[str]) -> Iterator[Structure]:
    order = tour(distance, closed=True)
    yield Structure(_renamed(ring(len(items)), order, items), 0, float(gammaln(len(items)) - np.log(2)))


def _grid(distance: np.ndarray, items: Sequence[str]) -> Iterator[Structure]:
    shapes = [(a, b) for a, b in _shapes(len(items)) if a <= b and a * b > 4]
    for a, b in shapes:
        symmetries = 8 if a == b else 4
        yield _laid_out(grid(a, b), distance, items, symmetries, len(shapes))


def _cylinder(distance: np.ndarray, items: Sequence[str]) -> Iterator[Structure]:
    shapes = [(a, b) for a, b in _shapes(len(items)) if b >= 3]
    for a, b in shapes:
        yield _laid_out(cylinder(a, b), distance, items, 4 * b, len(shapes))


def _cross_cutting(distance: np.ndarray, items: Sequence[str]) -> Iterator[Structure]:
    shapes = [(a, b) for a, b in _shapes(len(items)) if a <= b]
    for a, b in shapes:
        row, column = np.divmod(np.arange(a * b), b)
        place = layout((row[:, None] == row) ^ (column[:, None] == column), distance)
        graph = nx.Graph()
        for item, cell in zip(items, place, strict=True):
            graph.add_node(item, latent=False, position=(float(column[cell]), -float(row[cell])))
            for kind, number in (("row", row[cell]), ("column", column[cell])):
                hub = f"{kind} {number + 1}"
                spot = (-1.0, -float(number)) if kind == "row" else (float(number), 1.0)
                graph.add_node(hub, latent=True, position=spot)
                graph.add_edge(hub, item)
        symmetries = float(gammaln(a + 1) + gammaln(b + 1)) + np.log(2) * (a == b)
        yield Structure(graph, 0, _log_layouts(a * b, len(items), symmetries, len(shapes)))


def _clusters(distance: np.ndarray, items: Sequence[str]) -> Iterator[Structure]:
    count = len(items)
    merges = linkage(squareform(distance, checks=False), "average")
    log_partitions = _log_partitions(count)
    cuts = (
        np.unique(np.geomspace(2, count - 1, MOST_CUTS).round().astype(int)) if count > MOST_CUTS else range(2, count)
    )
    for groups in cuts:
        member = _cut(merges, count, int(groups))
        graph = nx.Graph()
        graph.add_nodes_from(items, latent=False)
        for group, size in enumerate(np.bincount(member)):
            if size > 1:  # an item alone hangs on nothing
                graph.add_node(f"cluster {group + 1}", latent=True)
                graph.add_edges_from((f"cluster {group + 1}", items[i]) for i in np.flatnonzero(member == group))
        yield Structure(graph, 0, float(log_partitions[groups] + np.log(count)))


def _tree(distance: np.ndarray, items: Sequence[str]) -> Iterator[Structure]:
    count = len(items)
    merges = linkage(squareform(distance, checks=False), "average")
    log_trees = _log_trees(count)
    seen: set[int] = set()
    for share in FOLDED:
        graph, inner = _dendrogram(merges, items, share)
        if inner not in seen and inner > 1:
            seen.add(inner)
            log_count = float(log_trees[inner] + np.log(2 * count))
            yield Structure(graph, inner, log_count)
            equal = graph.copy()
            nx.set_edge_attributes(equal, 1.0, "weight")
            yield Structure(equal, 0, log_count)


FORMS: dict[str, Callable[[np.ndarray, Sequence[str]], Iterator[Structure]]] = {
    "clusters": _clusters,
    "chain": _chain,
    "ring": _ring,
    "tree": _tree,
    "grid": _grid,
    "cylinder": _cylinder,
    "cross_cutting": _cross_cutting,
}


def _renamed(form: nx.Graph, order: np.ndarray, items: Sequence[str]) -> nx.Graph:
    """A named form whose k-th node is the item `order[k]`; nodes beyond are latent."""
    names = {node: items[order[k]] if k < len(order) else f"empty {node}" for k, node in enumerate(form)}
    graph = nx.relabel_nodes(form, names)
    for node in graph:
        graph.nodes[node].pop("category", None)
    return graph


def _laid_out(form: nx.Graph, distance: np.ndarray, items: Sequence[str], symmetries: int, shapes: int) -> Structure:
    cells = list(form)
    place = layout(nx.to_numpy_array(form, weight=None), distance)
    names = {cell: f"empty {cell}" for cell in cells} | {cells[place[i]]: item for i, item in enumerate(items)}
    graph = nx.relabel_nodes(form, names)
    for cell, name in names.items():
        graph.nodes[name].pop("category", None)
        graph.nodes[name]["latent"] = name == f"empty {cell}"
    return Structure(graph, 0, _log_layouts(len(cells), len(items), float(np.log(symmetries)), shapes))


def _log_layouts(cells: int, items: int, log_symmetries: float, shapes: int) -> float:
    return float(gammaln(cells + 1) - gammaln(cells - items + 1) - log_symmetries + np.log(shapes))


def _shapes(items: int) -> list[tuple[int, int]]:
    """Rows and columns that hold all items and leave few cells empty, evenly picked from long to square."""
    pairs = [(a, -(-items // a)) for a in range(2, int(np.sqrt(items)) + 1)]
    pairs = [(a, b) for a, b in pairs if a * b - items <= max(1, EMPTY * items)]
    kept = np.unique(np.linspace(0, len(pairs) - 1, min(MOST_SHAPES, len(pairs))).round().astype(int))
    pairs = [pairs[i] for i in kept]
    return pairs + [(b, a) for a, b in pairs if a != b]


def _cut(merges: np.ndarray, items: int, groups: int) -> np.ndarray:
    """Group of each item once all but the last groups - 1 merges are done; groups numbered by their first item."""
    member = np.arange(2 * items - 1)
    for step, (left, right) in enumerate(merges[: items - groups, :2].astype(int)):
        root = items + step
        member[np.isin(member, (member[left], member[right]))] = root
    return np.unique(member[:items], return_inverse=True)[1]


def _dendrogram(merges: np.ndarray, items: Sequence[str], share: float) -> tuple[nx.Graph, int]:
    """Tree of hierarchical clustering, its short inner branches folded, and the number of its inner nodes.

    An edge is the looser the more the heights of its ends differ, as the variance of a step of diffusion is.
    """
    count = len(items)
    heights = np.append(np.zeros(count), merges[:, 2])
    top = heights[-1] or 1.0
    parents = np.full(2 * count - 1, -1)
    for step, (left, right) in enumerate(merges[:, :2].astype(int)):
        parents[[left, right]] = count + step
    kept = np.ones(2 * count - 1, dtype=bool)
    for node in range(2 * count - 3, count - 1, -1):  # from the root down, so that a parent is settled first
        while not kept[parents[node]]:
            parents[node] = parents[parents[node]]
        kept[node] = heights[parents[node]] - heights[node] > share * top
    graph = nx.Graph()
    names = [*items, *(f"node {number + 1}" for number in range(count - 1))]
    graph.add_nodes_from(items, latent=False)
    graph.add_nodes_from((names[node] for node in range(count, 2 * count - 1) if kept[node]), latent=True)
    for node in np.flatnonzero(kept[:-1]):
        parent = parents[node]
        while not kept[parent]:
            parent = parents[parent]
        length = max((heights[parent] - heights[node]) / top, SHORTEST)
        graph.add_edge(names[parent], names[node], weight=1 / length)
    return graph, int(kept[count:].sum())


def _log_partitions(items: int) -> np.ndarray:
    """Logarithm of the number of ways to part items into k groups, for k up to their number."""
    logs = np.full(items + 1, -np.inf)
    logs[0] = 0.0
    k = np.arange(1, items + 1)
    for _ in range(items):
        logs = np.append(-np.inf, np.logaddexp(logs[:-1], np.log(k) + logs[1:]))
    return logs


def _log_trees(items: int) -> np.ndarray:
    """Logarithm of the number of rooted trees with m inner nodes over labeled items, for m up to their number."""
    logs = np.full(items + 1, -np.inf)
    logs[1] = 0.0  # two items have one tree
    m = np.arange(1, items + 1)
    for count in range(3, items + 1):
        split = np.log(np.maximum(count + m - 2, 1)) + logs[:-1]  # a new inner node on an edge or above the root
        logs = np.append(-np.inf, np.logaddexp(split, np.log(m) + logs[1:]))
    return logs
