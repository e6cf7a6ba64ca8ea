"""The zarr store of a sweep: made whole, opened by one writer, written chunk by chunk with the status last."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from .. import __version__
from .._core.checks import InputError
from .._core.interruption import uninterrupted
from .._core.settings import toml_value
from ..tables.stored_arrays import imported_zarr
from .commands import Quantity
from .layout import KEY, MESSAGE, MISSING, STATUS, Layout, identity, keys

FORMAT: Final = 3  # of zarr: a status of 0 is a number there, and not a missing value
STRAYS = "*.partial"  # what a killed writer leaves of a file that it had not renamed yet
WRITE_ANOTHER = "name another store, or write the settings as they were"


@dataclass(frozen=True, eq=False)
class Store:
    """A store that is open for writing; nobody else writes to it.

    Parameters
    ----------
    path : Path
        Its folder.
    layout : Layout
        Its dimensions and chunks.
    arrays : mapping of str to zarr.Array
        Its variables.
    """

    path: Path
    layout: Layout
    arrays: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Store {str(self.path)!r}: {self.layout.design.runs} runs>"

    @classmethod
    @uninterrupted()
    def opened(cls, path: Path, layout: Layout) -> Store:
        """The store of a sweep, made if there is none.

        Raises
        ------
        InputError
            A place that holds something else, or a sweep with other settings.
        """
        zarr = zarr_or_refusal()
        draft = path.with_name(f".{path.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        if not path.exists() or path.is_dir() and not any(path.iterdir()):
            try:
                _make(draft, layout)
                if path.exists():
                    path.rmdir()
                draft.rename(path)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
        check_is_store(path)
        for stray in path.rglob(STRAYS):
            stray.unlink(missing_ok=True)
        group = zarr.open_group(path, mode="r+", zarr_format=FORMAT, use_consolidated=False)
        _check_same(group, layout, path)
        return cls(path, layout, dict(group.arrays()))

    @uninterrupted()
    def status(self) -> np.ndarray:
        """Status of every run, in their shape."""
        return np.asarray(self.arrays[STATUS.name][...])

    @uninterrupted()
    def read(self, quantity: Quantity, region: tuple[slice, ...]) -> np.ndarray:
        """A quantity of the runs in a chunk."""
        return np.asarray(self.arrays[quantity.name][region])

    @uninterrupted()
    def write(self, values: Mapping[str, np.ndarray], region: tuple[slice, ...]) -> None:
        """A whole chunk of every quantity, then its status: until then its runs count as they did before."""
        for name, each in values.items():
            if name != STATUS.name:
                self.arrays[name][region] = each
        self.arrays[STATUS.name][region] = values[STATUS.name]


def zarr_or_refusal() -> Any:
    """The module zarr, or a sentence that it is not installed."""
    if importlib.util.find_spec("zarr") is None:
        problem = "sweeps are kept by zarr, which is not installed"
        raise InputError(None, problem, 'write `pip install "ontogeny[sweeps]"`')
    return imported_zarr()


def check_is_store(path: Path) -> None:
    """Refuse a place that is not the store of a sweep."""
    if not path.exists():
        raise InputError(None, f"there is no store {str(path)!r}", "write the folder that `ontogeny sweep` wrote to")
    try:
        known = json.loads((path / "zarr.json").read_text(encoding="utf-8"))["attributes"]["specification"]
        json.loads(known)
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(None, f"{str(path)!r} is not the store of a sweep", "name another place") from None


def _make(draft: Path, layout: Layout) -> None:
    """A store in which every run is missing."""
    import zarr

    group = zarr.create_group(draft, zarr_format=FORMAT, attributes=layout.attributes())
    design = layout.design
    for name, (dims, values) in layout.coordinates().items():
        kind = str if values.dtype == object else values.dtype
        array = group.create_array(name, shape=values.shape, chunks=values.shape, dtype=kind, dimension_names=dims)
        array[...] = values
    for quantity in (*layout.quantities, MESSAGE, STATUS, KEY):
        array = group.create_array(
            quantity.name,
            shape=(*design.shape, *layout.shape(quantity)),
            chunks=(*layout.chunks, *layout.shape(quantity)),
            dtype=kind_of(quantity),
            fill_value=nothing(quantity),
            dimension_names=(*design.dims, *quantity.dims),
            attributes={"long_name": quantity.meaning},
        )
        if quantity is STATUS:
            array.attrs.update({"flag_values": [0, 1, 2], "flag_meanings": "missing done failed"})
        if quantity is KEY:
            array[...] = keys(design)


def kind_of(quantity: Quantity) -> Any:
    """Type of the numbers of a quantity."""
    return {float: np.dtype("float64"), int: np.dtype("int32")}.get(quantity.kind, quantity.kind)


def nothing(quantity: Quantity) -> Any:
    """What a quantity is where nothing is known of it."""
    return {float: np.nan, str: ""}.get(quantity.kind, MISSING)


def _check_same(group: Any, layout: Layout, path: Path) -> None:
    """Refuse a store that was made with other settings, another version, or other files; the difference is named."""
    before, now = json.loads(group.attrs["specification"]), json.loads(json.dumps(identity(layout.design)))
    for key in {**before, **now}:
        if key in before and key in now and before[key] == now[key]:
            continue
        old, new = (_shown(each[key]) if key in each else "not given" for each in (before, now))
        what = f"version {before[key]} of ontogeny, and this is {__version__}" if key == "version" else (
            f"{key} {old}, and now it is {new}"
        )  # fmt: skip
        raise InputError(None, f"the store {str(path)!r} was made with {what}", WRITE_ANOTHER)
    if list(before) != list(now):  # the dimensions of a grid have an order
        raise InputError(None, f"the store {str(path)!r} was made with its settings in another order", WRITE_ANOTHER)


def _shown(value: Any) -> str:
    words = toml_value(value)
    return words if len(words) <= 120 else f"{words[:117]}..."
