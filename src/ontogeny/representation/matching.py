"""Two sets of similarities or distances of the same items, matched by name: items, seeds, times, and pairs in both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, quoted
from .._core.names import names_along, places, square_in_order

if TYPE_CHECKING:
    import xarray as xr

SLACK = 0.01  # share of the time span by which two times may differ: training ends on whole steps
FEWEST = 3  # two points always correlate


class Matched(NamedTuple):
    """Two stacks of tables over the same items: names of their leading dimensions and the labels along them.

    The tables are (..., item, item), with leading axes that broadcast.
    """

    lead: list[str]
    coords: dict[str, np.ndarray]
    first: np.ndarray
    second: np.ndarray
    items: tuple[str, ...] | None

    @property
    def size(self) -> int:
        """Number of items."""
        return int(self.first.shape[-1])

    def labelled(self, values: np.ndarray) -> tuple[list[str], dict[str, np.ndarray]]:
        """Dimensions and coordinates of values over the leading axes."""
        dims = self.lead if len(self.lead) == values.ndim else [f"dim_{axis}" for axis in range(values.ndim)]
        coords = {dim: along for dim, along in self.coords.items() if dim in dims}
        return dims, {dim: along for dim, along in coords.items() if len(along) == values.shape[dims.index(dim)]}


def matched(first: ArrayLike, second: ArrayLike, fewest: int = 3) -> Matched:
    """Two stacks of square tables with items, seeds and times in one order."""
    first, second = _items_last(first), _items_last(second)
    _check_shapes(first, second, fewest)
    items = names_along(first, -2) or names_along(second, -2)
    tables = [
        square_in_order(first, None, "the first", "its rows"),
        square_in_order(second, names_along(first, -2), "the second", "the first"),
    ]
    lead, tables = _same_lead((first, second), tables)
    coords = {dim: along for part in (first, second) for dim, along in _coordinates(part, lead).items()}
    longest = {}
    for dim in coords:
        known = [along[dim] for along in (_coordinates(part, [dim]) for part in (first, second)) if dim in along]
        longest[dim] = max(reversed(known), key=len)  # the second's, where both are as long
    return Matched(lead, longest, np.asarray(tables[0], dtype=float), np.asarray(tables[1], dtype=float), items)


def both_defined(found: Matched) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values of all pairs in both, (..., pairs), NaN where either has none; and where both have one."""
    a, b = np.broadcast_arrays(in_pairs(found.first, "first"), in_pairs(found.second, "second"))
    defined = ~(np.isnan(a) | np.isnan(b))
    _check_defined(defined, defined.sum(axis=-1), found.items, found.size)
    return np.where(defined, a, np.nan), np.where(defined, b, np.nan), defined


def _items_last(part: ArrayLike) -> ArrayLike:
    """A labelled array with its items as last two dimensions."""
    is_ours = hasattr(part, "coords") and {"item", "item_2"} <= set(part.dims)
    return part.transpose(..., "item", "item_2") if is_ours else part


def _check_shapes(first: ArrayLike, second: ArrayLike, fewest: int) -> None:
    shapes = [np.shape(part) for part in (first, second)]
    sizes = {shape[-2:] for shape in shapes if len(shape) >= 2}
    if any(len(shape) < 2 or shape[-1] != shape[-2] for shape in shapes) or len(sizes) > 1:
        raise InputError(
            None,
            f"got similarities of shape {shapes[0]} and {shapes[1]}, but both must be tables of the same items by the "
            "same items",
            "pass what `gram` or `rdm` returns (a vector of pairs becomes a table with "
            "scipy.spatial.distance.squareform)",
        )
    if shapes[0][-1] < fewest:
        most = {3: "three", 4: "four"}.get(fewest, str(fewest))
        raise InputError(
            None, f"{shapes[0][-1]} items have too few pairs to correlate", f"compare {most} items or more"
        )


