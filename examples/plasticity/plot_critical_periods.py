"""
Critical periods: two pathways and the residual they compete for
================================================================

Two pathways to one task, as two eyes; the second is closed for a while. Left: its share in the end, against the onset
of a deficit of fixed length, for pathways of one to four layers. Middle: the plane of both strengths for a deficit on
the plateau, the deeper the more one-sided (after Kleinman, Achille & Soatto 2024). Right: after a long deficit the
other eye is closed for a while, and then both are open.

**A critical period ends when the residual of the task is spent, not at an age, and it ends the more sharply the deeper
the pathways.** Whether a lost pathway can recover hangs on what the deficit does: one that is frozen finds nothing left
to learn, one that is silenced learns what is missing while the other is closed. Deeper is not always worse: what
counts is the dose of residual times a power of the size of the task.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plasticity import Segment, after_dose, two_pathways, window
from ontogeny.plot.style import styled

STARTS = {1: 0.001, 2: 0.02, 3: 0.1, 4: 0.2}
HALF_TIMES = {1: 0.346, 2: 3.566, 3: 8.919, 4: 12.084}  # until both together have half of the task
onsets = np.linspace(0, 3, 25)

windows = {
    depth: window(onsets * HALF_TIMES[depth], length=2.0, depth=depth, initial_weight=start)
    for depth, start in STARTS.items()
}

# %%
# A short deficit on the plateau, a task of strength 10; and reverse occlusion.

plateau = {
    depth: two_pathways(
        [Segment(0.05, (1.0, 0.0)), Segment(length)], target=10.0, depth=depth, initial_weights=(0.1, 0.1)
    )
    for depth, length in ((2, 2.0), (3, 4.0), (4, 20.0))
}
again = np.linspace(0.1, 8, 25)


def recovered(length, deficit):
    """Share of the eye that was closed first, after the other was closed for some time, and then none."""
    course = [Segment(20.0, (1.0, 0.0)), Segment(float(length), (0.0, 1.0)), Segment(60.0)]
    return float(two_pathways(course, depth=2, initial_weights=(0.02, 0.02), deficit=deficit).shares[-1, 0])


recovery = {deficit: np.array([recovered(length, deficit) for length in again]) for deficit in ("freeze", "silence")}

# %%

with styled():
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 3.9), layout="constrained")
    for depth, shares in windows.items():
        left.plot(onsets, shares, label=f"depth {depth}")
    left.set(
        xlabel="onset of the deficit [half-times of learning]", ylabel="share of the second pathway", ylim=(0, 0.52)
    )
    left.legend()
    for number, record in enumerate(plateau.values()):
        on.plot.pathway_portrait(record, ax=middle, color=f"C{number}")
    handles = dict(zip(*middle.get_legend_handles_labels()[::-1], strict=True))
    middle.legend(handles.values(), handles.keys())
    for deficit, shares in recovery.items():
        right.plot(again, shares, label=deficit)
    right.set(xlabel="time with the other eye closed [tau]", ylabel="share of the first eye in the end", ylim=(0, 0.52))
    right.legend()
plt.show()

# %%
# Windows get sharper with depth; on the plateau deeper pathways lose more, but not always; silenced ones recover.

sharpness = {depth: float(np.max(np.diff(shares))) for depth, shares in windows.items()}
assert sharpness[1] < sharpness[2] < sharpness[3] < sharpness[4]
assert all(shares[-1] > 0.49 for depth, shares in windows.items() if depth > 1) and windows[1][-1] < 0.46
portrait = [after_dose(0.5, target=10.0, depth=depth, initial_weights=(0.005, 0.005))[1] for depth in (2, 3, 4, 8)]
assert np.all(np.diff(portrait) < 0)
small = [after_dose(0.5, target=0.3, depth=depth, initial_weights=(0.001, 0.001))[1] for depth in (2, 3, 4)]
assert np.all(np.diff(small) > 0)
assert recovery["silence"][-1] > 0.49 and np.all(recovery["freeze"] < 0.001)
