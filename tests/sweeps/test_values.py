"""What stands in place of a value: lists, ranges, spaced numbers, draws."""

import numpy as np
import pytest

from ontogeny._core.checks import InputError
from ontogeny.sweeps.values import drawn_values, grid_values, plain

ROUNDING = 1e-14  # relative, of numbers that are spaced


def test_spaced_numbers_have_equal_steps_or_equal_ratios():
    even = grid_values({"from": -1, "to": 3, "count": 5}, "gain")
    ratios = grid_values({"from": 1e-6, "to": 1e-2, "count": 5, "spacing": "log"}, "initial_strength")
    assert even == [-1.0, 0.0, 1.0, 2.0, 3.0]
    np.testing.assert_allclose(np.divide(ratios[1:], ratios[:-1]), 10, rtol=ROUNDING)


def test_arrays_ranges_and_tuples_are_lists():
    assert plain({"a": np.arange(2), "b": (1, range(2)), "c": np.float64(0.5), "d": True}) == {
        "a": [0, 1], "b": [1, [0, 1]], "c": 0.5, "d": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (3, "depth is 3, but a grid takes several values; write a list such as"),
        ([], "depth is empty, so that there is nothing to run"),
        ([1, 2, 1], "depth has 1 twice, and equal settings give equal runs; write it once"),
        ({"range": 0}, "depth is 0, but a range has numbers; write 1 or more"),
        ({"range": 3, "count": 2}, "depth is .*, but a range has nothing beside it; write { range = 50 }"),
        ({"from": 0, "to": 1, "count": 3, "spacing": "log"}, "depth is 0, but a logarithm needs numbers above 0"),
        ({"from": 2, "to": 1, "count": 3}, "depth goes from 2 to 1, which is not above it"),
        ({"from": 1, "to": 2}, "depth is .*, which is not how numbers are spaced"),
        ({"from": 1, "to": 2, "count": 3, "spacing": "lin"}, "depth is 'lin', but it must be one of 'linear', 'log'"),
    ],
)
def test_what_is_no_grid_is_refused(given, match):
    with pytest.raises(InputError, match=match):
        grid_values(given, "depth")


def test_one_and_true_are_not_the_same_value():
    assert grid_values([1, True], "x") == [1, True]


def test_draws_lie_where_they_should_and_are_as_many_on_both_sides_of_the_middle():
    number = 4000
    uniform = np.array(drawn_values({"from": 2.0, "to": 4.0}, "a", number, 0))
    log = np.array(drawn_values({"from": 1e-4, "to": 1.0, "spacing": "log"}, "b", number, 0))
    chosen = np.array(drawn_values(["x", "y"], "c", number, 0))
    whole = np.array(drawn_values({"range": 3}, "d", number, 0))
    assert 2 <= uniform.min() and uniform.max() < 4 and 1e-4 <= log.min() and log.max() < 1
    five = 5 * np.sqrt(number / 4)  # standard deviations of a count of one half
    for below in (uniform < 3, log < 1e-2, chosen == "x"):
        assert abs(np.count_nonzero(below) - number / 2) < five
    assert set(whole) == {0, 1, 2}


def test_draws_of_one_setting_leave_those_of_another_and_more_runs_the_first_ones():
    few, many = (drawn_values({"from": 0.0, "to": 1.0}, "a", n, 7) for n in (3, 9))
    assert many[:3] == few
    assert few != drawn_values({"from": 0.0, "to": 1.0}, "b", 3, 7) != drawn_values({"from": 0.0, "to": 1.0}, "b", 3, 8)


@pytest.mark.parametrize("given", [3, {"from": 1, "to": 2, "count": 3}, {"form": "tree"}])
def test_what_cannot_be_drawn_is_refused(given):
    with pytest.raises(InputError, match="a list to choose from"):
        drawn_values(given, "a", 3, 0)
