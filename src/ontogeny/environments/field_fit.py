"""Likelihood of features as draws from a field on a graph, greatest over the field's few parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.linalg
from scipy.optimize import minimize

LEAST_NOISE = 0.01  # of the items' variance: equal items would otherwise make a likelihood without bound
LIMITS = ((-9.0, 9.0), (-9.0, 9.0), (float(np.log(LEAST_NOISE)), 3.0))  # of the logarithms of weight, 1/sigma^2, noise
STARTS = ((0.0, -2.0, -2.0), (2.0, -4.0, -1.0))


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
    scatter : array, shape (items - 1, items - 1)
        Mean product of the coordinates; its trace is items - 1.
    basis : array, shape (items - 1, items)
        The orthonormal basis.
    unit : float
        Root mean square difference from the mean [unit of the features].
    """

    values: np.ndarray
    scatter: np.ndarray
    basis: np.ndarray
    unit: float

    @classmethod
    def of(cls, table: np.ndarray) -> Contrasts:
        """Of a table, shape (items, features), whose features all vary."""
        basis = scipy.linalg.helmert(len(table))
        values = (basis @ table).T
        unit = float(np.sqrt(np.mean(values**2)))
        values = values / unit
        return cls(values, values.T @ values / len(values), basis, unit)

    def independent(self) -> Fit:
        """Items that have nothing to do with each other: one variance."""
        each = -0.5 * np.sum(self.values**2, axis=1) - self.values.shape[1] * (
            0.5 * np.log(2 * np.pi) + np.log(self.unit)
        )
        return Fit(each, 0.0, 0.0, self.unit**2)

    def fit(self, laplacian: np.ndarray) -> Fit:
        """Most likely field on a graph with this Laplacian, whose first rows are the items, plus noise on each item."""
        rates, vectors = np.linalg.eigh(laplacian)
        rates = np.maximum(rates, 0.0)
        modes = self.basis @ vectors[: self.basis.shape[1]]
        best = min(
            (
                minimize(self._cost, start, (rates, modes), jac=True, method="L-BFGS-B", bounds=LIMITS)
                for start in STARTS
            ),
            key=lambda done: float(done.fun),
        )
        weight, kappa, noise = np.exp(best.x)
        factor = np.linalg.cholesky((modes / (weight * rates + kappa)) @ modes.T + noise * np.eye(len(modes)))
        explained = scipy.linalg.solve_triangular(factor, self.values.T, lower=True)
        level = np.log(np.diagonal(factor)).sum() + len(modes) * (0.5 * np.log(2 * np.pi) + np.log(self.unit))
        by_feature = -0.5 * np.sum(explained**2, axis=0) - level
        return Fit(by_feature, weight / self.unit**2, self.unit / np.sqrt(kappa), noise * self.unit**2)

    def _cost(self, logs: np.ndarray, rates: np.ndarray, modes: np.ndarray) -> tuple[float, np.ndarray]:
        """Minus the log-likelihood of one feature, up to a constant, and its gradient by the three logarithms."""
        weight, kappa, noise = np.exp(logs)
        variances = 1 / (weight * rates + kappa)
        factor = scipy.linalg.cho_factor((modes * variances) @ modes.T + noise * np.eye(len(modes)), lower=True)
        inverse = scipy.linalg.cho_solve(factor, np.eye(len(modes)))
        explained = inverse @ self.scatter
        cost = np.log(np.diagonal(factor[0])).sum() + 0.5 * np.trace(explained)
        slope = 0.5 * (inverse - explained @ inverse)
        by_mode = -np.einsum("ia,ia->a", modes, slope @ modes) * variances**2
        return float(cost), np.array(
            [weight * (by_mode @ rates), kappa * by_mode.sum(), noise * np.trace(slope)]
        )  # fmt: skip
