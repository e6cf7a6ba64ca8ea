"""
In the style of Fig. 5: when to stop, and what it costs
=======================================================

Left: the optimal stopping time against the signal-to-noise ratio. With a gap in the spectrum it grows logarithmically;
**with as many examples as inputs it grows linearly**, an exception that the paper does not mention.

Right: the test error of optimal early stopping against that of the best ridge regression, which is the optimum. **Early
stopping never costs more than 4.1 % of the error above the noise**; the worst case is a load of 1.5 and a ratio of 9.5.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

stopping, ridge_error = on.generalization.optimal_stopping, on.generalization.ridge_error
ratios, loads = np.geomspace(0.05, 1e5, 120), np.geomspace(0.1, 10, 160)


def cost(load, ratio):
    """Excess of early stopping over that of the best ridge."""
    stop = stopping(load, signal_variance=ratio)
    return (stop.error - 1) / (ridge_error(load, signal_variance=ratio) - 1)


with styled():
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    for load in (0.25, 0.5, 0.9, 1.0, 2.0):
        left.plot(ratios, stopping(load, signal_variance=ratios).time, linewidth=2, label=f"load {load:g}")
    left.set(
        xscale="log",
        yscale="log",
        xlabel="signal-to-noise ratio",
        ylabel="optimal stopping time (units of τ)",
        ylim=(0.03, 1e5),
    )
    left.legend()
    for ratio in (0.5, 2.0, 9.508, 100.0, 1e4):
        right.plot(loads, 100 * (cost(loads, ratio) - 1), linewidth=2, label=f"ratio {ratio:g}")
    right.set(xscale="log", xlabel="examples per input", ylabel="cost of stopping instead of ridge (%)")
    right.legend()

# %%
# The claims.

np.testing.assert_allclose(cost(1.4987, 9.508), 1.040138, atol=5e-7)
assert cost(loads[:, None], ratios).max() < 1.040139
times = stopping([0.5, 1.0], signal_variance=[[1e4], [1e8]]).time
assert times[1, 0] / times[0, 0] < 3 and abs(times[1, 1] / times[0, 1] / 1e4 - 1) < 1e-3
np.testing.assert_allclose(times[0, 1], 6035.58, atol=5e-3)
