"""When items are known: each measure against its words, item by item and time by time."""

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny import Environment, InputError
from ontogeny.semantics import acquired, acquisition
from worlds import gapped

STEP = 0.02  # between times of the records here: a time is known to within one


@pytest.fixture(scope="module")
def theory():
    return on.predict(on.datasets.load("rumelhart"), times=np.arange(0, 6, STEP))


@pytest.fixture(scope="module")
def networks():
    return on.simulate(on.datasets.load("rumelhart"), times=np.arange(0, 4, STEP), seed=[0, 1])


def last_wrong(times, is_right):
    """The slow twin: the first time after the last at which something is wrong."""
    wrong = np.flatnonzero(~is_right)
    if not wrong.size:
        return times[0]
    return np.inf if wrong[-1] == times.size - 1 else times[wrong[-1] + 1]


def slowly(record):
    """Every measure by its words, without intervals and without blocks."""
    world, times = record.environment, record.snapshot_time
    table, found = world.targets, {name: [] for name in acquired.MEASURES}
    for answers in record.answers():  # time, feature, item
        each = {name: [] for name in found}
        for i, row in enumerate(table):
            right = (answers[:, :, i] > 0.5) == (row > 0.5)
            own = row > 0.5
            others = [np.inf if np.array_equal(row, other) else np.sum((row - other) ** 2) for other in table]
            apart = row - table[int(np.argmin(others))]
            lead = (answers[:, :, i] - answers[:, :, int(np.argmin(others))]) @ apart / (apart @ apart)
            error = np.sqrt(np.sum((answers[:, :, i] - row) ** 2, axis=1))
            each["all_features"].append(last_wrong(times, right.all(axis=1)))
            each["half_of_own_features"].append(last_wrong(times, right[:, own].sum(axis=1) >= own.sum() / 2))
            each["told_apart"].append(last_wrong(times, lead > 0.5))
            each["quarter_error"].append(last_wrong(times, error < np.sqrt(row @ row) / 4))
        for name in found:
            found[name].append(each[name])
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.parametrize("which", ["theory", "networks"])
def test_each_measure_is_what_its_words_say(which, request):
    record = request.getfixturevalue(which)
    found, expected = acquisition(record), slowly(record)
    for name, times in expected.items():
        assert np.isfinite(times).any(), name
        np.testing.assert_array_equal(np.isinf(found.items[name]), np.isinf(times), err_msg=name)
        known = np.isfinite(times)
        late = times[known] - found.items[name][known]
        assert np.all((late > -1e-9) & (late < 1.01 * record.time[1])), name


def test_features_are_known_from_the_last_time_they_were_wrong(theory):
    table = acquisition(theory).to_dataframe("feature").set_index(["item", "feature"])["time"]
    course = theory.response.sel(item="pine", feature="tree").values
    assert table["pine", "tree"] == pytest.approx(np.interp(0.5, course, theory.time), abs=STEP**2)
    assert table["robin", "pretty"] == 0.0  # never said to be: right from the start
    assert acquisition(theory).cells.shape == (1, 8, 36)


def test_what_is_not_known_by_the_end_is_never_known(theory):
    early = on.predict(theory.environment, times=np.linspace(0, 0.5, 11))
    found = acquisition(early)
    assert np.isinf(found.items["all_features"]).all() and "0% all_features" in repr(found)


def test_blocks_change_nothing(theory, networks, monkeypatch):
    whole = [acquisition(record) for record in (theory, networks)]
    monkeypatch.setattr(acquired, "BLOCK", 1)
    for one, record in zip(whole, (theory, networks), strict=True):
        again = acquisition(record)
        assert again.nearest == one.nearest
        for name, times in one.items.items():
            np.testing.assert_allclose(again.items[name], times, rtol=1e-12)
        np.testing.assert_allclose(again.cells, one.cells, rtol=1e-12)


def test_units_of_features_do_not_matter():
    zoo = on.datasets.load("zoo")
    table = pd.DataFrame(zoo.targets, index=zoo.items, columns=zoo.features)
    for factor in (1e-100, 1e100):
        big = Environment.from_dataframe(table * factor)
        small = Environment.from_dataframe(table)
        one = acquisition(on.predict(small, initial_strength=1e-3, times=np.arange(0, 3, 0.1)))
        other = acquisition(on.predict(big, initial_strength=1e-3 * factor, times=np.arange(0, 3, 0.1) / factor))
        assert other.nearest == one.nearest
        for name, times in one.items.items():
            np.testing.assert_allclose(other.items[name] * factor, times, rtol=1e-6, err_msg=name)


def test_items_without_difference_are_told_apart_from_the_nearest_other():
    found = acquisition(on.predict(on.datasets.load("zoo"), until=6.0))
    table = found.to_dataframe().set_index("item")
    assert table.nearest["antelope"] not in ("buffalo", "deer") and np.isfinite(table.told_apart["antelope"])
    alike = Environment.from_arrays(np.eye(3), np.ones((3, 2)))
    same = acquisition(on.predict(alike, until=6.0))
    assert same.nearest == ("", "", "") and np.isinf(same.items["told_apart"]).all()


def test_ratings_have_their_middle_between_zero_and_the_largest():
    world = Environment.from_arrays(np.eye(2), np.array([[7.0, -2.0], [1.0, 2.0]]))
    found = acquisition(on.predict(world, until=9.0, initial_strength=0.01)).to_dataframe("feature")
    assert found["time"].iloc[2] == 0.0  # 1 of 7 is on the side of a silent network
    assert 0 < found["time"].iloc[0] < np.inf


def test_worlds_without_items_and_with_missing_cells_are_refused(theory):
    with pytest.raises(InputError, match="known by its correlations alone, but acquisition is about items"):
        acquisition(on.predict(Environment.from_correlations(np.eye(3)), until=1.0))
    with pytest.raises(InputError, match="depends on all of its features"):
        acquisition(on.predict(gapped(), until=1.0))
    with pytest.raises(InputError, match="of is 'items', but it must be one of 'item', 'feature'; did you mean 'item'"):
        acquisition(theory).to_dataframe("items")
