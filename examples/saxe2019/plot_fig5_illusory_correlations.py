"""
After Fig. 5: what children never see, and believe for a while
==============================================================

A network with one hidden layer learns 101 animals and 15 of their features. On the way it believes that worms have
backbones and seals have tails, which is never in the data: the first mode to be learned says "animal" of all of
them, and later ones take back what is not true of each.

**A network without hidden layer, which learns all modes at the same rate, shows no such illusions, if its inputs are
white. With correlated inputs it does: what needs depth is not the illusion, but the illusion without correlated
inputs.**
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import below, styled

PAIRS = [("worm", "backbone"), ("seal", "tail"), ("platypus", "toothed"), ("haddock", "predator")]
zoo, times = on.datasets.load("zoo"), np.linspace(0, 4, 401)
deep = on.predict(zoo, times=times)
shallow = on.predict(zoo, depth=1, initial_strength=1e-9, times=times)
child = on.simulate(zoo, times=times, seed=[0, 1, 2])

# %%
# Two correlated inputs (0.8) and the weights 1 and -0.3: the second weight first rises with the first.

inputs = np.sqrt(2) * np.linalg.cholesky([[1, 0.8], [0.8, 1]]).T
correlated = on.Environment.from_arrays(inputs, inputs @ [[1.0], [-0.3]])
weights = on.predict(correlated, depth=1, initial_strength=1e-9, times=np.linspace(0, 15, 601))

with styled():
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 4.4), layout="constrained")
    on.plot.answers(deep, PAIRS, ax=left)
    on.plot.answers(child, PAIRS, ax=left)
    left.set_title("One hidden layer")
    below(left, columns=2, fontsize=8, title="thick: theory, thin: trained", title_fontsize=8)
    on.plot.answers(shallow, PAIRS, ax=middle)
    middle.set(title="No hidden layer, white inputs", ylim=left.get_ylim())
    middle.get_legend().remove()
    for number, line in enumerate(weights.network_map.values[:, 0].T):
        right.plot(weights.time, line, color=f"C{number}", linewidth=2, label=f"weight of input {number + 1}")
    right.axhline(0, color="0.6", linewidth=0.6)
    right.set(title="No hidden layer, correlated inputs", xlabel="learning time (units of τ)", ylabel="weight")
    right.set_xlim(0, 15)
    right.legend(loc="center right")

# %%
# The claims. The worm's backbone, in theory and in trained networks; the modes that give it and take it away.

found = on.semantics.illusory_correlations(deep)
trained = on.semantics.illusory_correlations(child)
worm = zoo.features.index("backbone"), zoo.items.index("worm")
assert abs(found.peak[worm] - 0.290) < 0.001 and abs(found.peak_time[worm] - 0.558) < 0.01
assert abs(trained.peak[worm] - 0.29) < 0.02
table = found.to_dataframe().set_index(["item", "feature"])
assert table.loc[("worm", "backbone"), "created_by"] == 1 < table.loc[("worm", "backbone"), "removed_by"]

# In the limit of small starts two thirds of all that is not so are believed by a quarter or more.
limit = on.semantics.illusory_limit(zoo)
assert abs(limit.share_of_zeros(0.25) - 0.65) < 0.005
assert limit.to_dataframe(1)[["item", "feature"]].values.tolist() == [["seal", "tail"]]

# Without hidden layer every course is monotone on white inputs, but not on correlated ones.
assert np.abs(on.semantics.illusory_correlations(shallow).excess).max() < 1e-8
assert abs(weights.network_map.values[:, 0, 1].max() - 0.174) < 0.001
assert abs(weights.network_map.values[-1, 0, 1] + 0.3) < 0.05

# The error itself only falls.
assert np.all(np.diff(deep.dataset["loss"].values) <= 1e-12)
