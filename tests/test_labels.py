"""Every door that takes something labelled: shuffled labels change no answer, other labels are refused.

`docs/conventions.md` lists the doors. Each is tried with a frame or a Series in one order and in another; with a label
missing, one too many, and one there twice.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from ontogeny import Environment, InputError, Trajectory, datasets, predict
from ontogeny.environments import Taxonomy
from ontogeny.generalization import from_data, ridge_risk, spectral_risk
from ontogeny.modes import balanced, unbalanced
from ontogeny.networks import evolve
from ontogeny.networks.tangent_kernel import aligned_kernel, tangent_kernel, tangent_kernel_from_grams
from ontogeny.representation import (
    Recording,
    Repeats,
    activity,
    bootstrap_similarity,
    crossnobis,
    gram,
    linear_cka,
    procrustes_distance,
    rdm,
    similarity,
)
from ontogeny.semantics import coherence, project_item, project_property, typicality
from worlds import TOY

EQUAL = 1e-12  # the same numbers, summed in another order
ITEMS, FEATURES = list(TOY.index), list(TOY.columns)
WORLD = Environment.from_dataframe(TOY)
THEORY = predict(WORLD, initial_strength=0.01, times=[0.0, 1.0, 2.0])
ROWS = [f"row {number}" for number in range(40)]
DRAW = np.random.default_rng(0)
INPUTS = pd.DataFrame(DRAW.standard_normal((40, 3)), ROWS, list("xyz"))
ANSWERS = pd.DataFrame(INPUTS.to_numpy() @ DRAW.standard_normal((3, 2)), ROWS, ["f", "g"])
UNITS = ["unit 1", "unit 2"]
FIRST = pd.DataFrame(0.3 * DRAW.standard_normal((2, 4)), UNITS, ITEMS)
SECOND = pd.DataFrame(0.3 * DRAW.standard_normal((7, 2)), FEATURES, UNITS)
MIDDLE = pd.DataFrame(DRAW.standard_normal((2, 2)), ["top 1", "top 2"], UNITS)
LAST = SECOND.set_axis(list(MIDDLE.index), axis=1)
DISTANCES = rdm(THEORY, times=[2.0])[0]
MEASURED = pd.DataFrame(DRAW.standard_normal((4, 4)), ITEMS, ITEMS)
SHOWN = gram(THEORY, times=[2.0])[0]
GRAM = pd.DataFrame(SHOWN.values @ SHOWN.values + 0.1 * np.outer(range(4), range(4)), ITEMS, ITEMS)
TRIALS = Repeats(
    pd.DataFrame(DRAW.standard_normal((8, 3)), columns=["V1", "V2", "V3"]), ITEMS * 2, run=[1] * 4 + [2] * 4
)
SPREAD = pd.Series([3.0, 2.0, 1.0, 0.5], list("abcd"))


@dataclass
class Door:
    """What is handed in (a Series or frame), along which axis it is named, what is made of it, and what may differ."""

    values: Any
    use: Callable[[Any], Any]
    axis: int = 0
    needs_all: bool = True  # whether names may be left out
    takes_plain: bool = True  # whether values without names go by position


def by_name(world):
    """Inputs of a world, in the order of the rows' names, whatever its own is."""
    return pd.DataFrame(world.inputs, list(world.items)).loc[ROWS]


def frequencies(shares):
    return Environment.from_dataframe(TOY, frequency=shares).weights


def groups(taxonomy):
    return sorted(sorted(taxonomy.members(node)) for node in taxonomy.groups)


def numbered(names):
    """The groups of a taxonomy as numbers, which can be compared as all answers here are."""
    return np.array([len(names), *(ITEMS.index(item) for group in names for item in group)])


KINDS = pd.Series(["animal", "animal", "plant", "plant"], ITEMS)
PARTS = pd.Series(["a", "b", "c", "c"], ITEMS)
SHARES = pd.Series([1.0, 2.0, 3.0, 4.0], ITEMS)

