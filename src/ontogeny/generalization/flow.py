r"""Train and test error of gradient flow over time for any covariance, from one table of effective ridges.

Every quantity is an inverse Laplace transform of functions of :math:`\kappa(s)` (`resolvent`, `contour`): in one
variable for the train error, in two for the test error, which is quadratic in the weights. Each class knows its value
at the start and at the end of learning exactly, and its transform in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .contour import Contour, contours
from .resolvent import Population, solved


class Course(Protocol):
    """A quantity over time."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    def between(self, contour: Contour, z: np.ndarray) -> np.ndarray:
        """Values at the times of a contour, from the effective ridges z at its nodes."""


def over_time(time: np.ndarray, population: Population, *courses: Course) -> list[np.ndarray]:
    """Several quantities at any times, each with the shape of `time`; their effective ridges are solved only once."""
    distinct, place = np.unique(time, return_inverse=True)
    inside = (distinct > 0) & np.isfinite(distinct)
    parts = list(contours(distinct[inside]))
    z = solved(population, np.concatenate([np.zeros(0, complex), *(part.nodes for part in parts)]))
    nodes = np.split(z, np.cumsum([part.nodes.size for part in parts])[:-1])
    answers = []
    for course in courses:
        values = np.where(distinct == 0, course.start, np.where(np.isnan(distinct), np.nan, course.end)).astype(float)
        if parts:
            values[inside] = np.concatenate([course.between(part, z) for part, z in zip(parts, nodes, strict=True)])
        answers.append(np.maximum(values, 0.0)[place].reshape(np.shape(time)))  # 0 may be rounded to below 0
    return answers


@dataclass(frozen=True, eq=False)
class TrainError:
    """Mean squared error on the training set; `residual` is the error of the best linear map."""

    population: Population
    residual: float

    @property
    def start(self) -> float:
        return float(self.population.signal.sum()) + self.residual

    @property
    def end(self) -> float:
        rank, n, pool = self.population.rank, self.population.samples, self.population.pool
        return 0.0 if rank >= n else self.residual * (1 - rank / n) / (1 - rank / pool)

    def between(self, contour: Contour, z: np.ndarray) -> np.ndarray:
        unexplained = self.population.sums(z, self.population.signal) + self.residual / z
        return contour.course(contour.nodes * unexplained, factor=2.0)


@dataclass(frozen=True, eq=False)
class Bias:
    """Squared bias: test error due to the signal that is not yet, or never, learned."""

    population: Population

    @property
    def start(self) -> float:
        return float(self.population.signal.sum())

    @property
    def end(self) -> float:
        z = np.array([self.population.floor])
        if z[0] == 0:
            return 0.0
        left = self.population.sums(z, self.population.signal, 2)
        return float((self.population.kappa_of(z) ** 2 / self.population.slope_at(z) * left)[0])

    def between(self, contour: Contour, z: np.ndarray) -> np.ndarray:
        table = np.sqrt(self.population.signal) / (self.population.eigenvalues + z[:, None])
        return _two_times(contour, self.population, z, table @ table.T, table @ table.conj().T)


@dataclass(frozen=True, eq=False)
class Unlearnable:
    """Test error per unit of residual of the best linear map of the pool: the residual itself, and its overfitting."""

    population: Population

    @property
    def start(self) -> float:
        return 1.0

    @property
    def end(self) -> float:
        rank, n, pool = self.population.rank, self.population.samples, self.population.pool
        if rank <= n:
            return 1 / ((1 - rank / pool) * (1 - rank / n)) if rank < n else np.inf
        z = np.array([self.population.floor])
        return float(((self.population.kappa_of(z) / z) ** 2 / self.population.slope_at(z))[0])

    def between(self, contour: Contour, z: np.ndarray) -> np.ndarray:
        return _two_times(contour, self.population, z, 1 / (z[:, None] * z), 1 / (z[:, None] * z.conj()))


