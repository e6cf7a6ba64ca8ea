"""RDMs from files: every format that is read, and what is refused."""

import h5py
import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from ontogeny import InputError
from ontogeny.representation import read_rdms

NAMES = ["c", "a", "b"]
VECTOR = np.array([1.0, 2.0, 3.0])  # c-a, c-b, a-b
TABLE = [[0.0, 1.0, 2.0], [1.0, 0.0, 3.0], [2.0, 3.0, 0.0]]
IN_ORDER = [[0.0, 3.0, 1.0], [3.0, 0.0, 2.0], [1.0, 2.0, 0.0]]  # of a, b, c


def check(path, **arguments):
    found = read_rdms(path, **arguments)
    assert found.values[..., :, :].reshape(-1, 3, 3)[0].tolist() == TABLE
    assert found.item_name.values.tolist() == NAMES
    return found


def test_arrays_of_numpy(tmp_path):
    for number, (values, dims) in enumerate([
        (VECTOR, ()), (np.array(TABLE), ()), (np.stack([VECTOR] * 2), ("rdm",)), (np.stack([TABLE] * 4), ("rdm",)),
        (np.tile(VECTOR, (2, 2, 1)), ("dim_0", "dim_1")),
    ]):  # fmt: skip
        np.save(tmp_path / f"{number}.npy", values)
        assert check(tmp_path / f"{number}.npy", items=NAMES).dims == (*dims, "item", "item_2")
    np.savez(tmp_path / "whole.npz", rdms=np.stack([VECTOR] * 2), items=NAMES, times=[0.0, 2.0])
    found = check(tmp_path / "whole.npz")
    assert found.dims == ("time", "item", "item_2") and found.time.values.tolist() == [0.0, 2.0]
    assert read_rdms(tmp_path / "whole.npz", items=["a", "b", "c"]).values[0].tolist() == IN_ORDER
    np.savez(tmp_path / "one.npz", VECTOR)
    check(tmp_path / "one.npz", items=NAMES)


