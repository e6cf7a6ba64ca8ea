r"""Other ways to learn from the same data: ridge (Tikhonov), weight decay, spectral cut-off, and any linear filter.

A linear filter leaves a share r of every mode unlearned. Its error is two averages over the spectrum, its bias and its
variance. `filter_error` takes any filter; the others have closed forms or rules of their own. No method, linear or not,
can do better than `bayes_error`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace, detached
from .._core.checks import InputError
from .._core.domains import law_arrays
from .._core.stable import product, quiet, relaxation_integral
from ..random_matrices import marchenko_pastur
from ..random_matrices.quadrature import GRADED, averages, like, relaxation, rule, within_reach
from .arguments import prepared, untraced
from .curves import final


@quiet
def ridge_error(
    load: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    ridge: ArrayLike | None = None,
) -> Array:
    r"""Mean squared error on new examples of ridge (Tikhonov) regression: a penalty on squared weights.

    With :math:`d` as below, in a form that loses no digits and needs no limit:

    .. math:: b = \gamma + \alpha - 1

    .. math:: d = \sqrt{b^2 + 4\,\gamma}

    .. math:: u = \frac{d - b}{2}

    .. math:: E = \sigma_\epsilon^2 + \frac{2\,\alpha\,\sigma_\epsilon^2}{d\,(\gamma + \alpha + 1 + d)} +
                  \frac{\sigma_w^2\,u\,(\gamma + u)}{d}

    Implements: krogh1992 text, advani2020 text

    Parameters
    ----------
    load : array, shape (...)
        Samples over inputs, :math:`\alpha > 0`.
    signal_variance : array, shape (...)
        Variance :math:`\sigma_w^2 \ge 0` of the teacher's weights.
    noise_variance : array, shape (...)
        Variance :math:`\sigma_\epsilon^2 \ge 0` of the noise.
    ridge : array, shape (...), optional
        Ridge, added to every eigenvalue, :math:`\gamma \ge 0`; ``inf`` for a student that learns nothing. If not given,
        the best ridge: the noise variance over the signal variance, whose error is `bayes_error`.

    Returns
    -------
    array, broadcast shape
        Error :math:`E`; ``inf`` without a ridge at a load of 1, with noise.

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance or ridge.

    See Also
    --------
    test_error : early stopping instead; with first weights of 0 its excess error is at most 4.1 % higher.
    ridge_risk : the same for inputs of any covariance.

    Notes
    -----
    Exact in the limit of many inputs. The ridge belongs to the sum over samples, for inputs of variance one over their
    number. The same ridge on the mean over samples of inputs of variance 1 is this one divided by the load.

    Examples
    --------
    Without a ridge the error peaks at a load of 1 (double descent); the best ridge removes the peak:

    >>> ridge_error([0.5, 1.0, 2.0], signal_variance=5.0, ridge=1e-6).round(2).tolist()
    [4.5, 500.5, 2.0]
    >>> ridge_error([0.5, 1.0, 2.0], signal_variance=5.0).round(2).tolist()
    [4.11, 2.79, 1.74]
    """
    if ridge is None:
        return bayes_error(load, signal_variance=signal_variance, noise_variance=noise_variance)
    xp, a, signal, noise, g = law_arrays(
        load=load, signal_variance=signal_variance, noise_variance=noise_variance, ridge=ridge
    )
    a, without = within_reach(xp, a), g == xp.inf
    g = within_reach(xp, xp.where(without, xp.ones_like(g), g))
    b = g + (a - 1)
    square = b**2 + 4 * g
    pole = square <= 0
    d = xp.sqrt(xp.where(pole, xp.ones_like(square), square))
    u = xp.where(b > 0, 2 * g / xp.where(b > 0, b + d, xp.ones_like(d)), (d - b) / 2)
    bias = xp.where(pole, xp.zeros_like(d), u * (g + u) / d)
    amplified = xp.where(pole, xp.inf, 2 * a / (d * (g + a + 1 + d)))
    bias, amplified = xp.where(without, xp.ones_like(bias), bias), xp.where(without, xp.zeros_like(d), amplified)
    return noise + product(xp, noise, amplified) + product(xp, signal, bias)


@quiet
def bayes_error(load: ArrayLike, *, signal_variance: ArrayLike = 1.0, noise_variance: ArrayLike = 1.0) -> Array:
    r"""Lowest mean squared error on new examples that any method can reach from the data.

    .. math:: b = \sigma_\epsilon^2 + (\alpha - 1)\,\sigma_w^2

    .. math:: E = \sigma_\epsilon^2 + \frac{\sqrt{b^2 + 4\,\sigma_\epsilon^2\,\sigma_w^2} - b}{2}

    Implements: advani2020 text

    Parameters
    ----------
    load : array, shape (...)
        Samples over inputs, :math:`\alpha > 0`.
    signal_variance : array, shape (...)
        Variance :math:`\sigma_w^2 \ge 0` of the teacher's weights.
    noise_variance : array, shape (...)
        Variance :math:`\sigma_\epsilon^2 \ge 0` of the noise.

    Returns
    -------
    array, broadcast shape
        Error :math:`E` of the posterior mean, for a teacher and noise that are Gaussian.

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance.

    Notes
    -----
    Exact in the limit of many inputs. The best ridge reaches it. The noise variance is the irreducible error (noise
    ceiling), which no number of samples removes; the rest is due to having so few of them.

    Examples
    --------
    Without noise, as many samples as inputs are enough:

    >>> bayes_error([0.5, 1.0, 2.0], noise_variance=0.0).tolist()
    [0.5, 0.0, 0.0]
    """
    xp, a, signal, noise = law_arrays(load=load, signal_variance=signal_variance, noise_variance=noise_variance)
    a, endless = within_reach(xp, a), (signal == xp.inf) | (noise == xp.inf)
    end, n, s = final(xp, detached(a)), detached(noise), detached(signal)
    without_prior = n + product(xp, n, end.amplified) + product(xp, s, end.kept)
    unit = xp.where(endless, xp.ones_like(noise), noise) + xp.where(endless, xp.ones_like(signal), signal)
    unit = detached(xp.where(unit > 0, unit, xp.ones_like(unit)))  # squares of the variances might overflow
    n, s = (xp.where(endless, xp.zeros_like(unit), x) / unit for x in (noise, signal))
    b = n + (a - 1) * s
    square = b**2 + 4 * n * s
    nothing = square <= 0
    d = xp.where(nothing, xp.zeros_like(square), xp.sqrt(xp.where(nothing, xp.ones_like(square), square)))
    above = 2 * n * s / xp.where(b > 0, b + d, xp.ones_like(d))
    return xp.where(endless, without_prior, noise + unit * xp.where(b > 0, above, (d - b) / 2))


@quiet
def weight_decay_error(
    time: ArrayLike,
    load: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike = 0.0,
    weight_decay: ArrayLike,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Mean squared error on new examples of a student whose weights decay while they learn.

    First weights are forgotten as :math:`e^{-(\lambda + \gamma) t/\tau}`; learning ends at ridge regression.

    Checked by: tests/generalization/test_regularization.py::test_weight_decay_against_sampled_matrices

    Parameters
    ----------
    time, load, signal_variance, noise_variance, initial_variance, tau
        As for `test_error`.
    weight_decay : array, shape (...)
        Decay rate of every weight, 0 or more [per unit of `tau`].

    Returns
    -------
    array, broadcast shape
        Error; at the end that of a ridge as large as the decay.

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance, time or decay.

    Notes
    -----
    Exact in the limit of many inputs. The best decay for long learning is the noise variance over the signal variance.

    Examples
    --------
    Weight decay forgets large first weights; from few samples, learning without it never does:

    >>> weight_decay_error(30.0, 0.5, initial_variance=10.0, weight_decay=[0.0, 1.0]).round(2).tolist()
    [7.49, 1.78]
    """
    xp, t, a, signal, noise, initial = prepared(time, load, signal_variance, noise_variance, initial_variance, tau)
    xp, g, t, a, signal, noise, initial = law_arrays(
        weight_decay=weight_decay, t=t, a=a, signal=signal, noise=noise, initial=initial
    )
    at_end, at_once = t == xp.inf, g == xp.inf
    running = xp.where(at_end, xp.ones_like(t), t)
    g = within_reach(xp, xp.where(at_once, xp.ones_like(g), g))
    over = averages(xp, _decaying, a, running, g)
    unlearned = averages(xp, relaxation, a, running).kept * xp.exp(-2 * g * running)
    now = product(xp, noise, 1 + over.amplified) + product(xp, signal, over.kept) + product(xp, initial, unlearned)
    stays = xp.where(g > 0, xp.zeros_like(g), marchenko_pastur.atom(a))
    last = ridge_error(a, signal_variance=signal, noise_variance=noise, ridge=g) + product(xp, initial, stays)
    unmoved = noise + signal + xp.where(t > 0, xp.zeros_like(initial), initial)
    return xp.where(at_once, unmoved, xp.where(at_end, last, now))


