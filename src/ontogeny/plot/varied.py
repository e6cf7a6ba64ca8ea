"""A quantity against a setting that was varied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._core.checks import InputError, expect
from .style import DECADES, axes, color, written_out

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDE = 30.0  # ratio of the largest to the smallest value above which an axis is logarithmic


def lines(array: xr.DataArray, *, logarithmic: bool = True, ax: Axes | None = None, **line_style: Any) -> Axes:
    """Values of a labelled table, (lines, setting): one line for each entry of its first dimension.

    Unless `logarithmic` is False, axes are so where values are above 0 and differ by more than a factor of 30; what is
    not finite is left out. The name of the array is that of its values.
    """
    expect(array, xr.DataArray, "array", "pass a DataArray of two dimensions")
    if array.ndim != 2:
        raise InputError("array", f"has {array.ndim} dimensions", "pass (lines, setting)")
    ax = axes(ax)
    first, setting = (str(dim) for dim in array.dims)
    known = np.where(np.isfinite(array.values), array.values, np.nan)
    for number, row in enumerate(known):
        label = str(array[first].values[number])
        label = label if isinstance(array[first].values[number], str) else f"{first} {label}"
        ax.plot(array[setting].values, row, **{"color": color(number), "marker": "o", "label": label, **line_style})
    ax.set(xlabel=setting, ylabel=array.name or "")
    if logarithmic and _is_wide(array[setting].values):
        ax.set_xscale("log")
        written_out(ax.xaxis, DECADES)
    if logarithmic and _is_wide(known[~np.isnan(known)]):
        ax.set_yscale("log")
        written_out(ax.yaxis, DECADES)
    if np.issubdtype(array[setting].dtype, np.integer):
        ax.set_xticks(array[setting].values)
    ax.legend(loc="best")
    return ax


def _is_wide(values: np.ndarray) -> bool:
    return bool(values.size and values.min() > 0 and values.max() > WIDE * values.min())
