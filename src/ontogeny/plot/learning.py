"""Learning curves that were fitted: answers and curves, half-times, depths, other curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import chi2

from .._core.arrays import ArrayLike
from .._core.shown import shown
from ..fitting.curve_comparison import CurveComparison
from ..fitting.effective_depth import EffectiveDepth
from ..fitting.likelihood import LearningCurveFit
from ..fitting.posterior import LearningPosterior
from .style import axes, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 201  # of a curve
DOTS, GROUPS = 60, 30  # more times than these are drawn in groups, so many
ROWS = 30  # learners whose half-times are drawn


def learning_curve_fit(
    record: LearningCurveFit,
    time: ArrayLike,
    correct: ArrayLike,
    trials: ArrayLike | None = None,
    *,
    ax: Axes | None = None,
    **line_style: Any,
) -> Axes:
    """Share of right answers (dots; of many times in 30 groups) or scores, with the fitted curve and its half-time.

    Without `trials`, `correct` are scores. The floor (chance) is dashed.
    """
    ax = axes(ax)
    t, y = np.asarray(list(time), dtype=float), np.asarray(list(correct), dtype=float)
    n = np.ones_like(t) if trials is None else np.asarray(list(trials), dtype=float)
    order = np.argsort(t, kind="stable")
    parts = np.array_split(order, GROUPS) if t.size > DOTS else [order[place : place + 1] for place in range(t.size)]
    of_right = record.scale == "right answers"
    share = [y[part].sum() / n[part].sum() for part in parts]
    style = {"color": color(0), **line_style}
    ax.plot([t[part].mean() for part in parts], share, marker="o", linestyle="none", markersize=3, alpha=0.7,
            color=style["color"])  # fmt: skip
    if np.isfinite(record.floor):
        ax.axhline(record.floor, color="0.6", linewidth=0.8, linestyle="--")
    if record.is_learning:
        clock = np.linspace(0.0, t.max(), POINTS)
        ax.plot(clock, record.predicted(clock), **style)
        ax.axvline(record.half_time, color="0.6", linewidth=0.8)
    ax.set(xlabel="time", ylabel="share of right answers" if of_right else "score")
    if of_right:
        ax.set_ylim(0, 1.03)
    return ax


def half_times(
    record: Mapping[str, LearningCurveFit] | LearningPosterior, *, ax: Axes | None = None, **style: Any
) -> Axes:
    """Half-times of learners with their intervals, the earliest at the top; an arrow where the interval has no end."""
    ax = axes(ax)
    rows: list[tuple[float, float, float, str]]
    if isinstance(record, LearningPosterior):
        table = record.to_dataframe()
        halves = table[["half_time", "half_time_low", "half_time_high"]].to_numpy(dtype=float)
        rows = [(float(a), float(b), float(c), name) for (a, b, c), name in zip(halves, record.learners, strict=True)]
    else:
        rows = [(fit.half_time, *fit.interval, name) for name, fit in record.items()]
    rows.sort(key=lambda row: (np.isnan(row[0]), row[0] if np.isfinite(row[0]) else row[1], row[3]))
    left_out, rows = max(len(rows) - ROWS, 0), rows[:ROWS]
    look = {"color": color(0), **style}
    known = [value for row in rows for value in row[:3] if np.isfinite(value)]
    far = 1.1 * max(known, default=1.0)
    for place, (half, low, high, _) in enumerate(rows):
        ax.plot([low, min(high, far)], [place, place], linewidth=1.2, **look)
        if np.isinf(high):
            ax.plot([far], [place], marker=">", markersize=4, linestyle="none", **look)
        if np.isfinite(half):
            ax.plot([half], [place], marker="o", markersize=4, linestyle="none", **look)
    ax.set_yticks(range(len(rows)), [shown(row[3], 20) for row in rows], fontsize=8)
    ax.invert_yaxis()
    ax.set(xlabel=f"half-time ({left_out} later ones are not drawn)" if left_out else "half-time", xlim=(0, 1.05 * far))
    return ax


def effective_depths(record: Mapping[str, EffectiveDepth], *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Loss of likelihood against depth of the curve, a line for each learner; above the gray line it is ruled out."""
    ax = axes(ax)
    style = {"color": color(0), "alpha": 0.6, **line_style}
    level = 0.95
    for found in record.values():
        depths = np.array(list(found.profile))
        loss = 2 * (max(found.profile.values()) - np.array(list(found.profile.values())))
        ax.plot(depths, loss, marker="o", markersize=2, **style)
        level = found.level
    limit = float(chi2.ppf(level, 1))
    ax.axhline(limit, color="0.6", linewidth=0.8)
    ax.set_xscale("log")
    ax.set_xticks([1, 2, 3, 4, 6, 10, 20], ["1", "2", "3", "4", "6", "10", "20"])
    ax.minorticks_off()
    ax.set(xlabel="depth of the curve", ylabel="likelihood ratio", ylim=(0, 6 * limit))
    return ax


def curve_comparison(record: CurveComparison, *, ax: Axes | None = None, **style: Any) -> Axes:
    """By how much each curve predicts held-out answers worse than the best one, with standard errors."""
    ax = axes(ax)
    look = {"color": color(0), **style}
    places = np.arange(len(record.curves))
    ax.errorbar(record.behind, places, xerr=record.behind_error, fmt="o", markersize=4, linewidth=1.2, **look)
    ax.axvline(0, color="0.6", linewidth=0.8)
    ax.set_yticks(places, record.curves, fontsize=8)
    ax.invert_yaxis()
    ax.set_xscale("symlog", linthresh=1.0)
    far = float(np.max(record.behind + record.behind_error, initial=1.0))
    ax.set(xlabel="worse by (log likelihood, held-out blocks)", xlim=(-0.5, 2 * far))
    return ax
