"""Training: gradients against autodiff, both backends, the one-hot shortcut, batches of seeds, divergence."""

import numpy as np
import pytest

from ontogeny import Environment, InputError
from ontogeny._core.nonlinearities import NONLINEARITIES, activation, forward, slope
from ontogeny.environments.samples import Samples
from ontogeny.networks import gradient_descent
from ontogeny.networks.gradient_descent import Lesson, backpropagated, batch_step, episode_step, trained
from ontogeny.networks.initialization import gaussian
from worlds import TOY, correlated, gapped, gapped_inputs

AUTODIFF = 1e-12  # relative to the largest entry; a few products in another order
BACKENDS = 1e-10  # hundreds of steps, rounded in another order
ALONE = 1e-12  # the same steps with products in another order


def weights_of(world, depth, seeds=(0, 1), hidden=6, scale=0.5):
    sizes = [world.input_correlation.shape[0], *[hidden] * (depth - 1), len(world.features)]
    return [np.stack(layer) for layer in zip(*(gaussian(sizes, scale, seed) for seed in seeds), strict=True)]


def draws(seeds=(0, 1)):
    return tuple(np.random.default_rng([seed, 1]) for seed in seeds)


def last(weights, lesson, steps=60, backend="numpy"):
    return list(trained(weights, lesson, [steps], backend))[-1]


def farthest(some, other):
    return max(np.abs(a - b).max() for a, b in zip(some, other, strict=True))


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_backpropagated_gradients_are_those_of_the_loss(nonlinearity, depth, jax):
    world = correlated()
    inputs, targets, item_weights = world.inputs.T, world.targets.T, np.linspace(0.5, 2, 12)
    weights = [layer[0] for layer in weights_of(world, depth)]

    def loss(weights):
        activity = inputs
        for number, layer in enumerate(weights, start=1):
            activity = layer @ activity
            if number < depth:
                hidden = {"linear": lambda h: h, "tanh": jax.numpy.tanh, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}
                activity = hidden[nonlinearity](activity)
        return (((targets - activity) ** 2).sum(axis=0) * item_weights).sum() / 2

    with jax.enable_x64(True):
        expected = jax.grad(loss)([jax.numpy.asarray(layer) for layer in weights])
    found = backpropagated(np, weights, inputs, targets, item_weights, nonlinearity)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, -np.asarray(theirs), atol=AUTODIFF * np.abs(theirs).max())


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
def test_slopes_are_those_of_the_nonlinearities(nonlinearity):
    h = np.array([-30.0, -1.3, 0.4, 2.0, 30.0])
    differences = (activation(np, h + 1e-6, nonlinearity) - activation(np, h - 1e-6, nonlinearity)) / 2e-6
    np.testing.assert_allclose(slope(np, activation(np, h, nonlinearity), nonlinearity), differences, atol=1e-9)


def test_sigmoid_does_not_overflow():
    assert activation(np, np.array([-1e4, 1e4]), "sigmoid").tolist() == [0.0, 1.0]


def test_a_number_for_inputs_is_that_multiple_of_the_identity():
    weights = gaussian([4, 5, 3], 1.0, 0)
    for short, plain in zip(
        forward(np, weights, 2.0, "tanh"), forward(np, weights, 2 * np.eye(4), "tanh"), strict=True
    ):
        np.testing.assert_allclose(short, plain, rtol=1e-15)


WORLDS = {"one-hot": Environment.from_dataframe(TOY), "dense": correlated()}
GAPPED = {"one-hot, gaps": gapped(frequency=[1, 2, 3, 4]), "dense, gaps": gapped_inputs()}
EVERY = {**WORLDS, **GAPPED}


