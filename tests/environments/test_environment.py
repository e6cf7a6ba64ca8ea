"""Worlds: what each constructor correlates, in which unit of time, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError, predict
from worlds import TOY, TOY_SQUARES, aligned, correlated

ROUNDED = 1e-13  # products of a few numbers
COURSE = 1e-12  # the same closed form at a rescaled time: the exponent carries its rounding
FLOW = 1e-8  # an integrated flow, asked for 1e-10


def test_a_table_is_shown_item_by_item():
    world = Environment.from_dataframe(TOY)
    np.testing.assert_array_equal(world.input_output_correlation, TOY.to_numpy().T)
    np.testing.assert_array_equal(world.input_correlation, np.eye(4))
    np.testing.assert_array_equal(world.probes, np.eye(4))
    assert world.items == ("canary", "salmon", "oak", "rose")
    assert world.features == tuple(TOY.columns)
    assert world.category is None
    assert world.is_white


def test_samples_are_averaged_or_summed():
    draw = np.random.default_rng(0)
    x, y = draw.standard_normal((10, 3)), draw.standard_normal((10, 2))
    mean, total = (Environment.from_arrays(x, y, normalization=which) for which in ("mean", "sum"))
    np.testing.assert_allclose(mean.input_output_correlation, y.T @ x / 10, rtol=ROUNDED)
    np.testing.assert_allclose(mean.input_correlation, x.T @ x / 10, rtol=ROUNDED)
    np.testing.assert_allclose(total.input_output_correlation, y.T @ x, rtol=ROUNDED)
    assert Environment.from_arrays(x, y).normalization == "mean"
    assert mean.items[:2] == ("item 1", "item 2")
    assert mean.features == ("feature 1", "feature 2")
    assert Environment.from_arrays(x, y, items=list("abcdefghij"), features=["f", "g"]).features == ("f", "g")


def test_correlations_alone_are_white_unless_said_otherwise():
    world = Environment.from_correlations([[3, 0, 0], [0, 1, 0]])
    assert world.is_white
    assert world.items == ("input 1", "input 2", "input 3")
    np.testing.assert_array_equal(world.probes, np.eye(3))
    assert not aligned()[0].is_white


CONVENTIONS = {"sum": (1.0, 1.0, 1.0), "mean": (4.0, 1.0, 1.0), "white": (2.0, 0.5, 1.0)}  # of 4 items


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize(("method", "off"), [("closed_form", COURSE), ("flow", FLOW)])
def test_conventions_are_the_same_course_in_another_unit_of_time(convention, method, off):
    """sum: Sxx = I, Syx = Y; mean: both divided by P; white: Syx = Y/sqrt(P), inputs sqrt(P) e_i."""
    slower, weaker, variance = *CONVENTIONS[convention][:2], 0.25 if convention == "mean" else 1.0
    world = Environment.from_dataframe(TOY, normalization=convention)
    modes, times = world.spectrum(), np.linspace(0, 6, 13)
    s_of_table = np.sqrt(TOY_SQUARES)
    np.testing.assert_allclose(modes.singular_values, s_of_table / slower, rtol=ROUNDED)
    np.testing.assert_allclose(world.input_correlation, variance * np.eye(4), rtol=ROUNDED)
    np.testing.assert_allclose(modes.asymptotes, s_of_table * weaker, rtol=ROUNDED)
    reference = predict(Environment.from_dataframe(TOY), initial_strength=1e-2, times=times)
    rescaled = predict(world, initial_strength=1e-2 * weaker, times=slower * times, method=method)
    np.testing.assert_allclose(rescaled.response, reference.response, atol=off * 2)
    by_tau = predict(world, initial_strength=1e-2 * weaker, times=times, tau=1 / slower, method=method)
    np.testing.assert_allclose(by_tau.response, reference.response, atol=off * 2)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_features_seen_with_probability_rho_are_learned_slower_by_rho(depth):
    times, rho = np.linspace(0, 5, 11), 0.4
    always = predict(Environment.from_dataframe(TOY), depth=depth, initial_strength=1e-2, times=times)
    seldom = Environment.from_dataframe(TOY, observation_probability=rho)
    slowed = predict(seldom, depth=depth, initial_strength=1e-2, times=times / rho)
    np.testing.assert_allclose(slowed.response, always.response, atol=COURSE if depth < 3 else FLOW)
    np.testing.assert_allclose(slowed.dataset.half_time, always.dataset.half_time / rho, rtol=1e-8)


def test_frequent_items_weigh_more():
    frequency = np.array([4, 1, 1, 2])
    world = Environment.from_dataframe(TOY, frequency=frequency)
    np.testing.assert_allclose(world.input_correlation, np.diag(frequency / 2), rtol=ROUNDED)
    np.testing.assert_allclose(world.input_output_correlation, TOY.to_numpy().T * frequency / 2, rtol=ROUNDED)
    mean = Environment.from_dataframe(TOY, frequency=frequency, normalization="mean")
    np.testing.assert_allclose(mean.input_correlation, np.diag(frequency / 8), rtol=ROUNDED)
    np.testing.assert_array_equal(Environment.from_dataframe(TOY, frequency=[3] * 4).input_correlation, np.eye(4))
    errors = (TOY.to_numpy() ** 2).sum(axis=1)
    assert world.loss_of_map(np.zeros((7, 4))) == pytest.approx(errors @ frequency / 4)


def test_centering_gives_away_what_all_items_share():
    world = Environment.from_dataframe(TOY, center=True)
    np.testing.assert_allclose(world.targets.mean(axis=0), 0, atol=ROUNDED)
    np.testing.assert_allclose(world.spectrum().singular_values ** 2, [3, 1, 1], rtol=1e-12)
    assert (
        "Each feature was centered: its mean was subtracted. What is said of zeros is about the table before."
        in map(str, world.notes)
    )


def test_standardizing_divides_by_the_spread_where_there_is_one():
    world = Environment.from_dataframe(TOY.assign(roots=[0, 0, 40, 40]), standardize=True)
    np.testing.assert_allclose(world.targets.std(axis=0), [0, 1, 1, 1, 1, 1, 1], rtol=ROUNDED)
    assert "Each feature was divided by its standard deviation." in map(str, world.notes)
    both = Environment.from_dataframe(TOY, center=True, standardize=True)
    np.testing.assert_allclose(both.targets.mean(axis=0), 0, atol=ROUNDED)


def test_final_strength_is_that_of_the_best_linear_map():
    for world in (correlated(), aligned()[0], Environment.from_dataframe(TOY, frequency=[1, 2, 3, 4])):
        modes = world.spectrum()
        best = world.input_output_correlation @ np.linalg.inv(world.input_correlation)
        expected = np.diag(modes.output_modes.T @ best @ modes.input_modes)
        np.testing.assert_allclose(world.final_strength, expected, rtol=1e-11)


def test_loss_is_half_the_weighted_squared_error():
    world = correlated()
    some = np.random.default_rng(1).standard_normal((2, 3, 4))
    for network_map, loss in zip(some, world.loss_of_map(some), strict=True):
        errors = world.targets - world.inputs @ network_map.T
        assert loss == pytest.approx(np.sum(errors**2) / 2 / len(errors), rel=1e-13)
    known, _, _ = aligned()
    best = known.input_output_correlation @ np.linalg.inv(known.input_correlation)
    assert known.loss_of_map(best) == pytest.approx(0, abs=1e-20)
    off = np.random.default_rng(2).standard_normal(best.shape)
    assert known.loss_of_map(best + off) == pytest.approx(np.trace(off @ known.input_correlation @ off.T) / 2)


def test_a_world_without_enough_inputs_ends_at_the_smallest_map():
    """Fewer samples than inputs: what the inputs do not reach stays out."""
    draw = np.random.default_rng(0)
    x, y = draw.standard_normal((3, 5)), draw.standard_normal((3, 2))
    world = Environment.from_arrays(x, y)
    modes = world.spectrum()
    best = (np.linalg.pinv(x) @ y).T
    np.testing.assert_allclose(
        world.final_strength, np.diag(modes.output_modes.T @ best @ modes.input_modes), rtol=1e-10
    )
    assert world.loss_of_map(best) == pytest.approx(0, abs=1e-20)


def test_tables_and_summaries():
    table = TOY.assign(kind=["animal"] * 2 + ["plant"] * 2)
    world = Environment.from_dataframe(table, category="kind")
    tidy = world.to_dataframe()
    assert tidy.columns.tolist() == ["item", "category", "feature", "value"]
    assert tidy.set_index(["item", "feature"]).value["oak", "leaves"] == 1
    assert world.category == ("animal", "animal", "plant", "plant")
    assert repr(world) == '<Environment: 4 items, 7 features, 4 modes (normalization "sum")>'
    assert "singular values 2.646, 1.732, 1, 1" in world.summary()
    known = Environment.from_correlations([[3.0, 0.0], [0.0, 1.0]]).to_dataframe()
    assert known.value.tolist() == [3, 0, 0, 1]


ARRAYS = {
    "inputs have 3 rows and targets 2": ([[1], [2], [3]], [[1], [2]]),
    r"inputs has shape \(3,\) and type int64, but it must be a matrix": ([1, 2, 3], [[1], [2], [3]]),
    "targets has shape .* and type <U1, but it must be a matrix of real numbers": ([[1]], [["a"]]),
    "inputs has shape .* and type complex128": ([[1j]], [[1]]),
    "targets holds 1 missing or infinite values": ([[1.0]], [[np.nan]]),
    "inputs holds 2 missing or infinite values": ([[np.inf, -np.inf]], [[1.0]]),
    "inputs and targets are not correlated at all": ([[1.0], [1.0]], [[1.0], [-1.0]]),
    r"inputs has shape \(1, 0\)": ([[]], [[1]]),
}


@pytest.mark.parametrize("message", ARRAYS)
def test_arrays_that_cannot_be_samples_are_refused(message):
    with pytest.raises(InputError, match=message):
        Environment.from_arrays(*ARRAYS[message])


def test_names_must_be_as_many_as_there_are():
    with pytest.raises(InputError, match="items has 1 different names, but there are 2 items; write one"):
        Environment.from_arrays(np.eye(2), np.eye(2), items=["a", "a"])
    with pytest.raises(InputError, match="features has 3 different names, but there are 2 features"):
        Environment.from_arrays(np.eye(2), np.eye(2), features=["a", "b", "c"])


CORRELATIONS = {
    r"input_correlation has shape \(3, 3\), but it must be symmetric with one row for each of the 2 inputs": np.eye(3),
    r"input_correlation has shape \(2, 2\), but it must be symmetric": [[1, 0.5], [0, 1]],
    "input_correlation has the negative eigenvalue -1, but no inputs have negative variance": [[1, 2], [2, 1]],
    "input_correlation holds 1 missing or infinite values": [[1, np.nan], [0, 1]],
    "input_output_correlation correlates features with inputs that never vary, which no data do": [[1, 0], [0, 0]],
}


@pytest.mark.parametrize("message", CORRELATIONS)
def test_correlations_that_no_inputs_have_are_refused(message):
    with pytest.raises(InputError, match=message):
        Environment.from_correlations(np.eye(2), CORRELATIONS[message])


TABLES = {
    "normalization is 'means', but it must be one of 'sum', 'mean', 'white'; did you mean 'mean'": {
        "normalization": "means"
    },
    "observation_probability is 1.5, but it is a probability": {"observation_probability": 1.5},
    "observation_probability is 0, but a feature that is never observed": {"observation_probability": 0},
    "observation_probability is nan, but it must be finite": {"observation_probability": float("nan")},
    r"frequency has shape \(3,\), but it needs one non-negative number for each of the 4 items": {
        "frequency": [1, 2, 3]
    },
    r"frequency has shape \(4,\), but it needs one non-negative": {"frequency": [1, -1, 1, 1]},
    r"frequency has shape \(4,\), but it needs": {"frequency": [0, 0, 0, 0]},
    r"frequency has shape \(4,\)": {"frequency": [1, np.nan, 1, 1]},
}


@pytest.mark.parametrize("message", TABLES)
def test_options_that_cannot_be_are_refused(message):
    with pytest.raises(InputError, match=message):
        Environment.from_dataframe(TOY, **TABLES[message])


def test_a_table_of_zeros_and_a_centered_constant_have_nothing_to_learn():
    with pytest.raises(InputError, match="every value in the table is 0, so there is nothing to learn"):
        Environment.from_dataframe(0 * TOY)
    with pytest.raises(InputError, match="every feature is the same for all items"):
        Environment.from_dataframe(pd.DataFrame([[1.0, 2.0]] * 3, columns=["a", "b"]), center=True)
    with pytest.raises(InputError, match="normalization is 'white', but it must be one of 'sum', 'mean'"):
        Environment.from_arrays(np.eye(2), np.eye(2), normalization="white")


def test_what_is_standardized_is_not_advised_to_be():
    table = pd.DataFrame({"a": [1.0, 0, 1, 0], "b": [0.0, 0, 1, 1], "size": [90.0, 10, 30, 20]})
    assert "scales" in {note.kind for note in Environment.from_dataframe(table).notes}
    assert "scales" not in {note.kind for note in Environment.from_dataframe(table, standardize=True).notes}
