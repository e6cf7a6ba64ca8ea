"""The plane of weight and bias variance: order, chaos and the line between; how far signals reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..propagation.phases import PhaseDiagram
from .style import DIVERGING, axes, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST = 1.0  # decay or growth of squared gradients per layer, in natural logarithms, at which colors are full


def phase_diagram(record: PhaseDiagram, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Growth of squared gradients per layer over both variances, red where they explode, and the critical line."""
    ax = axes(ax)
    with np.errstate(divide="ignore"):
        growth = np.clip(np.log(record.chi_1), -WIDEST, WIDEST)
    places = record.weight_variance, record.bias_variance
    mesh = ax.pcolormesh(*places, growth.T, cmap=DIVERGING, vmin=-WIDEST, vmax=WIDEST, shading="nearest")
    ax.figure.colorbar(mesh, ax=ax, label="growth of squared gradients per layer (ln χ₁)")
    inside = record.critical_weight_variance <= record.weight_variance.max()
    style = {"color": "black", "linewidth": 1.8, "label": "critical line", **line_style}
    ax.plot(record.critical_weight_variance[inside], record.bias_variance[inside], **style)
    ax.set(xlabel="weight variance × number of inputs", ylabel="bias variance", title=record.nonlinearity)
    return ax


def depth_scales(record: PhaseDiagram, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Layers over which correlations last, against the weight variance; a line for each bias variance."""
    ax = axes(ax)
    lengths = np.abs(record.depth_scales.correlation)
    for number, bias in enumerate(record.bias_variance):
        style = {"color": color(number), "label": f"bias variance {bias:g}", **line_style}
        ax.plot(record.weight_variance, np.where(np.isfinite(lengths[:, number]), lengths[:, number], np.nan), **style)
        if np.isfinite(critical := record.critical_weight_variance[number]):
            ax.axvline(critical, color=style["color"], linestyle=":", linewidth=1)
    ax.set(xlabel="weight variance × number of inputs", ylabel="depth scale of correlations (layers)", yscale="log")
    ax.set(title=record.nonlinearity)
    ax.legend(loc="best")
    return ax
