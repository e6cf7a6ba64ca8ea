"""The structure of a form that foretells features best which it was made without, whatever the order of the table.

Items and features come sorted by name. Where distances tie, the order of the items decides which structure is found,
and no order is right: each part of the features is judged in an order of its own, and forms that are found quickly in
eight, the mean of which counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from .._core.ties import first_least, slack
from .field_fit import MOST_PARTS, Contrasts, Fit
from .gaussian_fields import laplacian
from .structures import is_nested, structures

NULL = "independent"
DEALS = 8  # orders of the items, and ways to deal more than `MOST_PARTS` features into parts, where distances tie
LAID_OUT = ("grid", "cylinder", "cross_cutting")  # take long to find: one order for each part
NESTED = float(np.log(20))  # charged to a tree, of which clusters are the two-level case
SAME_SCORE = 1e-6  # scores that differ by less tie, and the first named is taken


class Candidate(NamedTuple):
    """The rule that made a structure, how well features fit that were not used for it, and what it is charged."""

    rule: str
    graph: nx.Graph
    fit: Fit
    penalty: float

    @property
    def score(self) -> float:
        return float(self.fit.by_feature.sum()) - self.penalty

    @property
    def parameters(self) -> dict[str, Any]:
        fit = self.fit
        return {"weight": fit.weight, "sigma": fit.sigma, "noise_variance": fit.noise_variance, "structure": self.rule}


def best_structure(form: str, data: Contrasts, table: np.ndarray, items: Sequence[str]) -> Candidate:
    """The rule of a form by which structures foretell the features best that they were made without.

    The rule is chosen in the first deal, and judged in all.
    """
    each_number = 0.5 * np.log(len(data.values))
    if form == NULL:
        graph = nx.Graph()
        graph.add_nodes_from(items, latent=False)
        return Candidate("no edges", graph, data.independent(), each_number)
    distance = squared_differences(table)
    whole = structures(form, distance, items)
    rules = [rule for rule, graph in whole.items() if form != "tree" or is_nested(graph, items)] or list(whole)
    deals = dealt(table.shape[1], DEALS if form not in LAID_OUT and has_ties(distance) else 1)
    first = _left_out(form, rules, table, items, deals[:1])
    fits = [data.fit(first[rule], deals[:1], exact=False) for rule in rules]
    best = first_least(-np.array([fit.by_feature.sum() for fit in fits]), SAME_SCORE)
    rule = rules[best]
    others = _left_out(form, [rule], table, items, deals[1:])[rule]
    fit = data.fit(first[rule] + others, deals, near=fits[best])
    penalty = 3 * each_number + float(np.log(len(rules))) + NESTED * (form == "tree")
    return Candidate(rule, whole[rule], fit, penalty)


def dealt(features: int, deals: int) -> np.ndarray:
    """Numbers of the parts to which features belong, counted on from deal to deal, shape (deals, features)."""
    parts = min(features, MOST_PARTS)
    orders = [np.random.default_rng(deal).permutation(features) for deal in range(deals)]
    return np.array([order % parts + deal * parts for deal, order in enumerate(orders)])


def squared_differences(table: np.ndarray) -> np.ndarray:
    """Mean squared differences between items over features, shape (items, items)."""
    product = table @ table.T / table.shape[1]
    square = np.diagonal(product)
    distance = np.maximum(square[:, None] + square - 2 * product, 0.0)
    np.fill_diagonal(distance, 0.0)
    return (distance + distance.T) / 2


def has_ties(distance: np.ndarray) -> bool:
    """Whether two pairs of items differ by the same."""
    pairs = np.sort(distance[np.triu_indices(len(distance), 1)])
    return bool(np.diff(pairs).min() <= slack(distance))


def _left_out(
    form: str, rules: Sequence[str], table: np.ndarray, items: Sequence[str], deals: np.ndarray
) -> dict[str, list[np.ndarray]]:
    """For each rule the Laplacians, items first, of the structures that are found without each part of the features."""
    found: dict[str, list[np.ndarray]] = {rule: [] for rule in rules}
    for deal in deals:
        for part in np.unique(deal):
            order = np.random.default_rng(part).permutation(len(items))
            distance = squared_differences(table[order][:, deal != part])
            made = structures(form, distance, [items[i] for i in order], rules)
            for rule in rules:
                latent = [node for node, is_latent in made[rule].nodes(data="latent") if is_latent]
                found[rule].append(laplacian(made[rule], [*items, *latent]))
    return found
