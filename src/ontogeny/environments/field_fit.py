"""Likelihood of features as draws from fields on graphs that were found without them, over a few parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.linalg
from scipy.optimize import minimize

FOLDS = 4  # parts of the features; each is judged by structures that the others gave
LEAST_NOISE = 0.01  # of the items' variance: items that never differ would otherwise make a likelihood without bound
LIMITS = ((-9.0, 9.0), (-9.0, 9.0), (float(np.log(LEAST_NOISE)), 3.0))  # of the logarithms of weight, 1/sigma^2, noise
START = (0.5, -2.5, -1.5)


class Fit(NamedTuple):
    """Log-likelihood of each feature, and the parameters in the units of the table."""

    by_feature: np.ndarray
    weight: float
    sigma: float
    noise_variance: float


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Features without their means: what a field may explain when every feature has a level of its own.

    Parameters
    ----------
    values : array, shape (features, items - 1)
        Coordinates of the features in an orthonormal basis of all differences between items [unit: `unit`].
    basis : array, shape (items - 1, items)
        The orthonormal basis.
    unit : float
        Root mean square coordinate [unit of the features].
    fold : array of int, shape (features,)
        Part to which each feature belongs.
    scatters : tuple of array, shape (items - 1, items - 1) each
        Mean product of the coordinates of the features of each part.
    """

    values: np.ndarray
    basis: np.ndarray
    unit: float
    fold: np.ndarray
    scatters: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, table: np.ndarray) -> Contrasts:
        """Of a table, shape (items, features), whose features all vary."""
        basis = scipy.linalg.helmert(len(table))
        values = (basis @ table).T
        unit = float(np.sqrt(np.mean(values**2)))
        values = values / unit
        fold = np.arange(len(values)) % FOLDS
        parts = [values[fold == number] for number in range(FOLDS)]
        return cls(values, basis, unit, fold, tuple(part.T @ part / len(part) for part in parts))

    def independent(self) -> Fit:
        """Items that have nothing to do with each other: one variance."""
        by_feature = -0.5 * np.sum(self.values**2, axis=1) - self._level
        return Fit(by_feature, 0.0, 0.0, self.unit**2)

    def fit(self, laplacians: Sequence[np.ndarray]) -> Fit:
        """Most likely field on graphs with these Laplacians, one for each part, plus noise on each item.

        The items are the first rows of each. Weight, width and noise are the same for all parts.
        """
        parts = [self._modes(laplacian) for laplacian in laplacians]
        done = minimize(self._cost, START, (parts,), jac=True, method="L-BFGS-B", bounds=LIMITS)
        weight, kappa, noise = np.exp(done.x)
        by_feature = np.zeros(len(self.values))
        for number, (rates, modes) in enumerate(parts):
            factor = np.linalg.cholesky((modes / (weight * rates + kappa)) @ modes.T + noise * np.eye(len(modes)))
            members = self.fold == number
            explained = scipy.linalg.solve_triangular(factor, self.values[members].T, lower=True)
            by_feature[members] = -0.5 * np.sum(explained**2, axis=0) - np.log(np.diagonal(factor)).sum() - self._level
        return Fit(by_feature, weight / self.unit**2, float(self.unit / np.sqrt(kappa)), noise * self.unit**2)

    @property
    def _level(self) -> float:
        """What the log-likelihood of a feature loses whatever the field: its units and the factors 2 pi."""
        return self.values.shape[1] * float(0.5 * np.log(2 * np.pi) + np.log(self.unit))

    def _modes(self, laplacian: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues of a Laplacian, and its modes seen in the differences between items."""
        rates, vectors = np.linalg.eigh(laplacian)
        return np.maximum(rates, 0.0), self.basis @ vectors[: self.basis.shape[1]]

    def _cost(self, logs: np.ndarray, parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float, np.ndarray]:
        """Minus the mean log-likelihood of a feature, up to a constant, and its gradient by the three logarithms."""
        weight, kappa, noise = np.exp(logs)
        cost, gradient = 0.0, np.zeros(3)
        for number, (rates, modes) in enumerate(parts):
            share = np.count_nonzero(self.fold == number) / len(self.fold)
            variances = 1 / (weight * rates + kappa)
            factor = scipy.linalg.cho_factor((modes * variances) @ modes.T + noise * np.eye(len(modes)), lower=True)
            inverse = scipy.linalg.cho_solve(factor, np.eye(len(modes)))
            explained = inverse @ self.scatters[number]
            slope = 0.5 * (inverse - explained @ inverse)
            by_mode = -np.einsum("ia,ia->a", modes, slope @ modes) * variances**2
            cost += share * float(np.log(np.diagonal(factor[0])).sum() + 0.5 * np.trace(explained))
            gradient += share * np.array([weight * (by_mode @ rates), kappa * by_mode.sum(), noise * np.trace(slope)])
        return cost, gradient
