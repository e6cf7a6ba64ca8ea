"""
After Fig. 6A: a hundred layers of tanh units, from three starts
=================================================================

What do random weights decide about a deep *nonlinear* network? A hundred layers of tanh units learn the handwritten
digits, by 250 full-batch steps on the squared error, from three starts. Each is given the best of the same learning
rates.

**PyTorch's default** (uniform, variance 1/3 over the number of inputs) lies deep in the ordered phase: signals and
gradients shrink at every layer, and nothing reaches the other end. **Gaussian weights of the critical variance**, 1
over the number of inputs, keep gradients on average, but stretch some directions and crush others. **Orthogonal weights
of the same gain** keep all directions alike, as linear networks of any depth do, and learn.

``propagation.recommended("tanh")`` gives the gain, and ``propagation.torch.initialize(module)`` sets a module so.
The digits are the 8 x 8 pixels that come with scikit-learn; networks are 64 units wide and have no biases.
"""

import os
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import ontogeny as on
from ontogeny.networks.initialization import he, orthogonal
from ontogeny.plot.style import styled

DEPTH, WIDTH, STEPS = 100, 64, 250
SHORT = os.environ.get("ONTOGENY_FIGURES") == "small"
RATES = (0.03, 0.1) if SHORT else (0.003, 0.01, 0.03, 0.1, 0.3)
LOOKS = np.array([0, 5, 10, 20, 40, 60, 90, 120, 160, 200, 250])
SEEN = 200 if SHORT else 600  # digits to learn from; others to be tested on

# %%
# The digits, and the three starts. The gain of tanh is exactly 1.

pixels, labels = load_digits(return_X_y=True)
pixels = (pixels - pixels.mean(axis=0)) / (pixels - pixels.mean(axis=0)).std()
order = np.random.default_rng(0).permutation(len(pixels))
seen, new = order[:SEEN], order[-600:]
world = on.Environment.from_arrays(pixels[seen], np.eye(10)[labels[seen]] - 0.1, normalization="mean")
sizes = [64, *[WIDTH] * (DEPTH - 1), 10]
gain = on.propagation.recommended("tanh").gain
starts = {
    "PyTorch's default": he(sizes, np.sqrt(1 / 6), seed=0, uniform=True),
    "Gaussian, critical": he(sizes, gain * np.sqrt(1 / 2), seed=0),
    "orthogonal, critical": orthogonal(sizes, gain, seed=0),
}

# %%
# Training, and the share of new digits that is named right at some steps.


def accuracy(layers):
    """Share of new digits whose own output is the largest."""
    activity = pixels[new].T
    for layer in layers[:-1]:
        activity = np.tanh(layer @ activity)
    return float(np.mean((layers[-1] @ activity).argmax(axis=0) == labels[new]))


def course(weights, rate):
    """Accuracy at some steps of one run; nothing is right any more where training diverges."""
    try:
        run = on.simulate(world, initial_weights=weights, nonlinearity="tanh", learning_rate=rate, times=LOOKS * rate)
    except on.InputError:
        return np.zeros(LOOKS.size)
    return np.array([accuracy([layer[0, look] for layer in run.snapshots]) for look in range(LOOKS.size)])


best = {}
for name, weights in starts.items():
    with warnings.catch_warnings(), np.errstate(over="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # of runs that diverge
        runs = {rate: course(weights, rate) for rate in RATES}
    rate = max(runs, key=lambda each: runs[each][-1])
    best[name] = rate, runs[rate]
    print(f"{name}: {runs[rate][-1]:.1%} of new digits right, with learning rate {rate}")

# %%
# Beside the courses: how far apart the directions of a signal are stretched by the whole network before training.

with styled():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for number, (name, (rate, right_share)) in enumerate(best.items()):
    left.plot(LOOKS, right_share, "o-", color=f"C{number}", markersize=4, label=f"{name} (rate {rate})")
    stretched = on.propagation.jacobian_singular_values(starts[name], pixels[new[0]], "tanh")
    right.semilogy(np.arange(1, 11), np.maximum(stretched[:10], 1e-60), "o-", color=f"C{number}", markersize=4)
left.axhline(0.1, color="0.6", linestyle=":", linewidth=1)
left.set(xlabel="steps", ylabel="new digits named right", ylim=(0, 1))
left.legend(fontsize=8)
right.set(xlabel="direction", ylabel="singular value of the Jacobian", title="before training")
plt.show()

# %%
# The default learns nothing, the critical orthogonal start learns the digits, the Gaussian one lies between.

final = {name: shares[-1] for name, (_, shares) in best.items()}
assert final["PyTorch's default"] < 0.15
assert final["orthogonal, critical"] > 0.85
assert final["PyTorch's default"] < final["Gaussian, critical"] < final["orthogonal, critical"]
