r"""
Continual learning: one task after another
==========================================

A network with one hidden layer learns task A, then task B, then the reverse of B. Its weights at the start of a
task are the initial weights, and every time from there on is known in closed form: no training is simulated here.

**Learning B costs A a price that does not depend on the network: its error on A goes to half the squared distance
between the tasks. The reverse of a task that was learned well takes far longer than another task: the network starts
near a saddle point, unlearns, and then waits for as long as it had spent on perfecting the task.** In the style of
Braun et al. (2022); the tasks are random.
"""

import matplotlib.pyplot as plt
import numpy as np

from ontogeny.networks import evolve
from ontogeny.plot.style import styled

rng = np.random.default_rng(3)
inputs, hidden, features = 6, 5, 4


def random_task():
    """A target in which every mode has a strength between 1 and 1.5."""
    u, v = (
        np.linalg.qr(rng.standard_normal((features, features)))[0],
        np.linalg.qr(rng.standard_normal((inputs, features)))[0],
    )
    return (u * np.linspace(1.5, 1, features)) @ v.T


a, b = random_task(), random_task()
turn = np.linalg.qr(rng.standard_normal((hidden, features)))[0]
small = 0.05 * turn
weights = [
    small @ np.linalg.qr(rng.standard_normal((inputs, features)))[0].T,
    np.linalg.qr(rng.standard_normal((features, features)))[0] @ small.T,
]


def loss(maps, task):
    """Half the squared error at every time."""
    return 0.5 * np.sum((maps - task) ** 2, axis=(1, 2))


clocks, phases = [np.linspace(0, end, 301) for end in (8, 8, 24)], []
began = [0, 8, 16]
for task, clock in zip((a, b, -b), clocks, strict=True):
    course = evolve(weights, task, times=clock)
    assert course.method == "riccati"
    phases.append(course.network_map)
    weights = [layer[-1] for layer in course.at(clock[-1]).weights]

top = 1.15 * max(loss(maps, task).max() for maps in phases for task in (a, b, -b))
with styled():
    figure, ax = plt.subplots(figsize=(7, 3.8), layout="constrained")
    for number, (name, task) in enumerate((("task A", a), ("task B", b), ("the reverse of B", -b))):
        for phase, (maps, start, clock) in enumerate(zip(phases, began, clocks, strict=True)):
            label = {"label": name} if phase == 0 else {}
            ax.plot(start + clock, loss(maps, task), color=f"C{number}", linewidth=2, **label)
    for start, text in zip(began, ("learns A", "learns B", "learns the reverse of B"), strict=True):
        ax.axvline(start, color="0.8", linewidth=1, zorder=0)
        ax.text(start + 0.2, 0.94 * top, text, va="bottom")
    price = 0.5 * np.sum((a - b) ** 2)
    ax.axhline(price, color="0.5", linewidth=1, linestyle=":")
    ax.annotate("half the squared distance of A and B", (18, price + 0.2), fontsize=8)
    ax.set(xlabel="time (units of τ)", ylabel="error on each task", xlim=(0, 40), ylim=(0, top))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=3)

# %%
# The price of B on A, and the wait before a reversal.

after_b = loss(phases[1], a)[-1]
assert abs(after_b / price - 1) < 1e-3


def time_to_learn(phase, task):
    """Time at which the error has fallen to a tenth of the size of the task."""
    return clocks[phase][np.argmax(loss(phases[phase], task) < 0.05 * np.sum(task**2))]


assert time_to_learn(2, -b) > 2 * time_to_learn(1, b)
assert loss(phases[2], -b)[-1] < 1e-3
