"""
Learning the teacher, then the noise
====================================

A student with one hidden layer learns noisy answers of a teacher of two modes. First it learns the teacher's modes,
which stand out from the noise; **then it learns the noise itself, and its test error rises again (overfitting).**

The published formula (dashed) follows the simulations (dots) until modes of the noise are learned, and is 4 to 13% too
high from then on, however large the student: the teacher's modes take modes of the noise with them, and the noise
carries some of the signal. With these terms the theory (line) is right throughout. In the style of the paper's figure:
100 inputs and 50 outputs as in its program.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.modes import balanced
from ontogeny.plot.style import styled
from ontogeny.random_matrices import spiked

INPUTS, OUTPUTS, START = 100, 50, 1e-3
DRAWS = 60 if os.environ.get("ONTOGENY_FIGURES") == "small" else 200
ratio, strengths = OUTPUTS / INPUTS, np.array([2.0, 1.0])
times, dots = np.linspace(0, 3, 181), np.linspace(0.25, 3, 12)


def as_published(time):
    """Mean over the noise by the Marchenko-Pastur law, and the teacher's modes as if they took nothing from it."""
    angle = np.arange(1, 2001) * np.pi / 2001
    square = 1 + ratio + 2 * np.sqrt(ratio) * np.cos(angle)
    noise = balanced.mode_strength(time[:, None], np.sqrt(square), START) ** 2 @ (np.sin(angle) ** 2 / square) / 1000.5
    own = balanced.mode_strength(time[:, None], spiked.top_singular_value(strengths, ratio), START)
    overlap = np.sqrt(spiked.row_overlap(strengths, ratio) * spiked.column_overlap(strengths, ratio))
    teacher = np.sum(own**2 - 2 * own * strengths * overlap + strengths**2, axis=1)
    return ((OUTPUTS - strengths.size) * noise + teacher) / np.sum(strengths**2)


def sampled(time):
    """Errors of students of teachers drawn at random, started small and aligned, (draws, times)."""
    draw, errors = np.random.default_rng(0), []
    for _ in range(DRAWS):
        u, v = (np.linalg.qr(draw.normal(size=(size, 2)))[0] for size in (OUTPUTS, INPUTS))
        teacher = u * strengths @ v.T
        left, values, right = np.linalg.svd(
            teacher + draw.normal(size=teacher.shape) / np.sqrt(INPUTS), full_matrices=False
        )
        maps = left @ (balanced.mode_strength(time[:, None], values, START)[..., None] * right)
        errors.append(np.sum((maps - teacher) ** 2, axis=(1, 2)) / np.sum(strengths**2))
    return np.array(errors)


risk = on.generalization.low_rank_teacher(times, strengths, inputs=INPUTS, outputs=OUTPUTS, initial_strength=START)
found = sampled(dots)
mean, error = found.mean(axis=0), found.std(axis=0) / np.sqrt(DRAWS)

# %%

with styled():
    fig, ax = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    on.plot.low_rank_risk(risk, ax=ax)
    ax.plot(times, as_published(times), "--", color="0.3", linewidth=1.5, label="test error, published formula")
    ax.errorbar(dots, mean, yerr=2 * error, fmt="o", markersize=4, color="0.1", label=f"{DRAWS} students", zorder=6)
    ax.set_ylim(0, 2.4)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)

# %%
# The claims: the corrected theory is right at all times, the published one before noise is learned and not after; early
# stopping pays, and comes close to the best estimate.

theory, published = np.interp(dots, times, risk.test_error), as_published(dots)
assert np.all(np.abs(mean - theory) < 4 * error + 0.005 * theory)
late = dots >= 2
assert np.all(published[late] > 1.04 * mean[late]) and np.all(np.abs(published / mean - 1)[dots <= 1] < 0.02)
assert risk.best[1] < 0.5 < 1 < risk.test_error[-1]
assert risk.best_estimate_error < risk.best[1] < 1.5 * risk.best_estimate_error
