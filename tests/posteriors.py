"""Small posteriors that several tests look at: drawn once in a process, or made up where it need not be a real one."""

from functools import cache

import numpy as np
import pytest
from scipy.special import expit


@cache
def small(depth=2, curve="network", lapse=0.02, learners=5):
    """Five simulated learners of two layers, 20 blocks of 40 trials, two chains of 200 draws."""
    pytest.importorskip("numpyro")
    from ontogeny.fitting import fit_hierarchical, simulate_learners

    table = simulate_learners(learners, blocks=20, trials=40, half_time=8.0, seed=2)
    found = fit_hierarchical(table, depth=depth, curve=curve, lapse=lapse, draws=200, warmup=200)
    return table, found


@cache
def made_up(depth=2):
    """The same learners with draws scattered about their true curves, in no time; with depth 1, about wrong ones."""
    from ontogeny.fitting import simulate_learners
    from ontogeny.fitting.hierarchy import _data
    from ontogeny.fitting.posterior import posterior_of

    table, rng, shape = (
        simulate_learners(5, blocks=20, trials=40, half_time=8.0, seed=2),
        np.random.default_rng(0),
        (2, 50),
    )
    data = _data(table)
    half = np.array([table.attrs["half_time"][name] for name in data.names]) * np.exp(
        0.05 * rng.normal(size=(*shape, 5))
    )
    start = -4 + 0.3 * rng.normal(size=(*shape, 5))
    passed = data.time / half[..., data.of]
    q = expit(start[..., data.of] * (1 - passed))
    if depth == 1:  # what is known at first scatters too: PSIS refuses draws that are all alike
        q = 1 - (1 - expit(start[..., data.of])) * np.exp(-passed * np.log(2))
    drawn = {
        "right": 0.5 + 0.48 * q, "initial_logit": start, "log_half_time": np.log(half),
        "half_time_center": np.log(half).mean(axis=-1), "half_time_spread": np.log(half).std(axis=-1),
        "start_center": start.mean(axis=-1), "start_spread": start.std(axis=-1),
    }  # fmt: skip
    extra = {name: np.ones(shape) for name in ("accept_prob", "num_steps", "potential_energy")}
    known = {"depth": depth, "chance": 0.5, "lapse": 0.02, "curve": "network", "seed": 0, "warmup": 0}
    return table, posterior_of(data, drawn, extra | {"diverging": np.zeros(shape, dtype=bool)}, known)
