"""A linear network trained in few coordinates is the same network."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment, InputError, simulate
from ontogeny.networks import deviation_from_theory
from ontogeny.networks.coordinates import few_coordinates, folded
from ontogeny.networks.gradient_descent import Lesson, trained
from ontogeny.networks.initialization import gaussian
from ontogeny.trajectory import measured

ROUNDING = 1e-10  # sums of some hundred products in another order, through a few hundred steps
STEPS = [0, 1, 40, 200]


def world(items, features, rank=6):
    draw = np.random.default_rng(0)
    table = draw.normal(size=(items, rank)) @ np.diag(np.linspace(2, 1, rank)) @ draw.normal(size=(rank, features))
    return Environment.from_arrays(np.eye(items), table / np.sqrt(features), normalization="sum")


def start(place, depth=2, hidden=7, seeds=(0, 1)):
    sizes = [place.input_correlation.shape[0], *[hidden] * (depth - 1), len(place.features)]
    return [np.stack(layer) for layer in zip(*(gaussian(sizes, 0.05, seed) for seed in seeds), strict=True)]


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("shape", [(80, 12), (12, 80), (60, 60)], ids=["many items", "many features", "both"])
@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_training_in_few_coordinates_is_training_the_network(depth, shape, backend):
    if backend == "jax":
        pytest.importorskip("jax")
    place = world(*shape)
    weights = start(place, depth)
    rate = 0.05 / place.spectrum().singular_values[0]
    few = few_coordinates(weights, place)
    assert few.weights[0].shape[-1] * few.weights[-1].shape[-2] < 0.6 * shape[0] * shape[1]
    usual = trained(weights, Lesson(place, "linear", rate), STEPS, backend)
    quick = trained(few.weights, Lesson(few.environment, "linear", rate), STEPS, backend)
    for full, compact in zip(usual, quick, strict=True):
        for layer, lifted in zip(full, few.lifted(compact), strict=True):
            np.testing.assert_allclose(lifted, layer, atol=ROUNDING)
        for quick_value, value in zip(few.measured(compact), measured(place, full, "linear"), strict=True):
            np.testing.assert_allclose(quick_value, value, rtol=ROUNDING, atol=ROUNDING)


@pytest.mark.parametrize("shape", [(80, 12), (12, 80)])
def test_what_the_modes_leave_of_the_weights_is_kept(shape):
    """Large weights: their rest is no rounding error, it decays while the modes are learned."""
    place = world(*shape)
    weights = [20 * layer for layer in start(place)]
    few = few_coordinates(weights, place)
    for layer, lifted in zip(weights, few.lifted(few.weights), strict=True):
        np.testing.assert_allclose(lifted, layer, atol=1e-13)
    for basis in (few.input_basis, few.output_basis):
        np.testing.assert_allclose(np.swapaxes(basis, -1, -2) @ basis, [np.eye(basis.shape[-1])] * 2, atol=1e-13)


def test_the_error_that_no_map_avoids_is_counted():
    draw = np.random.default_rng(1)
    inputs = np.vstack([np.eye(40), np.eye(40)])
    place = Environment.from_arrays(inputs, draw.normal(size=(80, 3)), normalization="sum")
    assert place.is_white
    weights = start(place)
    few = few_coordinates(weights, place)
    np.testing.assert_allclose(few.measured(few.weights)[1], measured(place, weights, "linear")[1], rtol=1e-12)


def test_not_where_nothing_is_gained_or_inputs_are_not_white():
    place = world(20, 12)
    assert few_coordinates(start(place, hidden=30), place) is None
    assert few_coordinates(start(world(80, 12), depth=1), world(80, 12)) is None
    draw = np.random.default_rng(0)
    skewed = Environment.from_arrays(draw.normal(size=(90, 80)), draw.normal(size=(90, 3)))
    assert few_coordinates(start(skewed), skewed) is None


def test_missing_cells_are_not_learned_through_the_modes():
    """Of a large table with holes too, only observed cells are learned: the others may hold anything."""
    place = world(80, 12)
    table = pd.DataFrame(place.targets)
    table.iloc[::7, 3] = np.nan
    gaps = Environment.from_dataframe(table, missing="mask")
    assert few_coordinates(start(gaps), gaps) is None
    answers = simulate(gaps, hidden_units=7, until=40.0).response.values[0, -1]
    seen = gaps.observed.T
    np.testing.assert_allclose(answers[seen], place.targets.T[seen], atol=0.02)
    assert np.abs(answers[~seen]).max() > 0.1  # completed, not learned to be 0


def test_simulate_takes_this_way_and_gives_the_same_record(monkeypatch):
    place = world(90, 12)
    options = dict(hidden_units=7, until=4.0, seed=[0, 1])
    quick = simulate(place, **options)
    monkeypatch.setattr("ontogeny.networks.training_runs.few_coordinates", lambda *_: None)
    usual = simulate(place, **options)
    for name in ("mode_strength", "loss"):
        np.testing.assert_allclose(quick.dataset[name], usual.dataset[name], atol=ROUNDING)
    for few, all_of_them in zip(quick.snapshots, usual.snapshots, strict=True):
        np.testing.assert_allclose(few, all_of_them, atol=ROUNDING)


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("shape", [(400, 5), (6, 300)], ids=["many items", "many features"])
@pytest.mark.parametrize("spread", [True, False], ids=["random", "aligned"])
def test_folded_networks_are_those_in_few_coordinates(depth, shape, spread, monkeypatch):
    """The same strengths and losses, also of weights that hold little beside the modes, where no Cholesky factor is."""
    monkeypatch.setattr("ontogeny.networks.coordinates.BLOCK", 64)
    place = world(*shape, rank=4)
    weights = start(place, depth)
    if not spread:
        modes = place.spectrum()
        weights[0] = weights[0] @ modes.input_modes @ modes.input_modes.T + 1e-7 * weights[0]
    few = few_coordinates(weights, place)
    fold = folded([[layer[seed] for layer in weights] for seed in (0, 1)], place)
    assert fold.input_basis is None and fold.weights[0].shape == few.weights[0].shape
    rate = 0.05 / place.spectrum().singular_values[0]
    usual = trained(few.weights, Lesson(few.environment, "linear", rate), STEPS, "numpy")
    quick = trained(fold.weights, Lesson(fold.environment, "linear", rate), STEPS, "numpy")
    for one, other in zip(usual, quick, strict=True):
        for value, quick_value in zip(few.measured(one), fold.measured(other), strict=True):
            np.testing.assert_allclose(quick_value, value, rtol=ROUNDING, atol=ROUNDING)


def test_what_is_too_large_to_be_kept_has_strengths_and_no_answers(monkeypatch):
    place = world(300, 5, rank=4)
    options = dict(hidden_units=7, until=4.0, seed=[0, 1])
    usual = simulate(place, **options)
    monkeypatch.setattr("ontogeny.networks.training_runs.SNAPSHOT_BYTES", 30_000)
    quick = simulate(place, **options)
    assert quick.snapshots == ()
    for name in ("mode_strength", "loss", "half_time"):
        np.testing.assert_allclose(quick.dataset[name], usual.dataset[name], rtol=1e-8, atol=ROUNDING)
    for one, other in zip(quick.validity.assumptions, usual.validity.assumptions, strict=True):
        assert one.measured == pytest.approx(other.measured, rel=1e-6, abs=1e-9) and one.holds is other.holds
    found, expected = deviation_from_theory(quick), deviation_from_theory(usual)
    np.testing.assert_allclose(found.initial_strength, expected.initial_strength, rtol=1e-9)
    assert found.largest == pytest.approx(expected.largest, rel=1e-6)
    for ask in (lambda: quick.response, lambda: quick.hidden(), lambda: quick.weights(1)):
        with pytest.raises(InputError, match="were too large to be kept, so that the strengths of their modes and"):
            ask()
    nonlinear = simulate(place, nonlinearity="tanh", **options)  # cannot be folded: kept at two times at least
    assert nonlinear.snapshots[0].shape[1] == 2
