"""Two pathways that compete, over time and in the plane of both; one network through several lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, whole
from .._core.shown import shown
from ..plasticity.lessons import Curriculum
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


def curriculum_errors(record: Curriculum, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Error on every world over the time of all lessons, with the lessons marked."""
    ax = axes(ax)
    for number, world in enumerate(record.dataset["world"].values):
        style = {"color": color(number), "label": str(world), **line_style}
        ax.plot(record.time, record.dataset["error"].sel(world=world), **style)
    top = float(record.dataset["error"].max())
    for names, start in zip(record.lessons, np.append(0.0, record.boundaries), strict=False):
        ax.axvline(start, color="0.8", linewidth=1, zorder=0)
        ax.annotate(
            shown(" and ".join(names)), (start, 1.02 * top), fontsize=8, xytext=(3, 0), textcoords="offset points"
        )
    ax.set(xlabel="time [tau]", ylabel="error on each world", ylim=(0, 1.12 * top))
    ax.legend(loc="best")
    return ax
