"""The two verbs at the front door: `predict` computes the course of learning, `simulate` trains real networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from . import __version__
from ._core.checks import InputError, expect, finite, one_of, positive, whole
from ._core.nonlinearities import NONLINEARITIES
from .environments.environment import Environment
from .modes import balanced, deep, shallow
from .modes.discrete import fastest_stable_learning_rate
from .networks.gradient_descent import Lesson, device_of, few_threads
from .networks.gradient_flow import flow, masked_flow
from .networks.initialization import decoupled, delay_of_late_modes, gaussian, gaussian_scale, gaussian_strength
from .networks.training_runs import MOST_GIGABYTES, check_cost, kept_times, watched
from .trajectory import Provenance, Trajectory, measured, record
from .validity import (
    Validity,
    above_rounding,
    all_observed,
    balance_of,
    balanced_by_construction,
    enough_hidden_units,
    input_alignment,
    linear_units,
    no_steps,
    small_start,
    step_size,
    tied_modes,
)

THEORY_TIMES = 401
SIMULATED_TIMES = 201
WEAKEST_SHOWN = 0.03  # the default run waits for modes of at least this share of the strongest singular value
SMALL_STEP = 0.03  # default learning rate, as a share of the limit of stability
SMALL_EPISODE = 0.1  # the same for episodes, of which there are many more
SAFE_STEP = 0.25  # sigmoid units can double in activity while they learn, which divides their limit by four
MAKE_ONE = "make one with Environment.from_dataframe(table) or datasets.load('zoo')"


def predict(
    environment: Environment,
    *,
    depth: int = 2,
    initial_strength: Any = 1e-3,
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
    initial_strength : float or array, shape (modes,)
        Strength of each mode before learning, of all layers together.
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
        Arguments that cannot be, or "closed_form" where the inputs are neither white nor aligned with the modes, or
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
    tau = positive(tau, "tau", "time runs forward")
    start = _starting_strengths(environment, initial_strength, depth)
    clock = _times(environment, times, until, start, depth, tau, THEORY_TIMES)
    needed = (input_alignment(environment), all_observed(environment))
    broken = next((assumption for assumption in needed if not assumption.holds), None)
    if method == "closed_form" and broken:
        raise InputError(
            f"method is 'closed_form', but {broken.meaning}; write method='auto' or method='flow', "
            "which integrates every weight"
        )
    law = "flow" if method == "flow" or broken else "closed_form"
    settings = {"depth": depth, "initial_strength": start.tolist(), "tau": tau, "dtype": "float64", "device": "cpu"}
    checks = (balanced_by_construction(depth), small_start(environment, start), tied_modes(environment), no_steps())
    validity = Validity((*needed, *checks))
    course = _closed_form if law == "closed_form" else _flow
    dataset, snapshots, equations = course(environment, clock, start, depth, tau)
    origin = Provenance("theory", law, equations, __version__, settings)
    return Trajectory(dataset, environment, origin, validity, snapshots)


def simulate(
    environment: Environment,
    *,
    depth: int = 2,
    hidden_units: int | None = None,
    initial_strength: float = 1e-3,
    initial_scale: float | None = None,
    nonlinearity: str = "linear",
    learning_rate: float | None = None,
    episodes: bool = False,
    times: Any = None,
    until: float | None = None,
    seed: int | Sequence[int] = 0,
    backend: str = "numpy",
) -> Trajectory:
    """Train real networks from small random weights, one for each seed, all in one batch.

    Parameters
    ----------
    environment : Environment
        The world.
    depth : int
        Number of weight matrices.
    hidden_units : int, optional
        Units of every hidden layer; by default 64, or twice the number of modes if that is more.
    initial_strength : float
        Strength that a mode starts from on average, as in `predict`.
    initial_scale : float, optional
        Standard deviation of every weight before learning, instead of `initial_strength`.
    nonlinearity : "linear", "tanh", "relu" or "sigmoid"
        Of the hidden units; the last layer is linear, there are no biases.
    learning_rate : float, optional
        Step size; by default a few percent of the limit of stability.
    episodes : bool
        Show one randomly drawn item at a time, instead of all items at every step.
    times : array, shape (times,), optional
        Times to look at [unit of tau = learning rate times steps], increasing; each is rounded to a whole step.
    until : float, optional
        Last time, if `times` is not given.
    seed : int or list of int
        One network for each.
    backend : "numpy" or "jax"
        A NumPy loop, or `jax.lax.scan` in double precision; the same numbers to rounding.

    Returns
    -------
    Trajectory
        As `predict` returns, with a leading dimension ``seed``.

    Raises
    ------
    InputError
        Arguments that cannot be, or training that diverges.

    Notes
    -----
    Missing cells take no part: error, gradient and loss are those of the observed ones.

    Time is learning rate times steps. With one-item episodes it is learning rate times sweeps through as many
    episodes as there are items ("sum"), or learning rate times episodes ("mean", "white"), so that the two agree.

    Examples
    --------
    >>> import ontogeny as on
    >>> child = on.simulate(on.datasets.load("rumelhart"), until=3.0, seed=[0, 1])
    >>> child.dataset.sizes["seed"], child.dataset.sizes["mode"]
    (2, 8)
    """
    expect(environment, Environment, "environment", MAKE_ONE)
    depth = whole(depth, "depth", 1, "a network has at least one weight matrix")
    one_of(nonlinearity, NONLINEARITIES, "nonlinearity")
    one_of(backend, ("numpy", "jax"), "backend")
    if environment.data is None and (episodes or nonlinearity != "linear"):
        raise InputError(
            "the world is known by its correlations alone, but single episodes and nonlinear units need items; "
            "use Environment.from_arrays or from_dataframe"
        )
    seeds = _seeds(seed)
    hidden = _hidden_units(hidden_units, environment)
    scale = _scale(initial_strength, initial_scale, hidden, depth)
    limit = stability_limit(environment, depth, nonlinearity, hidden, episodes)
    rate = _default_rate(environment, depth, limit, episodes) if learning_rate is None else learning_rate
    rate = positive(rate, "learning_rate", "steps must go downhill")
    start = _starting_strengths(environment, initial_strength, depth)
    clock = _times(environment, times, until, start, depth, 1.0, SIMULATED_TIMES)
    per_step = rate / _episodes_per_unit(environment) if episodes else rate
    sizes = [environment.input_correlation.shape[0], *[hidden] * (depth - 1), len(environment.features)]
    check_cost(float(clock[-1] / per_step), per_step, float(clock[-1]), sizes, len(seeds), episodes)
    steps = np.unique(np.rint(clock / per_step).astype(np.int64))

    layers = [np.stack(layer) for layer in zip(*(gaussian(sizes, scale, one) for one in seeds), strict=True)]
    draws = tuple(np.random.default_rng([one, 1]) for one in seeds) if episodes else None
    lesson = Lesson(environment, nonlinearity, rate, draws)
    kept = kept_times(len(steps), sum(layer.nbytes for layer in layers))
    with few_threads(layers):
        dataset, snapshots = watched(layers, lesson, steps, backend, steps * per_step, kept)

    settings = {
        "depth": depth,
        "hidden_units": hidden,
        "initial_scale": scale,
        "nonlinearity": nonlinearity,
        "learning_rate": rate,
        "episodes": episodes,
        "seeds": seeds,
        "backend": backend,
        "dtype": "float64",
        "device": device_of(backend),
        "steps": steps.tolist(),
    }
    checks = [
        input_alignment(environment),
        all_observed(environment),
        balance_of(layers),
        above_rounding(environment, _strength(initial_strength, initial_scale, hidden, depth)),
        enough_hidden_units(environment, hidden, depth),
        delay_of_late_modes(layers, environment.spectrum()),
        tied_modes(environment),
        step_size(rate, limit, depth),
        linear_units(nonlinearity),
    ]
    method = "one-item episodes" if episodes else "full-batch gradient descent"
    origin = Provenance("simulation", method, ("saxe2014 (2)",), __version__, settings)
    return Trajectory(dataset.assign_coords(seed=seeds), environment, origin, Validity(tuple(checks)), snapshots)


def stability_limit(
    environment: Environment, depth: int, nonlinearity: str = "linear", hidden_units: int = 0, episodes: bool = False
) -> float:
    r"""Learning rate beyond which training cannot settle.

    For linear units :math:`2/(L\,d\,(s/d)^{2-2/L})`, the smallest over modes; sigmoid units, which are all half on
    before learning, lower it. One-item episodes feel a single item's curvature. With missing cells an estimate from the
    observed ones: what a network fills in may make its strongest mode stronger.

    Implements: saxe2014 (41)
    Checked by: tests/test_workflows.py::test_training_settles_below_and_not_above_the_stability_limit
    """
    modes = environment.spectrum()
    d, s = modes.input_variances, modes.singular_values
    curvature = 2 / float(np.min(fastest_stable_learning_rate(s, depth=depth, input_variance=d)))
    curvature = max(curvature, float(np.linalg.eigvalsh(environment.input_correlation)[-1]) if depth == 1 else 0.0)
    if nonlinearity == "sigmoid" and depth > 1 and environment.weights is not None:
        curvature += hidden_units / 4 * float(environment.weights.sum())
    if episodes and environment.weights is not None and environment.normalization != "sum":
        curvature *= len(environment.weights)
    return 2 / curvature


def _closed_form(environment: Environment, clock: np.ndarray, start: np.ndarray, depth: int, tau: float) -> Any:
    modes, final = environment.spectrum(), environment.final_strength
    s, d = modes.singular_values, modes.input_variances
    course, clock_of, equation = _law(depth)
    u = course(clock[:, None], s, start, input_variance=d, tau=tau)
    reached = [clock_of(share * final, s, start, input_variance=d, tau=tau) for share in (0.1, 0.5, 0.9)]
    rise, half, risen = np.maximum(
        np.where(start < final, reached, 0.0), 0.0
    )  # what is there at the start, takes no time
    unexplained = environment.loss_of_map(np.zeros_like(environment.input_output_correlation)) - np.sum(s * final) / 2
    loss = np.maximum(unexplained, 0) + np.sum(d * (final - u) ** 2, axis=-1) / 2
    layers = np.repeat(np.maximum(u, 0)[:, None, :] ** (1 / depth), depth, axis=1) if depth > 1 else u[:, None, :]
    more = {
        "half_time": ("mode", half),
        "rise_start": ("mode", rise),
        "rise_time": ("mode", risen - np.where(np.isfinite(rise), rise, 0.0)),  # never: inf
        "layer_strength": (("time", "layer", "mode"), layers),
    }
    dataset = record(environment, clock, u, loss, **more)
    return dataset.assign_coords(layer=np.arange(1, depth + 1)), (), (equation,)


def _law(depth: int) -> tuple[Callable[..., Any], Callable[..., Any], str]:
    """Course, clock and source of the law of single modes."""
    if depth == 1:
        return shallow.mode_strength, shallow.time_to_strength, "saxe2019 SI"
    if depth == 2:
        return balanced.mode_strength, balanced.time_to_strength, "saxe2014 (12)"
    return partial(deep.mode_strength, depth=depth), partial(deep.time_to_strength, depth=depth), "saxe2014 (15)"


def _flow(environment: Environment, clock: np.ndarray, start: np.ndarray, depth: int, tau: float) -> Any:
    modes = environment.spectrum()
    _check_flow(environment, clock.size, depth)
    if environment.has_missing:
        weights = [(modes.output_modes * start) @ modes.input_modes.T] if depth == 1 else decoupled(modes, start, depth)
        snapshots = masked_flow(weights, environment, times=clock, tau=tau)
    elif depth == 1:
        snapshots = [_shallow_flow(environment, clock, start, tau)]
    else:
        # all change stays in the span of the output modes: integrate there, then turn back
        weights = decoupled(modes, start, depth)
        weights[-1] = modes.output_modes.T @ weights[-1]
        syx = modes.output_modes.T @ environment.input_output_correlation
        snapshots = flow(weights, syx, environment.input_correlation, times=clock, tau=tau)
        snapshots[-1] = modes.output_modes @ snapshots[-1]
    strength, loss = measured(environment, snapshots, "linear")
    return record(environment, clock, strength, loss), tuple(layer[None] for layer in snapshots), ("saxe2014 (2)",)


def _check_flow(environment: Environment, times: int, depth: int) -> None:
    """A flow keeps every weight at every time."""
    inputs, features = environment.input_correlation.shape[0], len(environment.features)
    modes = environment.spectrum().singular_values.size
    weights = inputs * features if depth == 1 else modes * (inputs + (depth - 2) * modes + features)
    gigabytes = 8e-9 * weights * times
    if gigabytes > MOST_GIGABYTES:
        raise InputError(
            f"the flow of {weights} weights at {times} times would take {gigabytes:.2g} gigabytes; write fewer times, "
            "such as times=numpy.linspace(0, 4, 20), or use simulate(environment)"
        )


def _shallow_flow(environment: Environment, clock: np.ndarray, start: np.ndarray, tau: float) -> np.ndarray:
    """Weights over time of one weight matrix, exactly: along the axes of the inputs they are independent."""
    modes = environment.spectrum()
    variances, axes = np.linalg.eigh(environment.input_correlation)
    before = (modes.output_modes * start) @ modes.input_modes.T
    drive = environment.input_output_correlation @ axes
    variances = np.maximum(variances, 0)
    along = shallow.mode_strength(clock[:, None, None], drive, before @ axes, input_variance=variances, tau=tau)
    return along @ axes.T


def _starting_strengths(environment: Environment, initial_strength: Any, depth: int) -> np.ndarray:
    modes = environment.spectrum().singular_values.size
    if np.ndim(initial_strength) == 0:
        if depth == 1 and finite(initial_strength, "initial_strength") == 0:  # one layer needs no start
            return np.zeros(modes)
        value = positive(initial_strength, "initial_strength", "a mode that starts from nothing is never learned")
        return np.full(modes, value)
    start = np.asarray(initial_strength, dtype=float)
    if start.shape != (modes,) or not np.all(np.isfinite(start)) or np.any(start < 0):
        raise InputError(
            f"initial_strength has shape {start.shape}, but it must be one number or {modes} non-negative ones, "
            "one for each mode"
        )
    return start


def _times(
    environment: Environment, times: Any, until: float | None, start: np.ndarray, depth: int, tau: float, count: int
) -> np.ndarray:
    if times is not None:
        clock = np.atleast_1d(np.asarray(times))
        is_course = clock.dtype.kind in "fiu" and clock.ndim == 1 and clock.size > 0
        if not is_course or not np.all(np.isfinite(clock)) or clock[0] < 0 or np.any(np.diff(clock) <= 0):
            raise InputError("times must be finite and increase from 0 on; write for example numpy.linspace(0, 4, 200)")
        return clock.astype(float)
    if until is None:
        return np.linspace(0.0, default_until(environment, start, depth, tau), count)
    return np.linspace(0.0, positive(until, "until", "learning takes time"), count)


def default_until(
    environment: Environment, start: np.ndarray, depth: int, tau: float = 1.0, most: int | None = None
) -> float:
    """Time by which every mode of at least a few percent of the strongest is learned to 95% [unit of tau].

    At most the `most` strongest are waited for.
    """
    modes = environment.spectrum()
    waited_for = modes.singular_values >= WEAKEST_SHOWN * modes.singular_values[0]
    waited_for &= np.arange(waited_for.size) < (waited_for.size if most is None else most)
    s, d = modes.singular_values[waited_for], modes.input_variances[waited_for]
    reach = _law(depth)[1](0.95 * s / d, s, start[waited_for], input_variance=d, tau=tau)
    reached = reach[np.isfinite(reach) & (reach > 0)]
    return float(np.max(reached, initial=tau / s[0])) * 1.1


def _seeds(seed: int | Sequence[int]) -> list[int]:
    seeds = [seed] if np.ndim(seed) == 0 else list(seed)  # type: ignore[arg-type]
    if not seeds:
        raise InputError("seed is an empty list, but every network needs one; write seed=0 or seed=[0, 1, 2]")
    seeds = [whole(one, "seed", 0, "seeds are not negative") for one in seeds]
    if len(set(seeds)) < len(seeds):
        raise InputError(f"seed is {seeds}, but the same seed twice is the same network twice; write different seeds")
    return seeds


def _hidden_units(hidden_units: int | None, environment: Environment) -> int:
    if hidden_units is None:
        return max(64, 2 * environment.spectrum().singular_values.size)
    return whole(hidden_units, "hidden_units", 1, "a hidden layer has at least one unit")


def _scale(initial_strength: float, initial_scale: float | None, hidden: int, depth: int) -> float:
    if initial_scale is not None:
        return positive(initial_scale, "initial_scale", "weights must start from something")
    value = positive(initial_strength, "initial_strength", "a mode that starts from nothing is never learned")
    return gaussian_scale(value, hidden, depth)


def _default_rate(environment: Environment, depth: int, limit: float, episodes: bool) -> float:
    """A small share of the limit for the modes; where other directions are stiffer, a safe share of theirs."""
    of_modes = stability_limit(environment, depth, episodes=episodes)
    return min(of_modes * (SMALL_EPISODE if episodes else SMALL_STEP), limit * SAFE_STEP)


def _episodes_per_unit(environment: Environment) -> float:
    assert environment.weights is not None
    return float(environment.weights.sum())


def _strength(initial_strength: float, initial_scale: float | None, hidden: int, depth: int) -> float:
    """Expected strength of a mode before learning."""
    return initial_strength if initial_scale is None else gaussian_strength(initial_scale, hidden, depth)
