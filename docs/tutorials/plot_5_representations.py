"""
5. RDMs of a brain or a network
===============================

You have activity of many units, or voxels, for known items: over time, noisy, of an animal or of a network. **Which
items are alike in it, does that agree with the theory, and when was each level of the world learned?** The recording
on this page is simulated: 80 channels that mix the hidden layer of a trained network, plus noise.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.representation import Repeats, activity, compare_with_theory, crossnobis, rdm, similarity

birds, fish = ["robin", "canary"], ["salmon", "sunfish"]
trees, flowers = ["oak", "pine"], ["rose", "daisy"]
living = {"animals": {"birds": birds, "fish": fish}, "plants": {"trees": trees, "flowers": flowers}}
world = on.Environment.from_dataframe(on.environments.from_taxonomy(living))
theory = on.predict(world, times=np.linspace(0, 6, 13))

# %%
# What the theory says
# --------------------
#
# An RDM holds the distance of every two items. In theory it is known at every time and in every layer: items
# come apart level by level, animals from plants first.

figure, axes = plt.subplots(1, 4, figsize=(11, 3.4), layout="constrained")
for ax, look in zip(axes, [2, 4, 6, 12], strict=True):
    on.plot.distances(rdm(theory, 1)[look], ax=ax).set_title(f"t = {theory.time[look]:g}")
plt.show()

# %%
# A noisy recording
# -----------------
#
# A network learns the same world. Its hidden units are mixed into 80 channels, which are recorded 13 times
# while it learns, each time in six runs that show every item once. ``Repeats`` holds the trials; their order
# does not matter, since items go by name.

network = on.simulate(world, times=theory.time, seed=0)
rng = np.random.default_rng(1)
hidden = activity(network, 1)[0]  # (time, unit, item)
mixing = np.linalg.qr(rng.standard_normal((80, hidden.shape[1])))[0]  # keeps distances
clean = np.swapaxes(mixing @ hidden, 1, 2)  # (time, item, channel)
seen = np.tile(clean, (1, 6, 1)) + 0.15 * rng.standard_normal((13, 48, 80))
trials = Repeats(seen, list(world.items) * 6, run=np.repeat(range(6), 8), times=theory.time, environment=world)

# %%
# Distances of averaged trials are too large, by what noise adds to each. Distances that are cross-validated over runs
# (``crossnobis``) are right on average; they may be negative, and stay so.

true, plain, crossed = rdm(network, 1)[0], rdm(trials), crossnobis(trials)
print("true, plain, cross-validated mean distance at the beginning:")
print(*(float(each[0].mean().round(3)) for each in (true, plain, crossed)))

# %%
# Does it agree with the theory?
# ------------------------------
#
# At every time, over pairs of items. ``ontogeny compare-representations A B`` does the same for two files.

agreement = similarity(crossed, rdm(theory, 1))
print(agreement.values.round(2))

# %%
# When was each level learned?
# ----------------------------
#
# The distances of a layer are a sum over the levels of the world. The strength of each is read off them and
# fitted over time: once by a curve for each level, once by one network for all.

found = on.fitting.fit_rdm_movie(crossed, world, layer=1, depth=2)
print(found)
on.plot.rdm_movie_fit(found)
plt.show()

# %%
# A network of your own
# ---------------------
#
# With weights, or with activity of its layers (``Recording``), a network is compared with the theory in four
# sentences.

print(*compare_with_theory(network).findings, sep="\n")

# %%
# Bringing in files, noise ceilings, intervals over items, and what each comparison asks: :doc:`/representations`.
#
# What this page claims, checked:

assert abs(float(crossed[0].mean())) < 0.2 < float(plain[0].mean())
assert agreement.values[-1] > 0.8
half_times = found.to_dataframe()["half_time"].dropna().values
assert len(half_times) >= 3 and np.all(np.diff(half_times) > 0)  # coarse before fine
