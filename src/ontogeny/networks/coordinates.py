r"""Training a linear network in few coordinates: those of the modes, and of what else its weights reach.

All that a linear network learns lies in the span of the world's modes. Of all other directions only those matter that
the initial weights reach, and there are no more of these than hidden units. With white inputs

.. math:: W_1 = A\,[V,\ Q_{in}]^T,\qquad W_L = [U,\ Q_{out}]\,B

stays true through learning with :math:`V, U` the modes and :math:`Q` bases of the rest of the first weights, so that
training the small :math:`A` and :math:`B` is training the network itself, to rounding. A table of 2,000 items trains
as fast as one of a few hundred, and one of a million without ever holding its weights over time: there the bases are
not kept (`folded`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..environments.environment import Environment, Names
from ..environments.spectrum import Spectrum
from ..environments.variation import Variation
from ..recording import measured

WORTH = 0.6  # share of the multiplications of a step below which changing coordinates pays
BLOCK = 16_384  # rows that are orthogonalized at a time: some megabytes
WELL_SPREAD = 1e-2  # least eigenvalue of the rest, as a share of the mean of all: its Cholesky factor is good to 1e-13


@dataclass(frozen=True, eq=False)
class Whole:
    """Networks as they are.

    Parameters
    ----------
    weights : list of arrays, shape (seed, out, in) each
        Their weights before learning.
    environment : Environment
        The world.
    nonlinearity : str
        Of the hidden units.
    """

    weights: list[np.ndarray]
    environment: Environment
    nonlinearity: str

    @property
    def spectrum(self) -> Spectrum:
        """Modes of the world."""
        return self.environment.spectrum()

    def lifted(self, weights: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The weights."""
        return list(weights)

    def measured(self, weights: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Strength of every mode (seed, mode) and loss (seed,)."""
        return measured(self.environment, weights, self.nonlinearity)


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
        Orthonormal columns: first the modes, then the rest that the weights hold. None where they are not kept.
    spectrum : Spectrum
        Modes of the world in these coordinates: the first of them.
    unexplained : float
        Error that the best linear map leaves.
    """

    weights: list[np.ndarray]
    environment: Environment
    input_basis: np.ndarray | None
    output_basis: np.ndarray | None
    spectrum: Spectrum
    unexplained: float

    def lifted(self, weights: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Weights as they are in the world itself."""
        assert self.input_basis is not None and self.output_basis is not None
        layers = list(weights)
        layers[0] = layers[0] @ np.swapaxes(self.input_basis, -1, -2)
        layers[-1] = self.output_basis @ layers[-1]
        return layers

    def measured(self, weights: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Strength of every mode (seed, mode) and loss (seed,) of weights in these coordinates."""
        network, modes = weights[0], self.spectrum.groups.size
        for layer in weights[1:]:
            network = layer @ network
        strength = np.einsum("saa->sa", network[:, :modes, :modes])
        strength = strength.copy()  # a view would keep the whole map alive
        return strength, self.unexplained + self.environment.loss_of_map(network)


def few_coordinates(weights: Sequence[np.ndarray], environment: Environment) -> Coordinates | None:
    """The network in few coordinates; None where inputs are not white, cells are missing, or nothing is gained.

    Parameters
    ----------
    weights : list of arrays, shape (seed, out, in) each
        Weights of linear networks before learning, first layer first.
    environment : Environment
        The world.

    Checked by: tests/networks/test_coordinates.py::test_training_in_few_coordinates_is_training_the_network
    """
    sizes = [weights[0].shape[-1], *(layer.shape[-2] for layer in weights)]
    few = few_sizes(sizes, environment)
    if few is None:
        return None
    modes = environment.spectrum()
    right = _basis(modes.input_modes, np.swapaxes(weights[0], -1, -2), few[0])
    left = _basis(modes.output_modes, weights[-1], few[-1])
    compact = list(weights)
    compact[0] = compact[0] @ right
    compact[-1] = np.swapaxes(left, -1, -2) @ compact[-1]
    return _coordinates(compact, environment, right, left)


def folded(networks: Iterable[Sequence[np.ndarray]], environment: Environment) -> Coordinates:
    """Networks in few coordinates, read one at a time so that only one is in memory; their weights cannot be recovered.

    Parameters
    ----------
    networks : iterable of lists of arrays, shape (out, in) each
        Linear networks before learning; `few_sizes` must know their coordinates.
    environment : Environment
        The world.

    Checked by: tests/networks/test_coordinates.py::test_folded_networks_are_those_in_few_coordinates
    """
    modes, compact = environment.spectrum(), []
    for network in networks:
        first, *middle, last = network
        compact.append([_folded(first.T, modes.input_modes).T, *middle, _folded(last, modes.output_modes)])
    return _coordinates([np.stack(layer) for layer in zip(*compact, strict=True)], environment, None, None)


def few_sizes(sizes: Sequence[int], environment: Environment) -> list[int] | None:
    """Units of every layer in few coordinates, first to last; None where they do not apply or save little."""
    if len(sizes) < 3 or not environment.is_white or environment.has_missing:
        return None
    count = environment.spectrum().groups.size
    inputs, features = min(sizes[0], count + sizes[1]), min(sizes[-1], count + sizes[-2])
    return [inputs, *sizes[1:-1], features] if inputs * features <= WORTH * sizes[0] * sizes[-1] else None


def _coordinates(
    compact: list[np.ndarray], environment: Environment, right: np.ndarray | None, left: np.ndarray | None
) -> Coordinates:
    modes, inputs, features = environment.spectrum(), compact[0].shape[-1], compact[-1].shape[-2]
    count = modes.groups.size
    drive = np.zeros((features, inputs))
    np.fill_diagonal(drive[:count, :count], modes.singular_values)
    variation = Variation(np.full(inputs, environment.variation.factor))
    world = Environment(drive, variation, Names((), ()), environment.normalization)
    spectrum = replace(modes, input_modes=np.eye(inputs, count), output_modes=np.eye(features, count))
    unexplained = float(environment.loss_of_map(environment.best_map))
    return Coordinates(compact, world, right, left, spectrum, unexplained)


def _folded(weights: np.ndarray, modes: np.ndarray) -> np.ndarray:
    """Weights (side, units) in few coordinates of their side, (coordinates, units)."""
    if modes.shape[1] + weights.shape[1] >= len(weights):
        return _completed(modes, 1)[0].T @ weights
    along = modes.T @ weights
    whole = weights.T @ weights
    spread = np.linalg.eigvalsh(whole - along.T @ along)
    if spread[0] > WELL_SPREAD * np.trace(whole) / len(whole):
        return np.concatenate([along, np.linalg.cholesky(whole - along.T @ along).T])
    triangle = np.zeros((0, weights.shape[1]))
    for start in range(0, len(weights), BLOCK):
        rest = weights[start : start + BLOCK] - modes[start : start + BLOCK] @ along
        triangle = np.asarray(np.linalg.qr(np.concatenate([triangle, rest]), mode="r"))
    return np.concatenate([along, triangle])


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
