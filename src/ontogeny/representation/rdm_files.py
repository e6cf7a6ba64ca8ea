"""RDMs from files: NumPy, tables, HDF5 as rsatoolbox writes it, and .mat as Meadows writes it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, quoted
from .._core.counting import counted
from .._core.names import places
from ..tables.files import read_columns
from .exchange import from_rsatoolbox
from .mat_files import mat_variables
from .pair_tables import PAIR, called, numbers, of_pairs, pair_columns
from .stored import labelled, tables

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".wav", ".mp3", ".mp4", ".txt")


def read_rdms(
    path: str | os.PathLike[str], *, items: Sequence[str] | None = None, times: ArrayLike | None = None
) -> xr.DataArray:
    """RDMs from a file.

    Parameters
    ----------
    path : path
        - ``.npy``, ``.npz``: tables (..., item, item), or vectors of the pairs above the diagonal, row by row; needs
          `items`, unless the .npz holds an array ``items``. An array ``times`` names the first axis.
        - ``.csv``, ``.tsv``: one row for every pair, with columns item_1, item_2 and dissimilarity, and time or subject
          where there are several, or what they are usually called (stim1, distance, age, session, participant); or a
          square table with the names of the items around it.
        - ``.h5``, ``.hdf5``: as rsatoolbox saves RDMs. A descriptor of numbers that is called age, session or the like
          is the time.
        - ``.mat``, also of version 7.3: as Meadows stores them, vectors ``rdmutv`` and names ``stimuli``, or
          ``rdmutv_<participant>`` and ``stimuli_<participant>`` of several participants, who become subjects.
    items : list of str, optional
        Order of the items, matched by name; of an .npy file their names, in the order of its axes.
    times : array, shape (RDMs,), optional
        When each RDM of a file was measured that holds several, and no times itself.

    Returns
    -------
    DataArray, dims ([subject,] [time,] item, item_2)
        Pairs that a table does not list are NaN.

    Raises
    ------
    InputError
        A file that is not there, of another kind, damaged, pickled, or with other items; in one sentence.

    Notes
    -----
    Nothing that a file holds is executed: pickled arrays are refused. Endings of pictures and sounds are taken off the
    names of Meadows' stimuli, and each participant's items are matched by name.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "judged.csv"
    >>> lines = ["item_1,item_2,dissimilarity", "oak,elm,0.2", "oak,robin,0.9", "elm,robin,0.8"]
    >>> _ = file.write_text("\\n".join(lines))
    >>> read_rdms(file, items=["robin", "oak", "elm"]).values.tolist()
    [[0.0, 0.9, 0.8], [0.9, 0.0, 0.2], [0.8, 0.2, 0.0]]
    """
    if not isinstance(path, str | os.PathLike):
        raise InputError("path", f"is of type {type(path).__name__}", "write the path of a file")
    file = Path(path).expanduser()
    if not os.path.isfile(file):
        raise InputError(None, f"there is no file {str(file)!r}", "check the path")
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise InputError(None, f"{file.name!r} has none of the endings that are known", f"use {', '.join(READERS)}")
    found = reader(file, items)
    return found if times is None else _at(file, found, times)


def _at(file: Path, found: xr.DataArray, times: ArrayLike) -> xr.DataArray:
    """RDMs of a file without times, over time."""
    lead = [dim for dim in found.dims[:-2] if str(dim) not in ("subject", "seed")]
    if "time" in found.coords:
        raise InputError("times", f"are given, but {file.name!r} holds its own", "leave them out")
    clock = np.asarray(times, dtype=float)
    many = found.sizes[lead[0]] if len(lead) == 1 else 1
    if len(lead) != 1 or clock.shape != (many,):
        came = f"are {clock.size}, but {file.name!r} holds {counted(many, 'RDM')}"
        raise InputError("times", came, "write one for each")
    return found.rename({lead[0]: "time"}).assign_coords(time=clock)


def _read_npy(file: Path, items: Sequence[str] | None) -> xr.DataArray:
    values = _loaded(file)
    if items is None:
        raise InputError("items", f"are not given, and {file.name!r} holds no names", "pass items=[...] in its order")
    return _from_arrays(file, values, items, None, None)


def _read_npz(file: Path, items: Sequence[str] | None) -> xr.DataArray:
    arrays = _loaded(file)
    try:
        held = {name: arrays[name] for name in arrays.files}
    except ValueError:
        raise _pickled(file) from None
    finally:
        arrays.close()
    names, times = held.pop("items", None), held.pop("times", None)
    key = "rdms" if "rdms" in held else "dissimilarities" if "dissimilarities" in held else None
    if key is None and len(held) != 1:
        raise InputError(None, f"{file.name!r} holds the arrays {quoted(held, 8)}", "call that of the distances 'rdms'")
    if names is None and items is None:
        raise InputError("items", f"are not given, and {file.name!r} holds none", "pass items=[...] in its order")
    own = list(items or ()) if names is None else np.asarray(names).astype(str).ravel().tolist()
    return _from_arrays(file, held[key or next(iter(held))], own, None if names is None else items, times)


def _from_arrays(
    file: Path, values: np.ndarray, names: Sequence[str], wanted: Sequence[str] | None, times: np.ndarray | None
) -> xr.DataArray:
    table = tables(values, f"distances in {file.name!r}")
    count = table.ndim - 2
    lead: dict[str, Any] = {f"dim_{axis}": range(table.shape[axis]) for axis in range(count)}
    if times is not None:
        if count == 0 or np.shape(times) != table.shape[:1]:
            raise InputError(None, f"{file.name!r} has times of shape {np.shape(times)}", "store one for each RDM")
        lead = {"time": np.asarray(times, dtype=float), **dict(list(lead.items())[1:])}
    elif count == 1:
        lead = {"rdm": range(table.shape[0])}
    return labelled(table, names, lead, wanted, {})


def _loaded(file: Path) -> Any:
    try:
        return np.load(file, allow_pickle=False)
    except ValueError as error:
        if "pickle" in str(error):
            raise _pickled(file) from None
        raise _damaged(file, error) from None
    except Exception as error:  # zipfile, struct and others, as the bytes may be
        raise _damaged(file, error) from None


def _read_table(file: Path, items: Sequence[str] | None) -> xr.DataArray:
    frame, _ = read_columns(file)
    columns = pair_columns(frame)
    return _square(file, frame, items) if columns is None else of_pairs(file, frame, columns, items)


def _square(file: Path, frame: pd.DataFrame, items: Sequence[str] | None) -> xr.DataArray:
    """A table with names of the items in its header and in its first column."""
    rows, columns = frame.iloc[:, 0].astype(str).str.strip().tolist(), [str(name).strip() for name in frame.columns[1:]]
    if sorted(rows) != sorted(columns):
        raise InputError(
            None,
            f"{file.name!r} has the columns {quoted(frame.columns, 5)}, and is no square table of items",
            f"use the columns {', '.join(PAIR)}, or the same names in the header and in the first column",
        )
    values = np.column_stack([numbers(file, frame[name], name) for name in frame.columns[1:]])
    order = places(columns, rows, "the header", "the first column")
    values = values if order is None else values[:, order]
    return labelled(tables(values, f"distances in {file.name!r}"), rows, {}, items, {})


def _read_hdf5(file: Path, items: Sequence[str] | None) -> xr.DataArray:
    import h5py

    try:
        with h5py.File(file, "r") as held:
            parts = {
                "dissimilarities": np.atleast_2d(np.asarray(held["dissimilarities"])),
                "pattern_descriptors": _described(held, "pattern_descriptors"),
                "rdm_descriptors": _described(held, "rdm_descriptors"),
                "dissimilarity_measure": held.attrs.get("dissimilarity_measure"),
                "descriptors": dict(held["descriptors"].attrs) if "descriptors" in held else {},
            }
    except Exception as error:
        raise _damaged(file, error, "RDMs of rsatoolbox") from None
    described: dict[str, list[Any]] = parts["rdm_descriptors"]
    when = called(described, "time")
    if when not in (None, "time") and all(isinstance(value, int | float) for value in described[when]):
        parts["rdm_descriptors"] = {("time" if key == when else key): value for key, value in described.items()}
    return from_rsatoolbox(SimpleNamespace(**parts), items=items)  # type: ignore[return-value]  # no trials


def _described(held: Any, group: str) -> dict[str, list[Any]]:
    """Descriptors of one kind: arrays in a group, or lists of text among its attributes."""
    if group not in held:
        return {}
    arrays = {key: _texts(held[group][key]) for key in held[group]}
    return arrays | {key: _texts(value) for key, value in held[group].attrs.items()}


def _texts(part: Any) -> list[Any]:
    values = np.asarray(part).ravel()
    return [value.decode() if isinstance(value, bytes) else value for value in values.tolist()]


def _read_mat(file: Path, items: Sequence[str] | None) -> xr.DataArray:
    try:
        held = mat_variables(file)
    except Exception as error:
        raise _damaged(file, error) from None
    whose = [name.removeprefix("rdmutv") for name in held if name.startswith("rdmutv")]
    whose = [suffix for suffix in whose if f"stimuli{suffix}" in held]
    if not whose:
        raise InputError(
            None,
            f"{file.name!r} holds {quoted(held, 8)}",
            "store vectors `rdmutv` and names `stimuli`, as Meadows does",
        )
    names = [_without_endings(held[f"stimuli{suffix}"]) for suffix in whose]
    found = [tables(_flat(held[f"rdmutv{suffix}"]), f"distances in {file.name!r}") for suffix in whose]
    if whose == [""]:
        lead = {"rdm": range(len(found[0]))} if len(found[0]) > 1 else {}
        return labelled(found[0] if lead else found[0][0], names[0], lead, items, {})
    same = [labelled(one[0], own, {}, names[0] if items is None else items, {}) for one, own in zip(found, names)]
    people = [suffix.strip("_").replace("_", "-") for suffix in whose]
    ordered = names[0] if items is None else items
    return labelled(np.stack([one.values for one in same]), ordered, {"subject": people}, None, {})


def _flat(values: np.ndarray) -> np.ndarray:
    """Vectors of pairs as rows; a column is one vector."""
    values = np.atleast_2d(np.asarray(values))
    return values.T if values.shape[1] == 1 and values.shape[0] > 1 else values


def _without_endings(names: list[str]) -> list[str]:
    """Names without the ending of a picture or sound, if all have one."""
    bare = [Path(name.strip()) for name in names]
    return [name.stem if all(one.suffix.lower() in MEDIA for one in bare) else str(name) for name in bare]


def _pickled(file: Path) -> InputError:
    return InputError(
        None, f"{file.name!r} holds pickled objects, which could run any program", "store plain numbers with numpy.save"
    )


def _damaged(file: Path, error: Exception, kind: str = "") -> InputError:
    what = kind or f"a {file.suffix.lower()} file"
    return InputError(None, f"{file.name!r} cannot be read as {what} ({type(error).__name__})", "write it again")


READERS: Mapping[str, Callable[[Path, Sequence[str] | None], Any]] = {
    ".npy": _read_npy,
    ".npz": _read_npz,
    ".csv": _read_table,
    ".tsv": _read_table,
    ".h5": _read_hdf5,
    ".hdf5": _read_hdf5,
    ".mat": _read_mat,
}
