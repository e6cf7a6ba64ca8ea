"""
4. From learning curves to a fit
================================

You have answers, right or wrong, of animals, people or networks over time. **When had each of them learned half
of it, how sudden was that, and is there a sign of learning at all?** The learners on this page are simulated,
and one of them never learns.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import ontogeny as on

# %%
# A table of answers
# ------------------
#
# A row for each learner and block: how many of its trials were right. With a file of your own: ``pd.read_csv``.

table = on.fitting.simulate_learners(5, blocks=20, trials=40, half_time=8.0, seed=2)
idle = np.random.default_rng(5).binomial(40, 0.5, 20)
idle = pd.DataFrame({"learner": "idle", "block": range(20), "trials": 40, "correct": idle})
table = pd.concat([table, idle], ignore_index=True)
table.head()

# %%
# One learner
# -----------
#
# The curve is that of a network learning one distinction. Chance is one half here, and two answers in a hundred are
# slips (``lapse``). Intervals are those of the likelihood.

one = table[table["learner"] == table["learner"].iloc[0]]
found = on.fitting.fit_learning_curve(one["block"], one["correct"], one["trials"], chance=0.5, lapse=0.02)
print(found)

# %%

on.plot.learning_curve_fit(found, one["block"], one["correct"], one["trials"])
plt.show()

# %%
# Every learner
# -------------
#
# Where a curve is no more likely than one share of right answers at all times, **there is no sign of learning**, and
# no half-time is made up.

fits = {}
for name, rows in table.groupby("learner"):
    fits[name] = on.fitting.fit_learning_curve(rows["block"], rows["correct"], rows["trials"], chance=0.5, lapse=0.02)
print(fits["idle"])
on.plot.half_times(fits)
plt.show()

# %%
# What one curve cannot tell
# --------------------------
#
# Networks of one layer learn exponentially, deeper ones in S-shaped curves. A curve may rule out one layer. It hardly
# ever tells two layers from three, and a deep network can look shallow: *effective* depth is a name for the shape of a
# curve, and no count of layers in a brain.

depth = on.fitting.effective_depth(one["block"], one["correct"], one["trials"])
print(depth)

# %%
# Other curves (a power law, a Weibull curve) are compared by how well they predict blocks that were held out.

curves = on.fitting.compare_curves(one["block"], one["correct"], one["trials"])
curves.to_dataframe()

# %%
# At the command line ``ontogeny fit sessions.csv --out report`` does all this for a file, guesses what its
# columns mean, and says so; ``--bayes`` fits all learners together. What is fitted, which choices move it, and
# d' in place of right answers: :doc:`/learning_curves`. How many trials a question takes: :doc:`plot_6_design`.
#
# What this page claims, checked:

for name, fit in fits.items():
    if name != "idle":
        assert fit.interval[0] < fit.half_time < fit.interval[1]
assert not np.isfinite(fits["idle"].half_time)
assert fits["idle"].interval[0] > 0
