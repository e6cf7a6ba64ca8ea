r"""How sudden the learning of one mode is: the width of its transition, alone and against the wait before it.

`width` and `sharpness` are those of two weight matrices, `deep_width` and `deep_sharpness` of any number,
`shallow_width` of one (where the sharpness is :math:`\ln 9/\ln 2` whatever the mode). `steepest` is the peak of the
velocity, and `completion_time` the time from a small strength to nearly the final one.
"""

from __future__ import annotations

import math

from .._core.arrays import Array, ArrayLike
from .._core.domains import law_arrays
from .._core.stable import product, quiet
from .deep import time_to_strength

SHALLOW_SHARPNESS = math.log(9) / math.log(2)


@quiet
def width(singular_value: ArrayLike, *, tau: ArrayLike = 1.0) -> Array:
    r"""Time that a mode takes from 10 to 90% of its strength in a network with one hidden layer.

    .. math:: w = \frac{\tau}{s}\,\ln(9)

    Implements: saxe2019 SI

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s > 0` of the mode in the world.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Width :math:`w` [unit of `tau`].

    Notes
    -----
    Exact for balanced layers and decoupled modes, whatever the variance of the inputs and the strength before
    learning, as long as that is below 10%.

    Examples
    --------
    A mode half as strong takes twice as long:

    >>> (width(1.0) / width([1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    _, s, tau = law_arrays(singular_value=singular_value, tau=tau)
    return tau / s * math.log(9)


@quiet
def sharpness(singular_value: ArrayLike, initial_strength: ArrayLike, *, input_variance: ArrayLike = 1.0) -> Array:
    r"""Width of a mode's transition over the time until it is half learned, with one hidden layer.

    .. math:: r = \frac{2\,\ln(9)}{\ln(\frac{s - d\,a_0}{d\,a_0})}

    Implements: saxe2019 SI

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`a_0` of the mode before learning, :math:`0 < a_0`, with :math:`2\,a_0\,d < s`.
    input_variance : array, shape (...)
        Variance :math:`d > 0` of the inputs along the mode.

    Returns
    -------
    array, broadcast shape
        Ratio :math:`r`: 0 for a jump; NaN from a start above half of the final strength.

    Notes
    -----
    Exact for balanced layers and decoupled modes. It depends on the start as a share of the end alone: width and wait
    both scale as 1/s, so later modes are wider in proportion.

    Examples
    --------
    The smaller the start, the more sudden the transition:

    >>> sharpness(7**0.5, [1e-1, 1e-3, 1e-9]).round(2).tolist()
    [1.36, 0.56, 0.2]
    """
    xp, s, a0, d = law_arrays(
        singular_value=singular_value, initial_strength=initial_strength, input_variance=input_variance
    )
    start = product(xp, d, a0)
    below = xp.where(2 * start > s, xp.nan * xp.ones_like(start), start)  # already half learned
    return 2 * math.log(9) / xp.log((s - below) / below)


@quiet
def steepest(singular_value: ArrayLike, *, input_variance: ArrayLike = 1.0, tau: ArrayLike = 1.0) -> Array:
    r"""Highest velocity of a mode in a network with one hidden layer, reached when it is half learned.

    .. math:: v = \frac{s^2}{2\,\tau\,d}

    Implements: saxe2019 SI

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s > 0` of the mode in the world.
    input_variance : array, shape (...)
        Variance :math:`d > 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Velocity :math:`v` [strength per unit of time].

    Examples
    --------
    >>> float(steepest(2.0))
    2.0
    """
    _, s, d, tau = law_arrays(singular_value=singular_value, input_variance=input_variance, tau=tau)
    return s**2 / (2 * tau * d)


@quiet
def completion_time(singular_value: ArrayLike, margin: ArrayLike, *, tau: ArrayLike = 1.0) -> Array:
    r"""Time from a small strength to the same distance from the final one, in a network with one hidden layer.

    .. math:: t = \frac{\tau}{s}\,\ln(\frac{s - \epsilon}{\epsilon})

    Implements: saxe2019 SI

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s > 0` of the mode in the world.
    margin : array, shape (...)
        Strength :math:`\epsilon` at the start, and what is missing at the end; :math:`0 < \epsilon < s`.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Time :math:`t` [unit of `tau`].

    Notes
    -----
    Exact for white inputs, balanced layers and decoupled modes. For a small margin it is nearly
    :math:`\frac{\tau}{s}\,\ln(s/\epsilon)`, the form that the paper prints.

    Examples
    --------
    >>> import numpy as np
    >>> float(completion_time(7**0.5, 1e-3).round(4)), float((np.log(7**0.5 / 1e-3) / 7**0.5).round(4))
    (2.9785, 2.9786)
    """
    xp, s, epsilon, tau = law_arrays(singular_value=singular_value, margin=margin, tau=tau)
    return tau / s * xp.log((s - epsilon) / epsilon)


@quiet
def shallow_width(*, input_variance: ArrayLike = 1.0, tau: ArrayLike = 1.0) -> Array:
    r"""Time that any mode takes from 10 to 90% of its strength in a network without hidden layer.

    .. math:: w = \frac{\tau}{d}\,\ln(9)

    Implements: saxe2019 SI

    Parameters
    ----------
    input_variance : array, shape (...)
        Variance :math:`d > 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Width :math:`w` [unit of `tau`].

    Notes
    -----
    Exact from a start at 0. The mode is half learned at :math:`\frac{\tau}{d}\,\ln(2)`, so that the sharpness is
    :math:`\ln 9/\ln 2 = 3.17` for every mode: no stages without depth.

    Examples
    --------
    >>> float(shallow_width().round(2))
    2.2
    """
    _, d, tau = law_arrays(input_variance=input_variance, tau=tau)
    return tau / d * math.log(9)


@quiet
def deep_width(
    singular_value: ArrayLike,
    initial_strength: ArrayLike,
    *,
    depth: float,
    input_variance: ArrayLike = 1.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Time that a mode takes from 10 to 90% of its strength in a network of any depth.

    .. math:: w = \int_{s/(10\,d)}^{9\,s/(10\,d)} \frac{\tau\,du}{L\,u^{2 - 2/L}\,(s - d\,u)}

    Implements: saxe2019 SI
    Checked by: tests/modes/test_transitions.py::test_deep_widths_are_those_of_the_integrated_course

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s > 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`a_0` of the mode before learning; the part of the transition below it does not count.
    depth : float
        Number :math:`L \ge 1` of weight matrices.
    input_variance : array, shape (...)
        Variance :math:`d > 0` of the inputs along the mode.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Width :math:`w` [unit of `tau`].

    Examples
    --------
    >>> [float(deep_width(2.0, 0.1**depth, depth=depth).round(2)) for depth in (2, 3, 5)]
    [1.1, 0.8, 0.53]
    """
    xp, s, a0, d = law_arrays(
        singular_value=singular_value, initial_strength=initial_strength, input_variance=input_variance
    )
    until = [time_to_strength(share * s / d, s, a0, depth=depth, input_variance=d, tau=tau) for share in (0.1, 0.9)]
    return until[1] - xp.where(until[0] < 0, xp.zeros_like(until[0]), until[0])


