"""Effective depth: against fits at single depths, simulated learners of known depth, the confound of unequal layers."""

import os

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.fitting import effective_depth, fit_learning_curve, learning_curve
from ontogeny.modes import chain

RIGHT = [19, 22, 20, 21, 25, 31, 37, 38, 39, 38]
T = np.arange(40.0)
LEARNERS = 2 if os.environ.get("CI") else 30


def drawn(depth, seed, trials=50):
    q = learning_curve(T, half_time=15.0, initial_fraction=0.01, depth=depth)
    return np.random.default_rng(seed).binomial(trials, 0.5 + 0.48 * q)


def test_the_profile_is_that_of_fits_at_each_depth():
    found = effective_depth(range(10), RIGHT, [40] * 10)
    for depth in (1.0, 2.0, 3.0):
        single = fit_learning_curve(range(10), RIGHT, [40] * 10, depth=depth)
        assert found.profile[depth] == pytest.approx(single.log_likelihood[0], abs=1e-5)
    top = max(found.profile.values())
    assert found.likelihood_ratio >= 2 * (top - found.profile[1.0]) - 1e-9
    best = fit_learning_curve(range(10), RIGHT, [40] * 10, depth=found.depth).log_likelihood[0]
    edge = fit_learning_curve(range(10), RIGHT, [40] * 10, depth=found.interval[0]).log_likelihood[0]
    assert best >= top - 1e-6 and 2 * (best - edge) == pytest.approx(3.84, abs=0.05)
    assert found.interval[0] < found.depth < found.interval[1]
    assert "not the network" in repr(found) and found.to_dataframe()["depth"].tolist()[0] == 1.0


@pytest.mark.parametrize("depth", [1.0, 2.0, 3.0])
def test_one_layer_is_told_from_more(depth):
    """Of 30 learners at most 4 are called deeper at depth 1, and at least 29 at depths 2 and 3."""
    called = [effective_depth(T, drawn(depth, seed), [50] * 40).is_deeper_than_one for seed in range(LEARNERS)]
    assert sum(called) <= 4 / 30 * LEARNERS if depth == 1 else sum(called) >= 29 / 30 * LEARNERS


def test_unequal_layers_make_a_deep_network_look_shallow():
    """Three layers of gains 1, 1 and .001 look like 1.48."""
    times = np.linspace(0.0, 12.0, 61)
    u = np.prod(chain.layer_strengths(times, 1.0, [1.0, 1.0, 1e-3]), axis=-1)
    found = effective_depth(times, 1e4 * (0.5 + 0.5 * u), np.full(61, 1e4), lapse=0.0)
    assert 1.3 < found.depth < 1.7


def test_without_learning_there_is_no_depth():
    with pytest.raises(InputError, match="there is no sign of learning, and so no depth of it"):
        effective_depth(range(10), [20, 21, 19, 20, 20, 21, 19, 20, 21, 20], [40] * 10)
    with pytest.raises(InputError, match=r"level is 2, but an interval covers"):
        effective_depth(range(10), RIGHT, [40] * 10, level=2)
