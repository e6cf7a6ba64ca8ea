"""The tangent kernel against Jacobians, against what training does, and its law for one mode."""

from functools import reduce

import numpy as np
import pytest

from ontogeny import Environment, InputError, Trajectory, datasets, predict, simulate
from ontogeny.modes import balanced
from ontogeny.networks.gradient_flow import flow, gradients
from ontogeny.networks.initialization import gaussian
from ontogeny.networks.tangent_kernel import (
    aligned_kernel,
    tangent_kernel,
    tangent_kernel_from_grams,
    tangent_kernel_over_time,
)
from worlds import correlated

SAME = 1e-12  # relative; a few products in another order
DIFFERENCES = 4e-9  # central differences of step 1e-5 of a polynomial
LAW = 1.5e-10  # the law of one mode, against weights that an integrator grew
SIZES = [[3, 2], [3, 4, 2], [3, 2, 5, 2], [3, 4, 4, 4, 1]]


def product(weights):
    return reduce(lambda below, layer: layer @ below, weights)


def jacobian(weights, inputs):
    """All answers, sample-major, by all weights; central differences."""
    columns = []
    for number, layer in enumerate(weights):
        for index in np.ndindex(*layer.shape):
            step = np.zeros(layer.shape)
            step[index] = 1e-5
            sides = [product([*weights[:number], layer + side, *weights[number + 1 :]]) for side in (step, -step)]
            columns.append((inputs @ (sides[0] - sides[1]).T).ravel() / 2e-5)
    return np.array(columns).T


@pytest.fixture
def samples():
    draw = np.random.default_rng(4)
    return draw.standard_normal((5, 3)), draw.standard_normal((4, 3))


@pytest.mark.parametrize("sizes", SIZES)
def test_kernel_is_that_of_the_jacobian(sizes, samples):
    weights = gaussian(sizes, 0.8, seed=1)
    first, second = (jacobian(weights, inputs) for inputs in samples)
    np.testing.assert_allclose(tangent_kernel(weights, samples[0]), first @ first.T, atol=DIFFERENCES)
    np.testing.assert_allclose(tangent_kernel(weights, *samples), first @ second.T, atol=DIFFERENCES)


def test_the_grams_of_two_layers_are_enough(samples):
    first, second = gaussian([3, 4, 2], 0.8, seed=1)
    found = tangent_kernel_from_grams(first.T @ first, second @ second.T, *samples)
    np.testing.assert_allclose(found, tangent_kernel([first, second], *samples), rtol=SAME, atol=SAME)
    x, y = samples
    printed = np.kron(x @ first.T @ first @ y.T, np.eye(2)) + np.kron(x @ y.T, second @ second.T)
    np.testing.assert_allclose(found, printed, rtol=SAME, atol=SAME)


@pytest.mark.parametrize("sizes", SIZES)
def test_answers_change_at_the_rate_of_kernel_times_error(sizes, samples):
    """Whatever the weights: the flow on half the summed squares moves all answers by K (y - f)."""
    weights, (x, _) = gaussian(sizes, 0.8, seed=2), samples
    y = np.random.default_rng(0).standard_normal((5, sizes[-1]))
    directions = gradients(weights, y.T @ x, x.T @ x)
    step = 1e-6
    sides = [
        product([layer + side * move for layer, move in zip(weights, directions, strict=True)])
        for side in (step, -step)
    ]
    rate = (x @ (sides[0] - sides[1]).T).ravel() / (2 * step)
    error = (y - x @ product(weights).T).ravel()
    np.testing.assert_allclose(tangent_kernel(weights, x) @ error, rate, rtol=1e-7, atol=1e-7)


def test_leading_axes_are_kept(samples):
    stack = [np.stack(layers) for layers in zip(*(gaussian([3, 4, 2], 1.0, seed) for seed in range(6)), strict=True)]
    batch = tangent_kernel([layer.reshape(2, 3, *layer.shape[1:]) for layer in stack], *samples)
    assert batch.shape == (2, 3, 10, 8)
    alone = tangent_kernel([layer[5] for layer in stack], *samples)
    np.testing.assert_allclose(batch[1, 2], alone, rtol=SAME, atol=SAME)


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_one_mode_has_the_aligned_kernel(depth, samples):
    """Weights grown by the flow from a balanced rank-one start with hidden directions of their own."""
    draw = np.random.default_rng(depth)
    units = [vector / np.linalg.norm(vector) for vector in draw.standard_normal((depth, 3))]
    b, s, u0 = units[0], 1.4, 0.05
    ends = [*units[1:], np.ones(1)]
    start = [u0 ** (1 / depth) * np.outer(out, into) for out, into in zip(ends, units, strict=True)]
    weights = flow(start, s * b[None], np.eye(3), times=np.array([0.0, 0.5, 2.0, 6.0]), rtol=1e-13)
    strength = (product(weights) @ b)[:, 0]
    assert strength[-1] > 2 * strength[0]
    found, law = tangent_kernel(weights, *samples), aligned_kernel(strength, 3 * b, *samples, depth=depth)
    assert np.abs(found - law).max() < LAW
    assert np.abs(found - aligned_kernel(strength, units[1], *samples, depth=depth)).max() > 1e-2


def test_the_law_is_the_papers_in_the_strength_of_a_layer(samples):
    x, b, layer, depth = samples[0], np.array([0.6, 0.0, 0.8]), 0.7, 4
    printed = layer ** (2 * (depth - 1)) * x @ ((depth - 1) * np.outer(b, b) + np.eye(3)) @ x.T
    np.testing.assert_allclose(aligned_kernel(layer**depth, b, x, depth=depth), printed, rtol=SAME)


