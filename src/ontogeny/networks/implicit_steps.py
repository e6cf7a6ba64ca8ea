r"""Gradient flow of large networks with one hidden layer in implicit steps: stiff inputs do not shorten them.

A change :math:`Z` of the weights moves the map by :math:`D Z = Z_2 W_1 + W_2 Z_1`, and the stiff part of the flow is
:math:`-D^* ((D Z)\,\Sigma_{xx})`. Steps of the linearly implicit Euler rule with this part need, for whatever length,
the solution of one Sylvester equation,

.. math:: Y\,(\Sigma_{xx}^{-1} + h\,W_1^T W_1) + h\,W_2 W_2^T\,Y = R

and eigenvectors of matrices as large as the inputs and the features. Extrapolation over 1, 2, 3 ... steps makes a
method of high order (Deuflhard 1985).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

Layers = tuple[np.ndarray, np.ndarray]

ORDER = 9
GROWN = 1.0  # largest exponent of a step for what still grows, which the implicit rule leaves out
MOST_INPUTS = 3000  # beyond this a step, with its inputs by inputs decompositions, takes half a minute
INVERTIBLE = 1e-8  # smallest variance of the inputs, relative to the largest


@dataclass(frozen=True, eq=False)
class Stiff:
    """The flow of two weight matrices, with what its implicit steps need.

    Parameters
    ----------
    target : array, shape (features, inputs)
    input_correlation : array, shape (inputs, inputs)
    precision : array, shape (inputs, inputs)
        Inverse of the input correlation.
    decay : float
        Decay rate of every weight.
    """

    target: np.ndarray
    input_correlation: np.ndarray
    precision: np.ndarray
    decay: float

    @classmethod
    def of(cls, target: np.ndarray, input_correlation: np.ndarray | float, decay: float) -> Stiff | None:
        """None where an input direction hardly varies, or where there are too many inputs for square matrices of them.

        Uncorrelated inputs may be given by their variances, or by one variance for all.
        """
        inputs = target.shape[1]
        if inputs > MOST_INPUTS:
            return None
        if np.ndim(input_correlation) < 2:
            input_correlation = np.diag(np.broadcast_to(input_correlation, inputs))
        input_correlation = np.asarray(input_correlation, dtype=float)
        variances, axes = np.linalg.eigh(input_correlation)
        if variances[0] <= INVERTIBLE * variances[-1]:
            return None
        return cls(target, input_correlation, (axes / variances) @ axes.T, decay)

    def states_at(self, layers: Sequence[np.ndarray], times: np.ndarray, rtol: float) -> Iterator[Layers]:
        """Weights at increasing times, counted from now on.

        Checked by: tests/networks/test_implicit_steps.py::test_agrees_with_small_steps
        """
        first, second = layers
        layers, now, length = (first, second), 0.0, np.inf
        for time in times:
            while now < time:
                error_now = float(np.linalg.norm(self._error(layers), 2))
                length = min(length, GROWN / max(error_now, 1e-300))
                step = min(length, time - now)
                if now + step == now:
                    raise ArithmeticError(f"the flow cannot be followed beyond time {now:.6g}")
                after, error = self._step(layers, step, rtol)
                if error <= 1:
                    layers, now = after, now + step if step < time - now else time
                factor = min(4.0, max(0.1, 0.8 * max(error, 1e-10) ** (-1 / ORDER)))
                length = max(length, step * factor) if error <= 1 and step < length else step * factor
            yield layers

    def _step(self, layers: Layers, length: float, rtol: float) -> tuple[Layers, float]:
        """Weights after a step, and its error relative to what is allowed."""
        within, (across, axes) = layers[0].T @ layers[0], np.linalg.eigh(layers[1] @ layers[1].T)
        row: list[Layers] = []
        before = layers
        for count in range(1, ORDER + 1):
            short = length / count
            solve = _Solver(self, layers, short, within, across, axes)
            current = layers
            for _ in range(count):
                current = _added(current, solve(self._velocity(current)))
            new = [current]
            for back, one in enumerate(row, start=1):
                ratio = count / (count - back) - 1
                new.append(_added(new[-1], tuple((a - b) / ratio for a, b in zip(new[-1], one))))
            row, before = new, new[-2] if count > 1 else current
        size = max(float(np.abs(layer).max()) for layer in layers)
        error = max(float(np.abs(a - b).max()) for a, b in zip(row[-1], before))
        return row[-1], error / (rtol * size) if np.isfinite(error) else np.inf

    def _error(self, layers: Layers) -> np.ndarray:
        return self.target - layers[1] @ (layers[0] @ self.input_correlation)

    def _velocity(self, layers: Layers) -> Layers:
        error = self._error(layers)
        return layers[1].T @ error - self.decay * layers[0], error @ layers[0].T - self.decay * layers[1]


class _Solver:
    """Changes of the weights in implicit steps of one length."""

    def __init__(
        self, stiff: Stiff, layers: Layers, length: float, within: np.ndarray, across: np.ndarray, axes: np.ndarray
    ):
        self.layers, self.axes = layers, axes
        self.length = length
        values, self.turned = np.linalg.eigh(stiff.precision + length * within)
        self.sums = across[:, None] * length + values

    def __call__(self, velocity: Layers) -> Layers:
        first, second = self.layers
        moved = velocity[1] @ first + second @ velocity[0]
        pulled = self.axes @ ((self.axes.T @ moved @ self.turned) / self.sums) @ self.turned.T * self.length
        return self.length * (velocity[0] - second.T @ pulled), self.length * (velocity[1] - pulled @ first.T)


def _added(layers: Layers, change: tuple[np.ndarray, ...]) -> Layers:
    return layers[0] + change[0], layers[1] + change[1]
