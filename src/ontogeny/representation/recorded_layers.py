"""Layers of recordings: what `Layer` knows of trained networks, read from measured activity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite
from .._core.counting import counted, evenly
from .recordings import Recording

SLACK = 0.01  # share of the time span by which an asked time may lie outside


@dataclass(frozen=True, eq=False)
class RecordedLayer:
    """One layer of a recording.

    Parameters
    ----------
    recording : Recording
        The measured activity.
    name : str
        Name of the layer.
    """

    recording: Recording
    name: str

    def __repr__(self) -> str:
        return (
            f"<RecordedLayer: {self.name} of {counted(self.networks, 'network')}, {counted(self.times.size, 'time')}>"
        )

    @property
    def times(self) -> np.ndarray:
        """Times of the recording, shape (times,)."""
        return self.recording.times

    @property
    def networks(self) -> int:
        """How many networks or subjects there are."""
        return len(self.recording.layers[self.name])

    @property
    def labels(self) -> dict[str, np.ndarray]:
        """Name of the dimension of networks or subjects and its labels; empty if there is no such dimension."""
        recording = self.recording
        return {recording.along: np.array(recording.subjects or recording.seeds)} if recording.along else {}

    @property
    def item_names(self) -> tuple[str, ...]:
        """Names of the items."""
        return self.recording.items or ()

    has_units = True
    knows_modes = False

    def at(self, times: ArrayLike | None, most: int) -> np.ndarray:
        """Numbers of the recorded times nearest to some times; by default of at most `most`, evenly spaced."""
        clock = self.times
        if times is None:
            return evenly(clock.size, most)
        slack = SLACK * (clock[-1] - clock[0])
        for time in np.ravel(times).tolist():
            if not clock[0] - slack <= finite(time, "time") <= clock[-1] + slack:
                raise InputError(
                    "time",
                    f"is {time!r}, but the record runs from {clock[0]:.4g} to {clock[-1]:.4g}",
                    "write a time inside",
                )
        return np.array([np.argmin(np.abs(clock - time)) for time in np.ravel(times).tolist()])

    def active(self, looks: Any = slice(None)) -> tuple[np.ndarray, ...]:
        """Activity of every network at some times, (time, unit, item) each."""
        every = isinstance(looks, np.ndarray) and np.array_equal(looks, np.arange(self.times.size))
        return tuple(array if every else array[looks] for array in self.recording.layers[self.name])

    def stacked(self, looks: Any = slice(None)) -> np.ndarray:
        """The same as one array ([network,] time, unit, item)."""
        arrays = self.active(looks)
        counts = [array.shape[1] for array in arrays]
        if len(set(counts)) > 1:
            raise InputError(
                "layer",
                f"is {self.name!r}, in which networks have different numbers of units ({counts[0]}, {counts[1]}, ...)",
                "compare them by `gram` or `rdm`, which need no common units",
            )
        return np.stack(arrays) if self.recording.along else arrays[0]

    def items(self, network: int, time: int) -> np.ndarray:
        """Coordinates of the items at one of the times, shape (items, units)."""
        found: np.ndarray = self.recording.layers[self.name][network][time].T
        return found

    def features(self, network: int, time: int) -> np.ndarray:
        """Refused: a recording knows no weights that lead to features."""
        raise InputError("of", "is 'features', but a recording knows what items evoke, not weights", "write of='items'")

    def each(self) -> Iterator[tuple[int, int]]:
        """All pairs of network and time."""
        yield from ((network, time) for network in range(self.networks) for time in range(self.times.size))
