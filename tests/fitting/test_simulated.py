"""Simulated learners: drawn from their curves, and marked as simulated."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.fitting import learning_curve, simulate_learners


def test_learners_are_drawn_from_their_curves():
    """Shares over 20 learners with one half-time differ from the curve by four standard errors at most."""
    table = simulate_learners(20, spread=0.0, depth=3.0, trials=400, seed=4)
    share = table.groupby("block")["correct"].sum() / 8000
    q = learning_curve(np.arange(40.0), half_time=15.0, initial_fraction=0.01, depth=3.0)
    p = 0.5 + 0.48 * q
    assert np.all(np.abs(share - p) < 4 * np.sqrt(p * (1 - p) / 8000))


def test_they_say_that_they_are_simulated():
    table = simulate_learners(12, blocks=5, seed=1)
    assert table["simulated"].all() and "nobody was observed" in table.attrs["simulated"]
    assert table["learner"].iloc[0] == "simulated_01" and len(set(table.attrs["half_time"].values())) == 12
    again = simulate_learners(12, blocks=5, seed=1)
    assert again.equals(table) and not simulate_learners(12, blocks=5, seed=2).equals(table)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (dict(learners=0), "learners is 0, but somebody has to learn"),
        (dict(chance=0.99, lapse=0.02), "chance is 0.99 and lapse 0.02, which leaves nothing to learn"),
        (dict(spread=-1.0), "spread is -1.0, but a standard deviation is not negative"),
        (dict(half_time=-2.0), "half_time is -"),
    ],
)
def test_refusals(change, match):
    with pytest.raises(InputError, match=match):
        simulate_learners(**({"learners": 2} | change))
