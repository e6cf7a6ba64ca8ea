"""The structure of a form that predicts held-out features best, whatever the order of the table.

Items and features come sorted by name. Where distances tie, the structure that is found depends on the order of the
items, and no order is the right one. So every fold of the features has a random order of its own, and for forms that
are quick to find cross-validation is repeated eight times and averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import networkx as nx
import numpy as np

from .._core.ties import first_least, slack
from .field_fit import MOST_FOLDS, Contrasts, Fit
from .gaussian_fields import laplacian
from .structures import is_nested, structures

NULL = "independent"
REPEATS = 8  # of the cross-validation where distances tie, each with other orders of the items and other folds
SLOW = ("grid", "cylinder", "cross_cutting")  # forms that take long to find: one repeat
NESTED = float(np.log(20))  # penalty of a tree, of which clusters are the two-level case
SAME_SCORE = 1e-6  # scores that differ by less tie


class Candidate(NamedTuple):
    """The rule that made a structure, the structure, its fit to held-out features, and its penalty."""

    rule: str
    graph: nx.Graph
    fit: Fit
    penalty: float

    @property
    def score(self) -> float:
        return float(self.fit.by_feature.sum()) - self.penalty

    @property
    def parameters(self) -> dict[str, float | str]:
        fit = self.fit
        return {"weight": fit.weight, "sigma": fit.sigma, "noise_variance": fit.noise_variance, "structure": self.rule}


def best_structure(form: str, data: Contrasts, table: np.ndarray, items: Sequence[str]) -> Candidate:
    """The rule of a form whose structures predict held-out features best.

    The rule is chosen in the first repeat of the cross-validation, and scored in all.
    """
    each_number = 0.5 * np.log(len(data.values))
    if form == NULL:
        graph = nx.Graph()
        graph.add_nodes_from(items, latent=False)
        return Candidate("no edges", graph, data.independent(), each_number)
    distance = squared_differences(table)
    whole = structures(form, distance, items)
    rules = [rule for rule, graph in whole.items() if form != "tree" or is_nested(graph, items)] or list(whole)
    folds = dealt_folds(table.shape[1], REPEATS if form not in SLOW and has_ties(distance) else 1)
    first = _laplacians_without(form, rules, table, items, folds[:1])
    fits = [data.fit(first[rule], folds[:1], exact=False) for rule in rules]
    best = first_least(-np.array([fit.by_feature.sum() for fit in fits]), SAME_SCORE)
    rule = rules[best]
    others = _laplacians_without(form, [rule], table, items, folds[1:])[rule]
    fit = data.fit(first[rule] + others, folds, near=fits[best])
    penalty = 3 * each_number + float(np.log(len(rules))) + NESTED * (form == "tree")
    return Candidate(rule, whole[rule], fit, penalty)


def dealt_folds(features: int, repeats: int) -> np.ndarray:
    """Fold of each feature in each repeat, numbered on from repeat to repeat, shape (repeats, features)."""
    folds = min(features, MOST_FOLDS)
    orders = [np.random.default_rng(repeat).permutation(features) for repeat in range(repeats)]
    return np.array([order % folds + repeat * folds for repeat, order in enumerate(orders)])


def squared_differences(table: np.ndarray) -> np.ndarray:
    """Mean squared differences between items over features, shape (items, items)."""
    product = table @ table.T / table.shape[1]
    square = np.diagonal(product)
    distance = np.maximum(square[:, None] + square - 2 * product, 0.0)
    np.fill_diagonal(distance, 0.0)
    return (distance + distance.T) / 2


def has_ties(distance: np.ndarray) -> bool:
    """Whether two pairs of items are at the same distance."""
    pairs = np.sort(distance[np.triu_indices(len(distance), 1)])
    return bool(np.diff(pairs).min() <= slack(distance))


def _laplacians_without(
    form: str, rules: Sequence[str], table: np.ndarray, items: Sequence[str], folds: np.ndarray
) -> dict[str, list[np.ndarray]]:
    """For each rule the Laplacians, items first, of the structures found without each fold of the features."""
    found: dict[str, list[np.ndarray]] = {rule: [] for rule in rules}
    for fold_of in folds:
        for fold in np.unique(fold_of):
            order = np.random.default_rng(fold).permutation(len(items))
            distance = squared_differences(table[order][:, fold_of != fold])
            made = structures(form, distance, [items[i] for i in order], rules)
            for rule in rules:
                latent = [node for node, is_latent in made[rule].nodes(data="latent") if is_latent]
                found[rule].append(laplacian(made[rule], [*items, *latent]))
    return found
