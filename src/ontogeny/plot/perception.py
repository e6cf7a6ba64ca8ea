"""Perceptual learning: tuning curves before and after, and when which layer changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, whole
from ..plasticity.perception import PerceptualLearning
from .style import axes, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BESIDE = 1.0  # widths of tuning by which the units lie beside the reference that are drawn by default


def tuning_curves(
    record: PerceptualLearning,
    *,
    layer: int = 1,
    preferred: Sequence[float] | None = None,
    ax: Axes | None = None,
    **line_style: Any,
) -> Axes:
    """Tuning of some units in a layer before (dashed) and after training; by default those around the reference."""
    ax = axes(ax)
    number = whole(layer, "layer", 1, "layers are counted from 1")
    if number > len(record.weights):
        raise InputError("layer", f"is {layer}, but there are {len(record.weights)}", "write a smaller number")
    task = record.task
    wanted = np.array([-BESIDE, 0.0, BESIDE]) * task.tuning_width + task.reference if preferred is None else preferred
    curves = record.tuning(np.arange(0.0, 180.5, 0.5)).sel(layer=number)
    for count, place in enumerate(wanted):
        unit = int(np.argmin(np.abs((task.preferred - float(place) + 90) % 180 - 90)))
        shade = color(count)
        ax.plot(curves.orientation, curves[0, unit], color=shade, linestyle="--", linewidth=1)
        label = f"prefers {task.preferred[unit]:g}°"
        ax.plot(curves.orientation, curves[-1, unit], **{"color": shade, "label": label, **line_style})
    ax.axvline(task.reference, color="0.6", linewidth=0.8)
    ax.set(xlabel="orientation [degrees]", ylabel=f"response in layer {number}")
    ax.legend(loc="best")
    return ax


def layer_changes(record: PerceptualLearning, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Change of every layer along the learned direction over time, as a share of its change in the end."""
    ax = axes(ax)
    change = record.layer_gains - record.layer_gains[0]
    names = [*(f"layer {number}" for number in range(1, len(record.weights) + 1)), "readout"]
    for number, name in enumerate(names):
        if change[-1, number] != 0:
            share = change[:, number] / change[-1, number]
            ax.plot(record.time, share, **{"color": color(number), "label": name, **line_style})
    ax.set(xlabel="time [tau]", ylabel="change, of that in the end")
    ax.legend(loc="best")
    return ax


def percent_correct(record: PerceptualLearning, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Share of right answers over training, where one orientation is shown and where both are (2AFC)."""
    ax = axes(ax)
    for number, (procedure, label) in enumerate((("yes_no", "one shown"), ("2afc", "both shown (2AFC)"))):
        shares = record.percent_correct(procedure)
        ax.plot(record.time, shares, **{"color": color(number), "label": label, **line_style})
    ax.axhline(0.5, color="0.6", linewidth=0.8)
    ax.set(xlabel="time [tau]", ylabel="share of right answers", ylim=(0.45, 1.02))
    ax.legend(loc="best")
    return ax


def orientation_transfer(
    record: PerceptualLearning,
    offsets: Sequence[float] | None = None,
    *,
    precisions: Sequence[float] | None = None,
    ax: Axes | None = None,
    **line_style: Any,
) -> Axes:
    """Output at other orientations in the end, relative to the trained one; by default tested as finely as trained."""
    ax = axes(ax)
    places = np.linspace(0.0, 90.0, 91) if offsets is None else np.asarray(offsets, dtype=float)
    fine = [record.task.precision] if precisions is None else list(precisions)
    for number, precision in enumerate(fine):
        style = {"color": color(number), "label": f"tested at ±{precision:g}°", **line_style}
        ax.plot(places, record.transfer(places, precision=precision)[-1], **style)
    ax.axhline(0.0, color="0.6", linewidth=0.8)
    ax.set(xlabel="orientation, from the trained one [degrees]", ylabel="output, of that at the trained one")
    ax.legend(loc="best")
    return ax


def position_transfer(record: PerceptualLearning, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Output at another position over training, for more and more layers that each position has for itself."""
    ax = axes(ax)
    for layers in range(1, len(record.weights) + 1):
        label = f"{layers} layer{'s' * (layers > 1)} of its own"
        style = {"color": color(layers - 1), "label": label, **line_style}
        ax.plot(record.time, record.position_transfer(layers), **style)
    ax.set(xlabel="time [tau]", ylabel="output, of that at the trained one", ylim=(0, 1.05))
    ax.legend(loc="best")
    return ax