def test_three_rdms_of_three_items_are_told_from_a_table(tmp_path):
    """A square that is not symmetric is a stack of vectors."""
    np.save(tmp_path / "stack.npy", [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    assert check(tmp_path / "stack.npy", items=NAMES).shape == (3, 3, 3)


def test_long_tables(tmp_path):
    pairs = pd.DataFrame({"item_1": ["c", "c", "a"], "item_2": ["a", "b", "b"], "dissimilarity": VECTOR})
    pairs.to_csv(tmp_path / "one.csv", index=False)
    check(tmp_path / "one.csv")
    assert read_rdms(tmp_path / "one.csv", items=["a", "b", "c"]).values.tolist() == IN_ORDER
    later = pd.concat([pairs.assign(time=2.5), pairs.assign(time=0.5, dissimilarity=2 * VECTOR)])
    later.to_csv(tmp_path / "times.tsv", sep="\t", index=False)
    found = read_rdms(tmp_path / "times.tsv")
    assert found.time.values.tolist() == [0.5, 2.5] and found.values[1].tolist() == TABLE
    people = pd.concat([later.assign(subject=name) for name in ("eva", "adam")])
    people.to_csv(tmp_path / "people.csv", index=False)
    found = read_rdms(tmp_path / "people.csv")
    assert found.dims == ("subject", "time", "item", "item_2") and found.subject.values.tolist() == ["eva", "adam"]
    pairs.iloc[:2].to_csv(tmp_path / "holed.csv", index=False)
    assert np.isnan(read_rdms(tmp_path / "holed.csv").values).sum() == 2
    both = pd.concat([pairs, pairs.rename(columns={"item_1": "item_2", "item_2": "item_1"})])
    both.to_csv(tmp_path / "both.csv", index=False)
    check(tmp_path / "both.csv")
    both.iloc[3:, 2] += 1
    both.to_csv(tmp_path / "clash.csv", index=False)
    with pytest.raises(InputError, match=r"'clash.csv' has two values for 'c', 'a': 2 and 1; keep one"):
        read_rdms(tmp_path / "clash.csv")
    pd.concat([pairs, pairs.assign(dissimilarity=9.0)]).to_csv(tmp_path / "twice.csv", index=False)
    with pytest.raises(InputError, match=r"'twice.csv' lists some pair twice, with two values"):
        read_rdms(tmp_path / "twice.csv")


def test_square_tables(tmp_path):
    square = pd.DataFrame(TABLE, NAMES, NAMES)
    square.loc[:, ["b", "c", "a"]].to_csv(tmp_path / "square.csv")
    check(tmp_path / "square.csv")
    square.rename(columns={"a": "z"}).to_csv(tmp_path / "other.csv")
    with pytest.raises(InputError, match=r"'other.csv' has the columns .* and is no square table of items"):
        read_rdms(tmp_path / "other.csv")
    pd.DataFrame({"item_1": ["c"], "item_2": ["a"], "dissimilarity": ["far"]}).to_csv(
        tmp_path / "text.csv", index=False
    )
    with pytest.raises(InputError, match=r"column 'dissimilarity' of 'text.csv' holds text"):
        read_rdms(tmp_path / "text.csv")


def test_files_of_rsatoolbox(tmp_path):
    with h5py.File(tmp_path / "rdms.h5", "w") as file:
        file["dissimilarities"] = np.stack([VECTOR, 2 * VECTOR])
        file["pattern_descriptors/conds"] = np.array(NAMES, dtype="S")
        file["pattern_descriptors/index"] = np.arange(3)
        file["rdm_descriptors/time"] = [0.0, 0.5]
        file["rdm_descriptors/index"] = [0, 1]
        file.attrs["dissimilarity_measure"] = "squared euclidean"
    found = check(tmp_path / "rdms.h5")
    assert found.dims == ("time", "item", "item_2") and found.attrs["metric"] == "squared_euclidean"
    with h5py.File(tmp_path / "rdms.h5", "a") as file:
        file["rdm_descriptors/seed"] = [1, 2]
        del file["rdm_descriptors/time"]
        file.create_group("descriptors").attrs["units"] = "sum over 4 units"
    found = check(tmp_path / "rdms.h5")
    assert found.seed.values.tolist() == [1, 2] and found.attrs["units"] == "sum over 4 units"
    with h5py.File(tmp_path / "rdms.h5", "a") as file:
        file["pattern_descriptors/name"] = file["pattern_descriptors/conds"][:]
        file["pattern_descriptors/kind"] = file["pattern_descriptors/conds"][:]
        del file["pattern_descriptors/conds"]
    with pytest.raises(InputError, match="item is not given, and pattern_descriptors are 'index', 'kind', 'name'"):
        read_rdms(tmp_path / "rdms.h5")


def test_files_of_meadows(tmp_path):
    savemat(tmp_path / "one.mat", {"rdmutv": VECTOR, "stimuli": np.array(["c.png", "a.png", "b.png"])})
    assert check(tmp_path / "one.mat").dims == ("item", "item_2")
    other = {"rdmutv_wise_owl": VECTOR, "stimuli_wise_owl": NAMES,
             "rdmutv_big_cat": [3.0, 1.0, 2.0], "stimuli_big_cat": ["a", "b", "c"]}  # fmt: skip
    savemat(tmp_path / "two.mat", other)
    found = check(tmp_path / "two.mat")
    assert found.subject.values.tolist() == ["wise-owl", "big-cat"]
    np.testing.assert_array_equal(found[0], found[1])  # each by name, whatever order the other has
    turned = read_rdms(tmp_path / "two.mat", items=["a", "b", "c"])
    assert turned.values.tolist() == [IN_ORDER, IN_ORDER] and turned.item_name.values.tolist() == ["a", "b", "c"]
    savemat(tmp_path / "column.mat", {"rdmutv": VECTOR[:, None], "stimuli": NAMES})
    assert check(tmp_path / "column.mat").dims == ("item", "item_2")
    cells = np.array(["c", "a", "b"], dtype=object)
    savemat(tmp_path / "cells.mat", {"rdmutv": np.stack([VECTOR] * 2), "stimuli": cells})
    assert check(tmp_path / "cells.mat").dims == ("rdm", "item", "item_2")
    savemat(tmp_path / "none.mat", {"x": VECTOR})
    with pytest.raises(InputError, match=r"'none.mat' holds 'x'; store vectors `rdmutv` and names `stimuli`"):
        read_rdms(tmp_path / "none.mat")


@pytest.mark.parametrize("as_cells", [True, False])
def test_files_of_matlab_7_3(tmp_path, as_cells):
    """Arrays are turned around, letters are numbers, cells are references."""
    with h5py.File(tmp_path / "new.mat", "w") as file:
        file["rdmutv"] = VECTOR[:, None]  # 1 by 3 in MATLAB
        if as_cells:
            for name in NAMES:
                file[f"#refs#/{name}"] = np.array([[ord(letter)] for letter in f"{name}x"], dtype=np.uint16)
            references = np.array([[file[f"#refs#/{name}"].ref for name in NAMES]], dtype=h5py.ref_dtype)
            file.create_dataset("stimuli", data=references, dtype=h5py.ref_dtype)
        else:
            file["stimuli"] = np.array([[ord(name) for name in NAMES], [ord("x")] * 3], dtype=np.uint16)
            file["stimuli"].attrs["MATLAB_class"] = np.bytes_(b"char")
    several = tmp_path / "several.mat"
    several.write_bytes((tmp_path / "new.mat").read_bytes())
    with h5py.File(several, "a") as file:
        del file["rdmutv"]
        file["rdmutv"] = np.stack([VECTOR, 2 * VECTOR]).T  # 2 by 3
    assert read_rdms(several).values.tolist() == [TABLE, (2 * np.array(TABLE)).tolist()]
    found = read_rdms(tmp_path / "new.mat")
    assert found.values.tolist() == TABLE and found.item_name.values.tolist() == [f"{name}x" for name in NAMES]


def test_what_is_no_file_of_rdms_is_refused(tmp_path):
    np.save(tmp_path / "pickled.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "pickled.npz", rdms=np.array([{"a": 1}], dtype=object))
    for name in ("pickled.npy", "pickled.npz"):
        with pytest.raises(InputError, match=f"'{name}' holds pickled objects, which could run any program"):
            read_rdms(tmp_path / name, items=NAMES)
    for name in ("broken.npy", "broken.npz", "broken.h5", "broken.mat"):
        (tmp_path / name).write_bytes(b"\x93NUMPY no such thing" * 9)
        with pytest.raises(InputError, match=f"'{name}' cannot be read as"):
            read_rdms(tmp_path / name, items=NAMES)
    np.save(tmp_path / "plain.npy", VECTOR)
    np.savez(tmp_path / "plain.npz", VECTOR)
    np.savez(tmp_path / "many.npz", a=VECTOR, b=VECTOR)
    np.save(tmp_path / "four.npy", np.arange(4.0))
    np.save(tmp_path / "infinite.npy", [1.0, np.inf, 2.0])
    np.save(tmp_path / "text.npy", ["far", "near", "far"])
    np.savez(tmp_path / "times.npz", rdms=VECTOR, items=NAMES, times=[0.0])
    for name, items, told in [
        ("plain.npy", None, "items are not given, and 'plain.npy' holds no names"),
        ("plain.npz", None, "items are not given, and 'plain.npz' holds none"),
        ("plain.npy", ["a", "b"], "items are 2 names for distances of 3 items"),
        ("many.npz", NAMES, "'many.npz' holds the arrays 'a', 'b'; call that of the distances 'rdms'"),
        ("four.npy", NAMES, "distances in 'four.npy' have 4 pairs, but no number of items has so many"),
        ("infinite.npy", NAMES, "distances in 'infinite.npy' hold infinite values"),
        ("text.npy", NAMES, "distances in 'text.npy' are no numbers"),
        ("times.npz", None, r"'times.npz' has times of shape \(1,\)"),
        ("missing.npy", None, "there is no file"),
        ("plain.txt", None, "there is no file"),
    ]:
        with pytest.raises(InputError, match=told):
            read_rdms(tmp_path / name, items=items)
    (tmp_path / "plain.txt").write_text("1 2 3")
    with pytest.raises(InputError, match=r"'plain.txt' has none of the endings that are known; use .npy"):
        read_rdms(tmp_path / "plain.txt")
    with pytest.raises(InputError, match="path is of type int"):
        read_rdms(3)