def _two_times(contour: Contour, population: Population, z: np.ndarray, up: np.ndarray, down: np.ndarray) -> np.ndarray:
    """The double inversion at two equal times, of a kernel on pairs of nodes (up) and with mirrored nodes (down)."""
    s, kappa, weights = contour.nodes, population.kappa_of(z), contour.weights()
    apart = s[:, None] - s + np.eye(s.size)
    above = population.above_floor(s, z)
    slopes = (above[:, None] - above) / apart + np.diag(1 / population.slope_at(z))
    across = (above[:, None] - above.conj()) / (s[:, None] - s.conj())
    other = weights @ (slopes * up * kappa).T + weights.conj() @ (across * down * kappa.conj()).T
    return 2 * np.sum(weights * kappa * other, axis=1).real


def _twice_less_double(law: Variance | WeightNorm, contour: Contour, z: np.ndarray) -> np.ndarray:
    """Twice b(t) minus b(2 t), from the transform of b that cancels least at these times."""
    square = law.population.eigenvalues**2 @ law.population.multiplicities
    early = contour.times[-1] * square < law.population.trace
    transform = (law._early if early else law._late)(contour.nodes, z)
    return 2 * contour.course(transform) - contour.course(transform, factor=2.0)


@dataclass(frozen=True, eq=False)
class Variance:
    """Test error that the noise of the samples causes, per unit of noise variance, where the covariance is known.

    Twice a(t) minus a(2 t), where a has the transform (kappa - s - c) / s^2. Any c gives the same, as its part grows
    linearly; the c that cancels least is the limit of kappa - s, at zero late in learning and at infinity early.
    """

    population: Population

    @property
    def start(self) -> float:
        return 0.0

    @property
    def end(self) -> float:
        rank, n = self.population.rank, self.population.samples
        if rank <= n:
            return rank / (n - rank) if rank < n else np.inf
        return float(self._late(np.zeros(1), np.array([self.population.floor]))[0])

    def between(self, contour: Contour, z: np.ndarray) -> np.ndarray:
        return _twice_less_double(self, contour, z)

    def _early(self, s: np.ndarray, z: np.ndarray) -> np.ndarray:
        """(kappa - s - its value at infinity) / s."""
        p = self.population
        count = p.multiplicities * p.eigenvalues
        return -p.sums(z, count * p.eigenvalues) / (p.samples * s)

    def _late(self, s: np.ndarray, z: np.ndarray) -> np.ndarray:
        """(kappa - s - its value at zero) / s."""
        p, n = self.population, self.population.samples
        count = p.multiplicities * p.eigenvalues
        if p.rank <= n:
            return z * p.sums(z, count) / (n * s)
        return n / (z * p.overlap(z)) - 1


@dataclass(frozen=True, eq=False)
class WeightNorm:
    """Squared distance of the weights from their start.

    Twice b(t) minus b(2 t), as for the variance; the part that grows linearly is again taken out of the transform.
    """

    population: Population
    noise: float

    @property
    def start(self) -> float:
        return 0.0

    @property
    def end(self) -> float:
        p = self.population
        learned = float(np.sum(p.signal / (p.eigenvalues + p.floor)))
        if p.rank == p.samples:
            return np.inf if self.noise else learned
        spread = 1 / p.floor if p.floor else float(p.multiplicities @ (1 / p.eigenvalues)) / (p.samples - p.rank)
        return learned + self.noise * spread

    def between(self, contour: Contour, z: np.ndarray) -> np.ndarray:
        return _twice_less_double(self, contour, z)

    def _early(self, s: np.ndarray, z: np.ndarray) -> np.ndarray:
        p = self.population
        freedom = p.sums(z, p.multiplicities * p.eigenvalues) / p.samples
        signal = p.sums(z, p.signal * p.eigenvalues) + z * freedom * p.sums(z, p.signal)
        return -(signal + self.noise * freedom) / s

    def _late(self, s: np.ndarray, z: np.ndarray) -> np.ndarray:
        p = self.population
        spread = 1 / z if p.floor else z * p.sums(z, p.multiplicities) / (p.samples * s)
        return p.sums(z, p.signal) + self.noise * spread
