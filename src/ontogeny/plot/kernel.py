"""The neural tangent kernel (NTK) over learning: how far it rotates, and when it aligns with the task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..networks.silent_alignment import Alignment
from ..networks.tangent_kernel import KernelCourse
from .style import axes, color, time_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def kernel_turn(record: KernelCourse, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """How far the tangent kernel (NTK) has rotated from its start, over time; a line for each network."""
    ax = axes(ax)
    for line in np.atleast_2d(record.turn):
        ax.plot(record.times, line, **{"color": color(0), "linewidth": 1.2, **line_style})
    ax.set(xlabel=time_label(record.normalization), ylabel="turn of the kernel (1 - cosine)")
    ax.set(xlim=(record.times[0], record.times[-1]))
    return ax


def alignment(record: Alignment, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Alignment of kernel and first layer with the task, and the error, over time; a line for each network."""
    ax = axes(ax)
    courses = {"kernel": record.kernel, "first layer": record.first_layer, "error": record.loss / record.loss[..., :1]}
    for number, (name, values) in enumerate(courses.items()):
        for network, line in enumerate(np.atleast_2d(values)):
            label = {"label": name} if network == 0 else {}
            ax.plot(record.times, line, **{"color": color(number), "linewidth": 1.2, **label, **line_style})
    ax.set(xlabel=time_label(record.normalization), ylabel="alignment; error (share of the start)")
    ax.set(xlim=(record.times[0], record.times[-1]), ylim=(0, 1.05))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax
