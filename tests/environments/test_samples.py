"""Worlds with missing cells: what they correlate, what they refuse, and that complete ones are left as they were."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError
from ontogeny.environments.samples import Samples
from worlds import TOY, correlated, gapped, gapped_inputs

ROUNDED = 1e-13  # products of a few numbers
TABLE = pd.DataFrame(
    [[1, 0, 4.0], [1, np.nan, 2.0], [np.nan, 1, 0.0], [0, 1, np.nan]], index=list("abcd"), columns=["x", "y", "z"]
)


@pytest.mark.parametrize("world", [gapped(frequency=[1, 2, 3, 4]), gapped(normalization="white"), gapped_inputs()])
def test_missing_cells_contribute_nothing_to_the_correlation(world):
    x, (_, y, weights, observed) = world.inputs, world.samples[:4]
    expected = np.zeros(world.input_output_correlation.shape)
    for item, feature in zip(*np.nonzero(observed), strict=True):
        expected[feature] += weights[item] * y[item, feature] * x[item]
    np.testing.assert_allclose(world.input_output_correlation, expected, atol=ROUNDED)
    np.testing.assert_allclose(world.input_correlation, (x.T * weights) @ x, atol=ROUNDED)
    modes = world.spectrum()
    rebuilt = (modes.output_modes * modes.singular_values) @ modes.input_modes.T
    np.testing.assert_allclose(rebuilt, expected, atol=ROUNDED * 10)


@pytest.mark.parametrize("world", [gapped(frequency=[1, 2, 3, 4]), gapped_inputs()])
def test_missing_cells_have_no_error(world):
    x, (_, y, weights, observed) = world.inputs, world.samples[:4]
    maps = np.random.default_rng(0).standard_normal((2, 3, *world.input_output_correlation.shape))
    for where in np.ndindex(2, 3):
        errors = [
            weights[i] * (y[i, m] - maps[where][m] @ x[i]) ** 2 / 2 for i, m in zip(*np.nonzero(observed), strict=True)
        ]
        assert world.loss_of_map(maps)[where] == pytest.approx(sum(errors), rel=ROUNDED)


def test_what_is_missing_stays_missing_and_is_said():
    world = Environment.from_dataframe(TABLE, missing="mask")
    assert world.has_missing and world.samples.missing == 3
    np.testing.assert_array_equal(world.observed, TABLE.notna())
    np.testing.assert_array_equal(world.targets, TABLE)
    table = world.to_dataframe()
    assert table[table.value.isna()][["item", "feature"]].values.tolist() == [["b", "y"], ["c", "x"], ["d", "z"]]
    note = str(next(note for note in world.notes if note.kind == "masked"))
    assert note.startswith("3 of 12 cells are missing (25%) and kept unobserved")
    assert "modes describe the observed cells only" in note
    assert note in world.summary()


@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("standardize", [False, True])
def test_centering_and_standardizing_use_observed_cells(center, standardize):
    world = Environment.from_dataframe(TABLE, missing="mask", center=center, standardize=standardize)
    expected = TABLE - TABLE.mean() if center else TABLE
    expected = expected / TABLE.std(ddof=0) if standardize else expected
    np.testing.assert_allclose(world.targets, expected, rtol=ROUNDED)
    np.testing.assert_array_equal(np.isnan(world.targets), TABLE.isna())


def test_nothing_missing_changes_nothing():
    plain, asked = Environment.from_dataframe(TOY), Environment.from_dataframe(TOY, missing="mask")
    marked = Samples(*plain.samples[:3], np.ones(TOY.shape, dtype=bool))
    assert asked.observed is None and not asked.has_missing and asked.notes == plain.notes
    assert marked.missing == 0 and marked.observed_targets is marked.targets and marked.cell_weights is marked.weights
    answers = np.random.default_rng(0).standard_normal((7, 4))
    assert marked.loss(answers) == plain.samples.loss(answers)
    (syx, variation), (plain_syx, plain_variation) = marked.correlations(), plain.samples.correlations()
    np.testing.assert_array_equal(syx, plain_syx)
    np.testing.assert_array_equal(variation.matrix, plain_variation.matrix)
    np.testing.assert_array_equal(asked.best_map, plain.best_map)


def test_what_many_maps_fit_has_no_best_one():
    for ask in (lambda: gapped().best_map, lambda: gapped().final_strength):
        with pytest.raises(
            InputError,
            match=r"2 cells of this world are missing, but many maps fit.*simul.*\(drop_missing_items=True, drop",
        ):
            ask()
    one = TABLE.fillna({"x": 0, "y": 0})
    with pytest.raises(InputError, match="1 cell of this world is missing, but"):
        _ = Environment.from_dataframe(one, missing="mask").best_map


def test_samples_and_inputs_introduce_themselves():
    world = Environment.from_dataframe(TABLE, missing="mask")
    assert repr(world.data) == "<Samples: 4 items, 4 one-hot inputs, 3 features, 3 cells missing>"
    assert repr(world.variation) == "<Variation: 4 white inputs, variance 1>"
    mixed = Environment.from_arrays([[1.0, 0.0], [1.0, 2.0]], [[1.0], [0.0]])
    assert repr(mixed.data) == "<Samples: 2 items, 2 inputs, 1 features, 0 cells missing>"
    assert repr(mixed.variation) == "<Variation: 2 correlated inputs, variance 1 to 2>"


def test_refusing_stays_the_default():
    with pytest.raises(InputError, match=r"3 cells are missing .*or keep them unobserved with missing='mask'"):
        Environment.from_dataframe(TABLE)


def test_notes_say_nothing_of_all_cells_where_some_are_missing():
    """An item whose observed cells are 0 may have others; equal gaps and values are told apart by nothing."""
    table = pd.DataFrame(
        [[0, np.nan, 0], [1, np.nan, 0], [1, np.nan, 0], [1, 2, 0]], index=list("abcd"), columns=["x", "y", "z"]
    )
    notes = " ".join(map(str, Environment.from_dataframe(table, missing="mask").notes))
    assert "have 0 for every feature" not in notes and "has 0 for every feature" not in notes
    assert "1 of 4 items have the same features as an earlier one ('c' = 'b')" in notes
    assert "1 feature ('z') is 0 for every item" in notes
    assert "'y') is the same for every item" not in notes


@pytest.mark.parametrize(("world", "one_hot"), [(gapped(), True), (gapped(normalization="white"), True)])
def test_tables_are_one_hot_and_samples_are_not(world, one_hot):
    assert world.samples.are_one_hot is one_hot
    assert not correlated().samples.are_one_hot
    assert not Samples(np.diag([1.0, 2.0]), np.eye(2), np.ones(2)).are_one_hot
