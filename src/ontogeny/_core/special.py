r"""Special functions, all in one place: those of SciPy where it has them, series of our own elsewhere.

`beta_integral` and `mean_power` carry the clock of deep networks (`modes.deep`; `_core.growth` inverts it), and
`wright_omega` that of infinitely deep ones (`modes.infinite`); `scaled_bessel` carries the relaxation of a random
matrix; `error_function`, `normal_cdf`, `gamma_share` and `owens_t` average over Gaussian sums. All but the last are
array-API functions; powers and orders are static numbers.
"""

from __future__ import annotations

import functools

import array_api_compat
import numpy as np
import scipy.special

from .arrays import Array, ArrayLike, Namespace, arrays, detached
from .stable import NEAR, relaxation_integral

TERMS = 64  # of a series whose argument is at most 1/2
ECONOMIZED = 20  # Chebyshev terms that stand for them: the next singularity is at 1, so each gains a factor of 5.8
SHORT = 0.125  # change of the logit below which four Gauss points integrate to 1e-16
GAUSS = [((1 + node) / 2, weight / 2) for node, weight in zip(*np.polynomial.legendre.leggauss(4), strict=True)]


def beta_integral(x: ArrayLike, power: float, complement: ArrayLike | None = None) -> Array:
    r"""Integral :math:`\int_0^x y^{b - 1}/(1 - y)\,dy`, the incomplete beta function :math:`B(x; b, 0)`.

    Of :math:`0 \le x < 1` and a static power :math:`b > 0`; `complement` is :math:`1 - x` where that is known better.

    >>> beta_integral([0.0, 0.5], 1.0).round(4).tolist()
    [0.0, 0.6931]
    """
    xp, x, rest = arrays(x, 0.0 if complement is None else complement)
    rest = 1 - x if complement is None else rest
    low = x <= 0.5
    near_0, near_1 = xp.where(low, x, 0.5 * xp.ones_like(x)), xp.where(low, 0.5 * xp.ones_like(x), rest)
    return xp.where(low, near_0**power * beta_series(near_0, power), -xp.log(near_1) + beta_remainder(near_1, power))


def beta_series(x: ArrayLike, power: float) -> Array:
    r"""Sum :math:`\sum_n x^n/(n + b)`, which is :math:`B(x; b, 0)/x^b`, for :math:`|x| \le 1/2`."""
    return _polynomial(_ascending(float(power)), x)


def beta_remainder(complement: ArrayLike, power: float) -> Array:
    r"""The difference :math:`B(x; b, 0) + \ln(1 - x)`, from :math:`1 - x \le 1/2`."""
    return _polynomial(_around_one(float(power)), complement)


@functools.lru_cache(maxsize=256)
def _ascending(power: float) -> tuple[float, ...]:
    return _economized(1 / (np.arange(TERMS) + power))


@functools.lru_cache(maxsize=256)
def _around_one(power: float) -> tuple[float, ...]:
    n = np.arange(1, TERMS)
    rising = np.cumprod((n - power) / n)  # (1 - b)_n / n!
    return _economized(np.concatenate([[-scipy.special.digamma(power) - np.euler_gamma], -rising / n]))


def _economized(coefficients: np.ndarray) -> tuple[float, ...]:
    """Coefficients in ``4 x - 1`` of the short polynomial that agrees with a long one on [0, 1/2]."""
    long = np.polynomial.Polynomial(coefficients)
    short = np.polynomial.Chebyshev.interpolate(long, ECONOMIZED - 1, domain=[0, 0.5])
    return tuple(np.polynomial.chebyshev.cheb2poly(short.coef).tolist())


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    y, total = 4 * x - 1, coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total = coefficient + y * total
    return total


