"""Singular values of Jacobians: which directions of the input survive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..propagation.jacobians import JacobianSpectrum
from .style import axes, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def jacobian_spectrum(record: JacobianSpectrum, *, ax: Axes | None = None, bins: int = 40, **line_style: Any) -> Axes:
    """Histogram of the singular values of a Jacobian, with a line at 1, where they all are in an isometry."""
    ax = axes(ax)
    top = max(float(record.singular_values[0]), 1e-300)
    edges = np.linspace(0, 1.02 * top, bins + 1)
    shares, _ = np.histogram(record.singular_values, bins=edges, weights=record.shares)
    style = {"color": color(0), "fill": True, "alpha": 0.8, **line_style}
    ax.stairs(shares, edges, **style)
    if top > 0.5:
        ax.axvline(1.0, color="0.4", linestyle=":", linewidth=1)
    ax.set(xlabel="singular value of the Jacobian", ylabel="share of all", xlim=(0, edges[-1]))
    return ax
