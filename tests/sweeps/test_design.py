"""The runs of a specification, in their order."""

from itertools import product

import pytest

from ontogeny._core.checks import InputError
from ontogeny.sweeps import Specification, design
from ontogeny.sweeps.design import design_of

FIXED = {"environment": "rumelhart", "tau": 2.0}


def test_every_combination_is_run_once_the_last_setting_fastest():
    found = design_of(Specification("predict", FIXED, grid={"depth": [2, 1], "until": [1.0, 3.0, 2.0]}))
    runs = [found.settings(run) for run in range(found.runs)]
    assert [(run["depth"], run["until"]) for run in runs] == list(product([2, 1], [1.0, 3.0, 2.0]))
    assert {run["tau"] for run in runs} == {2.0} and {run["looks"] for run in runs} == {101}
    assert found.varied(4) == {"depth": 1, "until": 3.0} and found.every("depth") == [2, 1]


def test_random_runs_have_one_dimension_and_their_own_values():
    draws = {"depth": [1, 2, 3], "initial_strength": {"from": 1e-5, "to": 1e-2, "spacing": "log"}}
    found = design_of(Specification("predict", FIXED, random=draws, number=20, seed=3))
    again = design_of(Specification("predict", FIXED, random=draws, number=20, seed=4))
    runs = [found.settings(run) for run in range(20)]
    assert found.dims == ("run",) and found.shape == (20,)
    assert len({run["initial_strength"] for run in runs}) == 20 and {run["depth"] for run in runs} == {1, 2, 3}
    assert runs != [again.settings(run) for run in range(20)]
    with pytest.raises(InputError, match=r"initial_strength is -0.*, but a mode that starts at 0"):
        design_of(Specification("predict", FIXED, random={"initial_strength": {"from": -1.0, "to": 1.0}}, number=3))


def test_more_runs_than_a_store_holds_are_refused(monkeypatch):
    monkeypatch.setattr(design, "MOST", 5)
    with pytest.raises(InputError, match="there would be 6 runs, but 5 fit in one store; sweep in parts"):
        design_of(Specification("predict", FIXED, grid={"depth": [1, 2, 3], "until": [1.0, 2.0]}))
