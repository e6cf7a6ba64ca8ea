"""Hierarchies by level: the similarity of items, and the exact spectrum of a tree that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite, one_of, whole
from ..environments.population import population_singular_values

if TYPE_CHECKING:
    import pandas as pd

CODINGS = ("plus_minus", "zero_one")
ROUNDING = 1e-12  # relative to the largest eigenvalue
ByLevel = float | Sequence[float]  # one number for all levels, or one for each


@dataclass(frozen=True, eq=False)
class TreeSpectrum:
    """Exact eigenvalues of a tree by level: those of the expected product of two items' values on one feature.

    Parameters
    ----------
    branching : tuple of int
        Number of branches of each node, level by level from the root.
    similarity : array, shape (levels,)
        Expected product of two items whose last common ancestor is on each level; the last is an item with itself.
    levels : array of int, shape (levels,)
        0 is the root (what all items share), the last one is the items.
    degeneracies : array of int, shape (levels,)
        Number of modes of each level.
    eigenvalues : array, shape (levels,)
        Eigenvalue shared by the modes of each level [squared unit of the features, for one feature].
    """

    branching: tuple[int, ...]
    similarity: np.ndarray
    levels: np.ndarray
    degeneracies: np.ndarray
    eigenvalues: np.ndarray

    @property
    def nodes(self) -> np.ndarray:
        """Number of nodes of each level, shape (levels,)."""
        return np.cumprod([1, *self.branching])

    @property
    def is_coarse_to_fine(self) -> bool:
        """Whether every level is at least as strong as the next finer one, so that broad distinctions come first.

        That is the case exactly if items that part later are at least as similar, and no similarity is negative.
        """
        above_zero = np.append(0.0, self.similarity[:-1])
        return bool(np.all(np.diff(above_zero) >= -ROUNDING * np.abs(self.similarity).max()))

    @property
    def meaning(self) -> str:
        """The order in which levels are learned, in a sentence."""
        if self.is_coarse_to_fine:
            return "broad distinctions are stronger and learned first, level by level"
        order = np.argsort(-self.eigenvalues, kind="stable")
        return "levels are learned in the order " + ", ".join(str(level) for level in order)

    def projector(self, level: int) -> np.ndarray:
        """Projection onto the modes of one level (0 is the root), shape (items, items): contrasts between siblings."""
        number, deepest = whole(level, "level", 0, "the root is level 0"), len(self.branching)
        if number > deepest:
            raise InputError("level", f"is {level!r}, but the items are on level {deepest}", f"write 0 to {deepest}")
        own = self._same_node(number)
        return own - self._same_node(number - 1) if number else own

    def similarity_matrix(self) -> np.ndarray:
        """Expected product of every pair of items, shape (items, items)."""
        matrix = np.full((self.nodes[-1],) * 2, self.similarity[0])
        for level in range(1, len(self.similarity)):
            size = self.nodes[-1] // self.nodes[level]
            block = np.full((size, size), self.similarity[level] - self.similarity[level - 1])
            matrix += np.kron(np.eye(self.nodes[level]), block)
        return matrix

    def singular_values(self, features: int, *, normalization: str = "sum") -> np.ndarray:
        """Singular value of the modes of each level, in the limit of many features, shape (levels,)."""
        return population_singular_values(self.eigenvalues, features, int(self.nodes[-1]), normalization)

    def _same_node(self, level: int) -> np.ndarray:
        """Projection onto vectors that are constant over the items below each node of a level."""
        size = self.nodes[-1] // self.nodes[level]
        return np.kron(np.eye(self.nodes[level]), np.full((size, size), 1 / size))

    def to_dataframe(self) -> pd.DataFrame:
        """One row per level: nodes, similarity, eigenvalue, degeneracy."""
        import pandas as pd

        columns = {
            "level": self.levels,
            "nodes": self.nodes,
            "similarity": self.similarity,
            "eigenvalue": self.eigenvalues,
            "degeneracy": self.degeneracies,
        }
        return pd.DataFrame(columns)

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{value:.4g}" + f" (x {count})" * int(count > 1)
            for value, count in zip(self.eigenvalues, self.degeneracies, strict=True)
        )
        return f"<TreeSpectrum: {self.nodes[-1]} items, exact eigenvalues by level {shown}; {self.meaning}>"


def tree_spectrum(branching: Sequence[int], similarity: Sequence[float]) -> TreeSpectrum:
    r"""Exact spectrum of a tree, from the similarity of items that part at each level.

    With :math:`M_k` nodes on level :math:`k`, :math:`P` items and :math:`q_{-1} = 0`:

    .. math:: \lambda_l = P \sum_{k \ge l} \frac{q_k - q_{k-1}}{M_k}

    Implements: saxe2019 SI, saxe2013cogsci text
    Checked by: tests/taxonomies/test_hierarchy.py::test_eigenvalues_of_the_whole_matrix

    Parameters
    ----------
    branching : list of int
        Number of branches of each node, level by level from the root; ``[2, 3, 2]`` has 12 items.
    similarity : array, shape (levels,)
        Expected product :math:`q_k` of two items whose last common ancestor is on level :math:`k`, root first; the last
        is an item with itself. For branching diffusion, `tree_similarity` computes it.

    Returns
    -------
    TreeSpectrum

    Raises
    ------
    InputError
        Similarities that no features can have, because an eigenvalue is negative.

    Notes
    -----
    Exact for any features whose expected products depend on the last common ancestor alone.

    Examples
    --------
    Broad distinctions are stronger than fine ones:

    >>> tree_spectrum([2, 2, 2], tree_similarity([2, 2, 2], flip_probability=0.1)).eigenvalues.round(5).tolist()
    [3.50778, 1.41062, 0.8208, 0.36]
    """
    factors = checked_branching(branching)
    q = _checked_similarity(similarity, len(factors) + 1)
    nodes = np.cumprod([1, *factors])
    steps = np.diff(q, prepend=0.0) / nodes
    eigenvalues = nodes[-1] * np.cumsum(steps[::-1])[::-1]
    worst = int(np.argmin(eigenvalues))
    if eigenvalues[worst] < -ROUNDING * np.abs(eigenvalues).max():
        raise InputError(
            "similarity",
            f"gives level {worst} the eigenvalue {eigenvalues[worst]:.3g}, but a sum of squares is not negative, so no "
            "features have these similarities",
            "bring those of neighboring levels closer to zero or to each other",
        )
    degeneracies = np.diff(nodes, prepend=0)
    return TreeSpectrum(factors, q, np.arange(len(nodes)), degeneracies, np.maximum(eigenvalues, 0.0))


def tree_similarity(
    branching: Sequence[int],
    *,
    flip_probability: ByLevel | None = None,
    variances: ByLevel | None = None,
    coding: str = "plus_minus",
) -> np.ndarray:
    r"""Similarity of two items under branching diffusion, by the level of their last common ancestor.

    .. math:: q_k = \prod_{j > k} (1 - 2 \epsilon_j)^2 \quad \text{or} \quad q_k = \sum_{j \le k} v_j

    Implements: saxe2019 SI, saxe2013cogsci text
    Checked by: tests/taxonomies/test_branching.py::test_sampled_similarity

    Parameters
    ----------
    branching : list of int
        Number of branches of each node, level by level from the root.
    flip_probability : float or list
        Probability :math:`\epsilon_j` that a feature changes its sign on a branch to level :math:`j`: one for all, or
        one for each level of branches.
    variances : float or list
        Instead: variance :math:`v_j` of the Gaussian increment of each node, one for all or one for each level, the
        root's first.
    coding : "plus_minus" or "zero_one"
        Values of features that flip: -1 and 1, or 0 and 1.

    Returns
    -------
    array, shape (levels,)
        Expected product of two items whose last common ancestor is on each level, the root first.

    Raises
    ------
    InputError
        Both or neither of `flip_probability` and `variances`, or values for another number of levels.

    Examples
    --------
    >>> tree_similarity([2, 2], flip_probability=0.25).tolist(), tree_similarity([2, 2], variances=1).tolist()
    ([0.0625, 0.25, 1.0], [1.0, 2.0, 3.0])
    """
    depth = len(checked_branching(branching))
    flips, increments = branch_noise(depth, flip_probability, variances, coding)
    if increments is not None:
        return np.cumsum(increments)
    kept = (1 - 2 * np.asarray(flips)) ** 2
    q = np.append(np.cumprod(kept[::-1])[::-1], 1.0)
    return q if coding == "plus_minus" else (1 + q) / 4


def checked_branching(branching: ArrayLike) -> tuple[int, ...]:
    """Branching factors, checked to be whole numbers of at least 2."""
    if isinstance(branching, str) or not hasattr(branching, "__iter__"):
        raise InputError(
            "branching",
            f"is {branching!r}, but it must be the number of branches on each level",
            "write a list such as [2, 2, 2]",
        )
    why = "a node with fewer than 2 branches does not split"
    factors = tuple(whole(factor, "a branching factor", 2, why) for factor in branching)
    if not factors:
        raise InputError("branching", "is empty, but a tree needs at least one level", "write a list such as [2, 2, 2]")
    return factors


def branch_noise(
    depth: int, flip_probability: ByLevel | None, variances: ByLevel | None, coding: str
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Flip probability of each level of branches, or variance of each level of nodes; the other is None."""
    one_of(coding, CODINGS, "coding")
    if (flip_probability is None) == (variances is None):
        raise InputError(
            "flip_probability",
            f"is {flip_probability!r} and variances {variances!r}, but features either flip or take Gaussian steps",
            "pass exactly one of the two",
        )
    if flip_probability is not None:
        flips = _by_level(flip_probability, depth, "flip_probability")
        if flips.max() > 1:
            raise InputError("flip_probability", f"is {flip_probability!r}, but it is a probability", "write 0 to 1")
        return flips, None
    assert variances is not None
    if coding != "plus_minus":
        raise InputError("coding", f"is {coding!r}, but Gaussian features have continuous values", "leave it out")
    increments = _by_level(variances, depth + 1, "variances")
    if not np.any(increments):
        raise InputError("variances", f"is {variances!r}, but then every feature is 0", "write at least one above 0")
    return None, increments


