"""Answers over learning: responses to items, and illusory correlations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect, one_of
from ..semantics.illusions import IllusoryCorrelations, illusory_correlations
from ..trajectory import Trajectory
from .courses import THICK, THIN
from .style import axes, below, color, shortened, time_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STRONGEST = 20_000  # answers looked through for those of different features


def answers(trajectory: Trajectory, pairs: Sequence[Any], *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Answers to questions (item, feature) over time: thick for theory, thin for each trained network."""
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    ax = axes(ax)
    world = trajectory.environment
    if isinstance(pairs, str) or any(isinstance(pair, str) or len(pair) != 2 for pair in pairs):
        raise InputError("pairs", "must be pairs of an item and a feature", "write for example [('canary', 'wings')]")
    for number, (item, feature) in enumerate(pairs):
        index = world.items.index(one_of(item, world.items, "item"))
        course = trajectory.answers([index])[..., world.features.index(one_of(feature, world.features, "feature")), 0]
        style = {"color": color(number), **(THIN if trajectory.is_simulation else THICK), **line_style}
        label = None if trajectory.is_simulation else f"{shortened(item, 16)}: {shortened(feature, 16)}"
        for network, line in enumerate(np.atleast_2d(course)):
            ax.plot(trajectory.snapshot_time, line, **style, label=label if network == 0 else None)
    ax.axhline(0, color="0.6", linewidth=0.6)
    ax.set(
        xlabel=time_label(trajectory.environment.normalization),
        ylabel="the network's answer",
        xlim=(0, trajectory.time[-1]),
    )
    if not trajectory.is_simulation:
        below(ax, columns=3)
    return ax


def illusions(trajectory: Trajectory, *, ax: Axes | None = None, most: int = 6, **line_style: Any) -> Axes:
    """The largest illusory correlations, one for each feature."""
    return answers(trajectory, farthest(illusory_correlations(trajectory), most), ax=ax, **line_style)


def farthest(record: IllusoryCorrelations, most: int = 6) -> list[tuple[str, str]]:
    """Pairs (item, feature) with the largest illusory correlations, one for each feature."""
    expect(record, IllusoryCorrelations, "record", "pass semantics.illusory_correlations(trajectory)")
    table = record.to_dataframe(STRONGEST).drop_duplicates("feature").head(most)
    return list(zip(table["item"], table["feature"], strict=True))
