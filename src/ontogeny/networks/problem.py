"""The arguments of `evolve`, checked, and what the methods need of them, measured once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, not_negative, positive
from .._core.names import carries_names, in_order, names_along, places, square_in_order
from .._core.weights import as_numbers
from .gradient_flow import flow
from .layer_rates import per_layer, scales_of

NEGATIVE = 1e-6  # relative: eigenvalues of a correlation in single precision that are negative by rounding
EXACT = 1e-12  # relative: what counts as zero in weights that were computed to be balanced or aligned


class Problem:
    """Arguments of `evolve`, checked, and what the methods need of them, measured once.

    Layers that learn at different rates are held in units in which all learn at one: weights are `scales` times those.
    """

    def __init__(
        self,
        layers: list[np.ndarray],
        syx: np.ndarray,
        sxx: np.ndarray,
        decays: np.ndarray,
        tau: float,
        rtol: float,
        scales: np.ndarray,
    ):
        self.layers, self.syx, self.sxx = layers, syx, sxx
        self.decays, self.tau, self.rtol, self.scales = decays, tau, rtol, scales

    @classmethod
    def checked(
        cls,
        weights: Sequence[ArrayLike],
        syx: ArrayLike,
        sxx: ArrayLike | None,
        decay: ArrayLike,
        tau: ArrayLike,
        rtol: float,
    ) -> Problem:
        """The arguments as arrays that fit each other."""
        given = weights.values() if hasattr(weights, "values") and callable(weights.values) else weights
        given, sxx = chained_by_name(list(given), syx, sxx)
        layers = [_matrix(layer, f"weights[{number}]") for number, layer in enumerate(given)]
        target = _matrix(syx, "input_output_correlation")
        drive = np.eye(target.shape[1]) if sxx is None else _matrix(sxx, "input_correlation")
        shapes = [layer.shape for layer in layers]
        chained = all(above[1] == below[0] for below, above in zip(shapes, shapes[1:], strict=False))
        if not layers or not chained or (shapes[-1][0], shapes[0][1]) != target.shape:
            raise InputError(
                "weights",
                f"have shapes {shapes} (out, in), but they must lead from {target.shape[1]} inputs to "
                f"{target.shape[0]} features, each layer from where the one before it ends",
                "pass one matrix for each layer, first layer first",
            )
        if sxx is not None and (drive.shape != 2 * target.shape[1:] or not _symmetric(drive)):
            raise InputError(
                "input_correlation",
                f"has shape {drive.shape}, but it must be symmetric with one row for each of the "
                f"{target.shape[1]} inputs",
                "pass inputs.T @ inputs, or a covariance",
            )
        drive = drive if sxx is None else _positive_semidefinite((drive + drive.T) / 2)
        decays = per_layer(decay, len(layers), "weight_decay", "a decay rate", not_negative)
        taus = per_layer(tau, len(layers), "tau", "a time constant must be positive", positive)
        scales, mean = scales_of(taus)
        layers = [layer / scale for layer, scale in zip(layers, scales, strict=True)]
        decays = decays * mean / taus
        if np.ptp(decays) <= EXACT * decays.max():  # the same but for rounding
            decays[:] = decays[0]
        return cls(layers, target, drive, decays, mean, positive(rtol, "rtol", "a tolerance must be positive"), scales)

    @property
    def decay(self) -> float:
        """Decay rate of all layers, or of the fastest where they differ."""
        return float(self.decays.max())

    @property
    def differs(self) -> bool:
        """Whether layers decay at different rates, which no closed form knows."""
        return bool((self.decays != self.decays[0]).any())

    @cached_property
    def modes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Output modes, singular values, input modes (columns), zeros included."""
        u, s, vt = np.linalg.svd(self.syx, full_matrices=False)
        return u, np.where(s > EXACT * s.max(initial=0.0), s, 0.0), vt.T

    @cached_property
    def variance(self) -> float | None:
        """Variance of the inputs if they are white."""
        d = float(np.trace(self.sxx)) / len(self.sxx)
        return d if np.abs(self.sxx - d * np.eye(len(self.sxx))).max() <= EXACT * abs(d) else None

    @cached_property
    def variances(self) -> np.ndarray:
        """Variance of the inputs along every mode."""
        v = self.modes[2]
        return np.sum(v * (self.sxx @ v), axis=0)

    @cached_property
    def ends(self) -> np.ndarray:
        """Final strength of every mode that is learned, for white or aligned inputs."""
        return np.maximum(self.modes[1] - self.decay, 0) / np.where(self.variances > 0, self.variances, 1.0)

    @cached_property
    def misalignment(self) -> float:
        """Share of the drive of the inputs that leaves the mode it came from."""
        if self.variance is not None:
            return 0.0
        v = self.modes[2]
        driven = self.sxx @ v
        return float(np.linalg.norm(driven - v * np.sum(v * driven, axis=0)) / np.linalg.norm(driven))

    @cached_property
    def imbalance(self) -> tuple[float, float]:
        """Mean imbalance of neighboring layers, and its largest relative deviation from a multiple of the identity."""
        mean, worst = 0.0, 0.0
        for below, above in zip(self.layers, self.layers[1:], strict=False):
            difference, size = above.T @ above - below @ below.T, np.sum(above**2) + np.sum(below**2)
            mean = float(np.trace(difference)) / len(difference)
            mean = 0.0 if abs(mean) <= EXACT * size else mean
            off = float(np.abs(difference - mean * np.eye(len(difference))).max())
            worst = max(worst, off / max(float(size), 1e-300))
        return mean, worst

    @cached_property
    def followed(self) -> tuple[list[np.ndarray], list[np.ndarray], float]:
        """Every mode followed through the layers: directions, strengths, and the share of weights outside them."""
        u, _, v = self.modes
        axes, strengths, coupling = [v], [], 0.0
        for number, layer in enumerate(self.layers, start=1):
            signal = layer @ axes[-1]
            if number == len(self.layers):
                strength, direction = np.sum(u * signal, axis=0), u
            else:
                strength = np.linalg.norm(signal, axis=0)
                direction = signal / np.where(strength > 0, strength, 1.0)
            overlap = direction.T @ direction
            crossed = (overlap - np.diag(np.diag(overlap))) * strength
            outside = np.linalg.norm(layer - (direction * strength) @ axes[-1].T) + np.linalg.norm(crossed)
            coupling = max(coupling, float(outside / max(float(np.linalg.norm(layer)), 1e-300)))
            axes.append(direction)
            strengths.append(strength)
        return axes, strengths, coupling

    def flow(self, times: np.ndarray) -> list[np.ndarray]:
        """Weights at increasing times, integrated."""
        return flow(
            self.layers, self.syx, self.sxx, times=times, tau=self.tau, weight_decay=self.decays, rtol=self.rtol
        )


