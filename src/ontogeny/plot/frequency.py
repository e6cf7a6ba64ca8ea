"""How often items are met, and when they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, expect, one_of
from .._core.ties import ranked
from ..semantics.acquired import MEASURES, Acquisition
from .labels import write_names
from .style import axes, below, color, time_label, written_out

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMED = 6  # items with names: those whose time changes most
WIDE = 8.0  # largest over smallest value from which an axis is logarithmic


def frequency_effect(
    record: Acquisition,
    equally: Acquisition,
    measure: str = "quarter_error",
    *,
    ax: Axes | None = None,
    **dot_style: Any,
) -> Axes:
    """When each item is known against how often it is met, beside when it would be known if all were met equally often.

    Dots are the items as they are met, circles the same items met equally often; items that are not known by the end
    of the run are left out.

    Parameters
    ----------
    record, equally : Acquisition
        What `semantics.acquisition` returns for a world with frequencies, and for the same items without.
    measure : str
        Which measure of when an item is known.
    ax : Axes, optional
        Where to draw.
    **dot_style
        Of the dots.
    """
    for argument, one in (("record", record), ("equally", equally)):
        expect(one, Acquisition, argument, "pass what semantics.acquisition returns")
    if equally.environment.items != record.environment.items:
        raise InputError("equally", "is of other items than the record", "pass the same items without frequencies")
    one_of(measure, list(MEASURES), "measure")
    ax = axes(ax)
    weights = record.environment.samples.weights
    often = weights / weights.mean()
    times, equal_times = (np.median(one.items[measure], axis=0) for one in (record, equally))
    known = np.flatnonzero(np.isfinite(times) & np.isfinite(equal_times))
    style = {"linestyle": "", "marker": "o", "markersize": 4, "color": color(0), **dot_style}
    hollow = {"markerfacecolor": "none", "color": "0.55"}
    ax.plot(often[known], equal_times[known], **{**style, **hollow, "label": "if all were met equally often"})
    ax.plot(often[known], times[known], **{**style, "label": "as often as they are met"})
    for axis, values in ((ax.xaxis, often), (ax.yaxis, np.concatenate([times[known], equal_times[known]]))):
        if values.size and values.max() > WIDE * values.min() > 0:
            ax.set(**{f"{axis.axis_name}scale": "log"})
            written_out(axis, values.max() / values.min())
    names = [record.environment.items[item] for item in known]
    met, equal = times[known], equal_times[known]
    change = np.abs(met - equal) / np.maximum(met + equal, np.finfo(float).tiny)  # what is known at once stays so
    chosen = ranked(change, names)[:NAMED]
    if known.size:
        points = np.stack([often, times], axis=1)[known]
        write_names(ax, points, [(names[k], int(k)) for k in chosen], [color(0)] * known.size)
    unit = time_label(record.environment.normalization).removeprefix("learning time ")
    said = measure.replace("_", " ")
    ax.set(xlabel="how often it is met (1: as the mean item)", ylabel=f"time when known: {said}\n{unit}")
    below(ax)
    return ax