DOORS = {
    "from_dataframe(frequency)": Door(SHARES, frequencies),
    "from_dataframe(frequency) of a table without names": Door(
        pd.Series([1.0, 2.0, 3.0, 4.0]),
        lambda given: Environment.from_dataframe(TOY.reset_index(drop=True), frequency=given).weights,
    ),
    "from_dataframe(category)": Door(
        KINDS,
        lambda given: np.array([name == "plant" for name in Environment.from_dataframe(TOY, category=given).category]),
        takes_plain=False,
    ),
    "from_arrays(inputs), rows": Door(
        INPUTS, lambda given: by_name(Environment.from_arrays(given, ANSWERS))
    ),
    "from_arrays(targets), rows": Door(ANSWERS, lambda given: Environment.from_arrays(INPUTS, given).targets),
    "from_arrays(targets), columns": Door(
        ANSWERS, lambda given: Environment.from_arrays(INPUTS, given, features=["f", "g"]).targets, axis=1
    ),
    "from_arrays(items) beside a frame": Door(
        INPUTS,
        lambda given: Environment.from_arrays(given, given, items=ROWS).inputs,
    ),
    "from_arrays(items) as a column of names": Door(
        pd.Series(ROWS, ROWS).str.upper(),
        lambda given: np.array([name == row.upper() for name, row in
                                zip(Environment.from_arrays(INPUTS, ANSWERS, items=given).items, ROWS, strict=True)]),
        takes_plain=False,
    ),
    "from_correlations(input_correlation), rows": Door(
        INPUTS.T @ INPUTS,
        lambda given: Environment.from_correlations(ANSWERS.T @ INPUTS, given).input_correlation,
    ),
    "from_correlations(input_correlation), columns": Door(
        INPUTS.T @ INPUTS,
        lambda given: Environment.from_correlations(ANSWERS.T @ INPUTS, given).input_correlation,
        axis=1,
    ),
    "Taxonomy.from_labels, a level beside another": Door(
        PARTS, lambda given: numbered(groups(Taxonomy.from_labels({"kind": KINDS, "part": given}, items=ITEMS)))
    ),
    "Taxonomy.from_labels(items) beside a frame": Door(
        pd.DataFrame({"kind": KINDS}), lambda given: numbered(groups(Taxonomy.from_labels(given, items=ITEMS))),
        takes_plain=False,
    ),
    "Taxonomy.from_labels(items) as a column of names": Door(
        pd.Series(ITEMS, ITEMS),
        lambda given: numbered(groups(Taxonomy.from_labels(pd.DataFrame({"kind": KINDS}), items=given))),
        takes_plain=False,
    ),
    "typicality(category)": Door(KINDS, lambda given: typicality(WORLD, category=given).prototype("animal").features),
    "Typicality.compare(ratings)": Door(
        SHARES,
        lambda given: typicality(datasets.load("zoo")).compare(
            given.rename({"canary": "calf", "salmon": "goat", "oak": "lion", "rose": "wolf"})
        )[["items", "spearman_loading"]],
        needs_all=False, takes_plain=False,
    ),
    "project_property(item)": Door(
        SHARES, lambda given: project_property(THEORY, given).values, needs_all=False, takes_plain=False
    ),
    "project_item(features)": Door(
        pd.Series([1.0, 0.5], FEATURES[:2]), lambda given: project_item(THEORY, given).values,
        needs_all=False, takes_plain=False,
    ),
    "similarity, rows": Door(MEASURED, lambda given: similarity(DISTANCES, given)),
    "similarity, columns": Door(MEASURED, lambda given: similarity(DISTANCES, given), axis=1),
    "similarity, the first of two": Door(MEASURED, lambda given: similarity(given, DISTANCES)),
    "activity(probes)": Door(
        pd.DataFrame(DRAW.standard_normal((3, 4)), columns=ITEMS), lambda given: activity(THEORY, probes=given), axis=1
    ),
    "linear_cka, the first of two": Door(GRAM, lambda given: linear_cka(given, SHOWN)),
    "linear_cka, columns": Door(GRAM, lambda given: linear_cka(SHOWN, given), axis=1),
    "procrustes_distance, rows": Door(GRAM, lambda given: procrustes_distance(SHOWN, given)),
    "bootstrap_similarity, rows": Door(
        MEASURED, lambda given: bootstrap_similarity(DISTANCES, given, samples=5).interval(), needs_all=True
    ),
    "Recording, items of a table": Door(
        pd.DataFrame(DRAW.standard_normal((3, 4)), columns=ITEMS),
        lambda given: rdm(Recording(WORLD, [0.0], {"IT": given})), axis=1,
    ),
    "rdm(noise), variances": Door(
        pd.Series([1.0, 2.0, 3.0], ["V1", "V2", "V3"]),
        lambda given: rdm(TRIALS, metric="squared_mahalanobis", noise=given),
    ),
    "rdm(noise), rows of a covariance": Door(
        pd.DataFrame(np.diag([1.0, 2.0, 3.0]) + 0.1, TRIALS.units, TRIALS.units),
        lambda given: crossnobis(TRIALS, noise=given),
    ),
    "predict(initial_strength)": Door(
        pd.Series([0.01, 0.02, 0.03, 0.04]),
        lambda given: predict(WORLD, initial_strength=given, times=[1.0]).dataset["mode_strength"],
    ),
    "predict(initial_strength), modes numbered from 1": Door(
        pd.Series([0.01, 0.02, 0.03, 0.04], range(1, 5)),
        lambda given: predict(WORLD, initial_strength=given, times=[1.0]).dataset["mode_strength"],
    ),
    "predict(initial_strength), modes by name": Door(
        pd.Series([0.01, 0.02, 0.03, 0.04], list(WORLD.mode_names())),
        lambda given: predict(WORLD, initial_strength=given, times=[1.0]).dataset["mode_strength"],
    ),
    "evolve(weights), inputs": Door(
        FIRST, lambda given: evolve([given, SECOND], TOY.T, times=[0.0, 1.0]).network_map, axis=1
    ),
    "evolve(weights), units": Door(
        FIRST, lambda given: evolve([given, SECOND], TOY.T, times=[0.0, 1.0]).network_map
    ),
    "evolve(weights), features": Door(
        SECOND, lambda given: evolve([FIRST, given], TOY.T, times=[0.0, 1.0]).network_map
    ),
    "evolve(input_correlation)": Door(
        pd.DataFrame(np.diag([1.0, 2.0, 3.0, 4.0]), ITEMS, ITEMS),
        lambda given: evolve([FIRST, SECOND], TOY.T, given, times=[0.0, 1.0]).network_map,
    ),
    "Trajectory.from_weights, inputs": Door(
        FIRST, lambda given: Trajectory.from_weights(WORLD, [0.0], _snapshots(given, SECOND)).response, axis=1
    ),
    "Trajectory.from_weights, features": Door(
        SECOND, lambda given: Trajectory.from_weights(WORLD, [0.0], _snapshots(FIRST, given)).response
    ),
    "tangent_kernel(weights), units": Door(FIRST, lambda given: tangent_kernel([given, MIDDLE, LAST], np.eye(4))),
    "tangent_kernel(inputs)": Door(
        pd.DataFrame(np.eye(4), columns=ITEMS), lambda given: tangent_kernel([FIRST, SECOND], given), axis=1
    ),
    "tangent_kernel_from_grams(input_gram)": Door(
        FIRST.T @ FIRST,
        lambda given: tangent_kernel_from_grams(given, np.eye(2), pd.DataFrame(np.eye(4), columns=ITEMS)), axis=1,
    ),
    "aligned_kernel(direction)": Door(
        SHARES, lambda given: aligned_kernel(1.0, given, pd.DataFrame(np.eye(4), columns=ITEMS), depth=2)
    ),
    "from_data(y)": Door(ANSWERS["f"], lambda given: from_data(INPUTS, given, samples=10, times=[1.0]).test_error),
    "from_data(y), rows numbered": Door(
        ANSWERS["f"].reset_index(drop=True),
        lambda given: from_data(INPUTS.reset_index(drop=True), given, samples=10, times=[1.0]).test_error,
    ),
    "spectral_risk(coefficients)": Door(
        pd.Series([1.0, 2.0, 3.0, 4.0], list("abcd")),
        lambda given: spectral_risk([1.0], SPREAD, given, samples=3, noise_variance=0.1).test_error,
    ),
    "ridge_risk(coefficients)": Door(
        pd.Series([1.0, 2.0, 3.0, 4.0], list("abcd")),
        lambda given: ridge_risk(1.0, SPREAD, given, samples=3, noise_variance=0.1).test_error,
    ),
    "laws of one mode": Door(
        pd.Series([0.1, 0.2, 0.3, 0.4], list("abcd")), lambda given: balanced.mode_strength(1.0, SPREAD, given)
    ),
    "laws of two layers": Door(
        pd.Series([0.1, 0.2, 0.3, 0.4], list("abcd")),
        lambda given: unbalanced.mode_strength(1.0, SPREAD, 0.1, given),
    ),
}  # fmt: skip