def test_small_random_weights_come_to_the_law_by_themselves():
    world = Environment.from_arrays(np.eye(5), np.array([[2.0, -1, 0.5, 0, 1]]).T, normalization="sum")
    child = simulate(world, initial_scale=1e-4, hidden_units=20, until=12.0)
    course = tangent_kernel_over_time(child)
    u, v = child.dataset["mode_strength"].values[0, :, 0], world.spectrum().input_modes[:, 0]
    late = u > 0.01 * u[-1]
    law = aligned_kernel(u[late], v, np.eye(5), depth=2)
    assert np.abs(course.kernel[0, late] / law[:, :1, :1] - law / law[:, :1, :1]).max() < 1e-2


# Over time ------------------------------------------------------------------------------------------------------------


def test_kernel_over_time_is_that_of_the_weights():
    world = datasets.load("rumelhart")
    theory = predict(world, depth=3, initial_strength=0.01, times=[0.0, 1.0, 2.0])
    course = tangent_kernel_over_time(theory)
    assert course.kernel.shape == (3, 8 * 36, 8 * 36) and course.times.tolist() == [0, 1, 2]
    for index in range(3):
        weights = [theory.weights(layer).values[index] for layer in (1, 2, 3)]
        np.testing.assert_allclose(course.kernel[index], tangent_kernel(weights, world.probes), rtol=SAME, atol=SAME)
    child = simulate(world, until=1.0, seed=[0, 1], hidden_units=9)
    some = tangent_kernel_over_time(child, np.eye(8)[:2], np.eye(8)[:1], times=[0.0, 0.52])
    assert some.kernel.shape == (2, 2, 72, 36)
    assert some.times[1] == pytest.approx(0.52, abs=0.01)
    assert np.all(some.turn[:, 0] < SAME) and np.all(some.turn[:, 1] > 0)


def test_a_wide_start_is_lazy_and_a_small_one_is_not():
    world = Environment.from_arrays(np.eye(4), np.array([[1.0, 1, 1, -1]]).T, normalization="sum")
    options = {"hidden_units": 100, "learning_rate": 1e-3}
    ends = [simulate(world, initial_scale=scale, times=[0.0, until], **options) for scale, until in ((1e-3, 8), (1, 1))]
    turns = [float(tangent_kernel_over_time(child).turn[0, -1]) for child in ends]
    assert max(float(child.dataset["loss"][0, -1]) for child in ends) < 1e-3
    assert turns[0] > 0.05 > 10 * turns[1]  # of 0.055, which a cosine with I + b b' leaves at most


def test_a_linear_network_without_hidden_layer_has_a_kernel_that_stays():
    course = tangent_kernel_over_time(predict(correlated(), depth=1, times=[0.0, 1.0, 5.0]))
    np.testing.assert_allclose(course.kernel, course.kernel[:1].repeat(3, axis=0), rtol=SAME)
    assert np.abs(course.turn).max() < SAME


def test_a_course_is_a_table():
    theory = predict(datasets.load("rumelhart"), until=2.0)
    table = tangent_kernel_over_time(theory, times=[0.0, 1.0]).to_dataframe()
    assert table.columns.tolist() == ["time", "size", "turn"]


def test_balanced_strength_enters_the_law():
    u = balanced.mode_strength(2.0, 1.0, 1e-2)
    assert aligned_kernel(u, [1.0], [[1.0]], depth=2)[0, 0] == pytest.approx(2 * float(u))


# What cannot be -------------------------------------------------------------------------------------------------------


def test_layers_and_inputs_must_fit():
    with pytest.raises(InputError, match=r"weights have the shapes .* must fit onto the one before it"):
        tangent_kernel([np.ones((3, 2)), np.ones((1, 2))], np.eye(2))
    with pytest.raises(InputError, match="pass a list of matrices, first layer first"):
        tangent_kernel([], np.eye(2))
    with pytest.raises(InputError, match=r"inputs has shape \(2,\), but needs a row for each sample and 2 columns"):
        tangent_kernel([np.ones((1, 2))], [1.0, 2.0])
    with pytest.raises(InputError, match=r"inputs_2 has shape \(3, 3\)"):
        tangent_kernel([np.ones((1, 2))], np.eye(2), np.eye(3))
    with pytest.raises(InputError, match="direction is 0 everywhere, but a direction points somewhere"):
        aligned_kernel(1.0, [0.0, 0.0], np.eye(2), depth=2)


def test_what_has_no_such_kernel_is_refused():
    world = datasets.load("rumelhart")
    with pytest.raises(InputError, match="trajectory has tanh units, but this kernel is that of linear ones"):
        tangent_kernel_over_time(simulate(world, nonlinearity="tanh", until=0.1))
    huge = Trajectory.from_weights(
        world, np.arange(3000.0), [np.ones((3000, 1, 8)), np.ones((3000, len(world.features), 1))]
    )
    with pytest.raises(InputError, match=r"at 3000 times has .* numbers, too many to keep; write fewer times"):
        tangent_kernel_over_time(huge)


def test_a_course_introduces_itself():
    theory = predict(datasets.load("rumelhart"), times=[0.0, 4.0])
    said = repr(tangent_kernel_over_time(theory))
    rows = tangent_kernel_over_time(theory).kernel.shape[-1]
    assert said.startswith(f"<KernelCourse: {rows} x {rows} tangent kernel (NTK), 2 times up to 4 tau; norm from ")
    assert said.endswith(", turned by 0.14>")
