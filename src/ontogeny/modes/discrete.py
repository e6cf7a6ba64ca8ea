r"""Gradient descent with steps of finite size, mode by mode, exactly as a program takes them.

A balanced, decoupled network of two weight matrices that takes full-batch gradient steps stays balanced and
decoupled; each layer's strength :math:`c` of a mode takes the step :math:`c \leftarrow c\,(1 + \eta\,(s - d\,c^2))`.
The flow that small steps approach is `modes.balanced`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.arrays import arrays


def mode_strength(
    step: Any, singular_value: Any, initial_strength: Any, *, learning_rate: Any, input_variance: Any = 1.0
) -> Any:
    r"""Strength of one mode in the network after a number of gradient steps.

    .. math:: c_{k+1} = c_k\,(1 + \eta\,(s - d\,c_k^2))

    .. math:: u_k = c_k^2

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
        Step size :math:`\eta > 0`; learning is stable below :math:`1/s` of the largest singular value.
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
    xp, k, s, u0, eta, d = arrays(step, singular_value, initial_strength, learning_rate, input_variance)
    c = xp.sqrt(u0) + 0 * (k + s)
    for taken in range(int(np.max(np.asarray(step), initial=0))):
        c = xp.where(k > taken, c * (1 + eta * (s - d * c**2)), c)
    return c**2


def fastest_stable_learning_rate(singular_value: Any) -> Any:
    r"""Learning rate at which gradient descent on two weight matrices stops converging.

    .. math:: \eta = \frac{1}{s}

    Implements: saxe2019 SI

    Parameters
    ----------
    singular_value : array, shape (...)
        Largest singular value :math:`s > 0` of the world.

    Returns
    -------
    array, shape (...)
        Learning rate :math:`\eta` [in units of 1/tau].

    Examples
    --------
    >>> float(fastest_stable_learning_rate(20.0))
    0.05
    """
    _, s = arrays(singular_value)
    return 1 / s
