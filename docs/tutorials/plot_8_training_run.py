"""
8. Your own training run beside the theory
==========================================

You trained a network with a loop of your own, and kept its weights now and then. **Does it learn as the theory
says, and at which step was what learned?** Two things have to be translated: the clock, since losses differ by
a factor, and the start, since random weights are not those of the closed form.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on

world = on.datasets.load("rumelhart")  # 8 items, one input each; 36 features
inputs, targets = world.inputs, world.targets

# %%
# The run
# -------
#
# A loop as one writes it: one hidden layer, plain gradient descent on the mean squared error over all cells, as
# ``torch.nn.MSELoss()``. In PyTorch the snapshots would be ``[p.detach().clone() for p in model.parameters()]``, of
# layers without biases (``bias=False``).

rng = np.random.default_rng(0)
first, second = 0.02 * rng.standard_normal((40, inputs.shape[1])), 0.02 * rng.standard_normal((targets.shape[1], 40))
learning_rate, steps, snapshots = 0.5, np.arange(0, 3001, 25), []
for step in range(steps[-1] + 1):
    if step in steps:
        snapshots.append([first.copy(), second.copy()])
    hidden = inputs @ first.T
    slope = 2 * (hidden @ second.T - targets) / targets.size  # of the mean over all cells
    first, second = first - learning_rate * (slope @ second).T @ inputs, second - learning_rate * slope.T @ hidden

# %%
# The clock
# ---------
#
# Time here is that of half the sum of squares. The mean over 8 times 36 cells runs 144 times slower.
# ``time_of_steps`` knows the usual losses, momentum and batches. Adam has no such clock: it rescales every
# weight by itself.

time = on.networks.time_of_steps(steps, world, learning_rate, loss="mean")
print(f"{steps[-1]} steps are {time[-1]:.2f} units of time")

# %%
# The record
# ----------
#
# Snapshots of weights become the record that theory and simulation return, and everything in the package takes it.

run = on.Trajectory.from_weights(world, time, snapshots)
print(run)

# %%
# Beside the theory
# -----------------
#
# Each mode starts from what the random weights hold of it.

start = on.networks.remaining_initial_strength(snapshots[0], world.spectrum())
theory = on.predict(world, times=time, initial_strength=start)
ax = on.plot.mode_strengths(theory)
on.plot.mode_strengths(run, ax=ax)
plt.show()

# %%
# How far apart are they, in words, and mode by mode?

print(*on.representation.compare_with_theory(run).findings, sep="\n")
deviation = on.networks.deviation_from_theory(run)
on.plot.deviation(deviation)
plt.show()

# %%
# At which step was what learned?
# -------------------------------
#
# Times go back to steps by the same factor.

known = on.semantics.differentiation(run).to_dataframe()
known["step"] = (known["half_time"] * steps[-1] / time[-1]).round()
known[["group", "level", "half_time", "step"]]

# %%
# What is not in the theory
# -------------------------
#
# Units that are not linear are read with ``nonlinearity=``, and seen through the least-squares linear map from
# the items to each layer. From large random weights, with Adam, or with steps near the limit of stability,
# networks leave the theory, and the findings above say so. Losses, momentum and batches, worked out:
# :doc:`/conventions`.
#
# What this page claims, checked:

assert np.isclose(time[-1], learning_rate * steps[-1] * 2 / targets.size)
apart = np.abs(theory.dataset["mode_strength"].values - run.networks("mode_strength")[0])
assert apart.max() < 0.1 * world.spectrum().singular_values[0]
assert known.groupby("level")["half_time"].median().is_monotonic_increasing
