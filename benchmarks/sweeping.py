"""Sweeps of closed forms beside a loop over `predict` that keeps its results in memory."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import ontogeny as on

Row = tuple[str, float, str, float, str, float]
DEPTHS = (1, 2, 3)


def rows() -> Iterator[Row]:
    """Predictions of the zoo from many starts at three depths, store included, above one write of as many numbers."""
    import zarr

    for count in (10, 100, 1000):
        starts = [10.0 ** (-5 + 3 * number / count) for number in range(count)]
        with tempfile.TemporaryDirectory() as room:
            grid = {"depth": list(DEPTHS), "initial_strength": starts}
            begun = time.perf_counter()
            found = on.sweeps.run(
                on.sweeps.Specification("predict", fixed={"environment": "zoo"}, grid=grid), f"{room}/store"
            )
            ours = time.perf_counter() - begun
            strength = found.dataset["mode_strength"].values
            begun = time.perf_counter()
            zarr.save(str(Path(room) / "bare"), strength)
            floor = time.perf_counter() - begun
        world = on.datasets.load("zoo")
        begun = time.perf_counter()
        loop = [on.predict(world, depth=depth, initial_strength=start).dataset for depth in DEPTHS for start in starts]
        hand = time.perf_counter() - begun
        yield (
            f"sweeps.run, {len(loop)} predictions, stored",
            ours,
            "a loop of predict, not stored",
            hand,
            "one zarr array",
            floor,
        )
