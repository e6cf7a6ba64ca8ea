r"""Two weight matrices from any start whose imbalance is a multiple of the identity: the exact solution.

With :math:`Q = [W_1^T; W_2]`, white inputs and :math:`W_2^T W_2 - W_1 W_1^T = \lambda I`, the Gram matrix of all
weights obeys a matrix Riccati equation whose solution is

.. math:: QQ^T(t) = e^{At} Q_0\,[I + Q_0^T \Phi(t) Q_0]^{-1} Q_0^T e^{At}, \quad \Phi = \int_0^t e^{2A\sigma} d\sigma.

`Riccati` holds the problem in the eigenvectors of :math:`A`, which one singular value decomposition of the target gives
for every imbalance, zero included; `Riccati.coordinates` solves it without forming an exponential that could overflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from scipy.linalg.blas import dsyrk, dtrsm
from scipy.linalg.lapack import dpotrf

from .many_times import at_many_times

Half = Callable[[np.ndarray], np.ndarray]

NARROW = 32  # columns below which stacking many times in one call is faster than stepping from time to time
STACK_BYTES = 3e7
ROUNDING = 1e-15  # relative size of weights outside the target that come from subtracting those inside
SHORT = 2.0  # exponent of a short step
GROWN = 0.35  # exponent above which a row is taken from the orthonormal factor, where it is bounded
LARGEST_EXPONENT = 300.0  # of one step: squares of its exponential still fit a double
TIED = 1e-9  # relative difference of growth rates below which directions grow together
MISSING = 1e-14  # relative size of a start along a growing direction below which it is rounding, not a seed


@dataclass(frozen=True, eq=False)
class Axes:
    """Eigenvectors of A: (x v; y u) and (y v; -x u) for every mode, then inputs and features outside the target.

    Parameters
    ----------
    u, v : arrays, shape (features, modes) and (inputs, modes)
        Modes of the target.
    x, y : arrays, shape (modes, 1)
        How much of each eigenvector is input and output.
    extra_in, extra_out : arrays, shape (inputs, k) and (features, l)
        Directions of the weights outside the target.
    """

    u: np.ndarray
    v: np.ndarray
    x: np.ndarray
    y: np.ndarray
    extra_in: np.ndarray
    extra_out: np.ndarray

    def inputs(self, factor: np.ndarray) -> np.ndarray:
        """Input half of a factor given in these coordinates, (..., n, m) -> (..., inputs, m)."""
        modes, more = len(self.x), self.extra_in.shape[1]
        half = self.v @ (self.x * factor[..., :modes, :] + self.y * factor[..., modes : 2 * modes, :])
        return half + self.extra_in @ factor[..., 2 * modes : 2 * modes + more, :] if more else half

    def outputs(self, factor: np.ndarray) -> np.ndarray:
        """Output half of a factor given in these coordinates, (..., n, m) -> (..., features, m)."""
        modes, more = len(self.x), self.extra_out.shape[1]
        half = self.u @ (self.y * factor[..., :modes, :] - self.x * factor[..., modes : 2 * modes, :])
        return half + self.extra_out @ factor[..., -more:, :] if more else half


@dataclass(frozen=True, eq=False)
class Riccati:
    """A learning problem in the coordinates in which it is solved; times in units of tau / input variance.

    Parameters
    ----------
    rates : array, shape (n,)
        Eigenvalues of A: growth rates of the directions.
    axes : Axes
        Its eigenvectors.
    start : array, shape (n, m)
        Initial weights in these coordinates, hidden units reduced to what matters.
    missing : int
        Number of growing directions that the start does not have: they are never learned.
    """

    rates: np.ndarray
    axes: Axes
    start: np.ndarray
    missing: int = 0

    @classmethod
    def from_weights(
        cls,
        first: np.ndarray,
        second: np.ndarray,
        target: tuple[np.ndarray, np.ndarray, np.ndarray],
        imbalance: float,
        decay: float,
    ) -> Riccati:
        """Problem of weights (hidden, inputs) and (features, hidden) that learn a target, given as its modes u, s, v.

        Implements: fukumizu1998 sec. 3, braun2022 sec. 3, domine2025 sec. 3
        Checked by: tests/networks/test_riccati.py::test_axes_diagonalize_the_generator
        """
        u, s, v = target
        half = imbalance / 2
        kappa = np.hypot(s, half)
        strong, weak = _mixing(s, half, kappa)
        x, y = (weak, strong) if half >= 0 else (strong, weak)
        x, y = x[:, None], y[:, None]
        inside_in, inside_out = v.T @ first.T, u.T @ second
        extra_in, rest_in = _compressed(first.T, v, inside_in)
        extra_out, rest_out = _compressed(second, u, inside_out)
        rates = np.concatenate([kappa, -kappa, np.full(len(rest_in), -half), np.full(len(rest_out), half)]) - decay
        start = np.concatenate([x * inside_in + y * inside_out, y * inside_in - x * inside_out, rest_in, rest_out])
        most = s.size if imbalance == 0 else start.shape[0]
        axes = Axes(u, v, x, y, extra_in, extra_out)
        return cls(rates, axes, _fewer_columns(start, most))._without_rounding()

    def coordinates(self, times: np.ndarray) -> Iterator[np.ndarray]:
        """Factors Y of the Gram matrix Y Y' of all weights at increasing times, in parts (some times, n, m)."""
        if self.start.shape[1] < NARROW:
            return self._all_at_once(times)
        room = max(1, int(STACK_BYTES // (8 * self.start.size)))
        return (np.stack(part) for part in _in_parts(self._one_by_one(times), room))

    def _all_at_once(self, times: np.ndarray) -> Iterator[np.ndarray]:
        """Small problems: one stacked factorization for many times."""
        problem, now, longest = self, 0.0, self._longest
        while times.size:
            near = int(np.searchsorted(times, now + longest, side="right"))
            if near:
                room = max(1, int(STACK_BYTES // (8 * (self.rates.size + self.start.shape[1]) * self.start.shape[1])))
                near = min(near, room)
                yield problem._step(times[:near] - now)
                times = times[near:]
            else:
                problem, now = replace(problem, start=problem._step(np.array([longest]))[0]), now + longest

    def _one_by_one(self, times: np.ndarray) -> Iterator[np.ndarray]:
        """Large problems: short steps from time to time, by a smaller factorization."""
        problem, now, longest = self, 0.0, self._longest
        fastest = max(float(np.abs(self.rates).max(initial=0.0)), 1e-300)
        for time in times:
            while time - now > longest:
                problem, now = replace(problem, start=problem._step(np.array([longest]))[0]), now + longest
            if fastest * (time - now) <= SHORT and now > 0:
                problem = replace(problem, start=problem._short_step(time - now))
            else:
                problem = replace(problem, start=problem._step(np.array([time - now]))[0])
            now = time
            yield problem.start

    @property
    def _longest(self) -> float:
        return LARGEST_EXPONENT / max(float(np.abs(self.rates).max(initial=0.0)), 1e-300)

    def _step(self, durations: np.ndarray) -> np.ndarray:
        """Factors after steps of moderate length, (steps, n, m), from orthonormal bases of the weighted start."""
        exponent = self.rates * durations[:, None]
        root = np.exp(exponent) * np.sqrt(durations[:, None] * _decay_integral(2 * exponent))
        width = self.start.shape[1]
        below = np.broadcast_to(np.eye(width), (durations.size, width, width))
        stacked = np.concatenate([root[..., None] * self.start, below], axis=1)
        order = np.argsort(-np.einsum("tij,tij->ti", stacked, stacked), axis=1, kind="stable")
        # large rows first: stable without pivots
        basis = np.empty_like(stacked)
        sorted_basis = np.linalg.qr(np.take_along_axis(stacked, order[..., None], axis=1))[0]
        np.put_along_axis(basis, order[..., None], sorted_basis, axis=1)
        rows, inverse = basis[:, : self.rates.size], basis[:, self.rates.size :]  # inverse of the triangular factor
        grown = exponent > GROWN
        decayed = np.exp(np.where(grown, 0.0, exponent))[..., None] * (self.start @ inverse)
        bounded = rows * (np.exp(exponent) / np.where(grown, root, 1.0))[..., None]
        return self._without_missing(np.where(grown[..., None], bounded, decayed))

    def _short_step(self, duration: float) -> np.ndarray:
        """Factor after a short step, (n, m), by a Cholesky factorization; exact, and well conditioned while short."""
        exponent = self.rates * duration
        weight = np.exp(2 * exponent) * duration * _decay_integral(2 * exponent)
        gram = dsyrk(1.0, (np.sqrt(weight)[:, None] * self.start).T, lower=1)
        gram.ravel("K")[:: len(gram) + 1] += 1
        lower = dpotrf(gram, lower=1, clean=0, overwrite_a=1)[0]
        grown = (np.exp(exponent)[:, None] * self.start).T
        return self._without_missing(dtrsm(1.0, lower, grown, lower=1, overwrite_b=1).T)

    def _without_rounding(self) -> Riccati:
        """The same problem with exact zeros where the start lacks a growing direction."""
        growing = self.rates > 0
        if not growing.any():
            return self
        size = np.linalg.svd(self.start[growing], compute_uv=False)
        missing = int(np.count_nonzero(size <= MISSING * max(float(np.linalg.norm(self.start)), 1e-300)))
        if not missing:
            return self
        clean = replace(self, missing=missing)
        return replace(clean, start=clean._without_missing(self.start.copy()))

    def end(self) -> np.ndarray:
        """Factor in the limit of late times, (n, n).

        The fastest growing directions that the start can tell apart win, each up to twice its rate: of every direction
        only the part of its hidden units counts that is orthogonal to those of faster ones.
        """
        factor = np.zeros((self.rates.size, self.rates.size))
        growing = np.flatnonzero(self.rates > 0)
        growing = growing[np.argsort(-self.rates[growing], kind="stable")]
        cuts = np.flatnonzero(-np.diff(self.rates[growing]) > TIED * self.rates[growing[:-1]]) + 1
        seen = np.zeros((self.start.shape[1], 0))
        for tied in np.split(growing, cuts):
            rest = self.start[tied]
            for _ in range(2):  # twice is enough
                rest = rest - (rest @ seen) @ seen.T
            left, size, right = np.linalg.svd(rest, full_matrices=False)
            adds = size > 10 * MISSING * np.linalg.norm(self.start)
            seen = np.concatenate([seen, right[adds].T], axis=1)
            factor[np.ix_(tied, tied[: int(adds.sum())])] = left[:, adds] * np.sqrt(2 * self.rates[tied[0]])
        return factor

    def _without_missing(self, factor: np.ndarray) -> np.ndarray:
        """Rounding errors along growing directions that the start does not have, removed: its rank there stays."""
        if self.missing:
            growing = self.rates > 0
            left, size, right = np.linalg.svd(factor[..., growing, :], full_matrices=False)
            kept = size.shape[-1] - self.missing
            factor[..., growing, :] = (left[..., :kept] * size[..., None, :kept]) @ right[..., :kept, :]
        return factor


def _in_parts(factors: Iterator[np.ndarray], room: int) -> Iterator[list[np.ndarray]]:
    while part := list(islice(factors, room)):
        yield part


def _mixing(s: np.ndarray, half: float, kappa: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Larger and smaller component of the eigenvectors; the smaller without cancellation, smooth at imbalance 0."""
    safe = np.where(kappa > 0, kappa, 1.0)
    strong = np.sqrt((1 + np.where(kappa > 0, abs(half) / safe, 0.0)) / 2)
    return strong, np.where(kappa > 0, s / (2 * safe * strong), np.sqrt(0.5))


def _decay_integral(x: np.ndarray) -> np.ndarray:
    """(1 - exp(-x))/x, which is 1 at 0."""
    return np.where(x == 0, 1.0, -np.expm1(-x) / np.where(x == 0, 1.0, x))


def _compressed(weights: np.ndarray, axes: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Axes and coordinates of what lies outside the target, in no more directions than there are hidden units."""
    rest = weights - axes @ inside if axes.shape[1] < axes.shape[0] else np.zeros((0, 0))
    if not rest.size or np.abs(rest).max() <= ROUNDING * np.abs(weights).max(initial=0.0):
        return np.zeros((len(weights), 0)), np.zeros((0, weights.shape[1]))
    directions, size, turn = np.linalg.svd(rest, full_matrices=False)
    most = axes.shape[0] - axes.shape[1]
    return directions[:, :most], size[:most, None] * turn[:most]


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
        return self._block(times, self.problem.axes.outputs, self.problem.axes.inputs)

    def input_gram(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, self.problem.axes.inputs, self.problem.axes.inputs)

    def output_gram(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, self.problem.axes.outputs, self.problem.axes.outputs)

    def factors(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        coordinates = np.concatenate(list(self.problem.coordinates(self.clock * times)))
        return self.problem.axes.inputs(coordinates), self.problem.axes.outputs(coordinates)

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        """The exact Gram matrix, in the hidden rotation of the integrated flow."""
        f_in, f_out = self.factors(times)
        turned = [_turned(*each) for each in zip(f_in, f_out, *self.flow(times), strict=True)]
        return [np.stack(layer) for layer in zip(*turned, strict=True)]

    def end(self) -> np.ndarray:
        """The map in the limit of late times, (features, inputs)."""
        factor = self.problem.end()
        return self.problem.axes.outputs(factor) @ self.problem.axes.inputs(factor).T

    def _block(self, times: np.ndarray, left: Half, right: Half) -> np.ndarray:
        def compute(at: np.ndarray) -> np.ndarray:
            parts = self.problem.coordinates(self.clock * at)
            return np.concatenate([left(part) @ np.swapaxes(right(part), -1, -2) for part in parts])

        fastest = 2 / max(float(self.problem.rates.max(initial=0.0)), 1e-300) / self.clock
        return at_many_times(compute, times, fastest)


def _turned(
    f_in: np.ndarray, f_out: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Weights with the Gram matrix of the factor, in the rotation closest to integrated weights."""
    left, _, right = np.linalg.svd(f_in.T @ first.T + f_out.T @ second, full_matrices=False)
    rotation = left @ right
    return (f_in @ rotation).T, f_out @ rotation
