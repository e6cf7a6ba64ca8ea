"""Worlds of tables in pieces are those of the same rows in memory."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError, predict
from ontogeny.environments import from_batches
from ontogeny.trajectory import Trajectory

ALIKE = 1e-11  # relative: sums of 5,000 products, after subtracting a mean of three standard deviations
SQUARED = 1e-8  # of items: relative errors of products grow by (s_1 / s)^2, and these go down to a hundredth


def samples(rows=5000, seed=0):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(rows, 6)) @ draw.normal(size=(6, 6)) + 3
    return x, x @ draw.normal(size=(6, 3)) + draw.normal(size=(rows, 3))


def items(rows=5000):
    draw = np.random.default_rng(1)
    values = draw.normal(size=(rows, 4)) * [3, 1, 0.3, 0.1] @ np.linalg.qr(draw.normal(size=(4, 4)))[0] + [1, 0, 0, 2]
    return pd.DataFrame(values, columns=list("abcd"))


def assert_same(found, wanted, tolerance):
    one, two = found.spectrum(), wanted.spectrum()
    np.testing.assert_allclose(one.singular_values, two.singular_values, rtol=tolerance)
    np.testing.assert_allclose(one.output_modes, two.output_modes, rtol=0, atol=100 * tolerance)
    np.testing.assert_allclose(one.input_variances, two.input_variances, rtol=tolerance)
    np.testing.assert_allclose(found.final_strength, wanted.final_strength, rtol=tolerance)
    assert found.features == wanted.features and found.normalization == wanted.normalization


@pytest.mark.parametrize("normalization", ["sum", "mean"])
def test_samples_in_pieces_are_the_samples_in_memory(normalization):
    x, y = samples()
    wanted = Environment.from_arrays(x, y, normalization=normalization)
    found = from_batches(
        ((x[at : at + 300], y[at : at + 300]) for at in range(0, 5000, 300)), normalization=normalization
    )
    np.testing.assert_allclose(found.input_output_correlation, wanted.input_output_correlation, rtol=ALIKE)
    np.testing.assert_allclose(found.input_correlation, wanted.input_correlation, rtol=ALIKE)
    assert found.features == ("target 1", "target 2", "target 3")
    names = dataclasses.replace(wanted.names, features=found.features)
    assert_same(found, dataclasses.replace(wanted, names=names), ALIKE)
    assert_same(from_batches(x, y, normalization=normalization), dataclasses.replace(wanted, names=names), ALIKE)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"normalization": "mean"},
        {"normalization": "white"},
        {"center": True},
        {"center": True, "standardize": True},
    ],
)
def test_items_in_pieces_are_the_items_in_memory(options):
    table = items()
    found, wanted = from_batches(table, **options), Environment.from_dataframe(table, **options)
    assert_same(found, wanted, SQUARED)
    theory, other = predict(found, until=1.0), predict(wanted, until=1.0)
    np.testing.assert_allclose(theory.dataset["mode_strength"], other.dataset["mode_strength"], rtol=1e-6, atol=1e-9)
    assert found.is_streamed and not wanted.is_streamed
    assert repr(found) == '<Environment: 4 inputs, 4 features, 4 modes (normalization "' + found.normalization + '")>'


def test_targets_are_columns_by_name():
    table = items()
    found = from_batches(table, targets=["d", "b"])
    wanted = Environment.from_arrays(table[["a", "c"]], table[["d", "b"]])
    assert_same(found, wanted, ALIKE)
    assert found.items == ("a", "c")
    assert_same(
        from_batches(table, targets="d", drop=["b"]), Environment.from_arrays(table[["a", "c"]], table[["d"]]), ALIKE
    )


def test_what_rounding_alone_can_make_is_left_out_as_in_memory():
    """Two decimals: of six features made of two modes, four more come from rounding."""
    draw = np.random.default_rng(0)
    table = pd.DataFrame((draw.normal(size=(4000, 2)) @ draw.normal(size=(2, 6))).round(2), columns=list("abcdef"))
    found, wanted = from_batches(table), Environment.from_dataframe(table)
    assert found.spectrum().singular_values.size == wanted.spectrum().singular_values.size == 2
    assert any(note.kind == "modes_left_out" for note in found.notes)
    x = draw.normal(size=(4000, 5))
    y = (x[:, :1] @ draw.normal(size=(1, 4))).round(2)
    assert from_batches(x, y).spectrum().singular_values.size == 1
    assert Environment.from_arrays(x, y).spectrum().singular_values.size == 1


def test_modes_that_products_cannot_tell_are_left_out_with_a_note():
    draw = np.random.default_rng(0)
    values = draw.normal(size=(3000, 2)) * [1.0, 1e-8]
    found = from_batches(values @ np.array([[1.0, 1.0], [1.0, -1.0]]))
    assert found.spectrum().singular_values.size == 1
    assert "cannot tell them from rounding" in str(next(note for note in found.notes if note.kind == "unresolved"))


def test_fewer_rows_than_columns():
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(3, 8)), columns=list("abcdefgh"))
    assert_same(from_batches(table), Environment.from_dataframe(table), SQUARED)


def test_a_saved_world_leaves_out_the_same_modes(tmp_path):
    draw = np.random.default_rng(0)
    table = pd.DataFrame((draw.normal(size=(4000, 2)) @ draw.normal(size=(2, 6))).round(2), columns=list("abcdef"))
    world = from_batches(table)
    predict(world, until=1.0).save(tmp_path / "record.nc")
    again = Trajectory.load(tmp_path / "record.nc").environment
    assert np.array_equal(again.blur, world.blur) and again.is_streamed
    assert again.spectrum().singular_values.size == 2


def test_what_cannot_be_learned_from_is_refused():
    table = items()
    with pytest.raises(InputError, match="targets names column 'e', but the table has no such column"):
        from_batches(table, targets="e")
    with pytest.raises(InputError, match="targets leave no column to learn from; name each column"):
        from_batches(table, targets=list("abcd"))
    with pytest.raises(InputError, match="targets name a column twice"):
        from_batches(table, targets=["a", "a"])
    with pytest.raises(InputError, match="center is about a table of items, but there are targets"):
        from_batches(table, targets="a", center=True)
    with pytest.raises(InputError, match="standardize is about a table of items"):
        from_batches(table, targets="a", standardize=True)
    with pytest.raises(InputError, match="normalization is 'white', but it must be one of 'sum', 'mean'"):
        from_batches(table, targets="a", normalization="white")
    with pytest.raises(InputError, match="every feature is the same for all rows"):
        from_batches(np.ones((5, 2)), center=True)
    with pytest.raises(InputError, match="inputs and targets are not correlated at all"):
        from_batches(np.zeros((5, 2)))
    with pytest.raises(InputError, match="column 'b' of the table has values so large that sums of their squares"):
        from_batches(table.assign(b=1e170))
    with pytest.raises(InputError, match="drop names column 'e', but the table has no such column"):
        from_batches(table, drop=["e"])
    with pytest.raises(InputError, match="drop leaves out every column of the table"):
        from_batches(table, drop=list("abcd"))
