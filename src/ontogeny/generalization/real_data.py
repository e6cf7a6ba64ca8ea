"""Train and test error of a linear student on a user's own data: theory, compared with real training.

`from_data` is the entry point; `pool` reads the table, `runs` trains, `flow` has the theory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, whole
from .._core.ties import ranked
from ..tables.batches import is_read_in_pieces
from ..validity import Assumption, Validity
from .flow import Bias, TrainError, Unlearnable, over_time
from .moment_pool import MomentPool, moment_pool
from .pool import GROUPS, Pool, pool_of
from .runs import TrainingRuns, theory_and_training, training_runs
from .spectral import checked_times
from .spectral_limits import StoppingTime, lowest
from .streamed_runs import streamed_runs

if TYPE_CHECKING:
    import pandas as pd

LEAST = 30  # rows below which variances have a relative error of more than a quarter
SHARE = 0.5  # of the pool that may be trained on: theory and training both need held-out rows
SURE = 0.1  # relative standard error, and deviation from training, up to which a prediction is good
ASTRAY = 1.0  # relative deviation from training, at any time, above which a prediction is not good
NEGLIGIBLE = 1e-3  # share of the error before learning below which theory and training need not agree
EXACT = 1e-12  # share of the answers left open below which only rounding is left
PERFECT = 1e-6  # share of the error before learning below which answers are explained completely
TELLING = 0.999  # correlation of one column with the answers above which it may hold them
HEAVY = 2.0  # ratio of the variance of squared norms to that of Gaussians, above which inputs are heavy-tailed


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
        Mean squared errors, summed over outputs [units of the answers, squared].
    standard_error : array, shape (sizes,)
        Standard error of the lowest test error, by the jackknife: each eighth of the pool is left out in turn.
    stopping : tuple of StoppingTime
        When to stop early, one for each size.
    pool : Pool or MomentPool
        The data, or their moments if they were read in pieces.
    runs : TrainingRuns, optional
        Real training to compare with; see `lay_training_over`.
    """

    time: np.ndarray
    samples: tuple[int, ...]
    train_error: np.ndarray
    test_error: np.ndarray
    standard_error: np.ndarray
    stopping: tuple[StoppingTime, ...]
    pool: Pool | MomentPool
    runs: TrainingRuns | None = None

    def lay_training_over(self, runs: int = 10, *, seed: int = 0, learning_rate: float | None = None) -> DataPrediction:
        """The same prediction, together with real training by gradient descent.

        Parameters
        ----------
        runs : int
            Students for each size, each trained on random rows and tested on all others (held out).
        seed : int
            Of the random training sets.
        learning_rate : float, optional
            Size of the steps; a hundredth of the largest stable step of each run if not given.

        Notes
        -----
        A table that is read in pieces is read once more; each training set has one row of each of as many stretches of
        it, and the share of right classes is not counted.
        """
        asked: dict[str, ArrayLike | None] = {"runs": runs, "seed": seed, "learning_rate": learning_rate}
        if isinstance(self.pool, MomentPool):
            trained = streamed_runs(self.pool, self.samples, self.time, **asked)
        else:
            trained = training_runs(self.pool, self.samples, self.time, **asked)
        return replace(self, runs=trained)

    @property
    def deviation(self) -> np.ndarray:
        """Predicted test error over the mean of the runs, minus 1, shape (sizes, times).

        Raises
        ------
        InputError
            If nothing has been trained.
        """
        if self.runs is None:
            raise InputError(
                None, "nothing has been trained to compare this prediction with", "call .lay_training_over() first"
            )
        return self.test_error / self.runs.test_error.mean(axis=1) - 1

    @property
    def validity(self) -> Validity:
        """What the prediction assumes, measured on these data, and how far it is from real training."""
        measured = [_sure(self), _gaussian(self.pool), _reused(self), _open(self.pool)]
        return Validity(tuple(measured + ([_agrees(self)] if self.runs is not None else [])))

    def to_dataframe(self) -> pd.DataFrame:
        """One row per size, time, source ("theory" or "training") and run, with the two errors."""
        trained = None if self.runs is None else (self.runs.train_error, self.runs.test_error)
        theory = self.train_error, self.test_error
        correct = None if self.runs is None else self.runs.correct
        return theory_and_training({"samples": self.samples}, "run", self.time, theory, trained, correct)

    def summary(self) -> str:
        """What was found, in a few lines."""
        rows, features = self.pool.rows, len(self.pool.names)
        lines = [f"{rows} rows, {features} features; test error is {self.stopping[0].start_error:.4g} before learning"]
        for n, stop, error in zip(self.samples, self.stopping, self.standard_error, strict=True):
            lines.append(
                f"{n} samples: lowest test error {stop.error:.4g} (standard error {error:.2g}) at t = {stop.time:.3g}, "
                f"{stop.final_error:.4g} at the end; {stop.meaning}"
            )
        lines += [f"- {a.name}: {a.meaning}" for a in self.validity.assumptions]
        return "\n".join(lines + [f"- {note}" for note in self.pool.notes])

    def __repr__(self) -> str:
        best = "; ".join(
            f"{n} samples: {stop.error:.3g} at t = {stop.time:.3g}"
            for n, stop in zip(self.samples, self.stopping, strict=True)
        )
        beside = "" if self.runs is None else f"; training runs: {self.runs.test_error.shape[1]}"
        return f"<DataPrediction: {self.pool.rows} rows; lowest test error from {best}{beside}>"


