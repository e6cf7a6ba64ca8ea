r"""Train and test error over time for inputs of any covariance: the theory for real data.

`spectral_risk` follows gradient flow; `spectral_limits` has ridge regression, the end of learning and the best time to
stop, with the same ingredients. The isotropic case has closed forms of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import Array, ArrayLike
from .._core.checks import InputError, finite, whole
from .._core.names import in_order, names_along
from .flow import Bias, TrainError, Variance, WeightNorm, over_time
from .resolvent import Population

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class SpectralRisk:
    """Train and test error over time, and what the test error is made of.

    Parameters
    ----------
    time : array, shape (...)
        Learning time [unit of tau].
    bias : array, shape (...)
        Squared error for what of the signal is not learned [units of the answers, squared].
    variance : array, shape (...)
        Squared error for the noise of the samples that is learned instead.
    train_error : array, shape (...)
        Mean squared error on the samples, averaged over samples.
    test_error : array, shape (...)
        Mean squared error on new inputs with noise of their own: noise + bias + variance.
    weight_norm : array, shape (...)
        Squared distance of the weights from their start, which bounds how badly they generalize (`norm_bound`).
    samples : int
        Size of the training set.
    noise_variance : float
        Variance of the noise, below which no test error can fall.
    """

    time: np.ndarray
    bias: np.ndarray
    variance: np.ndarray
    train_error: np.ndarray
    test_error: np.ndarray
    weight_norm: np.ndarray
    samples: int
    noise_variance: float

    @property
    def meaning(self) -> str:
        """When these numbers hold, in a sentence."""
        return (
            "exact for many samples of many Gaussian (or similarly independent) directions, at fixed ratio; at "
            f"{self.samples} samples, off by a few parts in {self.samples}, and more near as many samples as directions"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per time: time, bias, variance, train_error, test_error, weight_norm."""
        import pandas as pd

        names = ("time", "bias", "variance", "train_error", "test_error", "weight_norm")
        return pd.DataFrame({name: np.ravel(getattr(self, name)) for name in names})

    def __repr__(self) -> str:
        if not np.size(self.time):
            return f"<SpectralRisk: {self.samples} samples, no times>"
        times, errors = np.ravel(self.time), np.ravel(self.test_error)
        best, last = int(np.argmin(errors)), int(np.argmax(times))
        return (
            f"<SpectralRisk: {self.samples} samples, noise variance {self.noise_variance:.3g}; of {times.size} times, "
            f"test error is lowest at t = {times[best]:.3g} ({errors[best]:.4g}) and {errors[last]:.4g} at "
            f"t = {times[last]:.3g}>"
        )


def spectral_risk(
    time: ArrayLike, eigenvalues: ArrayLike, coefficients: ArrayLike, *, samples: int, noise_variance: float
) -> SpectralRisk:
    r"""Train and test error of a linear student over time, for inputs of any covariance.

    The student learns by gradient flow on half the mean squared error of its samples, :math:`|y - X w|^2/(2 n)`, from
    a fixed start. With :math:`\kappa(s)` of `resolvent` and its values :math:`\kappa_1, \kappa_2` at two points, the
    test error is :math:`\sigma^2 + B + V` with the inverse Laplace transforms, at twice the time t,

    .. math::

        B: \frac{\kappa_1 - \kappa_2}{s_1 - s_2} \frac{\kappa_1 \kappa_2}{s_1 s_2}
        \sum_i \frac{\lambda_i e_i^2}{(\lambda_i + \kappa_1)(\lambda_i + \kappa_2)},
        \qquad V = \sigma^2\,(2 a(t) - a(2 t)), \quad a: (\kappa - s)/s^2

    and the train error, at 2 t, that of :math:`\sum_i e_i^2 \lambda_i/(\lambda_i + \kappa) + \sigma^2/\kappa`.

    Implements: ali2019 text
    Checked by: tests/generalization/test_spectral.py::test_sampled_students_follow

    Parameters
    ----------
    time : array, shape (...)
        Learning times :math:`t \ge 0`, inf for the end of learning, NaN for NaN [unit of tau]. Full batch: learning
        rate times steps on half the mean squared error. In the isotropic theory at load n/p its clock is the load times
        that theory's.
    eigenvalues : array, shape (directions,)
        Eigenvalues :math:`\lambda_i \ge 0` of the covariance of the inputs; those below rounding are zeros.
    coefficients : array, shape (directions,) or (directions, outputs)
        How far the student starts from the right weights, :math:`e_i`, along each eigenvector: the teacher's weights,
        for a student that starts from zero. Several outputs are added up.
    samples : int
        Size n of the training set.
    noise_variance : float
        Variance :math:`\sigma^2 \ge 0` of the answers around the best linear ones, added up over outputs.

    Returns
    -------
    SpectralRisk

    Raises
    ------
    InputError
        Negative times, eigenvalues or variances, or numbers of eigenvalues and coefficients that differ.

    See Also
    --------
    ontogeny.generalization.ridge_risk : the same samples, by ridge regression.
    ontogeny.generalization.spectral_stopping : when the test error is lowest.

    Notes
    -----
    Exact in the limit of many samples and directions; at n samples off by terms of relative order 1/n, which are
    largest late in learning near n = directions. Numerically good to about 1e-12 of the value at the start (the
    variance to 1e-10 of itself at any time; a bias or train error that has decayed by more than that is rounding).
    Times may span any number of decades. Infinite where the law diverges: at the end of learning from as many noisy
    samples as directions.

    Examples
    --------
    With 300 directions of decaying variance and 150 noisy samples, what is learned late is mostly noise:

    >>> variances = np.arange(1, 301) ** -1.2
    >>> risk = spectral_risk([0, 10, np.inf], variances, np.ones(300), samples=150, noise_variance=1.0)
    >>> risk.test_error.round(2).tolist(), risk.train_error.round(2).tolist()
    ([4.99, 2.39, 2.89], [4.99, 1.77, 0.0])
    """
    times = times_of_a_law(time)
    population, noise = checked_population(eigenvalues, coefficients, samples, noise_variance)
    courses = Bias(population), Variance(population), TrainError(population, noise), WeightNorm(population, noise)
    bias, variance, train, norm = over_time(times, population, *courses)
    variance = noise * variance if noise else np.zeros_like(variance)
    return SpectralRisk(times, bias, variance, train, noise + bias + variance, norm, population.samples, noise)


