r"""What a finite sample does to a covariance: each ridge acts as a larger, effective ridge (deterministic equivalent).

With n samples of inputs of covariance :math:`\Sigma`, resolvents of the sample covariance :math:`C` behave like
:math:`s\,(C + s)^{-1} \approx \kappa\,(\Sigma + \kappa)^{-1}`, where :math:`\kappa(s)` solves

.. math:: s = \kappa\,\left(1 - \tfrac{1}{n} \sum_i \tfrac{\lambda_i}{\lambda_i + \kappa}\right)

(hastie2019). If only the covariance of a pool of N samples is known, which has sampling noise itself, the same sum over
its eigenvalues at a ridge z gives both: :math:`s = z\,(1 - f/n)/(1 - f/N)` and :math:`\kappa = z/(1 - f/N)` with
:math:`f(z) = \sum_i \ell_i/(\ell_i + z)`. An infinite pool has :math:`z = \kappa`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

RESIDUAL = 1e-10  # relative, of the equation above; Newton ends near 1e-14, or a little higher for large sums
STEPS = 2000  # steps towards a double root (as many samples as directions) only halve the distance: 1000 reach 1e-300
CELLS = 2_000_000  # complex numbers of one (ridge, eigenvalue) table: 32 MB
TIED = 1e-13  # eigenvalues closer than this (relative) differ only by rounding


@dataclass(frozen=True, eq=False, repr=False)
class Population:
    """A covariance as a student meets it: its eigenvalues above zero, the signal along each, and the number of samples.

    Parameters
    ----------
    eigenvalues : array, shape (groups,)
        Distinct eigenvalues above zero, increasing.
    multiplicities : array, shape (groups,)
        How often each occurs.
    signal : array, shape (groups,)
        Variance of the right answers along each: eigenvalue times squared coefficient, summed over a group.
    samples : int
        Size n of the training set.
    pool : float
        Samples N from which the eigenvalues were measured; inf if they are the true ones.
    """

    eigenvalues: np.ndarray
    multiplicities: np.ndarray
    signal: np.ndarray
    samples: int
    pool: float = np.inf

    def __repr__(self) -> str:
        pool = "" if np.isinf(self.pool) else f", measured on {self.pool:g}"
        return f"<Population: {self.rank} directions, total variance {self.trace:.4g}, {self.samples} samples{pool}>"

    @classmethod
    def of(
        cls, eigenvalues: np.ndarray, squared: np.ndarray, samples: int, pool: float = np.inf, floor: float = 0.0
    ) -> Population:
        """The population of any eigenvalues: equal ones are merged, and zeros are left out."""
        order = np.argsort(eigenvalues)
        order = order[eigenvalues[order] > floor]
        values, squares = eigenvalues[order], squared[order]
        starts = np.flatnonzero(np.diff(values, prepend=-1.0) > TIED * values)
        count = np.diff(np.append(starts, values.size))
        if not values.size:
            return cls(values, count, values, samples, pool)
        return cls(values[starts], count, np.add.reduceat(values * squares, starts), samples, pool)

    @property
    def rank(self) -> int:
        """Number of directions along which inputs vary."""
        return int(self.multiplicities.sum())

    @property
    def trace(self) -> float:
        """Total variance of the inputs."""
        return float(self.eigenvalues @ self.multiplicities)

    @cached_property
    def floor(self) -> float:
        """The ridge z as s goes to zero: above zero if samples are fewer than directions."""
        if self.rank <= self.samples:
            return 0.0
        z = self.trace / self.samples  # above the root; Newton in 1/z comes down monotonically
        for _ in range(STEPS):
            freedom = self.freedom(z)
            slope = float(self.multiplicities @ (self.eigenvalues / (self.eigenvalues + z) ** 2))
            step = (freedom - self.samples) / slope
            z, before = max(z + step, z / 2), z
            if abs(z - before) <= 4e-16 * z:
                break
        return z

    def freedom(self, z: float) -> float:
        """Effective degrees of freedom at a ridge z on the pool: f(z)."""
        return float(self.multiplicities @ (self.eigenvalues / (self.eigenvalues + z)))

    def sums(self, z: np.ndarray, weights: np.ndarray, power: int = 1) -> np.ndarray:
        """Sum over eigenvalues of weights / (eigenvalue + z)^power, for every z of a list."""
        rows = max(1, CELLS // max(1, self.eigenvalues.size))
        parts = [z[first : first + rows, None] for first in range(0, max(z.size, 1), rows)]
        return np.concatenate([(1 / (self.eigenvalues + part) ** power) @ weights for part in parts])

    def ridge_of(self, z: np.ndarray) -> np.ndarray:
        """The ridge s that acts on n samples as z does on the pool."""
        return z * self._loss(z) / self._pool_loss(z)

    def kappa_of(self, z: np.ndarray) -> np.ndarray:
        """The ridge on the true covariance that acts as z does on the pool."""
        return z / self._pool_loss(z)

    def above_floor(self, s: np.ndarray, z: np.ndarray) -> np.ndarray:
        """z - floor for solutions z at ridges s, in full precision even if they are close."""
        if self.floor == 0:
            return z
        return s * self.samples / (self.kappa_of(z) * self.overlap(z))

    def overlap(self, z: np.ndarray) -> np.ndarray:
        """Slope of the sum f between the floor and z."""
        return self.sums(z, self.multiplicities * self.eigenvalues / (self.eigenvalues + self.floor))

    def slope_at(self, z: np.ndarray) -> np.ndarray:
        """Derivative of `ridge_of`."""
        steep = self.sums(z, self.multiplicities * self.eigenvalues, 2)  # minus the derivative of the sum f
        own, pool = self._loss(z), self._pool_loss(z)
        return own / pool + z * steep * (1 / self.samples - 1 / self.pool) / pool**2

    def _loss(self, z: np.ndarray) -> np.ndarray:
        """1 - f(z) / n, without cancellation where samples outnumber directions."""
        kept = self.samples - self.rank
        if kept < 0:
            return 1 - self.sums(z, self.multiplicities * self.eigenvalues) / self.samples
        return (kept + z * self.sums(z, self.multiplicities)) / self.samples

    def _pool_loss(self, z: np.ndarray) -> np.ndarray:
        if np.isinf(self.pool):
            return np.ones_like(z)
        return 1 - self.sums(z, self.multiplicities * self.eigenvalues) / self.pool


def solved(population: Population, ridge: np.ndarray) -> np.ndarray:
    """The z of every ridge s, complex with a positive imaginary part or real and positive, by Newton's method.

    Checked by: tests/generalization/test_resolvent.py::test_sampled_resolvents_are_what_the_equation_says

    Parameters
    ----------
    population : Population
        The covariance and the sample.
    ridge : array, shape (ridges,)
        Ridges s.

    Returns
    -------
    array, shape (ridges,)

    Notes
    -----
    Starts from the solution at infinity, and halves any step that would leave the half plane (the half line, for real
    ridges) on which there is exactly one solution. The residual is checked.
    """
    s = np.asarray(ridge)
    z = s + population.trace * (1 / population.samples - 1 / population.pool)
    open_ = np.arange(s.size)
    for count in range(STEPS):
        if not open_.size:
            break
        here = z[open_]
        step = (s[open_] - population.ridge_of(here)) / population.slope_at(here)
        while np.any(lost := _side(here + step) <= 0):
            step = np.where(lost, step / 2, step)
        z[open_] = here + step
        open_ = open_[np.abs(step) > 1e-14 * np.abs(here)]
        if count > 30:  # near the end steps are rounding errors, and the residual decides
            open_ = open_[_residual(population, s[open_], z[open_]) > 1e-15]
    worst = _residual(population, s, z).max(initial=0.0)
    if not worst <= RESIDUAL:
        raise FloatingPointError(f"the effective ridge was not found: relative residual {worst:.1e}")
    return z


def _side(z: np.ndarray) -> np.ndarray:
    return z.imag if np.iscomplexobj(z) else z


def _residual(population: Population, s: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Relative residual of the equation at z: in units of the change that a relative change of z by 1 would make."""
    return np.abs(population.ridge_of(z) - s) / (np.abs(z * population.slope_at(z)) + np.abs(s))