def from_data(
    X: ArrayLike,
    y: ArrayLike | None = None,
    *,
    samples: Sequence[int] | int | None = None,
    times: ArrayLike | None = None,
    intercept: bool = True,
    standardize: bool = False,
    classes: bool | None = None,
    drop_missing: bool = False,
    simulate: int = 0,
    seed: int = 0,
    workers: Any = 1,
) -> DataPrediction:
    r"""Predict the learning curve of a linear student of a data set: train and test error over time, when to stop.

    The rows are a pool from which training sets of several sizes are drawn. The pool gives the variances of the inputs
    along their axes and the part of the answers that each explains. The theory of `spectral_risk` turns them into
    errors over time: how far the student overfits, and when to stop. The pool is itself a finite sample, which is
    accounted for (`resolvent`).

    Implements: advani2020 Fig. 9
    Checked by: tests/generalization/test_real_data.py::test_gaussian_pools_predict_students_of_the_population

    Parameters
    ----------
    X : DataFrame or array, shape (rows, features), or a table that is read in pieces
        Inputs. A DataFrame gives the names. Booleans count as 0 and 1; text is refused. Files, memory maps, zarr and
        Dask arrays, and iterators of batches are read once and in pieces, as by `environments.from_batches`.
    y : array, shape (rows,) or (rows, outputs), or str
        Right answers, or the name of their column in X. Rows of two frames are matched by name. Of a table that is read
        in pieces, one name or several; an iterator of pairs (inputs, targets) brings its own.
    samples : int or list of int, optional
        Sizes of the training set, up to half of the rows; an eighth, a quarter and a half if not given.
    times : array, optional
        Learning times [unit of tau]; from before the fastest direction to well after the slowest if not given.
    intercept : bool
        Whether the student also learns an intercept. Features and answers are then counted from their means over the
        training set.
    standardize : bool
        Divide each feature by its standard deviation over the pool.
    classes : bool, optional
        Whether y holds classes. Two become -1 and 1. More become one output of 0 or 1 for each class (one-hot),
        and their errors are added. If not given, text, categories and booleans are classes, and few whole numbers from
        0 or 1 on are asked about.
    drop_missing : bool
        Leave out rows with missing cells. Nothing is ever filled in.
    simulate : int
        Number of students to train for each size, to compare with the theory.
    seed : int
        Of their random training sets.
    workers : int or dask.distributed.Client
        Processes that read a table in pieces; the prediction is the same, bit for bit. More than one needs Dask.

    Returns
    -------
    DataPrediction

    Raises
    ------
    InputError
        A pool of fewer than 30 rows, training sets of more than half of it, or anything that is not a table of numbers.

    Notes
    -----
    There may be more features than rows; only the held-out rows must be many. For Gaussian pools the prediction is
    unbiased, whatever the number of features; its standard error is in the record. Real features are not Gaussian:
    expect errors of a few percent up to the best time to stop, and more late in learning with about as many samples as
    features. `lay_training_over` measures them.

    Of a table that is read in pieces, one pass adds up sums and products of the columns for each eighth of the rows;
    memory is that of about twenty matrices (columns, columns), whatever the number of rows. The prediction is that in
    memory to a relative 1e-6, as long as no direction of the features varies by less than 1e-12 of the largest variance
    (such ones are left out, with a note). Two classes must be numbers; of more, write one column of 0 and 1 for each.

    Examples
    --------
    With few samples, training to the end overfits, and early stopping more than halves the error:

    >>> draw = np.random.default_rng(0)
    >>> x = draw.normal(size=(400, 40))
    >>> y = x @ np.ones(40) / 6 + draw.normal(size=400)
    >>> few = from_data(x, y, samples=50).stopping[0]
    >>> few.error < 0.5 * few.final_error
    True
    """
    asked: dict[str, Any] = {
        "intercept": intercept,
        "standardize": standardize,
        "classes": classes,
        "drop_missing": drop_missing,
    }
    pool: Pool | MomentPool
    if is_read_in_pieces(X):
        pool = moment_pool(X, y, **asked, workers=workers)
    elif y is None or workers != 1:
        name, problem = ("y", "is missing") if y is None else ("workers", "read tables in pieces, but X is in memory")
        raise InputError(name, problem, "pass the right answers" if y is None else "leave it out")
    else:
        pool = pool_of(X, y, **asked)
    sizes = _sizes(samples, pool.rows, pool.intercept)
    stopping = tuple(_stopping(pool, n) for n in sizes)
    time = _default_times(pool, stopping) if times is None else checked_times(times, "times").ravel()
    if not time.size:
        raise InputError("times", "is empty", "write at least one time, or leave it out")
    errors = np.array([predicted_errors(pool, n, time) for n in sizes])
    record = DataPrediction(time, sizes, errors[:, 0], errors[:, 1], _jackknife(pool, sizes, stopping), stopping, pool)
    students = whole(simulate, "simulate", 0, "a number of students is not negative")
    return record.lay_training_over(students, seed=seed) if students else record


