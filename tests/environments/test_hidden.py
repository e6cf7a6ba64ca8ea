"""A hidden category: where it is, how often its block says yes, and what cannot be drawn."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.environments import hidden_category

SHAPE = {"category_items": 60, "category_features": 80, "inside": 0.8, "outside": 0.3}


def test_the_block_is_drawn_with_its_own_probability():
    world = hidden_category(200, 300, **SHAPE, seed=1)
    block, rest = world.targets[:60, :80], np.concatenate([world.targets[:60, 80:].ravel(), world.targets[60:].ravel()])
    assert block.mean() == pytest.approx(0.8, abs=4 * np.sqrt(0.8 * 0.2 / block.size))  # four standard errors
    assert rest.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / rest.size))
    assert set(np.unique(world.targets)) == {0.0, 1.0}
    assert world.category == ("hidden",) * 60 + ("rest",) * 140
    assert world.is_white and world.normalization == "sum"


def test_seeds_name_the_draw():
    one, same, other = (hidden_category(20, 30, **SHAPE | {"category_items": 5, "category_features": 6}, seed=seed)
                        for seed in (0, 0, 1))  # fmt: skip
    np.testing.assert_array_equal(one.targets, same.targets)
    assert np.any(one.targets != other.targets)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"category_items": 300}, "category_items is 300, but the table has only 200; write 1 to 200"),
        ({"category_features": 0}, "category_features is 0, but an empty category hides nothing; write 1 or more"),
        ({"inside": 1.2}, "inside is 1.2, but it is a probability; write a number from 0 to 1"),
        ({"outside": "x"}, "outside is 'x', which is not a number"),
    ],
)
def test_what_cannot_be_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        hidden_category(200, 300, **(SHAPE | change))
