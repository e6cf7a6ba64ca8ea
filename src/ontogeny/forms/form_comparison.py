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
FEWEST, MOST = 6, 200  # items: fewer do not tell forms apart, more take minutes
CLEAR = 2.0  # standard errors by which the best form has to lead to be clearly ahead
ORDERED = 0.9  # share of features that have to rise along the chain for the items to be in order


@dataclass(frozen=True, eq=False)
class FormComparison:
    """How well each form explains a table, best first.

    Parameters
    ----------
    environment : Environment
        The world.
    forms : tuple of str
        Names of the forms, best score first.
    log_likelihood : array, shape (forms,)
        Cross-validated: every feature that varies is scored under the form's structure found without it, as an
        independent draw from a field; the mean of each feature is free.
    penalty : array, shape (forms,)
        Half the log of the number of features for each fitted number (BIC), and the log of the number of rules that the
        form could choose from.
    parameters : tuple of dict
        For each form: edge weight, sigma, noise variance, and the rule that made its structure.
    standard_error : array, shape (forms,)
        Standard error of the difference between the log-likelihoods of the best form and this one, from its spread over
        features and over repeats of the cross-validation.
    graphs : dict of networkx.Graph
        The structure found for each form, with edge weights. Items are nodes under their names; other nodes are latent.
    features : int
        Number of features that vary, which are those that were scored.
    """

    environment: Environment
    forms: tuple[str, ...]
    log_likelihood: np.ndarray
    penalty: np.ndarray
    parameters: tuple[dict[str, float | str], ...]
    standard_error: np.ndarray
    graphs: dict[str, nx.Graph]
    features: int

    @property
    def score(self) -> np.ndarray:
        """Log-likelihood minus penalty, shape (forms,): the larger, the better the form explains the table."""
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
        """Score of the best form minus that of the next; infinite if there is no other."""
        return float(self.score[0] - self.score[1]) if len(self.forms) > 1 else float("inf")

    @property
    def rivals(self) -> tuple[str, ...]:
        """Forms over which the best one's lead is below two standard errors, or below odds of 20 to 1."""
        lead = self.score[0] - self.score[1:]
        close = lead <= np.maximum(CLEAR * self.standard_error[1:], np.log(20))
        return tuple(form for form, is_close in zip(self.forms[1:], close, strict=True) if is_close)

    @property
    def is_clear(self) -> bool:
        """Whether the best form is clearly ahead: it has no rivals."""
        return not self.rivals

    @property
    def is_ordered(self) -> bool:
        """Whether the items are in order, like ranks: along the chain nearly all features only rise, or only fall."""
        if "chain" not in self.graphs:
            return False
        table = _varying_features(self.environment)
        steps = np.diff(table[_positions_along(self.graphs["chain"], self.environment.items)], axis=0)
        tied = EQUAL * np.ptp(table, axis=0)
        rising, falling = np.mean(np.all(steps >= -tied, axis=0)), np.mean(np.all(steps <= tied, axis=0))
        return bool(max(rising, falling) >= ORDERED)

    @property
    def meaning(self) -> str:
        """What can be concluded, in a few sentences."""
        if len(self.forms) == 1:
            return f"Only the form {self.best} was fitted, so this says nothing about other forms."
        first = f"Of {len(self.forms)} forms, {self.best} best explains the {self.features} features that vary"
        if self.is_clear:
            said = f"{first}, clearly ahead of {self.forms[1]}; a form that was not compared may be better still."
        else:
            *others, last = self.rivals
            named = f"{', '.join(others)} and {last}" if others else last
            said = f"{first}, but {named} cannot be ruled out: the lead may be due to chance."
        if self.is_ordered:
            said = f"The items are in order, like ranks: along the chain nearly all features only rise. {said}"
        return said

    def to_dataframe(self) -> pd.DataFrame:
        """One row per form, best first: scores, difference per feature from the best, standard error, parameters."""
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
    """Which form explains a table best, the question of Kemp & Tenenbaum (2008).

    For each form, structures over the items are found by simple deterministic rules. They are scored on held-out
    features, taken as independent draws from the Gaussian field on the structure plus noise. The likelihood is
    maximized over the weight of the edges, the width of the field and the noise.

    Implements: kemp2008 text
    Checked by: tests/forms/test_form_comparison.py::test_the_form_that_made_a_world_is_named

    Parameters
    ----------
    environment : Environment
        The world: 6 to 200 items (101 take about 20 seconds, 200 take minutes), at least 4 features that vary.
    forms : list of str, optional
        Which to compare: "independent" (no structure), "clusters", "chain", "ring", "tree", "grid", "cylinder",
        "cross_cutting" (items in rows and columns); all if not given.

    Returns
    -------
    FormComparison

    Raises
    ------
    InputError
        Too few or too many items, too few features that vary, missing cells, an unknown form.

    Notes
    -----
    This asks the question of Kemp & Tenenbaum but is not their search, which grows graphs by the rules of a grammar.
    Here a few named forms are tried, and the structure of each comes from a heuristic, so that a form may fit better
    than its score says. The heuristics: clusters are cuts of average linkage, improved by moving single items. A tree
    is the dendrogram of average linkage with short branches folded, and has at least one group within a group. Chain
    and ring are short tours through the squared differences (2-opt and Or-opt moves), which without noise have the
    greatest likelihood. Grid, cylinder and crossed categories are layouts by rotation and assignment, improved by
    exchanges.

    Scores are cross-validated: each of up to 16 features is scored under the structures found from all others; more
    features are divided into 16 folds. So overfitting costs a form its score, and no penalty for each node is needed,
    as theirs has. The penalty is half the log of the number of features for each of three fitted numbers (BIC), and
    the log of the number of rules. A tree of two levels and clusters are the same once the mean of every feature is
    free; so a tree is charged log 20 more, and has to earn its further levels.

    Items and features are sorted by name, so that the order of the table plays no part; ties up to rounding go to the
    first item. No order is the right one, so each fold has a random order of its own. Where differences between items
    tie, the cross-validation of clusters, chain, ring and tree is repeated eight times and averaged.

    Items in order (a staircase) are a chain here, because means are free; where features only rise along the chain the
    record says so, whatever the scores. Weight, sigma and noise are not always identifiable one by one; the variances
    of differences between items that they give together are.

    Likelihoods treat yes/no features as Gaussian, and features as independent: every copy of a feature counts. The
    noise is at least a hundredth of the items' variance. The frequency of items plays no part.

    Examples
    --------
    >>> from ontogeny.environments import field, ring
    >>> found = compare_forms(field(ring(10), sigma=3, features=500), forms=["chain", "ring", "independent"])
    >>> found.best, found.is_clear, sorted(found.graph["1"])
    ('ring', True, ['10', '2'])
    """
    expect(environment, Environment, "environment", "pass a world, for example Environment.from_dataframe(df)")
    names = _checked_forms(forms)
    table = _varying_features(environment)
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
        np.array([_standard_error(best.by_repeat - found[form].fit.by_repeat) for form in order]),
        {form: _fitted_graph(found[form], environment) for form in order},
        count,
    )


