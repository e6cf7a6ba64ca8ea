"""Double descent over width: networks of rectified units (ReLU) with a trained readout, or with both layers trained.

A readout trained on random features is a linear student of the hidden layer, so that the theory of `from_data` holds
with the covariance of the hidden layer. If both layers are trained there is no theory here: networks are simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, positive, whole
from .._core.nonlinearities import activation, forward
from ..environments.environment import Environment
from ..networks.gradient_descent import Lesson, trained
from ..networks.threads import few_threads
from .pool import Pool
from .real_data import predicted_errors
from .relu_teacher import ReluTeacher
from .runs import theory_and_training, training_runs
from .spectral import checked_times

if TYPE_CHECKING:
    import pandas as pd

ROWS = 5  # size of the pool of the theory, in training sets
READOUT = 0.1  # start of the readout relative to that of the hidden units
TESTED = 2000  # fresh samples on which networks are tested
DIVERGED = 10.0  # ratio of train errors after and before learning above which training has diverged


@dataclass(frozen=True, eq=False)
class WidthSweep:
    """Train and test error over time of networks of several widths.

    Parameters
    ----------
    widths : array, shape (widths,)
        Hidden units.
    time : array, shape (times,)
        Learning time [unit of tau].
    samples : int
        Size of the training set.
    networks_train, networks_test : arrays, shape (widths, networks, times)
        Mean squared errors of the trained networks.
    theory_train, theory_test : arrays, shape (widths, times), or None
        The same in theory, averaged over the first layers of the networks; None if there is no theory.
    smallest_eigenvalue : array, shape (widths,)
        Smallest eigenvalue above zero of the second moments of the hidden layer on the samples, per hidden unit, before
        learning; median over networks.
    """

    widths: np.ndarray
    time: np.ndarray
    samples: int
    networks_train: np.ndarray
    networks_test: np.ndarray
    theory_train: np.ndarray | None
    theory_test: np.ndarray | None
    smallest_eigenvalue: np.ndarray

    @property
    def test_error(self) -> np.ndarray:
        """Test error of the theory if there is one, else the mean over networks, shape (widths, times)."""
        return self.networks_test.mean(axis=1) if self.theory_test is None else self.theory_test

    @property
    def best_error(self) -> np.ndarray:
        """Lowest test error of every width over time."""
        return self.test_error.min(axis=1)

    @property
    def best_time(self) -> np.ndarray:
        """Time of the lowest test error, among the recorded times."""
        return self.time[self.test_error.argmin(axis=1)]

    @property
    def final_error(self) -> np.ndarray:
        """Test error of every width at the last recorded time."""
        return self.test_error[:, -1]

    @property
    def meaning(self) -> str:
        """How the width matters here, in a sentence."""
        worst, best = int(np.argmax(self.final_error)), int(np.argmin(self.best_error))
        return (
            f"at the end {self.widths[worst]} hidden units on {self.samples} samples are worst "
            f"({self.final_error[worst]:.3g}); with early stopping, {self.widths[best]} are best "
            f"({self.best_error[best]:.3g})"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per width, time, source ("theory" or "training") and network, with the two errors."""
        theory = None
        if self.theory_train is not None and self.theory_test is not None:
            theory = self.theory_train, self.theory_test
        trained = self.networks_train, self.networks_test
        return theory_and_training({"width": self.widths}, "network", self.time, theory, trained)

    def __repr__(self) -> str:
        kind = "both layers trained" if self.theory_test is None else "random first layer, trained readout"
        return f"<WidthSweep: {kind}, {self.networks_test.shape[1]} networks of each width; {self.meaning}>"


