"""Depth and speed: steps and learning rates of networks of several depths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..networks.speed import LearningTime
from .style import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def learning_time(record: LearningTime, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Steps until a network has learned, against its depth: a line for theory, dots for trained networks.

    A dotted line is the limit of infinite depth, if the record has it.
    """
    ax = axes(ax)
    finite = np.isfinite(record.depth)
    lines = ax.plot(record.depth[finite], record.steps[finite], **{**_style(record), **line_style})
    for limit in record.steps[~finite]:
        ax.axhline(limit, color=lines[0].get_color(), linestyle=":", linewidth=1)
    ax.set(xlabel="depth (weight matrices)", ylabel="learning time (steps)")
    ax.set_ylim(bottom=0)
    return ax


def learning_rate(record: LearningTime, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Learning rate against depth, both on logarithmic axes, where a rate of one over depth is a straight line."""
    ax = axes(ax)
    finite = np.isfinite(record.depth)
    ax.plot(record.depth[finite], record.learning_rate[finite], **{**_style(record), **line_style})
    ax.set(xlabel="depth (weight matrices)", ylabel="learning rate (units of 1/τ)", xscale="log", yscale="log")
    return ax


def _style(record: LearningTime) -> dict[str, Any]:
    if record.source == "theory":
        return {"linewidth": 2.0, "label": record.source}
    return {"linestyle": "none", "marker": "o", "markersize": 4, "label": record.source}
