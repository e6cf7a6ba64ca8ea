"""Steps of finite size: gradient descent exactly, the flow in the limit, stable up to 1/s; any depth."""

import numpy as np
import pytest

from ontogeny import Environment
from ontogeny._core.checks import UnstableWarning
from ontogeny.modes import balanced
from ontogeny.modes.discrete import fastest_stable_learning_rate, layer_strengths, mode_strength
from ontogeny.modes.milestones import crossing_time
from ontogeny.networks.initialization import decoupled
from worlds import TOY, aligned

EXACT = 1e-13  # hundreds of steps, each rounded at 1e-16
PRINTED = 1e-3  # the numbers are printed with four digits
TOY_STRENGTH = np.sqrt(7.0)


def descent(weights, syx, sxx, learning_rate, steps):
    """Maps of the network at every step of full-batch gradient descent on two weight matrices."""
    first, second = (layer.copy() for layer in weights)
    maps = [second @ first]
    for _ in range(steps):
        error = syx - second @ first @ sxx
        first, second = first + learning_rate * second.T @ error, second + learning_rate * error @ first.T
        maps.append(second @ first)
    return np.array(maps)


@pytest.mark.parametrize("learning_rate", [0.1, 0.01])
@pytest.mark.parametrize("world", [Environment.from_dataframe(TOY), aligned()[0]], ids=["toy", "aligned"])
def test_is_gradient_descent_on_weight_matrices(world, learning_rate):
    modes, steps = world.spectrum(), 500
    u0 = 1e-2 * np.arange(1, modes.groups.size + 1)
    syx, sxx = world.input_output_correlation, world.input_correlation
    maps = descent(decoupled(modes, u0, depth=2), syx, sxx, learning_rate, steps)
    u = mode_strength(
        np.arange(steps + 1)[:, None], modes.singular_values, u0, learning_rate=learning_rate,
        input_variance=modes.input_variances,
    )  # fmt: skip
    expected = np.einsum("ma,ta,ia->tmi", modes.output_modes, u, modes.input_modes)
    assert np.abs(maps - expected).max() < EXACT * 10 * modes.asymptotes.max()
    if world.is_white:
        assert np.abs(maps - expected).max() < EXACT


def test_approaches_the_flow_at_first_order():
    time, rates = 3.0, np.array([0.02, 0.01, 0.005, 0.0025])
    flow = balanced.mode_strength(time, [1.5, 1.0], 1e-2, input_variance=[0.5, 1.0])
    errors = [
        np.abs(
            mode_strength(round(time / rate), [1.5, 1.0], 1e-2, learning_rate=rate, input_variance=[0.5, 1.0]) - flow
        ).max()
        for rate in rates
    ]
    np.testing.assert_allclose(np.log2(np.divide(errors[:-1], errors[1:])), 1.0, atol=0.05)


def test_half_time_is_shifted_as_the_growth_of_single_steps_says():
    u0, rate = 1e-6, 0.1
    course = mode_strength(np.arange(80)[:, None], TOY_STRENGTH, u0, learning_rate=rate)
    measured = crossing_time(rate * np.arange(80), course, np.array([TOY_STRENGTH / 2]))[0]
    flow = float(balanced.time_to_strength(TOY_STRENGTH / 2, TOY_STRENGTH, u0))
    corrected = flow * 2 * TOY_STRENGTH / (2 * np.log1p(rate * TOY_STRENGTH) / rate)
    assert flow == pytest.approx(2.795, abs=PRINTED)
    assert corrected == pytest.approx(3.150, abs=PRINTED)
    assert measured == pytest.approx(3.103, abs=PRINTED)
    assert abs(measured - corrected) < abs(measured - flow) / 6


def test_the_printed_distances_to_the_flow():
    for rate, printed in ((0.1, 0.49), (0.0125, 0.064)):
        steps = np.arange(round(8 / rate) + 1)
        flow = balanced.mode_strength(rate * steps, TOY_STRENGTH, 1e-3)
        off = np.abs(mode_strength(steps, TOY_STRENGTH, 1e-3, learning_rate=rate) - flow).max()
        assert off == pytest.approx(printed, rel=0.01)


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_any_depth_is_gradient_descent_on_its_layers(depth):
    """One number per layer, every layer moved by the product of the others."""
    s, d, rate, c = 1.4, 0.6, 0.05, np.full(depth, 0.3)
    for step in range(60):
        found = mode_strength(step, s, 0.3**depth, learning_rate=rate, depth=depth, input_variance=d)
        assert float(found) == pytest.approx(np.prod(c), rel=EXACT)
        others = np.array([np.prod(np.delete(c, at)) for at in range(depth)])
        c = c + rate * others * (s - d * np.prod(c))


