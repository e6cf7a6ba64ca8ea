"""The store: whole from the beginning, read by xarray, refused where something else was asked."""

import json
import os
import signal
import warnings

import numpy as np
import pytest
import xarray as xr

from ontogeny._core.checks import InputError
from ontogeny.sweeps import Specification, run
from ontogeny.sweeps import open as open_sweep
from ontogeny.sweeps.design import design_of
from ontogeny.sweeps.layout import STATUS, Layout
from ontogeny.sweeps.store import Store
from ontogeny.sweeps.tables import inputs_of
from swept_stores import logged_once, same, starts

zarr = pytest.importorskip("zarr")


def test_dimensions_are_the_grid_as_written_and_time_is_no_coordinate(tmp_path):
    worlds = ["rumelhart", {"form": "ordering", "n": 3}]
    asked = Specification("predict", {"looks": 7}, grid={"environment": worlds, "depth": [2, 1]})
    run(asked, tmp_path / "a.zarr")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = xr.open_zarr(tmp_path / "a.zarr", consolidated=False)
    assert data["mode_strength"].dims == ("environment", "depth", "look", "mode")
    assert data["time"].dims == ("environment", "depth", "look") and "look" not in data.coords
    assert data["depth"].values.tolist() == [2, 1]
    assert data["environment"].values.tolist() == ["rumelhart", '{ form = "ordering", n = 3 }']
    assert data["modes"].sel(depth=1).values.tolist() == [8, 3] and data["modes"].dtype == np.int32
    known = np.isfinite(data["singular_value"].sel(depth=1)).sum("mode")
    assert known.values.tolist() == [8, 3], "modes that a world does not have are NaN"
    assert data["status"].dtype == np.int8 and data["status"].attrs["flag_meanings"] == "missing done failed"
    assert data["key"].dtype == np.uint64 and len(np.unique(data["key"])) == 4
    metadata = json.loads((tmp_path / "a.zarr" / "zarr.json").read_text(encoding="utf-8"))
    assert metadata.get("consolidated_metadata") is None


def test_random_runs_carry_their_settings_as_coordinates(tmp_path):
    draws = {"initial_strength": {"from": 1e-5, "to": 1e-2, "spacing": "log"}, "depth": [1, 2]}
    found = run(Specification("predict", {"environment": "rumelhart", "looks": 3}, random=draws, number=9),
                tmp_path / "a.zarr")  # fmt: skip
    data = found.dataset
    assert data["loss"].dims == ("run", "look") and set(data.coords) == {"run", "initial_strength", "depth", "mode"}
    table = found.to_dataframe()
    assert list(table.columns[:5]) == ["run", "initial_strength", "depth", "status", "message"]
    assert (table["status"] == "done").all() and table["initial_strength"].is_unique


def test_opening_reads_nothing_but_labels(tmp_path):
    found = run(starts(10, looks=5), tmp_path / "a.zarr")
    (tmp_path / "a.zarr" / "loss" / "c" / "0" / "0" / "0").write_bytes(b"damaged")
    data = found.dataset
    assert data["depth"].values.tolist() == [1, 2, 3] and np.isfinite(data["time"].values).all()
    with pytest.raises(Exception, match=r"."):
        data["loss"].values  # noqa: B018


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        (dict(looks=6), "was made with looks 5, and now it is 6; name another store"),
        (dict(until=2.0), "was made with until null, and now it is 2.0"),
        (dict(environment="zoo"), 'was made with environment "rumelhart", and now it is "zoo"'),
    ],
)
def test_other_settings_are_refused_with_the_difference(tmp_path, changed, match):
    run(starts(3, looks=5), tmp_path / "a.zarr")
    with pytest.raises(InputError, match=match):
        run(starts(3, **{"looks": 5, **changed}), tmp_path / "a.zarr")