def random_features(
    widths: Sequence[int],
    *,
    samples: int = 300,
    teacher: ReluTeacher | None = None,
    times: ArrayLike | None = None,
    networks: int = 5,
    seed: int = 0,
) -> WidthSweep:
    """Test error over time of random features, rectified units with a trained readout, for many widths: double descent.

    Implements: advani2020 Fig. 7
    Checked by: tests/generalization/test_width_sweeps.py::test_trained_readouts_follow_the_theory_of_their_features

    Parameters
    ----------
    widths : list of int
        Numbers of hidden units.
    samples : int
        Size of the training set.
    teacher : ReluTeacher, optional
        Teacher that gives the answers; a random one with 15 inputs and 30 hidden units if not given.
    times : array, optional
        Learning times [unit of tau], from 0 to a million if not given.
    networks : int
        Number of networks of each width, each with its own first layer and samples.
    seed : int
        Of the networks and their samples.

    Returns
    -------
    WidthSweep

    Raises
    ------
    InputError
        No widths, a width below 1, too few samples or networks, negative times.

    Notes
    -----
    The activities of the hidden layer are divided by the square root of the width, so that all widths learn on one
    clock. The theory replaces the activities by Gaussians of the same covariance, which is measured on a pool of five
    training sets: up to the best time it is 2% off. Late in learning it is 5% too low for most widths, and 5 to 20%
    too low with about as many hidden units as samples, where a few networks are much worse than the others (measured at
    60 samples, 300 networks of 20 to 240 units).

    Examples
    --------
    After long training, as many hidden units as samples are worst; with early stopping, wider is better:

    >>> sweep = random_features([20, 60, 240], samples=60, networks=2)
    >>> int(sweep.widths[sweep.final_error.argmax()]), bool(np.all(np.diff(sweep.best_error) < 0))
    (60, True)
    """
    sizes, n, count, teacher, time = _checked_sweep(widths, samples, networks, teacher, times, (-1, 6))
    start = whole(seed, "seed", 0, "seeds are not negative")
    found = [
        [_random_layer(width, n, teacher, time, np.random.default_rng([start, width, k])) for k in range(count)]
        for width in sizes
    ]
    curves = np.array([[one[:4] for one in row] for row in found])
    smallest = np.median([[one[4] for one in row] for row in found], axis=1)
    return WidthSweep(
        sizes, time, n, curves[:, :, 0], curves[:, :, 1], curves[:, :, 2].mean(axis=1), curves[:, :, 3].mean(axis=1),
        smallest,
    )  # fmt: skip


def _random_layer(
    width: int, samples: int, teacher: ReluTeacher, time: np.ndarray, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]:
    """Train and test error of one network, the same in theory, and its smallest eigenvalue."""
    inputs = teacher.first_layer.shape[1]
    first = draw.normal(size=(width, inputs)) / np.sqrt(inputs)
    x, y = teacher.sampled(ROWS * samples, draw)
    hidden = activation(np, x @ first.T, "relu") / np.sqrt(width)
    pool = Pool(hidden, y[:, None], (), False, ())
    theory = predicted_errors(pool, samples, time)
    runs = training_runs(pool, (samples,), time, runs=1, seed=int(draw.integers(2**31)))
    roots = np.linalg.svd(hidden[:samples], compute_uv=False)
    return runs.train_error[0, 0], runs.test_error[0, 0], theory[0], theory[1], float(roots[-1] ** 2)


