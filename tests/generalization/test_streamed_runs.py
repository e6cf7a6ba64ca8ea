"""Students of a table in pieces: trained on moments of their rows as on the rows themselves."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.generalization import from_data
from ontogeny.generalization.pool import pool_of
from ontogeny.generalization.runs import _run
from ontogeny.generalization.streamed_runs import TrainingSet
from ontogeny.tables.batches import batches_of

ALIKE = 1e-8  # relative: products of rows against the rows themselves
TIMES = np.array([0.0, 0.3, 3.0, 30.0, np.inf])


def rows(count=1000, features=8):
    draw = np.random.default_rng(0)
    x = draw.normal(size=(count, features)) + 5
    return x, (x - 5) @ draw.normal(size=(features, 1)) + draw.normal(size=(count, 1))


@pytest.mark.parametrize("options", [{}, {"intercept": False}, {"standardize": True}])
@pytest.mark.parametrize("samples", [5, 100, 500])
def test_students_are_those_of_the_same_rows_in_memory(options, samples, tmp_path):
    """Fewer rows than features, too: then each student fits its rows."""
    x, y = rows()
    np.save(tmp_path / "x.npy", np.hstack([x, y]))
    found = from_data(tmp_path / "x.npy", "feature 9", samples=samples, times=TIMES, simulate=2, seed=3, **options)
    pool = pool_of(x, y, **options)
    for run in range(2):
        inside = TrainingSet(1000, samples, np.random.default_rng([3, 0, run])).up_to(1000)
        order = np.concatenate([inside, np.setdiff1d(np.arange(1000), inside)])
        train, test, _ = _run(pool, order, samples, TIMES, None)
        scale = train[0]
        np.testing.assert_allclose(found.runs.train_error[0, run], train, rtol=ALIKE, atol=ALIKE * scale)
        np.testing.assert_allclose(found.runs.test_error[0, run], test, rtol=ALIKE)
    assert found.runs.correct is None and found.runs.seed == 3


def test_classes_are_coded_as_in_the_pool(tmp_path):
    x, y = rows()
    np.save(tmp_path / "x.npy", np.hstack([x, np.where(y > 0, 7.0, 3.0)]))
    found = from_data(tmp_path / "x.npy", "feature 9", samples=100, times=TIMES, classes=True, simulate=1)
    assert found.runs.test_error[0, 0, 0] == pytest.approx(found.test_error[0, 0], rel=0.1)  # -1 and 1, not 3 and 7


def test_theory_and_students_agree(tmp_path):
    x, y = rows(4000)
    np.save(tmp_path / "x.npy", np.hstack([x, y]))
    record = from_data(tmp_path / "x.npy", "feature 9", samples=[50, 200], simulate=8)
    assert record.validity["agrees with real training"].holds


def test_training_sets_have_as_many_rows_as_asked_for_from_everywhere():
    for count, samples in ((1000, 500), (1001, 333), (70, 9)):
        chosen = TrainingSet(count, samples, np.random.default_rng(1))
        parts = [chosen.up_to(row) for row in (*range(0, count, 64), count)]
        found = np.concatenate(parts)
        assert found.size == samples == np.unique(found).size
        assert np.all(found >= np.arange(samples) * count // samples)
        assert np.all(found < np.arange(1, samples + 1) * count // samples)


def test_too_many_training_sets_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("ontogeny.generalization.streamed_runs.MOST", 8 * 81 * 5)
    x, y = rows()
    np.save(tmp_path / "x.npy", np.hstack([x, y]))
    source = batches_of(tmp_path / "x.npy")
    assert from_data(source, "feature 9", samples=50, simulate=5).runs is not None
    with pytest.raises(InputError, match=r"simulate is 6, but the moments of 6 training sets .*; write simulate=5 or"):
        from_data(source, "feature 9", samples=50, simulate=6)
    with pytest.raises(InputError, match="learning_rate is 1e\\+03, at which training on these samples diverges"):
        from_data(source, "feature 9", samples=50).lay_training_over(1, learning_rate=1e3)