def test_other_values_another_order_another_version_and_another_table_are_refused(tmp_path, monkeypatch):
    table = tmp_path / "animals.csv"
    table.write_text("animal,wings,gills\nrobin,1,0\ntrout,0,1\n", encoding="utf-8")

    def asked(**grid):
        return Specification("predict", {"environment": str(table), "looks": 3}, grid=grid)

    run(asked(depth=[1, 2], tau=[1.0, 2.0]), tmp_path / "a.zarr")
    with pytest.raises(InputError, match=r"was made with depth .*\[1, 2\].*, and now it is .*\[1, 3\]"):
        run(asked(depth=[1, 3], tau=[1.0, 2.0]), tmp_path / "a.zarr")
    with pytest.raises(InputError, match="was made with its settings in another order"):
        run(asked(tau=[1.0, 2.0], depth=[1, 2]), tmp_path / "a.zarr")
    with pytest.raises(InputError, match=r"was made with tau .*, and now it is"):
        run(asked(depth=[1, 2]), tmp_path / "a.zarr")
    table.write_text("animal,wings,gills\nrobin,1,1\ntrout,0,1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"was made with what '.*animals.csv' holds \"\w+\", and now it is"):
        run(asked(depth=[1, 2], tau=[1.0, 2.0]), tmp_path / "a.zarr")
    table.write_text("animal,wings,gills\nrobin,1,0\ntrout,0,1\n", encoding="utf-8")
    monkeypatch.setattr("ontogeny.sweeps.layout.__version__", "99.0")
    with pytest.raises(InputError, match=r"was made with version .* of ontogeny, and this is"):
        run(asked(depth=[1, 2], tau=[1.0, 2.0]), tmp_path / "a.zarr")


def test_what_is_no_store_is_left_alone(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("precious", encoding="utf-8")
    with pytest.raises(InputError, match="thesis' is not the store of a sweep; name another place"):
        run(starts(3), tmp_path / "thesis")
    with pytest.raises(InputError, match="there is no store"):
        open_sweep(tmp_path / "none.zarr")
    zarr.create_group(tmp_path / "other.zarr")
    with pytest.raises(InputError, match=r"other.zarr' is not the store of a sweep"):
        open_sweep(tmp_path / "other.zarr")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other.zarr", "thesis"]


def test_strays_of_a_killed_writer_are_swept_and_an_empty_folder_is_used(tmp_path):
    (tmp_path / "a.zarr").mkdir()
    run(starts(3, looks=5), tmp_path / "a.zarr")
    stray = tmp_path / "a.zarr" / "loss" / "c" / "0" / "0" / "0.1234.partial"
    stray.write_bytes(b"half")
    (tmp_path / ".a.zarr.draft" / "loss").mkdir(parents=True)
    run(starts(3, looks=5), tmp_path / "a.zarr")
    assert not stray.exists() and sorted(each.name for each in tmp_path.iterdir()) == ["a.zarr", "a.zarr.log"]
    run(starts(3, looks=5), tmp_path / "b.zarr")
    assert same(tmp_path / "a.zarr", tmp_path / "b.zarr") and logged_once(tmp_path / "a.zarr")


@pytest.mark.skipif(os.name != "posix", reason="signals are sent to this process itself")
@pytest.mark.parametrize("call", ["status", "read", "write"])
def test_an_interruption_waits_until_zarr_is_done(tmp_path, call):
    """An exception in the midst of a wait for zarr's thread can leave its lock held: the next call waits for ever."""
    place = tmp_path / "a.zarr"
    run(starts(3), place)
    design = design_of(starts(3))
    store = Store.opened(place, Layout.of(design, inputs_of(design)))
    done = []

    class Interrupted:
        def __getitem__(self, region):
            os.kill(os.getpid(), signal.SIGINT)
            done.append("read")
            return np.zeros(3)

        def __setitem__(self, region, values):
            os.kill(os.getpid(), signal.SIGINT)
            done.append("written")

    cut = Store(place, store.layout, dict.fromkeys(store.arrays, Interrupted()))
    given = {"status": (), "read": (STATUS, (slice(None),)), "write": ({STATUS.name: np.zeros(3)}, (slice(None),))}
    with pytest.raises(KeyboardInterrupt):
        getattr(cut, call)(*given[call])
    assert len(done) == 1
