"""Representations: distances of items, agreement of two sets of them, strengths read off them, distance from theory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._core.checks import InputError, expect, quoted
from .._core.shown import shown
from ..representation.matching import both_defined, matched
from ..representation.movies import RdmMovie
from ..representation.theory_comparison import TheoryComparison
from .style import axes, color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMED_ITEMS = 40  # that get a name on an axis


def distances(array: xr.DataArray, *, ax: Axes | None = None, **image_style: Any) -> Axes:
    """Distances between items (an RDM) as a matrix, with their names; of a single time and network."""
    expect(array, xr.DataArray, "array", "pass what `representation.rdm` returns")
    if array.ndim != 2 or array.shape[0] != array.shape[1]:
        raise InputError("array", f"has the dimensions {quoted(array.dims, 5)}", "select one time, such as rdm[-1]")
    ax = axes(ax)
    drawn = ax.imshow(array.values, **{"cmap": "viridis", **image_style})
    ax.figure.colorbar(drawn, ax=ax, label=str(array.attrs.get("metric", "distance")).replace("_", " "), shrink=0.8)
    if "item_name" in array.coords and array.shape[0] <= NAMED_ITEMS:
        names = [shown(name, 16) for name in array["item_name"].values]
        ax.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
        ax.set_yticks(range(len(names)), names, fontsize=7)
    ax.spines[:].set_visible(False)
    return ax


def compared_distances(first: Any, second: Any, *, ax: Axes | None = None, **marker_style: Any) -> Axes:
    """Distances of all pairs of items in one representation against those in another; items are matched by name."""
    ax = axes(ax)
    found = matched(first, second)
    a, b, _ = both_defined(found)
    if a.ndim != 1:
        raise InputError("first", "and second have several times or networks", "select one of each, such as rdm[-1]")
    ax.plot(a, b, **{"color": color(0), "marker": ".", "linestyle": "none", "alpha": 0.6, **marker_style})
    ax.set(xlabel="distances in the first", ylabel="distances in the second")
    return ax


def rdm_movie(record: RdmMovie, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Strength of every level of a world in measured distances over time; of several networks their mean."""
    ax = axes(ax)
    strength = record.strength
    others = [dim for dim in strength.dims if dim not in ("time", "level")]
    strength = strength.mean(others) if others else strength
    if "time" not in strength.dims:
        raise InputError("record", "has no times", "pass the strengths of a movie over time")
    for place, level in enumerate(strength["level"].values):
        one = strength.sel(level=level)
        label = f"{int(level)}: {shown(str(one['level_name'].values), 24)}"
        ax.plot(one["time"].values, one.values, **{"color": color(place), "label": label, **line_style})
    ax.set(xlabel="time", ylabel="strength in the distances", ylim=(0, None))
    ax.legend(loc="best")
    return ax


def compared_courses(record: TheoryComparison, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Strength of every mode, or group of tied ones: measured (thin) and in theory (thick), shares of the end."""
    ax = axes(ax)
    along = _along(record)
    for place in range(record.course.sizes["group"]):
        one = record.course.isel(group=place)
        style = {"color": color(place), **line_style}
        ax.plot(one["time"].values, one["predicted"].mean(along).values, **{"linewidth": 2.2, **style})
        ax.plot(one["time"].values, one["measured"].transpose("time", along).values, **{**style, "linewidth": 0.8})
    ax.plot([], [], color="0.3", linewidth=2.2, label="theory")
    ax.plot([], [], color="0.3", linewidth=0.8, label="measured")
    ax.set(xlabel="time", ylabel="strength, of that in the end", ylim=(-0.05, 1.25))
    ax.legend(loc="best")
    return ax


def compared_half_times(record: TheoryComparison, *, ax: Axes | None = None, **marker_style: Any) -> Axes:
    """Half-times of the modes, measured against those of the theory; on the gray line they are the same."""
    ax = axes(ax)
    predicted, measured = (record.half_times[name].values.ravel() for name in ("predicted", "measured"))
    known = np.isfinite(predicted) & np.isfinite(measured)
    ends = [float(np.min([predicted[known], measured[known]], initial=np.inf)), 0.0] if known.any() else [0.0, 1.0]
    if known.any():
        ends[1] = float(np.max([predicted[known], measured[known]]))
    ax.plot(ends, ends, color="0.6", linewidth=1)
    style = {"color": color(0), "marker": "o", "linestyle": "none", "markersize": 4, **marker_style}
    ax.plot(predicted[known], measured[known], **style)
    ax.set(xlabel="half-time in theory", ylabel="half-time measured")
    return ax


def compared_similarities_over_time(record: TheoryComparison, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Agreement (CKA) of the similarities of items with the theory's in every layer, over time."""
    ax = axes(ax)
    for place, layer in enumerate(record.similarity["layer"].values):
        one = record.similarity.sel(layer=layer).mean(_along(record))
        ax.plot(one["time"].values, one.values, **{"color": color(place), "label": str(layer), **line_style})
    ax.set(xlabel="time", ylabel="CKA with the theory", ylim=(None, 1.02))
    ax.legend(loc="best")
    return ax


def conserved_quantities(record: TheoryComparison, *, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Change of what gradient flow conserves between adjacent layers over time, as a share of the weights."""
    if record.drift is None or not record.drift.size:
        raise InputError(
            "record", "knows no weights of two layers", "compare trained networks: `simulate`, `from_weights`"
        )
    ax = axes(ax)
    for place, pair in enumerate(record.drift["layer"].values):
        one = record.drift.sel(layer=pair).mean(_along(record))
        ax.plot(one["time"].values, one.values, **{"color": color(place), "label": f"layers {pair}", **line_style})
    ax.set(xlabel="time", ylabel="change, of the weights", ylim=(0, None))
    ax.legend(loc="best")
    return ax


def _along(record: TheoryComparison) -> str:
    """Dimension of networks."""
    return next(str(dim) for dim in record.similarity.dims if dim not in ("layer", "time"))
