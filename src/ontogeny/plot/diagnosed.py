"""A network layer by layer: its signals, how alike examples become, its gradients; theory beside what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.shown import shown
from ..propagation.diagnosis import Diagnosis
from .style import GRAY, axes, color, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMED = 16  # steps up to which each has its name on the axis
LONGEST = 18  # letters of a name there
# What is drawn, its theory, the band of the theory, the label of its axis.
PANELS = {
    "second_moment": ("theory_second_moment", "theory_band", "mean square"),
    "correlation": ("theory_correlation", None, "correlation of examples"),
    "gradient": ("theory_gradient", "theory_gradient_band", "squared gradient"),
}


def signals(record: Diagnosis, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Mean square of the units over the steps of a network, and the theory with its band where there is one."""
    return _panel(record, "second_moment", ax, line_style)


def correlations(record: Diagnosis, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Mean correlation of two examples over the steps of a network, and the theory where there is one."""
    return _panel(record, "correlation", ax, line_style)


def gradients(record: Diagnosis, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Mean squared gradient per unit over the steps of a network, and the theory with its band where there is one."""
    return _panel(record, "gradient", ax, line_style)


def diagnosis(record: Diagnosis) -> Figure:
    """A network layer by layer: signals, correlations and gradients, one above the other."""
    with figure(7.0, 7.5, rows=3, sharex=True) as (fig, places):
        for draw, ax in zip((signals, correlations, gradients), places, strict=True):
            draw(record, ax=ax)
            if ax is not places[-1]:
                ax.set(xlabel="")
    return fig


def _panel(record: Diagnosis, of: str, ax: Axes | None, line_style: dict[str, Any]) -> Axes:
    ax = axes(ax)
    by, band, label = PANELS[of]
    layers = record.layers
    steps = np.arange(layers.sizes["layer"])
    measured = layers[of].values
    is_log = of != "correlation"
    drawn = np.where(measured > 0, measured, np.nan) if is_log else measured
    style = {"color": color(0), "marker": "o", "markersize": 3.5, "label": "measured", **line_style}
    if by not in layers:
        ax.plot(steps, drawn, **style)
    else:
        known = np.flatnonzero(np.isfinite(layers["weight_variance"].values))
        ax.plot(steps, drawn, color=style["color"], linewidth=0.8, alpha=0.35)  # with the units between the layers
        ax.plot(steps[known], drawn[known], **style)
        theory = layers[by].values[known]
        if band is not None:
            spread = np.sqrt(np.log1p((layers[band].values[known] / theory) ** 2))
            low, high = theory * np.exp(-spread), theory * np.exp(spread)
            ax.fill_between(steps[known], low, high, color=GRAY, alpha=0.5, linewidth=0, label="one deviation")
        ax.plot(steps[known], theory, color="black", linestyle="--", linewidth=1.2, label="theory")
    ax.set(ylabel=label, yscale="log" if is_log else "linear")
    if not is_log:
        ax.set(ylim=(min(-0.05, float(np.nanmin(measured, initial=0.0)) - 0.05), 1.05))
    kinds = zip(layers["layer"].values, layers["kind"].values, strict=True)
    _name_steps(ax, [str(name) if kind in name else f"{name} {kind}" for name, kind in kinds])
    ax.legend(loc="best")
    return ax


def _name_steps(ax: Axes, names: list[str]) -> None:
    """Names of the steps along the axis if they are few, else their numbers."""
    if len(names) <= NAMED:
        ax.set_xticks(range(len(names)), [shown(name, most=LONGEST) for name in names], rotation=45, ha="right")
    ax.set(xlabel="" if len(names) <= NAMED else "step")
