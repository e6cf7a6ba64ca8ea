"""Trade-off of speed and accuracy: small first weights learn later and better, more layers later and a little worse.

For every depth and size of the first weights: how long learning takes, and the lowest test error on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import InputError, finite, positive
from .._core.tidy import tidy
from .curves import weight_norm
from .deep_networks import Landmarks, landmarks, one_student
from .regularization import bayes_error
from .stopping import optimal_stopping

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class SpeedAccuracy:
    """How long students of several depths and first weights learn, and how low their test error becomes.

    Parameters
    ----------
    depth : array, shape (depths,)
        Numbers of weight matrices.
    initial_variance : array, shape (sizes,)
        Mean squares of the end-to-end weights before learning, to compare with `signal_variance`.
    half_time : array, shape (depths, sizes)
        When the squared weights reach half of their size at the best time [unit of tau over the number of inputs to the
        power 1 - 1/depth]; 0 if they start with more.
    best_time : array, shape (depths, sizes)
        When the test error is lowest, in the same unit; ``inf`` if it only falls (no noise).
    best_error : array, shape (depths, sizes)
        Test error at the best time.
    load : float
        Samples over inputs.
    signal_variance, noise_variance : float
        Variances of the teacher's weights and of the noise.
    """

    depth: np.ndarray
    initial_variance: np.ndarray
    half_time: np.ndarray
    best_time: np.ndarray
    best_error: np.ndarray
    load: float
    signal_variance: float
    noise_variance: float

    @property
    def bayes_error(self) -> float:
        """Lowest test error that any method can reach from the data."""
        known = {"signal_variance": self.signal_variance, "noise_variance": self.noise_variance}
        return float(bayes_error(self.load, **known))

    @property
    def meaning(self) -> str:
        """When these numbers are exact, and their unit of time."""
        return (
            "exact for white inputs, balanced layers and one output, in the limit of many inputs; each depth "
            "has its own unit of time (the time of the flow times the number of inputs to the power 1 - 1/depth)"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per depth and size: depth, initial_variance, half_time, best_time, best_error, bayes_error."""
        values = {name: getattr(self, name) for name in ("half_time", "best_time", "best_error", "bayes_error")}
        return tidy({"depth": self.depth, "initial_variance": self.initial_variance}, values)

    def __repr__(self) -> str:
        least = np.unravel_index(self.best_error.argmin(), self.best_error.shape)
        return (
            f"<SpeedAccuracy: load {self.load:.4g}, {self.depth.size} depths, {self.initial_variance.size} first "
            f"weights; lowest test error {self.best_error[least]:.4g} ({self.bayes_error:.4g} is possible) at depth "
            f"{self.depth[least[0]]:g} from {self.initial_variance[least[1]]:.3g}, half learned at t = "
            f"{self.half_time[least]:.3g}>"
        )


def speed_accuracy(
    load: float,
    *,
    depths: Sequence[float],
    initial_variances: Sequence[float],
    signal_variance: float = 1.0,
    noise_variance: float = 1.0,
    tau: float = 1.0,
) -> SpeedAccuracy:
    """How fast students of several depths and first weights learn, and how low their test error becomes.

    Implements: advani2020 Fig. 6
    Checked by: tests/generalization/test_tradeoff.py::test_small_first_weights_are_slow_and_accurate

    Parameters
    ----------
    load : float
        Samples over inputs, above 0.
    depths : sequence of float
        Numbers of weight matrices, each 1 or more.
    initial_variances : sequence of float
        Mean squares of the end-to-end weights before learning, each above 0 (0 only at depth 1).
    signal_variance, noise_variance : float
        Variances of the teacher's weights and of the noise.
    tau : float
        Time constant.

    Returns
    -------
    SpeedAccuracy

    Raises
    ------
    InputError
        No depths or sizes, a depth below 1, a size of 0 for a deep student, a load of 0 or less, a negative variance.

    See Also
    --------
    deep_error : the whole learning curve of one of them.
    ontogeny.plot.speed_accuracy : the picture.

    Notes
    -----
    Exact for balanced layers in the limit of many inputs. With smaller first weights every deep student learns later
    and better; from the same size, every additional layer costs a little accuracy.

    Examples
    --------
    >>> record = speed_accuracy(2.0, depths=[2], initial_variances=[1.0, 1e-2, 1e-4], signal_variance=5.0)
    >>> record.half_time.round(2).tolist(), record.best_error.round(3).tolist()
    ([[0.36, 0.57, 0.77]], [[1.853, 1.793, 1.784]])
    """
    many, sizes = _several(depths, "depths"), _several(initial_variances, "initial_variances")
    for name, value in {"load": load, "signal_variance": signal_variance, "noise_variance": noise_variance}.items():
        finite(value, name)
    found = [
        [_landmarks(load, signal_variance, noise_variance, size, depth) for size in sizes.tolist()]
        for depth in many.tolist()
    ]
    best_time, best_error, half_time = np.moveaxis(np.array(found, dtype=float), -1, 0)
    unit = positive(tau, "tau", "it is the unit of time")
    return SpeedAccuracy(
        many,
        sizes,
        half_time * unit,
        best_time * unit,
        best_error,
        float(load),
        float(signal_variance),
        float(noise_variance),
    )


def _landmarks(load: float, signal: float, noise: float, initial: float, depth: float) -> Landmarks:
    _, student = one_student(0.0, load, signal, noise, initial, depth, 1.0)
    if student.depth > 1:
        return landmarks(student)
    stop = optimal_stopping(student.load, **student.variances)
    best = float(stop.time)
    norm = lambda time: float(weight_norm(time, student.load, **student.variances))  # noqa: E731
    return Landmarks(best, float(stop.error), _halved(norm, best))


def _halved(norm: Callable[[float], float], best: float) -> float:
    """Last time before the best at which the squared weights are half as large as then."""
    target = norm(best) / 2
    if norm(0.0) >= target:
        return 0.0
    low, high = 0.0, 1.0 if np.isinf(best) else best
    while norm(high) < target:
        high *= 2
    for _ in range(100):
        half = (low + high) / 2
        low, high = (half, high) if norm(half) < target else (low, half)
    return high


def _several(values: Sequence[float], name: str) -> np.ndarray:
    found = np.atleast_1d(np.asarray(values, dtype=float))
    if not np.isfinite(found).all():
        problem = f"holds {float(found[~np.isfinite(found)][0])!r}, but all must be finite"
        raise InputError(name, problem, "write [1, 2]")
    if found.ndim != 1 or not found.size:
        raise InputError(name, f"has the shape {found.shape}, but a list of numbers is needed", "write [1, 2, 3]")
    return found
