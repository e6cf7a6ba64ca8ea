"""DataFrames: every dtype that holds numbers is read, every unusable one gets its sentence, all is said."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bad_tables import SECTIONS, refuse
from hypothesis import given
from hypothesis import strategies as st

from ontogeny._core.checks import InputError
from ontogeny._core.notes import Note
from ontogeny.tables.cleaning import clean
from ontogeny.tables.files import read_table

DATASETS = Path(__file__).parents[2] / "src" / "ontogeny" / "datasets"
IN_MEMORY = [*SECTIONS["Names"], *SECTIONS["Cells"]]
ITEMS = ["robin", "trout", "worm"]


def animals(**columns) -> pd.DataFrame:
    """A table of three items with the given columns and one plain one."""
    return pd.DataFrame({"plain": [1, 0, 0], **columns}, index=ITEMS)


def noted(frame: pd.DataFrame, **options) -> str:
    return " ".join(map(str, clean(frame, **options).notes))


@pytest.mark.parametrize("case", IN_MEMORY, ids=lambda case: case.name)
def test_unusable_table_gets_its_sentence(case, tmp_path):
    with pytest.raises(InputError, match=case.match) as caught:
        refuse(case, tmp_path)
    assert "\n" not in str(caught.value) and not str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "column",
    [
        [1, 0, 2],
        [1.0, 0.0, 2.0],
        pd.array([1, 0, 2], dtype="Int64"),
        pd.array([1, 0, 2], dtype="Float64"),
        np.array([1, 0, 2], dtype="uint8"),
        np.array([1, 0, 2], dtype="float16"),
        pd.Categorical([1, 0, 2]),
        pd.Categorical(["1", "0", "2"]),
        pd.arrays.SparseArray([1, 0, 2], fill_value=0),
        pd.array([1, 0, Decimal("2.0")], dtype=object),
        pd.array([Fraction(1), np.int8(0), np.float32(2)], dtype=object),
        pd.array([True, False, 2], dtype=object),
        pd.array(["1", " 0 ", "2e0"], dtype="string"),
    ],
)
def test_every_kind_of_number_is_read(column):
    table = clean(animals(size=column))
    assert table.values.dtype == np.float64
    assert table.values[:, 1].tolist() == [1.0, 0.0, 2.0]
    assert str(table.notes[0]) == "The table has 3 items and 2 features."
    assert repr(table) == "<Table: 3 items, 2 features, 2 notes>"


@pytest.mark.parametrize(
    "column",
    [
        [True, False, False],
        pd.array([True, False, False], dtype="boolean"),
        pd.arrays.SparseArray([True, False, False]),
        np.array([True, False, False], dtype=object),
        pd.Categorical(["yes", "no", "no"]),
        ["Yes", "NO", "no"],
        ["true", "False", "FALSE"],
        [" y", "n", "N "],
    ],
)
def test_yes_no_words_and_booleans_are_1_and_0_and_said(column):
    table = clean(animals(wings=column))
    assert table.values[:, 1].tolist() == [1.0, 0.0, 0.0]
    assert str(table.notes[0]) == "Yes/no words and booleans were read as 1/0 in 1 feature ('wings')."


@pytest.mark.parametrize("dtype", ["int64[pyarrow]", "double[pyarrow]", "bool[pyarrow]", "string[pyarrow]"])
def test_arrow_columns_are_read(dtype):
    pytest.importorskip("pyarrow")
    cells = ["1", "0", "0"] if dtype.startswith("string") else [1, 0, 0]
    column = pd.Series(cells, index=ITEMS).astype(dtype)
    assert clean(animals(size=column)).values[:, 1].tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "column",
    [
        [1.0, np.nan, 0.0],
        pd.array([1, pd.NA, 0], dtype="Int64"),
        pd.array([True, pd.NA, False], dtype="boolean"),
        pd.Categorical([1, None, 0]),
        ["1", "", "0"],
        ["yes", " N/A ", "no"],
        [1, None, 0],
    ],
)
def test_every_kind_of_missing_value_is_refused_and_never_filled(column):
    frame = animals(wings=column)
    with pytest.raises(InputError, match=r"1 cell is missing .'wings' of 'trout'."):
        clean(frame)
    left_out = clean(frame, drop_missing_items=True)
    assert (left_out.items, left_out.values.tolist()) == (("robin", "worm"), [[1.0, 1.0], [0.0, 0.0]])
    assert "Left out: 1 item with missing values ('trout')." in map(str, left_out.notes)
    narrower = clean(frame, drop_missing_features=True)
    assert (narrower.features, narrower.values.tolist()) == (("plain",), [[1.0], [0.0], [0.0]])
    assert "Left out: 1 feature with missing values ('wings')." in map(str, narrower.notes)


def test_underscores_are_no_digits():
    with pytest.raises(InputError, match="'1_000' in row 'trout'"):
        clean(animals(size=["1", "1_000", "2"]))


def test_a_date_among_numbers_is_one_bad_cell():
    frame = pd.DataFrame({"size": ["1", "2", "1-2-2024", "4"], "wings": [1, 0, 0, 1]}, index=list("abcd"))
    with pytest.raises(InputError, match=r"1 cell that is not a number .'1-2-2024' in row 'c'"):
        clean(frame)


class TestNames:
    """Rows and columns have names, and a column has one use."""

    def test_rows_without_names_are_numbered(self):
        table = clean(pd.DataFrame({"wings": [1, 0]}))
        assert table.items == ("item 1", "item 2")
        assert str(table.notes[0]) == "The rows had no names and are called 'item 1', 'item 2', ...."

    def test_an_index_of_numbers_names_the_items(self):
        assert clean(pd.DataFrame({"wings": [1, 0]}, index=[7.0, 9.0])).items == ("7", "9")

    def test_items_from_a_column(self):
        table = clean(pd.DataFrame({"wings": [1, 0], "animal": ["robin", "trout"]}), items="animal")
        assert (table.items, table.features) == (("robin", "trout"), ("wings",))
        assert str(table.notes[0]) == "The item names are column 'animal'."

    def test_columns_named_by_numbers_become_text(self):
        assert clean(pd.DataFrame(np.eye(3), index=ITEMS, columns=["a", 2, "c"])).features == ("a", "2", "c")

    def test_category_follows_its_items(self):
        frame = animals(size=[1, None, 2], kind=["bird", "fish", "worm"])
        table = clean(frame, category="kind", drop_missing_items=True)
        assert (table.category, table.features) == (("bird", "worm"), ("plain", "size"))
        assert "Column 'kind' labels the items and is not a feature." in map(str, table.notes)

    @pytest.mark.parametrize("drop", ["habitat", ["habitat"], ("habitat", "habitat")])
    def test_dropped_columns_are_said(self, drop):
        frame = animals(habitat=["land", "sea", "land"])
        assert clean(frame, drop=drop).features == ("plain",)
        assert "Left out: 'habitat'" in noted(frame, drop=drop)

    def test_the_frame_of_the_user_is_left_alone(self):
        frame = pd.DataFrame({1: ["yes", "no"], "animal": ["robin", "trout"]})
        before = frame.copy()
        clean(frame, items="animal")
        pd.testing.assert_frame_equal(frame, before)


class TestNotes:
    """What is noticed, and that it is noticed only where it is so."""

    def test_a_plain_table_has_its_size_only(self):
        assert clean(animals(gills=[0, 1, 2])).notes == (Note("size", "The table has 3 items and 2 features."),)

    def test_zoo_has_48_items_that_repeat_a_row(self):
        frame, _ = read_table(DATASETS / "zoo.csv")
        assert "48 of 101 items have the same features as an earlier one ('bear' = 'aardvark', " in noted(
            frame, category="type", drop=["legs"]
        )

    def test_wordnet_has_20_items_that_repeat_a_row(self):
        assert "20 of 48 items have the same features" in noted(read_table(DATASETS / "wordnet.csv")[0])

    def test_minus_zero_equals_zero(self):
        assert "1 of 3 items have the same features" in noted(animals(size=[1.0, 0.0, -0.0]))

    def test_legs_of_zoo_are_on_another_scale(self):
        frame, _ = read_table(DATASETS / "zoo.csv")
        said = noted(frame, category="type")
        assert "Feature 'legs' reaches 8 where most features reach 1" in said
        assert "standardize=True or drop=['legs']" in said

    def test_small_scales_are_noticed_too(self):
        frame = animals(a=[0, 1, 0], b=[0, 0, 1], tiny=[0.01, 0.02, 0])
        assert "Feature 'tiny' reaches 0.02 where most features reach 1; such columns would hardly" in noted(frame)

    def test_many_large_columns_are_counted_and_not_offered_for_dropping(self):
        frame = animals(**{f"plain {n}": [0, 1, n] for n in range(2)}, **{f"big {n}": [90, n, 7] for n in range(4)})
        frame = frame.assign(**{f"small {n}": [0, 0, 1] for n in range(4)})
        said = noted(frame)
        assert "Feature 'big 0' (and 3 more) reaches 90" in said and "drop=" not in said

    def test_ratings_beside_counts_are_fine(self):
        assert "reaches" not in noted(animals(rating=[1, 4, 3]))

    def test_equal_features(self):
        said = noted(animals(feathers=[1, 0, 0], beak=[1, 0, 0], gills=[0, 1, 0]))
        assert "2 of 4 features have the same values as an earlier one ('feathers' = 'plain', 'beak' = 'plain')" in said

    def test_constant_features(self):
        said = noted(animals(alive=[1, 1, 1], metal=[0, 0, 0], stone=[0, 0, 0]))
        assert "1 feature ('alive') is the same for every item: it tells no items apart." in said
        assert "2 features ('metal', 'stone') are 0 for every item and add nothing." in said
        assert "same values" not in said

    def test_items_without_features(self):
        assert "2 items ('trout', 'worm') have 0 for every feature" in noted(animals())

    def test_features_named_by_numbers(self):
        assert "The names of the features are numbers ('1', '0')" in noted(
            pd.DataFrame([[0, 1], [1, 1], [1, 0]], index=ITEMS, columns=["1", "0"])
        )


def test_to_dataframe_gives_the_values_back():
    frame = clean(animals(size=[0.5, 2, 0])).to_dataframe()
    assert clean(frame).values.tolist() == [[1, 0.5], [0, 2], [0, 0]]
    assert frame.index.tolist() == ITEMS


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=8).filter(
        lambda rows: any(row != rows[0] for row in rows)
    )
)
def test_cleaning_twice_changes_nothing(rows):
    once = clean(pd.DataFrame(rows, columns=["a", "b", "c"], dtype=object).astype(str))
    twice = clean(once.to_dataframe())
    np.testing.assert_array_equal(once.values, twice.values)
    np.testing.assert_array_equal(once.values, np.asarray(rows, dtype=float))
