"""Real training on random parts of a pool, tested on the rest of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, positive, whole
from .pool import Pool

SMALL_STEP = 0.02  # learning rate times the largest eigenvalue: steps differ from the flow by half of that at most


@dataclass(frozen=True, eq=False)
class TrainingRuns:
    """Errors of students that were trained by gradient descent.

    Parameters
    ----------
    train_error : array, shape (sizes, runs, times)
        Mean squared error on the rows a student was trained on.
    test_error : array, shape (sizes, runs, times)
        Mean squared error on all other rows of the pool.
    learning_rate : float or None
        Size of all steps [unit of 1/tau]; None where each run took a share of the largest step its rows allow.
    seed : int
        Of the random parts.
    """

    train_error: np.ndarray
    test_error: np.ndarray
    learning_rate: float | None
    seed: int


def training_runs(
    pool: Pool,
    samples: tuple[int, ...],
    time: np.ndarray,
    *,
    runs: ArrayLike,
    seed: ArrayLike,
    learning_rate: ArrayLike = None,
) -> TrainingRuns:
    """Train `runs` students for each sample size.

    Notes
    -----
    Each student's weights after k full-batch steps from zero are exact: in the axes of its samples every step
    multiplies what is left to learn by one number, so that millions of steps cost no more than one. Times are rounded
    to steps.
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
    if pool.intercept:  # a constant that is learned at once: both are counted from the means of the samples
        x, y, new, truth = x - x.mean(axis=0), y - y.mean(axis=0), new - x.mean(axis=0), truth - y.mean(axis=0)
    left, roots, right = np.linalg.svd(x / np.sqrt(samples), full_matrices=False)
    kept = roots > max(x.shape) * np.finfo(float).eps * roots[0]
    left, rates, right = left[:, kept], roots[kept] ** 2, right[kept]
    eta = SMALL_STEP / rates[0] if rate is None else rate
    if eta * rates[0] >= 2:
        raise InputError(
            None,
            f"training diverges with learning_rate {eta:.3g}: steps on these samples must be below {2 / rates[0]:.3g}",
            "write a smaller one",
        )
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
