"""Agreement between networks trained on the same task: similarity of items, answers, single units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._core.checks import expect
from ..semantics.conservation import Conservation
from .style import axes, below, color, time_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def conserved_similarity(record: Conservation, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Agreement of networks over time: thick lines are means over pairs of them, thin ones single pairs."""
    expect(record, Conservation, "record", "pass what semantics.conserved_similarity returns")
    ax = axes(ax)
    courses = {
        "similarity of items, inside": (record.similarity, {"color": color(0)}),
        "similarity of items, in the answers": (record.behavior, {"color": color(2)}),
        "single units, matched": (record.units[..., 0], {"color": color(1)}),
        "the same by chance": (record.units[..., 1], {"color": "0.4", "linestyle": "--"}),
    }
    for name, (values, look) in courses.items():
        if values.shape[1] <= 15:
            ax.plot(record.times, values, **{"linewidth": 0.5, "alpha": 0.4, **look, **line_style})
        ax.plot(record.times, values.mean(axis=1), **{"linewidth": 2.0, **look, "label": name, **line_style})
    ax.axhline(0, color="0.6", linewidth=0.6)
    ax.set(xlabel=time_label(record.environment.normalization), ylabel="agreement between networks")
    ax.set(xlim=(record.times[0], record.times[-1]), ylim=(None, 1.05))
    below(ax)
    return ax
