"""
After Fig. 7: when a category is coherent enough to be discovered
=================================================================

A random table of items and features hides a block of items that share a block of features more often than the rest. Its
coherence combines how much more often, how many items and how many features.

**Below a coherence of 1 a learner finds nothing of the category; above it, it finds more and more. The theory of large
tables says how much of it, for items and for features.** It holds where the common probability has been subtracted.
Where each feature's mean is subtracted instead, coherence counts less by the share of members; raw tables do worse,
because their first mode is what all items share. The types of animals are coherent by this measure or not, and what is
left of chance is told by groups of animals that are drawn at random.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

ITEMS, FEATURES, MEMBERS, BLOCK, OUTSIDE = 300, 600, 38, 75, 0.3
VALUES = [0.3, 0.7, 1.0, 1.5, 2, 3, 4, 6, 8]
DRAWS = 3 if os.environ.get("ONTOGENY_FIGURES") == "small" else 8


def hidden(coherence, seed):
    """A table with a hidden category of a given coherence."""
    more = np.sqrt(coherence * OUTSIDE * (1 - OUTSIDE) * np.sqrt(ITEMS * FEATURES) / (MEMBERS * BLOCK))
    block = {"category_items": MEMBERS, "category_features": BLOCK, "inside": OUTSIDE + more, "outside": OUTSIDE}
    return on.environments.hidden_category(ITEMS, FEATURES, **block, seed=seed)


items, features = np.arange(ITEMS) < MEMBERS, np.arange(FEATURES) < BLOCK
measured = {"subtracted": [], "features": [], "centered": [], "raw": []}
for value in VALUES:
    rows = []
    for seed in range(DRAWS):
        table = hidden(value, seed).targets
        known = np.linalg.svd(table - OUTSIDE, full_matrices=False)
        centered = np.linalg.svd(table - table.mean(axis=0), full_matrices=False).U[:, 0]
        raw = np.linalg.svd(table, full_matrices=False).U[:, 1]
        rows.append([
            (known.U[:, 0] @ items) ** 2 / MEMBERS, (known.Vh[0] @ features) ** 2 / BLOCK,
            (centered @ (items - items.mean())) ** 2 / (ITEMS * items.var()), (raw @ items) ** 2 / MEMBERS,
        ])  # fmt: skip
    for name, values in zip(measured, np.array(rows).T, strict=True):
        measured[name].append(values)
measured = {name: np.array(values) for name, values in measured.items()}

grid = np.linspace(0.05, 8.5, 400)
law = on.semantics.category_overlap(grid, items=ITEMS, features=FEATURES)
less = on.semantics.category_overlap(grid * (1 - MEMBERS / ITEMS), items=ITEMS, features=FEATURES)[0]
animals = on.semantics.coherence(on.datasets.load("zoo"))

with styled():
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 4.4), layout="constrained")
    for ax, sides in ((left, (("subtracted", law[0], "items"), ("features", law[1], "features"))),
                      (middle, (("centered", less, "feature means subtracted"), ("raw", None, "raw")))):  # fmt: skip
        for number, (name, theory, label) in enumerate(sides):
            values, look = measured[name], {"color": f"C{number}"}
            if theory is not None:
                ax.plot(grid, theory, linewidth=2, **look)
            ax.errorbar(VALUES, values.mean(axis=1), values.std(axis=1), fmt="o", markersize=4, label=label, **look)
        ax.axvline(1, color="0.3", linewidth=0.8, linestyle=":")
        ax.set(xlabel="coherence", ylabel="squared overlap with the category", xlim=(0, 8.5), ylim=(-0.02, 1))
        ax.legend(loc="lower right")
    left.set_title("Theory (lines) and sampled tables")
    middle.set_title("Items, probability not known")
    on.plot.coherence(animals, ax=right)
    right.set_title("Types of animals")

# %%
# The claims: the theory, its threshold, and what raw tables lose.

at = np.array(VALUES)
theory = on.semantics.category_overlap(at, items=ITEMS, features=FEATURES)
far = at >= 2
assert np.abs(measured["subtracted"].mean(axis=1) - theory[0])[far].max() < 0.06
assert np.abs(measured["features"].mean(axis=1) - theory[1])[far].max() < 0.06
assert measured["subtracted"].mean(axis=1)[0] < 0.05 and theory[0][at <= 1].max() < 1e-12
after = on.semantics.category_overlap(at * (1 - MEMBERS / ITEMS), items=ITEMS, features=FEATURES)[0]
assert np.abs(measured["centered"].mean(axis=1) - after)[at >= 3].max() < 0.06
assert np.all(measured["raw"].mean(axis=1)[far] < measured["centered"].mean(axis=1)[far])

# Animals: mammals are the most coherent of types, reptiles no more so than random groups of five.
rows = animals.to_dataframe().set_index("category")
assert rows.coherence.idxmax() == "mammal" and rows.loc["mammal", "p_coherence"] < 0.01
assert rows.loc["reptile", "p_coherence"] > 0.05
