"""Gradient flow on every weight: its gradients, the closed form where there is one, what it conserves."""

from functools import reduce
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ontogeny.modes import balanced, deep
from ontogeny.networks.gradient_flow import end_to_end_flow, flow, gradients, map_error, masked_flow
from ontogeny.networks.initialization import decoupled, gaussian
from worlds import aligned, correlated, gapped, gapped_inputs

AUTODIFF = 1e-12  # relative; a few products in another order
DIFFERENCES = 1e-7  # central differences of step 1e-5 in double precision
SOLVED = 1e-8  # the integrator is asked for 1e-10
DEPTHS = [1, 2, 3, 4]


def product(weights):
    return reduce(lambda below, layer: layer @ below, weights)


def loss(weights, syx, sxx):
    """From the correlations alone, up to a constant."""
    whole = product(weights)
    return ((whole @ sxx) * whole).sum() / 2 - (whole * syx).sum()


@pytest.mark.parametrize("depth", DEPTHS)
def test_gradients_are_those_of_the_loss(depth, jax):
    world = correlated()
    syx, sxx = world.input_output_correlation, world.input_correlation
    weights = gaussian([4, *range(6, 5 + depth), 3], 0.7, seed=depth)
    found = gradients(weights, syx, sxx)
    with jax.enable_x64(True):
        expected = jax.grad(loss)([jax.numpy.asarray(layer) for layer in weights], syx, sxx)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, -np.asarray(theirs), rtol=AUTODIFF, atol=AUTODIFF)
    for number, layer in enumerate(weights):
        for index in np.ndindex(*layer.shape):
            step = np.zeros(layer.shape)
            step[index] = 1e-5
            sides = [
                loss([*weights[:number], layer + side, *weights[number + 1 :]], syx, sxx) for side in (step, -step)
            ]
            assert found[number][index] == pytest.approx((sides[1] - sides[0]) / 2e-5, abs=DIFFERENCES)


@pytest.mark.parametrize("depth", DEPTHS)
def test_white_inputs_may_be_one_number_and_seeds_a_leading_axis(depth):
    syx = correlated().input_output_correlation
    weights = [np.stack(x) for x in zip(*(gaussian([4, *[5] * (depth - 1), 3], 1.0, i) for i in range(3)), strict=True)]
    batch = gradients(weights, syx, 0.3)
    for seed in range(3):
        alone = gradients([layer[seed] for layer in weights], syx, 0.3 * np.eye(4))
        for one, many in zip(alone, batch, strict=True):
            np.testing.assert_allclose(many[seed], one, rtol=AUTODIFF, atol=AUTODIFF)


@pytest.mark.parametrize("depth", [2, 3])
def test_agrees_with_the_closed_form(depth):
    world = aligned()[0]
    modes, times = world.spectrum(), np.array([0.0, 0.3, 1.0, 2.5, 8.0])
    u0 = np.array([1e-3, 1e-2, 0.1, 0.4])
    weights = flow(
        decoupled(modes, u0, depth=depth), world.input_output_correlation, world.input_correlation, times=times, tau=0.7
    )
    law = balanced.mode_strength if depth == 2 else lambda *args, **more: deep.mode_strength(*args, depth=depth, **more)
    u = law(times[:, None], modes.singular_values, u0, input_variance=modes.input_variances, tau=0.7)
    expected = np.einsum("ma,ta,ia->tmi", modes.output_modes, u, modes.input_modes)
    assert np.abs(product(weights) - expected).max() < SOLVED


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_differences_between_neighboring_layers_are_conserved(depth):
    world, times = correlated(), np.linspace(0, 5, 6)
    start = gaussian([4, *range(6, 5 + depth), 3], 0.5, seed=1)
    weights = flow(start, world.input_output_correlation, world.input_correlation, times=times)
    for before, after in pairwise(weights):
        kept = after.swapaxes(1, 2) @ after - before @ before.swapaxes(1, 2)
        assert np.abs(kept - kept[0]).max() < SOLVED
        assert np.abs(kept[0]).max() > 0.1  # there was something to conserve


def test_loss_falls_to_that_of_the_best_map():
    world, times = correlated(), np.linspace(0, 90, 13)
    weights = flow(gaussian([4, 6, 3], 0.5, 0), world.input_output_correlation, world.input_correlation, times=times)
    course = world.loss_of_map(product(weights))
    assert np.all(np.diff(course) < 1e-9)
    assert course[-1] == pytest.approx(0, abs=1e-7)


