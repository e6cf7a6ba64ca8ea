"""Comparisons of distances: by their definitions, with ties by rule, over the pairs that both know."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import squareform
from scipy.stats import kendalltau

from ontogeny import InputError
from ontogeny.representation import linear_cka, similarity
from ontogeny.representation.comparisons import METHODS, compared, ranks

SAME = 1e-12
RANKED = ("spearman", "tau_a", "tau_b", "rho_a")


def covariance_of_distances(items):
    """Of all pairs of equal items with independent noise: squared covariances of the differences."""
    pairs = list(itertools.combinations(range(items), 2))
    contrast = np.array([[(item == i) - (item == j) for item in range(items)] for i, j in pairs], dtype=float)
    return (contrast @ contrast.T) ** 2


def by_definition(a, b, method):
    known = ~np.isnan(a)
    if method == "cosine":
        return a[known] @ b[known] / np.sqrt((a[known] @ a[known]) * (b[known] @ b[known]))
    if method == "cosine_cov":
        items = round((1 + np.sqrt(1 + 8 * a.size)) / 2)
        inverse = np.linalg.inv(covariance_of_distances(items)[np.ix_(known, known)])
        x, y = a[known], b[known]
        return x @ inverse @ y / np.sqrt((x @ inverse @ x) * (y @ inverse @ y))
    a, b = a[known], b[known]
    if method == "tau_b":
        return kendalltau(a, b).statistic
    agree = [np.sign(a[i] - a[j]) * np.sign(b[i] - b[j]) for i, j in itertools.combinations(range(a.size), 2)]
    return np.mean(agree)


def drawn(seed, items=7, decimals=1):
    draw = np.random.default_rng(seed)
    a, b = draw.uniform(0, 1, (2, items * (items - 1) // 2)).round(decimals)
    return a, b


@pytest.mark.parametrize("method", ["cosine", "cosine_cov", "tau_a", "tau_b"])
@pytest.mark.parametrize("missing", [0, 3])
def test_comparisons_are_those_of_their_definitions(method, missing):
    a, b = drawn(0)
    a[:missing] = b[:missing] = np.nan
    found = similarity(squareform(np.nan_to_num(a, nan=-9)), squareform(b), method)
    if missing:
        a[:missing] = np.nan
        found = similarity(table(a), table(b), method)
    assert float(found) == pytest.approx(by_definition(a, b, method), abs=SAME)
    assert method in found.attrs["meaning"] and found.pairs.item() == a.size - missing


def table(vector):
    """A square table of pairs, in which some may be NaN."""
    items = round((1 + np.sqrt(1 + 8 * vector.size)) / 2)
    found = np.zeros((items, items))
    rows, columns = np.triu_indices(items, 1)
    found[rows, columns] = found[columns, rows] = vector
    return found


def test_different_pairs_may_be_missing_in_each_of_a_stack():
    a, b = drawn(1)
    stack = np.stack([a, a, a])
    stack[1, 4] = stack[2, 7] = np.nan
    for method in METHODS:
        found = similarity(np.stack([table(one) for one in stack]), table(b), method)
        for number, one in enumerate(stack):
            other = np.where(np.isnan(one), np.nan, b)
            assert float(found[number]) == pytest.approx(float(compared(one, other, method)), abs=SAME), method


@pytest.mark.parametrize("method", ["tau_a", "rho_a"])
def test_without_correction_it_is_the_mean_over_all_ways_to_break_ties(method):
    a, b = np.array([1.0, 2.0, 2.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 5.0, 2.0, 2.0])
    plain = {"tau_a": "tau_b", "rho_a": "spearman"}[method]
    orders = list(itertools.permutations((0.0, 0.1, 0.2)))
    ways = []
    for first, second in itertools.product(orders, orders):
        x, y = a.copy(), b.copy()
        x[1:4] += first
        y[[2, 4, 5]] += second
        ways.append(float(compared(x, y, plain)))
    assert float(compared(a, b, method)) == pytest.approx(np.mean(ways), abs=SAME)


def test_whitened_cosine_is_linear_cka_of_squared_distances():
    draw = np.random.default_rng(2)
    grams = [x.T @ x for x in draw.standard_normal((2, 5, 9))]
    squares = [np.diag(g)[:, None] + np.diag(g) - 2 * g for g in grams]
    assert float(similarity(*squares, "cosine_cov")) == pytest.approx(float(linear_cka(*grams)), abs=SAME)
    assert abs(float(similarity(*squares, "cosine")) - float(linear_cka(*grams))) > 0.1


@pytest.mark.parametrize("method", METHODS)
def test_order_of_items_and_scale_change_nothing(method):
    a, b = (table(one) for one in drawn(3, decimals=3))
    expected = float(similarity(a, b, method))
    order = np.random.default_rng(0).permutation(7)
    for first, second in ((a[np.ix_(order, order)], b[np.ix_(order, order)]), (1e6 * a, 1e-6 * b), (b, a)):
        assert float(similarity(first, second, method)) == pytest.approx(expected, abs=SAME)
    assert float(similarity(a, a, method)) == pytest.approx(1, abs=SAME)
    shifted = float(similarity(a + 5 * (1 - np.eye(7)), b, method))
    assert (shifted == pytest.approx(expected, abs=1e-10)) == (not method.startswith("cosine"))


@pytest.mark.parametrize("method", RANKED)
@given(noise=st.lists(st.floats(-1, 1), min_size=15, max_size=15), start=st.sampled_from([0.1, 0.15, 0.3]))
def test_no_rank_hangs_on_rounding(method, noise, start):
    equal = np.repeat([start, 2 * start, 3 * start], 5)
    other = np.arange(15.0) % 4
    assert compared(equal * (1 + 1e-13 * np.array(noise)), other, method) == compared(equal, other, method)


def test_without_variance_there_is_no_agreement():
    flat, other = np.ones((5, 5)), table(drawn(4, items=5, decimals=3)[0])
    for method in METHODS:
        found = float(similarity(flat, other, method))
        assert found == 0 if method.endswith("_a") else np.isfinite(found) if "cosine" in method else np.isnan(found)
    assert np.isnan(similarity(np.zeros((5, 5)), other, "cosine"))
    assert np.isnan(similarity(np.zeros((5, 5)), other, "cosine_cov"))


def test_ranks_are_means_of_what_is_tied():
    assert ranks(np.array([3.0, np.nan, 1.0, 1.0 + 1e-15, 2.0])).tolist()[2:] == [1.5, 1.5, 3.0]
    assert ranks(np.array([3.0, np.nan, 1.0, 1.0, 2.0]))[0] == 4 and np.isnan(ranks(np.array([3.0, np.nan, 1.0]))[1])


def test_a_comparison_that_is_none_is_refused():
    with pytest.raises(InputError, match=r"method is 'taua', but it must be one of .*did you mean 'tau_a'"):
        similarity(np.eye(4), np.eye(4), "taua")
