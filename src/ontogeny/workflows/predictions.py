"""Several predictions in one record: arrays with a leading axis, and each course on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from .._core.checks import InputError
from .._core.counting import counted
from ..trajectory import Trajectory

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

OF_NETWORKS = ("mode_strength", "loss", "half_time", "rise_start", "rise_time", "singular_value", "final_strength")


@dataclass(frozen=True, eq=False)
class Predictions(Sequence[Trajectory]):
    """Courses of learning in several worlds or from several starts, at the same times; a sequence of trajectories.

    Parameters
    ----------
    records : tuple of Trajectory
        One for each run.
    """

    records: tuple[Trajectory, ...]

    @property
    def time(self) -> np.ndarray:
        """Times [unit of tau], shape (time,)."""
        return self.records[0].time

    @property
    def equations(self) -> tuple[str, ...]:
        """What the runs rest on, as `ontogeny.cite` reads it."""
        return tuple(dict.fromkeys(key for record in self.records for key in record.provenance.equations))

    @property
    def dataset(self) -> xr.Dataset:
        """``mode_strength (run, time, mode)``, ``loss (run, time)``, ``half_time``, ``rise_start``, ``rise_time``,
        ``singular_value`` and ``final_strength`` ``(run, mode)``; NaN beyond the modes of a world that has fewer."""
        import xarray as xr

        most = max(record.networks("half_time").shape[-1] for record in self.records)
        dims = {"mode_strength": ("run", "time", "mode"), "loss": ("run", "time")}
        data = {
            name: (dims.get(name, ("run", "mode")), self._stacked(name, None if name == "loss" else most))
            for name in OF_NETWORKS
        }
        coords = {"run": np.arange(len(self.records)), "time": self.time, "mode": np.arange(1, most + 1)}
        return xr.Dataset(data, coords=coords)

    def to_dataframe(self) -> pd.DataFrame:
        """Tidy table: run, time, mode, mode_strength."""
        table = self.dataset["mode_strength"].to_dataframe().reset_index()
        return table.dropna(subset="mode_strength", ignore_index=True)

    def __len__(self) -> int:
        return len(self.records)

    @overload
    def __getitem__(self, run: int) -> Trajectory: ...
    @overload
    def __getitem__(self, run: slice) -> Predictions: ...
    def __getitem__(self, run: int | slice) -> Trajectory | Predictions:
        if not isinstance(run, slice):
            return self.records[run]
        if not self.records[run]:
            raise InputError(None, f"{run} holds none of the {len(self)} runs", "ask for one or more")
        return Predictions(self.records[run])

    def __repr__(self) -> str:
        worlds = {id(record.environment) for record in self.records}
        return (
            f"<Predictions: {counted(len(self), 'run')} in {counted(len(worlds), 'world')}, "
            f"depth {self.records[0].depth}, {counted(self.time.size, 'time')} up to {self.time[-1]:.3g} tau>"
        )

    def _stacked(self, name: str, most: int | None) -> np.ndarray:
        """A variable of all runs, (run, ...), filled up with NaN to as many modes."""
        parts = [record.networks(name)[0] for record in self.records]
        if most is None:
            return np.stack(parts)
        ends = [[(0, 0)] * (part.ndim - 1) + [(0, most - part.shape[-1])] for part in parts]
        return np.stack([np.pad(part, end, constant_values=np.nan) for part, end in zip(parts, ends, strict=True)])
