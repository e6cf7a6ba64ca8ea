"""Hierarchical clustering, and clusters cut from it and improved; ties go to the first in order."""

from __future__ import annotations

import numpy as np

from .._core.ties import first_least, slack


def average_linkage(distance: np.ndarray) -> np.ndarray:
    """Average linkage: merges of the two groups that differ least on average, as `scipy.cluster.hierarchy.linkage`.

    Parameters
    ----------
    distance : array, shape (items, items)
        Squared differences between items.

    Returns
    -------
    array, shape (items - 1, 3)
        The two groups, numbered from the items on, and their mean squared difference.
    """
    count, tied = len(distance), slack(distance)
    between = distance.astype(float)  # mean over pairs of items
    size, name, height = np.ones(count), np.arange(count), np.zeros(count)
    np.fill_diagonal(between, np.inf)
    merges = np.zeros((count - 1, 3))
    for step in range(count - 1):
        i, j = divmod(first_least(between, tied), count)  # i < j: the first of two equal entries
        height[i] = max(float(between[i, j]), height[i], height[j])
        merges[step] = *sorted((name[i], name[j])), height[i]
        joined = (size[i] * between[i] + size[j] * between[j]) / (size[i] + size[j])
        joined[[i, j]] = np.inf
        between[i], between[:, i] = joined, joined
        between[j], between[:, j] = np.inf, np.inf
        size[i] += size[j]
        name[i] = count + step
    return merges


def cut(merges: np.ndarray, groups: int) -> np.ndarray:
    """Group of each item after all but the last groups - 1 merges, shape (items,).

    Merges are taken in the order in which they were made; `scipy.cluster.hierarchy.cut_tree` reorders tied ones.
    """
    items = len(merges) + 1
    member = np.arange(2 * items - 1)
    for step, pair in enumerate(merges[: items - groups, :2].astype(int)):
        member[np.isin(member, member[pair])] = items + step
    return np.unique(member[:items], return_inverse=True)[1]


def settled(member: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Groups after repeating the best move of one item until none brings items closer to the means of their groups.

    This minimizes the within-group sum of squares, as k-means does. Without noise and for clusters of equal width,
    that maximizes the likelihood.
    """
    tied, member = slack(distance), member.copy()
    own = np.arange(len(member))
    groups = int(member.max()) + 1
    while True:
        inside = (member[:, None] == np.arange(groups)).astype(float)
        size, to_group = inside.sum(axis=0), distance @ inside
        spread = np.sum(inside * to_group, axis=0) / 2 / size
        joined = (spread * size + to_group) / (size + 1) - spread
        with np.errstate(invalid="ignore", divide="ignore"):
            left = spread[member] - (spread[member] * size[member] - to_group[own, member]) / (size[member] - 1)
        left = np.where(size[member] > 1, left, -np.inf)  # a group is never emptied
        change = joined - left[:, None]
        change[own, member] = 0.0
        if change.min() >= -tied:
            return np.unique(member, return_inverse=True)[1]
        item, group = divmod(first_least(change, tied), groups)
        member[item] = group
