r"""Limits of formulas: removable singularities and overflow, dealt with once.

Each function is smooth where its formula reads 0/0 or inf/inf, in value and in derivative, on every array
library: near the singularity a short series, beyond it the formula, and never a division by zero in the
branch not taken (which would poison gradients).
"""

from __future__ import annotations

from typing import Any

from .arrays import arrays

NEAR = 1e-3  # |x| below which six terms of a series are exact to 1e-19


def relaxation_integral(rate: Any, time: Any) -> Any:
    r"""Integral of an exponential relaxation, :math:`(1 - e^{-r t})/r`, which is :math:`t` at rate 0.

    >>> relaxation_integral([0.0, 1.0], 2.0).round(4).tolist()
    [2.0, 0.8647]
    """
    xp, r, t = arrays(rate, time)
    x = r * t
    near = xp.abs(x) < NEAR
    y = xp.where(near, x, xp.zeros_like(x))
    series = t * (1 - y / 2 * (1 - y / 3 * (1 - y / 4 * (1 - y / 5 * (1 - y / 6)))))
    away = -xp.expm1(-xp.where(near, xp.ones_like(x), x)) / xp.where(near, xp.ones_like(x), r + xp.zeros_like(x))
    return xp.where(near, series, away)


def log1p_ratio(rate: Any, growth: Any) -> Any:
    r"""Logarithm over its rate, :math:`\ln(1 + r z)/r`, which is :math:`z` at rate 0.

    >>> log1p_ratio([0.0, 1.0], 2.0).round(4).tolist()
    [2.0, 1.0986]
    """
    xp, r, z = arrays(rate, growth)
    x = r * z
    near = xp.abs(x) < NEAR
    y = xp.where(near, x, xp.zeros_like(x))
    series = z * (1 - y * (1 / 2 - y * (1 / 3 - y * (1 / 4 - y * (1 / 5 - y / 6)))))
    away = xp.log1p(xp.where(near, xp.ones_like(x), x)) / xp.where(near, xp.ones_like(x), r + 0 * x)
    return xp.where(near, series, away)


def logistic_growth(time: Any, rate: Any, start: Any, crowding: Any) -> Any:
    r"""Solution of :math:`x' = x\,(r - c\,x)`: growth at rate :math:`r` until crowding :math:`c` stops it.

    As computed, :math:`x = x_0/(e^{-rt} + c\,x_0\,(1 - e^{-rt})/r)`; where the exponential would overflow
    (decay, :math:`rt < -1`), the same fraction multiplied by :math:`e^{rt}`.

    >>> logistic_growth(1.0, [2.0, 0.0, -2.0], 1.0, 1.0).round(4).tolist()
    [1.7616, 0.5, 0.0945]
    """
    xp, t, r, x0, c = arrays(time, rate, start, crowding)
    decays = r * t < -1
    rising, falling = xp.where(decays, xp.zeros_like(t), t), xp.where(decays, t, xp.zeros_like(t))
    denominator = xp.exp(-r * rising) + c * x0 * relaxation_integral(r, rising)
    grown = x0 / xp.where(denominator == 0, xp.ones_like(denominator), denominator)  # x0 = 0, late: 0, not 0/0
    shrunk = x0 * xp.exp(r * falling) / (1 + c * x0 * relaxation_integral(-r, falling))
    return xp.where(decays, shrunk, grown)
