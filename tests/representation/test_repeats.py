"""Repeated measurements: counts, means and residuals by hand; items by name."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError, datasets
from ontogeny.representation import Repeats, gram, rdm

SAME = 1e-12
DRAW = np.random.default_rng(0).standard_normal((7, 3))
ITEM = ["oak", "rose", "pine", "oak", "rose", "oak", "pine"]
RUN = [1, 1, 1, 2, 2, 2, 2]


def test_counts_means_and_residuals_are_those_of_pandas():
    trials = Repeats(DRAW, ITEM, run=RUN)
    table = pd.DataFrame(DRAW).assign(item=ITEM, run=RUN)
    means = table.drop(columns="run").groupby("item").mean().loc[list(trials.items)].to_numpy().T
    np.testing.assert_allclose(trials.means()[0], means, atol=SAME)
    left = DRAW - table.drop(columns="run").groupby("item").transform("mean").to_numpy()
    np.testing.assert_allclose(trials.residuals()[0], left, atol=SAME)
    assert trials.counts.tolist() == [[1, 1, 1], [2, 1, 1]] and trials.run_names == (1, 2)
    found = np.concatenate([block for _, block in trials.run_means()], axis=2)
    of_runs = table.groupby(["run", "item"]).mean()
    for number, run in enumerate((1, 2)):
        np.testing.assert_allclose(found[number, 0], of_runs.loc[run].loc[list(trials.items)].to_numpy().T, atol=SAME)


def test_blocks_of_units_make_no_difference(monkeypatch):
    whole = rdm(Repeats(DRAW, ITEM, run=RUN), metric="crossnobis", noise="diagonal")
    monkeypatch.setattr("ontogeny.representation.repeats.BLOCK_BYTES", 1)
    trials = Repeats(DRAW, ITEM, run=RUN)
    assert len(list(trials.run_means())) == 3
    np.testing.assert_allclose(rdm(trials, metric="crossnobis", noise="diagonal"), whole, atol=SAME)
    np.testing.assert_allclose(
        rdm(trials, metric="crossnobis", noise=np.eye(3) * 2).values * 2, rdm(trials, metric="crossnobis"), atol=SAME
    )


def test_items_keep_the_order_of_the_world_and_are_matched_by_name():
    world = datasets.load("rumelhart")
    trials = Repeats(DRAW, ITEM, run=RUN, environment=world)
    assert trials.items == tuple(name for name in world.items if name in set(ITEM)) == ("pine", "oak", "rose")
    named, plain = rdm(trials), rdm(Repeats(DRAW, ITEM))
    assert plain.item_name.values.tolist() == ["oak", "rose", "pine"]
    order = [plain.item_name.values.tolist().index(name) for name in trials.items]
    np.testing.assert_allclose(named, plain.values[np.ix_(order, order)], atol=SAME)
    assert Repeats(DRAW[:3], [1.0, 2.0, 3.0]).items == ("1", "2", "3")  # as tables write names
    assert Repeats(DRAW, ITEM, items=["rose", "pine", "oak"]).items == ("rose", "pine", "oak")


def test_distances_of_trials_are_those_of_their_means():
    trials = Repeats(np.stack([DRAW, 2 * DRAW]), ITEM, times=[0.0, 0.5])
    means = trials.means()
    np.testing.assert_allclose(gram(trials).values, np.swapaxes(means, 1, 2) @ means, atol=SAME)
    assert gram(Repeats(DRAW, ITEM)).dims == ("item", "item_2")
    found = rdm(trials, times=[0.5])
    assert found.dims == ("time", "item", "item_2") and rdm(Repeats(DRAW, ITEM)).dims == ("item", "item_2")
    difference = means[1][:, 0] - means[1][:, 1]
    assert float(found[0, 0, 1]) == pytest.approx(difference @ difference)


def test_tables_become_trials_and_tables_again():
    table = pd.DataFrame(DRAW, columns=["V1", "V2", "V3"]).assign(item=ITEM, run=RUN, note="x")
    trials = Repeats.from_dataframe(table, drop=["note"])
    assert trials.units == ("V1", "V2", "V3") and trials.item == tuple(ITEM)
    back = trials.to_dataframe()
    assert list(back.columns) == ["trial", "unit", "item", "run", "value"] and len(back) == 21
    assert back.loc[(back["trial"] == 3) & (back["unit"] == "V2"), "value"].item() == DRAW[3, 1]
    with pytest.raises(InputError, match=r"columns 'note' hold no numbers; leave them out, drop=\['note'\]"):
        Repeats.from_dataframe(table)
    with pytest.raises(InputError, match="the table has no column 'fold'"):
        Repeats.from_dataframe(table, run="fold")
    timed = Repeats(np.stack([DRAW] * 2), ITEM, times=[0.0, 1.0])
    assert list(timed.to_dataframe().columns) == ["time", "trial", "unit", "item", "value"]
    assert repr(timed) == "<Repeats: 7 trials of 3 items, 3 units, 2 times, no runs; 2 to 3 trials for each item>"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"activity": DRAW[0]}, r"activity has shape \(3,\); pass"),
        ({"activity": np.stack([DRAW] * 3), "times": [0.0, 1.0]}, r"activity has shape \(3, 7, 3\) for 2 times"),
        ({"activity": np.where(DRAW > 1, np.nan, DRAW)}, "activity has shape .* and holds NaN"),
        ({"item": ITEM[:-1]}, "item has 6 labels for 7 trials"),
        ({"item": [*ITEM[:-1], None]}, "item has empty labels"),
        ({"run": [1, 2]}, "run has 2 labels for 7 trials"),
        ({"units": ["a"]}, "units are 1 names for 3 units"),
        ({"items": ["oak"]}, "item names 'rose', 'pine', which items does not have"),
        ({"items": ["oak", "rose", "pine", "elm"]}, "items name 'elm', which no trial shows"),
        ({"environment": datasets.load("zoo")}, "item names .*, which the world does not have"),
    ],
)
def test_what_are_no_trials_is_refused(arguments, told):
    with pytest.raises(InputError, match=told):
        Repeats(**{"activity": DRAW, "item": ITEM, **arguments})
