"""What goes through a deep random network, layer by layer: the sums of its units, and how much they vary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.arrays import Array, ArrayLike, arrays
from .._core.checks import InputError
from .._core.nonlinearities import named
from .mean_fields import AnyNonlinearity


def layer_sums(
    weights: Sequence[Any], sums: ArrayLike, nonlinearity: AnyNonlinearity, *, biases: Sequence[Any] | None = None
) -> list[np.ndarray]:
    r"""Sums that the units of every layer receive, from those of the first.

    .. math:: x^{l+1} = W^l\,\phi(x^l) + b^l

    Implements: saxe2014 (20)
    Checked by: tests/propagation/test_layers.py::test_sums_by_hand

    Parameters
    ----------
    weights : list of array, shape (out, in) each
        Weights :math:`W^l`, first layer first, any gain included.
    sums : array, shape (in,) or (in, items)
        Sums :math:`x^1` of the first layer's units.
    nonlinearity : str, Nonlinearity or function
        As for `mean_field`.
    biases : list of array, shape (out,) each, optional
        Biases :math:`b^l`; none in the paper.

    Returns
    -------
    list of array
        The sums :math:`x^1, x^2, \dots` of all layers.

    Raises
    ------
    InputError
        Layers that do not fit together.

    See Also
    --------
    population_variance : how much the sums of a layer vary.

    Examples
    --------
    Below the critical gain activity dies out:

    >>> layers = layer_sums([0.5 * np.eye(2)] * 9, [1.0, -1.0], "tanh")
    >>> [round(float(population_variance(layer)), 6) for layer in (layers[0], layers[1], layers[9])]
    [1.0, 0.145006, 2e-06]
    """
    units = named(nonlinearity)
    x = numbers(sums, "sums")
    layers = checked_layers(weights, x.shape[0])
    added = checked_biases(biases, layers)
    through = [x]
    for layer, bias in zip(layers, added, strict=True):
        summed = layer @ units.of(through[-1])
        through.append(summed + (bias if summed.ndim == 1 else bias[:, None]))
    return through


def population_variance(sums: ArrayLike) -> Array:
    r"""Mean square of the sums over the units of a layer.

    .. math:: q^l = \frac{1}{N_l} \sum_i (x_i^l)^2

    Implements: saxe2014 (21)
    Checked by: tests/propagation/test_layers.py::test_population_variance_is_a_mean_over_units

    Parameters
    ----------
    sums : array, shape (units, ...)
        Sums :math:`x_i^l` that the units receive.

    Returns
    -------
    array, shape (...)
        Variance :math:`q^l` of the layer.

    Examples
    --------
    >>> float(population_variance([3.0, -4.0]))
    12.5
    """
    xp, x = arrays(sums)
    return xp.mean(x**2, axis=0)


def numbers(values: Any, name: str) -> np.ndarray:
    """Finite numbers as an array of one dimension or two."""
    array = np.asarray(values, dtype=float)
    if array.ndim not in (1, 2) or not array.size:
        raise InputError(name, f"has the shape {array.shape}, but one number for each unit is needed", "pass a vector")
    if not np.all(np.isfinite(array)):
        raise InputError(name, "has a number that is not finite", "pass finite numbers")
    return array


def checked_layers(weights: Sequence[Any], inputs: int) -> list[np.ndarray]:
    """Weights as arrays, each of which takes what the one before gives."""
    layers = [np.asarray(layer, dtype=float) for layer in weights]
    if not layers:
        raise InputError("weights", "is empty, but a network has a layer", "pass a list of arrays (out, in)")
    width = inputs
    for number, layer in enumerate(layers, start=1):
        if layer.ndim != 2 or layer.shape[1] != width:
            raise InputError(
                "weights",
                f"has an array of shape {layer.shape} as layer {number}, which receives {width} numbers",
                f"pass arrays (out, in), here one of shape (any, {width})",
            )
        if not np.all(np.isfinite(layer)):
            raise InputError("weights", f"has a number that is not finite in layer {number}", "pass finite numbers")
        width = layer.shape[0]
    return layers


def checked_biases(biases: Sequence[Any] | None, layers: list[np.ndarray]) -> list[np.ndarray]:
    """Biases as arrays, one for each unit of every layer; 0 without any."""
    if biases is None:
        return [np.zeros(layer.shape[0]) for layer in layers]
    added = [np.asarray(bias, dtype=float) for bias in biases]
    if [bias.shape for bias in added] != [layer.shape[:1] for layer in layers]:
        raise InputError(
            "biases",
            f"have the shapes {[bias.shape for bias in added]}, but there is one for each unit of every layer",
            f"pass arrays of shapes {[layer.shape[:1] for layer in layers]}",
        )
    return added
