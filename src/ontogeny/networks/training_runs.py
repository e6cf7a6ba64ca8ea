"""One run of training: what it will cost, when weights are kept, and the record of what was seen on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .._core.checks import InputError
from .._core.progress import track
from ..trajectory import measured, record
from .coordinates import few_coordinates
from .gradient_descent import Lesson, trained

MOST_GIGABYTES = 4.0  # of weights, their steps and their directions
MOST_HOURS = 2.0  # of training, by the rates below
SECONDS_PER_LAYER, SECONDS_PER_PRODUCT = 1e-5, 3e-11  # of one step: calls of NumPy, multiplications on two cores
SNAPSHOT_BYTES = 256e6  # memory for weights over time; beyond it they are kept at fewer times


def watched(
    layers: list[np.ndarray], lesson: Lesson, steps: np.ndarray, backend: str, clock: np.ndarray, kept: np.ndarray
) -> Any:
    """Train, look at every time in `steps`, and keep the weights at some; in few coordinates where that is faster."""
    environment = lesson.environment
    few = few_coordinates(layers, environment) if lesson.draws is None and lesson.nonlinearity == "linear" else None
    strengths, losses = [], []
    times = np.cumsum(kept) - 1  # place of each kept time among the kept
    snapshots = tuple(np.empty((len(layer), times[-1] + 1, *layer.shape[1:])) for layer in layers)
    if few is not None:
        layers, lesson = few.weights, replace(lesson, environment=few.environment)
    walk = trained(layers, lesson, steps.tolist(), backend)
    for index, now in enumerate(track(walk, "training networks", len(steps))):
        strength, loss = few.measured(now) if few else measured(environment, now, lesson.nonlinearity)
        strengths.append(strength)
        losses.append(loss)
        if kept[index]:
            for stack, layer in zip(snapshots, few.lifted(now) if few else now, strict=True):
                stack[:, times[index]] = layer
    dataset = record(environment, clock, np.stack(strengths, axis=1), np.stack(losses, axis=1))
    if not kept.all():
        dataset = dataset.assign_coords(snapshot_time=clock[kept])
    return dataset, snapshots


def kept_times(count: int, bytes_each: int) -> np.ndarray:
    """At which of the times weights are kept, evenly picked if all are too large for the memory, shape (count,)."""
    room = max(int(SNAPSHOT_BYTES // bytes_each), 2)
    kept = np.zeros(count, dtype=bool)
    kept[np.unique(np.linspace(0, count - 1, min(room, count)).round().astype(int))] = True
    return kept


def check_cost(
    steps: float, per_step: float, until: float, sizes: Sequence[int], networks: int, episodes: bool
) -> None:
    """Refuse training that takes no step, more memory than there may be, or more hours than anybody waits for."""
    if steps < 0.5:
        raise InputError(
            f"learning until {until:.3g} in steps of {per_step:.3g} takes no step at all; "
            "write a larger until or a smaller learning_rate"
        )
    weights = sum(out * into for into, out in zip(sizes, sizes[1:], strict=False))
    products = 3 * weights * networks * (1 if episodes else min(sizes[0], max(sizes[-1], sizes[len(sizes) // 2])))
    gigabytes = 3 * 8e-9 * weights * networks
    if gigabytes > MOST_GIGABYTES:
        raise InputError(
            f"{networks} networks of {weights} weights would take {gigabytes:.2g} gigabytes; write fewer seeds or "
            "fewer hidden units"
        )
    hours = steps * (SECONDS_PER_LAYER * len(sizes) + SECONDS_PER_PRODUCT * products) / 3600
    if hours > MOST_HOURS:
        raise InputError(
            f"learning until {until:.3g} in steps of {per_step:.3g} takes {steps:.3g} steps, which for {networks} "
            f"networks of {weights} weights would take about {hours:.2g} hours; write a smaller until, fewer seeds, "
            "fewer hidden units or a larger learning_rate"
        )
