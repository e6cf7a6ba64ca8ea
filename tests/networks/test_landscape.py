"""Flat points of the error, which of them descent ends at, and the curvature there."""

from functools import reduce
from itertools import combinations
from math import comb

import numpy as np
import pytest

from ontogeny import Environment, InputError, datasets, simulate
from ontogeny.networks.gradient_descent import Lesson, trained
from ontogeny.networks.gradient_flow import gradients
from ontogeny.networks.initialization import gaussian
from ontogeny.networks.landscape import critical_points, hessian_eigenvalues, outcome
from ontogeny.networks.stability import stability_limit
from worlds import TOY, aligned, correlated, gapped

FLAT = 1e-12  # of gradients: a few products of numbers of size 1
ZERO = 1e-9  # eigenvalues of dense Hessians of up to 60 parameters that should be 0 come out below 1e-13
DIFFERENCED = 1e-6  # the same by differences: zeros come out below 1e-10, the smallest curvature here is 0.0097
CURVED = 1e-10  # relative, dense Hessians against the formula
SETTLED = 1e-6  # of networks trained until nothing moves


def product(weights):
    return reduce(lambda below, layer: layer @ below, weights)


def dense_hessian(jax, weights, syx, sxx):
    """All second derivatives of the error over all weights, by automatic differentiation."""
    cuts = np.cumsum([layer.size for layer in weights])[:-1]
    with jax.enable_x64(True):

        def error(flat):
            parts = [part.reshape(w.shape) for part, w in zip(jax.numpy.split(flat, cuts), weights)]
            whole = product(parts)
            return jax.numpy.sum((whole @ sxx) * whole) / 2 - jax.numpy.sum(whole * syx)

        flat = jax.numpy.concatenate([jax.numpy.ravel(jax.numpy.asarray(layer)) for layer in weights])
        return np.asarray(jax.jit(jax.hessian(error))(flat))


def differenced_hessian(weights, syx, sxx):
    """The same by central differences of the gradients, which need no compiler."""
    cuts, rows = np.cumsum([layer.size for layer in weights])[:-1], []
    start = np.concatenate([layer.ravel() for layer in weights])

    def slope(flat):
        parts = [part.reshape(layer.shape) for part, layer in zip(np.split(flat, cuts), weights, strict=True)]
        return -np.concatenate([part.ravel() for part in gradients(parts, syx, sxx)])

    for step in 1e-5 * np.eye(start.size):
        rows.append((slope(start + step) - slope(start - step)) / 2e-5)
    return (np.array(rows) + np.array(rows).T) / 2


def whitened_modes(world):
    variances, axes = np.linalg.eigh(world.input_correlation)
    root, inverse = (axes * variances**power @ axes.T for power in (0.5, -0.5))
    u, s, vt = np.linalg.svd(world.input_output_correlation @ inverse, full_matrices=False)
    return u, s, vt, root, inverse


def halted(world, learned, hidden, depth):
    """Balanced weights of a network that has learned these modes of any world and has not begun the others."""
    u, s, vt, _, inverse = whitened_modes(world)
    learned = list(learned)
    first, last = np.zeros((hidden, vt.shape[1])), np.zeros((u.shape[0], hidden))
    layer = s[learned] ** (1 / depth)
    first[: len(learned)] = layer[:, None] * vt[learned] @ inverse
    last[:, : len(learned)] = u[:, learned] * layer
    middle = np.zeros((hidden, hidden))
    middle[range(len(learned)), range(len(learned))] = layer
    return [first, *[middle] * (depth - 2), last]


WORLDS = {
    "white": Environment.from_correlations(np.diag([3.0, 2.0, 1.0])),
    "aligned": aligned()[0],
    "correlated": correlated(),
}


# The families ---------------------------------------------------------------------------------------------------------


