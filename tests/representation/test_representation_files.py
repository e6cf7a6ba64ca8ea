"""Files of distances and of activity are told apart and read by name."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.representation import read_representation

ITEMS = ["robin", "oak", "rock", "trout"]
ACTIVITY = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.5], [0.5, 0.5, 0.0], [2.0, 1.0, 1.0]])  # (item, unit)
DISTANCES = ((ACTIVITY[:, None] - ACTIVITY[None]) ** 2).sum(axis=-1)


def long(activity, **more):
    rows = [(name, unit, activity[i, unit]) for i, name in enumerate(ITEMS) for unit in range(activity.shape[1])]
    return pd.DataFrame(rows, columns=["item", "unit", "value"]).assign(**more)


def test_activity_of_items_by_units(tmp_path):
    pd.DataFrame(ACTIVITY, index=ITEMS, columns=["u1", "u2", "u3"]).to_csv(tmp_path / "a.csv", index_label="animal")
    found = read_representation(tmp_path / "a.csv")
    np.testing.assert_allclose(found, DISTANCES)
    assert found.dims == ("item", "item_2") and list(found["item_name"].values) == ITEMS
    assert found.attrs["metric"] == "squared_euclidean"
    angles = read_representation(tmp_path / "a.csv", metric="cosine")
    size = np.linalg.norm(ACTIVITY, axis=1)
    np.testing.assert_allclose(angles, 1 - ACTIVITY @ ACTIVITY.T / np.outer(size, size), atol=1e-12)


def test_activity_in_long_form_with_layers_times_and_subjects(tmp_path):
    parts = [
        long((time + 1) * ACTIVITY * (1 if subject == "s1" else 3), layer=layer, time=time, subject=subject)
        for layer in ("V1", "IT") for time in (0.0, 1.0) for subject in ("s1", "s2")
    ]  # fmt: skip
    pd.concat(parts).to_csv(tmp_path / "long.csv", index=False)
    found = read_representation(tmp_path / "long.csv", layer="IT")
    assert found.dims == ("subject", "time", "item", "item_2")
    np.testing.assert_allclose(found[1, 1], 36 * DISTANCES)
    with pytest.raises(InputError, match="layer is not given; write one of 'V1', 'IT'"):
        read_representation(tmp_path / "long.csv")
    long(ACTIVITY).to_csv(tmp_path / "short.csv", index=False)
    alone = read_representation(tmp_path / "short.csv")
    assert alone.dims == ("item", "item_2")
    np.testing.assert_allclose(alone, DISTANCES)


def test_arrays_are_distances_if_they_can_be(tmp_path):
    np.save(tmp_path / "activity.npy", ACTIVITY)
    np.save(tmp_path / "distances.npy", DISTANCES)
    square = np.vstack([ACTIVITY.T, ACTIVITY.T[:1] + 1]).T  # four items by four units, and no distances
    np.save(tmp_path / "square.npy", square)
    for name in ("activity", "distances"):
        np.testing.assert_allclose(read_representation(tmp_path / f"{name}.npy", items=ITEMS), DISTANCES)
    apart = ((square[:, None] - square[None]) ** 2).sum(axis=-1)
    np.testing.assert_allclose(read_representation(tmp_path / "square.npy", items=ITEMS), apart)
    np.save(tmp_path / "alike.npy", ACTIVITY @ ACTIVITY.T)
    with pytest.raises(InputError, match=r"'alike.npy' is the same on both sides of a diagonal that is not 0"):
        read_representation(tmp_path / "alike.npy", items=ITEMS)
    with pytest.raises(InputError, match=r"items are not given, and 'activity.npy' holds no names"):
        read_representation(tmp_path / "activity.npy")
    with pytest.raises(InputError, match="has 4 items along its last axis, but there are 2"):
        read_representation(tmp_path / "activity.npy", items=ITEMS[:2])


def test_distances_are_read_as_they_are(tmp_path):
    pd.DataFrame(DISTANCES, index=ITEMS, columns=ITEMS)[ITEMS[::-1]].to_csv(tmp_path / "square.csv")
    found = read_representation(tmp_path / "square.csv")
    np.testing.assert_allclose(found, DISTANCES)
    pairs = [(a, b, DISTANCES[i, j]) for i, a in enumerate(ITEMS) for j, b in enumerate(ITEMS) if i < j]
    pd.DataFrame(pairs, columns=["item_1", "item_2", "dissimilarity"]).to_csv(tmp_path / "pairs.csv", index=False)
    np.testing.assert_allclose(read_representation(tmp_path / "pairs.csv"), DISTANCES)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("item,note\na,good\nb,bad\n", r"column 'note' holds text; write numbers, or the columns item_1"),
        ("item\na\nb\n", "has one column only"),
        ("item,u\na,1\na,2\n", r"'odd.csv' has 'a' more than once in its first column"),
        ("item,u\na,1\nb,\n", r"'odd.csv' has no finite number for 'b', 'u'; leave out"),
        ("item,u\na,1e200\nb,2e200\n", "activity is so large that squares of it are no numbers"),
        (
            ",a,b,c,d\na,1,.5,.2,.1\nb,.5,1,.3,.1\nc,.2,.3,1,.1\nd,.1,.1,.1,1\n",
            "not 0 on the diagonal, as similarities",
        ),
        (",a,b,c,d\na,0,5,2,1\nb,5,0,3,1\nc,2,3,0,1\nd,1,1,2,0\n", "not the same on both sides of the diagonal"),
    ],
)
def test_refused_tables(tmp_path, content, match):
    (tmp_path / "odd.csv").write_text(content)
    with pytest.raises(InputError, match=match):
        read_representation(tmp_path / "odd.csv")


def test_refused_arrays(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="pickled objects, which could run any program"):
        read_representation(tmp_path / "objects.npy", items=["a", "b"])
    with pytest.raises(InputError, match="there is no file"):
        read_representation(tmp_path / "none.npy")


def test_decimal_commas_are_read(tmp_path):
    lines = [
        ";".join([name, *(f"{value:.2f}".replace(".", ",") for value in row)]) for name, row in zip(ITEMS, ACTIVITY)
    ]
    (tmp_path / "comma.csv").write_text("item;u1;u2;u3\n" + "\n".join(lines) + "\n")
    np.testing.assert_allclose(read_representation(tmp_path / "comma.csv"), DISTANCES)
