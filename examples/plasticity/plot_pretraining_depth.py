"""
Pretraining makes the time to learn independent of depth
========================================================

A stack of linear autoencoders is trained layer by layer on its inputs, long enough to pass them on unchanged. Then all
layers, and a readout that starts near 0, learn a task along a direction in which the inputs vary.

**From what pretraining left, deeper networks need no longer; from small equal layers each further layer multiplies the
time.** Random orthogonal weights have the same virtue and cost nothing: what is gained is dynamics, not what can be
represented.
"""

import matplotlib.pyplot as plt
import numpy as np

from ontogeny.modes import deep
from ontogeny.plasticity import greedy_pretraining
from ontogeny.plot.style import styled

depths = np.arange(2, 11)


def pretrained_time(depth):
    """Time to half of a task of strength 1 after endless pretraining."""
    stack = greedy_pretraining([1.0], 1e4, layers=int(depth) - 1, initial_weight=0.05)
    return float(stack.supervised_time([1.0], readout=1e-3)[0])


def small_time(depth, weight):
    """The same from equal small layers."""
    return float(deep.time_to_strength(0.5, 1.0, weight**depth, depth=float(depth)))


pretrained = np.array([pretrained_time(depth) for depth in depths])
small = {weight: np.array([small_time(depth, weight) for depth in depths]) for weight in (0.1, 0.3)}

# %%

with styled():
    figure, ax = plt.subplots(figsize=(5.6, 3.9), layout="constrained")
    ax.plot(depths, pretrained, "o-", label="pretrained")
    for weight, times in small.items():
        ax.plot(depths, times, "s--", label=f"all layers {weight}")
    ax.set(yscale="log", xlabel="depth (weight matrices)", ylabel="time to learn half of the task [tau]")
    ax.legend()
plt.show()

# %%
# Pretrained networks get a little faster with depth, the others slower by orders of magnitude.

assert np.all(np.diff(pretrained) < 0) and pretrained[0] < 2 * pretrained[-1]
assert small[0.3][-1] > 1e3 * small[0.3][0] and small[0.1][-1] > 1e6 * small[0.1][0]
