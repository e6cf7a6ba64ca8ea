r"""Progressive differentiation: when each group of items separates.

`differentiation` measures the distance between the parts of every group of a taxonomy over learning, for theory and for
trained networks. On a regular tree `tree_similarity` gives the similarities in closed form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, whole
from .._core.digits import steady
from .._core.tidy import tidy
from .._core.ties import largest
from ..environments.environment import Environment
from ..modes.milestones import crossing_time
from ..representation.layers import Layer, layer_of
from ..taxonomies.taxonomy import Taxonomy, right_answers
from ..trajectory import Trajectory

if TYPE_CHECKING:
    import pandas as pd

NOTHING = (
    1e-9  # share of the largest final squared distance: rounding leaves 1e-15, the smallest true one is far larger
)
LEARNED = 1e-9  # share of a final distance by which the last of a run may differ and be the same
AFTER = 1e-6  # relative: times that differ by less are the same, up to interpolation
SHARES = {"onset": 0.1, "half_time": 0.5, "completion": 0.9}


def tree_similarity(strengths: ArrayLike, branching: Sequence[int]) -> np.ndarray:
    r"""Similarity of items of a regular tree, by the level at which they separate.

    Items that separate at level :math:`k` have

    .. math:: H_k = \sum_{l \le k} a_l\,\frac{M_l - M_{l-1}}{P} - [k < D]\,a_{k+1}\,\frac{M_k}{P}

    with :math:`M_l` groups at level :math:`l`, :math:`M_{-1} = 0` and :math:`P = M_D` items.

    Implements: saxe2019 SI
    Checked by: tests/semantics/test_splits.py::test_similarity_on_a_tree_is_that_of_its_modes

    Parameters
    ----------
    strengths : array, shape (..., levels)
        Strength :math:`a_l` of the modes of every level, from the root (0) to the items (:math:`D`).
    branching : list of int, shape (levels - 1,)
        Number of parts of every group of each level.

    Returns
    -------
    array, shape (..., levels)
        Inner product :math:`H_k` of two items that separate at level :math:`k`; the last is that of an item with
        itself. Their squared distance is twice the difference from the last.

    Raises
    ------
    InputError
        If there is not one strength for each level of the tree.

    Notes
    -----
    Exact for the hidden layer of a network of depth 2 (with `strengths` the mode strengths), balanced and decoupled,
    when all groups of a level have the same number of parts and the same similarities. For the outputs, pass the
    squares of the strengths.

    Examples
    --------
    While only the root and the widest groups are learned, items of the same group are identical:

    >>> tree_similarity([1.0, 1.0, 0.0, 0.0], [2, 2, 2]).tolist()
    [0.0, 0.25, 0.25, 0.25]
    """
    a = np.asarray(strengths, dtype=float)
    parts = [whole(b, "branching", 1, "every group has at least one part") for b in branching]
    if a.shape[-1] != len(parts) + 1:
        raise InputError(
            "strengths",
            f"have {a.shape[-1]} levels, but {len(parts)} numbers of parts make {len(parts) + 1} levels with the root",
            "pass one strength for each",
        )
    nodes = np.cumprod([1, *parts])
    shares = np.diff(nodes, prepend=0) / nodes[-1]
    following = np.concatenate([a[..., 1:] * nodes[:-1] / nodes[-1], np.zeros_like(a[..., :1])], axis=-1)
    return np.cumsum(a * shares, axis=-1) - following


@dataclass(frozen=True, eq=False)
class Differentiation:
    """When the groups of a taxonomy separate in a network's representation.

    Parameters
    ----------
    environment : Environment
        The world.
    taxonomy : Taxonomy
        The groups; those that divide into parts are its `splits`.
    times : array, shape (times,)
        [unit of tau].
    distance : array, shape (networks, times, splits)
        Mean squared distance of items that separate at each split.
    final : array, shape (networks, splits)
        Its final value; NaN where the parts of a split have the same features.
    pairs : array, shape (splits,)
        Number of pairs of items that separate at each split.
    layer : str
        The layer in which distances are measured: "hidden layer 1", "output".
    source : str
        "theory" or "simulation".
    """

    environment: Environment
    taxonomy: Taxonomy
    times: np.ndarray
    distance: np.ndarray
    final: np.ndarray
    pairs: np.ndarray
    layer: str
    source: str

    @property
    def differs(self) -> np.ndarray:
        """Whether the parts of a split differ in the end, shape (splits,)."""
        return ~np.isnan(self.final).any(axis=0)

    @cached_property
    def onset(self) -> np.ndarray:
        """Time at which each split has 10% of its final squared distance, shape (networks, splits); NaN without any."""
        return self._reached(self.distance, self.final, SHARES["onset"])

    @cached_property
    def half_time(self) -> np.ndarray:
        """Time at which each split has half of its final squared distance, shape (networks, splits); inf if never."""
        return self._reached(self.distance, self.final, SHARES["half_time"])

    @cached_property
    def completion(self) -> np.ndarray:
        """Time at which each split has 90% of its final squared distance, shape (networks, splits)."""
        return self._reached(self.distance, self.final, SHARES["completion"])

    @property
    def levels(self) -> np.ndarray:
        """Levels at which groups divide into parts that differ, from the root (0) on, shape (levels,)."""
        return np.unique(self._level[self.differs])

    @cached_property
    def level_distance(self) -> np.ndarray:
        """Mean squared distance of items that separate at each level, shape (networks, times, levels)."""
        return self.distance @ self._level_weights

    @cached_property
    def level_final(self) -> np.ndarray:
        """Its final value, shape (networks, levels)."""
        return np.nan_to_num(self.final) @ self._level_weights

    @cached_property
    def level_times(self) -> dict[str, np.ndarray]:
        """Onset, half time and completion of each level, shape (networks, levels) each."""
        return {name: self._reached(self.level_distance, self.level_final, share) for name, share in SHARES.items()}

    @property
    def is_coarse_to_fine(self) -> bool:
        """Whether in every network each level separates later than the level above it."""
        half = self.level_times["half_time"]
        in_order = _later(half[:, :-1], half[:, 1:])
        return bool((in_order == 1).any() and not (in_order == 0).any())

    @property
    def first_level(self) -> int:
        """The level that separates first (mean over networks); ties go to the coarsest."""
        return int(self.levels[largest(-self.level_times["half_time"].mean(axis=0), tolerance=AFTER)])

    @property
    def share_in_order(self) -> float:
        """Share of splits that separate later than the group they are part of, over all networks; NaN without any."""
        above = self._split_above
        inner = np.flatnonzero((above >= 0) & self.differs & self.differs[above])
        in_order = _later(self.half_time[:, above[inner]], self.half_time[:, inner])
        return float(np.nanmean(in_order)) if np.isfinite(in_order).any() else np.nan

    @property
    def meaning(self) -> str:
        """What the times are relative to, and what was left out."""
        measured = np.allclose(self.final[:, self.differs], self.distance[:, -1, self.differs], rtol=LEARNED, atol=0)
        end = (
            f"the distances at the end of the run (t = {steady(self.times[-1]):.3g})"
            if measured
            else "the distances when all modes are learned"
        )
        same = int(np.sum(~self.differs))
        plural = "s have" if same > 1 else " has"
        left_out = f"; {same} group{plural} parts with the same features, and no times" if same else ""
        return f"squared distances in the {self.layer}, relative to {end}{left_out}"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per network and split: group, level, items, pairs, final_distance, onset, half_time, completion."""
        node = self.taxonomy.splits
        begin, end = self.taxonomy.spans[node].T
        columns = {
            "level": self._level,
            "items": end - begin,
            "pairs": self.pairs.astype(int),
            "final_distance": self.final,
            **{name: getattr(self, name) for name in SHARES},
        }
        names = np.array(self.taxonomy.names, dtype=object)[node]
        table = tidy({"network": range(self.final.shape[0]), "group": names}, columns)
        return table if self.source == "simulation" else table.drop(columns="network")

    def __repr__(self) -> str:
        half = self.level_times["half_time"].mean(axis=0)
        shown = ", ".join(f"{level}: {steady(time):.3g}" for level, time in zip(self.levels[:6], half, strict=False))
        order = "coarse to fine" if self.is_coarse_to_fine else "not coarse to fine"
        return (
            f"<Differentiation ({self.source}): {order}; half times by level {shown}{', ...' * (half.size > 6)}\n"
            f" {self.meaning}>"
        )

    @property
    def _level(self) -> np.ndarray:
        return self.taxonomy.level[self.taxonomy.splits]

    @property
    def _level_weights(self) -> np.ndarray:
        """Share of each split that differs in the pairs of its level, (splits, levels)."""
        weights = np.where(self._level[:, None] == self.levels, (self.differs * self.pairs)[:, None], 0.0)
        return weights / weights.sum(axis=0)

    @property
    def _split_above(self) -> np.ndarray:
        """For each split the next split above it, by its place among the splits; -1 at the top."""
        place = np.full(len(self.taxonomy.names), -1)
        place[self.taxonomy.splits] = np.arange(len(self.taxonomy.splits))
        above = self.taxonomy.parent[self.taxonomy.splits]
        while np.any(passing := (above >= 0) & (place[above] < 0)):  # groups with a single part
            above = np.where(passing, self.taxonomy.parent[above], above)
        return np.where(above >= 0, place[above], -1)

    def _reached(self, distance: np.ndarray, final: np.ndarray, share: float) -> np.ndarray:
        differs = ~np.isnan(final)
        levels = np.where(differs, share * final, np.inf)
        times = [crossing_time(self.times, one, level) for one, level in zip(distance, levels, strict=True)]
        return np.where(differs, np.array(times), np.nan)


