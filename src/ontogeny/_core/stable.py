r"""Limits of formulas: removable singularities and overflow, dealt with once.

Each function is smooth where its formula reads 0/0 or inf/inf, in value and in derivative, on every array
library: near the singularity a short series, beyond it the formula, and no division by zero in the branch not
taken (which would make gradients NaN).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np

from .arrays import Array, ArrayLike, Namespace, arrays
from .blocks import in_blocks

NEAR = 1e-3  # |x| below which six terms of a series are exact to 1e-19
LEAST, MOST = 1e-300, 2.0  # share of its end from which growth starts: no digit is lost below, nothing cancels above

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Formula = Callable[..., Array]


def quiet(law: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """A law that answers numbers with numbers, and whose overflow and division by zero are limits: no NumPy warning.

    >>> quiet(lambda x: 1 / x)(np.zeros(1)).tolist(), quiet(lambda x: 1 / x)(np.array(2.0))
    ([inf], np.float64(0.5))
    """

    @functools.wraps(law)
    def silent(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with np.errstate(all="ignore"):
            found: Result = as_scalars(law(*args, **kwargs))
            return found

    return silent


def as_scalars(found: Any) -> Any:
    """NumPy arrays without dimensions as numbers, alone or in a tuple; whatever else there is as it is.

    >>> as_scalars((np.array(1.5), np.zeros(2)))
    (np.float64(1.5), array([0., 0.]))
    """
    if type(found) is tuple:
        return tuple(map(as_scalars, found))
    return found[()] if isinstance(found, np.ndarray) and not found.ndim else found


def product(xp: Namespace, x: Array, y: Array) -> Array:
    """Product in which zero times infinity is 0: at rate 0 nothing moves, however long.

    >>> product(np, np.array([0.0, 2.0]), np.array(np.inf)).tolist()
    [0.0, inf]
    """
    if xp is np:
        with np.errstate(all="ignore"):
            plain = np.asarray(x * y)
        unknown = np.isnan(plain)
        return np.where(unknown & ~np.isnan(x) & ~np.isnan(y), 0.0, plain) if unknown.any() else plain
    finite_x = xp.where((y == 0) & xp.isinf(x), xp.zeros_like(x), x)
    finite_y = xp.where((x == 0) & xp.isinf(y), xp.zeros_like(y), y)
    return finite_x * finite_y


def relaxation_integral(rate: ArrayLike, time: ArrayLike) -> Array:
    r"""Integral of an exponential relaxation, :math:`(1 - e^{-r t})/r`, which is :math:`t` at rate 0.

    >>> relaxation_integral([0.0, 1.0], 2.0).round(4).tolist()
    [2.0, 0.8647]
    """
    xp, r, t = arrays(rate, time)
    return _switched(xp, xp.abs(product(xp, r, t)) < NEAR, _short_integral, _long_integral, r, t)


def _short_integral(r: Array, t: Array, xp: Namespace) -> Array:
    x = product(xp, r, t)
    return t * (1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6)))))


def _long_integral(r: Array, t: Array, xp: Namespace) -> Array:
    return -xp.expm1(-r * t) / r


def log1p_ratio(rate: ArrayLike, growth: ArrayLike) -> Array:
    r"""Logarithm over its rate, :math:`\ln(1 + r z)/r`, which is :math:`z` at rate 0.

    >>> log1p_ratio([0.0, 1.0], 2.0).round(4).tolist()
    [2.0, 1.0986]
    """
    xp, r, z = arrays(rate, growth)
    return _switched(xp, xp.abs(product(xp, r, z)) < NEAR, _short_logarithm, _long_logarithm, r, z)


def _short_logarithm(r: Array, z: Array, xp: Namespace) -> Array:
    x = product(xp, r, z)
    return z * (1 - x * (1 / 2 - x * (1 / 3 - x * (1 / 4 - x * (1 / 5 - x / 6)))))


def _long_logarithm(r: Array, z: Array, xp: Namespace) -> Array:
    return xp.log1p(r * z) / r


def logistic_growth(time: ArrayLike, rate: ArrayLike, start: ArrayLike, crowding: ArrayLike) -> Array:
    r"""Solution of :math:`x' = x\,(r - c\,x)`: growth at rate :math:`r` until crowding :math:`c` stops it.

    As computed, :math:`x = x_0/(e^{-rt} + c\,x_0\,(1 - e^{-rt})/r)`; where the exponential would overflow
    (decay, :math:`rt < -1`), the same fraction multiplied by :math:`e^{rt}`.

    >>> logistic_growth(1.0, [2.0, 0.0, -2.0], 1.0, 1.0).round(4).tolist()
    [1.7616, 0.5, 0.0945]
    """
    xp, t, r, x0, c = arrays(time, rate, start, crowding)
    return _host_growth(t, r, x0, c) if xp is np else _growth(xp, t, r, x0, c)


def _host_growth(t: np.ndarray, r: np.ndarray, x0: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The same in a fraction of the time, by one exponential and in blocks, where growth starts near its end or below.

    Elsewhere it is `_growth`.
    """
    with np.errstate(all="ignore"):
        crowding = c * x0
        share = crowding / r  # of the end
        plain = (crowding > LEAST) & (share > LEAST) & (share <= MOST)
        if not plain.any():
            return _growth(np, t, r, x0, c)
        found = in_blocks(_from_share, t, r, x0, share)
    if not plain.all():
        rest = np.broadcast_to(~plain, found.shape)
        found[rest] = _growth(np, *(np.broadcast_to(x, found.shape)[rest] for x in (t, r, x0, c)))
    return found