def mean_power(logit_change: ArrayLike, start: ArrayLike, power: float) -> Array:
    r"""Mean of :math:`(x/x_0)^e` while the logit of :math:`x` changes by :math:`\delta`.

    Multiplied by :math:`\delta` it is the time that :math:`x' = x^{1 - e}\,(1 - x)` needs, in units of
    :math:`x_0^{e}`. Of :math:`0 \le x_0 \le 1` and a static power :math:`-1 \le e \le 2`; smooth at :math:`x_0 = 0`,
    :math:`x_0 = 1`, :math:`\delta = 0` and :math:`e = 0`.

    >>> mean_power([0.0, 2.0], 0.5, 0.0).round(12).tolist()
    [1.0, 1.0]
    """
    xp, delta, x0 = arrays(logit_change, start)
    short = xp.abs(delta) < SHORT
    little, much = xp.where(short, delta, xp.zeros_like(delta)), xp.where(short, xp.ones_like(delta), delta)
    mean = sum(share * xp.exp(-power * xp.log1p((1 - x0) * xp.expm1(-node * little))) for node, share in GAUSS)
    return xp.where(short, mean, power_integral(xp, x0, power, *logit_moved(xp, much, x0)) / much)


def power_integral(xp: Namespace, x0: Array, e: float, growth: Array, log_rest: Array) -> Array:
    """Two terms of the ascending series, and the incomplete beta function of what is left, at both ends."""
    x1, rest0, b = x0 * xp.exp(growth), 1 - x0, e + 2
    rest1, low0, low1 = rest0 * xp.exp(-log_rest), x0 <= 0.5, x1 <= 0.5
    y0, y1 = xp.where(low0, x0, 0.5 * xp.ones_like(x0)), xp.where(low1, x1, 0.5 * xp.ones_like(x1))
    z0, z1 = xp.where(low0, 0.5 * xp.ones_like(x0), rest0), xp.where(low1, 0.5 * xp.ones_like(x1), rest1)
    series0, series1, both = beta_series(y0, b), beta_series(y1, b), low0 & low1
    risen = xp.exp(e * xp.where(both, growth, xp.zeros_like(growth)))
    ascending = xp.where(both, x1, xp.zeros_like(x1)) ** 2 * risen * series1 - x0**2 * series0
    end0 = xp.where(low0, y0**b * series0 + xp.log1p(-y0), beta_remainder(z0, b))
    end1 = xp.where(low1, y1**b * series1 + xp.log1p(-y1), beta_remainder(z1, b))
    crossing = xp.where(both, xp.ones_like(x1), x0 + 0 * x1) ** (-e) * (log_rest + end1 - end0)
    large = growth > 300  # whose exponential overflows beside a start that makes up for it
    some, much = xp.where(large, xp.zeros_like(growth), growth), xp.where(large, growth, xp.zeros_like(growth))
    second = xp.where(
        large, x1 * xp.exp(e * much) * relaxation_integral(e + 1, much), x0 * relaxation_integral(-(e + 1), some)
    )
    first = relaxation_integral(-e, growth) + second
    return first + xp.where(both, ascending, crossing)


def logit_moved(xp: Namespace, delta: Array, x0: Array) -> tuple[Array, Array]:
    """Logarithms of ``x/x0`` and ``(1 - x0)/(1 - x)`` when the logit of x changes by delta, either way."""
    rest, growth = logit_risen(xp, xp.clip(-delta, 0.0, xp.inf), 1 - x0)
    growth_up, rest_up = logit_risen(xp, xp.clip(delta, 0.0, xp.inf), x0)
    return xp.where(delta > 0, growth_up, -growth), xp.where(delta > 0, rest_up, -rest)


def logit_risen(xp: Namespace, delta: Array, x0: Array) -> tuple[Array, Array]:
    """The same when it grows: the first is ``-log(x0 + (1 - x0) exp(-delta))``."""
    change = (1 - x0) * xp.expm1(-delta)
    small = change > -0.5
    logarithm = xp.log1p(xp.where(small, change, xp.zeros_like(change)))
    mixture = xp.where(small, xp.ones_like(change), x0 + (1 - x0) * xp.exp(-delta))
    growth = -xp.where(small, logarithm, xp.log(mixture))
    return growth, delta - growth


def wright_omega(z: ArrayLike) -> Array:
    r"""Solution :math:`\omega` of :math:`\omega + \ln\omega = z`, for real z, with its first derivative.

    >>> float(wright_omega(1.0))
    1.0
    """
    xp, z = arrays(z)
    z = xp.clip(z, -1e9, float(xp.finfo(z.dtype).max))  # infinitely late: 0, as long before
    fixed = detached(z)
    omega = scipy.special.wrightomega(fixed) if xp is np else _wright_omega(xp, fixed)
    return omega * (1 + (z - fixed) / (1 + omega))


