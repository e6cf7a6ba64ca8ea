"""Strengths of levels in measured distances, and the courses that were fitted to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect
from .._core.digits import short
from .._core.shown import shown
from ..fitting.rdm_movies import RdmMovieFit
from .style import NAMED, axes, below, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 301  # of a curve


def rdm_movie_fit(record: RdmMovieFit, *, ax: Axes | None = None, labels: bool = True, **line_style: Any) -> Axes:
    """Measured strength of every level (dots), its own course (lines), and that of one network for all (dashed)."""
    expect(record, RdmMovieFit, "record", "pass what fitting.fit_rdm_movie returns")
    ax = axes(ax)
    measured = record.measured
    clock = np.linspace(0.0, float(measured["time"].max()), POINTS)
    own = record.strength(clock)
    together = None if record.shared is None else record.strength(clock, shared=True)
    for place in range(measured.sizes["level"] - 1, -1, -1):
        style = {"color": color(place), **line_style}
        dots = measured.isel(level=place)
        ax.plot(dots["time"], dots, marker="o", linestyle="none", markersize=3, alpha=0.7, color=style["color"])
        half = float(record.levels["half_time"][place])
        name = f"{int(dots['level'])}  {shown(str(dots['level_name'].values), 24)}"
        told = f"half at {short(half)}" if np.isfinite(half) else "no sign of learning"
        named = {"label": f"{name}: {told}"} if labels and place < NAMED else {}
        ax.plot(clock, own.isel(level=place), **{**style, **named})
        if together is not None:
            ax.plot(clock, together.isel(level=place), **{**style, "linewidth": 1.0, "linestyle": "--"})
    if labels and together is not None:
        ax.plot([], [], color="0.3", linewidth=1.0, linestyle="--", label="one network for all levels")
    ax.set(xlabel="time", ylabel="strength in the distances", xlim=(0, None))
    ax.axhline(0, color="0.6", linewidth=0.6)
    if labels:
        handles, written = ax.get_legend_handles_labels()
        last = len(handles) - (together is not None)  # levels in their order, and then what is dashed
        order = [*range(last - 1, -1, -1), *range(last, len(handles))]
        below(ax, handles=[handles[k] for k in order], labels=[written[k] for k in order])
    return ax
