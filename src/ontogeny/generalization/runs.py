"""Students that are really trained, each on random rows of a pool, and tested on the held-out rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, positive, whole
from .._core.tidy import tidy
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
    """

    train_error: np.ndarray
    test_error: np.ndarray
    learning_rate: float | None
    seed: int

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
    train, test = np.moveaxis(np.array(found), 2, 0)
    return TrainingRuns(train, test, rate, int(seed))


def _run(
    pool: Pool, order: np.ndarray, samples: int, time: np.ndarray, rate: float | None
) -> tuple[np.ndarray, np.ndarray]:
    inside, outside = order[:samples], order[samples:]
    x, y, new, truth = pool.features[inside], pool.answers[inside], pool.features[outside], pool.answers[outside]
    if pool.intercept:  # an intercept is learned at once: both are counted from the means of the samples
        x, y, new, truth = x - x.mean(axis=0), y - y.mean(axis=0), new - x.mean(axis=0), truth - y.mean(axis=0)
    left, roots, right = np.linalg.svd(x / np.sqrt(samples), full_matrices=False)
    kept = roots > max(x.shape) * np.finfo(float).eps * roots[0]
    left, rates, right = left[:, kept], roots[kept] ** 2, right[kept]
    eta = SMALL_STEP / rates[0] if rate is None else rate
    if eta * rates[0] >= 2:
        problem = f"is {eta:.3g}, at which training on these samples diverges"
        raise InputError("learning_rate", problem, f"write less than {2 / rates[0]:.3g}")
    steps = np.round(time / eta)
    factors = 1 - eta * rates
    parity = np.where(np.isfinite(steps), steps, 0) % 2
    with np.errstate(under="ignore"):
        remaining = np.abs(factors) ** steps[:, None] * np.where(factors < 0, -1.0, 1.0) ** parity[:, None]
    along = left.T @ y / np.sqrt(samples)
    unexplained = max(np.sum(y**2) / samples - np.sum(along**2), 0.0)
    train = unexplained + remaining**2 @ np.sum(along**2, axis=1)
    learned = along / np.sqrt(rates)[:, None]
    across = new @ right.T
    test = [np.mean(np.sum((truth - across @ ((1 - gone)[:, None] * learned)) ** 2, axis=1)) for gone in remaining]
    return train, np.array(test)


def theory_and_training(
    sizes: Mapping[str, Iterable[int]],
    student: str,
    time: np.ndarray,
    theory: tuple[np.ndarray, np.ndarray] | None,
    trained: tuple[np.ndarray, np.ndarray] | None,
) -> pd.DataFrame:
    """Train and test errors in theory (sizes, times), then of every student (sizes, students, times), as one table.

    Columns: the size, time, source ("theory" or "training"), the number of the student, train_error and test_error.
    """
    import pandas as pd

    parts = [] if theory is None else [("theory", np.nan, *theory)]
    if trained is not None:
        train, test = trained
        parts += [("training", k, train[:, k], test[:, k]) for k in range(train.shape[1])]
    labels = {**sizes, "time": time}
    tables = [
        tidy(labels, {"source": source, student: number, "train_error": train, "test_error": test})
        for source, number, train, test in parts
    ]
    return pd.concat(tables, ignore_index=True)
