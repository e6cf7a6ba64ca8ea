"""Which form explains a table best: clusters, a chain, a ring, a tree, a grid, a cylinder, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from .._core.checks import InputError, expect, one_of
from .environment import Environment
from .field_fit import LEAST_NOISE, Contrasts, Fit
from .gaussian_fields import laplacian
from .structures import FORMS, structures

if TYPE_CHECKING:
    import pandas as pd

NULL = "independent"
ALL_FORMS = (NULL, *FORMS)
FEWEST, MOST = 6, 400  # items: too few to tell forms apart, so many that the search takes minutes
CLEAR = 2.0  # standard errors by which the best form leads where it is called clear


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
        Of all features that vary, as independent draws from the form's field; each feature's mean is left free.
    penalty : array, shape (forms,)
        Log of the number of structures the form could have chosen among over these items, and half the log of the
        number of features for each fitted number.
    parameters : tuple of dict
        Of each form: edge weight, sigma, noise variance, and how many numbers were fitted in all.
    standard_error : array, shape (forms,)
        Of the difference of its log-likelihood to the best form's, from how much it varies over features.
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
    def is_clear(self) -> bool:
        """Whether the best form leads every other by more than two standard errors of the difference."""
        lead = self.score[0] - self.score[1:]
        return bool(np.all(lead > np.maximum(CLEAR * self.standard_error[1:], np.log(20))))

    @property
    def meaning(self) -> str:
        """What may be concluded, in a sentence or two."""
        if len(self.forms) == 1:
            return f"Only the form {self.best} was fitted, so nothing is said about others."
        rivals = [
            form
            for form, lead, error in zip(
                self.forms[1:], self.score[0] - self.score[1:], self.standard_error[1:], strict=True
            )
            if lead <= max(CLEAR * error, np.log(20))
        ]
        first = f"Of {len(self.forms)} forms, {self.best} explains the {self.features} features best"
        if not rivals:
            return first + f", clearly ahead of {self.forms[1]}; a form that was not compared may be better still."
        named = " and ".join(rivals[:2]) + (f" and {len(rivals) - 2} more" if len(rivals) > 2 else "")
        return first + f", but {named} cannot be ruled out with so few features or so small a difference."

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

    For each form a structure over the items is found by a simple rule that is always the same. The features are
    then taken as independent draws from the Gaussian field on it plus noise, with the likelihood greatest over the
    edges' weight, the field's width and the noise.

    Parameters
    ----------
    environment : Environment
        The world; 6 to 400 items.
    forms : list of str, optional
        Which to compare: "independent" (items have nothing to do with each other), "clusters", "chain", "ring",
        "tree", "grid", "cylinder"; all if not given.

    Returns
    -------
    FormComparison

    Raises
    ------
    InputError
        Too few or too many items, features that do not vary, an unknown form.

    Notes
    -----
    This is not the search of Kemp & Tenenbaum, who grow graphs by the rules of a grammar: items hang on the nodes of a
    few named forms, and each form's best structure is sought by a rule of thumb. A form may therefore do
    better than is said here, though none does worse. The rules: clusters are cuts of average linkage; a tree is its
    dendrogram with short branches folded; chain and ring are short tours through the squared differences (turning
    stretches and moving single items until neither helps), which without noise is what their likelihood asks for;
    grid and cylinder are layouts by rotation and assignment, improved by exchanges.

    Items in order (a staircase) are found as a chain: once every feature's mean is free, both are the same.

    The penalty is not theirs, which takes 3 from the log for each node. Every form is charged the log of how many
    structures it could have chosen among, and half the log of the number of features for each number that was fitted
    (as BIC): a form with more freedom to please the data pays for that freedom.

    Likelihoods treat yes/no features as Gaussian, and features as independent; copies of one feature count as many.
    Noise is at least a hundredth of the items' variance, for equal items would make the likelihood infinite. How
    often items are met plays no part.

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
    data = Contrasts.of(table)
    similarity = table @ table.T / table.shape[1]
    square = np.diagonal(similarity)
    distance = np.maximum(square[:, None] + square - 2 * similarity, 0.0)
    np.fill_diagonal(distance, 0.0)
    found = {form: _best(form, data, distance, environment.items) for form in names}
    order = sorted(names, key=lambda form: found[form].penalty - found[form].fit.by_feature.sum())
    best = found[order[0]].fit.by_feature
    count = len(best)
    return FormComparison(
        environment,
        tuple(order),
        np.array([found[form].fit.by_feature.sum() for form in order]),
        np.array([found[form].penalty for form in order]),
        tuple(found[form].parameters for form in order),
        np.array([np.sqrt(count) * np.std(best - found[form].fit.by_feature, ddof=1) for form in order]),
        {form: _finished(found[form], environment) for form in order},
        count,
    )


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A structure with its fit and what it is charged."""

    graph: nx.Graph
    fit: Fit
    penalty: float
    numbers: int

    @property
    def score(self) -> float:
        return float(self.fit.by_feature.sum()) - self.penalty

    @property
    def parameters(self) -> dict[str, float]:
        return {
            "weight": self.fit.weight,
            "sigma": self.fit.sigma,
            "noise_variance": self.fit.noise_variance,
            "fitted_numbers": self.numbers,
        }


