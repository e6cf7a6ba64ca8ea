"""Similarities and distances between items in one layer over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, one_of, quoted
from .._core.ties import EQUAL
from ..trajectory import Trajectory
from .distances import angular_distances, inner_products, squared_distances
from .layers import Layer, layer_of
from .noise import resolved
from .recorded_layers import RecordedLayer
from .recordings import Recording
from .repeated_distances import distances_of_trials
from .repeats import Repeats

if TYPE_CHECKING:
    import xarray as xr

MOST_BYTES = 512e6  # memory for similarities over time; above it they are computed at fewer times
SQUARES = ("squared_euclidean", "euclidean", "squared_mahalanobis", "mahalanobis")
METRICS = (*SQUARES, "cosine", "correlation", "crossnobis")


def gram(
    trajectory: Trajectory | Recording | Repeats, layer: int | str | None = None, *, times: ArrayLike | None = None
) -> xr.DataArray:
    """Similarity of items in one layer: inner products of their activity, summed over units.

    Parameters
    ----------
    trajectory : Trajectory, Recording or Repeats
        A theory or trained networks, of any depth and nonlinearity; measured activity; or trials, which are averaged
        for every item.
    layer : int, "output" or "behavior", optional
        Hidden layer, counted from 1; or the answers; by default the last hidden layer. Of a recording, the name of a
        layer.
    times : list of float, optional
        Times [unit of tau], each moved to the nearest recorded one; by default all, or as many as fit into half a
        gigabyte.

    Returns
    -------
    DataArray, dims ([seed or subject,] time, item, item_2)
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
    where = layer_of(trajectory.averaged() if isinstance(trajectory, Repeats) else trajectory, layer)
    looks = where.at(times, _most(where))
    found = _labelled(where, [inner_products(active) for active in where.active(looks)], looks, "inner product")
    return _of_one_time(found, trajectory)


def rdm(
    trajectory: Trajectory | Recording | Repeats,
    layer: int | str | None = None,
    metric: str = "squared_euclidean",
    *,
    times: ArrayLike | None = None,
    noise: ArrayLike = None,
    per_unit: bool = False,
) -> xr.DataArray:
    """Representational dissimilarity matrix (RDM): distances between items in one layer.

    Implements: kriegeskorte2008 text
    Checked by: tests/representation/test_similarities.py::test_distances_are_those_of_scipy

    Parameters
    ----------
    trajectory : Trajectory, Recording or Repeats
        A theory or trained networks, of any depth and nonlinearity; measured activity; or trials, which are averaged
        for every item, but for "crossnobis" within runs only.
    layer : int, "output" or "behavior", optional
        Hidden layer, counted from 1; or the answers; by default the last hidden layer. Of a recording, the name of a
        layer.
    metric : str
        - "squared_euclidean", "euclidean": sum over units of squared differences, or its root.
        - "cosine", "correlation": one minus the cosine, or the correlation over units; NaN for items that evoke no
          activity, or the same in all units (named in ``attrs["undefined"]``).
        - "squared_mahalanobis", "mahalanobis": as Euclidean, with differences measured in units of the `noise`.
        - "crossnobis": the squared Mahalanobis distance, cross-validated over runs; only of trials (see `crossnobis`).

        Euclidean distances and the cosine are invariant to rotations of the hidden units, Mahalanobis distances if the
        noise is rotated too; correlations across units are not, and a theory in closed form, which has modes in place
        of units, has none.
    times : list of float, optional
        Times [unit of tau], each moved to the nearest recorded one; by default all, or as many as fit into half a
        gigabyte.
    noise : array, or str, optional
        For Mahalanobis distances and crossnobis: variances (unit,) or covariance (unit, unit), with a leading axis of
        time if it changes; of trials also "identity" (the default), "diagonal", "ledoit_wolf" or "full", estimated as
        `noise_covariance` does.
    per_unit : bool
        Divide squared distances by the number of units, as rsatoolbox does; by default they are summed over units.

    Returns
    -------
    DataArray, dims ([seed or subject,] time, item, item_2)
        ``attrs["units"]`` says whether units were summed or averaged.

    Raises
    ------
    InputError
        An unknown metric, a layer that the networks do not have, a time outside the record, or a metric that needs
        units or trials where there are none.

    Notes
    -----
    Trials of one time have no dimension ``time``. Averaging over trials leaves a bias that is the same for all pairs of
    items with the same counts (`squared_distance_bias`); "crossnobis" has none.

    Examples
    --------
    >>> import ontogeny as on
    >>> distance = rdm(on.predict(on.datasets.load("rumelhart"), until=4.0))
    >>> distance.dims, distance.item_name.values[:2].tolist()
    (('time', 'item', 'item_2'), ['pine', 'oak'])
    """
    one_of(metric, METRICS, "metric")
    if noise is not None and metric not in ("mahalanobis", "squared_mahalanobis", "crossnobis"):
        raise InputError("noise", f"has no place in {metric!r} distances", "use metric='squared_mahalanobis'")
    if isinstance(trajectory, Repeats) and metric == "crossnobis":
        return distances_of_trials(trajectory, layer, times=times, noise=noise, per_unit=per_unit)
    repeats = trajectory if isinstance(trajectory, Repeats) else None
    record = trajectory.averaged() if isinstance(trajectory, Repeats) else trajectory
    where = layer_of(record, layer)
    _check_units(where, metric, per_unit)
    found = _angles(record, where, layer, metric, times) if metric not in SQUARES else None
    if found is None:
        looks = where.at(times, _most(where))
        parts = where.active(looks)
        said: dict[str, str] = {}
        if metric.endswith("mahalanobis"):
            whiten = resolved(_given(noise, repeats), repeats, _unit_names(where), where.times.size).at(looks)
            parts, said = tuple(map(whiten.whitened, parts)), {"noise": whiten.word}
        squares = list(map(squared_distances, parts))
        if per_unit:
            squares = [square / part.shape[-2] for square, part in zip(squares, parts, strict=True)]
        values = squares if metric.startswith("squared") else list(map(np.sqrt, squares))
        found = _labelled(where, values, looks, "distance")
        found.attrs |= {"units": _units_said(where, parts, per_unit)} | said
    found.attrs["metric"] = metric
    return _of_one_time(found, trajectory)


