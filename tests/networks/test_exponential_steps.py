"""Steps whose linear part is exact: plateaus left in time, the end reached, and no cost of late times."""

import numpy as np
import pytest
from scipy.integrate import quad

from ontogeny.modes import balanced, deep
from ontogeny.networks import exponential_steps
from ontogeny.networks.exponential_steps import NODES, states_at
from ontogeny.networks.gradient_flow import flow
from ontogeny.networks.initialization import gaussian
from starts import judge, rectangular
from worlds import correlated

POLYNOMIAL = 1e-11  # relative; integrals of a polynomial of the degree that is integrated exactly
SOLVED = 1e-10  # what is promised at the asked times
SEED = 2e-6  # relative, of a strength of 1e-18: every step is as exact as 1e-10 of the largest weight
ROTATED = 2e-16  # over the start: rounding among weights of 1, in which a start is lost once rotated, shifts its rise


@pytest.mark.parametrize("exponent", [-1e4, -50.0, -12.1, -11.9, -3.0, -1.0, 0.0, 1.0, 3.0, 11.9, 12.1, 30.0])
def test_integrals_over_a_polynomial_are_exact(exponent):
    ends = np.array([0.1, 0.5, 1.0])

    def polynomial(s):
        return 1 + s * (2 - s * (1 + 3 * s**2)) + np.cos(10 * np.arccos(2 * s - 1))  # of degree 10

    found = exponential_steps._integrals(np.array([exponent]), ends)[0] @ polynomial(NODES)
    for value, end in zip(found, ends, strict=True):
        near = [max(end - 1 / abs(exponent), 0.0)] if abs(exponent) > 20 else None
        expected = quad(
            lambda s, end=end: np.exp(exponent * (end - s)) * polynomial(s), 0, end, epsrel=1e-13, epsabs=0, points=near
        )[0]
        assert value == pytest.approx(expected, rel=POLYNOMIAL)


@pytest.mark.parametrize("rotated", [False, True], ids=["along the axes", "rotated"])
@pytest.mark.parametrize("seed", [1e-3, 1e-6, 1e-9])
def test_agrees_with_the_closed_form_on_every_plateau(seed, rotated):
    """Two modes rise at once, two wait on a plateau: the end of the one is not the end of all."""
    rng = np.random.default_rng(1)
    s, a = np.array([3.0, 2.0, 1.0, 0.5]), np.array([0.3, seed, 0.2, seed])
    u, v, h = (rectangular(rng, rows, 4) if rotated else np.eye(rows, 4) for rows in (4, 5, 4))
    times = np.array([1.0, 3.0, 6.0, 10.0, 20.0, 30.0, 40.0, 60.0, 1e5])
    first, second = flow([(h * a) @ v.T, (u * a) @ h.T], (u * s) @ v.T, np.eye(5), times=times)
    strength = balanced.mode_strength(times[:, None], s, a**2)
    expected = np.einsum("ma,ta,ia->tmi", u, strength, v)
    np.testing.assert_allclose(second @ first, expected, atol=SOLVED + (ROTATED / seed if rotated else 0))


def test_a_plateau_without_exponential_growth_is_left():
    """Three layers leave the start by a power of time: for long, nothing shows but what will come."""
    a, s = np.array([0.3, 1e-6]), np.array([3.0, 2.0])
    times = np.array([1e2, 1e5, 4.9e5, 5.1e5, 1e7])  # the weaker mode leaves at 1/(s a) = 5e5
    layers = flow([np.diag(a)] * 3, np.diag(s), np.eye(2), times=times)
    found = layers[2] @ layers[1] @ layers[0]
    expected = deep.mode_strength(times[:, None], s, a**3, depth=3)
    np.testing.assert_allclose(np.diagonal(found, axis1=1, axis2=2), expected, rtol=SEED, atol=1e-25)


def test_cost_grows_with_the_logarithm_of_time(monkeypatch):
    world, weights, steps = correlated(), gaussian([4, 6, 3], 0.5, 0), []
    made = exponential_steps._Linear.step
    monkeypatch.setattr(exponential_steps._Linear, "step", lambda *args: steps.append(1) or made(*args))
    counts, finals = [], []
    for until in (1e2, 1e4, 1e6, 1e12):
        steps.clear()
        found = flow(
            weights, world.input_output_correlation, world.input_correlation, times=np.array([0.0, 1.0, until])
        )
        counts.append(len(steps))
        finals.append(np.concatenate([layer[-1].ravel() for layer in found]))
    assert counts[-1] < 120 and counts[-1] <= counts[0] + 40
    np.testing.assert_allclose(finals[-1], finals[-2], atol=1e-12)  # rounding does not drift where all is flat
    np.testing.assert_allclose((found[1] @ found[0])[-1], world.best_map, atol=1e-12)


