"""Worlds that a model draws: its values made into a world, and the checks that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.checks import InputError, one_of, whole
from .._core.notes import Note
from .environment import NORMALIZATIONS, Environment, Names, world_of_items


def drawn_world(
    values: np.ndarray,
    items: Sequence[str],
    features: Sequence[str],
    category: Sequence[str] | None,
    normalization: str,
    note: str,
) -> Environment:
    """World of values, shape (items, features), each item its own input.

    The normalization is that of `Environment.from_dataframe`.
    """
    one_of(normalization, NORMALIZATIONS, "normalization")
    if not np.any(values):
        raise InputError(
            None, "every value that was drawn is 0, so there is nothing to learn", "write more features or another seed"
        )
    names = Names(tuple(items), tuple(features), None if category is None else tuple(category))
    return world_of_items(values, np.full(len(values), 1 / len(values)), names, normalization, (Note("drawn", note),))


def numbered(kind: str, count: int) -> list[str]:
    """Names of the drawn features or of rows and columns.

    >>> numbered("feature", 2)
    ['feature 1', 'feature 2']
    """
    return [f"{kind} {number}" for number in range(1, count + 1)]


def feature_count(features: Any) -> int:
    """How many features to draw, checked."""
    return whole(features, "features", 1, "a world without features has nothing to learn")


def generator(seed: Any) -> np.random.Generator:
    """The random numbers of a seed, checked."""
    return np.random.default_rng(whole(seed, "seed", 0, "a seed is not negative"))
