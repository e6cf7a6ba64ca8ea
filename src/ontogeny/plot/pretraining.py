"""Learning from inputs alone: what a stack of autoencoders passes on, and what pretraining does to a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..plasticity.help import PretrainingEffect
from ..plasticity.pretraining import Pretrained
from .style import axes, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COMPONENTS = 8  # that get a line each


def pretrained_layers(record: Pretrained, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Strength of the strongest components in every layer of a stack of autoencoders."""
    ax = axes(ax)
    layers = np.arange(1, record.durations.size + 1)
    for number, component in enumerate(np.argsort(-record.variances, kind="stable")[:COMPONENTS]):
        label = f"variance {record.variances[component]:.3g}"
        style = {"color": color(number), "marker": "o", "label": label, **line_style}
        ax.plot(layers, record.layer_strengths[:, component], **style)
    ax.set(xlabel="layer", ylabel="strength", xticks=layers, ylim=(0, None))
    ax.legend(loc="best")
    return ax


def pretraining_effect(record: PretrainingEffect, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Error of a task over the time of learning it: from small weights, after pretraining, from orthogonal weights."""
    ax = axes(ax)
    for number, start in enumerate(record.errors["start"].values):
        style = {"color": color(number), "label": str(start), **line_style}
        ax.plot(record.errors["time"].values[1:], record.errors.sel(start=start).values[1:], **style)
    ax.axhline(1 - record.share, color="0.6", linewidth=0.8)
    ax.set(xscale="log", xlabel="time of supervised learning [tau]", ylabel="share of the error left")
    ax.legend(loc="best")
    return ax