def error_of_observed(jax, weights, world, nonlinearity, items=None):
    """Half the weighted squared error, cell by cell; of one item as an episode weighs it."""
    activation = {"linear": lambda h: h, "tanh": jax.numpy.tanh, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}
    total = 0.0
    for item in range(len(world.items)) if items is None else items:
        answer = world.inputs[item]
        for layer in weights[:-1]:
            answer = activation[nonlinearity](layer @ answer)
        answer = weights[-1] @ answer
        for feature in np.flatnonzero(~np.isnan(world.targets[item])):
            weight = world.weights[item] if items is None else 1.0
            total += weight * (world.targets[item, feature] - answer[feature]) ** 2 / 2
    return total


@pytest.mark.parametrize("world", GAPPED.values(), ids=GAPPED)
@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
@pytest.mark.parametrize("items", [None, [2]], ids=["batch", "episode"])
@pytest.mark.parametrize("depth", [1, 3])
def test_steps_with_missing_cells_descend_the_error_of_the_others(world, nonlinearity, items, depth, jax):
    weights = weights_of(world, depth, seeds=(0,))
    with jax.enable_x64(True):
        given = [jax.numpy.asarray(layer[0]) for layer in weights]
        expected = jax.grad(lambda w: error_of_observed(jax, w, world, nonlinearity, items))(given)
        expected = [np.asarray(layer) for layer in expected]
    make = batch_step if items is None else episode_step
    step = make(np, Lesson(world, nonlinearity, 0.5))(weights, None if items is None else np.array(items))
    for change, slope_there in zip(step, expected, strict=True):
        np.testing.assert_allclose(change[0], -0.5 * slope_there, atol=AUTODIFF * np.abs(slope_there).max())


@pytest.mark.parametrize("nonlinearity", ["linear", "tanh"])
@pytest.mark.parametrize("episodes", [False, True])
def test_nothing_missing_is_exactly_the_whole_world(nonlinearity, episodes):
    for whole, marked in (
        (Environment.from_dataframe(TOY), Environment.from_dataframe(TOY, missing="mask")),
        (correlated(), with_every_cell_marked(correlated())),
    ):
        assert not marked.has_missing
        runs = [
            last(weights_of(world, 2), Lesson(world, nonlinearity, 0.02, draws() if episodes else None))
            for world in (whole, marked)
        ]
        assert farthest(*runs) == 0.0


def with_every_cell_marked(world):
    samples = Samples(*world.samples[:3], np.ones(world.targets.shape, dtype=bool))
    return Environment(*samples.correlations(), world.names, world.normalization, samples)


def test_a_linear_batch_with_missing_cells_is_backpropagation():
    """By the error of the map, for one-hot and for dense inputs, and item by item."""
    for world in GAPPED.values():
        weights, samples = weights_of(world, 3), world.samples
        by_map = batch_step(np, Lesson(world, "linear", 0.1))(weights, None)
        directions = backpropagated(
            np, weights, samples.inputs.T, samples.observed_targets.T, samples.cell_weights, "linear"
        )
        assert farthest(by_map, [0.1 * g for g in directions]) < ALONE


