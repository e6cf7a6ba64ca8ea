"""
When pretraining does harm: a task that is turned away from the inputs
======================================================================

Inputs vary a lot along one direction (variance 2) and little along another (0.1). A network with a single hidden unit
is pretrained on them, and its unit takes to the first direction. Then it learns a task along a direction that is turned
by some angle towards the second.

**Pretraining helps as long as the task lies near what varies most, and harms beyond about 50 degrees**, where the unit
has to unlearn what it was pretrained on. That experience is good for any later task holds only for tasks whose
directions carry variance of the inputs. ``plasticity.will_pretraining_help`` measures this on data.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

VARIANCES = np.diag([2.0, 0.1])
angles = np.arange(0, 90, 5)


def effect(degrees):
    """What pretraining does to a task along a direction of some angle."""
    direction = np.array([[np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))]])
    world = on.Environment.from_correlations(direction @ VARIANCES, VARIANCES)
    return on.plasticity.will_pretraining_help(world, depth=2, hidden_units=1, duration=100.0, share=0.95)


found = [effect(angle) for angle in angles]
starts = ["small weights", "pretrained"]
times = {start: np.array([each.learning_time(start) for each in found]) for start in starts}

# %%

with styled():
    figure, ax = plt.subplots(figsize=(5.6, 3.9), layout="constrained")
    for start in starts:
        ax.plot(angles, times[start], "o-", markersize=4, label=start)
    ax.set(yscale="log", xlabel="angle between task and the direction that varies most [degrees]")
    ax.set(ylabel="time to remove 95% of the error [tau]")
    ax.legend()
plt.show()

# %%
# The curves cross between 45 and 60 degrees.

help_until = angles[np.flatnonzero(times["pretrained"] < times["small weights"])[-1]]
assert 45 <= help_until <= 60 and times["small weights"][0] > 3 * times["pretrained"][0]
assert np.all(times["pretrained"][angles >= 60] > 1.5 * times["small weights"][angles >= 60])
