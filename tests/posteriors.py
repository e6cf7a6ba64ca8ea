"""Small posteriors that several tests look at, drawn once in a process."""

from functools import cache

import pytest


@cache
def small(depth=2, curve="network", lapse=0.02, learners=5):
    """Five simulated learners of two layers, 20 blocks of 40 trials, two chains of 200 draws."""
    pytest.importorskip("numpyro")
    from ontogeny.fitting import fit_hierarchical, simulate_learners

    table = simulate_learners(learners, blocks=20, trials=40, half_time=8.0, seed=2)
    found = fit_hierarchical(table, depth=depth, curve=curve, lapse=lapse, draws=200, warmup=200)
    return table, found