def _snapshots(first, second):
    """Weights at one time as arrays with names, as a user who stacks frames with xarray has them."""
    return [_stack(layer) if hasattr(layer, "index") else layer[None] for layer in (first, second)]


def _stack(frame):
    coords = {"to": list(frame.index), "from": list(frame.columns)}
    return xr.DataArray(frame.to_numpy()[None], dims=("time", "to", "from"), coords=coords)


def turned(values, axis):
    """The same values with their labels, in another order: one that is not its own inverse, where there are three."""
    return values.take(np.roll(np.arange(values.shape[axis]), 1), axis=axis)


@pytest.mark.parametrize("name", DOORS)
def test_the_order_of_labels_changes_nothing(name):
    door = DOORS[name]
    expected = np.asarray(door.use(door.values), dtype=float)
    shuffled = turned(door.values, door.axis)
    assert list(shuffled.axes[door.axis]) != list(door.values.axes[door.axis])
    np.testing.assert_allclose(np.asarray(door.use(shuffled), dtype=float), expected, rtol=EQUAL, atol=EQUAL)
    if door.takes_plain:
        np.testing.assert_allclose(np.asarray(door.use(door.values.to_numpy())), expected, rtol=EQUAL, atol=EQUAL)


@pytest.mark.parametrize("name", [name for name in DOORS if DOORS[name].takes_plain])
def test_by_position_the_answer_would_have_been_another(name):
    """A door at which position and name say the same has not been tried."""
    door = DOORS[name]
    wrong = turned(door.values, door.axis).to_numpy()
    expected = np.asarray(door.use(door.values), dtype=float)
    try:
        found = np.asarray(door.use(wrong), dtype=float)
    except InputError:
        return  # as a correlation whose rows alone are turned
    assert not np.allclose(found, expected)


