"""A category hidden in a random table: the world in which discovering it has a threshold."""

from __future__ import annotations

import numpy as np

from .._core.checks import InputError, finite, whole
from .arguments import numbered_names
from .drawn import drawn_world, generator
from .environment import Environment


def hidden_category(
    items: int,
    features: int,
    *,
    category_items: int,
    category_features: int,
    inside: float,
    outside: float,
    seed: int = 0,
) -> Environment:
    """A random yes/no table, in which the first items have the first features more often.

    Parameters
    ----------
    items, features : int
        Size of the table.
    category_items, category_features : int
        Size of the hidden block; its items have the category "hidden", all others "rest".
    inside, outside : float
        Probability of yes in the block and outside it.
    seed : int
        Seed of the draw.

    Returns
    -------
    Environment
        Each item is its own input, normalization "sum".

    Raises
    ------
    InputError
        A block larger than the table, or a probability outside [0, 1].

    Examples
    --------
    >>> world = hidden_category(50, 80, category_items=20, category_features=30, inside=0.9, outside=0.2)
    >>> block = world.targets[:20, :30].mean() - world.targets[20:].mean()
    >>> round(float(block), 1)
    0.7
    """
    items = whole(items, "items", 2, "a category needs items inside and outside it")
    features = whole(features, "features", 1, "a category shows in features")
    sizes = {"category_items": (category_items, items), "category_features": (category_features, features)}
    for name, (size, most) in sizes.items():
        if whole(size, name, 1, "an empty category hides nothing") > most:
            raise InputError(name, f"is {size}, but the table has only {most}", f"write 1 to {most}")
    for name, chance in (("inside", inside), ("outside", outside)):
        if not 0 <= finite(chance, name) <= 1:
            raise InputError(name, f"is {chance!r}, but it is a probability", "write a number from 0 to 1")
    chances = np.full((items, features), float(outside))
    chances[:category_items, :category_features] = inside
    table = (generator(seed).random(chances.shape) < chances).astype(float)
    kinds = ["hidden" if item < category_items else "rest" for item in range(items)]
    note = f"Drawn by chance, yes with probability {inside:g} in a block and {outside:g} elsewhere (seed {seed})."
    return drawn_world(table, numbered_names("item", items), numbered_names("feature", features), kinds, "sum", note)
