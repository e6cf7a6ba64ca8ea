"""Similarities and distances between items in one layer over time, and how two sets of them agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, one_of
from .._core.ties import ties
from ..trajectory import Trajectory
from .layers import activity, layer_number

if TYPE_CHECKING:
    import xarray as xr

MOST_BYTES = 512e6  # memory for similarities over time; beyond it they are given at fewer times
METRICS = ("squared_euclidean", "euclidean", "cosine")
METHODS = ("pearson", "spearman")


def gram(trajectory: Trajectory, layer: int | str | None = None, *, times: Any = None) -> xr.DataArray:
    """Similarity of items in one layer: inner products of their activity.

    Parameters
    ----------
    trajectory : Trajectory
        A theory or trained networks, of any depth and nonlinearity.
    layer : int, "output" or "behavior", optional
        Hidden layer, counted from 1; or the answers; by default the last hidden layer.
    times : list of float, optional
        Times [unit of tau], each moved to the nearest recorded one; by default all, or as many as fit into half a
        gigabyte.

    Returns
    -------
    DataArray, dims ([seed,] time, item, item_2)
        Its ``attrs`` say which layer it is.

    Raises
    ------
    InputError
        A layer that the networks do not have, or a time outside the record.

    Examples
    --------
    Behavior is the square of what is inside: the smallest network that gives these answers is like this.

    >>> import numpy as np, ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=8.0)
    >>> inside, outside = (gram(theory, layer, times=[8.0]).values[0] for layer in (1, "output"))
    >>> bool(np.allclose(inside @ inside, outside))
    True
    """
    looks = _looks(trajectory, times)
    number = layer_number(trajectory, layer)
    active = activity(trajectory, layer, looks=looks)
    return _labelled(trajectory, np.swapaxes(active, -1, -2) @ active, looks, number, "inner product")


def rdm(
    trajectory: Trajectory,
    layer: int | str | None = None,
    metric: str = "squared_euclidean",
    *,
    times: Any = None,
) -> xr.DataArray:
    """Representational dissimilarity matrix: how far apart items are in one layer.

    Parameters
    ----------
    trajectory : Trajectory
        A theory or trained networks, of any depth and nonlinearity.
    layer : int, "output" or "behavior", optional
        Hidden layer, counted from 1; or the answers; by default the last hidden layer.
    metric : "squared_euclidean", "euclidean" or "cosine"
        Distance; "cosine" is one minus the cosine, NaN for an item that evokes nothing. All three are the same
        whichever way hidden units are turned, which correlations across units are not.
    times : list of float, optional
        Times [unit of tau], each moved to the nearest recorded one; by default all, or as many as fit into half a
        gigabyte.

    Returns
    -------
    DataArray, dims ([seed,] time, item, item_2)

    Raises
    ------
    InputError
        An unknown metric, a layer that the networks do not have, or a time outside the record.

    Examples
    --------
    >>> import ontogeny as on
    >>> distance = rdm(on.predict(on.datasets.load("rumelhart"), until=4.0))
    >>> distance.dims, distance.item_name.values[:2].tolist()
    (('time', 'item', 'item_2'), ['pine', 'oak'])
    """
    one_of(metric, METRICS, "metric")
    inner = gram(trajectory, layer, times=times)
    values = inner.values
    size = np.diagonal(values, axis1=-2, axis2=-1)
    if metric == "cosine":
        lengths = np.sqrt(size)
        scale = lengths[..., :, None] * lengths[..., None, :]
        distance = 1 - np.divide(values, scale, out=np.full(values.shape, np.nan), where=scale > 0)
    else:
        squares = np.maximum(size[..., :, None] + size[..., None, :] - 2 * values, 0)
        distance = np.sqrt(squares) if metric == "euclidean" else squares
    count = np.arange(values.shape[-1])
    distance[..., count, count] = np.where(np.isnan(distance[..., count, count]), np.nan, 0.0)
    return inner.copy(data=distance).assign_attrs(metric=metric).rename("distance")


def similarity(first: Any, second: Any, method: str = "pearson") -> np.ndarray:
    """How far two sets of similarities or distances between the same items agree, from -1 to 1.

    Each pair of items counts once; how similar an item is to itself does not count.

    Parameters
    ----------
    first, second : DataArray or array, shape (..., items, items)
        Of `gram` or `rdm`, or measured elsewhere; leading dimensions (seeds, times) broadcast.
    method : "pearson" or "spearman"
        Correlation of the values, or of their ranks.

    Returns
    -------
    array, shape (...)
        Correlation over pairs of items; NaN where either has no variance.

    Raises
    ------
    InputError
        Sets of different items, or fewer than three of them.

    Examples
    --------
    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=8.0)
    >>> hidden, behavior = (rdm(theory, layer, times=[8.0]) for layer in (1, "output"))
    >>> bool(0.8 < similarity(hidden, behavior, method="spearman")[0] < 1)
    True
    """
    one_of(method, METHODS, "method")
    _check_same_items(first, second)
    upper = np.triu_indices(np.shape(first)[-1], k=1)
    a, b = (np.asarray(part, dtype=float)[..., upper[0], upper[1]] for part in (first, second))
    if method == "spearman":
        from scipy.stats import rankdata

        a, b = (rankdata(_tied(part), axis=-1, nan_policy="propagate") for part in (a, b))
    a, b = (part - part.mean(axis=-1, keepdims=True) for part in (a, b))
    spread = np.sqrt(np.sum(a**2, axis=-1) * np.sum(b**2, axis=-1))
    together = np.sum(a * b, axis=-1)
    return np.divide(together, spread, out=np.full(together.shape, np.nan), where=spread > 0)


def _tied(values: np.ndarray) -> np.ndarray:
    """Values in whose place stand their ranks from the least on: distances equal but for rounding share one."""
    return np.where(np.isnan(values), np.nan, -ties(values))


def _check_same_items(first: Any, second: Any) -> None:
    shapes = [np.shape(part) for part in (first, second)]
    sizes = {shape[-2:] for shape in shapes if len(shape) >= 2}
    if any(len(shape) < 2 or shape[-1] != shape[-2] for shape in shapes) or len(sizes) > 1:
        raise InputError(
            f"got similarities of shape {shapes[0]} and {shapes[1]}, but both must be tables of the same items by the "
            "same items; pass what `gram` or `rdm` returns"
        )
    if shapes[0][-1] < 3:
        raise InputError(f"{shapes[0][-1]} items have too few pairs to correlate; compare three items or more")
    names = [list(part["item_name"].values) for part in (first, second) if hasattr(part, "coords")]
    if len(names) == 2 and names[0] != names[1]:
        raise InputError("the two have different items, or other names for them; put both in the same order first")


def _looks(trajectory: Trajectory, times: Any) -> np.ndarray:
    """Which of the recorded times are asked for, or affordable."""
    layer_number(trajectory, None)
    clock = trajectory.snapshot_time
    if times is not None:
        return np.array(
            [np.argmin(np.abs(clock - trajectory.at(time).snapshot_time[0])) for time in np.ravel(times).tolist()]
        )
    seeds = trajectory.dataset.sizes["seed"] if trajectory.is_simulation else 1
    most = int(MOST_BYTES // (8 * seeds * len(trajectory.environment.items) ** 2))
    return np.unique(np.linspace(0, clock.size - 1, max(1, min(clock.size, most))).round().astype(int))


def _labelled(trajectory: Trajectory, values: np.ndarray, looks: np.ndarray, number: int, name: str) -> xr.DataArray:
    import xarray as xr

    items = list(trajectory.environment.items)
    lead = {"seed": trajectory.dataset["seed"].values} if trajectory.is_simulation else {}
    lead["time"] = trajectory.snapshot_time[looks]
    names = {"item": np.arange(len(items)), "item_2": np.arange(len(items))}
    labels = {"item_name": ("item", items), "item_2_name": ("item_2", items)}
    layer = "output" if number == trajectory.depth else f"hidden layer {number}"
    return xr.DataArray(
        values, dims=(*lead, *names), coords={**lead, **names, **labels}, attrs={"layer": layer}, name=name
    )