@pytest.mark.parametrize("name", [name for name in DOORS if DOORS[name].needs_all])
@pytest.mark.parametrize("fault", ["missing", "extra", "twice"])
def test_other_labels_are_refused(name, fault):
    door = DOORS[name]
    labels = list(door.values.axes[door.axis])
    if fault == "extra":
        values, told = renamed(door, labels[-1]), 99
    else:
        kept = {"missing": labels[:-1], "twice": [*labels, labels[0]]}[fault]
        values, told = door.values.reindex(kept, axis=door.axis), {"missing": labels[-1], "twice": labels[0]}[fault]
    named = rf"'{re.escape(str(told))}'( missing from| in .* alone| occurs more than once)"
    with pytest.raises(InputError, match=f"{named}|shape .* but" if fault != "extra" else named):
        door.use(values)


@pytest.mark.parametrize("name", [name for name in DOORS if not DOORS[name].needs_all])
def test_names_that_are_unknown_or_there_twice_are_refused_where_some_may_be_left_out(name):
    door = DOORS[name]
    labels = list(door.values.axes[door.axis])
    door.use(door.values[:1])
    with pytest.raises(InputError, match="is '99'"):
        door.use(renamed(door, labels[-1]))
    with pytest.raises(InputError, match="more than once"):
        door.use(door.values.reindex([*labels, labels[0]]))


def renamed(door, label):
    new = [99 if name == label else name for name in door.values.axes[door.axis]]
    return door.values.set_axis(new, axis=door.axis)


def test_a_fresh_numbering_is_no_name():
    """A frame that was never labelled counts its rows: it goes by position beside names."""
    world = Environment.from_dataframe(TOY, frequency=SHARES.reset_index(drop=True))
    np.testing.assert_array_equal(world.weights, frequencies(SHARES))
    fresh = Environment.from_arrays(INPUTS.reset_index(drop=True), ANSWERS)
    assert fresh.items == tuple(ROWS)
    assert Environment.from_arrays(pd.DataFrame(np.eye(2)), np.eye(2)).items == ("item 1", "item 2")


def test_numbers_on_both_sides_are_names():
    """Rows picked from a larger table keep their numbers, which are matched as any name."""
    picked = INPUTS.reset_index(drop=True).iloc[[5, 0, 3]]
    answers = ANSWERS.reset_index(drop=True)
    np.testing.assert_array_equal(
        Environment.from_arrays(picked, answers.iloc[[0, 3, 5]]).targets, answers.iloc[[5, 0, 3]]
    )
    with pytest.raises(InputError, match="'5', '3' missing from targets; '1', '2' in targets alone"):
        Environment.from_arrays(picked, answers.iloc[:3])


def test_repeated_names_that_stand_in_one_order_match_themselves():
    drawn = INPUTS.iloc[[0, 0, 1, 2]]
    assert Environment.from_arrays(drawn, ANSWERS.iloc[[0, 0, 1, 2]]).items[0] == "item 1"
    with pytest.raises(InputError, match="'row 0' occurs more than once in targets"):
        Environment.from_arrays(drawn, ANSWERS.iloc[[1, 0, 0, 2]])


