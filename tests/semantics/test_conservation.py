"""What networks share: the printed sweep over starts, smallest weights of any depth, units that are free."""

import numpy as np
import pytest

from ontogeny import InputError, datasets, predict, simulate
from ontogeny.semantics import conservation, conserved_similarity
from worlds import branching

# The printed sweep: the binary tree of depth 3 with flips of 0.1, white inputs, 30 hidden units, 4 seeds; the printed
# standard deviations are those of weights before they are divided by the root of the hidden units.
HIDDEN, SEEDS, LEAST = 30, 4, 41.140
SWEEP = {  # agreement between networks, distance from the smallest similarities, squared norm
    0.001: (1.0000, 1e-7, LEAST),
    0.01: (1.0000, 1e-5, LEAST),
    0.1: (0.99997, 1e-3, LEAST),
    0.5: (0.983, 0.03, 41.32),
    1.0: (0.758, 0.15, 43.9),
    2.0: (0.139, 0.95, 71.1),
    4.0: (0.081, 5.0, 225.0),
}


def trained(scale, until=None, **options):
    world = branching(scale=8**-0.5)
    times = {"times": [0, until or (20 if scale < 0.05 else 12)]} if until != "course" else {"until": 6.0}
    rate = {"learning_rate": 0.002} if scale > 2 else {}
    start = {"hidden_units": HIDDEN, "initial_scale": scale / HIDDEN**0.5, "seed": range(SEEDS)}
    return simulate(world, **(times | rate | start | options))


@pytest.mark.parametrize("scale", SWEEP)
def test_printed_sweep_of_starts(scale):
    """Other seeds than the printed ones: large starts spread by a few hundredths."""
    child = trained(scale)
    assert child.dataset["loss"].values[:, -1].max() < 2e-8
    found = conserved_similarity(child)
    agreement, distance, norm = SWEEP[scale]
    off = 1e-4 if scale < 0.3 else 0.01 if scale < 0.7 else 0.06
    assert found.similarity[-1].mean() == pytest.approx(agreement, abs=off)
    assert found.distance[:, -1].mean() == pytest.approx(distance, rel=0.3)
    least = 2 * child.environment.spectrum().singular_values.sum()
    assert least == pytest.approx(LEAST, abs=5e-4)
    assert (1 + found.excess[:, -1].mean()) * least == pytest.approx(norm, rel=0.02)
    np.testing.assert_allclose(found.behavior[-1], 1, atol=1e-8)  # all have learned the same


def test_units_agree_no_better_than_by_chance_from_small_starts():
    found = conserved_similarity(trained(0.01, seed=range(6)))
    units, chance = found.units[-1].mean(axis=0)
    assert abs(units - chance) < 0.03 and found.similarity[-1].min() > 0.9999


def test_agreement_rises_as_the_plateau_is_left():
    found = conserved_similarity(trained(0.05, until="course"))
    agreement = found.similarity.mean(axis=1)
    assert abs(agreement[0]) < 0.25 and agreement[-1] > 0.99 and np.all(agreement[found.times > 2] > 0.95)
    assert np.all(np.diff(found.distance.mean(axis=0)) < 1e-3)
    assert found.times.size == 21 and found.times[-1] == pytest.approx(6.0, abs=0.01)


def test_smallest_similarities_are_the_root_of_behavior():
    child = trained(0.01)
    found = conserved_similarity(child, times=[20.0])
    answers = child.response.values[:, -1]
    values, axes = np.linalg.eigh(np.swapaxes(answers, 1, 2) @ answers)
    root = (axes * np.sqrt(np.maximum(values, 0))[:, None, :]) @ np.swapaxes(axes, 1, 2)
    own = child.hidden_gram(1).values[:, -1]
    slow = [np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in zip(own, root, strict=True)]
    np.testing.assert_allclose(found.distance[:, 0], slow, rtol=1e-3)


