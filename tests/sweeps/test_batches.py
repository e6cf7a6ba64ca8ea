"""Batches: every missing run once, in the calls that an undisturbed sweep makes."""

import numpy as np
import pytest

from ontogeny.sweeps.batches import missing_batches
from ontogeny.sweeps.design import design_of
from ontogeny.sweeps.layout import DONE, FAILED, MISSING, Layout
from ontogeny.sweeps.tables import inputs_of
from swept_stores import networks, starts


def batches(specification, status=None):
    design = design_of(specification)
    inputs = inputs_of(design)
    layout = Layout.of(design, inputs)
    held = np.zeros(design.shape, dtype=np.int8) if status is None else status(design.shape)
    return layout, held, list(missing_batches(layout, held, inputs))


@pytest.mark.parametrize("specification", [starts(200), networks(40)])
def test_every_run_is_in_one_batch_within_one_chunk(specification):
    layout, _, found = batches(specification)
    runs = [run for batch in found for run in batch.runs]
    assert sorted(runs) == list(range(layout.design.runs))
    for batch in found:
        places = np.unravel_index(batch.runs, layout.design.shape)
        assert len({tuple(each // size for each, size in zip(place, layout.chunks)) for place in zip(*places)}) == 1


def test_runs_in_one_call_have_one_shape():
    _, _, found = batches(starts(100, looks=5))
    assert [{settings["depth"] for settings in batch.settings} for batch in found] == [{1}, {2}, {3}]
    _, _, found = batches(networks(40))
    assert all(len({settings["learning_rate"] for settings in batch.settings}) == 1 for batch in found)
    assert {len(batch.runs) for batch in found} == {16, 8}


@pytest.mark.parametrize("seed", range(3))
def test_what_is_missing_is_computed_in_the_same_calls_as_ever(seed):
    def some(shape):
        return np.random.default_rng(seed).choice([MISSING, DONE, FAILED], size=shape, p=[0.05, 0.9, 0.05])

    _, _, all_of_them = batches(starts(200))
    _, held, found = batches(starts(200), some)
    assert {batch.runs for batch in found} <= {batch.runs for batch in all_of_them}
    assert set(np.flatnonzero(held == MISSING)) <= {run for batch in found for run in batch.runs}
    assert batches(starts(10), lambda shape: np.full(shape, DONE))[2] == []
