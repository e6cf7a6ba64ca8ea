"""Train and test error over time, sample size and width, with the early stopping time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect
from .._core.counting import counted, evenly
from ..generalization.real_data import DataPrediction
from ..generalization.spectral import SpectralRisk
from ..generalization.width_sweeps import WidthSweep
from .courses import THICK, THIN
from .style import axes, below, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLOCK = "learning time (learning rate × steps)"
MOST = 6  # sample sizes that can be distinguished in one plot


def risk(record: SpectralRisk, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Test error over time with its bias and variance, and the train error."""
    expect(record, SpectralRisk, "record", "pass what `generalization.spectral_risk` returns")
    ax = axes(ax)
    time, order = np.ravel(record.time), np.argsort(np.ravel(record.time))
    shown = order[(time[order] > 0) & np.isfinite(time[order])]
    parts = [
        ("test error", record.test_error, {"color": color(1), **THICK}),
        ("train error", record.train_error, {"color": color(0), **THICK}),
        ("bias (signal not learned)", record.bias, {"color": color(1), "linewidth": 1, "linestyle": "--"}),
        ("variance (noise learned)", record.variance, {"color": color(1), "linewidth": 1, "linestyle": ":"}),
    ]
    for label, values, style in parts:
        ax.plot(time[shown], np.ravel(values)[shown], **{**style, "label": label, **line_style})
    ax.axhline(record.noise_variance, color="0.6", linewidth=0.8)
    ax.annotate("noise", (1, record.noise_variance), xycoords=("axes fraction", "data"), xytext=(-2, 2),
                textcoords="offset points", ha="right", color="0.4", fontsize=8)  # fmt: skip
    ax.set(xscale="log", xlabel=CLOCK, ylabel="mean squared error")
    ax.set_ylim(bottom=0)
    below(ax)
    return ax


def data_prediction(record: DataPrediction, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Predicted test error (solid) and train error (dashed) for each sample size, and real training as thin lines.

    A dot marks the lowest test error (early stopping). Errors far above the one before learning (overfitting) are cut
    off.
    """
    expect(record, DataPrediction, "record", "pass what `generalization.from_data` returns")
    ax = axes(ax)
    shown = evenly(len(record.samples), MOST)
    inside = (record.time > 0) & np.isfinite(record.time)
    time = record.time[inside]
    for number, index in enumerate(shown):
        look: dict[str, Any] = {"color": color(number)}
        ax.plot(time, record.test_error[index, inside], **{**look, **THICK, "label": f"{record.samples[index]} samples",
                                                           **line_style})  # fmt: skip
        ax.plot(time, record.train_error[index, inside], **{**look, "linewidth": 1.2, "linestyle": "--", **line_style})
        stop = record.stopping[index]
        if 0 < stop.time < np.inf:
            ax.plot(stop.time, stop.error, "o", color=look["color"], markersize=7, markeredgecolor="white", zorder=5)
        if record.runs is not None:
            for run in range(record.runs.test_error.shape[1]):
                ax.plot(time, record.runs.test_error[index, run, inside], **{**look, **THIN, "alpha": 0.35})
    start = max(stop.start_error for stop in record.stopping)
    top = max(float(np.max(record.test_error[shown][:, inside])), start)
    ax.set(xscale="log", xlabel=CLOCK, ylabel="mean squared error", ylim=(0, 1.08 * min(top, 1.6 * start)))
    if time.size:
        ax.set_xlim(time[0], time[-1])
    left_out = len(record.samples) - len(shown)
    said = "test: solid, train: dashed" + (", training: thin" if record.runs is not None else "")
    below(ax, columns=3, title=said + (f"; {counted(left_out, 'more size')} not shown" if left_out else ""))
    return ax


def sample_sizes(record: DataPrediction, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Test error against the number of training samples: lines for theory, dots for real training."""
    expect(record, DataPrediction, "record", "pass what `generalization.from_data` returns")
    ax = axes(ax)
    order = np.argsort(record.samples)
    size = np.array(record.samples)[order]
    final = np.array([stop.final_error for stop in record.stopping])[order]
    best = np.array([stop.error for stop in record.stopping])[order]
    start = max(stop.start_error for stop in record.stopping)
    ax.plot(size, final, **{"color": color(1), **THICK, "label": "end of training", **line_style})
    ax.errorbar(size, best, yerr=record.standard_error[order], **{"color": color(0), **THICK, "capsize": 3,
                "label": "early stopping", **line_style})  # fmt: skip
    if record.runs is not None:
        mean = record.runs.test_error.mean(axis=1)[order]
        for values, shade in ((mean[:, -1], color(1)), (mean.min(axis=1), color(0))):
            ax.plot(size, values, "o", color=shade, markersize=5, markeredgecolor="white", zorder=4)
    ax.axhline(start, color="0.45", linewidth=1, linestyle=":", label="before learning")
    top = max(start, 1.6 * start if np.max(final) > 1.6 * start else np.max(final))
    ax.set(xlabel="training samples", ylabel="test error (mean squared)", ylim=(0, 1.08 * top))
    ax.set_xticks(size)
    below(ax, columns=3, title="lines: theory, dots: training" if record.runs is not None else None)
    return ax


def width_sweep(record: WidthSweep, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Test error against width (double descent), at the end of learning and with early stopping: lines for theory, dots
    for networks."""
    expect(record, WidthSweep, "record", "pass what `generalization.random_features` or `both_layers` returns")
    ax = axes(ax)
    widths, networks = record.widths, record.networks_test
    order = np.argsort(widths)
    found = [
        ("end of training", color(1), networks[:, :, -1], record.final_error),
        ("early stopping", color(0), networks.min(axis=2), record.best_error),
    ]
    for label, shade, dots, line in found:
        if record.theory_test is not None:
            ax.plot(widths[order], line[order], **{"color": shade, **THICK, "label": f"{label}, theory", **line_style})
        mean, error = dots.mean(axis=1), dots.std(axis=1) / np.sqrt(max(dots.shape[1] - 1, 1))
        joined = {"linestyle": "none"} if record.theory_test is not None else {"linewidth": 1.2}
        ax.errorbar(widths[order], mean[order], yerr=error[order], color=shade, marker="o", markersize=4, elinewidth=1,
                    label=f"{label}, networks", **joined)  # fmt: skip
    if record.theory_test is not None and widths.min() < record.samples < widths.max():
        ax.axvline(record.samples, color="0.6", linewidth=0.8, linestyle=":")
        ax.annotate(" samples", (record.samples, 0.02), xycoords=("data", "axes fraction"), color="0.4", fontsize=8)
    ax.set(xscale="log", xlabel="hidden units", ylabel="test error (mean squared)")
    ticks = _apart(widths[order])
    ax.set_xticks(ticks, [str(width) for width in ticks])
    ax.minorticks_off()
    ax.set_ylim(bottom=0)
    below(ax)
    return ax


def _apart(widths: np.ndarray) -> list[int]:
    """The widths (increasing) whose labels do not overlap on a logarithmic axis."""
    shown: list[int] = []
    for width in widths[::-1]:
        if not shown or shown[-1] / width > (widths[-1] / widths[0]) ** (1 / 9):
            shown.append(int(width))
    return shown[::-1]