def cosines(rows: np.ndarray) -> np.ndarray:
    """Cosine similarity of every two rows, shape (rows, rows); 0 with a row of zeros.

    >>> cosines(np.array([[1.0, 0.0], [3.0, 0.0], [0.0, 0.0]])).tolist()
    [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    length = np.linalg.norm(rows, axis=1)
    unit = rows / np.where(length > EQUAL * max(float(length.max()), 1e-300), length, np.inf)[:, None]
    return unit @ unit.T


def _of_one_time(found: xr.DataArray, record: Any) -> xr.DataArray:
    """Trials without times have no such dimension."""
    return found.isel(time=0, drop=True) if isinstance(record, Repeats) and record.times is None else found


def _most(where: Layer | RecordedLayer) -> int:
    """At how many times similarities of all items fit into memory."""
    return max(1, int(MOST_BYTES // (8 * where.networks * len(where.item_names) ** 2)))


def _check_units(where: Layer | RecordedLayer, metric: str, per_unit: bool) -> None:
    """Refuse what needs single units, or trials, where there are none."""
    if metric == "crossnobis":
        raise InputError("metric", "is 'crossnobis', which is cross-validated over trials", "pass `Repeats`")
    if where.has_units:
        return
    if metric == "correlation" or metric.endswith("mahalanobis"):
        raise InputError(
            "metric",
            f"is {metric!r}, which depends on single units, but a theory knows activity up to a rotation of them",
            "use 'squared_euclidean', 'euclidean' or 'cosine', or simulate networks",
        )
    if per_unit:
        raise InputError("per_unit", "is True, but a theory has modes and any number of units", "leave it out")


def _given(noise: ArrayLike, repeats: Repeats | None) -> ArrayLike:
    if noise is None and repeats is None:
        raise InputError(
            "noise",
            "is not given, but Mahalanobis distances are measured in units of it",
            "pass a covariance of the units",
        )
    return noise


def _unit_names(where: Layer | RecordedLayer) -> tuple[str, ...]:
    """Names of the units, which are the same in all networks."""
    if isinstance(where, Layer):
        return tuple(map(str, range(where.active([0])[0].shape[1])))
    named = where.recording.units[where.name]  # type: ignore[index]  # filled by the record
    if len(set(named)) > 1:
        raise InputError("noise", "is one covariance, but networks have different units", "pass them one by one")
    return tuple(named[0])


def _units_said(where: Layer | RecordedLayer, parts: tuple[np.ndarray, ...], per_unit: bool) -> str:
    counts = sorted({part.shape[-2] for part in parts})
    count = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return f"{'mean' if per_unit else 'sum'} over {count} {'units' if where.has_units else 'modes'}"


def _angles(
    record: Trajectory | Recording, where: Layer | RecordedLayer, layer: Any, metric: str, times: ArrayLike | None
) -> xr.DataArray:
    """One minus the cosine, of activity or of its deviations from the mean over units."""
    if metric == "cosine":
        inner = gram(record, layer, times=times)
    else:
        looks = where.at(times, _most(where))
        deviations = [active - active.mean(axis=-2, keepdims=True) for active in where.active(looks)]
        inner = _labelled(where, [inner_products(each) for each in deviations], looks, "inner product")
    values, silent = angular_distances(inner.values)
    return inner.copy(data=values).assign_attrs(_undefined(where, silent, metric)).rename("distance")


def _undefined(where: Layer | RecordedLayer, silent: np.ndarray, metric: str) -> dict[str, str]:
    """A sentence about items that have no direction, if there are any; `silent` is ([seed,] time, item)."""
    sometimes, always = (some(silent, axis=tuple(range(silent.ndim - 1))) for some in (np.any, np.all))
    if not sometimes.any():
        return {}
    names = [name for name, lacks in zip(where.item_names, sometimes, strict=True) if lacks]
    when = "" if np.array_equal(sometimes, always) else " at some times"
    what = "nothing" if metric == "cosine" else "the same in all units"
    return {"undefined": f"{quoted(names)} evoke{'s' * (len(names) == 1)} {what}{when}, so that it has no direction"}


def _labelled(where: Layer | RecordedLayer, values: list[np.ndarray], looks: np.ndarray, name: str) -> xr.DataArray:
    """Values of every network, (time, item, item), with names."""
    import xarray as xr

    items = list(where.item_names)
    lead = {**where.labels, "time": where.times[looks]}
    names = {"item": np.arange(len(items)), "item_2": np.arange(len(items))}
    labels = {"item_name": ("item", items), "item_2_name": ("item_2", items)}
    return xr.DataArray(
        np.stack(values) if where.labels else values[0],
        dims=(*lead, *names),
        coords={**lead, **names, **labels},
        attrs={"layer": where.name},
        name=name,
    )
