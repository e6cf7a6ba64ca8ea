"""Modes: their signs, ties, near ties, rank and names. Tied modes are compared as projectors, never as vectors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontogeny import Environment
from ontogeny.environments.spectrum import NEAR_TIE, RANK_TOLERANCE, TIE_TOLERANCE, group_name, mode_name, spectrum_of
from ontogeny.validity import input_alignment
from rearranged import CLOSE, WORLDS, by_name, with_variants
from worlds import TOY, TOY_SQUARES, aligned, tree

ROUNDED = 1e-13  # a decomposition and a product or two


def world_of(s, features=6, inputs=5, seed=0):
    """Correlation with given singular values and random modes, and the modes."""
    draw = np.random.default_rng(seed)
    u, v = (np.linalg.qr(draw.standard_normal((n, len(s))))[0] for n in (features, inputs))
    return (u * np.asarray(s, dtype=float)) @ v.T, u, v


def projectors(spectrum):
    return [
        (spectrum.input_modes[:, own] @ spectrum.input_modes[:, own].T,
         spectrum.output_modes[:, own] @ spectrum.output_modes[:, own].T,
         spectrum.output_modes[:, own] @ spectrum.input_modes[:, own].T)
        for own in (spectrum.groups == group for group in np.unique(spectrum.groups))
    ]  # fmt: skip


@settings(max_examples=25)
@given(features=st.integers(1, 7), inputs=st.integers(1, 7), seed=st.integers(0, 1000))
def test_modes_are_orthonormal_and_rebuild_the_correlation(features, inputs, seed):
    syx = np.random.default_rng(seed).standard_normal((features, inputs))
    modes = spectrum_of(syx, np.eye(inputs))
    u, s, v = modes.output_modes, modes.singular_values, modes.input_modes
    np.testing.assert_allclose((u * s) @ v.T, syx, atol=ROUNDED)
    np.testing.assert_allclose(u.T @ u, np.eye(s.size), atol=ROUNDED)
    np.testing.assert_allclose(v.T @ v, np.eye(s.size), atol=ROUNDED)
    assert np.all(np.diff(s) <= 0)
    np.testing.assert_allclose(modes.input_variances, 1, atol=ROUNDED)


@settings(max_examples=25)
@given(seed=st.integers(0, 1000))
def test_the_largest_loading_of_a_feature_is_positive_whatever_signs_came_in(seed):
    syx, u, v = world_of([3.0, 2.0, 1.0], seed=seed)
    modes = spectrum_of(syx, np.eye(5))
    largest = np.abs(modes.output_modes).argmax(axis=0)
    assert np.all(modes.output_modes[largest, range(3)] > 0)
    for sign in np.array([[1, 1, -1], [-1, 1, -1]]):
        again = spectrum_of((u * sign * [3.0, 2.0, 1.0]) @ (v * sign).T, np.eye(5))
        np.testing.assert_allclose(again.output_modes, modes.output_modes, atol=1e-12)


def test_of_equally_large_loadings_the_first_is_positive():
    modes = spectrum_of(np.array([[-1.0, 1.0], [1.0, -1.0]]), np.eye(2))
    assert modes.output_modes[0, 0] > 0 > modes.output_modes[1, 0]


def test_zero_modes_are_left_out():
    assert spectrum_of(world_of([2.0, 1.0])[0], np.eye(5)).singular_values.size == 2
    kept = spectrum_of(np.diag([1.0, 10 * RANK_TOLERANCE, 0.1 * RANK_TOLERANCE]), np.eye(3))
    assert kept.singular_values.size == 2
    assert spectrum_of(np.zeros((3, 2)), np.eye(2)).singular_values.size == 0


def test_tied_modes_are_a_group():
    syx, u, v = world_of([3.0, 2.0, 2.0, 1.0])
    modes = spectrum_of(syx, np.eye(5))
    assert modes.groups.tolist() == [0, 1, 1, 2]
    assert modes.is_tied.tolist() == [False, True, True, False]
    for own, (inputs, outputs, both) in zip(([0], [1, 2], [3]), projectors(modes), strict=True):
        np.testing.assert_allclose(inputs, v[:, own] @ v[:, own].T, atol=ROUNDED)
        np.testing.assert_allclose(outputs, u[:, own] @ u[:, own].T, atol=ROUNDED)
        np.testing.assert_allclose(both, u[:, own] @ v[:, own].T, atol=ROUNDED)


def test_ties_are_relative_and_of_any_scale():
    for scale in (1e-8, 1.0, 1e8):
        gaps = scale * np.array([1.0, 1 - 0.5 * TIE_TOLERANCE, 0.8, 0.8 * (1 - 3 * TIE_TOLERANCE)])
        assert spectrum_of(np.diag(gaps), np.eye(4)).groups.tolist() == [0, 0, 1, 2]


def test_near_ties_are_told_from_ties():
    s = np.array([2.0, 2.0 * (1 - 0.5 * NEAR_TIE), 1.0, 1.0, 0.5])
    modes = spectrum_of(np.diag(s), np.eye(5))
    assert modes.groups.tolist() == [0, 1, 2, 2, 3]
    assert modes.is_nearly_tied.tolist() == [True, True, False, False, False]


def test_toy_and_tree_have_the_printed_spectra():
    toy = Environment.from_dataframe(TOY).spectrum()
    np.testing.assert_allclose(toy.singular_values**2, TOY_SQUARES, rtol=ROUNDED)
    assert toy.groups.tolist() == [0, 1, 2, 2]
    binary = tree().spectrum()
    np.testing.assert_allclose(binary.singular_values**2, [15, 7, 3, 3, 1, 1, 1, 1], rtol=ROUNDED)
    assert binary.groups.tolist() == [0, 1, 2, 2, 3, 3, 3, 3]
    sides = np.repeat([1, -1], 4) / np.sqrt(8)
    np.testing.assert_allclose(projectors(binary)[1][0], np.outer(sides, sides), atol=ROUNDED)


def test_input_variances_and_asymptotes():
    world, s, d = aligned()
    modes = world.spectrum()
    np.testing.assert_allclose(modes.singular_values, s, rtol=ROUNDED)
    np.testing.assert_allclose(modes.input_variances, d, rtol=ROUNDED)
    np.testing.assert_allclose(modes.asymptotes, s / d, rtol=ROUNDED)


@pytest.mark.parametrize(
    ("loadings", "name"),
    [
        ([0.1, 0.9, -0.8, 0.5], "b, d | c"),
        ([1.0, 0.0, 0.0, 0.0], "a"),
        ([0.5, 0.5, 0.5, 0.5], "a, b, c"),
        ([0.49, 1.0, -0.49, 0.5], "b, d"),
        ([-1.0, 0.9, 0.0, 0.0], "b | a"),
    ],
)
def test_mode_names_list_what_loads_most_on_either_side(loadings, name):
    assert mode_name(np.array(loadings), ["a", "b", "c", "d"]) == name


def test_modes_of_a_world_are_named_and_tied_ones_counted():
    assert Environment.from_dataframe(TOY).mode_names() == (
        "grow, move, roots",
        "move, fly, swim | roots, leaves, petals",
        "2 tied modes (1 of 2)",
        "2 tied modes (2 of 2)",
    )


def test_a_spectrum_is_a_table():
    table = Environment.from_dataframe(TOY).spectrum().to_dataframe()
    assert table.index.name == "mode"
    assert table.columns.tolist() == ["singular_value", "input_variance", "group"]
    assert table.group.tolist() == [1, 2, 3, 3] and table.index.tolist() == [1, 2, 3, 4]


def test_near_ties_are_closer_than_one_percent():
    modes = spectrum_of(np.diag([2.0, 1.985, 1.0, 0.98, 0.5]), np.eye(5))
    assert modes.is_nearly_tied.tolist() == [True, True, False, False, False]


@pytest.mark.parametrize("name", WORLDS)
def test_modes_hang_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    modes = world.spectrum()
    for other in others:
        again = other.spectrum()
        assert again.groups.tolist() == modes.groups.tolist()
        assert other.mode_names() == world.mode_names()
        np.testing.assert_allclose(again.singular_values, modes.singular_values, rtol=CLOSE)
        for get, names in (("output_modes", "features"), ("input_modes", "items")):
            own, theirs = (by_name(getattr(one.spectrum(), get), getattr(one, names), 0) for one in (world, other))
            np.testing.assert_allclose(theirs, own, atol=CLOSE)


def test_of_equally_large_loadings_the_first_by_name_is_positive():
    table = np.array([[-1.0, 1.0], [1.0, -1.0]])
    assert spectrum_of(table, np.eye(2), ["b", "a"]).output_modes[1, 0] > 0
    assert spectrum_of(table, np.eye(2), ["a", "b"]).output_modes[0, 0] > 0
    assert mode_name(np.array([0.5, 0.5 + 1e-12, -0.5]), ["c", "b", "a"]) == "b, c | a"
    assert group_name(np.array([0.5, 0.5 + 1e-12, 0.2]), ["c", "b", "a"]) == "among b, c"


def test_axes_of_tied_modes_follow_the_inputs_where_these_vary_differently():
    """Two tied modes on inputs of variance 3 and 1: turned against them, they would not be learned one by one."""
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((2, 2)))[0]
    modes = spectrum_of(turn, np.diag([1.0, 3.0]))
    np.testing.assert_allclose(modes.input_variances, [3, 1], atol=ROUNDED)
    np.testing.assert_allclose(np.abs(modes.input_modes), [[0, 1], [1, 0]], atol=ROUNDED)
    world = Environment.from_correlations(turn, np.diag([1.0, 3.0]))
    assert input_alignment(world).holds


def test_modes_within_the_blur_are_left_out_and_tied_ones_together():
    blur = np.array([0.1, 0.1, 1e-6, 0.1])
    modes = spectrum_of(np.diag([1.0, 0.05, 0.01, 0.05]), np.eye(4), blur=blur)
    assert modes.singular_values.tolist() == [1.0, 0.01] and modes.groups.tolist() == [0, 1]
    assert modes.left_out.tolist() == [0.05]


def test_what_all_items_share_is_a_mode_on_which_they_have_one_sign():
    from ontogeny import Environment, datasets

    zoo = datasets.load("zoo")
    assert np.flatnonzero(zoo.shared_modes()).tolist() == [0]
    centered = Environment.from_arrays(np.eye(101), zoo.targets - zoo.targets.mean(axis=0), normalization="sum")
    assert not centered.shared_modes().any()
    apart = Environment.from_arrays(np.eye(4), np.kron(np.diag([2.0, 1.0]), np.ones((2, 2))), normalization="sum")
    assert not apart.shared_modes().any()  # each mode is about two items: the others have nothing of it
    tied = Environment.from_arrays(np.eye(2), np.array([[0.8, 0.6], [-0.6, 0.8]]), normalization="sum")
    assert np.all(tied.along(tied.spectrum().input_modes[:, 1]) > 0)  # by the choice of axes among tied modes alone
    assert not tied.shared_modes().any()
