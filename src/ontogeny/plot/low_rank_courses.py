"""Low-rank teachers: error over time, and transfer from a second task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import expect
from ..generalization.low_rank import LowRankRisk
from ..generalization.two_tasks import Transfer
from .courses import THICK
from .style import axes, below, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def low_rank_risk(record: LowRankRisk, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Test error (thick) and train error (dashed) over time; the best time is marked.

    A thin line is the lowest test error that shrinking the singular values of the answers can reach. Short marks on the
    time axis are the half-learning times of the teacher's modes that stand out of the noise.
    """
    expect(record, LowRankRisk, "record", "pass what `generalization.low_rank_teacher` returns")
    ax = axes(ax)
    label = line_style.pop("label", None)
    suffix = f", {label}" if label else ""
    order = np.argsort(record.time)
    time = record.time[order]
    look = {"color": color(1), **THICK, **line_style}
    (test,) = ax.plot(time, record.test_error[order], **{**look, "label": f"test error{suffix}"})
    hue = test.get_color()
    ax.plot(time, record.train_error[order], color=hue, linewidth=1.2, linestyle="--", label=f"train error{suffix}")
    ax.axhline(record.best_estimate_error, color=hue, linewidth=0.8, linestyle=":", label=f"optimal shrinkage{suffix}")
    ax.plot(*record.best, "o", color=hue, markersize=7, markeredgecolor="white", zorder=5)
    for course, overlap in zip(record.learned.T, record.overlap, strict=True):
        half = 0.5 * course.max()
        if overlap and course[order][0] < half:
            when = time[int(np.argmax(course[order] >= half))]
            ax.plot([when, when], [0, 0.04], color=hue, linewidth=1.5, transform=ax.get_xaxis_transform())
    ax.set(xlabel="learning time (units of τ)", ylabel="error, relative to the teacher", xlim=(0, time[-1] or 1))
    ax.set_ylim(0, min(1.6 * float(record.test_error[order][0]), 1.08 * _largest(ax)))
    below(ax, columns=3)
    return ax


def transfer(record: Transfer, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Test error on the first task over time, learned alone and together with the second; dots mark the
    lowest errors."""
    expect(record, Transfer, "record", "pass what `generalization.transfer` returns")
    ax = axes(ax)
    order = np.argsort(record.time)
    time = record.time[order]
    for number, (name, course) in enumerate((("alone", record.alone), ("with the other task", record.together))):
        look = {"color": color(number), **THICK, "label": name, **line_style}
        (line,) = ax.plot(time, course[order], **look)
        best = int(np.argmin(course))
        ax.plot([record.time[best]], [course[best]], "o", color=line.get_color(), markersize=7, markeredgecolor="white",
                zorder=5)  # fmt: skip
    start = max(float(record.alone[order][0]), float(record.together[order][0]))
    ax.set(xlabel="learning time (units of τ)", ylabel="test error on the first task", xlim=(0, time[-1] or 1))
    ax.set_ylim(0, min(1.6 * start, 1.08 * _largest(ax)))
    word = "helps" if record.benefit > 0 else "harms"
    ax.set_title(f"alignment {record.alignment:.2g}: the other task {word} by {abs(record.benefit):.2g}")
    below(ax)
    return ax


def _largest(ax: Axes) -> float:
    """Largest value of all lines drawn."""
    return max(float(np.max(line.get_ydata())) for line in ax.get_lines())
