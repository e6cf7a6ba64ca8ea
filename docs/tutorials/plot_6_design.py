"""
6. Designing an experiment
==========================

Before there are data: **which items and features tell a coarse distinction from a fine one, when should one
measure, and how many trials does the question take?** Nothing on this page is measured; all learners are
simulated.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on

# %%
# A world with known distinctions
# -------------------------------
#
# Materials are often made up for an experiment. A tree of groups, a ring or a grid has distinctions whose
# strengths are known before a single feature is drawn. Here eight items in two kinds of two groups of two.

spectrum = on.environments.tree_spectrum([2, 2, 2], on.environments.tree_similarity([2, 2, 2], flip_probability=0.1))
print(spectrum)

# %%
# Drawn with a finite number of features, distinctions scatter. With 20 features the levels may overlap, with
# 200 they do not.

for features in (20, 200):
    world = on.environments.tree([2, 2, 2], flip_probability=0.1, features=features, seed=0)
    print(f"{features} features:", world.spectrum().singular_values.round(1))

# %%
# When to measure
# ---------------
#
# Each level has a time at which half of it is known. Around these times learners know more of one level than of the
# next: these are the moments to test. Levels whose modes are nearly as strong, as here, overlap.

theory = on.predict(world)
splits = on.semantics.differentiation(theory)
on.plot.level_courses(splits)
plt.show()
half = splits.to_dataframe().groupby("level")["half_time"].median()
print(half.round(2))

# %%
# And which questions would show it? Those whose answers are wrong for a while, if the theory is right:

believed = on.semantics.illusory_correlations(theory).to_dataframe(200).drop_duplicates("item")
believed[["item", "feature", "final", "peak", "peak_time"]]

# %%
# How many trials?
# ----------------
#
# For one learner with forty blocks, half of it learned after 15, two choices: trials in each block for a
# half-time that is known to a twentieth, and for telling learning of two layers from learning of one.

blocks = range(40)
precise = on.fitting.trials_needed(blocks, half_time=15, initial_fraction=0.01, depth=2, precision=0.05)
apart = on.fitting.trials_to_tell(blocks, half_time=15, initial_fraction=0.01, depth=2, other=1)
finer = on.fitting.trials_to_tell(blocks, half_time=15, initial_fraction=0.01, depth=3, other=2)
print(f"half-time to a twentieth: {precise:.1f}; two layers from one: {apart:.1f}; three from two: {finer:.0f}")

# %%
# The last number says that the question is not one for a single learner.
#
# What would a fit find?
# ----------------------
#
# The surest check of a design is to simulate it and to run the analysis that is planned. Ten learners with that
# number of trials: do half-times scatter as little as was asked, and do intervals hold the truth?

trials = int(np.ceil(precise))
table = on.fitting.simulate_learners(10, trials=trials, spread=0.0, seed=1)
fits = [
    on.fitting.fit_learning_curve(rows["block"], rows["correct"], rows["trials"], lapse=0.02)
    for _, rows in table.groupby("learner")
]
intervals = np.array([fit.interval for fit in fits])
held = np.mean((intervals[:, 0] < 15) & (15 < intervals[:, 1]))
scatter = np.std([fit.half_time for fit in fits])
print(f"{trials} trials a block: half-times scatter by {scatter:.2f}, {held:.0%} of intervals hold 15")

# %%
# For ages at which items are mastered, and for answers to many questions, ``simulate_mastery`` and
# ``simulate_accuracy`` do the same beside ``fit_mastery`` and ``fit_accuracy`` (:doc:`/mastery`). What a fit
# cannot tell, however many trials there are, is in :doc:`/learning_curves`.
#
# What this page claims, checked:

assert half.is_monotonic_increasing
assert apart < 20 < 200 < finer
assert held >= 0.8
assert scatter < 2 * 0.05 * 15