def test_tau_stretches_time_and_time_0_is_the_start():
    world, start = correlated(), gaussian([4, 6, 3], 0.5, 0)
    syx, sxx, times = world.input_output_correlation, world.input_correlation, np.array([0.0, 1.0, 2.0])
    plain, slow = flow(start, syx, sxx, times=times), flow(start, syx, sxx, times=3 * times, tau=3.0)
    for one, other, before in zip(plain, slow, start, strict=True):
        np.testing.assert_allclose(one, other, atol=SOLVED)
        np.testing.assert_array_equal(one[0], before)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_end_to_end_flow_is_that_of_balanced_weights(depth):
    """Any input correlation; the judge integrates every layer."""
    rng = np.random.default_rng(depth)
    goal, x = rng.standard_normal((3, 4)), rng.standard_normal((12, 4))
    sxx, times = x.T @ x / 12, np.array([0.0, 0.4, 1.5])
    u, s, vt = np.linalg.svd(rng.standard_normal((3, 4)), full_matrices=False)
    layer = s ** (1 / depth)
    weights = (
        [layer[:, None] * vt, *(np.diag(layer) for _ in range(depth - 2)), u * layer] if depth > 1 else [(u * s) @ vt]
    )
    found = end_to_end_flow((u * s) @ vt, goal, sxx, depth=depth, times=times)
    product = None
    for part in flow(weights, goal, sxx, times=times):
        product = part if product is None else part @ product
    np.testing.assert_allclose(found, product, atol=5e-8)  # the printed agreement of the two flows


def test_weights_decay_at_their_rate_where_nothing_is_to_learn():
    rng = np.random.default_rng(0)
    first, second = flow(
        [np.zeros((2, 3)), rng.standard_normal((4, 2))],
        np.zeros((4, 3)),
        np.eye(3),
        times=np.array([0.0, 2.0]),
        weight_decay=0.3,
    )
    np.testing.assert_array_equal(first, 0)
    np.testing.assert_allclose(second[1], second[0] * np.exp(-0.6), rtol=1e-9)


@pytest.mark.parametrize("world", [gapped(frequency=[1, 2, 3, 4], normalization="white"), gapped_inputs()])
def test_the_error_of_a_map_is_the_slope_of_the_observed_error(world):
    network_map = np.random.default_rng(0).standard_normal(world.input_output_correlation.shape)
    found = map_error(world)(network_map)
    for index in np.ndindex(*network_map.shape):
        step = np.zeros(network_map.shape)
        step[index] = 1e-4  # the error is quadratic: differences are exact but for rounding
        fall = world.loss_of_map(network_map - step) - world.loss_of_map(network_map + step)
        assert found[index] == pytest.approx(fall / 2e-4, abs=1e-9)


@pytest.mark.parametrize("world", [gapped(), gapped_inputs()], ids=["one-hot", "dense"])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_masked_flow_descends_the_error_of_the_observed_cells(world, depth):
    """As tiny steps on every layer do, the gradient taken cell by cell."""
    sizes = [world.input_correlation.shape[0], *[5] * (depth - 1), len(world.features)]
    weights, times = gaussian(sizes, 0.4, seed=1), np.array([0.0, 0.3, 0.6])
    found = masked_flow(weights, world, times=times, tau=2.0)
    inputs, (_, targets, item_weights, observed) = world.inputs, world.samples[:4]

    def velocity(_, state):
        layers = [
            p.reshape(w.shape) for p, w in zip(np.split(state, np.cumsum([w.size for w in weights])[:-1]), weights)
        ]
        out = [np.zeros_like(layer) for layer in layers]
        for item, feature in zip(*np.nonzero(observed), strict=True):
            below = [inputs[item]]
            for layer in layers:
                below.append(layer @ below[-1])
            back = np.zeros(len(world.features))
            back[feature] = item_weights[item] * (targets[item, feature] - below[-1][feature])
            for number in reversed(range(depth)):
                out[number] += np.outer(back, below[number])
                back = layers[number].T @ back
        return np.concatenate([part.ravel() for part in out]) / 2.0

    start = np.concatenate([layer.ravel() for layer in weights])
    solved = solve_ivp(velocity, (0, 0.6), start, "LSODA", times, rtol=1e-9, atol=1e-12).y.T
    states = np.concatenate([stack.reshape(3, -1) for stack in found], axis=1)
    np.testing.assert_allclose(states, solved, atol=1e-7)  # of the other integrator


def test_nothing_missing_flows_as_correlations_do():
    world, times = correlated(), np.array([0.0, 0.5, 2.0])
    weights = gaussian([4, 5, 3], 0.4, seed=1)
    plain = flow(weights, world.input_output_correlation, world.input_correlation, times=times)
    for one, other in zip(masked_flow(weights, world, times=times), plain, strict=True):
        np.testing.assert_allclose(one, other, atol=SOLVED)
