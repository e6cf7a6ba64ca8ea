r"""Training real networks: one step function on any array library, batched over seeds, and two drivers.

Weights are lists of arrays (seed, out, in), first layer first. Hidden layers have the nonlinearity, the last layer is
linear, there are no biases. A linear network on all items needs only the correlations
(`gradient_flow.gradients`), or, where cells are missing, the error of its map on the observed ones
(`gradient_flow.map_error`); other networks, and single items, go forward and back (`backpropagated`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .._core.arrays import Array, Namespace
from .._core.checks import InputError
from .._core.nonlinearities import forward, slope
from ..environments.environment import Environment
from .gradient_flow import gradients, gradients_of, map_error

HUGE = 1e15  # a weight this much larger than the target and than its start diverges

Weights = list[Array]
Step = Callable[[Weights, Array], Weights]


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a training run learns, and how.

    Parameters
    ----------
    environment : Environment
        The world.
    nonlinearity : str
        Of the hidden layers.
    learning_rate : float
        Step size.
    draws : tuple of numpy.random.Generator, optional
        One for each seed, to draw the item of each episode; None for full-batch steps.
    """

    environment: Environment
    nonlinearity: str
    learning_rate: float
    draws: tuple[np.random.Generator, ...] | None = None


def trained(weights: Weights, lesson: Lesson, record_at: Sequence[int], backend: str) -> Iterator[list[np.ndarray]]:
    """Weights after each of the numbers of steps in `record_at` (increasing), as NumPy arrays.

    Parameters
    ----------
    weights : list of arrays, shape (seed, out, in) each
        Weights before learning; not changed.
    lesson : Lesson
        What to train on.
    record_at : list of int
        Numbers of steps after which to return the weights.
    backend : "numpy" or "jax"
        A NumPy loop, or `jax.lax.scan` in double precision.
    """
    drive = {"numpy": _numpy_driver, "jax": _jax_driver}[backend]
    counts = np.diff(np.asarray(record_at), prepend=0)
    return drive([np.array(layer) for layer in weights], lesson, counts)


def device_of(backend: str) -> str:
    """The device on which a backend trains: "cpu", "gpu" or "tpu"."""
    if backend == "numpy":
        return "cpu"
    import jax

    return str(next(iter(jax.numpy.zeros(()).devices())).platform)


def batch_step(xp: Namespace, lesson: Lesson) -> Step:
    """What one step of full-batch gradient descent adds to every layer, as a function of the weights.

    Implements: saxe2014 (1)
    Checked by: tests/networks/test_gradient_descent.py::test_a_linear_batch_is_backpropagation
    """
    world, rate = lesson.environment, lesson.learning_rate
    if lesson.nonlinearity == "linear" and world.has_missing:
        error = map_error(world, xp)
        return lambda weights, _: gradients_of(weights, lambda network_map: rate * error(network_map))
    if lesson.nonlinearity == "linear":
        sxx = world.variation.factor if world.is_white else xp.asarray(world.variation.factor)
        syx, sxx = rate * xp.asarray(world.input_output_correlation), rate * sxx
        return lambda weights, _: gradients(weights, syx, sxx)
    samples = world.samples
    inputs = samples.shown if samples.are_one_hot else xp.asarray(samples.shown)
    targets, cell_rates = xp.asarray(samples.observed_targets.T), rate * xp.asarray(samples.cell_weights)

    def step(weights: Weights, _: Array) -> Weights:
        return backpropagated(xp, weights, inputs, targets, cell_rates, lesson.nonlinearity)

    return step


def episode_step(xp: Namespace, lesson: Lesson) -> Step:
    """What one step on a single item for each seed adds, as a function of the weights and the items drawn, (seed,)."""
    samples, rate = lesson.environment.samples, lesson.learning_rate
    inputs, targets = xp.asarray(samples.inputs), xp.asarray(samples.observed_targets)
    seen = None if samples.seen is None else rate * xp.asarray(samples.seen)

    def step(weights: Weights, drawn: Array) -> Weights:
        x, y = inputs[drawn][..., None], targets[drawn][..., None]
        cell_rates = rate if seen is None else seen[drawn][..., None]
        return backpropagated(xp, weights, x, y, cell_rates, lesson.nonlinearity)

    return step


def backpropagated(
    xp: Namespace,
    weights: Sequence[Array],
    inputs: Array,
    targets: Array,
    cell_weights: Array,
    nonlinearity: str,
) -> Weights:
    """Descent direction of every layer on half the weighted squared error over (..., features, items).

    Weights are those of the items, (items,), or of every cell, (..., features, items): 0 where it was not observed.
    """
    activities = [inputs, *forward(xp, weights, inputs, nonlinearity)]
    delta = (targets - activities[-1]) * cell_weights
    return _backward(xp, weights, activities, delta, nonlinearity)


