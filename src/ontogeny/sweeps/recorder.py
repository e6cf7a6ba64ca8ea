"""The one writer of a store: chunks in memory that are written when they are whole, and every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .layout import DONE, FAILED, MESSAGE, MISSING, STATUS, Layout
from .log import Log
from .outcomes import Outcome
from .store import Store, kind_of, nothing

FLUSH = 3.0  # seconds between writes: what a sweep that ends can lose
SLOW = 1.0  # seconds of a run that costs more than its write: it is written at once


@dataclass(eq=False)
class Chunk:
    """Runs that are written together.

    Parameters
    ----------
    region : tuple of slice
        Where they lie along the dimensions of the runs.
    values : dict of str to array
        Every quantity, the message and the status of all of them.
    fresh : list of Outcome
        What came since the last write.
    """

    region: tuple[slice, ...]
    values: dict[str, np.ndarray]
    fresh: list[Outcome] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<Chunk: {self.values[STATUS.name].size} runs, {len(self.fresh)} not written yet>"

    @property
    def is_whole(self) -> bool:
        """Whether no run of it is missing."""
        return bool(np.all(self.values[STATUS.name] != MISSING))


@dataclass(eq=False)
class Recorder:
    """Writes outcomes to a store.

    Parameters
    ----------
    store : Store
        Where to.
    log : Log
        Wall times.
    clock : function
        Seconds.
    """

    store: Store
    log: Log
    clock: Callable[[], float] = time.monotonic
    chunks: dict[tuple[int, ...], Chunk] = field(default_factory=dict)
    written: float = field(init=False)

    def __post_init__(self) -> None:
        self.written = self.clock()

    def __repr__(self) -> str:
        return f"<Recorder of {self.store!r}>"

    @property
    def layout(self) -> Layout:
        """Dimensions and chunks of the store."""
        return self.store.layout

    def record(self, outcome: Outcome) -> None:
        """Take an outcome; it is written with its chunk."""
        places = np.unravel_index(outcome.run, self.layout.design.shape)
        chunk = self._chunk(tuple(int(each) // size for each, size in zip(places, self.layout.chunks)))
        inside = tuple(int(each) - part.start for each, part in zip(places, chunk.region))
        for quantity in self.layout.quantities:
            if outcome.values is not None and quantity.name in outcome.values:
                place = chunk.values[quantity.name][inside] if quantity.dims else None
                value = np.asarray(outcome.values[quantity.name])
                if place is None:
                    chunk.values[quantity.name][inside] = value
                else:
                    place[self._corner(quantity.dims, value.shape, outcome.values)] = value
        chunk.values[MESSAGE.name][inside] = outcome.message
        chunk.values[STATUS.name][inside] = FAILED if outcome.values is None else DONE
        chunk.fresh.append(outcome)
        if chunk.is_whole:
            self._write(chunk)
            self.chunks = {key: each for key, each in self.chunks.items() if each is not chunk}
        self.flush_if_due(outcome.seconds > SLOW)

    def flush_if_due(self, now: bool = False) -> None:
        """Write what came, if the last write was a few seconds ago, or now."""
        if now or self.clock() - self.written > FLUSH:
            self.flush()

    def _corner(self, dims: tuple[str, ...], shape: tuple[int, ...], values: dict[str, Any]) -> tuple[Any, ...]:
        """Where an array goes: by its labels if it has some, else to the beginning; what is left over is padding."""
        along: list[np.ndarray] = []
        for dim, size in zip(dims, shape):
            if dim in values:
                known = list(self.layout.labels[dim])
                along.append(np.array([known.index(label) for label in values[dim]], dtype=int))
            else:
                along.append(np.arange(size))
        return np.ix_(*along)

    def _chunk(self, key: tuple[int, ...]) -> Chunk:
        """A chunk in memory, as far as it was recorded before."""
        if key not in self.chunks:
            region = self.layout.of_chunk(key)
            shape = tuple(part.stop - part.start for part in region)
            status = self.store.read(STATUS, region)
            values = {}
            for quantity in (*self.layout.quantities, MESSAGE):
                kind = object if quantity.kind is str else kind_of(quantity)
                values[quantity.name] = np.full((*shape, *self.layout.shape(quantity)), nothing(quantity), dtype=kind)
                if np.any(status != MISSING):
                    values[quantity.name][...] = self.store.read(quantity, region)
            for name, each in values.items():  # written by a sweep that ended before the status was
                quantity = next(one for one in (*self.layout.quantities, MESSAGE) if one.name == name)
                each[status == MISSING] = nothing(quantity)
            self.chunks[key] = Chunk(region, {**values, STATUS.name: np.array(status)})
        return self.chunks[key]

    def flush(self) -> None:
        """Write all that came since the last write."""
        for chunk in self._unwritten():
            self._write(chunk)
        self.written = self.clock()

    def _unwritten(self) -> Iterator[Chunk]:
        return (chunk for chunk in list(self.chunks.values()) if chunk.fresh)

    def _write(self, chunk: Chunk) -> None:
        self.log.add(chunk.fresh)
        self.store.write(chunk.values, chunk.region)
        chunk.fresh.clear()
