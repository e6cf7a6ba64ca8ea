r"""
Fig. 7: at the edge of chaos, a deep nonlinear network is nearly an isometry
============================================================================

Saturating units shrink what goes through them, a gain above 1 stretches it. How far each direction of the input is
stretched by all layers together is told by the singular values of the end-to-end Jacobian (eq. 22). Here networks of
100 layers of units (99 matrices) of tanh with orthogonal weights, at inputs of different population variance (eq. 21).

**Below a gain of 1 all of them vanish; a little above they reach up to order one, for inputs of any size; and the
larger the gain, the further they spread.** Wide random networks have a theory for their mean and spread, which takes
the variance from layer to layer.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

SHORT = os.environ.get("ONTOGENY_FIGURES") == "small"
UNITS, LAYERS = (100 if SHORT else 300), 99
GAINS, VARIANCES = (0.9, 0.95, 1.0, 1.05, 1.1), (0.2, 1.0, 4.0)

rng = np.random.default_rng(0)
rotations = [np.linalg.qr(rng.standard_normal((UNITS, UNITS)))[0] for _ in range(LAYERS)]
direction = rng.standard_normal(UNITS)
direction /= np.sqrt(np.mean(direction**2))

measured, theory = {}, {}
for gain in GAINS:
    for q in VARIANCES:
        weights = [gain * rotation for rotation in rotations]
        measured[gain, q] = on.propagation.jacobian_spectrum(
            weights, np.sqrt(q) * direction, "tanh", nonlinear_input=True
        )
        theory[gain, q] = on.propagation.jacobian_moments(
            "tanh", gain**2, depth=LAYERS, ensemble="orthogonal", start_variance=q
        )

# %%

with styled():
    figure, axes = plt.subplots(len(GAINS), len(VARIANCES), figsize=(9, 9.5), layout="constrained")
    for row, gain in zip(axes, GAINS, strict=True):
        for ax, q in zip(row, VARIANCES, strict=True):
            on.plot.jacobian_spectrum(measured[gain, q], ax=ax)
            ax.set(xlabel="", ylabel="")
            ax.set_title(f"gain {gain}, input variance {q:g}", fontsize=9)
    for ax in axes[-1]:
        ax.set(xlabel="singular value")
    axes[2, 0].set(ylabel="share of all")

# %%
# The claims. At a gain of .9 nothing gets through, at 1.1 a gradient does, in some directions and not in others.

for q in VARIANCES:
    roots = [np.sqrt(measured[gain, q].mean_square) for gain in GAINS]
    assert np.all(np.diff(roots) > 0)
    assert roots[0] < 1e-3 and measured[0.9, q].singular_values[0] < 1e-2  # all directions vanish
    assert 0.03 < roots[2] < 0.3  # at 1 they only fade
    assert 1 < measured[1.1, q].singular_values[0] < 10
    spreads = [measured[gain, q].normalized_variance for gain in GAINS]
    assert np.all(np.diff(spreads) > 0)

# Theory knows the mean of the squared singular values of wide networks and their spread, over seven powers of ten; what
# single layers of finite width are off is multiplied by 99 of them.
for setting, spectrum in measured.items():
    assert abs(np.log(spectrum.mean_square / theory[setting].mean_square)) < 12 / np.sqrt(UNITS)
    assert abs(np.log(spectrum.normalized_variance / theory[setting].normalized_variance)) < 8 / np.sqrt(UNITS)
