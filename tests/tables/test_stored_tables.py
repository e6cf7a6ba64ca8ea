"""Parquet in pieces, one file or a folder of them, and what a path leads to."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.tables import stored_tables
from ontogeny.tables.batches import batches_of
from ontogeny.tables.stored_tables import is_large, is_stored, stored_frame, stored_table

pytest.importorskip("pyarrow")


def frame(rows=300, seed=0):
    return pd.DataFrame(np.random.default_rng(seed).normal(size=(rows, 4)), columns=list("abcd"))


def all_rows(batches, **part):
    return np.vstack([block.copy() for block in batches.blocks(64, **part)])


@pytest.mark.parametrize("piece", [64, 10**6])
def test_groups_of_rows_one_after_the_other(tmp_path, monkeypatch, piece):
    monkeypatch.setattr(stored_tables, "DECODED", piece)
    frame().to_parquet(tmp_path / "x.parquet", row_group_size=41)
    found = batches_of(tmp_path / "x.parquet")
    np.testing.assert_array_equal(all_rows(found), frame())
    for start, stop in ((0, 41), (41, 82), (40, 83), (299, 300), (7, 260)):
        np.testing.assert_array_equal(all_rows(found, start=start, stop=stop), frame()[start:stop])
    np.testing.assert_array_equal(all_rows(found.of(["d", "b"])), frame()[["d", "b"]])


def test_a_folder_is_one_table_with_columns_by_name(tmp_path):
    frame(seed=0).to_parquet(tmp_path / "1.parquet")
    frame(seed=1)[list("dcba")].to_parquet(tmp_path / "2.parquet")
    found = batches_of(tmp_path)
    assert found.rows == 600 and found.names == tuple("abcd")
    both = np.vstack([frame(seed=0), frame(seed=1)])
    np.testing.assert_array_equal(all_rows(found), both)
    np.testing.assert_array_equal(all_rows(found, start=250, stop=350), both[250:350])
    frame()[["a", "b"]].to_parquet(tmp_path / "3.parquet")
    with pytest.raises(
        InputError, match=r"have different columns \('c', 'd' in one alone\), but the files of a folder"
    ):
        batches_of(tmp_path)


def test_kinds_of_columns(tmp_path):
    table = pd.DataFrame({
        "name": ["x", "y"], "whole": [1, 2], "yes": [True, False], "half": np.array([0.5, 1], dtype=np.float32)
    })  # fmt: skip
    table.assign(day=pd.to_datetime(["2020-01-01", "2020-01-02"])).to_parquet(tmp_path / "x.parquet")
    found = batches_of(tmp_path / "x.parquet")
    with pytest.raises(InputError, match=r"column 'day' of .* holds dates or times, but features must be numbers"):
        found.numeric()
    numbers = found.without(["day"]).numeric()
    assert numbers.names == ("whole", "yes", "half")
    assert all_rows(numbers).tolist() == [[1, 1, 0.5], [2, 0, 1]]
    with pytest.raises(InputError, match=r"column 'name' of .* holds text"):
        found.without(["day"]).numeric("whole")


def test_an_index_of_pandas_names_the_rows(tmp_path):
    frame().set_index("a").to_parquet(tmp_path / "x.parquet")
    found = batches_of(tmp_path / "x.parquet").of(["a", "b", "c", "d"]).numeric()
    assert found.names == ("b", "c", "d")


def test_missing_cells_are_nan_for_whoever_reads(tmp_path):
    pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}).to_parquet(tmp_path / "x.parquet")
    assert np.isnan(all_rows(batches_of(tmp_path / "x.parquet"))).tolist() == [[False], [True]]


def test_paths_that_lead_nowhere(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        stored_table(tmp_path / "x.parquet")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="there are no Parquet files in"):
        stored_table(tmp_path / "folder")
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"cannot be read in pieces, as .npy, .zarr or .parquet can"):
        stored_table(tmp_path / "x.csv")
    (tmp_path / "x.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(InputError, match="looks like a Parquet file but cannot be opened"):
        stored_table(tmp_path / "x.parquet")
    frame(0).to_parquet(tmp_path / "none.parquet")
    with pytest.raises(InputError, match="has no rows"):
        stored_table(tmp_path / "none.parquet")


def test_what_commands_read_in_pieces(tmp_path, monkeypatch):
    frame().to_parquet(tmp_path / "x.parquet")
    np.save(tmp_path / "x.npy", frame())
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and nothing else")
    assert is_stored(tmp_path / "x.npy") and is_stored(tmp_path) and not is_stored(tmp_path / "x.parquet")
    files = [tmp_path / name for name in ("x.npy", "x.parquet", "bad.parquet")]
    assert not any(map(is_large, files))
    monkeypatch.setattr(stored_tables, "MOST_WHOLE", 1199)
    assert [is_large(file) for file in files] == [True, True, False]
    found, _ = stored_frame(tmp_path / "x.npy")
    assert list(found.columns) == [f"feature {number}" for number in range(1, 5)]
    np.testing.assert_array_equal(found, frame())
