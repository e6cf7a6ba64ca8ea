"""
In the style of Fig. 2: spectra and overfitting
===============================================

The inputs are white, but a sample of them is not: its variance differs between directions, by the Marchenko-Pastur law.
**With as many examples as inputs, some directions have almost no variance**; they are learned last, and mostly from
noise. With fewer or more examples a gap opens between zero and the smallest variance.

Above, the law (line) and one sample of 1000 inputs (bars); below, the test error over time.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled
from ontogeny.random_matrices import marchenko_pastur as law

INPUTS, SIGNAL, LOADS = 1000, 5.0, (0.5, 1.0, 2.0)

rng, spectra = np.random.default_rng(0), {}
for load in LOADS:
    x = rng.standard_normal((INPUTS, int(load * INPUTS))) / np.sqrt(INPUTS)
    spectra[load] = np.maximum(np.linalg.eigvalsh(x @ x.T), 0)

times = np.geomspace(0.05, 1000, 200)
with styled():
    fig, axes = plt.subplots(2, 3, figsize=(9, 5.4), layout="constrained", sharey="row")
    for (top, bottom), load in zip(axes.T, LOADS, strict=True):
        shown = spectra[load][spectra[load] > 1e-9]
        edges = np.linspace(0, float(law.edges(load)[1]) * 1.02, 40)
        width = edges[1] - edges[0]
        top.bar(edges[:-1], np.histogram(shown, edges)[0] / INPUTS / width, width, align="edge", color="0.8")
        fine = np.linspace(1e-3, edges[-1], 800)
        top.plot(fine, law.density(fine, load), linewidth=2)
        top.set(title=f"{load:g} examples per input", xlabel="variance shown", ylim=(0, 1.2))
        if law.atom(load) > 0:
            top.annotate(
                f"{float(law.atom(load)):.0%} are never shown", (0, 1.0), (0.8, 1.02), arrowprops={"arrowstyle": "-"}
            )
        bottom.plot(times, on.generalization.test_error(times, load, signal_variance=SIGNAL), linewidth=2)
        stop = on.generalization.optimal_stopping(load, signal_variance=SIGNAL)
        bottom.plot([stop.time], [stop.error], "o")
        bottom.set(xscale="log", xlabel="learning time (units of τ)", ylim=(0, 12))
    axes[0, 0].set_ylabel("density")
    axes[1, 0].set_ylabel("test error")

# %%
# The claims: the sample has the moments and the edges of the law; only at a load of 1 is there no gap, and only
# there does the test error diverge with training time.

for load in LOADS:
    sample, shown = spectra[load], spectra[load][spectra[load] > 1e-9]
    for order in (1, 2, 3):
        assert abs(np.mean(sample**order) / law.moment(order, load) - 1) < 0.02
    low, high = law.edges(load)
    assert abs(shown.max() - high) < 0.1 and abs(shown.min() - low) < 0.02
    assert abs(np.mean(sample < 1e-9) - law.atom(load)) < 1.5 / INPUTS
ends = on.generalization.test_error(1e6, LOADS, signal_variance=SIGNAL)
assert ends[1] > 100 * max(ends[0], ends[2])
