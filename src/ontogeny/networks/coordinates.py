r"""Training a linear network in few coordinates: those of the modes, and what else its weights reach.

All that a linear network learns lies in the span of the world's modes; of all other directions only those matter that
the weights hold before learning, and of these there are no more than hidden units. With white inputs

.. math:: W_1 = A\,[V,\ Q_{in}]^T,\qquad W_L = [U,\ Q_{out}]\,B

stays true through learning with :math:`V, U` the modes and :math:`Q` bases of the rest of the first weights, so that
training the small :math:`A` and :math:`B` is training the network itself, to rounding. A table of 2,000 items is
learned in the time of one of a few hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..environments.environment import Environment, Names
from ..environments.variation import Variation

WORTH = 0.6  # share of the multiplications of a step below which changing coordinates pays


@dataclass(frozen=True, eq=False)
class Coordinates:
    """A linear network and its world in few coordinates.

    Parameters
    ----------
    weights : list of arrays, shape (seed, out, in) each
        The network's weights in these coordinates.
    environment : Environment
        The world in these coordinates; it is known by its correlations alone.
    input_basis, output_basis : arrays, shape (seed, inputs, coordinates) and (seed, features, coordinates)
        Orthonormal columns: first the modes, then the rest that the weights hold.
    modes : int
        Number of modes of the world.
    unexplained : float
        Error that the best linear map leaves.
    """

    weights: list[np.ndarray]
    environment: Environment
    input_basis: np.ndarray
    output_basis: np.ndarray
    modes: int
    unexplained: float

    def lifted(self, weights: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Weights as they are in the world itself."""
        layers = list(weights)
        layers[0] = layers[0] @ np.swapaxes(self.input_basis, -1, -2)
        layers[-1] = self.output_basis @ layers[-1]
        return layers

    def measured(self, weights: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Strength of every mode (seed, mode) and loss (seed,) of weights in these coordinates."""
        network = weights[0]
        for layer in weights[1:]:
            network = layer @ network
        strength = np.einsum("saa->sa", network[:, : self.modes, : self.modes])
        strength = strength.copy()  # a view would keep the whole map alive
        return strength, self.unexplained + self.environment.loss_of_map(network)


def few_coordinates(weights: Sequence[np.ndarray], environment: Environment) -> Coordinates | None:
    """The network in few coordinates; None where inputs are not white, cells are missing, or nothing would be gained.

    Parameters
    ----------
    weights : list of arrays, shape (seed, out, in) each
        Weights of linear networks before learning, first layer first.
    environment : Environment
        The world.

    Checked by: tests/networks/test_coordinates.py::test_training_in_few_coordinates_is_training_the_network
    """
    if len(weights) < 2 or not environment.is_white or environment.has_missing:
        return None
    modes = environment.spectrum()
    count = modes.singular_values.size
    inputs, features = environment.variation.inputs, len(environment.features)
    of_inputs = min(inputs, count + weights[0].shape[-2])
    of_features = min(features, count + weights[-1].shape[-1])
    if of_inputs * of_features > WORTH * inputs * features:
        return None
    right = _basis(modes.input_modes, np.swapaxes(weights[0], -1, -2), of_inputs)
    left = _basis(modes.output_modes, weights[-1], of_features)
    compact = list(weights)
    compact[0] = compact[0] @ right
    compact[-1] = np.swapaxes(left, -1, -2) @ compact[-1]
    drive = np.zeros((of_features, of_inputs))
    np.fill_diagonal(drive[:count, :count], modes.singular_values)
    variation = Variation(np.full(of_inputs, environment.variation.factor))
    world = Environment(drive, variation, Names((), ()), environment.normalization)
    unexplained = float(environment.loss_of_map(environment.best_map))
    return Coordinates(compact, world, right, left, count, unexplained)


def _basis(modes: np.ndarray, weights: np.ndarray, size: int) -> np.ndarray:
    """Orthonormal columns for each seed: the modes, then a basis of the rest of the weights (seed, side, units)."""
    seeds = len(weights)
    if size == len(modes):
        return _completed(modes, seeds)
    rest = weights - modes @ (modes.T @ weights)
    rest = np.linalg.qr(rest)[0]
    return np.concatenate([np.broadcast_to(modes, (seeds, *modes.shape)), rest], axis=-1)


def _completed(modes: np.ndarray, seeds: int) -> np.ndarray:
    """For each seed the modes and any orthonormal basis of what they leave."""
    whole = np.linalg.qr(modes, mode="complete")[0]
    whole[:, : modes.shape[1]] = modes
    return np.broadcast_to(whole, (seeds, *whole.shape))
