"""Parameters of JAX networks at the critical point of their nonlinearity."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.checks import InputError, one_of
from .draws import Draws, draws
from .mean_fields import AnyNonlinearity

LAYOUTS = ("in_out", "out_in")
# Names of weights, and whether inputs come first: Flax has "kernel", Haiku "w", Equinox "weight".
NAMES = {"kernel": "in_out", "w": "in_out", "weight": "out_in"}
BIASES = ("bias", "b")


def initialize(
    parameters: Any,
    nonlinearity: AnyNonlinearity,
    *,
    weights: str = "orthogonal",
    weight_variance: float | None = None,
    bias_variance: float | None = None,
    layout: str | None = None,
    seed: int = 0,
) -> Any:
    """Parameters of the same shapes at the critical point of a nonlinearity.

    Weights and biases are known by their names, as Flax, Haiku and Equinox give them. Pairs (weights, biases) without
    names need a `layout`. All else (norms, embeddings) is left as it is.

    Parameters
    ----------
    parameters : pytree
        Parameters of a network.
    nonlinearity : str, Nonlinearity or function
        As for `recommended`.
    weights : "orthogonal" or "gaussian"
        How weights are drawn.
    weight_variance, bias_variance : float, optional
        Variance of the weights times the number of inputs, and of the biases; those of `recommended` by default.
    layout : "in_out" or "out_in", optional
        Shape of weights without names, or with other names than those known.
    seed : int
        Of the draws.

    Returns
    -------
    pytree
        New parameters; the given ones are not changed.

    Raises
    ------
    InputError
        Parameters without weights, or with matrices of which it is not known where their inputs are.

    See Also
    --------
    ontogeny.propagation.recommended : Which variances these are, and why.

    Examples
    --------
    .. code-block:: python

        parameters = ontogeny.propagation.jax.initialize(network.init(key, batch), "tanh")
    """
    import jax

    if layout is not None:
        one_of(layout, LAYOUTS, "layout")
    drawn = draws(nonlinearity, weight_variance, bias_variance, weights, seed)
    leaves, structure = jax.tree_util.tree_flatten_with_path(parameters)
    new = [_drawn_anew(path, leaf, drawn, layout) for path, leaf in leaves]
    if not any(leaf is not old for leaf, (_, old) in zip(new, leaves, strict=True)):
        raise InputError("parameters", "have no weights to initialize", "pass a pytree with matrices of weights")
    return jax.tree_util.tree_unflatten(structure, new)


def _drawn_anew(path: tuple[Any, ...], leaf: Any, drawn: Draws, layout: str | None) -> Any:
    """New weights or biases in place of a leaf; the leaf itself if it is neither."""
    import jax
    import jax.numpy as jnp

    name = _name(path[-1]) if path else ""
    shape: tuple[int, ...] = tuple(getattr(leaf, "shape", ()))
    if name in BIASES or (not name and len(shape) == 1):
        return jnp.asarray(drawn.biases(int(np.prod(shape))).reshape(shape), dtype=leaf.dtype)
    if len(shape) < 2 or (name and name not in NAMES and layout is None):
        return leaf
    order = layout if layout is not None and name not in NAMES else NAMES.get(name)
    if order is None:
        raise InputError(
            "parameters",
            f"have a matrix{jax.tree_util.keystr(path)} of shape {tuple(shape)} without a name that says where its "
            "inputs are",
            "write layout='in_out' or layout='out_in'",
        )
    out = shape[-1] if order == "in_out" else shape[0]
    matrix = drawn.weights(out, int(np.prod(shape)) // out)
    return jnp.asarray((matrix.T if order == "in_out" else matrix).reshape(shape), dtype=leaf.dtype)


def _name(key: Any) -> str:
    """The name in a path: a key of a dictionary or an attribute; empty for a place in a list."""
    return str(getattr(key, "key", getattr(key, "name", "")))