@quiet
def deep_sharpness(
    singular_value: ArrayLike, initial_strength: ArrayLike, *, depth: float, input_variance: ArrayLike = 1.0
) -> Array:
    r"""Width of a mode's transition over the time until it is half learned, in a network of any depth.

    .. math:: r = \frac{t(9\,s/(10\,d)) - t(s/(10\,d))}{t(s/(2\,d))}

    with the clock :math:`t` of `deep.time_to_strength`.

    Implements: saxe2019 SI
    Checked by: tests/modes/test_transitions.py::test_printed_sharpness_by_depth

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s > 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`a_0 > 0` of the mode before learning, of all layers together, below half of the end.
    depth : float
        Number :math:`L \ge 1` of weight matrices.
    input_variance : array, shape (...)
        Variance :math:`d > 0` of the inputs along the mode.

    Returns
    -------
    array, broadcast shape
        Ratio :math:`r`: 0 for a jump; NaN from a start above half of the final strength.

    Examples
    --------
    From the same strength of each layer, every layer makes the transition more sudden:

    >>> [float(deep_sharpness(2.0, 0.1**depth, depth=depth).round(2)) for depth in (2, 3, 4)]
    [0.83, 0.17, 0.03]
    """
    xp, s, a0, d = law_arrays(
        singular_value=singular_value, initial_strength=initial_strength, input_variance=input_variance
    )
    half = time_to_strength(s / (2 * d), s, a0, depth=depth, input_variance=d)
    half = xp.where(half < 0, xp.nan * xp.ones_like(half), half)  # already half learned
    return deep_width(s, a0, depth=depth, input_variance=d) / half
