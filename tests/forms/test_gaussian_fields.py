"""Fields on graphs: every closed spectrum of the named forms, latent nodes, and what is drawn."""

import networkx as nx
import numpy as np
import pytest
import scipy.linalg

from ontogeny import InputError
from ontogeny.environments import (
    chain,
    cliques,
    clusters,
    cylinder,
    field,
    field_covariance,
    field_spectrum,
    grid,
    ring,
    tree_graph,
    tree_spectrum,
)
from ontogeny.taxonomies.branching import paths

EXACT = 1e-12  # relative: an inverse of condition up to 100
SIGMA = 2.5
KAPPA = 1 / SIGMA**2


def chain_part(n):
    return 2 - 2 * np.cos(np.pi * np.arange(n) / n)


def ring_part(n):
    return 2 - 2 * np.cos(2 * np.pi * np.arange(n) / n)


def all_eigenvalues(graph):
    spectrum = field_spectrum(graph, sigma=SIGMA)
    return np.repeat(spectrum.eigenvalues, spectrum.degeneracies)


def strongest_first(values):
    return np.sort(np.ravel(values))[::-1]


@pytest.mark.parametrize("n", [3, 12, 13])
def test_ring(n):
    closed = 1 / (KAPPA + ring_part(n))
    np.testing.assert_allclose(all_eigenvalues(ring(n)), strongest_first(closed), rtol=EXACT)
    fourier = np.exp(2j * np.pi * np.outer(np.arange(n), np.arange(n)) / n) / np.sqrt(n)
    rotated = fourier.conj().T @ field_covariance(ring(n), sigma=SIGMA) @ fourier
    np.testing.assert_allclose(rotated, np.diag(closed), atol=EXACT * closed.max())


