"""PyTorch modules at the critical point of their nonlinearity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, quoted
from .draws import draws
from .mean_fields import AnyNonlinearity
from .units import leaky_relu

if TYPE_CHECKING:
    from torch import nn

# Modules whose weights are matrices from all their inputs to each of their outputs.
LAYERS = ("Linear", "Conv1d", "Conv2d", "Conv3d")
# PyTorch's modules of the nonlinearities that are known by name.
UNITS = {
    "Tanh": "tanh",
    "ReLU": "relu",
    "Sigmoid": "sigmoid",
    "GELU": "gelu",
    "SiLU": "silu",
    "Hardtanh": "hard_tanh",
}


def initialize(
    module: nn.Module,
    nonlinearity: AnyNonlinearity | None = None,
    *,
    weights: str = "orthogonal",
    weight_variance: float | None = None,
    bias_variance: float | None = None,
    seed: int = 0,
) -> nn.Module:
    """Set the weights and biases of a PyTorch module to the critical point of its nonlinearity, in place.

    Every linear and convolutional layer is drawn anew; all else (norms, embeddings, attention, recurrent cells) is left
    as it is. Convolutions count as one matrix from a patch to a pixel.

    Parameters
    ----------
    module : torch.nn.Module
        The network.
    nonlinearity : str, Nonlinearity or function, optional
        As for `recommended`; by default that of the module's own activation modules.
    weights : "orthogonal" or "gaussian"
        How weights are drawn.
    weight_variance, bias_variance : float, optional
        Variance of the weights times the number of inputs, and of the biases; those of `recommended` by default.
    seed : int
        Of the draws; PyTorch's own random state is left alone.

    Returns
    -------
    torch.nn.Module
        The same module.

    Raises
    ------
    InputError
        A module without such layers, layers that are not built yet or have no floating-point weights, activations that
        are unknown or of several kinds.

    See Also
    --------
    ontogeny.propagation.recommended : Which variances these are, and why.

    Examples
    --------
    .. code-block:: python

        network = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 10))
        ontogeny.propagation.torch.initialize(network)
    """
    import torch

    if not isinstance(module, torch.nn.Module):
        raise InputError(
            "module", f"is of type {type(module).__name__}, but a torch.nn.Module is needed", "pass a network"
        )
    units = _units_of(module) if nonlinearity is None else nonlinearity
    drawn = draws(units, weight_variance, bias_variance, weights, seed)
    layers = list(_layers(module))
    if not layers:
        raise InputError(
            "module",
            f"({type(module).__name__}) has no linear or convolutional layer to initialize",
            "pass a network with nn.Linear or nn.Conv layers",
        )
    with torch.no_grad():
        for layer in layers:
            shape = tuple(layer.weight.shape)
            matrix = drawn.weights(shape[0], int(np.prod(shape[1:])))
            layer.weight.copy_(torch.from_numpy(matrix.reshape(shape)))
            if layer.bias is not None:
                layer.bias.copy_(torch.from_numpy(drawn.biases(shape[0])))
    return module


def _layers(module: nn.Module) -> Iterator[Any]:
    """Linear and convolutional layers in the order of the module, those with shared weights once."""
    import torch

    kinds = tuple(getattr(torch.nn, kind) for kind in LAYERS)
    seen: set[int] = set()
    layer: Any
    for name, layer in module.named_modules():
        if not isinstance(layer, kinds):
            continue
        if isinstance(layer.weight, torch.nn.parameter.UninitializedParameter):
            raise InputError("module", f"has a layer ({name}) that is not built yet", "call it on a batch first")
        if not layer.weight.is_floating_point():
            raise InputError(
                "module", f"has a layer ({name}) of {layer.weight.dtype} weights", "initialize it before quantizing"
            )
        if id(layer.weight) not in seen:
            seen.add(id(layer.weight))
            yield layer


def _units_of(module: nn.Module) -> AnyNonlinearity:
    """The nonlinearity of the activation modules, if there is one kind of them."""
    found: dict[str, AnyNonlinearity] = {}
    for layer in module.modules():
        kind = type(layer).__name__
        if kind == "LeakyReLU":
            found[f"LeakyReLU({layer.negative_slope})"] = leaky_relu(float(layer.negative_slope))  # type: ignore[arg-type]
        elif kind in UNITS and type(layer).__module__.startswith("torch.nn"):
            found[kind] = UNITS[kind]
    if len(found) == 1:
        return next(iter(found.values()))
    came = f"has units of several kinds ({quoted(found)})" if found else "has no activation module that is known"
    raise InputError("module", came, "name the nonlinearity: initialize(module, 'tanh')")