def _from_share(t: np.ndarray, r: np.ndarray, x0: np.ndarray, share: np.ndarray) -> np.ndarray:
    """A weighted mean of 1 and the share, in which nothing cancels up to a share of 2."""
    return x0 / (share + (1 - share) * np.exp(t * -r))


def _growth(xp: Namespace, t: Array, r: Array, x0: Array, c: Array) -> Array:
    """From any start, on every array library."""
    course = _switched(xp, product(xp, r, t) < -1, _shrunk, _grown, r, t, x0, c)
    endless = xp.isinf(x0)
    if xp is np and not endless.any():
        return course
    t, c = (xp.where(endless, x, xp.ones_like(x)) for x in (t, c))
    return xp.where(
        endless, 1 / product(xp, c, relaxation_integral(r, t)), course
    )  # an infinite start is forgotten at once


def _grown(r: Array, t: Array, x0: Array, c: Array, xp: Namespace) -> Array:
    crowding = product(xp, c, x0)
    denominator = xp.exp(-product(xp, r, t)) + product(xp, crowding, relaxation_integral(r, t))
    nothing = (denominator == 0) & (x0 == 0)  # late: 0, not 0/0; without crowding anything else grows to inf
    return x0 / xp.where(nothing, xp.ones_like(denominator), denominator)


def _shrunk(r: Array, t: Array, x0: Array, c: Array, xp: Namespace) -> Array:
    left = product(xp, x0, xp.exp(product(xp, r, t)))
    return left / (1 + product(xp, product(xp, c, x0), relaxation_integral(-r, t)))


def _switched(xp: Namespace, condition: Array, inside: Formula, outside: Formula, *arguments: Array) -> Array:
    """`inside` where the condition holds, `outside` elsewhere, each evaluated on its own arguments only.

    NumPy computes `inside` only where it is needed. Libraries that trace compute both, on arguments that are harmless
    where the other one is meant: the first two become 1 for `outside` and 0 for `inside`.
    """
    if xp is np:
        return _patched(condition, inside, outside, *arguments)
    r, t, *more = arguments
    zero, one = xp.zeros_like(condition * t), xp.ones_like(condition * t)
    here = inside(xp.where(condition, r + zero, zero), xp.where(condition, t + zero, zero), *more, xp=xp)
    there = outside(xp.where(condition, one, r + zero), xp.where(condition, one, t + zero), *more, xp=xp)
    return xp.where(condition, here, there)


def _patched(condition: np.ndarray, inside: Formula, outside: Formula, *arguments: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):  # where the condition holds, what is computed first is thrown away
        out = np.asarray(outside(*arguments, xp=np))
    if condition.any():
        out = np.array(np.broadcast_to(out, np.broadcast_shapes(out.shape, condition.shape)))
        where = np.broadcast_to(condition, out.shape)
        with np.errstate(all="ignore"):
            out[where] = inside(*(np.broadcast_to(part, out.shape)[where] for part in arguments), xp=np)
    return out