@quiet
def spectral_cutoff_error(
    load: ArrayLike, *, signal_variance: ArrayLike = 1.0, noise_variance: ArrayLike = 1.0, cutoff: ArrayLike
) -> Array:
    r"""Mean squared error on new examples of a student that learns large modes completely, others not at all.

    Principal component regression,

    .. math:: E = \sigma_\epsilon^2 + \sigma_w^2 \int_{\lambda < c} \rho\,d\lambda
                  + \sigma_\epsilon^2 \int_{\lambda \ge c} \frac{\rho}{\lambda}\,d\lambda

    Checked by: tests/generalization/test_regularization.py::test_a_cutoff_against_adaptive_integration

    Parameters
    ----------
    load, signal_variance, noise_variance
        As for `test_error`.
    cutoff : array, shape (...)
        Smallest eigenvalue that is learned, 0 or more.

    Returns
    -------
    array, broadcast shape
        Error; ``inf`` without a cut-off at a load of 1, with noise.

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance or cut-off.

    Notes
    -----
    Exact in the limit of many inputs.

    Examples
    --------
    >>> spectral_cutoff_error(1.0, signal_variance=5.0, cutoff=[0.0, 0.2, 9.0]).round(2).tolist()
    [inf, 3.37, 6.0]
    """
    xp, a, signal, noise, c = law_arrays(
        load=load, signal_variance=signal_variance, noise_variance=noise_variance, cutoff=cutoff
    )
    a = within_reach(xp, a) + 0 * xp.where(c < xp.inf, c, xp.where(c == xp.inf, xp.zeros_like(c), c))
    low, high = marchenko_pastur.edges(a)
    everything, inside = c <= low, (c > low) & (c < high)
    width = xp.where(inside, high - low, xp.ones_like(a))
    share = xp.where(inside, (xp.where(inside, c, low) - low) / width, 0.5 * xp.ones_like(a))
    start = xp.asin(xp.sqrt(share))[..., None]
    place, step = _crowded(xp, a)
    angle = start + (math.pi / 2 - start) * place
    l = low[..., None] + (high - low)[..., None] * xp.sin(angle) ** 2  # noqa: E741
    w = 4 / math.pi * a[..., None] * xp.sin(2 * angle) ** 2 * (math.pi / 2 - start) * step
    zero, end = 0 * a, final(xp, a)
    learned = xp.where(everything, end.learned, xp.where(inside, xp.sum(w / l, axis=-1), zero))
    amplified = xp.where(everything, end.amplified, xp.where(inside, xp.sum(w / l**2, axis=-1), zero))
    return noise + product(xp, signal, xp.clip(1 - learned, 0.0, 1.0)) + product(xp, noise, amplified)


