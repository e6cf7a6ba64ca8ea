r"""Any number of weight matrices of equal mode strength, in closed form.

`mode_velocity` is saxe2014 eq. 15, `time_to_strength` its exact integral, `mode_strength` the inverse. All three take
any real depth of at least 1. One and two weight matrices are in `modes.shallow` and `modes.balanced`, infinitely many
in `modes.infinite`, layers of unequal strength in `modes.chain`; `modes.universal_curve` has the table of each depth.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace
from .._core.checks import InputError, finite
from .._core.domains import law_arrays
from .._core.growth import power_growth
from .._core.special import mean_power
from .._core.stable import product, quiet
from . import balanced, shallow, universal_curve
from .shallow import time_along


@quiet
def mode_strength(
    time: ArrayLike,
    singular_value: ArrayLike,
    initial_strength: ArrayLike,
    *,
    depth: float,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Strength of one mode in a network of any depth after learning for some time.

    .. math:: \tau\,\frac{du}{dt} = L\,u^{2 - 2/L}\,(s - d\,u)

    Implements: saxe2014 (15)
    Checked by: tests/modes/test_deep.py::test_agrees_with_the_layers_one_by_one

    Parameters
    ----------
    time : array, shape (...)
        Learning time :math:`t \ge 0` [unit of `tau`].
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`u_0 \ge 0` of the mode before learning; at 0 a network of more than one layer stays there.
    depth : float
        Number :math:`L \ge 1` of weight matrices; a Python number, not an array.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Strength :math:`u(t)` of the mode.

    Raises
    ------
    InputError
        A depth below 1.

    See Also
    --------
    time_to_strength : the inverse, which is in closed form.
    ontogeny.modes.chain.layer_strengths : layers of unequal strength.

    Notes
    -----
    Exact for a balanced start and decoupled modes. At depths other than 1 and 2 no elementary formula is known: the
    closed form of the time is inverted, to rounding, with a table of the one curve that all modes of a depth share;
    NumPy searches where that does not hold, such as above the end. First derivatives are exact on every array library.

    Examples
    --------
    From the same strength of each layer, the deeper network waits longer and then learns more suddenly:

    >>> [mode_strength([2.0, 10.0, 50.0], 1.0, 0.1**depth, depth=depth).round(2).tolist() for depth in (2, 3, 4)]
    [[0.36, 1.0, 1.0], [0.0, 0.91, 1.0], [0.0, 0.0, 0.7]]
    """
    if _checked_depth(depth) == 1:
        return shallow.mode_strength(time, singular_value, initial_strength, input_variance=input_variance, tau=tau)
    if depth == 2:
        return balanced.mode_strength(time, singular_value, initial_strength, input_variance=input_variance, tau=tau)
    xp, t, s, u0, d, tau = law_arrays(
        time=time, singular_value=singular_value, initial_strength=initial_strength, input_variance=input_variance,
        tau=tau,
    )  # fmt: skip
    t, power = depth * t / tau, 2 / depth - 1
    return _tabulated(t, s, u0, d, power) if xp is np else course(xp, t, s, u0, d, power)