def chained_by_name(
    weights: list[ArrayLike], syx: ArrayLike = None, sxx: ArrayLike = None
) -> tuple[list[ArrayLike], ArrayLike]:
    """Weights and the input correlation, in the order of the names of inputs, features and hidden units."""
    inputs = names_along(syx, 1)
    below, of = inputs, "the columns of input_output_correlation"
    found = []
    for number, layer in enumerate(weights):
        above, name = names_along(layer, -2), f"weights[{number}]"
        placed = in_order(layer, below, f"the columns of {name}", of, axis=-1) if carries_names(layer) else layer
        last = number == len(weights) - 1
        rows = places(above, names_along(syx), f"the rows of {name}", "input_output_correlation") if last else None
        found.append(placed if rows is None else np.take(placed, rows, axis=-2))
        below, of = above, f"the rows of {name}"
    if carries_names(sxx):
        sxx = square_in_order(sxx, inputs, "input_correlation", "the columns of input_output_correlation")
    return found, sxx


def _symmetric(matrix: np.ndarray) -> bool:
    return bool(np.abs(matrix - matrix.T).max() <= NEGATIVE * np.abs(matrix).max())


def _positive_semidefinite(matrix: np.ndarray) -> np.ndarray:
    """A correlation matrix without the negative eigenvalues that rounding made; others are refused."""
    variances, axes = np.linalg.eigh(matrix)
    least, most = variances[0], np.abs(variances).max()
    if least < -NEGATIVE * most:
        raise InputError(
            "input_correlation",
            f"has the eigenvalue {least:.3g}, but a variance is not negative",
            "pass inputs.T @ inputs, or a covariance",
        )
    return (axes * np.maximum(variances, 0)) @ axes.T if least < -EXACT * most else matrix


def _matrix(values: ArrayLike, name: str) -> np.ndarray:
    matrix = as_numbers(values, name)
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise InputError(
            name, f"has shape {matrix.shape}, but it must be a table of numbers", "pass a two-dimensional array"
        )
    return matrix
