"""One pass: the same numbers from any source, by any number of workers, and in bounded memory."""

import tracemalloc

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.environments import passes
from ontogeny.environments.moments import partial_moments
from ontogeny.environments.passes import block_rows, one_pass, stretch_blocks
from ontogeny.tables.batches import batches_of


def moments(blocks, row, shift):
    return partial_moments(blocks, shift)


@pytest.fixture
def short_stretches(monkeypatch):
    """Stretches of two blocks, so that a small table has several."""
    monkeypatch.setattr(passes, "stretch_blocks", lambda columns: 2)


def table(rows=11_000, columns=5):
    return np.random.default_rng(0).normal(size=(rows, columns)) + 3


def pieces(x, size):
    return (x[first : first + size] for first in range(0, len(x), size))


def same(one, two):
    return all(np.array_equal(getattr(one, name), getattr(two, name)) for name in ("shift", "sums", "products"))


@pytest.mark.usefixtures("short_stretches")
def test_batches_of_any_size_give_the_same_bits():
    x = table()
    found = one_pass(batches_of(x), moments).summary
    assert found.rows == 11_000
    for size in (1, 77, 2048, 20_000):
        assert same(found, one_pass(batches_of(pieces(x, size)), moments).summary)


@pytest.mark.usefixtures("short_stretches")
def test_workers_give_the_same_bits(tmp_path):
    pytest.importorskip("distributed")
    x = table()
    np.save(tmp_path / "x.npy", x)
    stored = batches_of(tmp_path / "x.npy")
    found, by_workers = one_pass(stored, moments), one_pass(stored, moments, workers=2)
    assert same(found.summary, by_workers.summary)
    assert np.array_equal(found.head, by_workers.head) and np.array_equal(found.head, x[:1000])


def test_an_error_of_a_worker_is_the_same_sentence(tmp_path):
    distributed = pytest.importorskip("distributed")
    x = table()
    x[9000, 2] = np.nan
    np.save(tmp_path / "x.npy", x)
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        pytest.raises(InputError, match="holds a missing value in row 9001 of column 'feature 3', and nothing is"),
    ):
        one_pass(batches_of(tmp_path / "x.npy"), moments, workers=client)


def test_memory_does_not_grow_with_rows():
    """Ten times as many rows: not a block more, where all of them would need 27 blocks."""
    columns = 200
    size = block_rows(columns)
    peaks = []
    for blocks in (3, 30):
        draw = np.random.default_rng(0)
        source = (draw.normal(size=(size, columns)) for _ in range(blocks))
        tracemalloc.start()
        one_pass(batches_of(source), moments)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert abs(peaks[1] - peaks[0]) < 8 * size * columns


def test_blocks_and_stretches_are_bounded():
    for columns in (1, 10, 100, 1000, 10_000):
        assert block_rows(columns) % 8 == 0
        assert 8 * columns * block_rows(columns) <= 64e6
        assert 8 * columns * block_rows(columns) * stretch_blocks(columns) <= 512e6


@pytest.mark.parametrize(("bad", "said"), [(np.nan, "a missing value"), (-np.inf, "an infinite value")])
def test_what_is_not_finite_is_refused_by_row_and_column(bad, said):
    x = table()
    x[7000, 1] = bad
    with pytest.raises(InputError, match=f"the array holds {said} in row 7001 of column 'feature 2'"):
        one_pass(batches_of(x), moments)
    x[2, 4] = bad
    with pytest.raises(InputError, match=f"holds {said} in row 3 of column 'feature 5'"):
        one_pass(batches_of(x), moments)


def test_large_numbers_are_finite():
    x = table()
    x[:2, 0] = 1.7e308  # their sum is not
    assert one_pass(batches_of(x), moments).summary.rows == 11_000


def test_too_many_columns_and_workers_are_refused():
    wide = batches_of(np.broadcast_to(1.0, (3, 10_001)))
    with pytest.raises(InputError, match=r"has 10001 columns, and products of all pairs would take 0\.8 GB; find its"):
        one_pass(wide, moments)
    with pytest.raises(InputError, match="workers is 0, but at least one process reads"):
        one_pass(batches_of(table()), moments, workers=0)
    with pytest.raises(InputError, match="workers are several, but an iterator is read by one process"):
        one_pass(batches_of(pieces(table(), 10)), moments, workers=2)
