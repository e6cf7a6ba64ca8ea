"""Which form explains a table best: clusters, a chain, a ring, a tree, a grid, a cylinder, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from .._core.checks import InputError, expect, one_of
from .._core.progress import track
from .._core.ties import EQUAL
from ..environments.environment import Environment
from .field_fit import FEWEST_FEATURES, Contrasts
from .form_search import NULL, SAME_SCORE, Candidate, best_structure
from .structures import FORMS

if TYPE_CHECKING:
    import pandas as pd

ALL_FORMS = (NULL, *FORMS)
FEWEST, MOST = 6, 200  # items: too few to tell forms apart, so many that the search takes minutes
CLEAR = 2.0  # standard errors by which the best form leads where it is called clear
ORDERED = 0.9  # share of features that rise along a chain whose items are called ordered


@dataclass(frozen=True, eq=False)
class FormComparison:
    """How well each form explains a table, the best first.

    Parameters
    ----------
    environment : Environment
        The world.
    forms : tuple of str
        Names of the forms, best score first.
    log_likelihood : array, shape (forms,)
        Of all features that vary, each under the form's structure that was found without it, as independent draws
        from a field; each feature's mean is left free.
    penalty : array, shape (forms,)
        Half the log of the number of features for each fitted number (BIC), and the log of the number of rules that a
        form could choose among.
    parameters : tuple of dict
        Of each form: edge weight, sigma, noise variance, and the rule that made its structure.
    standard_error : array, shape (forms,)
        Of the difference of its log-likelihood to the best form's, from how much it varies over features and deals.
    graphs : dict of networkx.Graph
        The structure found for each form, with edge weights; item names are its nodes, other nodes are latent.
    features : int
        Number of features that vary and were counted.
    """

    environment: Environment
    forms: tuple[str, ...]
    log_likelihood: np.ndarray
    penalty: np.ndarray
    parameters: tuple[dict[str, float], ...]
    standard_error: np.ndarray
    graphs: dict[str, nx.Graph]
    features: int

    @property
    def score(self) -> np.ndarray:
        """Log-likelihood less the penalty, shape (forms,): the larger, the better the form explains the table."""
        return self.log_likelihood - self.penalty

    @property
    def best(self) -> str:
        """Name of the form with the best score."""
        return self.forms[0]

    @property
    def graph(self) -> nx.Graph:
        """Structure of the best form."""
        return self.graphs[self.best]

    @property
    def margin(self) -> float:
        """Score of the best form less that of the next; infinite where there is no other."""
        return float(self.score[0] - self.score[1]) if len(self.forms) > 1 else float("inf")

    @property
    def rivals(self) -> tuple[str, ...]:
        """Forms that the best does not lead by two standard errors, and by 20 to 1 at least."""
        lead = self.score[0] - self.score[1:]
        close = lead <= np.maximum(CLEAR * self.standard_error[1:], np.log(20))
        return tuple(form for form, is_close in zip(self.forms[1:], close, strict=True) if is_close)

    @property
    def is_clear(self) -> bool:
        """Whether the best form wins by a margin: it has no rivals."""
        return not self.rivals

    @property
    def is_ordered(self) -> bool:
        """Whether the items are in order, as ranks: along the chain nearly all features only rise, or only fall."""
        if "chain" not in self.graphs:
            return False
        table = _varying(self.environment)
        steps = np.diff(table[_along(self.graphs["chain"], self.environment.items)], axis=0)
        tied = EQUAL * np.ptp(table, axis=0)
        rising, falling = np.mean(np.all(steps >= -tied, axis=0)), np.mean(np.all(steps <= tied, axis=0))
        return bool(max(rising, falling) >= ORDERED)

    @property
    def meaning(self) -> str:
        """What may be concluded, in a few sentences."""
        if len(self.forms) == 1:
            return f"Only the form {self.best} was fitted, so nothing is said about others."
        first = f"Of {len(self.forms)} forms, {self.best} explains the {self.features} features that vary best"
        if self.is_clear:
            said = f"{first}, clearly ahead of {self.forms[1]}; a form that was not compared may be better still."
        else:
            *others, last = self.rivals
            named = f"{', '.join(others)} and {last}" if others else last
            said = f"{first}, but {named} cannot be ruled out: the lead is no larger than chance may make it."
        if self.is_ordered:
            said = f"The items are in order, as ranks: along the chain features only rise. {said}"
        return said

    def to_dataframe(self) -> pd.DataFrame:
        """One row per form, best first: scores, per-feature difference to the best and its error, parameters."""
        import pandas as pd

        columns = {
            "form": self.forms,
            "log_likelihood": self.log_likelihood,
            "penalty": self.penalty,
            "score": self.score,
            "difference_per_feature": (self.score - self.score[0]) / self.features,
            "standard_error_per_feature": self.standard_error / self.features,
            "is_best": [form == self.best for form in self.forms],
            "is_clear": [form == self.best and self.is_clear for form in self.forms],
        }
        return pd.concat([pd.DataFrame(columns), pd.DataFrame(list(self.parameters))], axis=1)

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{form} {value:+.3g}" for form, value in zip(self.forms[1:], self.score[1:] - self.score[0], strict=True)
        )
        return f"<FormComparison: {self.meaning} Scores below the best [nats]: {shown or 'none'}>"


def compare_forms(environment: Environment, *, forms: Sequence[str] | None = None) -> FormComparison:
    """Which form explains a table best, after the question of Kemp & Tenenbaum (2008).

    For each form structures over the items are found by simple rules that are always the same. They are judged by
    features that they were made without, taken as independent draws from the Gaussian field on the structure plus
    noise, with the likelihood greatest over the edges' weight, the field's width and the noise.

    Implements: kemp2008 text
    Checked by: tests/forms/test_form_comparison.py::test_the_form_that_made_a_world_is_named

    Parameters
    ----------
    environment : Environment
        The world: 6 to 200 items (101 take some 20 seconds, 200 minutes), at least 4 features.
    forms : list of str, optional
        Which to compare: "independent" (items have nothing to do with each other), "clusters", "chain", "ring",
        "tree", "grid", "cylinder", "cross_cutting" (items in rows and columns); all if not given.

    Returns
    -------
    FormComparison

    Raises
    ------
    InputError
        Too few or too many items, features that do not vary, missing cells, an unknown form.

    Notes
    -----
    This asks the question of Kemp & Tenenbaum and is not their search, which grows graphs by the rules of a grammar:
    here a few named forms are tried, and each form's structure comes from a rule of thumb, so that a form may do better
    than is said here. The rules: clusters are cuts of average linkage, improved by moving single items; a tree is its
    dendrogram, with short branches folded, and holds at least one group within a group; chain and ring are short tours
    through the squared differences (turning and moving stretches until neither helps), which without noise is what
    their likelihood asks for; grid, cylinder and crossed categories are layouts by rotation and assignment, improved by
    exchanges.

    Each of up to 16 features is judged by the structures that all others gave; more are dealt into 16 parts. Items and
    features are sorted by name, so the order of the table plays no part, and what ties up to rounding is decided by the
    order of the items. No order is right: each part is judged in an order of its own, and where differences between
    items tie, clusters, chain, ring and tree are judged in eight deals, of which the mean counts. So a form
    pays for its freedom to please the data, and needs no price for each node, as theirs has. What is charged is half
    the log of the number of features for each of three fitted numbers (BIC), and the log of the number of rules. A tree
    of two levels and clusters are the same once every feature's mean is free; so a tree is charged log 20 more, and has
    to earn its further levels.

    Items in order (a staircase) are a chain here, for the same reason; where features only rise along the chain the
    record says so, whatever the scores. How an edge's weight, sigma and noise share a variance is not always settled:
    what they say together about the differences between items is.

    Likelihoods treat yes/no features as Gaussian, and features as independent: copies of a feature count as many.
    Noise is at least a hundredth of the items' variance. How often items are met plays no part.

    Examples
    --------
    >>> from ontogeny.environments import field, ring
    >>> found = compare_forms(field(ring(10), sigma=3, features=500), forms=["chain", "ring", "independent"])
    >>> found.best, found.is_clear, sorted(found.graph["1"])
    ('ring', True, ['10', '2'])
    """
    expect(environment, Environment, "environment", "pass a world, for example Environment.from_dataframe(df)")
    names = _checked_forms(forms)
    table = _varying(environment)
    by_name = sorted(range(len(table)), key=lambda i: environment.items[i])
    table, items = table[by_name], [environment.items[i] for i in by_name]
    data = Contrasts.of(table)
    found = {
        form: best_structure(form, data, table, items) for form in track(names, "Comparing forms", total=len(names))
    }
    order = sorted(names, key=lambda form: (-round(found[form].score / SAME_SCORE), ALL_FORMS.index(form)))
    best = found[order[0]].fit
    count = table.shape[1]
    return FormComparison(
        environment,
        tuple(order),
        np.array([found[form].fit.by_feature.sum() for form in order]),
        np.array([found[form].penalty for form in order]),
        tuple(found[form].parameters for form in order),
        np.array([_standard_error(best.by_deal - found[form].fit.by_deal) for form in order]),
        {form: _finished(found[form], environment) for form in order},
        count,
    )


def _standard_error(difference: np.ndarray) -> float:
    """Of a sum over features, from how much it varies over them, and over deals, shape (deals, features)."""
    over_features = difference.shape[1] * np.var(difference.mean(axis=0), ddof=1)
    over_deals = np.var(difference.sum(axis=1), ddof=1) / len(difference) if len(difference) > 1 else 0.0
    return float(np.sqrt(over_features + over_deals))


def _finished(candidate: Candidate, environment: Environment) -> nx.Graph:
    """The structure that the rule makes of all features, with fitted weights and the categories of the items."""
    graph = candidate.graph
    for first, second, weight in graph.edges(data="weight", default=1.0):
        graph[first][second]["weight"] = float(weight * candidate.fit.weight)
    for item, category in zip(environment.items, environment.category or (), strict=False):
        graph.nodes[item]["category"] = category
    return graph


def _along(chain: nx.Graph, items: Sequence[str]) -> list[int]:
    """Numbers of the items from one end of a chain to the other."""
    start = next(node for node in chain if chain.degree(node) == 1)
    return [items.index(node) for node in nx.dfs_preorder_nodes(chain, start)]


def _checked_forms(forms: Sequence[str] | None) -> tuple[str, ...]:
    if forms is None:
        return ALL_FORMS
    given = [forms] if isinstance(forms, str) else list(forms)
    names = tuple(dict.fromkeys(one_of(form, ALL_FORMS, "a form") for form in given))
    if not names:
        raise InputError("forms", "is empty, so there is nothing to compare", f"write some of {', '.join(ALL_FORMS)}")
    return names


def _varying(environment: Environment) -> np.ndarray:
    """The features that differ between items, shape (items, features)."""
    environment.expect_all_observed("the likelihood of a form needs every cell")
    table = environment.samples.targets
    if not FEWEST <= len(table) <= MOST:
        raise InputError(
            None,
            f"the world has {len(table)} items, but forms are compared over {FEWEST} to {MOST}: fewer do not tell them "
            "apart, and more take minutes",
            f"pick some of the rows, for example with df.sample({MOST}, random_state=0)",
        )
    by_name = sorted(range(table.shape[1]), key=lambda i: environment.features[i])
    varies = np.ptp(table, axis=0) > EQUAL * np.abs(table).max()
    varying = table[:, [i for i in by_name if varies[i]]]
    if varying.shape[1] < FEWEST_FEATURES:
        raise InputError(
            None,
            f"{varying.shape[1]} features differ between items, but comparing forms needs at least {FEWEST_FEATURES}: "
            "structures are found from some and judged by the others",
            "add features",
        )
    return varying - varying.mean(axis=0)
