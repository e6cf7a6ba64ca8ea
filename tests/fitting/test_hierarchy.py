"""Posteriors of learning curves: learners found again, what is fitted, checks that are said, the tree they lie in."""

import os

import numpy as np
import pytest
import xarray as xr
from scipy.special import expit, logit, logsumexp
from scipy.stats import binom

from ontogeny import InputError
from ontogeny.fitting import compare_posteriors, fit_hierarchical, fit_learning_curve, simulate_learners
from ontogeny.fitting.posterior import LearningPosterior
from posteriors import made_up, small

pytest.importorskip("numpyro")
FULL = not os.environ.get("CI")


def test_learners_are_found_again():
    """Intervals of 95% hold the true half-times (of five learners, four at least), medians are those of single fits."""
    table, found = small()
    rows = found.to_dataframe().set_index("learner")
    true = table.attrs["half_time"]
    inside = [rows.loc[name, "half_time_low"] < half < rows.loc[name, "half_time_high"] for name, half in true.items()]
    assert sum(inside) >= 4 and list(rows.index) == list(true)
    for name, own in table.groupby("learner"):
        single = fit_learning_curve(own["block"], own["correct"], own["trials"])
        width = rows.loc[name, "half_time_high"] - rows.loc[name, "half_time_low"]
        assert rows.loc[name, "half_time"] == pytest.approx(single.half_time, abs=0.35 * width)
    assert "LearningPosterior of 5 learners" in repr(found) and "depth 2, chance 0.5, lapse 0.02" in repr(found)


def test_the_tree_holds_what_arviz_names():
    table, found = small()
    assert list(found.tree.children) == [
        "posterior", "sample_stats", "log_likelihood", "observed_data", "posterior_predictive",
    ]  # fmt: skip
    assert found.group("posterior")["half_time"].dims == ("chain", "draw", "learner")
    right = found.group("posterior_predictive")["right"].values
    told = found.group("log_likelihood")["correct"].values
    np.testing.assert_allclose(told, binom.logpmf(table["correct"], table["trials"], right), atol=1e-9)
    assert found.group("observed_data")["correct"].values.tolist() == table["correct"].tolist()
    p = found.predictive_p
    assert set(p) == set(found.learners) and all(0.001 < each < 0.999 for each in p.values())


def test_the_tree_is_written_and_read(tmp_path):
    _, found = small()
    found.tree.to_netcdf(tmp_path / "posterior.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "posterior.nc", engine="h5netcdf") as read:
        again = LearningPosterior(read.load())
    assert again.settings == found.settings
    assert again.to_dataframe().equals(found.to_dataframe())


def test_what_is_wrong_is_said():
    """Draws that are made to diverge, and chains that are made to disagree."""
    _, found = small()
    tree = found.tree.copy(deep=True)
    tree["sample_stats"]["diverging"].values[0, :3] = True
    tree["posterior"]["half_time"].values[0, :, 1] += 2.0
    told = LearningPosterior(tree).problems
    assert told[0].startswith("3 draws diverged")
    assert "R-hat of half_time of simulated_2 is" in told[1] and "effective draws, fewer than 200" in told[2]


def test_answers_that_scatter_too_much_are_seen():
    """Every other block far above the curve, every other far below."""
    table, _ = small()
    wild = table.copy()
    sign = np.where(wild["block"] % 2, 1, -1)
    wild["correct"] = np.clip(wild["correct"] + 6 * sign, 0, wild["trials"])
    found = fit_hierarchical(wild, draws=200, warmup=100, chains=1)
    assert max(found.predictive_p.values()) < 0.01


def test_a_lapse_and_a_depth_are_fitted_for_all():
    _, found = small(depth="fit", lapse="fit")
    posterior = found.group("posterior")
    assert posterior["depth"].dims == posterior["lapse"].dims == ("chain", "draw")
    low, high = np.quantile(posterior["depth"].values, [0.025, 0.975])
    assert low < 2 < high and low > 1.2
    assert np.quantile(posterior["lapse"].values, 0.025) < 0.02 < np.quantile(posterior["lapse"].values, 0.975)
    assert "depth fitted" in repr(found) and found.settings["depth"] == "fit"


def test_one_learner_has_no_population():
    _, found = small(learners=1)
    assert "median_half_time" not in found.group("posterior") and not found.divergences


def test_seeds_make_the_same_draws():
    table, found = small(learners=1)
    draws = [fit_hierarchical(table, draws=200, warmup=200, seed=seed).group("posterior") for seed in (0, 1)]
    assert draws[0].equals(found.group("posterior")) and not draws[1].equals(draws[0])


def test_leaving_out_as_by_hand():
    """One block left out and predicted by a new posterior: PSIS-LOO is off by less than .1 of its logarithm."""
    table, found = small()
    pytest.importorskip("arviz")
    found = compare_posteriors({"two layers": found, "made up": made_up(depth=1)[1]})
    place = 29  # in the middle of the rise of the second learner
    rest = table.drop(index=place)
    again = fit_hierarchical(rest, draws=400, warmup=200, chains=1).group("posterior")
    name, time = table.loc[place, "learner"], float(table.loc[place, "block"])
    own = again.sel(learner=name)
    q = expit(logit(own["initial_fraction"].values) * (1 - time / own["half_time"].values))
    each = binom.logpmf(table.loc[place, "correct"], 40, 0.5 + 0.48 * q)
    assert found.elpd[0, place] == pytest.approx(logsumexp(each) - np.log(each.size), abs=0.1)


@pytest.mark.skipif(not FULL, reason="two minutes; the same claim in small is above")
def test_twenty_learners_without_problems():
    """2 x 1000 draws after 1000: no divergences, R-hat below 1.02, more than 200 effective draws."""
    found = fit_hierarchical(simulate_learners(20, seed=1))
    assert found.problems == ()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (dict(curve="cubic"), "curve is 'cubic', but it must be one of"),
        (dict(depth="deep"), "depth is 'deep', which is no number; write 2, or 'fit'"),
        (dict(chance="fit"), "chance is 'fit', but it has to be known here"),
        (dict(draws=1), "draws is 1, but a posterior takes draws"),
        (dict(answers=simulate_learners(1).drop(columns="trials")), "answers lacks the column 'trials'"),
    ],
)
def test_refusals(change, match):
    with pytest.raises(InputError, match=match):
        fit_hierarchical(**({"answers": simulate_learners(1)} | change))
