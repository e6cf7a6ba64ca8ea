"""How a layer represents items, or features, over time: coordinates whose inner products are the similarities.

The theory gives them in the coordinates of the modes, so that nothing larger than a table of items and modes is made; a
trained network in those of its units. Either way a hidden rotation is free and changes no distance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from .._core.checks import InputError
from .._core.nonlinearities import forward
from ..trajectory import Trajectory

OUTPUTS = "outputs"


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
        return OUTPUTS if self.number == self.trajectory.depth else f"hidden layer {self.number}"

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
        return self.trajectory.environment.probes @ self.trajectory.environment.spectrum().input_modes

    @cached_property
    def probes(self) -> np.ndarray | float:
        """Inputs of all items, (inputs, items); one number where each item has an input of its own, of that size."""
        probes = self.trajectory.environment.probes
        is_own = probes.shape[0] == probes.shape[1] and np.array_equal(probes, probes[0, 0] * np.eye(len(probes)))
        return float(probes[0, 0]) if is_own else probes.T

    def items(self, network: int, time: int) -> np.ndarray:
        """Coordinates of the items at one of the times, shape (items, modes or units)."""
        if self.knows_modes:
            return self.loadings * self.strength[time]
        weights = [layer[network, time] for layer in self.trajectory.snapshots]
        return forward(np, weights, self.probes, self.trajectory.nonlinearity)[self.number - 1].T

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


def layer_of(trajectory: Trajectory, layer: int | str | None) -> Layer:
    """The layer asked for; by default the first hidden one, and the outputs where there is none.

    Raises
    ------
    InputError
        A layer that the network does not have, or a simulation without weights.
    """
    if trajectory.is_simulation and not trajectory.snapshots:
        raise InputError(
            "this simulation was saved without its weights, so what its layers did is gone; save it with weights=True"
        )
    if layer is None:
        return Layer(trajectory, 1)  # of a shallow network these are the outputs
    if layer == OUTPUTS:
        return Layer(trajectory, trajectory.depth)
    if isinstance(layer, bool) or layer not in range(1, trajectory.depth):
        hidden = f"1 to {trajectory.depth - 1} for a hidden layer or " if trajectory.depth > 1 else ""
        raise InputError(
            f"layer is {layer!r}, but the network has {trajectory.depth - 1} hidden layers; write {hidden}'{OUTPUTS}'"
        )
    return Layer(trajectory, int(layer))
