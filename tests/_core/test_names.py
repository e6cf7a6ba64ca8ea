"""Names of values of all kinds, and what is said where two sides do not agree."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from ontogeny import InputError
from ontogeny._core.names import carries_names, in_order, matched, names_along, places, square_in_order

FRAME = pd.DataFrame([[1, 2], [3, 4]], index=["a", "b"], columns=["x", "y"])


def test_names_of_every_kind():
    assert names_along(FRAME) == ("a", "b") and names_along(FRAME, 1) == names_along(FRAME, -1) == ("x", "y")
    assert names_along(FRAME["x"]) == ("a", "b") and names_along(FRAME["x"], 1) is None
    assert names_along({"a": 1}) == ("a",)
    array = xr.DataArray(FRAME.to_numpy(), dims=("row", "column"), coords={"row": ["a", "b"]})
    assert names_along(array) == ("a", "b") and names_along(array, 1) is None and names_along(array, 2) is None
    called = array.assign_coords(row=[0, 1], row_name=("row", ["first", "second"]))
    assert names_along(called) == ("first", "second")
    for nothing in ([1, 2], (1, 2), np.ones(2), "ab", 3.0, None):
        assert names_along(nothing) is None and not carries_names(nothing)


def test_names_are_compared_as_text():
    assert in_order(pd.Series([1, 2], index=[4.0, 3.0]), ["3", "4"], "x", "y").tolist() == [2, 1]
    assert in_order(pd.Series([1, 2], index=[" b", "a "]), ["a", "b"], "x", "y").tolist() == [2, 1]


def test_whichever_axis_is_asked_for():
    assert in_order(FRAME, ["b", "a"], "x", "y").tolist() == [[3, 4], [1, 2]]
    assert in_order(FRAME, ["y", "x"], "x", "y", axis=1).tolist() == [[2, 1], [4, 3]]
    assert in_order(FRAME.to_numpy(), ["b", "a"], "x", "y").tolist() == [[1, 2], [3, 4]]
    assert in_order(FRAME, None, "x", "y").tolist() == [[1, 2], [3, 4]]


def test_the_sentence_says_which_names():
    with pytest.raises(
        InputError, match=r"ratings and the items have different names \('c' missing from ratings; 'b' in"
    ):
        places(["a", "b"], ["a", "c"], "ratings", "the items")
    with pytest.raises(InputError, match="'b' occurs more than once in ratings, so that names do not say"):
        places(["b", "a", "b"], ["a", "b", "b"], "ratings", "the items")
    with pytest.raises(InputError, match="'a' occurs more than once in the items"):
        places(["b", "a"], ["a", "b", "a"], "ratings", "the items")


def test_a_numbering_is_no_name_beside_words_and_one_beside_numbers():
    assert places([0, 1], ["b", "a"], "x", "y") is None and places(["b", "a"], [0, 1], "x", "y") is None
    assert places([1, 0], [0, 1], "x", "y").tolist() == [1, 0]
    with pytest.raises(InputError, match="'7' missing from x; '1' in x alone"):
        places([0, 1], [7, 0], "x", "y")
    with pytest.raises(InputError, match="'a', 'b' missing from x"):
        places([1, 0], ["a", "b"], "x", "y")


def test_square_tables_are_put_right_in_themselves_first():
    skewed = FRAME.set_axis(["x", "y"]).loc[["y", "x"]]
    assert square_in_order(skewed, None, "x", "y").tolist() == [[4, 3], [2, 1]]
    assert square_in_order(skewed, ["x", "y"], "x", "y").tolist() == [[1, 2], [3, 4]]


def test_arguments_follow_the_first_that_has_names():
    first, second = pd.Series([1.0, 2.0], ["a", "b"]), pd.Series([3.0, 4.0], ["b", "a"])
    found = matched([9.0, 9.0], first, second, second.to_frame().T)
    assert [np.asarray(part).tolist() for part in found] == [[9, 9], [1, 2], [4, 3], [[4, 3]]]
    assert matched(first, 2.0) == (first, 2.0)
    with pytest.raises(InputError, match="argument 2 and argument 1 have different names"):
        matched(first, second.rename({"a": "c"}))
    with pytest.raises(InputError, match="'b' missing from argument 2"):
        matched(first, pd.Series([1.0, 2.0, 3.0], ["a", "c", "d"]))
