"""
In the style of Fig. 4: initial weights that are never forgotten
================================================================

**With fewer examples than inputs, part of the initial weights is frozen**: directions that no example covers never
change, and the initial weights along them add to the test error for ever. Small initial weights are the cure. With more
examples than inputs the initial weights are forgotten in the end.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

SIGNAL, INPUTS, SIZES = 5.0, 300, (0.0, 1.0, 5.0)
times = np.geomspace(0.03, 300, 120)


def student(load, size, seed=0):
    """One student with 300 inputs, whose flow is solved exactly."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((INPUTS, int(load * INPUTS))) / np.sqrt(INPUTS)
    teacher, first = np.sqrt(SIGNAL) * rng.standard_normal(INPUTS), np.sqrt(size) * rng.standard_normal(INPUTS)
    value, vector = np.linalg.eigh(x @ x.T)
    value = np.maximum(value, 1e-14)[:, None]
    left = np.exp(-value * times)
    seen = vector.T @ x @ (teacher @ x + rng.standard_normal(x.shape[1]))
    weights = vector @ ((vector.T @ first)[:, None] * left + seen[:, None] * (1 - left) / value)
    return 1 + np.mean((teacher[:, None] - weights) ** 2, axis=0)


with styled():
    fig, axes = plt.subplots(1, 2, figsize=(8.4, 4), layout="constrained", sharey=True)
    for ax, load in zip(axes, (0.5, 2.0), strict=True):
        for size in SIZES:
            known = {"signal_variance": SIGNAL, "initial_variance": size}
            theory = on.generalization.test_error(times, load, **known)
            (line,) = ax.plot(times, theory, linewidth=2, label=f"first weights of variance {size:g}")
            runs = np.mean([student(load, size, seed) for seed in range(8)], axis=0)
            ax.plot(times, runs, linewidth=0.8, color="0.2")
            stop = on.generalization.optimal_stopping(load, **known)
            ax.plot([stop.time], [stop.error], "o", color=line.get_color())
            assert np.all(np.abs(runs / theory - 1) < 0.15)  # the norms of eight teachers
        ax.set(xscale="log", title=f"{load:g} examples per input", xlabel="learning time (units of τ)")
        ax.set_ylim(bottom=0)
    axes[0].set_ylabel("test error")
    axes[1].legend()

# %%
# The claims: a floor of the error below a load of 1, none above; larger initial weights stop later and do worse.

ends = on.generalization.test_error(np.inf, [[0.5], [2.0]], signal_variance=SIGNAL, initial_variance=SIZES)
np.testing.assert_allclose(ends[0] - ends[0, 0], 0.5 * np.array(SIZES), atol=1e-12)
np.testing.assert_allclose(ends[1], 2.0, rtol=1e-12)
stop = on.generalization.optimal_stopping(0.5, signal_variance=SIGNAL, initial_variance=[0.0, 0.1, 1.0, 5.0])
np.testing.assert_allclose(stop.error, [4.130, 4.185, 4.670, 6.770], atol=5e-4)
assert np.all(np.diff(stop.time) > 0) and np.all(np.diff(stop.error) > 0)
