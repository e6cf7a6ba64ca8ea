"""Trained networks: initialization, training, and the record of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import __version__
from .._core.checks import InputError, expect, one_of, positive, whole
from .._core.nonlinearities import NONLINEARITIES
from ..environments.environment import Environment
from ..networks.gradient_descent import Lesson, device_of
from ..networks.initial_strengths import delay_of_late_modes
from ..networks.stability import default_rate, stability_limit
from ..networks.starts import drawn_start, given_start
from ..networks.threads import few_threads
from ..networks.training_runs import begun, check_cost, check_memory, run_sizes, watched
from ..recording import Provenance
from ..trajectory import Trajectory
from ..validity import (
    Validity,
    above_rounding,
    all_observed,
    balance_of,
    decoupled_start,
    enough_hidden_units,
    input_alignment,
    linear_units,
    small_start,
    step_size,
    tied_modes,
)
from .arguments import MAKE_ONE, seeds_asked, times_asked

SIMULATED_TIMES = 201


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
    """Train networks from small random or given weights, one for each seed, all in one batch.

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
        Invalid arguments, or training that diverges.

    Notes
    -----
    Missing cells contribute nothing to loss and gradient.

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
    seeds = seeds_asked(seed)
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
    rate = positive(rate, "learning_rate", "a learning rate must be positive")
    clock = times_asked([environment], times, until, [start.weakest], depth, 1.0, SIMULATED_TIMES)
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
    return Trajectory(
        dataset.assign_coords(seed=start.seeds),
        environment,
        origin,
        Validity(tuple(checks)),
        depth=depth,
        nonlinearity=nonlinearity,
        steps=steps,
        snapshots=snapshots,
    )


def _check_alone(initial_strength: float | None, initial_scale: float | None) -> None:
    """Refuse a scale of random weights when weights are given."""
    for name, value in (("initial_strength", initial_strength), ("initial_scale", initial_scale)):
        if value is not None:
            raise InputError(
                name, f"is {value!r}, but initial_weights already gives the initial weights", "write one of them"
            )


def _episodes_per_unit(environment: Environment) -> float:
    assert environment.weights is not None
    return float(environment.weights.sum())
