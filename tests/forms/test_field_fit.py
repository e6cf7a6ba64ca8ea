"""The likelihood of fields: SciPy's densities, finite differences, and the parameters that drew the features."""

import networkx as nx
import numpy as np
import pytest
import scipy.linalg
from scipy.optimize import check_grad
from scipy.stats import multivariate_normal

from ontogeny.environments import chain, clusters, field, field_covariance, ring, tree_graph
from ontogeny.forms.field_fit import START, Contrasts
from ontogeny.forms.gaussian_fields import laplacian

FOLDS = 4


def dealt(features):
    return np.arange(features)[None] % FOLDS


def items_first(graph):
    return laplacian(graph, sorted(graph, key=lambda node: graph.nodes[node]["latent"]))


@pytest.mark.parametrize("graph", [ring(6), clusters(2, 4), tree_graph([2, 3])], ids=["ring", "clusters", "tree"])
def test_log_likelihood_is_that_of_the_differences_between_items(graph):
    """Each fold of the features has a graph of its own; weight, width and noise are shared."""
    table = 7.0 * field(graph, sigma=2, features=23).targets + np.arange(23)
    stronger = [nx.Graph(graph) for _ in range(FOLDS)]
    for number, each in enumerate(stronger):
        nx.set_edge_attributes(each, 1.0 + number, "weight")
    fit = Contrasts.of(table).fit([items_first(each) for each in stronger], dealt(23))
    assert not np.any(np.isnan(fit.by_feature))
    basis = scipy.linalg.helmert(len(table))
    for number, each in enumerate(stronger):
        nx.set_edge_attributes(each, (1.0 + number) * fit.weight, "weight")
        covariance = field_covariance(each, sigma=fit.sigma) + fit.noise_variance * np.eye(len(table))
        density = multivariate_normal(np.zeros(len(table) - 1), basis @ covariance @ basis.T)
        expected = density.logpdf((basis @ table[:, number::FOLDS]).T)
        np.testing.assert_allclose(fit.by_feature[number::FOLDS], expected, rtol=1e-9)


def test_independent_items():
    table = np.random.default_rng(0).normal(5.0, 3.0, (6, 40))
    fit = Contrasts.of(table).independent()
    contrasts = (scipy.linalg.helmert(6) @ table).T
    variance = np.mean(contrasts**2)
    expected = multivariate_normal(np.zeros(5), variance * np.eye(5)).logpdf(contrasts)
    np.testing.assert_allclose(fit.by_feature, expected, rtol=1e-12)
    assert fit.noise_variance == pytest.approx(variance)
    scattered = [multivariate_normal(np.zeros(5), v * np.eye(5)).logpdf(contrasts).sum() for v in (8.0, 10.0)]
    assert fit.by_feature.sum() > max(scattered)


def test_gradient_is_that_of_the_likelihood():
    graph = clusters(2, 4)
    data = Contrasts.of(field(graph, sigma=2, features=30).targets)
    cost = data._folds([data._modes(items_first(graph))] * FOLDS, dealt(30)).cost
    for start in (START, (1.0, 0.5, -3.0), (-2.0, -4.0, 1.0)):
        off = check_grad(lambda x: cost(x)[0], lambda x: cost(x)[1], np.array(start))
        assert off < 1e-5  # forward differences


@pytest.mark.parametrize("graph", [ring(12), clusters(4, 4), tree_graph([2, 2, 3])], ids=["ring", "clusters", "tree"])
def test_the_field_that_drew_the_features_is_found(graph):
    """Compared by the covariance of differences: weight and noise of a cluster are not identifiable one by one."""
    draw = np.random.default_rng(1)
    clean = field(graph, sigma=2, features=20_000).targets
    fit = Contrasts.of(clean + np.sqrt(0.3) * draw.standard_normal(clean.shape)).fit(
        [items_first(graph)] * FOLDS, dealt(20_000)
    )
    basis = scipy.linalg.helmert(len(clean))
    expected = basis @ (field_covariance(graph, sigma=2) + 0.3 * np.eye(len(clean))) @ basis.T
    found = nx.Graph(graph)
    nx.set_edge_attributes(found, fit.weight, "weight")
    covariance = field_covariance(found, sigma=fit.sigma) + fit.noise_variance * np.eye(len(clean))
    np.testing.assert_allclose(basis @ covariance @ basis.T, expected, atol=0.03 * expected.max())
    if len(graph) == 12:
        np.testing.assert_allclose([fit.weight, fit.noise_variance], [1, 0.3], rtol=0.1)


def test_equal_items_and_few_features_have_a_finite_likelihood():
    table = np.repeat(np.random.default_rng(2).integers(0, 2, (5, 6)).astype(float), 3, axis=0)
    fit = Contrasts.of(table).fit([items_first(chain(15))] * FOLDS, dealt(6))
    assert np.all(np.isfinite(fit.by_feature))


def test_the_mean_of_a_feature_plays_no_part():
    table = field(ring(6), sigma=2, features=12).targets
    one, other = (Contrasts.of(each).fit([items_first(ring(6))] * FOLDS, dealt(12)) for each in (table, table + 100.0))
    np.testing.assert_allclose(one.by_feature, other.by_feature, rtol=1e-9)


def test_the_mean_over_repeats_counts_and_a_rough_fit_comes_close():
    graph = ring(6)
    data = Contrasts.of(field(graph, sigma=2, features=12).targets)
    once = data.fit([items_first(graph)] * FOLDS, dealt(12))
    folds = np.vstack([dealt(12), FOLDS + dealt(12)])
    rough = data.fit([items_first(graph)] * FOLDS, dealt(12), exact=False)
    twice = data.fit([items_first(graph)] * 2 * FOLDS, folds, near=rough)
    assert twice.by_repeat.shape == (2, 12)
    np.testing.assert_allclose(twice.by_feature, once.by_feature, atol=1e-4)  # where the optimizer stops
    np.testing.assert_allclose(rough.by_feature.sum(), once.by_feature.sum(), atol=1e-3)
