r"""Two weight matrices from any start whose imbalance is a multiple of the identity: the exact solution.

With :math:`Q = [W_1^T; W_2]`, white inputs and :math:`W_2^T W_2 - W_1 W_1^T = \lambda I`, the Gram matrix of all
weights obeys a matrix Riccati equation whose solution is

.. math:: QQ^T(t) = e^{At} Q_0\,[I + Q_0^T \Phi(t) Q_0]^{-1} Q_0^T e^{At}, \quad \Phi = \int_0^t e^{2A\sigma} d\sigma.

`Riccati` holds the problem in the eigenvectors of :math:`A`, which one singular value decomposition of the target gives
for every imbalance, zero included; `Riccati.coordinates` solves it without forming an exponential that could overflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.linalg.blas import dsyrk, dtrsm
from scipy.linalg.lapack import dpotrf

from .many_times import Stretch, assembled, stretches

NARROW = 32  # columns below which stacking times that lie far apart is faster than stepping from one to the next
KEPT_BYTES = 2e8  # of factors that are kept for the other blocks
MIXTURES = 2  # vectors on which it is seen whether the blocks are resolved
STACK_BYTES = 3e7
ROUNDING = 1e-15  # relative size of weights outside the target that come from subtracting those inside
CROWD = 6  # times within one short step from which on stacking them pays in small problems
SHORT = 2.5  # exponent of a short step
WINDOW = 2.0  # exponent in the first stretch of times that is interpolated
OVERWHELMED = 1e3  # how much more than what is there a short step may add: as much of the accuracy is lost
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
        mixed = self.x * factor[..., :modes, :]
        mixed += self.y * factor[..., modes : 2 * modes, :]
        half = self.v @ mixed
        return half + self.extra_in @ factor[..., 2 * modes : 2 * modes + more, :] if more else half

    def outputs(self, factor: np.ndarray) -> np.ndarray:
        """Output half of a factor given in these coordinates, (..., n, m) -> (..., features, m)."""
        modes, more = len(self.x), self.extra_out.shape[1]
        mixed = self.y * factor[..., :modes, :]
        mixed -= self.x * factor[..., modes : 2 * modes, :]
        half = self.u @ mixed
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

    def coordinates(self, times: np.ndarray) -> np.ndarray:
        """Factors Y of the Gram matrix Y Y' of all weights at increasing times, (times, n, m)."""
        return Walk(self).to(times)

    def step(self, start: np.ndarray, durations: np.ndarray) -> np.ndarray:
        """Factors after steps of moderate length, (steps, n, m), from orthonormal bases of the weighted start."""
        exponent = self.rates * durations[:, None]
        root = np.exp(exponent) * np.sqrt(durations[:, None] * _decay_integral(2 * exponent))
        width = start.shape[1]
        below = np.broadcast_to(np.eye(width), (durations.size, width, width))
        stacked = np.concatenate([root[..., None] * start, below], axis=1)
        order = np.argsort(-np.einsum("tij,tij->ti", stacked, stacked), axis=1, kind="stable")
        # large rows first: stable without pivots
        each = np.arange(durations.size)[:, None]
        basis = np.empty_like(stacked)
        basis[each, order] = np.linalg.qr(stacked[each, order])[0]
        rows, inverse = basis[:, : self.rates.size], basis[:, self.rates.size :]  # inverse of the triangular factor
        grown = exponent > GROWN
        decayed = np.exp(np.where(grown, 0.0, exponent))[..., None] * (start @ inverse)
        bounded = rows * (np.exp(exponent) / np.where(grown, root, 1.0))[..., None]
        return self._without_missing(np.where(grown[..., None], bounded, decayed))

    def short_step(self, start: np.ndarray, growth: np.ndarray, weight: np.ndarray, out: np.ndarray) -> None:
        """Factor after a short step into `out`, by a Cholesky factorization: exact, and well conditioned."""
        gram = dsyrk(1.0, (weight[:, None] * start).T, lower=1)
        gram.ravel("K")[:: len(gram) + 1] += 1
        lower = dpotrf(gram, lower=1, clean=0, overwrite_a=1)[0]
        np.multiply(growth[:, None], start, out=out)
        dtrsm(1.0, lower, out.T, lower=1, overwrite_b=1)  # columns of `out.T` are in order: in place
        self._without_missing(out)

    def short_steps(self, start: np.ndarray, durations: np.ndarray, out: np.ndarray) -> None:
        """Factors after several short steps (steps, 1) from one start into `out`, as `short_step` computes each."""
        growth, weights = self.short_course(durations)
        weighted = weights[..., None] * start
        gram = np.swapaxes(weighted, -1, -2) @ weighted
        gram += np.eye(start.shape[1])
        inverse = np.linalg.inv(np.linalg.cholesky(gram))
        np.multiply(growth[..., None], start @ np.swapaxes(inverse, -1, -2), out=out)
        self._without_missing(out)

    def short_course(self, durations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """By how much every direction grows in short steps, and the root of its integral, (steps, n) both."""
        exponents = self.rates * durations
        growth = np.exp(exponents)
        return growth, growth * np.sqrt(durations * _decay_integral(2 * exponents))

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


class Walk:
    """A problem followed to ever later times, from wherever it has come; back to the start for earlier ones."""

    def __init__(self, problem: Riccati):
        self.problem, self.here, self.now = problem, problem.start, 0.0
        self.fastest = max(float(np.abs(problem.rates).max(initial=0.0)), 1e-300)

    def to(self, times: np.ndarray) -> np.ndarray:
        """Factors at increasing times, (times, n, m)."""
        if times.size and times[0] < self.now:
            self.here, self.now = self.problem.start, 0.0
        before = np.append(self.now, times[:-1])
        short = self._are_short(before, times - before)
        out = np.empty((times.size, *self.here.shape))
        if self.here.shape[1] >= NARROW or np.count_nonzero(short) >= times.size / 2:
            self._one_by_one(times, before, short, out)
        else:
            self._at_once(times, out)
        return out

    def _are_short(self, before: np.ndarray, gaps: np.ndarray) -> np.ndarray:
        r"""Whether steps of these lengths from these times are well conditioned.

        :math:`I + Y^T \Phi Y` is, where the step is short and what it adds does not overwhelm: whatever the start, at
        time t no direction is larger than :math:`2 a/(1 - e^{-2 a t})` with the fastest rate a.
        """
        rate = 2 * self.fastest
        size = np.full(before.shape, np.sum(self.problem.start**2) / rate)
        np.divide(1.0, -np.expm1(-rate * before), out=size, where=before > 0)
        return (rate * gaps <= 2 * SHORT) & (np.expm1(np.minimum(rate * gaps, 2 * SHORT)) * size <= OVERWHELMED)

    def _one_by_one(self, times: np.ndarray, before: np.ndarray, short: np.ndarray, out: np.ndarray) -> None:
        """From time to time, where these are near each other by a smaller factorization, in small problems stacked."""
        crowds = np.searchsorted(times, before + SHORT / self.fastest, side="right") - np.arange(times.size)
        crowds[~short | (crowds < (CROWD if self.here.shape[1] < NARROW else np.inf))] = 1
        growth, weights = self.problem.short_course(np.where(short, times - before, 0.0)[:, None])
        index = 0
        while index < times.size:
            part = slice(index, index + crowds[index])
            if crowds[index] > 1:
                self.problem.short_steps(self.here, times[part, None] - self.now, out[part])
            elif short[index]:
                self.problem.short_step(self.here, growth[index], weights[index], out[index])
            else:
                self._long_steps(times[index])
                out[index] = self.problem.step(self.here, times[part] - self.now)[0]
            index = part.stop
            self.here, self.now = out[index - 1], times[index - 1]

    def _at_once(self, times: np.ndarray, out: np.ndarray) -> None:
        """Small problems at times that lie far apart: one stacked factorization for many."""
        rows, width = self.here.shape
        room, done = max(1, int(STACK_BYTES // (8 * (rows + width) * width))), 0
        while done < times.size:
            self._long_steps(times[done])
            near = int(np.searchsorted(times, self.now + LARGEST_EXPONENT / self.fastest, side="right"))
            part = slice(done, min(max(near, done + 1), done + room))
            out[part] = self.problem.step(self.here, times[part] - self.now)
            done = part.stop
        self.here, self.now = out[-1], times[-1]

    def _long_steps(self, time: float) -> None:
        """Near enough to a time for one step."""
        longest = LARGEST_EXPONENT / self.fastest
        while time - self.now > longest:
            self.here = self.problem.step(self.here, np.array([longest]))[0]
            self.now += longest


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
    target : array, shape (features, inputs)
        The best map.
    imbalance, decay : float
        Imbalance, and decay rate in this unit of time.
    flow : function of times
        Weights by integration, which fixes the hidden rotation that the Gram matrix leaves open.
    kept : dict
        Factors for the times that were asked for last: the map and both Gram matrices come from the same ones.
    """

    problem: Riccati
    clock: float
    first: np.ndarray
    second: np.ndarray
    target: np.ndarray
    imbalance: float
    decay: float
    flow: Callable[[np.ndarray], list[np.ndarray]]
    kept: dict[bytes, list[Stretch]] = field(default_factory=dict, repr=False)

    def network_map(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, lambda f_in, f_out: f_out @ np.swapaxes(f_in, -1, -2))

    def input_gram(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, lambda f_in, f_out: f_in @ np.swapaxes(f_in, -1, -2))

    def output_gram(self, times: np.ndarray) -> np.ndarray:
        return self._block(times, lambda f_in, f_out: f_out @ np.swapaxes(f_out, -1, -2))

    def factors(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self._halves(self.problem.coordinates(self.clock * times))

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        """The exact Gram matrix, in the hidden rotation of the integrated flow."""
        f_in, f_out = self.factors(times)
        turned = [_turned(*each) for each in zip(f_in, f_out, *self.flow(times), strict=True)]
        return [np.stack(layer) for layer in zip(*turned, strict=True)]

    def end(self) -> np.ndarray:
        """The map in the limit of late times, (features, inputs)."""
        factor = self.problem.end()
        return self.problem.axes.outputs(factor) @ self.problem.axes.inputs(factor).T

    def halves(self) -> tuple[np.ndarray, np.ndarray]:
        """Input and output half of the start, (inputs, m) and (features, m), of as few hidden units as matter."""
        return self._halves(self.problem.start)

    def _halves(self, coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Input and output half of the factors, (times, inputs, m) and (times, features, m)."""
        return self.problem.axes.inputs(coordinates), self.problem.axes.outputs(coordinates)

    def _block(self, times: np.ndarray, form: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
        return assembled(self._stretches(times), times.size, form)

    def _stretches(self, times: np.ndarray) -> Iterator[Stretch]:
        """Factors at all times or at nodes between them, kept for the other blocks unless they are large."""
        asked = times.tobytes()
        if asked in self.kept:
            yield from self.kept[asked]
            return
        fresh: list[Stretch] = []
        walk, room = Walk(self.problem), KEPT_BYTES
        window = WINDOW / max(float(self.problem.rates.max(initial=0.0)), 1e-300) / self.clock
        probe = Mixtures.of(len(self.problem.axes.v), len(self.problem.axes.u))
        for stretch in stretches(lambda at: self._halves(walk.to(self.clock * at)), times, window, probe):
            room -= sum(values.nbytes for values in stretch.values)
            fresh = [*fresh, stretch] if room > 0 else []
            yield stretch
        if fresh:
            self.kept.clear()
            self.kept[asked] = fresh


@dataclass(frozen=True, eq=False)
class Mixtures:
    """The three blocks applied to a few fixed vectors: as smooth in time as the blocks, and cheap."""

    inputs: np.ndarray
    features: np.ndarray

    @classmethod
    def of(cls, inputs: int, features: int) -> Mixtures:
        draw = np.random.default_rng(0)
        return cls(draw.standard_normal((inputs, MIXTURES)), draw.standard_normal((features, MIXTURES)))

    def __call__(self, f_in: np.ndarray, f_out: np.ndarray) -> tuple[np.ndarray, ...]:
        seen_in, seen_out = np.swapaxes(f_in, -1, -2) @ self.inputs, np.swapaxes(f_out, -1, -2) @ self.features
        return f_out @ seen_in, f_in @ seen_in, f_out @ seen_out


def _turned(
    f_in: np.ndarray, f_out: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Weights with the Gram matrix of the factor, in the rotation closest to integrated weights."""
    left, _, right = np.linalg.svd(f_in.T @ first.T + f_out.T @ second, full_matrices=False)
    rotation = left @ right
    return (f_in @ rotation).T, f_out @ rotation
