"""The two verbs at the front door: `predict` computes the course of learning, `simulate` trains real networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import __version__
from ._core.arrays import on_host
from ._core.checks import InputError, expect, finite, one_of, positive, whole
from ._core.names import carries_names, in_order, nearest_names
from ._core.nonlinearities import NONLINEARITIES
from .environments.environment import Environment
from .modes import shallow
from .modes.laws import law
from .networks.gradient_descent import Lesson, device_of
from .networks.gradient_flow import flow, masked_flow
from .networks.initialization import decoupled, delay_of_late_modes, small_strength
from .networks.stability import default_rate, stability_limit
from .networks.starts import drawn_start, given_start
from .networks.threads import few_threads
from .networks.training_runs import MOST_GIGABYTES, begun, check_cost, check_memory, run_sizes, watched
from .trajectory import Provenance, Trajectory, measured, record
from .validity import (
    Validity,
    above_rounding,
    all_observed,
    balance_of,
    balanced_by_construction,
    decoupled_start,
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
MAKE_ONE = "make one with Environment.from_dataframe(table) or datasets.load('zoo')"


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
            "method",
            f"is 'closed_form', but {broken.meaning}",
            "write method='auto' or method='flow', which integrates every weight",
        )
    chosen = "flow" if method == "flow" or broken else "closed_form"
    settings = {"depth": depth, "initial_strength": start.tolist(), "tau": tau, "dtype": "float64", "device": "cpu"}
    checks = (balanced_by_construction(depth), small_start(environment, start), tied_modes(environment), no_steps())
    validity = Validity((*needed, *checks))
    course = _closed_form if chosen == "closed_form" else _flow
    dataset, snapshots, equations = course(environment, clock, start, depth, tau)
    origin = Provenance("theory", chosen, equations, __version__, settings)
    return Trajectory(dataset, environment, origin, validity, snapshots)


def simulate(
    environment: Environment,
    *,
    depth: int | None = None,
    hidden_units: int | None = None,
    initial_strength: float | None = None,
    initial_scale: float | None = None,
    nonlinearity: str = "linear",
    learning_rate: float | None = None,
    episodes: bool = False,
    times: Any = None,
    until: float | None = None,
    seed: int | Sequence[int] = 0,
    initial_weights: Any = None,
    backend: str = "numpy",
) -> Trajectory:
    """Train real networks, from small random weights or from given ones, one for each seed, all in one batch.

    Parameters
    ----------
    environment : Environment
        The world.
    depth : int, optional
        Number of weight matrices; by default 2, or that of the initial weights.
    hidden_units : int, optional
        Units of every hidden layer; by default 64, or twice the number of modes if that is more, or those of the
        initial weights.
    initial_strength : float, optional
        Strength that a mode starts from on average, as in `predict`; by default 0.001, or a hundredth of what the
        weakest mode learns if that is less (`networks.small_strength`).
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
    initial_weights : list of arrays, shape (out, in) each, or list of such lists, optional
        Weights before learning, first layer first, instead of random ones; NumPy or JAX arrays or PyTorch parameters.
        With one such list for each network, `seed` may be left out.
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

    Linear networks whose weights are larger than a quarter of a gigabyte (a million items and 64 hidden units have
    half a one) are trained in few coordinates; their record has strengths of modes and the loss, but no answers.

    Examples
    --------
    >>> import ontogeny as on
    >>> child = on.simulate(on.datasets.load("rumelhart"), until=3.0, seed=[0, 1])
    >>> child.dataset.sizes["seed"], child.dataset.sizes["mode"]
    (2, 8)

    Teach a network that has learned the zoo without legs what legs are, from where it stands:

    >>> zoo = on.datasets.load("zoo")
    >>> before = on.simulate(zoo, until=4.0)
    >>> after = on.simulate(zoo, until=1.0, initial_weights=[before.weights(n)[0, -1] for n in (1, 2)])
    >>> bool(after.dataset.loss[0, 0] == before.dataset.loss[0, -1])
    True
    """
    expect(environment, Environment, "environment", MAKE_ONE)
    depth = None if depth is None else whole(depth, "depth", 1, "a network has at least one weight matrix")
    one_of(nonlinearity, NONLINEARITIES, "nonlinearity")
    one_of(backend, ("numpy", "jax"), "backend")
    expect(episodes, bool, "episodes", "write True or False")
    if environment.data is None and (episodes or nonlinearity != "linear"):
        raise InputError(
            None,
            "the world is known by its correlations alone, but single episodes and nonlinear units need items",
            "use Environment.from_arrays or from_dataframe",
        )
    seeds = _seeds(seed)
    if initial_weights is None:
        start = drawn_start(environment, depth or 2, hidden_units, initial_strength, initial_scale, seeds)
    else:
        _check_alone(initial_strength, initial_scale)
        start = given_start(initial_weights, environment, depth, hidden_units, seeds, episodes=episodes)
    depth = start.depth
    limit = stability_limit(
        environment,
        depth=depth,
        nonlinearity=nonlinearity,
        hidden_units=start.widest,
        episodes=episodes,
        norms=start.norms,
    )
    rate = default_rate(environment, limit, depth=depth, episodes=episodes) if learning_rate is None else learning_rate
    rate = positive(rate, "learning_rate", "steps must go downhill")
    clock = _times(environment, times, until, start.weakest, depth, 1.0, SIMULATED_TIMES)
    per_step = rate / _episodes_per_unit(environment) if episodes else rate
    count, plain = len(start.seeds), nonlinearity == "linear" and not episodes
    trained_sizes = run_sizes(start.sizes, count, environment, plain=plain)
    check_cost(float(clock[-1] / per_step), per_step, float(clock[-1]), trained_sizes, count, episodes)
    check_memory(start.sizes, 1, 1)
    steps = np.unique(np.rint(clock / per_step).astype(np.int64))

    begin = begun(start, environment, nonlinearity, plain=plain)
    draws = tuple(np.random.default_rng([one, 1]) for one in start.seeds) if episodes else None
    lesson = Lesson(environment, nonlinearity, rate, draws)
    with few_threads(begin.weights):
        dataset, snapshots = watched(begin, environment, lesson, steps, backend, steps * per_step)

    settings = {
        "depth": depth,
        **start.settings,
        "nonlinearity": nonlinearity,
        "learning_rate": rate,
        "episodes": episodes,
        "seeds": start.seeds,
        "backend": backend,
        "dtype": "float64",
        "device": device_of(backend),
        "steps": steps.tolist(),
    }
    checks = [
        input_alignment(environment),
        all_observed(environment),
        balance_of(begin.weights),
        *([] if initial_weights is None else [decoupled_start(begin.weights, begin.spectrum)]),
        small_start(environment, start.strongest),
        above_rounding(environment, float(start.weakest.max())),
        enough_hidden_units(environment, start.narrowest, depth),
        delay_of_late_modes(begin.weights, begin.spectrum),
        tied_modes(environment),
        step_size(rate, limit, depth),
        linear_units(nonlinearity),
    ]
    method = "one-item episodes" if episodes else "full-batch gradient descent"
    origin = Provenance("simulation", method, ("saxe2014 (2)",), __version__, settings)
    return Trajectory(dataset.assign_coords(seed=start.seeds), environment, origin, Validity(tuple(checks)), snapshots)


def _closed_form(environment: Environment, clock: np.ndarray, start: np.ndarray, depth: int, tau: float) -> Any:
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
    more = {
        "half_time": ("mode", half),
        "rise_start": ("mode", rise),
        "rise_time": ("mode", risen - np.where(np.isfinite(rise), rise, 0.0)),  # never: inf
        "layer_strength": (("time", "layer", "mode"), layers),
    }
    dataset = record(environment, clock, u, loss, **more)
    return dataset.assign_coords(layer=np.arange(1, depth + 1)), (), (of_depth.equation,)


def _flow(environment: Environment, clock: np.ndarray, start: np.ndarray, depth: int, tau: float) -> Any:
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
    strength, loss = measured(environment, snapshots, "linear")
    return record(environment, clock, strength, loss), tuple(layer[None] for layer in snapshots), ("saxe2014 (2)",)


def _check_flow(environment: Environment, times: int, depth: int) -> None:
    """A flow keeps every weight at every time."""
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


def _starting_strengths(environment: Environment, initial_strength: Any, depth: int) -> np.ndarray:
    modes = environment.spectrum().singular_values.size
    if initial_strength is None:
        return np.full(modes, small_strength(environment))
    called = carries_names(initial_strength)
    if not called and not isinstance(initial_strength, list | tuple) and np.ndim(initial_strength) == 0:
        if depth == 1 and finite(initial_strength, "initial_strength") == 0:  # one layer needs no start
            return np.zeros(modes)
        value = positive(initial_strength, "initial_strength", "a mode that starts from nothing is never learned")
        return np.full(modes, value)
    start = _numbers(_by_mode(initial_strength, environment) if called else initial_strength)
    if start.shape != (modes,) or not np.all(np.isfinite(start)) or np.any(start < 0):
        raise InputError(
            "initial_strength",
            f"has shape {start.shape}, but it must be one number or {modes} non-negative ones, one for each mode",
        )
    return start


def _numbers(values: Any) -> np.ndarray:
    """Values of any array library as real numbers on the host; an empty array where they are none."""
    try:
        host = on_host(values)
    except (TypeError, ValueError):  # rows of different lengths
        host = None
    return np.zeros(0) if host is None or host.dtype.kind not in "fiu" else host.astype(float)


def _by_mode(values: Any, environment: Environment) -> np.ndarray:
    """Values in the order of the modes; names may be those of the modes, or their numbers, from 0 or from 1."""
    names = environment.mode_names()
    called = nearest_names(values, names, range(1, len(names) + 1), range(len(names)))
    return in_order(values, called, "initial_strength", "the modes")


def _times(
    environment: Environment, times: Any, until: float | None, start: np.ndarray, depth: int, tau: float, count: int
) -> np.ndarray:
    if times is not None:
        clock = np.atleast_1d(_numbers(times))
        is_course = clock.ndim == 1 and clock.size > 0 and bool(np.all(np.isfinite(clock)))
        if not is_course or clock[0] < 0 or np.any(np.diff(clock) <= 0):
            raise InputError(
                "times", "must be finite and increase from 0 on", "write for example numpy.linspace(0, 4, 200)"
            )
        return clock
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
    of_depth = law(depth)
    reach = of_depth.time_to_strength(0.95 * s / d, s, start[waited_for], input_variance=d, tau=tau)
    reached = reach[np.isfinite(reach) & (reach > 0)]
    return float(np.max(reached, initial=of_depth.natural_time(s[0], input_variance=d[0], tau=tau))) * 1.1


def _seeds(seed: int | Sequence[int]) -> list[int]:
    is_one = not isinstance(seed, list | tuple | range) and np.ndim(seed) == 0
    seeds = [seed] if is_one else list(seed)  # type: ignore[arg-type]
    if not seeds:
        raise InputError("seed", "is an empty list, but every network needs one", "write seed=0 or seed=[0, 1, 2]")
    seeds = [whole(one, "seed", 0, "seeds are not negative") for one in seeds]
    if len(set(seeds)) < len(seeds):
        raise InputError(
            "seed", f"is {seeds}, but the same seed twice is the same network twice", "write different seeds"
        )
    return seeds


def _check_alone(initial_strength: float | None, initial_scale: float | None) -> None:
    """Refuse a size of random weights beside weights that are given."""
    for name, value in (("initial_strength", initial_strength), ("initial_scale", initial_scale)):
        if value is not None:
            raise InputError(
                name, f"is {value!r}, but initial_weights says already where learning starts", "write one of them"
            )


def _episodes_per_unit(environment: Environment) -> float:
    assert environment.weights is not None
    return float(environment.weights.sum())