@pytest.mark.parametrize("world", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("nonlinearity", ["linear", "tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("episodes", [False, True])
def test_numpy_and_jax_agree(world, nonlinearity, episodes, jax):
    weights, found = weights_of(world, 3), {}
    for backend in ("numpy", "jax"):
        lesson = Lesson(world, nonlinearity, 0.02, draws() if episodes else None)
        found[backend] = last(weights, lesson, backend=backend)
        assert all(layer.dtype == np.float64 for layer in found[backend])
    assert farthest(found["numpy"], found["jax"]) < BACKENDS
    assert farthest(found["numpy"], weights) > 1e-3  # something was learned


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
@pytest.mark.parametrize("normalization", ["sum", "white"])
def test_the_one_hot_shortcut_is_the_plain_walk(nonlinearity, normalization, monkeypatch):
    options = {"normalization": normalization, "frequency": [1, 2, 3, 4]}
    for world in (Environment.from_dataframe(TOY, **options), gapped(**options)):
        weights = weights_of(world, 3)
        short = last(weights, Lesson(world, nonlinearity, 0.05, draws()))
        with monkeypatch.context() as patched:
            patched.setattr(Samples, "are_one_hot", False)
            plain = last(weights, Lesson(world, nonlinearity, 0.05, draws()))
        assert farthest(short, plain) < ALONE


@pytest.mark.parametrize("nonlinearity", ["linear", "tanh"])
def test_one_hot_batches_are_plain_batches(nonlinearity, monkeypatch):
    world = Environment.from_dataframe(TOY, normalization="mean")
    weights = weights_of(world, 2)
    short = last(weights, Lesson(world, nonlinearity, 0.05))
    monkeypatch.setattr(Samples, "are_one_hot", False)
    assert farthest(short, last(weights, Lesson(world, nonlinearity, 0.05))) < ALONE


def test_a_linear_batch_is_backpropagation():
    for world in (correlated(), Environment.from_dataframe(TOY, frequency=[1, 2, 3, 4])):
        weights = weights_of(world, 3)
        by_correlations = batch_step(np, Lesson(world, "linear", 0.1))(weights, None)
        inputs, targets = world.inputs.T, world.targets.T
        directions = backpropagated(np, weights, inputs, targets, world.weights, "linear")
        assert farthest(by_correlations, [0.1 * g for g in directions]) < ALONE


@pytest.mark.parametrize("world", [Environment.from_dataframe(TOY), correlated()], ids=["one-hot", "dense"])
@pytest.mark.parametrize(("nonlinearity", "episodes"), [("linear", False), ("tanh", False), ("relu", True)])
def test_a_batch_of_seeds_is_each_seed_alone(world, nonlinearity, episodes):
    together = last(weights_of(world, 2), Lesson(world, nonlinearity, 0.02, draws() if episodes else None))
    for seed in (0, 1):
        lesson = Lesson(world, nonlinearity, 0.02, draws((seed,)) if episodes else None)
        alone = last(weights_of(world, 2, seeds=(seed,)), lesson)
        assert farthest(alone, [layer[[seed]] for layer in together]) < ALONE


@pytest.mark.parametrize("episodes", [False, True])
def test_looking_on_the_way_changes_nothing_and_weights_given_stay(episodes):
    world = Environment.from_dataframe(TOY)
    weights = weights_of(world, 2)
    before = [layer.copy() for layer in weights]
    lesson = [Lesson(world, "linear", 0.05, draws() if episodes else None) for _ in range(2)]
    watched = list(trained(weights, lesson[0], [0, 7, 20, 60], "numpy"))
    assert len(watched) == 4
    assert farthest(watched[0], before) == 0
    assert farthest(weights, before) == 0
    assert farthest(watched[-1], last(weights, lesson[1])) < ALONE
    assert farthest(watched[1], watched[2]) > 1e-3  # earlier looks are not overwritten


def test_items_are_drawn_as_often_as_they_are_met():
    world = Environment.from_dataframe(TOY, frequency=[1, 2, 0, 5])
    drawn = gradient_descent._items(Lesson(world, "linear", 0.1, draws()), 8000)
    assert drawn.shape == (8000, 2)
    shares = np.bincount(drawn.ravel(), minlength=4) / drawn.size
    np.testing.assert_allclose(shares, [1 / 8, 2 / 8, 0, 5 / 8], atol=0.02)  # five standard errors of 16000 draws


@pytest.mark.parametrize("backend", ["numpy", "jax"])
@pytest.mark.parametrize("episodes", [False, True])
def test_divergence_is_said_in_a_sentence(backend, episodes, jax):
    world = Environment.from_dataframe(TOY)
    lesson = Lesson(world, "linear", 3.0, draws() if episodes else None)
    with pytest.raises(InputError, match="learning_rate is 3, with which training diverged; write a smaller one"):
        last(weights_of(world, 2), lesson, backend=backend, steps=400)


def test_a_missing_jax_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "jax", None)
    with pytest.raises(
        InputError, match=r"backend is 'jax', but JAX is not installed; run pip install \"ontogeny\[jax"
    ):
        last(weights_of(correlated(), 2), Lesson(correlated(), "linear", 0.1), backend="jax")