def both_layers(
    widths: Sequence[int],
    *,
    samples: int = 100,
    teacher: ReluTeacher | None = None,
    times: ArrayLike | None = None,
    networks: int = 5,
    initial_scale: float = 1.0,
    learning_rate: float = 0.2,
    seed: int = 0,
) -> WidthSweep:
    """Test error over time of networks of rectified units with both layers trained, for many widths, by simulation.

    Checked by: tests/generalization/test_width_sweeps.py::test_both_layers_are_trained_by_gradient_descent

    Parameters
    ----------
    widths : list of int
        Numbers of hidden units.
    samples, teacher, networks, seed
        As for `random_features`. All networks of a width see the same samples.
    times : array, optional
        Learning times [unit of tau], rounded to steps; from 0 to 500 if not given.
    initial_scale : float
        Standard deviation of the input to a hidden unit at the start, for inputs of variance 1; weights of the readout
        start at a tenth of it.
    learning_rate : float
        Size of a full-batch step [unit of tau].

    Returns
    -------
    WidthSweep

    Raises
    ------
    InputError
        No widths, a width below 1, too few samples or networks, negative times, or training that diverges.

    Notes
    -----
    There is no theory: real networks are trained. As in `random_features`, activities of the hidden layer are divided
    by the square root of the width, so that all widths learn on one clock.

    Examples
    --------
    >>> both_layers([10, 40], samples=40, networks=2, times=[0, 5, 20]).networks_test.shape
    (2, 2, 3)
    """
    sizes, n, count, teacher, time = _checked_sweep(widths, samples, networks, teacher, times, (0, np.log10(500)))
    if not np.all(np.isfinite(time)):
        raise InputError("times", "hold inf, but these networks are trained step by step", "write finite times")
    scale = positive(initial_scale, "initial_scale", "rectified units without input never learn")
    eta = positive(learning_rate, "learning_rate", "steps go forward")
    root = whole(seed, "seed", 0, "seeds are not negative")
    draw = np.random.default_rng(root)
    x, y = teacher.sampled(n, draw)
    new, truth = teacher.sampled(TESTED, draw)
    world = Environment.from_arrays(x, y[:, None])
    steps, place = np.unique(np.round(time / eta).astype(int), return_inverse=True)
    found, smallest = [], []
    for width in sizes:
        own = np.random.default_rng([root, width])
        # For rectified units, activities divided by the square root of the width are weights divided by its fourth root
        # and steps divided by its square root: one step function serves all widths.
        size = width**-0.25
        first = own.normal(size=(count, width, x.shape[1])) * scale * size / np.sqrt(x.shape[1])
        readout = own.normal(size=(count, 1, width)) * READOUT * scale * size
        start = activation(np, first @ x.T, "relu") * size
        smallest.append(np.median(np.linalg.svd(start, compute_uv=False)[:, -1] ** 2))
        before = _error([first, readout], x, y)
        lesson = Lesson(world, "relu", eta / np.sqrt(width))
        with few_threads([first, readout]):
            courses = [
                [_error(weights, x, y), _error(weights, new, truth)]
                for weights in trained([first, readout], lesson, steps.tolist(), "numpy")
            ]
        found.append(np.moveaxis(np.array(courses)[place], 0, 2))
        if courses[-1][0].max() > DIVERGED * max(before.max(), 1e-300):
            problem = f"is {eta:.3g}, at which training of {width} hidden units diverged"
            raise InputError("learning_rate", problem, "write a smaller one")
    curves = np.array(found)
    return WidthSweep(sizes, time, n, curves[:, 0], curves[:, 1], None, None, np.array(smallest))


def _error(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean squared error of every network."""
    return np.mean((forward(np, weights, x.T, "relu")[-1][:, 0] - y) ** 2, axis=1)


def _checked_sweep(
    widths: Sequence[int],
    samples: int,
    networks: int,
    teacher: ReluTeacher | None,
    times: ArrayLike | None,
    decades: tuple[float, float],
) -> tuple[np.ndarray, int, int, ReluTeacher, np.ndarray]:
    sizes = np.array([whole(width, "widths", 1, "a hidden layer has at least one unit") for width in np.ravel(widths)])
    if not sizes.size:
        raise InputError("widths", "is empty", "write at least one number of hidden units")
    if teacher is None:
        teacher = ReluTeacher.drawn()
    expect(teacher, ReluTeacher, "teacher", "write ReluTeacher.drawn(...)")
    if times is None:
        times = np.concatenate([[0.0], np.geomspace(10.0 ** decades[0], 10.0 ** decades[1], 60)])
    n = whole(samples, "samples", 2, "a network learns from at least two samples")
    count = whole(networks, "networks", 1, "at least one has to be trained")
    return sizes, n, count, teacher, np.unique(checked_times(times, "times"))
