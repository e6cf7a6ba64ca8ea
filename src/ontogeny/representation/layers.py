"""Layers of a theory or of trained networks: their activity, and coordinates of items and features in them.

Coordinates of a theory are those of its modes, so that no array is larger than items by modes; coordinates of trained
networks are those of their units. They are defined up to a rotation, which changes no inner product and no distance.
What was measured (`Recording`) has layers too, which know the same (`recorded_layers`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import overload

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect
from .._core.counting import counted, evenly
from .._core.names import in_order
from .._core.nonlinearities import forward
from ..trajectory import Trajectory
from .recorded_layers import RecordedLayer
from .recordings import Recording

ANSWERS = ("output", "behavior")  # two names of the last layer

Looks = slice | Sequence[int] | np.ndarray
"""Which of the recorded times."""


def layer_number(trajectory: Trajectory, layer: int | str | None) -> int:
    """Number of a layer of units, counted from 1; the last one is the output. None is the last hidden layer."""
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    depth = trajectory.depth
    if layer in ANSWERS or (layer is None and depth == 1):
        return depth
    if layer is None:
        return depth - 1
    if isinstance(layer, bool) or layer not in range(1, depth):
        hidden = f"a hidden layer, 1 to {depth - 1}, or " if depth > 1 else ""
        raise InputError("layer", f"is {layer!r}, but this network has {depth - 1} hidden", f"write {hidden}'output'")
    return int(layer)


def weights_of(trajectory: Trajectory) -> tuple[np.ndarray, ...]:
    """Recorded weights of every layer, (network, time, out, in); where there are none, the record says why."""
    if not trajectory.snapshots:
        trajectory.answers([0])
    return trajectory.snapshots


def recorded_at(trajectory: Trajectory, times: ArrayLike | None, most: int) -> np.ndarray:
    """Numbers of the recorded times nearest to some times; if none are given, of at most `most`, evenly spaced."""
    clock = trajectory.snapshot_time
    if times is None:
        return evenly(clock.size, most)
    nearest = [trajectory.at(time).snapshot_time[0] for time in np.ravel(times).tolist()]
    return np.array([np.argmin(np.abs(clock - time)) for time in nearest])


def activity(
    trajectory: Trajectory | Recording,
    layer: int | str | None = None,
    *,
    looks: Looks = slice(None),
    probes: ArrayLike | None = None,
) -> np.ndarray:
    """Activity of the units of one layer.

    Parameters
    ----------
    trajectory : Trajectory or Recording
        Of any depth and nonlinearity, or what was measured.
    layer : int, "output" or "behavior", optional
        Hidden layer, counted from 1; or the answers; by default the last hidden layer. Of a recording, the name of a
        layer, by default the only one.
    looks : slice or array of int
        Which of the times in ``trajectory.snapshot_time``; all by default.
    probes : array, shape (items, inputs), optional
        Inputs to show; by default the items of the world. Columns of a DataFrame are matched by name.

    Returns
    -------
    array, shape ([seed,] time, unit, item)
        A theory has no single units: here it has one for each mode, and any rotation of them is as good. Inner products
        and distances between items do not depend on the rotation.

    Raises
    ------
    InputError
        A layer that the networks do not have, or a simulation saved without its weights; probes of a recording, or
        networks with different units in it.

    Examples
    --------
    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=4.0)
    >>> activity(theory, 1, looks=[0, -1]).shape
    (2, 8, 8)
    """
    if isinstance(trajectory, Recording):
        if probes is not None:
            raise InputError("probes", "cannot be shown to what was recorded", "record them too")
        return RecordedLayer(trajectory, trajectory.layer_name(layer)).stacked(looks)
    number = layer_number(trajectory, layer)
    shown = trajectory.environment.shown if probes is None else _shown(trajectory, probes).T
    if trajectory.is_simulation or trajectory.snapshots:
        kept = weights_of(trajectory)
        layers = [weights[:, looks] if trajectory.is_simulation else weights[0, looks] for weights in kept]
        return forward(np, layers, shown, trajectory.nonlinearity, upto=number)[-1]
    modes, data = trajectory.environment.spectrum(), trajectory.dataset
    if number == trajectory.depth:
        strength = data["mode_strength"].values[looks]
    else:
        strength = np.prod(data["layer_strength"].values[looks][:, :number], axis=1)
    driven = modes.input_modes.T * shown if isinstance(shown, float) else modes.input_modes.T @ shown
    return strength[:, :, None] * driven


def _shown(trajectory: Trajectory, probes: ArrayLike) -> np.ndarray:
    """Probes as numbers, with their inputs in the order of the world."""
    return in_order(probes, trajectory.environment.input_names, "probes", "the inputs", axis=1).astype(float)


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of the networks of a record.

    Parameters
    ----------
    trajectory : Trajectory
        A theory or trained networks.
    number : int
        1 for the first hidden layer, and so on; the depth of the network for its outputs.
    """

    trajectory: Trajectory
    number: int

    @property
    def name(self) -> str:
        """Name of the layer."""
        return "output" if self.number == self.trajectory.depth else f"hidden layer {self.number}"

    def __repr__(self) -> str:
        return f"<Layer: {self.name} of {counted(self.networks, 'network')}, {counted(self.times.size, 'time')}>"

    @property
    def times(self) -> np.ndarray:
        """Times at which its activity is known, shape (times,)."""
        return self.trajectory.snapshot_time

    @property
    def networks(self) -> int:
        """How many networks there are; a theory is one."""
        return self.trajectory.snapshots[0].shape[0] if self.trajectory.snapshots else 1

    @property
    def labels(self) -> dict[str, np.ndarray]:
        """Name of the dimension of networks and its labels; empty for a theory, which has no such dimension."""
        return {"seed": self.trajectory.dataset["seed"].values} if self.trajectory.is_simulation else {}

    @property
    def item_names(self) -> tuple[str, ...]:
        """Names of the items."""
        return self.trajectory.environment.items

    @property
    def has_units(self) -> bool:
        """Whether single units mean anything; in a theory in closed form any rotation of them is as good."""
        return bool(self.trajectory.snapshots)

    def at(self, times: ArrayLike | None, most: int) -> np.ndarray:
        """Numbers of the recorded times nearest to some times; by default of at most `most`, evenly spaced."""
        return recorded_at(self.trajectory, times, most)

    def active(self, looks: Looks = slice(None)) -> tuple[np.ndarray, ...]:
        """Activity of every network at some times, (time, unit, item) each."""
        units = activity(
            self.trajectory, "output" if self.number == self.trajectory.depth else self.number, looks=looks
        )
        return tuple(units) if self.trajectory.is_simulation else (units,)

    @property
    def knows_modes(self) -> bool:
        """Whether the layer is described by mode strengths alone."""
        return not self.trajectory.snapshots

    @cached_property
    def strength(self) -> np.ndarray:
        """Strength of each mode in this layer over time, shape (times, modes); only for a theory in closed form."""
        return self.trajectory.dataset["layer_strength"].values[:, : self.number].prod(axis=1)

    @cached_property
    def final_strength(self) -> np.ndarray:
        """The same when all is learned, shape (modes,)."""
        return np.maximum(self.trajectory.environment.final_strength, 0.0) ** (self.number / self.trajectory.depth)

    @cached_property
    def loadings(self) -> np.ndarray:
        """Loading of every item on every mode, shape (items, modes)."""
        return self.trajectory.environment.along(self.trajectory.environment.spectrum().input_modes)

    @cached_property
    def probes(self) -> np.ndarray | float:
        """Inputs of all items, (inputs, items); for one-hot inputs a single number, their size."""
        shown: np.ndarray | float = self.trajectory.environment.shown
        return shown

    def items(self, network: int, time: int) -> np.ndarray:
        """Coordinates of the items at one of the times, shape (items, modes or units)."""
        if self.knows_modes:
            return self.loadings * self.strength[time]
        weights = [layer[network, time] for layer in self.trajectory.snapshots]
        return forward(np, weights, self.probes, self.trajectory.nonlinearity, upto=self.number)[-1].T

    def features(self, network: int, time: int) -> np.ndarray:
        """Coordinates of the features of a trained network at one of the times, shape (features, units or items).

        The weights that lead from the layer to them; for the output, the answers for all items.
        """
        if self.number == self.trajectory.depth:
            return self.items(network, time).T
        weights = [layer[network, time] for layer in self.trajectory.snapshots[self.number :]]
        return reduce(lambda onward, layer: layer @ onward, weights)

    def factors(self, of: str) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Factors of a theory's coordinates of items or features.

        Fixed loadings (points, modes); strengths (times, modes) that scale them; and, for features in the output, a
        matrix by which the products are multiplied (modes, modes).
        """
        if of == "items":
            return self.loadings, self.strength, None
        modes = self.trajectory.environment.spectrum().output_modes
        if self.number < self.trajectory.depth:
            onward = self.trajectory.dataset["layer_strength"].values[:, self.number :].prod(axis=1)
            return modes, onward, None
        # answers for all items, rotated into one coordinate per mode
        return modes, self.strength, np.linalg.cholesky(self.loadings.T @ self.loadings)

    def each(self) -> Iterator[tuple[int, int]]:
        """All pairs of network and time."""
        yield from ((network, time) for network in range(self.networks) for time in range(self.times.size))


@overload
def layer_of(trajectory: Trajectory, layer: int | str | None = None) -> Layer: ...
@overload
def layer_of(trajectory: Recording, layer: int | str | None = None) -> RecordedLayer: ...
def layer_of(trajectory: Trajectory | Recording, layer: int | str | None = None) -> Layer | RecordedLayer:
    """One layer; by default the last hidden one, for a shallow network the output.

    Parameters
    ----------
    trajectory : Trajectory or Recording
        Of any depth and nonlinearity, or what was measured.
    layer : int, "output" or "behavior", optional
        Hidden layer, counted from 1; or the answers. Of a recording, the name of a layer, by default the only one.

    Returns
    -------
    Layer or RecordedLayer

    Raises
    ------
    InputError
        A layer that the network does not have, or a simulation without weights.

    Examples
    --------
    >>> import ontogeny as on
    >>> layer_of(on.predict(on.datasets.load("rumelhart"), until=4.0)).name
    'hidden layer 1'
    """
    if isinstance(trajectory, Recording):
        return RecordedLayer(trajectory, trajectory.layer_name(layer))
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns, or a `Recording`")
    number = layer_number(trajectory, layer)
    if trajectory.is_simulation:
        weights_of(trajectory)
    return Layer(trajectory, number)