@quiet
def mode_velocity(
    strength: ArrayLike,
    singular_value: ArrayLike,
    *,
    depth: float,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Rate of change of one mode's strength in a network of any depth.

    .. math:: v = \frac{L\,u^{2 - 2/L}\,(s - d\,u)}{\tau}

    Implements: saxe2014 (15)

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u \ge 0` of the mode in the network.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    depth : float
        Number :math:`L \ge 1` of weight matrices.
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
    The deeper the network, the flatter the plateau it starts from:

    >>> [float(mode_velocity(1e-2, 1.0, depth=depth).round(5)) for depth in (1, 2, 4)]
    [0.99, 0.0198, 0.00396]
    """
    layers = _checked_depth(depth)
    if layers == 1:
        return shallow.mode_velocity(strength, singular_value, input_variance=input_variance, tau=tau)
    xp, u, s, d, tau = law_arrays(
        strength=strength, singular_value=singular_value, input_variance=input_variance, tau=tau
    )
    return layers * product(xp, u ** (2 - 2 / layers), s - product(xp, d, u)) / tau


@quiet
def time_to_strength(
    strength: ArrayLike,
    singular_value: ArrayLike,
    initial_strength: ArrayLike,
    *,
    depth: float,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Time at which a network of any depth gives a mode some strength.

    The integral of eq. 15, with :math:`v = d\,u/s`, is an incomplete beta function,

    .. math:: t = \tau\,\int_{u_0}^{u} \frac{dx}{L\,x^{2 - 2/L}\,(s - d\,x)}
                = \frac{\tau}{L\,d\,(s/d)^{2 - 2/L}} \left[\frac{v^{a}}{a} + B(v; 2/L, 0)\right]_{v_0}^{v},
                \quad a = \frac{2}{L} - 1,

    computed from two series and the limits of its powers, so that depth 2 (:math:`a = 0`), strengths above the end
    (the same integral of :math:`1/v`), :math:`s = 0` and :math:`d = 0` need no special cases.

    Implements: saxe2014 (15)
    Checked by: tests/modes/test_deep.py::test_the_clock_as_in_closed_form

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u` to be reached.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`u_0 \ge 0` of the mode before learning.
    depth : float
        Number :math:`L \ge 1` of weight matrices; a Python number, not an array.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Time [unit of `tau`]; negative if the strength lies in the past, ``inf`` if it is never reached.

    Raises
    ------
    InputError
        A depth below 1.

    Notes
    -----
    Exact, like `mode_strength`. From a small start nearly all of it is the plateau, which takes
    :math:`\tau/((L - 2)\,s\,u_0^{1 - 2/L})`.

    Examples
    --------
    With the same strength of each layer, depth means waiting:

    >>> [float(time_to_strength(0.5, 1.0, 0.1**depth, depth=depth).round(1)) for depth in (2, 3, 4)]
    [2.3, 9.1, 49.7]
    """
    if _checked_depth(depth) == 1:
        return shallow.time_to_strength(
            strength, singular_value, initial_strength, input_variance=input_variance, tau=tau
        )
    if depth == 2:
        return balanced.time_to_strength(
            strength, singular_value, initial_strength, input_variance=input_variance, tau=tau
        )
    xp, u, s, u0, d, tau = law_arrays(
        strength=strength, singular_value=singular_value, initial_strength=initial_strength,
        input_variance=input_variance, tau=tau, signed=("strength",),
    )  # fmt: skip
    return product(xp, tau, clock(xp, u, s, u0, d, 2 / depth - 1)) / depth


def _tabulated(time: np.ndarray, s: np.ndarray, u0: np.ndarray, d: np.ndarray, a: float) -> np.ndarray:
    """The same as `course` in a fraction of its time, from a table where that holds."""
    found, holds = universal_curve.course(time, s, u0, d, a)
    if not holds.all():
        rest = np.broadcast_to(~holds, found.shape)
        time, s, u0, d = (np.broadcast_to(x, found.shape)[rest] for x in (time, s, u0, d))
        found[rest] = course(np, time, s, u0, d, a)
    return found


def course(xp: Namespace, time: Array, s: Array, u0: Array, d: Array, a: float) -> Array:
    r"""Solution of :math:`u' = u^{1 - a}\,(s - d\,u)` for arrays: one law for every depth, with a = 2/L - 1.

    In x, the strength as a share of its end or, from above, the end as a share of the strength, it is a logistic
    curve whose clock runs at the power a (from above 1 - a) of x.
    """
    moves, waits = (u0 > 0) & ((s > 0) | (d > 0)), xp.isinf(u0) & (time == 0)
    at_once = moves & (time > 0) & (xp.isinf(time) | xp.isinf(s) | xp.isinf(d))
    end = xp.where(d > 0, s, xp.inf * xp.ones_like(s)) / xp.where(d > 0, d, xp.ones_like(d))
    time, s, d = (xp.where(xp.isinf(x), xp.ones_like(x), x) for x in (time, s, d))
    moved = _finite_course(xp, time, s, xp.where(waits, xp.ones_like(u0), u0), d, a)
    return xp.where(at_once, end, xp.where(moves & ~waits, moved, u0 + 0 * moved))


def _finite_course(xp: Namespace, time: Array, s: Array, u0: Array, d: Array, a: float) -> Array:
    below, start, share = _shares(xp, s, u0, d)
    if not (xp is np and bool(below.all())):
        start = xp.where(below, start, _nearer(xp, time, s, start, d, 1 - a))
        share = xp.where(below, share, s / xp.where(below, xp.ones_like(start), d * start))
    root = start ** xp.where(below, -a / 2 * xp.ones_like(start), (1 - a) / 2 * xp.ones_like(start))
    elapsed = time * xp.where(below, s, d) * root * root  # in two steps, neither of which overflows alone
    delta = _on_each_side(xp, below, a, lambda power: power_growth(elapsed, share, power))
    shrinking = share + (1 - share) * xp.exp(-delta)
    return start * xp.where(below, 1 / xp.where(below, shrinking, xp.ones_like(shrinking)), shrinking)


def _nearer(xp: Namespace, time: Array, s: Array, u0: Array, d: Array, power: float) -> Array:
    """A start so high that the elapsed time would overflow, replaced by a lower one of the same course."""
    most = float(xp.finfo(u0.dtype).max)
    root = u0 ** (power / 2)
    far = time * d * root * root > most**0.8
    pace = xp.where(far, time * d, xp.ones_like(time * d))
    near = (most**0.65 / pace) ** (1 / power)
    end = s / xp.where(far, d, xp.ones_like(d))
    return xp.where(far & (near < u0), xp.where(near > end, near, end), u0)


def clock(xp: Namespace, u: Array, s: Array, u0: Array, d: Array, a: float) -> Array:
    r"""Time that :math:`u' = u^{1 - a}\,(s - d\,u)` takes from u0 to u, for arrays."""
    if a < 0.5:  # from above: a start this far is forgotten, and its powers would overflow
        forgotten = 1e100 if xp.finfo(u0.dtype).max > 1e200 else 1e16
        high = forgotten * xp.where(product(xp, d, u) > s, u, s / xp.where(d > 0, d, xp.ones_like(d)))
        u0 = xp.where((d > 0) & (s < product(xp, d, u0)) & (high > 0) & (u0 > high), high, u0)
    below, start, share = _shares(xp, s, u0, d)
    rate, gap = xp.where(below, s, d * start), xp.where(u == 0, xp.zeros_like(u), s - product(xp, d, u))  # 0: never
    change = xp.where(below, u - u0, (u0 - u) / start)
    reach = time_along(xp, rate, change, xp.where(below, u0, xp.ones_like(u0)), xp.where(below, gap, -gap))
    arrives = (reach < xp.inf) & (u0 > 0)
    delta = product(xp, rate, xp.where(arrives, reach, xp.zeros_like(reach)))
    mean = _on_each_side(xp, below, a, lambda power: mean_power(delta, share, power))
    return product(xp, xp.where(arrives, start**a * mean, xp.ones_like(mean)), reach)


def _checked_depth(depth: float) -> float:
    if isinstance(depth, float) and math.isinf(depth):
        raise InputError(
            "depth", "is inf, but the limit of infinite depth has a clock of its own", "use ontogeny.modes.infinite"
        )
    if finite(depth, "depth") < 1:
        raise InputError("depth", f"is {depth!r}, but a network has at least one weight matrix", "write 1 or more")
    return float(depth)


def _shares(xp: Namespace, s: Array, u0: Array, d: Array) -> tuple[Array, Array, Array]:
    """Whether the start lies below the end, the start (1 for none), the smaller of both as a share of the larger."""
    below, begun = d * u0 <= s, u0 > 0
    small, large = xp.where(below, xp.where(begun, d * u0, s), s), xp.where(below, s, d * u0)
    share = small / xp.where(large > 0, large, xp.ones_like(large))
    return below, xp.where(begun, u0, xp.ones_like(u0)), share


def _on_each_side(xp: Namespace, below: Array, a: float, law: Callable[[float], Array]) -> Array:
    """A law from below with power a, from above with 1 - a; in NumPy the latter only if there is such a start."""
    if xp is np and bool(below.all()):
        return law(a)
    return xp.where(below, law(a), law(1 - a))
