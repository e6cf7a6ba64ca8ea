"""
Similarities rise, dip and spread through the layers
====================================================

Left: agreement (linear CKA) of the similarities in the hidden layer with those of the items' features, while a network
learns a hierarchy of eight items. **It does not simply rise: it dips while a coarse distinction is learned and the
finer ones are not, and it falls in the end**, because distinctions are weighted by their strengths in the hidden layer
and by the squares of these in the features. Trained networks (thin) do as the theory (thick).

Right: a deep network from small equal weights. **While it develops, lower layers lead**: a mode of strength u has the
share u to the power of l/D in layer l of D. (In perceptual learning, which starts from strong layers and an untrained
readout, it is the other way round.)
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import ontogeny as on
from ontogeny.plot.style import styled
from ontogeny.representation import gram, linear_cka

nodes = [(size, place) for size in (8, 4, 2, 1) for place in range(8 // size)]
table = pd.DataFrame({f"{size}-{place}": [float(k // size == place) for k in range(8)] for size, place in nodes})
world = on.Environment.from_dataframe(table)
times = np.linspace(0.1, 6.0, 60)
theory = on.predict(world, times=times, initial_strength=1e-2)
children = on.simulate(world, times=np.append(0.0, times), initial_strength=1e-2, seed=[0, 1, 2])
features = table.to_numpy() @ table.to_numpy().T
course = linear_cka(gram(theory, 1), features)
trained = linear_cka(gram(children, 1), features)

# %%
# A deep network, four weight matrices, one mode of strength 1: half of the final similarity in every layer.

mode = on.Environment.from_correlations([[1.0]])
deep = on.predict(mode, depth=4, initial_strength=0.2**4, times=np.linspace(0, 20, 4001))
strength = deep.dataset["mode_strength"].values[:, 0]
similarity = {layer: strength ** (2 * layer / 4) for layer in (1, 2, 3, 4)}
half = {layer: float(np.interp(0.5, values, deep.time)) for layer, values in similarity.items()}

# %%

with styled():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 3.8), layout="constrained")
    left.plot(times, course, linewidth=2.2, color="C0", label="theory")
    left.plot(children.time[1:], trained[:, 1:].T, linewidth=0.8, color="C1")
    left.set(xlabel="time [tau]", ylabel="CKA with the items' features")
    for layer, values in similarity.items():
        name = "output" if layer == 4 else f"layer {layer}"
        right.plot(deep.time, values, label=f"{name}, half at {half[layer]:.2f}")
    right.set(xlabel="time [tau]", ylabel="similarity, of that in the end", xlim=(10.5, 14))
    right.legend()
plt.show()

# %%
# The agreement dips and ends below its height, in theory and in networks; half-times are ordered from below.

stages = (times > 0.5) & (times < 1.8)  # around the dip
lowest = int(np.argmin(np.where(stages, course, np.inf)))
assert course[:lowest].max() > course[lowest] + 0.02 < course[lowest:].max() and course[-1] < 0.96
for one in trained.values[:, 1 + lowest :]:
    assert one[0] + 0.005 < one.max() and one[-1] < 0.96
np.testing.assert_allclose(list(half.values()), [11.76, 12.21, 12.39, 12.50], atol=0.011)
