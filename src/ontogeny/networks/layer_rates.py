r"""A time constant for every layer: the same network in units in which all layers learn at one rate.

With :math:`\tau_l\,dW_l/dt = -\partial \mathcal L/\partial W_l` and :math:`\bar\tau` the geometric mean of all
:math:`\tau_l`, the weights

.. math:: V_l = \sqrt{\tau_l/\bar\tau}\;W_l, \quad \prod_l V_l = \prod_l W_l

follow :math:`\bar\tau\,dV_l/dt = -\partial \mathcal L/\partial V_l` with the same map and the same loss: a rate for
every layer is one rate and another start. A decay rate :math:`\lambda_l` becomes
:math:`\lambda_l\,\bar\tau/\tau_l`.

Derived for this package; no printed source is known. Checked by tests/networks/test_layer_rates.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .._core.arrays import ArrayLike, refuse_traced
from .._core.checks import InputError
from .._core.counting import counted
from .evolution import Solution


def per_layer(
    value: ArrayLike, layers: int, name: str, what: str, checked: Callable[[ArrayLike, str, str], float]
) -> np.ndarray:
    """One number for all layers, or one for each, checked: shape (layers,).

    >>> as_float = lambda value, name, what: float(value)
    >>> per_layer([1, 2.0], 2, "tau", "", as_float), per_layer(3, 2, "tau", "", as_float)
    (array([1., 2.]), array([3., 3.]))
    """
    refuse_traced(value, name)
    is_one = isinstance(value, str) or not isinstance(value, list | tuple) and np.ndim(value) == 0
    if is_one:
        return np.full(layers, checked(value, name, what))
    each = list(value)
    if len(each) != layers:
        problem = f"has {counted(len(each), 'value')}, but there are {layers} weight matrices"
        raise InputError(name, problem, "write one number for all of them, or one for each, first layer first")
    return np.array([checked(one, name, what) for one in each])


def scales_of(taus: np.ndarray) -> tuple[np.ndarray, float]:
    """What weights in units of one rate are multiplied with, shape (layers,), and its time constant.

    >>> scales_of(np.array([1.0, 4.0]))
    (array([1.41421356, 0.70710678]), 2.0)
    """
    if (taus == taus[0]).all():
        return np.ones(taus.size), float(taus[0])
    logs = np.log(taus)
    return np.exp((logs.mean() - logs) / 2), float(np.exp(logs.mean()))


@dataclass(frozen=True, eq=False)
class Rescaled:
    """A network whose layers learn at different rates, by the solution of the one that learns at one rate.

    Parameters
    ----------
    solution : Solution
        In units in which all layers learn at one rate.
    scales : array, shape (layers,)
        What its weights are multiplied with; their product is 1.
    """

    solution: Solution
    scales: np.ndarray

    def network_map(self, times: np.ndarray) -> np.ndarray:
        return self.solution.network_map(times)

    def input_gram(self, times: np.ndarray) -> np.ndarray:
        gram: np.ndarray = self.scales[0] ** 2 * self.solution.input_gram(times)
        return gram

    def output_gram(self, times: np.ndarray) -> np.ndarray:
        gram: np.ndarray = self.scales[-1] ** 2 * self.solution.output_gram(times)
        return gram

    def factors(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        f_in, f_out = self.solution.factors(times)
        return self.scales[0] * f_in, self.scales[-1] * f_out

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        return [scale * layer for scale, layer in zip(self.scales, self.solution.weights(times), strict=True)]