@pytest.mark.parametrize("n", [2, 12, 13])
def test_chain_is_diagonal_in_the_cosine_transform_and_no_toeplitz_matrix(n):
    closed = 1 / (KAPPA + chain_part(n))
    covariance = field_covariance(chain(n), sigma=SIGMA)
    np.testing.assert_allclose(all_eigenvalues(chain(n)), strongest_first(closed), rtol=EXACT)
    cosines = np.cos(np.pi * np.outer(np.arange(n) + 0.5, np.arange(n)) / n)
    cosines /= np.linalg.norm(cosines, axis=0)
    np.testing.assert_allclose(cosines.T @ covariance @ cosines, np.diag(closed), atol=EXACT * closed.max())
    if n > 2:
        diagonal = np.diagonal(covariance)
        assert diagonal[0] > 1.2 * diagonal[n // 2]


def test_printed_diagonal_of_a_chain():
    diagonal = np.diagonal(field_covariance(chain(12), sigma=5))
    np.testing.assert_allclose(diagonal[[0, 5]], [4.61, 3.00], atol=5e-3)


@pytest.mark.parametrize(("a", "b"), [(3, 4), (2, 7), (4, 4)])
def test_grid_and_cylinder(a, b):
    closed = 1 / (KAPPA + chain_part(a)[:, None] + chain_part(b))
    np.testing.assert_allclose(all_eigenvalues(grid(a, b)), strongest_first(closed), rtol=EXACT)
    closed = 1 / (KAPPA + chain_part(a)[:, None] + ring_part(b))
    np.testing.assert_allclose(all_eigenvalues(cylinder(a, b)), strongest_first(closed), rtol=EXACT)


def test_modes_of_a_grid_are_products_of_cosines():
    a, b = 3, 4
    parts = [np.cos(np.pi * np.outer(np.arange(n) + 0.5, np.arange(n)) / n) for n in (a, b)]
    modes = np.kron(*(part / np.linalg.norm(part, axis=0) for part in parts))
    rotated = modes.T @ field_covariance(grid(a, b), sigma=SIGMA) @ modes
    np.testing.assert_allclose(rotated, np.diag(np.diagonal(rotated)), atol=EXACT * rotated.max())


@pytest.mark.parametrize(("k", "m", "w"), [(4, 3, 1.0), (2, 5, 0.3), (3, 2, 4.0)])
def test_clusters_and_cliques(k, m, w):
    between = (m * w + KAPPA) / (KAPPA * (w * (m + 1) + KAPPA))
    spectrum = field_spectrum(clusters(k, m, weight=w), sigma=SIGMA)
    np.testing.assert_allclose(spectrum.eigenvalues, [between, 1 / (w + KAPPA)], rtol=EXACT)
    assert spectrum.degeneracies.tolist() == [k, k * (m - 1)]
    blocks = np.kron(np.eye(k), np.full((m, m), 1 / m))
    np.testing.assert_allclose(spectrum.projector(1), blocks, atol=EXACT)
    assert between > 1 / (w + KAPPA)
    spectrum = field_spectrum(cliques(k, m), sigma=SIGMA)
    np.testing.assert_allclose(spectrum.eigenvalues, [1 / KAPPA, 1 / (m + KAPPA)], rtol=EXACT)
    assert spectrum.degeneracies.tolist() == [k, k * (m - 1)]
    np.testing.assert_allclose(spectrum.projector(1), blocks, atol=EXACT)


def test_clusters_of_different_sizes_are_not_tied():
    assert field_spectrum(clusters(3, [2, 3, 4]), sigma=SIGMA).degeneracies.tolist() == [1, 1, 1, 6]


@pytest.mark.parametrize("branching", [[2, 2, 2], [2, 3, 2], [3, 3]], ids=str)
def test_a_regular_tree_has_the_spectrum_of_its_levels(branching):
    covariance = field_covariance(tree_graph(branching, weight=0.7), sigma=SIGMA)
    names = [name.split(".") for name in paths(branching)]
    similarity = []
    for level in range(len(branching) + 1):
        parted = [
            covariance[i, j]
            for i, a in enumerate(names)
            for j, b in enumerate(names)
            if a[:level] == b[:level] and (level == len(branching) or a[level] != b[level])
        ]
        assert np.ptp(parted) < EXACT * covariance.max()
        similarity.append(np.mean(parted))
    levels = tree_spectrum(branching, similarity)
    np.testing.assert_allclose(covariance, levels.similarity_matrix(), atol=EXACT)
    expected = strongest_first(np.repeat(levels.eigenvalues, levels.degeneracies))
    np.testing.assert_allclose(all_eigenvalues(tree_graph(branching, weight=0.7)), expected, rtol=EXACT)
    assert levels.is_coarse_to_fine


def test_latent_nodes_are_averaged_out():
    """Against the rows and columns of the items in the inverse of the whole precision."""
    graph = nx.Graph(nx.karate_club_graph())
    items = [3, 0, 33, 7, 20, 11]
    laplacian = nx.laplacian_matrix(graph, weight="weight").toarray()
    everyone = np.linalg.inv(laplacian + KAPPA * np.eye(len(graph)))
    order = [list(graph).index(node) for node in items]
    found = field_covariance(graph, sigma=SIGMA, items=items)
    np.testing.assert_allclose(found, everyone[np.ix_(order, order)], rtol=EXACT)
    spectrum = field_spectrum(graph, sigma=SIGMA, items=items)
    np.testing.assert_allclose(spectrum.modes @ np.diag(spectrum.eigenvalues) @ spectrum.modes.T, found, rtol=1e-11)
    assert field(graph, sigma=SIGMA, items=items, features=10).items == ("3", "0", "33", "7", "20", "11")
    for node in set(graph) - set(items):
        graph.nodes[node]["latent"] = True
    marked = field_covariance(graph, sigma=SIGMA)
    chosen = np.argsort(order)
    np.testing.assert_allclose(marked, found[np.ix_(chosen, chosen)], rtol=EXACT)


def test_weights_stand_for_as_many_edges_and_a_missing_one_for_one():
    graph = nx.Graph([(0, 1), (1, 2)])
    graph[0][1]["weight"] = 2.0
    precision = np.array([[2, -2, 0], [-2, 3, -1], [0, -1, 1]]) + KAPPA * np.eye(3)
    np.testing.assert_allclose(np.linalg.inv(precision), field_covariance(graph, sigma=SIGMA), rtol=EXACT)


def test_an_item_joined_to_none_varies_by_sigma():
    graph = chain(3)
    graph.add_node("alone")
    graph.add_edge("alone", "1", weight=0.0)
    covariance = field_covariance(graph, sigma=SIGMA)
    assert covariance[3, 3] == pytest.approx(SIGMA**2, rel=EXACT)
    np.testing.assert_allclose(covariance[3, :3], 0, atol=1e-14)


@pytest.mark.parametrize("graph", [ring(8), grid(2, 4), clusters(2, 4), tree_graph([2, 2, 2])])
def test_drawn_features_have_the_covariance(graph):
    world = field(graph, sigma=SIGMA, features=50_000, seed=5)
    exact = field_covariance(graph, sigma=SIGMA)
    spread = np.sqrt((exact**2 + np.outer(np.diag(exact), np.diag(exact))) / 50_000)
    assert np.abs((world.targets @ world.targets.T / 50_000 - exact) / spread).max() < 4.5


def test_printed_scatter_of_a_ring():
    """Printed: 0.7 percent at 50 000 features; tied pairs keep their plane and not their modes."""
    exact = np.repeat(*(lambda s: (s.singular_values(50_000), s.degeneracies))(field_spectrum(ring(12), sigma=3)))
    worlds = [field(ring(12), sigma=3, features=50_000, seed=seed).spectrum() for seed in range(4)]
    for spectrum in worlds:
        assert np.abs(spectrum.singular_values / exact - 1).max() < 0.012
    first = worlds[0].input_modes[:, 1:3]
    for spectrum in worlds[1:]:
        other = spectrum.input_modes[:, 1:3]
        assert scipy.linalg.subspace_angles(first, other).max() < 0.1  # planes: cosines above 0.995
    single = [abs(first[:, 0] @ spectrum.input_modes[:, 1]) for spectrum in worlds[1:]]
    assert min(single) < 0.8


def test_worlds_of_the_same_seed_are_the_same():
    first, again, other = (field(ring(6), sigma=1, features=9, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.targets, again.targets)
    assert not np.array_equal(first.targets, other.targets)
    white = field(ring(6), sigma=1, features=9, seed=1, normalization="white")
    np.testing.assert_allclose(white.input_correlation, np.eye(6))


@pytest.mark.parametrize("sigma", [0, -1, float("inf"), "wide"])
def test_a_field_needs_a_width(sigma):
    with pytest.raises(InputError, match="sigma is"):
        field_covariance(ring(4), sigma=sigma)
