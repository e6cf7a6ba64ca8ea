"""Networks given as lists of weights, as graphs of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.nonlinearities import named
from .._core.weights import as_numbers
from .graph import Node, steps_of
from .layers import checked_biases, checked_layers, layer_sums
from .mean_fields import AnyNonlinearity
from .reading import Reading, projections
from .recognition import DOUBLE


def read_arrays(
    weights: Sequence[Any],
    batch: np.ndarray,
    nonlinearity: AnyNonlinearity,
    biases: Sequence[Any] | None,
    count: int,
    seed: int,
) -> Reading:
    """Run a chain of layers once, nonlinear between them, and take its gradients.

    Parameters
    ----------
    weights : list of array, shape (out, in) each
        First layer first.
    batch : array, shape (items, inputs)
        What it is fed with.
    nonlinearity : str, Nonlinearity or function
        As for `mean_field`.
    biases : list of array, shape (out,) each, optional
        Biases of every layer.
    count : int
        Number of random projections of its outputs.
    seed : int
        Of these projections.
    """
    units = named(nonlinearity)
    layers = checked_layers([as_numbers(layer, "weights") for layer in weights], batch.shape[1])
    added = checked_biases(biases, layers)
    first = (layers[0] @ batch.T) + added[0][:, None]
    sums = layer_sums(layers[1:], first, units, biases=added[1:]) if len(layers) > 1 else [first]
    slopes = [units.slope_at(each) for each in sums[:-1]]
    nodes = [Node("input", "input", (), batch, shape=batch.shape)]
    is_linear = units.name == "linear"
    for number, (layer, bias, total) in enumerate(zip(layers, added, sums, strict=True), start=1):
        before = (len(nodes) - 1,)
        nodes.append(
            Node(f"layer {number}", "linear", before, total.T, shape=total.T.shape, weights=layer, biases=bias)
        )
        if number < len(layers) and not is_linear:
            active = units.of(total).T
            name = f"{units.name} {number}"
            nodes.append(Node(name, "nonlinearity", (before[0] + 1,), active, shape=active.shape, units=units))
    squares = [_squares(layers, slopes, signs, is_linear) for signs in projections(sums[-1].T.shape, count, seed)]
    for node, gradients in zip(nodes, np.transpose(squares), strict=True):
        node.gradients = gradients
    for place, node in enumerate(nodes):
        node.place = place
    steps, reason = steps_of(nodes, DOUBLE)
    kernel = ChainKernel(layers, [batch.T, *map(units.of, sums[:-1])], slopes, biases is not None)
    return Reading(steps, reason, True, "", (), kernel)


def _squares(layers: list[np.ndarray], slopes: list[np.ndarray], signs: np.ndarray, is_linear: bool) -> list[float]:
    """Mean squared gradients of a projection, for every value of the chain from the input on."""
    gradient = signs.T
    squares = [float(np.mean(gradient**2))]
    for place in range(len(layers) - 1, -1, -1):
        gradient = layers[place].T @ gradient
        squares.append(float(np.mean(gradient**2)))
        if place and not is_linear:
            gradient = gradient * slopes[place - 1]
            squares.append(float(np.mean(gradient**2)))
    return squares[::-1]


class ChainKernel:
    """Products of a chain's tangent kernel with vectors over its answers, weights and biases trained.

    Parameters
    ----------
    layers : list of array, shape (out, in) each
        Weights.
    received : list of array, shape (in, items) each
        What each layer receives.
    slopes : list of array, shape (units, items) each
        Of the units between the layers.
    has_biases : bool
        Whether biases are trained too.
    """

    def __init__(
        self, layers: list[np.ndarray], received: list[np.ndarray], slopes: list[np.ndarray], has_biases: bool
    ) -> None:
        self.layers, self.received, self.slopes, self.has_biases = layers, received, slopes, has_biases
        self.size = layers[-1].shape[0] * received[0].shape[1]

    def __call__(self, vector: np.ndarray) -> np.ndarray:
        gradient = np.reshape(vector, (-1, self.layers[-1].shape[0])).T
        changes = []
        for place in range(len(self.layers) - 1, -1, -1):
            changes.append((gradient @ self.received[place].T, gradient.sum(axis=1) * self.has_biases))
            if place:
                gradient = self.slopes[place - 1] * (self.layers[place].T @ gradient)
        moved = np.zeros_like(self.received[0])
        for place, (weights, bias) in enumerate(changes[::-1]):
            moved = self.layers[place] @ moved + weights @ self.received[place] + bias[:, None]
            if place < len(self.slopes):
                moved = self.slopes[place] * moved
        return moved.T.ravel()
