"""A quantity of a sweep over one or two of the settings that vary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._core.checks import InputError, expect, one_of, quoted
from .style import DECADES, axes, below, color, shortened, written_out
from .varied import WIDE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LINES = 8  # of a second setting; with more, both span a map of colors


def sweep(
    dataset: xr.Dataset,
    quantity: str,
    *,
    over: str | None = None,
    lines: str | None = None,
    ax: Axes | None = None,
    **chosen: Any,
) -> Axes:
    """A quantity of a sweep, as a line over one setting, or as lines or a map of colors over two.

    Parameters
    ----------
    dataset : Dataset
        As `ontogeny.sweeps.open` gives it.
    quantity : str
        Its name, such as ``"half_time"``.
    over : str, optional
        Setting along the horizontal axis; by default the last that is left. ``"look"`` draws courses over time.
    lines : str, optional
        Setting with a line for each value, or along the vertical axis where there are more than eight; by default what
        is left.
    ax : Axes, optional
        Where to draw.
    **chosen
        What is picked along the other dimensions, by label: ``depth=2, mode=1``.

    Raises
    ------
    InputError
        An unknown quantity, a label that is not there, dimensions that are left over.

    Notes
    -----
    Runs that are missing or failed leave a gap. Axes are logarithmic where values are above 0 and differ by more than a
    factor of 30.
    """
    expect(dataset, xr.Dataset, "dataset", "pass ontogeny.sweeps.open(store)")
    one_of(quantity, [str(name) for name in dataset.data_vars], "quantity")
    picked = _picked(dataset, quantity, chosen)
    array = picked[quantity]
    left = [str(dim) for dim in array.dims]
    across = one_of(left[-1] if over is None and left else over, left, "over")
    others = [dim for dim in left if dim != across]
    if lines is not None:
        one_of(lines, others, "lines")
    if len(others) > 1:
        names = [dim for dim in others if dim != lines] if lines else others[1:]
        problem = f"has {len(left)} dimensions left: {quoted(left, most=6)}"
        raise InputError("quantity", problem, f"pick a label along {quoted(names)}, such as {names[0]}=...")
    array = array.transpose(*others, across)
    x = picked["time"] if across == "look" and "time" in picked else _labels(array, across)
    ax = axes(ax)
    if others and array.sizes[others[0]] > MOST_LINES and across != "look":
        return _map(array, ax, across, others[0])
    for number, row in enumerate(array if others else array.expand_dims("line")):
        label = f"{others[0]} {shortened(str(_labels(array, others[0])[number]))}" if others else None
        clock = x if not isinstance(x, xr.DataArray) else (x[number] if x.ndim > 1 else x)
        known = np.where(np.isfinite(row.values), row.values, np.nan)
        ax.plot(np.asarray(clock), known, color=color(number), marker="" if across == "look" else "o", label=label)
    numeric = not isinstance(x, xr.DataArray) and np.asarray(x).dtype.kind in "iuf"
    if numeric:
        _scale(ax, "x", np.asarray(x, dtype=float))
    _scale(ax, "y", np.asarray(array.values, dtype=float))
    ax.set(xlabel="learning time (units of τ)" if across == "look" else across, ylabel=quantity)
    if others:
        below(ax)
    return ax


def _picked(dataset: xr.Dataset, quantity: str, chosen: dict[str, Any]) -> xr.Dataset:
    """The quantity, and time beside it, at the labels that are chosen."""
    names = [quantity, *(["time"] if "time" in dataset and quantity != "time" else [])]
    found = dataset[names]
    for dim, label in chosen.items():
        one_of(dim, [str(each) for each in found.dims], "dimension")
        try:
            if dim not in found.indexes:
                found = found.isel({dim: label})
            elif isinstance(label, float):
                found = found.sel({dim: label}, method="nearest", tolerance=1e-6 * abs(label))
            else:
                found = found.sel({dim: label})
        except (KeyError, IndexError, TypeError):
            there = quoted(found[dim].values.tolist() if dim in found.indexes else range(found.sizes[dim]), most=8)
            raise InputError(dim, f"is {label!r}, which is not there", f"write one of {there}") from None
    return found


def _labels(array: xr.DataArray, dim: str) -> np.ndarray:
    return array[dim].values if dim in array.coords else np.arange(array.sizes[dim])


def _scale(ax: Axes, which: str, values: np.ndarray) -> None:
    known = values[np.isfinite(values)]
    if known.size and known.min() > 0 and known.max() > WIDE * known.min():
        ax.set(**{f"{which}scale": "log"})
        written_out(getattr(ax, f"{which}axis"), DECADES)


def _map(array: xr.DataArray, ax: Axes, across: str, along: str) -> Axes:
    """Two settings as the axes of a map of colors; what is in words is numbered by its place and named."""
    places = []
    for which, dim in (("x", across), ("y", along)):
        labels = _labels(array, dim)
        if labels.dtype.kind in "iuf":
            _scale(ax, which, labels.astype(float))
            places.append(labels.astype(float))
        else:
            places.append(np.arange(labels.size))
            ax.set(**{f"{which}ticks": places[-1], f"{which}ticklabels": [shortened(str(each)) for each in labels]})
    values = np.where(np.isfinite(array.values), array.values, np.nan)
    mesh = ax.pcolormesh(*places, values, shading="nearest")
    ax.figure.colorbar(mesh, ax=ax, label=str(array.name))
    ax.set(xlabel=across, ylabel=along)
    return ax
