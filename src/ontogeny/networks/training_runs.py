"""One training run: its cost, the times at which weights are kept, and the record of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import InputError
from .._core.progress import track
from ..environments.environment import Environment
from ..recording import record
from .coordinates import Coordinates, Whole, few_coordinates, few_sizes, folded
from .gradient_descent import Lesson, diverged, trained
from .initial_strengths import remaining_initial_strength
from .starts import Start

if TYPE_CHECKING:
    import xarray as xr

MOST_GIGABYTES = 4.0  # of weights, their steps and their directions
MOST_HOURS = 2.0  # of training, by the rates below
SECONDS_PER_LAYER, SECONDS_PER_PRODUCT = 1e-5, 3e-11  # of one step: calls of NumPy, multiplications on two cores
SNAPSHOT_BYTES = 256e6  # memory for weights over time; beyond it they are kept at fewer times


def begun(start: Start, environment: Environment, nonlinearity: str, *, plain: bool) -> Whole | Coordinates:
    """Networks ready to be trained, in few coordinates where that is faster.

    `plain` are linear networks that see all items at every step. If they are too large to be kept even once, they are
    folded one by one where that is possible.
    """
    if plain and _folds(start.sizes, len(start.seeds), environment):
        return folded(start.networks, environment)
    layers = [np.stack(layer) for layer in zip(*start.networks, strict=True)]
    few = few_coordinates(layers, environment) if plain else None
    return Whole(layers, environment, nonlinearity) if few is None else few


def run_sizes(sizes: list[int], count: int, environment: Environment, *, plain: bool) -> list[int]:
    """Units of every layer of the networks that are actually trained: few where they are folded."""
    return (few_sizes(sizes, environment) if plain and _folds(sizes, count, environment) else None) or sizes


def _folds(sizes: Sequence[int], count: int, environment: Environment) -> bool:
    """Whether the weights of linear networks are too large to be kept even once, and need not be."""
    return 8 * count * _weights(sizes) > SNAPSHOT_BYTES and few_sizes(sizes, environment) is not None


def watched(
    start: Whole | Coordinates,
    environment: Environment,
    lesson: Lesson,
    steps: np.ndarray,
    backend: str,
    clock: np.ndarray,
) -> tuple[xr.Dataset, tuple[np.ndarray, ...]]:
    """Train, measure after each number of `steps`, and keep the weights at some of them where they can be recovered."""
    folds = isinstance(start, Coordinates) and start.input_basis is None
    first = None if folds else start.lifted(start.weights)
    kept = np.zeros(len(steps), bool) if first is None else kept_times(len(steps), sum(w.nbytes for w in first))
    times = np.cumsum(kept) - 1  # place of each kept time among the kept
    stacks = [np.empty((times[-1] + 1, *layer.shape)) for layer in first or ()]  # each time in one piece: far faster
    strengths, losses = [], []
    walk = trained(start.weights, replace(lesson, environment=start.environment), steps.tolist(), backend)
    for index, now in enumerate(track(walk, "training networks", len(steps))):
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is reported below
            strength, loss = start.measured(now)
        if not np.all(np.isfinite(loss)):
            raise diverged(lesson.learning_rate)
        strengths.append(strength)
        losses.append(loss)
        if kept[index]:
            for stack, layer in zip(stacks, start.lifted(now), strict=True):
                stack[times[index]] = layer
    strength, loss = np.stack(strengths, axis=1), np.stack(losses, axis=1)
    dataset = record(environment, clock, strength, loss, seeds=range(len(loss)))
    if first is None:
        left = remaining_initial_strength(start.weights, start.spectrum)
        dataset = dataset.assign(start_strength=(("seed", "mode"), left))
    elif not kept.all():
        dataset = dataset.assign_coords(snapshot_time=clock[kept])
    return dataset, tuple(np.swapaxes(stack, 0, 1) for stack in stacks)


def kept_times(count: int, bytes_each: int) -> np.ndarray:
    """Times at which weights are kept: all, or evenly spaced ones if memory is short; bool, shape (count,)."""
    room = max(int(SNAPSHOT_BYTES // bytes_each), 2)
    kept = np.zeros(count, dtype=bool)
    kept[np.unique(np.linspace(0, count - 1, min(room, count)).round().astype(int))] = True
    return kept


def check_cost(
    steps: float, per_step: float, until: float, sizes: Sequence[int], networks: int, episodes: bool
) -> None:
    """Refuse training that takes no step, too much memory, or too many hours."""
    if steps < 0.5:
        raise InputError(
            None,
            f"learning until {until:.3g} in steps of {per_step:.3g} takes no step at all",
            "write a larger until or a smaller learning_rate",
        )
    weights = _weights(sizes)
    products = 3 * weights * networks * (1 if episodes else min(sizes[0], max(sizes[-1], sizes[len(sizes) // 2])))
    check_memory(sizes, 3 * networks, networks)
    hours = steps * (SECONDS_PER_LAYER * len(sizes) + SECONDS_PER_PRODUCT * products) / 3600
    if hours > MOST_HOURS:
        raise InputError(
            None,
            f"learning until {until:.3g} in steps of {per_step:.3g} takes {steps:.3g} steps, which for {networks} "
            f"networks of {weights} weights would take about {hours:.2g} hours",
            "write a smaller until, fewer seeds, fewer hidden units or a larger learning_rate",
        )


def check_memory(sizes: Sequence[int], copies: int, networks: int) -> None:
    """Refuse networks whose weights, in this many copies, do not fit into memory."""
    gigabytes = 8e-9 * copies * _weights(sizes)
    if gigabytes > MOST_GIGABYTES:
        raise InputError(
            None,
            f"{networks} networks of {_weights(sizes)} weights would take {gigabytes:.2g} gigabytes",
            "write fewer seeds or fewer hidden units",
        )


def _weights(sizes: Sequence[int]) -> int:
    return sum(out * into for into, out in zip(sizes, sizes[1:], strict=False))
