"""The door to ArviZ, and leave-one-out cross-validation against fitting again."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.fitting import compare_posteriors, fit_hierarchical, to_arviz
from ontogeny.fitting.posterior import LearningPosterior
from posteriors import small

pytest.importorskip("arviz")


def test_arviz_reads_what_was_drawn():
    _, found = small()
    handed = to_arviz(found)
    assert {"posterior", "log_likelihood", "observed_data"} <= set(getattr(handed, "children", None) or handed.groups())
    np.testing.assert_array_equal(handed["posterior"]["half_time"].values, found.group("posterior")["half_time"].values)


def test_leaving_out_as_by_hand():
    """One block left out and predicted by a new posterior: PSIS-LOO is off by less than .1 of its logarithm."""
    table, found = small()
    found = compare_posteriors({"two layers": found, "one layer": small(depth=1)[1]})
    assert found.names == ("two layers", "one layer") and found.behind[1] > 3 * found.behind_error[1]
    place = 29  # in the middle of the rise of the second learner
    rest = table.drop(index=place)
    again = fit_hierarchical(rest, draws=400, warmup=200, chains=1).group("posterior")
    name, time = table.loc[place, "learner"], float(table.loc[place, "block"])
    from scipy.special import expit, logit, logsumexp
    from scipy.stats import binom

    own = again.sel(learner=name)
    q = expit(logit(own["initial_fraction"].values) * (1 - time / own["half_time"].values))
    each = binom.logpmf(table.loc[place, "correct"], 40, 0.5 + 0.48 * q)
    assert found.elpd[0, place] == pytest.approx(logsumexp(each) - np.log(each.size), abs=0.1)
    assert found.to_dataframe()["posterior"].tolist() == ["two layers", "one layer"]
    assert "two layers predicts best; one layer" in repr(found)


def test_refusals():
    _, found = small()
    others = found.tree.copy(deep=True)
    others["observed_data"]["correct"].values[0] += 1
    with pytest.raises(InputError, match="posteriors holds 1, but a comparison takes two"):
        compare_posteriors({"one": found})
    with pytest.raises(InputError, match="posteriors are of different answers"):
        compare_posteriors({"these": found, "others": LearningPosterior(others)})
