"""Gaussian fields on graphs: features that vary smoothly along the edges, sampled and in exact expectation."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import networkx as nx
import numpy as np
import scipy.linalg

from .._core.checks import positive
from ..environments.arguments import numbered_names
from ..environments.drawn import drawn_world, feature_count, generator
from ..environments.environment import Environment
from ..environments.population import FormSpectrum, form_spectrum
from .graphs import items_of


def field(
    graph: nx.Graph,
    *,
    sigma: float,
    features: int,
    seed: int = 0,
    items: Sequence[Hashable] | None = None,
    normalization: str = "sum",
) -> Environment:
    """World whose features vary smoothly over a graph: items that are joined by an edge have similar features.

    Every feature is an independent draw from the Gaussian field of `field_covariance`.

    Parameters
    ----------
    graph : networkx.Graph
        Nodes are items, unless their attribute ``latent`` is true; edges may have a ``weight``, by default 1.
    sigma : float
        Standard deviation of a node without edges [unit of the features].
    features : int
        Number of features.
    seed : int
        Seed of the random numbers.
    items : list of nodes, optional
        The nodes that are items; all others are then latent.
    normalization : "sum", "mean" or "white"
        How items are weighted, hence the unit of time.

    Returns
    -------
    Environment
        Items have the names of their nodes, and their attribute ``category`` if all of them have one.

    Raises
    ------
    InputError
        A directed graph, double edges, negative weights, or fewer than 2 items.

    See Also
    --------
    field_spectrum : the exact spectrum, in the limit of many features.

    Notes
    -----
    Drawn from the exact distribution. Tied modes, such as the sine and cosine of a ring, come out rotated at random in
    each sample; only the plane that they span is meaningful.

    Examples
    --------
    >>> from ontogeny.environments import ring
    >>> world = field(ring(12), sigma=3, features=5000, seed=0)
    >>> world.spectrum().singular_values[:3].round(0).tolist()
    [208.0, 117.0, 115.0]
    """
    nodes = items_of(graph, items)
    covariance = field_covariance(graph, sigma=sigma, items=nodes)
    count, draw = feature_count(features), generator(seed)
    values = np.linalg.cholesky(covariance) @ draw.standard_normal((len(nodes), count))
    note = f"Drawn from a field on a graph of {len(graph)} nodes, sigma {sigma:g}: {count} features (seed {seed})."
    categories = [graph.nodes[node].get("category") for node in nodes]
    category = None if None in categories else [str(name) for name in categories]
    called, names = [str(node) for node in nodes], numbered_names("feature", count)
    return drawn_world(values, called, names, category, normalization, note)


def field_covariance(graph: nx.Graph, *, sigma: float, items: Sequence[Hashable] | None = None) -> np.ndarray:
    r"""Exact covariance of the items of a Gaussian field on a graph.

    With the weighted Laplacian :math:`L` of the whole graph; latent nodes are marginalized out:

    .. math:: C = \left(L + I/\sigma^2\right)^{-1}_\text{items}

    Implements: saxe2019 SI
    Checked by: tests/forms/test_gaussian_fields.py::test_latent_nodes_are_averaged_out

    Parameters
    ----------
    graph : networkx.Graph
        As for `field`.
    sigma : float
        Standard deviation :math:`\sigma` of a node without edges [unit of the features].
    items : list of nodes, optional
        The nodes that are items, in the order of the rows.

    Returns
    -------
    array, shape (items, items)
        Expected product of the values of two items on one feature.

    Raises
    ------
    InputError
        A directed graph, several edges between two nodes, negative weights, unknown items, or a sigma that is not
        above 0.

    Examples
    --------
    A chain's ends vary more than its middle, so the matrix is not the same along its diagonals:

    >>> from ontogeny.environments import chain
    >>> covariance = field_covariance(chain(12), sigma=5)
    >>> covariance[[0, 5], [0, 5]].round(2).tolist()
    [4.61, 3.0]
    """
    precision = _item_precision(graph, sigma, items_of(graph, items))
    return scipy.linalg.cho_solve(scipy.linalg.cho_factor(precision), np.eye(len(precision)))


def field_spectrum(graph: nx.Graph, *, sigma: float, items: Sequence[Hashable] | None = None) -> FormSpectrum:
    """Exact spectrum of a Gaussian field on a graph: the strengths of the modes of its items, and which are tied.

    Parameters
    ----------
    graph : networkx.Graph
        As for `field`.
    sigma : float
        Standard deviation of a node without edges [unit of the features].
    items : list of nodes, optional
        The nodes that are items.

    Returns
    -------
    FormSpectrum

    Raises
    ------
    InputError
        As for `field_covariance`.

    Notes
    -----
    The modes of a ring are sines and cosines. Those of a chain are exactly the discrete cosine transform (DCT-II),
    although the covariance of a chain is not a Toeplitz matrix.

    Examples
    --------
    >>> from ontogeny.environments import ring
    >>> spectrum = field_spectrum(ring(12), sigma=3)
    >>> spectrum.eigenvalues[:2].round(3).tolist(), spectrum.degeneracies.tolist()
    ([9.0, 2.638], [1, 2, 2, 2, 2, 2, 1])
    """
    nodes = items_of(graph, items)
    inverse, modes = np.linalg.eigh(_item_precision(graph, sigma, nodes))
    return form_spectrum(tuple(str(node) for node in nodes), 1 / inverse, modes)


def laplacian(graph: nx.Graph, nodes: Sequence[Hashable]) -> np.ndarray:
    """Weighted Laplacian of a graph, rows in the order of `nodes`, which are all of its nodes."""
    adjacency = nx.to_numpy_array(graph, nodelist=nodes, weight="weight")
    return np.diag(adjacency.sum(axis=1)) - adjacency


def _item_precision(graph: nx.Graph, sigma: float, nodes: Sequence[Hashable]) -> np.ndarray:
    """Inverse covariance of the items, by the Schur complement of the latent nodes."""
    width = positive(sigma, "sigma", "a field of standard deviation 0 does not vary")
    chosen = set(nodes)
    latent = [node for node in graph if node not in chosen]
    whole_graph = laplacian(graph, [*nodes, *latent]) + np.eye(len(graph)) / width**2
    count = len(nodes)
    own, across, rest = whole_graph[:count, :count], whole_graph[:count, count:], whole_graph[count:, count:]
    if not latent:
        return own
    return own - across @ scipy.linalg.cho_solve(scipy.linalg.cho_factor(rest), across.T)
