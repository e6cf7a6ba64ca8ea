"""Everything in a report on two tables: the items that they share, how each is learned, and how they agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..environments.environment import Environment
from ..networks.initialization import small_strength
from ..semantics.distinctions import MOST
from ..semantics.shared_items import comparable_worlds
from ..semantics.worlds import WorldComparison, compare_worlds
from ..workflows import predict
from ..workflows.arguments import default_until

TIMES = (101, 401)  # at least, and for tables of a few hundred items
MOST_ANSWERS = 1e8  # answers that are looked at to see when items are known: seconds


@dataclass(frozen=True, eq=False)
class ComparisonStudy:
    """Two tables of the same items.

    Parameters
    ----------
    names : tuple of two str
        What they are called.
    comparison : WorldComparison
        How they agree, in theory.
    """

    names: tuple[str, str]
    comparison: WorldComparison

    def __repr__(self) -> str:
        return f"<ComparisonStudy: {self.names[0]!r} and {self.names[1]!r}; {self.comparison!r}>"


def comparison_study(
    first: Environment, second: Environment, names: tuple[str, str], *, depth: int = 2
) -> ComparisonStudy:
    """Compare what two tables say of the items that they share, and how they would be learned.

    Parameters
    ----------
    first, second : Environment
        The tables.
    names : tuple of two str
        What they are called; equal names are numbered.
    depth : int
        Number of weight matrices.

    Raises
    ------
    InputError
        As `semantics.comparable_worlds`.

    Notes
    -----
    Both are learned from the same small strength. Times are denser early, when strong modes are learned.
    """
    worlds = comparable_worlds(first, second)
    strength = min(map(small_strength, worlds))
    records = []
    for world in worlds:
        count = int(np.clip(MOST_ANSWERS / (len(world.items) * len(world.features)), *TIMES))
        clock = np.linspace(0, 1, count) ** 2
        start = np.full(world.spectrum().singular_values.size, strength)
        until = default_until(world, start, depth, most=MOST)
        records.append(predict(world, depth=depth, initial_strength=strength, times=until * clock))
    if names[0] == names[1]:
        names = (f"{names[0]} (1)", f"{names[1]} (2)")
    return ComparisonStudy(names, compare_worlds(*records))
