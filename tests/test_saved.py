"""Files of records: what they hold, and what is said where there is none."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from ontogeny import Environment, InputError, Trajectory, predict, saved
from ontogeny._core.notes import Note, Setting
from ontogeny.environments.samples import Samples
from ontogeny.environments.variation import Variation
from worlds import TOY, gapped


@pytest.fixture
def theory():
    return predict(Environment.from_dataframe(TOY), until=1.0)


def test_names_come_in_the_order_they_were_written(theory, tmp_path):
    path = tmp_path / "records.nc"
    for number, name in enumerate(["c", "a", "b"]):
        theory.save(path, name=name, append=number > 0)
    assert saved.names(path) == ["c", "a", "b"]


def test_a_name_is_written_once(theory, tmp_path):
    path = tmp_path / "records.nc"
    theory.save(path, name="theory")
    with pytest.raises(
        InputError, match=r"name is 'theory', but records.nc holds a record of that name; write another"
    ):
        theory.save(path, name="theory", append=True)
    assert saved.names(path) == ["theory"]


def test_a_missing_file_is_said(tmp_path, theory):
    for ask in (Trajectory.load, saved.names):
        with pytest.raises(InputError, match=r"there is no file .*nowhere.nc'; give the path of a netCDF file"):
            ask(tmp_path / "nowhere.nc")


@pytest.mark.parametrize("content", [b"", b"item,flies\ncanary,1\n"])
def test_a_file_of_something_else_is_said(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"'table.csv' is not a file of trajectories; give the path of a netCDF file"):
        Trajectory.load(path)


def test_a_netcdf_file_without_records_is_said(tmp_path):
    path = tmp_path / "other.nc"
    with h5py.File(path, "w") as file:
        file["x"] = [1.0, 2.0]
    with pytest.raises(InputError, match=r"'other.nc' is not a file of trajectories"):
        Trajectory.load(path)
    with h5py.File(tmp_path / "empty.nc", "w"):
        pass
    with pytest.raises(InputError, match=r"empty.nc"):
        Trajectory.load(tmp_path / "empty.nc")


def test_xarray_opens_the_one_record_of_a_file_and_the_tree_of_several(theory, tmp_path):
    path = tmp_path / "records.nc"
    theory.save(path, name="environment")  # a name as any other
    with xr.open_dataset(path) as opened:
        xr.testing.assert_identical(opened["mode_strength"].load(), theory.dataset["mode_strength"])
        assert opened["mode"].values.tolist() == [1, 2, 3, 4]
    again = Trajectory.load(path)
    for name in ("second", "third"):
        theory.save(path, name=name, append=True)
    assert saved.names(path) == ["environment", "second", "third"]
    with xr.open_datatree(path) as tree:
        for name in saved.names(path):
            xr.testing.assert_identical(tree[name]["mode_strength"].load(), theory.dataset["mode_strength"])
            assert tree[f"{name}/environment"].sizes["item"] == 4
            assert Trajectory.load(path, name).dataset.identical(again.dataset)


def test_paths_may_be_text(theory, tmp_path):
    theory.save(str(tmp_path / "record.nc"))
    assert Trajectory.load(str(tmp_path / "record.nc")).time.size == theory.time.size


def test_appending_to_a_file_that_is_not_there_makes_it(theory, tmp_path):
    theory.save(tmp_path / "new.nc", append=True)
    assert saved.names(tmp_path / "new.nc") == ["trajectory"]


def test_missing_cells_stay_missing_in_a_file(tmp_path):
    record = predict(gapped(), until=1.0)
    record.save(tmp_path / "record.nc")
    world = Trajectory.load(tmp_path / "record.nc").environment
    assert world.has_missing and world.observed.dtype == bool
    for name, before, after in zip(Samples._fields, record.environment.samples, world.samples, strict=True):
        np.testing.assert_array_equal(before, after, err_msg=name)


def test_files_from_before_missing_cells_are_read(theory, tmp_path):
    """Complete worlds are written as ever: inputs, targets and weights, and nothing about what was observed."""
    theory.save(tmp_path / "record.nc")
    with h5py.File(tmp_path / "record.nc") as file:
        assert {"inputs", "targets", "weights"} <= set(file["environment"])
        assert "observed" not in file["environment"]
    world = Trajectory.load(tmp_path / "record.nc").environment
    assert world.observed is None and not world.has_missing
    np.testing.assert_array_equal(world.targets, TOY)


def test_files_from_before_notes_had_kinds_are_read(theory, tmp_path):
    theory.save(tmp_path / "record.nc")
    with h5py.File(tmp_path / "record.nc", "a") as file:
        file["environment"].attrs["notes"] = '["The table has 3 items."]'
    assert Trajectory.load(tmp_path / "record.nc").environment.notes == (Note("note", "The table has 3 items."),)


def test_notes_are_saved_with_their_settings(tmp_path):
    table = pd.DataFrame({"wings": [1, 0, 0], "gills": [0, 1, 0], "legs": [90, 0, 0]}, index=["robin", "trout", "worm"])
    world = Environment.from_dataframe(table)
    predict(world).save(tmp_path / "record.nc")
    back = Trajectory.load(tmp_path / "record.nc").environment.notes
    assert back == world.notes and back[-1].kind == "scales" and Setting("drop", ["legs"]) in back[-1].words


def test_a_file_that_is_written_anew_forgets_what_it_held(theory, tmp_path):
    path = tmp_path / "records.nc"
    theory.save(path, name="old")
    theory.save(path, name="new")
    assert saved.names(path) == ["new"]


def test_tables_of_numbers_are_packed_and_single_numbers_stored(theory, tmp_path):
    """A single number cannot be compressed: asking for it would be refused by the library."""
    dataset = theory.dataset.assign(number=2.5)
    saved.write(tmp_path / "record.nc", "one", dataset, theory.environment, {}, append=False)
    with h5py.File(tmp_path / "record.nc") as file:
        assert file["mode_strength"].compression == file["environment/targets"].compression == "gzip"
        assert file["number"].compression is None and file["number"][()] == 2.5


ATTRIBUTES = {
    "none": None, "yes": True, "numpy yes": np.bool_(True), "number": 3, "numpy number": np.float32(0.5), "text": "ä",
    "pair": (1, "two"), "table": {"a": [1, None]}, "array": np.arange(3), "path": Path("folder/file"), "empty": [],
}  # fmt: skip
READ = {**ATTRIBUTES, "pair": [1, "two"], "array": [0, 1, 2], "path": str(Path("folder/file"))}


def test_attributes_of_any_plain_kind_come_back(theory, tmp_path):
    theory.dataset.attrs.update(ATTRIBUTES)
    theory.dataset["loss"].attrs["note"] = None
    theory.dataset["time"].attrs["units of"] = "tau"
    theory.save(tmp_path / "record.nc")
    again = Trajectory.load(tmp_path / "record.nc").dataset
    assert again.attrs == READ
    assert again["loss"].attrs == {"note": None} and again["time"].attrs == {"units of": "tau"}


def test_what_a_file_cannot_hold_leaves_the_file_as_it_was(theory, tmp_path):
    path = tmp_path / "record.nc"
    theory.save(path)
    before = path.read_bytes()
    theory.dataset.attrs["model"] = object()
    for append, name in ((False, "trajectory"), (True, "other")):
        with pytest.raises(InputError, match=r"the attribute 'model' is <object .*which a file cannot hold"):
            theory.save(path, append=append, name=name)
    del theory.dataset.attrs["model"]
    theory.dataset["odd"] = ("mode", [{}, {}, {}, {}])
    for append, name in ((False, "trajectory"), (True, "other")):
        with pytest.raises(
            InputError, match=r"the record cannot be written to record.nc, as it holds what a netCDF file"
        ):
            theory.save(path, append=append, name=name)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_a_name_is_a_word(theory, tmp_path):
    for name in ("", "a/b", "/"):
        with pytest.raises(InputError, match=r"a record needs a name; write a word without '/'"):
            theory.save(tmp_path / "record.nc", name=name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("normalization", ["sum", "white"])
def test_one_hot_inputs_are_a_number_in_a_file(normalization, tmp_path):
    world = Environment.from_dataframe(TOY, normalization=normalization, frequency=[1, 2, 3, 4])
    predict(world, times=[0.0, 1.0], depth=1).save(tmp_path / "world.nc")
    again = Trajectory.load(tmp_path / "world.nc").environment
    assert again.data.given == world.data.given
    for name in ("input_correlation", "inputs", "input_output_correlation", "targets", "weights"):
        np.testing.assert_array_equal(getattr(again, name), getattr(world, name))
    assert again.variation.is_diagonal


def test_files_that_hold_matrices_are_read(theory, tmp_path):
    """As files did before inputs could be left unbuilt."""
    world = theory.environment
    dense = Samples(world.inputs, world.targets, world.weights)
    replace(theory, environment=replace(world, data=dense, variation=Variation(world.input_correlation))).save(
        tmp_path / "dense.nc"
    )
    again = Trajectory.load(tmp_path / "dense.nc")
    np.testing.assert_array_equal(again.environment.inputs, world.inputs)
    np.testing.assert_allclose(again.response, theory.response, rtol=1e-12, atol=1e-12)


def test_names_that_no_file_can_have_are_refused(theory, tmp_path):
    for name in ("x" * 300 + ".nc", "a\0.nc"):
        with pytest.raises(InputError, match="but no file can be called so"):
            theory.save(tmp_path / name)
    with pytest.raises(InputError, match="path is of type bytes"):
        theory.save(b"a.nc")
    theory.save(tmp_path / ("x" * 252 + ".nc"))  # the longest there is


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="no way to ask for room")
def test_a_full_disk_is_noticed_before_hdf5_meets_it(theory, tmp_path, monkeypatch):
    theory.save(tmp_path / "one.nc")
    before = (tmp_path / "one.nc").read_bytes()

    def full(_, start, length):
        assert start == 0 and length > theory.dataset.nbytes
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space left on device"):
        theory.save(tmp_path / "one.nc", name="again", append=True)
    assert (tmp_path / "one.nc").read_bytes() == before and list(tmp_path.iterdir()) == [tmp_path / "one.nc"]


@pytest.mark.parametrize("said", ["failed (file write failed: errno = 28, error message = ...)", "of its own"])
def test_what_hdf5_says_of_the_system_is_an_error_of_the_system(said, theory, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError(said)

    monkeypatch.setattr("xarray.Dataset.to_netcdf", broken)
    with pytest.raises(OSError if "errno" in said else RuntimeError, match=r"No space left|of its own"):
        theory.save(tmp_path / "one.nc")
