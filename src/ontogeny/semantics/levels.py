"""The basic level: at which level of a taxonomy items are told apart first, and why.

A level is strong when items are more alike than their groups' neighbors are: sums of similarities within a group minus
sums with a sibling are the squared strengths that drive learning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._core.checks import expect
from .._core.digits import steady
from .._core.tidy import tidy
from .._core.ties import EQUAL, largest
from ..environments.environment import Environment
from ..taxonomies.taxonomy import Taxonomy, right_answers

if TYPE_CHECKING:
    import pandas as pd

EXACT = 1e-6  # relative residual: the root of a difference of squares, whose rounding is 1e-15


@dataclass(frozen=True, eq=False)
class BasicLevel:
    """How strongly each level of a taxonomy is present in a world.

    Parameters
    ----------
    environment : Environment
        The world.
    taxonomy : Taxonomy
        Its groups.
    strength : array, shape (levels,)
        Mean squared singular value of the modes that tell groups of one level apart but not those above, from the
        root (0) to the items [squared unit of the features]; NaN where a level tells nothing new apart.
    rank : array of int, shape (levels,)
        How many modes that are: groups of the level less groups of the one above.
    similarity : array, shape (levels,)
        Mean similarity (inner product) of items that part at each level; the last is that of an item with itself.
    contrast : array, shape (items, levels)
        Similarity of each item with its own group at each level minus that with one sibling group, summed over members;
        NaN where its group has no sibling. Items as in the environment.
    residual : float
        Share (Frobenius norms) of the items' similarity that levels do not explain.
    """

    environment: Environment
    taxonomy: Taxonomy
    strength: np.ndarray
    rank: np.ndarray
    similarity: np.ndarray
    contrast: np.ndarray
    residual: float

    @property
    def is_exact(self) -> bool:
        """Whether the levels are sufficient: similarity depends only on the level at which items part."""
        return self.residual < EXACT

    @property
    def first(self) -> int:
        """The strongest level, which a network with a hidden layer learns first; ties go to the coarsest."""
        return int(largest(self.strength))

    @property
    def first_distinction(self) -> int:
        """The strongest level below the root: the first at which items are told apart; ties go to the coarsest."""
        return 1 + int(largest(self.strength[1:], scale=float(np.nanmax(self.strength))))

    @property
    def is_coarse_to_fine(self) -> bool:
        """Whether no level is stronger than the one above it."""
        known = self.strength[~np.isnan(self.strength)]
        return bool(np.all(np.diff(known) <= EQUAL * known.max()))

    @property
    def reversed(self) -> np.ndarray:
        """Levels that are stronger than the one above: there siblings are less alike than members of different groups
        above."""
        known = np.flatnonzero(~np.isnan(self.strength))
        rises = np.diff(self.strength[known]) > EQUAL * self.strength[known].max()
        return known[1:][rises]

    @property
    def level_names(self) -> tuple[str, ...]:
        """What the levels are called."""
        return level_names(self.taxonomy, self.strength.size)

    @property
    def meaning(self) -> str:
        """What the numbers are, and how exact they are."""
        how = (
            "exact: similarity depends on nothing but the level at which items part, and strengths are squared "
            "singular values"
            if self.is_exact
            else f"levels explain similarity up to a residual of {steady(100 * self.residual):.2g}%; strengths are "
            "means over the modes of a level, which are not all learned at once"
        )
        return how + ", for items of equal frequency, each its own input"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per item and level: item, level, level_name, group, contrast, strength, rank, similarity."""
        levels = range(self.contrast.shape[1])
        order = np.argsort(self.taxonomy.order(self.environment.items))
        groups = np.stack([self.taxonomy.at_level(level)[order] for level in levels], axis=1)
        columns = {
            "level_name": np.array(self.level_names, dtype=object),
            "group": np.array(self.taxonomy.names, dtype=object)[groups],
            "contrast": self.contrast,
            "strength": self.strength,
            "rank": self.rank,
            "similarity": self.similarity,
        }
        return tidy({"item": self.environment.items, "level": levels}, columns)

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{name} {steady(s):.3g} ({r} mode{'s' * bool(r != 1)})"
            for name, s, r in zip(self.level_names, self.strength, self.rank, strict=True)
        )
        first = self.level_names[self.first_distinction]
        return f"<BasicLevel: items are told apart first by {first!r}; strengths {shown}\n {self.meaning}>"


