"""The error landscape: critical points (saddles), and the curvature at the minimum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..networks.landscape import CriticalPoints, Curvature
from .style import axes, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def critical_points(record: CriticalPoints, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Error of every family of critical points against the number of descent directions; the minimum is filled."""
    ax = axes(ax)
    style = {"linestyle": "none", "marker": "o", "color": color(0), "markersize": 5, **line_style}
    for shown, filled, name in ((~record.is_minimum, "none", "saddle"), (record.is_minimum, None, "minimum")):
        fill = {} if filled is None else {"markerfacecolor": filled}
        ax.plot(record.index[shown], record.loss[shown], **{"label": name, **fill, **style})
    ax.set(xlabel="directions in which the error falls", ylabel="error (half the summed squares)")
    ax.legend(loc="best")
    return ax


def curvature(record: Curvature, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Curvature at the optimum along every direction that is not flat, steepest first."""
    ax = axes(ax)
    style = {"marker": "o", "markersize": 3, "linewidth": 0.7, **line_style}
    ax.plot(np.arange(1, record.eigenvalues.size + 1), record.eigenvalues, **style)
    ax.set(xlabel=f"direction ({record.zeros} more are flat)", ylabel="curvature of the error", yscale="log")
    return ax
