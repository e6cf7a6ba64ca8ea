"""Trees of items: which items are in a group, and into which groups it splits.

A `Taxonomy` is made from nested names, a Newick string, columns of labels or the categories of a world, or is found in
the world by hierarchical clustering. `inheritance.from_taxonomy` makes a table of the properties that items inherit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._core.checks import InputError, expect, one_of, quoted
from .._core.names import carries_names, in_order, names_along, telling
from ..environments.arguments import numbered_names
from ..environments.environment import Environment
from .branches import Branch, clustered_branch, labelled_branch, nested_branch
from .newick import read_newick

if TYPE_CHECKING:
    import pandas as pd

METHODS = (
    "average",
    "complete",
    "single",
)  # equal distances give equal heights, so that ties are recognized
ALL = "all"


class Pairs(NamedTuple):
    """Mean squared distances between the parts of every group, and the number of pairs that each is a mean over."""

    distance: np.ndarray
    pairs: np.ndarray


@dataclass(frozen=True, eq=False)
class Taxonomy:
    """A tree whose leaves are items; its inner nodes are groups, and branches may differ in depth.

    Make one with `from_nested`, `from_newick`, `from_labels`, `from_category` or `found`.

    Parameters
    ----------
    names : tuple of str
        Name of every node in depth-first order: each is followed by everything below it.
    parent : array of int, shape (nodes,)
        Number of the parent node, from 0; -1 for the root.
    branch_length : array, shape (nodes,), optional
        Length of the branch above each node; NaN where none was given.
    level_names : tuple of str
        Names of the levels, from the root on; may be empty.
    """

    names: tuple[str, ...]
    parent: np.ndarray
    branch_length: np.ndarray | None = None
    level_names: tuple[str, ...] = ()

    @classmethod
    def from_nested(cls, nested: Mapping[str, Any], *, root: str = ALL) -> Taxonomy:
        """Taxonomy of a nested dictionary.

        Parameters
        ----------
        nested : dict
            Name -> dictionary of the groups below it, or list of the items below it. A name with nothing below it
            (None, an empty list or dictionary) is an item.
        root : str
            Name of the root, if the outermost dictionary has several names; a single one is the root itself.

        Examples
        --------
        >>> Taxonomy.from_nested({"animal": {"bird": ["robin", "canary"], "fish": ["salmon"]}})
        <Taxonomy: 3 items in 2 groups below 'animal', 2 levels>
        """
        top = nested_branch(root, nested)
        return _from_branch(top.children[0] if len(top.children) == 1 and top.children[0].children else top)

    @classmethod
    def from_newick(cls, text: str) -> Taxonomy:
        """Taxonomy of a tree in Newick format, as biologists write them.

        Branch lengths are kept (`branch_length`), comments in brackets are skipped, labels may be quoted, and inner
        nodes need no name.

        Examples
        --------
        >>> Taxonomy.from_newick("((robin:1,canary:1)bird:2,salmon:3)animal;").to_dataframe().branch_length.tolist()
        [nan, 2.0, 1.0, 1.0, 3.0]
        """
        return _from_branch(read_newick(text))

    @classmethod
    def from_labels(
        cls, labels: pd.DataFrame | Mapping[str, Sequence[Any]], *, items: Sequence[str] | None = None, root: str = ALL
    ) -> Taxonomy:
        """Taxonomy of columns of labels, from the broadest groups to the narrowest.

        Parameters
        ----------
        labels : pandas.DataFrame, or dict of str -> list of str
            One column for each level, one row for each item. A missing label (None, NaN) skips the level. Series are
            matched by name with each other and with `items`.
        items : list of str, optional
            Names of the items; by default the index of the table.
        root : str
            Name of the root.

        Examples
        --------
        >>> Taxonomy.from_labels({"kind": ["bird", "bird", "fish"]}, items=["robin", "canary", "salmon"])
        <Taxonomy: 3 items in 2 groups below 'all', 2 levels>
        """
        given = [(str(name), column) for name, column in labels.items()]
        called = next((names for _, column in given if (names := telling(names_along(column))) is not None), None)
        if carries_names(items):  # a column of names, whose own labels say which row each belongs to
            items = in_order(items, called, "items", "the rows of labels").tolist()
        elif items is not None:
            called = tuple(items)
        columns = {name: _in_rows(column, called, name) for name, column in given}
        lengths = {len(column) for column in columns.values()}
        if len(lengths) != 1:
            raise InputError(
                "labels",
                f"have columns of {sorted(lengths)} rows, but each column needs one label for each item",
                "write lists of equal length",
            )
        if items is None:
            items = called or list(getattr(labels, "index", numbered_names("item", max(lengths))))
        if len(items) not in lengths:
            raise InputError(
                "items", f"are {len(items)} names for {lengths.pop()} rows of labels", "write one name for each row"
            )
        top = labelled_branch(root, items, zip(*columns.values(), strict=True))
        return _from_branch(top, level_names=(root, *columns, "item"))

    @classmethod
    def from_category(cls, environment: Environment) -> Taxonomy:
        """Taxonomy of two levels: the categories of the items of a world, and the items."""
        expect(environment, Environment, "environment", "make one with Environment.from_dataframe(table)")
        if environment.category is None:
            raise InputError(
                "environment",
                "has items without categories",
                "name their column, Environment.from_dataframe(df, category='...'), or use Taxonomy.found(environment)",
            )
        return cls.from_labels({"category": environment.category}, items=environment.items)

    @classmethod
    def found(cls, environment: Environment, *, method: str = "average") -> Taxonomy:
        """Taxonomy found by hierarchical clustering: items with similar features are joined first.

        Parameters
        ----------
        environment : Environment
            The world; items are compared by the Euclidean distance between their targets.
        method : "average", "complete" or "single"
            Linkage: how distances between groups follow from those between items (`scipy.cluster.hierarchy.linkage`).

        Notes
        -----
        Identical items form one group. Groups that merge at the same distance are merged at once, so that a symmetric
        world has a symmetric tree. Other ties go by the names of items and features, never by their order.

        Examples
        --------
        >>> import ontogeny as on
        >>> kinds = Taxonomy.found(on.datasets.load("rumelhart"))
        >>> [len(kinds.members(node)) for node in kinds.groups]
        [8, 4, 2, 2, 4, 2, 2]
        """
        expect(environment, Environment, "environment", "make one with Environment.from_dataframe(table)")
        one_of(method, METHODS, "method")
        by_name = sorted(range(len(environment.features)), key=lambda i: environment.features[i])
        return _from_branch(clustered_branch(environment.items, right_answers(environment)[:, by_name], method))

    @cached_property
    def level(self) -> np.ndarray:
        """Number of branches between the root and each node, shape (nodes,)."""
        level = np.zeros(len(self.names), dtype=int)
        for node, above in enumerate(self.parent[1:], start=1):
            level[node] = level[above] + 1
        return level

    @cached_property
    def is_item(self) -> np.ndarray:
        """Whether each node is an item, shape (nodes,)."""
        return ~np.isin(np.arange(len(self.names)), self.parent)

    @cached_property
    def items(self) -> tuple[str, ...]:
        """Names of the items, in the order of the tree."""
        return tuple(self.names[node] for node in np.flatnonzero(self.is_item))

    @cached_property
    def spans(self) -> np.ndarray:
        """Start and end of the items of each node in `items`, shape (nodes, 2)."""
        start = np.append(0, np.cumsum(self.is_item))[:-1]
        count = self.is_item.astype(int)
        for node in range(len(self.names) - 1, 0, -1):
            count[self.parent[node]] += count[node]
        return np.column_stack([start, start + count])

    @property
    def groups(self) -> np.ndarray:
        """Numbers of the nodes that are groups, root first, shape (groups,)."""
        return np.flatnonzero(~self.is_item)

    @cached_property
    def splits(self) -> np.ndarray:
        """Numbers of the groups that split into two parts or more, shape (splits,)."""
        parts = np.bincount(self.parent[1:], minlength=len(self.names))
        return np.flatnonzero(parts > 1)

    @property
    def depth(self) -> int:
        """Number of levels below the root."""
        return int(self.level.max())

    def members(self, node: int) -> tuple[str, ...]:
        """Names of the items of one node."""
        start, end = self.spans[node]
        return self.items[start:end]

    def order(self, items: Sequence[str]) -> np.ndarray:
        """Positions in `items` of the taxonomy's items, shape (items,).

        Raises
        ------
        InputError
            Items that are not the same as those of the taxonomy.
        """
        place = {name: index for index, name in enumerate(items)}
        lacking, extra = set(place) - set(self.items), set(self.items) - set(place)
        if lacking:
            raise InputError(
                "items",
                f"hold {quoted(sorted(lacking))}, which the taxonomy does not",
                "give every item a place in the taxonomy",
            )
        if extra:
            raise InputError(
                "items",
                f"do not hold {quoted(sorted(extra))}, which the taxonomy does",
                "use taxonomy.restricted(items)",
            )
        return np.array([place[name] for name in self.items])

    def restricted(self, items: Iterable[str]) -> Taxonomy:
        """The same tree with only some of its items; groups that become empty are removed."""
        wanted = set(items)
        held = np.append(0, np.cumsum([name in wanted for name in self.items]))
        kept = held[self.spans[:, 1]] > held[self.spans[:, 0]]
        if not kept[0]:
            raise InputError(
                "items", f"are {quoted(sorted(wanted))}, none of which is in the taxonomy", "write names of its items"
            )
        number = np.cumsum(kept) - 1
        parent = np.where(self.parent >= 0, number[self.parent], -1)[kept]
        length = None if self.branch_length is None else self.branch_length[kept]
        names = tuple(name for name, stays in zip(self.names, kept, strict=True) if stays)
        return Taxonomy(names, parent, length, self.level_names)

    def at_level(self, level: int) -> np.ndarray:
        """Number of the node of every item on one level (0 is the root), shape (items,).

        An item that lies above that level is its own group.
        """
        node = np.flatnonzero(self.is_item)
        while np.any(deeper := self.level[node] > level):
            node = np.where(deeper, self.parent[node], node)
        return node

    def between_parts(self, coordinates: np.ndarray) -> Pairs:
        """Mean squared distance between items that part at each split, from sums over groups.

        Parameters
        ----------
        coordinates : array, shape (items, ...)
            Coordinates of the items, in the order of the taxonomy.

        Returns
        -------
        distance : array, shape (splits, ...)
            Contribution of each coordinate to the squared distance; sum over coordinates for the whole.
        pairs : array, shape (splits,)
            Number of pairs of items that part there.
        """
        centered = coordinates - coordinates.mean(axis=0)
        start, end = self.spans.T
        size = (end - start).reshape(-1, *[1] * (coordinates.ndim - 1)).astype(float)
        sums, squares = (_running_sums(power)[end] - _running_sums(power)[start] for power in (centered, centered**2))
        within = np.maximum(size * squares - sums**2, 0.0)  # summed over all pairs of a node
        pairs = size * (size - 1) / 2
        parted, count = within.copy(), pairs.copy()
        np.subtract.at(parted, self.parent[1:], within[1:])
        np.subtract.at(count, self.parent[1:], pairs[1:])
        count = count[self.splits]
        return Pairs(np.maximum(parted[self.splits], 0.0) / count, count.ravel())

    def to_dataframe(self) -> pd.DataFrame:
        """One row per node: name, parent, level (0 is the root), number of items, is_item, branch_length."""
        import pandas as pd

        columns = {
            "name": self.names,
            "parent": [self.names[above] if above >= 0 else None for above in self.parent],
            "level": self.level,
            "items": self.spans[:, 1] - self.spans[:, 0],
            "is_item": self.is_item,
            "branch_length": np.nan if self.branch_length is None else self.branch_length,
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(len(self.names), name="node"))

    def __repr__(self) -> str:
        groups, levels = len(self.groups) - 1, self.depth
        inside = f" in {groups} group{'s' * (groups > 1)} below {self.names[0]!r}" if groups else ""
        return f"<Taxonomy: {len(self.items)} items{inside}, {levels} level{'s' * (levels > 1)}>"


def _in_rows(column: pd.Series | Sequence[Any], rows: Sequence[str] | None, name: str) -> list[Any]:
    """Labels of one level, in the order of the items if both have names."""
    return list(in_order(column, rows, f"the labels of {name!r}", "the items") if carries_names(column) else column)


def right_answers(environment: Environment) -> np.ndarray:
    """Targets of every item, or the answers of the best map where no targets are known, shape (items, features)."""
    environment.expect_all_observed("the right answer of a missing cell is not known")
    if environment.targets is not None:
        return environment.targets
    return environment.along(environment.best_map.T)


def _from_branch(top: Branch, level_names: tuple[str, ...] = ()) -> Taxonomy:
    """Taxonomy of a branch: its nodes in depth-first order, with distinct names."""
    names: list[str] = []
    parents: list[int] = []
    lengths: list[float] = []
    leaves: list[bool] = []
    waiting = [(top, -1)]
    while waiting:
        branch, above = waiting.pop()
        waiting += [(child, len(names)) for child in reversed(branch.children)]
        names.append(branch.name)
        parents.append(above)
        lengths.append(branch.length)
        leaves.append(not branch.children)
    repeated = [name for name, count in Counter(n for n, leaf in zip(names, leaves) if leaf).items() if count > 1]
    if repeated:
        problem = f"the taxonomy has the item {quoted(repeated)} more than once, but every item has one place"
        raise InputError(None, problem, "name each item once")
    if sum(leaves) == 1:
        problem = "the taxonomy has a single item, so there is nothing to tell apart"
        raise InputError(None, problem, "write two items or more")
    parent, length = np.array(parents), np.array(lengths)
    tree = Taxonomy(tuple(names), parent, None if np.isnan(length).all() else length, level_names)
    return Taxonomy(_distinct_names(tree), parent, tree.branch_length, level_names)


def _distinct_names(tree: Taxonomy) -> tuple[str, ...]:
    """Distinct names of nodes: unnamed groups are named after their items, repeated names get that of the parent."""
    names = list(tree.names)
    taken = Counter(names)
    seen = set(tree.items)
    for node in tree.groups:
        name = names[node]
        if not name:
            first, *more = tree.members(node)
            name = f"{first}, {more[0]}" + f" + {len(more) - 1}" * (len(more) > 1) if more else f"{first} alone"
        elif taken[name] > 1:
            name = f"{name} ({tree.names[tree.parent[node]]})" if node and name not in tree.items else f"{name} (group)"
        number, plain = 2, name
        while name in seen:
            name, number = f"{plain} [{number}]", number + 1
        seen.add(name)
        names[node] = name
    return tuple(names)


def _running_sums(values: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
