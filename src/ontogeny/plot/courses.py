"""Curves over learning: mode strengths, loss, learning times, deviation from theory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect
from ..environments.environment import Environment
from ..networks.comparison import Deviation
from ..trajectory import Trajectory
from .style import NAMED, axes, below, color, depth_name, shortened, time_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

THIN = {"linewidth": 0.7, "alpha": 0.75}
THICK = {"linewidth": 2.0}


def mode_strengths(trajectory: Trajectory, *, ax: Axes | None = None, labels: bool = True, **line_style: Any) -> Axes:
    """Strength of every mode over time: thick lines for theory, a thin one for each trained network.

    Tied modes are drawn as the mean of their group. The strongest modes have colors and names, the others are gray.
    """
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    ax = axes(ax)
    strength = np.atleast_3d(trajectory.dataset["mode_strength"].values.T).T  # (seed, time, mode)
    groups, names = trajectory.environment.spectrum().groups, mode_labels(trajectory.environment)
    style = {**(THIN if trajectory.is_simulation else THICK), **line_style}
    for group in range(groups.max(), -1, -1):
        members = np.flatnonzero(groups == group)
        label = _label(members, names) if labels and not trajectory.is_simulation and group < NAMED else None
        lines = strength[:, :, members].mean(axis=2)
        weight = {} if group < NAMED or "linewidth" in line_style else {"linewidth": 0.7}
        for network, line in enumerate(lines):
            named = {"label": label} if network == 0 and label else {}
            ax.plot(trajectory.time, line, **{"color": color(group), **style, **weight, **named})
    ax.set(xlabel=_time(trajectory), ylabel="mode strength", xlim=(0, trajectory.time[-1]))
    if labels and not trajectory.is_simulation:
        handles, written = ax.get_legend_handles_labels()
        below(ax, handles=handles[::-1], labels=written[::-1], title="mode")
    return ax


def loss(trajectory: Trajectory, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Loss over time: a thick line for theory, a thin one for each trained network."""
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    ax = axes(ax)
    style = {**(THIN if trajectory.is_simulation else THICK), **line_style}
    label = style.pop("label", None)
    for network, line in enumerate(np.atleast_2d(trajectory.dataset["loss"].values)):
        ax.plot(trajectory.time, line, **style, label=label if network == 0 else None)
    ax.set(xlabel=_time(trajectory), ylabel="loss (half the sum of squares)", xlim=(0, trajectory.time[-1]))
    ax.set_ylim(bottom=0)
    return ax


def learning_times(*trajectories: Trajectory, ax: Axes | None = None, most: int = 20, **line_style: Any) -> Axes:
    """Half-learning time of each mode (dot) and its rise from 10 to 90% (bar), side by side for several records."""
    if not trajectories:
        raise InputError(
            "trajectories", "is empty, but at least one is drawn", "pass what `predict` or `simulate` returns"
        )
    ax = axes(ax)
    shown = min(most, trajectories[0].dataset.sizes["mode"])
    for number, trajectory in enumerate(trajectories):
        half, start, rise = (_over_seeds(trajectory, name)[:shown] for name in ("half_time", "rise_start", "rise_time"))
        place = np.arange(1, shown + 1) + 0.16 * (number - (len(trajectories) - 1) / 2)
        reached = np.isfinite(half)
        half, start, rise = half[reached], start[reached], rise[reached]
        end = np.where(np.isfinite(rise), start + rise, half)
        bar = np.maximum([half - start, end - half], 0.0)
        name = depth_name(trajectory.depth) + (", trained" if trajectory.is_simulation else ", theory")
        style = {"fmt": "o", "markersize": 4, "linewidth": 1.6, "color": color(number), "label": name, **line_style}
        ax.errorbar(half, place[reached], xerr=bar, **style)
    ax.set(xlabel=_time(trajectories[0]), ylabel="mode", yticks=np.arange(1, shown + 1, max(1, shown // 10)))
    ax.set_xlim(left=0)
    ax.invert_yaxis()
    below(ax, columns=len(trajectories))
    return ax


def deviation(record: Deviation, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Measured minus predicted strength of every mode over time, in percent of its final strength."""
    expect(record, Deviation, "record", "pass networks.deviation_from_theory(simulation)")
    ax = axes(ax)
    for group in range(record.final.size - 1, -1, -1):
        for line in record.relative[:, :, group]:
            ax.plot(record.times, 100 * line, **{"color": color(group), **THIN, **line_style})
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.set(
        xlabel=time_label(record.normalization),
        ylabel="network minus theory\n(% of the final strength)",
        xlim=(0, record.times[-1]),
    )
    return ax


def mode_labels(environment: Environment) -> list[str]:
    """Names of the modes for a legend, with what all items share marked as such."""
    pairs = zip(environment.mode_names(), environment.shared_modes(), strict=True)
    return ["shared by all: " * bool(is_shared) + name for name, is_shared in pairs]


def _time(trajectory: Trajectory) -> str:
    return time_label(trajectory.environment.normalization)


def _over_seeds(trajectory: Trajectory, name: str) -> np.ndarray:
    values = trajectory.dataset[name]
    return values.median("seed").values if trajectory.is_simulation else values.values


def _label(members: np.ndarray, names: Sequence[str]) -> str:
    if len(members) > 1:
        return f"{members[0] + 1}–{members[-1] + 1}  {len(members)} tied modes"
    return f"{members[0] + 1}  {shortened(names[members[0]])}"
