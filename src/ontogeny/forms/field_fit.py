"""Cross-validated likelihood of features as draws from Gaussian fields, maximized over a few parameters.

Each fold of the features is held out: its likelihood is that of a field on a graph found from the other folds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import scipy.linalg
from scipy.optimize import minimize

FEWEST_FEATURES = 4  # that vary: structures are found from some and scored on the others
MOST_FOLDS = 16  # of the features; with up to this many features, each one is held out by itself
LEAST_NOISE = 0.01  # relative to the items' variance: equal items would otherwise make the likelihood unbounded
LIMITS = ((-9.0, 9.0), (-9.0, 9.0), (float(np.log(LEAST_NOISE)), 3.0))  # of the logarithms of weight, 1/sigma^2, noise
START = (0.5, -2.5, -1.5)
ROUGH = {"ftol": 1e-7, "gtol": 1e-4}  # enough to choose between rules
EXACT = {"ftol": 1e-13, "gtol": 1e-7}  # so that rounding of the table changes the score by less than 1e-6
SETTLED = 1e-12  # of the cost: a search that begins anew where the last one ended and gains less has nothing to gain
MOST_SEARCHES = 50


class Fit(NamedTuple):
    """Log-likelihood of each feature in each repeat, (repeats, features), and the parameters in the table's units."""

    by_repeat: np.ndarray
    weight: float
    sigma: float
    noise_variance: float

    @property
    def by_feature(self) -> np.ndarray:
        """Mean over repeats, shape (features,)."""
        return self.by_repeat.mean(axis=0)


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Features without their means: what is left for a field to explain if the mean of every feature is free.

    Parameters
    ----------
    values : array, shape (features, items - 1)
        Coordinates of the features in an orthonormal basis of the differences between items [unit: `unit`].
    basis : array, shape (items - 1, items)
        The orthonormal basis.
    unit : float
        Root mean square coordinate [unit of the features].
    """

    values: np.ndarray
    basis: np.ndarray
    unit: float

    @classmethod
    def of(cls, table: np.ndarray) -> Contrasts:
        """Contrasts of a table, shape (items, features), whose features all vary."""
        basis = scipy.linalg.helmert(len(table))
        values = (basis @ table).T
        unit = float(np.sqrt(np.mean(values**2)))
        return cls(values / unit, basis, unit)

    def independent(self) -> Fit:
        """Fit of independent items, which have one parameter, their variance."""
        by_feature = -0.5 * np.sum(self.values**2, axis=1) - self._level
        return Fit(by_feature[None], 0.0, 0.0, self.unit**2)

    def fit(
        self, laplacians: Sequence[np.ndarray], folds: np.ndarray, *, near: Fit | None = None, exact: bool = True
    ) -> Fit:
        """Most likely field on graphs with these Laplacians, plus noise on each item.

        Parameters
        ----------
        laplacians : list of array
            One for each fold of each repeat; their first rows are the items. Weight, width and noise are shared by all.
        folds : array of int, shape (repeats, features)
            Fold of each feature in each repeat, numbered on from repeat to repeat.
        near : Fit, optional
            Where the search starts.
        exact : bool
            False stops early, which is enough to find the best of several fits.
        """
        start = START if near is None else self._logarithms(near)
        fields = [self._modes(laplacian) for laplacian in laplacians]
        weight, kappa, noise = np.exp(self._lowest(start, fields, folds, exact))
        by_repeat = np.zeros(folds.shape)
        for fold, (rates, modes) in enumerate(fields):
            factor = np.linalg.cholesky((modes / (weight * rates + kappa)) @ modes.T + noise * np.eye(len(modes)))
            repeat, members = np.nonzero(folds == fold)
            explained = scipy.linalg.solve_triangular(factor, self.values[members].T, lower=True)
            log_likelihood = -0.5 * np.sum(explained**2, axis=0) - np.log(np.diagonal(factor)).sum() - self._level
            by_repeat[repeat, members] = log_likelihood
        return Fit(by_repeat, weight / self.unit**2, float(self.unit / np.sqrt(kappa)), noise * self.unit**2)

    def _lowest(
        self, start: Any, fields: list[tuple[np.ndarray, np.ndarray]], folds: np.ndarray, exact: bool
    ) -> np.ndarray:
        """Logarithms of the parameters at the lowest cost.

        In a valley that is nearly flat one search can stop on its way, at a place that depends on rounding; the next,
        which begins there, knows nothing of its curvatures and goes on.
        """
        cost, options, lowest = self._folds(fields, folds).cost, EXACT if exact else ROUGH, np.inf
        for _ in range(MOST_SEARCHES if exact else 1):
            found = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=LIMITS, options=options)
            start, gained, lowest = found.x, lowest - found.fun, float(found.fun)
            if gained <= SETTLED:
                break
        return np.asarray(start)

    def _logarithms(self, fit: Fit) -> np.ndarray:
        variance = self.unit**2
        found = np.log([fit.weight * variance, variance / fit.sigma**2, fit.noise_variance / variance])
        return np.clip(found, *np.transpose(LIMITS))

    @property
    def _level(self) -> float:
        """Constant part of minus the log-likelihood of a feature: its units and the factors 2 pi."""
        return self.values.shape[1] * float(0.5 * np.log(2 * np.pi) + np.log(self.unit))

    def _modes(self, laplacian: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues of a Laplacian, and its eigenvectors in the basis of differences between items."""
        rates, vectors = np.linalg.eigh(laplacian)
        return np.maximum(rates, 0.0), self.basis @ vectors[: self.basis.shape[1]]

    def _folds(self, fields: list[tuple[np.ndarray, np.ndarray]], folds: np.ndarray) -> Folds:
        most = max(len(rates) for rates, _ in fields)
        rates = np.stack([np.pad(own, (0, most - len(own))) for own, _ in fields])
        modes = np.stack([np.pad(own, ((0, 0), (0, most - own.shape[1]))) for _, own in fields])  # none beyond its own
        members = [self.values[np.nonzero(folds == fold)[1]] for fold in range(len(fields))]
        seen = [_as_few(each / np.sqrt(len(each))) for each in members]
        widest = max(map(len, seen))
        values = np.stack([np.pad(each, ((0, widest - len(each)), (0, 0))).T for each in seen])
        return Folds(np.array([len(each) for each in members]) / folds.size, values, rates, modes)


