r"""The Marchenko-Pastur law: the eigenvalues of the sample covariance of white inputs.

Of the matrix :math:`X X^T`, with a column for each of :math:`P` samples of :math:`N` inputs of variance :math:`1/N`, in
the limit of many of both at a fixed load :math:`\alpha = P/N`. `density` and `atom` are the law;
`moment`, `stieltjes_transform` and `relaxation` are its averages, computed by `quadrature`.
"""

from __future__ import annotations

import math

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace
from .._core.checks import whole
from .._core.domains import law_arrays
from .._core.special import scaled_bessel_ratio
from .._core.stable import quiet
from . import quadrature


@quiet
def edges(load: ArrayLike) -> tuple[Array, Array]:
    r"""Smallest and largest eigenvalue of the bulk.

    .. math:: \lambda_- = (1 - \sqrt{\alpha})^2

    .. math:: \lambda_+ = (1 + \sqrt{\alpha})^2

    Implements: advani2020 Fig. 2

    Parameters
    ----------
    load : array, shape (...)
        Samples over inputs, :math:`\alpha > 0`.

    Returns
    -------
    lower : array, shape (...)
        Lower edge :math:`\lambda_-` [variance of the inputs times their number].
    upper : array, shape (...)
        Upper edge :math:`\lambda_+`.

    Notes
    -----
    Exact in the limit of many inputs. The slowest mode is learned in a time :math:`1/\lambda_-`; at a load of 1 there
    is no slowest mode.

    Examples
    --------
    >>> [float(edge) for edge in edges(4.0)]
    [1.0, 9.0]
    """
    xp, a = law_arrays(load=load)
    return (1 - xp.sqrt(a)) ** 2, (1 + xp.sqrt(a)) ** 2


@quiet
def atom(load: ArrayLike) -> Array:
    """Share of directions that no sample shows (eigenvalue 0): 1 - load below a load of 1, none above.

    >>> atom([0.25, 2.0]).tolist()
    [0.75, 0.0]
    """
    xp, a = law_arrays(load=load)
    return xp.where(a >= 1, xp.zeros_like(a), 1 - a)


@quiet
def density(eigenvalue: ArrayLike, load: ArrayLike) -> Array:
    r"""Density of the eigenvalues, without the atom at zero.

    .. math:: \rho = \frac{\sqrt{(\lambda_+ - \lambda)(\lambda - \lambda_-)}}{2\pi\lambda}

    Implements: advani2020 Fig. 2
    Checked by: tests/random_matrices/test_marchenko_pastur.py::test_the_density_is_that_of_a_sampled_matrix

    Parameters
    ----------
    eigenvalue : array, shape (...)
        Eigenvalue.
    load : array, shape (...)
        Samples over inputs, above 0.

    Returns
    -------
    array, broadcast shape
        Density; 0 outside the edges, ``inf`` at eigenvalue 0 of load 1. Its integral is the load, or 1 if that is less.

    Examples
    --------
    >>> density([0.5, 1.0, 20.0], 4.0).round(3).tolist()
    [0.0, 0.0, 0.0]
    >>> float(density(4.0, 4.0).round(3))
    0.154
    """
    xp, x, a = law_arrays(eigenvalue=eigenvalue, load=load)
    unknown = xp.isnan(x) | xp.isnan(a)
    x, a = quadrature.within_reach(xp, x), quadrature.within_reach(xp, a)
    low, high = edges(a)
    inside = (x > 0) & (x > low) & (x < high)
    there, span = xp.where(inside, x, xp.ones_like(x)), xp.where(inside, (high - x) * (x - low), xp.ones_like(x))
    rho = xp.where(inside, xp.sqrt(span) / (2 * math.pi * there), xp.zeros_like(there + span))
    return xp.where(unknown, xp.nan, xp.where((x == 0) & (low == 0), xp.inf, rho))


@quiet
def moment(order: int, load: ArrayLike) -> Array:
    r"""Mean of a power of the eigenvalues, including the atom: a polynomial of Narayana numbers.

    .. math:: m_k = \sum_{j=1}^{k} \frac{1}{k}\binom{k}{j}\binom{k}{j-1}\,\alpha^j

    Checked by: tests/random_matrices/test_marchenko_pastur.py::test_moments

    Parameters
    ----------
    order : int
        Power, 0 or more.
    load : array, shape (...)
        Samples over inputs, above 0.

    Returns
    -------
    array, shape (...)
        Mean over all directions, including those without samples.

    Raises
    ------
    InputError
        An order that is not a whole number of at least 0.

    Examples
    --------
    >>> [float(moment(order, 2.0)) for order in (1, 2, 3)]
    [2.0, 6.0, 22.0]
    """
    k = whole(order, "order", 0, "negative powers have an infinite mean if a direction has no sample")
    xp, a = law_arrays(load=load)
    total = xp.where(xp.isnan(a), xp.nan, xp.zeros_like(a) if k else xp.ones_like(a))
    with np.errstate(over="ignore"):  # the mean of a power may overflow
        for j in range(1, k + 1):
            total = total + math.comb(k, j) * math.comb(k, j - 1) // k * a**j
    return total


