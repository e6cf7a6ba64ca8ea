"""
Fig. 8: when the middle comes first
===================================

Children say "dog" before "animal" and before "poodle". In a tree whose features are inherited, broad groups are always
learned first; a middle level can come first only if groups that share a parent are *less* similar than unrelated ones,
as if bird and fish had to be opposites.

**Left: two worlds that differ in one number, the similarity of items that part below the first branch. Middle: how
strong that makes each level. Right: a network with one hidden layer learns the strongest level first.**

After Saxe, McClelland & Ganguli (2019), Fig. 8; the settings are ours.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.environments import Taxonomy
from ontogeny.plot.style import styled

tree = Taxonomy.from_labels(
    {"wide": np.repeat(list("AB"), 4), "basic": np.repeat(list("abcd"), 2)}, items=[f"item {i}" for i in range(1, 9)]
)
overlaps = {"handed down": (0.1, 0.2, 0.6, 1.0), "siblings differ": (0.1, -0.2, 0.6, 1.0)}
parting = tree.depth + 1 - sum(
    (tree.at_level(level)[:, None] != tree.at_level(level)).astype(int) for level in range(tree.depth + 1)
) - 1  # level at which two items part  # fmt: skip

# %%
# Both worlds, made so that items that part at a level are exactly as alike as asked; three networks in each.

worlds, records, networks = {}, {}, {}
for name, overlap in overlaps.items():
    table = np.linalg.cholesky(np.array(overlap)[parting])
    worlds[name] = on.Environment.from_arrays(np.eye(8), table, items=tree.items, normalization="sum")
    records[name] = on.semantics.basic_level(worlds[name], tree)
    networks[name] = on.simulate(
        worlds[name], hidden_units=16, initial_scale=1e-3, times=np.linspace(0, 16, 801), seed=[0, 1, 2]
    )


def level_strengths(name):
    """Strength of every level in the networks over time: mean over the modes of the level."""
    answers = worlds[name].targets.T @ np.linalg.inv(worlds[name].targets @ worlds[name].targets.T)
    maps = networks[name].network_map.values
    courses = []
    for level in range(tree.depth + 1):
        means = [
            (group[:, None] == group) / np.sum(group[:, None] == group, axis=1)
            for group in (tree.at_level(one) for one in (max(level - 1, 0), level))
        ]
        projector = means[1] - means[0] * (level > 0)
        courses.append(np.einsum("mi,stmj,ij->st", answers, maps, projector) / np.trace(projector))
    return np.stack(courses, axis=-1)  # (networks, times, levels): 0 before learning, 1 after


# %%

levels = ("all", "wide", "basic", "item")
courses = {name: level_strengths(name) for name in worlds}
with styled():
    figure, axes = plt.subplots(2, 3, figsize=(11, 6.6), layout="constrained", width_ratios=(1, 1.2, 1.5))
    for (left, middle, right), name in zip(axes, worlds, strict=True):
        left.imshow(worlds[name].targets @ worlds[name].targets.T, vmin=-1, vmax=1, cmap="RdBu_r")
        left.set(title=f"Similarity: {name}", xticks=[], yticks=[], xlabel="items")
        on.plot.basic_level(records[name], ax=middle)
        middle.set(ylim=(0, 2.9))
        for level, label in enumerate(levels):
            for network, course in enumerate(courses[name][:, :, level]):
                right.plot(
                    networks[name].time, course, color=f"C{level}", linewidth=1.2, label=label if not network else None
                )
        right.set(xlabel="learning time (τ)", ylabel="learned share", xlim=(0, 16))
        right.legend(loc="lower right", title="level")

# %%
# The claims. With siblings less similar than unrelated groups the middle level is strongest, otherwise the broad one.

assert np.allclose(records["siblings differ"].strength, [1.6, 0.8, 2.0, 0.4])
assert records["siblings differ"].first == 2 and records["siblings differ"].reversed.tolist() == [2]
assert records["handed down"].is_coarse_to_fine and records["handed down"].first_distinction == 1
assert all(record.is_exact for record in records.values())

# Networks learn levels in the order of their strengths.

half = {name: np.argmax(course > 0.5, axis=1) for name, course in courses.items()}
for name, record in records.items():
    order = np.argsort(-record.strength, kind="stable")
    assert np.all(np.diff(half[name][:, order], axis=1) > 0), name
assert np.all(half["siblings differ"][:, 2] < half["siblings differ"][:, 1])
assert np.all(half["handed down"][:, 2] > half["handed down"][:, 1])