def _as_few(values: np.ndarray) -> np.ndarray:
    """Rows with the same second moment, no more of them than columns."""
    return np.asarray(np.linalg.qr(values, mode="r")) if len(values) > values.shape[1] else values


class Folds(NamedTuple):
    """All folds of a fit side by side.

    Shares of the features, (folds,), the features over the root of their number, (folds, n, features), eigenvalues of
    the Laplacians, (folds, nodes), and their eigenvectors, (folds, n, nodes); all filled up with zeros.
    """

    share: np.ndarray
    values: np.ndarray
    rates: np.ndarray
    modes: np.ndarray

    def cost(self, logs: np.ndarray) -> tuple[float, np.ndarray]:
        """Minus the mean log-likelihood of a feature, up to a constant, and its gradient in the three logarithms."""
        weight, kappa, noise = np.exp(logs)
        share, values, rates, modes = self
        variances, identity = 1 / (weight * rates + kappa), np.eye(modes.shape[1])
        factor = np.linalg.cholesky((modes * variances[:, None, :]) @ np.swapaxes(modes, 1, 2) + noise * identity)
        whitener = np.stack([scipy.linalg.lapack.dtrtri(each, lower=1)[0] for each in factor])
        white = whitener @ values
        explained = np.swapaxes(whitener, 1, 2) @ white  # inverse covariance times the features
        by_mode = np.sum((np.swapaxes(modes, 1, 2) @ explained) ** 2, axis=2) - np.sum((whitener @ modes) ** 2, axis=1)
        by_mode *= 0.5 * variances**2
        by_noise = 0.5 * (np.sum(whitener**2, axis=(1, 2)) - np.sum(explained**2, axis=(1, 2)))
        levels = np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1) + 0.5 * np.sum(white**2, axis=(1, 2))
        gradient = np.array([weight * np.sum(by_mode * rates, axis=1), kappa * by_mode.sum(axis=1), noise * by_noise])
        return float(share @ levels), gradient @ share
