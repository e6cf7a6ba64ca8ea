r"""Two weight matrices of unequal mode strength: any signs, any imbalance, in one explicit form.

The course is `layer_strengths` and their product `mode_strength`, the differential equation `mode_velocity` (saxe2014
eq. 8), the clock `time_to_strength` (eq. 26, corrected). The paper uses hyperbolic angles, case by case; here the sum
of the layers grows by one factor and their difference shrinks by the same. Equal layers are in `modes.balanced`, more
layers in `modes.chain`.
"""

from __future__ import annotations

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace, detached
from .._core.domains import law_arrays
from .._core.stable import product, quiet, relaxation_integral
from .shallow import time_along

SIGNED = ("singular_value", "strength")
BEYOND = 1e18  # stands for infinity, with squares also in single precision
SHORT = 0.25  # (k t/2)^2 below which seven terms of the even series are exact to 1e-18


@quiet
def layer_strengths(
    time: ArrayLike,
    singular_value: ArrayLike,
    first_layer: ArrayLike,
    second_layer: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> tuple[Array, Array]:
    r"""Strength of one mode in each of two layers after learning for some time.

    With the imbalance :math:`c = a_0^2 - b_0^2`, which learning conserves, the layers are turned by a hyperbolic angle
    of which :math:`g` is the exponential; :math:`g^2` is :math:`N/D`:

    .. math:: a = \frac{1}{2}\,((a_0 + b_0)\,\sqrt{N/D} + (a_0 - b_0)\,\sqrt{D/N})

    .. math:: b = \frac{1}{2}\,((a_0 + b_0)\,\sqrt{N/D} - (a_0 - b_0)\,\sqrt{D/N})

    .. math:: N = 1 + F + (2\,s + d\,(a_0 - b_0)^2)\,\frac{1 - F}{k}

    .. math:: D = 1 + F + (d\,(a_0 + b_0)^2 - 2\,s)\,\frac{1 - F}{k}

    .. math:: F = \exp(-k\,t/\tau)

    .. math:: k = \sqrt{4\,s^2 + d^2\,(a_0^2 - b_0^2)^2}

    Implements: saxe2014 (8), kunin2024 text

    Parameters
    ----------
    time : array, shape (...)
        Learning time :math:`t \ge 0` [unit of `tau`].
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
    first_layer : array, shape (...)
        Strength :math:`a_0` of the mode in the first layer before learning, of any sign.
    second_layer : array, shape (...)
        Strength :math:`b_0` of the mode in the second layer before learning, of any sign.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    first : array, broadcast shape
        Strength :math:`a` of the mode in the first layer.
    second : array, broadcast shape
        Strength :math:`b` of the mode in the second layer.

    See Also
    --------
    ontogeny.modes.chain.layer_strengths : any number of layers.

    Notes
    -----
    Exact for decoupled modes and inputs that are white or share the axes of the modes. Layers of opposite and equal
    strength (for :math:`s > 0`) lie on the stable manifold of the saddle point: they never learn.

    Examples
    --------
    Imbalance speeds learning, and learning keeps it:

    >>> a, b = layer_strengths(2.0, 1.0, [0.1, 0.5], [0.1, 0.02])
    >>> (a * b).round(2).tolist(), (a**2 - b**2).round(4).tolist()
    ([0.36, 0.81], [0.0, 0.2496])
    """
    xp, t, s, a0, b0, d, tau = law_arrays(
        time=time, singular_value=singular_value, first_layer=first_layer, second_layer=second_layer,
        input_variance=input_variance, tau=tau, signed=SIGNED,
    )  # fmt: skip
    t, s, d, size = _at_once(xp, t / tau, s, d)
    numerator, denominator, integral = _growth(xp, t, s, a0, b0, d)
    up, down = _root_of_quotient(xp, numerator, denominator), _root_of_quotient(xp, denominator, numerator)
    total, difference = product(xp, a0 + b0, up), product(xp, a0 - b0, down)
    # nothing cancels in the turned layers where both signs fit the world's, nor in sum and difference where they do not
    fits = (xp.sign(s) * xp.sign(a0) * xp.sign(b0) >= 0) & (numerator > 0) & (denominator > 0)
    fits = fits & (numerator < xp.inf) & (denominator < xp.inf)
    norm = xp.sqrt(xp.where(fits, numerator, xp.ones_like(numerator))) * xp.sqrt(
        xp.where(fits, denominator, xp.ones_like(denominator))
    )
    slow = xp.where(fits, integral, xp.zeros_like(integral))
    cosine, sine = (numerator + denominator) / (2 * norm), 2 * (s - d * a0 * b0) * slow / norm
    return (
        product(xp, size, xp.where(fits, a0 * cosine + b0 * sine, (total + difference) / 2)),
        product(xp, size, xp.where(fits, b0 * cosine + a0 * sine, (total - difference) / 2)),
    )


@quiet
def mode_strength(
    time: ArrayLike,
    singular_value: ArrayLike,
    first_layer: ArrayLike,
    second_layer: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Strength of one mode in a network whose two layers started unequal, after learning for some time.

    The product of `layer_strengths`.

    Implements: saxe2014 (8), kunin2024 text
    Checked by: tests/modes/test_unbalanced.py::test_as_precise_as_the_equation_in_thirty_digits

    Parameters
    ----------
    time : array, shape (...)
        Learning time :math:`t \ge 0` [unit of `tau`].
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
    first_layer, second_layer : array, shape (...)
        Strengths :math:`a_0` and :math:`b_0` of the mode in both layers before learning, of any sign.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Strength :math:`u = a\,b` of the mode.

    Notes
    -----
    Exact under the conditions of `layer_strengths`.

    Examples
    --------
    Layers of opposite sign first unlearn, then learn; equal and opposite ones only unlearn:

    >>> mode_strength([0.0, 4.0, 8.0], 1.0, 0.5, -0.4).round(2).tolist()
    [-0.2, 0.9, 1.0]
    >>> mode_strength([0.0, 4.0, 8.0], 1.0, 0.5, -0.5).round(2).tolist()
    [-0.25, -0.0, -0.0]
    """
    a, b = layer_strengths(time, singular_value, first_layer, second_layer, input_variance=input_variance, tau=tau)
    return a * b


@quiet
def mode_velocity(
    singular_value: ArrayLike,
    first_layer: ArrayLike,
    second_layer: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Rate of change of one mode's strength in a network with two layers of unequal strength.

    .. math:: v = \frac{(a^2 + b^2)\,(s - d\,a\,b)}{\tau}

    Implements: saxe2014 (8)

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
    first_layer : array, shape (...)
        Strength :math:`a` of the mode in the first layer, of any sign.
    second_layer : array, shape (...)
        Strength :math:`b` of the mode in the second layer, of any sign.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Velocity :math:`v` of the product of the layers [strength per unit of time].

    Examples
    --------
    Of all layers with the same product, equal ones learn slowest:

    >>> mode_velocity(1.0, [0.3, 0.9], [0.3, 0.1]).round(3).tolist()
    [0.164, 0.746]
    """
    xp, s, a, b, d, tau = law_arrays(
        singular_value=singular_value, first_layer=first_layer, second_layer=second_layer,
        input_variance=input_variance, tau=tau, signed=SIGNED,
    )  # fmt: skip
    return product(xp, a**2 + b**2, s - product(xp, d, product(xp, a, b))) / tau


@quiet
def time_to_strength(
    strength: ArrayLike,
    singular_value: ArrayLike,
    first_layer: ArrayLike,
    second_layer: ArrayLike,
    *,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Time at which two layers of unequal strength give a mode some strength.

    Eq. 26, corrected for its errors by factors of 2 (`papers.toml`), with :math:`P = (a + b)^2` before and :math:`Q`
    after; it is computed in a form in which nothing cancels:

    .. math:: t = \frac{\tau}{k}\,\ln(\frac{(k + 2\,s - d\,P)\,(d\,Q + k - 2\,s)}{(d\,P + k - 2\,s)\,(k + 2\,s - d\,Q)})

    .. math:: P = (a_0 + b_0)^2

    .. math:: Q = \sqrt{4\,u^2 + (a_0^2 - b_0^2)^2} + 2\,u

    .. math:: k = \sqrt{4\,s^2 + d^2\,(a_0^2 - b_0^2)^2}

    Implements: saxe2014 (26)

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u` of the product of the layers to be reached, of any sign.
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
    first_layer : array, shape (...)
        Strength :math:`a_0` of the mode in the first layer before learning, of any sign.
    second_layer : array, shape (...)
        Strength :math:`b_0` of the mode in the second layer before learning, of any sign.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Time :math:`t` [unit of `tau`]; negative if the strength lies in the past, ``inf`` if it is never reached.

    Notes
    -----
    Exact under the conditions of `layer_strengths`.

    Examples
    --------
    The nearer the layers are to equal and opposite, the longer it takes, without bound:

    >>> time_to_strength(0.5, 1.0, 0.5, [-0.45, -0.49995, -0.5]).round(1).tolist()
    [3.6, 10.5, inf]
    """
    xp, u, s, a0, b0, d, tau = law_arrays(
        strength=strength, singular_value=singular_value, first_layer=first_layer, second_layer=second_layer,
        input_variance=input_variance, tau=tau, signed=SIGNED,
    )  # fmt: skip
    at_once = xp.isinf(s) | xp.isinf(d)
    u, s, d = (xp.where(xp.isinf(x), BEYOND * xp.sign(x), x) for x in (u, s, d))
    mirrored = s < 0
    u, s, b0 = (xp.where(mirrored, -x, x) for x in (u, s, b0 + 0 * s))
    c, k = (a0 - b0) * (a0 + b0), _rate(xp, s, a0, b0, d)
    before, size = (a0 + b0) ** 2, _hypotenuse(xp, 2 * u, c)
    after = _above_zero(xp, size, u, c)
    change = 4 * (u - a0 * b0) * _quotient(xp, before + after, size + a0**2 + b0**2)
    far = before + d * c * _quotient(xp, c, k + 2 * s)
    gap = s - product(xp, d, u)
    remaining = 2 * gap * _quotient(xp, k + 2 * s + d * after, k + d * size)
    saddle = _time_to_saddle(xp, u, s, a0 * b0, d) / 2  # equal and opposite: only down to 0
    waiting = xp.where(before == 0, saddle, time_along(xp, k, change, far, remaining))
    return product(xp, tau, xp.where(at_once & (xp.abs(waiting) < xp.inf), 0 * d, waiting))


def _time_to_saddle(xp: Namespace, u: Array, s: Array, u0: Array, d: Array) -> Array:
    """Time along equal and opposite layers; for a falling strength that of the way back, in which nothing cancels."""
    back = time_along(xp, -s, u - u0, u, s - d * u0)
    falls = xp.abs(u) < xp.abs(u0)
    return xp.where(falls, xp.where(xp.isinf(back), back, -back), time_along(xp, -s, u0 - u, u0, s - d * u))


def _at_once(xp: Namespace, t: Array, s: Array, d: Array) -> tuple[Array, Array, Array, Array]:
    """Infinite rates as an infinite time at finite rates; the last value multiplies the result."""
    none, one = xp.zeros_like(t + s + d), xp.ones_like(t + s + d)
    if xp is np and not (np.isinf(s).any() or np.isinf(d).any()):
        return t, s, d, np.ones(())
    fast = xp.isinf(s) | xp.isinf(d)
    size = xp.where(xp.isinf(s) & (t > 0), xp.inf * one, one)
    t = xp.where(fast & (t > 0), xp.inf * one, t)
    s = xp.where(xp.isinf(d), none, xp.where(xp.isinf(s), xp.sign(s), s))
    return t, s, xp.where(xp.isinf(d), one, d), size


def _growth(xp: Namespace, t: Array, s: Array, a0: Array, b0: Array, d: Array) -> tuple[Array, Array, Array]:
    """N, D and the relaxation integral, all three in the same unit: even in the rate, so smooth where it is 0."""
    total, difference, k = d * (a0 + b0) ** 2, d * (a0 - b0) ** 2, _rate(xp, s, a0, b0, d)
    rate, up, down = product(xp, s, t), product(xp, total, t), product(xp, difference, t)
    short = detached(rate**2 + up * down / 4) < SHORT  # the square of half the exponent
    rate, up, down = (xp.where(short, x, xp.zeros_like(x)) for x in (rate, up, down))
    q = rate**2 + up * down / 4
    cosh = 1 + q / 2 * (1 + q / 12 * (1 + q / 30 * (1 + q / 56 * (1 + q / 90 * (1 + q / 132 * (1 + q / 182))))))
    sinh = 1 + q / 6 * (1 + q / 20 * (1 + q / 42 * (1 + q / 72 * (1 + q / 110 * (1 + q / 156 * (1 + q / 210))))))
    half = xp.where(short, t, xp.zeros_like(t)) / 2 * sinh
    k = xp.where(short, xp.ones_like(k), k)
    left = xp.exp(-k * t)
    size = k + 2 * xp.abs(s)
    less = total / k * (difference / size)  # 1 - 2 |s|/k, without cancellation
    more, less = xp.where(s < 0, less, size / k), xp.where(s < 0, size / k, less)
    integral = relaxation_integral(k, t)
    return (
        xp.where(short, cosh + product(xp, 2 * s + difference, half), more + left * less + difference * integral),
        xp.where(short, cosh + product(xp, total - 2 * s, half), less + left * more + total * integral),
        xp.where(short, half, integral),
    )


def _rate(xp: Namespace, s: Array, a0: Array, b0: Array, d: Array) -> Array:
    return _hypotenuse(xp, 2 * s, d * (a0 - b0) * (a0 + b0))


def _hypotenuse(xp: Namespace, x: Array, y: Array) -> Array:
    """Length of the hypotenuse; where both legs are 0 it is 0, and so is its derivative."""
    x, y = x + 0 * y, y + 0 * x
    unit = detached(xp.where(xp.abs(x) < xp.abs(y), xp.abs(y), xp.abs(x)))  # so that no square under- or overflows
    zero = unit == 0
    unit = xp.where(zero, xp.ones_like(unit), unit)
    square = xp.where(zero, xp.ones_like(unit), (x / unit) ** 2 + (y / unit) ** 2)
    return xp.where(zero, xp.zeros_like(unit), unit * xp.sqrt(square))


def _above_zero(xp: Namespace, size: Array, u: Array, c: Array) -> Array:
    """``size + 2 u`` where ``size`` is the hypotenuse of ``2 u`` and c: no cancellation below zero."""
    down = u < 0
    return xp.where(down, c * _quotient(xp, c, xp.where(down, size - 2 * u, 0 * size)), size + 2 * u)


def _quotient(xp: Namespace, x: Array, y: Array) -> Array:
    """x/y, and 0 where y is 0."""
    return xp.where(y == 0, xp.zeros_like(x + y), x) / xp.where(y == 0, xp.ones_like(y), y)


def _root_of_quotient(xp: Namespace, x: Array, y: Array) -> Array:
    """Square root of x/y; 0 where one of them has underflowed, because it then multiplies 0 only."""
    exists = ~((x <= 0) | (y <= 0))
    root = xp.sqrt(xp.where(exists, x, xp.ones_like(x)) / xp.where(exists, y, xp.ones_like(y)))
    return xp.where(exists, root, xp.zeros_like(root))
