"""How far a mode has come after some time: the clock of deep networks, `_core.special.mean_power`, inverted.

`power_growth` does it on every array library, with exact first derivatives. In NumPy it searches, which is slow and
leans on nothing but the clock; elsewhere it reads the table of `_core.growth_table`, as `modes.universal_curve` does.
"""

from __future__ import annotations

import numpy as np

from .arrays import Array, ArrayLike, Namespace, arrays, detached
from .growth_table import begun, logit_change, universal_curve
from .special import logit_risen, mean_power, power_integral
from .stable import log1p_ratio, product, relaxation_integral

STEPS = 3  # of the search, from its first guess to rounding: tests/_core/test_growth.py
NONE = 1e-30  # stands for power 0, at which the table would divide by 0


def power_growth(elapsed: ArrayLike, start: ArrayLike, power: float) -> Array:
    r"""Change :math:`\delta \ge 0` of the logit of :math:`x` in some time: inverts `mean_power`.

    While :math:`x` is negligible beside 1 it is a power law in closed form, with a first-order correction.

    >>> power_growth([0.0, 2.0], 0.5, 0.0).round(12).tolist()
    [0.0, 2.0]
    """
    xp, elapsed, x0 = arrays(elapsed, start)
    elapsed = xp.where(elapsed < 0, xp.zeros_like(elapsed), elapsed)
    far = float(xp.finfo(x0.dtype).eps)
    near = x0 < far
    if xp is np and not near.any():
        return _followed_growth(xp, elapsed, x0, power)
    way = xp.log(far / xp.where(near & (x0 > 0), x0, far * xp.ones_like(x0)))  # of the logarithm of x, up to far
    left = elapsed * xp.exp(-power * way) - relaxation_integral(power, way) - far * relaxation_integral(power + 1, way)
    early = near & ((x0 == 0) | (left <= 0))
    most = xp.where(x0 > 0, way, xp.inf * xp.ones_like(way))  # at the pole rounding decides what is early
    growth = _power_law(xp, power + 0 * left, xp.where(early, elapsed, xp.zeros_like(left)), most)
    crowding = product(xp, x0, xp.exp(growth))
    alone = growth - crowding * relaxation_integral(power + 1, growth) + product(xp, x0, xp.expm1(growth))
    start, left = xp.where(near, far * xp.ones_like(x0), x0), xp.where(near, left, elapsed)
    later = _followed_growth(xp, xp.where(early, xp.zeros_like(left), left), start, power)
    return xp.where(early, alone, xp.where(near, way + far - x0, 0 * way) + later)


def _followed_growth(xp: Namespace, elapsed: Array, x0: Array, power: float) -> Array:
    """From starts that are not negligible beside 1; first derivatives pass through one last step of Newton."""
    latest = float(xp.finfo(x0.dtype).max) ** (2 / 3)
    elapsed = xp.where(elapsed > latest, latest + xp.zeros_like(elapsed), elapsed)
    find = _searched if xp is np else _tabulated
    delta = find(xp, detached(elapsed), detached(x0), power)
    slope = xp.exp(power * logit_risen(xp, delta, x0)[0])
    return delta + (elapsed - delta * mean_power(delta, x0, power)) / slope


def _tabulated(xp: Namespace, elapsed: Array, x0: Array, power: float) -> Array:
    curve = universal_curve(power or NONE)
    start = begun(xp, curve, x0)
    return xp.clip(logit_change(xp, curve, elapsed * start.pace, start), 0.0, xp.inf)


def _searched(xp: Namespace, elapsed: Array, x0: Array, power: float) -> Array:
    """By steps that take x for a power of time with the present exponent.

    That is exact early (a power law) and late (an exponential one), and of third order between.
    """
    delta = _first_guess(xp, elapsed, x0, power)
    for _ in range(STEPS):
        growth, log_rest = logit_risen(xp, delta, x0)
        missing = elapsed - power_integral(xp, x0, power, growth, log_rest)
        bend = power * (1 - x0) * xp.exp(-log_rest)
        step = _power_law(xp, bend, missing * xp.exp(-power * growth), 3 / xp.clip(xp.abs(bend), 1e-9, 9.0))
        delta = xp.clip(delta + step, 0.0, xp.inf)
    return delta


def _first_guess(xp: Namespace, elapsed: Array, x0: Array, power: float) -> Array:
    """A power of time until x would be 1, from then on at a constant rate."""
    arrival = -xp.log(x0)
    late = relaxation_integral(-power, arrival) + x0 * relaxation_integral(-(power + 1), arrival)
    early = xp.minimum(_power_law(xp, power + 0 * elapsed, elapsed + 0 * x0, arrival), arrival)
    return xp.where(elapsed < late, early, arrival + (elapsed - late) * x0**power)


def _power_law(xp: Namespace, rate: Array, time: Array, most: Array) -> Array:
    """``log1p(rate time)/rate``, and `most` beyond its pole."""
    exists = rate * time > -1
    return xp.where(exists, log1p_ratio(rate, xp.where(exists, time, xp.zeros_like(time))), most)
