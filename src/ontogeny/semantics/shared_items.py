"""Items that two tables share: matched by name, and two worlds made of these items alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .._core.checks import InputError, expect, quoted
from .._core.counting import counted
from .._core.notes import Note
from ..environments.environment import Environment, Names, world_of_items

FEWEST = 3  # items whose similarities can be correlated
MAKE_ONE = "make one with Environment.from_dataframe(table) or datasets.load('zoo')"


def plain_name(name: object) -> str:
    """A name in lower case, with blanks, underscores and hyphens as single blanks.

    >>> plain_name(" Polar_Bear "), plain_name("polar-bear")
    ('polar bear', 'polar bear')
    """
    return " ".join(re.split(r"[\s_\-]+", str(name).casefold().strip()))


def shared_rows(first: Sequence[str], second: Sequence[str]) -> np.ndarray:
    """Where the items that both lists name stand in each, in alphabetical order, shape (shared, 2).

    Capitals, blanks, underscores and hyphens do not matter.

    Raises
    ------
    InputError
        Fewer than three shared items, or one that a list names twice.

    Examples
    --------
    >>> shared_rows(["Robin", "oak", "trout"], ["trout", "OAK", "robin", "worm"]).tolist()
    [[1, 1], [0, 2], [2, 0]]
    """
    places = [{plain_name(name): row for row, name in enumerate(names)} for names in (first, second)]
    shared = sorted(places[0].keys() & places[1].keys())
    if len(shared) < FEWEST:
        came = f"share {counted(len(shared), 'item')} ({quoted(shared)})" if shared else "share no item"
        raise InputError(
            None,
            f"the two tables {came}, but similarities need {FEWEST} or more; the items of the first are "
            f"{quoted(first)}, those of the second {quoted(second)}",
            "name items alike in both",
        )
    for argument, names in (("first", first), ("second", second)):
        plain = [plain_name(name) for name in names]
        twice = [str(name) for name, each in zip(names, plain, strict=True) if plain.count(each) > 1 and each in shared]
        if twice:
            raise InputError(
                argument,
                f"names {quoted(twice)}, which differ only in capitals, blanks or hyphens, so that the other table's "
                "item could be either",
                "rename or leave out all but one",
            )
    return np.array([[place[name] for place in places] for name in shared])


def unshared(names: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Names that have no partner among the others.

    >>> unshared(["Robin", "oak"], ["robin"])
    ('oak',)
    """
    known = {plain_name(name) for name in others}
    return tuple(name for name in names if plain_name(name) not in known)


def comparable_worlds(first: Environment, second: Environment) -> tuple[Environment, Environment]:
    """Two worlds of the items that two tables share, each scaled to the same sum of squares.

    Predictions for them differ by what the tables say of the same items, and not by other items, the number of features
    or their units: `compare_worlds` compares them.

    Parameters
    ----------
    first, second : Environment
        Two tables of items and features. Items are matched by name; capitals, blanks, underscores and hyphens do not
        matter. Features may be others.

    Returns
    -------
    two Environments
        With the shared items in alphabetical order, and the features of each table multiplied by one number, so that
        the mean squared length of an item is 1. Notes say which items were left out.

    Raises
    ------
    InputError
        Fewer than three shared items, missing cells, worlds that are not tables of items.

    Examples
    --------
    >>> import pandas as pd
    >>> child = pd.DataFrame({"flies": [1, 0, 0], "swims": [0, 1, 0]}, index=["Robin", "trout", "worm"])
    >>> adult = pd.DataFrame({"wings": [5, 0, 0, 0], "gills": [0, 5, 5, 0]}, index=["robin", "trout", "cod", "worm"])
    >>> worlds = comparable_worlds(*map(Environment.from_dataframe, (child, adult)))
    >>> [world.items for world in worlds]
    [('Robin', 'trout', 'worm'), ('robin', 'trout', 'worm')]
    """
    for argument, world in (("first", first), ("second", second)):
        expect(world, Environment, argument, MAKE_ONE)
        if world.data is None or not world.data.are_one_hot:
            raise InputError(argument, "is no table of items and features, which are compared here", MAKE_ONE)
        world.expect_all_observed("similarities of items need all of their features")
    rows = shared_rows(first.items, second.items)
    return (
        _of_items(first, rows[:, 0], "first", unshared(first.items, second.items)),
        _of_items(second, rows[:, 1], "second", unshared(second.items, first.items)),
    )


def _of_items(world: Environment, rows: np.ndarray, argument: str, left_out: Sequence[str]) -> Environment:
    """The world of some of its items, scaled to a mean squared length of 1."""
    samples = world.samples
    values = samples.targets[rows]
    largest = np.abs(values).max(initial=0.0)
    if largest == 0:
        raise InputError(
            argument,
            "has no feature other than 0 for any of the shared items",
            "use a table that describes them",
        )
    scale = 1 / (largest * np.sqrt(np.mean(np.sum((values / largest) ** 2, axis=1))))
    total = samples.weights.sum() / (len(samples.weights) if world.normalization == "sum" else 1)
    shares = samples.weights[rows] / samples.weights[rows].sum() * total
    kinds = None if world.category is None else tuple(world.category[row] for row in rows)
    names = Names(tuple(world.items[row] for row in rows), world.features, kinds)
    rounding = None if samples.rounding is None else samples.rounding * scale
    found = world_of_items(values * scale, shares, names, world.normalization, world.notes, rounding)
    if not left_out:
        return found
    words = f"Left out: {counted(len(left_out), 'item')} that the other table does not have ({quoted(left_out)})."
    return replace(found, notes=(*found.notes, Note("unshared", words, tuple(left_out))))
