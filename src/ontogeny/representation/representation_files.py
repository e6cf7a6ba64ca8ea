"""Representations from files: distances as they are, or activity, from which distances are computed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import InputError, quoted
from ..tables.columns import column_numbers
from ..tables.files import read_columns
from .pair_tables import PAIR, pair_columns
from .rdm_files import read_rdms
from .recordings import Recording
from .similarities import rdm

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

LONG = ("unit", "item", "value")  # columns of activity in long form
TABLES = (".csv", ".tsv")
WRITE = f"write numbers, or the columns {', '.join(PAIR)} for distances, or {', '.join(LONG)} for activity"
SAME = 1e-9  # of the largest value: cells of a matrix of distances on both sides of its diagonal agree so far


def read_representation(
    path: str | os.PathLike[str],
    *,
    items: Sequence[str] | None = None,
    metric: str = "squared_euclidean",
    layer: str | None = None,
) -> xr.DataArray:
    """Distances between items from a file of distances, or of activity.

    Parameters
    ----------
    path : path
        What `read_rdms` reads; or activity: a table with a row for each item (its name first) and a column for each
        unit, a table in long form as `Recording.from_dataframe` takes it (columns item, unit, value, and layer, time,
        subject), or a ``.npy`` array (item, unit), with `items`.
    items : list of str, optional
        Names of the items of a ``.npy`` file, in its order.
    metric : str
        Of distances that are computed here, as for `rdm`.
    layer : str, optional
        Which layer of activity in long form, if there are several.

    Returns
    -------
    DataArray, dims ([subject,] [time,] item, item_2)

    Raises
    ------
    InputError
        What `read_rdms` and `Recording.from_dataframe` refuse.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "voxels.csv"
    >>> _ = file.write_text("animal,v1,v2\\nrobin,1,0\\noak,0,1\\nrock,0.5,0.5\\n")
    >>> read_representation(file).values.tolist()[0]
    [0.0, 2.0, 0.5]
    """
    file = Path(path).expanduser()
    if file.suffix.lower() in TABLES and os.path.isfile(file):
        frame, _ = read_columns(file)
        if pair_columns(frame) is not None or _is_square(frame):
            return read_rdms(file, items=items)
        if set(LONG) <= set(frame.columns):
            return _of_long(file.name, frame, metric, layer)
        return _of_units(file.name, frame, metric)
    if file.suffix.lower() == ".npy" and os.path.isfile(file):
        array = np.load(file, allow_pickle=False) if _is_plain(file) else None
        if array is not None and array.ndim == 2 and not _is_distances(array, file.name):
            if items is None:
                raise InputError(
                    "items", f"are not given, and {file.name!r} holds no names", "name them, one for each row"
                )
            return _alone(Recording(None, np.zeros(1), {"activity": array.T}, items=tuple(items)), metric)
    return read_rdms(file, items=items)


def _is_square(frame: pd.DataFrame) -> bool:
    rows = frame.iloc[:, 0].astype(str).str.strip().tolist()
    return sorted(rows) == sorted(str(name).strip() for name in frame.columns[1:])


def _is_plain(file: Path) -> bool:
    """Whether NumPy reads it without running anything."""
    try:
        np.load(file, allow_pickle=False)
    except Exception:  # of any damage; `read_rdms` says which
        return False
    return True


def _is_distances(array: np.ndarray, name: str) -> bool:
    """Whether an array is a table of distances: square, the same on both sides of an empty diagonal."""
    if array.shape[0] != array.shape[1] or array.dtype.kind not in "fiub":
        return False
    scale = SAME * float(np.nanmax(np.abs(array), initial=0.0))
    if not np.allclose(array, array.T, rtol=0, atol=scale, equal_nan=True):
        return False
    if np.all(np.abs(np.nan_to_num(np.diagonal(array).astype(float))) <= scale):
        return True
    raise InputError(
        None, f"{name!r} is the same on both sides of a diagonal that is not 0, as similarities are",
        "store distances, such as 1 minus a correlation, or activity, one row for each item",
    )  # fmt: skip


def _of_long(name: str, frame: pd.DataFrame, metric: str, layer: str | None) -> xr.DataArray:
    roles = {role: role if role in frame.columns else None for role in ("time", "layer", "subject")}
    frame = frame.assign(value=_numbers(name, frame["value"]))
    recording = Recording.from_dataframe(frame, time=roles["time"], layer=roles["layer"], subject=roles["subject"])
    found = rdm(recording, recording.layer_name(layer if roles["layer"] else None), metric)
    return found.isel(time=0, drop=True) if roles["time"] is None else found


def _of_units(name: str, frame: pd.DataFrame, metric: str) -> xr.DataArray:
    """Distances of the rows of a table, whose first column names them."""
    if frame.shape[1] < 2:
        raise InputError(None, f"{name!r} is no table of items (the first column) by units: it has one column", WRITE)
    items = frame.iloc[:, 0].astype(str).str.strip().tolist()
    twice = sorted({item for item in items if items.count(item) > 1})
    if twice:
        raise InputError(None, f"{name!r} has {quoted(twice)} more than once in its first column", "use unique names")
    activity = np.column_stack([_numbers(name, frame[column]) for column in frame.columns[1:]])
    holes = np.argwhere(~np.isfinite(activity))
    if holes.size:
        row, column = holes[0]
        where = f"{items[row]!r}, {str(frame.columns[1 + column])!r}"
        raise InputError(None, f"{name!r} has no finite number for {where}", "leave out such items or units")
    return _alone(Recording(None, np.zeros(1), {"activity": activity.T}, items=tuple(items)), metric)


def _numbers(name: str, column: pd.Series) -> np.ndarray:
    """A column as numbers; decimal commas are read, text is not."""
    if column.dtype.kind in "fiub":
        return column.to_numpy(dtype=float)
    rows = [f"row {number + 1}" for number in range(len(column))]
    try:
        return np.asarray(column_numbers(column, rows, labels=False)[0], dtype=float)
    except InputError:
        problem = f"{name!r} is no table of items (the first column) by units: column {str(column.name)!r} holds text"
        raise InputError(None, problem, WRITE) from None


def _alone(recording: Recording, metric: str) -> xr.DataArray:
    """Distances at the single time of a recording."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = rdm(recording, None, metric).isel(time=0, drop=True)
    if np.isinf(found.values).any():
        raise InputError(None, "activity is so large that squares of it are no numbers", "divide it by a constant")
    return found
