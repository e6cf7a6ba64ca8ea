r"""Two weight matrices from any start whose imbalance is a multiple of the identity: the exact solution.

With :math:`Q = [W_1^T; W_2]`, white inputs and :math:`W_2^T W_2 - W_1 W_1^T = \lambda I`, the Gram matrix of all weights obeys
a matrix Riccati equation whose solution is

.. math:: QQ^T(t) = e^{At} Q_0\,[I + Q_0^T \Phi(t) Q_0]^{-1} Q_0^T e^{At}, \quad \Phi = \int_0^t e^{2A\sigma} d\sigma.

`Riccati` holds the problem in the eigenvectors of :math:`A`, which one singular value decomposition of the target gives
for every imbalance, zero included; `Riccati.factors` solves it without forming an exponential that could overflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from .many_times import at_many_times

GROWN = 0.35  # exponent from which a row is taken from the orthonormal factor, where it is bounded
LARGEST_EXPONENT = 300.0  # of one step: squares of its exponential still fit a double
DONE = 100.0  # exponent after which the slowest direction has grown from 1e-40 to its end
MISSING = 1e-12  # relative size of a start along a growing direction below which it is rounding, not a seed


@dataclass(frozen=True, eq=False)
class Riccati:
    """A learning problem in the coordinates in which it is solved; times in units of tau / input variance.

    Parameters
    ----------
    rates : array, shape (n,)
        Eigenvalues of A: growth rates of the directions.
    input_axes, output_axes : arrays, shape (inputs, n) and (features, n)
        The two halves of the eigenvectors of A.
    start : array, shape (n, m)
        Initial weights in these coordinates, hidden units reduced to what matters.
    missing : int
        Number of growing directions that the start does not have: they are never learned.
    """

    rates: np.ndarray
    input_axes: np.ndarray
    output_axes: np.ndarray
    start: np.ndarray
    missing: int = 0

    @classmethod
    def from_weights(
        cls, first: np.ndarray, second: np.ndarray, target: np.ndarray, imbalance: float, decay: float
    ) -> Riccati:
        """Problem of weights (hidden, inputs) and (features, hidden) that learn a target (features, inputs).

        Checked by: tests/networks/test_riccati.py::test_axes_diagonalize_the_generator
        Implements: braun2022 Theorem, domine2025 Theorem
        """
        u, s, vt = np.linalg.svd(target, full_matrices=False)
        half = imbalance / 2
        kappa = np.hypot(s, half)
        strong, weak = _mixing(s, half, kappa)
        x, y = (weak, strong) if half >= 0 else (strong, weak)
        inside_in, inside_out = vt @ first.T, u.T @ second
        extra_in, rest_in = _compressed(first.T - vt.T @ inside_in)
        extra_out, rest_out = _compressed(second - u @ inside_out)
        rates = np.concatenate([kappa, -kappa, np.full(len(rest_in), -half), np.full(len(rest_out), half)]) - decay
        input_axes = np.concatenate([vt.T * x, vt.T * y, extra_in, np.zeros((vt.shape[1], len(rest_out)))], axis=1)
        output_axes = np.concatenate([u * y, -u * x, np.zeros((u.shape[0], len(rest_in))), extra_out], axis=1)
        x, y = x[:, None], y[:, None]
        start = np.concatenate([x * inside_in + y * inside_out, y * inside_in - x * inside_out, rest_in, rest_out])
        most = min(target.shape) if imbalance == 0 else start.shape[0]
        return cls(rates, input_axes, output_axes, _fewer_columns(start, most))._without_rounding()

    def factors(self, times: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """At each of the increasing times, F_in (inputs, m) and F_out (features, m).

        Input Gram, network map and output Gram are ``F_in F_in'``, ``F_out F_in'`` and ``F_out F_out'``.
        """
        for coordinates in self.coordinates(times):
            yield self.input_axes @ coordinates, self.output_axes @ coordinates

    def coordinates(self, times: np.ndarray) -> Iterator[np.ndarray]:
        """Factor of the Gram matrix in the problem's own coordinates at each of the increasing times, (n, m)."""
        problem, now = self, 0.0
        longest = LARGEST_EXPONENT / max(float(np.abs(self.rates).max(initial=0.0)), 1e-300)
        for time in times:
            while time - now > longest:
                problem, now = replace(problem, start=problem._step(longest)), now + longest
            yield problem._step(time - now)

    def _step(self, duration: float) -> np.ndarray:
        """Factor after one step of moderate length, from an orthonormal basis of the weighted start."""
        exponent = self.rates * duration
        root = np.exp(exponent) * np.sqrt(duration * _decay_integral(2 * exponent))
        stacked = np.concatenate([root[:, None] * self.start, np.eye(self.start.shape[1])])
        order = np.argsort(-np.einsum("ij,ij->i", stacked, stacked), kind="stable")  # large rows first: stable without pivots
        basis = np.empty_like(stacked)
        basis[order] = np.linalg.qr(stacked[order])[0]
        rows, below = basis[: len(exponent)], basis[len(exponent) :]
        inverse = below  # of the triangular factor
        grown = exponent > GROWN
        out = np.exp(np.where(grown, 0.0, exponent))[:, None] * (self.start @ inverse)
        out[grown] = rows[grown] * (np.exp(exponent[grown]) / root[grown])[:, None]
        return out

    def _without_rounding(self) -> Riccati:
        """The same problem with exact zeros where the start lacks a growing direction."""
        growing = self.rates > 0
        if not growing.any():
            return self
        left, size, right = np.linalg.svd(self.start[growing], full_matrices=False)
        missing = size <= MISSING * max(size.max(initial=0.0), 1e-300)
        if not missing.any():
            return self
        start = self.start.copy()
        start[growing] = (left[:, ~missing] * size[~missing]) @ right[~missing]
        return replace(self, start=start, missing=int(missing.sum()))


