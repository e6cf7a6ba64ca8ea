"""
How much early experience is enough, and what deprivation costs
===============================================================

Left: four layers, of which three were trained as autoencoders for some time each; then a task. Upper layers wait for
lower ones, so that the benefit of early experience sets in suddenly. Right: one feature varied less during early
experience than it does later, as stripes in an animal's first weeks; then a task that needs it.

**A little too little early experience is hardly better than none, a little more is as good as any amount. Deprivation
delays, and never prevents**: in linear networks all is learned in the end. A loss for good needs limits of capacity or
an end of plasticity, which this theory does not have.
"""

import matplotlib.pyplot as plt
import numpy as np

from ontogeny.plasticity import Pretrained, greedy_pretraining
from ontogeny.plot.style import styled

EPS, READOUT = 0.05, 1e-3
durations = np.linspace(0, 8, 81)
shares = np.linspace(0, 1, 51)


def after(duration):
    """Time to half of the task after early experience of some duration for each of three layers."""
    stack = greedy_pretraining([1.0], float(duration), layers=3, initial_weight=EPS)
    return float(stack.supervised_time([1.0], readout=READOUT)[0])


def deprived(share, duration):
    """The same after early experience with a share of the variance, two layers; the task is learned with all of it."""
    early = greedy_pretraining([share], duration, layers=2, initial_weight=EPS)
    late = Pretrained(np.ones(1), early.durations, early.layer_strengths, early.received)
    return float(late.supervised_time([1.0], readout=READOUT)[0])


times = np.array([after(duration) for duration in durations])
delays = {duration: np.array([deprived(share, duration) for share in shares]) for duration in (4.0, 10.0)}

# %%

with styled():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8), layout="constrained")
    left.plot(durations, times)
    left.set(yscale="log", xlabel="early experience of each layer [tau]", ylabel="time to learn half of the task [tau]")
    for duration, found in delays.items():
        right.plot(shares, found, label=f"{duration:g} tau for each layer")
    right.set(xlabel="variance of the feature in early experience, of that later", ylabel="time to learn half [tau]")
    right.legend()
plt.show()

# %%
# Nearly all of the benefit comes between two and four time constants; the largest delay is that of no experience.

at = {duration: float(np.interp(duration, durations, times)) for duration in (0.0, 2.0, 4.0, 8.0)}
assert at[2.0] > 0.15 * at[0.0] and at[4.0] < 0.005 * at[0.0] and at[8.0] > 0.3 * at[4.0]
assert np.all([np.all(np.diff(found) < 0) and np.isfinite(found[0]) for found in delays.values()])
assert np.allclose(delays[4.0][0], delays[10.0][0]) and delays[10.0][25] < 0.1 * delays[4.0][25]