def _standard_error(difference: np.ndarray) -> float:
    """Standard error of a sum over features, from its spread over features and repeats, shape (repeats, features)."""
    over_features = difference.shape[1] * np.var(difference.mean(axis=0), ddof=1)
    over_repeats = np.var(difference.sum(axis=1), ddof=1) / len(difference) if len(difference) > 1 else 0.0
    return float(np.sqrt(over_features + over_repeats))


def _fitted_graph(candidate: Candidate, environment: Environment) -> nx.Graph:
    """The structure that the rule finds from all features, with fitted weights and the categories of the items."""
    graph = candidate.graph
    for first, second, weight in graph.edges(data="weight", default=1.0):
        graph[first][second]["weight"] = float(weight * candidate.fit.weight)
    for item, category in zip(environment.items, environment.category or (), strict=False):
        graph.nodes[item]["category"] = category
    return graph


def _positions_along(chain: nx.Graph, items: Sequence[str]) -> list[int]:
    """Positions in `items` from one end of a chain to the other."""
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


def _varying_features(environment: Environment) -> np.ndarray:
    """Features that differ between items, less their means, sorted by name, shape (items, features)."""
    environment.expect_all_observed("the likelihood of a form needs every cell")
    table = environment.samples.targets
    if not FEWEST <= len(table) <= MOST:
        raise InputError(
            "environment",
            f"has {len(table)} items, but forms are compared over {FEWEST} to {MOST}: fewer do not tell them apart, "
            "and more take minutes",
            f"pick some of the rows, for example with df.sample({MOST}, random_state=0)",
        )
    by_name = sorted(range(table.shape[1]), key=lambda i: environment.features[i])
    varies = np.ptp(table, axis=0) > EQUAL * np.abs(table).max()
    varying = table[:, [i for i in by_name if varies[i]]]
    if varying.shape[1] < FEWEST_FEATURES:
        raise InputError(
            "environment",
            f"has {varying.shape[1]} features that differ between items, but comparing forms needs at least "
            f"{FEWEST_FEATURES}: structures are found from some and scored on the others",
            "add features",
        )
    return varying - varying.mean(axis=0)
