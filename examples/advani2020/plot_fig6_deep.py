"""
In the style of Fig. 6: deep students, and speed against accuracy
=================================================================

A deep linear student with one output is described by two numbers that couple all modes. **After a delay,
which is longer for smaller initial weights, it learns what a shallow one learns.** There is a trade-off: small initial
weights make it slow and accurate, large ones fast and less accurate.

Left: theory (thick) and students with 400 inputs (thin), at a load of 1. Right: for every depth, from large initial
weights (large dots) to small ones, the time until half is learned and the best error on the way. Each depth is on its
own clock, time multiplied by the number of inputs to the power of one minus one over the depth.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.integrate import solve_ivp

import ontogeny as on
from ontogeny.plot.style import styled

SIGNAL, INPUTS, FIRST = 5.0, 400, 0.1
times = np.linspace(0, 6, 61)


def student(depth, seed):
    """One balanced student: the flow of its end-to-end weights."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((INPUTS, INPUTS)) / np.sqrt(INPUTS)
    teacher, first = np.sqrt(SIGNAL) * rng.standard_normal(INPUTS), np.sqrt(FIRST) * rng.standard_normal(INPUTS)
    gram, seen = x @ x.T, x @ (teacher @ x + rng.standard_normal(INPUTS))

    def velocity(_, w):
        g, size = seen - gram @ w, w @ w
        return (size / INPUTS) ** (1 - 1 / depth) * (g + (depth - 1) * w * (w @ g) / size)

    weights = solve_ivp(velocity, (0, times[-1]), first, "RK45", t_eval=times, rtol=1e-6, atol=1e-8).y
    return 1 + np.mean((teacher[:, None] - weights) ** 2, axis=0)


record = on.generalization.speed_accuracy(
    2.0, depths=[1, 2, 3, 4], initial_variances=np.geomspace(1, 1e-4, 9), signal_variance=SIGNAL
)
with styled():
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.4, 4.4), layout="constrained")
    for depth in (1, 2, 3):
        known = {"signal_variance": SIGNAL, "initial_variance": FIRST, "depth": depth}
        theory = on.generalization.deep_error(times, 1.0, **known)
        (line,) = left.plot(times, theory, linewidth=2, label=f"depth {depth}")
        runs = np.array([student(depth, seed) for seed in range(6)])
        left.plot(times, runs.T, linewidth=0.5, color=line.get_color(), alpha=0.6)
        assert np.all(np.abs(runs.mean(axis=0) / theory - 1) < 0.12)  # the norms and luck of six students
    left.set(xlabel="learning time (clock of the depth)", ylabel="test error", xlim=(0, times[-1]))
    left.set_ylim(bottom=0)
    left.legend()
    on.plot.speed_accuracy(record, ax=right)

# %%
# The claims: smaller initial weights are slower and better at every depth; layers cost a little accuracy, nearly the
# same for all initial weights; no student reaches the optimum.

assert np.all(np.diff(record.best_error, axis=1) < 0) and np.all(np.diff(record.half_time[1:], axis=1) > 0)
assert np.all(np.diff(record.best_error[:, -1]) > 0) and np.all(record.best_error > record.bayes_error)