def _by_level(values: ByLevel, count: int, name: str) -> np.ndarray:
    """One number for each level, from one for each or one for all."""
    listed = values if isinstance(values, list | tuple | np.ndarray) else [values] * count
    numbers = np.array([finite(value, name) for value in np.ravel(np.asarray(listed, dtype=object))])
    if numbers.size != count:
        raise InputError(
            name,
            f"has {numbers.size} numbers, but this tree needs {count}",
            "write one for each level, or one for all",
        )
    if numbers.min() < 0:
        raise InputError(name, f"is {values!r}, but it cannot be negative", "write numbers of 0 or more")
    return numbers


def _checked_similarity(similarity: ArrayLike, count: int) -> np.ndarray:
    try:
        q = np.asarray(similarity, dtype=float)
    except (TypeError, ValueError):
        q = np.array(np.nan)
    if q.shape != (count,) or not np.all(np.isfinite(q)):
        raise InputError(
            "similarity",
            f"is {similarity!r}, but this tree needs {count} finite numbers",
            "write one for each level of the last common ancestor, from the root to an item with itself",
        )
    if q[-1] <= 0:
        problem = f"ends with {q[-1]:.3g}, but that of an item with itself is a sum of squares"
        raise InputError("similarity", problem, "write a last number above 0")
    return q
