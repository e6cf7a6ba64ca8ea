"""
Fig. 5: pretraining on handwritten digits, its time counted
===========================================================

Deep linear networks learn to name handwritten digits, from small weights, after greedy pretraining of every layer as an
autoencoder, and from orthogonal weights. Inputs of digits do not vary along the directions of the task alone, so that
modes interfere and the whole matrices are integrated.

**Beyond one hidden layer pretraining pays with its own time counted, the more the deeper.** Orthogonal weights need
none, and learn as fast or faster.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import ontogeny as on
from ontogeny._core.progress import track
from ontogeny.plot.style import styled

depths = [2, 3, 4]
pixels, labels = load_digits(return_X_y=True)
classes = np.eye(10)[labels]

effects = [
    on.plasticity.will_pretraining_help(pixels / 8, classes, depth=depth) for depth in track(depths, "depths", 3)
]
for depth, effect in zip(depths, effects, strict=True):
    print(f"depth {depth}: {effect.meaning}")

# %%

with styled():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.9), layout="constrained")
    on.plot.pretraining_effect(effects[-1], ax=left)
    left.set_title(f"depth {depths[-1]}", fontsize=10)
    counted = [effect.learning_time("pretrained") + effect.pretraining_time for effect in effects]
    for start in ("small weights", "pretrained", "orthogonal"):
        (line,) = right.plot(depths, [effect.learning_time(start) for effect in effects], "o-", label=start)
        if start == "pretrained":
            right.plot(depths, counted, "o--", color=line.get_color(), label="pretraining counted")
    right.set(yscale="log", xticks=depths, xlabel="depth (weight matrices)", ylabel="time to remove 90% of the error")
    right.legend()
plt.show()

# %%
# With its time counted pretraining pays beyond one hidden layer, and the more the deeper.

gains = np.array([effect.speedup_in_all for effect in effects])
assert np.all(np.diff(gains) > 0) and gains[-1] > 5 and not effects[0].alignment.holds
assert all(effect.learning_time("orthogonal") <= effect.learning_time("pretrained") for effect in effects)
