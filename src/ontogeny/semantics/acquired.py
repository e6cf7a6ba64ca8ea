"""When each item, and each feature of an item, is known.

"Known" has several meanings, which answer different questions and can disagree even about the order of items. Each
measure is the time from which on it stays true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import InputError, expect, one_of
from .._core.counting import counted
from .._core.tidy import tidy
from .._core.ties import EQUAL
from ..environments.environment import Environment
from ..trajectory import Trajectory

if TYPE_CHECKING:
    import pandas as pd

MEASURES = {
    "all_features": "every feature is answered on the right side of one half",
    "half_of_own_features": "half of the features that the item has are answered on the right side of one half",
    "told_apart": "its answers differ from those for the most similar item by half of the difference of the two items",
    "quarter_error": "the error has fallen to a quarter of the error before learning",
}
BLOCK = 5_000_000  # answers that are held in memory at a time


@dataclass(frozen=True, eq=False)
class Acquisition:
    """When each item, and each feature of each item, is known.

    Parameters
    ----------
    environment : Environment
        The world.
    until : float
        Last time of the record [unit of tau]; items and features not known by then have the time inf.
    items : dict of str to array, shape (networks, items)
        For each measure (`semantics.acquisition` lists them) the time from which on an item is known.
    cells : array, shape (networks, items, features)
        Time from which on a feature of an item is answered on the right side of one half.
    nearest : tuple of str, shape (items,)
        The most similar other item, from which an item is told apart; empty where an item has the same features.
    meaning : str
        What was measured, and on what.
    """

    environment: Environment
    until: float
    items: dict[str, np.ndarray]
    cells: np.ndarray
    nearest: tuple[str, ...]
    meaning: str

    def to_dataframe(self, of: str = "item") -> pd.DataFrame:
        """One row per item, or per item and feature; times are medians over networks.

        Parameters
        ----------
        of : "item" or "feature"
            Columns: item, number_of_features, nearest and a time for each measure; or item, feature, value, time.
        """
        import pandas as pd

        one_of(of, ("item", "feature"), "of")
        world = self.environment
        if of == "feature":
            values = {"value": world.samples.targets, "time": np.median(self.cells, axis=0)}
            return tidy({"item": world.items, "feature": world.features}, values)
        measures = {name: np.median(times, axis=0) for name, times in self.items.items()}
        count = owned(world.samples.targets).sum(axis=1)
        return pd.DataFrame({"item": world.items, "number_of_features": count, "nearest": self.nearest, **measures})

    def __repr__(self) -> str:
        known = ", ".join(
            f"{np.mean(np.median(times, axis=0) <= self.until):.0%} {name}" for name, times in self.items.items()
        )
        return f"<Acquisition: {counted(len(self.environment.items), 'item')}; known by t = {self.until:.3g}: {known}>"


def acquisition(trajectory: Trajectory) -> Acquisition:
    """When each item, and each feature of each item, is known.

    Measures, each the time from which on something stays true:

    - ``all_features``: every feature of the item is answered on the right side of one half;
    - ``half_of_own_features``: half of the features that the item has are answered on the right side of one half;
    - ``told_apart``: its answers differ from those for the most similar item by half of the difference of the two
      items, along the line between them;
    - ``quarter_error``: the error (norm of the difference) has fallen to a quarter of that of a silent network.

    One half lies midway between the smallest and the largest value of a feature, zero included (0.5 for features of
    0 and 1).

    Parameters
    ----------
    trajectory : Trajectory
        What `predict` or `simulate` returns.

    Returns
    -------
    Acquisition

    Raises
    ------
    InputError
        A world without items or with missing cells; a record without answers.

    Notes
    -----
    Times are interpolated between those of the record. Items with the same features are never told apart: the most
    similar item is the nearest among those that differ.

    The measures can disagree. The relative error of an item with many features falls earlier or later, depending on
    whether other items share these features, while ``all_features`` is harder to reach the more features there are.

    Examples
    --------
    >>> import ontogeny as on
    >>> known = acquisition(on.predict(on.datasets.load("rumelhart"), until=6.0)).to_dataframe()
    >>> known.columns.tolist()[3:]
    ['all_features', 'half_of_own_features', 'told_apart', 'quarter_error']
    """
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    world = trajectory.environment
    if world.data is None:
        raise InputError(
            "trajectory",
            "is of a world known by its correlations alone, but acquisition is about items",
            "make the world with Environment.from_dataframe or from_arrays",
        )
    world.expect_all_observed("whether an item is known depends on all of its features")
    targets, times = world.samples.targets, trajectory.snapshot_time
    nearest = most_similar(targets, world.items)
    own, half = owned(targets), half_range(targets)
    cells: list[np.ndarray] = []
    found: dict[str, list[np.ndarray]] = {name: [] for name in MEASURES}
    for block in _blocks(trajectory):
        answers = np.moveaxis(trajectory.answers(block.tolist()), -1, -2)  # network, time, item, feature
        sign = np.where(targets[block] > midpoint(targets), 1.0, -1.0)
        right = sign * (answers - midpoint(targets)) / half
        cells.append(_known_from(times, right))
        found["all_features"].append(_known_from(times, right.min(axis=-1)))
        found["half_of_own_features"].append(_known_from(times, _middle_of_own(right, own[block])))
        found["told_apart"].append(_known_from(times, _difference(trajectory, block, nearest[block], answers) - 0.5))
        size = np.linalg.norm(targets[block], axis=-1)
        error = np.linalg.norm(answers - targets[block], axis=-1)
        found["quarter_error"].append(_known_from(times, size / 4 - error))
    on = "measured on trained networks, medians over them" if trajectory.is_simulation else "of the theory"
    return Acquisition(
        world,
        float(times[-1]),
        {name: np.concatenate(parts, axis=1) for name, parts in found.items()},
        np.concatenate(cells, axis=1),
        tuple("" if other < 0 else world.items[other] for other in nearest),
        f"times from which on each measure stays true, {on}",
    )


def midpoint(targets: np.ndarray) -> np.ndarray:
    """Midpoint of the range of each feature, which includes zero, shape (features,)."""
    return (np.minimum(targets.min(axis=0), 0.0) + np.maximum(targets.max(axis=0), 0.0)) / 2


def half_range(targets: np.ndarray) -> np.ndarray:
    """Half the range of each feature, which includes zero, shape (features,); 1 where all values are 0."""
    half = (np.maximum(targets.max(axis=0), 0.0) - np.minimum(targets.min(axis=0), 0.0)) / 2
    return np.where(half > 0, half, 1.0)


def owned(targets: np.ndarray) -> np.ndarray:
    """Which features each item has: values farther from zero than the midpoint of the range, (items, features)."""
    return np.abs(targets) > np.abs(midpoint(targets)) + EQUAL * np.abs(targets).max()


def most_similar(targets: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """The most similar item with other features, ties going to the first by name; -1 if all are the same."""
    from scipy.spatial.distance import cdist

    order = np.argsort(np.asarray(names), kind="stable")
    largest = max(float(np.abs(targets).max()), 1e-300)
    nearest = np.full(len(targets), -1)
    count = len(targets)
    for block in np.array_split(np.arange(count), min(count, max(1, count**2 // BLOCK))):
        distance = cdist(targets[block] / largest, targets[order] / largest, "sqeuclidean")
        distance[distance <= EQUAL] = np.inf
        least = distance.min(axis=1, keepdims=True)
        first = np.argmax(distance <= least * (1 + EQUAL), axis=1)
        nearest[block] = np.where(np.isfinite(least[:, 0]), order[first], -1)
    return nearest


def _middle_of_own(right: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Margin that half of an item's own features reach; for items without features, the smallest margin of all."""
    ranked = -np.sort(np.where(own, -right, np.inf), axis=-1)
    count = own.sum(axis=-1)
    place = np.maximum(-(-count // 2) - 1, 0)
    best = np.take_along_axis(ranked, np.broadcast_to(place[:, None], (*right.shape[:-1], 1)), axis=-1)[..., 0]
    return np.where(count > 0, best, right.min(axis=-1))


def _difference(trajectory: Trajectory, items: np.ndarray, nearest: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Difference of the answers for items and for others, along and relative to their true difference; (..., items)."""
    world = trajectory.environment
    apart = np.where((nearest >= 0)[:, None], world.samples.targets[items] - world.samples.targets[nearest], 0.0)
    if trajectory.snapshots or trajectory.is_simulation:
        others = np.moveaxis(trajectory.answers(nearest.tolist()), -1, -2)
        along = np.einsum("...im,im->...i", answers - others, apart)
    else:  # the same from the modes, without the other's answers
        modes = world.spectrum()
        loadings = world.along(modes.input_modes)
        shares = apart @ modes.output_modes * (loadings[items] - loadings[nearest])
        along = (trajectory.dataset["mode_strength"].values @ shares.T)[None]
    return along / np.maximum(np.sum(apart**2, axis=-1), 1e-300)


def _known_from(times: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """Time from which on a margin (networks, times, ...) stays above 0, interpolated; inf if it ends below."""
    wrong = ~(margin > 0)
    last = margin.shape[1] - 1 - np.argmax(wrong[:, ::-1], axis=1)  # the last time at which it is wrong
    after = np.minimum(last + 1, margin.shape[1] - 1)
    low, high = (np.take_along_axis(margin, place[:, None], axis=1)[:, 0] for place in (last, after))
    share = np.where(high > low, -low / np.where(high > low, high - low, 1.0), 0.0)
    crossed = times[last] + share * (times[after] - times[last])
    return np.where(~wrong.any(axis=1), times[0], np.where(wrong[:, -1], np.inf, crossed))


def _blocks(trajectory: Trajectory) -> Iterator[np.ndarray]:
    """Blocks of items whose answers fit into memory."""
    world = trajectory.environment
    networks = trajectory.dataset.sizes.get("seed", 1)
    each = networks * trajectory.snapshot_time.size * len(world.features)
    count = len(world.items)
    yield from np.array_split(np.arange(count), min(count, max(1, -(-count * each // BLOCK))))
