r"""Products of large random matrices: how many factors spread singular values and draw eigenvalues inward.

Each of :math:`L` square factors has independent entries of variance one over their number, times the squared gain, or
is a random orthogonal matrix times the gain. Squared singular values of Gaussian products follow the law of Fuss and
Catalan, here with its distribution function in closed form (`product_singular_value_cdf`), eigenvalues fill a disc
(`product_eigenvalue_radius_cdf`). Orthogonal products have one singular value, the gain to the number of factors.
"""

from __future__ import annotations

import math

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace, detached
from .._core.checks import positive, whole
from .._core.domains import law_arrays

STEPS = 16  # of the search for the angle; 12 give all digits up to a thousand factors
LOWEST, HIGHEST = -700.0, 25.0  # logits of the rest: singular values of 1e-300, and the edge but for rounding
FLAT = 1e-15  # slope so near the edge that one more step would leave it
SERIES = 0.05  # angle below which four terms give all digits


def product_largest_singular_value(factors: int, *, gain: float = 1.0) -> np.float64:
    r"""Largest singular value of a product of Gaussian matrices.

    .. math:: s_+ = g^L\,\sqrt{\frac{(L + 1)^{L + 1}}{L^L}}

    Implements: penson2011 text, saxe2014 Fig. 6

    Parameters
    ----------
    factors : int
        Number :math:`L` of factors, 1 or more.
    gain : float
        Standard deviation :math:`g` of the entries, times the root of their number.

    Returns
    -------
    float
        Upper edge :math:`s_+` of the singular values; the lower one is 0.

    Raises
    ------
    InputError
        No factor, a gain that is not positive.

    Notes
    -----
    Exact in the limit of large matrices. It grows like the root of :math:`e\,L`, while the root mean square stays 1.

    Examples
    --------
    >>> [round(float(product_largest_singular_value(factors)), 3) for factors in (1, 5, 100)]
    [2.0, 3.864, 16.528]
    """
    L, g = _factors(factors), positive(gain, "gain", "a product of nothing has no singular values")
    return np.float64(g**L * math.exp(_log_edge(L) / 2))


def product_singular_value_cdf(singular_value: ArrayLike, factors: int, *, gain: float = 1.0) -> Array:
    r"""Share of the singular values of a product of Gaussian matrices below a number.

    With the angle :math:`\varphi` between 0 and :math:`\pi/(L + 1)` at which

    .. math:: \frac{s^2}{g^{2L}} = \frac{\sin^{L+1}((L + 1)\varphi)}{\sin\varphi\,\sin^L(L\varphi)},

    .. math:: F = 1 - \frac{1}{\pi}\left((L + 1)\,\varphi - \frac{L\,\sin\varphi\,\sin((L + 1)\varphi)}{\sin(L\varphi)}
                  \right)

    Implements: penson2011 text, haagerup2013 text, saxe2014 Fig. 6
    Checked by: tests/random_matrices/test_products.py::test_the_distribution_is_that_of_sampled_products

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0`.
    factors : int
        Number :math:`L` of square factors, 1 or more.
    gain : float
        Standard deviation :math:`g` of the entries, times the root of their number.

    Returns
    -------
    array, shape (...)
        Share :math:`F`, from 0 to 1.

    Raises
    ------
    InputError
        A negative singular value, no factor, a gain that is not positive.

    See Also
    --------
    product_singular_value_density : its derivative.

    Notes
    -----
    Exact in the limit of large matrices. The angle and the density are known (Haagerup and Möller); the distribution
    function is the imaginary part of the logarithmic potential, which the equation :math:`B = 1 + t\,B^{L+1}` of the
    generating function integrates. The angle is found to rounding and followed by one step that derivatives pass.

    Examples
    --------
    With ten factors most of what comes in is all but lost, although the mean square stays 1:

    >>> [round(float(product_singular_value_cdf(0.1, factors)), 4) for factors in (1, 2, 5, 10)]
    [0.0636, 0.1718, 0.4106, 0.6002]
    """
    L, xp, s, log_s = _scaled(singular_value, factors, gain)
    inside, rest, phi = _angle(xp, log_s, L)
    end, along = xp.sin(rest), xp.sin(rest + phi)
    F = (rest + L * xp.sin(phi) * end / along) / math.pi
    return xp.where(xp.isnan(s), s, xp.where(inside, F, xp.where(s > 0, xp.ones_like(s), xp.zeros_like(s))))


