r"""One weight matrix: every mode relaxes exponentially, at a rate that the world's strengths do not change.

The course is `mode_strength`, its differential equation `mode_velocity`, its inverse `time_to_strength`.
Two weight matrices are next door in `modes.balanced`.
"""

from __future__ import annotations

from typing import Any

from .._core.arrays import arrays
from .._core.stable import log1p_ratio, relaxation_integral


def mode_strength(
    time: Any, singular_value: Any, initial_strength: Any = 0.0, *, input_variance: Any = 1.0, tau: Any = 1.0
) -> Any:
    r"""Strength of one mode in a network without hidden layer after learning for some time.

    As printed, and as computed (the fraction has its limit :math:`t/\tau` at :math:`d = 0`):

    .. math:: b = \frac{s}{d}\,(1 - \exp(-d\,t/\tau)) + b_0\,\exp(-d\,t/\tau)

    .. math:: b = s\,\frac{1 - \exp(-d\,t/\tau)}{d} + b_0\,\exp(-d\,t/\tau)

    Implements: saxe2019 SI

    Parameters
    ----------
    time : array, shape (...)
        Learning time :math:`t \ge 0` [unit of `tau`].
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`b_0` of the mode before learning.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Strength :math:`b(t)` of the mode.

    Notes
    -----
    Exact for any start when the input correlation and the modes share their axes (white inputs among them).

    Examples
    --------
    Strong and weak modes are half learned at the same moment: no stages without depth.

    >>> import numpy as np
    >>> (mode_strength(np.log(2), [8.0, 1.0]) / [8.0, 1.0]).round(3).tolist()
    [0.5, 0.5]
    """
    xp, t, s, b0, d, tau = arrays(time, singular_value, initial_strength, input_variance, tau)
    return s * relaxation_integral(d, t / tau) + b0 * xp.exp(-d * t / tau)


def mode_velocity(strength: Any, singular_value: Any, *, input_variance: Any = 1.0, tau: Any = 1.0) -> Any:
    r"""Rate of change of one mode's strength in a network without hidden layer.

    .. math:: v = \frac{1}{\tau}\,(s - d\,b)

    Implements: saxe2019 SI

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`b` of the mode in the network.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Velocity :math:`v` [strength per unit of time].

    Examples
    --------
    >>> float(mode_velocity(0.0, 2.0))
    2.0
    """
    _, b, s, d, tau = arrays(strength, singular_value, input_variance, tau)
    return (s - d * b) / tau


def time_to_strength(
    strength: Any, singular_value: Any, initial_strength: Any = 0.0, *, input_variance: Any = 1.0, tau: Any = 1.0
) -> Any:
    r"""Time at which a network without hidden layer gives a mode some strength.

    As printed, and as computed (:math:`z = (b - b_0)/(s - d\,b)`; exact also when hardly anything changes):

    .. math:: t = \frac{\tau}{d}\,\ln(\frac{s - d\,b_0}{s - d\,b})

    .. math:: t = \frac{\tau}{d}\,\ln(1 + \frac{d\,(b - b_0)}{s - d\,b})

    Implements: saxe2019 SI

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`b` to be reached.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`b_0` of the mode before learning.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Time [unit of `tau`]; negative if the strength lies in the past, ``inf`` if it is never reached.

    Examples
    --------
    >>> float(time_to_strength(0.9, 1.0) / time_to_strength(0.5, 1.0))
    3.32192809488736...
    """
    xp, b, s, b0, d, tau = arrays(strength, singular_value, initial_strength, input_variance, tau)
    return tau * time_along(xp, d, b - b0, s - d * b)


def time_along(xp: Any, rate: Any, change: Any, remaining: Any) -> Any:
    """``log1p(rate z)/rate`` for ``z = change/remaining``: 0 where nothing changes, inf where it is never reached."""
    arrives = (change * remaining != 0) & (1 + rate * change / _safe(xp, remaining) > 0)
    z = xp.where(arrives, change, 0 * change) / xp.where(arrives, _safe(xp, remaining), 1 + 0 * remaining)
    never = xp.where(change == 0, 0 * z, xp.inf + 0 * z)
    return xp.where(arrives, log1p_ratio(rate, z), never)


def _safe(xp: Any, x: Any) -> Any:
    return xp.where(x == 0, xp.ones_like(x), x)
