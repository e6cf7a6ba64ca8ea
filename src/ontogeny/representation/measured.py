"""Measured activity as users have it: arrays of any library, lists over time or over networks, pandas, xarray."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, quoted
from .._core.names import as_text, in_order, names_along
from .._core.weights import as_numbers

SLACK = 1e-9  # relative difference up to which two clocks are one: they were written with few digits


class Activity(NamedTuple):
    """Activity of every network, (time, unit, item), and the names that it carried.

    `networks` is their number along a leading axis, None without one; `labels` are the name of that axis and
    its labels.
    """

    arrays: tuple[np.ndarray, ...]
    networks: int | None
    items: tuple[str, ...] | None = None
    labels: tuple[str, tuple[Any, ...]] | None = None


def per_network(values: ArrayLike, name: str, times: np.ndarray) -> Activity:
    """Activity of one layer, network by network.

    >>> per_network(np.ones((2, 4, 3, 5)), "activity", np.arange(4.0)).arrays[1].shape
    (4, 3, 5)
    """
    items = labels = None
    if hasattr(values, "dims") and hasattr(values, "coords"):
        values, items, labels = _of_xarray(values, name, times)
    frames = [values] if hasattr(values, "iloc") else values if isinstance(values, list | tuple) else []
    if frames and all(hasattr(frame, "iloc") for frame in frames):
        items = names_along(frames[0], 1)
        ordered = [in_order(frame, items, name, "its first table", axis=1) for frame in frames]
        values = ordered[0] if hasattr(values, "iloc") else ordered
    if isinstance(values, list | tuple) and values and all(np.ndim(part) == 3 for part in values):
        arrays = tuple(as_numbers(part, name, "activities") for part in values)
        count: int | None = len(values)
    else:
        array = as_numbers(values, name, "activities")
        array = array[None] if array.ndim == 2 and times.size == 1 else array
        count = len(array) if array.ndim == 4 else None
        arrays = tuple(array) if array.ndim == 4 else (array,)
    for array in arrays:
        if array.ndim != 3 or array.shape[0] != times.size or not array.size:
            raise InputError(
                name,
                f"has shape {array.shape}, but there {'is 1 time' if times.size == 1 else f'are {times.size} times'}",
                "pass ([network,] time, unit, item); a network's batch has its items first, so transpose it",
            )
    return Activity(arrays, count, items, labels)


def _of_xarray(values: Any, name: str, times: np.ndarray) -> tuple[np.ndarray, tuple[str, ...] | None, Any]:
    """An array with named dimensions as ([network,] time, unit, item), and its names of items and networks."""
    networks = [dim for dim in values.dims if dim in ("seed", "subject")]
    wanted = [*networks, *(["time"] if "time" in values.dims or times.size > 1 else []), "unit", "item"]
    if set(values.dims) != set(wanted) or len(networks) > 1:
        raise InputError(
            name,
            f"has dimensions {quoted(values.dims, 6)}",
            "rename them to 'time', 'unit' and 'item', and that of networks to 'seed' or 'subject'",
        )
    values = values.transpose(*wanted)
    if "time" in values.coords and values["time"].ndim == 1:
        own = values["time"].values.astype(float)
        if own.shape != times.shape or np.abs(own - times).max() > SLACK * max(np.abs(times).max(), 1.0):
            raise InputError(name, "has other times than the recording", "pass its own: times=values['time']")
    labels = (networks[0], tuple(values[networks[0]].values.tolist())) if networks else None
    array = values.values if "time" in values.dims else values.expand_dims("time", axis=len(networks)).values
    return array, names_along(values, -1), labels


def unique(names: Sequence[Any], what: str) -> tuple[str, ...]:
    """Names as text, each of them once."""
    if isinstance(names, str):
        raise InputError(what, f"are {names!r}, one text", "pass a list of names")
    found = tuple(as_text(name) for name in names)
    if not all(found):
        raise InputError(what, "hold an empty name", "name each of them")
    if len(set(found)) < len(found):
        twice = sorted({name for name in found if found.count(name) > 1})
        raise InputError(what, f"are not unique: {quoted(twice)} occurs more than once", "use unique names")
    return found
