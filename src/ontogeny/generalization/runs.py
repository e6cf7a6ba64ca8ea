"""Students that are really trained, each on random rows of a pool, and tested on the held-out rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, positive, whole
from .._core.tidy import tidy
from .._core.ties import EQUAL
from .pool import Pool

if TYPE_CHECKING:
    import pandas as pd

SMALL_STEP = 0.02  # learning rate times the largest eigenvalue: steps differ from the flow by half of that at most


@dataclass(frozen=True, eq=False, repr=False)
class TrainingRuns:
    """Errors of students that were trained by gradient descent.

    Parameters
    ----------
    train_error : array, shape (sizes, runs, times)
        Mean squared error on the training set.
    test_error : array, shape (sizes, runs, times)
        Mean squared error on the held-out rows: all others of the pool.
    learning_rate : float or None
        Size of all steps [unit of 1/tau]; None if each run took a share of its largest stable step.
    seed : int
        Of the random training sets.
    correct : array, shape (sizes, runs, times), or None
        Share of the held-out rows whose class is right; of classes that are answered equally strongly, each counts as a
        guess. None if answers are no classes.
    """

    train_error: np.ndarray
    test_error: np.ndarray
    learning_rate: float | None
    seed: int
    correct: np.ndarray | None = None

    def __repr__(self) -> str:
        sizes, runs, times = self.test_error.shape
        steps = "stable steps" if self.learning_rate is None else f"learning rate {self.learning_rate:.3g}"
        lowest = f", lowest mean test error {self.test_error.mean(axis=1).min():.4g}" if self.test_error.size else ""
        return f"<TrainingRuns: training set sizes: {sizes}, runs: {runs}, times: {times}, {steps}{lowest}>"


def training_runs(
    pool: Pool,
    samples: tuple[int, ...],
    time: np.ndarray,
    *,
    runs: ArrayLike,
    seed: ArrayLike,
    learning_rate: ArrayLike | None = None,
) -> TrainingRuns:
    """Train `runs` students for each size of the training set.

    Notes
    -----
    Each student's weights after k steps of full-batch gradient descent from zero are exact: along each axis of its
    samples every step multiplies what is left to learn by one number, so that millions of steps cost no more than one.
    Times are rounded to steps.
    """
    count = whole(runs, "runs", 1, "at least one student has to be trained")
    rate = None if learning_rate is None else positive(learning_rate, "learning_rate", "steps go forward")
    draws = np.random.default_rng(whole(seed, "seed", 0, "seeds are not negative"))
    found = [[_run(pool, draws.permutation(len(pool.features)), n, time, rate) for _ in range(count)] for n in samples]
    train, test, correct = np.moveaxis(np.array(found), 2, 0)
    return TrainingRuns(train, test, rate, int(seed), correct if pool.are_classes else None)


def _run(
    pool: Pool, order: np.ndarray, samples: int, time: np.ndarray, rate: float | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Train and test error of one student, and the share of held-out rows whose class is right, (times,) each."""
    inside, outside = order[:samples], order[samples:]
    x, y, new, truth = pool.features[inside], pool.answers[inside], pool.features[outside], pool.answers[outside]
    middle = y.mean(axis=0) if pool.intercept else np.zeros(y.shape[1])
    if pool.intercept:  # an intercept is learned at once: both are counted from the means of the samples
        x, y, new, truth = x - x.mean(axis=0), y - middle, new - x.mean(axis=0), truth - middle
    left, roots, right = np.linalg.svd(x / np.sqrt(samples), full_matrices=False)
    kept = roots > max(x.shape) * np.finfo(float).eps * roots[0]
    left, rates, right = left[:, kept], roots[kept] ** 2, right[kept]
    eta, steps = steps_of(time, rates, rate)
    remaining = remaining_after(steps, 1 - eta * rates)
    along = left.T @ y / np.sqrt(samples)
    unexplained = max(np.sum(y**2) / samples - np.sum(along**2), 0.0)
    train = unexplained + remaining**2 @ np.sum(along**2, axis=1)
    learned = along / np.sqrt(rates)[:, None]
    across = new @ right.T
    test, correct = [], []
    for gone in remaining:
        said = across @ ((1 - gone)[:, None] * learned)
        test.append(np.mean(np.sum((truth - said) ** 2, axis=1)))
        correct.append(_share_correct(said + middle, truth + middle) if pool.are_classes else np.nan)
    return train, np.array(test), np.array(correct)


def steps_of(time: np.ndarray, rates: np.ndarray, rate: float | None) -> tuple[float, np.ndarray]:
    """Size of the steps along directions of these variances, largest first, and how many there are by each time."""
    eta = SMALL_STEP / rates[0] if rate is None else rate
    if eta * rates[0] >= 2:
        problem = f"is {eta:.3g}, at which training on these samples diverges"
        raise InputError("learning_rate", problem, f"write less than {2 / rates[0]:.3g}")
    return eta, np.round(time / eta)


def remaining_after(steps: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """What is left to learn along each direction after steps that multiply it by a factor each, (times, directions)."""
    parity = np.where(np.isfinite(steps), steps, 0) % 2
    with np.errstate(under="ignore"):
        return np.abs(factors) ** steps[:, None] * np.where(factors < 0, -1.0, 1.0) ** parity[:, None]


def _share_correct(said: np.ndarray, truth: np.ndarray) -> float:
    """Share of rows whose class is answered most strongly; classes answered equally strongly are guessed among."""
    if said.shape[1] == 1:  # -1 or 1
        said, truth = np.hstack([-said, said]), np.hstack([-truth, truth])
    top = said >= said.max(axis=1, keepdims=True) - EQUAL * np.abs(said).max(initial=1.0)
    right = np.take_along_axis(top, truth.argmax(axis=1)[:, None], axis=1)[:, 0]
    return float(np.mean(right / top.sum(axis=1)))


def theory_and_training(
    sizes: Mapping[str, Iterable[int]],
    student: str,
    time: np.ndarray,
    theory: tuple[np.ndarray, np.ndarray] | None,
    trained: tuple[np.ndarray, np.ndarray] | None,
    correct: np.ndarray | None = None,
) -> pd.DataFrame:
    """Train and test errors in theory (sizes, times), then of every student (sizes, students, times), as one table.

    Columns: the size, time, source ("theory" or "training"), the number of the student, train_error and test_error, and
    where answers are classes the share that is correct.
    """
    import pandas as pd

    labels, tables = {**sizes, "time": time}, []
    if theory is not None:
        columns = {"source": "theory", student: np.nan, "train_error": theory[0], "test_error": theory[1]}
        tables.append(tidy(labels, columns))
    for k, (train, test) in enumerate(() if trained is None else np.moveaxis(np.array(trained), 2, 0)):
        columns = {"source": "training", student: k, "train_error": train, "test_error": test}
        tables.append(tidy(labels, columns if correct is None else {**columns, "correct": correct[:, k]}))
    return pd.concat(tables, ignore_index=True)
