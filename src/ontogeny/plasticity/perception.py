r"""Perceptual learning: how receptive fields change where a fine discrimination is trained. A reconstruction.

A population tuned to orientation is read through plastic layers that begin as :math:`g_l` times the identity, and a
readout. Two orientations, :math:`\theta_0 \pm \delta`, are to be told apart. Half their difference in the population,
:math:`d`, is the one direction that learning uses: where it is an axis of the inputs the whole network is a chain of
unequal layers (`modes.chain`) with :math:`s = |d|` and input variance :math:`|d|^2 + n^2`, and every layer is

.. math:: W_l(t) = g_l\,I + (w_l(t) - g_l)\,\hat d\,\hat d^T

Elsewhere (references off the grid, correlated noise, a readout of another direction) the matrices are integrated.

The model produces what Saxe announced in abstracts on depth, size and timing of changes in receptive fields, and on
transfer against precision, position and time; no paper has printed it, and none of its numbers was fitted to data.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from scipy.integrate import solve_ivp
from scipy.stats import norm

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite, not_negative, one_of, positive, whole
from .._core.counting import counted
from .._core.tidy import tidy
from ..modes import chain
from ..networks import evolve
from ..validity import Assumption, Validity

if TYPE_CHECKING:
    import pandas as pd

CIRCLE = 180.0  # degrees of orientation
NOTHING = 1e-12  # difference of responses that is rounding: units respond by up to 1
ALIGNED = 1e-9  # share of the inputs' drive along the learned direction that may leave it
TOLERANCE = 1e-11  # relative, of the course with internal noise


@dataclass(frozen=True, eq=False)
class OrientationTask:
    """A discrimination of two orientations by a tuned population.

    Parameters
    ----------
    preferred : array, shape (units,)
        Preferred orientation of each unit [degrees].
    tuning_width : float
        Standard deviation of the Gaussian tuning curves [degrees].
    reference : float
        Orientation around which is discriminated [degrees].
    precision : float
        Half the difference of the two orientations [degrees]: small is fine.
    noise : array, shape (units, units)
        Covariance of the input noise.
    curve : function, optional
        Response against the distance from the preferred orientation [degrees, -90 to 90], in place of the Gaussian.
    """

    preferred: np.ndarray
    tuning_width: float
    reference: float
    precision: float
    noise: np.ndarray
    curve: Callable[[np.ndarray], np.ndarray] | None = None

    def responses(self, orientations: ArrayLike) -> np.ndarray:
        """Mean response of every unit before any layer, shape (orientations, units)."""
        apart = np.asarray(orientations, dtype=float)[..., None] - self.preferred
        wrapped = (apart + CIRCLE / 2) % CIRCLE - CIRCLE / 2
        if self.curve is not None:
            return _answered(self.curve, wrapped)
        return np.exp(-(wrapped**2) / (2 * self.tuning_width**2))

    def difference(self, reference: ArrayLike, precision: float) -> np.ndarray:
        """Half the difference of the responses to two orientations around a reference, (..., units)."""
        around = np.asarray(reference, dtype=float)
        return (self.responses(around + precision) - self.responses(around - precision)) / 2

    @property
    def direction(self) -> np.ndarray:
        """Half the difference of the responses to both orientations of the task, (units,)."""
        return self.difference(self.reference, self.precision)

    @property
    def input_correlation(self) -> np.ndarray:
        """Correlation of the inputs, noise included, (units, units)."""
        mean = self.responses(np.array([self.reference + self.precision, self.reference - self.precision])).mean(axis=0)
        return np.outer(self.direction, self.direction) + np.outer(mean, mean) + self.noise

    @property
    def leak(self) -> float:
        """Share of the inputs' drive along the learned direction that leaves it; 0 where the reduction is exact."""
        unit = self.direction / np.linalg.norm(self.direction)
        driven = self.input_correlation @ unit
        return float(np.linalg.norm(driven - unit * (unit @ driven)) / np.linalg.norm(driven))


