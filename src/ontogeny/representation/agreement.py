"""How two sets of similarities or distances of the same items agree, over the pairs defined in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, one_of, quoted
from .._core.names import names_along, places, square_in_order
from .._core.ties import ties

if TYPE_CHECKING:
    import xarray as xr

METHODS = ("pearson", "spearman")
FLAT = 1e-12  # share of the largest value below which differences between pairs are rounding
SLACK = 0.01  # share of the span of time by which two clocks may differ: training ends on whole steps
FEWEST = 3  # two points always correlate


def similarity(first: Any, second: Any, method: str = "pearson") -> xr.DataArray:
    """How far two sets of similarities or distances between the same items agree, from -1 to 1.

    Each pair of items counts once, as the mean of its two cells or the one that is there; how similar an item is to
    itself does not count. Pairs that are NaN in one of the two are left out.

    Parameters
    ----------
    first, second : DataArray, DataFrame or array, shape (..., items, items)
        Of `gram` or `rdm`, or measured elsewhere. Items that carry names are matched by name, and so are dimensions and
        seeds of labelled arrays; other leading dimensions (seeds, times) broadcast.
    method : "pearson" or "spearman"
        Correlation of the values, or of their ranks.

    Returns
    -------
    DataArray, shape (...)
        Correlation over pairs of items; NaN where either has no variance. Its coordinate ``pairs`` says how many were
        compared, its ``attrs["meaning"]`` of how many.

    Raises
    ------
    InputError
        Sets of different items or times, fewer than three items, infinite values, or items of which no pair is defined
        in both: the sentence names them.

    Examples
    --------
    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=8.0)
    >>> hidden, behavior = (on.representation.rdm(theory, layer, times=[8.0]) for layer in (1, "output"))
    >>> found = similarity(hidden, behavior, method="spearman")
    >>> bool(0.8 < found[0] < 1), found.attrs["meaning"]
    (True, 'spearman correlation over all 28 pairs of items')
    """
    import xarray as xr

    one_of(method, METHODS, "method")
    first, second = _items_last(first), _items_last(second)
    _check_shapes(first, second)
    items = names_along(first, -2) or names_along(second, -2)
    tables = [
        square_in_order(first, None, "the first", "its rows"),
        square_in_order(second, names_along(first, -2), "the second", "the first"),
    ]
    lead, tables = _same_lead((first, second), tables)
    a, b = np.broadcast_arrays(*(_pairs(table, name) for table, name in zip(tables, ("first", "second"), strict=True)))
    defined = ~(np.isnan(a) | np.isnan(b))
    count = defined.sum(axis=-1)
    _check_defined(defined, count, items, tables[0].shape[-1])
    values = _correlation(np.where(defined, a, np.nan), np.where(defined, b, np.nan), method)
    few = f"{count.min()}" if count.min() == count.max() else f"{count.min()} to {count.max()}"
    some = f"all {a.shape[-1]} pairs of items" if defined.all() else f"{few} of {a.shape[-1]} pairs, defined in both"
    dims = lead if len(lead) == values.ndim else [f"dim_{axis}" for axis in range(values.ndim)]
    coords = {dim: values_of for part in (first, second) for dim, values_of in _coordinates(part, dims).items()}
    coords = {dim: along for dim, along in coords.items() if len(along) == values.shape[dims.index(dim)]}
    attrs = {"method": method, "meaning": f"{method} correlation over {some}"}
    return xr.DataArray(values, dims=dims, coords={**coords, "pairs": (dims, count)}, attrs=attrs, name="similarity")


def _items_last(part: Any) -> Any:
    """A labelled array whose items are its last two dimensions, whatever their place was."""
    is_ours = hasattr(part, "coords") and {"item", "item_2"} <= set(part.dims)
    return part.transpose(..., "item", "item_2") if is_ours else part


def _check_shapes(first: Any, second: Any) -> None:
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
    if shapes[0][-1] < 3:
        raise InputError(None, f"{shapes[0][-1]} items have too few pairs to correlate", "compare three items or more")


def _same_lead(parts: tuple[Any, Any], tables: list[np.ndarray]) -> tuple[list[str], list[np.ndarray]]:
    """Names of the leading dimensions, and tables whose leading axes are those, matched by name where both have names.

    Times are the same if they differ by no more than the step that training ended on.
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


