"""Records in netCDF files: one group per record, its world in a group inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ._core.checks import InputError
from .environments.environment import Environment, Names
from .environments.samples import OneHot, Samples
from .environments.variation import Variation

if TYPE_CHECKING:
    import xarray as xr

ENGINE: Literal["h5netcdf"] = "h5netcdf"
_ARRAYS = {
    "input_output_correlation": ("feature", "input"),
    "targets": ("item", "feature"),
    "weights": ("item",),
    "observed": ("item", "feature"),
    "rounding": ("feature",),
}


def write(
    path: Path, name: str, dataset: xr.Dataset, environment: Environment, facts: Mapping[str, Any], *, append: bool
) -> None:
    """Write a dataset, its world and plain facts (JSON) under a name; `append` keeps what the file holds."""
    if append and path.exists() and name in names(path):
        raise InputError(f"{path.name} holds a record {name!r} already; write another name")
    record = dataset.assign_attrs({key: json.dumps(value) for key, value in facts.items()})
    record.to_netcdf(path, mode="a" if append else "w", group=name, engine=ENGINE, encoding=_packed(record))
    world = _from_environment(environment)
    world.to_netcdf(path, mode="a", group=f"{name}/environment", engine=ENGINE, encoding=_packed(world))


def read(path: Path, name: str | None) -> tuple[xr.Dataset, Environment, dict[str, Any]]:
    """Inverse of `write`; the first record there unless a name is given."""
    import xarray as xr

    known = names(path)
    if name is not None and name not in known:
        raise InputError(f"{path.name} holds no record {name!r}; write one of {', '.join(map(repr, known))}")
    group = known[0] if name is None else name
    with xr.open_dataset(path, group=group, engine=ENGINE) as stored:
        record = stored.load()
    with xr.open_dataset(path, group=f"{group}/environment", engine=ENGINE) as stored:
        environment = _to_environment(stored.load())
    return record.drop_attrs(), environment, {key: json.loads(value) for key, value in record.attrs.items()}


def names(path: Path) -> list[str]:
    """Names of the records in a file, in the order they were written."""
    import h5py

    if not path.is_file():
        raise InputError(f"there is no file {str(path)!r}; write the path of a netCDF file that ontogeny saved")
    try:
        with h5py.File(path) as file:
            found = [name for name, group in file.items() if "environment" in group]
    except (OSError, TypeError):
        found = []
    if not found:
        raise InputError(
            f"{path.name} is not a file of trajectories; write the path of a netCDF file that ontogeny saved"
        )
    return found


def _packed(dataset: xr.Dataset) -> Any:
    return {
        name: {"zlib": True} for name, values in dataset.data_vars.items() if values.dtype.kind == "f" and values.ndim
    }


def _from_environment(environment: Environment) -> xr.Dataset:
    import xarray as xr

    known = {key: (dims, getattr(environment, key)) for key, dims in _ARRAYS.items()}
    entries, data = environment.variation.entries, environment.data
    known["input_correlation"] = (("input", "input_2")[: entries.ndim], entries)  # variances, where they say it all
    if data is not None:
        known["inputs"] = ((), data.given.size) if isinstance(data.given, OneHot) else (("item", "input"), data.given)
    facts = {
        "names": vars(environment.names),  # not `asdict`, which copies a million of them one by one
        "normalization": environment.normalization,
        "notes": environment.notes,
    }
    attrs = {key: json.dumps(value) for key, value in facts.items()}
    return xr.Dataset({key: entry for key, entry in known.items() if entry[1] is not None}, attrs=attrs)


def _to_environment(stored: xr.Dataset) -> Environment:
    arrays = {key: np.asarray(stored[key].values) for key in stored}
    variation, data = Variation(arrays.pop("input_correlation")), None
    if "targets" in arrays:
        inputs, targets = arrays.pop("inputs"), arrays.pop("targets")
        given = inputs if inputs.ndim else OneHot(len(targets), float(inputs))
        seen, rounding = arrays.pop("observed", None), arrays.pop("rounding", None)
        data = Samples(given, targets, arrays.pop("weights"), seen, rounding)
    called: dict[str, Any] = json.loads(stored.attrs["names"])
    called = {key: value if value is None else tuple(value) for key, value in called.items()}
    normalization, notes = json.loads(stored.attrs["normalization"]), tuple(json.loads(stored.attrs["notes"]))
    return Environment(arrays["input_output_correlation"], variation, Names(**called), normalization, data, notes)
