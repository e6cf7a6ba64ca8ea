"""
Fig. 4: learning time and learning rate against depth
=====================================================

Does depth slow learning down? On a fixed clock it does the opposite, but steps must shrink with depth, or training
diverges. So every depth is given the best of 20 learning rates, refined by 20 more around it, and what is counted is
*steps* until handwritten digits are nearly learned: the error is 1.1 times that of the best linear map. All networks
start decoupled, each mode with the strength 0.001, and take full-batch steps, for which the correlations of the
digits are enough.

**Learning times saturate, and the best learning rate falls like one over depth.** Digits as they are (dots) have no
closed form: their inputs are correlated across the modes. Digits with whitened inputs have one (lines): each mode
follows eq. 15, and its curvature at the end (eq. 41) says which steps it can bear.

The digits are the 1797 of 8 x 8 pixels that come with scikit-learn. ``ONTOGENY_MNIST=1`` asks for the paper's 50,000 of
MNIST instead, which takes a download and long.
"""

import os
from functools import reduce

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import brentq
from sklearn.datasets import fetch_openml, load_digits

import ontogeny as on
from ontogeny.modes import deep
from ontogeny.networks.gradient_flow import gradients
from ontogeny.networks.initialization import decoupled
from ontogeny.networks.speed import LearningTime
from ontogeny.plot.style import styled

START = 1e-3  # strength of every mode before learning
NEARLY = 1.1  # times the error of the best linear map
RATES = np.geomspace(4, 0.1, 20)  # in units of the inverse of the largest curvature, with one hidden layer
FINER = np.geomspace(RATES[0] / RATES[1], RATES[1] / RATES[0], 20)  # around the best of them, 1.02 apart
SHORT = os.environ.get("ONTOGENY_FIGURES") == "small"
layers = np.array([3, 5, 10, 20, 54, 100] if SHORT else [3, 5, 8, 10, 14, 20, 28, 36, 44, 54, 64, 74, 84, 94, 100])
depths = layers - 1  # the paper counts layers of units

# %%
# The digits, with inputs as they are and with whitened ones.

(pixels, labels), source = load_digits(return_X_y=True), "digits"
pixels = pixels / pixels.max()
if os.environ.get("ONTOGENY_MNIST"):
    try:
        pixels, labels = fetch_openml("mnist_784", version=1, return_X_y=True, as_frame=False)
        pixels, labels, source = pixels[:50_000] / 255, labels[:50_000].astype(int), "MNIST"
    except OSError as error:
        print(f"MNIST cannot be fetched ({error}); these are the small digits")
targets = np.eye(10)[labels]
left, spread, _ = np.linalg.svd(pixels, full_matrices=False)
whitened = np.sqrt(len(pixels)) * left[:, spread > 1e-6 * spread[0]]
worlds = {
    f"{source}, as they are": on.Environment.from_arrays(pixels, targets),
    f"{source}, whitened": on.Environment.from_arrays(whitened, targets),
}


# %%
# Training: all learning rates at once, until the first of them gets there.


def curvature(world, depth):
    """Of the mode that is steepest when everything is learned."""
    modes = world.spectrum()
    s, d = modes.singular_values, modes.input_variances
    return float(np.max(1 / on.networks.optimal_learning_rate(s, depth=depth, input_variance=d)))


def excess(world, weights):
    """Error of every network above that of the best linear map, from the correlations alone."""
    off = reduce(lambda below, layer: layer @ below, weights) - world.best_map
    return np.sum((off @ world.input_correlation) * off, axis=(1, 2)) / 2


def fastest(world, depth, rates, most=20_000):
    """Steps that the best of some learning rates needs, largest rate first, and that rate."""
    weights = [np.repeat(layer[None], len(rates), axis=0) for layer in decoupled(world.spectrum(), START, depth=depth)]
    goal = (NEARLY - 1) * world.loss_of_map(world.best_map)
    for step in range(most):
        with np.errstate(over="ignore", invalid="ignore"):
            error = excess(world, weights)
        if np.any(error < goal):
            return step, rates[np.argmin(error)]
        alive = error < 100 * error[-1]  # the others diverge
        rates, weights = rates[alive], [layer[alive] for layer in weights]
        moves = gradients(weights, world.input_output_correlation, world.input_correlation)
        weights = [layer + rates[:, None, None] * move for layer, move in zip(weights, moves, strict=True)]
    raise RuntimeError(f"depth {depth} has not learned after {most} steps")


