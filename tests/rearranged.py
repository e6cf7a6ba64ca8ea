"""The same world again: items and features in another order, values off by rounding. Whatever is said must stay."""

import numpy as np
import pandas as pd

from ontogeny import Environment, datasets
from worlds import TOY, tree

NOISE, MORE = 1e-13, 1e-14  # of each value, and added to it: what another order of summation leaves
CLOSE = 1e-6  # up to which scores stay: noise over the smallest gap between modes that are no tie
WORLDS = ("zoo", "wordnet", "rumelhart", "toy", "tree", "crossed", "alone")
CATEGORIZED = ("zoo", "toy", "tree", "crossed", "alone")  # those whose items have categories


def world_called(name):
    """A vendored table, or a small one that is full of exact ties."""
    if name in datasets.names():
        return datasets.load(name)
    return {"toy": lambda: labelled(TOY, list("aapp")), "tree": lambda: labelled(_frame(tree()), list("aaaabbbb")),
            "crossed": crossed, "alone": alone}[name]()  # fmt: skip


def labelled(frame, category):
    return Environment.from_dataframe(frame.assign(kind=category), category="kind")


def crossed():
    """Twelve items by two independent properties, each as often: every mode but the first is tied."""
    rows = [(i % 3, j) for i in range(3) for j in range(4)]
    table = pd.DataFrame([[*(i == k for k in range(3)), *(j == k for k in range(4))] for i, j in rows], dtype=float)
    return labelled(
        _called(table, ["red", "green", "blue", "round", "square", "long", "flat"]), [f"row {i}" for i, _ in rows]
    )


def alone():
    """Six items with one property each: one mode in six, and nothing to tell them apart but names."""
    return labelled(_called(pd.DataFrame(np.eye(6)), ["dog", "cat", "hen", "fox", "owl", "bee"]), list("ffwfwi"))


def _called(table, features):
    return table.set_axis([f"thing {chr(97 + (7 * i) % 26)}" for i in range(len(table))]).set_axis(features, axis=1)


def _frame(world):
    return pd.DataFrame(world.targets, index=world.items, columns=world.features)


def again(world, seed):
    """The same world, its rows and columns shuffled and its values a little off."""
    draw = np.random.default_rng(seed)
    frame = _frame(world)
    frame = frame * (1 + NOISE * draw.standard_normal(frame.shape)) + MORE * draw.standard_normal(frame.shape)
    if world.category is not None:
        frame["the category"] = world.category
    frame = frame.iloc[draw.permutation(len(frame))]
    frame = frame[list(draw.permutation(world.features)) + ["the category"] * (world.category is not None)]
    return Environment.from_dataframe(frame, category="the category" if world.category is not None else None)


def with_variants(name, count=2):
    """A world, and itself again a few times."""
    world = world_called(name)
    return world, [again(world, seed) for seed in range(count)]


def by_name(values, names, axis=-1):
    """Values along an axis in the order of their names."""
    return np.take(values, np.argsort(np.asarray(names)), axis=axis)
