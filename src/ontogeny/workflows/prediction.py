"""Predictions: the course of learning in closed form, or by gradient flow on all weights."""

from __future__ import annotations

from typing import Any, overload

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
from .arguments import MAKE_ONE, one_for_each, starting_strengths, times_asked
from .predictions import Predictions

PREDICTED_TIMES = 401


@overload
def predict(
    environment: Environment,
    *,
    depth: int = ...,
    initial_strength: Any = ...,
    times: Any = ...,
    until: float | None = ...,
    tau: float = ...,
    method: str = ...,
) -> Trajectory: ...
@overload
def predict(
    environment: list[Environment] | tuple[Environment, ...],
    *,
    depth: int = ...,
    initial_strength: Any = ...,
    times: Any = ...,
    until: float | None = ...,
    tau: float = ...,
    method: str = ...,
) -> Predictions: ...
def predict(
    environment: Environment | list[Environment] | tuple[Environment, ...],
    *,
    depth: int = 2,
    initial_strength: Any = None,
    times: Any = None,
    until: float | None = None,
    tau: float = 1.0,
    method: str = "auto",
) -> Trajectory | Predictions:
    """Whole course of learning of a deep linear network, from the theory.

    Parameters
    ----------
    environment : Environment, or list of Environment
        The world. A list asks for one course in each world; for several starts in one world write ``[world] * starts``.
    depth : int
        Number of weight matrices: 1 is a shallow network, 2 has one hidden layer.
    initial_strength : float or array, shape (modes,), optional
        Strength of each mode before learning, of all layers together; by default 0.001, or a hundredth of what the
        weakest mode learns if that is less (`networks.small_strength`). A Series goes by the names of its index. For a
        list of worlds one number for all, or one entry for each: an array of shape (worlds, modes) or (worlds,).
    times : array, shape (times,), optional
        Times to look at, increasing from 0 on [unit of tau].
    until : float, optional
        Last time, if `times` is not given; by default when all but the weakest modes are learned, in every world.
    tau : float
        Time constant.
    method : "auto", "closed_form" or "flow"
        The law of single modes where it holds, else gradient flow on all weights ("auto"); or one of the two.

    Returns
    -------
    Trajectory, or Predictions
        Strengths of modes and layers, loss, learning times; its `validity` says what was assumed and measured. For a
        list of worlds as many of them, at the same times, whose `dataset` has a leading axis ``run``.

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

    Many starts in one call:

    >>> many = on.predict([on.datasets.load("zoo")] * 3, initial_strength=[1e-4, 1e-3, 1e-2], until=4.0)
    >>> many.dataset.half_time.shape, many[1].dataset.half_time[:3].round(2).values.tolist()
    ((3, 15), [0.25, 0.47, 0.59])
    """
    one_of(method, ("auto", "closed_form", "flow"), "method")
    depth = whole(depth, "depth", 1, "a network has at least one weight matrix")
    tau = positive(tau, "tau", "it must be positive")
    several = isinstance(environment, list | tuple)
    worlds = list(environment) if isinstance(environment, list | tuple) else [environment]
    given = one_for_each(worlds, initial_strength) if several else [initial_strength]
    for world in worlds:
        expect(world, Environment, "environment", MAKE_ONE)
    starts = [starting_strengths(world, value, depth) for world, value in zip(worlds, given, strict=True)]
    clock = times_asked(worlds, times, until, starts, depth, tau, PREDICTED_TIMES)
    found: dict[int, Trajectory] = {}
    for world in {id(each): each for each in worlds}.values():
        places = [place for place, each in enumerate(worlds) if each is world]
        records = _predicted(world, np.stack([starts[place] for place in places]), clock, depth, tau, method)
        found |= zip(places, records, strict=True)
    return Predictions(tuple(found[place] for place in range(len(worlds)))) if several else found[0]


def _predicted(
    environment: Environment, starts: np.ndarray, clock: np.ndarray, depth: int, tau: float, method: str
) -> list[Trajectory]:
    """Courses in one world from several starts, shape (starts, modes)."""
    needed = (input_alignment(environment), all_observed(environment))
    broken = next((assumption for assumption in needed if not assumption.holds), None)
    if method == "closed_form" and broken:
        raise InputError(
            "method",
            f"is 'closed_form', but {broken.meaning}",
            "write method='auto' or method='flow', which integrates every weight",
        )
    chosen = "flow" if method == "flow" or broken else "closed_form"
    balanced, tied = balanced_by_construction(depth), tied_modes(environment)
    equation = law(depth).equation if chosen == "closed_form" else "saxe2014 (2)"
    courses = _closed_form(environment, clock, starts, depth, tau) if chosen == "closed_form" else None
    found = []
    for number, start in enumerate(starts):
        dataset: Any
        snapshots: tuple[np.ndarray, ...] = ()
        if courses is not None:
            dataset = courses[number]
        else:
            snapshots = _flow(environment, clock, start, depth, tau)
            dataset = record(environment, clock, *measured(environment, snapshots, "linear"))
        settings = {"depth": depth, "initial_strength": start.tolist(), "tau": tau, "dtype": "float64", "device": "cpu"}
        origin = Provenance("theory", chosen, (equation,), __version__, settings)
        validity = Validity((*needed, balanced, small_start(environment, start), tied, no_steps()))
        found.append(Trajectory(dataset, environment, origin, validity, depth=depth, snapshots=snapshots))
    return found


def _closed_form(
    environment: Environment, clock: np.ndarray, starts: np.ndarray, depth: int, tau: float
) -> list[Variables]:
    """Strengths, loss and learning times by the law of single modes, from each start."""
    modes, final = environment.spectrum(), environment.final_strength
    s, d = modes.singular_values, modes.input_variances
    of_depth = law(depth)
    u = of_depth.mode_strength(clock[:, None], s, starts[:, None, :], input_variance=d, tau=tau)
    parts = np.multiply.outer((0.1, 0.5, 0.9), final)
    reached = of_depth.time_to_strength(parts, s, starts[:, None, :], input_variance=d, tau=tau)
    # what is there at the start, takes no time
    rise, half, risen = np.moveaxis(np.maximum(np.where(starts[:, None, :] < final, reached, 0.0), 0.0), 1, 0)
    unexplained = environment.loss_of_map(np.zeros_like(environment.input_output_correlation)) - np.sum(s * final) / 2
    loss = np.maximum(unexplained, 0) + np.sum(d * (final - u) ** 2, axis=-1) / 2
    layers = np.maximum(u, 0)[:, :, None, :] ** (1 / depth) if depth > 1 else u[:, :, None, :]
    values = {
        "mode_strength": (("time", "mode"), u),
        "loss": (("time",), loss),
        "half_time": (("mode",), half),
        "rise_start": (("mode",), rise),
        "rise_time": (("mode",), risen - np.where(np.isfinite(rise), rise, 0.0)),  # never: inf
        "layer_strength": (("time", "layer", "mode"), np.repeat(layers, depth, axis=2)),
    }
    numbers = {"layer": Variable(("layer",), np.arange(1, depth + 1))}
    return [
        laid_out(
            environment, clock, final, {name: Variable(dims, of[i]) for name, (dims, of) in values.items()}, numbers
        )
        for i in range(len(starts))
    ]


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
