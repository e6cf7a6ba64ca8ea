"""
Fig. 1: a student of a noisy teacher
====================================

A linear teacher answers random inputs, noise spoils the answers, a student learns them by full-batch gradient descent.
**The training error only falls; the test error falls to a minimum and rises again (overfitting)**, and even at its
minimum it stays above the variance of the noise, which cannot be predicted.

Thick lines are theory (``generalization.learning_curves``), thin ones students with 300 inputs, each with a teacher of
its own. The published panel does not give its parameters; these are a signal-to-noise ratio of 5 and as many
examples as inputs.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

SIGNAL, LOAD, INPUTS, STUDENTS, RATE = 5.0, 1.0, 300, 12, 0.05
steps = np.unique(np.geomspace(1, 2000, 60).astype(int))

# %%
# Students: gradient descent, one teacher each.

rng, tests, trains = np.random.default_rng(0), [], []
for _ in range(STUDENTS):
    x = rng.standard_normal((INPUTS, int(LOAD * INPUTS))) / np.sqrt(INPUTS)
    teacher, w = np.sqrt(SIGNAL) * rng.standard_normal(INPUTS), np.zeros(INPUTS)
    y = teacher @ x + rng.standard_normal(x.shape[1])
    test, train = [], []
    for step in range(1, steps[-1] + 1):
        w = w + RATE * (y - w @ x) @ x.T
        if step in steps:
            test.append(1 + np.mean((teacher - w) ** 2))
            train.append(np.mean((y - w @ x) ** 2))
    tests.append(test)
    trains.append(train)

# %%
# Theory, with the students plotted over it.

times = RATE * steps
theory = on.generalization.learning_curves(LOAD, signal_variance=SIGNAL, times=times)
with styled():
    fig, ax = plt.subplots(figsize=(6.4, 4.6), layout="constrained")
    on.plot.generalization_error(theory, ax=ax)
    ax.plot(times, np.transpose(tests), color="C0", linewidth=0.5, alpha=0.5)
    ax.plot(times, np.transpose(trains), color="C0", linewidth=0.5, alpha=0.3)
    ax.set_xscale("log")
    ax.set_xlim(times[0], times[-1])

# %%
# The claims: theory predicts the students; the test error has a minimum over time, the training error has none.

stop = theory.stopping
mean = np.mean(tests, axis=0)
off = np.std(tests, axis=0) / np.sqrt(STUDENTS)
assert np.all(np.abs(mean - theory.test_error) < 4 * off + 0.02 * theory.test_error)
assert 0.5 < times[mean.argmin()] / stop.time < 2 and mean[-1] > 1.5 * mean.min()
assert np.all(np.diff(theory.train_error) < 0) and np.all(np.diff(np.mean(trains, axis=0)) < 0)
assert stop.error > stop.bayes_error > stop.noise_variance
