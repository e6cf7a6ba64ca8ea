"""Projection: printed numbers, new connections really trained, what cannot be extended."""

import numpy as np
import pytest

from ontogeny import Environment, InputError, Trajectory, datasets, predict, simulate
from ontogeny.semantics import project_item, project_property
from rearranged import CLOSE, WORLDS, by_name, with_variants
from worlds import branching, correlated

PRINTED = 5e-3  # printed with two digits
TRAINED = 1e-6  # the new connections are trained until their slowest direction has gone to this


@pytest.fixture(scope="module")
def zoo():
    return predict(datasets.load("zoo"), until=8.0)


def delta_rule(active, numbers, values):
    """Answers of one new unit to all items, its weights trained from nothing on some of them by gradient descent."""
    shown = active[:, numbers]
    rate = 1 / np.linalg.eigvalsh(shown.T @ shown)[-1]
    weights = np.zeros(len(active))
    for _ in range(3000):
        weights += rate * shown @ (values - weights @ shown)
    return weights @ active


# Printed --------------------------------------------------------------------------------------------------------------


def test_printed_projections_on_a_tree():
    """Input-output correlations are means, inputs are white: the times of the printed numbers."""
    theory = predict(branching(scale=1 / 8), initial_strength=1e-4, times=[0, 3, 5, 12])
    found = project_property(theory, "item 1")
    np.testing.assert_allclose(found.width[1:], [7.95, 5.49, 3.51], atol=PRINTED)
    printed = {1: [0.83, 0.94, 0.98], 2: [0.19, 0.52, 0.92], 3: [0.09, 0.17, 0.34]}
    for row, values in printed.items():
        np.testing.assert_allclose(found.values[row, [4, 2, 1]], values, atol=PRINTED)
    np.testing.assert_allclose(found.values[0], np.eye(8)[0], atol=1e-12)
    assert found.width[0] == pytest.approx(1)


def test_narrowing_is_only_the_second_half():
    found = project_property(predict(branching(scale=1 / 8), initial_strength=1e-4, until=12.0), "item 3")
    widest = int(np.argmax(found.width))
    assert found.width[0] == pytest.approx(1) and found.width[widest] > 7.9 and found.width[-1] < 3.6
    assert np.all(np.diff(found.width[: widest + 1]) > -1e-9) and np.all(np.diff(found.width[widest:]) < 1e-3)
    assert "extended to 'item 3'" not in repr(found) and "a new property of 'item 3', extended to 7.9" in repr(found)


def test_random_weights_begin_with_noise_and_then_do_the_same():
    child = simulate(branching(), hidden_units=16, initial_scale=1e-2, times=np.linspace(0, 4, 81), seed=range(20))
    found = project_property(child, "item 1")
    assert found.values[:, 0, 1:].std() == pytest.approx(0.27, abs=0.04)  # about one over the root of hidden units
    assert found.width.max(axis=1).mean() == pytest.approx(7.99, abs=0.06)  # wider with more hidden units
    assert found.width[:, -1].mean() == pytest.approx(3.54, abs=0.05)


def test_printed_projections_of_animals(zoo):
    sparrow = project_property(zoo, "sparrow")
    early = int(np.argmin(np.abs(sparrow.times - 0.4)))
    assert sparrow.width[early] == pytest.approx(94.6, abs=0.2) and sparrow.width[-1] == pytest.approx(56.5, abs=0.05)
    lion, worm, crow = (sparrow.values[:, sparrow.names.index(name)] for name in ("lion", "worm", "crow"))
    assert (lion[early], lion[-1]) == pytest.approx((1.09, 0.12), abs=PRINTED)
    assert (worm[early], worm[-1]) == pytest.approx((0.39, 0.23), abs=PRINTED)
    assert crow[-1] == pytest.approx(0.89, abs=PRINTED) and crow.max() == pytest.approx(1.15, abs=0.02)
    back = project_property(zoo, "crow").values[-1, sparrow.names.index("sparrow")]
    assert back != pytest.approx(crow[-1], abs=0.01)  # not symmetric


