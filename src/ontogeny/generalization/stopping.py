r"""Early stopping: the best time, between learning and overfitting.

The slope of the test error vanishes when the rate at which signal is learned has fallen to that at which noise is
learned. For white inputs both are Bessel functions (`random_matrices.marchenko_pastur.relaxation_rate`). Their ratio
always rises, so that there is exactly one such time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace, detached
from .._core.domains import law_arrays
from .._core.special import scaled_bessel, scaled_bessel_ratio
from .._core.stable import as_scalars, log1p_ratio
from ..random_matrices import marchenko_pastur
from ..random_matrices.quadrature import like, within_reach
from .curves import test_error
from .regularization import bayes_error

if TYPE_CHECKING:
    import pandas as pd

ROUNDS = 8  # of Newton; six suffice
PLACES = 80  # nodes of the integral over the time from t to 2t


@dataclass(frozen=True, eq=False, repr=False)
class OptimalStopping:
    """The best time to stop learning early, and what it is worth.

    Parameters
    ----------
    time : array, shape (...)
        When the test error is lowest [unit of tau]; ``inf`` if it never rises (no noise).
    error : array, shape (...)
        Test error then [variance of the answers].
    final_error : array, shape (...)
        Test error at the end of learning; ``inf`` where it diverges.
    bayes_error : array, shape (...)
        Lowest test error that any method can reach from these data; the best ridge does.
    load : array, shape (...)
        Samples over inputs.
    signal_variance, noise_variance, initial_variance : array, shape (...)
        Variances of the teacher's weights, of the noise, of the student's weights before learning.
    """

    time: Array
    error: Array
    final_error: Array
    bayes_error: Array
    load: Array
    signal_variance: Array
    noise_variance: Array
    initial_variance: Array

    @property
    def meaning(self) -> str:
        """When these numbers are exact."""
        return "exact for white inputs and gradient flow, in the limit of many inputs; the only minimum of the curve"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per load and set of variances: the fields of the record."""
        import pandas as pd

        names = list(self.__dataclass_fields__)
        columns = np.broadcast_arrays(*(np.asarray(getattr(self, name), dtype=float) for name in names))
        return pd.DataFrame({name: column.ravel() for name, column in zip(names, columns, strict=True)})

    def __repr__(self) -> str:
        rows = self.to_dataframe()
        shown = "; ".join(
            f"load {row.load:.4g}: stop at t = {row.time:.4g} with test error {row.error:.4g}, "
            f"{row.final_error:.4g} at the end, {row.bayes_error:.4g} at best"
            for row in rows.head(3).itertuples()
        )
        return f"<OptimalStopping: {shown}{f'; and {len(rows) - 3} more' if len(rows) > 3 else ''}>"


