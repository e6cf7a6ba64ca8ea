"""Right answers of a learner over time, and the curve that was fitted to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import ArrayLike
from ..fitting.likelihood import LearningCurveFit
from .style import axes, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 201  # of a curve


def learning_curve_fit(
    record: LearningCurveFit,
    time: ArrayLike,
    correct: ArrayLike,
    trials: ArrayLike,
    *,
    ax: Axes | None = None,
    **line_style: Any,
) -> Axes:
    """Share of right answers (dots) with the fitted curve, and its half-time; chance is dashed."""
    ax = axes(ax)
    t, share = np.asarray(list(time), dtype=float), np.divide(list(correct), list(trials))
    style = {"color": color(0), **line_style}
    ax.plot(t, share, marker="o", linestyle="none", markersize=3, alpha=0.7, color=style["color"])
    ax.axhline(record.chance, color="0.6", linewidth=0.8, linestyle="--")
    if record.is_learning:
        clock = np.linspace(0.0, t.max(), POINTS)
        ax.plot(clock, record.predicted(clock), **style)
        ax.axvline(record.half_time, color="0.6", linewidth=0.8)
    ax.set(xlabel="time", ylabel="share of right answers", ylim=(0, 1.03))
    return ax