def _same_lead(parts: tuple[ArrayLike, ArrayLike], tables: list[np.ndarray]) -> tuple[list[str], list[np.ndarray]]:
    """Names of the leading dimensions, and tables with these leading axes, matched by name where both have names.

    Times may differ by the last step of training.
    """
    leads = [[str(dim) for dim in part.dims[:-2]] for part in parts if hasattr(part, "coords")]
    if len(leads) < 2:
        return (leads or [[]])[0], tables
    union = leads[0] + [dim for dim in leads[1] if dim not in leads[0]]
    found = []
    for part, table, lead in zip(parts, tables, leads, strict=True):
        for axis, dim in enumerate(lead):
            place = _along(dim, part, parts[0]) if dim in leads[0] and part is not parts[0] else None
            table = table if place is None else np.take(table, place, axis=axis)
        axes = [lead.index(dim) for dim in union if dim in lead]
        table = np.transpose(table, (*axes, table.ndim - 2, table.ndim - 1))
        found.append(np.expand_dims(table, [axis for axis, dim in enumerate(union) if dim not in lead]))
    return union, found


def _along(dim: str, second: xr.DataArray, first: xr.DataArray) -> np.ndarray | None:
    """Order of the second's labels along a leading dimension; None if it is that of the first."""
    if dim not in first.coords or dim not in second.coords or 1 in (first.sizes[dim], second.sizes[dim]):
        return None
    if dim != "time":
        return places(list(second[dim].values), list(first[dim].values), f"{dim} of the second", "the first")
    ours, theirs = first[dim].values, second[dim].values
    if len(ours) != len(theirs) or np.abs(ours - theirs).max() > SLACK * max(np.ptp(ours), np.ptp(theirs)):
        raise InputError(
            None,
            f"first and second have different times, {len(ours)} from {ours[0]:.4g} to {ours[-1]:.4g} and "
            f"{len(theirs)} from {theirs[0]:.4g} to {theirs[-1]:.4g}",
            "pass the same `times` for both",
        )
    return None


def _coordinates(part: ArrayLike, dims: list[str]) -> dict[str, np.ndarray]:
    known = part.dims if hasattr(part, "coords") else ()  # a dimension that was selected from is no axis any more
    return {dim: part[dim].values for dim in dims if dim in known and dim in part.coords}


def in_pairs(table: np.ndarray, name: str) -> np.ndarray:
    """Value of every pair of items, (..., pairs): the mean of its two cells, or the one that is not NaN."""
    values = np.asarray(table, dtype=float)
    if np.isinf(values).any():
        raise InputError(name, "holds infinite values, which have no correlation", "write NaN for pairs without value")
    rows, columns = np.triu_indices(values.shape[-1], k=1)
    above, below = values[..., rows, columns], values[..., columns, rows]
    return (np.where(np.isnan(above), below, above) + np.where(np.isnan(below), above, below)) / 2


def _check_defined(defined: np.ndarray, count: np.ndarray, items: Sequence[str] | None, size: int) -> None:
    """Every item is in some pair, and there are enough pairs to correlate."""
    if defined.all():
        return
    table = np.zeros((*defined.shape[:-1], size, size), dtype=bool)
    rows, columns = np.triu_indices(size, k=1)
    table[..., rows, columns] = table[..., columns, rows] = defined
    alone = np.flatnonzero(~table.any(axis=-1).reshape(-1, size).all(axis=0))
    if alone.size:
        names = [items[item] if items else f"item {item + 1}" for item in alone.tolist()]
        raise InputError(
            None,
            f"no pair of {quoted(names)} with another item is defined in both (NaN, such as the cosine distance of an "
            "item that evokes no activity)",
            "leave such items out of both, or use another metric or later times",
        )
    if count.min() < FEWEST:
        raise InputError(
            None, f"{count.min()} pairs are defined in both, too few to correlate", f"compare {FEWEST} or more"
        )
