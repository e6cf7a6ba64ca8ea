"""How inputs vary: what is said of variances alone is what the matrix says."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import Environment
from ontogeny._core.checks import InputError
from ontogeny.environments.variation import MOST_BUILT, Variation

ROUNDED = 1e-13  # sums of a few products in another order
VARIANCES = np.array([2.0, 0.5, 0.0, 1.0])


def test_variances_do_what_their_matrix_does():
    short, long = Variation(VARIANCES), Variation(np.diag(VARIANCES))
    draw = np.random.default_rng(0)
    vectors, maps = draw.standard_normal((4, 3)), draw.standard_normal((2, 5, 4))
    for one in ("inputs", "is_white", "largest"):
        assert getattr(short, one) == getattr(long, one)
    np.testing.assert_array_equal(short.matrix, long.matrix)
    np.testing.assert_allclose(short.of(vectors), long.of(vectors), rtol=ROUNDED)
    np.testing.assert_allclose(short.of(vectors[:, 0]), long.of(vectors[:, 0]), rtol=ROUNDED)
    np.testing.assert_allclose(short.after(maps), long.after(maps), rtol=ROUNDED)
    np.testing.assert_allclose(short.undone(maps[0]), long.undone(maps[0]), rtol=ROUNDED, atol=ROUNDED)


def test_white_inputs_are_one_number():
    for white in (Variation(np.full(3, 0.25)), Variation(0.25 * np.eye(3))):
        assert white.is_white and white.factor == 0.25
    assert not Variation(VARIANCES).is_white and Variation(VARIANCES).factor is VARIANCES
    assert not Variation(np.array([[1.0, 0.1], [0.1, 1.0]])).is_white


def many(**options):
    """A world of so many items that a matrix of them would take 20 gigabytes."""
    table = pd.DataFrame(np.random.default_rng(0).standard_normal((50_000, 3)), columns=list("abc"))
    return Environment.from_dataframe(table, **options)


@pytest.mark.parametrize("normalization", ["sum", "mean", "white"])
def test_a_world_of_many_items_needs_no_matrix_of_them(normalization):
    world = many(normalization=normalization)
    values = world.targets
    divisor = {"sum": 1.0, "mean": len(values), "white": np.sqrt(len(values))}[normalization]
    expected = np.linalg.svd(values, compute_uv=False) / divisor
    np.testing.assert_allclose(world.spectrum().singular_values, expected, rtol=1e-10)
    assert world.is_white and world.to_dataframe().shape == (150_000, 3)
    np.testing.assert_allclose(world.along(world.best_map.T), values, rtol=1e-9)
    assert float(world.loss_of_map(world.best_map)) == pytest.approx(0, abs=1e-20)
    assert "50000 items, 3 features, 3 modes" in world.summary()


def test_frequencies_need_no_matrix_either():
    world = many(frequency=np.arange(1, 50_001))
    assert not world.is_white
    np.testing.assert_allclose(world.best_map.T, world.targets, rtol=1e-10)


def test_a_matrix_of_many_items_is_refused():
    world = many()
    for ask in (lambda: world.input_correlation, lambda: world.probes, lambda: world.inputs):
        with pytest.raises(InputError, match=r"50000 times 50000 inputs would take 20 gigabytes.*variation.variances"):
            ask()
    assert Variation(np.ones(3)).matrix.tolist() == np.eye(3).tolist() and MOST_BUILT < 50_000