def test_no_turn_that_stretches_the_hidden_layer_is_as_small():
    """Other factors of the same map have larger norm: 200 random ones, by 2.9 and more."""
    modes, draw = branching(scale=8**-0.5).spectrum(), np.random.default_rng(0)
    first = np.sqrt(modes.singular_values)[:, None] * modes.input_modes.T
    second = modes.output_modes * np.sqrt(modes.singular_values)
    for _ in range(200):
        stretch = draw.standard_normal((8, 8))
        other = np.sum((stretch @ first) ** 2) + np.sum((second @ np.linalg.inv(stretch)) ** 2)
        assert other - LEAST > 2.9


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_smallest_weights_of_any_depth_are_those_of_the_closed_form(depth):
    """From a tiny balanced start a deep network keeps to the smallest weights: theory's own, taken as a simulation."""
    world = datasets.load("rumelhart")
    theory = predict(world, depth=depth, initial_strength=1e-6 ** (depth / 2), times=[0.0, 200.0])
    from ontogeny import Trajectory

    layers = [np.stack([theory.weights(number).values] * 2) for number in range(1, depth + 1)]
    for layer in range(1, depth):
        found = conserved_similarity(Trajectory.from_weights(world, theory.time, layers), layer=layer)
        assert found.distance[:, -1].max() < 1e-9 and np.abs(found.excess[:, -1]).max() < 1e-9
        np.testing.assert_allclose(found.similarity[-1], 1)
        np.testing.assert_allclose(found.units[-1, :, 0], 1)  # the same network twice: its units are themselves
        assert found.units[-1, :, 1].max() < 0.98  # and are others after a turn


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_nonlinear_networks_are_measured_too(nonlinearity):
    child = simulate(datasets.load("rumelhart"), nonlinearity=nonlinearity, until=8.0, times=[0, 4, 8], seed=[0, 1])
    found = conserved_similarity(child)
    assert np.isnan(found.distance).all() and "are unknown" in found.meaning
    assert found.similarity[-1, 0] > 0.9 > abs(found.similarity[0, 0])


def test_a_tidy_table_and_a_sentence():
    found = conserved_similarity(trained(0.1, seed=[0, 1, 2]))
    table = found.to_dataframe()
    assert table.columns.tolist() == [
        "time",
        "network",
        "network_2",
        "similarity",
        "behavior",
        "units",
        "units_by_chance",
    ]
    assert len(table) == 2 * 3 and table[["network", "network_2"]].values[:3].tolist() == [[0, 1], [0, 2], [1, 2]]
    np.testing.assert_array_equal(table.similarity.values[3:], found.similarity[-1])
    assert "3 networks at t = 12: hidden similarities agree by 1, answers by 1, single units by 0.7" in repr(found)


def test_what_cannot_be_compared_is_refused():
    world = datasets.load("rumelhart")
    with pytest.raises(InputError, match=r"simulation holds 1 trained network, but .* compared; .*seed=\[0, 1\]"):
        conserved_similarity(simulate(world, until=0.5, times=[0, 0.5]))
    with pytest.raises(InputError, match="simulation holds 0 trained networks"):
        conserved_similarity(predict(world, until=1.0))
    with pytest.raises(InputError, match="simulation has no hidden layer to compare; simulate with depth=2 or more"):
        conserved_similarity(simulate(world, depth=1, until=0.5, times=[0, 0.5], seed=[0, 1]))
    with pytest.raises(InputError, match="layer is 'output', but a hidden layer is needed; write 1 to 1"):
        conserved_similarity(simulate(world, until=0.5, times=[0, 0.5], seed=[0, 1]), layer="output")


def test_many_items_are_looked_at_less_often_and_never_less_than_a_few_times(monkeypatch):
    child = simulate(datasets.load("rumelhart"), until=2.0, seed=[0, 1])
    for affordable, looks in ((10_000_000, 21), (64 * 9, 9), (1, 5)):
        monkeypatch.setattr(conservation, "AFFORDABLE", affordable)
        assert conserved_similarity(child).times.size == looks


def test_of_very_many_units_only_the_first_are_matched(monkeypatch):
    first, second = np.random.default_rng(0).standard_normal((2, 6, 9))
    everything = conservation._matched(first, second, np.random.default_rng(1))[0]
    monkeypatch.setattr(conservation, "MOST_UNITS", 3)
    some = conservation._matched(first, second, np.random.default_rng(1))[0]
    assert some == conservation._matched(first[:3], second[:3], np.random.default_rng(1))[0] != everything
