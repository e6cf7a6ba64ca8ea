"""Predictions from moments are those of the same rows in memory, and say what they cannot know."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.environments import passes
from ontogeny.generalization import from_data

ALIKE = 1e-6  # relative: eigenvalues from products are good to 1e-12 of the largest, and late errors magnify that
LEVEL = 50.0  # mean of features that vary by 1 and less


def table(rows=1203, features=12, seed=0):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(rows, features)) * np.arange(1, features + 1) ** -0.5 + LEVEL
    y = (x - LEVEL) @ draw.normal(size=features) + draw.normal(size=rows)
    return pd.DataFrame(x, columns=[f"c{number}" for number in range(features)]).assign(y=y)


def pieces(frame, size=100):
    return (frame[at : at + size] for at in range(0, len(frame), size))


def assert_same(found, wanted, tolerance=ALIKE):
    assert found.samples == wanted.samples
    for name in ("train_error", "test_error", "standard_error", "time"):
        np.testing.assert_allclose(
            getattr(found, name), getattr(wanted, name), rtol=tolerance, atol=1e-12, err_msg=name
        )
    for one, two in zip(found.validity.assumptions, wanted.validity.assumptions, strict=True):
        assert (one.name, one.holds) == (two.name, two.holds)
        assert one.measured == pytest.approx(two.measured, rel=tolerance)
    said = [note for note in found.pool.notes if note.kind != "streamed"]
    assert list(map(str, said)) == list(map(str, wanted.pool.notes))


TIMES = np.append(0.0, np.geomspace(0.01, 1e4, 30))  # the same for both: default times end where errors do


@pytest.mark.parametrize(
    "options",
    [
        {}, {"standardize": True}, {"samples": [20, 500]}, {"intercept": False},
        {"intercept": False, "standardize": True},
    ],
)  # fmt: skip
def test_a_table_in_pieces_is_predicted_as_in_memory(options):
    frame = table()
    found = from_data(pieces(frame), "y", times=TIMES, **options)
    assert_same(found, from_data(frame, "y", times=TIMES, **options))
    assert found.pool.rows == 1203


def test_default_times_and_stopping():
    frame = table()
    found, wanted = from_data(pieces(frame), "y"), from_data(frame, "y")
    np.testing.assert_allclose(found.time, wanted.time, rtol=1e-4)  # a flat minimum is found to the root of ALIKE
    for one, two in zip(found.stopping, wanted.stopping, strict=True):
        assert (one.error, one.final_error) == pytest.approx((two.error, two.final_error), rel=ALIKE)


@pytest.mark.parametrize("standardize", [False, True])
def test_columns_that_are_constant_copies_or_far_apart(standardize):
    frame = table().assign(c3=7.0, c5=lambda t: t.c2, c7=lambda t: 3000 * t.c7)
    found = from_data(pieces(frame), "y", standardize=standardize, times=TIMES)
    assert_same(found, from_data(frame, "y", standardize=standardize, times=TIMES))
    assert {"constant_features", "equal_features"} <= {note.kind for note in found.pool.notes}


def test_one_hot_columns_with_equal_counts_are_no_copies():
    frame = table(1200).assign(c1=lambda t: np.arange(1200) % 2, c2=lambda t: 1 - np.arange(1200) % 2)
    found = from_data(pieces(frame), "y")
    assert "equal_features" not in {note.kind for note in found.pool.notes}


@pytest.mark.parametrize("codes", [(0, 1), (3, 7)])
def test_two_classes(codes):
    frame = table().assign(y=lambda t: np.where(t.y > 0, codes[1], codes[0]))
    found = from_data(pieces(frame), "y", classes=True, times=TIMES)
    assert_same(found, from_data(frame, "y", classes=True, times=TIMES))
    assert found.pool.are_classes


def test_several_outputs_and_pairs():
    frame = table()
    wanted = from_data(frame.drop(columns=["y", "c3"]), frame[["y", "c3"]], times=TIMES)
    assert_same(from_data(pieces(frame), ["y", "c3"], times=TIMES), wanted)
    pairs = ((part.drop(columns=["y", "c3"]), part[["y", "c3"]]) for part in pieces(frame))
    assert_same(from_data(pairs, times=TIMES), wanted)


def test_more_features_than_rows():
    frame = table(60, 90)
    assert_same(from_data(pieces(frame), "y", times=TIMES), from_data(frame, "y", times=TIMES), tolerance=1e-5)


def test_stretches_and_workers_do_not_change_a_bit(tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(passes, "stretch_blocks", lambda columns: 1)
    frame = table(9000, 5)
    np.save(tmp_path / "x.npy", frame)
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        one, two = (from_data(tmp_path / "x.npy", "feature 6", workers=workers) for workers in (1, client))
    for name in ("train_error", "test_error", "standard_error", "time"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
    assert np.array_equal(from_data(iter([frame.to_numpy()]), "feature 6").test_error, one.test_error)


def test_directions_that_hardly_vary_are_left_out_with_a_note():
    frame = table().assign(c3=lambda t: 1e-7 * (t.c3 - LEVEL))
    assert "1 direction of the features vary by less than 1e-12" in from_data(pieces(frame), "y").summary()


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({}, {"drop_missing": True}, "drop_missing is True, but a table that is read in pieces is read once"),
        ({"y": 3.0}, {}, "y has the same answer in each of its 1203 rows"),
        ({"y": np.arange(1203) % 3}, {}, "y holds only whole numbers from 0 to 2, which may be amounts or codes"),
        ({"y": np.arange(1203) % 3}, {"classes": True}, "y has 3 classes, but of a table that is read in pieces two"),
        ({"y": np.arange(1203)}, {"classes": True}, "y has more than 11 classes"),
        ({}, {"classes": 1}, "classes is of type int, but a bool is needed here"),
        ({"c3": 1e200}, {}, r"X has values as large as 1e\+154, and products of their variances leave the range"),
        ({"c3": np.nan}, {}, "batch 1 holds a missing value in row 1, column 4"),
        ({}, {"samples": [900]}, "samples goes up to 900, but the pool has 1203 rows"),
        ({}, {"simulate": 2}, "simulate is 2, but students are trained on rows that are read again, which an iterator"),
        ({}, {"workers": 2}, "workers are several, but an iterator is read by one process"),
    ],
)
def test_what_cannot_be_predicted_is_refused(change, options, said):
    with pytest.raises(InputError, match=said):
        from_data(pieces(table().assign(**change)), "y", **options)


def test_answers_that_are_not_there_are_refused(tmp_path):
    frame = table()
    with pytest.raises(InputError, match="y names column 'z', but the table has no such column"):
        from_data(pieces(frame), "z")
    with pytest.raises(InputError, match="y is missing, and the iterator has no right answers of its own"):
        from_data(pieces(frame))
    with pytest.raises(InputError, match="y is every column of the iterator"):
        from_data(pieces(frame), list(frame.columns))
    with pytest.raises(InputError, match="y is missing; pass the right answers"):
        from_data(frame)
    with pytest.raises(InputError, match="workers read tables in pieces, but X is in memory"):
        from_data(frame, "y", workers=2)
    pytest.importorskip("pyarrow")
    frame.assign(y="word").to_parquet(tmp_path / "x.parquet")
    with pytest.raises(
        InputError, match=r"y is column 'y' of .*, which holds text, but a table that is read in pieces"
    ):
        from_data(tmp_path / "x.parquet", "y")
    frame.assign(c3=1.0).drop(columns=[f"c{n}" for n in range(12) if n != 3]).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="X has only columns that are the same in every row"):
        from_data(tmp_path / "x.parquet", "y")
