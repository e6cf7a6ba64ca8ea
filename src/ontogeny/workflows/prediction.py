"""Predictions: the course of learning in closed form, or by gradient flow on all weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import __version__
from .._core.checks import InputError, expect, one_of, positive, whole
from ..environments.environment import Environment
from ..modes import shallow
from ..modes.laws import law
from ..networks.gradient_flow import flow, masked_flow
from ..networks.initialization import decoupled
from ..networks.training_runs import MOST_GIGABYTES
from ..recording import Provenance, Variable, Variables, laid_out, measured, record
from ..trajectory import Trajectory
from ..validity import (
    Validity,
    all_observed,
    balanced_by_construction,
    input_alignment,
    no_steps,
    small_start,
    tied_modes,
)
from .arguments import MAKE_ONE, starting_strengths, times_asked

PREDICTED_TIMES = 401


def predict(
    environment: Environment,
    *,
    depth: int = 2,
    initial_strength: Any = None,
    times: Any = None,
    until: float | None = None,
    tau: float = 1.0,
    method: str = "auto",
) -> Trajectory:
    """Whole course of learning of a deep linear network, from the theory.

    Parameters
    ----------
    environment : Environment
        The world.
    depth : int
        Number of weight matrices: 1 is a shallow network, 2 has one hidden layer.
    initial_strength : float or array, shape (modes,), optional
        Strength of each mode before learning, of all layers together; by default 0.001, or a hundredth of what the
        weakest mode learns if that is less (`networks.small_strength`). A Series goes by the names of its index.
    times : array, shape (times,), optional
        Times to look at, increasing from 0 on [unit of tau].
    until : float, optional
        Last time, if `times` is not given; by default when all but the weakest modes are learned.
    tau : float
        Time constant.
    method : "auto", "closed_form" or "flow"
        The law of single modes where it holds, else gradient flow on all weights ("auto"); or one of the two.

    Returns
    -------
    Trajectory
        Strengths of modes and layers, loss, learning times; its `validity` says what was assumed and measured.

    Raises
    ------
    InputError
        Invalid arguments, or "closed_form" where the inputs are neither white nor aligned with the modes, or
        cells are missing.

    Notes
    -----
    Every depth has a closed form; beyond two weight matrices it is that of the time, which is inverted to rounding.
    A world with missing cells has none: the flow of all weights on the error of the observed cells is integrated.

    Examples
    --------
    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("zoo"), until=4.0)
    >>> theory.dataset.half_time[:3].round(2).values.tolist()
    [0.25, 0.47, 0.59]
    """
    expect(environment, Environment, "environment", MAKE_ONE)
    depth = whole(depth, "depth", 1, "a network has at least one weight matrix")
    one_of(method, ("auto", "closed_form", "flow"), "method")
    tau = positive(tau, "tau", "it must be positive")
    start = starting_strengths(environment, initial_strength, depth)
    clock = times_asked(environment, times, until, start, depth, tau, PREDICTED_TIMES)
    needed = (input_alignment(environment), all_observed(environment))
    broken = next((assumption for assumption in needed if not assumption.holds), None)
    if method == "closed_form" and broken:
        raise InputError(
            "method",
            f"is 'closed_form', but {broken.meaning}",
            "write method='auto' or method='flow', which integrates every weight",
        )
    chosen = "flow" if method == "flow" or broken else "closed_form"
    settings = {"depth": depth, "initial_strength": start.tolist(), "tau": tau, "dtype": "float64", "device": "cpu"}
    checks = (balanced_by_construction(depth), small_start(environment, start), tied_modes(environment), no_steps())
    validity = Validity((*needed, *checks))
    snapshots: tuple[np.ndarray, ...] = ()
    dataset: Any
    if chosen == "closed_form":
        dataset, equation = _closed_form(environment, clock, start, depth, tau), law(depth).equation
    else:
        snapshots, equation = _flow(environment, clock, start, depth, tau), "saxe2014 (2)"
        dataset = record(environment, clock, *measured(environment, snapshots, "linear"))
    origin = Provenance("theory", chosen, (equation,), __version__, settings)
    return Trajectory(dataset, environment, origin, validity, depth=depth, snapshots=snapshots)


def _closed_form(environment: Environment, clock: np.ndarray, start: np.ndarray, depth: int, tau: float) -> Variables:
    """Strengths, loss and learning times by the law of single modes."""
    modes, final = environment.spectrum(), environment.final_strength
    s, d = modes.singular_values, modes.input_variances
    of_depth = law(depth)
    u = of_depth.mode_strength(clock[:, None], s, start, input_variance=d, tau=tau)
    parts = np.multiply.outer((0.1, 0.5, 0.9), final)
    reached = of_depth.time_to_strength(parts, s, start, input_variance=d, tau=tau)
    rise, half, risen = np.maximum(
        np.where(start < final, reached, 0.0), 0.0
    )  # what is there at the start, takes no time
    unexplained = environment.loss_of_map(np.zeros_like(environment.input_output_correlation)) - np.sum(s * final) / 2
    loss = np.maximum(unexplained, 0) + np.sum(d * (final - u) ** 2, axis=-1) / 2
    layers = np.repeat(np.maximum(u, 0)[:, None, :] ** (1 / depth), depth, axis=1) if depth > 1 else u[:, None, :]
    data = {
        "mode_strength": Variable(("time", "mode"), u),
        "loss": Variable(("time",), loss),
        "half_time": Variable(("mode",), half),
        "rise_start": Variable(("mode",), rise),
        "rise_time": Variable(("mode",), risen - np.where(np.isfinite(rise), rise, 0.0)),  # never: inf
        "layer_strength": Variable(("time", "layer", "mode"), layers),
    }
    return laid_out(environment, clock, final, data, {"layer": Variable(("layer",), np.arange(1, depth + 1))})


def _flow(
    environment: Environment, clock: np.ndarray, start: np.ndarray, depth: int, tau: float
) -> tuple[np.ndarray, ...]:
    """Weights of every layer over time, (1, time, out, in), by gradient flow."""
    modes = environment.spectrum()
    _check_flow(environment, clock.size, depth)
    if environment.has_missing:
        weights = (
            [(modes.output_modes * start) @ modes.input_modes.T] if depth == 1 else decoupled(modes, start, depth=depth)
        )
        snapshots = masked_flow(weights, environment, times=clock, tau=tau)
    elif depth == 1:
        snapshots = [_shallow_flow(environment, clock, start, tau)]
    else:
        # all change stays in the span of the output modes: integrate there, then turn back
        weights = decoupled(modes, start, depth=depth)
        weights[-1] = modes.output_modes.T @ weights[-1]
        syx = modes.output_modes.T @ environment.input_output_correlation
        snapshots = flow(weights, syx, environment.variation.factor, times=clock, tau=tau)
        snapshots[-1] = modes.output_modes @ snapshots[-1]
    return tuple(layer[None] for layer in snapshots)


def _check_flow(environment: Environment, times: int, depth: int) -> None:
    """Refuse a flow that would not fit into memory: it keeps every weight at every time."""
    inputs, features = environment.variation.inputs, len(environment.features)
    modes = environment.spectrum().singular_values.size
    weights = inputs * features if depth == 1 else modes * (inputs + (depth - 2) * modes + features)
    gigabytes = 8e-9 * weights * times
    if gigabytes > MOST_GIGABYTES:
        raise InputError(
            None,
            f"the flow of {weights} weights at {times} times would take {gigabytes:.2g} gigabytes",
            "write fewer times, such as times=numpy.linspace(0, 4, 20), or use simulate(environment)",
        )


def _shallow_flow(environment: Environment, clock: np.ndarray, start: np.ndarray, tau: float) -> np.ndarray:
    """Weights over time of one weight matrix, exactly: along the axes of the inputs they are independent."""
    modes, variation = environment.spectrum(), environment.variation
    before = (modes.output_modes * start) @ modes.input_modes.T
    if variation.is_diagonal:
        d, drive = variation.variances, environment.input_output_correlation
        return shallow.mode_strength(clock[:, None, None], drive, before, input_variance=d, tau=tau)
    variances, axes = np.linalg.eigh(variation.matrix)
    drive = environment.input_output_correlation @ axes
    variances = np.maximum(variances, 0)
    along = shallow.mode_strength(clock[:, None, None], drive, before @ axes, input_variance=variances, tau=tau)
    return along @ axes.T
