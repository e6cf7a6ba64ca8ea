"""
Perceptual learning: precision, transfer, and noise
===================================================

A reconstruction, as the page before. First panel: how much the first layer changes, against how fine the discrimination
is, without and with input noise. Second: transfer to other orientations, after training of several precisions. Third:
transfer to another position, where the first layer is specific to its position, over the time of training. Fourth:
where noise enters decides which layer changes.

**Finer training reaches deeper only without noise; with it the change is largest near threshold. Transfer to other
orientations turns negative beyond a distance that grows with coarseness, and transfer to other positions falls with
time and with precision.** With noise inside the network learning has no finite end, so that its panel is at a stated
time.
"""

import matplotlib.pyplot as plt
import numpy as np

from ontogeny.plasticity import perceptual_learning
from ontogeny.plot.style import styled

precisions = np.geomspace(0.5, 20, 25)
times = np.linspace(0, 30, 121)
offsets = np.linspace(0, 60, 121)


def first_gain(precision, noise, until):
    """Gain of the first layer after training."""
    return perceptual_learning([0.0, until], task_precision=precision, input_noise=noise).layer_gains[-1, 0]


clean = np.array([first_gain(precision, 0.0, 4000.0) for precision in precisions])
noisy = np.array([first_gain(precision, 0.3, 400.0) for precision in precisions])
transfers = {
    precision: perceptual_learning([0.0, 400.0], units=180, task_precision=precision).transfer(offsets)[-1]
    for precision in (2.0, 15.0, 30.0)
}
positions = {
    precision: perceptual_learning(times, task_precision=precision).position_transfer(1) for precision in (2.0, 8.0)
}
loci = {
    "none": (0.0, 0.0),
    "after layer 1": (0.3, 0.0),
    "after layer 2": (0.0, 0.3),
}
gains = {name: perceptual_learning([0.0, 400.0], internal_noise=noise).layer_gains[-1] for name, noise in loci.items()}

with styled():
    figure, panels = plt.subplots(2, 2, figsize=(9.5, 7), layout="constrained")
    panels[0, 0].plot(precisions, clean, label="no input noise")
    panels[0, 0].plot(precisions, noisy, label="input noise 0.3")
    panels[0, 0].set(xscale="log", xlabel="half difference of the orientations [degrees]", ylabel="gain of layer 1")
    for precision, found in transfers.items():
        panels[0, 1].plot(offsets, found, label=f"trained at {precision:g}°")
    panels[0, 1].axhline(0, color="0.6", linewidth=0.8)
    panels[0, 1].set(xlabel="distance of the other orientation [degrees]", ylabel="output, of that trained")
    for precision, found in positions.items():
        panels[1, 0].plot(times[1:], found[1:], label=f"trained at {precision:g}°")
    panels[1, 0].set(xlabel="time of training [tau]", ylabel="output at another position", ylim=(0.6, 1.02))
    for place, (name, found) in enumerate(gains.items()):
        panels[1, 1].bar(np.arange(3) + 0.27 * (place - 1), found, width=0.25, label=f"noise {name}")
    panels[1, 1].set_xticks(range(3), ["layer 1", "layer 2", "readout"])
    panels[1, 1].set(ylabel="gain after 400 tau")
    for ax in panels.flat:
        ax.legend()
plt.show()

# %%
# The four claims.

assert np.all(np.diff(clean) < 0) and 1.5 < precisions[np.argmax(noisy)] < 4
zeros = [offsets[np.argmax(found < 0)] for found in transfers.values()]
assert np.all(np.diff(zeros) > 0) and abs(zeros[0] - 21.3) < 0.6
assert np.all(np.diff(positions[2.0][1:]) < 1e-6) and positions[2.0][-1] < positions[8.0][-1]
assert gains["after layer 1"][0] > 4 > gains["after layer 2"][0] and gains["after layer 1"][1] < 1.1
