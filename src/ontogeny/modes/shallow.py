r"""One weight matrix: every mode relaxes exponentially, at a rate that the world's strengths do not change.

The course is `mode_strength`, its differential equation `mode_velocity`, its inverse `time_to_strength`.
Two weight matrices are in `modes.balanced`.
"""

from __future__ import annotations

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace
from .._core.domains import law_arrays
from .._core.stable import log1p_ratio, product, quiet, relaxation_integral

SIGNED = ("singular_value", "strength", "initial_strength")  # the law is linear


@quiet
def mode_strength(
    time: ArrayLike,
    singular_value: ArrayLike,
    initial_strength: ArrayLike = 0.0,
    *,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
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
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strength : array, shape (...)
        Strength :math:`b_0` of the mode before learning, of any sign.
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
    xp, t, s, b0, d, tau = law_arrays(
        time=time, singular_value=singular_value, initial_strength=initial_strength, input_variance=input_variance,
        tau=tau, signed=SIGNED,
    )  # fmt: skip
    left = xp.exp(-product(xp, d, t / tau))
    return product(xp, s, relaxation_integral(d, t / tau)) + product(xp, b0, left)


@quiet
def mode_velocity(
    strength: ArrayLike, singular_value: ArrayLike, *, input_variance: ArrayLike = 1.0, tau: ArrayLike = 1.0
) -> Array:
    r"""Rate of change of one mode's strength in a network without hidden layer.

    .. math:: v = \frac{1}{\tau}\,(s - d\,b)

    Implements: saxe2019 SI

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`b` of the mode in the network.
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
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
    xp, b, s, d, tau = law_arrays(
        strength=strength, singular_value=singular_value, input_variance=input_variance, tau=tau, signed=SIGNED
    )
    return (s - product(xp, d, b)) / tau


@quiet
def time_to_strength(
    strength: ArrayLike,
    singular_value: ArrayLike,
    initial_strength: ArrayLike = 0.0,
    *,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
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
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strength : array, shape (...)
        Strength :math:`b_0` of the mode before learning, of any sign.
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
    xp, b, s, b0, d, tau = law_arrays(
        strength=strength, singular_value=singular_value, initial_strength=initial_strength,
        input_variance=input_variance, tau=tau, signed=SIGNED,
    )  # fmt: skip
    return product(xp, tau, time_along(xp, d, b - b0, xp.ones_like(b0), s - product(xp, d, b)))


def time_along(xp: Namespace, rate: Array, change: Array, start: Array, gap: Array) -> Array:
    """``log1p(rate z)/rate`` for ``z = change/(start gap)``: 0 where nothing changes, inf where it is never reached.

    From an infinite start, change/start is -1.
    """
    if xp is np:  # mostly all is reached, which needs a third of the passes
        with np.errstate(all="ignore"):
            z = change / start / gap
            arrives = (change != 0) & (np.abs(z) < np.inf) & (rate * z > -1)
        if arrives.all():
            return log1p_ratio(rate, z)
    unknown = xp.isnan(rate) | xp.isnan(change) | xp.isnan(start) | xp.isnan(gap)
    moves = (change != 0) & (start != 0) & (gap != 0)
    beyond = xp.isinf(start) & xp.isinf(change)
    share = xp.where(
        beyond, -1 + 0 * gap, xp.where(moves & ~beyond, change, 0 * gap) / xp.where(moves & ~beyond, start, 1 + 0 * gap)
    )
    z = share / xp.where(moves, gap, xp.ones_like(gap))
    arrives = moves & (1 + product(xp, rate, z) > 0)
    never = xp.where(change == 0, xp.zeros_like(z), xp.inf + xp.zeros_like(z))
    never = xp.where(unknown, xp.nan + xp.zeros_like(z), never)
    return xp.where(arrives, log1p_ratio(rate, xp.where(arrives, z, xp.zeros_like(z))), never)
