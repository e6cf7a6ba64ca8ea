"""Activity of layers: theory against its own weights, networks of any kind against a forward pass."""

import numpy as np
import pytest

from ontogeny import InputError, datasets, predict, simulate
from ontogeny.representation import activity
from worlds import correlated

SAME = 1e-12


@pytest.fixture(scope="module")
def world():
    return datasets.load("rumelhart")


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_theory_gives_the_inner_products_of_its_own_weights(world, depth):
    theory = predict(world, depth=depth, initial_strength=1e-2, times=[0.0, 1.0, 3.0])
    for layer in range(1, depth):
        units = activity(theory, layer)
        np.testing.assert_allclose(np.swapaxes(units, 1, 2) @ units, theory.hidden_gram(layer).values, atol=SAME)
    answers = theory.response.values
    units = activity(theory, "output")
    np.testing.assert_allclose(np.swapaxes(units, 1, 2) @ units, np.swapaxes(answers, 1, 2) @ answers, atol=1e-10)


@pytest.mark.parametrize("nonlinearity", ["linear", "tanh", "relu", "sigmoid"])
def test_networks_give_what_their_units_do(world, nonlinearity):
    child = simulate(world, depth=3, times=[0, 0.5, 1.0], seed=[0, 1], nonlinearity=nonlinearity, initial_scale=0.2)
    for layer in (1, 2):
        np.testing.assert_allclose(activity(child, layer), child.hidden(layer).values, atol=SAME)
    np.testing.assert_allclose(activity(child), child.hidden(2).values, atol=SAME)
    np.testing.assert_allclose(activity(child, "behavior"), child.response.values, atol=SAME)
    np.testing.assert_allclose(activity(child, 1, looks=[2]), child.hidden(1).values[:, [2]], atol=SAME)


def test_other_probes_than_the_items_can_be_shown(world):
    theory, child = predict(world, times=[0.0, 2.0]), simulate(world, times=[0.0, 2.0])
    mixed = (np.eye(8)[:2].mean(axis=0))[None]
    for course in (theory, child):
        np.testing.assert_allclose(
            activity(course, 1, probes=mixed)[..., 0], activity(course, 1)[..., :2].mean(axis=-1), atol=SAME
        )


def test_integrated_networks_and_correlated_inputs():
    theory = predict(correlated(), times=[0.0, 1.0])
    np.testing.assert_allclose(activity(theory, 1), theory.hidden(1).values, atol=SAME)
    np.testing.assert_allclose(activity(theory, "output"), theory.response.values, atol=SAME)


def test_a_layer_that_is_none_is_refused(world):
    theory = predict(world, until=1.0)
    with pytest.raises(InputError, match="layer is 2, but this network has 1 hidden; write a hidden layer, 1 to 1, or"):
        activity(theory, 2)
    with pytest.raises(InputError, match="layer is 1, but this network has 0 hidden; write 'output'"):
        activity(predict(world, depth=1, until=1.0), 1)
    with pytest.raises(InputError, match="layer is True"):
        activity(theory, True)
    with pytest.raises(InputError, match="trajectory is of type Environment"):
        activity(world, 1)
