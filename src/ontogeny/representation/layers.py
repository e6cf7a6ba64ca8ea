"""Layers of a theory or of trained networks: their activity, and coordinates of items and features in them.

The theory gives coordinates of the modes, so that nothing larger than a table of items and modes is made; a trained
network those of its units. Either way a hidden rotation is free and changes no inner product and no distance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np

from .._core.checks import InputError, expect
from .._core.counting import counted
from .._core.names import in_order
from .._core.nonlinearities import forward
from ..trajectory import Trajectory

ANSWERS = ("output", "behavior")  # two names of the last layer


def layer_number(trajectory: Trajectory, layer: int | str | None) -> int:
    """Number of a layer of units, counted from 1; the last one are the answers. None is the last hidden layer."""
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


def activity(
    trajectory: Trajectory, layer: int | str | None = None, *, looks: Any = slice(None), probes: Any = None
) -> np.ndarray:
    """Activity of the units of one layer.

    Parameters
    ----------
    trajectory : Trajectory
        Of any depth and nonlinearity.
    layer : int, "output" or "behavior", optional
        Hidden layer, counted from 1; or the answers; by default the last hidden layer.
    looks : slice or array of int
        Which of the times ``trajectory.snapshot_time``; all by default.
    probes : array, shape (items, inputs), optional
        What is shown; the items of the world by default. Columns of a frame are matched by name.

    Returns
    -------
    array, shape ([seed,] time, unit, item)
        A theory has no units of its own: it gives one for each mode, and any rotation of them would do as well. Inner
        products and distances between items, which rotations leave alone, are those of the network.

    Raises
    ------
    InputError
        A layer that the networks do not have, or a simulation saved without its weights.

    Examples
    --------
    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=4.0)
    >>> activity(theory, 1, looks=[0, -1]).shape
    (2, 8, 8)
    """
    number = layer_number(trajectory, layer)
    shown = trajectory.environment.shown if probes is None else _shown(trajectory, probes).T
    if trajectory.is_simulation or trajectory.snapshots:
        if not trajectory.snapshots:
            trajectory.answers([0])  # says why there are none
        layers = [weights[:, looks] if trajectory.is_simulation else weights[0, looks]
                  for weights in trajectory.snapshots]  # fmt: skip
        return forward(np, layers, shown, trajectory.nonlinearity, upto=number)[-1]
    modes, data = trajectory.environment.spectrum(), trajectory.dataset
    if number == trajectory.depth:
        strength = data["mode_strength"].values[looks]
    else:
        strength = np.prod(data["layer_strength"].values[looks][:, :number], axis=1)
    driven = modes.input_modes.T * shown if isinstance(shown, float) else modes.input_modes.T @ shown
    return strength[:, :, None] * driven


def _shown(trajectory: Trajectory, probes: Any) -> np.ndarray:
    """Probes as numbers, their inputs in the order of the items where each item is its own input."""
    return in_order(probes, trajectory.environment.input_names, "probes", "the inputs", axis=1).astype(float)


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of the networks of a record.

    Parameters
    ----------
    trajectory : Trajectory
        What the networks know over time.
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
        """Times at which it is known, shape (times,)."""
        return self.trajectory.snapshot_time

    @property
    def networks(self) -> int:
        """How many networks there are; a theory is one."""
        return self.trajectory.snapshots[0].shape[0] if self.trajectory.snapshots else 1

    @property
    def knows_modes(self) -> bool:
        """Whether strengths of modes say it all."""
        return not self.trajectory.snapshots

    @cached_property
    def strength(self) -> np.ndarray:
        """Length that each mode has in this layer over time, shape (times, modes); of a theory in closed form."""
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
        """Inputs of all items, (inputs, items); one number where each item has an input of its own, of that size."""
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

        The weights that lead from the layer to them; of the outputs themselves their answers to all items.
        """
        if self.number == self.trajectory.depth:
            return self.items(network, time).T
        weights = [layer[network, time] for layer in self.trajectory.snapshots[self.number :]]
        return reduce(lambda onward, layer: layer @ onward, weights)

    def factors(self, of: str) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """What a theory's coordinates of items or features are made of.

        Fixed loadings (points, modes), strengths (times, modes) that stretch them, and, for answers to items that are
        not one-hot, what the products are multiplied with after (modes, modes).
        """
        if of == "items":
            return self.loadings, self.strength, None
        modes = self.trajectory.environment.spectrum().output_modes
        if self.number < self.trajectory.depth:
            onward = self.trajectory.dataset["layer_strength"].values[:, self.number :].prod(axis=1)
            return modes, onward, None
        # answers to all items, turned into as many coordinates as there are modes
        return modes, self.strength, np.linalg.cholesky(self.loadings.T @ self.loadings)

    def each(self) -> Iterator[tuple[int, int]]:
        """All pairs of network and time."""
        yield from ((network, time) for network in range(self.networks) for time in range(self.times.size))


def layer_of(trajectory: Trajectory, layer: int | str | None = None) -> Layer:
    """The layer asked for; by default the last hidden one, and the answers where there is none.

    Parameters
    ----------
    trajectory : Trajectory
        Of any depth and nonlinearity.
    layer : int, "output" or "behavior", optional
        Hidden layer, counted from 1; or the answers.

    Returns
    -------
    Layer

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
    number = layer_number(trajectory, layer)
    if trajectory.is_simulation and not trajectory.snapshots:
        trajectory.answers([0])  # says why there are none
    return Layer(trajectory, number)