@quiet
def stieltjes_transform(ridge: ArrayLike, load: ArrayLike) -> Array:
    r"""Stieltjes transform: the mean of one over an eigenvalue plus a ridge.

    The root of a quadratic equation, in a form that loses no digits:

    .. math:: b = \gamma + \alpha - 1

    .. math:: d = \sqrt{b^2 + 4\,\gamma}

    .. math:: m = \frac{d - b}{2\,\gamma}

    Parameters
    ----------
    ridge : array, shape (...)
        Ridge :math:`\gamma > 0`; at 0 the limit, ``inf`` unless the load is above 1.
    load : array, shape (...)
        Samples over inputs, :math:`\alpha > 0`.

    Returns
    -------
    array, broadcast shape
        Mean :math:`m` of :math:`1/(\lambda + \gamma)`.

    See Also
    --------
    stieltjes_derivative : the mean of its square.

    Examples
    --------
    >>> stieltjes_transform([0.0, 1.0], 2.0).round(4).tolist()
    [1.0, 0.4142]
    """
    xp, g, a = law_arrays(ridge=ridge, load=load)
    endless = (g == xp.inf) | (a == xp.inf)
    g, a = quadrature.within_reach(xp, g), quadrature.within_reach(xp, a)
    b, d = _discriminant(xp, g, a)
    below = b <= 0
    smooth = 2 / xp.where(below, xp.ones_like(b), b + d)
    floor = xp.where(below, d - b, xp.ones_like(b)) / (2 * xp.where(below & (g > 0), g, xp.ones_like(g + b)))
    m = xp.where(below, xp.where(g > 0, floor, xp.inf), smooth)
    return xp.where(endless, xp.zeros_like(m), m)


@quiet
def stieltjes_derivative(ridge: ArrayLike, load: ArrayLike) -> Array:
    r"""Mean of the square of one over an eigenvalue plus a ridge: minus the slope of the transform.

    From the quadratic equation of the transform, with :math:`d` as there:

    .. math:: b = \gamma + \alpha - 1

    .. math:: d = \sqrt{b^2 + 4\,\gamma}

    .. math:: m = \frac{d - b}{2\,\gamma}

    .. math:: q = \frac{m\,(1 + m)}{d}

    Parameters
    ----------
    ridge : array, shape (...)
        Ridge :math:`\gamma > 0`; at 0 the limit, ``inf`` unless the load is above 1.
    load : array, shape (...)
        Samples over inputs, :math:`\alpha > 0`.

    Returns
    -------
    array, broadcast shape
        Mean :math:`q` of :math:`1/(\lambda + \gamma)^2`.

    Examples
    --------
    >>> stieltjes_derivative([0.0, 1.0], 2.0).round(4).tolist()
    [2.0, 0.2071]
    """
    xp, g, a = law_arrays(ridge=ridge, load=load)
    m = stieltjes_transform(g, a)
    _, d = _discriminant(xp, quadrature.within_reach(xp, g), quadrature.within_reach(xp, a))
    return m * (1 + m) / xp.where(d > 0, d, xp.ones_like(d))


@quiet
def relaxation(time: ArrayLike, load: ArrayLike) -> Array:
    r"""Mean of an exponential decay at the rate of every eigenvalue.

    .. math:: M_0(s) = \int \rho(\lambda)\,e^{-\lambda s}\,d\lambda

    Checked by: tests/random_matrices/test_marchenko_pastur.py::test_relaxation_against_many_digits

    Parameters
    ----------
    time : array, shape (...)
        Time :math:`s \ge 0`, up to 1e20.
    load : array, shape (...)
        Samples over inputs, above 0.

    Returns
    -------
    array, broadcast shape
        Mean of the decay; at the end the share of directions without samples.

    Notes
    -----
    At a load of 1 it is :math:`e^{-2s}(I_0(2s) + I_1(2s))`; no closed form is known for other loads.

    Examples
    --------
    >>> relaxation([0.0, 1.0, 100.0], 0.5).round(4).tolist()
    [1.0, 0.7263, 0.5]
    """
    xp, s, a = law_arrays(time=time, load=load)
    a = quadrature.within_reach(xp, a)
    end = (s == xp.inf) | quadrature.settled(xp, s / 2, a)
    kept = quadrature.averages(xp, quadrature.relaxation, a, xp.where(end, xp.ones_like(s), s) / 2).kept
    return xp.where(end, atom(a), kept)


@quiet
def relaxation_rate(time: ArrayLike, load: ArrayLike) -> Array:
    r"""Speed of that decay, a Bessel function.

    .. math:: M_1(s) = \int \rho(\lambda)\,\lambda\,e^{-\lambda s}\,d\lambda
                     = \sqrt\alpha\,e^{-(1 + \alpha)\,s}\,\frac{I_1(2\sqrt\alpha\,s)}{s}

    Checked by: tests/random_matrices/test_marchenko_pastur.py::test_relaxation_against_many_digits

    Parameters
    ----------
    time : array, shape (...)
        Time :math:`s \ge 0`.
    load : array, shape (...)
        Samples over inputs, above 0.

    Returns
    -------
    array, broadcast shape
        Minus the slope of `relaxation`; the load at time 0.

    Examples
    --------
    >>> relaxation_rate([0.0, 1.0], 0.5).round(4).tolist()
    [0.5, 0.1419]
    """
    xp, s, a = law_arrays(time=time, load=load)
    endless = (s > 0) & (a == xp.inf)
    s, b = quadrature.within_reach(xp, s), quadrature.within_reach(xp, a)
    root = xp.sqrt(b)
    rate = 2 * b * xp.exp(-((1 - root) ** 2) * s) * scaled_bessel_ratio(2 * root * s)
    return xp.where(endless, xp.zeros_like(rate), xp.where((s == 0) & (a == xp.inf), xp.inf, rate))


def _discriminant(xp: Namespace, g: Array, a: Array) -> tuple[Array, Array]:
    """The numbers b and d of the quadratic equation."""
    b = g + (a - 1)  # exact at a load near 1
    square = b**2 + 4 * g
    nothing = square <= 0  # no ridge at a load of 1: 0, with no slope rather than an infinite one times 0
    return b, xp.where(nothing, xp.zeros_like(square), xp.sqrt(xp.where(nothing, xp.ones_like(square), square)))