def product_singular_value_density(singular_value: ArrayLike, factors: int, *, gain: float = 1.0) -> Array:
    r"""Density of the singular values of a product of Gaussian matrices.

    With the angle of `product_singular_value_cdf`,

    .. math:: \rho = \frac{2\,s}{g^{2L}}\,\frac{\sin^2\varphi\,\sin^{L-1}(L\varphi)}{\pi\,\sin^L((L + 1)\varphi)}

    Implements: penson2011 text, haagerup2013 text, saxe2014 Fig. 6
    Checked by: tests/random_matrices/test_products.py::test_the_density_is_the_slope_of_the_distribution

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0`.
    factors : int
        Number :math:`L` of square factors, 1 or more.
    gain : float
        Standard deviation :math:`g` of the entries, times the root of their number.

    Returns
    -------
    array, shape (...)
        Density :math:`\rho`; 0 beyond the edge, ``inf`` at 0 of two factors or more.

    Raises
    ------
    InputError
        A negative singular value, no factor, a gain that is not positive.

    Notes
    -----
    Exact in the limit of large matrices. Near 0 it grows as :math:`s^{-(L-1)/(L+1)}`.

    Examples
    --------
    >>> product_singular_value_density([0.0, 1.0, 2.5], 1).round(4).tolist()
    [0.6366, 0.5513, 0.0]
    """
    L, xp, s, log_s = _scaled(singular_value, factors, gain)
    inside, rest, phi = _angle(xp, log_s, L)
    safe = xp.where(inside, s, xp.ones_like(s))
    rho = 2 * xp.sin(phi) * xp.sin(rest) / (math.pi * xp.sin(rest + phi)) / safe
    start = 2 / math.pi / gain if L == 1 else xp.inf
    return xp.where(xp.isnan(s), s, xp.where(inside, rho, xp.where(s == 0, start, xp.zeros_like(s))))


