"""Records in netCDF files: one at the root of its file, several each in a group; its world in a group inside.

`xarray.open_dataset` opens a file of one record, `xarray.open_datatree` a file of several.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ._core.checks import InputError, why_no_name
from ._core.notes import revived
from .environments.environment import Environment, Names
from .environments.samples import OneHot, Samples
from .environments.variation import Variation

if TYPE_CHECKING:
    import xarray as xr

ENGINE: Literal["h5netcdf"] = "h5netcdf"
NOTES = "attributes"
ROOM = 2**19  # bytes: what HDF5 needs beside numbers and names
WORLD = "environment"
NAME = "name"  # attribute of a record at the root of its file
_ARRAYS = {
    "input_output_correlation": ("feature", "input"),
    "targets": ("item", "feature"),
    "weights": ("item",),
    "observed": ("item", "feature"),
    "rounding": ("feature",),
    "blur": ("feature",),
}


def write(
    path: Path, name: str, dataset: xr.Dataset, environment: Environment, facts: Mapping[str, Any], *, append: bool
) -> None:
    """Write a dataset, its world and plain facts under a name; `append` keeps what the file holds.

    The file is written anew beside the old one, which is replaced only when all is there.
    """
    held = names(path) if append and path.exists() else []
    if name in held:
        raise InputError("name", f"is {name!r}, but {path.name} holds a record of that name", "write another name")
    record = dataset.copy(deep=False)
    for variable in record.variables.values():
        variable.attrs = {}  # `drop_attrs` takes as long as all the rest
    record.attrs = {**{key: plain(value, key) for key, value in facts.items()}, NOTES: _notes(dataset)}
    world = _from_environment(environment)
    with _replacing(path) as draft:
        _check_room(path, record, world)
        _copy_groups(path, draft, held)
        _put(draft, f"/{name}" if held else "/", name, record, world)


def _check_room(path: Path, *parts: xr.Dataset) -> None:
    """Raise the system's error if there is no room for a file: HDF5 may crash when a disk is full."""
    if hasattr(os, "posix_fallocate"):
        held = path.stat().st_size if path.exists() else 0
        written = sum(part.nbytes + sum(len(str(fact)) for fact in part.attrs.values()) for part in parts)
        with tempfile.TemporaryFile(dir=path.absolute().parent) as room:
            os.posix_fallocate(room.fileno(), 0, 2 * (held + written) + ROOM)


def _copy_groups(path: Path, draft: Path, held: Sequence[str]) -> None:
    """Records that a file holds, in a draft of groups."""
    if len(held) == 1:
        _put(draft, f"/{held[0]}", held[0], *_taken(path, _group(path, held[0])))
    elif held:
        shutil.copyfile(path, draft)


def _put(draft: Path, group: str, name: str, record: xr.Dataset, world: xr.Dataset) -> None:
    named = record.assign_attrs({NAME: name})
    for where, part in ((group, named), (f"{group.rstrip('/')}/{WORLD}", world)):
        mode: Literal["a", "w"] = "a" if draft.exists() else "w"
        part.to_netcdf(draft, mode=mode, group=where, engine=ENGINE, encoding=_packed(part))


def _taken(path: Path, group: str) -> tuple[xr.Dataset, xr.Dataset]:
    """A record and its world, as they are stored."""
    import xarray as xr

    with xr.open_dataset(path, group=group, engine=ENGINE) as stored:
        record = stored.load()
    with xr.open_dataset(path, group=f"{group.rstrip('/')}/{WORLD}", engine=ENGINE) as stored:
        return record, stored.load()


