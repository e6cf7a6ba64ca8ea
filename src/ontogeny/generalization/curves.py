r"""Errors and weights over time of a student without hidden layer, learning by gradient flow.

Inputs are white with variance 1 over their number, a teacher with weights of variance `signal_variance` gives the
answers, noise of variance `noise_variance` spoils those of the training set and of new examples alike. All laws are
sums of three parts, one for each variance, and none is divided by: no noise, no signal and no initial weights are
ordinary inputs. The clock is that of the rest of the package, :math:`\tau\,dw/dt = (y - w X)\,X^T`.
"""

from __future__ import annotations

from typing import Any

from .._core.arrays import Array, ArrayLike, Namespace, on_host
from .._core.checks import whole
from .._core.domains import law_arrays
from ..random_matrices import marchenko_pastur
from ..random_matrices.quadrature import Averages, Filter, averages, finite_size, relaxation
from .arguments import looked_at, prepared, product

ROUNDING = 1e-12  # of a load, which stands for a whole number of samples


def test_error(
    time: ArrayLike,
    load: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
    inputs: int | None = None,
) -> Array:
    r"""Mean squared error on new examples after learning for some time.

    .. math:: E_g = \sigma_\epsilon^2 + \int \rho(\lambda) \left[(\sigma_w^2 + \sigma_0^2)\,e^{-2\lambda t/\tau}
                    + \sigma_\epsilon^2\,\frac{(1 - e^{-\lambda t/\tau})^2}{\lambda}\right] d\lambda

    Implements: advani2020 Fig. 1
    Checked by: tests/generalization/test_curves.py::test_curves_against_many_digits

    Parameters
    ----------
    time : array, shape (...)
        Learning time, 0 or more [unit of `tau`]; ``inf`` for the end of learning.
    load : array, shape (...)
        Samples over inputs, above 0. Broadcasts: pass ``load[:, None]`` for a (loads, times) table.
    signal_variance : array, shape (...)
        Variance of the teacher's weights; with white inputs of variance 1 over their number also that of its answers.
    noise_variance : array, shape (...)
        Variance of the noise in every answer. At 1, `signal_variance` is the signal-to-noise ratio.
    initial_variance : array, shape (...)
        Variance of the student's weights before learning.
    tau : float
        Time constant.
    inputs : int, optional
        Number of inputs. If it is given, the mean over data sets of this finite size: to first order in one over this
        number before the end, exact at the end.

    Returns
    -------
    array, broadcast shape
        Error, the noise of the new examples included; ``inf`` where the law diverges (load 1, at the end, with noise).

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance or time.

    See Also
    --------
    train_error : the same on the examples learned from.
    optimal_stopping : where it is least.

    Notes
    -----
    Exact in the limit of many inputs and samples, for independent inputs of any distribution; single data sets of N
    inputs scatter around it by about one over N, single teachers by about one over its square root. The correction for
    a finite number of inputs is that of Gaussian inputs; it fails at a load near 1 once the time exceeds that number.

    Examples
    --------
    As many samples as inputs are the worst number if learning goes on for too long, and not if it stops in time:

    >>> test_error([[3.0], [1e4]], [0.5, 1.0, 2.0], signal_variance=5.0).round(2).tolist()
    [[4.13, 2.84, 1.78], [4.5, 66.62, 2.0]]
    """
    xp, t, a, signal, noise, initial = prepared(time, load, signal_variance, noise_variance, initial_variance, tau)
    over = course(xp, a, t, inputs)
    return noise + product(xp, signal + initial, over.kept) + product(xp, noise, over.amplified)


test_error.__test__ = False  # type: ignore[attr-defined]  # a law, and no test to be collected


