"""Reading a sweep: how far it is, a table of its runs, all of it labelled."""

import numpy as np
import pytest

from ontogeny.sweeps import Specification, run, running, status
from ontogeny.sweeps.reading import Sweep
from swept_stores import networks

pytest.importorskip("zarr")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    place = tmp_path_factory.mktemp("read") / "a.zarr"
    run(networks(2), place)
    return place


def test_a_sweep_introduces_itself_and_knows_what_failed(store):
    found = status(store)
    assert repr(found) == "<Sweep of simulate over learning_rate (3), seed (2): 6 runs, 4 done, 2 failed>"
    assert found.is_complete and found.runs == 6 and found.seconds > 0
    ((sentence, settings),) = found.failures.items()
    assert "learning_rate" in sentence and settings == [
        "learning_rate = 1.5, seed = 0",
        "learning_rate = 1.5, seed = 1",
    ]


def test_the_table_has_a_row_for_each_run_in_the_order_of_the_grid(store):
    table = status(store).to_dataframe()
    assert list(table.columns) == ["learning_rate", "seed", "status", "message", "modes"]
    assert table["status"].tolist() == ["done"] * 4 + ["failed"] * 2
    assert table["seed"].tolist() == [0, 1] * 3 and table["message"].iloc[4].startswith("learning")
    assert table["modes"].tolist() == [8] * 4 + [0] * 2


def test_failed_and_missing_runs_are_empty(store, tmp_path, monkeypatch):
    data = status(store).dataset
    assert np.isnan(data["loss"].sel(learning_rate=1.5)).all() and np.isfinite(data["loss"][:2, :, 0]).all()
    monkeypatch.setattr(running, "_outcomes", lambda *_: (each for each in ()))
    found = run(Specification("predict", {"environment": "zoo"}, grid={"depth": [1, 2]}), tmp_path / "b.zarr")
    assert isinstance(found, Sweep) and not found.is_complete
    assert repr(found) == "<Sweep of predict over depth (2): 2 runs, 0 done, 2 missing>"
    assert np.isnan(found.dataset["loss"]).all() and found.to_dataframe()["status"].tolist() == ["missing"] * 2
