"""
1. From your table to a prediction
==================================

You have a table: rows are things that somebody learns about, columns are what is true of them. **What will be learned
first, what late, and what will be believed wrongly on the way?** This page needs pandas and no mathematics.
"""

import matplotlib.pyplot as plt
import pandas as pd

import ontogeny as on

# %%
# A table
# -------
#
# This one is made up. With a file of your own write ``table = pd.read_csv("your-table.csv", index_col=0)``. Ones and
# zeros are "yes" and "no"; other numbers are fine too. Words are not: ``pd.get_dummies`` turns them into yes and no.

table = pd.DataFrame(
    {
        "is alive": [1, 1, 1, 1, 1, 1, 1, 1],
        "can move": [1, 1, 1, 1, 0, 0, 0, 0],
        "has roots": [0, 0, 0, 0, 1, 1, 1, 1],
        "has wings": [1, 1, 0, 0, 0, 0, 0, 0],
        "can fly": [1, 1, 0, 0, 0, 0, 0, 0],
        "can swim": [0, 0, 1, 1, 0, 0, 0, 0],
        "has bark": [0, 0, 0, 0, 1, 1, 0, 0],
        "has petals": [0, 0, 0, 0, 0, 0, 1, 1],
        "has leaves": [0, 0, 0, 0, 0, 1, 1, 1],
        "sings": [1, 0, 0, 0, 0, 0, 0, 0],
        "is pink": [0, 0, 1, 0, 0, 0, 0, 0],
        "is evergreen": [0, 0, 0, 0, 1, 0, 0, 0],
        "has thorns": [0, 0, 0, 0, 0, 0, 1, 0],
    },
    index=["canary", "robin", "salmon", "sunfish", "pine", "oak", "rose", "daisy"],
)
table

# %%
# A world, and a prediction
# -------------------------
#
# A world is a table made ready for learning. It knows which *distinctions* (modes) there are, and how much each
# of them explains.

world = on.Environment.from_dataframe(table)
print(world.summary())

# %%
# ``predict`` computes the whole course of learning of a network with one hidden layer. What it says of itself names
# the law, and whether its assumptions hold for this table.

theory = on.predict(world)
print(theory)

# %%
# The picture: a line for each distinction. Broad ones are learned first, each of them rather suddenly.

on.plot.mode_strengths(theory)
plt.show()

# %%
# Which groups come apart, and when
# ---------------------------------
#
# Animals and plants are told apart first, then birds from fish and trees from flowers, then single kinds.

splits = on.semantics.differentiation(theory)
on.plot.differentiation(splits)
plt.show()
splits.to_dataframe()

# %%
# What is believed wrongly on the way
# -----------------------------------
#
# Before evergreens are known, pines are half expected to have leaves; before birds are told from fish, salmon
# are expected to fly a little. ``created_by`` and ``removed_by`` say which distinctions bring a belief, and
# which take it back.

illusions = on.semantics.illusory_correlations(theory).to_dataframe()
illusions[["item", "feature", "final", "peak", "peak_time", "created_by_name", "removed_by_name"]].head()

# %%
# The answers themselves: a row for each moment, a column for each feature.

salmon = theory.features_of("salmon")
salmon[["can move", "can fly", "can swim", "is pink"]].iloc[::50].round(2)

# %%
# Do real networks do the same?
# -----------------------------
#
# Three networks are trained from small random weights. They are the same kind of record, so the same functions draw
# them: thin lines over the thick ones.

trained = on.simulate(world, until=theory.time[-1], seed=[0, 1, 2])
ax = on.plot.mode_strengths(theory)
on.plot.mode_strengths(trained, ax=ax)
plt.show()

# %%
# Everything leaves as a table again, for pandas, R or a spreadsheet.

theory.to_dataframe().head()

# %%
# The same without Python
# -----------------------
#
# ``ontogeny learn your-table.csv`` writes all of this, and more, into a folder with one page to read. What is
# said about files that cannot be used is listed under :doc:`/bad_input`. Times here have no months or trials as
# units: only their order and their ratios mean something (:doc:`/limits`). Next: :doc:`plot_2_ratings`.
#
# What this page claims, checked:

half_time = splits.to_dataframe().set_index("level")["half_time"]
assert half_time[0].max() < half_time[1].min() < half_time[1].max() < half_time[2].min()  # coarse before fine
assert salmon["can fly"].max() > 0.25 and abs(salmon["can fly"].iloc[-1]) < 0.01  # believed, and taken back
assert theory.validity.holds
