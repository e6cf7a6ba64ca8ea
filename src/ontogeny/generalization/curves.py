r"""Errors and weights over time of a student without hidden layer, learning by gradient flow.

Inputs are white with variance 1 over their number. A teacher with weights of variance `signal_variance` gives the
answers. Noise of variance `noise_variance` is added to all of them, in the training set and in new examples. All laws
are sums of three parts, one for each variance, and divide by none: each of them may be 0. The clock is that of the rest
of the package, :math:`\tau\,dw/dt = (y - w X)\,X^T`.
"""

from __future__ import annotations

from .._core.arrays import Array, ArrayLike, Namespace, on_host
from .._core.checks import whole
from .._core.domains import law_arrays
from .._core.stable import product
from ..random_matrices import marchenko_pastur
from ..random_matrices.quadrature import Averages, Filter, averages, finite_size, relaxation
from .arguments import checked, prepared

ROUNDING = 1e-12  # of a load, which is a whole number of samples over the number of inputs


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
    r"""Mean squared error on new examples after learning for some time: learning, then overfitting; double descent.

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
        Variance of the teacher's weights; for these inputs also that of its answers.
    noise_variance : array, shape (...)
        Variance of the noise in every answer: the irreducible error (noise ceiling). At 1, `signal_variance` is the
        signal-to-noise ratio.
    initial_variance : array, shape (...)
        Variance of the student's weights before learning.
    tau : float
        Time constant.
    inputs : int, optional
        Number of inputs. If given, the mean over data sets of this finite size: to first order in one over this number
        before the end, exact at the end.

    Returns
    -------
    array, broadcast shape
        Error, including the noise of the new examples; ``inf`` where the law diverges (load 1, at the end, with noise).

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance or time.

    See Also
    --------
    train_error : the same on the training set.
    optimal_stopping : early stopping, at the time when it is lowest.
    spectral_risk : the same for inputs of any covariance, as bias and variance.

    Notes
    -----
    Exact in the limit of many inputs and samples, for independent inputs of any distribution. Single data sets of N
    inputs scatter around it by about 1/N, single teachers by about one over the square root of N. The correction for a
    finite number of inputs is that of Gaussian inputs; it fails at a load near 1 once the time exceeds that number.

    Long training overfits most at a load of 1, where the student can just fit all samples, noise included. More samples
    or fewer are better: this is double descent, and early stopping removes it.

    Examples
    --------
    Double descent: as many samples as inputs are worst after long training, but not with early stopping:

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
    r"""Mean squared error on the training set.

    .. math:: E_t = \sigma_\epsilon^2\,(1 - \frac{1}{\alpha}) + \frac{1}{\alpha} \int \rho(\lambda)
                    \left[(\sigma_w^2 + \sigma_0^2)\,\lambda + \sigma_\epsilon^2\right] e^{-2\lambda t/\tau}\,d\lambda

    Implements: advani2020 Fig. 1
    Checked by: tests/generalization/test_curves.py::test_curves_against_many_digits

    Parameters
    ----------
    time, load, signal_variance, noise_variance, initial_variance, tau, inputs
        As for `test_error`.

    Returns
    -------
    array, broadcast shape
        Error; it ends at 0 for loads up to 1, and above at the noise variance times one minus one over the load.

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
    time, load, signal_variance, noise_variance, initial_variance, tau, inputs
        As for `test_error`.

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
    Exact in the limit of many inputs, like `test_error`. Times the number of inputs it is the squared norm in bounds of
    the generalization error (`norm_bound`). Like double descent, it peaks at a load of 1.

    Examples
    --------
    Overfitting the noise makes weights larger than those of the teacher, most of all at a load of 1:

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
    r"""Mean product of the weights of the student and of the teacher.

    .. math:: \frac{w \cdot \bar w}{N} = \sigma_w^2 \int \rho(\lambda)\,(1 - e^{-\lambda t/\tau})\,d\lambda

    Checked by: tests/generalization/test_curves.py::test_curves_against_many_digits

    Parameters
    ----------
    time, load, signal_variance, noise_variance, initial_variance, tau, inputs
        As for `test_error`; only the signal variance matters.

    Returns
    -------
    array, broadcast shape
        Overlap; at the end the signal variance, times the load if that is below 1.

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance or time.

    Notes
    -----
    Exact in the limit of many inputs, like `test_error`: its excess over the noise is the norm of the teacher plus that
    of the student minus twice this overlap.

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
) -> dict[str, Array]:
    """A student that sees only some of the teacher's inputs, as arguments for the other laws.

    Inputs that are not seen act as noise. Those that are seen have less variance, so that the clock is slower.

    Checked by: tests/generalization/test_curves.py::test_a_partially_observed_teacher_is_a_noisier_slower_one

    Parameters
    ----------
    share : array, shape (...)
        Share of the teacher's inputs that the student sees, above 0 and up to 1.
    signal_variance, noise_variance, initial_variance : array, shape (...)
        Variances for all inputs of the teacher, each input of variance 1 over their number.
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
    f = checked(xp, "share", f, f <= 1, "it is a part of the teacher's inputs", "write 0.5 for half")
    return {
        "signal_variance": f * signal,
        "noise_variance": noise + product(xp, 1 - f, signal),
        "initial_variance": f * initial,
        "tau": unit / f,
    }


def course(xp: Namespace, load: Array, time: Array, inputs: int | None = None) -> Averages:
    """The averages of gradient flow at any time, including the end of learning, and for any number of inputs."""
    at_end = time == xp.inf
    running = xp.where(at_end, xp.ones_like(time), time)
    over = corrected(xp, relaxation, load, running, (), inputs)
    if at_end.shape == () and on_host(at_end) is not None and not bool(at_end):
        return over
    end = final(xp, load + 0 * running, inputs)
    return Averages(*(xp.where(at_end, last, now) for last, now in zip(end, over, strict=True)))


def corrected(
    xp: Namespace,
    filter_: Filter,
    load: Array,
    time: Array,
    parameters: tuple[Array, ...],
    inputs: int | None,
    settles: bool = True,
) -> Averages:
    """The averages of a filter, corrected for a finite number of inputs."""
    over = averages(xp, filter_, load, time, *parameters, settles=settles)
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
