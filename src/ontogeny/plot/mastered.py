"""Fits of mastery and of answers: predicted against measured times, and modes as measured and as fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect
from .._core.ties import ranked
from ..fitting.course_problem import strengths_of
from ..fitting.mastery import MasteryFit
from ..fitting.world_courses import AccuracyFit
from .courses import THICK
from .labels import write_names
from .style import NAMED, axes, below, color, shortened, written_out

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FARTHEST = 12  # items that get a name if there is room: those farthest from the line
MARKS = {0: "o", 1: "^", -1: "v"}  # of items mastered when it was looked, later, and earlier
POINTS = 201  # of a curve
ROOM = 0.06  # around the dots, of their range


def mastery(record: MasteryFit, *, ax: Axes | None = None, **dot_style: Any) -> Axes:
    """When items were mastered, against when the fitted theory masters them; on the gray line they are the same.

    Triangles are items mastered later than the study lasted, or before it began. Items far from the line are named.
    """
    expect(record, MasteryFit, "record", "pass what fitting.fit_mastery returns")
    ax = axes(ax)
    side = np.where(np.isinf(record.measured), np.sign(record.measured), 0).astype(int)
    x, y = record.predicted, record.measured.copy()
    y[side > 0], y[side < 0] = record.assumed.until, record.assumed.since
    low, high = min(x.min(), y.min()), max(x.max(), y.max())
    is_log = record.assumed.errors == "relative" and low > 0
    room = (high / low) ** ROOM if is_log else ROOM * (high - low)
    limits = (low / room, high * room) if is_log else (low - room, high + room)
    if is_log:
        ax.set(xscale="log", yscale="log")
        for axis in (ax.xaxis, ax.yaxis):
            written_out(axis, high / low)
    ax.plot(limits, limits, color="0.6", linewidth=1, zorder=1)
    for each, marker in MARKS.items():
        style = {"color": color(0), "marker": marker, "linestyle": "none", "markersize": 4, **dot_style}
        if np.any(side == each):
            ax.plot(x[side == each], y[side == each], **style)
    ax.set(xlim=limits, ylim=limits, xlabel="mastered according to the theory", ylabel="mastered, as measured")
    distance = np.abs(np.log(y / x) if is_log else y - x)
    far = ranked(np.where(side == 0, distance, 0.0), record.items)[:FARTHEST]
    named = [(record.items[place], int(place)) for place in far]
    write_names(ax, np.stack([x, y], axis=1), named, ["0.15"] * x.size)
    _said(ax, record.assumed.simulated)
    return ax


def fitted_modes(record: AccuracyFit, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Strength of every mode in answers over time, as measured (dots) and as fitted (lines), as shares of the end.

    The strongest modes have colors and names, the others are gray; tied modes are one.
    """
    expect(record, AccuracyFit, "record", "pass what fitting.fit_accuracy returns")
    ax = axes(ax)
    data = record.strengths
    time, final = data["time"].values, data["final_strength"].values
    clock = np.linspace(0.0, time[-1], POINTS)
    fitted = strengths_of(record.environment, record.assumed.depth, clock, record.tau, record.initial_strength)
    for place in range(data.sizes["mode"] - 1, -1, -1):
        label = f"{int(data['mode'][place])}: {shortened(str(data['mode_name'].values[place]), 30)}"
        style = {"color": color(place), **THICK, "label": label if place < NAMED else None, **line_style}
        ax.plot(clock, fitted[:, int(data["mode"][place]) - 1] / final[place], **style)
        dots = {"marker": "o", "linestyle": "none", "markersize": 2.5, "alpha": 0.7, "color": style["color"]}
        ax.plot(time, data["measured"].values[:, place] / final[place], **dots)
    ax.set(
        xlabel="time since the onset", ylabel="mode strength, of that in the end", xlim=(0, time[-1]), ylim=(-0.2, 1.4)
    )
    handles, written = ax.get_legend_handles_labels()
    below(ax, handles=handles[::-1], labels=written[::-1], title="mode")
    _said(ax, record.assumed.simulated)
    return ax


def _said(ax: Axes, simulated: bool) -> None:
    if simulated:
        ax.set_title("simulated data", fontsize=8, fontweight="normal")
