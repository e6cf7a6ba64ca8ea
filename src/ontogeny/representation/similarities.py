"""Similarities and distances between items in one layer over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import one_of, quoted
from .._core.ties import EQUAL
from ..trajectory import Trajectory
from .layers import activity, layer_number, recorded_at

if TYPE_CHECKING:
    import xarray as xr

MOST_BYTES = 512e6  # memory for similarities over time; above it they are computed at fewer times
METRICS = ("squared_euclidean", "euclidean", "cosine")
SILENT = 1e-12  # share of the largest norm below which activity is only rounding and has no direction


def gram(trajectory: Trajectory, layer: int | str | None = None, *, times: ArrayLike | None = None) -> xr.DataArray:
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
    Similarity in the output is the square of that in the hidden layer, as in the minimum-norm network:

    >>> import numpy as np, ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=8.0)
    >>> inside, outside = (gram(theory, layer, times=[8.0]).values[0] for layer in (1, "output"))
    >>> bool(np.allclose(inside @ inside, outside))
    True
    """
    number = layer_number(trajectory, layer)
    networks = trajectory.dataset.sizes.get("seed", 1)
    most = int(MOST_BYTES // (8 * networks * len(trajectory.environment.items) ** 2))
    looks = recorded_at(trajectory, times, max(1, most))
    active = activity(trajectory, layer, looks=looks)
    return _labelled(trajectory, np.swapaxes(active, -1, -2) @ active, looks, number, "inner product")


def rdm(
    trajectory: Trajectory,
    layer: int | str | None = None,
    metric: str = "squared_euclidean",
    *,
    times: ArrayLike | None = None,
) -> xr.DataArray:
    """Representational dissimilarity matrix (RDM): distances between items in one layer.

    Parameters
    ----------
    trajectory : Trajectory
        A theory or trained networks, of any depth and nonlinearity.
    layer : int, "output" or "behavior", optional
        Hidden layer, counted from 1; or the answers; by default the last hidden layer.
    metric : "squared_euclidean", "euclidean" or "cosine"
        Distance; "cosine" is one minus the cosine, NaN for items that evoke no activity (named in
        ``attrs["undefined"]``). All three are invariant to rotations of the hidden units; correlations across units are
        not.
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
        silent = lengths <= SILENT * lengths.max(axis=-1, keepdims=True)
        scale = np.where(silent, np.nan, lengths)
        distance = 1 - values / (scale[..., :, None] * scale[..., None, :])
        inner = inner.assign_attrs(_undefined(trajectory, silent))
    else:
        squares = np.maximum(size[..., :, None] + size[..., None, :] - 2 * values, 0)
        distance = np.sqrt(squares) if metric == "euclidean" else squares
    count = np.arange(values.shape[-1])
    distance[..., count, count] = np.where(np.isnan(distance[..., count, count]), np.nan, 0.0)
    return inner.copy(data=distance).assign_attrs(metric=metric).rename("distance")


def cosines(rows: np.ndarray) -> np.ndarray:
    """Cosine similarity of every two rows, shape (rows, rows); 0 with a row of zeros.

    >>> cosines(np.array([[1.0, 0.0], [3.0, 0.0], [0.0, 0.0]])).tolist()
    [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    length = np.linalg.norm(rows, axis=1)
    unit = rows / np.where(length > EQUAL * max(float(length.max()), 1e-300), length, np.inf)[:, None]
    return unit @ unit.T


def _undefined(trajectory: Trajectory, silent: np.ndarray) -> dict[str, str]:
    """A sentence about items that evoke no activity, if there are any; `silent` is ([seed,] time, item)."""
    sometimes, always = (some(silent, axis=tuple(range(silent.ndim - 1))) for some in (np.any, np.all))
    if not sometimes.any():
        return {}
    names = [name for name, lacks in zip(trajectory.environment.items, sometimes, strict=True) if lacks]
    when = "" if np.array_equal(sometimes, always) else " at some times"
    return {"undefined": f"{quoted(names)} evoke{'s' * (len(names) == 1)} nothing{when}, so that it has no direction"}


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
