"""
In the style of Fig. 3: double descent over the number of examples
==================================================================

Test error at several times of learning, against the number of examples per input. **Learning to the end has its largest
test error with as many examples as inputs**, and both fewer and more examples are better (double descent). The peak is
a matter of time: with optimal early stopping, every further example lowers the error.

Lines are theory, dots the mean over samples of 100 inputs; at the end of learning the dashed line is the exact mean at
this finite size.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

SIGNAL, INPUTS, DRAWS = 5.0, 100, 40
fine, coarse = np.geomspace(0.1, 10, 300), np.array([0.12, 0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 4.0, 8.0])
courses = {"t = 0.3": 0.3, "t = 10": 10.0, "t = 100": 100.0, "the end": np.inf}
test_error = on.generalization.test_error


def sampled(load, time):
    """Mean error over samples of inputs; teacher and noise are averaged exactly."""
    errors = []
    for seed in range(DRAWS):
        x = np.random.default_rng(seed).standard_normal((INPUTS, round(load * INPUTS))) / np.sqrt(INPUTS)
        value = np.linalg.svd(x, compute_uv=False) ** 2
        left, zeros = np.exp(-value * time), INPUTS - value.size
        errors.append(1 + (SIGNAL * (np.sum(left**2) + zeros) + np.sum((1 - left) ** 2 / value)) / INPUTS)
    return np.mean(errors), np.std(errors) / np.sqrt(DRAWS)


stop = on.generalization.optimal_stopping(fine, signal_variance=SIGNAL)
dots = {name: np.array([sampled(load, time) for load in coarse]) for name, time in courses.items() if time < np.inf}
with styled():
    fig, ax = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    for name, time in courses.items():
        (line,) = ax.plot(fine, test_error(time, fine, signal_variance=SIGNAL), linewidth=2, label=name)
        if name in dots:
            ax.errorbar(coarse, *dots[name].T, fmt="o", markersize=4, color=line.get_color())
    exact = test_error(np.inf, fine, signal_variance=SIGNAL, inputs=INPUTS)
    ax.plot(fine, exact, "--", color=line.get_color(), linewidth=1, label=f"the end, {INPUTS} inputs")
    ax.plot(fine, stop.error, color="0.2", linewidth=2, label="optimal early stopping")
    ax.set(xscale="log", ylim=(0, 12), xlabel="examples per input", ylabel="test error")
    ax.legend(loc="upper right")

# %%
# The claims.

for name, time in courses.items():
    if name in dots:
        finite = test_error(time, coarse, signal_variance=SIGNAL, inputs=INPUTS)
        smooth = (coarse != 1.0) | (time < INPUTS / 5)  # the hard edge is beyond the first order in one over the inputs
        mean, error = dots[name].T
        assert np.all(np.abs(mean - finite)[smooth] < 4 * error[smooth] + 0.02 * finite[smooth])
end = test_error(np.inf, fine, signal_variance=SIGNAL)
assert 0.95 < fine[end.argmax()] < 1.05 and end[0] < end.max() / 5 > end[-1]
assert np.all(np.diff(stop.error) < 0)
