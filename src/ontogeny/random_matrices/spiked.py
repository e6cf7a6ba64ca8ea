r"""Spiked random matrices: when the first singular vectors detect a signal in noise, and how well they align with it.

A table of :math:`n` rows and :math:`m` columns is :math:`\theta\,a\,b^T` (unit vectors) plus independent noise of
variance :math:`1/m`, in the limit of many rows and columns at a fixed ratio :math:`c = n/m`, above or below 1. Below
`threshold` the first singular vectors are orthogonal to the signal; above it they align with it more and more (the
Baik-Ben Arous-Péché transition).
"""

from __future__ import annotations

from .._core.arrays import Array, ArrayLike
from .._core.domains import law_arrays
from .._core.stable import quiet
from .quadrature import within_reach


@quiet
def threshold(aspect_ratio: ArrayLike) -> Array:
    r"""Smallest signal that the first singular vectors detect.

    .. math:: \theta_c = \sqrt{\sqrt{c}}

    Implements: benaychgeorges2012 sec. 3

    Parameters
    ----------
    aspect_ratio : array, shape (...)
        Rows per column, :math:`c > 0`.

    Returns
    -------
    array, shape (...)
        Size :math:`\theta_c` of the signal at the threshold.

    Examples
    --------
    >>> threshold([1.0, 0.0625]).tolist()
    [1.0, 0.5]
    """
    xp, c = law_arrays(aspect_ratio=aspect_ratio)
    return xp.sqrt(xp.sqrt(c))


@quiet
def row_overlap(signal: ArrayLike, aspect_ratio: ArrayLike) -> Array:
    r"""Squared cosine between the first left singular vector and the rows' part of the signal.

    Above the threshold as displayed, and 0 below it:

    .. math:: p = 1 - \frac{c\,(1 + \theta^2)}{\theta^2\,(\theta^2 + c)}

    Implements: benaychgeorges2012 sec. 3, lampinen2019 Fig. 2

    Parameters
    ----------
    signal : array, shape (...)
        Size :math:`\theta` of the signal, whose sign does not matter; :math:`\theta^4 > c` for the display.
    aspect_ratio : array, shape (...)
        Rows per column, :math:`c > 0`.

    Returns
    -------
    array, broadcast shape
        Squared overlap :math:`p`, from 0 to 1.

    Notes
    -----
    Exact in the limit of large tables. In finite ones the threshold is smooth: some overlap remains below it.

    Examples
    --------
    >>> row_overlap([0.9, 2.0], 1.0).tolist()
    [0.0, 0.75]
    """
    xp, theta, c = law_arrays(signal=signal, aspect_ratio=aspect_ratio)
    theta, c = within_reach(xp, theta), within_reach(xp, c)
    square = xp.where(theta**2 <= xp.sqrt(c), xp.sqrt(c), theta**2)
    overlap = 1 - (c + c / square) / (square + c)
    return xp.where(theta**2 <= xp.sqrt(c), xp.zeros_like(overlap), overlap)


@quiet
def column_overlap(signal: ArrayLike, aspect_ratio: ArrayLike) -> Array:
    r"""Squared cosine between the first right singular vector and the columns' part of the signal.

    Above the threshold as displayed, and 0 below it:

    .. math:: p = 1 - \frac{c + \theta^2}{\theta^2\,(\theta^2 + 1)}

    Implements: benaychgeorges2012 sec. 3, lampinen2019 Fig. 2

    Parameters
    ----------
    signal : array, shape (...)
        Size :math:`\theta` of the signal, whose sign does not matter; :math:`\theta^4 > c` for the display.
    aspect_ratio : array, shape (...)
        Rows per column, :math:`c > 0`.

    Returns
    -------
    array, broadcast shape
        Squared overlap :math:`p`, from 0 to 1.

    Notes
    -----
    Exact in the limit of large tables. In finite ones the threshold is smooth: some overlap remains below it.

    Examples
    --------
    A signal is easier to detect on the shorter side of the table:

    >>> bool(row_overlap(1.0, 0.5) > column_overlap(1.0, 0.5))
    True
    """
    xp, theta, c = law_arrays(signal=signal, aspect_ratio=aspect_ratio)
    theta, c = within_reach(xp, theta), within_reach(xp, c)
    square = xp.where(theta**2 <= xp.sqrt(c), xp.sqrt(c), theta**2)
    overlap = 1 - (1 + c / square) / (square + 1)
    return xp.where(theta**2 <= xp.sqrt(c), xp.zeros_like(overlap), overlap)


@quiet
def top_singular_value(signal: ArrayLike, aspect_ratio: ArrayLike) -> Array:
    r"""Largest singular value of the noisy table.

    Above the threshold as displayed; below it the edge of the noise, :math:`1 + \sqrt{c}`:

    .. math:: x = \frac{\sqrt{(1 + \theta^2)\,(c + \theta^2)}}{\theta}

    Implements: benaychgeorges2012 sec. 3, lampinen2019 Fig. 2

    Parameters
    ----------
    signal : array, shape (...)
        Size :math:`\theta` of the signal, whose sign does not matter; :math:`\theta^4 > c` for the display.
    aspect_ratio : array, shape (...)
        Rows per column, :math:`c > 0`.

    Returns
    -------
    array, broadcast shape
        Singular value :math:`x` [in units in which the noise has variance 1 over the number of columns].

    Examples
    --------
    >>> top_singular_value([0.0, 1.0, 2.0], 1.0).round(12).tolist()
    [2.0, 2.0, 2.5]
    """
    xp, theta, c = law_arrays(signal=signal, aspect_ratio=aspect_ratio)
    below = theta**2 <= xp.sqrt(c)
    square = xp.where(below, xp.ones_like(c), theta**2)
    return xp.where(below, 1 + xp.sqrt(c), xp.sqrt(1 + square) * xp.sqrt(c / square + 1))