# Slow twins -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["theory", "linear", "tanh", "relu", "sigmoid", "flow"])
def test_a_new_unit_trained_by_the_delta_rule_says_the_same(kind):
    world, times = datasets.load("rumelhart"), [0.0, 1.0, 2.0, 4.0]
    depth = 3 if kind == "tanh" else 2
    if kind in ("theory", "flow"):
        course = predict(world, times=times, method="flow" if kind == "flow" else "closed_form")
    else:
        course = simulate(world, depth=depth, times=times, seed=[0, 1], nonlinearity=kind, initial_scale=0.1)
    for taught in ({"robin": 1.0}, {"robin": 1.0, "oak": 0.0, "salmon": -0.5}):
        found = project_property(course, taught)
        active = course.hidden(depth - 1).values.reshape(-1, *course.hidden(depth - 1).shape[-2:])
        numbers = [world.items.index(name) for name in taught]
        for said, hidden in zip(found.values.reshape(-1, 8), active, strict=True):
            among = np.linalg.eigvalsh(hidden[:, numbers].T @ hidden[:, numbers])
            if among[0] > 5e-3 * among[-1]:  # the delta rule gets there in the given steps
                slow = delta_rule(hidden, numbers, np.array(list(taught.values())))
                np.testing.assert_allclose(said, slow, atol=TRAINED)
    np.testing.assert_allclose(
        found.values[..., numbers], np.broadcast_to([1, 0, -0.5], found.values[..., numbers].shape), atol=1e-6
    )


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("kind", ["theory", "linear", "flow"])
def test_a_new_input_trained_by_gradient_descent_says_the_same(kind, depth):
    world, times = datasets.load("rumelhart"), [0.0, 1.0, 3.0]
    if kind == "linear":
        course = simulate(world, depth=depth, times=times, seed=[0, 1], initial_scale=0.2)
    else:
        course = predict(
            world, depth=depth, times=times, initial_strength=1e-2, method="flow" if kind == "flow" else "auto"
        )
    taught = {"can fly": 1.0} if "can fly" in world.features else {world.features[3]: 1.0}
    found = project_item(course, taught)
    layers = [course.weights(number).values for number in range(2, depth + 1)]
    rest = layers[0]
    for layer in layers[1:]:
        rest = layer @ rest
    m = [world.features.index(name) for name in taught]
    for said, out in zip(found.values.reshape(-1, 36), rest.reshape(-1, *rest.shape[-2:]), strict=True):
        np.testing.assert_allclose(said, delta_rule(out.T, m, np.ones(1)), atol=TRAINED)
    assert found.names == world.features and found.kind == "item"


def test_theory_and_its_own_weights_agree(zoo):
    world = zoo.environment
    copied = Trajectory.from_weights(world, zoo.time[::40], [zoo.weights(layer).values[::40] for layer in (1, 2)])
    for of, taught in ((project_property, "sparrow"), (project_item, {"feathers": 1.0, "milk": 0.0})):
        np.testing.assert_allclose(of(copied, taught).values[0], of(zoo, taught).values[::40], atol=1e-9)


def test_blocks_of_times_do_not_change_the_answer(monkeypatch):
    child = simulate(datasets.load("rumelhart"), times=np.linspace(0, 2, 9), seed=[0, 1])
    whole = (
        [project_property(child, "robin"), project_item(child, "grow")]
        if "grow" in child.environment.features
        else [project_property(child, "robin"), project_item(child, child.environment.features[0])]
    )
    monkeypatch.setattr("ontogeny.semantics.projections.CHUNK", 3000)
    pieces = [project_property(child, "robin"), project_item(child, next(iter(whole[1].taught)))]
    for a, b in zip(whole, pieces, strict=True):
        np.testing.assert_allclose(a.values, b.values, rtol=1e-9)


# Edges ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["theory", "simulation"])
def test_a_shallow_network_extends_nothing(kind):
    world = datasets.load("rumelhart")
    course = (
        predict(world, depth=1, until=3.0) if kind == "theory" else simulate(world, depth=1, until=3.0, seed=[0, 1])
    )
    item, feature = world.items[2], world.features[4]
    one, other = project_property(course, item), project_item(course, feature)
    assert np.array_equal(one.values, np.broadcast_to(np.eye(8)[2], one.values.shape))
    assert np.array_equal(other.values, np.broadcast_to(np.eye(36)[4], other.values.shape))
    assert (
        np.all(one.width == 1) and "without a hidden layer" in one.meaning and "without a hidden layer" in other.meaning
    )


def test_items_that_share_inputs_are_alike_even_without_a_hidden_layer():
    world = correlated()
    found = project_property(predict(world, depth=1, until=2.0), "item 1")
    similar = world.inputs @ world.inputs[0] / (world.inputs[0] @ world.inputs[0])
    np.testing.assert_allclose(found.values[-1], similar, atol=1e-12)


