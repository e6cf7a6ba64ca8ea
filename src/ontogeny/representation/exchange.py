"""To rsatoolbox and back, matched by name: it sorts items by their names, and this package keeps their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, quoted
from .._core.names import names_along
from .recordings import Recording
from .repeats import Repeats
from .stored import labelled, tables, vectors

if TYPE_CHECKING:
    import xarray as xr

# Distances that rsatoolbox calls otherwise. Its "euclidean" is a squared distance too.
MEASURES = {"squared_euclidean": "squared euclidean", "squared_mahalanobis": "squared mahalanobis"}
OWN_NAMES = ("item", "conds", "stimulus", "stimuli", "condition")  # descriptors that name items, the best first
COUNTED = ("index",)  # descriptors that only count


def to_rsatoolbox(record: xr.DataArray | Repeats | Recording, *, layer: str | None = None) -> Any:
    """RDMs, trials or recorded activity, as an object of rsatoolbox.

    Parameters
    ----------
    record : DataArray, Repeats or Recording
        What `rdm`, `crossnobis` or `read_rdms` return; trials; or activity, of one network or subject.
    layer : str, optional
        Which layer of a recording; by default the only one.

    Returns
    -------
    rsatoolbox.rdm.RDMs, or rsatoolbox.data.Dataset or TemporalDataset
        RDMs in row-major order of times (and seeds, subjects), which are its ``rdm_descriptors``; items are the
        ``pattern_descriptors`` called ``item``, in the order of the record. Trials have descriptors ``item`` and
        ``run``, units the channel descriptor ``unit``. A recording has one observation for each item.

    Raises
    ------
    InputError
        rsatoolbox is not installed, or the record is no table of items.

    Notes
    -----
    Numbers are handed over as they are: distances summed over units stay sums, while rsatoolbox divides its own by the
    number of channels (``rdm(..., per_unit=True)``). Its ``calc_rdm`` sorts items by name; `from_rsatoolbox` puts them
    back.

    Examples
    --------
    >>> import ontogeny as on, pytest
    >>> _ = pytest.importorskip("rsatoolbox")
    >>> theory = on.predict(on.datasets.load("rumelhart"), times=[1.0, 4.0])
    >>> there = to_rsatoolbox(on.representation.rdm(theory))
    >>> there.n_rdm, there.n_cond, there.rdm_descriptors["time"]
    (2, 8, [1.0, 4.0])
    """
    toolbox = _rsatoolbox()
    if isinstance(record, Recording):
        return _dataset(toolbox, _shown_once(record, layer))
    if isinstance(record, Repeats):
        return _dataset(toolbox, record)
    if not hasattr(record, "dims") or record.ndim < 2 or record.shape[-1] != record.shape[-2]:
        raise InputError("record", "is no labelled table of items", "pass what `rdm` returns, or `Repeats`")
    lead = [str(dim) for dim in record.dims[:-2]]
    labels = [record[dim].values.tolist() if dim in record.coords else range(record.sizes[dim]) for dim in lead]
    grid = [axis.ravel() for axis in np.meshgrid(*(np.arange(len(one)) for one in labels), indexing="ij")]
    described: dict[str, list[Any]] = {
        dim: [list(one)[place] for place in axis] for dim, one, axis in zip(lead, labels, grid, strict=True)
    }
    measure: Any = record.attrs.get("metric")
    return toolbox.rdm.RDMs(
        vectors(record.values).reshape(-1, record.shape[-1] * (record.shape[-1] - 1) // 2),
        dissimilarity_measure=MEASURES.get(measure, measure),
        descriptors={key: value for key, value in record.attrs.items() if isinstance(value, str | int | float)},
        rdm_descriptors=described,
        pattern_descriptors={"item": list(names_along(record, -1) or map(str, range(record.shape[-1])))},
    )


def _shown_once(record: Recording, layer: str | None) -> Repeats:
    """A layer of a recording as trials in which each item was shown once."""
    name = record.layer_name(layer)
    parts = record.layers[name]
    if len(parts) > 1:
        many = f"has {len(parts)} networks or subjects, but a data set of rsatoolbox has one"
        raise InputError("record", many, "pass a Recording of one of them")
    activity = np.swapaxes(parts[0], -1, -2)
    alone = record.times.size == 1
    units = None if record.units is None else record.units[name][0]
    return Repeats(
        activity[0] if alone else activity, record.items or (), times=None if alone else record.times, units=units
    )


def from_rsatoolbox(
    rdms: Any, *, items: Sequence[str] | None = None, item: str | None = None
) -> xr.DataArray | Repeats:
    """RDMs, or a data set, of rsatoolbox as a record of this package.

    Parameters
    ----------
    rdms : rsatoolbox.rdm.RDMs, or rsatoolbox.data.Dataset
        RDMs; or trials, with a descriptor of their item and, if there are runs, one called ``run``.
    items : list of str, optional
        Order of the items, matched by name; by default theirs.
    item : str, optional
        Descriptor with the names of the items; by default ``item``, ``conds``, ``stimulus`` or the only one.

    Returns
    -------
    DataArray, dims (..., item, item_2), or Repeats
        Descriptors of RDMs that make a grid, such as time and subject, are its dimensions; otherwise it has one
        dimension ``rdm``, along which they are coordinates. A single RDM without descriptors has none.

    Raises
    ------
    InputError
        No descriptor that names the items, or other items.

    Examples
    --------
    >>> import ontogeny as on, pytest
    >>> _ = pytest.importorskip("rsatoolbox")
    >>> distances = on.representation.rdm(on.predict(on.datasets.load("rumelhart"), times=[1.0, 4.0]))
    >>> bool((from_rsatoolbox(to_rsatoolbox(distances)) == distances).all())
    True
    """
    if hasattr(rdms, "measurements"):
        return _trials(rdms, items, item)
    if not hasattr(rdms, "dissimilarities"):
        raise InputError("rdms", f"is of type {type(rdms).__name__}", "pass rsatoolbox.rdm.RDMs or a Dataset")
    named = _naming(rdms.pattern_descriptors, item, "pattern_descriptors")
    values = tables(rdms.dissimilarities, "rdms")
    described = {str(key): list(value) for key, value in rdms.rdm_descriptors.items() if key not in COUNTED}
    attrs = {key: value for key, value in rdms.descriptors.items() if isinstance(value, str | int | float)}
    known = {theirs: ours for ours, theirs in MEASURES.items()}
    if rdms.dissimilarity_measure is not None:
        attrs["metric"] = known.get(rdms.dissimilarity_measure, rdms.dissimilarity_measure)
    if not described and len(values) == 1:
        return labelled(values[0], named, {}, items, attrs)
    attrs |= {key: some[0] for key, some in described.items() if len(values) > 1 and len(set(some)) == 1}
    grid = _grid(described, len(values))
    if grid is not None:
        lead, order = grid
        shape = tuple(map(len, lead.values()))
        return labelled(values[order].reshape(*shape, *values.shape[1:]), named, lead, items, attrs)
    found = labelled(values, named, {"rdm": range(len(values))}, items, attrs)
    return found.assign_coords({key: ("rdm", value) for key, value in described.items()})


def _grid(described: Mapping[str, list[Any]], count: int) -> tuple[dict[str, list[Any]], np.ndarray] | None:
    """Dimensions of RDMs whose descriptors take every combination of values once, and the order of RDMs in it."""
    lead = {key: list(dict.fromkeys(values)) for key, values in described.items() if len(set(values)) > 1 or count == 1}
    if not lead or np.prod([len(values) for values in lead.values()]) != count:
        return None
    rows = list(zip(*(described[key] for key in lead), strict=True))
    place = {row: number for number, row in enumerate(rows)}
    wanted = [tuple(combination) for combination in _product(list(lead.values()))]
    return (lead, np.array([place[row] for row in wanted])) if set(wanted) == set(rows) else None


def _product(parts: list[list[Any]]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [()]
    for part in parts:
        found = [(*row, value) for row in found for value in part]
    return found


def _naming(described: Mapping[str, Any], item: str | None, what: str) -> list[str]:
    """Names of the items among descriptors."""
    if item is not None:
        if item not in described:
            raise InputError("item", f"is {item!r}, but {what} are {quoted(described, 8)}", "name one of them")
        return [str(name) for name in described[item]]
    known = [key for key in described if key not in COUNTED]
    best = next((key for key in OWN_NAMES if key in known), known[0] if len(known) == 1 else None)
    if best is None:
        raise InputError(
            "item", f"is not given, and {what} are {quoted(described, 8)}", "say which one names the items"
        )
    return [str(name) for name in described[best]]


def _dataset(toolbox: ModuleType, repeats: Repeats) -> Any:
    described = {"item": list(repeats.item)} | ({} if repeats.run is None else {"run": list(repeats.run)})
    units = {"unit": list(repeats.units or ())}
    if repeats.times is None:
        return toolbox.data.Dataset(repeats.activity[0], obs_descriptors=described, channel_descriptors=units)
    return toolbox.data.TemporalDataset(
        np.moveaxis(repeats.activity, 0, 2),
        obs_descriptors=described,
        channel_descriptors=units,
        time_descriptors={"time": repeats.times},
    )


def _trials(dataset: Any, items: Sequence[str] | None, item: str | None) -> Repeats:
    described = dataset.obs_descriptors
    shown = _naming({key: value for key, value in described.items() if key != "run"}, item, "obs_descriptors")
    runs = list(described["run"]) if "run" in described else None
    times = getattr(dataset, "time_descriptors", {}).get("time")
    values = dataset.measurements if times is None else np.moveaxis(dataset.measurements, 2, 0)
    units = dataset.channel_descriptors.get("unit")
    order = None if items is None else tuple(items)
    names = None if units is None else tuple(map(str, units))
    return Repeats(values, tuple(shown), run=runs, times=times, items=order, units=names)  # type: ignore[arg-type]


def _rsatoolbox() -> ModuleType:
    try:
        import rsatoolbox
        import rsatoolbox.data
        import rsatoolbox.rdm
    except ImportError:
        raise InputError(None, "rsatoolbox is not installed", "write pip install 'ontogeny[neuro]'") from None
    found: ModuleType = rsatoolbox
    return found
