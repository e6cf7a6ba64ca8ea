r"""Ridge (Tikhonov) regression, its ridgeless limit, and early stopping, for inputs of any covariance.

Ridge regression is the theory of `spectral` at one point: a ridge g acts as the effective ridge :math:`\kappa(g)` on
the covariance itself. Without a ridge it is the end of gradient flow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError
from .._core.stable import as_scalars
from .flow import Bias, Variance, over_time
from .resolvent import Population, solved
from .spectral import checked_population

if TYPE_CHECKING:
    import pandas as pd

PER_DECADE = 24  # times per decade of the search for minima, 10% apart


@dataclass(frozen=True, eq=False)
class RidgeRisk:
    """Train and test error of ridge (Tikhonov) regression.

    Parameters
    ----------
    ridge : array, shape (...)
        Ridge, on half the mean squared error.
    effective_ridge : array, shape (...)
        The equivalent ridge on the true covariance.
    bias : array, shape (...)
        Squared error due to the signal that is not learned.
    variance : array, shape (...)
        Squared error due to the noise that is learned instead.
    train_error : array, shape (...)
        Mean squared error on the training set.
    test_error : array, shape (...)
        Mean squared error on new examples: noise + bias + variance.
    freedom : array, shape (...)
        Effective degrees of freedom: directions that are fitted, counted by the squares of their shares.
    """

    ridge: np.ndarray
    effective_ridge: np.ndarray
    bias: np.ndarray
    variance: np.ndarray
    train_error: np.ndarray
    test_error: np.ndarray
    freedom: np.ndarray

    def to_dataframe(self) -> pd.DataFrame:
        """One row per ridge: the fields of the record."""
        import pandas as pd

        return pd.DataFrame({name: np.ravel(values) for name, values in vars(self).items()})

    def __repr__(self) -> str:
        if not np.size(self.ridge):
            return "<RidgeRisk: no ridges>"
        best = int(np.argmin(self.test_error))
        return (
            f"<RidgeRisk: {np.size(self.ridge)} ridges; test error is lowest at ridge {np.ravel(self.ridge)[best]:.3g} "
            f"({np.ravel(self.test_error)[best]:.4g})>"
        )


def ridge_risk(
    ridge: ArrayLike, eigenvalues: ArrayLike, coefficients: ArrayLike, *, samples: int, noise_variance: float
) -> RidgeRisk:
    r"""Train and test error of ridge (Tikhonov) regression, for inputs of any covariance, as bias and variance.

    With the effective ridge :math:`\kappa` of the ridge g and the degrees of freedom
    :math:`f = \sum_i \lambda_i^2/(\lambda_i + \kappa)^2`,

    .. math::

        B = \frac{n \kappa^2}{n - f} \sum_i \frac{\lambda_i e_i^2}{(\lambda_i + \kappa)^2},
        \quad V = \frac{\sigma^2 f}{n - f}, \quad E_{train} = (g/\kappa)^2 (\sigma^2 + B + V)

    Implements: hastie2019 text, ali2019 text
    Checked by: tests/generalization/test_spectral_limits.py::test_sampled_ridge_regressions

    Parameters
    ----------
    ridge : array, shape (...)
        Ridges :math:`g \ge 0`, on :math:`|y - X w|^2/(2 n) + g\,|w|^2/2`; 0 for the minimum-norm
        least-squares solution ("ridgeless"), inf where nothing is learned.
    eigenvalues, coefficients, samples, noise_variance
        As for `spectral_risk`; the ridge pulls to the start from which the coefficients are counted.

    Returns
    -------
    RidgeRisk

    Raises
    ------
    InputError
        Negative ridges, and what `spectral_risk` refuses.

    Notes
    -----
    Exact in the limit of many samples and directions; off by terms of relative order 1/samples. Without a ridge it
    diverges for as many noisy samples as directions: the peak of double descent.

    Examples
    --------
    Without a ridge, with more samples than directions, only variance is left, p/(n - p) times the noise:

    >>> ridge_risk([0.0], np.ones(50), np.ones(50), samples=150, noise_variance=1.0).variance.tolist()
    [0.5]
    """
    g = np.asarray(ridge)
    if g.dtype.kind not in "fiu" or np.any(g < 0):
        raise InputError("ridge", f"is {ridge!r}, but a ridge is a number of 0 or more", "write such numbers")
    population, noise = checked_population(eigenvalues, coefficients, samples, noise_variance)
    flat = np.ravel(g).astype(float)
    kappa = np.full(flat.size, population.floor)
    some = (flat > 0) & np.isfinite(flat)
    kappa[some] = solved(population, flat[some])
    kappa[~np.isfinite(flat)] = flat[~np.isfinite(flat)]
    bias, variance, share, freedom = np.array([_at(population, *pair) for pair in zip(flat, kappa)]).reshape(-1, 4).T
    variance = noise * variance if noise else np.zeros_like(variance)
    test = noise + bias + variance
    with np.errstate(invalid="ignore"):
        train = np.where(share == 0, 0.0, share**2 * test)
    parts = (flat, kappa, bias, variance, train, test, freedom)
    return RidgeRisk(*(as_scalars(part.reshape(g.shape)) for part in parts))


def _at(population: Population, ridge: float, kappa: float) -> tuple[float, float, float, float]:
    """Bias, variance per unit of noise, ridge over effective ridge, and degrees of freedom, at one ridge."""
    if not np.isfinite(ridge):  # nothing is learned, or nothing is known
        return float(population.signal.sum()) + 0 / ridge, 0 / ridge, 1 + 0 / ridge, 0 / ridge
    z = np.array([kappa])
    rank, n = population.rank, population.samples
    freedom = float(population.multiplicities @ (population.eigenvalues / (population.eigenvalues + kappa)) ** 2)
    if ridge == 0 and rank <= n:
        return 0.0, Variance(population).end, 1 - rank / n, float(rank)
    slope = float(population.slope_at(z)[0])
    bias = kappa**2 / slope * float(population.sums(z, population.signal, 2)[0])
    return bias, freedom / (n * slope), ridge / kappa, freedom


@dataclass(frozen=True, eq=False)
class StoppingTime:
    """When to stop learning early, and what is gained by it.

    Parameters
    ----------
    time : float
        Time of the lowest test error [unit of tau]; inf if training longer never hurts, 0 if training never helps.
    error : float
        Test error at that time.
    start_error, final_error : float
        Test error before learning, and at the end.
    minima_times, minima_errors : arrays, shape (minima,)
        All local minima of the test error, from early to late.
    """

    time: float
    error: float
    start_error: float
    final_error: float
    minima_times: np.ndarray
    minima_errors: np.ndarray

    @property
    def meaning(self) -> str:
        """Whether there is one best time, in a sentence."""
        if self.minima_times.size > 1 and self.time == self.minima_times[0]:
            return "the test error falls and rises more than once, but its first minimum is the lowest"
        if self.minima_times.size > 1:
            return (
                f"the test error falls and rises {self.minima_times.size} times: the first minimum is not always the "
                "lowest, so watching it from the start can stop too early"
            )
        if np.isinf(self.time):
            return "the test error is lowest at the end of learning: do not stop early"
        return "the test error has one minimum" if self.time else "the test error only rises: nothing can be learned"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per minimum: time, error, and whether it is the lowest."""
        import pandas as pd

        return pd.DataFrame(
            {"time": self.minima_times, "error": self.minima_errors, "lowest": self.minima_times == self.time}
        )

    def __repr__(self) -> str:
        return (
            f"<StoppingTime: lowest test error {self.error:.4g} at t = {self.time:.4g} ({self.start_error:.4g} at the "
            f"start, {self.final_error:.4g} at the end); {self.meaning}>"
        )


