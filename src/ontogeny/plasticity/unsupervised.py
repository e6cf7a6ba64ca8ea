r"""Learning from inputs alone: linear autoencoders, denoising ones, and the Hebbian subspace rule.

All three learn the directions along which inputs vary, each at a rate of twice its variance. A linear autoencoder is a
network of two layers whose target is its input, so that each principal component is a mode of `modes.balanced`; the
whole weights are those of `networks.evolve` with the inputs' correlation as what is to be learned.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.integrate import solve_ivp

from .._core.arrays import Array, ArrayLike
from .._core.checks import InputError
from .._core.domains import law_arrays
from ..modes import balanced

TOLERANCE = 1e-11  # relative, of the integrated Hebbian rule


def autoencoder_strength(
    time: ArrayLike,
    variance: ArrayLike,
    initial_strength: ArrayLike,
    *,
    corruption_variance: ArrayLike = 0.0,
    weight_decay: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Strength with which a linear autoencoder passes on one principal component after learning for some time.

    A mode of two layers (`modes.balanced.mode_strength`) whose target is its input: what is to be learned is the
    variance :math:`\lambda`, and the input varies by :math:`\lambda + \nu` where it is corrupted by noise.

    .. math:: c = \frac{c_0}{\exp(-k\,t) + (\lambda + \nu)\,c_0\,\frac{1 - \exp(-k\,t)}{\lambda - \gamma}}

    .. math:: k = 2\,(\lambda - \gamma)/\tau

    Implements: pretorius2018 text

    Parameters
    ----------
    time : array, shape (...)
        Learning time :math:`t \ge 0` [unit of `tau`].
    variance : array, shape (...)
        Variance :math:`\lambda \ge 0` of the inputs along the component. Broadcasts: pass ``time[:, None]`` for a
        (times, components) table.
    initial_strength : array, shape (...)
        Strength :math:`c_0 \ge 0` before learning, encoder times decoder.
    corruption_variance : array, shape (...)
        Variance :math:`\nu \ge 0` of the noise that a denoising autoencoder gets with its input, and has to remove.
    weight_decay : float
        Decay rate :math:`\gamma \ge 0` of every weight.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Strength :math:`c(t)`; in the end :math:`(\lambda - \gamma)/(\lambda + \nu)`, or 0 where the variance is below
        the decay.

    See Also
    --------
    autoencoder_time : the inverse.
    hebbian_flow : the rule of Oja, which has the same course.

    Notes
    -----
    Exact where encoder and decoder start equal and along the components. Small random weights of a *wide* hidden layer
    follow it from `autoencoder_initial_strength` within 1% of their times; where hidden units are as few as the
    components, late ones have to wait for free units and are learned later, or earlier, by up to a half.

    Examples
    --------
    The directions of large variance are learned first; noise of variance 1 halves what is passed on of variance 1:

    >>> autoencoder_strength(4.0, [2.0, 1.0, 0.25], initial_strength=0.01).round(3).tolist()
    [1.0, 0.968, 0.069]
    >>> autoencoder_strength(30.0, 1.0, initial_strength=0.01, corruption_variance=1.0).round(3).tolist()
    0.5
    """
    *_, t, v, c0, noise, decay, tau = law_arrays(
        time=time, variance=variance, initial_strength=initial_strength, corruption_variance=corruption_variance,
        weight_decay=weight_decay, tau=tau,
    )  # fmt: skip
    return balanced.mode_strength(t, v, c0, input_variance=v + noise, weight_decay=decay, tau=tau)


def autoencoder_time(
    strength: ArrayLike,
    variance: ArrayLike,
    initial_strength: ArrayLike,
    *,
    corruption_variance: ArrayLike = 0.0,
    weight_decay: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
) -> Array:
    r"""Time at which a linear autoencoder passes on a principal component with some strength.

    Without noise and decay :math:`t = \frac{\tau}{2\,\lambda} \ln\frac{c\,(1 - c_0)}{c_0\,(1 - c)}`.

    Implements: pretorius2018 text
    Checked by: tests/plasticity/test_unsupervised.py::test_the_time_is_that_of_the_course

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`c` to be reached.
    variance, initial_strength, corruption_variance, weight_decay, tau
        As for `autoencoder_strength`.

    Returns
    -------
    array, broadcast shape
        Time [unit of `tau`]; ``inf`` if the strength is never reached, negative if it lies in the past.

    Examples
    --------
    >>> autoencoder_time(0.5, [2.0, 0.25], 0.01).round(2).tolist()
    [1.15, 9.19]
    """
    *_, c, v, c0, noise, decay, tau = law_arrays(
        strength=strength, variance=variance, initial_strength=initial_strength,
        corruption_variance=corruption_variance, weight_decay=weight_decay, tau=tau,
    )  # fmt: skip
    return balanced.time_to_strength(c, v, c0, input_variance=v + noise, weight_decay=decay, tau=tau)


