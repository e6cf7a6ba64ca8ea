"""
Fig. 3: modes over time, in theory and in networks
==================================================

Features of 32 items are made by a tree: each feature begins at the root as + or - and is handed down five
binary branchings, changing its sign with probability 0.1 at each. Items that part late share most features, so the
strong modes of this world separate large branches and the weak ones single items.

**Left: every mode is learned in a sigmoid of its own, strong ones first, in the closed form (eq. 12) as in networks
that start from small random weights. Right: networks are somewhat later than the closed form says**, linear ones
because the modes share hidden units before they are apart, tanh ones because large activity saturates. The settings
are the paper's: 32 hidden units, learning rate 0.0005, initial strength 1e-6.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.modes import balanced
from ontogeny.plot.style import styled

SHORT = os.environ.get("ONTOGENY_FIGURES") == "small"
LEVELS, FEATURES, FLIP = 5, 1000, 0.1
RATE, START, HIDDEN = 0.5e-3, 1e-6, 32
SHOWN = np.array([1, 2, 3, 5, 12, 18, 31]) - 1
NETWORKS = 12 if SHORT else 100
EPOCHS = 1500

# %%
# The tree: one row for each item, handed down level by level.

draw = np.random.default_rng(0)
table = draw.choice([-1.0, 1.0], size=(1, FEATURES))
for _ in range(LEVELS):
    table = np.repeat(table, 2, axis=0)
    table = np.where(draw.random(table.shape) < FLIP, -table, table)
world = on.Environment.from_arrays(np.eye(len(table)), table, normalization="sum")
s = world.spectrum().singular_values

# %%
# Theory, one linear and one tanh network; then many of both, for which only the 32 directions of the features that have
# something to learn are kept: the output units are linear, and the other directions stay at their small start.

epochs = np.linspace(0, EPOCHS, 301)
theory = balanced.mode_strength(epochs[:, None] * RATE, s, START)
predicted = balanced.time_to_strength(s / 2, s, START)
compact = on.Environment.from_arrays(np.eye(len(table)), table @ world.spectrum().output_modes, normalization="sum")
options = {"hidden_units": HIDDEN, "initial_strength": START, "learning_rate": RATE, "times": epochs * RATE}
shown, delay = {"theory": theory}, {}
for kind in ("linear", "tanh"):
    one = on.simulate(world, nonlinearity=kind, seed=0, **options)
    shown[f"{kind} network"] = one.dataset["mode_strength"].values[0]
    longer = options | {"times": 2 * epochs * RATE}
    many = on.simulate(compact, nonlinearity=kind, seed=range(NETWORKS), **longer)
    delay[kind] = many.dataset["half_time"].values / predicted - 1

# %%

with styled():
    blue, orange, green, *_ = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained", width_ratios=(3, 2))
    looks = [{"color": color, "linewidth": width} for color, width in ((orange, 2.4), (blue, 1.2), (green, 1.2))]
    for (name, strength), look in zip(shown.items(), looks, strict=True):
        left.plot(epochs, strength[:, SHOWN[0]], label=name, **look)
        left.plot(epochs, strength[:, SHOWN[1:]], **look)
    for mode in SHOWN:
        left.annotate(f"{mode + 1}", (EPOCHS, s[mode]), xytext=(4, 0), textcoords="offset points", va="center")
    left.set(xlabel="epochs", ylabel="strength of the mode", xlim=(0, EPOCHS), ylim=(0, None))
    left.set_title("Modes 1, 2, 3, 5, 12, 18 and 31")
    left.legend(loc="center", bbox_to_anchor=(0.7, 0.8))
    for number, (kind, values) in enumerate(delay.items()):
        place = np.arange(1, s.size + 1) + 0.3 * number
        look = {"fmt": "o", "markersize": 3.5, "linewidth": 1, "color": (blue, green)[number]}
        right.errorbar(
            place, 100 * values.mean(axis=0), yerr=100 * values.std(axis=0), label=f"{kind} networks", **look
        )
    right.axhline(0, color=orange, linewidth=1.5, label="theory")
    right.set(xlabel="mode", ylabel="delay of half learning (% of theory)")
    right.set_title(f"{NETWORKS} networks, mean and spread")
    right.legend(loc="upper left")

# %%
# The claims. The strengths of this world are those of the paper's, and each mode is learned in its turn.

half = predicted / RATE
assert np.all(np.diff(half[SHOWN]) > 0) and 200 < half[0] < 250 and 900 < half[-1] < 1100

# A linear network follows; strong modes to a few percent, all but the weakest quarter to a tenth.
linear, tanh = (delay[kind].mean(axis=0) for kind in ("linear", "tanh"))
assert np.abs(linear[:8]).max() < 0.05 and linear[:24].max() < 0.12 and linear.max() < 0.3
assert np.abs(shown["linear network"][-1] / s - 1)[:24].max() < 0.02

# Both are late rather than early, and tanh units later than linear ones.
assert linear.min() > -0.02 and linear[16:].mean() > linear[:16].mean() > 0
assert np.all(tanh[1:] > linear[1:]) and tanh.max() < 0.45
