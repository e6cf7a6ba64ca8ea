r"""
Fig. 8: how much activity a gain keeps
======================================

The variance of the sums in one layer decides that in the next: a map, whose fixed point deep layers reach (eq. 21).
**Up to a gain of 1 activity dies out, above it lives on at a level that grows with the gain**; a sharp transition, of
which theory knows the place and the level. Networks have 30 layers of units of tanh and orthogonal weights.

At gains near 1 thirty layers are not enough to arrive: there activity falls like one over twice the layer, and the
networks lie above the fixed point, but on the theory of as many layers.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

from ontogeny.plot.style import styled
from ontogeny.propagation import layer_sums, mean_field, population_variance, variance_map

SHORT = os.environ.get("ONTOGENY_FIGURES") == "small"
UNITS, LAYERS, LAST = (300 if SHORT else 1000), 29, 5
gains = np.array([0.9, 0.95, 1.0, 1.02, 1.05, 1.1, 1.2, 1.35, 1.5, 2.0])

rng = np.random.default_rng(0)
rotations = [np.linalg.qr(rng.standard_normal((UNITS, UNITS)))[0] for _ in range(LAYERS)]
start = rng.standard_normal(UNITS)


def settled(gain):
    """Population variance of a network, averaged over the last five layers."""
    sums = layer_sums([gain * rotation for rotation in rotations], start, "tanh")
    return np.mean([population_variance(layer) for layer in sums[-LAST:]])


def predicted(gain):
    """The same of an infinitely wide network."""
    course = [float(np.mean(start**2))]
    for _ in range(LAYERS):
        course.append(float(variance_map(course[-1], "tanh", gain**2)))
    return np.mean(course[-LAST:])


measured = np.array([settled(gain) for gain in gains])
finite = np.array([predicted(gain) for gain in gains])
fine = np.linspace(0.85, 2.05, 200)
limit = np.array([mean_field("tanh", gain**2).variance_fixed_point for gain in fine])

# %%

with styled():
    dark, orange, green, *_ = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
    q = np.linspace(0, 2, 200)
    for gain, color in ((1.0, dark), (1.5, orange)):
        left.plot(q, variance_map(q, "tanh", gain**2), color=color, label=f"gain {gain}")
        left.plot(*2 * [mean_field("tanh", gain**2).variance_fixed_point], "o", color=color)
    left.plot(q, q, color="0.5", linestyle=":", linewidth=1)
    left.set(xlabel="variance in one layer", ylabel="variance in the next", title="The map")
    left.legend(loc="upper left")
    right.plot(fine, limit, color=dark, label="fixed point")
    right.plot(
        fine[::8], [predicted(gain) for gain in fine[::8]], color=orange, linewidth=1, label="theory of 30 layers"
    )
    right.plot(gains, measured, "o", color=green, label=f"a network of {UNITS} units")
    right.set(xlabel="gain", ylabel="variance in deep layers", title="Where it settles")
    right.legend(loc="upper left")

# %%
# The claims. Nothing is left below a gain of 1, and above it the fixed point of theory is reached.

assert np.all(limit[fine < 1] == 0) and np.all(limit[fine > 1] > 0)
assert np.all(measured[gains < 1] < 0.01)
np.testing.assert_allclose(mean_field("tanh", 1.5**2).variance_fixed_point, 0.79335, atol=5e-6)
far = gains >= 1.2
at_fixed_point = [mean_field("tanh", gain**2).variance_fixed_point for gain in gains[far]]
np.testing.assert_allclose(measured[far], at_fixed_point, rtol=4 * np.sqrt(2 / UNITS / LAST))

# Near 1 the network is where the theory of as many layers is, and above the fixed point.
np.testing.assert_allclose(measured, finite, rtol=0.25, atol=2e-4)
assert measured[gains == 1.0] > 0.01
