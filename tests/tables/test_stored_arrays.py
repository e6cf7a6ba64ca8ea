"""NumPy files and zarr stores in pieces: the rows that were written, whatever the layout."""

from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.tables import stored_arrays
from ontogeny.tables.batches import batches_of

written_by_xarray = pytest.mark.skipif(
    version("xarray") < "2025", reason="releases of xarray of 2024 write no store beside the newer zarr"
)


def table(rows=300, columns=6):
    return np.random.default_rng(0).normal(size=(rows, columns))


def all_rows(batches, **part):
    return np.vstack([block.copy() for block in batches.blocks(64, **part)])


def assert_holds(path, names, values):
    found = batches_of(path).numeric()
    assert found.names == tuple(names) and found.rows == len(values)
    np.testing.assert_array_equal(all_rows(found), values)
    np.testing.assert_array_equal(all_rows(found, start=33, stop=217), values[33:217])
    np.testing.assert_array_equal(all_rows(found.of([names[3], names[0]])), values[:, [3, 0]])


FEATURES = [f"feature {number}" for number in range(1, 7)]


@pytest.mark.parametrize("order", ["C", "F"])
def test_numpy_files(tmp_path, order):
    np.save(tmp_path / "x.npy", np.asarray(table(), order=order))
    assert_holds(tmp_path / "x.npy", FEATURES, table())


def test_named_columns_of_numpy_files(tmp_path):
    np.save(tmp_path / "x.npy", pd.DataFrame(table(), columns=list("abcdef")).to_records(index=False))
    assert_holds(tmp_path / "x.npy", list("abcdef"), table())


@pytest.mark.parametrize("piece", [7, 10**6])
def test_memory_maps_of_whole_files_and_of_parts(tmp_path, monkeypatch, piece):
    monkeypatch.setattr(stored_arrays, "PIECE", piece)
    np.save(tmp_path / "x.npy", table())
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert isinstance(batches_of(mapped).reader, stored_arrays.MappedReader)
    np.testing.assert_array_equal(all_rows(batches_of(mapped)), table())
    np.testing.assert_array_equal(all_rows(batches_of(mapped[10:])), table()[10:])
    changed = np.load(tmp_path / "x.npy", mmap_mode="c")
    changed[5] = 1.0
    np.testing.assert_array_equal(all_rows(batches_of(changed))[5], np.ones(6))


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.ones(4), r"holds an array of shape \(4,\) and type float64, but a table of numbers has two dimensions"),
        (np.array([["a", "b"]]), "type <U1, but a table of numbers"),
        (np.array([[1, "b"]], dtype=object), "holds Python objects, which can run code when they are read"),
        (np.ones((0, 3)), "has 0 rows and 3 columns, so it is empty"),
    ],
)
def test_numpy_files_without_a_table_are_refused(tmp_path, array, said):
    np.save(tmp_path / "x.npy", array, allow_pickle=True)
    with pytest.raises(InputError, match=said):
        batches_of(tmp_path / "x.npy")


def test_a_damaged_numpy_file(tmp_path):
    np.save(tmp_path / "x.npy", table())
    whole = (tmp_path / "x.npy").read_bytes()
    (tmp_path / "x.npy").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"looks like a NumPy array \(.npy\) but cannot be opened"):
        batches_of(tmp_path / "x.npy")


@pytest.mark.filterwarnings("ignore:The data type")
@written_by_xarray
def test_zarr_layouts(tmp_path):
    zarr = pytest.importorskip("zarr")
    import xarray as xr

    x = table()
    zarr.save(str(tmp_path / "one.zarr"), x)
    assert_holds(tmp_path / "one.zarr", FEATURES, x)
    array = zarr.open(str(tmp_path / "one.zarr"), mode="r")
    np.testing.assert_array_equal(all_rows(batches_of(array)), x)
    zarr.save(str(tmp_path / "two.zarr"), x=x[:, :4], y=x[:, 4:])
    assert_holds(tmp_path / "two.zarr", ["x 1", "x 2", "x 3", "x 4", "y 1", "y 2"], x)
    named = xr.Dataset(
        {"x": (("row", "feature"), x[:, :5]), "y": ("row", x[:, 5])},
        coords={"feature": list("edcba"), "row": np.arange(300)},
    )
    for number in (2, 3):
        named.chunk(row=70).to_zarr(tmp_path / f"named{number}.zarr", zarr_format=number, consolidated=False)
        assert_holds(tmp_path / f"named{number}.zarr", [*"edcba", "y"], x)
    columns = pd.DataFrame(x, columns=list("fedcba")).to_xarray()
    columns.to_zarr(tmp_path / "columns.zarr", zarr_format=2, consolidated=False)
    assert_holds(tmp_path / "columns.zarr", list("abcdef"), x[:, ::-1])


@pytest.mark.filterwarnings("ignore:The data type")
def test_zarr_stores_that_cannot_be_read(tmp_path, monkeypatch):
    zarr = pytest.importorskip("zarr")
    zarr.save(str(tmp_path / "x.zarr"), x=np.ones((4, 2)), y=np.ones((3, 2)))
    with pytest.raises(InputError, match=r"holds arrays of different lengths \(x \(4, 2\) of float64, y"):
        batches_of(tmp_path / "x.zarr")
    zarr.open_group(str(tmp_path / "empty.zarr"), mode="w")
    with pytest.raises(InputError, match=r"holds no table of numbers \(no arrays\)"):
        batches_of(tmp_path / "empty.zarr")
    (tmp_path / "no.zarr").mkdir()
    with pytest.raises(InputError, match="looks like a zarr store but cannot be opened"):
        batches_of(tmp_path / "no.zarr")
    monkeypatch.setattr(stored_arrays, "LARGEST_CHUNK", 63)
    zarr.save(str(tmp_path / "long.zarr"), np.ones((4, 2)))
    with pytest.raises(InputError, match="is stored in chunks of 4 rows, so that 64 bytes are unpacked to read one of"):
        batches_of(tmp_path / "long.zarr")


@pytest.mark.filterwarnings("ignore:The data type", "ignore:Consolidated")
@written_by_xarray
def test_text_in_a_zarr_store(tmp_path):
    pytest.importorskip("zarr")
    frame = pd.DataFrame({"a_name": ["x", "y", "z"], "b": [1.0, 2.0, 3.0], "kind": ["s", "t", "s"]})
    frame.to_xarray().drop_vars("index").to_zarr(tmp_path / "x.zarr", zarr_format=2, consolidated=False)
    stored = batches_of(tmp_path / "x.zarr")
    with pytest.raises(InputError, match=r"column 'kind' of .* holds text, but features must be numbers; leave it out"):
        stored.numeric()
    left = stored.without(["kind"]).numeric()
    assert left.names == ("b",) and "Column 'a_name' names the rows" in str(left.notes[-1])
    np.testing.assert_array_equal(all_rows(left)[:, 0], frame["b"])