def product_squared_singular_value_moment(order: int, factors: int, *, gain: float = 1.0) -> np.float64:
    r"""Mean of a power of the squared singular values of a product of Gaussian matrices: a number of Fuss and Catalan.

    .. math:: m_k = \frac{g^{2Lk}}{L\,k + 1}\binom{(L + 1)\,k}{k}

    Implements: penson2011 text
    Checked by: tests/random_matrices/test_products.py::test_moments

    Parameters
    ----------
    order : int
        Power :math:`k` of the squared singular value, 0 or more.
    factors : int
        Number :math:`L` of factors, 1 or more.
    gain : float
        Standard deviation :math:`g` of the entries, times the root of their number.

    Returns
    -------
    float
        Mean :math:`m_k`; 1, 1 and :math:`1 + L` for the orders 0, 1 and 2 at gain 1.

    Raises
    ------
    InputError
        An order that is no whole number of at least 0, no factor, a gain that is not positive.

    Examples
    --------
    >>> [float(product_squared_singular_value_moment(2, factors)) for factors in (1, 5, 100)]
    [2.0, 6.0, 101.0]
    """
    k = whole(order, "order", 0, "the squared singular values come so near 0 that their inverse has no mean")
    L, g = _factors(factors), positive(gain, "gain", "a product of nothing has no singular values")
    return np.float64(g ** (2 * L * k) * (math.comb((L + 1) * k, k) // (L * k + 1)))


def product_eigenvalue_radius_cdf(radius: ArrayLike, factors: int, *, gain: float = 1.0) -> Array:
    r"""Share of the eigenvalues of a product of Gaussian matrices within a circle around 0.

    Up to the edge :math:`g^L` as displayed, and 1 beyond:

    .. math:: F = \frac{1}{g^2}\,r^{2/L}

    Implements: burda2010 text, saxe2014 Fig. 6

    Parameters
    ----------
    radius : array, shape (...)
        Radius :math:`0 \le r < g^L` in the complex plane.
    factors : int
        Number :math:`L` of square factors, 1 or more.
    gain : float
        Standard deviation :math:`g` of the entries, times the root of their number.

    Returns
    -------
    array, shape (...)
        Share :math:`F`, from 0 to 1; all angles are equally likely.

    Raises
    ------
    InputError
        A negative radius, no factor, a gain that is not positive.

    Notes
    -----
    Exact in the limit of large matrices. Eigenvalues of orthogonal products all have the radius :math:`g^L`.

    Examples
    --------
    >>> product_eigenvalue_radius_cdf([0.1, 1.0, 2.0], 5).round(3).tolist()
    [0.398, 1.0, 1.0]
    """
    L, g = _factors(factors), positive(gain, "gain", "a product of nothing has no eigenvalues")
    xp, r = law_arrays(radius=radius)
    inside = r < g**L
    share = xp.where(inside & (r > 0), r, xp.ones_like(r)) ** (2 / L) / g**2
    end = xp.where(r > 0, xp.ones_like(r), xp.zeros_like(r))
    return xp.where(xp.isnan(r), r, xp.where(inside & (r > 0), share, end))


def product_eigenvalue_radius_density(radius: ArrayLike, factors: int, *, gain: float = 1.0) -> Array:
    r"""Density of the radius of the eigenvalues of a product of Gaussian matrices.

    Up to the edge :math:`g^L` as displayed, and 0 beyond:

    .. math:: \rho = \frac{2}{L\,g^2}\,r^{2/L - 1}

    Implements: burda2010 text, saxe2014 Fig. 6

    Parameters
    ----------
    radius : array, shape (...)
        Radius :math:`0 < r < g^L` in the complex plane.
    factors : int
        Number :math:`L` of square factors, 1 or more.
    gain : float
        Standard deviation :math:`g` of the entries, times the root of their number.

    Returns
    -------
    array, shape (...)
        Density :math:`\rho` of the radius; divided by :math:`2\pi r` it is that of the plane. At radius 0 it is 0 for
        one factor, 1 for two at gain 1, ``inf`` for more.

    Raises
    ------
    InputError
        A negative radius, no factor, a gain that is not positive.

    Examples
    --------
    >>> product_eigenvalue_radius_density([0.5, 2.0], 1).tolist()
    [1.0, 0.0]
    """
    L, g = _factors(factors), positive(gain, "gain", "a product of nothing has no eigenvalues")
    xp, r = law_arrays(radius=radius)
    inside = (r < g**L) & (r > 0)
    height = 2 / (L * g**2) * xp.where(inside, r, xp.ones_like(r)) ** (2 / L - 1)
    start = {1: 0.0, 2: 1 / g**2}.get(L, math.inf)
    return xp.where(xp.isnan(r), r, xp.where(inside, height, xp.where(r == 0, start, xp.zeros_like(r))))


def orthogonal_product_singular_value(factors: int, *, gain: float = 1.0) -> np.float64:
    r"""The one singular value of a product of random orthogonal matrices, and the radius of its eigenvalues.

    .. math:: s = g^L

    Implements: saxe2014 Fig. 6

    Parameters
    ----------
    factors : int
        Number :math:`L` of square factors, 1 or more.
    gain : float
        Singular value :math:`g` of every factor.

    Returns
    -------
    float
        Singular value :math:`s`.

    Raises
    ------
    InputError
        No factor, a gain that is not positive.

    Examples
    --------
    >>> float(orthogonal_product_singular_value(100)), float(orthogonal_product_singular_value(100, gain=1.1).round())
    (1.0, 13781.0)
    """
    L, g = _factors(factors), positive(gain, "gain", "a product of nothing has no singular values")
    return np.float64(g**L)


def _factors(factors: int) -> int:
    return whole(factors, "factors", 1, "a product has at least one factor")


def _scaled(singular_value: ArrayLike, factors: int, gain: float) -> tuple[int, Namespace, Array, Array]:
    """Number of factors, namespace, singular values, and the logarithm of those in the bulk in units of the edge.

    NaN stands for all others.
    """
    L, g = _factors(factors), positive(gain, "gain", "a product of nothing has no singular values")
    xp, s = law_arrays(singular_value=singular_value)
    edge = float(product_largest_singular_value(L, gain=g))
    known = (s > 0) & (s < edge)
    return L, xp, s, xp.where(known, xp.log(xp.where(known, s, edge * xp.ones_like(s)) / edge), xp.nan)


def _angle(xp: Namespace, log_s: Array, L: int) -> tuple[Array, Array, Array]:
    r"""Which singular values lie in the bulk, the rest :math:`\pi - (L+1)\varphi` and the angle itself.

    The logarithm of the singular value falls with the angle. It is searched for in the logit of the rest, in which both
    ends, where hardly a digit of the angle itself would be left, are wide.
    """
    inside = ~xp.isnan(log_s)
    log_x = 2 * xp.where(inside, log_s, -xp.ones_like(log_s))
    target = detached(log_x)
    # while the rest is small, x is the power L + 1 of its ratio to the sine of pi/(L + 1)
    far = (target + _log_edge(L)) / (L + 1) + math.log(math.sin(math.pi / (L + 1)) / math.pi)
    # near the edge it falls with half of L (L + 1) times the square of the angle
    phi = xp.sqrt(xp.where(target < 0, -target, xp.ones_like(target)) * 2 / (L * (L + 1)))
    ratio = math.pi / ((L + 1) * phi) - 1
    y = xp.where(ratio > 1, xp.log(xp.where(ratio > 1, ratio, 2 * xp.ones_like(ratio))), far)
    low, high = LOWEST + 0 * y, HIGHEST + 0 * y
    y = xp.clip(y, LOWEST + 1, HIGHEST - 1)
    for _ in range(STEPS):
        value, slope = _log_square(xp, y, L)
        off = target - value
        low, high = xp.where(off > 0, y, low), xp.where(off > 0, high, y)
        step = off / xp.where(slope == 0, xp.ones_like(slope), slope)
        done = (slope != 0) & (xp.abs(step) <= 1e-15 * (1 + xp.abs(y)))
        stays = (slope != 0) & (y + step > low) & (y + step < high)
        y = xp.where(done, y, xp.where(stays, y + step, (low + high) / 2))
        if xp is np and bool(np.all(done)):
            break
    value, slope = _log_square(xp, y, L)
    step = (log_x - value) / detached(xp.where(xp.abs(slope) < FLAT, xp.ones_like(slope), slope))
    rest, phi = _rest_and_angle(xp, y + step, L)
    return inside, rest, phi


def _rest_and_angle(xp: Namespace, y: Array, L: int) -> tuple[Array, Array]:
    rest = math.pi / (1 + xp.exp(-y))
    return rest, math.pi / ((L + 1) * (1 + xp.exp(y)))


def _log_square(xp: Namespace, y: Array, L: int) -> tuple[Array, Array]:
    """Logarithm of the squared singular value over that of the edge at a logit of the rest, and its slope.

    Near the edge by how much each sine falls short of its angle, so that the digits of small angles count.
    """
    rest, phi = _rest_and_angle(xp, y, L)
    near = rest > math.pi / 2
    small = xp.where(near, phi, math.pi / (3 * (L + 1)) * xp.ones_like(phi))
    whole_, one, most = _short(xp, (L + 1) * small), _short(xp, small), _short(xp, L * small)
    value_near = (L + 1) * whole_[0] - one[0] - L * most[0]
    slope_near = (L + 1) ** 2 * whole_[1] - one[1] - L**2 * most[1]
    end = xp.where(near, math.pi / 2 * xp.ones_like(rest), rest)
    phi_far = (math.pi - end) / (L + 1)
    along = end + phi_far
    value_far = (L + 1) * xp.log(xp.sin(end)) - xp.log(xp.sin(phi_far)) - L * xp.log(xp.sin(along)) - _log_edge(L)
    slope_far = -((L + 1) ** 2) / xp.tan(end) - 1 / xp.tan(phi_far) + L**2 / xp.tan(along)
    slope = xp.where(near, slope_near, slope_far)
    return xp.where(near, value_near, value_far), -slope * rest * phi / math.pi  # by the logit instead of the angle


def _short(xp: Namespace, x: Array) -> tuple[Array, Array]:
    r"""Logarithm of :math:`\sin x/x` and its derivative, by their series where that is all that is left."""
    series = x < SERIES
    low, high = xp.where(series, x, xp.zeros_like(x)), xp.where(series, xp.ones_like(x), x)
    square = low**2
    value = -square * (1 / 6 + square * (1 / 180 + square * (1 / 2835 + square / 37800)))
    slope = -low * (1 / 3 + square * (1 / 45 + square * (2 / 945 + square / 4725)))
    return (
        xp.where(series, value, xp.log(xp.sin(high) / high)),
        xp.where(series, slope, 1 / xp.tan(high) - 1 / high),
    )


def _log_edge(L: int) -> float:
    return (L + 1) * math.log(L + 1) - L * math.log(L)