def autoencoder_initial_strength(encoder: ArrayLike, decoder: ArrayLike, components: ArrayLike) -> np.ndarray:
    r"""Strength that random weights of an autoencoder leave to each principal component.

    Of encoder and decoder only the half that they share grows: :math:`c_0 = |W_1 v + W_2^T v|^2/4`.

    Derived for this package; no printed source is known.

    Checked by: tests/plasticity/test_unsupervised.py::test_wide_random_autoencoders_follow_the_law

    Parameters
    ----------
    encoder : array, shape (hidden, inputs)
        First layer :math:`W_1`.
    decoder : array, shape (inputs, hidden)
        Second layer :math:`W_2`.
    components : array, shape (inputs, components)
        Principal components, a column each.

    Returns
    -------
    array, shape (components,)

    Raises
    ------
    InputError
        Weights of other shapes.

    Examples
    --------
    >>> autoencoder_initial_strength([[0.1, 0.0]], [[0.1], [0.2]], np.eye(2)).round(4).tolist()
    [0.01, 0.01]
    """
    first, second, v = (np.asarray(each, dtype=float) for each in (encoder, decoder, components))
    if first.ndim != 2 or second.shape != first.shape[::-1] or v.shape[:1] != first.shape[1:]:
        raise InputError(
            "decoder",
            f"has the shape {second.shape} and the components {v.shape}, but the encoder has {first.shape}",
            "pass an encoder (hidden, inputs), a decoder (inputs, hidden), components (inputs, components)",
        )
    return np.sum((first @ v + second.T @ v) ** 2, axis=0) / 4


def hebbian_flow(
    weights: ArrayLike, input_correlation: ArrayLike, *, times: Sequence[float] | np.ndarray, tau: float = 1.0
) -> np.ndarray:
    r"""Weights under the Hebbian subspace rule of Oja, integrated.

    .. math:: \tau\,\frac{dW}{dt} = W\,C - W\,C\,W^T\,W

    A component that the weights pass on with :math:`c = |W v|^2` follows `autoencoder_strength`.

    Implements: oja1989 text
    Checked by: tests/plasticity/test_unsupervised.py::test_the_hebbian_rule_has_the_course_of_the_autoencoder

    Parameters
    ----------
    weights : array, shape (units, inputs)
        Weights :math:`W` at time 0.
    input_correlation : array, shape (inputs, inputs)
        Correlation :math:`C` of the inputs.
    times : array, shape (times,)
        Increasing, from 0 on [unit of `tau`].
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, shape (times, units, inputs)

    Raises
    ------
    InputError
        Shapes that do not fit, times that do not increase.

    Examples
    --------
    >>> found = hebbian_flow([[0.1, 0.1]], np.diag([2.0, 1.0]), times=[0.0, 20.0])
    >>> (found[-1] ** 2).round(3).tolist()
    [[1.0, 0.0]]
    """
    start, c = np.asarray(weights, dtype=float), np.asarray(input_correlation, dtype=float)
    clock = np.asarray(times, dtype=float)
    if start.ndim != 2 or c.shape != (start.shape[1],) * 2:
        raise InputError(
            "input_correlation", f"has the shape {c.shape}, but the weights are {start.shape}", "pass (inputs, inputs)"
        )
    if clock.ndim != 1 or not clock.size or clock[0] < 0 or np.any(np.diff(clock) <= 0):
        raise InputError("times", "do not increase from 0 on", "write np.linspace(0, 10, 50)")

    def velocity(_: float, flat: np.ndarray) -> np.ndarray:
        w = flat.reshape(start.shape)
        driven = w @ c
        return ((driven - driven @ w.T @ w) / tau).ravel()

    end = max(float(clock[-1]), 1e-12)
    found = solve_ivp(
        velocity, (0.0, end), start.ravel(), method="DOP853", t_eval=clock, rtol=TOLERANCE, atol=TOLERANCE * 1e-3
    )
    return found.y.T.reshape(clock.size, *start.shape)
