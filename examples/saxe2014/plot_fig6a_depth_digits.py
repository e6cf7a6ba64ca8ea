"""
Fig. 6A: which starts keep deep linear networks fast
====================================================

Depth need not slow learning down, if the start is right. Deep *linear* networks of 64 units learn the handwritten
digits by full-batch steps, each depth and each start with the best of the same learning rates. Counted are steps until
the error is 1.25 times that of the best linear map.

**Orthogonal weights take no longer the deeper they are.** Gaussian weights of the same size do: a product of random
matrices stretches few directions and crushes the others, more so with every layer (Fig. 6B), and the learning rate has
to bear the largest. Weights that are aligned with the modes of the task, all of strength 1, lie between: on the clock
of the flow depth costs them nothing, but all layers pull in one direction, so that the rate must fall like one over
depth. In the paper such weights come from pretraining, which leaves other strengths; here they are computed
(``networks.initialization.mode_aligned``).
"""

import os
from functools import reduce

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import ontogeny as on
from ontogeny._core.progress import track
from ontogeny.networks.gradient_flow import gradients
from ontogeny.networks.initialization import gaussian, mode_aligned, orthogonal
from ontogeny.networks.speed import LearningTime
from ontogeny.plot.style import styled

WIDTH, NEARLY, MOST = 64, 1.25, 3000
RATES = np.geomspace(1.0, 0.002, 19)
depths = [2, 4, 8, 16] if os.environ.get("ONTOGENY_FIGURES") == "small" else [2, 4, 8, 16, 32]

# %%
# The digits: correlations are enough for linear networks.

pixels, labels = load_digits(return_X_y=True)
pixels = (pixels - pixels.mean(axis=0)) / (pixels - pixels.mean(axis=0)).std()
world = on.Environment.from_arrays(pixels, np.eye(10)[labels] - 0.1, normalization="mean")
goal = NEARLY * world.loss_of_map(world.best_map)
starts = {
    "orthogonal": lambda sizes: orthogonal(sizes, 1.0, seed=0),
    "aligned with the modes": lambda sizes: mode_aligned(sizes, world.spectrum(), 1.0, seed=0),
    "Gaussian": lambda sizes: gaussian(sizes, WIDTH**-0.5, 0),
}

# %%
# All learning rates at once, until the first of them gets there; those that diverge are left behind.


def fastest(weights):
    """Steps that the best rate needs, and that rate; inf if none gets there."""
    rates, layers = RATES, [np.repeat(layer[None], RATES.size, axis=0) for layer in weights]
    for step in range(MOST):
        with np.errstate(over="ignore", invalid="ignore"):
            maps = reduce(lambda below, layer: layer @ below, layers)
            error = np.array([world.loss_of_map(each) for each in maps])
        if np.any(error < goal):
            return step, rates[np.nanargmin(error)]
        alive = error < 100 * error[-1]
        rates, layers = rates[alive], [layer[alive] for layer in layers]
        moves = gradients(layers, world.input_output_correlation, world.input_correlation)
        layers = [layer + rates[:, None, None] * move for layer, move in zip(layers, moves, strict=True)]
    return np.inf, np.nan


def measured(name):
    """Steps and best learning rate at every depth."""
    found = [fastest(starts[name]([64, *[WIDTH] * (depth - 1), 10])) for depth in track(depths, name, len(depths))]
    steps, rates = map(np.array, zip(*found, strict=True))
    return LearningTime(np.array(depths, dtype=float), steps.astype(float), rates, name)


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
    left.set_ylim(10, 600)
    left.legend()
plt.show()

# %%
# Orthogonal weights need no more steps the deeper the network; aligned ones keep the time of the flow; Gaussian weights
# need more steps than both, and far more the deeper.

steps = {name: record.steps for name, record in records.items()}
assert np.all(steps["orthogonal"][1:] <= 1.3 * steps["orthogonal"][0])
assert np.all(records["aligned with the modes"].flow_time <= 1.6 * records["aligned with the modes"].flow_time[0])
assert np.all(steps["orthogonal"] < steps["Gaussian"]) and np.all(steps["aligned with the modes"] < steps["Gaussian"])
assert steps["Gaussian"][-1] > 4 * steps["Gaussian"][0]
