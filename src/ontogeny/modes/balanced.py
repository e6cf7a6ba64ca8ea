r"""Two weight matrices of equal mode strength: slow, then fast, then slow, each mode in its own time.

The course is `mode_strength` (saxe2014 eq. 12), its differential equation `mode_velocity` (eq. 10), its clock
`time_to_strength` (eq. 11). One weight matrix is in `modes.shallow`, finite steps in
`modes.discrete`, more layers in `modes.deep`.
"""

from __future__ import annotations

from .._core.arrays import Array, ArrayLike
from .._core.domains import law_arrays
from .._core.stable import logistic_growth, product, quiet
from .shallow import time_along


@quiet
def mode_strength(
    time: ArrayLike,
    singular_value: ArrayLike,
    initial_strength: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    weight_decay: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Strength of one mode in the network after learning for some time.

    As printed (there with white inputs, :math:`d = 1`, and no decay, :math:`\gamma = 0`), and as computed (divided
    by :math:`\exp(k\,t)`: late times cannot overflow, :math:`s = 0` has its limit):

    .. math:: k = 2\,(s - \gamma)/\tau

    .. math:: u = \frac{(s - \gamma)\,\exp(k\,t)}{d\,(\exp(k\,t) - 1) + (s - \gamma)/u_0}

    .. math:: u = \frac{u_0}{\exp(-k\,t) + d\,u_0\,\frac{1 - \exp(-k\,t)}{s - \gamma}}

    Implements: saxe2014 (12), saxe2019 SI

    Parameters
    ----------
    time : array, shape (...)
        Learning time :math:`t \ge 0` [unit of `tau`].
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world. Broadcasts: pass ``time[:, None]`` for a
        (times, modes) table.
    initial_strength : array, shape (...)
        Strength :math:`u_0 \ge 0` of the mode before learning (of both layers together).
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode; 1 in the paper.
    weight_decay : float
        Decay rate :math:`\gamma \ge 0` of every weight; 0 in the paper.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Strength :math:`u(t)` of the mode.

    See Also
    --------
    time_to_strength : the inverse.
    ontogeny.modes.discrete.mode_strength : the same for steps of finite size.

    Notes
    -----
    Exact for inputs that are white or share the axes of the modes, two weight matrices of equal mode strength
    and decoupled modes. Small random weights follow it from their own initial strength
    (`networks.remaining_initial_strength`).

    Examples
    --------
    The stronger of two modes is learned first:

    >>> mode_strength(3.0, [2.0, 1.0], initial_strength=1e-3).round(2).tolist()
    [1.98, 0.29]
    """
    _, t, s, u0, d, gamma, tau = law_arrays(
        time=time, singular_value=singular_value, initial_strength=initial_strength, input_variance=input_variance,
        weight_decay=weight_decay, tau=tau,
    )  # fmt: skip
    return logistic_growth(2 * t / tau, s - gamma, u0, d)


@quiet
def mode_velocity(
    strength: ArrayLike,
    singular_value: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    weight_decay: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Rate of change of one mode's strength in the network.

    .. math:: v = \frac{2\,u\,(s - \gamma - d\,u)}{\tau}

    Implements: saxe2014 (10)

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u \ge 0` of the mode in the network.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    weight_decay : float
        Decay rate :math:`\gamma \ge 0` of every weight.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Velocity :math:`v` [strength per unit of time].

    Examples
    --------
    Learning is fastest when a mode is half learned:

    >>> mode_velocity([0.5, 1.0, 1.5], 2.0).tolist()
    [1.5, 2.0, 1.5]
    """
    xp, u, s, d, gamma, tau = law_arrays(
        strength=strength, singular_value=singular_value, input_variance=input_variance, weight_decay=weight_decay,
        tau=tau,
    )  # fmt: skip
    return 2 * product(xp, u, s - gamma - product(xp, d, u)) / tau


@quiet
def time_to_strength(
    strength: ArrayLike,
    singular_value: ArrayLike,
    initial_strength: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    weight_decay: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Time at which the network gives a mode some strength.

    As printed (white inputs, no decay), and as computed (one logarithm of one plus the growth, exact also when
    hardly anything changes, with its limit at :math:`s = \gamma`):

    .. math:: t = \frac{\tau}{2\,(s - \gamma)}\,\ln(\frac{u\,(s - \gamma - d\,u_0)}{u_0\,(s - \gamma - d\,u)})

    .. math:: t = \frac{\tau}{2\,(s - \gamma)}\,\ln(1 + \frac{(s - \gamma)\,(u - u_0)}{u_0\,(s - \gamma - d\,u)})

    Implements: saxe2014 (11), saxe2019 SI

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u` to be reached.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`u_0 \ge 0` of the mode before learning.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    weight_decay : float
        Decay rate :math:`\gamma \ge 0` of every weight.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Time [unit of `tau`]; negative if the strength lies in the past, ``inf`` if it is never reached.

    Examples
    --------
    A start a thousand times smaller delays a mode by the same time, not a thousand times:

    >>> time_to_strength(0.5, 1.0, [1e-3, 1e-6, 1e-9]).round(2).tolist()
    [3.45, 6.91, 10.36]
    """
    xp, u, s, u0, d, gamma, tau = law_arrays(
        strength=strength, singular_value=singular_value, initial_strength=initial_strength,
        input_variance=input_variance, weight_decay=weight_decay, tau=tau, signed=("strength",),
    )  # fmt: skip
    gap = xp.where(u == 0, xp.zeros_like(u), s - gamma - product(xp, d, u))  # 0 is never reached from above
    return product(xp, tau / 2, time_along(xp, s - gamma, u - u0, u0, gap))