def _along(dim: str, second: Any, first: Any) -> np.ndarray | None:
    """Order of the second's labels along a leading dimension; None where they are the first's already."""
    if dim not in first.coords or dim not in second.coords or 1 in (first.sizes[dim], second.sizes[dim]):
        return None
    if dim != "time":
        return places(second[dim].values, first[dim].values, f"{dim} of the second", "the first")
    ours, theirs = first[dim].values, second[dim].values
    if len(ours) != len(theirs) or np.abs(ours - theirs).max() > SLACK * max(np.ptp(ours), np.ptp(theirs)):
        raise InputError(
            None,
            f"the two are at other times, {len(ours)} from {ours[0]:.4g} to {ours[-1]:.4g} and {len(theirs)} from "
            f"{theirs[0]:.4g} to {theirs[-1]:.4g}",
            "write the same `times` for both",
        )
    return None


def _coordinates(part: Any, dims: list[str]) -> dict[str, np.ndarray]:
    return {dim: part[dim].values for dim in dims if dim in part.coords} if hasattr(part, "coords") else {}


def _pairs(table: np.ndarray, name: str) -> np.ndarray:
    """Value of every pair of items, (..., pairs): the mean of its two cells, or the one that is there."""
    values = np.asarray(table, dtype=float)
    if np.isinf(values).any():
        raise InputError(
            None, f"the {name} holds infinite values, which do not correlate", "write NaN for pairs without value"
        )
    rows, columns = np.triu_indices(values.shape[-1], k=1)
    above, below = values[..., rows, columns], values[..., columns, rows]
    return (np.where(np.isnan(above), below, above) + np.where(np.isnan(below), above, below)) / 2


def _check_defined(defined: np.ndarray, count: np.ndarray, items: Any, size: int) -> None:
    """Every item is in some pair, and there are enough pairs to correlate."""
    if defined.all():
        return
    table = np.zeros((*defined.shape[:-1], size, size), dtype=bool)
    rows, columns = np.triu_indices(size, k=1)
    table[..., rows, columns] = table[..., columns, rows] = defined
    alone = np.flatnonzero(~table.any(axis=-1).reshape(-1, size).all(axis=0))
    if alone.size:
        names = [items[item] if items else f"item {item + 1}" for item in alone]
        raise InputError(
            None,
            f"no pair of {quoted(names)} with another item is defined in both: NaN, as the cosine of an item that "
            "evokes nothing",
            "leave such items out of both, or take another metric or later times",
        )
    if count.min() < FEWEST:
        raise InputError(
            None, f"{count.min()} pairs are defined in both, too few to correlate", f"compare {FEWEST} or more"
        )


def _correlation(a: np.ndarray, b: np.ndarray, method: str) -> np.ndarray:
    """Correlation over the last axis of values that are NaN at the same places."""
    if method == "spearman":
        from scipy.stats import rankdata

        a, b = (rankdata(_tied(part), axis=-1, nan_policy="omit") for part in (a, b))
    size = [np.nanmax(np.abs(part), axis=-1) for part in (a, b)]
    a, b = (part - np.nanmean(part, axis=-1, keepdims=True) for part in (a, b))
    flat = [np.nanmax(np.abs(part), axis=-1) <= FLAT * scale for part, scale in zip((a, b), size, strict=True)]
    spread = np.sqrt(np.nansum(a**2, axis=-1)) * np.sqrt(np.nansum(b**2, axis=-1))
    together = np.nansum(a * b, axis=-1)
    return np.divide(together, spread, out=np.full(together.shape, np.nan), where=~(flat[0] | flat[1]) & (spread > 0))


def _tied(values: np.ndarray) -> np.ndarray:
    """Values in whose place stand their ranks from the least on: distances equal but for rounding share one."""
    return np.where(np.isnan(values), np.nan, -ties(values))
