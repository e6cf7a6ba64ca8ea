"""Groups: as SciPy joins them where nothing ties, by order where much does, and no single move is better."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist, squareform

from ontogeny.forms.groupings import average_linkage, cut, settled


def spread(member, distance):
    """Sum of squared differences from the means of the groups."""
    groups = [distance[np.ix_(member == group, member == group)] for group in np.unique(member)]
    return sum(each.sum() / 2 / len(each) for each in groups)


def test_merges_are_those_of_scipy():
    pairs = pdist(np.random.default_rng(0).standard_normal((30, 4)), "sqeuclidean")
    np.testing.assert_allclose(average_linkage(squareform(pairs)), linkage(pairs, "average")[:, :3], rtol=1e-12)


def test_of_tied_merges_the_first_is_taken_whatever_the_rounding():
    table = np.random.default_rng(0).integers(0, 2, (20, 5)).astype(float)
    noise = np.random.default_rng(1).standard_normal(table.shape)
    merges = [average_linkage(squareform(pdist(each, "sqeuclidean"))) for each in (table, table * (1 + 1e-13 * noise))]
    np.testing.assert_array_equal(merges[0][:, :2], merges[1][:, :2])


@pytest.mark.parametrize("seed", range(3))
def test_no_move_of_one_item_brings_items_closer_to_their_means(seed):
    distance = squareform(pdist(np.random.default_rng(seed).integers(0, 2, (24, 6)).astype(float), "sqeuclidean"))
    start = cut(average_linkage(distance), 5)
    member = settled(start, distance)
    assert spread(member, distance) <= spread(start, distance) + 1e-12
    assert set(member) == set(range(5))
    for item in range(24):
        for group in set(range(5)) - {member[item]}:
            moved = np.where(np.arange(24) == item, group, member)
            if len(set(moved)) == 5:
                assert spread(moved, distance) >= spread(member, distance) - 1e-9
