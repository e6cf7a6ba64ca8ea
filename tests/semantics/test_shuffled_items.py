"""Agreement of similarity matrices: SciPy's correlations, and intervals and chance counted pair by pair."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from ontogeny.semantics.shuffled_items import RESAMPLES, SHUFFLES, pair_agreement

DRAW = np.random.default_rng(3)


def matrices(count=9, noise=0.5):
    """Two symmetric matrices that agree in part."""
    one, other = (part + part.T for part in DRAW.standard_normal((2, count, count)))
    return one, one + noise * other


def values(matrix, method):
    """Values or ranks of all pairs, by pair."""
    pairs = list(combinations(range(len(matrix)), 2))
    found = [matrix[pair] for pair in pairs]
    return dict(zip(pairs, stats.rankdata(found) if method == "spearman" else found))


def among(x, order, pair):
    a, b = order[pair[0]], order[pair[1]]
    return x[min(a, b), max(a, b)]


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_value_interval_and_chance_are_those_counted_pair_by_pair(method):
    one, other = matrices()
    found = pair_agreement(one, other, method, seed=5)
    x, y = values(one, method), values(other, method)
    scipy = {"pearson": stats.pearsonr, "spearman": stats.spearmanr}[method]
    assert found.value == pytest.approx(scipy(list(x.values()), list(y.values())).statistic, abs=1e-12)
    draw, reached, drawn = np.random.default_rng(5), 0, []
    for _ in range(SHUFFLES):
        order = draw.permutation(9)
        shuffled = [among(y, order, pair) for pair in x]
        reached += np.corrcoef(list(x.values()), shuffled)[0, 1] >= found.value - 1e-9
    assert found.p == (1 + reached) / (1 + SHUFFLES)
    for often in draw.multinomial(9, np.full(9, 1 / 9), size=RESAMPLES):
        items = np.repeat(np.arange(9), often)
        pairs = [(a, b) for a, b in combinations(items, 2) if a != b]
        drawn.append(np.corrcoef([x[pair] for pair in pairs], [y[pair] for pair in pairs])[0, 1])
    np.testing.assert_allclose([found.low, found.high], np.percentile(drawn, [2.5, 97.5]), atol=1e-9)


def test_what_agrees_by_chance_is_told_from_what_does_not():
    one, alike = matrices(count=12, noise=0.2)
    other = matrices(count=12)[0]
    assert pair_agreement(one, alike, "spearman").p == 1 / (1 + SHUFFLES)
    assert pair_agreement(one, other, "spearman").p > 0.05
    assert pair_agreement(one, -alike, "spearman").p > 0.99


def test_rounding_is_no_order():
    one, other = (np.round(part, 0) for part in matrices())
    off = other * (1 + 1e-13 * DRAW.standard_normal(other.shape))
    off = (off + off.T) / 2
    assert pair_agreement(one, other, "spearman") == pytest.approx(pair_agreement(one, off, "spearman"), abs=1e-12)


def test_few_items_and_pairs_that_are_all_alike():
    one, other = matrices(count=3)
    found = pair_agreement(one, other, "pearson")
    assert np.isfinite(found.value) and np.isnan([found.low, found.high]).all() and found.p >= 1 / 6 - 0.05
    assert np.isnan(pair_agreement(np.ones((5, 5)), matrices(5)[0], "spearman")).all()
