r"""How large weights bound the gap between train and test error.

The exact errors of linear students are in `spectral`; the bound holds for every student whose last layer is linear, and
explains why large networks that are stopped early, or whose small variances are zero, can do well.
"""

from __future__ import annotations

from .._core.arrays import Array, ArrayLike
from .._core.domains import law_arrays
from .arguments import product


def norm_bound(weight_norm: ArrayLike, input_norm: ArrayLike, samples: ArrayLike) -> Array:
    r"""Bound on what students with weights of a given size can fit to noise: their Rademacher complexity.

    .. math:: R = \sqrt{\frac{B^2\,x^2}{P}}

    Parameters
    ----------
    weight_norm : array, shape (...)
        Squared norm :math:`B^2` of the weights; `spectral_risk` has it over time for weights that start at zero.
    input_norm : array, shape (...)
        Mean squared norm :math:`x^2` of the inputs (of the last hidden layer, in deeper students).
    samples : array, shape (...)
        Number :math:`P` of samples.

    Returns
    -------
    array, broadcast shape
        Bound on the Rademacher complexity of the samples [units of the answers].

    Raises
    ------
    InputError
        A negative norm, no samples.

    Notes
    -----
    An upper bound, met only by inputs at right angles. It is largest where the weights are: late in learning near as
    many samples as directions.

    Examples
    --------
    >>> norm_bound(4.0, 10.0, [10, 1000]).tolist()
    [2.0, 0.2]
    """
    xp, squared, x2, count = law_arrays(weight_norm=weight_norm, input_norm=input_norm, samples=samples)
    return xp.sqrt(product(xp, squared, x2) / count)
