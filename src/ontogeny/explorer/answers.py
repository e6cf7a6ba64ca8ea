"""What the page cannot compute: files through the readers, training, correlated inputs, samples, netCDF.

Each function takes what a request holds and returns plain numbers. They run in child processes, in an empty folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..environments.environment import Environment
from .page_files import page_table

Answer = dict[str, Any]


def table(name: str, content: bytes) -> Answer:
    """A file as a world: names, numbers, categories, notes.

    Raises
    ------
    InputError
        A file that cannot be used, in the words of the command line; missing cells; too many cells for a page.
    """
    from ..tables.files import read_table

    file = Path(name)
    file.write_bytes(content)
    frame, notes = read_table(file)
    world = Environment.from_dataframe(frame)
    return dict(page_table(name, world, notes))


def training(world: Answer, depth: int, initial_strength: float, until: float, networks: int) -> Answer:
    """Strengths of all modes in trained networks, (networks, modes, times)."""
    from ..workflows import simulate

    record = simulate(
        _world(world), depth=depth, initial_strength=initial_strength, until=until, seed=list(range(networks))
    )
    strength = record.dataset["mode_strength"].transpose("seed", "mode", "time")
    return {"time": record.time.tolist(), "strength": strength.values.tolist()}


def shared_inputs(world: Answer, depth: int, initial_strength: float, until: float, overlap: float) -> Answer:
    """Strengths of the modes where inputs of any two items have a product of `overlap`, (modes, times)."""
    from ..workflows import predict

    count = len(world["items"])
    values, axes = np.linalg.eigh((1 - overlap) * np.eye(count) + overlap)
    inputs = axes * np.sqrt(values) @ axes.T
    correlated = Environment.from_arrays(
        inputs, world["values"], items=world["items"], features=world["features"], normalization="sum"
    )
    record = predict(correlated, depth=depth, initial_strength=initial_strength, times=np.linspace(0.0, until, 101))
    return {"time": record.time.tolist(), "strength": record.dataset["mode_strength"].values.T.tolist()}


def netcdf(world: Answer, depth: int, initial_strength: float, until: float) -> bytes:
    """The theory as a netCDF file."""
    from ..workflows import predict

    record = predict(_world(world), depth=depth, initial_strength=initial_strength, until=until)
    record.save("theory.nc")
    return Path("theory.nc").read_bytes()


def samples(name: str, content: bytes, target: str) -> Answer:
    """Predicted errors of a student of half of the rows of a file."""
    from ..generalization import from_data
    from ..tables.files import read_columns
    from ..tables.targets import with_target

    file = Path(name)
    file.write_bytes(content)
    frame, notes = read_columns(file)
    read = with_target(frame, target, notes=notes)
    found = from_data(read.features, read.answers)
    return {
        "time": found.time.tolist(),
        "test_error": found.test_error[-1].tolist(),
        "train_error": found.train_error[-1].tolist(),
        "samples": found.samples[-1],
        "notes": [str(note) for note in read.notes],
    }


def _world(world: Answer) -> Environment:
    import pandas as pd

    frame = pd.DataFrame(world["values"], index=world["items"], columns=world["features"], dtype=float)
    return Environment.from_dataframe(frame, keep=[*world["items"], *world["features"]], missing_values=[])