def filter_error(
    residual: Callable[[np.ndarray], np.ndarray],
    load: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike = 0.0,
) -> np.ndarray:
    r"""Mean squared error on new examples of any linear filter: irreducible error, bias and variance.

    .. math:: E = \sigma_\epsilon^2 + \int \rho(\lambda) \left[(\sigma_w^2 + \sigma_0^2)\,r^2
                  + \sigma_\epsilon^2\,\frac{(1 - r)^2}{\lambda}\right] d\lambda

    Checked by: tests/generalization/test_regularization.py::test_a_filter_of_ones_own

    Parameters
    ----------
    residual : function
        Maps an array of eigenvalues above 0 to the share r of each mode that is not learned. It must go to 1 smoothly
        towards eigenvalue 0, where there is nothing to learn from.
    load, signal_variance, noise_variance, initial_variance
        As for `test_error`.

    Returns
    -------
    array, broadcast shape
        Error, in NumPy.

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance, a residual that is not one number for each eigenvalue.

    Notes
    -----
    Exact in the limit of many inputs, up to the error of a sum over 1024 eigenvalues, which is near rounding for smooth
    filters. Filters that vary by less than rounding near eigenvalue 0 lose digits; the other laws do not.

    Examples
    --------
    Early stopping is one filter, ridge another:

    >>> float(filter_error(lambda eigenvalue: 0.2 / (0.2 + eigenvalue), 2.0, signal_variance=5.0).round(4))
    1.7417
    """
    _, a, signal, noise, initial = law_arrays(
        load=load, signal_variance=signal_variance, noise_variance=noise_variance, initial_variance=initial_variance
    )
    a, signal, noise, initial = untraced("filter_error", a, signal, noise, initial)
    l, w = rule(within_reach(np, np.where(np.isnan(a), 1.0, a)), GRADED[-1][0])  # noqa: E741
    r = np.asarray(residual(l), dtype=float)
    if r.shape != l.shape or not np.all(np.isfinite(r)):
        raise InputError(
            "residual",
            f"returned an array of shape {r.shape}, but one finite number for each eigenvalue is needed ({l.shape})",
            "write a function such as lambda eigenvalue: np.exp(-3.0 * eigenvalue)",
        )
    kept = np.where(np.isnan(a), np.nan, 1 - np.sum(w * (1 - r) * (1 + r) / l, axis=-1))
    return noise + product(np, signal + initial, kept) + product(np, noise, np.sum(w * ((1 - r) / l) ** 2, axis=-1))


def _decaying(xp: Namespace, eigenvalue: Array, time: Array, decay: Array, *, late: Array) -> tuple[Array, Array]:
    rate = eigenvalue + decay
    learned = relaxation_integral(rate, time)
    return xp.exp(-rate * time) + decay * learned, learned


def _crowded(xp: Namespace, array: Array) -> tuple[Array, Array]:
    """Nodes between 0 and 1 that crowd at both ends, and their weights."""
    low, high, count = -4.4, 2.6, 512
    step = (high - low) / (count - 1)
    u = low + step * np.arange(count)
    far = np.exp(-np.pi * np.sinh(u))
    place, weight = 1 / (1 + far), np.pi * np.cosh(u) * far / (1 + far) ** 2 * step
    return like(xp, place, array), like(xp, weight, array)
