"""Features that branch down a tree, handed from node to node and changed now and then on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.checks import InputError, whole
from ..environments.drawn import drawn_world, feature_count, generator, numbered
from ..environments.environment import Environment
from .hierarchy import branch_noise, checked_branching


def tree(
    branching: Sequence[int],
    *,
    flip_probability: float | Sequence[float] | None = None,
    variances: float | Sequence[float] | None = None,
    coding: str = "plus_minus",
    features: int = 1000,
    seed: int = 0,
    category_level: int = 1,
    normalization: str = "sum",
) -> Environment:
    """World of items at the ends of a tree, whose features diffuse down its branches.

    Every feature begins at the root and is handed down independently of the others: by flips, as + or - with even
    chances and changed on each branch with some probability, or by Gaussian steps.

    Parameters
    ----------
    branching : list of int
        Branches of each node, level by level from the root; ``[2, 3, 2]`` has 12 items.
    flip_probability : float or list
        Probability in [0, 1] that a feature changes its sign on a branch: one for all, or one for each level of
        branches.
    variances : float or list
        Instead: variance of the Gaussian increment of each node, one for all or one for each level, the root's first.
    coding : "plus_minus" or "zero_one"
        Values of features that flip: -1 and 1, or 0 and 1.
    features : int
        Number of features; with few of them the finer levels blur (see Notes).
    seed : int
        Of the random numbers.
    category_level : int
        Level whose node is an item's category; 1 is just below the root.
    normalization : "sum", "mean" or "white"
        How items are weighted, hence the unit of time.

    Returns
    -------
    Environment
        Items are named by their path, "1.2.1": branch 1 of the root, its branch 2, its branch 1.

    Raises
    ------
    InputError
        Both or neither of the two kinds of change, or numbers that do not fit the tree.

    See Also
    --------
    tree_spectrum : the exact strengths of the modes, for many features.

    Notes
    -----
    Drawn from the exact process. A level of g tied modes splits in a sample of N features by about 3 sqrt(g / N) of
    their strength: compare levels, never single modes.

    Examples
    --------
    >>> world = tree([2, 2], flip_probability=0.1, features=500)
    >>> world.items, world.category
    (('1.1', '1.2', '2.1', '2.2'), ('1', '1', '2', '2'))
    """
    factors = checked_branching(branching)
    flips, increments = branch_noise(len(factors), flip_probability, variances, coding)
    names = paths(factors)
    count, draw = feature_count(features), generator(seed)
    if flips is not None:
        values = _flipped(factors, flips, count, draw)
        values = values if coding == "plus_minus" else (1 + values) / 2
        change = f"changed on a branch with probability {_listed(flips)}"
    else:
        assert increments is not None
        values = _stepped(factors, increments, count, draw)
        change = f"changed by Gaussian steps of variance {_listed(increments)}"
    note = f"Drawn from a tree with branching {list(factors)}: {count} features, {change} (seed {seed})."
    category = _categories(names, category_level, len(factors))
    return drawn_world(values, names, numbered("feature", count), category, normalization, note)


def paths(branching: Sequence[int]) -> list[str]:
    """Names of the items of a tree, by the branches that lead to them.

    >>> paths([2, 2])
    ['1.1', '1.2', '2.1', '2.2']
    """
    names = [""]
    for factor in branching:
        names = [f"{name}.{branch}".lstrip(".") for name in names for branch in range(1, factor + 1)]
    return names


def _flipped(factors: Sequence[int], flips: np.ndarray, features: int, draw: np.random.Generator) -> np.ndarray:
    values = draw.choice([-1.0, 1.0], size=(1, features))
    for factor, flip in zip(factors, flips, strict=True):
        values = np.repeat(values, factor, axis=0)
        values = np.where(draw.random(values.shape) < flip, -values, values)
    return values


def _stepped(factors: Sequence[int], variances: np.ndarray, features: int, draw: np.random.Generator) -> np.ndarray:
    values = np.sqrt(variances[0]) * draw.standard_normal((1, features))
    for factor, variance in zip(factors, variances[1:], strict=True):
        values = np.repeat(values, factor, axis=0)
        values = values + np.sqrt(variance) * draw.standard_normal(values.shape)
    return values


def _categories(names: Sequence[str], level: Any, depth: int) -> list[str] | None:
    """Node of each item on a level; none where every item is a node of its own there."""
    number = whole(level, "category_level", 1, "all items share the root")
    if number > depth:
        raise InputError("category_level", f"is {level!r}, but the items are on level {depth}", f"write 1 to {depth}")
    return None if number == depth else [".".join(name.split(".")[:number]) for name in names]


def _listed(numbers: np.ndarray) -> str:
    return f"{numbers[0]:.4g}" if np.all(numbers == numbers[0]) else ", ".join(f"{number:.4g}" for number in numbers)