def _best(form: str, data: Contrasts, distance: np.ndarray, items: Sequence[str]) -> _Candidate:
    """The candidate of a form with the best score."""
    bic = 0.5 * np.log(len(data.values))
    if form == NULL:
        graph = nx.Graph()
        graph.add_nodes_from(items, latent=False)
        return _Candidate(graph, data.independent(), bic, 1)
    candidates = []
    for graph, numbers, log_count in structures(form, distance, items):
        latent = [node for node in graph if graph.nodes[node]["latent"]]
        fit = data.fit(laplacian(graph, [*items, *latent]))
        candidates.append(_Candidate(graph, fit, log_count + (3 + numbers) * bic, 3 + numbers))
    return max(candidates, key=lambda candidate: candidate.score)


def _finished(candidate: _Candidate, environment: Environment) -> nx.Graph:
    """The graph with the fitted weights on its edges and the categories of the items."""
    graph = candidate.graph
    for first, second, weight in graph.edges(data="weight", default=1.0):
        graph[first][second]["weight"] = float(weight * candidate.fit.weight)
    for item, category in zip(environment.items, environment.category or (), strict=False):
        graph.nodes[item]["category"] = category
    return graph


def _checked_forms(forms: Sequence[str] | None) -> tuple[str, ...]:
    if forms is None:
        return ALL_FORMS
    given = [forms] if isinstance(forms, str) else list(forms)
    names = tuple(dict.fromkeys(one_of(form, ALL_FORMS, "a form") for form in given))
    if not names:
        raise InputError(f"forms is empty, so there is nothing to compare; write some of {', '.join(ALL_FORMS)}")
    return names


def _varying(environment: Environment) -> np.ndarray:
    """The features that differ between items, shape (items, features)."""
    table = environment.samples.targets
    if not np.all(np.isfinite(table)):
        raise InputError(
            f"{np.count_nonzero(~np.isfinite(table))} cells are missing, but the likelihood needs every cell; leave "
            "their rows or columns out"
        )
    if not FEWEST <= len(table) <= MOST:
        raise InputError(
            f"the world has {len(table)} items, but forms are compared over {FEWEST} to {MOST}: fewer do not tell them "
            f"apart, and more take minutes; pick some of the rows, for example df.sample({MOST}, random_state=0)"
            if len(table) > MOST
            else f"the world has {len(table)} items, but fewer than {FEWEST} do not tell forms apart; add items"
        )
    varying = table[:, np.ptp(table, axis=0) > 1e-12 * np.abs(table).max()]
    if varying.shape[1] < 2:
        raise InputError(
            f"{varying.shape[1]} features differ between items, but comparing forms needs at least 2; add features"
        )
    return varying - varying.mean(axis=0)


__all__ = ["LEAST_NOISE", "FormComparison", "compare_forms"]