def differentiation(
    trajectory: Trajectory,
    taxonomy: Taxonomy | None = None,
    *,
    layer: int | str | None = None,
) -> Differentiation:
    """When the groups of a taxonomy separate, and whether from coarse to fine.

    Parameters
    ----------
    trajectory : Trajectory
        A theory or trained networks, linear or not.
    taxonomy : Taxonomy, optional
        The groups; by default those found by `Taxonomy.found` in the items' features.
    layer : int or "output", optional
        Hidden layer in which distances are measured; by default the last, for a shallow network the output.

    Returns
    -------
    Differentiation

    Raises
    ------
    InputError
        A layer that the networks do not have, a taxonomy of other items, items that all have the same features, or a
        simulation saved without its weights.

    Notes
    -----
    For each group, the mean squared distance of all pairs of items that separate there. Exact up to interpolation
    between the recorded times. In theory, times are relative to the distances when all modes are learned, so that a
    group whose modes are not learned by the end of the run has the time inf. For trained networks, and where no closed
    form holds, they are relative to the end of the run.

    Examples
    --------
    Plants and animals separate before birds and fish, and these before robin and canary:

    >>> import ontogeny as on
    >>> found = differentiation(on.predict(on.datasets.load("rumelhart"), initial_strength=1e-4, until=8.0))
    >>> found.is_coarse_to_fine, found.level_times["half_time"].round(1).tolist()
    (True, [[1.5, 1.9, 3.3]])
    """
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    world = trajectory.environment
    if taxonomy is None:
        taxonomy = Taxonomy.found(world)
    expect(taxonomy, Taxonomy, "taxonomy", "make one with Taxonomy.from_nested, from_labels or found")
    where = layer_of(trajectory, layer)
    order = taxonomy.order(world.items)
    if where.knows_modes:  # a sum over modes: squared strength times the squared distance of the parts along the mode
        apart, pairs = taxonomy.between_parts(where.loadings[order])
        distance, final = (where.strength**2 @ apart.T)[None], where.final_strength**2 @ apart.T
        differs = final > NOTHING * final.max()
    else:
        apart, pairs = taxonomy.between_parts(_true_answers(where)[order])
        differs = apart.sum(axis=1) > NOTHING * apart.sum(axis=1).max()
        distance = _of_units(where, taxonomy, order)
        final = distance[:, -1]
    if not differs.any():
        raise InputError(
            "trajectory", "is of items with the same features, so that no groups separate", "use items that differ"
        )
    final = np.where(differs, final, np.nan)
    final = np.broadcast_to(final, (len(distance), taxonomy.splits.size))
    return Differentiation(world, taxonomy, where.times, distance, final, pairs, where.name, trajectory.provenance.kind)


def _true_answers(where: Layer) -> np.ndarray:
    """The best answers that such networks can give, (items, features)."""
    world = where.trajectory.environment
    is_linear = where.trajectory.nonlinearity == "linear"
    return world.along(world.best_map.T) if is_linear else right_answers(world)


def _of_units(where: Layer, taxonomy: Taxonomy, order: np.ndarray) -> np.ndarray:
    distance = np.empty((where.networks, where.times.size, taxonomy.splits.size))
    for network, time in where.each():
        distance[network, time] = taxonomy.between_parts(where.items(network, time)[order]).distance.sum(axis=1)
    return distance


def _later(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """1 where times are later than others by more than rounding, 0 where not, NaN where neither is ever reached."""
    later = below > above + AFTER * np.where(np.isfinite(above), np.abs(above), 0.0)
    return np.where(np.isfinite(above) | np.isfinite(below), later.astype(float), np.nan)
