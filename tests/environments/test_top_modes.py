"""The strongest modes, by iteration: those of the whole world, of any kind of table, and ties whole or not at all."""

import numpy as np
import pytest
import scipy.sparse

from ontogeny import Environment, InputError
from ontogeny.environments import top_modes

ALIKE = 1e-10  # relative: the iteration ends at the precision of numbers, vectors at that over the gap


def sparse_table(rows=120, columns=90, seed=0):
    draw = np.random.default_rng(seed)
    return scipy.sparse.csr_array(draw.random((rows, columns)) * (draw.random((rows, columns)) < 0.1))


def assert_first(found, wanted, count):
    np.testing.assert_allclose(found.singular_values, wanted.singular_values[:count], rtol=ALIKE)
    np.testing.assert_allclose(found.input_variances, wanted.input_variances[:count], rtol=ALIKE)
    np.testing.assert_allclose(found.output_modes, wanted.output_modes[:, :count], rtol=0, atol=1e-7)
    np.testing.assert_allclose(found.input_modes, wanted.input_modes[:, :count], rtol=0, atol=1e-7)


@pytest.mark.parametrize("normalization", ["sum", "mean", "white"])
def test_the_strongest_modes_are_those_of_the_whole_world(normalization, tmp_path):
    import pandas as pd

    table = sparse_table()
    wanted = Environment.from_dataframe(pd.DataFrame(table.toarray()), normalization=normalization).spectrum()
    np.save(tmp_path / "table.npy", table.toarray())
    for same in (table, table.tocoo(), table.toarray(), tmp_path / "table.npy"):
        assert_first(top_modes(same, modes=3, normalization=normalization), wanted, 3)


def test_of_samples():
    y, x = sparse_table(), np.random.default_rng(1).normal(size=(120, 40))
    wanted = Environment.from_arrays(x, y.toarray()).spectrum()
    assert_first(top_modes(y, x, modes=3), wanted, 3)
    assert_first(top_modes(y, scipy.sparse.csr_array(x), modes=3), wanted, 3)


def test_all_modes_of_a_small_world():
    table = np.random.default_rng(0).normal(size=(50, 4))
    found = top_modes(table, modes=10)
    assert found.singular_values.size == 4
    np.testing.assert_allclose(found.singular_values, np.linalg.svd(table, compute_uv=False), rtol=ALIKE)


def test_modes_that_are_zero_are_none():
    draw = np.random.default_rng(0)
    table = scipy.sparse.csr_array(draw.normal(size=(60, 2)) @ draw.normal(size=(2, 50)))
    assert top_modes(table, modes=5).singular_values.size == 2


def test_ties_are_found_whole_or_left_out():
    """Twenty tied modes behind two single ones: asking for five gives two."""
    sizes = np.concatenate([[5.0, 3.0], np.ones(20), np.full(60, 0.1)])
    table = scipy.sparse.diags_array(sizes).tocsr()
    assert top_modes(table, modes=5).singular_values.round(9).tolist() == [5.0, 3.0]
    assert top_modes(table, modes=13).singular_values.size == 22  # 23 are looked at
    with pytest.raises(InputError, match="modes is 2, but the 12 strongest modes are all equally strong, and tied"):
        top_modes(scipy.sparse.eye_array(60), modes=2)


def test_signs_do_not_hang_on_rounding():
    table = sparse_table()
    wiggled = table * (1 + 1e-13)
    one, two = top_modes(table, modes=4), top_modes(wiggled, modes=4)
    assert np.all(np.sum(one.output_modes * two.output_modes, axis=0) > 0)


def test_what_cannot_be_used_is_refused():
    bad = sparse_table()
    bad.data[3] = np.nan
    with pytest.raises(InputError, match="targets are of type float64 or not all finite"):
        top_modes(bad)
    with pytest.raises(InputError, match="targets come from an iterator, but they are read several times"):
        top_modes(iter([np.ones((3, 2))]))
    with pytest.raises(InputError, match="inputs have 3 rows and targets 120"):
        top_modes(sparse_table(), np.ones((3, 2)))
    with pytest.raises(InputError, match="features has 1 names, but targets have 90 columns"):
        top_modes(sparse_table(), features=["a"])
    with pytest.raises(InputError, match="modes is 0, but at least one mode is found"):
        top_modes(sparse_table(), modes=0)
    with pytest.raises(InputError, match="modes is 2, but there are none"):
        top_modes(np.zeros((30, 40)), modes=2)
    with pytest.raises(InputError, match="normalization is 'white', but it must be one of 'sum', 'mean'"):
        top_modes(sparse_table(), np.ones((120, 2)), normalization="white")
    holes = np.ones((4, 3))
    holes[1, 2] = np.nan
    with pytest.raises(InputError, match="the array holds a missing value in row 2 of column 'feature 3'"):
        top_modes(holes)
