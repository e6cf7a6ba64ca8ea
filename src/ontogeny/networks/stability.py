r"""How large steps may be: the learning rate beyond which training cannot converge, and the default learning rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..environments.environment import Environment
from ..modes.discrete import fastest_stable_learning_rate

SMALL_STEP = 0.03  # default learning rate, as a share of the limit of stability
SMALL_EPISODE = 0.1  # the same for episodes, of which there are many more
SAFE_STEP = 0.25  # sigmoid units can double in activity while they learn, which divides their limit by four


def stability_limit(
    environment: Environment,
    *,
    depth: int,
    nonlinearity: str = "linear",
    hidden_units: int = 0,
    episodes: bool = False,
    norms: Sequence[float] = (),
) -> float:
    r"""Learning rate beyond which training cannot converge.

    For linear units :math:`2/(L\,d\,(s/d)^{2-2/L})`, the smallest over modes, is the limit at the end of learning;
    weights that are large before it have a limit of their own (`starting_curvature`), and the smaller counts. Sigmoid
    units, which are all half on before learning, lower it. One-item episodes are limited by the curvature of a single
    item. With missing cells it is an estimate from the observed ones: what a network fills in may strengthen a mode.

    Implements: saxe2014 (41)
    Checked by: tests/test_workflows.py::test_training_settles_below_and_not_above_the_stability_limit

    Parameters
    ----------
    environment : Environment
        The world.
    depth : int
        Number of weight matrices.
    nonlinearity : str
        Of the hidden units.
    hidden_units : int
        Units of every hidden layer; only sigmoid units need it.
    episodes : bool
        One item at a time.
    norms : list of float
        Spectral norm of every layer before learning; weights of 0 if not given.

    Returns
    -------
    float
        Learning rate [unit of 1 / tau].
    """
    modes = environment.spectrum()
    d, s = modes.input_variances, modes.singular_values
    curvature = 2 / float(np.min(fastest_stable_learning_rate(s, depth=depth, input_variance=d)))
    curvature = max(curvature, environment.variation.largest if depth == 1 else 0.0)
    if len(norms) > 1:
        curvature = max(curvature, starting_curvature(environment, norms))
    if nonlinearity == "sigmoid" and depth > 1 and environment.weights is not None:
        curvature += hidden_units / 4 * float(environment.weights.sum())
    if episodes and environment.weights is not None and environment.normalization != "sum":
        curvature *= len(environment.weights)
    return 2 / curvature


def starting_curvature(environment: Environment, norms: Sequence[float]) -> float:
    r"""Bound on the largest curvature of the error at initial weights of given norms.

    The Hessian has one block for each pair of layers. With :math:`n_l` the norm of a layer and :math:`p_l` the product
    of the norms of all others, the block is at most

    .. math:: H_{lk} = d\,p_l\,p_k + (1 - \delta_{lk})\,|E|\,\frac{p_l}{n_k}

    where :math:`d` is the largest variance of the inputs and :math:`|E| \le s + d\,\prod_l n_l` the error before
    learning; the norm of this small matrix bounds the curvature.

    Derived for this package; no printed source is known.

    Checked by: tests/networks/test_stability.py::test_the_curvature_at_the_start_is_bounded

    Parameters
    ----------
    environment : Environment
        The world.
    norms : list of float
        Spectral norm of every layer.

    Returns
    -------
    float
        Curvature [unit of 1 / tau].
    """
    n, d = np.asarray(norms, dtype=float), environment.variation.largest
    error = float(environment.spectrum().singular_values[0]) + d * float(np.prod(n))
    count = n.size
    others = np.array([np.prod(np.delete(n, layer)) for layer in range(count)])
    pairs = np.array([[np.prod(np.delete(n, [layer, k])) for k in range(count)] for layer in range(count)])
    blocks = d * np.outer(others, others) + np.where(np.eye(count, dtype=bool), 0.0, error * pairs)
    return float(np.linalg.eigvalsh(blocks)[-1])


def default_rate(
    environment: Environment, limit: float, *, depth: int, episodes: bool, share: float | None = None
) -> float:
    """Default learning rate: a small share of the limit for the modes, and a safe share of the limit of this start.

    Parameters
    ----------
    environment : Environment
        The world.
    limit : float
        What `stability_limit` says of these units and this start.
    depth : int
        Number of weight matrices.
    episodes : bool
        One item at a time.
    share : float, optional
        Of the limit for the modes; by default 0.03, for episodes 0.1.
    """
    small = share or (SMALL_EPISODE if episodes else SMALL_STEP)
    return min(stability_limit(environment, depth=depth, episodes=episodes) * small, limit * SAFE_STEP)
