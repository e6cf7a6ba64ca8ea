"""Items that two tables share, and worlds of these alone."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError, datasets, predict
from ontogeny.semantics import comparable_worlds
from ontogeny.semantics.shared_items import plain_name, shared_rows, unshared
from worlds import TOY, correlated, gapped

ZOO = datasets.load("zoo")
FRAME = pd.DataFrame(ZOO.targets, ZOO.items, ZOO.features)


def test_names_are_matched_whatever_their_capitals_blanks_and_order():
    names = ["Polar Bear", "oak", "sea-lion", "trout", "extra"]
    others = ["SEA LION", "polar_bear ", "Trout", "OAK", "more"]
    rows = shared_rows(names, others)
    assert [names[row] for row in rows[:, 0]] == ["oak", "Polar Bear", "sea-lion", "trout"]
    assert all(plain_name(names[a]) == plain_name(others[b]) for a, b in rows)
    assert unshared(names, others) == ("extra",) and unshared(others, names) == ("more",)


def test_too_few_shared_items_are_named():
    with pytest.raises(InputError, match=r"the two tables share no item, .* are 'a', 'b', .* second 'c', 'd'; name"):
        shared_rows(["a", "b"], ["c", "d"])
    with pytest.raises(InputError, match=r"the two tables share 2 items \('a', 'b'\), but similarities need 3 or more"):
        shared_rows(["a", "b", "x"], ["b", "a", "y"])


def test_two_names_that_could_be_one_are_refused():
    with pytest.raises(InputError, match=r"second names 'Oak', 'oak', which differ only in capitals"):
        shared_rows(["oak", "elm", "ash"], ["Oak", "oak", "elm", "ash"])
    assert len(shared_rows(["oak", "elm", "ash"], ["oak", "elm", "ash", "Fir", "fir"])) == 3  # these are not shared


@pytest.mark.parametrize("normalization", ["sum", "mean", "white"])
def test_a_world_of_some_items_is_that_of_a_table_of_these(normalization):
    some = FRAME.sample(20, random_state=0)
    world = Environment.from_dataframe(FRAME, normalization=normalization)
    mine, other = comparable_worlds(world, Environment.from_dataframe(some.rename(index=str.upper)))
    rows = some.sort_index()
    expected = rows / np.sqrt(np.mean(np.sum(rows.to_numpy() ** 2, axis=1)))
    assert mine.items == tuple(rows.index) and other.items == tuple(rows.index.str.upper())
    np.testing.assert_allclose(mine.targets, expected, rtol=1e-12)
    np.testing.assert_allclose(np.mean(np.sum(mine.targets**2, axis=1)), 1.0, rtol=1e-12)
    scale = expected.to_numpy().max() / rows.to_numpy().max()
    np.testing.assert_allclose(mine.rounding, world.rounding * scale)
    alone = Environment.from_dataframe(expected, normalization=normalization)
    times = [0.0, 1.0, 5.0]
    np.testing.assert_allclose(
        predict(mine, times=times).answers(), predict(alone, times=times).answers(), rtol=1e-9, atol=1e-12
    )
    (note,) = (note for note in mine.notes if note.kind == "unshared")
    assert set(note.columns) == set(ZOO.items) - set(rows.index) and not any(n.kind == "unshared" for n in other.notes)


def test_frequencies_and_categories_go_with_the_items():
    frequency = np.arange(1, len(FRAME) + 1)
    often = Environment.from_dataframe(
        FRAME, frequency=frequency, observation_probability=0.5, category=dict(zip(ZOO.items, ZOO.category))
    )
    some = list(ZOO.items[:10])
    mine, _ = comparable_worlds(often, Environment.from_dataframe(FRAME.loc[some]))
    place = [ZOO.items.index(name) for name in mine.items]
    np.testing.assert_allclose(mine.weights, 0.5 * 10 * frequency[place] / frequency[place].sum())
    assert mine.category == tuple(ZOO.category[row] for row in place)


def test_worlds_that_cannot_be_compared_are_refused():
    toy = Environment.from_dataframe(TOY)
    for others, sentence in (
        ((toy, TOY), r"second is of type DataFrame, but an Environment is needed"),
        ((correlated(), toy), r"first is no table of items and features"),
        ((toy, Environment.from_correlations([[1.0, 0.0], [0.0, 1.0]])), r"second is no table of items and features"),
        ((gapped(), toy), r"2 cells of this world are missing, but similarities of items need all of their features"),
    ):
        with pytest.raises(InputError, match=sentence):
            comparable_worlds(*others)
    blank = pd.DataFrame({"a": [0.0, 0, 0, 1]}, index=["oak", "rose", "salmon", "pebble"])
    with pytest.raises(InputError, match="second has no feature other than 0 for any of the shared items"):
        comparable_worlds(toy, Environment.from_dataframe(blank))
