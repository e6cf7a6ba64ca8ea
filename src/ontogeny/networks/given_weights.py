"""Initial weights given by the user: read from any array library, and checked against the world."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._core.arrays import ArrayLike, on_host
from .._core.checks import InputError
from ..environments.environment import Environment

SHAPE = "pass a list of arrays (out, in), first layer first, or one such list for each seed"

Network = list[np.ndarray]


def given_networks(initial_weights: ArrayLike, environment: Environment) -> list[Network]:
    """One network or several, as float64 arrays (out, in), first layer first.

    Parameters
    ----------
    initial_weights : list of arrays, or list of such lists
        NumPy or JAX arrays, PyTorch tensors and parameters (which are detached), or nested lists of numbers.
    environment : Environment
        The world, whose inputs and features the first and the last layer must fit.

    Raises
    ------
    InputError
        Weights that are not finite numbers, do not lead from inputs to features, or differ in shape between networks.
    """
    if not isinstance(initial_weights, list | tuple) or not len(initial_weights):
        shape = getattr(initial_weights, "shape", None)
        came = "empty" if shape is None and initial_weights in ([], ()) else f"of type {type(initial_weights).__name__}"
        raise InputError("initial_weights", f"is {came}, but a network is a list of layers", SHAPE)
    several = isinstance(initial_weights[0], list | tuple) and _is_matrix(initial_weights[0][:1])
    networks = [_network(one, environment) for one in (initial_weights if several else [initial_weights])]
    shapes = [[layer.shape for layer in network] for network in networks]
    for number, other in enumerate(shapes):
        if other != shapes[0]:
            raise InputError(
                "initial_weights",
                f"has layers of shape {_listed(shapes[0])} in network 0 and {_listed(other)} in network {number}, but "
                "all train in one batch",
                "pass networks of one shape, or call simulate for each",
            )
    return networks


def check_agreement(networks: Sequence[Network], depth: int | None, hidden_units: int | None) -> None:
    """Refuse a depth or a number of hidden units that differs from that of the weights."""
    layers = len(networks[0])
    if depth is not None and depth != layers:
        raise InputError(
            "depth",
            f"is {depth}, but initial_weights has {layers} layer{'s' * (layers > 1)}",
            "leave depth out, or pass as many layers",
        )
    hidden = [layer.shape[0] for layer in networks[0][:-1]]
    if hidden_units is not None and any(units != hidden_units for units in hidden):
        raise InputError(
            "hidden_units",
            f"is {hidden_units}, but the hidden layers of initial_weights have {', '.join(map(str, hidden))} units",
            "leave hidden_units out",
        )


def _is_matrix(first: Sequence[ArrayLike]) -> bool:
    """Whether the first entry of a list is a whole layer, so that the list is a network."""
    return len(first) == 1 and (getattr(first[0], "ndim", None) or np.ndim(first[0])) == 2


def _network(layers: Sequence[ArrayLike], environment: Environment) -> Network:
    network = [_layer(layer, number) for number, layer in enumerate(layers, start=1)]
    shapes = [layer.shape for layer in network]
    ends = (environment.variation.inputs, len(environment.features))
    chained = all(after[1] == before[0] for before, after in zip(shapes, shapes[1:], strict=False))
    if not network or not chained or (shapes[0][1], shapes[-1][0]) != ends:
        raise InputError(
            "initial_weights",
            f"has layers of shape {_listed(shapes)} (out, in), but they must lead from the {ends[0]} "
            f"inputs of this world to its {ends[1]} features, each layer taking what the one before gives",
            SHAPE,
        )
    return network


def _layer(layer: ArrayLike, number: int) -> np.ndarray:
    try:
        weights = on_host(layer)
    except ValueError:  # rows of different lengths
        weights = None
    if weights is None or weights.dtype.kind not in "fiub" or weights.ndim != 2 or not weights.size:
        came = "rows of different lengths" if weights is None else f"shape {weights.shape} and type {weights.dtype}"
        raise InputError("initial_weights", f"has {came} in layer {number}, but a layer is a table of numbers", SHAPE)
    weights = weights.astype(np.float64)
    bad = int(np.sum(~np.isfinite(weights)))
    if bad:
        raise InputError(
            "initial_weights",
            f"holds {bad} value{'s' * (bad > 1)} in layer {number} that {'are' if bad > 1 else 'is'} NaN or infinite, "
            "from which nothing is learned",
            "pass finite weights",
        )
    return weights


def _listed(shapes: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(map(str, shapes))
