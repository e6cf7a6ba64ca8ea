r"""Train and test error over time for inputs of any covariance: the theory for real data.

`spectral_risk` follows gradient flow, with its bias-variance decomposition. `spectral_limits` has ridge regression, the
end of learning and the best time to stop. White (isotropic) inputs have closed forms, in `curves`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, not_negative, whole
from .._core.names import in_order, names_along
from .._core.stable import as_scalars
from .flow import Bias, TrainError, Variance, WeightNorm, over_time
from .resolvent import Population

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class SpectralRisk:
    """Train and test error over time, with the bias-variance decomposition of the test error.

    Parameters
    ----------
    time : array, shape (...)
        Learning time [unit of tau].
    bias : array, shape (...)
        Squared error due to the signal that is not learned (underfitting) [units of the answers, squared].
    variance : array, shape (...)
        Squared error due to the noise that is learned instead (overfitting).
    train_error : array, shape (...)
        Mean squared error on the training set.
    test_error : array, shape (...)
        Mean squared error on new examples: noise + bias + variance.
    weight_norm : array, shape (...)
        Squared distance of the weights from their start, which bounds the gap between the two errors (`norm_bound`).
    samples : int
        Size of the training set.
    noise_variance : float
        Variance of the noise: the irreducible error, below which no test error can fall (noise ceiling).
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
            "exact in the limit of many samples and Gaussian (or similarly independent) directions, at fixed ratio; at "
            f"{self.samples} samples, off by a few parts in {self.samples}, and more with about as many directions"
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
            f"<SpectralRisk: {self.samples} samples, noise variance {self.noise_variance:.3g}, {times.size} times; "
            f"test error is lowest at t = {times[best]:.3g} ({errors[best]:.4g}), and {errors[last]:.4g} at "
            f"t = {times[last]:.3g}>"
        )


def spectral_risk(
    time: ArrayLike, eigenvalues: ArrayLike, coefficients: ArrayLike, *, samples: int, noise_variance: float
) -> SpectralRisk:
    r"""Train and test error of a linear student over time, for inputs of any covariance, as bias and variance.

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
        Learning times :math:`t \ge 0`, inf for the end of learning [unit of tau]. Full batch: learning rate times
        steps on half the mean squared error. This time is the load, n/p, times that of the laws for white inputs
        (`test_error`).
    eigenvalues : array, shape (directions,)
        Eigenvalues :math:`\lambda_i \ge 0` of the covariance of the inputs; those below rounding count as 0.
    coefficients : array, shape (directions,) or (directions, outputs)
        Distance :math:`e_i` of the teacher's weights from the student's first weights along each eigenvector; if these
        are zero, the teacher's weights. Errors of several outputs are added.
    samples : int
        Size n of the training set.
    noise_variance : float
        Variance :math:`\sigma^2 \ge 0` of the answers around the best linear ones, summed over outputs.

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
    Exact in the limit of many samples and directions. At n samples it is off by terms of relative order 1/n, which are
    largest late in learning with about n directions. Numerically accurate to about 1e-12 of the value at the start (the
    variance to 1e-10 of itself at any time; a bias or train error that has decayed by more than that is rounding).
    Times may span any number of decades. At the end of learning from as many noisy samples as directions the law
    diverges: the peak of double descent.

    Examples
    --------
    With 300 directions of decaying variance and 150 noisy samples, learning for too long is overfitting:

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
    test = noise + bias + variance
    times, bias, variance, train, test, norm = as_scalars((times, bias, variance, train, test, norm))
    return SpectralRisk(times, bias, variance, train, test, norm, population.samples, noise)


def checked_times(time: ArrayLike, name: str = "time") -> np.ndarray:
    """Times of a whole study: as those of a law, without NaN."""
    times = times_of_a_law(time, name)
    return _refuse(time, name) if np.isnan(times).any() else times


def times_of_a_law(time: ArrayLike, name: str = "time") -> np.ndarray:
    """Times as an array of non-negative numbers; inf and NaN are allowed."""
    times = np.asarray(time)
    if times.dtype.kind not in "fiu":
        _refuse(time, name)
    if np.any(times < 0):
        problem = f"goes down to {np.nanmin(times):.3g}, but learning starts at 0"
        raise InputError(name, problem, "write times of 0 or more")
    return times.astype(float)


def _refuse(time: ArrayLike, name: str) -> NoReturn:
    raise InputError(name, f"is {_shown(time)}, but it must be numbers", "write times of 0 or more, inf for the end")


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
            "pass as many of one as of the other",
        )
    floor = values.size * np.finfo(float).eps * max(values.max(), 0.0)
    if values.min() < -floor:
        problem = f"go down to {values.min():.3g}, but a variance cannot be negative"
        raise InputError("eigenvalues", problem, "pass the eigenvalues of a covariance")
    if values.max() <= 0:
        raise InputError("eigenvalues", "are all 0: these inputs never vary", "pass at least one above 0")
    n = whole(samples, "samples", 1, "a student learns from at least one sample")
    noise = not_negative(noise_variance, "noise_variance", "a variance")
    squared = (e**2).reshape(len(e), -1).sum(axis=1)
    return Population.of(values, squared, n, floor=floor), noise


def _numbers(values: ArrayLike, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind not in "fiub" or not np.all(np.isfinite(array)):
        problem = f"are {_shown(values)}, but they must be finite real numbers"
        raise InputError(name, problem, "pass an array of numbers")
    return array.astype(float)


def _shown(values: ArrayLike) -> str:
    text = repr(values)
    return text if len(text) <= 40 else text[:37] + "..."
