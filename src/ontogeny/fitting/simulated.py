"""Simulated learners, in a table that says so, to try an analysis before there are data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import InputError, finite, not_negative, whole
from .curves import learning_curve

if TYPE_CHECKING:
    import pandas as pd

SIMULATED = "simulated by ontogeny.fitting.simulate_learners: nobody was observed"


def simulate_learners(
    learners: int = 20,
    *,
    blocks: int = 40,
    trials: int = 50,
    half_time: float = 15.0,
    spread: float = 0.3,
    initial_fraction: float = 0.01,
    depth: float = 2.0,
    chance: float = 0.5,
    lapse: float = 0.02,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Right answers of learners that follow the curve of a network, drawn at random.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_simulated.py::test_learners_are_drawn_from_their_curves

    Parameters
    ----------
    learners, blocks, trials : int
        How many, and trials in each block; blocks stand at 0, 1, 2, ...
    half_time : float
        Median half-time of the learners, in blocks.
    spread : float
        Standard deviation of the logarithm of half-times over learners; 0 if all are alike.
    initial_fraction, depth, chance, lapse
        As for `learning_curve` and `fit_learning_curve`.
    seed : int
        Of the random draw.

    Returns
    -------
    DataFrame
        One row for each learner and block: learner, block, correct, trials, and `simulated`, which is True. ``attrs``
        hold what was assumed, and the half-time of every learner.

    Raises
    ------
    InputError
        Numbers that cannot be.

    Examples
    --------
    >>> table = simulate_learners(2, blocks=3, seed=1)
    >>> table.columns.tolist(), len(table), bool(table["simulated"].all())
    (['learner', 'block', 'correct', 'trials', 'simulated'], 6, True)
    """
    import pandas as pd

    many = whole(learners, "learners", 1, "somebody has to learn")
    long = whole(blocks, "blocks", 1, "learning takes a block")
    each = whole(trials, "trials", 1, "a block has a trial")
    if chance < 0 or lapse < 0 or chance + lapse >= 1:
        left = f"is {chance!r} and lapse {lapse!r}, which leaves nothing to learn"
        raise InputError("chance", left, "write 0.5 and 0.02")
    rng = np.random.default_rng(seed)
    width = not_negative(spread, "spread", "a standard deviation")
    halves = finite(half_time, "half_time") * np.exp(width * rng.standard_normal(many))
    digits = len(str(many))
    names = [f"simulated_{number:0{digits}d}" for number in range(1, many + 1)]
    t = np.arange(float(long))
    rows = []
    for name, half in zip(names, halves, strict=True):
        q = learning_curve(t, half_time=float(half), initial_fraction=initial_fraction, depth=depth)
        right = rng.binomial(each, chance + (1 - chance - lapse) * q)
        rows.append(pd.DataFrame({"learner": name, "block": np.arange(long), "correct": right, "trials": each}))
    table = pd.concat(rows, ignore_index=True).assign(simulated=True)
    table.attrs = {
        "simulated": SIMULATED, "depth": depth, "chance": chance, "lapse": lapse, "initial_fraction": initial_fraction,
        "half_time": dict(zip(names, map(float, halves), strict=True)), "seed": seed,
    }  # fmt: skip
    return table
