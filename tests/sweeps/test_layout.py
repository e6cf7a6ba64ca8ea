"""How a store is laid out."""

import numpy as np
import pytest

from ontogeny import datasets
from ontogeny.sweeps import Specification
from ontogeny.sweeps.design import design_of
from ontogeny.sweeps.layout import FEWEST, LARGEST, Layout, chunk_shape, identity, keys
from swept_stores import starts

pytest.importorskip("zarr")

INPUTS = {'"rumelhart"': datasets.load("rumelhart")}
SHAPES = [(3, 1000), (10_000,), (7, 11, 13), (150,), (99,), (2, 2), (1000, 2, 3), (101, 101)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [8, 10_000, 10**6])
def test_chunks_have_a_hundred_runs_unless_there_are_fewer_or_they_are_large(shape, size):
    chunk = chunk_shape(shape, size)
    held = int(np.prod(chunk))
    assert all(1 <= part <= whole for part, whole in zip(chunk, shape))
    assert held >= min(FEWEST, int(np.prod(shape)), LARGEST // size)
    assert held * size <= 4 * LARGEST


@pytest.mark.parametrize("count", [30, 1000])
def test_chunks_cover_all_runs_once(count):
    layout = Layout.of(design_of(starts(count, looks=51)), INPUTS)
    seen = np.zeros(layout.design.shape, dtype=int)
    for place in np.ndindex(layout.grid):
        seen[layout.of_chunk(place)] += 1
    assert np.all(seen == 1)


def test_keys_tell_runs_apart_and_change_with_settings_files_and_version(tmp_path, monkeypatch):
    table = tmp_path / "animals.csv"
    table.write_text("animal,wings,gills\nrobin,1,0\ntrout,0,1\n", encoding="utf-8")
    asked = Specification("predict", {"environment": str(table)}, grid={"depth": [1, 2]})
    first = keys(design_of(asked))
    assert len(set(first.tolist())) == 2 and np.array_equal(first, keys(design_of(asked)))
    later = Specification("predict", {"environment": str(table), "tau": 2.0}, grid={"depth": [1, 2]})
    assert not set(first.tolist()) & set(keys(design_of(later)).tolist())
    table.write_text("animal,wings,gills\nrobin,1,1\ntrout,0,1\n", encoding="utf-8")
    assert not set(first.tolist()) & set((changed := keys(design_of(asked))).tolist())
    monkeypatch.setattr("ontogeny.sweeps.layout.__version__", "99.0")
    assert not set(changed.tolist()) & set(keys(design_of(asked)).tolist())


def test_random_designs_are_known_by_what_is_drawn_and_its_seed():
    one, other = (
        design_of(Specification("predict", {"environment": "zoo"}, random={"depth": [1, 2]}, number=4, seed=seed))
        for seed in (0, 1)
    )
    assert identity(one)["seed of the draws"] == 0 and identity(one) != identity(other)
