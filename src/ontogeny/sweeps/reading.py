"""Reading a sweep: the store as a labelled data set, how far it is, and a table of its runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError
from .._core.counting import counted
from .._core.interruption import uninterrupted
from .layout import DONE, FAILED, KEY, MESSAGE, MISSING, STATUS
from .log import Log
from .store import check_is_store, zarr_or_refusal

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

WORDS = {MISSING: "missing", DONE: "done", FAILED: "failed"}


@dataclass(frozen=True, eq=False)
class Sweep:
    """How far a sweep is, and what it found.

    Parameters
    ----------
    store : Path
        Folder of the store.
    command : str
        What was run.
    sizes : mapping of str to int
        Number of runs along every dimension.
    counts : mapping of str to int
        Of runs that are "done", "failed" and "missing".
    failures : mapping of str to list of str
        Settings of the runs that failed, by the sentence that says why.
    seconds : float
        Wall time of all recorded runs together, as the log beside the store has it.
    """

    store: Path
    command: str
    sizes: Mapping[str, int]
    counts: Mapping[str, int]
    failures: Mapping[str, list[str]]
    seconds: float

    @property
    def runs(self) -> int:
        """Number of all runs."""
        return sum(self.counts.values())

    @property
    def is_complete(self) -> bool:
        """Whether no run is missing."""
        return self.counts["missing"] == 0

    @property
    def dataset(self) -> xr.Dataset:
        """Everything in the store, read when it is used; as `open` gives it."""
        return open(self.store)

    def __repr__(self) -> str:
        over = ", ".join(f"{name} ({size})" for name, size in self.sizes.items())
        parts = ", ".join(f"{number} {word}" for word, number in self.counts.items() if number or word == "done")
        return f"<Sweep of {self.command} over {over}: {counted(self.runs, 'run')}, {parts}>"

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each run: what varies, status, message, and every quantity that is one number."""
        data = self.dataset
        dims = data[STATUS.name].dims
        names = [str(name) for name in data.data_vars if data[name].dims == dims and name != KEY.name]
        table = data[names].to_dataframe(dim_order=list(dims)).reset_index()
        table[STATUS.name] = table[STATUS.name].map(WORDS)
        varied = data.attrs["varied"].split()
        first = [str(dim) for dim in dims if dim not in varied]  # the number of a random run
        ends = [STATUS.name, MESSAGE.name]
        return table[[*first, *varied, *ends, *(name for name in names if name not in ends)]]


@uninterrupted()
def open(store: str | Path) -> xr.Dataset:
    """The store of a sweep as a data set, of which only what is used is read.

    Parameters
    ----------
    store : path
        Folder of the store.

    Returns
    -------
    Dataset
        Its dimensions are the settings that vary, in the order in which they were written (or ``run`` of a random
        design), then those of each quantity. Runs that are missing or failed are NaN; ``status`` says which.

    Raises
    ------
    InputError
        A place that is not the store of a sweep.

    Notes
    -----
    The same as ``xarray.open_zarr(store, consolidated=False)``, with its variables in a fixed order.
    """
    return _opened(Path(store), _chunks())


def _opened(store: Path, chunks: Any) -> xr.Dataset:
    zarr_or_refusal()
    check_is_store(store)
    import xarray as xr

    data = xr.open_zarr(store, consolidated=False, chunks=chunks)
    return data[[*data.attrs["quantities"].split(), STATUS.name, MESSAGE.name, KEY.name]]  # a folder has no order


def _chunks() -> Any:
    """Chunks of Dask where it is installed; else arrays of xarray's own that are read when they are used."""
    import importlib.util

    return {} if importlib.util.find_spec("dask") else None


@uninterrupted()
def status(store: str | Path) -> Sweep:
    """How far a sweep is; also while it runs.

    Parameters
    ----------
    store : path
        Folder of the store.

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        A place that is not the store of a sweep.
    """
    data = _opened(Path(store), None)  # a few small arrays, for which importing Dask takes longer than reading them
    known = np.asarray(data[STATUS.name])
    counts = {word: int(np.count_nonzero(known == number)) for number, word in sorted(WORDS.items(), reverse=True)}
    if set(np.unique(known)) - set(WORDS):
        raise InputError(None, f"{str(store)!r} holds a status that is unknown", "it was written by another program")
    settings = json.loads(data.attrs["specification"])
    seconds = sum(entry["seconds"] for entry in Log.of(Path(store)).entries())
    ordered = {"done": counts["done"], "failed": counts["failed"], "missing": counts["missing"]}
    sizes = {str(dim): int(data.sizes[dim]) for dim in data[STATUS.name].dims}
    return Sweep(Path(store), settings["command"], sizes, ordered, _failures(data, known), seconds)


def _failures(data: xr.Dataset, known: np.ndarray) -> dict[str, list[str]]:
    """Settings of failed runs, by the sentence that says why."""
    found: dict[str, list[str]] = {}
    if not np.any(known == FAILED):
        return found
    messages = np.asarray(data[MESSAGE.name])
    varied = {name: data[name] for name in data.attrs["varied"].split()}
    for place in zip(*np.nonzero(known == FAILED)):
        at = dict(zip(data[STATUS.name].dims, map(int, place)))
        words = [
            f"{name} = {value.isel({dim: at[dim] for dim in value.dims}).item()}" for name, value in varied.items()
        ]
        found.setdefault(str(messages[place]), []).append(", ".join(words))
    return found