def optimal_stopping(
    load: ArrayLike,
    *,
    signal_variance: ArrayLike = 1.0,
    noise_variance: ArrayLike = 1.0,
    initial_variance: ArrayLike = 0.0,
    tau: ArrayLike = 1.0,
) -> OptimalStopping:
    r"""Early stopping: the best time to stop learning, before overfitting begins, and the test error then.

    With :math:`M_1` the relaxation rate of the spectrum and :math:`A` the variance of teacher and first weights over
    that of the noise, the time is the only root of

    .. math:: A\,M_1(2t) = \int_t^{2t} M_1(u)\,du

    Implements: advani2020 Fig. 1
    Checked by: tests/generalization/test_stopping.py::test_the_condition_with_many_digits

    Parameters
    ----------
    load : array, shape (...)
        Samples over inputs, above 0.
    signal_variance, noise_variance, initial_variance : array, shape (...)
        Variances of the teacher's weights, of the noise, of the student's weights before learning.
    tau : float
        Time constant.

    Returns
    -------
    OptimalStopping

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance.

    See Also
    --------
    bayes_error : the lowest possible error; the excess error is at most 4.1 % lower, if first weights are 0.

    Notes
    -----
    Exact in the limit of many inputs. The test error falls up to this time and then rises: the ratio of the two sides,
    which is at least t, rises with time. The time lies between the best times of the fastest and of the slowest mode,
    :math:`\ln(1 + \lambda_\pm A)/\lambda_\pm`, and is at most :math:`A`. Traceable and differentiable.

    Examples
    --------
    The larger the first weights, which have to be forgotten, the later to stop, and the worse the error:

    >>> stop = optimal_stopping(0.5, signal_variance=5.0, initial_variance=[0.0, 0.1, 1.0, 5.0])
    >>> stop.time.round(2).tolist(), stop.error.round(3).tolist()
    ([2.71, 2.75, 3.16, 4.79], [4.13, 4.185, 4.67, 6.77])
    """
    xp, a, signal, noise, initial, unit = law_arrays(
        load=load,
        signal_variance=signal_variance,
        noise_variance=noise_variance,
        initial_variance=initial_variance,
        tau=tau,
    )
    b = within_reach(xp, a)
    amount = signal + initial
    one = xp.ones_like(amount + noise + b)
    nothing = (amount <= 0) | ((noise == xp.inf) & (amount < xp.inf)) | ((a == xp.inf) & (noise > 0))
    forever = (noise <= 0) | ((amount == xp.inf) & (noise < xp.inf))
    plain = nothing | forever
    ratio = xp.where(plain, one, amount * one) / xp.where(plain, one, noise * one)
    root = _best_time(xp, xp.where(plain, one, b * one), ratio)
    time = xp.where(nothing, 0 * one, xp.where(forever, xp.inf, root)) + 0 * xp.where(a < xp.inf, a, one)
    known = {"signal_variance": signal, "noise_variance": noise, "initial_variance": initial}
    there = detached(xp.where(a < xp.inf, time, xp.inf))  # flat there: the time's own derivative does not matter
    fields = {
        "time": time * unit,
        "error": test_error(there, a, **known),
        "final_error": test_error(xp.inf + 0 * one, a, **known),
        "bayes_error": bayes_error(a, signal_variance=signal, noise_variance=noise),
        "load": a,
        **known,
    }
    return OptimalStopping(**{name: as_scalars(value) for name, value in fields.items()})


def _best_time(xp: Namespace, a: Array, ratio: Array) -> Array:
    """Newton's method in the logarithm of time, on detached values; only a last step is traced."""
    b, target = detached(a), detached(xp.log(ratio))
    slow, fast = marchenko_pastur.edges(b)
    amount = detached(ratio)
    latest, earliest = xp.log(log1p_ratio(slow, amount)), xp.log(log1p_ratio(fast, amount))
    place = latest
    for _ in range(ROUNDS):
        value, slope = _log_ratio(xp, xp.exp(place), b)
        place = xp.clip(place - (value - target) / slope, earliest, latest)
    fixed = detached(place)
    value, _ = _log_ratio(xp, xp.exp(fixed), a)
    _, slope = _log_ratio(xp, xp.exp(fixed), b)
    return xp.exp(fixed - (value - xp.log(ratio)) / slope)


def _log_ratio(xp: Namespace, t: Array, a: Array) -> tuple[Array, Array]:
    """Logarithm of the integral of the rate from t to 2t over the rate at 2t, and its slope along log t."""
    root, low = xp.sqrt(a), marchenko_pastur.edges(a)[0]
    node, weight = np.polynomial.legendre.leggauss(PLACES)
    place, weight = like(xp, (1 + node) / 2, t), like(xp, weight / 2, t)
    later = t[..., None] * (1 + place)
    end = scaled_bessel_ratio(4 * root * t)
    between = scaled_bessel_ratio(2 * root[..., None] * later) / end[..., None]
    share = t * xp.sum(weight * between * xp.exp(-(low * t)[..., None] * place), axis=-1)
    begun = scaled_bessel_ratio(2 * root * t) / end
    x = 4 * root * t
    bessel = scaled_bessel(x, 0) / scaled_bessel_ratio(x)  # x I_0/I_1
    slope = t * (2 * xp.exp(-low * t) - begun) / share + (1 + a) * 2 * t + 2 - bessel
    return low * t + xp.log(share), slope
