"""
Fig. 4: a hierarchy, and the modes it has
=========================================

Features are inherited down a tree: each starts at the root as + or - and flips its sign with probability 0.1 on every
branch. Items that part late are similar, and the modes of such a world are those of the tree: one mode for what all
share, one that tells the two halves apart, two for the quarters, four for single items. **All modes of a level are
equally strong, and higher levels are stronger: so the tree is learned from the top down.**

After Saxe, McClelland & Ganguli (2019), Fig. 4; the settings are ours.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.environments import Taxonomy
from ontogeny.plot.style import styled
from ontogeny.plot.world import name_ticks

FLIP, FEATURES, LEVELS = 0.1, 10_000, 3
tree = Taxonomy.from_nested({
    "plant": {"flower": ["daisy", "rose"], "tree": ["oak", "pine"]},
    "animal": {"bird": ["canary", "robin"], "fish": ["salmon", "sunfish"]},
})  # fmt: skip
names = list(tree.items)

# %%
# Ten thousand features, handed down branch by branch, and the strengths that theory gives each level of the tree.

draw = np.random.default_rng(0)
rows = draw.choice([-1.0, 1.0], size=(1, FEATURES))
for _ in range(LEVELS):
    rows = np.repeat(rows, 2, axis=0)
    rows = np.where(draw.random(rows.shape) < FLIP, -rows, rows)
rows /= np.sqrt(FEATURES)
world = on.Environment.from_arrays(np.eye(8), rows, items=names, normalization="sum")
overlap = (1 - 2 * FLIP) ** (2 * (LEVELS - np.arange(LEVELS + 1.0)))
nodes = 2 ** np.arange(LEVELS + 1)
eigenvalues = np.array([8 * np.sum(np.diff(overlap, prepend=0)[level:] / nodes[level:]) for level in range(LEVELS + 1)])
level = on.semantics.basic_level(world, tree)
theory = on.predict(world, initial_strength=1e-4, until=16.0)
apart = on.semantics.differentiation(theory, tree)

# %%

with styled():
    figure, ((a, b), (c, d)) = plt.subplots(2, 2, figsize=(11, 8.4), layout="constrained")
    on.plot.differentiation(apart, ax=a)
    a.set_title("The tree, forks where its groups come apart")
    image = b.imshow(rows @ rows.T, vmin=0, vmax=1, cmap="Blues")
    name_ticks(b.xaxis, names, rotation=90)
    name_ticks(b.yaxis, names)
    b.set_title("Similarity of items")
    figure.colorbar(image, ax=b, shrink=0.7)
    loadings = world.spectrum().input_modes
    c.imshow(loadings.T, vmin=-0.75, vmax=0.75, cmap="RdBu_r", aspect="auto")
    name_ticks(c.xaxis, names, rotation=90)
    c.set_yticks(range(8), ["all", "halves", "quarters", "quarters", *["items"] * 4])
    c.set_title("What each mode tells apart")
    s, of_level = world.spectrum().singular_values, np.repeat(np.arange(LEVELS + 1), [1, 1, 2, 4])
    d.bar(np.arange(1, 9), s, color=[f"C{number}" for number in of_level])
    d.hlines(np.sqrt(eigenvalues)[of_level], np.arange(0.6, 8), np.arange(1.4, 9), color="k", linewidth=1.5)
    d.set(xlabel="mode", ylabel="singular value", title="Strengths (bars) and those of the ideal tree (lines)")

# %%
# The claims. Strengths of the levels are those of theory, as far as 10,000 features go, and fall from level to level.

assert np.allclose(level.strength, eigenvalues, rtol=0.03) and level.is_coarse_to_fine
assert np.allclose(eigenvalues, [3.50778, 1.41062, 0.8208, 0.36], atol=1e-5)
assert np.abs(s / np.sqrt(eigenvalues)[of_level] - 1).max() < 0.05

# Modes of a level span what tells the groups of that level apart (within a level single modes are arbitrary).

for number in range(LEVELS + 1):
    means = [
        (group[:, None] == group) / np.sum(group[:, None] == group, axis=1)
        for group in (tree.at_level(one) for one in range(max(number - 1, 0), number + 1))
    ]
    projector = means[-1] - means[0] * (number > 0)
    mine = loadings[:, of_level == number]
    assert np.sum((mine.T @ projector) * mine.T) / mine.shape[1] > 0.99

# The tree is learned from the top down.

assert apart.is_coarse_to_fine and np.all(np.diff(apart.level_times["half_time"][0]) > 0.1)
