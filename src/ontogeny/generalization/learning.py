"""Learning curves, train and test error over time, as one record with the best time for early stopping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite, positive
from .._core.tidy import tidy
from ..random_matrices.quadrature import LATEST
from .deep_networks import Student, deep_course, final_error, landmarks, one_student
from .regularization import bayes_error
from .stopping import OptimalStopping, optimal_stopping

if TYPE_CHECKING:
    import pandas as pd

COUNT = 200  # times, if none are given


@dataclass(frozen=True, eq=False, repr=False)
class GeneralizationCurves:
    """Learning curves of a student: train error, test error and weights over time.

    Parameters
    ----------
    time : array, shape (times,)
        Learning time [unit of tau over the number of inputs to the power 1 - 1/depth].
    test_error : array, shape (times,)
        Mean squared error on new examples, including their noise.
    train_error : array, shape (times,)
        Mean squared error on the training set.
    weight_norm : array, shape (times,)
        Mean square of the end-to-end weights.
    stopping : OptimalStopping
        The best time to stop, the error then, at the end, and the lowest possible; the load and the variances.
    depth : float
        Number of weight matrices.
    """

    time: np.ndarray
    test_error: np.ndarray
    train_error: np.ndarray
    weight_norm: np.ndarray
    stopping: OptimalStopping
    depth: float

    @property
    def load(self) -> float:
        """Samples over inputs."""
        return float(self.stopping.load)

    @property
    def meaning(self) -> str:
        """When these numbers are exact, and their unit of time."""
        if self.depth == 1:
            return "exact for white inputs and gradient flow, in the limit of many inputs"
        return (
            "exact for white inputs, balanced layers and one output, in the limit of many inputs; time is that of the "
            "flow times the number of inputs to the power 1 - 1/depth"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per time: load, depth, time, test_error, train_error, weight_norm."""
        errors = {name: getattr(self, name) for name in ("test_error", "train_error", "weight_norm")}
        return tidy({"load": [self.load], "depth": [self.depth], "time": self.time}, errors)

    def __repr__(self) -> str:
        stop = self.stopping
        layers = "" if self.depth == 1 else f", depth {self.depth:g}"
        return (
            f"<GeneralizationCurves: load {self.load:.4g}{layers}, {self.time.size} times up to t = "
            f"{self.time.max(initial=0):.4g}; test error starts at "
            f"{float(stop.signal_variance + stop.noise_variance + stop.initial_variance):.4g}, is lowest at t = "
            f"{float(stop.time):.4g} with {float(stop.error):.4g} ({float(stop.bayes_error):.4g} is possible) and "
            f"ends at {float(stop.final_error):.4g}>"
        )


def learning_curves(
    load: float,
    *,
    signal_variance: float = 1.0,
    noise_variance: float = 1.0,
    initial_variance: float = 0.0,
    depth: float = 1,
    times: ArrayLike | None = None,
    tau: float = 1.0,
) -> GeneralizationCurves:
    """Learning curves: train error, test error and weights over time, with the best time for early stopping.

    Implements: advani2020 Fig. 1
    Checked by: tests/generalization/test_learning.py::test_the_columns_are_the_laws

    Parameters
    ----------
    load : float
        Samples over inputs, above 0.
    signal_variance, noise_variance, initial_variance : float
        Variances of the teacher's weights, of the noise, of the student's (end-to-end) weights before learning.
    depth : float
        Number of weight matrices.
    times : array, shape (times,), optional
        Learning times, 0 or more and finite. If not given, 0 and then evenly spaced logarithms from early to long after
        the best time.
    tau : float
        Time constant.

    Returns
    -------
    GeneralizationCurves

    Raises
    ------
    InputError
        A load of 0 or less, a negative variance or time, a depth below 1, a deep student without first weights.

    See Also
    --------
    test_error : the law itself, for arrays of any shape.
    ontogeny.plot.generalization_error : the picture.

    Examples
    --------
    >>> learning_curves(0.5, signal_variance=5.0)
    <GeneralizationCurves: load 0.5, 201 times up to t = 135.4; test error starts at 6, is lowest at t = 2.707 with 4.13
    (4.108 is possible) and ends at 4.5>
    """
    unit = positive(tau, "tau", "it is the unit of time")
    variances = {"signal_variance": signal_variance, "noise_variance": noise_variance}
    for name, value in {"load": load, **variances, "initial_variance": initial_variance}.items():
        finite(value, name)
    _, student = one_student(0.0, load, signal_variance, noise_variance, initial_variance, depth, 1.0)
    stop = _stopping(student, unit)
    clock = _times(stop, unit) if times is None else np.asarray(times, dtype=float)
    if clock.ndim != 1 or not np.isfinite(clock).all():
        raise InputError(
            "times",
            f"has the shape {clock.shape} or holds inf or nan, but a list of finite times is needed",
            "write [0.0, 1.0]",
        )
    test, train, norm = deep_course(clock, *student, unit)
    return GeneralizationCurves(clock, test, train, norm, stop, student.depth)


def _stopping(student: Student, unit: float) -> OptimalStopping:
    known = {"signal_variance": student.signal, "noise_variance": student.noise}
    if student.depth == 1:
        return optimal_stopping(student.load, **known, initial_variance=student.initial, tau=unit)
    found = landmarks(student)
    values = (found.best_time * unit, found.best_error, final_error(student), bayes_error(student.load, **known))
    return OptimalStopping(*map(np.float64, (*values, student.load, student.signal, student.noise, student.initial)))


def _times(stop: OptimalStopping, unit: float) -> np.ndarray:
    best, load = float(stop.time), float(stop.load)
    if not 0 < best < np.inf:
        best = unit / max((1 - load**0.5) ** 2, 1e-2)
    return np.concatenate([[0.0], np.minimum(best, LATEST / 100) * np.geomspace(1e-2, 50, COUNT)])
