r"""Steps of finite size: full-batch gradient descent, and one fresh example at a time.

`gradient_descent_error` is `test_error` in steps of finite size; at `largest_learning_rate` and above they diverge.
`online_error` is stochastic gradient descent (SGD) that sees every example once, so that it cannot overfit.
"""

from __future__ import annotations

from .._core.arrays import Array, ArrayLike, Namespace
from .._core.domains import law_arrays
from .._core.stable import log1p_ratio, product, relaxation_integral
from ..random_matrices import marchenko_pastur
from ..random_matrices.quadrature import Averages, within_reach
from .arguments import checked, resolved
from .curves import corrected, final


def largest_learning_rate(load: ArrayLike) -> Array:
    r"""Learning rate below which full-batch gradient descent converges.

    .. math:: \eta = \frac{2}{(1 + \sqrt{\alpha})^2}

    Parameters
    ----------
    load : array, shape (...)
        Samples over inputs, :math:`\alpha > 0`.

    Returns
    -------
    array, shape (...)
        Learning rate :math:`\eta` [unit of 1/tau].

    Examples
    --------
    >>> largest_learning_rate([1.0, 4.0]).round(3).tolist()
    [0.5, 0.222]
    """
    return 2 / marchenko_pastur.edges(load)[1]


def gradient_descent_error(
    step: ArrayLike,
    load: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike = 0.0,
    learning_rate: ArrayLike,
    inputs: int | None = None,
) -> Array:
    r"""Mean squared error on new examples after some steps of full-batch gradient descent.

    The law of `test_error` with a residual of :math:`(1 - \eta\lambda)^k` instead of the exponential.

    Checked by: tests/generalization/test_steps.py::test_steps_against_the_loop_itself

    Parameters
    ----------
    step : array, shape (...)
        Number of steps taken, whole and 0 or more; ``inf`` for the end of learning.
    learning_rate : array, shape (...)
        Size of a step, above 0 and below `largest_learning_rate`. Times the number of steps it is the time of the flow.
    load, signal_variance, noise_variance, initial_variance, inputs
        As for `test_error`.

    Returns
    -------
    array, broadcast shape
        Error, including the noise of the new examples.

    Raises
    ------
    InputError
        A learning rate at which learning diverges, a load of 0 or less, a negative variance or number of steps.

    Notes
    -----
    Exact in the limit of many inputs, for steps of any size that converges.

    Examples
    --------
    Small steps follow the flow; large steps are a little ahead of it:

    >>> gradient_descent_error([1000, 30, 10], 0.5, learning_rate=[0.003, 0.1, 0.3]).round(3).tolist()
    [1.98, 1.985, 1.997]
    """
    xp, k, a, signal, noise, initial, eta = law_arrays(
        step=step,
        load=load,
        signal_variance=signal_variance,
        noise_variance=noise_variance,
        initial_variance=initial_variance,
        learning_rate=learning_rate,
    )
    whole = (k == xp.round(k)) | (k == xp.inf)
    k = checked(xp, "step", k, whole, "steps are counted in whole numbers", "write a whole number")
    relative = eta * marchenko_pastur.edges(a)[1] / 2
    diverges = "learning diverges at largest_learning_rate(load) and above"
    eta = checked(xp, "learning_rate", eta, ~(relative >= 1), diverges, "write a smaller one")
    a = within_reach(xp, a)
    at_end = resolved(xp, k * eta, a) == xp.inf
    running = xp.where(at_end, xp.ones_like(k), k) + 0 * relative * eta
    over = corrected(xp, _stepping, a, running * eta, (running, eta), inputs, settles=False)
    end = final(xp, a + 0 * running * eta, inputs)
    over = Averages(*(xp.where(at_end, last, now) for last, now in zip(end, over, strict=True)))
    return noise + product(xp, signal + initial, over.kept) + product(xp, noise, over.amplified)


def online_error(
    time: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike = 0.0,
    learning_rate: ArrayLike,
) -> Array:
    r"""Mean squared error on new examples of online learning (SGD), which sees every example once.

    .. math:: e = \frac{\eta\,\sigma_\epsilon^2}{2 - \eta}

    .. math:: E = \sigma_\epsilon^2 + e + (\sigma_w^2 + \sigma_0^2 - e)\,\exp(-(2 - \eta)\,\eta\,u)

    Its clock is not that of `test_error`: in one unit of time the student sees as many examples as there are inputs, so
    that time is also the load.

    Parameters
    ----------
    time : array, shape (...)
        Examples seen over the number of inputs, :math:`u \ge 0`; ``inf`` for the end of learning.
    signal_variance : array, shape (...)
        Variance :math:`\sigma_w^2 \ge 0` of the teacher's weights.
    noise_variance : array, shape (...)
        Variance :math:`\sigma_\epsilon^2 \ge 0` of the noise.
    initial_variance : array, shape (...)
        Variance :math:`\sigma_0^2 \ge 0` of the student's weights before learning.
    learning_rate : array, shape (...)
        Learning rate :math:`\eta`, with :math:`0 < \eta < 2`; at 1 a step fits its example completely.

    Returns
    -------
    array, broadcast shape
        Error :math:`E`.

    Raises
    ------
    InputError
        A learning rate outside of 0 to 2, a negative variance or time.

    Notes
    -----
    Exact in the limit of many inputs, each of variance one over their number.

    Examples
    --------
    Large steps learn fast, but keep a larger error:

    >>> online_error([[1.0], [50.0]], learning_rate=[0.1, 1.0]).round(3).tolist()
    [[1.836, 2.0], [1.053, 2.0]]
    """
    xp, u, signal, noise, initial, eta = law_arrays(
        time=time,
        signal_variance=signal_variance,
        noise_variance=noise_variance,
        initial_variance=initial_variance,
        learning_rate=learning_rate,
    )
    diverges = "learning one example at a time converges only below 2"
    eta = checked(xp, "learning_rate", eta, eta < 2, diverges, "write a number such as 0.5")
    left = xp.exp(-(2 - eta) * eta * u)
    return noise + product(xp, signal + initial, left) + product(xp, noise, eta / (2 - eta) * (1 - left))


def _stepping(
    xp: Namespace, eigenvalue: Array, time: Array, k: Array, eta: Array, *, late: Array
) -> tuple[Array, Array]:
    """What k steps leave of a mode, and what they have learned over the eigenvalue; small steps by logarithms."""
    x = eta * eigenvalue
    small = x < 0.5
    slow = log1p_ratio(-xp.where(small, x, xp.zeros_like(x)), 1.0)  # the rate of the steps over that of the flow
    rate = xp.where(small, eigenvalue, xp.zeros_like(x)) * slow
    gently = slow * relaxation_integral(rate, time + 0 * x)
    base = 1 - xp.where(small, xp.zeros_like(x), x)
    sign = xp.where((base < 0) & (k % 2 == 1), -xp.ones_like(x), xp.ones_like(x))
    jumped = sign * xp.abs(base) ** k
    kept = xp.where(small, xp.exp(-rate * time), jumped)
    return kept, xp.where(small, gently, (1 - jumped) / xp.where(small, xp.ones_like(x), eigenvalue))
