"""
Fig. 6A for tanh units: depth and the time to learn
===================================================

Does what holds for deep linear networks (Fig. 6A) hold for units that saturate? Networks of tanh units, 64 wide, learn
handwritten digits by full-batch steps from the same three starts, each depth and each start with the best of the same
learning rates. Counted are steps until the error is that of the best linear map on these digits times 1.25.

**With orthogonal weights of gain 1 depth even helps**: near 0 a tanh unit is linear, the critical gain of tanh is
exactly 1, and nothing on the way is lost, while more layers can bend more. Gaussian weights of the same gain are as
fast in shallow networks and fall behind the deeper they are. Weights that are aligned with the modes of the task, all
of strength 1, take about the same number of steps at every depth.
"""

import os
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import ontogeny as on
from ontogeny._core.progress import track
from ontogeny.networks.initialization import gaussian, mode_aligned, orthogonal
from ontogeny.networks.speed import LearningTime
from ontogeny.plot.style import styled

MOST = 100 if os.environ.get("ONTOGENY_FIGURES") == "small" else 400  # steps that a rate is given
WIDTH, NEARLY, SEEN = 64, 1.25, 200
RATES = np.geomspace(0.64, 0.02, 6)
depths = [2, 4, 8, 16, 32]

# %%
# The digits and the starts.

pixels, labels = load_digits(return_X_y=True)
pixels = (pixels - pixels.mean(axis=0)) / (pixels - pixels.mean(axis=0)).std()
seen = np.random.default_rng(0).permutation(len(pixels))[:SEEN]
world = on.Environment.from_arrays(pixels[seen], np.eye(10)[labels[seen]] - 0.1, normalization="mean")
goal = NEARLY * world.loss_of_map(world.best_map)
starts = {
    "orthogonal": lambda sizes: orthogonal(sizes, 1.0, seed=0),
    "aligned with the modes": lambda sizes: mode_aligned(sizes, world.spectrum(), 1.0, seed=0),
    "Gaussian": lambda sizes: gaussian(sizes, WIDTH**-0.5, 0),
}

# %%
# Every rate, from the largest down, until a smaller one is no longer faster.


def steps_at(weights, rate, most):
    """Steps until the error is low; infinite if it never is, or if training diverges."""
    times = np.arange(most + 1) * rate
    try:
        run = on.simulate(world, initial_weights=weights, nonlinearity="tanh", learning_rate=rate, times=times)
    except on.InputError:
        return np.inf
    low = np.flatnonzero(run.dataset["loss"].values.ravel() < goal)
    return float(low[0]) if low.size else np.inf


def fastest(weights):
    """Steps that the best rate needs, and that rate; none needs to be followed for longer than the best before."""
    best = (np.inf, np.nan)
    with warnings.catch_warnings(), np.errstate(over="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # of runs that diverge
        for rate in RATES:
            most = MOST if np.isinf(best[0]) else int(best[0])
            best = min(best, (steps_at(weights, float(rate), most), rate))
    return best


def measured(name):
    """Steps and best learning rate at every depth."""
    found = [fastest(starts[name]([64, *[WIDTH] * (depth - 1), 10])) for depth in track(depths, name, len(depths))]
    steps, rates = map(np.array, zip(*found, strict=True))
    return LearningTime(np.array(depths, dtype=float), steps, rates, name)


records = {name: measured(name) for name in starts}
for record in records.values():
    print(record.to_dataframe().to_string(index=False))

# %%

with styled():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.9), layout="constrained")
    for number, (name, record) in enumerate(records.items()):
        on.plot.learning_time(record, ax=left, color=f"C{number}", label=name)
        on.plot.learning_rate(record, ax=right, color=f"C{number}", label=name)
    for axes in (left, right):
        axes.set(xscale="log", yscale="log")
        axes.set_xticks(depths, depths)
        axes.minorticks_off()
        axes.relim()
        axes.autoscale_view()
    left.set_ylim(5, 600)
    left.legend()
plt.show()

# %%
# With orthogonal weights depth costs nothing, with Gaussian ones the more the deeper.

steps = {name: record.steps for name, record in records.items()}
assert np.all(steps["orthogonal"][1:] <= steps["orthogonal"][0])
assert np.all(steps["orthogonal"] <= 1.2 * np.minimum(steps["Gaussian"], steps["aligned with the modes"]))
assert np.ptp(steps["aligned with the modes"]) < 0.5 * steps["aligned with the modes"].max()
assert steps["Gaussian"][-1] > 1.8 * steps["Gaussian"][1] and steps["Gaussian"][-1] > 4 * steps["orthogonal"][-1]
