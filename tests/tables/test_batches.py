"""Tables in pieces: the same rows from everything that can hold them, in blocks of one size, with columns by name."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.tables.batches import batches_of, is_read_in_pieces


def table(rows=300, columns=6):
    return np.random.default_rng(0).normal(size=(rows, columns))


def all_rows(batches, size=64, **part):
    return np.vstack([block.copy() for block in batches.blocks(size, **part)])


def test_blocks_have_one_size():
    blocks = [len(block) for block in batches_of(table()).blocks(64)]
    assert blocks == [64, 64, 64, 64, 44]
    np.testing.assert_array_equal(all_rows(batches_of(table()), start=70, stop=201), table()[70:201])


def test_whole_numbers_and_booleans_become_floats():
    found = all_rows(batches_of(np.arange(6, dtype=np.int8).reshape(3, 2)))
    assert found.dtype == float and found.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert all_rows(batches_of(np.array([[True, False]]))).tolist() == [[1.0, 0.0]]


def test_columns_by_name():
    frame = pd.DataFrame(table(), columns=list("abcdef"))
    found = batches_of(frame).of(["e", "a"])
    assert found.names == ("e", "a")
    np.testing.assert_array_equal(all_rows(found), frame[["e", "a"]])
    left = found.without(["e"])
    assert left.names == ("a",) and str(left.notes[0]) == "Left out: 'e'."
    np.testing.assert_array_equal(all_rows(left), frame[["a"]])


def test_inputs_and_targets_side_by_side():
    x = table()
    for targets in (x[:, 5], x[:, 4:], pd.DataFrame(x[:, 4:], columns=["y", "z"])):
        width = 1 if np.ndim(targets) == 1 else 2
        found = batches_of(x[:, : 6 - width], targets)
        np.testing.assert_array_equal(all_rows(found), x)
        assert found.targets == found.names[-width:]
    assert found.targets == ("y", "z")
    with pytest.raises(InputError, match="targets have 4 rows, but the array has 300"):
        batches_of(x, np.ones(4))
    with pytest.raises(InputError, match="targets came apart from an iterator of inputs"):
        batches_of(iter([x]), np.ones(300))
    frame = pd.DataFrame(x, columns=list("abcdef"))
    with pytest.raises(InputError, match="targets have the names 'a', which inputs have too"):
        batches_of(frame, frame[["a"]])


def test_dask_arrays_are_read_as_they_are_cut():
    dask = pytest.importorskip("dask.array")
    np.testing.assert_array_equal(all_rows(batches_of(dask.from_array(table(), chunks=(77, 2)))), table())


def test_what_is_read_in_pieces(tmp_path):
    np.save(tmp_path / "x.npy", table())
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert all(map(is_read_in_pieces, ["x.npy", tmp_path, mapped, iter([]), batches_of(table())]))
    assert not any(map(is_read_in_pieces, [table(), [[1, 2]], pd.DataFrame(table())]))


def test_what_is_no_table_is_refused():
    with pytest.raises(InputError, match=r"the array has shape \(3,\) and type float64, but it must be a table of num"):
        batches_of(np.ones(3))
    with pytest.raises(InputError, match="type complex128, but it must be a table of numbers"):
        batches_of(np.ones((3, 2), dtype=complex))
    with pytest.raises(InputError, match="got a float, which holds no table"):
        batches_of(3.0)
    with pytest.raises(InputError, match=r"column 'a' of the table holds .*, but features must be numbers"):
        batches_of(pd.DataFrame({"a": ["x", "y"]}))
    with pytest.raises(InputError, match="items names column 'names', but the table has no such column"):
        batches_of(table()).numeric("names")
