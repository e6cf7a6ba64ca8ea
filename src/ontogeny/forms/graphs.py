"""Named forms as graphs: ring, chain, grid, cylinder, clusters, cliques, tree.

Every node has the attributes ``latent`` (not an item; it connects items), ``position`` (where it is drawn) and, for
forms with natural categories, ``category``. Items of a world drawn from the graph have the names of the nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import combinations

import networkx as nx
import numpy as np

from .._core.checks import InputError, not_negative, positive, whole
from ..taxonomies.branching import paths
from ..taxonomies.hierarchy import checked_branching

TOO_SHORT = "a form has at least 2 items in each direction"


def ring(n: int, *, weight: float = 1.0) -> nx.Graph:
    """Items on a circle, each joined to its two neighbors, like the months of a year.

    Parameters
    ----------
    n : int
        Number of items, 3 or more.
    weight : float
        Weight of every edge, above 0: the larger, the more similar neighbors are.

    Returns
    -------
    networkx.Graph

    Raises
    ------
    InputError
        Fewer nodes than the form needs, or a weight that is not above 0.

    Examples
    --------
    >>> ring(12).number_of_edges()
    12
    """
    count = whole(n, "n", 3, "a ring has at least 3 items")
    angles = 2 * np.pi * np.arange(count) / count
    graph = nx.Graph()
    for i, angle in enumerate(angles):
        graph.add_node(str(i + 1), latent=False, position=(float(np.sin(angle)), float(np.cos(angle))))
    return _with_edges(graph, [(str(i + 1), str((i + 1) % count + 1)) for i in range(count)], weight)


def chain(n: int, *, weight: float = 1.0) -> nx.Graph:
    """Items on a line, each joined to its neighbors, like politicians from left to right.

    Parameters
    ----------
    n : int
        Number of items, 2 or more.
    weight : float
        Weight of every edge, above 0.

    Returns
    -------
    networkx.Graph

    Raises
    ------
    InputError
        Fewer nodes than the form needs, or a weight that is not above 0.

    Examples
    --------
    >>> chain(12).number_of_edges()
    11
    """
    count = whole(n, "n", 2, "a chain has at least 2 items")
    graph = nx.Graph()
    for i in range(count):
        graph.add_node(str(i + 1), latent=False, position=(float(i), 0.0))
    return _with_edges(graph, [(str(i), str(i + 1)) for i in range(1, count)], weight)


def grid(a: int, b: int, *, weight: float = 1.0) -> nx.Graph:
    """Items in rows and columns, each joined to its neighbors in both, like places on a map.

    Parameters
    ----------
    a, b : int
        Number of rows and of columns, 2 or more.
    weight : float
        Weight of every edge, above 0.

    Returns
    -------
    networkx.Graph
        Node "2.3" is in row 2 and column 3; its category is the row.

    Raises
    ------
    InputError
        Fewer nodes than the form needs, or a weight that is not above 0.

    Examples
    --------
    >>> grid(3, 4).number_of_edges()
    17
    """
    rows, columns = whole(a, "a", 2, TOO_SHORT), whole(b, "b", 2, TOO_SHORT)
    return _with_edges(_cells(rows, columns), _grid_edges(rows, columns), weight)


def cylinder(a: int, b: int, *, weight: float = 1.0) -> nx.Graph:
    """A stack of rings, each item joined to its neighbors on its ring and on the next, like hours on days of the week.

    Parameters
    ----------
    a : int
        Number of rings, 2 or more.
    b : int
        Items of each ring, 3 or more.
    weight : float
        Weight of every edge, above 0.

    Returns
    -------
    networkx.Graph
        Node "2.3" is item 3 of ring 2; its category is the ring.

    Raises
    ------
    InputError
        Fewer nodes than the form needs, or a weight that is not above 0.

    Examples
    --------
    >>> cylinder(3, 4).number_of_edges()
    20
    """
    rows, columns = whole(a, "a", 2, TOO_SHORT), whole(b, "b", 3, "a ring has at least 3 items")
    graph = _cells(rows, columns)
    for i in range(rows):  # rings seen from above, the first one outermost
        for j in range(columns):
            angle, radius = 2 * np.pi * j / columns, rows - i + 0.5
            graph.nodes[f"{i + 1}.{j + 1}"]["position"] = (float(radius * np.sin(angle)), float(radius * np.cos(angle)))
    around = [(f"{i + 1}.1", f"{i + 1}.{columns}") for i in range(rows)]
    return _with_edges(graph, _grid_edges(rows, columns) + around, weight)


def clusters(k: int, m: int | Sequence[int], *, weight: float = 1.0) -> nx.Graph:
    """Groups of items, each joined to the latent node of its group.

    Parameters
    ----------
    k : int
        Number of clusters.
    m : int or list of int
        Number of items per cluster: one for all, or one for each.
    weight : float
        Weight of every edge, above 0: the larger, the more similar the items of a cluster are.

    Returns
    -------
    networkx.Graph
        Node "2.3" is item 3 of cluster 2, joined to the latent node "cluster 2".

    Raises
    ------
    InputError
        Fewer nodes than the form needs, or a weight that is not above 0.

    Examples
    --------
    >>> graph = clusters(2, 3)
    >>> graph.number_of_nodes(), [name for name in graph if graph.nodes[name]["latent"]]
    (8, ['cluster 1', 'cluster 2'])
    """
    return _groups(k, m, weight, lambda hub, members: ([hub], [(hub, member) for member in members]))


def cliques(k: int, m: int | Sequence[int], *, weight: float = 1.0) -> nx.Graph:
    """Groups of items, in which each item is joined to every other.

    Parameters
    ----------
    k : int
        Number of groups.
    m : int or list of int
        Number of items per group: one for all, or one for each.
    weight : float
        Weight of every edge, above 0.

    Returns
    -------
    networkx.Graph
        Node "2.3" is item 3 of group 2.

    Raises
    ------
    InputError
        Fewer nodes than the form needs, or a weight that is not above 0.

    Examples
    --------
    >>> cliques(2, 3).number_of_edges()
    6
    """
    return _groups(k, m, weight, lambda hub, members: ([], list(combinations(members, 2))))


def tree_graph(branching: Sequence[int], *, weight: float | Sequence[float] = 1.0) -> nx.Graph:
    """A tree whose leaves are items and whose inner nodes are latent.

    Parameters
    ----------
    branching : list of int
        Number of branches of each node, level by level from the root.
    weight : float or list
        Weight of the edges, above 0: one for all, or one for each level.

    Returns
    -------
    networkx.Graph
        Nodes are named by their path, "1.2"; the root is "root". The category of a node is its ancestor just below
        the root.

    Raises
    ------
    InputError
        Fewer nodes than the form needs, or a weight that is not above 0.

    Examples
    --------
    >>> graph = tree_graph([2, 2])
    >>> [name for name in graph if not graph.nodes[name]["latent"]]
    ['1.1', '1.2', '2.1', '2.2']
    """
    factors = checked_branching(branching)
    weights = weight if isinstance(weight, list | tuple | np.ndarray) else [weight] * len(factors)
    if len(weights) != len(factors):
        raise InputError(
            "weight",
            f"has {len(weights)} numbers, but the tree has {len(factors)} levels of branches",
            "write one number for each, or one for all",
        )
    graph = nx.Graph()
    graph.add_node("root", latent=True, position=(0.0, 0.0))
    parents = ["root"]
    for level, (factor, each) in enumerate(zip(factors, weights, strict=True), start=1):
        names = paths(factors[:level])
        for i, name in enumerate(names):
            angle, latent = 2 * np.pi * (i + 0.5) / len(names), level < len(factors)
            place = (float(level * np.sin(angle)), float(level * np.cos(angle)))
            graph.add_node(name, latent=latent, position=place, category=name.split(".")[0])
        _with_edges(graph, [(parents[i // factor], name) for i, name in enumerate(names)], each)
        parents = names
    return graph


def items_of(graph: nx.Graph, items: Sequence[Hashable] | None = None) -> list[Hashable]:
    """Nodes of a graph that are items: those given, or all that are not latent. The graph is checked as well."""
    if not isinstance(graph, nx.Graph):
        raise InputError(
            "graph",
            f"is of type {type(graph).__name__}, but a networkx.Graph is needed here",
            "write for example ring(12)",
        )
    if graph.is_directed() or graph.is_multigraph():
        raise InputError(
            "graph",
            f"is a {type(graph).__name__}, but a field needs undirected edges, at most one between two nodes",
            "pass networkx.Graph(graph)",
        )
    _check_edges(graph)
    nodes = [node for node, latent in graph.nodes(data="latent", default=False) if not latent]
    if items is not None:
        nodes = list(items)
        missing = [node for node in nodes if node not in graph]
        if missing:
            raise InputError(
                "items", f"holds {missing[0]!r}, but the graph has no such node", "write names of its nodes"
            )
    if len(nodes) < 2 or len({str(node) for node in nodes}) < len(nodes):
        raise InputError(
            "graph",
            f"has {len(nodes)} nodes that are items, with {len({str(node) for node in nodes})} different names, but a "
            "world needs at least 2 items, each with a name of its own",
            "make fewer nodes latent, or rename nodes",
        )
    return nodes


def _check_edges(graph: nx.Graph) -> None:
    for first, second, weight in graph.edges(data="weight", default=1.0):
        not_negative(weight, f"the weight of edge {first!r} to {second!r}", "the weight of an edge in a field")
        if first == second:
            raise InputError("graph", f"joins {first!r} to itself, which has no meaning in a field", "remove that edge")


def _with_edges(graph: nx.Graph, edges: Sequence[tuple[str, str]], weight: float) -> nx.Graph:
    value = positive(weight, "weight", "an edge needs a positive weight to make items similar")
    graph.add_edges_from(edges, weight=value)
    return graph


def _cells(rows: int, columns: int) -> nx.Graph:
    graph = nx.Graph()
    for i in range(rows):
        for j in range(columns):
            position = float(j), -float(i)
            graph.add_node(f"{i + 1}.{j + 1}", latent=False, category=f"row {i + 1}", position=position)
    return graph


def _grid_edges(rows: int, columns: int) -> list[tuple[str, str]]:
    right = [(f"{i + 1}.{j}", f"{i + 1}.{j + 1}") for i in range(rows) for j in range(1, columns)]
    return right + [(f"{i}.{j + 1}", f"{i + 1}.{j + 1}") for i in range(1, rows) for j in range(columns)]


Wiring = Callable[[str, list[str]], tuple[list[str], list[tuple[str, str]]]]


def _groups(k: int, m: int | Sequence[int], weight: float, wire: Wiring) -> nx.Graph:
    """Groups on a circle; `wire` makes the latent nodes and the edges of a group from its name and its items."""
    count = whole(k, "k", 1, "a form has at least one group")
    each = list(m) if isinstance(m, list | tuple | np.ndarray) else [m] * count
    sizes = [whole(size, "m", 1, "a group has at least one item") for size in each]
    if len(sizes) != count:
        raise InputError(
            "m", f"has {len(sizes)} sizes, but there are {count} groups", "write one for each, or one for all"
        )
    graph = nx.Graph()
    for group, size in enumerate(sizes):
        angle = 2 * np.pi * group / count
        center = np.array([np.sin(angle), np.cos(angle)]) * (count > 1) * max(1.0, count / 3)
        name, members = f"cluster {group + 1}", [f"{group + 1}.{i + 1}" for i in range(size)]
        latent, edges = wire(name, members)
        for node in latent:
            graph.add_node(node, latent=True, category=name, position=(float(center[0]), float(center[1])))
        for i, node in enumerate(members):
            turn = angle + 2 * np.pi * i / size
            place = center + 0.6 * np.array([np.sin(turn), np.cos(turn)])
            graph.add_node(node, latent=False, category=name, position=(float(place[0]), float(place[1])))
        _with_edges(graph, edges, weight)
    return graph
