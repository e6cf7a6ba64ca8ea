"""
Tasks that help each other, and tasks that do not
=================================================

A weak task is learned together with another on the same inputs. **Where the two depend on the same feature of the
inputs, the other task helps: together they stand out of the noise. Where they do not, it harms**, because the second
task brings noise and no support. How much there is to gain depends on how strong the other task is.

Left: the error on the weak task over time, for tasks that are fully aligned. Right: what is gained at the best time to
stop, against the alignment of the two; dots are simulations. In the style of the paper's figure, with its 100 inputs
and 50 outputs for each task.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.modes import balanced
from ontogeny.plot.style import styled

SIZES = {"inputs": 100, "outputs": 50, "other_outputs": 50, "initial_strength": 1e-3}
DRAWS = 25 if os.environ.get("ONTOGENY_FIGURES") == "small" else 60
WEAK, OTHERS = 1.5, (1.0, 3.0, 10.0)
times, alignments = np.linspace(0, 3, 201), np.linspace(0, 1, 21)
tested = (0.0, 0.5, 1.0)


def sampled(other, alignment):
    """Mean error on the weak task, alone and together, of students of teachers drawn at random; each at its best."""
    draw, courses, clock = np.random.default_rng(0), [], times[::4]
    for _ in range(DRAWS):
        axes = np.linalg.qr(draw.normal(size=(100, 2)))[0]
        second = alignment * axes[:, 0] + np.sqrt(1 - alignment**2) * axes[:, 1]
        first, last = (side / np.linalg.norm(side) for side in draw.normal(size=(2, 50)))
        teacher = np.concatenate([WEAK * np.outer(first, axes[:, 0]), other * np.outer(last, second)])
        answers = teacher + draw.normal(size=(100, 100)) / 10
        pair = []
        for rows in (slice(50), slice(100)):
            left, values, right = np.linalg.svd(answers[rows], full_matrices=False)
            learned = balanced.mode_strength(clock[:, None], values, SIZES["initial_strength"])
            along = np.sum((left[:50].T @ teacher[:50]) * right, axis=1)  # the rest is that of orthonormal modes
            weights = (left[:50].T @ left[:50]) * (right @ right.T)
            own = np.einsum("ti,ij,tj->t", learned, weights, learned)
            pair.append((own - 2 * learned @ along) / WEAK**2 + 1)
        courses.append(pair)
    alone, together = np.mean(courses, axis=0)
    return alone.min() - together.min()


benefit = {
    other: np.array([on.generalization.transfer(times, WEAK, other, q, **SIZES).benefit for q in alignments])
    for other in OTHERS
}
dots = {other: np.array([sampled(other, q) for q in tested]) for other in OTHERS}

# %%

with styled():
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4.4), layout="constrained")
    on.plot.transfer(on.generalization.transfer(times, WEAK, 3.0, 1.0, **SIZES), ax=left)
    for number, other in enumerate(OTHERS):
        right.plot(
            alignments, benefit[other], color=f"C{number}", linewidth=2, label=f"other task of strength {other:g}"
        )
        right.plot(tested, dots[other], "o", color=f"C{number}", markersize=5)
    right.axhline(0, color="0.5", linewidth=0.8)
    right.set(xlabel="alignment of the two tasks", ylabel="error that the other task saves")
    right.set_title(f"a task of strength {WEAK:g}")
    right.legend(loc="upper left")

# %%
# The claims. Aligned tasks help and unaligned ones harm; benefits rise with the alignment, and theory says how much.

for other in OTHERS:
    assert benefit[other][0] < -0.02 and benefit[other][-1] > 0.02
    assert np.all(np.diff(benefit[other]) > 0)
    assert np.all(np.abs(dots[other] - benefit[other][[0, 10, 20]]) < 0.05)
assert benefit[1.0][-1] < benefit[3.0][-1] < benefit[10.0][-1]
