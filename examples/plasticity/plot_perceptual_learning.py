"""
Perceptual learning: where, how much and when receptive fields change
=====================================================================

A reconstruction of what abstracts by Saxe announce, and no fit to data. Units tuned to orientation are read through two
plastic layers, and a fine discrimination around 90 degrees is trained.

**Tuning changes in units beside the trained orientation, most one tuning width away, and the more the higher the
layer** (dashed: before). **Which layer changes first is decided by its gain before training, weakest first**: with
equal gains both layers change together and the readout before them; lower layers are later only where they are
stronger.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plasticity import perceptual_learning
from ontogeny.plot.style import styled

times = np.linspace(0, 60, 241)
equal = perceptual_learning(times)
hierarchies = {gains: perceptual_learning(times, gains=gains) for gains in ((1.0, 0.5, 0.25), (0.5, 1.0))}

with styled():
    figure, panels = plt.subplots(2, 2, figsize=(9.5, 7), layout="constrained")
    for layer, ax in enumerate(panels[0], start=1):
        on.plot.tuning_curves(equal, layer=layer, ax=ax)
        ax.set_xlim(30, 150)
    for (gains, record), ax in zip(hierarchies.items(), panels[1], strict=True):
        on.plot.layer_changes(record, ax=ax)
        ax.set_title(f"gains before training {', '.join(map(str, gains))}", fontsize=10)
        ax.set_xlim(0, 30)
plt.show()

# %%
# Slopes at the reference grow in flanking units alone, and accumulate; the weakest layer is first.

curves = equal.tuning(np.array([89.9, 90.1]))
slopes = np.abs((curves[-1] - curves[0]).diff("orientation").squeeze("orientation"))
flanks = equal.task.preferred[np.argsort(-slopes.sel(layer=1).values)[:2]]
assert set(flanks) == {75.0, 105.0} and float(slopes.sel(layer=1)[18]) < 1e-9
assert equal.slope_ratio[-1, 1] > equal.slope_ratio[-1, 0] > 1.3
for gains, record in hierarchies.items():
    change = record.layer_gains - record.layer_gains[0]
    half = [float(np.interp(0.5 * end, course, times)) for end, course in zip(change[-1], change.T, strict=True)]
    assert np.array_equal(np.argsort(half), np.argsort([*gains, 0.0]))