def test_all_families_are_counted_and_not_only_the_full_ones():
    points = critical_points(Environment.from_correlations(np.diag([5.0, 4, 3, 2, 1])), 2)
    assert points.count == len(points.loss) == 16 == 1 + comb(5, 1) + comb(5, 2)
    listed = {tuple(np.flatnonzero(row)) for row in points.learned}
    assert listed == {subset for k in range(3) for subset in combinations(range(5), k)}


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("name", WORLDS)
def test_every_family_is_flat_and_has_its_loss(name, depth):
    world = WORLDS[name]
    points = critical_points(world, 2, depth=depth)
    for learned, loss in zip(points.learned, points.loss, strict=True):
        weights = halted(world, np.flatnonzero(learned), 2, depth)
        slopes = gradients(weights, world.input_output_correlation, world.input_correlation)
        assert max(np.abs(slope).max() for slope in slopes) < FLAT
        assert world.loss_of_map(product(weights)) == pytest.approx(loss, abs=1e-10)


@pytest.mark.parametrize(("depth", "hidden"), [(2, 1), (2, 3), (3, 2), (4, 2)])
@pytest.mark.parametrize("name", WORLDS)
def test_index_is_that_of_the_numerical_hessian(name, depth, hidden):
    world = WORLDS[name]
    syx, sxx = world.input_output_correlation, world.input_correlation
    points = critical_points(world, hidden, depth=depth)
    random = np.random.default_rng(depth)
    for learned, index in zip(points.learned, points.index, strict=True):
        weights = halted(world, np.flatnonzero(learned), hidden, depth)
        change = np.eye(hidden) + 0.3 * random.standard_normal((hidden, hidden))  # an equivalent hidden layer
        weights[0], weights[1] = change @ weights[0], weights[1] @ np.linalg.inv(change)
        curvature = np.linalg.eigvalsh(differenced_hessian(weights, syx, sxx))
        assert np.count_nonzero(curvature < -DIFFERENCED) == index


def test_there_is_one_minimum_and_with_one_hidden_layer_every_other_point_has_a_way_down():
    points = critical_points(aligned()[0], 2)
    assert points.is_minimum.tolist() == [True] + [False] * (points.count - 1)
    assert points.index[0] == 0 and points.index[1:].min() > 0
    assert np.all(np.diff(points.loss) >= 0)
    deep = critical_points(aligned()[0], 2, depth=3)
    nothing = ~deep.learned.any(axis=1)
    assert deep.index[nothing].tolist() == [0] and not deep.is_minimum[nothing].any()  # the plateau is flat


def test_tied_modes_share_the_minimum():
    points = critical_points(Environment.from_dataframe(TOY), 3)
    assert points.is_minimum.sum() == 2  # either of the two tied weakest modes
    assert points.index[points.is_minimum].tolist() == [0, 0]


def test_a_wide_network_can_learn_everything():
    points = critical_points(WORLDS["white"], 10)
    assert points.count == 8 and points.learned[0].all() and points.loss[0] == pytest.approx(0, abs=FLAT)
    assert points.index[-1] == 10 * 3  # at the start every hidden unit may take up every mode


def test_the_lowest_can_be_had_without_all_others():
    world = Environment.from_correlations(np.diag(np.arange(40.0, 0, -1)))
    points = critical_points(world, 20, most=50)
    assert points.count == sum(comb(40, k) for k in range(21)) and len(points.loss) == 50
    small = Environment.from_correlations(np.diag([5.0, 4.9, 3, 1, 0.9]))
    every, some = critical_points(small, 3), critical_points(small, 3, most=9)
    np.testing.assert_array_equal(every.loss[:9], some.loss)
    with pytest.raises(
        InputError, match=r"most is not given, but 40 modes and 20 hidden units have \d+ families .*write most=100"
    ):
        critical_points(world, 20)


def test_a_spectrum_will_do_where_inputs_are_aligned():
    world = aligned()[0]
    whole, bare = critical_points(world, 3), critical_points(world.spectrum(), 3)
    np.testing.assert_allclose(bare.strengths, whole.strengths, rtol=CURVED)
    np.testing.assert_array_equal(bare.index, whole.index)
    np.testing.assert_allclose(bare.loss - bare.loss[0], whole.loss - whole.loss[0], atol=1e-9)


