"""The writer: chunks that are whole or old enough, the status last, arrays by their labels."""

import errno

import numpy as np
import pytest

from ontogeny.sweeps import recorder as recorders
from ontogeny.sweeps import run, status
from ontogeny.sweeps.batches import missing_batches
from ontogeny.sweeps.design import design_of
from ontogeny.sweeps.layout import MISSING, Layout
from ontogeny.sweeps.log import Log
from ontogeny.sweeps.outcomes import Outcome, computed
from ontogeny.sweeps.recorder import Recorder
from ontogeny.sweeps.store import Store
from ontogeny.sweeps.tables import inputs_of
from swept_stores import logged_once, same, starts

pytest.importorskip("zarr")


class Clock:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def opened(tmp_path):
    design = design_of(starts(100, looks=3))
    inputs = inputs_of(design)
    store = Store.opened(tmp_path / "a.zarr", Layout.of(design, inputs))
    clock = Clock()
    outcomes = [
        one for batch in missing_batches(store.layout, store.status(), inputs) for one in computed(batch, inputs)
    ]
    return Recorder(store, Log.of(store.path), clock), clock, outcomes


def recorded(recorder):
    return int(np.count_nonzero(recorder.store.status() != MISSING))


def test_runs_are_written_when_their_chunk_is_whole_or_seconds_have_passed(opened):
    recorder, clock, outcomes = opened
    for outcome in outcomes[:5]:
        recorder.record(outcome)
    assert recorded(recorder) == 0
    clock.now = recorders.FLUSH + 1
    recorder.record(outcomes[5])
    assert recorded(recorder) == 6
    recorder.record(outcomes[6]._replace(seconds=recorders.SLOW + 1))
    assert recorded(recorder) == 7, "a slow run is written at once"
    recorder.record(outcomes[7])
    clock.now *= 2
    recorder.flush_if_due()
    assert recorded(recorder) == 8, "also when nothing comes"
    for outcome in outcomes[8:]:
        recorder.record(outcome)
    assert recorded(recorder) == 300 and not recorder.chunks, "whole chunks are written, and forgotten"
    assert logged_once(recorder.store.path)


def test_the_status_is_written_last(opened, monkeypatch):
    recorder, _, outcomes = opened
    order = []
    for name, array in recorder.store.arrays.items():

        class Watched:
            def __init__(self, name, array):
                self.name, self.array = name, array

            def __setitem__(self, region, values):
                order.append(self.name)
                self.array[region] = values

            def __getitem__(self, region):
                return self.array[region]

        recorder.store.arrays[name] = Watched(name, array)
    recorder.record(outcomes[0])
    recorder.flush()
    assert order[-1] == "status" and "loss" in order and "message" in order


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    place = tmp_path_factory.mktemp("undisturbed") / "b.zarr"
    run(starts(120, looks=401), place)
    return place


@pytest.mark.parametrize("at", [0, 2, 4, 7])
def test_a_write_that_fails_anywhere_loses_and_doubles_nothing(tmp_path, monkeypatch, undisturbed, at):
    written = []

    def full(store, values, region, write=Store.write):
        if len(written) == at // 3:
            for name in list(values)[: 3 * (at % 3)]:  # some of its quantities
                store.arrays[name][region] = values[name]
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(region)
        write(store, values, region)

    monkeypatch.setattr(Store, "write", full)
    with pytest.raises(OSError, match=r"No space left on device: what was written to .* stays, and the same call"):
        run(starts(120, looks=401), tmp_path / "a.zarr")
    monkeypatch.undo()
    before = status(tmp_path / "a.zarr")
    assert before.counts["done"] == sum(np.prod([part.stop - part.start for part in region]) for region in written)
    assert not same(tmp_path / "a.zarr", undisturbed)
    assert run(starts(120, looks=401), tmp_path / "a.zarr").is_complete
    assert same(tmp_path / "a.zarr", undisturbed) and logged_once(tmp_path / "a.zarr")


def test_arrays_with_labels_go_where_their_labels_are(tmp_path):
    import pandas as pd

    from ontogeny.sweeps import Specification

    rows = [(mouse, block, 20 + block, 40) for mouse in ("b", "a") for block in range(6)]
    pd.DataFrame(rows, columns=["mouse", "session", "correct", "trials"]).to_csv(tmp_path / "s.csv", index=False)
    design = design_of(Specification("fit", {"table": str(tmp_path / "s.csv")}, grid={"depth": [1.0, 2.0]}))
    store = Store.opened(tmp_path / "a.zarr", Layout.of(design, inputs_of(design)))
    recorder = Recorder(store, Log.of(store.path))
    recorder.record(Outcome(0, {"learner": ["a"], "half_time": np.array([3.0])}, "", 0.1, "here"))
    recorder.flush()
    np.testing.assert_array_equal(store.arrays["half_time"][0], [np.nan, 3.0])
