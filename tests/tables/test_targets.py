"""Samples of a table: what is predicted, from what, and what is said of it."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.tables.targets import with_target


def frame(rows=8):
    return pd.DataFrame({
        "subject": [f"s{n}" for n in range(rows)],
        "age": np.arange(rows) % 5 + 20.0,
        "smoker": ["yes" if n % 3 else "no" for n in range(rows)],
        "group": ["ill" if n % 2 else "well" for n in range(rows)],
        "risk": np.linspace(0, 1, rows),
    })  # fmt: skip


def test_numbers_are_predicted_from_all_other_columns():
    found = with_target(frame(), "risk", drop=["group"])
    assert list(found.features.columns) == ["age", "smoker"] and set(found.features["smoker"]) == {0.0, 1.0}
    np.testing.assert_array_equal(found.answers, frame()["risk"])
    said = " ".join(map(str, found.notes))
    assert "The table has 8 rows; column 'risk' is to be predicted from 2 other columns ('age', 'smoker')." in said
    assert "The item names are the first column, 'subject'." in said and "Left out: 'group'." in said
    assert "Yes/no words and booleans were read as 1/0 in 'smoker'." in said


def test_samples_introduce_themselves():
    assert (
        repr(with_target(frame(), "risk", drop=["group"]))
        == "<Samples: 8 rows, 'risk' to be predicted from 2 features>"
    )


def test_words_are_classes_also_in_the_first_column():
    words = frame()[["group", "age", "risk"]]
    found = with_target(words, "group")
    assert found.answers.tolist() == frame()["group"].tolist() and list(found.features.columns) == ["age", "risk"]
    for kind in ("category", "object"):
        again = with_target(words.astype({"group": kind}), "group")
        assert again.answers.tolist() == found.answers.tolist()


def test_booleans_stay_booleans_and_numbers_in_words_are_numbers():
    assert with_target(frame().assign(cured=frame()["risk"] > 0.5), "cured", drop=["group"]).answers.dtype == bool
    written = frame().assign(dose=[str(n) for n in range(8)])
    np.testing.assert_array_equal(with_target(written, "dose", drop=["group"]).answers, np.arange(8.0))


def test_named_rows_are_no_feature():
    named = frame().rename(columns={"age": "visit"})[["visit", "smoker", "risk"]]
    assert list(with_target(named, "risk", items="visit").features.columns) == ["smoker"]
    assert list(with_target(named, "risk").features.columns) == ["visit", "smoker"]


def test_missing_cells_are_refused_or_their_rows_left_out():
    holes = frame().drop(columns="group")
    holes.loc[2, "age"] = np.nan
    holes.loc[5, "risk"] = np.nan
    with pytest.raises(InputError, match=r"2 rows of 8 have missing cells \(in 'risk', 'age'\), .*drop_missing=True"):
        with_target(holes, "risk")
    found = with_target(holes, "risk", drop_missing=True)
    assert len(found.features) == len(found.answers) == 6 and not np.isnan(found.answers).any()
    assert "Left out: 2 rows with missing cells (in 'risk', 'age')." in map(str, found.notes)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"target": "riks"},
            r"target names column 'riks', .*; did you mean 'risk'",
        ),
        ({"target": "risk", "items": "id"}, r"items names column 'id', but the table has no such column"),
        ({"target": "risk", "drop": ["ages"]}, "did you mean 'age'"),
        ({"target": "risk", "drop": ["risk"]}, "target is column 'risk', which has another use"),
        ({"target": "risk", "items": "risk"}, "target is column 'risk', which has another use"),
        ({"target": "subject"}, "target is column 'subject', which holds 8 different texts in 8 rows"),
        ({"target": "risk"}, r"column 'group' holds text \('well', 'ill'\), but features must be numbers"),
        ({"target": "risk", "drop": ["age", "smoker", "group", "subject"]}, "no column besides 'risk'"),
        ({"target": "risk", "drop": ["age", "smoker", "group"]}, "no column of numbers to predict 'risk' from"),
    ],
)
def test_what_cannot_be(options, said):
    with pytest.raises(InputError, match=said):
        with_target(frame(), **options)


def test_no_advice_on_labels_that_samples_do_not_have():
    with pytest.raises(InputError, match="holds text") as caught:
        with_target(frame(), "risk")
    assert "category=" not in str(caught.value)
