"""Worlds drawn from a model: their values made into a world, and the checks that they share."""

from __future__ import annotations

from collections.abc import Sequence

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
    """World of values, shape (items, features), in which each item is its own input."""
    one_of(normalization, NORMALIZATIONS, "normalization")
    if not np.any(values):
        raise InputError(
            None, "every drawn value is 0, so there is nothing to learn", "use more features or another seed"
        )
    names = Names(tuple(items), tuple(features), None if category is None else tuple(category))
    return world_of_items(values, np.full(len(values), 1 / len(values)), names, normalization, (Note("drawn", note),))


def feature_count(features: int) -> int:
    """Number of features, checked."""
    return whole(features, "features", 1, "a world without features has nothing to learn")


def generator(seed: int) -> np.random.Generator:
    """Random generator of a seed, which is checked."""
    return np.random.default_rng(whole(seed, "seed", 0, "a seed is not negative"))