def refined(world, depth):
    """Steps that the best learning rate needs, and that rate, looked for twice: all over, then around the best."""
    _, best = fastest(world, depth, RATES / curvature(world, 2))
    return fastest(world, depth, best * FINER)


def measured(name, world):
    """Steps and best learning rate of every depth."""
    steps, rates = zip(*(refined(world, int(depth)) for depth in depths), strict=True)
    return LearningTime(depths.astype(float), np.array(steps, dtype=float), np.array(rates), name)


trained = {name: measured(name, world) for name, world in worlds.items()}

# %%
# Theory for whitened inputs: the modes one by one, at a constant multiple of the rate that suits the steepest. (Steps
# beyond twice the inverse curvature leave the optimum in the end, but the goal is passed before that shows.)

white = worlds[f"{source}, whitened"]
dots = trained[f"{source}, whitened"]
s = white.spectrum().singular_values
multiple = float(np.median([rate * curvature(white, depth) for depth, rate in zip(depths, dots.learning_rate)]))
many = np.union1d(depths, [3, 6, 14, 30, 1000] if SHORT else np.r_[2:20, 25, 1000])


def steps_to_learn(depth):
    """When the error of the modes has fallen far enough, in steps of the flow's time."""
    rate = multiple / curvature(white, depth)

    def missing(step):
        u = deep.mode_strength(step * rate, s, START, depth=depth)
        return np.sum((s - u) ** 2) / 2 - (NEARLY - 1) * white.loss_of_map(white.best_map)

    return brentq(missing, 0, 3 / START, xtol=0.3), rate


theory = LearningTime(many, *map(np.array, zip(*map(steps_to_learn, many), strict=True)))

# %%

within = LearningTime(*(values[many <= 110] for values in (theory.depth, theory.steps, theory.learning_rate)))
with styled():
    blue, orange, *_ = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.9), layout="constrained")
    on.plot.learning_time(within, ax=left, color=blue, label="whitened, theory")
    on.plot.learning_rate(within, ax=right, color=blue, label=f"whitened, {multiple:.1f} / curvature")
    for record, color in zip(trained.values(), (orange, blue), strict=True):
        on.plot.learning_time(record, ax=left, color=color)
        on.plot.learning_rate(record, ax=right, color=color)
    left.axhline(theory.steps[-1], color=blue, linestyle=":", linewidth=1, label="whitened, depth 1000")
    slope = 4 * trained[f"{source}, as they are"].learning_rate[-1] * depths[-1] / depths
    right.plot(depths, slope, color="0.5", linestyle="--", linewidth=1, label="one over depth")
    left.set(title="Learning time saturates", xlim=(0, 105), yscale="log", ylim=(1, 6000))
    right.set(title="The best rate falls like one over depth", ylim=(None, 20))
    right.set_xticks([2, 5, 10, 20, 50, 100], ["2", "5", "10", "20", "50", "100"])
    right.minorticks_off()
    left.legend(loc="upper left", ncols=2, columnspacing=1.0)
    right.legend(loc="upper right")

# %%
# The claims. Learning time saturates: the deepest half of the layers costs a small part of what the others do.

for record in trained.values():
    shallow, middle, deepest = (np.interp(depth, depths, record.steps) for depth in (2, 53, 99))
    assert middle > 4 * shallow
    assert abs(deepest - middle) < 0.25 * (middle - shallow)

# Theory gives the steps, to the price of large ones: at the very rate that each network used, it needs a little more
# (and whole ones).
own = np.interp(depths, theory.depth, theory.flow_time) / dots.learning_rate
assert np.all((own < dots.steps) & (dots.steps < 1.4 * own + 1))

# The best rate stays within a factor of two of one multiple of the inverse curvature, and falls like one over depth.
for name, record in trained.items():
    multiples = record.learning_rate * [curvature(worlds[name], depth) for depth in depths]
    typical = np.median(multiples)
    assert typical / 2 < multiples.min() and multiples.max() < 2 * typical
    deep_ones = depths >= 19
    slope = np.polyfit(np.log(depths[deep_ones]), np.log(record.learning_rate[deep_ones]), 1)[0]
    assert -1.2 < slope < -0.8
