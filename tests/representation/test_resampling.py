"""Bootstrap of agreements: what a draw is, how wide it is, what is refused."""

import numpy as np
import pytest
import xarray as xr

from ontogeny import InputError
from ontogeny.representation import bootstrap_similarity, resampling, similarity

DRAW = np.random.default_rng(0)


def distances(items, units, signal=None, noise=1.0):
    active = noise * DRAW.standard_normal((units, items)) + (0 if signal is None else signal)
    return np.sum((active[:, :, None] - active[:, None]) ** 2, axis=0)


@pytest.mark.parametrize("method", ["pearson", "spearman", "tau_a", "cosine_cov"])
def test_a_draw_of_items_is_the_similarity_of_their_tables(method):
    a, b = distances(7, 5), distances(7, 5)
    found = bootstrap_similarity(a, b, method, samples=5, seed=3)
    rng = np.random.default_rng(3)
    for sample in range(5):
        drawn = np.sort(rng.integers(7, size=7))
        same = (drawn[:, None] == drawn) & ~np.eye(7, dtype=bool)
        tables = [np.where(same, np.nan, part[np.ix_(drawn, drawn)]) for part in (a, b)]
        assert float(found.draws[sample]) == pytest.approx(float(similarity(*tables, method)), abs=1e-12)
    assert float(found.estimate) == float(similarity(a, b, method))


def test_a_draw_of_subjects_is_the_mean_over_those_drawn():
    subjects = xr.DataArray(np.stack([distances(6, 4) for _ in range(4)]), dims=("subject", "item", "item_2"))
    model = distances(6, 4)
    found = bootstrap_similarity(subjects, model, over="subject", samples=10, seed=1)
    each = similarity(subjects, model).values
    rng = np.random.default_rng(1)
    np.testing.assert_allclose(found.draws, [each[rng.integers(4, size=4)].mean() for _ in range(10)], atol=1e-12)
    assert float(found.estimate) == pytest.approx(each.mean())
    both = bootstrap_similarity(subjects, model, over=["subject", "item"], samples=200)
    assert float(both.standard_error) > float(bootstrap_similarity(subjects, model, over="subject").standard_error)
    assert float(found.standard_error) == pytest.approx(np.std(found.draws.values, ddof=1), abs=1e-12)
    seeds = xr.concat([subjects, subjects * np.arange(36).reshape(6, 6)], dim="seed")
    of_both = bootstrap_similarity(seeds, model, over=["subject", "seed"], samples=4)
    assert of_both.estimate.dims == () and of_both.draws.dims == ("sample",)
    assert float(of_both.estimate) == pytest.approx(float(similarity(seeds, model).mean()), abs=1e-12)
    times = subjects.expand_dims(time=[0.0, 1.0])
    over_time = bootstrap_similarity(times, model, over="subject", samples=10, seed=1)
    assert over_time.draws.dims == ("sample", "time") and over_time.estimate.dims == ("time",)
    np.testing.assert_allclose(over_time.draws[:, 1], found.draws, atol=1e-12)


def test_the_error_is_that_of_other_items():
    """Against the spread over fresh items; a bootstrap of 40 of them is right within a third."""

    def pair(items):
        signal = DRAW.standard_normal((3, items))
        return [distances(items, 3, signal, noise=0.7) for _ in range(2)]

    fresh = np.std([float(similarity(*pair(40))) for _ in range(200)])
    errors = [float(bootstrap_similarity(*pair(40), samples=200).standard_error) for _ in range(8)]
    assert np.mean(errors) == pytest.approx(fresh, rel=1 / 3)


def test_an_interval_and_a_table():
    a = distances(8, 3)
    found = bootstrap_similarity(a, distances(8, 3), samples=100)
    lower, upper = found.interval()
    np.testing.assert_allclose([lower, upper], np.quantile(found.draws, [0.025, 0.975]), atol=1e-12)
    wide, narrow = (float(np.ptp(found.interval(level).values)) for level in (0.99, 0.5))
    assert wide > narrow
    assert list(found.to_dataframe().columns) == ["similarity", "standard_error", "lower", "upper"]
    times = xr.DataArray(np.stack([distances(8, 3)] * 2), dims=("time", "item", "item_2"), coords={"time": [0.0, 1.0]})
    table = bootstrap_similarity(times, distances(8, 3), samples=20).to_dataframe()
    assert table["time"].tolist() == [0.0, 1.0] and (table["lower"] <= table["upper"]).all()
    assert repr(found).startswith("<SimilarityBootstrap: ") and "100 draws of items" in repr(found)
    silent = bootstrap_similarity(np.zeros((2, 8, 8)) + np.stack([0 * a, a]), a, samples=10)
    assert np.isnan(silent.interval()[:, 0]).all() and np.isfinite(silent.interval()[:, 1]).all()
    with pytest.raises(InputError, match="level is 95, but it is the share inside"):
        found.interval(95)


def test_a_draw_of_too_few_different_items_is_drawn_again(monkeypatch):
    draws = iter([[0, 0, 0, 1], [2, 2, 2, 2], [0, 1, 2, 2]])

    class Loaded:
        def integers(self, high, size):
            return np.array(next(draws))

    assert resampling._drawn_items(Loaded(), 4).tolist() == [0, 1, 2, 2]


def test_pairs_that_are_missing_stay_missing():
    a, b = distances(5, 3), distances(5, 3)
    a[0, 1:4] = a[1:4, 0] = np.nan
    found = bootstrap_similarity(a, b, samples=200)
    assert np.isfinite(found.draws).sum() > 100 and np.isfinite(found.interval()).all()


def test_what_cannot_be_drawn_is_refused():
    a = distances(5, 3)
    for over, told in (("subject", "over is 'subject', but there are items and"), ([], "over is empty")):
        with pytest.raises(InputError, match=told):
            bootstrap_similarity(a, a, over=over)
    with pytest.raises(InputError, match="samples is 1, but an interval needs several"):
        bootstrap_similarity(a, a, samples=1)
    with pytest.raises(InputError, match="seed is -1, but seeds count from 0"):
        bootstrap_similarity(a, a, seed=-1)
    with pytest.raises(InputError, match="method is 'kendall'"):
        bootstrap_similarity(a, a, "kendall")