def basic_level(environment: Environment, taxonomy: Taxonomy | None = None) -> BasicLevel:
    r"""Strength of every level of a taxonomy in a world, and which is learned first.

    With :math:`S` the inner products of the items' right answers and :math:`P_l` the mean over groups of level
    :math:`l`,

    .. math:: \lambda_l = \frac{\mathrm{tr}((P_l - P_{l-1})\,S)}{\mathrm{rank}\,P_l - \mathrm{rank}\,P_{l-1}}

    and for one item on a regular tree the same, :math:`\sum_{\mathrm{own}} S_{ij} - \sum_{\mathrm{one\ sibling}}
    S_{ij}`.

    Implements: saxe2019 Fig. 8
    Checked by: tests/semantics/test_levels.py::test_strengths_are_traces_of_projectors

    Parameters
    ----------
    environment : Environment
        The world.
    taxonomy : Taxonomy, optional
        Its groups; by default its categories, and where it has none what `Taxonomy.found` finds.

    Returns
    -------
    BasicLevel

    Raises
    ------
    InputError
        A world with missing cells, or a taxonomy of other items.

    Notes
    -----
    Exact on regular trees, where :math:`\lambda_l` are the squared singular values of the table. Level l comes before
    the one above it where items that part at l - 1 are less alike than items that part at l - 2. Where siblings
    differ in size, the contrast of an item compares means, times the size of its own group.

    Examples
    --------
    Animals share what all share, then what their type shares:

    >>> import ontogeny as on
    >>> found = basic_level(on.datasets.load("zoo"))
    >>> found.strength.round(2).tolist(), found.rank.tolist()
    ([371.41, 32.24, 1.01], [1, 6, 94])
    """
    expect(environment, Environment, "environment", "make one with Environment.from_dataframe(table)")
    if taxonomy is None:
        known = environment.category is not None
        taxonomy = Taxonomy.from_category(environment) if known else Taxonomy.found(environment)
    expect(taxonomy, Taxonomy, "taxonomy", "make one with Taxonomy.from_nested, from_labels or found")
    order = taxonomy.order(environment.items)
    answers = right_answers(environment)[order]
    rows = [_Level.of(answers, taxonomy.at_level(level)) for level in range(taxonomy.depth + 1)]
    rank = np.diff([row.groups for row in rows], prepend=0)
    added = np.diff([row.trace for row in rows], prepend=0)
    strength = np.where(rank > 0, np.maximum(added, 0.0) / np.maximum(rank, 1), np.nan)
    contrast = np.empty((len(answers), len(rows)))
    contrast[order] = _contrasts(rows)
    norm = float(np.linalg.norm(answers.T @ answers if answers.shape[1] < len(answers) else answers @ answers.T))
    explained = float(np.nansum(rank * strength**2))
    residual = float(np.sqrt(max(norm**2 - explained, 0.0)) / norm)
    return BasicLevel(environment, taxonomy, strength, rank, _similarity(rows), contrast, residual)


def level_names(taxonomy: Taxonomy, levels: int) -> tuple[str, ...]:
    """Names of the levels from the root on, numbers where there are none."""
    given = taxonomy.level_names
    return tuple(given[level] if len(given) == levels else f"level {level}" for level in range(levels))


class _Level(NamedTuple):
    """Sums over the groups of one level.

    How many groups, of how many items that of each item is; inner products of each item with the sum of its group;
    trace of the similarity of means; pairs of items in one group, and the sum of their similarities.
    """

    groups: int
    size: np.ndarray
    own: np.ndarray
    trace: float
    pairs: float
    total: float

    @classmethod
    def of(cls, answers: np.ndarray, node: np.ndarray) -> _Level:
        begin = np.flatnonzero(np.diff(node, prepend=-1))  # members of a group stand together
        size = np.diff(begin, append=len(node))
        sums = np.add.reduceat(answers, begin, axis=0)
        squares = np.sum(sums**2, axis=1)
        own = np.einsum("im,im->i", answers, np.repeat(sums, size, axis=0))
        pairs = float(np.sum(size.astype(float) ** 2))
        return cls(begin.size, np.repeat(size, size), own, float(np.sum(squares / size)), pairs, float(squares.sum()))


def _contrasts(rows: list[_Level]) -> np.ndarray:
    """Similarity of each item with its own group minus that with one sibling, for each level, (items, levels)."""
    columns = [rows[0].own]
    for above, here in zip(rows, rows[1:], strict=False):
        others = above.size - here.size
        around = (above.own - here.own) / np.maximum(others, 1)
        columns.append(np.where(others > 0, here.own - here.size * around, np.nan))
    return np.stack(columns, axis=1)


def _similarity(rows: list[_Level]) -> np.ndarray:
    """Mean inner product of items that part at each level (the last: with themselves), NaN where none do."""
    pairs = -np.diff([row.pairs for row in rows], append=0.0)
    totals = -np.diff([row.total for row in rows], append=0.0)
    return np.where(pairs > 0, totals / np.maximum(pairs, 1.0), np.nan)
