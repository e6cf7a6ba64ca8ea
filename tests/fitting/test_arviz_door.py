"""The door to ArviZ; leaving out against fitting again is in test_hierarchy.py."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.fitting import compare_posteriors, to_arviz
from ontogeny.fitting.posterior import LearningPosterior
from posteriors import made_up

pytest.importorskip("arviz")


def test_arviz_reads_what_was_drawn():
    _, found = made_up()
    handed = to_arviz(found)
    assert {"posterior", "log_likelihood", "observed_data"} <= set(getattr(handed, "children", None) or handed.groups())
    np.testing.assert_array_equal(handed["posterior"]["half_time"].values, found.group("posterior")["half_time"].values)


def test_the_posterior_that_predicts_better_comes_first():
    two, one = made_up()[1], made_up(depth=1)[1]
    found = compare_posteriors({"one layer": one, "two layers": two})
    assert found.names == ("two layers", "one layer") and found.behind[1] > 3 * found.behind_error[1]
    assert found.to_dataframe()["posterior"].tolist() == ["two layers", "one layer"]
    assert "two layers predicts best; one layer" in repr(found)


def test_refusals():
    _, found = made_up()
    others = found.tree.copy(deep=True)
    others["observed_data"]["correct"].values[0] += 1
    with pytest.raises(InputError, match="posteriors holds 1, but a comparison takes two"):
        compare_posteriors({"one": found})
    with pytest.raises(InputError, match="posteriors are of different answers"):
        compare_posteriors({"these": found, "others": LearningPosterior(others)})
