"""
Fig. 8: both layers trained
===========================

Networks of rectified units (ReLU) learn a teacher from 100 samples, now with both layers trained. In the style of the
paper's figure, with 15 inputs and a teacher of 30 units.

**Overtraining is worst in networks with about as many weights as samples** (5 to 10 hidden units of 15 inputs and one
output have 80 to 160). **Wider networks generalize better, although all of them fit their samples.** Smaller initial
weights help, because the part of them that no sample corrects stays.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

SHORT = os.environ.get("ONTOGENY_FIGURES") == "small"
WIDTHS = [2, 5, 10, 20, 50, 100]
NETWORKS = 3 if SHORT else 5
TIMES = np.append(0, np.geomspace(1, 1000, 40))

sweeps = {
    scale: on.generalization.both_layers(
        WIDTHS, samples=100, networks=NETWORKS, initial_scale=scale, times=TIMES, learning_rate=0.25
    )
    for scale in (0.5, 2.0)
}

# %%

with styled():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.4), layout="constrained")
    small, large = sweeps.values()
    on.plot.width_sweep(small, ax=left)
    left.set_title("Small initial weights")
    for number, (scale, sweep) in enumerate(sweeps.items()):
        right.plot(WIDTHS, sweep.final_error, "o-", color=f"C{number}", label=f"test, initial scale {scale}")
        right.plot(WIDTHS, sweep.networks_train[:, :, -1].mean(axis=1), "o--", color=f"C{number}", markersize=3,
                   linewidth=1, label=f"train, initial scale {scale}")  # fmt: skip
    right.set(xscale="log", xlabel="hidden units", ylabel="error at the end")
    right.set_ylim(bottom=0)
    right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    right.set_title("Large ones generalize worse")

# %%
# The claims: a peak at few units, wide networks that fit everything and generalize, and the role of the start.

for sweep in sweeps.values():
    peak = np.argmax(sweep.final_error)
    assert WIDTHS[peak] in (5, 10)
    assert np.all(np.diff(sweep.final_error[peak:]) < 0.01) and sweep.final_error[-1] < 0.75 * sweep.final_error[peak]
    assert sweep.networks_train[3:, :, -1].mean(axis=1).max() < 0.01
    assert np.argmin(sweep.best_error) >= len(WIDTHS) - 2
assert np.all(small.final_error[2:] < large.final_error[2:])
