"""Estimators for scikit-learn: a learning curve over a column of times, and a deep linear network as a learner."""

from __future__ import annotations

import warnings
from functools import reduce
from typing import Any

import numpy as np

from .._core.checks import InputError, finite, not_negative, positive, whole
from ..environments.environment import Environment
from ..networks.gradient_flow import flow
from ..networks.initialization import decoupled, small_strength
from .likelihood import FIT, LearningCurveFit, fit_score_curve

try:
    from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError:
    raise InputError(
        None, "scikit-learn 1.6 or newer is not installed", "write pip install 'ontogeny[learn]'"
    ) from None

NOTHING = 1e-12  # share of the variances of inputs and answers below which nothing is to be learned


class LearningCurveRegressor(RegressorMixin, BaseEstimator):
    r"""Learning curve of a network, as a regressor on one column of times.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_estimators.py::test_a_curve_is_fitted_as_without_scikit_learn

    Parameters
    ----------
    depth : float
        Depth of the curve.
    floor, ceiling : float or "fit"
        Score without knowledge and with all of it, as for `fit_score_curve`.
    time : str or int, optional
        Column of the times; the first if not given. Others are ignored, with a warning if `time` is not given.
    origin : float, optional
        When learning begins; the earliest time of `fit` if not given. Nothing is learned before it.

    Attributes
    ----------
    half_time_ : float
        When half is learned, on the clock of the column; NaN where there is no sign of learning.
    fit_ : LearningCurveFit or None
        The fit, with times from the origin; None where all scores are the same.
    origin_ : float
        When learning begins.

    Notes
    -----
    Where there is no sign of learning, the mean is predicted.

    Examples
    --------
    >>> import numpy as np
    >>> block = np.arange(8.0)[:, None]
    >>> found = LearningCurveRegressor(floor=0.0).fit(block, [0.1, 0.0, 0.3, 0.8, 1.7, 2.1, 2.2, 2.3])
    >>> round(found.half_time_, 1), found.predict([[3.3]]).round(1).tolist()
    (3.3, [1.1])
    """

    def __init__(
        self,
        depth: float = 2,
        floor: Any = FIT,
        ceiling: Any = FIT,
        time: str | int | None = None,
        origin: float | None = None,
    ) -> None:
        self.depth, self.floor, self.ceiling, self.time, self.origin = depth, floor, ceiling, time, origin

    def fit(self, X: Any, y: Any) -> LearningCurveRegressor:
        """Fit the curve.

        Parameters
        ----------
        X : array or DataFrame, shape (samples, columns)
            Times in one of the columns.
        y : array, shape (samples,)
            Scores.
        """
        X, y = validate_data(self, X, y, y_numeric=True, dtype=float)
        times = X[:, self._column(warn=True)]
        self.origin_ = float(times.min()) if self.origin is None else finite(self.origin, "origin")
        self.mean_ = float(np.mean(y))
        self.fit_: LearningCurveFit | None = None
        if np.ptp(y) > 0:
            since = np.maximum(times - self.origin_, 0.0)
            ends = {"floor": self.floor, "ceiling": self.ceiling}
            self.fit_ = fit_score_curve(since, y, depth=self.depth, **ends, level=None)
        self.half_time_ = float("nan") if self.fit_ is None else self.origin_ + self.fit_.half_time
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Scores at some times.

        Parameters
        ----------
        X : array or DataFrame, shape (samples, columns)

        Returns
        -------
        array, shape (samples,)
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=float)
        since = np.maximum(X[:, self._column(warn=False)] - self.origin_, 0.0)
        if self.fit_ is None or not self.fit_.is_learning:
            return np.full(since.size, self.mean_)
        return self.fit_.predicted(since)

    def _column(self, warn: bool) -> int:
        columns = self.n_features_in_
        if isinstance(self.time, str):
            names = list(getattr(self, "feature_names_in_", ()))
            if self.time not in names:
                known = ", ".join(map(repr, names)) or "without names"
                raise InputError("time", f"is {self.time!r}, but the columns are {known}", "name one of them")
            return names.index(self.time)
        if self.time is not None:
            place = whole(self.time, "time", 0, "columns are counted from 0")
            if place >= columns:
                raise InputError("time", f"is {self.time!r}, but there are {columns} columns", "name one of them")
            return place
        if warn and columns > 1:
            warnings.warn(f"The first of {columns} columns is the time; the others are ignored.", stacklevel=3)
        return 0

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # of data that no learning curve made
        return tags


