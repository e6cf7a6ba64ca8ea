r"""Learning curves of one mode, by half-time and by what is known before learning, with exact derivatives."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import expit, logit

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite
from .._core.special import beta_series
from ..modes import deep


def learning_curve(time: ArrayLike, *, half_time: float, initial_fraction: float, depth: float) -> np.ndarray:
    r"""Share of what is learned in the end, over time.

    With :math:`q(0) = r`, and :math:`\kappa` such that half is there at the half-time,

    .. math:: \frac{dq}{dt} = \kappa\,q^{2 - 2/D}\,(1 - q)

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_curves.py::test_the_curve_solves_its_equation

    Parameters
    ----------
    time : array, shape (...)
        Times of 0 or more, in any unit.
    half_time : float
        When half is learned, in the same unit.
    initial_fraction : float
        Share :math:`r` that is there before learning, above 0 and below one half.
    depth : float
        Number :math:`D` of weight matrices, 1 or more: 1 is the exponential curve, 2 the logistic one.

    Returns
    -------
    array, shape (...)

    Raises
    ------
    InputError
        A half-time or a depth that cannot be, an initial fraction outside of 0 to one half.

    See Also
    --------
    fit_learning_curve : the curve that fits right answers best.

    Notes
    -----
    The time constant, the singular value and the initial strength of the mode enter through two numbers only, here the
    half-time and the initial fraction. One curve tells no third.

    Examples
    --------
    >>> learning_curve([0.0, 5.0, 10.0], half_time=5.0, initial_fraction=0.01, depth=2).round(3).tolist()
    [0.01, 0.5, 0.99]
    """
    t = np.asarray(time, dtype=float)
    half, r, layers = _checked(t, half_time, initial_fraction, depth)
    return share_of_end(t, half, r, layers)


def share_of_end(t: np.ndarray, half: float, r: float, depth: float) -> np.ndarray:
    """The same for numbers that are known to be good; one layer and two have short forms."""
    if depth == 1:
        return np.asarray(1 - (1 - r) * (0.5 / (1 - r)) ** (t / half))
    if depth == 2:
        return np.asarray(expit(logit(r) * (1 - t / half)))
    return np.asarray(deep.mode_strength(t, 1.0, r, depth=depth, tau=depth / rate(half, r, depth)))


def rate(half_time: float, initial_fraction: float, depth: float) -> float:
    """Rate kappa of the curve, one over the unit of time."""
    if depth == 1:
        return float(np.log(2 * (1 - initial_fraction))) / half_time
    if depth == 2:
        return -float(logit(initial_fraction)) / half_time
    return (_clock(0.5, depth) - _clock(initial_fraction, depth)) / half_time


def _clock(q: float, depth: float) -> float:
    r"""Integral of :math:`q^{2/D - 2}/(1 - q)` up to a share of one half at most, up to a constant.

    As `modes.deep.time_to_strength`, for one number that is known to be good.
    """
    a, logarithm = 2 / depth - 1, math.log(q)
    series = float(beta_series(q, a + 2))
    return math.expm1(a * logarithm) / a + math.expm1((a + 1) * logarithm) / (a + 1) + q ** (a + 2) * series


def slopes(time: np.ndarray, q: np.ndarray, half_time: float, initial_fraction: float, depth: float) -> np.ndarray:
    r"""Derivatives of the curve by the logarithm of the half-time and by the logit of the initial fraction, (2, times).

    In the clock of the mode :math:`T(q) = T(r) + \kappa\,t`, with :math:`T' = 1/(q^{2-2/D}(1-q))`, and :math:`\kappa`
    follows from :math:`T(1/2) = T(r) + \kappa\,h`, so that both are known in closed form.
    """
    power = 2 - 2 / depth
    speed = q**power * (1 - q)
    by_half = -time * rate(half_time, initial_fraction, depth) * speed
    # r (1 - r), from the logit, over the speed at r: r^(1 - power)
    with np.errstate(over="ignore"):
        by_start = speed * initial_fraction ** (1 - power) * (1 - time / half_time)
    return np.stack([by_half, by_start])


def time_to_share(share: float, half_time: float, initial_fraction: float, depth: float) -> float:
    """When a share of the end is there; negative where it was so before time 0."""
    passed = deep.time_to_strength(share, 1.0, initial_fraction, depth=depth, tau=depth)
    return float(passed) / rate(half_time, initial_fraction, depth)


def _checked(time: np.ndarray, half_time: float, initial_fraction: float, depth: float) -> tuple[float, float, float]:
    if np.any(time < 0) or np.any(np.isnan(time)):
        raise InputError("time", "holds a number that is negative or unknown", "count from the beginning of learning")
    half, r, layers = (
        finite(value, name)
        for value, name in ((half_time, "half_time"), (initial_fraction, "initial_fraction"), (depth, "depth"))
    )
    if half <= 0:
        raise InputError("half_time", f"is {half_time!r}, but half is learned after the beginning", "write above 0")
    if not 0 < r < 0.5:
        raise InputError("initial_fraction", f"is {initial_fraction!r}, but it lies between 0 and 0.5", "write 0.01")
    if layers < 1:
        raise InputError("depth", f"is {depth!r}, but a network has a layer", "write 1 or more")
    return half, r, layers