def checked_times(time: ArrayLike) -> np.ndarray:
    """Times of a whole study: as those of a law, and all of them known."""
    times = times_of_a_law(time)
    if np.any(np.isnan(times)):
        raise InputError(
            "time", f"is {_shown(time)}, but it must be numbers", "write times of 0 or more, inf for the end"
        )
    return times


def times_of_a_law(time: ArrayLike) -> np.ndarray:
    """Times as an array of non-negative numbers; inf and NaN are allowed."""
    times = np.asarray(time)
    if times.dtype.kind not in "fiu":
        raise InputError(
            "time", f"is {_shown(time)}, but it must be numbers", "write times of 0 or more, inf for the end"
        )
    if np.any(times < 0):
        raise InputError(
            None, f"time goes down to {np.nanmin(times):.3g}, but learning starts at 0", "write times of 0 or more"
        )
    return times.astype(float)


def checked_population(
    eigenvalues: ArrayLike, coefficients: ArrayLike, samples: ArrayLike, noise_variance: ArrayLike
) -> tuple[Population, float]:
    """The population of valid arguments, and the noise variance."""
    values = _numbers(eigenvalues, "eigenvalues")
    e = _numbers(in_order(coefficients, names_along(eigenvalues), "coefficients", "eigenvalues"), "coefficients")
    if values.ndim != 1 or e.ndim not in (1, 2) or len(e) != len(values) or not values.size:
        raise InputError(
            "eigenvalues",
            f"have shape {values.shape} and coefficients {e.shape}, but each direction has one eigenvalue "
            "and one coefficient (or a row of them)",
            "pass as many of both",
        )
    floor = values.size * np.finfo(float).eps * max(values.max(), 0.0)
    if values.min() < -floor:
        raise InputError(
            None,
            f"eigenvalues go down to {values.min():.3g}, but no inputs have negative variance",
            "pass the eigenvalues of a covariance",
        )
    if values.max() <= 0:
        raise InputError(None, "all eigenvalues are 0: these inputs never vary", "pass at least one above 0")
    n = whole(samples, "samples", 1, "a student learns from at least one sample")
    noise = finite(noise_variance, "noise_variance")
    if noise < 0:
        raise InputError("noise_variance", f"is {noise_variance!r}, but variances are not negative", "write 0 or more")
    squared = (e**2).reshape(len(e), -1).sum(axis=1)
    return Population.of(values, squared, n, floor=floor), noise


def _numbers(values: Array, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind not in "fiub" or not np.all(np.isfinite(array)):
        raise InputError(
            name, f"are {_shown(values)}, but they must be finite real numbers", "pass an array of numbers"
        )
    return array.astype(float)


def _shown(values: Array) -> str:
    text = repr(values)
    return text if len(text) <= 40 else text[:37] + "..."
