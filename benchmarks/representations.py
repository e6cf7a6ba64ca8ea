"""Distances between items over the course of learning, and chains of layers, beside what one would write by hand."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import numpy as np
from scipy.integrate import solve_ivp
from scipy.spatial.distance import pdist

import ontogeny as on
from generalization import seconds

Row = tuple[str, float, str, float, str, float]
TIMES = 100


def rows() -> Iterator[Row]:
    """RDM movies of worlds of three sizes, then the law of a chain of three layers at three numbers of times."""
    for items in (20, 80, 240):
        world = on.Environment.from_arrays(np.eye(items), np.random.default_rng(0).standard_normal((items, 60)))
        theory = on.predict(world, times=np.linspace(0, 10, TIMES))
        hidden = theory.hidden(1).transpose("time", "item", "unit").values
        ours = seconds(lambda theory=theory: on.representation.rdm(theory, 1))
        hand = seconds(lambda hidden=hidden: [pdist(each, "sqeuclidean") for each in hidden])
        floor = seconds(lambda hidden=hidden: hidden @ hidden.swapaxes(1, 2))
        yield f"rdm, {items} items x {TIMES} times", ours, "SciPy pdist of each time", hand, "bare products", floor
    if importlib.util.find_spec("rsatoolbox"):
        yield from recorded_rows()
    starts = np.array([0.1, 0.2, 0.3])
    for count in (10, 100, 1000):
        times = np.linspace(0, 10, count)

        def velocity(_: float, a: np.ndarray) -> np.ndarray:
            return (1.0 - a.prod()) * a.prod() / a

        ours = seconds(lambda times=times: on.modes.chain.layer_strengths(times, 1.0, starts))
        hand = seconds(
            lambda times=times: solve_ivp(velocity, (0, 10), starts, "DOP853", t_eval=times, rtol=1e-10, atol=1e-12)
        )
        floor = seconds(lambda times=times: np.exp(-times))
        yield f"modes.chain, 3 layers x {count}", ours, "SciPy DOP853, rtol 1e-10", hand, "one np.exp", floor


def recorded_rows() -> Iterator[Row]:
    """RDM movies of recorded activity, three numbers of times, beside those of rsatoolbox."""
    from rsatoolbox.data import TemporalDataset
    from rsatoolbox.rdm import calc_rdm_movie

    for times in (20, 60, 200):
        activity = np.random.default_rng(0).standard_normal((times, 64, 32))  # time, unit, item
        recording = on.representation.Recording(None, np.arange(times), {"V1": activity}, items=range(32))
        trials = TemporalDataset(
            np.moveaxis(activity, (0, 1, 2), (2, 1, 0)), obs_descriptors={"item": list(range(32))},
            time_descriptors={"time": list(range(times))},
        )  # fmt: skip
        ours = seconds(lambda recording=recording: on.representation.rdm(recording))
        theirs = seconds(lambda trials=trials: calc_rdm_movie(trials, method="euclidean", descriptor="item"))
        floor = seconds(lambda activity=activity: activity.swapaxes(1, 2) @ activity)
        work = f"rdm, recorded, 32 items x {times} times"
        yield work, ours, "rsatoolbox calc_rdm_movie", theirs, "bare products", floor