def spectral_stopping(
    eigenvalues: ArrayLike, coefficients: ArrayLike, *, samples: int, noise_variance: float
) -> StoppingTime:
    """Early stopping: the time of the lowest test error of a linear student, for inputs of any covariance.

    Implements: ali2019 text
    Checked by: tests/generalization/test_spectral_limits.py::test_no_time_is_better_than_the_best

    Parameters
    ----------
    eigenvalues, coefficients, samples, noise_variance
        As for `spectral_risk`.

    Returns
    -------
    StoppingTime

    Raises
    ------
    InputError
        Negative eigenvalues, a negative variance, or no samples.

    Notes
    -----
    White (isotropic) inputs have at most one minimum. With several scales of variance the test error can fall, rise and
    fall again (epoch-wise double descent); the record has all minima.

    Examples
    --------
    >>> variances = np.arange(1, 301) ** -1.2
    >>> spectral_stopping(variances, np.ones(300), samples=150, noise_variance=1.0)
    <StoppingTime: lowest test error 1.969 at t = 92.19 (4.994 at the start, 2.891 at the end);
     the test error has one minimum>
    """
    population, noise = checked_population(eigenvalues, coefficients, samples, noise_variance)

    def error(times: np.ndarray) -> np.ndarray:
        bias, variance = over_time(times, population, Bias(population), Variance(population))
        return noise + bias + (noise * variance if noise else 0.0)

    return lowest(error, 1e-4 / population.eigenvalues[-1], 1e4 / population.eigenvalues[0])


def lowest(error: Callable[[np.ndarray], np.ndarray], low: float, high: float) -> StoppingTime:
    """All minima over time of a test error that does not change before `low` and after `high`."""
    from scipy.optimize import minimize_scalar

    count = int(np.ceil(PER_DECADE * np.log10(high / low))) + 1
    times = np.concatenate([[0.0], np.geomspace(low, high, count), [np.inf]])
    errors = error(times)
    ripple = 1e-11 * errors[0]
    found = []
    for index in _valleys(errors, ripple):
        around = np.log(times[[max(index - 1, 1), min(index + 1, count)]])
        best = minimize_scalar(
            lambda log: float(error(np.exp([log]))[0]), bounds=around, method="bounded", options={"xatol": 1e-9}
        )
        found.append((float(np.exp(best.x)), float(best.fun)))
    if errors[0] <= min([errors[-1], *(e for _, e in found)]) + ripple:
        found.insert(0, (0.0, float(errors[0])))
    if errors[-1] < errors[-2] - ripple or errors[-1] < min([errors[0], *(e for _, e in found)]):
        found.append((np.inf, float(errors[-1])))
    minima = np.array(found).reshape(-1, 2)
    time, lowest = minima[np.argmin(minima[:, 1])]
    return StoppingTime(float(time), float(lowest), float(errors[0]), float(errors[-1]), minima[:, 0], minima[:, 1])


def _valleys(errors: np.ndarray, ripple: float) -> list[int]:
    """Inner indices of minima that are deeper than a ripple on both sides."""
    valleys, lowest, falling = [], 0, True
    highest = 0
    for index in range(1, errors.size):
        if falling:
            if errors[index] < errors[lowest]:
                lowest = index
            elif errors[index] > errors[lowest] + ripple:
                if lowest > 0:
                    valleys.append(lowest)
                falling, highest = False, index
        elif errors[index] > errors[highest]:
            highest = index
        elif errors[index] < errors[highest] - ripple:
            falling, lowest = True, index
    return [valley for valley in valleys if valley < errors.size - 1]