def _group(path: Path, name: str) -> str:
    """Where a record of a file is stored."""
    import h5py

    with h5py.File(path) as file:
        return "/" if NAME in file.attrs else f"/{name}"


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file that replaces another if the block succeeds, and is removed otherwise."""
    draft = path.with_name(f".{path.name[:40]}.{os.getpid()}.draft")
    try:
        yield draft
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    except (OSError, RuntimeError) as error:
        raise _of_system(error) from error
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            None,
            f"the record cannot be written to {path.name}, as it holds what a netCDF file cannot ({error})",
            "leave out the variables or coordinates that you added",
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _of_system(error: Exception) -> Exception:
    """What the system said, if HDF5 hides it in an account of its own.

    >>> _of_system(RuntimeError("flush failed (file write failed: errno = 28, error message = ...)"))
    OSError(28, 'No space left on device')
    """
    found = re.search(r"errno = (\d+)", str(error))
    return OSError(int(found[1]), os.strerror(int(found[1]))) if found else error


def plain(value: Any, name: str) -> str:
    """Facts as JSON: arrays become lists, paths become text."""
    try:
        return json.dumps(value, default=_as_json)
    except (TypeError, ValueError):
        raise InputError(
            None,
            f"the attribute {name!r} is {value!r}, which a file cannot hold",
            "write numbers, text, lists or dictionaries",
        ) from None


def _as_json(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)


def _notes(dataset: xr.Dataset) -> str:
    """Attributes of the dataset and of its variables, of kinds that netCDF does not know too."""
    for name, value in dataset.attrs.items():
        plain(value, name)  # names the one that cannot be
    of_variables = {str(name): variable.attrs for name, variable in dataset.variables.items() if variable.attrs}
    return plain([dataset.attrs, of_variables], "of a variable")


def read(path: Path, name: str | None) -> tuple[xr.Dataset, Environment, dict[str, Any]]:
    """Inverse of `write`; the first record there unless a name is given."""
    known = names(path)
    if name is not None and name not in known:
        raise InputError(None, f"{path.name} holds no record {name!r}", f"write one of {', '.join(map(repr, known))}")
    record, world = _taken(path, _group(path, known[0] if name is None else name))
    environment = _to_environment(world)
    facts = {key: json.loads(value) for key, value in record.attrs.items() if key != NAME}
    notes, of_variables = facts.pop(NOTES)
    record = record.drop_attrs().assign_attrs(notes)
    for variable, its in of_variables.items():
        record[variable].attrs.update(its)
    return record, environment, facts


def checked_target(path: str | os.PathLike[str]) -> Path:
    """The path of a file that may be written: in a folder that exists, with a name that a file can have."""
    if not isinstance(path, str | os.PathLike):
        raise InputError("path", f"is of type {type(path).__name__}, but it is a file's name", "write it in quotes")
    file = Path(path)
    if not os.path.isdir(file.absolute().parent):
        raise InputError(None, f"there is no folder {str(file.parent)!r} to write {file.name!r} in", "make it first")
    if why := why_no_name(file):
        raise InputError("path", f"is {str(path)[:60]!r}, but no file can be called so ({why})", "write another name")
    return file


def names(path: Path) -> list[str]:
    """Names of the records in a file, in the order they were written."""
    import h5py

    if not os.path.isfile(path):
        raise InputError(None, f"there is no file {str(path)!r}", "give the path of a netCDF file that ontogeny saved")
    try:
        with h5py.File(path) as file:
            if NAME in file.attrs:
                return [str(file.attrs[NAME])]
            found = [name for name, group in file.items() if isinstance(group, h5py.Group) and WORLD in group]
    except OSError:
        found = []
    if not found:
        raise InputError(
            None, f"{path.name!r} is not a file of trajectories", "give the path of a netCDF file that ontogeny saved"
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
        "notes": [note._asdict() for note in environment.notes],
    }
    attrs = {key: json.dumps(value) for key, value in facts.items()}
    return xr.Dataset({key: entry for key, entry in known.items() if entry[1] is not None}, attrs=attrs)


def _to_environment(stored: xr.Dataset) -> Environment:
    arrays = {key: np.asarray(stored[key].values) for key in stored}
    variation, data, blur = Variation(arrays.pop("input_correlation")), None, arrays.pop("blur", None)
    if "targets" in arrays:
        inputs, targets = arrays.pop("inputs"), arrays.pop("targets")
        given = inputs if inputs.ndim else OneHot(len(targets), float(inputs))
        seen, rounding = arrays.pop("observed", None), arrays.pop("rounding", None)
        data = Samples(given, targets, arrays.pop("weights"), seen, rounding)
    called: dict[str, Any] = json.loads(stored.attrs["names"])
    called = {key: value if value is None else tuple(value) for key, value in called.items()}
    normalization, notes = (json.loads(stored.attrs[key]) for key in ("normalization", "notes"))
    told = tuple(map(revived, notes))
    return Environment(arrays["input_output_correlation"], variation, Names(**called), normalization, data, told, blur)
