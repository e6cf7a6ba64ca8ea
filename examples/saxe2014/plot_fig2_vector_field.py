"""
Fig. 2: one mode as a phase portrait
====================================

A mode of a network with one hidden layer has two numbers: the strength a of its first layer and the strength b of its
second. They push each other towards a product of s, the singular value of the mode, and every path follows a hyperbola
on which the difference of their squares stays what it was. **All paths end where the mode is learned, except those that
start with opposite strengths, a = -b, which end at the origin: a saddle.** Here the time constant and s are 1.
"""

import matplotlib.pyplot as plt
import numpy as np

from ontogeny.networks.gradient_flow import flow, gradients
from ontogeny.plot.style import styled

# %%
# The flow of the two strengths (eq. 8) is
#
# .. math:: \tau\,\frac{da}{dt} = b\,(s - a\,b), \qquad \tau\,\frac{db}{dt} = a\,(s - a\,b).

s = np.array([[1.0]])
times = np.linspace(0, 8, 161)


def path(a, b):
    """Strengths (a, b) over time: the flow of a network with one unit in every layer."""
    first, second = flow([np.array([[a]]), np.array([[b]])], s, np.eye(1), times=times)
    return first[:, 0, 0], second[:, 0, 0]


grid = np.linspace(-2, 2, 19)
a, b = np.meshgrid(grid, grid)
velocity = gradients([a[..., None, None], b[..., None, None]], s, 1.0)
da, db = (part[..., 0, 0] for part in velocity)
speed = np.hypot(da, db)
shown = speed > 0.02
paths = [path(0.9, -0.05), path(-1.7, 1.6)]

with styled():
    dark, orange, green, sky = (plt.rcParams["axes.prop_cycle"].by_key()["color"][number] for number in (0, 1, 2, 5))
    figure, ax = plt.subplots(figsize=(5.6, 5.2), layout="constrained")
    arrows = (part[shown] / speed[shown] ** 0.6 for part in (da, db))  # long arrows would hide the short ones
    ax.quiver(a[shown], b[shown], *arrows, color=sky, angles="xy", width=0.003, scale=28)
    branch = np.linspace(0.4, 2.2, 100)
    for sign in (1, -1):
        label = {"label": "learned: a b = s"} if sign == 1 else {}
        ax.plot(sign * branch, sign / branch, color=dark, linewidth=2, **label)
    ax.plot([-2.2, 2.2], [2.2, -2.2], color=orange, linewidth=2, label="separatrix: a = -b")
    for number, (first, second) in enumerate(paths):
        ax.plot(first, second, color=green, linewidth=2, label="two paths" if number == 0 else None)
        ax.plot(first[0], second[0], "o", color=green, markersize=6)
    ax.plot(0, 0, "o", color=orange, markersize=7, markerfacecolor="white")
    ax.set(xlim=(-2.1, 2.1), ylim=(-2.1, 2.1), aspect="equal")
    ax.set(xlabel="strength of the first layer, a", ylabel="strength of the second layer, b")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.1), ncols=3, columnspacing=1.2, handlelength=1.4)

# %%
# The claims: what is conserved, and where paths end.

for first, second in paths:
    conserved = first**2 - second**2
    assert np.abs(conserved - conserved[0]).max() < 1e-8
    assert abs(first[-1] * second[-1] - 1) < 1e-3

first, second = path(1.5, -1.5)
assert np.hypot(first[-1], second[-1]) < 1e-3  # on the separatrix, to the saddle at the origin
sides = [path(1.5, -1.5 + nudge) for nudge in (1e-3, -1e-3)]
assert [bool(np.sign(first[-1]) == 1) for first, _ in sides] == [True, False]  # and next to it, to either branch