def test_families_are_a_table():
    table = critical_points(WORLDS["white"], 1).to_dataframe()
    assert table.columns.tolist() == ["family", "learned", "loss", "index", "is_minimum"]
    assert table.learned.tolist() == ["1", "2", "3", ""]
    assert table.loss.tolist() == [2.5, 5.0, 6.5, 7.0]
    assert table["index"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"hidden_units": 0}, "hidden_units is 0, but a hidden layer has at least one unit"),
        (
            {"hidden_units": 1, "depth": 1},
            "depth is 1, but without a hidden layer the best map is the only critical point",
        ),
        ({"hidden_units": 1, "most": 0}, "most is 0, but a list has at least one entry"),
        ({"hidden_units": 1, "world": [3.0]}, "world is of type list, but its modes are needed; pass an Environment"),
    ],
)
def test_flat_points_of_what_cannot_be_are_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        critical_points(**{"world": WORLDS["white"], **options})


# Where descent ends ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", [1, 2, 5])
@pytest.mark.parametrize("name", WORLDS)
def test_descent_ends_at_the_outcome(name, hidden):
    world = WORLDS[name]
    inputs, outputs = world.best_map.shape[1], world.best_map.shape[0]
    lesson = Lesson(world, "linear", 0.3 * stability_limit(world, depth=2))
    for seed in range(2):
        start = [layer[None] for layer in gaussian([inputs, hidden, outputs], 0.1, seed)]
        (end,) = trained(start, lesson, [20_000], "numpy")
        assert np.abs(product([layer[0] for layer in end]) - outcome(world, hidden)).max() < SETTLED


def test_correlated_inputs_change_what_is_learned_first():
    world = correlated()
    u, s, vt = np.linalg.svd(world.best_map)
    unweighted = s[0] * np.outer(u[:, 0], vt[0])
    assert np.linalg.matrix_rank(outcome(world, 1)) == 1
    assert world.loss_of_map(outcome(world, 1)) < 0.999 * world.loss_of_map(unweighted)
    np.testing.assert_allclose(outcome(world, 3), world.best_map, atol=1e-9)


def test_the_outcome_is_the_lowest_flat_point():
    for world in WORLDS.values():
        lowest = critical_points(world, 2).loss[0]
        assert world.loss_of_map(outcome(world, 2)) == pytest.approx(lowest, abs=1e-10)


def test_a_tie_at_the_bottleneck_is_said():
    with pytest.warns(UserWarning, match="modes 3 and 4 are equally strong and only one of them fits through 3 hidden"):
        outcome(Environment.from_dataframe(TOY), 3)
    outcome(Environment.from_dataframe(TOY), 4)  # both fit: no warning, which would be an error here
    outcome(Environment.from_correlations(np.diag([2.0, 0.0, 0.0])), 2)  # what is not there is not tied


def test_inputs_that_never_vary_are_left_alone():
    world = Environment.from_arrays([[1.0, 0, 0], [0, 1, 0]], [[1.0, 2.0], [0.5, -1.0]])
    assert np.all(outcome(world, 1)[:, 2] == 0)
    assert critical_points(world, 2).count == 4


# Curvature ------------------------------------------------------------------------------------------------------------

SHAPES = [(1, 4, 3, 3), (2, 4, 3, 3), (2, 2, 5, 4), (3, 3, 4, 2), (4, 2, 2, 3), (5, 2, 3, 2)]


@pytest.mark.parametrize(("depth", "inputs", "outputs", "hidden"), SHAPES)
def test_curvature_is_that_of_the_dense_hessian(depth, inputs, outputs, hidden, jax):
    s = np.array([2.3, 0.7])
    world = Environment.from_correlations(np.eye(outputs)[:, :2] @ np.diag(s) @ np.eye(inputs)[:2])
    weights = [world.best_map] if depth == 1 else halted(world, [0, 1], hidden, depth)
    dense = np.linalg.eigvalsh(dense_hessian(jax, weights, world.input_output_correlation, world.input_correlation))
    found = hessian_eigenvalues(s, depth=depth, inputs=inputs, outputs=outputs, hidden_units=hidden)
    assert found.zeros == np.count_nonzero(np.abs(dense) < ZERO)
    assert found.zeros + found.eigenvalues.size == dense.size
    np.testing.assert_allclose(found.eigenvalues, np.sort(dense)[::-1][: found.eigenvalues.size], rtol=CURVED)
    assert found.eigenvalues[0] == pytest.approx(depth * 2.3 ** (2 - 2 / depth), rel=1e-13)


