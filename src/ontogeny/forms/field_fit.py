"""Likelihood of features as draws from fields on graphs that were found without them, over a few parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.linalg
from scipy.optimize import minimize

FEWEST_FEATURES = 4  # that vary: structures are found from some and judged by the others
MOST_PARTS = 16  # of the features; up to so many, each feature is judged by structures that all others gave
LEAST_NOISE = 0.01  # of the items' variance: items that never differ would otherwise make a likelihood without bound
LIMITS = ((-9.0, 9.0), (-9.0, 9.0), (float(np.log(LEAST_NOISE)), 3.0))  # of the logarithms of weight, 1/sigma^2, noise
START = (0.5, -2.5, -1.5)
ROUGH = {"ftol": 1e-7, "gtol": 1e-4}  # enough to tell rules apart
EXACT = {"ftol": 1e-13, "gtol": 1e-7}  # so that the score is, to 1e-6, the same from slightly other numbers


class Fit(NamedTuple):
    """Log-likelihood by deal and feature, shape (deals, features), and the parameters in the units of the table."""

    by_deal: np.ndarray
    weight: float
    sigma: float
    noise_variance: float

    @property
    def by_feature(self) -> np.ndarray:
        """Mean over deals, shape (features,)."""
        return self.by_deal.mean(axis=0)


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
    """

    values: np.ndarray
    basis: np.ndarray
    unit: float

    @classmethod
    def of(cls, table: np.ndarray) -> Contrasts:
        """Of a table, shape (items, features), whose features all vary."""
        basis = scipy.linalg.helmert(len(table))
        values = (basis @ table).T
        unit = float(np.sqrt(np.mean(values**2)))
        return cls(values / unit, basis, unit)

    def independent(self) -> Fit:
        """Items that have nothing to do with each other: one variance."""
        by_feature = -0.5 * np.sum(self.values**2, axis=1) - self._level
        return Fit(by_feature[None], 0.0, 0.0, self.unit**2)

    def fit(
        self, laplacians: Sequence[np.ndarray], deals: np.ndarray, *, near: Fit | None = None, exact: bool = True
    ) -> Fit:
        """Most likely field on graphs with these Laplacians, one for each part of each deal, plus noise on each item.

        The items are the first rows of each. Weight, width and noise are the same for all. `deals` are the numbers of
        the parts to which the features belong, shape (deals, features), counted on from deal to deal.
        The search begins near another fit, if one is given; where only the better of several fits is wanted, it need
        not be exact.
        """
        start = START if near is None else self._logarithms(near)
        parts = [self._modes(laplacian) for laplacian in laplacians]
        options = EXACT if exact else ROUGH
        done = minimize(self._cost, start, (parts, deals), jac=True, method="L-BFGS-B", bounds=LIMITS, options=options)
        weight, kappa, noise = np.exp(done.x)
        by_deal = np.zeros(deals.shape)
        for number, (rates, modes) in enumerate(parts):
            factor = np.linalg.cholesky((modes / (weight * rates + kappa)) @ modes.T + noise * np.eye(len(modes)))
            deal, members = np.nonzero(deals == number)
            explained = scipy.linalg.solve_triangular(factor, self.values[members].T, lower=True)
            log_likelihood = -0.5 * np.sum(explained**2, axis=0) - np.log(np.diagonal(factor)).sum() - self._level
            by_deal[deal, members] = log_likelihood
        return Fit(by_deal, weight / self.unit**2, float(self.unit / np.sqrt(kappa)), noise * self.unit**2)

    def _logarithms(self, fit: Fit) -> np.ndarray:
        variance = self.unit**2
        found = np.log([fit.weight * variance, variance / fit.sigma**2, fit.noise_variance / variance])
        return np.clip(found, *np.transpose(LIMITS))

    @property
    def _level(self) -> float:
        """What the log-likelihood of a feature loses whatever the field: its units and the factors 2 pi."""
        return self.values.shape[1] * float(0.5 * np.log(2 * np.pi) + np.log(self.unit))

    def _modes(self, laplacian: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues of a Laplacian, and its modes seen in the differences between items."""
        rates, vectors = np.linalg.eigh(laplacian)
        return np.maximum(rates, 0.0), self.basis @ vectors[: self.basis.shape[1]]

    def _cost(
        self, logs: np.ndarray, parts: list[tuple[np.ndarray, np.ndarray]], deals: np.ndarray
    ) -> tuple[float, np.ndarray]:
        """Minus the mean log-likelihood of a feature, up to a constant, and its gradient by the three logarithms."""
        weight, kappa, noise = np.exp(logs)
        cost, gradient = 0.0, np.zeros(3)
        for number, (rates, modes) in enumerate(parts):
            members = np.nonzero(deals == number)[1]
            share, values = len(members) / deals.size, self.values[members].T / np.sqrt(len(members))
            variances = 1 / (weight * rates + kappa)
            factor = np.linalg.cholesky((modes * variances) @ modes.T + noise * np.eye(len(modes)))
            whitener = scipy.linalg.solve_triangular(factor, np.eye(len(modes)), lower=True, check_finite=False)
            white = whitener @ values
            explained = whitener.T @ white  # inverse covariance times the features
            by_mode = np.sum((modes.T @ explained) ** 2, axis=1) - np.sum((whitener @ modes) ** 2, axis=0)
            by_mode *= 0.5 * variances**2
            by_noise = 0.5 * (np.sum(whitener**2) - np.sum(explained**2))
            cost += share * float(np.log(np.diagonal(factor)).sum() + 0.5 * np.sum(white**2))
            gradient += share * np.array([weight * (by_mode @ rates), kappa * by_mode.sum(), noise * by_noise])
        return cost, gradient
