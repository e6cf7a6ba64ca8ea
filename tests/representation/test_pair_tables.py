"""Long tables of pairs by the names that people give to columns, and times of files that hold none."""

import h5py
import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.representation import read_rdms, read_representation
from ontogeny.representation.pair_tables import CALLED, called

NAMES = ["c", "a", "b"]
VECTOR = np.array([1.0, 2.0, 3.0])  # c-a, c-b, a-b
PAIRS = pd.DataFrame({"item_1": ["c", "c", "a"], "item_2": ["a", "b", "b"], "dissimilarity": VECTOR})


@pytest.mark.parametrize(
    "columns",
    [("stim1", "stim2", "distance"), ("Item 1", "Item 2", "RDM"), ("concept1", "concept2", "dist"),
     ("item_a", "item_b", "value")],
)  # fmt: skip
@pytest.mark.parametrize("when", ["time", "Age", "session", "day"])
def test_columns_are_known_by_what_they_are_called(tmp_path, columns, when):
    renamed = PAIRS.set_axis(columns, axis=1)
    table = pd.concat([renamed.assign(**{when: 7}), renamed.assign(**{when: 3})]).sample(frac=1, random_state=0)
    table.to_csv(tmp_path / "pairs.csv", index=False)
    found = read_rdms(tmp_path / "pairs.csv", items=NAMES)
    assert found.dims == ("time", "item", "item_2") and found.time.values.tolist() == [3.0, 7.0]
    assert found.values[0][0].tolist() == [0.0, 1.0, 2.0]
    assert read_representation(tmp_path / "pairs.csv").sizes["time"] == 2


def test_the_likeliest_name_comes_first():
    assert called(["value", "distance"], "dissimilarity") == "distance"
    assert called(["day", "time"], "time") == "time" and called(["n"], "time") is None
    assert called(["Time", "time"], "time") == "Time"  # the first of two that are called alike
    assert all(word == word.lower() and word.isalnum() for words in CALLED.values() for word in words)


def test_subjects_keep_their_order_and_may_lack_times(tmp_path):
    table = pd.concat([PAIRS.assign(participant="eva", age=1), PAIRS.assign(participant="adam", age=2)])
    table.to_csv(tmp_path / "people.tsv", sep="\t", index=False)
    found = read_rdms(tmp_path / "people.tsv")
    assert found.subject.values.tolist() == ["eva", "adam"]
    assert np.isnan(found.sel(subject="eva", time=2.0).values).sum() == 6  # all but the diagonal


@pytest.mark.parametrize(("column", "cell"), [("time", np.nan), ("item_2", None)])
def test_rows_without_a_time_or_an_item_are_refused(tmp_path, column, cell):
    table = PAIRS.assign(time=[1.0, 2.0, 3.0]).astype(object)
    table.loc[1, column] = cell
    table.to_csv(tmp_path / "holed.csv", index=False)
    with pytest.raises(InputError, match=f"'holed.csv' has no '{column}' in row 2 below its header; leave the row out"):
        read_rdms(tmp_path / "holed.csv")


def test_text_for_a_time_is_refused(tmp_path):
    PAIRS.assign(day=["first", "second", "third"]).to_csv(tmp_path / "words.csv", index=False)
    with pytest.raises(InputError, match=r"column 'day' of 'words.csv' holds text; write numbers"):
        read_rdms(tmp_path / "words.csv")


def test_times_are_given_to_files_that_hold_none(tmp_path):
    np.save(tmp_path / "movie.npy", np.stack([VECTOR, 2 * VECTOR, 3 * VECTOR, 4 * VECTOR]))
    found = read_rdms(tmp_path / "movie.npy", items=NAMES, times=[0, 1, 2, 4])
    assert found.dims == ("time", "item", "item_2") and found.time.values.tolist() == [0.0, 1.0, 2.0, 4.0]
    with pytest.raises(InputError, match=r"times are 2, but 'movie.npy' holds 4 RDMs; write one for each"):
        read_rdms(tmp_path / "movie.npy", items=NAMES, times=[0, 1])
    PAIRS.to_csv(tmp_path / "one.csv", index=False)
    with pytest.raises(InputError, match=r"times are 2, but 'one.csv' holds 1 RDM; write one for each"):
        read_rdms(tmp_path / "one.csv", times=[0, 1])
    pd.concat([PAIRS.assign(time=1), PAIRS.assign(time=2)]).to_csv(tmp_path / "own.csv", index=False)
    with pytest.raises(InputError, match=r"times are given, but 'own.csv' holds its own; leave them out"):
        read_rdms(tmp_path / "own.csv", times=[0, 1])


def test_descriptors_of_rsatoolbox_may_be_called_otherwise(tmp_path):
    def write(**described):
        with h5py.File(tmp_path / "rdms.h5", "w") as file:
            file["dissimilarities"] = np.stack([VECTOR, 2 * VECTOR])
            file["pattern_descriptors/conds"] = np.array(NAMES, dtype="S")
            for name, values in described.items():
                file[f"rdm_descriptors/{name}"] = values
        return read_rdms(tmp_path / "rdms.h5")

    assert write(session=[3, 1]).time.values.tolist() == [3, 1]
    both = write(time=[0.0, 0.5], session=[3, 1])  # no grid: a row of RDMs, with both along it
    assert both.dims[0] == "rdm" and both.time.values.tolist() == [0.0, 0.5]
    words = write(session=np.array(["first", "last"], dtype="S"))
    assert words.dims[0] == "session"  # no numbers, and so no time
