"""The law of coherence: printed overlaps, its ends, and one table turned on its side."""

import numpy as np
import pytest

from ontogeny.random_matrices import spiked
from ontogeny.semantics import category_coherence, category_overlap

PRINTED = 6e-4  # three digits
TABLE = {1.5: (0.378, 0.286), 2.0: (0.554, 0.439), 4.0: (0.797, 0.693), 8.0: (0.904, 0.837)}


@pytest.mark.parametrize("c", TABLE)
def test_printed_overlaps(c):
    found = category_overlap(c, items=500, features=1000)
    assert tuple(map(float, found)) == pytest.approx(TABLE[c], abs=PRINTED)
    swapped = category_overlap(c, items=1000, features=500)
    np.testing.assert_allclose(swapped, found[::-1])


def test_printed_singular_values():
    ratio = 0.5
    s = [float(spiked.top_singular_value(np.sqrt(c * np.sqrt(ratio)), ratio)) for c in (1.5, 8.0)]
    assert s == pytest.approx([1.741, 2.692], abs=PRINTED)


def test_threshold_is_at_one():
    for items, features in ((500, 1000), (300, 300), (900, 200)):
        below, above = (category_overlap(c, items=items, features=features) for c in (1 - 1e-9, 1 + 1e-3))
        assert below == (0, 0) and 0 < above[0] < 0.01 and 0 < above[1] < 0.01


def test_ends():
    sizes = {"category_items": 5, "category_features": 6, "items": 50, "features": 60}
    assert category_coherence(0.5, 0.0, **sizes) == category_coherence(0.5, 1.0, **sizes) == np.inf
    assert category_coherence(0.0, 0.0, **sizes) == 0 == category_coherence(0.4, 0.4, **sizes)
    assert category_overlap(np.inf, items=50, features=60) == (1, 1)
    assert category_coherence(0.8, 0.3, **sizes) == pytest.approx(0.25 / 0.21 * 30 / np.sqrt(3000))
    assert category_coherence(0.8, 0.3, **sizes) == pytest.approx(
        category_coherence(0.2, 0.7, **sizes)
    )  # no is as good
