"""The checks at the doors, and that each says what came, why it cannot be, and what to write."""

import numpy as np
import pytest

from ontogeny._core.checks import InputError, finite, one_of, positive, quoted, whole


def test_an_input_error_is_a_value_error():
    assert issubclass(InputError, ValueError)


@pytest.mark.parametrize(
    ("names", "text"),
    [([], ""), (["a"], "'a'"), ("abc", "'a', 'b', 'c'"), ("abcd", "'a', 'b', 'c' and 1 more"), ([1, 2], "'1', '2'")],
)
def test_quoted_names(names, text):
    assert quoted(names) == text


@pytest.mark.parametrize("value", [2, 2.0, np.int64(2), np.float32(2), "2", "2.0", 10**18])
def test_whole_numbers_pass(value):
    found = whole(value, "depth", 1, "there is one")
    assert type(found) is int
    assert found in (2, 10**18)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, "depth is True, but it must be a whole number; write 1 or more"),
        (1.5, "depth is 1.5, but it must be a whole number"),
        (0, "depth is 0, but there is one; write 1 or more"),
        (None, "depth is None, which is not a number; write a number"),
        ([2, 3], r"depth is \[2, 3\], which is not a number"),
        (float("inf"), "depth is inf, but it must be finite"),
    ],
)
def test_what_is_no_whole_number_is_refused(value, message):
    with pytest.raises(InputError, match=message):
        whole(value, "depth", 1, "there is one")


def test_finite_and_positive_numbers():
    assert finite("-1e3", "x") == -1000.0
    assert positive(np.float64(0.5), "x", "") == 0.5
    with pytest.raises(InputError, match="x is nan, but it must be finite; write a finite number"):
        finite(float("nan"), "x")
    with pytest.raises(InputError, match="x is 0, but it must be positive; write a number above 0"):
        positive(0, "x", "it must be positive")


def test_one_of_offers_the_nearest():
    assert one_of("mean", ["sum", "mean"], "normalization") == "mean"
    with pytest.raises(InputError, match=r"^x is 'maen', but it must be one of 'sum', 'mean'; did you mean 'mean'\?$"):
        one_of("maen", ["sum", "mean"], "x")
    with pytest.raises(InputError, match=r"^x is 7, but it must be one of 'sum', 'mean'$"):
        one_of(7, ["sum", "mean"], "x")