def train_error(
    time: ArrayLike,
    load: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
    inputs: int | None = None,
) -> Array:
    r"""Mean squared error on the examples learned from.

    .. math:: E_t = \sigma_\epsilon^2\,(1 - \frac{1}{\alpha}) + \frac{1}{\alpha} \int \rho(\lambda)
                    \left[(\sigma_w^2 + \sigma_0^2)\,\lambda + \sigma_\epsilon^2\right] e^{-2\lambda t/\tau}\,d\lambda

    Implements: advani2020 Fig. 1
    Checked by: tests/generalization/test_curves.py::test_curves_against_many_digits

    Parameters
    ----------
    time : array, shape (...)
        Learning time, 0 or more [unit of `tau`]; ``inf`` for the end of learning.
    load : array, shape (...)
        Samples over inputs, above 0.
    signal_variance, noise_variance, initial_variance : array, shape (...)
        Variances of the teacher's weights, of the noise, of the student's weights before learning.
    tau : float
        Time constant.
    inputs : int, optional
        Number of inputs, for the mean over data sets of this finite size.

    Returns
    -------
    array, broadcast shape
        Error; it ends at 0 for loads up to 1, and at the noise times one minus one over the load beyond.

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance or time.

    Notes
    -----
    Exact in the limit of many inputs, like `test_error`. Small errors are exact relative to their own size.

    Examples
    --------
    >>> train_error([0.0, 3.0, float("inf")], 2.0, signal_variance=5.0).round(2).tolist()
    [6.0, 0.53, 0.5]
    """
    xp, t, a, signal, noise, initial = prepared(time, load, signal_variance, noise_variance, initial_variance, tau)
    over = course(xp, a, t, inputs)
    floor = xp.where(a < 1, xp.zeros_like(a), 1 - 1 / a)
    return product(xp, noise, floor + over.bulk_kept / a) + product(xp, signal + initial, over.loss / a)


def weight_norm(
    time: ArrayLike,
    load: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
    inputs: int | None = None,
) -> Array:
    r"""Mean square of the student's weights.

    .. math:: \frac{|w|^2}{N} = \int \rho(\lambda) \left[\sigma_0^2\,e^{-2\lambda t/\tau} + \left(\sigma_w^2 +
              \frac{\sigma_\epsilon^2}{\lambda}\right) (1 - e^{-\lambda t/\tau})^2\right] d\lambda

    Checked by: tests/generalization/test_curves.py::test_curves_against_many_digits

    Parameters
    ----------
    time : array, shape (...)
        Learning time, 0 or more [unit of `tau`]; ``inf`` for the end of learning.
    load : array, shape (...)
        Samples over inputs, above 0.
    signal_variance, noise_variance, initial_variance : array, shape (...)
        Variances of the teacher's weights, of the noise, of the student's weights before learning.
    tau : float
        Time constant.
    inputs : int, optional
        Number of inputs, for the mean over data sets of this finite size.

    Returns
    -------
    array, broadcast shape
        Squared length of the weights over their number; ``inf`` where the law diverges.

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance or time.

    Notes
    -----
    Exact in the limit of many inputs, like `test_error`. It times the number of inputs is the squared norm that
    bounds of the generalization error are made of; it peaks at a load of 1.

    Examples
    --------
    Noise makes weights grow beyond those of the teacher, most of all at a load of 1:

    >>> weight_norm(1e4, [0.1, 1.0, 10.0]).round(2).tolist()
    [0.21, 66.59, 1.11]
    """
    xp, t, a, signal, noise, initial = prepared(time, load, signal_variance, noise_variance, initial_variance, tau)
    over = course(xp, a, t, inputs)
    learned = product(xp, signal, over.learned_squared)
    return product(xp, initial, over.kept) + learned + product(xp, noise, over.amplified)


def teacher_overlap(
    time: ArrayLike,
    load: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
    inputs: int | None = None,
) -> Array:
    r"""Mean product of the student's weights and the teacher's.

    .. math:: \frac{w \cdot \bar w}{N} = \sigma_w^2 \int \rho(\lambda)\,(1 - e^{-\lambda t/\tau})\,d\lambda

    Checked by: tests/generalization/test_curves.py::test_curves_against_many_digits

    Parameters
    ----------
    time : array, shape (...)
        Learning time, 0 or more [unit of `tau`]; ``inf`` for the end of learning.
    load : array, shape (...)
        Samples over inputs, above 0.
    signal_variance, noise_variance, initial_variance : array, shape (...)
        Variances of the teacher's weights, of the noise, of the student's weights before learning. Only the first
        counts.
    tau : float
        Time constant.
    inputs : int, optional
        Number of inputs, for the mean over data sets of this finite size.

    Returns
    -------
    array, broadcast shape
        Overlap; all of the signal variance once everything is learned, the load times it where samples are too few.

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance or time.

    Notes
    -----
    Exact in the limit of many inputs, like `test_error`, to which it belongs: the excess error is the teacher's norm
    plus the student's minus twice this.

    Examples
    --------
    >>> teacher_overlap([0.0, 1.0, float("inf")], 0.5).round(3).tolist()
    [0.0, 0.274, 0.5]
    """
    xp, t, a, signal, noise, initial = prepared(time, load, signal_variance, noise_variance, initial_variance, tau)
    return product(xp, signal, course(xp, a, t, inputs).learned) + product(xp, xp.zeros_like(t), noise + initial)


