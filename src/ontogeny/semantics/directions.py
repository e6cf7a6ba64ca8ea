"""Answers along directions of feature space, without building the array of all answers."""

from __future__ import annotations

import numpy as np

from .._core.nonlinearities import forward
from ..representation.layers import weights_of
from ..trajectory import Trajectory


def answers_along(trajectory: Trajectory, directions: np.ndarray, probes: np.ndarray) -> np.ndarray:
    """The network's answers to some inputs, projected on some directions of feature space.

    Parameters
    ----------
    trajectory : Trajectory
        A theory or trained networks, of any depth and nonlinearity.
    directions : array, shape (features, directions)
        Weights of the features.
    probes : array, shape (items, inputs)
        The inputs.

    Returns
    -------
    array, shape ([seed,] time, directions, items)
    """
    if trajectory.is_simulation or trajectory.snapshots:
        layers = [layer if trajectory.is_simulation else layer[0] for layer in weights_of(trajectory)]
        readout = directions.T @ layers[-1]
        return forward(np, [*layers[:-1], readout], probes.T, trajectory.nonlinearity)[-1]
    modes = trajectory.environment.spectrum()
    strength = trajectory.dataset["mode_strength"].values[:, None, :]
    return (strength * (directions.T @ modes.output_modes)) @ (modes.input_modes.T @ probes.T)
