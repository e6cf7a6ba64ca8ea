"""
A network of one's own beside the theory
========================================

Two networks learn the same eight living things, one of tanh units from small weights, one of ReLU units. From the
activity of their units alone, and the least-squares linear map to each layer, **the theory says how far their courses,
the order of stages, the similarities of items and what gradient flow conserves are from those of linear networks.**
"""

import matplotlib.pyplot as plt

import ontogeny as on
from ontogeny.plot.style import styled
from ontogeny.representation import Recording, activity, compare_with_theory

world = on.datasets.load("rumelhart")
networks = {kind: on.simulate(world, until=10.0, nonlinearity=kind, seed=[0, 1]) for kind in ("tanh", "relu")}
found = {kind: compare_with_theory(network) for kind, network in networks.items()}
for kind, comparison in found.items():
    print(kind, *comparison.findings, sep="\n  ")

# %%
# What was recorded of the tanh network, with time in steps of its own, knows no weights, and tells nearly the same.

tanh = networks["tanh"]
seen = {"hidden": activity(tanh, 1), "output": activity(tanh, "output")}
recorded = compare_with_theory(Recording(world, 20 * tanh.snapshot_time, seen))
print("recorded", *recorded.findings, *recorded.notes, sep="\n  ")

# %%

with styled():
    figure, axes = plt.subplots(2, 4, figsize=(13.0, 6.0), layout="constrained")
    for row, (kind, comparison) in zip(axes, found.items(), strict=True):
        on.plot.compared_courses(comparison, ax=row[0]).set_title(kind)
        on.plot.compared_half_times(comparison, ax=row[1])
        on.plot.compared_similarities_over_time(comparison, ax=row[2])
        on.plot.conserved_quantities(comparison, ax=row[3])
plt.show()

# %%
# Tanh networks follow; in networks of ReLUs stages come in nearly the same order, and little is conserved.

assert found["tanh"].typical < 0.03 < found["relu"].typical
assert found["tanh"].order > 0.95 and found["relu"].order > 0.8
assert float(found["tanh"].drift.max()) < 0.1 < float(found["relu"].drift.max())
assert abs(recorded.tau / 20 - 1) < 0.15 and recorded.typical < 0.03