@dataclass(frozen=True, eq=False)
class PerceptualLearning:
    """What a discrimination does to every layer of a network over time.

    Parameters
    ----------
    task : OrientationTask
        What was trained.
    time : array, shape (times,)
        [tau].
    weights : tuple of array, shape (times, units, units)
        Of every plastic layer.
    readout : array, shape (times, units)
        Weights of the readout.
    gains : tuple of float
        Gain of every layer before training.
    noises : tuple of float
        Standard deviation of the noise after every layer, and of the decision.
    method : str
        "chain" of scalars, "noisy chain" or "matrices".
    validity : Validity
        What the chain assumes, measured.
    """

    task: OrientationTask
    time: np.ndarray
    weights: tuple[np.ndarray, ...]
    readout: np.ndarray
    gains: tuple[float, ...]
    noises: tuple[float, ...]
    method: str
    validity: Validity

    @property
    def _unit(self) -> np.ndarray:
        return self.task.direction / np.linalg.norm(self.task.direction)

    @property
    def _through(self) -> list[np.ndarray]:
        """Product of all layers up to each, (times, units, units)."""
        products = [self.weights[0]] if self.weights else []
        for layer in self.weights[1:]:
            products.append(layer @ products[-1])
        return products

    @property
    def _whole(self) -> np.ndarray:
        """Weights from the population to the decision, (times, units)."""
        return np.einsum("ti,tij->tj", self.readout, self._through[-1]) if self.weights else self.readout

    @property
    def output(self) -> np.ndarray:
        """Difference of the decision variable between the two orientations over twice its target, (times,)."""
        return self._whole @ self.task.direction

    @property
    def layer_gains(self) -> np.ndarray:
        """Gain of every layer along the learned direction, the readout last, (times, layers + 1)."""
        unit = self._unit
        along = [np.einsum("i,tij,j->t", unit, layer, unit) for layer in self.weights]
        return np.stack([*along, self.readout @ unit], axis=1)

    @property
    def slope_ratio(self) -> np.ndarray:
        """Slope at the reference in every layer, relative to that before training, (times, layers).

        Along the learned direction; exact for each unit where the discrimination is fine.
        """
        unit, before = self._unit, np.cumprod(self.gains)
        return np.stack(
            [np.einsum("i,tij,j->t", unit, each, unit) / gain for each, gain in zip(self._through, before)], axis=1
        )

    def tuning(self, orientations: ArrayLike | None = None) -> xr.DataArray:
        """Tuning curves of all units in every layer over time, dims (time, layer, unit, orientation).

        Parameters
        ----------
        orientations : array, shape (orientations,), optional
            [degrees]; by default every degree of the half circle.
        """
        places = np.arange(0.0, CIRCLE) if orientations is None else np.atleast_1d(np.asarray(orientations, float))
        responses = self.task.responses(places)
        values = np.stack([np.einsum("tij,oj->tio", each, responses) for each in self._through], axis=1)
        return xr.DataArray(
            values,
            dims=("time", "layer", "unit", "orientation"),
            coords={
                "time": self.time,
                "layer": range(1, len(self.weights) + 1),
                "unit": range(1, self.task.preferred.size + 1),
                "preferred": ("unit", self.task.preferred),
                "orientation": places,
            },
        )

    def d_prime(self) -> np.ndarray:
        r"""Discriminability, :math:`d' = 2 u |d| / \sqrt{n^2 u^2 + \sum_l n_l^2 v_l^2 + n_D^2}`, (times,).

        With input noise alone it never changes: learning scales signal and noise alike.
        """
        signal = 2 * self.output
        variance = np.einsum("ti,ij,tj->t", self._whole, self.task.noise, self._whole) + self.noises[-1] ** 2
        back = self.readout
        for layer, noise in zip(self.weights[::-1], self.noises[-2::-1]):
            variance = variance + noise**2 * np.sum(back**2, axis=1)
            back = np.einsum("ti,tij->tj", back, layer)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(variance > 0, signal / np.sqrt(variance), np.where(signal > 0, np.inf, 0.0))

    def percent_correct(self, procedure: str = "yes_no") -> np.ndarray:
        """Share of right answers, (times,).

        Parameters
        ----------
        procedure : {"yes_no", "2afc"}
            One of the two orientations shown, or both, one after the other.
        """
        one_of(procedure, ("yes_no", "2afc"), "procedure")
        return norm.cdf(self.d_prime() / (2 if procedure == "yes_no" else math.sqrt(2)))

    def transfer(self, offsets: ArrayLike, *, precision: float | None = None) -> np.ndarray:
        """Output for orientations around another reference, relative to the trained one, (times, offsets).

        Parameters
        ----------
        offsets : array, shape (offsets,)
            Distance of the other reference [degrees].
        precision : float, optional
            Of the test; by default that of training.
        """
        fine = self.task.precision if precision is None else positive(precision, "precision", "a difference of 0")
        places = self.task.reference + np.atleast_1d(np.asarray(offsets, dtype=float))
        others = self._whole @ self.task.difference(places, fine).T
        trained = self._whole @ self.task.difference(self.task.reference, fine)
        with np.errstate(divide="ignore", invalid="ignore"):
            return others / trained[:, None]

    def position_transfer(self, specific_layers: int) -> np.ndarray:
        """Output at another position, where the first layers are as they were, relative to the trained one, (times,).

        Parameters
        ----------
        specific_layers : int
            Number of layers, from the first on, that each position has for itself.
        """
        count = whole(specific_layers, "specific_layers", 0, "there are no fewer layers than none")
        if count > len(self.weights):
            raise InputError("specific_layers", f"is {count}, but there are {len(self.weights)}", "write fewer")
        back = self.readout
        for layer in reversed(self.weights[count:]):
            back = np.einsum("ti,tij->tj", back, layer)
        elsewhere = back @ self.task.direction * math.prod(self.gains[:count])
        with np.errstate(divide="ignore", invalid="ignore"):
            return elsewhere / self.output

    def __repr__(self) -> str:
        slopes = ", ".join(f"{ratio:.3g}" for ratio in self.slope_ratio[-1])
        return (
            f"<PerceptualLearning by {self.method}: {len(self.weights)} layers, {self.time[-1]:g} tau; slopes at the "
            f"reference grown by {slopes}>"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per time and layer, the readout last: gain along the learned direction, slope ratio."""
        layers = [*map(str, range(1, len(self.weights) + 1)), "readout"]
        ratios = np.column_stack([self.slope_ratio, np.full(self.time.size, np.nan)])
        return tidy({"time": self.time, "layer": layers}, {"gain": self.layer_gains, "slope_ratio": ratios})


def perceptual_learning(
    time: ArrayLike,
    *,
    units: int = 36,
    tuning_width: float = 15.0,
    tuning_curve: Callable[[np.ndarray], np.ndarray] | None = None,
    task_precision: float = 2.0,
    reference: float = 90.0,
    input_noise: ArrayLike = 0.3,
    gains: Sequence[float] = (1.0, 1.0),
    readout: ArrayLike = 0.0,
    internal_noise: Sequence[float] | None = None,
    decision_noise: float = 0.5,
    tau: float = 1.0,
) -> PerceptualLearning:
    r"""Train a network of plastic layers on a fine discrimination of orientation.

    Derived for this package; no printed source is known.

    Checked by: tests/plasticity/test_perception.py::test_whole_matrices_follow_the_chain

    Parameters
    ----------
    time : array, shape (times,)
        Increasing, from 0 on [unit of `tau`].
    units : int
        Number of units, whose preferred orientations lie evenly around the half circle of 180 degrees.
    tuning_width : float
        Standard deviation of tuning curves [degrees].
    tuning_curve : function, optional
        Response of a unit against the distance from its preferred orientation [array of degrees, -90 to 90], in place
        of a Gaussian.
    task_precision : float
        Half the difference of the two orientations :math:`\delta` [degrees].
    reference : float
        Orientation :math:`\theta_0` around which is discriminated [degrees].
    input_noise : float, or array, shape (units, units)
        Standard deviation :math:`n` of independent noise of the population, or the covariance of correlated noise.
    gains : list of float
        Gain :math:`g_l` of every plastic layer before training, the first first; none for a readout alone.
    readout : float, or array, shape (units,)
        Readout before training: its size along the direction of the task, or all its weights.
    internal_noise : list of float, optional
        Standard deviation of the noise after every layer. Learning then pays for what amplifies it, and has no finite
        end: gains before it grow without bound, so report values at a stated time.
    decision_noise : float
        Standard deviation of the noise of the decision, which is no part of learning.
    tau : float
        Time constant.

    Returns
    -------
    PerceptualLearning

    Raises
    ------
    InputError
        Negative noise, a gain and readout of 0 that nothing can leave, numbers that do not fit.

    Notes
    -----
    Exact, as a chain of scalars, where the learned direction is an axis of the inputs: independent noise and a
    reference that lies on the grid of preferred orientations, or half-way. Else matrices are integrated, and
    `validity` says so. A reconstruction: see the module.

    Single trials drift along the solutions after performance has settled; what is said here is their limit of small
    steps.

    Examples
    --------
    Slopes at the trained orientation grow, and accumulate up the layers:

    >>> found = perceptual_learning([0.0, 60.0])
    >>> found.slope_ratio[-1].round(3).tolist()
    [1.336, 1.785]
    """
    clock = np.atleast_1d(np.asarray(time, dtype=float))
    if clock.ndim != 1 or not np.all(np.isfinite(clock)) or clock[0] < 0 or np.any(np.diff(clock) <= 0):
        raise InputError("time", "does not increase from 0 on", "write np.linspace(0, 60, 200)")
    constant = positive(tau, "tau", "it must be positive")
    task = _task(units, tuning_width, task_precision, reference, input_noise, tuning_curve)
    begun = tuple(not_negative(gain, "gains", "a gain") for gain in gains)
    size = float(np.linalg.norm(task.direction))
    if size <= NOTHING:
        raise InputError(
            "task_precision", f"is {task.precision:g}, with which both orientations evoke the same responses",
            "write more units, wider tuning or another reference",
        )  # fmt: skip
    unit = task.direction / size
    first = np.asarray(readout, dtype=float)
    if first.shape not in ((), unit.shape):
        raise InputError("readout", f"has the shape {first.shape}, but there are {unit.size} units", "write a number")
    weights = unit * first if first.ndim == 0 else first
    if sum(gain == 0 for gain in begun) + (not np.any(weights)) > 1:
        raise InputError("gains", "and readout are 0 in more than one layer, which nothing leaves", "write one above 0")
    noises = _noises(internal_noise, decision_noise, len(begun))
    off = float(np.linalg.norm(weights - unit * (unit @ weights)) / (np.linalg.norm(weights) or 1.0))
    validity = _validity(task.leak, off)
    is_noisy = any(noises[:-1])
    if validity.holds:
        start = np.array([*begun, float(unit @ weights)])
        variance = float(unit @ task.input_correlation @ unit)
        if is_noisy:
            w = _noisy_chain(clock / constant, size, variance, start, np.array(noises[:-1]))
        else:
            w = chain.layer_strengths(clock, size, start, input_variance=variance, tau=constant)
        outer = np.outer(unit, unit)
        layers = tuple(
            gain * np.eye(unit.size) + (w[:, k] - gain)[:, None, None] * outer for k, gain in enumerate(begun)
        )
        method = "noisy chain" if is_noisy else "chain"
        return PerceptualLearning(task, clock, layers, w[:, -1:] * unit, begun, noises, method, validity)
    if is_noisy:
        raise InputError(
            "internal_noise",
            "is given for a task that needs whole matrices, which learn without it",
            "leave it out, or put the reference on the grid, with independent noise and a readout along the task",
        )
    matrices = [*(gain * np.eye(unit.size) for gain in begun), weights[None, :]]
    found = evolve(
        matrices, task.direction[None, :], task.input_correlation, times=np.union1d(0.0, clock), tau=constant
    ).weights
    kept = slice(None) if clock[0] == 0 else slice(1, None)
    *plastic, last = (layer[kept] for layer in found)
    return PerceptualLearning(task, clock, tuple(plastic), last[:, 0], begun, noises, "matrices", validity)


def _task(
    units: int,
    tuning_width: float,
    task_precision: float,
    reference: float,
    input_noise: ArrayLike,
    curve: Callable[[np.ndarray], np.ndarray] | None,
) -> OrientationTask:
    count = whole(units, "units", 2, "two orientations are told apart by two units at least")
    width = positive(tuning_width, "tuning_width", "units without width respond to nothing")
    fine = positive(task_precision, "task_precision", "two orientations that are one cannot be told apart")
    if fine >= CIRCLE / 2:
        raise InputError("task_precision", f"is {fine:g}, but the circle has {CIRCLE:g} degrees", "write less than 90")
    noise = np.asarray(input_noise, dtype=float)
    if noise.ndim == 0:
        covariance = not_negative(float(noise), "input_noise", "a standard deviation") ** 2 * np.eye(count)
    else:
        covariance = noise
        if noise.shape != (count, count) or not np.all(np.isfinite(noise)) or not np.allclose(noise, noise.T):
            raise InputError(
                "input_noise", f"has the shape {noise.shape}, or is not symmetric", "pass a covariance (units, units)"
            )
        if np.linalg.eigvalsh(noise)[0] < -1e-9 * np.abs(noise).max():
            raise InputError("input_noise", "has a negative eigenvalue", "pass a covariance")
    preferred = np.arange(count) * CIRCLE / count
    if curve is not None and not callable(curve):
        raise InputError(
            "tuning_curve", f"is {curve!r}, which is no function", "pass a function of distances in degrees"
        )
    return OrientationTask(preferred, width, finite(reference, "reference"), fine, covariance, curve)


def _answered(curve: Callable[[np.ndarray], np.ndarray], distances: np.ndarray) -> np.ndarray:
    """What a curve says of some distances, checked."""
    found = np.asarray(curve(distances), dtype=float)
    if found.shape != distances.shape or not np.all(np.isfinite(found)):
        raise InputError(
            "tuning_curve", f"gives an array of shape {found.shape} for distances of shape {distances.shape}, or a "
            "number that is not finite", "pass a function that works element by element",
        )  # fmt: skip
    return found


def _noises(internal: Sequence[float] | None, decision: float, layers: int) -> tuple[float, ...]:
    values = [0.0] * layers if internal is None else [*internal]
    if len(values) != layers:
        raise InputError(
            "internal_noise",
            f"has {counted(len(values), 'number')}, but there are {counted(layers, 'layer')}",
            "write one for each",
        )
    return (
        *(not_negative(each, "internal_noise", "a standard deviation") for each in values),
        not_negative(decision, "decision_noise", "a standard deviation"),
    )


def _validity(leak: float, off: float) -> Validity:
    fits, along = leak <= ALIGNED, off <= ALIGNED
    return Validity(
        (
            Assumption(
                "learned direction is an axis of the inputs", leak, ALIGNED, fits,
                "all layers change along one direction" if fits
                else f"inputs drive {leak:.2g} out of the learned direction: matrices are integrated",
            ),
            Assumption(
                "readout along the task", off, ALIGNED, along,
                "the readout begins along the learned direction" if along
                else f"{off:.2g} of the readout begins elsewhere: matrices are integrated",
            ),
        )
    )  # fmt: skip


def _noisy_chain(clock: np.ndarray, s: float, variance: float, start: np.ndarray, noises: np.ndarray) -> np.ndarray:
    r"""Layers of a chain that pays for the noise it passes on, (times, layers).

    .. math:: \frac{dw_k}{dt} = \frac{u}{w_k}\,(s - \lambda\,u) - \sum_{l < k} n_l^2\,\frac{v_l^2}{w_k}, \quad
        v_l = \prod_{j>l} w_j
    """

    def velocity(_: float, w: np.ndarray) -> np.ndarray:
        u = float(np.prod(w))
        moves = np.empty_like(w)
        for k in range(w.size):
            moves[k] = np.prod(np.delete(w, k)) * (s - variance * u)
            for layer in range(min(k, noises.size)):
                after = w[layer + 1 :]
                moves[k] -= noises[layer] ** 2 * np.prod(after) * np.prod(np.delete(after, k - layer - 1))
        return moves

    if clock[-1] == 0:
        return start[None, :]
    solved = solve_ivp(
        velocity, (0.0, clock[-1]), start, method="LSODA", t_eval=clock, rtol=TOLERANCE, atol=TOLERANCE * 1e-2
    )
    return solved.y.T
