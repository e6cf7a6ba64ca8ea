"""
2. What people say beside the prediction
========================================

You have ratings of the same items: at which age children know them, how typical they are of their kind, how
similar people find them. **Do they agree with what the theory predicts, and better than a simple baseline
does?** All ratings on this page are made up.
"""

import matplotlib.pyplot as plt
import pandas as pd

import ontogeny as on

world = on.datasets.load("rumelhart")  # eight living things, or on.Environment.from_dataframe(table)
theory = on.predict(world)

# %%
# Ages
# ----
#
# Ratings go by the names of the items; capitals and blanks do not matter. Not every item has to be rated.

ages = pd.Series(
    {"Rose": 40, "Robin": 44, "Oak": 48, "Daisy": 52, "Pine": 55, "Canary": 60, "Salmon": 66, "Sunfish": 70},
    name="age_of_acquisition",
)
found = on.semantics.compare_with_people(theory, ages)
print(found)

# %%
# Four measures of when an item is known, each with its rank correlation and a 95% interval, and a baseline: the
# number of features of each item. **Read the baseline first**: a prediction that is no better than counting
# features says little. With eight items every interval is wide, as it should be.

on.plot.people(found, "told_apart")
plt.show()
print(found.meaning)

# %%
# Typicality
# ----------
#
# Ratings of how typical an animal is are compared within categories, which the zoo has (``category=`` of
# ``from_dataframe``). Here ten mammals.

zoo = on.datasets.load("zoo")
typical = {"calf": 6.1, "goat": 6.4, "lion": 6.8, "wolf": 6.2, "deer": 6.6, "bear": 6.0}
odd = {"platypus": 2.1, "dolphin": 3.0, "seal": 3.9, "fruitbat": 3.2}
mammals = on.semantics.compare_with_people(on.predict(zoo), pd.Series({**typical, **odd}), kind="typicality")
mammals.to_dataframe().dropna()

# %%
# Similarity
# ----------
#
# One rating for each pair of items. The prediction is the similarity in the hidden layer when all is learned. Here the
# baseline does better, the number of features that two items share: say so when it happens to you.

pairs = [("robin", "canary", 6.5), ("robin", "salmon", 3.5), ("robin", "oak", 1.2), ("oak", "pine", 6.3)]
pairs += [("rose", "daisy", 6.0), ("rose", "oak", 3.6), ("salmon", "sunfish", 6.2), ("salmon", "pine", 1.0)]
judged = pd.DataFrame(pairs, columns=["item_1", "item_2", "similarity"])
alike = on.semantics.compare_with_people(theory, judged)
alike.to_dataframe()[["measure", "role", "spearman", "low", "high"]]

# %%
# From ranks to numbers
# ---------------------
#
# Ranks ask about order only. ``fit_mastery`` also asks for the times themselves: it finds the two numbers that
# the theory leaves open, how long a unit of learning time takes (``tau``) and how strong everything was at the
# start. Here the ages follow the theory, with a tenth of scatter, so that it can be seen to find what was put
# in.

made_up = on.fitting.simulate_mastery(zoo, tau=1.5, initial_strength=1e-3, onset=12.0, until=18.0, seed=1)
fitted = on.fitting.fit_mastery(zoo, made_up, onset=12.0, until=18.0)
print(fitted)

# %%

on.plot.mastery(fitted)
plt.show()

# %%
# Which choices this takes, and how real ages compare (badly, so far), is in :doc:`/mastery`; what may be compared with
# children at all in :doc:`/limits`. At the command line: ``ontogeny learn table.csv --human ratings.csv``.
#
# What this page claims, checked:

assert found.correlations[0].low < 0 < found.correlations[0].high  # eight items: nothing can be concluded
assert mammals.correlations[0].low > 0
agree = alike.to_dataframe().set_index("measure")["spearman"]
assert 0.5 < agree["hidden_similarity"] < agree["shared_features"]
assert fitted.estimates["tau"].low < 1.5 < fitted.estimates["tau"].high