def _wright_omega(xp: Namespace, z: Array) -> Array:
    """Two steps of Fritsch, Shafer and Crowley from a start for large, middle and small numbers."""
    tiny = xp.where(z < -700, z + 700, xp.zeros_like(z))  # there omega is exp(z), also where that underflows
    z = xp.where(z < -700, -700 * xp.ones_like(z), z)
    large, low = xp.where(z > 1, z, xp.ones_like(z)), xp.where(z > 1, xp.ones_like(z), z)
    middle = xp.where(low > -2, 0.9 * xp.exp(2 * (low - 1) / 3) + 0.02, xp.exp(low))
    w = xp.where(z > 1, large - xp.log(large), middle)
    for _ in range(2):
        residual, slope = z - w - xp.log(w), 1 + w
        q = 2 * slope * (slope + 2 * residual / 3)
        w = w * (1 + residual / slope * (q - residual) / (q - 2 * residual))
    return w * xp.exp(tiny)


def scaled_bessel(x: ArrayLike, order: int) -> Array:
    r"""Modified Bessel function of the first kind over its growth, :math:`I_n(x)\,e^{-|x|}`, for order 0 and 1.

    It has a kink at 0; the derivative given there is that of neither side.

    >>> scaled_bessel([0.0, 1.0], 0).round(4).tolist()
    [1.0, 0.4658]
    """
    _, x = arrays(x)
    library = _library(x)
    return (library.i0e, library.i1e)[order](x)


def scaled_bessel_ratio(x: ArrayLike) -> Array:
    r"""The ratio :math:`I_1(x)\,e^{-x}/x` for :math:`x \ge 0`, which is 1/2 at 0.

    >>> scaled_bessel_ratio([0.0, 1.0]).round(4).tolist()
    [0.5, 0.2079]
    """
    xp, x = arrays(x)
    near = x < NEAR
    small, large = xp.where(near, x, xp.zeros_like(x)), xp.where(near, xp.ones_like(x), x)
    series = xp.exp(-small) * (1 + small**2 / 8 * (1 + small**2 / 24)) / 2
    return xp.where(near, series, scaled_bessel(large, 1) / large)


def error_function(x: ArrayLike) -> Array:
    r"""Error function :math:`\frac{2}{\sqrt\pi} \int_0^x e^{-y^2}\,dy`.

    >>> float(error_function(1.0).round(4))
    0.8427
    """
    _, x = arrays(x)
    return _library(x).erf(x)


def error_complement(x: ArrayLike) -> Array:
    """One less the error function, with all digits where that is small.

    >>> float(error_complement(0.0))
    1.0
    """
    _, x = arrays(x)
    return _library(x).erfc(x)


def gamma_share(shape: float, x: ArrayLike) -> Array:
    r"""Share of the gamma function :math:`\Gamma(k)` below :math:`x`: :math:`\int_0^x y^{k-1} e^{-y}\,dy/\Gamma(k)`.

    >>> float(gamma_share(1.0, 1.0).round(4))
    0.6321
    """
    xp, x = arrays(x)
    return _library(x).gammainc(shape * xp.ones_like(x), x)


def normal_cdf(x: ArrayLike) -> Array:
    """Share of a standard normal distribution below a number.

    >>> float(normal_cdf(0.0))
    0.5
    """
    _, x = arrays(x)
    return _library(x).ndtr(x)


def owens_t(height: ArrayLike, slope: ArrayLike) -> np.ndarray:
    """Owen's T function, on which probabilities of two correlated normal variables rest; NumPy only.

    >>> float(owens_t(0.0, 1.0))
    0.125
    """
    _, h, a = arrays(height, slope)
    return scipy.special.owens_t(h, a)


def _library(array: Array) -> Array:
    """The special functions of an array's own library."""
    if array_api_compat.is_jax_array(array):
        import jax

        return jax.scipy.special
    if array_api_compat.is_torch_array(array):
        import torch

        return torch.special
    return scipy.special