class DeepLinearLearner(MultiOutputMixin, RegressorMixin, BaseEstimator):
    r"""A deep linear network trained by gradient flow, from a small start, for some time.

    Implements: saxe2014 (2)
    Checked by: tests/fitting/test_estimators.py::test_a_learner_is_the_network_of_the_theory

    Parameters
    ----------
    depth : int
        Number of weight matrices.
    time : float, optional
        Learning time [tau], for early stopping; to the end if not given. The error is half the mean squared one.
    initial_strength : float, optional
        Strength of every mode before learning; `networks.small_strength` if not given. One layer starts from nothing.
    fit_intercept : bool
        Whether inputs and answers are counted from their means.

    Attributes
    ----------
    coef_ : array, shape (features,) or (outputs, features)
        The map of all layers together.
    intercept_ : float or array, shape (outputs,)

    Notes
    -----
    At the end the map is that of least squares with the smallest weights, which a small start comes to.

    Examples
    --------
    One strong and one weak direction: at first only the strong one is learned.

    >>> import numpy as np
    >>> X = np.array([[2.0, 0], [-2, 0], [0, 0.5], [0, -0.5]])
    >>> [DeepLinearLearner(time=time).fit(X, X).coef_.round(2).tolist() for time in (6.0, None)]
    [[[1.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]]
    """

    def __init__(
        self,
        depth: int = 2,
        time: float | None = None,
        initial_strength: float | None = None,
        fit_intercept: bool = True,
    ) -> None:
        self.depth, self.time, self.initial_strength, self.fit_intercept = depth, time, initial_strength, fit_intercept

    def fit(self, X: Any, y: Any) -> DeepLinearLearner:
        """Train the network.

        Parameters
        ----------
        X : array or DataFrame, shape (samples, features)
        y : array, shape (samples,) or (samples, outputs)
        """
        depth = whole(self.depth, "depth", 1, "a network has at least one weight matrix")
        X, y = validate_data(self, X, y, y_numeric=True, multi_output=True, dtype=float)
        targets = y[:, None] if y.ndim == 1 else y
        inputs_mean, targets_mean = (
            each.mean(axis=0) if self.fit_intercept else np.zeros(each.shape[1]) for each in (X, targets)
        )
        centered, rest = X - inputs_mean, targets - targets_mean
        if self.time is None:
            found = np.linalg.lstsq(centered, rest, rcond=None)[0].T
        else:
            found = self._trained(centered, rest, depth, not_negative(self.time, "time", "a learning time"))
        intercept = targets_mean - found @ inputs_mean
        one = y.ndim == 1
        self.coef_: np.ndarray = found[0] if one else found
        self.intercept_: Any = float(intercept[0]) if one else intercept
        return self

    def _trained(self, inputs: np.ndarray, targets: np.ndarray, depth: int, time: float) -> np.ndarray:
        drive = targets.T @ inputs / len(inputs)
        scale = np.sqrt(np.mean(inputs**2) * np.mean(targets**2))
        if scale == 0 or np.max(np.abs(drive)) <= NOTHING * scale:
            return np.zeros_like(drive)
        if depth == 1:  # (1 - exp(-S t)) S^-1 of the inputs' covariance S, along its axes
            variances, axes = np.linalg.eigh(inputs.T @ inputs / len(inputs))
            variances = np.maximum(variances, 0.0)
            known = variances > NOTHING * variances.max()
            gain = np.where(known, -np.expm1(-variances * time) / np.where(known, variances, 1.0), time)
            return (drive @ axes) * gain @ axes.T
        world = Environment.from_arrays(inputs, targets, normalization="mean")
        start = small_strength(world) if self.initial_strength is None else (
            positive(self.initial_strength, "initial_strength", "a mode that starts at 0 is never learned")
        )  # fmt: skip
        modes = world.spectrum()
        weights = decoupled(modes, np.full(modes.singular_values.size, start), depth=depth)
        clock = np.array([0.0, time]) if time > 0 else np.array([0.0])
        layers = flow(weights, world.input_output_correlation, world.variation.factor, times=clock)
        return reduce(lambda below, layer: layer[-1] @ below, layers[1:], layers[0][-1])

    def predict(self, X: Any) -> np.ndarray:
        """Answers to some inputs.

        Parameters
        ----------
        X : array or DataFrame, shape (samples, features)

        Returns
        -------
        array, shape (samples,) or (samples, outputs)
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=float)
        return np.asarray(X @ self.coef_.T + self.intercept_)