def _mixing(s: np.ndarray, half: float, kappa: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Larger and smaller component of the eigenvectors; the smaller without cancellation, smooth at imbalance 0."""
    safe = np.where(kappa > 0, kappa, 1.0)
    strong = np.sqrt((1 + np.where(kappa > 0, abs(half) / safe, 0.0)) / 2)
    return strong, np.where(kappa > 0, s / (2 * safe * strong), np.sqrt(0.5))


def _decay_integral(x: np.ndarray) -> np.ndarray:
    """(1 - exp(-x))/x, which is 1 at 0."""
    return np.where(x == 0, 1.0, -np.expm1(-x) / np.where(x == 0, 1.0, x))


def _compressed(rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Axes and coordinates of what lies outside the target, in no more directions than there are hidden units."""
    if not np.any(rest):
        return np.zeros((rest.shape[0], 0)), np.zeros((0, rest.shape[1]))
    return np.linalg.qr(rest)


def _fewer_columns(start: np.ndarray, most: int) -> np.ndarray:
    """Hidden units turned so that at most `most` of them hold all weights; the Gram matrix does not change."""
    if start.shape[1] <= most:
        return start
    left, size, _ = np.linalg.svd(start, full_matrices=False)
    return left[:, :most] * size[:most]


@dataclass(frozen=True, eq=False)
class RiccatiSolution:
    """`Riccati` as a solution: blocks of the Gram matrix of all weights, and the weights themselves.

    Parameters
    ----------
    problem : Riccati
        In its own unit of time.
    clock : float
        Its time over the user's.
    first, second : arrays
        Weights before learning.
    flow : function of times
        Weights by integration, which fixes the hidden rotation that the Gram matrix leaves open.
    """

    problem: Riccati
    clock: float
    first: np.ndarray
    second: np.ndarray
    flow: Callable[[np.ndarray], list[np.ndarray]]

    def network_map(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, self.problem.output_axes, self.problem.input_axes)

    def input_gram(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, self.problem.input_axes, self.problem.input_axes)

    def output_gram(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, self.problem.output_axes, self.problem.output_axes)

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        """The exact Gram matrix, in the hidden rotation of the integrated flow."""
        turned = [
            _turned(f_in, f_out, first, second)
            for (f_in, f_out), first, second in zip(
                self.problem.factors(self.clock * times), *self.flow(times), strict=True
            )
        ]
        return [np.stack(layer) for layer in zip(*turned, strict=True)]

    def end(self) -> np.ndarray:
        """The map that is approached in the long run, (features, inputs)."""
        growing = self.problem.rates[self.problem.rates > MISSING * np.abs(self.problem.rates).max()]
        late = np.array([DONE / growing.min() if growing.size else 0.0])
        y = next(self.problem.coordinates(late))
        return (self.problem.output_axes @ y) @ (self.problem.input_axes @ y).T

    def _block(self, times: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        def compute(at: np.ndarray) -> np.ndarray:
            return np.stack([(left @ y) @ (right @ y).T for y in self.problem.coordinates(self.clock * at)])

        fastest = 2 / max(float(self.problem.rates.max(initial=0.0)), 1e-300) / self.clock
        return at_many_times(compute, times, fastest, (len(left), len(right)))


def _turned(
    f_in: np.ndarray, f_out: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Weights with the Gram matrix of the factor, in the rotation closest to integrated weights."""
    left, _, right = np.linalg.svd(f_in.T @ first.T + f_out.T @ second, full_matrices=False)
    rotation = left @ right
    return (f_in @ rotation).T, f_out @ rotation
