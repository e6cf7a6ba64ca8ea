"""
After Fig. 6: typical and atypical members of a category
========================================================

Some mammals are more mammal than others. In the table of animals, each feature less its mean, one mode separates
mammals from the rest; an animal's loading on it is how typical it is, and the features' loadings on it are the
prototype.

**Typicality is how much of the prototype an item has, and typical members are ahead at every time of learning: the
answer along the prototype is the item's loading times what has been learned.** Calf, goat, pony and reindeer have the
same features and are equally typical; platypus, dolphin and porpoise are the least.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.plot.style import styled

zoo = on.datasets.load("zoo")
record = on.semantics.typicality(on.predict(zoo, until=3.0))
child = on.semantics.typicality(on.simulate(zoo, until=3.0, seed=[0, 1, 2]))
mammal = record.prototype("mammal")
ranking = record.ranking("mammal")
examples = {"calf": "C0", "lion": "C2", "seal": "C4", "dolphin": "C1", "platypus": "C3"}

with styled():
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained", width_ratios=(4, 3, 3))
    on.plot.typicality(record, ax=left)
    left.set_title("Loading on each category's own mode")
    order = np.argsort(mammal.features)
    middle.barh(range(order.size), mammal.features[order], color=np.where(mammal.features[order] > 0, "C0", "0.6"))
    middle.set_yticks(range(order.size), [zoo.features[m] for m in order], fontsize=8)
    middle.set(title="The prototype of mammals", xlabel="loading of the feature")
    for name, color in examples.items():
        item = zoo.items.index(name)
        right.plot(record.times, record.response[:, item], color=color, linewidth=2)
        right.annotate(name, (2.95, record.response[-1, item]), xytext=(0, 3), textcoords="offset points", ha="right")
        right.plot(child.times, child.response[:, :, item].T, color=color, linewidth=0.6, alpha=0.7)
    right.set(title="Learning (thin: trained)", ylabel="answer along the prototype, less the mean")
    right.set(xlabel='learning time (units of τ, "sum")', xlim=(0, 3))

# %%
# The claims. Who is typical, with ties as ties:

assert set(ranking[0][1]) == {"calf", "goat", "pony", "reindeer"}
assert [set(names) for _, names in ranking[-3:]] == [{"fruitbat", "vampire"}, {"dolphin", "porpoise"}, {"platypus"}]
assert mammal.modes == (1,) and abs(record.loading[mammal.members].mean() - 0.116) < 5e-4

# Loadings are sums of features weighted by the prototype, and the other way round.
centered = zoo.targets - zoo.targets.mean(axis=0)
loading = centered @ mammal.features / mammal.singular_value
assert np.abs(record.loading[mammal.members] - loading[mammal.members]).max() < 1e-14
assert np.abs(mammal.features - centered.T @ loading / mammal.singular_value).max() < 1e-13

# Typical members are ahead whenever mammals are known at all, in theory and in networks.
for course in (record.response, child.response.mean(axis=0)):
    late = course[record.times > 0.8] if course is record.response else course[child.times > 0.8]
    answers = [late[:, zoo.items.index(name)] for name in examples]
    assert all(np.all(more > less) for more, less in zip(answers, answers[1:]))