def _backward(
    xp: Namespace, weights: Sequence[Array], activities: Sequence[Array], delta: Array, nonlinearity: str
) -> Weights:
    """Descent directions, first layer first, from the error of the answers and the activity below each layer."""
    directions = []
    for number in reversed(range(len(weights))):
        below = activities[number]
        directions.append(delta * below if isinstance(below, float) else delta @ below.swapaxes(-1, -2))
        if number:
            delta = weights[number].swapaxes(-1, -2) @ delta
            if nonlinearity != "linear":
                delta = delta * slope(xp, below, nonlinearity)
    return directions[::-1]


def _numpy_driver(weights: Weights, lesson: Lesson, counts: np.ndarray) -> Iterator[list[np.ndarray]]:
    shortcut = lesson.draws is not None and lesson.environment.samples.are_one_hot
    most = _largest_sane(weights, lesson)
    walk = _one_hot_walk(lesson) if shortcut else _plain_walk(lesson)
    for count in counts:
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is reported below
            weights = walk(weights, _items(lesson, count))
        _check_finite(weights, most, lesson.learning_rate)
        yield [layer.copy() for layer in weights]


def _plain_walk(lesson: Lesson) -> Step:
    step = episode_step(np, lesson) if lesson.draws else batch_step(np, lesson)

    def walk(weights: Weights, drawn: Array) -> Weights:
        for items in drawn:
            for layer, change in zip(weights, step(weights, items), strict=True):
                layer += change
        return weights

    return walk


def _one_hot_walk(lesson: Lesson) -> Step:
    """Episodes in which each item is its own input: only one column of the first layer takes part; in place."""
    samples = lesson.environment.samples
    targets, scale, rate = samples.observed_targets, samples.shown, lesson.learning_rate
    seen = None if samples.seen is None else rate * samples.seen

    def walk(weights: Weights, drawn: Array) -> Weights:
        first, rest = weights[0], weights[1:]
        seeds = np.arange(first.shape[0])
        for items in drawn:
            column = first[seeds, :, items][..., None]
            answers, cell_rates = targets[items][..., None], rate if seen is None else seen[items][..., None]
            step = backpropagated(np, [column, *rest], scale, answers, cell_rates, lesson.nonlinearity)
            first[seeds, :, items] += step[0][..., 0]
            for layer, change in zip(rest, step[1:], strict=True):
                layer += change
        return weights

    return walk


def _jax_driver(weights: Weights, lesson: Lesson, counts: np.ndarray) -> Iterator[list[np.ndarray]]:
    try:
        import jax
    except ImportError:
        raise InputError("backend", "is 'jax', but JAX is not installed", 'run pip install "ontogeny[jax]"') from None
    most = _largest_sane(weights, lesson)
    with jax.enable_x64(True):
        step = episode_step(jax.numpy, lesson) if lesson.draws else batch_step(jax.numpy, lesson)

        def moved(now: Weights, items: Array) -> tuple[Weights, None]:
            return [layer + change for layer, change in zip(now, step(now, items), strict=True)], None

        walk = jax.jit(lambda state, drawn: jax.lax.scan(moved, state, drawn)[0])
        state = [jax.numpy.asarray(layer) for layer in weights]
    for count in counts:
        with jax.enable_x64(True):  # not held across a yield: the setting belongs to the caller's thread
            state = walk(state, jax.numpy.asarray(_items(lesson, count)))
        out = [np.asarray(layer) for layer in state]
        _check_finite(out, most, lesson.learning_rate)
        yield out


def _items(lesson: Lesson, count: int) -> np.ndarray:
    """Items of the next `count` episodes, (count, seed); for full batches only the count matters."""
    if lesson.draws is None:
        return np.zeros(count, dtype=int)
    weights = lesson.environment.samples.weights
    shares = weights / weights.sum()
    return np.stack([draw.choice(shares.size, size=count, p=shares) for draw in lesson.draws], axis=1)


def _largest_sane(weights: Weights, lesson: Lesson) -> float:
    """Weight beyond which training has diverged."""
    final = float(lesson.environment.spectrum().asymptotes.max())
    return HUGE * max(1.0, final ** (1 / len(weights)), *(float(np.abs(layer).max()) for layer in weights))


def _check_finite(weights: Weights, most: float, learning_rate: float) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        is_sane = all(np.linalg.norm(layer) < most for layer in weights)  # NaN is not
    if not is_sane:
        raise diverged(learning_rate)


def diverged(learning_rate: float) -> InputError:
    """The error for training that has diverged."""
    return InputError("learning_rate", f"is {learning_rate:.3g}, with which training diverged", "write a smaller one")