@pytest.mark.parametrize("depth", [2, 3])
def test_unequal_layers_are_gradient_descent_on_weight_matrices(depth):
    modes, rate = Environment.from_dataframe(TOY).spectrum(), 0.05
    s, k = modes.singular_values, modes.groups.size
    draw = np.random.default_rng(0)
    start = draw.uniform(-0.5, 0.9, (k, depth))
    between = [np.diag(start[:, at]) for at in range(1, depth - 1)]
    weights = [start[:, :1] * modes.input_modes.T, *between, modes.output_modes * start[:, -1]]
    syx = modes.output_modes * s @ modes.input_modes.T
    for _ in range(40):
        maps = weights[0]
        for layer in weights[1:]:
            maps = layer @ maps
        error, moved = syx - maps, []
        for at in range(depth):
            after, before = np.eye(syx.shape[0]), np.eye(syx.shape[1])
            for layer in weights[:at]:
                before = layer @ before
            for layer in reversed(weights[at + 1 :]):
                after = after @ layer
            moved.append(weights[at] + rate * after.T @ error @ before.T)
        weights = moved
    found = layer_strengths(40, s, start, learning_rate=rate)
    np.testing.assert_allclose(np.diag(weights[0] @ modes.input_modes), found[:, 0], atol=EXACT)
    np.testing.assert_allclose(np.diag(modes.output_modes.T @ weights[-1]), found[:, -1], atol=EXACT)
    assert layer_strengths(np.arange(3)[:, None], s, start, learning_rate=rate).shape == (3, k, depth)


def test_imbalance_wears_off_exactly_as_the_residuals_say():
    s, rate, a, b = 1.3, 0.07, 0.8, 0.1
    for _ in range(30):
        after = layer_strengths(1, s, [a, b], learning_rate=rate)
        assert after[0] ** 2 - after[1] ** 2 == pytest.approx(
            (a**2 - b**2) * (1 - rate**2 * (s - a * b) ** 2), rel=1e-12
        )
        a, b = after


@pytest.mark.parametrize("depth", [1, 2, 3, 6])
@pytest.mark.parametrize(("s", "d"), [(2.0, 1.0), (0.7, 0.3), (3.0, 5.0)])
def test_any_depth_settles_below_the_stable_rate_and_not_above(depth, s, d):
    limit = float(fastest_stable_learning_rate(s, depth=depth, input_variance=d))
    start, last = 0.9 * s / d, np.arange(3000, 3004)
    options = {"depth": depth, "input_variance": d}
    below = mode_strength(last, s, start, learning_rate=0.98 * limit, **options)
    np.testing.assert_allclose(below, s / d, rtol=1e-12)
    with pytest.warns(UnstableWarning, match=rf"learning_rate is {1.02 * limit:.3g}, but from {limit:.3g} on"):
        above = mode_strength(last, s, start, learning_rate=1.02 * limit, **options)
    assert not np.abs(above / (s / d) - 1).min() < 0.02


@pytest.mark.parametrize("step", [2.5, -1, [3.0, 0.5], -np.inf])
def test_steps_are_whole(step):
    with pytest.raises(ValueError, match="steps are taken whole; write 0, 1, 2 or more"):
        mode_strength(step, 1.0, 0.1, learning_rate=0.1)
    with pytest.raises(ValueError, match="steps are taken whole"):
        layer_strengths(step, 1.0, [0.1, 0.2], learning_rate=0.1)


def test_nothing_hangs_once_nothing_changes_or_all_repeats_itself():
    asked = [1, np.int64(40), 4e3, 10**9, np.inf, np.nan]
    found = mode_strength(asked, 1.0, 0.1, learning_rate=0.1)
    np.testing.assert_allclose(found[2:5], 1.0, rtol=1e-14)
    assert np.isnan(found[5]) and found[1] == mode_strength(40, 1.0, 0.1, learning_rate=0.1)
    with pytest.warns(UnstableWarning, match="does not converge"):  # a course of period two, by what is left of a round
        odd, even, *late = mode_strength([10**9 + 1, 10**9, 4001, 4000], 1.0, 0.1, learning_rate=1.1)
    assert odd == late[0] and even == late[1] and abs(odd - even) > 0.1


