"""Generalization: errors over time with the early stopping time, and speed against accuracy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect
from .._core.counting import counted
from ..generalization.learning import GeneralizationCurves
from ..generalization.runs import TrainingRuns
from ..generalization.stopping import OptimalStopping
from ..generalization.tradeoff import SpeedAccuracy
from .style import axes, below, depth_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 8  # depths with a color of their own
WIDE = 50.0  # largest over smallest error beyond which their axis is logarithmic
ROOM = 2.0  # height of the axis over the largest error with early stopping; that at the end may diverge


def generalization_error(
    record: GeneralizationCurves, students: TrainingRuns | None = None, *, ax: Axes | None = None, **line_style: Any
) -> Axes:
    """Test error (thick) and train error (thin) over time, with the early stopping time marked.

    A dotted line is the irreducible error (noise), a dashed one the lowest error that the data allow. Hairlines are
    trained students, if there are any, at the times of the record.
    """
    expect(record, GeneralizationCurves, "record", "pass what `generalization.learning_curves` returns")
    ax = axes(ax)
    if students is not None:
        for runs, shade in ((students.test_error[0], "C1"), (students.train_error[0], "0.5")):
            ax.plot(record.time, runs.T, color=shade, linewidth=0.6, alpha=0.6, zorder=1)
    label = line_style.pop("label", None)
    suffix = f", {label}" if label else ""
    style = {"linewidth": 2.0, **line_style}
    (test,) = ax.plot(record.time, record.test_error, **style, label=f"test error{suffix}")
    hue = test.get_color()
    train = {**style, "linewidth": 0.6 * style["linewidth"], "color": hue, "alpha": 0.7}
    ax.plot(record.time, record.train_error, **train, label=f"train error{suffix}")
    stop = record.stopping
    for level, dashes, name in (
        (stop.bayes_error, "--", "lowest possible"),
        (stop.noise_variance, ":", "noise (irreducible)"),
    ):
        ax.axhline(float(level), color="0.45", linewidth=1.0, linestyle=dashes, zorder=0, label=_once(ax, name))
    if np.isfinite(stop.time):
        ax.plot(
            [float(stop.time)], [float(stop.error)], "o", color=hue, markersize=7, label=_once(ax, "early stopping")
        )
    _timeline(ax, record.time)
    unit = "units of τ" if record.depth == 1 else "units of τ / inputs$^{1-1/\\mathrm{depth}}$"
    ax.set(xlabel=f"learning time ({unit})", ylabel="mean squared error")
    shown = np.asarray(record.test_error)[np.isfinite(record.test_error)]
    if shown.size and shown.max() > WIDE * shown.min() > 0:
        ax.set_yscale("log")
    else:
        ax.set_ylim(bottom=0)
    below(ax, columns=3)
    return ax


def stopping(record: OptimalStopping, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Test error against the load: with early stopping, at the end of learning (double descent), and at its lowest.

    Errors at the end of learning are cut off near a load of 1, where they diverge.
    """
    expect(record, OptimalStopping, "record", "pass what `generalization.optimal_stopping` returns")
    ax = axes(ax)
    load, stopped, final, best = (
        part.ravel() for part in np.broadcast_arrays(record.load, record.error, record.final_error, record.bayes_error)
    )
    order = np.argsort(load)
    lines = [
        ("end of training", final, {"color": "C1", "linewidth": 2.0}),
        ("early stopping", stopped, {"color": "C0", "linewidth": 2.0}),
        ("lowest possible", best, {"color": "0.45", "linewidth": 1.0, "linestyle": "--"}),
    ]
    for label, values, look in lines:
        ax.plot(load[order], values[order], **{**look, "label": label, **line_style})
    ax.set(xlabel="load (examples per input)", ylabel="test error", ylim=(0, ROOM * float(np.max(stopped)) or 1))
    if np.max(stopped) > WIDE * np.min(stopped) > 0:
        ax.set(yscale="log", ylim=(0.8 * float(np.min(stopped)), ROOM * float(np.max(stopped))))
    if load.min() < 0.2 * load.max():
        ax.set_xscale("log")
    below(ax, columns=3)
    return ax


def speed_accuracy(record: SpeedAccuracy, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Lowest test error against the time to learn half, one line per depth; each dot is an initial variance.

    Dots grow with the initial variance. Every depth has its own clock.
    """
    expect(record, SpeedAccuracy, "record", "pass what `generalization.speed_accuracy` returns")
    ax = axes(ax)
    size = np.log(np.maximum(record.initial_variance, 1e-300))
    span = np.ptp(size)
    area = 18 + 70 * ((size - size.min()) / span if span > 0 else np.zeros_like(size))
    order = np.argsort(record.initial_variance)
    for number, depth in enumerate(record.depth[:SHOWN].tolist()):
        name = depth_name(int(depth)) if depth.is_integer() else f"depth {depth:g}"
        x, y = record.half_time[number, order], record.best_error[number, order]
        (line,) = ax.plot(x, y, **{"linewidth": 1.2, "label": name, **line_style})
        ax.scatter(x, y, s=area[order], color=line.get_color(), zorder=3)
    if len(record.depth) > SHOWN:
        ax.set_title(f"{counted(len(record.depth) - SHOWN, 'more depth')} not shown", fontsize="small")
    ax.axhline(record.bayes_error, color="0.45", linewidth=1.0, linestyle="--", zorder=0, label="lowest possible")
    extremes = record.initial_variance.max(), record.initial_variance.min()
    ax.set(
        xlabel=f"half-learning time (each depth has its own clock)\ninitial variance: {extremes[0]:.3g} (large dot) to "
        f"{extremes[1]:.3g} (small)",
        ylabel="lowest test error",
    )
    below(ax, columns=2, drop=48)
    return ax


def _once(ax: Axes, name: str) -> str | None:
    return None if name in ax.get_legend_handles_labels()[1] else name


def _timeline(ax: Axes, time: np.ndarray) -> None:
    """A logarithmic axis if most times are early ones."""
    later = time[time > 0]
    if later.size > 2 and np.median(later) < 0.1 * later.max():
        ax.set_xscale("log")
        ax.set_xlim(later.min(), later.max())
    else:
        ax.set_xlim(0, time.max(initial=0) or 1)