def test_frequencies_of_all_rows_serve_a_table_some_of_which_are_left_out():
    holed = TOY.astype(float)
    holed.loc["salmon", "fly"] = np.nan
    expected = Environment.from_dataframe(TOY.drop("salmon"), frequency=[1, 3, 4]).weights
    named = holed.rename_axis("name").reset_index()
    for table, options in ((holed, {}), (named, {"items": "name"})):
        for shares in (SHARES, SHARES[::-1], SHARES.drop("salmon")):
            found = Environment.from_dataframe(table, frequency=shares, drop_missing_items=True, **options)
            np.testing.assert_allclose(found.weights, expected)
    by_row = named.sample(frac=1, random_state=1)
    counts = pd.Series(SHARES.to_numpy(), index=range(4))
    found = Environment.from_dataframe(by_row, items="name", frequency=counts, drop_missing_items=True)
    np.testing.assert_allclose(found.weights, [expected[["canary", "oak", "rose"].index(item)] for item in found.items])


def test_worlds_take_their_names_from_frames():
    world = Environment.from_arrays(INPUTS, ANSWERS)
    assert (world.items, world.features) == (tuple(ROWS), ("f", "g"))
    known = Environment.from_correlations(TOY.T)
    assert (known.items, known.features) == (tuple(ITEMS), tuple(FEATURES))


def test_labelled_arrays_of_other_dimensions_are_not_taken_one_by_one():
    strength = xr.DataArray([0.1, 0.2], dims="mode")
    times = xr.DataArray([1.0, 2.0], dims="time")
    plain = balanced.mode_strength(times.values, [3.0, 2.0], strength.values)
    np.testing.assert_array_equal(balanced.mode_strength(times, [3.0, 2.0], strength.values), plain)
    named = [part.assign_coords({part.dims[0]: list("ab")}) for part in (times, strength)]
    with pytest.raises(InputError, match="argument 1 runs along 'time' and argument 3 along 'mode'"):
        balanced.mode_strength(named[0], [3.0, 2.0], named[1])


def test_our_own_records_are_matched_by_the_names_of_their_items():
    turned_world = Environment.from_dataframe(TOY.iloc[[2, 0, 3, 1]])
    other = rdm(predict(turned_world, initial_strength=0.01, times=[2.0]))[0]
    assert float(similarity(DISTANCES, other)) == pytest.approx(1, abs=EQUAL)
    np.testing.assert_allclose(other.values[1, 0], DISTANCES.values[0, 2])


def test_categories_that_are_missing_are_no_category():
    with pytest.raises(InputError, match="category is missing for 'oak'"):
        typicality(WORLD, category=KINDS.where(KINDS.index != "oak"))
    with pytest.raises(InputError, match="category is missing for 'oak'"):
        Environment.from_dataframe(TOY, category=KINDS.where(KINDS.index != "oak"))
    with pytest.raises(InputError, match=r"category has shape \(4, 1\), but each item has one"):
        typicality(WORLD, category=KINDS.to_frame())
    with pytest.raises(InputError, match="items is of type Series, but it must be a column name"):
        Environment.from_dataframe(TOY, items=pd.Series(ITEMS))
    with pytest.raises(InputError, match="ratings are of type list, but they go by the names"):
        typicality(WORLD, category=KINDS).compare([1.0, 2.0])


def test_a_dictionary_is_a_door_for_names_too():
    strengths = {3: 0.04, 1: 0.02, 2: 0.03, 0: 0.01}
    by_number = predict(WORLD, initial_strength=strengths, times=[1.0]).dataset["mode_strength"]
    np.testing.assert_array_equal(by_number, predict(
        WORLD, initial_strength=[0.01, 0.02, 0.03, 0.04], times=[1.0]).dataset["mode_strength"])  # fmt: skip
    world = Environment.from_dataframe(TOY, frequency=dict(SHARES[::-1]), category=dict(KINDS[::-1]))
    np.testing.assert_array_equal(world.weights, frequencies(SHARES))
    assert world.category == tuple(KINDS)


def test_names_of_a_category_come_in_any_list():
    names = [["canary", "salmon"], pd.Index(["canary", "salmon"]), pd.Series(["canary", "salmon"], [7, 3])]
    found = [coherence(WORLD, items=given, permutations=10).blocks[0].members.tolist() for given in names]
    assert found == [[0, 1]] * 3
    with pytest.raises(InputError, match="an item is 'True'"):
        coherence(WORLD, items=pd.Series([True, False, False, False], ITEMS))