@pytest.mark.parametrize("scale", [1e3, 1e6])
def test_large_weights_end_where_the_error_is_flat(scale):
    world = correlated()
    syx, sxx = world.input_output_correlation, world.input_correlation
    weights = [scale * layer for layer in gaussian([4, 6, 3], 0.5, 0)]
    found = flow(weights, syx, sxx, times=np.array([0.0, 1.0, 1e6]))
    loss = world.loss_of_map(found[1] @ found[0])
    assert loss[0] > scale and loss[-1] < 1e-6
    kept = [w2.T @ w2 - w1 @ w1.T for w1, w2 in zip(*found, strict=True)]
    assert np.abs(kept[-1] - kept[0]).max() < 1e-8 * np.abs(kept[0]).max()  # conserved all the way


def test_what_decays_by_a_power_goes_on_decaying():
    """Nothing to learn: a' = -a^3 in each of two layers, a = 1/sqrt(1/a0^2 + 2 t)."""
    times = np.array([1.0, 1e3, 1e6])
    first, _ = flow([np.array([[0.5]]), np.array([[0.5]])], np.zeros((1, 1)), np.eye(1), times=times)
    np.testing.assert_allclose(first.ravel(), 1 / np.sqrt(4 + 2 * times), rtol=1e-8)


def test_directions_that_start_at_zero_stay_there():
    """A network that lacks a mode exactly never learns it, though the direction is unstable."""
    first, second = flow(
        [np.diag([0.3, 0.0]), np.diag([0.3, 0.0])], np.diag([3.0, 2.0]), np.eye(2), times=np.array([10.0, 1e6])
    )
    np.testing.assert_allclose(second @ first, np.diag([3.0, 0.0])[None].repeat(2, 0), atol=1e-12)


@pytest.mark.parametrize("sizes", [[4, 5, 3], [4, 5, 4, 3], [4, 1, 3]])
def test_many_times_inside_one_step_are_as_good(sizes):
    world, times = correlated(), np.linspace(0, 8, 200)
    syx, sxx = world.input_output_correlation, world.input_correlation
    weights, maps = flow(gaussian(sizes, 0.4, 1), syx, sxx, times=times), None
    for layer in weights:
        maps = layer if maps is None else layer @ maps
    picked = [0, 3, 50, 111, 199]
    np.testing.assert_allclose(maps[picked], judge(gaussian(sizes, 0.4, 1), syx, sxx, times[picked]), atol=SOLVED)


def test_states_come_at_the_asked_times_and_in_their_order():
    times = np.array([0.0, 0.5, 0.5 + 1e-12, 3.0])
    found = np.array(list(states_at(lambda y: -y, np.array([1.0, 2.0]), times, 1e-10)))
    np.testing.assert_allclose(found, np.exp(-times)[:, None] * [1.0, 2.0], rtol=1e-12)


def test_growth_is_followed_as_far_as_numbers_go():
    found = np.array(list(states_at(lambda y: y, np.array([1e-100, -1e-90]), np.array([50.0, 200.0]), 1e-10)))
    np.testing.assert_allclose(found, np.exp([[50.0], [200.0]]) * [1e-100, -1e-90], rtol=1e-12)


def test_a_step_is_too_long_for_what_grows_out_of_nothing():
    """At the start nothing moves along y, but x drives it: y' = y + x^2."""
    linear = exponential_steps._Linear(
        lambda z: np.stack([1 + 0 * z[..., 0], z[..., 1] + z[..., 0] ** 2], -1), np.zeros(2)
    )
    assert linear.start.tolist() == [1.0, 0.0]
    assert linear.step(1.0, 1e-10) is not None
    assert linear.step(1.1 * exponential_steps.MOST_GROWN, 1e-10) is None


def test_rounding_does_not_drift_along_what_is_flat():
    world, weights = correlated(), [100 * layer for layer in gaussian([4, 6, 3], 0.5, 0)]
    times = np.array([1e6, 1e15])
    for layer in flow(weights, world.input_output_correlation, world.input_correlation, times=times):
        np.testing.assert_allclose(layer[1], layer[0], rtol=0, atol=1e-12)