def partial_observation(
    share: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
) -> dict[str, Any]:
    """The student who sees only some of the teacher's inputs, as arguments for every law of this room.

    What is not seen is noise, and what is seen has less variance, so that the clock runs slower.

    Checked by: tests/generalization/test_curves.py::test_a_partially_observed_teacher_is_a_noisier_slower_one

    Parameters
    ----------
    share : array, shape (...)
        Share of the teacher's inputs that the student sees, above 0 and up to 1.
    signal_variance, noise_variance, initial_variance : array, shape (...)
        Variances with respect to all inputs of the teacher, each input of variance 1 over their number.
    tau : float
        Time constant.

    Returns
    -------
    dict
        The keywords signal_variance, noise_variance, initial_variance and tau; the load is that of the inputs seen.

    Raises
    ------
    InputError
        A share outside of 0 to 1, a negative variance.

    Notes
    -----
    Exact for independent inputs.

    Examples
    --------
    >>> half = partial_observation(0.5, signal_variance=4.0)
    >>> {name: float(value) for name, value in half.items()}
    {'signal_variance': 2.0, 'noise_variance': 3.0, 'initial_variance': 0.0, 'tau': 2.0}
    >>> float(test_error(0.0, 2.0, **half))
    5.0
    """
    xp, f, signal, noise, initial, unit = law_arrays(
        share=share,
        signal_variance=signal_variance,
        noise_variance=noise_variance,
        initial_variance=initial_variance,
        tau=tau,
    )
    f = looked_at(xp, "share", f, f <= 1, "it is a part of the teacher's inputs", "write 0.5 for half")
    return {
        "signal_variance": f * signal,
        "noise_variance": noise + product(xp, 1 - f, signal),
        "initial_variance": f * initial,
        "tau": unit / f,
    }


def course(xp: Namespace, load: Array, time: Array, inputs: int | None = None) -> Averages:
    """The averages of gradient flow at any time, the end of learning included, and any number of inputs."""
    at_end = time == xp.inf
    running = xp.where(at_end, xp.ones_like(time), time)
    over = corrected(xp, relaxation, load, running, (), inputs)
    if at_end.shape == () and not_traced(at_end) and not bool(at_end):
        return over
    end = final(xp, load + 0 * running, inputs)
    return Averages(*(xp.where(at_end, last, now) for last, now in zip(end, over, strict=True)))


def corrected(
    xp: Namespace,
    filter_: Filter,
    load: Array,
    time: Array,
    parameters: tuple[Any, ...],
    inputs: int | None,
    **options: Any,
) -> Averages:
    """The averages of a filter, with what a finite number of inputs adds."""
    over = averages(xp, filter_, load, time, *parameters, **options)
    if inputs is None:
        return over
    n = whole(inputs, "inputs", 1, "a student has at least one input")
    more = finite_size(xp, filter_, load, time, *parameters)
    return Averages(*(value + change / n for value, change in zip(over, more, strict=True)))


def final(xp: Namespace, load: Array, inputs: int | None = None) -> Averages:
    """The averages at the end of learning; of the noise, for a finite number of inputs, the exact mean (Wishart)."""
    a = load
    atom = marchenko_pastur.atom(a)
    least = xp.where(a >= 1, xp.ones_like(a), a)
    apart = xp.abs(1 - a)
    if inputs is not None:
        apart = apart - 1 / whole(inputs, "inputs", 1, "a student has at least one input")
    pole = apart <= (0 if inputs is None else ROUNDING)
    amplified = xp.where(pole, xp.inf, least / xp.where(pole, xp.ones_like(apart), apart))
    return Averages(atom, xp.zeros_like(a), 1 - atom, 1 - atom, amplified, xp.zeros_like(a))


def not_traced(array: ArrayLike) -> bool:
    """Whether the array has values already."""
    return on_host(array) is not None
