"""Activity of one layer, at some times, of a theory or of trained networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.checks import InputError, expect
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
        raise InputError(f"layer is {layer!r}, but this network has {depth - 1} hidden; write {hidden}'output'")
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
        What is shown; the items of the world by default.

    Returns
    -------
    array, shape ([seed,] time, unit, item)
        A theory has no units of its own: it gives one for each mode, and any rotation of them would do as well. Inner
        products and distances between items, which rotations leave alone, are those of the network.

    Examples
    --------
    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=4.0)
    >>> activity(theory, 1, looks=[0, -1]).shape
    (2, 8, 8)
    """
    number = layer_number(trajectory, layer)
    shown = (trajectory.environment.probes if probes is None else np.asarray(probes, dtype=float)).T
    if trajectory.is_simulation or trajectory.snapshots:
        if not trajectory.snapshots:
            trajectory.answers([0])  # says why there are none
        layers = [weights[:, looks] if trajectory.is_simulation else weights[0, looks]
                  for weights in trajectory.snapshots]  # fmt: skip
        if number == trajectory.depth:
            return forward(np, layers, shown, trajectory.nonlinearity)[-1]
        below = [*layers[:number], np.eye(layers[number - 1].shape[-2])]  # only the last layer of a network is linear
        return forward(np, below, shown, trajectory.nonlinearity)[number - 1]
    modes, data = trajectory.environment.spectrum(), trajectory.dataset
    if number == trajectory.depth:
        strength = data["mode_strength"].values[looks]
    else:
        strength = np.prod(data["layer_strength"].values[looks][:, :number], axis=1)
    return strength[:, :, None] * (modes.input_modes.T @ shown)
