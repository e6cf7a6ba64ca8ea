r"""Gradient descent with steps of finite size, mode by mode, exactly as a program takes them.

A decoupled network that takes full-batch gradient steps stays decoupled, and balanced if it was. `mode_strength` is the
course of equal layers, `layer_strengths` that of unequal ones; `fastest_stable_learning_rate` is where they stop
converging. The flow that small steps approach is in `modes.balanced` (two weight matrices), `modes.deep` and
`modes.chain`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from math import prod

import numpy as np

from .._core.arrays import Array, ArrayLike, Namespace, is_foreign, on_host
from .._core.checks import InputError, UnstableWarning, whole
from .._core.domains import law_arrays
from .._core.stable import product, quiet

MOST_STEPS = 10**6  # taken one by one, in seconds; a course that has settled, or repeats itself, needs no more


@quiet
def mode_strength(
    step: ArrayLike,
    singular_value: ArrayLike,
    initial_strength: ArrayLike,
    *,
    learning_rate: ArrayLike,
    depth: int = 2,
    input_variance: ArrayLike = 1.0,
) -> Array:
    r"""Strength of one mode in the network after a number of gradient steps.

    .. math:: c_{k+1} = c_k + \eta\,c_k^{L - 1}\,(s - d\,c_k^L)

    .. math:: u_k = c_k^L

    Implements: saxe2014 sec. 1.3
    Checked by: tests/modes/test_discrete.py::test_is_gradient_descent_on_weight_matrices

    Parameters
    ----------
    step : array of whole numbers, shape (...)
        Number :math:`k \ge 0` of steps, a whole number (not traced); ``inf`` asks for the end of learning.
    singular_value : array, shape (...)
        Singular value :math:`s \ge 0` of the mode in the world; of any sign at depth 1.
    initial_strength : array, shape (...)
        Strength :math:`u_0 \ge 0` of the mode before learning; of any sign at depth 1.
    learning_rate : float
        Step size :math:`\eta > 0`; learning is stable below `fastest_stable_learning_rate`.
    depth : int
        Number :math:`L \ge 1` of weight matrices.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.

    Returns
    -------
    array, broadcast shape
        Strength :math:`u_k` of the mode; beyond the stable step size it does not converge, or overflows to NaN.

    Raises
    ------
    InputError
        Steps that are not whole, and more than a million of them in which the course neither settles nor repeats.

    Warns
    -----
    UnstableWarning
        The learning rate is beyond `fastest_stable_learning_rate`.

    Notes
    -----
    Exact for full-batch gradient descent from a balanced, decoupled start. Time on the clock of the flow is
    :math:`\eta k` in units of tau.

    Examples
    --------
    Large steps learn later than the flow says, here by a seventh:

    >>> from ontogeny.modes import balanced
    >>> half = balanced.time_to_strength(2.65 / 2, 2.65, 1e-4)
    >>> float(half.round(2)), int(next(k for k in range(99) if mode_strength(k, 2.65, 1e-4, learning_rate=0.1) > 1.325))
    (1.92, 22)
    """
    layers = whole(depth, "depth", 1, "a network has at least one weight matrix")
    signed = ("singular_value", "initial_strength") if layers == 1 else ()  # one layer relaxes to and from anything
    xp, s, u0, eta, d = law_arrays(
        singular_value=singular_value, initial_strength=initial_strength, learning_rate=learning_rate,
        input_variance=input_variance, signed=signed,
    )  # fmt: skip
    counts = _whole_steps(step)

    def moved(c: Array) -> Array:
        return c + product(xp, eta * c ** (layers - 1), s - product(xp, d, c**layers))

    c = _stepped(xp, u0 ** (1 / layers) + 0 * (s + eta + d), counts, moved)
    _warn_if_unstable(s, u0, eta, d, layers, counts, c)
    return c**layers


@quiet
def layer_strengths(
    step: ArrayLike,
    singular_value: ArrayLike,
    initial_strengths: ArrayLike,
    *,
    learning_rate: ArrayLike,
    input_variance: ArrayLike = 1.0,
) -> Array:
    r"""Strength of one mode in each of several unequal layers after a number of gradient steps.

    .. math:: c_{l,k+1} = c_{l,k} + \eta\,(s - d\,u_k)\,\prod_{j \ne l} c_{j,k}, \quad u_k = \prod_j c_{j,k}

    Implements: saxe2014 sec. 1.3
    Checked by: tests/modes/test_discrete.py::test_unequal_layers_are_gradient_descent_on_weight_matrices

    Parameters
    ----------
    step : array of whole numbers, shape (...)
        Number :math:`k \ge 0` of steps, a whole number (not traced); ``inf`` asks for the end of learning.
    singular_value : array, shape (...)
        Singular value :math:`s` of the mode in the world, of any sign.
    initial_strengths : array, shape (..., layers)
        Strengths :math:`c_{l,0}` of the mode in the layers before learning, of any sign.
    learning_rate : float
        Step size :math:`\eta > 0`.
    input_variance : array, shape (...)
        Variance :math:`d \ge 0` of the inputs along the mode.

    Returns
    -------
    array, broadcast shape and layers
        Strengths of the layers.

    Warns
    -----
    UnstableWarning
        The learning rate is beyond `fastest_stable_learning_rate`, which is that of equal layers, or the course
        overflows.

    Notes
    -----
    Exact for full-batch gradient descent from a decoupled start. Steps of finite size erode the imbalance: of two
    layers, :math:`a^2 - b^2` shrinks by :math:`1 - \eta^2\,(s - d\,a\,b)^2` at every step.

    Examples
    --------
    What starts unequal stays unequal:

    >>> layer_strengths([0, 300], 1.0, [0.5, 0.1], learning_rate=0.1).round(3).tolist()
    [[0.5, 0.1], [1.057, 0.946]]
    """
    xp, s, g, eta, d = law_arrays(
        singular_value=singular_value, initial_strengths=initial_strengths, learning_rate=learning_rate,
        input_variance=input_variance, signed=("singular_value",),
    )  # fmt: skip
    s, eta, d = (x[..., None] for x in (s, eta, d))

    def moved(layers: Array) -> Array:
        one, parts = xp.ones_like(s), [layers[..., at : at + 1] for at in range(layers.shape[-1])]
        others = [prod(parts[:at] + parts[at + 1 :], start=one) + 0 * parts[0] for at in range(len(parts))]
        return layers + eta * (s - d * prod(parts, start=one)) * xp.concat(others, axis=-1)

    counts = _whole_steps(step)[..., None]
    c = _stepped(xp, g + 0 * (s + eta + d), counts, moved)
    at_zero = xp.sum(xp.where(g == 0, xp.ones_like(g), xp.zeros_like(g)), axis=-1, keepdims=True)
    moves = xp.where(at_zero > 1, xp.zeros_like(at_zero), xp.ones_like(at_zero))  # two layers at 0 stay there
    _warn_if_unstable(xp.abs(s), moves + 0 * xp.sum(g, axis=-1, keepdims=True), eta, d, g.shape[-1], counts, c)
    return c


@quiet
def fastest_stable_learning_rate(
    singular_value: ArrayLike, *, depth: float = 2, input_variance: ArrayLike = 1.0
) -> Array:
    r"""Learning rate at which gradient descent on a number of weight matrices stops converging.

    Two over the largest curvature that training meets on its way to the solution:

    .. math:: \eta = \frac{2}{L\,d\,(s/d)^{2 - 2/L}}

    Implements: saxe2014 (41), saxe2019 SI

    Parameters
    ----------
    singular_value : array, shape (...)
        Largest singular value :math:`s > 0` of the world; at 0 any rate is stable, except with one layer.
    depth : float
        Number :math:`L \ge 1` of weight matrices.
    input_variance : array, shape (...)
        Variance :math:`d > 0` of the inputs along the mode.

    Returns
    -------
    array, broadcast shape
        Learning rate :math:`\eta` [in units of 1/tau].

    Examples
    --------
    Depth makes strong worlds harder to follow:

    >>> [float(fastest_stable_learning_rate(20.0, depth=depth).round(4)) for depth in (1, 2, 4)]
    [2.0, 0.05, 0.0056]
    """
    layers = float(depth)
    xp, s, d = law_arrays(singular_value=singular_value, input_variance=input_variance)
    curvature = layers * product(xp, s ** (2 - 2 / layers), d ** (2 / layers - 1))
    curvature = xp.where(xp.isnan(s) | xp.isnan(d), xp.nan * xp.ones_like(curvature), curvature)
    flat = curvature == 0
    return xp.where(flat, xp.inf * xp.ones_like(curvature), 2 / xp.where(flat, xp.ones_like(curvature), curvature))


def _whole_steps(step: ArrayLike) -> np.ndarray:
    """Numbers of steps on the host; NaN stays."""
    known = on_host(step) if is_foreign(step) and not isinstance(step, list | tuple) else np.asarray(step)
    if known is None:
        raise InputError("step", "is traced, but a number of steps has to be known", "write whole numbers")
    counts = np.asarray(known, dtype=float)
    wrong = (counts < 0) | ((counts != np.floor(counts)) & np.isfinite(counts))
    if wrong.any():
        raise InputError("step", f"is {float(counts[wrong][0])!r}, but steps are taken whole", "write 0, 1, 2 or more")
    return counts


def _stepped(xp: Namespace, start: Array, counts: np.ndarray, moved: Callable[[Array], Array]) -> Array:
    """State after given numbers of steps; once it repeats, as a converged one does, only the rest of a period is taken.

    Powers of two are the steps at which a state is remembered, so that a period of any length is found.
    """
    state, counts = start + xp.asarray(0 * np.where(np.isfinite(counts), counts, 0.0), dtype=start.dtype), counts.copy()
    last, taken, seen, seen_at = float(np.max(counts, initial=0.0, where=~np.isnan(counts))), 0, on_host(start), 0
    while taken < last:
        if taken >= MOST_STEPS:
            raise InputError(
                "step",
                f"is {last:.0f}, but this course still moves after {MOST_STEPS} steps",
                "write fewer, or use ontogeny.modes.balanced or deep at time learning_rate * step",
            )
        state = xp.where(xp.asarray(counts > taken), moved(state), state)
        taken, now = taken + 1, on_host(state)
        if seen is not None and now is not None and np.array_equal(now, seen, equal_nan=True):
            left, period = np.where(counts > taken, counts - taken, 0.0), taken - seen_at
            rounds = np.where(np.isinf(left), 0.0, np.where(np.isnan(left), left, left % period))
            counts, seen = np.where(counts > taken, taken + rounds, counts), None
            last = float(np.max(counts, initial=0.0, where=~np.isnan(counts)))
        elif taken & (taken - 1) == 0:
            seen, seen_at = now, taken
    return xp.where(xp.asarray(np.isnan(counts)), xp.nan * xp.ones_like(state), state)


def _warn_if_unstable(s: Array, u0: Array, eta: Array, d: Array, layers: int, counts: np.ndarray, c: Array) -> None:
    known = [on_host(x) for x in (s, u0, eta, d, c)]
    if any(x is None for x in known) or not (counts > 0).any():
        return
    s, u0, eta, d, c = known
    limit = np.asarray(fastest_stable_learning_rate(s, depth=layers, input_variance=d))
    lost = np.isinf(c) | (np.isnan(c) & ~np.isnan(s + u0 + eta + d) & ~np.isnan(counts))
    beyond = (eta > limit) & (u0 > 0) & (eta < np.inf)
    if not beyond.any() and not (lost & (d > 0)).any():
        return
    eta, limit, beyond = np.broadcast_arrays(eta, limit, beyond)
    worst = np.argmax(beyond)  # the first, or where none is beyond, any
    warnings.warn(
        f"learning_rate is {eta.flat[worst]:.3g}, but from {limit.flat[worst]:.3g} on this mode does not converge, or "
        "overflows to NaN; write a smaller one",
        UnstableWarning,
        stacklevel=4,
    )
