"""Distances as others store them, vectors of pairs in row-major order, as labelled tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError
from .._core.names import places
from .measured import unique

if TYPE_CHECKING:
    import xarray as xr


EMPTY = 1e-6  # of the largest distance: a diagonal below it is 0, written with few digits


def items_of(pairs: int, what: str) -> int:
    """Number of items that have so many pairs.

    >>> items_of(6, "distances")
    4
    """
    count = (1 + math.isqrt(1 + 8 * pairs)) // 2
    if pairs < 1 or count * (count - 1) // 2 != pairs:
        raise InputError(None, f"{what} have {pairs} pairs, but no number of items has so many", "check the file")
    return count


def tables(values: np.ndarray, what: str) -> np.ndarray:
    """Square tables (..., item, item) from square tables, or from vectors of the pairs above the diagonal."""
    values = np.asarray(values)
    if values.dtype.kind not in "fiu" or values.ndim == 0 or not values.size:
        raise InputError(None, f"{what} are no numbers (type {values.dtype}, shape {values.shape})", "store numbers")
    values = values.astype(float)
    if np.isinf(values).any():
        raise InputError(None, f"{what} hold infinite values", "write NaN for pairs without value")
    if values.ndim > 1 and values.shape[-1] == values.shape[-2] and _is_symmetric(values):
        size = np.nanmax(np.abs(values), initial=0.0)
        if np.nanmax(np.abs(np.diagonal(values, axis1=-2, axis2=-1)), initial=0.0) > EMPTY * size:
            came = f"{what} are not 0 on the diagonal, as similarities are"
            raise InputError(None, came, "store distances, such as 1 minus a correlation")
        return values
    if values.ndim > 1 and values.shape[-1] == values.shape[-2] > 3:
        raise InputError(None, f"{what} are not the same on both sides of the diagonal", "check the file")
    count = items_of(values.shape[-1], what)
    found = np.zeros((*values.shape[:-1], count, count))
    rows, columns = np.triu_indices(count, k=1)
    found[..., rows, columns] = found[..., columns, rows] = values
    return found


def vectors(table: np.ndarray) -> np.ndarray:
    """The pairs above the diagonal, row by row."""
    rows, columns = np.triu_indices(table.shape[-1], k=1)
    return np.asarray(table[..., rows, columns])


def labelled(
    table: np.ndarray,
    names: Sequence[Any],
    lead: Mapping[str, Sequence[Any]],
    wanted: Sequence[str] | None,
    attrs: Mapping[str, Any],
) -> xr.DataArray:
    """Tables as `rdm` returns them, with their items in the order of the wanted names.

    Parameters
    ----------
    table : array, shape (..., item, item)
        Distances.
    names, wanted : list of str
        Names of the items in the table, and in the order that is wanted; None keeps the order.
    lead : dict
        Names of the leading dimensions and the labels along them.
    attrs : dict
        What is known about them.
    """
    import xarray as xr

    own = unique(names, "items")
    if len(own) != table.shape[-1]:
        raise InputError("items", f"are {len(own)} names for distances of {table.shape[-1]} items", "pass one for each")
    order = places(own, None if wanted is None else unique(wanted, "items"), "the distances", "items")
    if order is not None:
        own = tuple(own[place] for place in order)
        table = table[..., order[:, None], order]
    count = np.arange(len(own))
    coords = {"item": count, "item_2": count, "item_name": ("item", list(own)), "item_2_name": ("item_2", list(own))}
    dims = [*lead, "item", "item_2"]
    return xr.DataArray(table, dims=dims, coords={**lead, **coords}, attrs=dict(attrs), name="distance")


def _is_symmetric(values: np.ndarray) -> bool:
    """Whether the last two axes hold distances of the same items: symmetric, or one triangle of them."""
    turned = np.swapaxes(values, -1, -2)
    return bool(np.all((values == turned) | np.isclose(values, turned) | np.isnan(values) | np.isnan(turned)))
