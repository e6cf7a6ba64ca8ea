r"""How the size of the weights bounds the gap between train and test error.

The exact errors of linear students are in `spectral`. The bound holds for every student whose last layer is linear. It
explains why large networks can generalize well with early stopping, or if some of their inputs never vary.
"""

from __future__ import annotations

from .._core.arrays import Array, ArrayLike
from .._core.domains import law_arrays
from .._core.stable import product


def norm_bound(weight_norm: ArrayLike, input_norm: ArrayLike, samples: ArrayLike) -> Array:
    r"""Bound on how much noise students with weights of a given size can fit: their Rademacher complexity.

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
    An upper bound, reached only by orthogonal inputs. It is largest where the weights are: late in learning, with about
    as many samples as directions (the peak of double descent).

    Examples
    --------
    >>> norm_bound(4.0, 10.0, [10, 1000]).tolist()
    [2.0, 0.2]
    """
    xp, squared, x2, count = law_arrays(weight_norm=weight_norm, input_norm=input_norm, samples=samples)
    return xp.sqrt(product(xp, squared, x2) / count)
