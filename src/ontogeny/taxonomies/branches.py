"""Trees under construction: from nested names, from labels, or by hierarchical clustering.

`taxonomy.Taxonomy` makes its records from them; `newick` reads them from text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._core.checks import InputError
from .._core.ties import EQUAL

TIED_HEIGHT = 1e-8  # relative: groups that merge at one distance are one group
MOST_CLUSTERED = 20_000  # items whose pairwise distances fit in memory (1.6 GB)
Nested = Mapping[str, Any] | Iterable[str] | None


@dataclass(eq=False)
class Branch:
    """One node of a tree, and everything below it."""

    name: str
    children: list[Branch] = field(default_factory=list)
    length: float = math.nan


def nested_branch(name: str, below: Nested) -> Branch:
    """Branch of nested names: dictionaries of groups, lists of items."""
    if isinstance(below, Mapping):
        children = [nested_branch(str(key), value) for key, value in below.items()]
    elif isinstance(below, list | tuple | set):
        wrong = [one for one in below if isinstance(one, Mapping | list | tuple | set)]
        if wrong:
            raise InputError(
                "nested",
                f"holds a {type(wrong[0]).__name__} in the list below {name!r}, but a list holds items",
                "write a dictionary for groups",
            )
        children = [Branch(str(one)) for one in below]
    elif below is None:
        children = []
    else:
        raise InputError(
            "nested",
            f"holds {below!r} below {name!r}, but a dictionary of groups or a list of items is needed there",
            f"write [{below!r}]",
        )
    return Branch(name, children=children)


def labelled_branch(root: str, items: Sequence[str], rows: Iterable[Sequence[Any]]) -> Branch:
    """Branch of items, each with its labels from the broadest group to the narrowest."""
    top = Branch(root)
    groups: dict[tuple[str, ...], Branch] = {(): top}
    for item, row in zip(items, rows, strict=True):
        path: tuple[str, ...] = ()
        for label in (str(label) for label in row if not _is_missing(label)):
            above, path = groups[path], (*path, label)
            if path not in groups:
                groups[path] = Branch(label)
                above.children.append(groups[path])
        groups[path].children.append(Branch(str(item)))
    return top


def clustered_branch(items: Sequence[str], rows: np.ndarray, method: str) -> Branch:
    """Branch found by hierarchical clustering; identical items are joined first.

    Parameters
    ----------
    items : list of str
        Names of the rows; ties go to the first by name.
    rows : array, shape (items, features)
        Values to compare, by Euclidean distance, rounded to a billionth of the largest one.
    method : str
        As `scipy.cluster.hierarchy.linkage` takes it.
    """
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import pdist

    by_name = sorted(range(len(items)), key=lambda i: items[i])
    items, rows = [items[i] for i in by_name], _rounded(rows[by_name] - rows.min())
    distinct, kind = np.unique(rows, axis=0, return_inverse=True)
    if len(distinct) > MOST_CLUSTERED:
        raise InputError(
            "environment",
            f"has {len(distinct)} different items, but at most {MOST_CLUSTERED} can be clustered, pair by pair",
            "pass a taxonomy, for example Taxonomy.from_labels(labels)",
        )
    members = np.split(np.argsort(kind.ravel(), kind="stable"), np.cumsum(np.bincount(kind.ravel()))[:-1])
    branches = [_group_of_equals([Branch(items[i]) for i in equals]) for equals in members]
    heights = [0.0] * len(branches)
    for left, right, height, _ in linkage(_rounded(pdist(distinct)), method) if len(distinct) > 1 else ():
        pair = [branches[int(left)], branches[int(right)]]
        lower = [heights[int(left)], heights[int(right)]]
        branches.append(_merged(pair, lower, float(height)))
        heights.append(float(height))
    return branches[-1]


def _rounded(values: np.ndarray) -> np.ndarray:
    """Values without their last digits, so that rounding errors do not break ties."""
    unit = EQUAL * (float(np.abs(values).max()) or 1.0)
    return np.round(values / unit) * unit


def _group_of_equals(branches: list[Branch]) -> Branch:
    """One branch for identical items."""
    return branches[0] if len(branches) == 1 else Branch("", children=branches, length=0.0)


def _merged(pair: list[Branch], lower: list[float], height: float) -> Branch:
    """A new branch above two; a group of the same height is dissolved into it."""
    children = []
    for branch, below in zip(pair, lower, strict=True):
        if branch.children and below > 0 and height - below <= TIED_HEIGHT * height:
            children += branch.children
        else:
            branch.length = height - below
            children.append(branch)
    return Branch("", children=children)


def _is_missing(label: Any) -> bool:
    return label is None or label != label  # NaN is not equal to itself
