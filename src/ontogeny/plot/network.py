"""Inside one network: weights over time, tuning of one hidden unit, similarity of items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect
from .._core.counting import evenly
from .._core.ties import largest, ranked
from ..trajectory import Trajectory
from .style import DIVERGING, axes, color, time_label
from .world import item_order, name_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 60  # weights drawn of one network


def weights(
    trajectory: Trajectory, network: int = 0, *, layer: int = 1, ax: Axes | None = None, **line_style: Any
) -> Axes:
    """Some weights of one layer of one trained network over time, at equal ranks from the largest to the smallest."""
    _check_network(trajectory, network)
    ax = axes(ax)
    if layer not in range(1, trajectory.depth + 1):
        problem = f"is {layer!r}, but this network has {trajectory.depth} weight matrices"
        raise InputError("layer", problem, f"write 1 to {trajectory.depth}")
    stack = trajectory.snapshots[layer - 1][network]
    courses = stack.reshape(len(stack), -1)
    order = ranked(np.abs(courses[-1]))
    shown = order[evenly(order.size, SHOWN)]
    ax.plot(
        trajectory.snapshot_time, courses[:, shown], **{"linewidth": 0.5, "color": color(0), "alpha": 0.6, **line_style}
    )
    ax.set(xlabel=time_label(trajectory.environment.normalization), ylabel="weight", xlim=(0, trajectory.time[-1]))
    return ax


def unit_tuning(
    trajectory: Trajectory, network: int = 0, *, unit: int | None = None, ax: Axes | None = None, **image_style: Any
) -> Axes:
    """Tuning of one hidden unit: its activity for every item over time; by default the most active unit at the end."""
    _check_network(trajectory, network)
    ax = axes(ax)
    activity = _hidden(trajectory, network)
    chosen = int(largest(np.linalg.norm(activity[-1], axis=1))) if unit is None else unit
    order = item_order(trajectory.environment)
    values = activity[:, chosen, order].T
    limit = float(np.abs(values).max()) or 1.0
    times, rows = trajectory.snapshot_time, np.arange(values.shape[0] + 1) - 0.5
    edges = np.concatenate([times[:1], (times[1:] + times[:-1]) / 2, times[-1:]])
    style = {"vmin": -limit, "vmax": limit, "cmap": DIVERGING, "rasterized": True, **image_style}
    ax.pcolormesh(edges, rows, values, **style)
    ax.set(ylim=(rows[-1], rows[0]), xlim=(times[0], times[-1]))
    name_ticks(ax.yaxis, [trajectory.environment.items[i] for i in order])
    ax.set(xlabel=time_label(trajectory.environment.normalization), ylabel=f"items ({values.shape[0]})")
    return ax


def item_similarity(
    trajectory: Trajectory, network: int = 0, *, time: float | None = None, ax: Axes | None = None, **image_style: Any
) -> Axes:
    """Similarity of items in the hidden layer of one network (inner products) at one time, by default the last."""
    _check_network(trajectory, network)
    ax = axes(ax)
    when = trajectory.at(trajectory.time[-1] if time is None else time)
    activity = _hidden(when, network)[0]
    order = item_order(trajectory.environment)
    similarity = (activity.T @ activity)[np.ix_(order, order)]
    limit = float(np.abs(similarity).max()) or 1.0
    ax.imshow(
        similarity, **{"vmin": -limit, "vmax": limit, "interpolation": "nearest", "cmap": DIVERGING, **image_style}
    )
    ax.set(xlabel="items", ylabel="items", xticks=[], yticks=[])
    return ax


def _hidden(trajectory: Trajectory, network: int) -> np.ndarray:
    """Hidden activity of one network, (time, unit, item)."""
    activity = trajectory.hidden(trajectory.depth - 1).values
    return activity[network] if trajectory.is_simulation else activity


def _check_network(trajectory: Trajectory, network: int) -> None:
    expect(trajectory, Trajectory, "trajectory", "pass what `simulate` returns")
    count = trajectory.dataset.sizes["seed"] if trajectory.is_simulation else 0
    if not trajectory.is_simulation or network not in range(count):
        if not count:
            raise InputError(
                "trajectory", "is a theory, which has no single units to draw", "pass what `simulate` returns"
            )
        raise InputError(
            "network", f"is {network!r}, but the record holds {count} trained networks", f"write 0 to {count - 1}"
        )
