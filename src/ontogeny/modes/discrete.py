r"""Gradient descent with steps of finite size, mode by mode, exactly as a program takes them.

A decoupled network that takes full-batch gradient steps stays decoupled, and balanced if it was. `mode_strength` is the
course of equal layers, `layer_strengths` that of unequal ones; `fastest_stable_learning_rate` is where they stop
converging. The flow that small steps approach is `modes.balanced` (two weight matrices), `modes.deep`, `modes.chain`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.arrays import arrays
from .._core.checks import whole


def mode_strength(
    step: Any,
    singular_value: Any,
    initial_strength: Any,
    *,
    learning_rate: Any,
    depth: int = 2,
    input_variance: Any = 1.0,
) -> Any:
    r"""Strength of one mode in the network after a number of gradient steps.

    .. math:: c_{k+1} = c_k + \eta\,c_k^{L - 1}\,(s - d\,c_k^L)

    .. math:: u_k = c_k^L

    Implements: saxe2014 sec. 1.3
    Checked by: tests/modes/test_discrete.py::test_is_gradient_descent_on_weight_matrices

    Parameters
    ----------
    step : array of whole numbers, shape (...)
        Number :math:`k \ge 0` of steps taken; concrete numbers, not traced ones.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`u_0 \ge 0` of the mode before learning.
    learning_rate : float
        Step size :math:`\eta > 0`; learning is stable below `fastest_stable_learning_rate`.
    depth : int
        Number :math:`L \ge 1` of weight matrices.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.

    Returns
    -------
    array, broadcast shape
        Strength :math:`u_k` of the mode; it does not settle, or overflows, beyond the stable step size.

    Notes
    -----
    Exact for full-batch gradient descent from a balanced, decoupled start. Time on the clock of the flow is
    :math:`\eta k` in units of tau.

    Examples
    --------
    Large steps learn later than the flow says, here by a seventh:

    >>> from ontogeny.modes import balanced
    >>> half = balanced.time_to_strength(2.65 / 2, 2.65, 1e-4)
    >>> float(half.round(2)), int(next(k for k in range(99) if mode_strength(k, 2.65, 1e-4, learning_rate=0.1) > 1.325))
    (1.92, 22)
    """
    layers = whole(depth, "depth", 1, "a network has at least one weight matrix")
    xp, k, s, u0, eta, d = arrays(step, singular_value, initial_strength, learning_rate, input_variance)
    c = u0 ** (1 / layers) + 0 * (k + s)
    for taken in range(_last(step)):
        c = xp.where(k > taken, c + eta * c ** (layers - 1) * (s - d * c**layers), c)
    return c**layers


def layer_strengths(
    step: Any, singular_value: Any, initial_strengths: Any, *, learning_rate: Any, input_variance: Any = 1.0
) -> Any:
    r"""Strength of one mode in each of several unequal layers after a number of gradient steps.

    .. math:: c_{l,k+1} = c_{l,k} + \eta\,(s - d\,u_k)\,\prod_{j \ne l} c_{j,k}, \quad u_k = \prod_j c_{j,k}

    Implements: saxe2014 sec. 1.3
    Checked by: tests/modes/test_discrete.py::test_unequal_layers_are_gradient_descent_on_weight_matrices

    Parameters
    ----------
    step : array of whole numbers, shape (...)
        Number :math:`k \ge 0` of steps taken; concrete numbers, not traced ones.
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strengths : array, shape (..., layers)
        Strengths :math:`c_{l,0}` of the mode in the layers before learning, of any sign.
    learning_rate : float
        Step size :math:`\eta > 0`.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.

    Returns
    -------
    array, broadcast shape and layers
        Strengths of the layers.

    Notes
    -----
    Exact for full-batch gradient descent from a decoupled start. Steps of finite size wear the imbalance off: of two
    layers, :math:`a^2 - b^2` shrinks by :math:`1 - \eta^2\,(s - d\,a\,b)^2` at every step.

    Examples
    --------
    What starts unequal stays unequal:

    >>> layer_strengths([0, 300], 1.0, [0.5, 0.1], learning_rate=0.1).round(3).tolist()
    [[0.5, 0.1], [1.057, 0.946]]
    """
    xp, k, s, g, eta, d = arrays(step, singular_value, initial_strengths, learning_rate, input_variance)
    layers = [g[..., index] + 0 * (k + s + d) for index in range(g.shape[-1])]
    for taken in range(_last(step)):
        error = s - d * _product(layers, 1.0)
        moved = [layer + eta * error * _product(layers[:at] + layers[at + 1 :], 1.0) for at, layer in enumerate(layers)]
        layers = [xp.where(k > taken, after, before) for after, before in zip(moved, layers, strict=True)]
    return xp.stack(layers, axis=-1)


def fastest_stable_learning_rate(singular_value: Any, *, depth: float = 2, input_variance: Any = 1.0) -> Any:
    r"""Learning rate at which gradient descent on a number of weight matrices stops converging.

    Two over the largest curvature that training meets on its way to the solution:

    .. math:: \eta = \frac{2}{L\,d\,(s/d)^{2 - 2/L}}

    Implements: saxe2014 (41), saxe2019 SI

    Parameters
    ----------
    singular_value : array, shape (...)
        Largest singular value :math:`s > 0` of the world; at 0 any rate is stable, except with one layer.
    depth : float
        Number :math:`L \ge 1` of weight matrices.
    input_variance : array, shape (...)
        Variance :math:`d > 0` of the inputs along the mode.

    Returns
    -------
    array, broadcast shape
        Learning rate :math:`\eta` [in units of 1/tau].

    Examples
    --------
    Depth makes strong worlds harder to follow:

    >>> [float(fastest_stable_learning_rate(20.0, depth=depth).round(4)) for depth in (1, 2, 4)]
    [2.0, 0.05, 0.0056]
    """
    xp, s, d = arrays(singular_value, input_variance)
    curvature = depth * d * (s / d) ** (2 - 2 / depth)
    return 2 / xp.where(curvature > 0, curvature, xp.ones_like(curvature)) + xp.where(
        curvature > 0, xp.zeros_like(curvature), xp.inf + xp.zeros_like(curvature)
    )


def _last(step: Any) -> int:
    return int(np.max(np.asarray(step), initial=0))


def _product(factors: list[Any], product: Any) -> Any:
    for factor in factors:
        product = product * factor
    return product
