"""Wordbank: words by months, told apart, with their categories."""

import numpy as np
import pytest
from norm_makers import WORDBANK

from ontogeny import Environment
from ontogeny.environments import read_norms
from ontogeny.tables.norms.wordbank import month_columns


@pytest.mark.parametrize("month", ["16", "X16", "m16", "16 months", "16mo", "age_16"])
def test_words_by_months(month, tmp_path):
    (tmp_path / "a.csv").write_text(WORDBANK.replace('"16"', f'"{month}"'))
    table = read_norms(tmp_path / "a.csv", "wordbank")
    assert list(table.index) == ["splash", "swing (item_2)", "swing (item_3)"]
    assert list(table.columns) == ["category", "16", "17", "18"]
    np.testing.assert_array_equal(
        table.drop(columns="category").astype(float), [[0.1, 0.25, 0.5], [0, 0.1, np.nan], [0.05, 0.2, 0.45]]
    )
    world = Environment.from_dataframe(table, missing="mask")
    assert world.category == ("action_words", "action_words", "outside")
    notes = " ".join(map(str, world.notes))
    assert "at 3 ages, from 16 to 18 months" in notes and "('swing') are told apart by their item_id" in notes
    assert "Left out: 1 further column ('item_id')." in notes


def test_other_names_of_columns_are_no_months():
    assert month_columns(["16", "n16x", "2016", "item_16", "m 9"]) == {0: 16, 4: 9}


def test_a_table_without_categories(tmp_path):
    (tmp_path / "a.csv").write_text("uni_lemma,8,9,10\nball,0,.1,.2\nduck,0,0,.1\n")
    table = read_norms(tmp_path / "a.csv")
    assert "category" not in table.attrs and table.shape == (2, 3)
