r"""Gradient flow on every weight: the reference where no closed form exists.

:math:`\tau\,dW_l/dt = (\prod_{i>l} W_i)^T\,(\Sigma_{yx} - W\,\Sigma_{xx})\,(\prod_{i<l} W_i)^T`. Where cells of the
world are missing, the bracket is the error of the observed cells alone (`map_error`, `masked_flow`).

Small networks are integrated by `exponential_steps`, whose cost grows with the logarithm of time. Larger ones begin
with SciPy's DOP853, which stops at the requested times (between its steps it is far less accurate). Where it would take
too many steps they go on by `exponential_steps`, or by `implicit_steps` if they are too large for those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

import numpy as np

from .._core.arrays import Array, Namespace
from .._core.checks import InputError
from .._core.notes import Setting
from .._core.progress import track
from ..environments.environment import Environment
from . import exponential_steps
from .implicit_steps import Stiff
from .threads import few_threads

Velocity = Callable[[np.ndarray], np.ndarray]

SMALL = 120  # weights up to which exponential steps are the cheapest from the start
MOST_DENSE = 1000  # weights up to which eigenvectors of their curvature are found in less than a second
BUDGET = 10_000  # evaluations of the velocity by explicit steps before others are tried
PATIENCE = 100_000  # the same where there are no others

RELATIVE_TOLERANCE = 1e-10
NULL = 1e-8  # share of the largest singular value below which one is rounding, and its fractional power is not small


def gradients(
    weights: Sequence[np.ndarray], input_output_correlation: np.ndarray, input_correlation: np.ndarray | float
) -> list[np.ndarray]:
    """Descent direction of every layer of a linear network, shapes as the weights.

    The input correlation of white inputs may be one number, that of uncorrelated inputs their variances.

    Implements: saxe2014 (2), saxe2014 (13)
    Checked by: tests/networks/test_gradient_flow.py::test_gradients_are_those_of_the_loss
    """
    uncorrelated = np.ndim(input_correlation) < 2

    def error(network_map: np.ndarray) -> np.ndarray:
        driven = network_map * input_correlation if uncorrelated else network_map @ input_correlation
        return input_output_correlation - driven

    return gradients_of(weights, error)


def gradients_of(weights: Sequence[Array], error_of_map: Callable[[Array], Array]) -> list[Array]:
    """Descent direction of every layer of a linear network from that of its whole map, (..., features, inputs)."""
    below = list(accumulate(weights, _then))
    above = list(accumulate((layer.swapaxes(-1, -2) for layer in reversed(weights[1:])), _then))[::-1]
    error = error_of_map(below[-1])
    arriving = [*(back @ error for back in above), error]
    return [arriving[0], *(part @ layer.swapaxes(-1, -2) for part, layer in zip(arriving[1:], below, strict=False))]


def map_error(environment: Environment, xp: Namespace = np) -> Callable[[Array], Array]:
    r"""Descent direction of a linear map (..., features, inputs) in a world of which some cells are missing.

    :math:`\sum_i w_i\,o_{mi}\,(y_{mi} - W_m x_i)\,x_i^T` with :math:`o_{mi}` 1 where feature m of item i was observed,
    else 0: a missing cell neither pulls nor holds.

    Parameters
    ----------
    environment : Environment
        A world with items.
    xp : module
        Array library of the maps.
    """
    samples = environment.samples
    targets, cells = xp.asarray(samples.observed_targets.T), xp.asarray(samples.cell_weights)
    if samples.are_one_hot:
        scale = samples.shown
        return lambda network_map: (targets - network_map * scale) * cells * scale
    inputs = xp.asarray(samples.inputs)
    return lambda network_map: ((targets - network_map @ inputs.T) * cells) @ inputs


def _then(before: np.ndarray, layer: np.ndarray) -> np.ndarray:
    return layer @ before


def flow(
    weights: Sequence[np.ndarray],
    input_output_correlation: np.ndarray,
    input_correlation: np.ndarray | float,
    *,
    times: np.ndarray,
    tau: float = 1.0,
    weight_decay: float | np.ndarray = 0.0,
    rtol: float = RELATIVE_TOLERANCE,
) -> list[np.ndarray]:
    """Weights of a linear network of any depth under gradient flow.

    Implements: saxe2014 (2), saxe2014 (13)
    Checked by: tests/networks/test_gradient_flow.py::test_agrees_with_the_closed_form

    Parameters
    ----------
    weights : list of arrays, shape (out, in) each
        Weights at time 0, first layer first.
    input_output_correlation : array, shape (features, inputs)
    input_correlation : array, shape (inputs, inputs), or (inputs,) where none are correlated, or one number for all
    times : array, shape (times,)
        Increasing, from 0 on [unit of tau].
    tau : float
        Time constant.
    weight_decay : float or array, shape (layers,)
        Decay rate of every weight, or of those of each layer.
    rtol : float
        Relative tolerance of the integrator.

    Returns
    -------
    list of arrays, shape (times, out, in) each
    """
    decays = np.broadcast_to(weight_decay, len(weights))

    def directions(layers: list[np.ndarray]) -> list[np.ndarray]:
        parts = gradients(layers, input_output_correlation, input_correlation)
        return [part - decay * layer for part, decay, layer in zip(parts, decays, layers, strict=True)]

    def stiff() -> Stiff | None:
        if len(weights) != 2 or decays[0] != decays[1]:
            return None
        return Stiff.of(input_output_correlation, input_correlation, float(decays[0]))

    return _followed(weights, directions, times / tau, rtol, stiff)


def masked_flow(
    weights: Sequence[np.ndarray],
    environment: Environment,
    *,
    times: np.ndarray,
    tau: float = 1.0,
    rtol: float = RELATIVE_TOLERANCE,
) -> list[np.ndarray]:
    """Weights of a linear network of any depth that learns from the observed cells of a world.

    Checked by: tests/networks/test_gradient_flow.py::test_masked_flow_descends_the_error_of_the_observed_cells

    Parameters
    ----------
    weights : list of arrays, shape (out, in) each
        Weights at time 0, first layer first.
    environment : Environment
        A world with items, of which some cells may be missing.
    times : array, shape (times,)
        Increasing, from 0 on [unit of tau].
    tau : float
        Time constant.
    rtol : float
        Relative tolerance of the integrator.

    Returns
    -------
    list of arrays, shape (times, out, in) each
    """
    error = map_error(environment)
    return _followed(weights, lambda layers: gradients_of(layers, error), times / tau, rtol)


def _followed(
    weights: Sequence[np.ndarray],
    directions: Callable[[list[np.ndarray]], list[np.ndarray]],
    times: np.ndarray,
    rtol: float,
    stiff: Callable[[], Stiff | None] = lambda: None,
) -> list[np.ndarray]:
    """Weights over time, (times, out, in) each, that follow their directions; times in units of tau."""
    ends = np.cumsum([layer.size for layer in weights]).tolist()
    places = [(slice(end - layer.size, end), layer.shape) for layer, end in zip(weights, ends, strict=True)]

    def unpacked(state: np.ndarray) -> list[np.ndarray]:
        return [state[..., place].reshape(*state.shape[:-1], *shape) for place, shape in places]

    def packed(layers: Sequence[np.ndarray]) -> np.ndarray:
        return np.concatenate([layer.reshape(*layer.shape[:-2], -1) for layer in layers], axis=-1)

    def velocity(state: np.ndarray) -> np.ndarray:
        return packed(directions(unpacked(state)))

    def later(state: np.ndarray, after: np.ndarray) -> Iterator[np.ndarray]:
        if state.size <= MOST_DENSE:
            return exponential_steps.states_at(velocity, state, after, rtol)
        implicit = stiff()
        if implicit is None:
            return _explicit(velocity, state, after, rtol)
        return map(packed, implicit.states_at(unpacked(state), after, rtol))

    start = packed([np.asarray(layer, dtype=float) for layer in weights])
    with np.errstate(over="ignore", invalid="ignore"):
        if not np.all(np.isfinite(velocity(start) * np.abs(start).max())):
            raise InputError(
                "weights", "are so large that their gradients overflow", "write smaller weights or correlations"
            )
    if start.size <= SMALL:
        states = later(start, times)
    else:
        states = _explicit(velocity, start, times, rtol, BUDGET, later)
    with few_threads(weights):
        found = list(track(states, "integrating the flow", len(times)))
    return [np.stack(layer) for layer in zip(*map(unpacked, found), strict=True)]


def _explicit(
    velocity: Velocity,
    state: np.ndarray,
    times: np.ndarray,
    rtol: float,
    budget: float = np.inf,
    later: Callable[[np.ndarray, np.ndarray], Iterator[np.ndarray]] | None = None,
) -> Iterator[np.ndarray]:
    """States at times at which explicit steps stop; `later` goes on once a budget of evaluations is spent."""
    from scipy.integrate import DOP853

    now, spent, length = 0.0, 0, np.inf
    absolute = rtol * max(float(np.abs(state).max()), 1e-300)
    for number, time in enumerate(times):
        if time > now:
            first = min(length, time - now) if np.isfinite(length) else None
            solver = DOP853(lambda _, y: velocity(y), now, state, time, rtol=rtol, atol=absolute, first_step=first)
            while solver.status == "running" and spent + solver.nfev <= budget:
                solver.step()
            now, state, spent, length = solver.t, solver.y, spent + solver.nfev, solver.h_abs  # the next one proposed
        if now < time:
            assert later is not None
            yield from later(state, times[number:] - now)
            return
        yield state


def end_to_end_flow(
    network_map: np.ndarray,
    input_output_correlation: np.ndarray,
    input_correlation: np.ndarray,
    *,
    depth: int,
    times: np.ndarray,
    tau: float = 1.0,
    rtol: float = RELATIVE_TOLERANCE,
) -> np.ndarray:
    r"""Map of a deep linear network with exactly balanced layers under gradient flow, without its weights.

    .. math:: \tau\,\frac{dW}{dt} = \sum_j (WW^T)^{(L-j)/L}\,(\Sigma_{yx} - W\,\Sigma_{xx})\,(W^TW)^{(j-1)/L}

    The end-to-end flow of Arora, Cohen and Hazan (2018), cited as ``arora2018``.

    Implements: arora2018 sec. 3
    Checked by: tests/networks/test_gradient_flow.py::test_end_to_end_flow_is_that_of_balanced_weights

    Parameters
    ----------
    network_map : array, shape (features, inputs)
        Map at time 0.
    input_output_correlation : array, shape (features, inputs)
    input_correlation : array, shape (inputs, inputs)
    depth : int
        Number of weight matrices, all at least as wide as the rank of the map.
    times : array, shape (times,)
        Increasing, from 0 on [unit of tau].
    tau : float
        Time constant.
    rtol : float
        Relative tolerance of the integrator.

    Returns
    -------
    array, shape (times, features, inputs)

    Notes
    -----
    Explicit steps: their number grows with time, and beyond 100,000 evaluations they stop with an error. Powers of the
    singular values are not smooth at 0: values below 1e-8 of the largest count as 0, which keeps the
    integrator from stalling and costs about that much accuracy.
    """
    powers = np.arange(depth) / depth

    def velocity(state: np.ndarray) -> np.ndarray:
        current = state.reshape(network_map.shape)
        error = input_output_correlation - current @ input_correlation
        u, s, vt = np.linalg.svd(current, full_matrices=False)
        s = np.where(s > NULL * s.max(initial=0.0), s, 0.0)
        out = np.zeros_like(error)
        for left, right in zip(powers[::-1], powers, strict=True):
            part = error if left == 0 else (u * s ** (2 * left)) @ (u.T @ error)
            out += part if right == 0 else ((part @ vt.T) * s ** (2 * right)) @ vt
        return out.ravel()

    def later(_: np.ndarray, after: np.ndarray) -> Iterator[np.ndarray]:
        raise InputError(
            "times",
            f"lead to {times[-1]:.3g}, but the flow of the map is stiff, and explicit steps have come "
            f"to {times[-1] - after[-1] * tau:.3g} only",
            ("write earlier times, or ", Setting("method", "flow"), ", which reaches any time"),
        )

    states = _explicit(velocity, network_map.ravel().astype(float), times / tau, rtol, PATIENCE, later)
    return np.stack(list(track(states, "integrating the flow", len(times)))).reshape(-1, *network_map.shape)
