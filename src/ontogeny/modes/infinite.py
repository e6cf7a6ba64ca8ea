r"""Infinitely many weight matrices of equal mode strength: the limit in which depth only sets the unit of time.

The course is `mode_strength`, its differential equation `mode_velocity` (saxe2014 eq. 16), its clock
`time_to_strength` (eq. 17). Scaled time is depth times time over tau. Finite depths are in `modes.deep`.
"""

from __future__ import annotations

import numpy as np

from .._core.arrays import Array, ArrayLike
from .._core.domains import law_arrays
from .._core.special import wright_omega
from .._core.stable import product, quiet
from .deep import clock, course


@quiet
def mode_strength(scaled_time: ArrayLike, singular_value: ArrayLike, initial_strength: ArrayLike) -> Array:
    r"""Strength of one mode in an infinitely deep network after learning for some scaled time.

    The clock of eq. 17, inverted exactly: from below with the Wright function, :math:`\omega + \ln\omega = z`,

    .. math:: u(T) = \frac{s}{1 + \omega(z_0 - s^2 T)}, \quad z_0 = y_0 + \ln y_0, \quad y_0 = \frac{s}{u_0} - 1

    and from above (then :math:`y_0 < 0`) with the search of `modes.deep`.

    Implements: saxe2014 (17)
    Checked by: tests/modes/test_infinite.py::test_the_course_is_the_root_of_the_printed_clock

    Parameters
    ----------
    scaled_time : array, shape (...)
        Depth times learning time over tau, :math:`T = L\,t/\tau \ge 0` [no unit].
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`u_0 \ge 0` of the mode before learning; at 0 it stays there.

    Returns
    -------
    array, broadcast shape
        Strength :math:`u(T)` of the mode.

    Notes
    -----
    Exact in the limit of infinite depth, for a balanced start of given product and decoupled modes. Networks
    of finite depth learn earlier, and approach the limit slowly.

    Examples
    --------
    A start ten times smaller takes ten times as long, where one hidden layer would take a little longer:

    >>> mode_strength([100.0, 1000.0], 1.0, [1e-2, 1e-3]).round(2).tolist()
    [0.28, 0.18]
    """
    xp, t, s, u0 = law_arrays(scaled_time=scaled_time, singular_value=singular_value, initial_strength=initial_strength)
    one = xp.ones_like(u0 + s + t)
    below = (u0 > 0) & (u0 < s) & (s < xp.inf) & (t < xp.inf)
    start, end = xp.where(below, u0, one), xp.where(below, s, 2 * one)
    y0 = (end - start) / start
    risen = end / (1 + wright_omega(y0 + xp.log(y0) - end * (end * xp.where(below, t, one))))
    if xp is np and bool(below.all()):
        return risen
    return xp.where(below, risen, course(xp, t, s, xp.where(below, 2 * s, u0), xp.ones_like(s), -1.0))


@quiet
def mode_velocity(strength: ArrayLike, singular_value: ArrayLike) -> Array:
    r"""Rate of change of one mode's strength with scaled time in an infinitely deep network.

    .. math:: v = u^2\,(s - u)

    Implements: saxe2014 (16)

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u \ge 0` of the mode in the network.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.

    Returns
    -------
    array, broadcast shape
        Velocity :math:`v` [strength per unit of scaled time].

    Examples
    --------
    Learning is fastest when two thirds are learned, not half as with one hidden layer:

    >>> mode_velocity([1.0, 2.0, 2.5], 3.0).tolist()
    [2.0, 4.0, 3.125]
    """
    xp, u, s = law_arrays(strength=strength, singular_value=singular_value)
    return product(xp, u**2, s - u)


@quiet
def time_to_strength(strength: ArrayLike, singular_value: ArrayLike, initial_strength: ArrayLike) -> Array:
    r"""Scaled time at which an infinitely deep network gives a mode some strength.

    .. math:: T = \frac{1}{s^2}\,\ln(\frac{u\,(s - u_0)}{u_0\,(s - u)}) + \frac{1}{s\,u_0} - \frac{1}{s\,u}

    Implements: saxe2014 (17)

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u > 0` to be reached.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`u_0 > 0` of the mode before learning.

    Returns
    -------
    array, broadcast shape
        Scaled time :math:`T`, depth times time over tau; negative if the strength lies in the past, ``inf`` if it is
        never reached.

    Notes
    -----
    Exact in the limit of infinite depth.

    Examples
    --------
    With learning rates that fall with depth as stability requires, infinite depth costs a finite delay:

    >>> float(time_to_strength(0.99, 1.0, 0.01).round(2))
    108.18
    """
    xp, u, s, u0 = law_arrays(
        strength=strength, singular_value=singular_value, initial_strength=initial_strength, signed=("strength",)
    )
    return clock(xp, u, s, u0, xp.ones_like(s), -1.0)