def test_a_course_that_moves_for_too_long_is_refused(monkeypatch):
    monkeypatch.setattr("ontogeny.modes.discrete.MOST_STEPS", 1000)
    with pytest.raises(ValueError, match="still moves after 1000 steps; write fewer"):
        layer_strengths(10**9, 1.0, [1e-3, 2e-3], learning_rate=1e-9)


def test_beyond_the_limit_one_sentence_and_no_warning_of_numpy():
    with pytest.warns(UnstableWarning, match="learning_rate is 3, but from 0.5 on this mode does not converge") as said:
        assert np.isnan(mode_strength(50, 2.0, 0.1, learning_rate=3.0))
    assert len(said) == 1


def test_the_stable_rate_without_anything_to_learn():
    assert fastest_stable_learning_rate([0.0, 1.0], depth=3).tolist() == [np.inf, 2 / 3]
    assert float(fastest_stable_learning_rate(0.0, depth=1)) == 2.0


@pytest.mark.parametrize("s", [0.3, 1.0, TOY_STRENGTH, 20.0])
def test_settles_below_the_stable_rate_and_not_above(s):
    limit = float(fastest_stable_learning_rate(s))
    assert limit == 1 / s
    last = np.arange(4000, 4004)
    below = mode_strength(last, s, 0.01 * s, learning_rate=0.98 * limit)
    with pytest.warns(UnstableWarning, match="does not converge"):
        above = mode_strength(last, s, 0.01 * s, learning_rate=1.02 * limit)
    np.testing.assert_allclose(below, s, rtol=1e-12)
    assert np.abs(above / s - 1).min() > 0.05


def test_limits_and_shapes():
    assert mode_strength(0, 2.0, 0.3, learning_rate=0.1) == pytest.approx(0.3, rel=1e-15)
    assert mode_strength([0, 5, 50], 2.0, 0.0, learning_rate=0.1).tolist() == [0, 0, 0]
    assert mode_strength(np.zeros((3, 1), int), [1.0, 2.0], 0.1, learning_rate=0.1).shape == (3, 2)
    growth = mode_strength(7, 2.0, 1e-3, learning_rate=0.1, input_variance=0.0)
    assert float(growth) == pytest.approx(1e-3 * 1.2**14, rel=1e-14)
    steps = np.array([4, 0, 2])
    alone = [float(mode_strength(int(k), 2.0, 0.1, learning_rate=0.05)) for k in steps]
    assert mode_strength(steps, 2.0, 0.1, learning_rate=0.05).tolist() == alone


def test_derivatives_and_libraries(jax, torch):
    point, step = np.array([2.0, 0.1, 0.05, 0.8]), 1e-6

    def law(s, u0, rate, d):
        return mode_strength(9, s, u0, learning_rate=rate, input_variance=d)

    differences = [(law(*(point + side)) - law(*(point - side))) / (2 * step) for side in step * np.eye(4)]
    with jax.enable_x64(True):
        by_jax = [float(x) for x in jax.grad(law, (0, 1, 2, 3))(*point)]
    leaves = [torch.tensor(x, requires_grad=True) for x in point]
    by_torch = [float(x) for x in torch.autograd.grad(law(*leaves), leaves)]
    np.testing.assert_allclose(by_jax, differences, rtol=1e-8)  # of the differences
    np.testing.assert_allclose(by_torch, by_jax, rtol=1e-13)


@pytest.mark.parametrize(("start", "s"), [([0.5, 0.1], 1.0), ([0.5, 0.0], 1.0), ([0.5, -0.1], -1.0), ([0.2], -1.0)])
def test_unequal_layers_warn_beyond_the_rate_at_which_equal_ones_do(start, s):
    limit = float(fastest_stable_learning_rate(abs(s), depth=len(start)))
    layer_strengths(50, s, start, learning_rate=0.5 * limit)
    with pytest.warns(UnstableWarning, match="does not converge"):
        layer_strengths(50, s, start, learning_rate=1.1 * limit)


def test_layers_that_cannot_move_warn_of_nothing():
    assert layer_strengths(5, 1.0, [0.5, 0.0, 0.0], learning_rate=9.0).tolist() == [0.5, 0.0, 0.0]
