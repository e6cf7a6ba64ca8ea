"""
Fig. 7: random features, and overtraining at as many units as samples
=====================================================================

A teacher with rectified units (ReLU) is learned by networks with a fixed random first layer; only their readout is
trained, on 300 samples. In the style of the paper's figure, whose numbers of inputs and of teacher units are not
known (15 and 30 here).

**Left: trained to the end, networks with as many hidden units as samples are worst. With early stopping, or with many
more hidden units, there is no such peak (double descent)**: wider networks are better. Middle: the peak appears late.
Right: it comes from directions of tiny variance, of which there are most at as many hidden units as samples.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

SHORT = os.environ.get("ONTOGENY_FIGURES") == "small"
SAMPLES = 300
WIDTHS = [30, 100, 200, 260, 300, 350, 450, 700, 1100]
NETWORKS = 3 if SHORT else 6
TIMES = np.append(0, np.geomspace(0.3, 1e6, 60))

# %%
# Theory takes the hidden layer's activities for Gaussians of the same covariance; the networks are trained.

sweep = on.generalization.random_features(WIDTHS, samples=SAMPLES, networks=NETWORKS, times=TIMES)

# %%

with styled():
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 4.4), layout="constrained")
    on.plot.width_sweep(sweep, ax=left)
    left.set_title("Stopped in time, no peak")
    for number, width in enumerate((100, 300, 1100)):
        row = WIDTHS.index(width)
        middle.plot(TIMES[1:], sweep.theory_test[row, 1:], color=f"C{number}", linewidth=2, label=f"{width} units")
        middle.plot(TIMES[1:], sweep.networks_test[row, :, 1:].T, color=f"C{number}", linewidth=0.6, alpha=0.6)
    middle.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)
    middle.set(xscale="log", xlabel="learning time", ylabel="test error", ylim=(0, 2.2))
    middle.set_title("The peak comes late")
    right.plot(WIDTHS, sweep.smallest_eigenvalue, "o-")
    right.axvline(SAMPLES, color="0.6", linewidth=0.8, linestyle=":")
    right.set(xscale="log", yscale="log", xlabel="hidden units", ylabel="smallest eigenvalue above zero")
    right.set_title("Directions that learn last")

# %%
# The claims: a peak from overtraining at as many units as samples, which early stopping or many more units remove.

final, best, peak = sweep.final_error, sweep.best_error, WIDTHS.index(SAMPLES)
assert np.argmax(final) == peak and final[peak] > 1.8 * max(final[1], final[-1])
assert np.all(np.diff(best) < 0.01) and np.argmin(best) == len(WIDTHS) - 1
assert final[-1] < 1.6 * best[-1]
assert np.argmin(sweep.smallest_eigenvalue) == peak

# Networks follow the theory of their features: to a few percent for the best error of most widths, to more at the end.
networks = sweep.networks_test.mean(axis=1)
assert np.abs(best / networks.min(axis=1) - 1).max() < 0.13
assert np.abs(np.delete(final / networks[:, -1], slice(3, 7)) - 1).max() < 0.2
