"""Agreement of two sets of similarities: by hand, by name, over the pairs that both know; compared with SciPy."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.spatial.distance import squareform
from scipy.stats import pearsonr, spearmanr

from ontogeny import InputError, datasets, predict, simulate
from ontogeny.representation import gram, rdm, similarity
from worlds import branching


@pytest.fixture(scope="module")
def child():
    return simulate(datasets.load("rumelhart"), times=[0, 1, 4], seed=[5, 6], nonlinearity="tanh", initial_scale=0.1)


@pytest.mark.parametrize(("method", "of"), [("pearson", pearsonr), ("spearman", spearmanr)])
def test_agreement_is_the_correlation_over_pairs(method, of):
    draw = np.random.default_rng(0)
    a, b = (x + np.swapaxes(x, -1, -2) for x in draw.standard_normal((2, 4, 7, 7)))
    found = similarity(a, b, method)
    upper = np.triu_indices(7, 1)
    np.testing.assert_allclose(found, [of(x[upper], y[upper]).statistic for x, y in zip(a, b, strict=True)], atol=1e-12)
    np.testing.assert_allclose(similarity(a, a[0], method)[0], 1)  # leading dimensions broadcast


@pytest.mark.parametrize(("name", "agreement"), [("zoo", 0.74), ("wordnet", 0.83), ("rumelhart", 0.97)])
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
    third = np.full((4, 4), 0.1) * (1 + 1e-15 * np.arange(16).reshape(4, 4))
    assert np.isnan(similarity(third, np.arange(16.0).reshape(4, 4)))  # differences of rounding are none


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
    with pytest.raises(InputError, match="the columns of the second and the first have different names"):
        similarity(gram(child), gram(renamed))
    with pytest.raises(InputError, match="2 items have too few pairs"):
        similarity(np.eye(2), np.eye(2))
    with pytest.raises(InputError, match="method is 'kendall'"):
        similarity(np.eye(4), np.eye(4), "kendall")


def drawn(items=6, seed=0):
    a, b = (x + x.T for x in np.random.default_rng(seed).standard_normal((2, items, items)))
    return a, b


@pytest.mark.parametrize(("method", "of"), [("pearson", pearsonr), ("spearman", spearmanr)])
def test_pairs_that_both_know_are_compared(method, of):
    a, b = drawn()
    a[0, 1] = a[1, 0] = b[2, 3] = b[3, 2] = np.nan
    found, upper = similarity(a, b, method), np.triu_indices(6, 1)
    both = np.isfinite(a[upper]) & np.isfinite(b[upper])
    assert float(found) == pytest.approx(of(a[upper][both], b[upper][both]).statistic, abs=1e-12)
    assert found.pairs.item() == both.sum() == 13
    assert found.attrs["meaning"] == f"{method} correlation over 13 of 15 pairs, defined in both"
    stack = similarity(np.stack([a, b, b]), np.where(np.isnan(a), 0.0, a), method)  # zeros where nothing was known
    assert stack.pairs.values.tolist() == [14, 14, 14] and "14 of 15" in stack.attrs["meaning"]
    assert "13 to 15 of" in similarity(np.stack([a, drawn()[1]]), np.stack([b, drawn()[0]])).attrs["meaning"]


def test_a_pair_is_the_mean_of_its_two_cells_or_the_one_that_is_there():
    a, b = drawn()
    upper_only = np.where(np.tri(6, k=-1) > 0, np.nan, a)
    skewed = a + np.triu(np.ones((6, 6)), 1) - np.tril(np.ones((6, 6)), -1)
    for other in (upper_only, upper_only.T, skewed):
        np.testing.assert_allclose(similarity(other, b), similarity(a, b), atol=1e-14)


def test_items_of_which_nothing_is_known_are_named():
    a, b = drawn()
    names = list("uvwxyz")
    holed = pd.DataFrame(a, names, names)
    holed.loc["w"] = holed["w"] = np.nan
    with pytest.raises(InputError, match="no pair of 'w' with another item is defined in both"):
        similarity(holed, b)
    with pytest.raises(InputError, match="no pair of 'item 3' with"):
        similarity(holed.to_numpy(), b)
    first, second = a.copy(), b.copy()
    first[0, 1:3] = first[1:3, 0] = second[0, 3:] = second[3:, 0] = np.nan
    with pytest.raises(InputError, match="no pair of 'item 1' with"):  # each knows what the other does not
        similarity(first, second)
    few = np.full((4, 4), np.nan)
    few[0, 1], few[2, 3] = 1.0, 2.0
    with pytest.raises(InputError, match="2 pairs are defined in both, too few to correlate; compare 3 or more"):
        similarity(few, drawn(4)[0])
    a[0, 1] = np.inf
    with pytest.raises(InputError, match="first holds infinite values"):
        similarity(a, b)


def test_dimensions_are_matched_by_name(child):
    theory = gram(predict(child.environment, times=[0.0, 1.0, 4.0]))
    trained = gram(child)
    found = similarity(theory, trained)
    assert found.dims == ("time", "seed") and found.seed.values.tolist() == [5, 6]
    np.testing.assert_allclose(found, similarity(trained, theory).transpose("time", "seed"), atol=1e-14)
    np.testing.assert_allclose(found[:, 1], similarity(theory.values, trained.values[1]), atol=1e-14)
    turned = trained.transpose("item", "time", "item_2", "seed")
    np.testing.assert_allclose(similarity(theory, turned), found, atol=1e-14)
    np.testing.assert_allclose(similarity(trained, trained[::-1]), 1, atol=1e-12)  # seeds the other way round
    with pytest.raises(InputError, match="seed of the second and the first have different names"):
        similarity(trained, trained.assign_coords(seed=[5, 7]))
    with pytest.raises(InputError, match="first and second have different times, 3 from 0 to 4 and 3 from 0 to 8"):
        similarity(theory, theory.assign_coords(time=[0.0, 2.0, 8.0]))
    with pytest.raises(InputError, match="first and second have different times, 3 from"):
        similarity(theory, theory[:2])
    course = similarity(theory, theory[-1:])  # all of a course with its end
    assert course.shape == (3,) and float(course[-1]) == pytest.approx(1)


def test_pairs_in_a_vector_are_told_how_to_be_a_table():
    with pytest.raises(InputError, match="squareform"):
        similarity(np.arange(3.0), np.arange(3.0))


def test_arrays_of_other_peoples_names_are_matched_too():
    a, b = drawn()
    names = np.array(list("uvwxyz"))
    turn = np.array([3, 0, 5, 1, 2, 4])
    other = xr.DataArray(b[np.ix_(turn, turn)], dims=("stimulus", "stimulus_2"),
                         coords={"stimulus": names[turn], "stimulus_2": names[turn]})  # fmt: skip
    for first in (pd.DataFrame(a, names, names), pd.DataFrame(a, names, names).loc[:, names[turn]]):
        np.testing.assert_allclose(similarity(first, other), similarity(a, b), atol=1e-14)


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
