"""
Fig. 9: real images, and when to stop
=====================================

Handwritten digits are classified as even or odd by a linear student of the pixels and by networks with a random hidden
layer. In the style of the paper's figure on images, with the 1,797 digits of scikit-learn.

**Left: the prediction from the data alone, and real training on random subsets. Right: the same double descent as for
random teachers, a peak of overtraining at as many hidden units as samples, and none with early stopping.** The theory
treats features as Gaussian. Up to the optimal stopping time it is accurate to a few percent; late in learning the error
is larger, as the record says.
"""

import os

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import ontogeny as on
from ontogeny.plot.style import styled

SHORT = os.environ.get("ONTOGENY_FIGURES") == "small"
RUNS = 4 if SHORT else 8
WIDTHS = [25, 50, 75, 100, 130, 200, 400]

images, digit = load_digits(return_X_y=True)
images = images / 16

# %%
# A linear student of the pixels, from 30, 60 and 200 images.

pixels = on.generalization.from_data(images, digit % 2, classes=True, samples=[30, 60, 200], simulate=RUNS)
print(pixels.summary())

# %%
# Networks with a random hidden layer, from 100 images: the same function on other features.

draw = np.random.default_rng(0)
times = np.append(0, np.geomspace(0.1, 1e6, 60))
best, final = np.empty((2, len(WIDTHS), 2))
for row, width in enumerate(WIDTHS):
    hidden = np.maximum(images @ draw.normal(size=(64, width)) / 8, 0) / np.sqrt(width)
    record = on.generalization.from_data(hidden, digit % 2, classes=True, samples=100, times=times, simulate=RUNS)
    courses = record.test_error[0], record.runs.test_error[0].mean(axis=0)
    best[row], final[row] = [course.min() for course in courses], [course[-1] for course in courses]

# %%

with styled():
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.6), layout="constrained")
    on.plot.data_prediction(pixels, ax=left)
    left.set_title("Even or odd, from pixels")
    for number, (name, errors) in enumerate({"stopped in time": best, "at the end": final}.items()):
        right.plot(WIDTHS, errors[:, 0], color=f"C{number}", linewidth=2, label=f"{name}, theory")
        right.plot(WIDTHS, errors[:, 1], "o", color=f"C{number}", markersize=4, label=f"{name}, networks")
    right.axvline(100, color="0.6", linewidth=0.8, linestyle=":")
    right.set(xscale="log", xlabel="hidden units", ylabel="test error, 100 images", ylim=(0, 1.1 * final.max()))
    right.set_xticks(WIDTHS, WIDTHS)
    right.minorticks_off()
    right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    right.set_title("Even or odd, from random features")

# %%
# The claims. Early stopping helps, most with as many images as pixels; the prediction until then is good to a few %.

gain = np.array([stop.final_error / stop.error for stop in pixels.stopping])
assert np.all(gain > 1.1) and np.argmax(gain) == 1
lowest = pixels.runs.test_error.mean(axis=1).min(axis=1)
assert np.abs([stop.error for stop in pixels.stopping] / lowest - 1).max() < 0.1
assert not pixels.validity["Gaussian features"].holds

# Random features: the peak is one of overtraining, in theory and in networks.
assert set(np.argmax(final, axis=0)) <= {2, 3, 4} and np.all(final[3] > 1.8 * final[-1])
assert np.all(best[-1] < 1.02 * best.min(axis=0)) and np.abs(best[:, 0] / best[:, 1] - 1).max() < 0.15
