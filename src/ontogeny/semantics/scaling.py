"""Embeddings over development: items (or features) in few dimensions over time, by multidimensional scaling (MDS).

Classical scaling shows centered inner products along their principal axes. All times of a network share one basis, so
one set of axes serves them all; networks are rotated onto each other before they are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Protocol

import numpy as np

from .._core.checks import InputError, expect, one_of, whole
from .._core.counting import evenly
from .._core.digits import steady
from .._core.tidy import tidy
from .._core.ties import EQUAL, turned
from ..environments.environment import Environment
from ..environments.spectrum import TIE_TOLERANCE
from ..representation.layers import Layer, layer_of
from ..representation.recorded_layers import RecordedLayer
from ..representation.recordings import Recording
from ..trajectory import Trajectory

if TYPE_CHECKING:
    import pandas as pd

FRAMES = 60  # times by default: enough for a smooth line
NOTHING = 1e-12  # share of the largest spread: axes below it are rounding errors
FIRST = 1e-6  # relative: among points about equally far from the center the first by name fixes sign or rotation


@dataclass(frozen=True, eq=False)
class Embedding:
    """Items or features in a few dimensions over time.

    Parameters
    ----------
    environment : Environment or Recording
        The world; of measured activity without one, the recording, which knows the items.
    of : str
        "items" or "features".
    times : array, shape (times,)
        [unit of tau].
    coordinates : array, shape (networks, times, points, dimensions)
        Centered at every time; axes are the same at all times and in all networks.
    eigenvalues : array, shape (networks, times, all dimensions)
        Squared spread along each principal axis at each time, largest first.
    tied : array of bool, shape (dimensions,)
        Whether an axis lies in a group of tied modes: distances there are meaningful, the axis itself is not.
    layer : str
        Which layer: "hidden layer 1", "output".
    source : str
        "theory", "simulation" or "recording".
    """

    environment: Environment | Recording
    of: str
    times: np.ndarray
    coordinates: np.ndarray
    eigenvalues: np.ndarray
    tied: np.ndarray
    layer: str
    source: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the points."""
        if self.of == "items" or isinstance(self.environment, Recording):
            return self.environment.items or ()
        return self.environment.features

    @property
    def share(self) -> np.ndarray:
        """Share of squared distances that the dimensions show, shape (networks, times); NaN if all distances are 0."""
        shown, total = np.sum(self.coordinates**2, axis=(-2, -1)), self.eigenvalues.sum(axis=-1)
        return np.where(total > 0, shown / np.where(total > 0, total, 1.0), np.nan)

    @property
    def meaning(self) -> str:
        """What the axes are, and which of them are arbitrary."""
        several = ", networks rotated onto each other" if len(self.coordinates) > 1 else ""
        tied = ", ".join(str(axis + 1) for axis in np.flatnonzero(self.tied))
        free = (
            f"; axis {tied} lies among tied modes: distances are meaningful, single directions are not" if tied else ""
        )
        return f"{self.of} in the {self.layer}, centered at every time, axes common to all times{several}{free}"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per (network,) time and point: time, item (or feature), category, x1, x2, ..."""
        point = self.of.removesuffix("s")
        labels = {"network": range(self.coordinates.shape[0]), "time": self.times, point: self.names}
        has_category = self.of == "items" and self.environment.category is not None
        columns = {"category": np.array(self.environment.category, dtype=object)} if has_category else {}
        columns |= {f"x{axis + 1}": self.coordinates[..., axis] for axis in range(self.coordinates.shape[-1])}
        table = tidy(labels, columns)
        return table.drop(columns="network") if self.source == "theory" else table

    def __repr__(self) -> str:
        _, times, points, dimensions = self.coordinates.shape
        return (
            f"<Embedding ({self.source}): {points} {self.of} at {times} times in {dimensions} dimensions, which show "
            f"{steady(100 * np.mean(self.share[:, -1])):.0f}% of the squared distances at the end\n {self.meaning}>"
        )


def embedding(
    trajectory: Trajectory | Recording,
    *,
    of: str = "items",
    dimensions: int = 2,
    times: Sequence[float] | np.ndarray | None = None,
    layer: int | str | None = None,
    reference: Trajectory | Recording | None = None,
) -> Embedding:
    """Items or features over development in few dimensions, by multidimensional scaling (MDS).

    Implements: saxe2019 Fig. 2
    Checked by: tests/semantics/test_scaling.py::test_the_last_frame_of_learned_trees_is_classical_scaling

    Parameters
    ----------
    trajectory : Trajectory or Recording
        A theory or trained networks; or measured activity, of which items can be embedded.
    of : "items" or "features"
        Points to embed: items by the activity they evoke, features by the weights that lead to them.
    dimensions : int
        Number of axes.
    times : list of float, optional
        Times, each replaced by the nearest recorded one; by default up to 60 of them.
    layer : int or "output", optional
        Hidden layer; by default the last, for a shallow network the output. Of a recording, the name of a layer.
    reference : Trajectory or Recording, optional
        Record onto which the networks are rotated, usually the theory at the same times; by default the first network.

    Returns
    -------
    Embedding

    Raises
    ------
    InputError
        More dimensions than there are, a layer that the networks do not have, or a simulation saved without its
        weights.

    Notes
    -----
    Classical multidimensional scaling (principal coordinates): the inner products of the coordinates are J H J, with H
    the inner products of the layer's activity and J the centering matrix. Axes are the principal axes of all times
    together, each centered separately; the eigenvalues are those of single times. They are computed from coordinates of
    modes or units, not from all pairwise distances. Hidden units are arbitrary up to a rotation: networks are rotated
    by the one rotation that brings them nearest to the reference (Procrustes analysis). In a nonlinear network with
    more than one hidden layer, weights that lead to features are multiplied as if units were linear.

    Examples
    --------
    The first axis separates plants from animals:

    >>> import ontogeny as on
    >>> movie = embedding(on.predict(on.datasets.load("rumelhart"), until=6.0))
    >>> (movie.coordinates[0, -1, :, 0] > 0).tolist()
    [True, True, True, True, False, False, False, False]
    """
    if not isinstance(trajectory, Recording):
        expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    one_of(of, ("items", "features"), "of")
    where: Layer | RecordedLayer = layer_of(trajectory, layer)
    index = _frames(trajectory, where.times, times)
    kept = whole(dimensions, "dimensions", 1, "an embedding has at least one dimension")
    networks = [_points(where, of, network, index) for network in range(where.networks)]
    eigenvalues = np.stack([[_eigenvalues(one, frame) for frame in range(index.size)] for one in networks])
    if reference is None:
        model = networks[0]
        turns = [None, *(_turn(one, model, index.size) for one in networks[1:])]
        scatter = reduce(np.add, [_scatter(one, turn, index.size) for one, turn in zip(networks, turns, strict=True)])
    else:
        model = _reference(reference, trajectory, of, layer, where.times[index])
        turns = [_turn(one, model, index.size) for one in networks]
        scatter = _scatter(model, None, index.size)
    if kept > len(scatter):
        raise InputError(
            "dimensions",
            f"is {dimensions}, but the {where.name} has {len(scatter)} in all",
            f"write {len(scatter)} or less",
        )
    spread, axes = np.linalg.eigh(scatter)
    spread, axes = np.maximum(spread[::-1], 0.0), axes[:, ::-1]
    last = model.project(index.size - 1, axes[:, : _reach(spread, kept)])
    names = where.item_names if isinstance(trajectory, Recording) or of == "items" else trajectory.environment.features
    shown, in_tie = _fixed(axes, spread, last, kept, names)
    coordinates = np.stack([
        [one.project(frame, shown if turn is None else turn @ shown) for frame in range(index.size)]
        for one, turn in zip(networks, turns, strict=True)
    ])  # fmt: skip
    tied = in_tie | _among_tied_modes(where, of, model.project(index.size - 1, shown))
    world = trajectory.environment or trajectory if isinstance(trajectory, Recording) else trajectory.environment
    kind = "recording" if isinstance(trajectory, Recording) else trajectory.provenance.kind
    return Embedding(world, of, where.times[index], coordinates, eigenvalues, tied, where.name, kind)


class Points(Protocol):
    """Centered coordinates of points at some times."""

    def scatter(self, frame: int) -> np.ndarray:
        """Products of coordinates summed over points, (k, k)."""

    def project(self, frame: int, axes: np.ndarray) -> np.ndarray:
        """Coordinates along some axes, (points, axes)."""

    def all(self, frame: int) -> np.ndarray:
        """All coordinates, (points, k)."""


@dataclass(frozen=True, eq=False)
class OfModes:
    """Fixed loadings, scaled by strengths over time."""

    loadings: np.ndarray
    strengths: np.ndarray
    onward: np.ndarray | None

    @cached_property
    def overlap(self) -> np.ndarray:
        return self.loadings.T @ self.loadings

    def scatter(self, frame: int) -> np.ndarray:
        inner = self.overlap * np.outer(self.strengths[frame], self.strengths[frame])
        return inner if self.onward is None else self.onward.T @ inner @ self.onward

    def project(self, frame: int, axes: np.ndarray) -> np.ndarray:
        onward = axes if self.onward is None else self.onward @ axes
        return self.loadings @ (self.strengths[frame][:, None] * onward)

    def all(self, frame: int) -> np.ndarray:
        stretched = self.loadings * self.strengths[frame]
        return stretched if self.onward is None else stretched @ self.onward


@dataclass(frozen=True, eq=False)
class OfUnits:
    """Activity of units, or weights, computed for one time after the other."""

    at: Callable[[int], np.ndarray]

    def scatter(self, frame: int) -> np.ndarray:
        here = self.all(frame)
        return here.T @ here

    def project(self, frame: int, axes: np.ndarray) -> np.ndarray:
        return self.all(frame) @ axes

    def all(self, frame: int) -> np.ndarray:
        here = self.at(frame)
        return here - here.mean(axis=0)


def _points(where: Layer | RecordedLayer, of: str, network: int, index: np.ndarray) -> Points:
    if isinstance(where, Layer) and where.knows_modes:
        loadings, strengths, onward = where.factors(of)
        return OfModes(loadings - loadings.mean(axis=0), strengths[index], onward)
    coordinates = where.items if of == "items" else where.features
    return OfUnits(lambda frame: coordinates(network, int(index[frame])))


def _reference(
    reference: Trajectory | Recording,
    trajectory: Trajectory | Recording,
    of: str,
    layer: int | str | None,
    times: np.ndarray,
) -> Points:
    if not isinstance(reference, Recording):
        expect(reference, Trajectory, "reference", "pass what `predict` returns for the same world")
    if _known(trajectory, of) != _known(reference, of):
        raise InputError(
            "reference",
            "is of another world, or of the same in another order, so nothing can be rotated onto it",
            "pass one of the same world, for example predict(trajectory.environment)",
        )
    alike = type(reference) is type(trajectory)  # layers of a recording have names of their own
    where: Layer | RecordedLayer = layer_of(reference, layer if alike else None)
    return _points(where, of, 0, _nearest_record(where.times, times))


def _known(record: Trajectory | Recording, of: str) -> Sequence[str] | None:
    """Names of the points."""
    if isinstance(record, Recording):
        return record.items if of == "items" else None
    return (*record.environment.items, *record.environment.features) if of != "items" else record.environment.items


def _frames(
    trajectory: Trajectory | Recording, recorded: np.ndarray, times: Sequence[float] | np.ndarray | None
) -> np.ndarray:
    """Numbers of the recorded times to use; by default half of them evenly spaced, half where most changes."""
    if times is None:
        if recorded.size <= FRAMES:
            return np.arange(recorded.size)
        if isinstance(trajectory, Recording):
            return evenly(recorded.size, FRAMES)
        even = evenly(recorded.size, FRAMES // 2)
        strength = trajectory.dataset["mode_strength"].values.reshape(
            -1, *trajectory.dataset["mode_strength"].shape[-2:]
        )
        change = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(strength[0], axis=0), axis=1)))
        shares = np.linspace(0, change[-1], FRAMES - even.size + 2)[1:-1]
        busy = _nearest_record(recorded, np.interp(shares, change, trajectory.time))
        return np.unique(np.concatenate([even, busy]))
    asked = np.atleast_1d(np.asarray(times, dtype=float))
    slack = (recorded[-1] - recorded[0]) / 100
    if (
        asked.ndim != 1
        or not asked.size
        or not np.all((asked >= recorded[0] - slack) & (asked <= recorded[-1] + slack))
    ):
        raise InputError(
            "times",
            f"are {times!r}, but the record runs from {recorded[0]:.4g} to {recorded[-1]:.4g}",
            "write times within",
        )
    return np.unique(_nearest_record(recorded, asked))


def _nearest_record(recorded: np.ndarray, times: np.ndarray) -> np.ndarray:
    return np.argmin(np.abs(recorded[:, None] - times), axis=0)


def _eigenvalues(points: Points, frame: int) -> np.ndarray:
    """Squared spread along the principal axes at one time, largest first."""
    if isinstance(points, OfUnits):
        here = points.all(frame)
        gram = here.T @ here if here.shape[1] <= len(here) else here @ here.T
    else:
        gram = points.scatter(frame)
    return np.maximum(np.linalg.eigvalsh(gram)[::-1], 0.0)


def _turn(points: Points, model: Points, frames: int) -> np.ndarray:
    """The rotation that brings the points nearest to the model, over all times, (k, k of the model)."""
    together = sum(points.all(frame).T @ model.all(frame) for frame in range(frames))
    left, _, right = np.linalg.svd(together, full_matrices=False)
    return left @ right


def _scatter(points: Points, turn: np.ndarray | None, frames: int) -> np.ndarray:
    total: np.ndarray = reduce(np.add, map(points.scatter, range(frames)))
    return total if turn is None else turn.T @ total @ turn


def _tied_groups(spread: np.ndarray) -> np.ndarray:
    steps_down = np.diff(-spread) > TIE_TOLERANCE * np.maximum(spread[:-1], NOTHING * spread[0])
    return np.append(0, np.cumsum(steps_down))


def _reach(spread: np.ndarray, kept: int) -> int:
    """How many axes there are up to the end of the tie that the last one kept lies in."""
    groups = _tied_groups(spread)
    return int(np.searchsorted(groups, groups[min(kept, groups.size) - 1], side="right"))


def _fixed(
    axes: np.ndarray, spread: np.ndarray, last: np.ndarray, kept: int, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """The first axes, with signs and rotations within ties fixed by the last points; and which are in ties."""
    groups = _tied_groups(spread)[: last.shape[1]]
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    turns = [axes[:, own] @ turned(last[:, own], names, tolerance=FIRST) for own in members]
    in_tie = np.concatenate([np.full(own.size, own.size > 1) for own in members])
    return np.hstack(turns)[:, :kept], in_tie[:kept]


def _among_tied_modes(where: Layer | RecordedLayer, of: str, last: np.ndarray) -> np.ndarray:
    """Whether most of what each axis shows at the end belongs to tied modes of the world."""
    if isinstance(where, RecordedLayer):
        return np.zeros(last.shape[1], dtype=bool)
    modes = where.trajectory.environment.spectrum()
    loadings = where.loadings if of == "items" else modes.output_modes
    loadings = loadings - loadings.mean(axis=0)
    parts = np.linalg.lstsq(loadings, last, rcond=None)[0] * np.linalg.norm(loadings, axis=0)[:, None]
    total = np.sum(parts**2, axis=0)
    return np.sum(parts[modes.is_tied] ** 2, axis=0) > (0.5 + EQUAL) * total
