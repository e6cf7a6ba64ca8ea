"""Weights before learning, and the strengths that their modes start from."""

from itertools import pairwise

import numpy as np
import pytest

from ontogeny import Environment, simulate
from ontogeny.environments.spectrum import spectrum_of
from ontogeny.modes import balanced
from ontogeny.networks.gradient_flow import flow
from ontogeny.networks.initial_strengths import (
    delay_of_late_modes,
    effective_initial_strength,
    remaining_initial_strength,
)
from ontogeny.networks.initialization import decoupled, gaussian, gaussian_scale
from worlds import TOY, aligned, tree

ROUNDED = 1e-13  # products of a few numbers
SEEDS = 400
SAMPLED = 5 / np.sqrt(SEEDS)  # relative; five standard errors of the mean of a squared normal number, and less
FIRST = 1e-3  # relative half time of the strongest mode at sd 1e-3: nothing grows before it
SECOND = 2e-2  # the same for the next mode, in whose hidden units the first one has grown meanwhile

SEPARATED = 1e-3  # share of a mode at its predicted half time: a factor 2 in s leaves (u0/s)^(1/2) of the earlier one


def stacked(sizes, scale, seeds=SEEDS):
    return [np.stack(layer) for layer in zip(*(gaussian(sizes, scale, seed) for seed in range(seeds)), strict=True)]


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_gaussian_scale_gives_the_strength_on_average(depth):
    """Depth 2: mean of what grows; else root mean square of u' W v."""
    world, hidden, u0 = Environment.from_dataframe(TOY), 12, 1e-3
    weights = stacked([4, *[hidden] * (depth - 1), 7], gaussian_scale(u0, hidden, depth=depth))
    found = effective_initial_strength(weights, world.spectrum())
    assert found.shape == (SEEDS, 4)
    typical = found.mean() if depth == 2 else np.sqrt(np.mean(found**2))
    assert typical == pytest.approx(u0, rel=SAMPLED)


def test_gaussian_scale_as_written():
    assert 16 * gaussian_scale(1e-3, 16, depth=2) ** 2 / 2 == pytest.approx(1e-3, rel=ROUNDED)
    for depth in (1, 3, 4):
        assert gaussian_scale(1e-3, 16, depth=depth) ** depth * 16 ** ((depth - 1) / 2) == pytest.approx(
            1e-3, rel=ROUNDED
        )


def test_effective_strength_predicts_half_times():
    """Trained networks of small random weights follow the law that starts from what grows in them."""
    world, rate = Environment.from_dataframe(TOY), 2e-3
    s = world.spectrum().singular_values[:2]
    child = simulate(world, hidden_units=16, initial_scale=1e-3, learning_rate=rate, until=9.0, seed=[0, 1, 2, 3])
    start = effective_initial_strength([layer[:, 0] for layer in child.snapshots], world.spectrum())[:, :2]
    steps = np.log1p(rate * s) / rate / s  # finite steps are this much slower than the flow
    predicted = balanced.time_to_strength(s / 2, s, start) / steps
    measured = child.dataset.half_time.values[:, :2]
    np.testing.assert_allclose(measured[:, 0], predicted[:, 0], rtol=FIRST)
    np.testing.assert_allclose(measured[:, 1], predicted[:, 1], rtol=SECOND)
    by_scale = balanced.time_to_strength(s / 2, s, 16 * 1e-6 / 2) / steps
    assert np.abs(measured / by_scale - 1)[:, 0].max() > 30 * FIRST  # the scale alone predicts worse


def test_effective_strength_is_the_start_of_what_grows():
    """Of the linear flow near 0: the growing combination has this square norm, the shrinking one dies."""
    modes = aligned()[0].spectrum()
    first, second = gaussian([4, 6, 5], 1.0, seed=3)
    grown = (first @ modes.input_modes + second.T @ modes.output_modes) / 2
    found = effective_initial_strength([first, second], modes)
    np.testing.assert_allclose(found, np.sum(grown**2, axis=0), rtol=ROUNDED)


@pytest.mark.parametrize("world", [Environment.from_dataframe(TOY), tree()], ids=["toy", "tree"])
def test_tied_modes_do_not_depend_on_the_axes_chosen_inside_their_group(world):
    modes = world.spectrum()
    turn = np.eye(modes.groups.size)
    for group in np.unique(modes.groups):
        own = np.flatnonzero(modes.groups == group)
        turn[np.ix_(own, own)] = np.linalg.qr(np.random.default_rng(0).standard_normal((own.size, own.size)))[0]
    turned = type(modes)(
        modes.singular_values, modes.input_modes @ turn, modes.output_modes @ turn, modes.groups, modes.input_variances
    )
    weights = stacked([len(world.items), 10, len(world.features)], 0.1, seeds=3)
    found, again = (effective_initial_strength(weights, each) for each in (modes, turned))
    np.testing.assert_allclose(again, found, rtol=1e-11)
    for group in np.unique(modes.groups):
        assert np.all(np.diff(found[:, modes.groups == group]) <= 0)


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_decoupled_weights_are_balanced_and_hold_what_was_asked(depth):
    modes = aligned()[0].spectrum()
    u0 = np.array([1e-3, 2e-3, 0.1, 0.0])
    weights = decoupled(modes, u0, depth=depth)
    assert len(weights) == depth
    product = weights[0]
    for layer in weights[1:]:
        product = layer @ product
    np.testing.assert_allclose(product, (modes.output_modes * u0) @ modes.input_modes.T, atol=ROUNDED)
    for before, after in pairwise(weights):
        np.testing.assert_allclose(after.T @ after, before @ before.T, atol=ROUNDED)
    if depth == 2:
        np.testing.assert_allclose(effective_initial_strength(weights, modes), u0, atol=ROUNDED)
    one_number = decoupled(modes, 0.1, depth=depth)
    np.testing.assert_allclose(effective_initial_strength(one_number, modes), 0.1, rtol=1e-12)


