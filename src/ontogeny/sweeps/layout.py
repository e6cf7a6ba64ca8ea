"""How a store is laid out: dimensions, chunks of a hundred runs or more, and the attributes that say what was asked."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import __version__
from .._core.settings import toml_value
from .commands import Command, Inputs, Quantity
from .design import RUN, Design
from .tables import digests_of

FEWEST = 100  # runs in a chunk: a chunk is a file, and one file for every run is thirty times slower
MOST = 1000
GOOD, LARGEST = 2**20, 2**26  # bytes of a chunk of the largest quantity
MISSING, DONE, FAILED = 0, 1, 2
STATUS = Quantity("status", (), "Whether a run is missing (0), done (1) or failed (2).", np.int8)
MESSAGE = Quantity("message", (), "Why a run failed, or what it warned of.", str)
KEY = Quantity("key", (), "Digest of the settings of a run, with its seed, the version and the files read.", np.uint64)


@dataclass(frozen=True, eq=False)
class Layout:
    """Dimensions and chunks of a store.

    Parameters
    ----------
    design : Design
        The runs.
    quantities : tuple of Quantity
        What each leaves behind.
    labels : mapping of str
        Labels along the dimensions of the quantities, or a number of places.
    chunks : tuple of int
        Size of a chunk along every dimension of the runs.
    """

    design: Design
    quantities: tuple[Quantity, ...]
    labels: Mapping[str, Any]
    chunks: tuple[int, ...]

    @classmethod
    def of(cls, design: Design, inputs: Inputs) -> Layout:
        """Layout of a new store."""
        command: Command = design.command
        quantities = command.quantities(design)
        labels = command.labels(design, inputs)
        sizes = {name: label if isinstance(label, int) else len(label) for name, label in labels.items()}
        largest = max(8 * math.prod(sizes[dim] for dim in quantity.dims) for quantity in quantities)
        return cls(design, quantities, labels, chunk_shape(design.shape, largest))

    def __repr__(self) -> str:
        return f"<Layout: {len(self.quantities)} quantities of {self.design.runs} runs, chunks of {self.chunks}>"

    def size(self, dim: str) -> int:
        """Number of places along a dimension of a quantity."""
        label = self.labels[dim]
        return label if isinstance(label, int) else len(label)

    def shape(self, quantity: Quantity) -> tuple[int, ...]:
        """Shape of a quantity of one run."""
        return tuple(self.size(dim) for dim in quantity.dims)

    def of_chunk(self, place: Sequence[int]) -> tuple[slice, ...]:
        """Where a chunk lies along the dimensions of the runs."""
        return tuple(
            slice(each * size, min((each + 1) * size, whole))
            for each, size, whole in zip(place, self.chunks, self.design.shape)
        )

    @property
    def grid(self) -> tuple[int, ...]:
        """Number of chunks along every dimension of the runs."""
        return tuple(math.ceil(whole / size) for whole, size in zip(self.design.shape, self.chunks))

    def coordinates(self) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
        """Labels along all dimensions, and in a random design the settings of every run."""
        design = self.design
        found: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
        if design.number is not None:
            found[RUN] = ((RUN,), np.arange(design.number))
        for axis in design.axes:
            dims = (axis.name,) if design.number is None else (RUN,)
            found[axis.name] = (dims, labels_of(axis.values))
        for name, labels in self.labels.items():
            if not isinstance(labels, int):
                found[name] = ((name,), labels_of(list(labels)))
        return found

    def attributes(self) -> dict[str, Any]:
        """What the store says of itself."""
        return {
            "title": f"Sweep of ontogeny {self.design.command.name}",
            "ontogeny_version": __version__,
            "specification": json.dumps(identity(self.design)),
            "quantities": " ".join(quantity.name for quantity in self.quantities),
            "varied": " ".join(axis.name for axis in self.design.axes),
            "coordinates": " ".join(self.coordinates()),
        }


def chunk_shape(shape: Sequence[int], bytes_of_a_run: int) -> tuple[int, ...]:
    """Size of a chunk along every dimension: 100 runs or more, unless single ones are very large.

    >>> chunk_shape((3, 50, 67), 1000), chunk_shape((3,), 1000), chunk_shape((5000,), 2**24)
    ((1, 17, 67), (3,), (4,))
    """
    wanted = int(np.clip(GOOD // bytes_of_a_run, FEWEST, MOST))
    wanted = max(1, min(wanted, LARGEST // bytes_of_a_run))
    sizes = []
    for whole in reversed(shape):
        parts = max(whole // wanted, 1) if wanted < whole else 1
        sizes.append(math.ceil(whole / parts))
        wanted = math.ceil(wanted / sizes[-1])
    return tuple(reversed(sizes))


def labels_of(values: Sequence[Any]) -> np.ndarray:
    """Values as labels: numbers as they are, all else in words.

    >>> labels_of([1, 2, 3]), labels_of(["zoo", {"form": "ordering", "n": 4}]).tolist()
    (array([1, 2, 3]), ['zoo', '{ form = "ordering", n = 4 }'])
    """
    kinds = {type(value) for value in values}
    if kinds <= {int, float} or kinds == {bool} or kinds <= {np.int64}:
        return np.asarray(values)
    return np.array([value if isinstance(value, str) else toml_value(value) for value in values], dtype=object)


def identity(design: Design) -> dict[str, Any]:
    """What was asked, with all defaults and what the files held: two sweeps that agree in this are one."""
    found: dict[str, Any] = {"command": design.command.name, "version": __version__}
    varied = {axis.path for axis in design.axes}
    found |= {key: value for key, value in design.base.items() if (key,) not in varied}
    spec = design.specification
    if design.number is None:
        found |= {".".join(axis.path): {"grid": axis.values} for axis in design.axes}
    else:
        found |= {key: {"random": value} for key, value in spec.random.items()}
        found |= {"number of runs": design.number, "seed of the draws": spec.seed}
    return found | {f"what {name!r} holds": digest for name, digest in digests_of(design).items()}


def keys(design: Design) -> np.ndarray:
    """Digest of every run, in the shape of the runs."""
    files = digests_of(design)
    found = np.empty(design.runs, dtype=np.uint64)
    for run in range(design.runs):
        known = json.dumps([design.command.name, design.settings(run), __version__, files], sort_keys=True)
        found[run] = int.from_bytes(hashlib.blake2b(known.encode(), digest_size=8).digest(), "little")
    return found.reshape(design.shape)
