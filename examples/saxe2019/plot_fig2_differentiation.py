"""
Fig. 2: from coarse to fine, in networks of every kind
======================================================

Children tell plants from animals before birds from fish, and these before a robin from a canary. So do deep networks.

**Above: what a linear network and a nonlinear one know of eight living things, at four times.** Both begin with all
items in one place, send plants and animals apart, then trees and flowers, birds and fish, and in the end single items.
**Below: items of a tree with one property for each of its groups.** Linear, tanh, ReLU and sigmoid networks, three of
each, come apart level by level, in one order. Linear networks are not the exception but the case that can be solved.

Networks have 256 hidden units, so that the few units that a ReLU happens to leave on decide nothing: with 64, one ReLU
network in three told halves and quarters apart at the same time in its hidden layer, though not in its answers.

After Saxe, McClelland & Ganguli (2019), Fig. 2; the settings are ours.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.environments import Taxonomy, from_taxonomy
from ontogeny.plot.style import styled

SEEDS = [0, 1, 2]
kinds = Taxonomy.from_nested({
    "plant": {"tree": ["pine", "oak"], "flower": ["rose", "daisy"]},
    "animal": {"bird": ["robin", "canary"], "fish": ["sunfish", "salmon"]},
})  # fmt: skip

# %%
# Eight living things and their 36 properties: one linear and one tanh network.

living = on.datasets.load("rumelhart")
movies = {}
for units in ("linear", "tanh"):
    child = on.simulate(living, nonlinearity=units, initial_strength=1e-4, times=np.linspace(0, 7, 141), seed=0)
    movies[units] = on.semantics.embedding(child)

# %%
# Eight items of a binary tree, one property for each of its 15 groups: twelve networks of four kinds.

binary = Taxonomy.from_nested({a: {a + b: [a + b + c for c in "lr"] for b in "lr"} for a in "lr"})
world = on.Environment.from_dataframe(from_taxonomy(binary))
lengths = {"linear": 6.0, "tanh": 6.0, "relu": 6.0, "sigmoid": 20.0}
found, answers = {}, {}
for units, until in lengths.items():
    networks = on.simulate(
        world,
        nonlinearity=units,
        hidden_units=256,
        initial_strength=3e-3,
        times=np.linspace(0, until, 201),
        seed=SEEDS,
    )
    found[units] = on.semantics.differentiation(networks, binary)
    answers[units] = on.semantics.differentiation(networks, binary, layer="output")
shallow = on.semantics.differentiation(on.predict(world, depth=1, initial_strength=0.0, until=6.0), binary)

# %%

with styled():
    figure = plt.figure(figsize=(11, 10), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(2, 1.15))
    frames = above.subplots(2, 4)
    for row, (units, movie) in zip(frames, movies.items(), strict=True):
        on.plot.embedding(movie, axes=row)
        row[0].set_ylabel(f"{units} network\n{row[0].get_ylabel()}")
    for ax, (units, record) in zip(below.subplots(1, 4, sharey=True), found.items(), strict=True):
        on.plot.level_courses(record, ax=ax)
        ax.set(title=f"{units} networks", xlabel="learning time (τ)")
        ax.get_legend().remove()
        for line in ax.get_lines()[: 3 * len(SEEDS)]:
            line.set(linewidth=1.4, alpha=0.9)
    told = below.axes[-1].get_lines()[: 3 * len(SEEDS) : len(SEEDS)]
    below.axes[-1].legend(told, ["halves", "quarters", "single items"], loc="upper left", title="told apart")
    below.axes[0].set_ylabel("squared distance\n(share of where it ends)")
    for ax in below.axes[1:]:
        ax.set_ylabel("")

# %%
# The claims. All twelve networks come apart from coarse to fine, every level clearly after the one above it.

for units, record in found.items():
    assert record.is_coarse_to_fine, units
    half = record.level_times["half_time"]
    assert half.shape == (3, 3) and np.all(np.diff(half, axis=1) > 0.04 * half[:, :-1])
    assert answers[units].is_coarse_to_fine

# A network without hidden layer does not: all levels come apart at the same moment.

assert not shallow.is_coarse_to_fine and np.ptp(shallow.level_times["half_time"]) < 1e-9

# Plants and animals are the first axis of linear and nonlinear networks alike, birds and fish are apart on the second.

for movie in movies.values():
    last = movie.coordinates[0, -1]
    is_plant = np.isin(movie.names, kinds.members(kinds.names.index("plant")))
    assert len(set(np.sign(last[is_plant, 0]))) == 1 and np.sign(last[0, 0]) != np.sign(last[-1, 0])
    bird, fish = movie.names.index("robin"), movie.names.index("salmon")
    assert np.sign(last[bird, 1]) != np.sign(last[fish, 1])