def test_gaussian_weights_have_their_shapes_scale_and_seed():
    weights = gaussian([30, 40, 50], 0.1, seed=1)
    assert [layer.shape for layer in weights] == [(40, 30), (50, 40)]
    assert np.std(np.concatenate([layer.ravel() for layer in weights])) == pytest.approx(0.1, rel=0.05)
    again, other = gaussian([30, 40, 50], 0.1, seed=1), gaussian([30, 40, 50], 0.1, seed=2)
    np.testing.assert_array_equal(weights[1], again[1])
    assert not np.array_equal(weights[1], other[1])


def test_one_weight_matrix_starts_where_it_is():
    modes = spectrum_of(np.diag([2.0, 1.0]), np.eye(2))
    assert effective_initial_strength([np.diag([0.3, -0.2])], modes).tolist() == [0.3, -0.2]
    three = [np.diag([0.3, -0.2]), np.eye(2), 2 * np.eye(2)]
    np.testing.assert_allclose(effective_initial_strength(three, modes), [0.6, 0.4])


def test_remaining_strength_predicts_all_half_times():
    """Against the flow of real weights, in a hidden layer so narrow that late modes keep little of their own start."""
    s = np.array([8.0, 4.0, 2.0, 1.0])
    world = Environment.from_correlations(np.diag(s))
    modes = world.spectrum()
    for seed in range(4):
        weights = gaussian([4, 6, 4], 1e-4, seed)
        remaining = remaining_initial_strength(weights, modes)
        expected = balanced.time_to_strength(s / 2, s, remaining)
        alone = balanced.time_to_strength(s / 2, s, effective_initial_strength(weights, modes))
        first, second = flow(weights, np.diag(s), np.eye(4), times=np.sort(expected))
        at_half = np.einsum("tij,tji->ti", second, first)[np.argsort(np.argsort(expected)), np.arange(4)]
        np.testing.assert_allclose(at_half / s, 0.5, atol=SEPARATED)
        assert np.all(alone <= expected + 1e-12)
        assert remaining[0] == pytest.approx(effective_initial_strength(weights, modes)[0])


def test_bottleneck_leaves_nothing_to_the_weakest():
    world = Environment.from_correlations(np.diag([8.0, 4.0, 2.0, 1.0]))
    remaining = remaining_initial_strength(gaussian([4, 2, 4], 0.1, seed=0), world.spectrum())
    assert np.all(remaining[:2] > 0)
    np.testing.assert_array_equal(remaining[2:], 0)


def test_remaining_strength_of_tied_modes_does_not_depend_on_their_axes():
    world = Environment.from_correlations(np.diag([3.0, 2.0, 2.0, 1.0]))
    modes, turn = world.spectrum(), np.eye(4)
    turn[1:3, 1:3] = [[0.6, 0.8], [-0.8, 0.6]]
    turned = type(modes)(
        modes.singular_values, modes.input_modes @ turn, modes.output_modes @ turn, modes.groups, modes.input_variances
    )
    weights = gaussian([4, 5, 4], 0.1, seed=1)
    np.testing.assert_allclose(
        remaining_initial_strength(weights, turned), remaining_initial_strength(weights, modes), rtol=1e-11
    )


def test_delay_of_late_modes_is_measured_before_training():
    """In a narrow network late modes are learned later than alone, by the share that is said."""
    s = np.array([8.0, 4.0, 2.0, 1.0])
    modes = Environment.from_correlations(np.diag(s)).spectrum()
    weights = gaussian([4, 4, 4], 0.03, seed=0)
    found = delay_of_late_modes(weights, modes)
    alone, left = effective_initial_strength(weights, modes), remaining_initial_strength(weights, modes)
    expected = balanced.time_to_strength(s / 2, s, left) / balanced.time_to_strength(s / 2, s, alone) - 1
    assert found.measured == pytest.approx(expected.max())
    assert not found.holds
    assert delay_of_late_modes(decoupled(modes, 1e-3, depth=2), modes).measured == pytest.approx(0.0, abs=1e-12)
    assert delay_of_late_modes(decoupled(modes, 1e-3, depth=3), modes).holds
