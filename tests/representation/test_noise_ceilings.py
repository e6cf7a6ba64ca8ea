"""Noise ceilings by their definition, over time, with missing pairs."""

import numpy as np
import pytest
import xarray as xr
from scipy.stats import pearsonr, rankdata, spearmanr

from ontogeny import InputError, datasets, simulate
from ontogeny.representation import noise_ceiling, rdm

DRAW = np.random.default_rng(0)
UPPER = np.triu_indices(6, 1)


def people(count=5, noise=0.5, items=6):
    rows, columns = np.triu_indices(items, 1)
    found = np.zeros((count, items, items))
    vectors = DRAW.uniform(size=rows.size) + noise * DRAW.uniform(size=(count, rows.size))
    found[:, rows, columns] = found[:, columns, rows] = vectors
    return found


@pytest.mark.parametrize(("method", "of"), [("pearson", pearsonr), ("spearman", spearmanr)])
def test_the_bounds_are_those_of_their_definition(method, of):
    tables = people()
    vectors = tables[:, UPPER[0], UPPER[1]]
    alike = rankdata(vectors, axis=1) if method == "spearman" else vectors - vectors.mean(axis=1, keepdims=True)
    alike = alike / (1 if method == "spearman" else alike.std(axis=1, keepdims=True))
    with_all = [of(one, alike.mean(axis=0)).statistic for one in vectors]
    with_others = [of(one, np.delete(alike, k, axis=0).mean(axis=0)).statistic for k, one in enumerate(vectors)]
    found = noise_ceiling(tables, method)
    np.testing.assert_allclose(found.with_all, with_all, atol=1e-12)
    np.testing.assert_allclose(found.with_others, with_others, atol=1e-12)
    assert float(found.lower) == pytest.approx(np.mean(with_others))
    assert float(found.upper) == pytest.approx(np.mean(with_all))
    assert found.lower < found.upper


def test_no_model_is_above_the_ceiling():
    """Gradient-free: many candidates near the mean and far from it."""
    tables = people(noise=1.0)
    vectors = tables[:, UPPER[0], UPPER[1]]
    upper = float(noise_ceiling(tables).upper)
    candidates = [
        vectors.mean(axis=0) + size * DRAW.standard_normal(15) for size in (0, 0.01, 0.1, 1) for _ in range(50)
    ]
    assert max(np.mean([pearsonr(one, each).statistic for each in vectors]) for one in candidates) <= upper + 1e-12


def test_ceilings_over_time_are_those_of_every_time():
    child = simulate(datasets.load("rumelhart"), initial_scale=0.3, times=[0.0, 1.0, 4.0], seed=[3, 4, 5])
    distances = rdm(child)
    found = noise_ceiling(distances)
    assert found.lower.dims == ("time",) and found.with_all.dims == ("seed", "time") and found.over == "seed"
    alone = noise_ceiling(distances[:, 2])
    assert float(found.upper[2]) == pytest.approx(float(alone.upper), abs=1e-12)
    table = found.to_dataframe()
    assert list(table.columns) == ["seed", "time", "lower", "upper"] and len(table) == 9
    assert repr(alone).startswith("<NoiseCeiling: 0.") and repr(alone).endswith("(pearson, 3 seeds)>")
    turned = noise_ceiling(distances.transpose("time", "seed", "item", "item_2"))
    np.testing.assert_allclose(turned.upper, found.upper, atol=1e-12)
    other = noise_ceiling(distances.rename(seed="rater"), over="rater")
    np.testing.assert_allclose(other.lower, found.lower, atol=1e-12)


def test_pairs_that_some_do_not_know_are_compared_in_the_others():
    tables = people()
    whole = float(noise_ceiling(tables).upper)
    tables[0, 1, 2] = tables[0, 2, 1] = np.nan
    found = noise_ceiling(tables)
    assert np.isfinite([found.lower, found.upper]).all() and float(found.upper) == pytest.approx(whole, abs=0.2)


def test_what_has_no_ceiling_is_refused():
    with pytest.raises(InputError, match="rdms has 1 dim_0, but a ceiling is what several share"):
        noise_ceiling(people(1))
    named = xr.DataArray(people(), dims=("rater", "item", "item_2"))
    with pytest.raises(InputError, match=r"over is not given, and no dimension of \['rater'\] is one of subjects"):
        noise_ceiling(named)
    with pytest.raises(InputError, match="over is 'subject', but the RDMs have the dimensions"):
        noise_ceiling(named, over="subject")
    with pytest.raises(InputError, match="over is not given"):
        noise_ceiling(people()[0])
    with pytest.raises(InputError, match="method is 'kendall'"):
        noise_ceiling(named, "kendall", over="rater")


@pytest.mark.parametrize("method", ["pearson", "spearman", "rho_a", "cosine"])
def test_a_subject_without_differences_says_nothing(method):
    tables = people()
    silent = np.concatenate([tables, np.zeros((1, 6, 6))])
    with_it, without = (noise_ceiling(each, method) for each in (silent, tables))
    assert float(with_it.lower) == pytest.approx(float(without.lower), abs=1e-9)
    assert float(with_it.upper) == pytest.approx(float(without.upper), abs=1e-9)
