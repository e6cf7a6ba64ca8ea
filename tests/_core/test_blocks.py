import numpy as np
import pytest

from ontogeny._core.blocks import BLOCK, in_blocks


@pytest.mark.parametrize(
    "shapes",
    [
        [(), ()],
        [(BLOCK + 1,), ()],
        [(3, 1), (2 * BLOCK + 5,)],
        [(2 * BLOCK + 5, 1), (3,)],
        [(7, 1, 1), (1, 501, 1), (11,)],
        [(0,), (BLOCK, 1)],
    ],
)
def test_blocks_give_what_the_whole_gives(shapes):
    generator = np.random.default_rng(0)
    x, y, *rest = [generator.normal(size=shape) for shape in shapes]
    arguments = (x, y, *rest)

    def formula(*parts):
        return sum(part**number for number, part in enumerate(parts, start=1))

    found, whole = in_blocks(formula, *arguments), formula(*arguments)
    assert found.shape == whole.shape
    np.testing.assert_array_equal(found, whole)


def test_no_block_is_much_larger_than_the_cache_allows():
    seen = []
    in_blocks(lambda x, y: seen.append((x + y).size) or x + y, np.zeros((1000, 1)), np.zeros(333))
    assert max(seen) <= BLOCK and sum(seen) == 333_000
