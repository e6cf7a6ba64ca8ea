"""
Beyond Fig. 8: how deep a random network can be trained
=======================================================

The phase diagram says how many layers a signal lasts, and so how deep a network of random weights can be before
training fails. Here networks of tanh units, 64 wide, with Gaussian weights of different gain and without biases learn
200 handwritten digits by 80 full-batch steps, each with the best of the same learning rates; the picture shows the
share of these digits that is then named right, and the depth scale of the theory over it.

**Where the depth is a few times the depth scale, nothing is learned** (after Schoenholz et al. 2017, who trained far
longer and found six times that of correlations). Below the critical gain it is the scale of gradients, which vanish;
above it that on which two inputs forget how alike they were, while gradients explode. At a gain of 1 both are infinite:
what ends there is due to the finite width (compare the orthogonal weights of Fig. 6A).
"""

import os
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import ontogeny as on
from ontogeny._core.progress import track
from ontogeny.networks.initialization import gaussian
from ontogeny.plot.style import styled

SMALL = os.environ.get("ONTOGENY_FIGURES") == "small"
WIDTH, SEEN, STEPS = 64, 200, 80
RATES = (0.3, 0.1, 0.03, 0.01)
gains = np.array([0.6, 0.8, 1.0, 1.5, 2.5] if SMALL else [0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.3, 1.6, 2.0, 2.5])
depths = [4, 12, 36] if SMALL else [4, 8, 16, 32, 64]

# %%
# Training: the share of digits named right after some steps, at the best learning rate.

pixels, labels = load_digits(return_X_y=True)
pixels = (pixels - pixels.mean(axis=0)) / (pixels - pixels.mean(axis=0)).std()
seen = np.random.default_rng(0).permutation(len(pixels))[:SEEN]
world = on.Environment.from_arrays(pixels[seen], np.eye(10)[labels[seen]] - 0.1, normalization="mean")


def right(weights, rate):
    """Share of the digits that is named right after training; none where it diverges."""
    times = np.array([0, STEPS]) * rate
    try:
        run = on.simulate(world, initial_weights=weights, nonlinearity="tanh", learning_rate=rate, times=times)
    except on.InputError:
        return 0.0
    answers = run.response.isel(time=-1, seed=0).transpose("feature", "item").values
    return float(np.mean(answers.argmax(axis=0) == labels[seen]))


def best(gain, depth):
    weights = gaussian([64, *[WIDTH] * (depth - 1), 10], gain / np.sqrt(WIDTH), seed=0)
    with warnings.catch_warnings(), np.errstate(over="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # of runs that diverge
        return max(right(weights, rate) for rate in RATES)


cells = [(gain, depth) for depth in depths for gain in gains]
learned = np.array([best(*cell) for cell in track(cells, "networks", len(cells))]).reshape(len(depths), gains.size)

# %%
# The theory: the depth scale of gradients below the critical gain, that of correlations above it.

fine = np.linspace(gains[0], gains[-1], 200)
scales = [on.propagation.mean_field("tanh", gain**2).depth_scales for gain in fine]
scale = np.array([each.gradient if gain <= 1 else each.correlation for gain, each in zip(fine, scales, strict=True)])

with styled():
    figure, ax = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
    mesh = ax.pcolormesh(gains, depths, learned, shading="nearest", cmap="viridis", vmin=0.1, vmax=1)
    figure.colorbar(mesh, ax=ax, label=f"named right after {STEPS} steps")
    for times, dashes in ((1, "-"), (6, "--")):
        ax.plot(fine, times * scale, color="white", linewidth=2, linestyle=dashes, label=f"{times} x depth scale")
    ax.set(yscale="log", ylim=(depths[0] * 0.8, depths[-1] * 1.25), xlabel="gain", ylabel="depth (weight matrices)")
    ax.set_yticks(depths, depths)
    ax.minorticks_off()
    ax.legend(loc="lower right", frameon=True, facecolor="0.3", labelcolor="white", framealpha=0.8)
plt.show()

# %%
# Networks much deeper than the scale have learned next to nothing, those within it nearly all.

lengths = [on.propagation.mean_field("tanh", gain**2).depth_scales for gain in gains]
reach = np.array([each.gradient if gain <= 1 else each.correlation for gain, each in zip(gains, lengths, strict=True)])
relative = np.array(depths)[:, None] / reach
assert np.any(relative > 10) and np.all(learned[relative > 10] < 0.4)
assert np.all(learned[relative < 1.5] > 0.75)
