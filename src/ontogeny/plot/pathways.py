"""Two pathways that compete: their strengths over time, and the plane of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, whole
from ..plasticity.pathways import Pathways
from .style import axes, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLOSED = "0.88"  # behind segments in which a pathway is not fully open


def pathway_strengths(record: Pathways, *, mode: int = 1, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Strength of both pathways and of both together over time, closed segments in gray."""
    ax = axes(ax)
    strengths = _of_mode(record, mode)
    for number in (0, 1):
        style = {"color": color(number), "label": ("first", "second")[number] + " pathway", **line_style}
        ax.plot(record.time, strengths[:, number], **style)
    ax.plot(record.time, strengths.sum(axis=1), color="0.4", linestyle=":", label="together")
    for segment, end in zip(record.segments, record.boundaries, strict=True):
        if min(segment.open) < 1:
            ax.axvspan(end - segment.duration, end, color=CLOSED, zorder=0, linewidth=0)
    ax.set(xlabel="time [tau]", ylabel="strength", ylim=(0, None))
    ax.legend(loc="best")
    return ax


def pathway_portrait(record: Pathways, *, mode: int = 1, ax: Axes | None = None, **line_style: Any) -> Axes:
    """The course in the plane of both strengths, and the line on which the task is learned."""
    ax = axes(ax)
    first, second = _of_mode(record, mode).T
    goal = float(record.target[mode - 1])
    ax.plot([0, goal], [goal, 0], color="0.6", linewidth=1, label="task learned")
    ax.plot(first, second, **{"color": color(0), "label": f"depth {record.depth}", **line_style})
    ax.set(xlabel="strength of the first pathway", ylabel="strength of the second pathway", aspect="equal")
    ax.legend(loc="best")
    return ax


def _of_mode(record: Pathways, mode: int) -> np.ndarray:
    number = whole(mode, "mode", 1, "modes are counted from 1")
    if number > record.target.size:
        raise InputError("mode", f"is {mode}, but there are {record.target.size}", "write a smaller number")
    return record.strengths[:, :, number - 1]
