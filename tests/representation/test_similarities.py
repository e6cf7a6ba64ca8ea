"""Similarities and distances of items: by hand, in any layer, compared with SciPy."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from scipy.stats import pearsonr, spearmanr

from ontogeny import Environment, InputError, datasets, predict, simulate
from ontogeny.representation import gram, rdm, similarity
from worlds import branching

SAME = 1e-10


@pytest.fixture(scope="module")
def child():
    return simulate(datasets.load("rumelhart"), times=[0, 1, 4], seed=[5, 6], nonlinearity="tanh", initial_scale=0.1)


@pytest.mark.parametrize(
    ("metric", "name"), [("squared_euclidean", "sqeuclidean"), ("euclidean", "euclidean"), ("cosine", "cosine")]
)
@pytest.mark.parametrize("layer", [1, "output"])
def test_distances_are_those_of_scipy(child, metric, name, layer):
    found = rdm(child, layer, metric)
    units = child.hidden(1).values if layer == 1 else child.response.values
    for seed in range(2):
        for look in range(3):
            expected = squareform(pdist(units[seed, look].T, name))
            np.testing.assert_allclose(found.values[seed, look], expected, atol=1e-7)
    assert found.dims == ("seed", "time", "item", "item_2") and found.attrs["metric"] == metric
    assert found.seed.values.tolist() == [5, 6]


def test_names_and_layers_are_written_on_it(child):
    found = gram(child, "behavior")
    assert found.attrs["layer"] == "output" and gram(child).attrs["layer"] == "hidden layer 1"
    assert found.item_name.values.tolist() == list(child.environment.items) == found.item_2_name.values.tolist()
    assert {"time", "item_name", "inner product"} <= set(found.to_dataframe().reset_index().columns)
    np.testing.assert_allclose(
        found.values, np.swapaxes(child.response.values, 2, 3) @ child.response.values, atol=SAME
    )


def test_times_are_picked_by_name_or_by_what_memory_allows(child, monkeypatch):
    theory = predict(datasets.load("rumelhart"), until=4.0)
    assert gram(theory, times=[0.0, 3.99]).time.values.tolist() == pytest.approx([0.0, 3.99])
    assert gram(theory).sizes["time"] == 401
    monkeypatch.setattr("ontogeny.representation.similarities.MOST_BYTES", 8 * 64 * 11)
    few = gram(theory)
    assert few.sizes["time"] == 11 and few.time.values[[0, -1]].tolist() == [0.0, 4.0]
    with pytest.raises(InputError, match=r"time is 9.0, but the record runs from 0 to 4"):
        gram(theory, times=[9.0])


def test_hidden_similarities_of_theory_are_the_root_of_those_of_behavior():
    """At every time, once the plateau is left: the smallest weights that give the answers of that time."""
    theory = predict(branching(), times=[0.0, 0.5, 1.0, 4.0])
    inside, outside = gram(theory, 1).values, gram(theory, "output").values
    np.testing.assert_allclose(inside @ inside, outside, rtol=1e-7, atol=1e-12)


def test_duplicate_items_are_at_no_distance_and_empty_ones_have_no_cosine():
    world = Environment.from_arrays(np.eye(3), [[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]], normalization="sum")
    theory = predict(world, until=4.0)
    assert rdm(theory).values[-1, 0, 1] == pytest.approx(0, abs=1e-15)
    cosine = rdm(theory, metric="cosine").values[-1]
    assert np.isnan(cosine[2]).all() and np.isnan(cosine[:, 2]).all() and np.isfinite(cosine[:2, :2]).all()


@pytest.mark.parametrize(("method", "of"), [("pearson", pearsonr), ("spearman", spearmanr)])
def test_agreement_is_the_correlation_over_pairs(method, of):
    draw = np.random.default_rng(0)
    a, b = (x + np.swapaxes(x, -1, -2) for x in draw.standard_normal((2, 4, 7, 7)))
    found = similarity(a, b, method)
    upper = np.triu_indices(7, 1)
    np.testing.assert_allclose(found, [of(x[upper], y[upper]).statistic for x, y in zip(a, b, strict=True)], atol=1e-12)
    np.testing.assert_allclose(similarity(a, a[0], method)[0], 1)  # leading dimensions broadcast


@pytest.mark.parametrize(("name", "agreement"), [("zoo", 0.74), ("wordnet", 0.85), ("rumelhart", 0.97)])
def test_hidden_and_behavioral_distances_are_not_in_one_order(name, agreement):
    """Squares of similarity matrices: measured here. On a tree all ranks but ties are the same."""
    theory = predict(datasets.load(name), times=[0.0, 60.0])
    hidden, behavior = (rdm(theory, layer, times=[60.0]) for layer in (1, "output"))
    assert float(similarity(hidden, behavior, "spearman")[0]) == pytest.approx(agreement, abs=5e-3)


def test_hidden_and_behavioral_distances_of_a_tree_are_in_one_order():
    theory = predict(branching(), times=[0.0, 60.0])
    hidden, behavior = (rdm(theory, layer, times=[60.0]) for layer in (1, "output"))
    assert similarity(hidden, behavior, "spearman")[0] == pytest.approx(1)
    assert similarity(hidden, behavior, "pearson")[0] < 0.9999


def test_no_variance_is_no_agreement():
    flat = np.ones((4, 4))
    assert np.isnan(similarity(flat, flat)) and np.isnan(similarity(flat, np.arange(16.0).reshape(4, 4), "spearman"))
    missing = np.arange(16.0).reshape(4, 4)
    missing[0, 1] = np.nan
    assert np.isnan(similarity(missing, missing)) and np.isnan(similarity(missing, missing, "spearman"))


def test_rounding_does_not_order_equal_distances():
    equal = np.array([1.0, 1.0, 2.0, 2.0, 3.0, 3.0])
    a, b = np.zeros((4, 4)), np.zeros((4, 4))
    a[np.triu_indices(4, 1)] = equal * (1 + 1e-14 * np.array([1, -1, -1, 1, 1, -1]))
    b[np.triu_indices(4, 1)] = equal
    assert similarity(a, b, "spearman") == pytest.approx(1)


def test_what_cannot_be_compared_is_refused(child):
    theory = predict(datasets.load("zoo"), times=[0.0, 1.0])
    with pytest.raises(InputError, match="but both must be tables of the same items by the same items"):
        similarity(gram(child), gram(theory))
    renamed = predict(branching(), times=[0.0, 1.0, 2.0])
    with pytest.raises(InputError, match="the two have different items"):
        similarity(gram(child), gram(renamed))
    with pytest.raises(InputError, match="2 items have too few pairs"):
        similarity(np.eye(2), np.eye(2))
    with pytest.raises(InputError, match="method is 'kendall'"):
        similarity(np.eye(4), np.eye(4), "kendall")
    with pytest.raises(InputError, match=r"metric is 'cosin'.*did you mean 'cosine'"):
        rdm(theory, metric="cosin")


def test_equal_distances_share_a_rank_wherever_rounding_ends():
    """The values lie where rounding to ten digits would part them."""
    base = np.array([0, 0.1 + 5e-11, 0.1 + 5e-11, 0.1 + 5e-11, 0.3, 1.0])
    draw = np.random.default_rng(0)
    other = squareform(np.arange(6.0))
    agreements = [
        float(similarity(squareform(base * (1 + 1e-13 * draw.standard_normal(6))), other, "spearman"))
        for _ in range(10)
    ]  # fmt: skip
    assert np.ptp(agreements) < 1e-12
