"""
Noise makes Euclidean distances too large, and crossnobis distances not
=======================================================================

Six runs of trials of eight items, thirty noisy channels. **Euclidean distances of averaged trials are too large by a
known amount for every pair; crossnobis distances, cross-validated over runs, are right on average, and so negative now
and then where items are alike.** Negative estimates are kept: without them the mean would be wrong.

Right: what a network knows of each level of a hierarchy, read off the distances that were measured while it learned, by
least squares on the distances of each level (points), and the theory (lines).
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import ontogeny as on
from ontogeny.plot.style import styled
from ontogeny.representation import Repeats, activity, crossnobis, rdm, rdm_movie, squared_distance_bias

noise, runs, channels = 0.3, 6, 30
nodes = [(size, place) for size in (8, 4, 2, 1) for place in range(8 // size)]
table = pd.DataFrame({f"{size}-{place}": [float(k // size == place) for k in range(8)] for size, place in nodes})
world = on.Environment.from_dataframe(table)
theory = on.predict(world, times=np.linspace(0.0, 6.0, 13))
draw = np.random.default_rng(0)
seen = np.linalg.qr(draw.standard_normal((channels, channels)))[0][:, :8] @ activity(theory, 1)  # (time, channel, item)


def measured():
    """All runs of one experiment."""
    trials = np.tile(np.swapaxes(seen, 1, 2), (1, runs, 1))
    trials = trials + noise * draw.standard_normal(trials.shape)
    return Repeats(
        trials, list(world.items) * runs, run=np.repeat(range(runs), 8), times=theory.time, environment=world
    )


experiments = [measured() for _ in range(20)]
truth = rdm(theory, 1)[-1].values
pairs = np.triu_indices(8, 1)
euclidean = np.mean([rdm(each)[-1].values[pairs] for each in experiments], axis=0)
crossed = np.mean([crossnobis(each)[-1].values[pairs] for each in experiments], axis=0)
bias = float(squared_distance_bias(noise**2, runs, runs)) * channels
movies = [rdm_movie(crossnobis(each), world).mode_strength(1, depth=2) for each in experiments]
exact = rdm_movie(rdm(theory, 1), world).mode_strength(1, depth=2)

# %%

with styled():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 3.8), layout="constrained")
    left.plot([0, truth.max()], [0, truth.max()], color="0.6", linewidth=1)
    left.plot(truth[pairs], euclidean, "o", label="Euclidean")
    left.plot(truth[pairs], crossed, "s", label="crossnobis")
    left.set(xlabel="true squared distance", ylabel="mean of 20 experiments")
    left.legend()
    for place, level in enumerate(exact["level"].values):
        right.plot(theory.time, exact.sel(level=level), color=f"C{place}", label=f"level {place + 1}")
        right.plot(theory.time, np.mean([movie.sel(level=level) for movie in movies], axis=0), ".", color=f"C{place}")
    right.set(xlabel="time [tau]", ylabel="strength of the mode")
    right.legend()
plt.show()

# %%
# The excess is that of the law, and crossnobis has none; some crossnobis distances of one experiment are negative.

spread = np.std([rdm(each)[-1].values[pairs].mean() for each in experiments]) / np.sqrt(20)
assert abs(np.mean(euclidean - truth[pairs]) - bias) < 4 * spread and abs(np.mean(crossed - truth[pairs])) < 5 * spread
assert any(np.any(crossnobis(each)[0].values[pairs] < 0) for each in experiments)
found = np.array([movie.values[-1] for movie in movies])
assert np.all(np.abs(found.mean(axis=0) - exact.values[-1]) < 4 * found.std(axis=0) / np.sqrt(20))
