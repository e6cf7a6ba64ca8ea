"""Train and test error of a linear student on a user's own data: predicted from the data, with real training beside it.

`from_data` is the door; `pool` reads the table, `runs` trains, `flow` is the theory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import Array, ArrayLike
from .._core.checks import InputError, whole
from .._core.tidy import tidy
from ..validity import Assumption, Validity
from .flow import Bias, TrainError, Unlearnable, over_time
from .pool import Pool, pool_of
from .runs import TrainingRuns, training_runs
from .spectral import checked_times
from .spectral_limits import StoppingTime, lowest

if TYPE_CHECKING:
    import pandas as pd

LEAST = 30  # rows below which no variance is known to a quarter of itself
SHARE = 0.5  # of the pool that may be trained on: the theory needs other rows to be tested on, and so does training
GROUPS = 8  # of the jackknife
SURE = 0.1  # relative standard error, and deviation from training, up to which a prediction counts as good
ASTRAY = 1.0  # relative deviation from training, at any time, beyond which a prediction cannot be called good
NEGLIGIBLE = 1e-3  # share of the error before learning below which theory and training need not agree
PERFECT = 1e-6  # share of the error before learning below which answers count as explained completely
HEAVY = 2.0  # norms of the inputs that vary this many times as much as those of Gaussians


@dataclass(frozen=True, eq=False)
class DataPrediction:
    """Predicted train and test error over time for several sizes of the training set.

    Parameters
    ----------
    time : array, shape (times,)
        Learning time [unit of tau]: learning rate times full-batch steps on half the mean squared error.
    samples : tuple of int
        Sizes of the training set.
    train_error, test_error : arrays, shape (sizes, times)
        Mean squared errors, added up over outputs [units of the answers, squared].
    standard_error : array, shape (sizes,)
        Of the lowest test error, from leaving out one eighth of the pool after the other.
    stopping : tuple of StoppingTime
        When to stop, one for each size.
    pool : Pool
        The data.
    runs : TrainingRuns, optional
        Real training beside the prediction; see `lay_training_over`.
    """

    time: np.ndarray
    samples: tuple[int, ...]
    train_error: np.ndarray
    test_error: np.ndarray
    standard_error: np.ndarray
    stopping: tuple[StoppingTime, ...]
    pool: Pool
    runs: TrainingRuns | None = None

    def lay_training_over(self, runs: int = 10, *, seed: int = 0, learning_rate: float | None = None) -> DataPrediction:
        """The same prediction, with real training by gradient descent beside it.

        Parameters
        ----------
        runs : int
            Students for each size, each trained on rows drawn at random and tested on all others.
        seed : int
            Of the draws.
        learning_rate : float, optional
            Size of the steps; each run takes a hundredth of the largest stable step if not given.
        """
        trained = training_runs(self.pool, self.samples, self.time, runs=runs, seed=seed, learning_rate=learning_rate)
        return replace(self, runs=trained)

    @property
    def deviation(self) -> np.ndarray:
        """Predicted test error over the mean of the runs, minus 1, shape (sizes, times).

        Raises
        ------
        InputError
            Where nothing has been trained.
        """
        if self.runs is None:
            raise InputError(None, "nothing has been trained beside this prediction", "call .lay_training_over() first")
        return self.test_error / self.runs.test_error.mean(axis=1) - 1

    @property
    def validity(self) -> Validity:
        """What the prediction assumes, measured on these data, and how far real training is from it."""
        measured = [_sure(self), _gaussian(self.pool), _reused(self)]
        return Validity(tuple(measured + ([_agrees(self)] if self.runs is not None else [])))

    def to_dataframe(self) -> pd.DataFrame:
        """One row per size, time and source: samples, source ("theory", "training"), run, time and the two errors."""
        import pandas as pd

        parts = [("theory", np.nan, self.train_error, self.test_error)]
        if self.runs is not None:
            for run in range(self.runs.test_error.shape[1]):
                parts.append(("training", run, self.runs.train_error[:, run], self.runs.test_error[:, run]))
        labels = {"samples": self.samples, "time": self.time}
        tables = [
            tidy(labels, {"source": source, "run": run, "train_error": train, "test_error": test})
            for source, run, train, test in parts
        ]
        return pd.concat(tables, ignore_index=True)

    def summary(self) -> str:
        """What was found, in a few lines."""
        rows, features = self.pool.features.shape
        lines = [f"{rows} rows, {features} features; test error is {self.stopping[0].start_error:.4g} before learning"]
        for n, stop, error in zip(self.samples, self.stopping, self.standard_error, strict=True):
            lines.append(
                f"{n} samples: lowest test error {stop.error:.4g} (give or take {error:.2g}) at t = {stop.time:.3g}, "
                f"{stop.final_error:.4g} at the end; {stop.meaning}"
            )
        lines += [f"- {a.name}: {a.meaning}" for a in self.validity.assumptions]
        return "\n".join(lines + [f"- {note}" for note in self.pool.notes])

    def __repr__(self) -> str:
        best = "; ".join(
            f"{n} samples: {stop.error:.3g} at t = {stop.time:.3g}"
            for n, stop in zip(self.samples, self.stopping, strict=True)
        )
        beside = f", {self.runs.test_error.shape[1]} training runs beside it" if self.runs is not None else ""
        return f"<DataPrediction: {len(self.pool.features)} rows; lowest test error of {best}{beside}>"


def from_data(
    X: ArrayLike,
    y: ArrayLike,
    *,
    samples: Sequence[int] | int | None = None,
    times: ArrayLike = None,
    intercept: bool = True,
    standardize: bool = False,
    classes: bool | None = None,
    drop_missing: bool = False,
    simulate: int = 0,
    seed: int = 0,
) -> DataPrediction:
    r"""Predict train and test error over time, and when to stop, for a linear student of a data set.

    The rows are a pool from which training sets of several sizes are drawn. From the pool come the variances of the
    inputs along their axes and the part of the answers that each explains; the theory of `spectral_risk` turns them
    into errors over time. The pool's own spread by chance is accounted for, not counted twice (`resolvent`).

    Implements: advani2020 Fig. 9
    Checked by: tests/generalization/test_real_data.py::test_gaussian_pools_predict_students_of_the_population

    Parameters
    ----------
    X : DataFrame or array, shape (rows, features)
        Inputs. Names come from a DataFrame's columns. Booleans count as 0 and 1; texts are refused.
    y : array, shape (rows,) or (rows, outputs), or str
        Right answers, or the name of the column of X that holds them. Rows of two frames are matched by name.
    samples : int or list of int, optional
        Sizes of the training set, up to half of the rows; an eighth, a quarter and a half of them if not given.
    times : array, optional
        Learning times [unit of tau]; from a tenth of the fastest direction's to well past the slowest if not given.
    intercept : bool
        Whether the student also learns a constant. If so, features and answers are counted from their means over the
        training set.
    standardize : bool
        Divide each feature by its standard deviation over the pool.
    classes : bool, optional
        Whether y holds classes. Two become -1 and 1; more become as many answers of 0 or 1 whose errors are added.
        If not given, texts, categories and booleans are classes and numbers are numbers.
    drop_missing : bool
        Leave out rows with missing cells. Nothing is ever filled in.
    simulate : int
        Number of students to train for each size, beside the theory.
    seed : int
        Of the parts of the pool that these are trained on.

    Returns
    -------
    DataPrediction

    Raises
    ------
    InputError
        A pool that is too small to tell: fewer than 30 rows, or training sets of more than half of it; and what cannot
        be read as a table of numbers.

    Notes
    -----
    Only the rows that are not trained on must be plenty: there may be more features than rows. For Gaussian pools the
    prediction has no bias, whatever the number of features; its standard error is in the record. Real features are not
    Gaussian: expect a few percent up to the best time to stop, and more late in learning near as many samples as
    features; `lay_training_over` measures it.

    Examples
    --------
    With few samples, learning on is worse than stopping:

    >>> draw = np.random.default_rng(0)
    >>> x = draw.normal(size=(400, 40))
    >>> y = x @ np.ones(40) / 6 + draw.normal(size=400)
    >>> few = from_data(x, y, samples=50).stopping[0]
    >>> few.error < 0.5 * few.final_error
    True
    """
    pool = pool_of(X, y, intercept=intercept, standardize=standardize, classes=classes, drop_missing=drop_missing)
    sizes = _sizes(samples, len(pool.features), pool.intercept)
    stopping = tuple(_stopping(pool, n) for n in sizes)
    time = _default_times(pool, stopping) if times is None else checked_times(times).ravel()
    if not time.size:
        raise InputError("times", "is empty", "write times to look at, or leave it out")
    errors = np.array([predicted_errors(pool, n, time) for n in sizes])
    record = DataPrediction(time, sizes, errors[:, 0], errors[:, 1], _jackknife(pool, sizes, stopping), stopping, pool)
    students = whole(simulate, "simulate", 0, "a number of students is not negative")
    return record.lay_training_over(students, seed=seed) if students else record


def _sizes(samples: Array, rows: int, intercept: bool) -> tuple[int, ...]:
    if rows < LEAST:
        raise InputError(
            None, f"the data have {rows} rows, too few to tell how others are answered", f"pass {LEAST} or more"
        )
    if samples is None:
        return (rows // 8, rows // 4, rows // 2)
    listed = [samples] if np.ndim(samples) == 0 else list(samples)
    sizes = tuple(whole(n, "samples", 2 + intercept, "that is too few to learn from") for n in listed)
    if not sizes:
        raise InputError("samples", "is empty", "write at least one size of the training set")
    if max(sizes) > SHARE * rows:
        raise InputError(
            None,
            f"samples goes up to {max(sizes)}, but the pool has {rows} rows, and what students of more than half of it "
            "do on others cannot be told from it",
            f"write {int(SHARE * rows)} or less, or bring more rows",
        )
    return sizes


def _default_times(pool: Pool, stopping: Sequence[StoppingTime]) -> np.ndarray:
    """From before the fastest direction to after the slowest (or long after all others), the best times among them."""
    values, best = pool.modes[0], [stop.time for stop in stopping if 0 < stop.time < np.inf]
    late = max(min(1e3 / values[0], 1e7 / values[-1]), 100 * max(best, default=0.0))
    return np.unique(np.concatenate([[0.0], np.geomspace(0.1 / values[-1], late, 120), best]))


def predicted_errors(pool: Pool, samples: int, time: np.ndarray) -> np.ndarray:
    """Train and test error, (2, times).

    With means subtracted, n samples are n - 1 around a mean that is itself off by an n-th of the variances.
    """
    population, left = pool.population(samples), pool.modes[2]
    lost = pool.intercept / samples
    bias, factor, train = over_time(
        time * (1 - lost), population, Bias(population), Unlearnable(population), TrainError(population, left)
    )
    test = bias + (left * factor if left else 0.0)
    return np.array([(1 - lost) * train, (1 + lost) * test])


def _stopping(pool: Pool, samples: int) -> StoppingTime:
    values = pool.modes[0]
    return lowest(lambda time: predicted_errors(pool, samples, time)[1], 1e-3 / values[-1], 1e3 / values[0])


def _jackknife(pool: Pool, sizes: tuple[int, ...], stopping: tuple[StoppingTime, ...]) -> np.ndarray:
    """Standard errors of the lowest test errors, from leaving out groups of rows."""
    order = np.random.default_rng(0).permutation(len(pool.features))
    parts = [pool.without(rows) for rows in np.array_split(order, GROUPS)]
    found = np.array([
        [predicted_errors(part, n, np.array([stop.time]))[1, 0] for n, stop in zip(sizes, stopping, strict=True)]
        for part in parts
    ])  # fmt: skip
    return np.sqrt((GROUPS - 1) * np.var(found, axis=0))


def _sure(record: DataPrediction) -> Assumption:
    best, start = np.array([(stop.error, stop.start_error) for stop in record.stopping]).T
    share = record.standard_error / np.maximum(best, PERFECT * start)
    worst = float(np.max(np.nan_to_num(share)))
    holds = worst <= SURE
    meaning = f"the lowest test errors are known to about {100 * worst:.2g}% from {len(record.pool.features)} rows"
    if not holds:
        meaning += ": too few to rely on; bring more rows"
    return Assumption("enough rows", worst, SURE, holds, meaning)


def _gaussian(pool: Pool) -> Assumption:
    """How much more squared norms of inputs vary than those of Gaussians with the same covariance."""
    x, values = pool.features - pool.intercept * pool.features.mean(axis=0), pool.modes[0]
    squares = np.sum(values**2) - np.sum(values) ** 2 / pool.freedom  # of the true covariance
    ratio = float(np.var(np.sum(x**2, axis=1)) / (2 * max(squares, 1e-300)))
    holds = 1 / HEAVY <= ratio <= HEAVY
    meaning = f"squared norms of the inputs vary {ratio:.2g} times as much as those of Gaussians"
    if not holds:
        meaning += ": late in learning, and near as many samples as features, the theory is a guide and no law"
    return Assumption("Gaussian features", ratio, HEAVY, holds, meaning)


def _reused(record: DataPrediction) -> Assumption:
    share = max(record.samples) / len(record.pool.features)
    meaning = (
        f"training sets of up to {100 * share:.2g}% of the pool overlap: training runs are more alike than students of "
        "fresh samples would be"
    )
    return Assumption("fresh samples", share, SHARE, True, meaning)


def _agrees(record: DataPrediction) -> Assumption:
    """The largest deviation from real training up to the best time; what comes later is said."""
    runs = record.runs.test_error.mean(axis=1) if record.runs is not None else record.test_error
    start = np.array([[stop.start_error] for stop in record.stopping])
    off = np.abs(record.test_error - runs) / np.maximum(runs, NEGLIGIBLE * start)
    early = record.time <= np.array([[stop.time] for stop in record.stopping])
    worst = float(np.max(off[early], initial=0.0))
    until = f"theory and real training differ by up to {_percent(worst)} up to the best time to stop"
    if not (early.sum(axis=1) > 1).all():
        until = "no time was looked at before the best time to stop"
    meaning = f"{until}, and by {_percent(off.mean())} on average over all times, {_percent(off.max())} at worst"
    holds = worst <= SURE and (early.sum(axis=1) > 1).all() and float(off.max()) <= ASTRAY
    if off.max() > ASTRAY:
        meaning += ": late in learning the theory is no guide here"
    return Assumption("agrees with real training", worst, SURE, bool(holds), meaning)


def _percent(share: float) -> str:
    return f"{100 * share:.2g}%" if share < 0.995 else f"{100 * share:.0f}%"
