"""The runs that are missing, in batches: those of a chunk that can be computed in one call, always in the same one."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import count

import numpy as np

from .commands import Inputs
from .layout import MISSING, Layout
from .outcomes import Batch

MOST = 1000  # runs in one call
MOST_TRAINED = 16  # networks in one batch: each takes a while


def missing_batches(layout: Layout, status: np.ndarray, inputs: Inputs) -> Iterator[Batch]:
    """Batches of which a run is missing, chunk by chunk.

    A batch holds all its runs, also those that are recorded: what a run gives may hang on its neighbors in a call in
    the last digit, and so a sweep that was interrupted makes the same calls as one that was not.
    """
    design = layout.design
    numbers = np.arange(design.runs).reshape(design.shape)
    most = MOST if design.command.name == "predict" else MOST_TRAINED
    for place in np.ndindex(layout.grid):
        region = layout.of_chunk(place)
        is_missing = (status[region] == MISSING).ravel()
        if not is_missing.any():
            continue
        runs = numbers[region].ravel().tolist()
        alone = count()
        groups: dict[Hashable, list[int]] = {}
        settings = {run: design.settings(run) for run in runs}
        for run in runs:
            key = design.command.together(settings[run], inputs)
            groups.setdefault((next(alone),) if key is None else (None, key), []).append(run)
        wanted = {run for run, missing in zip(runs, is_missing) if missing}
        for group in groups.values():
            for first in range(0, len(group), most):
                batch = group[first : first + most]
                if wanted & set(batch):
                    yield Batch(design.command.name, tuple(batch), tuple(settings[run] for run in batch))
