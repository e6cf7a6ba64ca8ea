"""Tours and layouts: the best there is on small problems, the true one on noisy forms."""

from itertools import permutations

import networkx as nx
import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from ontogeny.environments import cylinder, field, grid
from ontogeny.forms.arrangements import layout, principal_coordinates, tour


def squared_differences(table):
    product = table @ table.T
    square = np.diagonal(product)
    return square[:, None] + square - 2 * product


def length(order, distance, closed):
    steps = distance[order, np.roll(order, -1)]
    return steps.sum() if closed else steps[:-1].sum()


ORDERS = np.array(list(permutations(range(8))))


@pytest.mark.parametrize("closed", [True, False], ids=["ring", "chain"])
@pytest.mark.parametrize("seed", [0, 1, 30, 53])
def test_no_order_is_shorter(closed, seed):
    """In some of these, turning stretches alone or moving single items alone is not enough."""
    distance = squared_differences(np.random.default_rng(seed).standard_normal((8, 3)))
    found = tour(distance, closed=closed)
    assert sorted(found) == list(range(8))
    steps = distance[ORDERS, np.roll(ORDERS, -1, axis=1)]
    shortest = (steps if closed else steps[:, :-1]).sum(axis=1).min()
    assert length(found, distance, closed) == pytest.approx(shortest, rel=1e-12)


@pytest.mark.parametrize("closed", [True, False], ids=["ring", "chain"])
def test_sixty_places_on_a_curve_are_found_in_order(closed):
    draw = np.random.default_rng(0)
    shuffled = draw.permutation(60)
    angle = (2 if closed else 1.5) * np.pi * shuffled / 60
    places = np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.005 * draw.standard_normal((60, 2))
    order = shuffled[tour(squared_differences(places), closed=closed)]
    steps = np.abs(np.diff(order))
    assert np.all((steps == 1) | (steps == 59) & closed)


@pytest.mark.parametrize("form", [grid(3, 5), grid(4, 4), grid(2, 8), cylinder(3, 5), cylinder(5, 4)])
@pytest.mark.parametrize("seed", [0, 3, 6])
def test_shuffled_items_find_their_cells(form, seed):
    true = np.random.default_rng(seed).permutation(len(form))
    table = field(form, sigma=3, features=500, seed=seed).targets[true]
    distance, near = squared_differences(table - table.mean(axis=0)), nx.to_numpy_array(form, weight=None)
    place = layout(near, distance)
    assert sorted(place) == list(range(len(form)))
    np.testing.assert_allclose(
        np.sum(near[np.ix_(place, place)] * distance), np.sum(near[np.ix_(true, true)] * distance), rtol=1e-9
    )


def test_no_layout_is_better():
    distance = squared_differences(np.random.default_rng(3).standard_normal((5, 3)))
    near = nx.to_numpy_array(grid(2, 3), weight=None)
    place = layout(near, distance)
    assert len(set(place)) == 5
    costs = [np.sum(near[np.ix_(cells, cells)] * distance) for cells in permutations(range(6), 5)]
    assert np.sum(near[np.ix_(place, place)] * distance) == pytest.approx(min(costs), rel=1e-12)


def test_equal_items_are_arranged_too():
    distance = np.zeros((6, 6))
    assert sorted(tour(distance, closed=True)) == sorted(tour(distance, closed=False)) == list(range(6))
    assert len(set(layout(nx.to_numpy_array(grid(2, 3), weight=None), distance))) == 6


def test_coordinates_have_the_distances():
    places = np.random.default_rng(1).standard_normal((9, 4)) * [8, 4, 2, 1]  # powers converge by their ratios
    found = principal_coordinates(squared_differences(places), np.random.default_rng(2))
    np.testing.assert_allclose(squared_differences(found), squared_differences(places), rtol=0.01, atol=0.5)


@pytest.mark.parametrize("closed", [True, False], ids=["ring", "chain"])
def test_rounding_does_not_choose_among_tours_of_one_length(closed):
    table = np.random.default_rng(0).integers(0, 2, (20, 5)).astype(float)
    noise = np.random.default_rng(1).standard_normal(table.shape)
    again = tour(squared_differences(table * (1 + 1e-13 * noise)), closed=closed)
    assert again.tolist() == tour(squared_differences(table), closed=closed).tolist()


@pytest.mark.parametrize("form", [grid(4, 5), cylinder(4, 5)], ids=["grid", "cylinder"])
def test_rounding_does_not_choose_among_layouts(form):
    table = np.repeat(np.random.default_rng(0).integers(0, 2, (10, 6)), 2, axis=0).astype(float)
    noise = np.random.default_rng(1).standard_normal(table.shape)
    near = nx.to_numpy_array(form, weight=None)
    again = layout(near, squared_differences(table * (1 + 1e-13 * noise)))
    assert again.tolist() == layout(near, squared_differences(table)).tolist()


def test_cells_that_look_alike_are_not_told_apart_by_rounding():
    """The two cells of every rung of a ladder have the same place along it, which is all that two coordinates show."""
    adjacency = nx.to_numpy_array(nx.grid_2d_graph(2, 20))
    yes_no = (np.random.default_rng(2).random((39, 6)) < 0.4).astype(float)
    distance = squareform(pdist(yes_no, "sqeuclidean"))
    places = layout(adjacency, distance)
    for seed in range(4):
        noise = np.random.default_rng(seed).standard_normal(distance.shape)
        assert np.array_equal(layout(adjacency, distance * (1 + 1e-15 * (noise + noise.T))), places)
