"""Distinctions matched over items: correlations of loadings, angles between the spaces of tied modes."""

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import subspace_angles

from ontogeny import Environment, datasets
from ontogeny.semantics.distinctions import MATCHED, SHUFFLES, Group, groups_of, matched_distinctions
from rearranged import again, crossed
from worlds import tree

ZOO = datasets.load("zoo")
FRAME = pd.DataFrame(ZOO.targets, ZOO.items, ZOO.features)


def groups(world, rows=None):
    rows = np.arange(len(world.items)) if rows is None else rows
    return groups_of(world, rows, np.arange(world.spectrum().groups.size, dtype=float))


def by_modes(found):
    return {one.first_modes: one for one in found if one.first_modes}


def test_the_match_of_single_modes_is_the_correlation_of_their_loadings():
    half = Environment.from_dataframe(FRAME.iloc[:, ::2])
    found = matched_distinctions(groups(ZOO), groups(half))
    loadings = [world.spectrum().input_modes for world in (ZOO, half)]
    pairs = [one for one in found if one.is_matched]
    assert len(pairs) > 4
    for one in pairs:
        a, b = (part[:, modes[0] - 1] for part, modes in zip(loadings, (one.first_modes, one.second_modes)))
        assert one.match == pytest.approx(abs(np.corrcoef(a, b)[0, 1]), abs=1e-9)
        assert one.first_separates == ZOO.mode_names()[one.first_modes[0] - 1] and one.match >= MATCHED
        assert (one.first_time, one.second_time) == (one.first_modes[0] - 1, one.second_modes[0] - 1)


def test_the_best_match_goes_first_and_nobody_is_matched_twice():
    half = Environment.from_dataframe(FRAME.iloc[:, ::2])
    mine, other = groups(ZOO), groups(half)
    corr = np.abs(np.corrcoef(np.hstack([one.axes for one in (*mine, *other)]).T))[: len(mine), len(mine) :]
    left, expected = corr.copy(), {}
    while left.max() >= MATCHED:
        a, b = np.unravel_index(left.argmax(), left.shape)
        expected[mine[a].modes] = other[b].modes
        left[a], left[:, b] = -1, -1
    found = matched_distinctions(mine, other)
    assert {one.first_modes: one.second_modes for one in found if one.is_matched} == expected
    alone = next(one for one in found if one.first_modes and not one.is_matched)
    row = [one.modes for one in mine].index(alone.first_modes)
    assert alone.match == pytest.approx(corr[row].max()) and np.isnan(alone.second_time)
    assert {one.second_modes for one in found} - {()} == {one.modes for one in other}
    turned = matched_distinctions(other, mine)
    alone = next(one for one in turned if not one.first_modes)
    assert alone.match == pytest.approx(corr[[one.modes for one in mine].index(alone.second_modes)].max())


def test_what_all_items_share_is_no_distinction():
    first = ZOO.spectrum().input_modes[:, 0]
    assert len(first) * first.mean() ** 2 > 0.5  # most of the first mode is the same for all animals
    assert [one.modes[0] for one in groups(ZOO)] == list(range(2, 16))
    constant = crossed()  # its first mode is exactly the same for all
    assert [len(one.modes) for one in groups(constant)] == [2, 3] and groups(constant)[0].modes[0] == 2


def test_tied_modes_are_compared_as_spaces():
    world = tree()
    mine = groups(world)
    assert [len(one.modes) for one in mine] == [1, 2, 4]
    found = matched_distinctions(mine, groups(again(world, 0), np.argsort(np.argsort(again(world, 0).items))))
    assert all(one.is_matched for one in found)
    wide, narrow = mine[2].axes, np.linalg.qr(np.random.default_rng(0).standard_normal((8, 2)))[0]
    narrow -= narrow.mean(axis=0)
    narrow = np.linalg.qr(narrow)[0]
    other = [Group((1, 2), "any", 0.0, narrow)]
    (one,) = (each for each in matched_distinctions([mine[2]], other) if each.first_modes)
    cosines = np.cos(subspace_angles(wide, narrow))
    assert one.match == pytest.approx(np.sqrt(np.mean(cosines**2)))


def test_a_tie_that_the_other_world_breaks_matches_all_its_parts():
    tied = groups(tree())[2]
    parts = [Group((number + 1,), "part", float(number), tied.axes[:, [number]]) for number in range(4)]
    found = matched_distinctions([tied], parts)
    assert [one.second_modes for one in found] == [(1,), (2,), (3,), (4,)]
    assert all(one.match == pytest.approx(1.0) and one.first_modes == tied.modes for one in found)
    two = matched_distinctions([tied._replace(axes=tied.axes[:, :2])], parts[:2] + parts[:2])  # only two places
    assert sum(one.is_matched for one in two) == 2 and sum(not one.first_modes for one in two) == 2


def test_chance_is_the_median_of_the_best_match_of_shuffled_items():
    half = Environment.from_dataframe(FRAME.iloc[:, ::2])
    mine, other = groups(ZOO), groups(half)
    found = by_modes(matched_distinctions(mine, other, seed=4))
    draw, best = np.random.default_rng(4), []
    for _ in range(SHUFFLES):
        order = draw.permutation(101)
        best.append([max(abs(np.corrcoef(a.axes[:, 0], b.axes[order, 0])[0, 1]) for b in other) for a in mine[:3]])
    for one, expected in zip(mine[:3], np.median(best, axis=0)):
        assert found[one.modes].by_chance == pytest.approx(expected)


def test_a_world_without_distinctions():
    alike = Environment.from_dataframe(pd.DataFrame([[1, 1]] * 4 + [[0, 1]], list("abcde"), ["x", "y"]))
    assert groups(alike, np.arange(4)) == []
    (one,) = matched_distinctions([], groups(tree())[:1])
    assert not one.is_matched and one.second_modes and matched_distinctions([], []) == ()
