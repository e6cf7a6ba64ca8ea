"""
After Fig. 10: to what else a new property is extended, over development
========================================================================

A learner is told that a sparrow "has an omentum", and learns it with new connections alone. Which other animals does it
say this of?

**Early on, of nearly all; later, of other birds and little else. But narrowing is only the second half of the story:
from equal small strengths a learner begins by extending to nothing else, broadens to everything, then narrows; from
random weights it begins with noise.** A network without hidden layer never extends it to anything.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

zoo = on.datasets.load("zoo")
theory = on.semantics.project_property(on.predict(zoo, until=4.0), "sparrow")
shallow = on.semantics.project_property(on.predict(zoo, depth=1, until=4.0), "sparrow")

# %%
# A tree of eight items whose features change sign with probability 0.1 at each branch; similarities are exact.

leaves = np.arange(8)
branch = np.array([[3 - int(i ^ j).bit_length() for j in leaves] for i in leaves])
values, axes = np.linalg.eigh(64 * 0.8 ** (2.0 * (3 - branch)))
tree = on.Environment.from_arrays(np.eye(8), (axes * np.sqrt(values)) @ axes.T / 8, normalization="sum")
exact = on.semantics.project_property(on.predict(tree, initial_strength=1e-4, until=12.0), "item 1")
trained = on.semantics.project_property(
    on.simulate(tree, hidden_units=32, initial_scale=1e-2, until=12.0, seed=range(5)), "item 1"
)

with styled():
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 4.6), layout="constrained")
    on.plot.projection(theory, ax=left)
    left.set_title("Told of a sparrow")
    for number, (item, name) in enumerate(((1, "sister"), (2, "cousin"), (4, "other half"))):
        middle.plot(exact.times, exact.values[:, item], color=f"C{number}", linewidth=2, label=name)
        middle.plot(trained.times, trained.values[:, :, item].T, color=f"C{number}", linewidth=0.6, alpha=0.7)
    middle.set(title="A tree of eight (thin: trained)", xlabel="learning time (units of τ)", ylabel="extended to")
    middle.set_xlim(0, 12)
    middle.legend()
    right.plot(exact.times, exact.width, color="C0", linewidth=2, label="equal small strengths")
    right.plot(trained.times, trained.width.T, color="C1", linewidth=0.7, alpha=0.8)
    right.plot([], [], color="C1", linewidth=0.7, label="small random weights")
    right.axhline(1, color="0.4", linestyle="--", linewidth=1, label="no hidden layer")
    right.set(title="Broad is a stage between", xlabel="learning time (units of τ)", ylabel="width (items, of 8)")
    right.set(xlim=(0, 12), ylim=(0, 8.3))
    right.legend(loc="upper right")

# %%
# The claims: the animals, whose width falls from 95 to 57 of 101; lion falls, crow stays.

early = int(np.argmin(np.abs(theory.times - 0.4)))
assert abs(theory.width[early] - 94.6) < 0.2 and 56 < theory.width[-1] < 58
lion, crow = (theory.values[:, zoo.items.index(name)] for name in ("lion", "crow"))
assert abs(lion[early] - 1.09) < 0.01 and lion[-1] < 0.15 and crow[-1] > 0.85
birds = np.array(zoo.category) == "bird"
assert theory.values[-1, birds].mean() > 2 * theory.values[-1, ~birds].mean()

# The tree: printed values; first nothing, then all, then the near ones.
for time, printed in ((3.0, (0.98, 0.94, 0.83)), (5.0, (0.92, 0.52, 0.19)), (12.0, (0.34, 0.17, 0.09))):
    row = int(np.argmin(np.abs(exact.times - time)))
    assert np.abs(exact.values[row, [1, 2, 4]] - printed).max() < 0.01
assert abs(exact.width[0] - 1) < 1e-9 and exact.width.max() > 7.9 and abs(exact.width[-1] - 3.51) < 0.01
assert np.all(trained.width.max(axis=1) > 7.5) and np.all(trained.width[:, -1] < 4)

# Without hidden layer: nothing but the taught item, at any time.
assert np.array_equal(shallow.values, np.tile(np.eye(101)[zoo.items.index("sparrow")], (401, 1)))
