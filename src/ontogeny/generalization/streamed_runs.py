"""Students trained on rows of a table that is read in pieces: each needs only the moments of its training set."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, positive, whole
from .._core.notes import Setting
from ..environments.moments import Moments
from ..environments.passes import block_rows, check_finite
from .moment_pool import RESOLVED, MomentPool
from .runs import TrainingRuns, remaining_after, steps_of

MOST = 400e6  # bytes of the moments of all training sets
DRAWN = 1 << 16  # rows of a training set that are drawn at once


def streamed_runs(
    pool: MomentPool,
    samples: tuple[int, ...],
    time: np.ndarray,
    *,
    runs: ArrayLike,
    seed: ArrayLike,
    learning_rate: ArrayLike | None = None,
) -> TrainingRuns:
    """Train `runs` students for each size of the training set, on rows that are read once more.

    Each training set is as many rows as asked for, one drawn from each of as many stretches of the table; it is tested
    on all other rows. Errors are those of `training_runs` on these rows; what is classified rightly is not counted.

    Checked by: tests/generalization/test_streamed_runs.py::test_students_are_those_of_the_same_rows_in_memory

    Raises
    ------
    InputError
        An iterator, which cannot be read again, or more training sets than fit into memory.
    """
    count = whole(runs, "runs", 1, "at least one student has to be trained")
    rate = None if learning_rate is None else positive(learning_rate, "learning_rate", "steps go forward")
    first = whole(seed, "seed", 0, "seeds are not negative")
    if pool.source.rows is None:
        raise InputError(
            "simulate",
            f"is {count}, but students are trained on rows that are read again, which an iterator cannot be",
            "write its rows to a file, or train none",
        )
    needed = 8 * pool.moments.shift.size**2 * count * len(samples)
    if needed > MOST:
        fewer = int(MOST // (8 * pool.moments.shift.size**2 * len(samples)))
        raise InputError(
            "simulate",
            f"is {count}, but the moments of {count * len(samples)} training sets would take {1e-9 * needed:.2g} GB",
            ("write ", Setting("simulate", fewer), " or fewer, or fewer sizes"),
        )
    sets = [
        TrainingSet(pool.rows, n, np.random.default_rng([first, at, run]))
        for at, n in enumerate(samples)
        for run in range(count)
    ]
    found = [_run(pool, own, time, rate) for own in training_moments(pool, sets)]
    train, test = np.moveaxis(np.array(found).reshape(len(samples), count, 2, -1), 2, 0)
    return TrainingRuns(train, test, rate, first)


class TrainingSet:
    """Rows of a training set, in order: one from each of as many stretches of the table as there are samples.

    >>> (TrainingSet(12, 3, np.random.default_rng(0)).up_to(12) // 4).tolist()
    [0, 1, 2]
    """

    def __init__(self, rows: int, samples: int, draws: np.random.Generator) -> None:
        self.drawn = self._drawn(rows, samples, draws)
        self.waiting = next(self.drawn)

    @staticmethod
    def _drawn(rows: int, samples: int, draws: np.random.Generator) -> Iterator[np.ndarray]:
        for first in range(0, samples, DRAWN):
            edges = np.arange(first, min(first + DRAWN, samples) + 1) * rows // samples
            yield draws.integers(edges[:-1], edges[1:])

    def up_to(self, row: int) -> np.ndarray:
        """The rows before `row` that were not given yet."""
        given = []
        while self.waiting.size and self.waiting[-1] < row:
            given.append(self.waiting)
            self.waiting = next(self.drawn, np.zeros(0, dtype=int))
        place = np.searchsorted(self.waiting, row)
        given.append(self.waiting[:place])
        self.waiting = self.waiting[place:]
        return np.concatenate(given)


def training_moments(pool: MomentPool, sets: list[TrainingSet]) -> list[Moments]:
    """Moments of the rows of each training set, from one more pass."""
    shift = pool.moments.shift
    factors = np.concatenate([1 / pool.scale, np.full(pool.outputs, pool.coding[0])])
    offsets = np.concatenate([np.zeros(pool.scale.size), np.full(pool.outputs, pool.coding[1])])
    rows = [0] * len(sets)
    sums = [np.zeros(shift.size) for _ in sets]
    products = [np.zeros((shift.size, shift.size)) for _ in sets]
    row = 0
    for block in pool.source.blocks(block_rows(shift.size)):
        check_finite(pool.source, block, row)
        for at, chosen in enumerate(sets):
            own = block[chosen.up_to(row + len(block)) - row] * factors + (offsets - shift)
            rows[at] += len(own)
            sums[at] += own.sum(axis=0)
            products[at] += own.T @ own
        row += len(block)
    return [Moments(n, shift, s, p) for n, s, p in zip(rows, sums, products, strict=True)]


def _run(pool: MomentPool, inside: Moments, time: np.ndarray, rate: float | None) -> np.ndarray:
    """Train and test error of one student, (2, times); see `runs`."""
    split, outside = len(pool.names), pool.moments.less(inside)
    center = inside.mean if pool.intercept else np.zeros(inside.shift.size)
    products, new = inside.about(center) / inside.rows, outside.about(center) / outside.rows
    rates, axes = np.linalg.eigh(products[:split, :split])
    kept = rates > RESOLVED * rates[-1]
    rates, axes = rates[kept][::-1], axes[:, kept][:, ::-1]
    eta, steps = steps_of(time, rates, rate)
    remaining = remaining_after(steps, 1 - eta * rates)
    along = axes.T @ products[:split, split:] / np.sqrt(rates)[:, None]
    unexplained = max(float(np.trace(products[split:, split:])) - float(np.sum(along**2)), 0.0)
    train = unexplained + remaining**2 @ np.sum(along**2, axis=1)
    inputs = axes.T @ new[:split, :split] @ axes
    answers, power = axes.T @ new[:split, split:], float(np.trace(new[split:, split:]))
    learned = along / np.sqrt(rates)[:, None]
    maps = [(1 - gone)[:, None] * learned for gone in remaining]
    test = [power - 2 * np.sum(said * answers) + np.sum(said * (inputs @ said)) for said in maps]
    return np.array([train, np.maximum(test, 0.0)])
