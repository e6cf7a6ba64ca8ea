"""Branching diffusion: features inherited down a tree, with random changes on the branches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._core.checks import InputError, whole
from ..environments.arguments import numbered_names
from ..environments.drawn import drawn_world, feature_count, generator
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
    """World of items at the leaves of a tree, whose features diffuse down its branches.

    Every feature starts at the root and is inherited independently of the others. It is either + or - with equal
    probability and flips on each branch with some probability, or it takes Gaussian steps.

    Parameters
    ----------
    branching : list of int
        Number of branches of each node, level by level from the root; ``[2, 3, 2]`` has 12 items.
    flip_probability : float or list
        Probability in [0, 1] that a feature changes its sign on a branch: one for all, or one for each level of
        branches.
    variances : float or list
        Instead: variance of the Gaussian increment of each node, one for all or one for each level, the root's first.
    coding : "plus_minus" or "zero_one"
        Values of features that flip: -1 and 1, or 0 and 1.
    features : int
        Number of features; with few features the finer levels are noisy (see Notes).
    seed : int
        Seed of the random numbers.
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
        Both or neither of `flip_probability` and `variances`, or values that do not fit the tree.

    See Also
    --------
    tree_spectrum : the exact spectrum, in the limit of many features.

    Notes
    -----
    Drawn from the exact process. In a sample of N features, the g tied modes of a level split by about 3 sqrt(g / N) of
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
        change = f"changed on a branch with probability {_written_numbers(flips)}"
    else:
        assert increments is not None
        values = _stepped(factors, increments, count, draw)
        change = f"changed by Gaussian steps of variance {_written_numbers(increments)}"
    note = f"Drawn from a tree with branching {list(factors)}: {count} features, {change} (seed {seed})."
    category = _categories(names, category_level, len(factors))
    return drawn_world(values, names, numbered_names("feature", count), category, normalization, note)


def paths(branching: Sequence[int]) -> list[str]:
    """Names of the items of a tree: the path of branches that leads to each.

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


def _categories(names: Sequence[str], level: int, depth: int) -> list[str] | None:
    """Ancestor of each item on a level; None on the level of the items themselves."""
    number = whole(level, "category_level", 1, "all items share the root")
    if number > depth:
        raise InputError("category_level", f"is {level!r}, but the items are on level {depth}", f"write 1 to {depth}")
    return None if number == depth else [".".join(name.split(".")[:number]) for name in names]


def _written_numbers(numbers: np.ndarray) -> str:
    return f"{numbers[0]:.4g}" if np.all(numbers == numbers[0]) else ", ".join(f"{number:.4g}" for number in numbers)