def test_an_item_without_features_extends_to_nothing_that_is_known():
    world = Environment.from_arrays(np.eye(3), [[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]], normalization="sum")
    found = project_property(predict(world, until=4.0), "item 3")
    assert np.isnan(found.values).all() and np.isnan(found.width).all() and "NaN where" in found.meaning
    assert "extended" not in repr(found)
    trained = project_property(simulate(world, until=4.0, seed=[0, 1]), "item 3")
    assert "reflects the random initial weights" in trained.meaning and np.isfinite(trained.values).all()
    normal = project_property(predict(world, until=4.0), "item 1")
    assert "NaN" not in normal.meaning and normal.values[-1, 2] == pytest.approx(0, abs=1e-12)
    constant = Environment.from_arrays(np.eye(2), [[1.0, 0.0], [2.0, 0.0]], normalization="sum")
    assert np.isnan(project_item(predict(constant, until=4.0), "feature 2").values).all()


def test_tied_modes_do_not_matter_and_correlations_alone_are_enough():
    world = branching()
    bare = Environment.from_correlations(world.input_output_correlation)
    theory, other = (predict(each, until=6.0) for each in (world, bare))
    np.testing.assert_allclose(
        project_property(theory, "item 2").values, project_property(other, "input 2").values, atol=1e-9
    )


def test_equal_items_are_extended_to_alike(zoo):
    found = project_property(zoo, "sparrow")
    calf, goat = (found.values[:, found.names.index(name)] for name in ("calf", "goat"))
    np.testing.assert_allclose(calf, goat, atol=1e-12)
    both = project_property(zoo, ["calf", "goat"])  # the same twice is the same once
    np.testing.assert_allclose(both.values[-1], project_property(zoo, "calf").values[-1], atol=1e-9)


def test_a_tidy_table(zoo):
    table = project_property(zoo, "sparrow").to_dataframe()
    assert table.columns.tolist() == ["time", "item", "projection", "is_taught", "category"]
    assert len(table) == 401 * 101 and table[table.is_taught].item.unique().tolist() == ["sparrow"]
    last = table[table.time == table.time.max()].set_index("item")
    assert last.projection["crow"] == pytest.approx(0.89, abs=PRINTED) and last.category["crow"] == "bird"
    child = simulate(datasets.load("rumelhart"), until=1.0, times=[0, 0.5, 1], seed=[3, 4])
    told = project_item(child, child.environment.features[0]).to_dataframe()
    assert (
        told.columns.tolist() == ["network", "time", "feature", "projection", "is_taught"] and len(told) == 2 * 3 * 36
    )


def test_what_cannot_be_is_refused(zoo):
    with pytest.raises(InputError, match=r"item is 'sparow'.*did you mean 'sparrow'"):
        project_property(zoo, "sparow")
    with pytest.raises(InputError, match="feature is 'wing', but it must be one of"):
        project_item(zoo, ["wing"])
    with pytest.raises(InputError, match="no item is given, but something must be taught"):
        project_property(zoo, [])
    with pytest.raises(InputError, match="the value of 'lion' is 'yes', which is not a number"):
        project_property(zoo, {"lion": "yes"})
    with pytest.raises(
        InputError, match="the units are tanh, through which a new item's connections have no closed form"
    ):
        project_item(simulate(datasets.load("rumelhart"), until=0.5, times=[0, 0.5], nonlinearity="tanh"), "wings")
    with pytest.raises(InputError, match="trajectory is of type Environment, but a Trajectory is needed here"):
        project_property(zoo.environment, "lion")


def test_a_simulation_without_its_weights_says_so(tmp_path):
    world = datasets.load("rumelhart")
    simulate(world, until=0.5, times=[0, 0.5]).save(tmp_path / "run.nc", weights=False)
    bare = Trajectory.load(tmp_path / "run.nc")
    for of, name in ((project_property, world.items[0]), (project_item, world.features[0])):
        with pytest.raises(InputError, match="saved without its weights"):
            of(bare, name)


@pytest.mark.parametrize("name", WORLDS)
def test_projections_hang_neither_on_order_nor_on_rounding(name):
    world, others = with_variants(name)
    item = min(world.items)
    found, *more = (project_property(predict(one, until=10.0), item) for one in (world, *others))
    for again in more:
        assert repr(again) == repr(found)
        own, theirs = (by_name(record.values, record.names) for record in (found, again))
        np.testing.assert_allclose(theirs, own, atol=CLOSE)
