"""Tables of Orange: types and flags decide what a column becomes."""

import numpy as np
import pytest
from norm_makers import ORANGE

from ontogeny.environments import read_norms


@pytest.mark.parametrize("shorthand", [False, True])
def test_types_and_flags_are_followed(shorthand, tmp_path):
    text = ORANGE
    if shorthand:
        text = text.replace("continuous", "c").replace("discrete", "d").replace("string", "s")
        text = text.replace("meta", "m").replace("class", "c")
    (tmp_path / "a.tab").write_text(text)
    table = read_norms(tmp_path / "a.tab")
    assert table.index.name == "name" and list(table.index) == ["yak", "newt", "shrew", "tern"]
    assert list(table.columns) == ["kind", "fur", "legs", "size", "diet=grass", "diet=meat"]
    assert table.attrs["category"] == "kind" and list(table["kind"]) == ["mammal", "amphibian", "mammal", "bird"]
    expected = [[1, 4, 1.6, 1, 0], [0, 4, np.nan, 0, 1], [1, 4, 0.1, 0, 1], [0, 2, 0.4, 0, 1]]
    np.testing.assert_array_equal(table.drop(columns="kind").to_numpy(dtype=float), expected)
    notes = " ".join(map(str, table.attrs["notes"]))
    assert "Left out, as the file says or as text: 'remark'." in notes
    assert "'diet' became a column of 0 and 1 for each value." in notes


def test_other_columns_name_the_items_or_none(tmp_path):
    (tmp_path / "a.tab").write_text("a\tb\tw\tx\nd\tc\tc\tc\n\tclass\tweight\ti\n0\t1.5\t2\t3\n1\t2.5\t2\t3\n")
    table = read_norms(tmp_path / "a.tab")
    assert list(table.index) == ["item 1", "item 2"] and list(table.columns) == ["a", "b"]
    assert table.to_numpy().tolist() == [[0, 1.5], [1, 2.5]]  # a continuous class is a feature
    assert "category" not in table.attrs


def test_missing_values_of_a_discrete_feature_are_missing_in_each_of_its_columns(tmp_path):
    (tmp_path / "a.tab").write_text("a\tb\nd\tc\n\t\nred\t1\n?\t2\nblue\t3\n")
    table = read_norms(tmp_path / "a.tab")
    assert list(table.columns) == ["a=blue", "a=red", "b"]
    np.testing.assert_array_equal(table[["a=blue", "a=red"]], [[0, 1], [np.nan, np.nan], [1, 0]])