def test_layers_may_differ_in_width(jax):
    s, sizes = [2.0, 1.0], [3, 2, 4, 2]
    layer = np.array(s) ** (1 / 3)
    weights = [np.zeros(shape) for shape in ((2, 3), (4, 2), (2, 4))]
    for matrix in weights:
        matrix[range(2), range(2)] = layer
    syx = np.eye(2, 3) * np.array(s)[:, None]
    dense = np.linalg.eigvalsh(dense_hessian(jax, weights, syx, np.eye(3)))
    found = hessian_eigenvalues(s, depth=3, inputs=3, outputs=2, hidden_units=sizes[1:3])
    assert found.zeros == np.count_nonzero(np.abs(dense) < ZERO)
    np.testing.assert_allclose(found.eigenvalues, dense[::-1][: found.eigenvalues.size], rtol=CURVED)


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_steps_settle_just_below_the_limit_and_not_above(depth):
    world = Environment.from_correlations(np.diag([2.0, 0.5]))
    limit = hessian_eigenvalues([2.0, 0.5], depth=depth, inputs=2, outputs=2, hidden_units=2).learning_rate_limit
    assert limit == pytest.approx(stability_limit(world, depth=depth), rel=1e-13)
    start = [layer[None] + 1e-3 * gaussian([2, 2], 1.0, 0)[0] for layer in halted(world, [0, 1], 2, depth)]
    ends = []
    for share in (0.98, 1.02):
        (end,) = trained(start, Lesson(world, "linear", share * limit), [4000], "numpy")
        ends.append(np.abs(product([layer[0] for layer in end]) - world.best_map).max())
    assert ends[0] < 1e-10 < 1e-2 < ends[1]


def test_curvature_is_a_table():
    found = hessian_eigenvalues([2.0, 1.0], depth=2, inputs=2, outputs=2, hidden_units=2)
    assert found.to_dataframe().eigenvalue.tolist() == [4.0, 3.0, 3.0, 2.0]
    assert found.zeros == 4


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"hidden_units": 1}, "singular_values are 2, but through a layer of 1 units fit only 1 modes"),
        (
            {"singular_values": [1.0, 0.0]},
            "a mode that can be learned has a singular value above 0; leave out the others",
        ),
        ({"singular_values": []}, "a mode that can be learned has a singular value above 0"),
        ({"hidden_units": [2, 2]}, "hidden_units has 2 numbers, but a network of depth 2 has 1 hidden layers"),
        ({"depth": 0}, "depth is 0, but a network has at least one weight matrix"),
        ({"inputs": 0}, "inputs is 0, but a network has at least one input"),
        ({"outputs": 1.5}, "outputs is 1.5, but it must be a whole number"),
    ],
)
def test_curvature_of_what_cannot_be_is_refused(options, sentence):
    good = {"singular_values": [2.0, 1.0], "depth": 2, "inputs": 3, "outputs": 3, "hidden_units": 2}
    with pytest.raises(InputError, match=sentence):
        hessian_eigenvalues(**{**good, **options})


def test_a_real_bottleneck_learns_the_outcome():
    world = datasets.load("rumelhart")
    child = simulate(world, hidden_units=2, until=12.0)
    assert np.abs(child.network_map.values[0, -1] - outcome(world, 2)).max() < 0.01


def test_the_landscape_of_a_world_with_missing_cells_is_not_known():
    for ask in (outcome, critical_points):
        with pytest.raises(InputError, match="2 cells of this world are missing, but the landscape of the error"):
            ask(gapped(), 2)


def test_records_introduce_themselves():
    points = critical_points(Environment.from_correlations(np.diag([3.0, 2.0, 1.0])), 2, most=4)
    assert repr(points) == (
        "<CriticalPoints: 7 families for 3 modes and 2 hidden units, the 4 lowest listed; 1 minimum, the others saddle "
        "points; lowest error 0.5>"
    )
    valley = hessian_eigenvalues([4.0, 1.0], depth=2, inputs=3, outputs=2, hidden_units=3)
    assert repr(valley) == (
        "<Curvature: depth 2, 6 curved directions and 9 flat ones, largest eigenvalue 8, stable below learning rate "
        "0.25>"
    )
