"""
7. Initializing and diagnosing a deep network
=============================================

A deep network does not learn. **Do signals reach its end, do gradients come back, and with which weights would
they?** The theory of wide random networks answers this before the first step of training. The network on this
page is a list of NumPy matrices; PyTorch and JAX take the same calls.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on

rng = np.random.default_rng(0)
widths = [64] + [128] * 30 + [10]
batch = rng.standard_normal((50, 64))  # examples x inputs; take real data where you have them

# %%
# A diagnosis
# -----------
#
# Thirty layers of tanh units whose weights are a little too small, as they often are.

weights = [np.sqrt(0.6 / i) * rng.standard_normal((o, i)) for i, o in zip(widths, widths[1:], strict=False)]
found = on.propagation.diagnose(weights, batch, nonlinearity="tanh")
print("\n".join(found.findings))

# %%
# Each step of the network is a row: what was measured, and what the theory expects of it.

columns = ["width", "second_moment", "theory_second_moment", "gradient", "theory_gradient", "dead_or_saturated"]
found.to_dataframe()[columns].head()

# %%

figure, axes = plt.subplots(3, 1, figsize=(7, 7.5), sharex=True, layout="constrained")
for draw, ax in zip((on.plot.signals, on.plot.correlations, on.plot.gradients), axes, strict=True):
    draw(found, ax=ax)
plt.show()

# %%
# Which weights to take
# ---------------------
#
# At the critical weight variance gradients neither die out nor explode on their way back. Which one that is
# hangs on the nonlinearity; where there is no good one, this is said.

for nonlinearity in ("tanh", "relu", "sigmoid"):
    print(on.propagation.recommended(nonlinearity))

# %%
# Orthogonal matrices keep the length of every vector, and not only on average. What is left is the work of tanh
# itself, which shrinks what is large, and does so ever more slowly.

taken = on.propagation.recommended("tanh")
again = on.networks.initialization.orthogonal(widths, gain=np.sqrt(taken.weight_variance), aligned=True)
better = on.propagation.diagnose(again, batch, nonlinearity="tanh")
print("\n".join(better.findings))

# %%
# The same in PyTorch
# -------------------
#
# Documentation is built without PyTorch, so the calls are shown and not run here; tests of the package run
# them. The module is afterwards as it was. For a network that is no plain chain (residual, normalized,
# recurrent, attending) all is measured, and nothing predicted.
#
# .. code-block:: python
#
#     network = torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.Tanh(), torch.nn.Linear(128, 10))
#     print("\n".join(on.propagation.diagnose(network, batch).findings))
#     on.propagation.torch.initialize(network)  # orthogonal, critical, in place
#     print("\n".join(on.propagation.diagnose(network, batch).findings))
#
# At the command line, for a function ``make_network`` in a file of yours:
#
# .. code-block:: sh
#
#     ontogeny diagnose --module file.py:make_network --data X.npy --figure layers.svg
#
# How to read the columns, and where the theory ends: :doc:`/diagnosing`. Once it learns: :doc:`plot_8_training_run`.
#
# What this page claims, checked:

kept = [each.to_dataframe()["gradient"].iloc[0] / each.to_dataframe()["gradient"].iloc[-1] for each in (found, better)]
assert kept[0] < 1e-6 < 1e-3 < kept[1]  # how much of the squared gradients comes back to the first layer
