"""Rankings with ties: equal but for rounding is equal, wherever it stands and however it is turned."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontogeny._core.ties import ALIKE, EQUAL, largest, places, ranked, ties, turned

NOISE = 1e-13  # of what is equal; far below EQUAL
ROUNDED = 1e-12  # a few products of numbers of size 1


def noisy(values, draw):
    return values * (1 + NOISE * draw.standard_normal(np.shape(values)))


@settings(max_examples=50)
@given(values=st.lists(st.integers(-4, 4), min_size=1, max_size=12), seed=st.integers(0, 1000))
def test_ranks_are_those_of_the_exact_values(values, seed):
    draw = np.random.default_rng(seed)
    exact = np.array(values) / 7  # no float is a seventh: equal ones differ once they are computed
    levels = sorted(set(values), reverse=True)
    assert ties(noisy(exact, draw)).tolist() == [levels.index(value) for value in values]


@settings(max_examples=50)
@given(values=st.lists(st.integers(-4, 4), min_size=1, max_size=12), seed=st.integers(0, 1000))
def test_equal_values_go_by_name_whatever_their_order(values, seed):
    draw = np.random.default_rng(seed)
    names = [f"name {chr(97 + k)}" for k in range(len(values))]
    expected = [name for _, name in sorted(zip([-value for value in values], names, strict=True))]
    order = draw.permutation(len(values))
    shuffled, called = noisy(np.array(values)[order] / 7, draw), [names[k] for k in order]
    assert [called[k] for k in ranked(shuffled, called)] == expected
    assert called[ranked(shuffled, called)[0]] == expected[0]
    first = largest(shuffled)
    assert first == np.flatnonzero(np.array(values)[order] == max(values))[0]


def test_no_rounded_number_is_a_border():
    """Values on both sides of where `round(9)` would part them are equal; a gap parts others wherever they lie."""
    border = 0.12345678949999999
    assert ties(np.array([1.0, border, border + 1e-15])).tolist() == [0, 1, 1]
    assert round(border, 9) != round(border + 2e-11, 9)
    assert ties(np.array([1.0, border, border + 2e-11])).tolist() == [0, 1, 1]
    assert ties(np.array([1.0, 0.5, 0.5 - 2 * EQUAL])).tolist() == [0, 1, 2]


def test_infinite_and_missing_values_have_their_place():
    assert ties(np.array([np.nan, 1.0, np.inf, -np.inf, np.inf, np.nan])).tolist() == [3, 1, 0, 2, 0, 3]
    assert largest(np.array([np.nan, 1.0, 1.0])) == 1
    assert largest(np.array([[0.0, np.inf], [np.inf, np.inf]]), axis=0).tolist() == [1, 0]
    assert ties(np.zeros(0)).tolist() == [] and ties(np.array([[1.0, 2.0], [2.0, 2.0]])).tolist() == [[1, 0], [0, 0]]


def test_rounding_is_relative_to_the_scale_that_is_given():
    residues = np.array([3e-17, 1e-16, 2e-17])
    assert ranked(residues, list("cab")).tolist() == [1, 0, 2]
    assert ranked(residues, list("cab"), scale=1.0).tolist() == [1, 2, 0]
    assert largest(residues) == 1 and largest(residues, scale=1.0) == 0


def test_second_names_decide_where_first_ones_are_the_same():
    assert ranked(np.ones(4), list("bbaa"), list("yxyx")).tolist() == [3, 2, 1, 0]
    assert places(["b", "c", "a"]).tolist() == [1, 2, 0]


@settings(max_examples=25)
@given(points=st.integers(1, 8), axes=st.integers(1, 4), seed=st.integers(0, 1000))
def test_a_turn_is_fixed_by_the_points_and_not_by_their_axes(points, axes, seed):
    draw = np.random.default_rng(seed)
    where = draw.integers(-2, 3, (points, axes)).astype(float)  # many as far from the middle
    names = [f"{k:02}" for k in range(points)]
    fixed = where @ turned(where, names)
    turn = np.linalg.qr(draw.standard_normal((axes, axes)))[0]
    order = draw.permutation(points)
    again = where[order] @ turn
    np.testing.assert_allclose(again @ turned(again, [names[k] for k in order]), fixed[order], atol=ROUNDED)
    basis = turned(where, names)
    np.testing.assert_allclose(basis.T @ basis, np.eye(axes), atol=ROUNDED)


def test_the_farthest_point_is_on_the_positive_side():
    points = np.array([[-3.0, 0.0, 0.0], [1.0, -2.0, 0.0], [0.0, 1.0, -1.0]])
    fixed = points @ turned(points)
    np.testing.assert_allclose(fixed, [[3, 0, 0], [-1, 2, 0], [0, -1, 1]], atol=ROUNDED)
    assert turned(np.array([[-1.0], [1.0]]), ["b", "a"]).tolist() == [[1.0]]
    assert turned(np.array([[-1.0], [1.0 - ALIKE / 2]]), ["a", "b"]).tolist() == [[-1.0]]


@pytest.mark.parametrize("count", [1, 3])
def test_points_in_the_middle_fix_nothing(count):
    basis = turned(np.zeros((count, 2)))
    np.testing.assert_allclose(basis.T @ basis, np.eye(2), atol=ROUNDED)
