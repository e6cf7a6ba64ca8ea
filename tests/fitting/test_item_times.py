"""Times of items by the theory: those of its record, and derivatives by differences."""

from dataclasses import replace

import numpy as np
import pytest

import ontogeny as on
from ontogeny.fitting.item_times import ItemClock
from ontogeny.semantics import acquisition
from ontogeny.semantics.acquired import MEASURES

ZOO = on.datasets.load("zoo")
ALL = np.arange(len(ZOO.items))
BETWEEN = 2e-4  # of times that `acquisition` interpolates between 6001 ones
STEP = 1e-5
DIFFERENCES = 1e-7  # of slopes by differences of times known to 1e-13, over a step of 1e-5


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("measure", MEASURES)
def test_times_are_those_of_the_record(measure, depth):
    start, until = (1e-3, 12.0) if depth == 2 else (1e-2, 20.0)
    found = ItemClock(ZOO, measure, ALL, depth).at(start).time
    theory = on.predict(ZOO, depth=depth, initial_strength=start, times=np.linspace(0, until, 6001))
    read = acquisition(theory).items[measure][0]
    assert np.isfinite(read).all() and np.isfinite(found).all()
    np.testing.assert_allclose(found, read, atol=BETWEEN * (until / 12) ** 2)


@pytest.mark.parametrize("measure", MEASURES)
def test_slopes_are_the_differences_of_times(measure):
    clock = ItemClock(ZOO, measure, ALL, 2)
    more, less = (np.log(clock.at(1e-3 * np.exp(step)).time) for step in (STEP, -STEP))
    np.testing.assert_allclose(clock.at(1e-3).slope, (more - less) / (2 * STEP), atol=DIFFERENCES)


def test_an_item_waits_for_the_mode_that_tells_it_apart():
    """Robin from canary by red against yellow, the fifth; oak from pine by the sixth."""
    world = on.datasets.load("rumelhart")
    found = ItemClock(world, "told_apart", np.arange(8), 2).at(1e-4)
    kinds = dict(zip(world.items, found.waits_for.tolist(), strict=True))
    assert kinds["robin"] == kinds["canary"] == 4 and kinds["oak"] == kinds["pine"] == 5  # red | yellow; oak or pine
    assert set(found.waits_for) <= set(range(8)) and np.all(found.slope < 0)


def test_without_features_and_for_twins_there_is_no_time():
    table = on.datasets.load("rumelhart").targets.copy()
    table[0], table[2] = 0.0, table[1]
    world = on.Environment.from_arrays(np.eye(8), table, items=list("abcdefgh"))
    clock = ItemClock(world, "quarter_error", np.arange(8), 2)
    assert clock.has_time().tolist() == [False] + [True] * 7
    alone = on.Environment.from_arrays(np.eye(2), np.ones((2, 2)), items=["a", "b"])
    assert not ItemClock(alone, "told_apart", np.arange(2), 2).has_time().any()
    assert repr(clock) == "<ItemClock: quarter_error of 8 items at depth 2>"


def test_some_items_have_the_times_that_all_have():
    """Whatever else is looked at beside them."""
    clock = ItemClock(ZOO, "half_of_own_features", ALL, 2)
    some = replace(clock, rows=ALL[[5, 90, 17]])
    np.testing.assert_allclose(some.at(1e-3).time, clock.at(1e-3).time[[5, 90, 17]], rtol=1e-11)
