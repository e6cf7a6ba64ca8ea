"""
Fig. 3: stages
==============

Four items and seven properties: everything grows, animals move, plants have roots, and each item has a property of its
own. The singular value decomposition splits this table into modes: what all share, animals against plants, and two
tied modes for the single items.

**Above: the table and its modes. Below: with a hidden layer each mode is learned in a stage of its own** (thick: the
closed form; thin: networks from small random weights), **and without one all of them at once.**

After Saxe, McClelland & Ganguli (2019), Fig. 3; the settings are ours.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import ontogeny as on
from ontogeny.modes import transitions
from ontogeny.plot.style import styled
from ontogeny.plot.world import name_ticks

START = 1e-3
SEEDS = [0, 1, 2, 3, 4]
table = pd.DataFrame(
    [[1, 1, 0, 1, 0, 0, 0], [1, 1, 0, 0, 1, 0, 0], [1, 0, 1, 0, 0, 1, 0], [1, 0, 1, 0, 0, 0, 1]],
    index=["canary", "salmon", "oak", "rose"],
    columns=["grow", "move", "roots", "fly", "swim", "leaves", "petals"],
)
world = on.Environment.from_dataframe(table)
modes = world.spectrum()

# %%
# Theory with one hidden layer and with none, and trained networks of both kinds.

times = np.linspace(0, 8, 401)
options = {"initial_strength": START, "times": times}
deep, shallow = on.predict(world, **options), on.predict(world, depth=1, initial_strength=0.0, times=times)
networks = on.simulate(world, hidden_units=16, seed=SEEDS, **options)
plain = on.simulate(world, depth=1, seed=SEEDS, **options)
start = on.networks.effective_initial_strength([w[0, 0] for w in networks.snapshots], modes)
own = on.predict(world, initial_strength=start, times=times)

# %%

with styled():
    figure = plt.figure(figsize=(11, 7.2), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(1, 1.35))
    parts = {
        "table": table.T.to_numpy(),
        "= properties of modes": modes.output_modes,
        "× strengths": np.diag(modes.singular_values),
        "× items of modes": modes.input_modes.T,
    }
    numbers = ["1", "2", "3", "4"]
    labels = [(table.index, table.columns), (numbers, table.columns), (numbers, numbers), (table.index, numbers)]
    for ax, (name, part), (across, down) in zip(above.subplots(1, 4), parts.items(), labels, strict=True):
        limit = np.abs(part).max()
        ax.imshow(part, vmin=-limit, vmax=limit, cmap="RdBu_r")
        name_ticks(ax.xaxis, across, rotation=90)
        name_ticks(ax.yaxis, down)
        ax.set_title(name)
    left, right = below.subplots(1, 2, sharey=True)
    for ax, theory, trained, title in (
        (left, deep, networks, "one hidden layer: stages"),
        (right, shallow, plain, "no hidden layer: all at once"),
    ):
        on.plot.mode_strengths(theory, ax=ax)
        on.plot.mode_strengths(trained, ax=ax)
        ax.set_title(title)

# %%
# The claims. The squares of the singular values are 7, 3, 1 and 1, and the last two are tied.

assert np.allclose(modes.singular_values**2, [7, 3, 1, 1]) and modes.is_tied.tolist() == [False, False, True, True]

# With a hidden layer, modes follow each other, each for about ln 9 over its strength, in theory and in networks.

stages = on.semantics.transition_sharpness(deep)
assert stages.is_stage_like and np.all(np.diff(stages.half_time[0]) > 0.2)
assert np.allclose(stages.width[0], transitions.width(np.sqrt([7, 3, 1])))
trained = on.semantics.transition_sharpness(networks)
assert trained.is_stage_like and np.allclose(trained.width, stages.width, rtol=0.15)

# A network follows the closed form from its own start within a few percent.

strength = networks.dataset["mode_strength"].values[0]
group = [[0], [1], [2, 3]]
for members in group:
    off = strength[:, members].mean(axis=1) - own.dataset["mode_strength"].values[:, members].mean(axis=1)
    assert np.abs(off).max() < 0.06 * modes.singular_values[members[0]]

# Without one, all modes are half learned at ln 2, and nothing is sudden: 3.17 times as wide as the wait.

flat = on.semantics.transition_sharpness(shallow)
assert np.allclose(flat.half_time, np.log(2)) and np.allclose(flat.ratio, np.log(9) / np.log(2))
assert not flat.is_stage_like