def _sizes(samples: ArrayLike, rows: int, intercept: bool) -> tuple[int, ...]:
    if rows < LEAST:
        problem = f"the data have {rows} rows, too few to estimate the error on new rows"
        raise InputError(None, problem, f"pass {LEAST} or more")
    if samples is None:
        return (rows // 8, rows // 4, rows // 2)
    listed = [samples] if np.ndim(samples) == 0 else list(samples)
    sizes = tuple(whole(n, "samples", 2 + intercept, "that is too few to learn from") for n in listed)
    if not sizes:
        raise InputError("samples", "is empty", "write at least one size of the training set")
    if max(sizes) > SHARE * rows:
        raise InputError(
            "samples",
            f"goes up to {max(sizes)}, but the pool has {rows} rows, and training sets of more than half of them leave "
            "too few held-out rows",
            f"write {int(SHARE * rows)} or less, or bring more rows",
        )
    return sizes


def _default_times(pool: Pool | MomentPool, stopping: Sequence[StoppingTime]) -> np.ndarray:
    """From before the fastest direction to after the slowest (or long after all others), the best times included."""
    values, best = pool.modes[0], [stop.time for stop in stopping if 0 < stop.time < np.inf]
    late = max(min(1e3 / values[0], 1e7 / values[-1]), 100 * max(best, default=0.0))
    return np.unique(np.concatenate([[0.0], np.geomspace(0.1 / values[-1], late, 120), best]))


def predicted_errors(pool: Pool | MomentPool, samples: int, time: np.ndarray) -> np.ndarray:
    """Train and test error, (2, times).

    With means subtracted, n samples count as n - 1, and their mean has itself a variance of 1/n of the variances.
    """
    population, left = pool.population(samples), pool.modes[2]
    lost = pool.intercept / samples
    bias, factor, train = over_time(
        time * (1 - lost), population, Bias(population), Unlearnable(population), TrainError(population, left)
    )
    test = bias + (left * factor if left else 0.0)
    return np.array([(1 - lost) * train, (1 + lost) * test])


def _stopping(pool: Pool | MomentPool, samples: int) -> StoppingTime:
    values = pool.modes[0]
    return lowest(lambda time: predicted_errors(pool, samples, time)[1], 1e-3 / values[-1], 1e3 / values[0])


def _jackknife(pool: Pool | MomentPool, sizes: tuple[int, ...], stopping: tuple[StoppingTime, ...]) -> np.ndarray:
    """Standard errors of the lowest test errors, from leaving out one group of rows after the other."""
    found = np.array([
        [predicted_errors(part, n, np.array([stop.time]))[1, 0] for n, stop in zip(sizes, stopping, strict=True)]
        for part in pool.parts()
    ])  # fmt: skip
    return np.sqrt((GROUPS - 1) * np.var(found, axis=0))


def _sure(record: DataPrediction) -> Assumption:
    best, start = np.array([(stop.error, stop.start_error) for stop in record.stopping]).T
    share = record.standard_error / np.maximum(best, PERFECT * start)
    worst = float(np.max(np.nan_to_num(share)))
    holds = worst <= SURE
    meaning = f"the lowest test errors are known to about {100 * worst:.2g}% from {record.pool.rows} rows"
    if not holds:
        meaning += ": too few to rely on; bring more rows"
    return Assumption("enough rows", worst, SURE, holds, meaning)


def _gaussian(pool: Pool | MomentPool) -> Assumption:
    """Variance of the squared norms of the inputs over that of Gaussians with the same covariance."""
    values = pool.modes[0]
    squares = np.sum(values**2) - np.sum(values) ** 2 / pool.freedom  # of the true covariance
    ratio = float(pool.length_variance / (2 * max(squares, 1e-300)))
    holds = 1 / HEAVY <= ratio <= HEAVY
    meaning = f"squared norms of the inputs vary {ratio:.2g} times as much as those of Gaussians"
    if not holds:
        meaning += ": late in learning, and with about as many samples as features, the theory is only a rough guide"
    return Assumption("Gaussian features", ratio, HEAVY, holds, meaning)


def _reused(record: DataPrediction) -> Assumption:
    share = max(record.samples) / record.pool.rows
    meaning = (
        f"training sets of up to {100 * share:.2g}% of the pool overlap: training runs differ less than students of "
        "fresh samples would"
    )
    return Assumption("fresh samples", share, SHARE, True, meaning)


def _open(pool: Pool | MomentPool) -> Assumption:
    """The largest correlation of a single column with the answers, and whether all together leave nothing open."""
    most = pool.relations.max(axis=1)
    name, worst = repr(pool.names[ranked(most, pool.names)[0]]), float(most.max())
    meaning = f"no single column correlates with the answers by more than {worst:.2g} ({name})"
    unexplained = pool.modes[2] / pool.answer_variance
    exact = unexplained < EXACT and pool.modes[0].size < pool.freedom
    if worst > TELLING:
        meaning = f"column {name} correlates with the answers by {worst:.6g}: leave it out if it was made from them"
    elif exact:
        meaning = "the columns together give the answers without any error: leave out those that were made from them"
    return Assumption("the answer is not among the columns", worst, TELLING, worst <= TELLING and not exact, meaning)


def _agrees(record: DataPrediction) -> Assumption:
    """The largest deviation from real training up to the best time, and how large it is later."""
    runs = record.runs.test_error.mean(axis=1) if record.runs is not None else record.test_error
    start = np.array([[stop.start_error] for stop in record.stopping])
    off = np.abs(record.test_error - runs) / np.maximum(runs, NEGLIGIBLE * start)
    early = record.time <= np.array([[stop.time] for stop in record.stopping])
    worst = float(np.max(off[early], initial=0.0))
    until = f", by up to {_percent(worst)} up to the best time to stop" if (early.sum(axis=1) > 1).all() else ""
    meaning = (
        f"theory and real training differ by {_percent(off.mean())} on average over all times, {_percent(off.max())} "
        f"at worst{until}" + ("" if until else "; the best time to stop is before training")
    )
    holds = worst <= SURE and (early.sum(axis=1) > 1).all() and float(off.max()) <= ASTRAY
    if off.max() > ASTRAY:
        meaning += ": late in learning the theory fails here"
    return Assumption("agrees with real training", worst, SURE, bool(holds), meaning)


def _percent(share: float) -> str:
    return f"{100 * share:.2g}%" if share < 0.995 else f"{100 * share:.0f}%"
