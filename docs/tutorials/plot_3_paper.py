"""
3. From an equation in a paper to code, and to its figure
=========================================================

You have "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks" (Saxe, McClelland and
Ganguli 2014) in hand, and stand before its equation 12. **Where is it in code, how do its letters and units translate,
and does a network do what it says?**
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on

# %%
# Where is it?
# ------------
#
# ``where`` takes the key of a paper and a number. Every paper has a page with all its equations
# (:doc:`/papers/index`).

print(on.where("saxe2014", 12))

# %%
# Section, figure and appendix are places too, and of the equations that the page of the paper
# lists, what is not implemented is said. ``cite`` gives the BibTeX.

print(on.where("saxe2014", "Fig. 3"))
print(on.cite("saxe2014"))

# %%
# As printed, and as computed
# ---------------------------
#
# The equation is printed as a quotient of growing exponentials, which overflows late in learning. The function has
# the same formula divided through by them. Both are in its docstring, and agree wherever the first can be computed:

t = np.linspace(0, 10, 201)
s, u0, tau = 2.0, 1e-3, 1.0
printed = s * np.exp(2 * s * t / tau) / (np.exp(2 * s * t / tau) - 1 + s / u0)
computed = on.modes.balanced.mode_strength(t, s, u0, tau=tau)
print("largest difference:", np.abs(printed - computed).max())

# %%
# The velocity is equation 10, the time to reach a strength equation 11. Other starts and depths have rooms of
# their own, with the same three functions: ``modes.shallow``, ``unbalanced``, ``deep``, ``infinite``,
# ``chain``, ``discrete``.

half = on.modes.balanced.time_to_strength(s / 2, s, u0)
print("half of it is known at", half.round(3))

# %%
# Letters and units
# -----------------
#
# The paper adds over examples, counts layers of units, and measures time in epochs with :math:`\tau = 1/\lambda`. Here
# ``depth`` counts weight matrices, and a world says how it adds up (``normalization``). The network below takes steps
# of the paper's equation 1; its time is learning rate times steps.

rng = np.random.default_rng(0)
task = rng.standard_normal((5, 4))  # outputs x inputs
world = on.Environment.from_correlations(task)
learning_rate, hidden = 1e-3, 32
first, second = 1e-3 * rng.standard_normal((hidden, 4)), 1e-3 * rng.standard_normal((5, hidden))
snapshots, steps = [], np.arange(0, 6001, 60)
for step in range(steps[-1] + 1):
    if step in steps:
        snapshots.append([first.copy(), second.copy()])
    error = task - second @ first
    first, second = first + learning_rate * second.T @ error, second + learning_rate * error @ first.T

network = on.Trajectory.from_weights(world, learning_rate * steps, snapshots)

# %%
# Random weights are neither balanced nor aligned with the modes. Each mode starts from a strength of its own, which is
# measured from the weights.

start = on.networks.remaining_initial_strength(snapshots[0], world.spectrum())
theory = on.predict(world, times=network.time, initial_strength=start)
ax = on.plot.mode_strengths(theory)
on.plot.mode_strengths(network, ax=ax)
plt.show()

# %%
# Its figures, and its errors
# ---------------------------
#
# ``ontogeny reproduce saxe2014`` draws the figures of the paper (:doc:`/gallery/index`). Papers have errors
# too: one that matters here is a factor of 2 in the appendix on unequal layers. Each is on the page of its
# paper, with how it was checked.
#
# What this page claims, checked:

assert np.abs(printed - computed).max() < 1e-12
assert abs(on.modes.balanced.mode_strength(half, s, u0) - s / 2) < 1e-12
apart = np.abs(theory.dataset["mode_strength"].values - network.networks("mode_strength")[0])
assert apart.max() < 0.01 * world.spectrum().singular_values[0]
