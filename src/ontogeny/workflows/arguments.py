"""Arguments that `predict` and `simulate` share, checked: starting strengths, times, seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.arrays import on_host, refuse_traced
from .._core.checks import InputError, finite, positive, whole
from .._core.counting import counted
from .._core.names import carries_names, in_order, nearest_names
from ..environments.environment import Environment
from ..modes.laws import law
from ..networks.initialization import small_strength

WEAKEST_SHOWN = 0.03  # the default run waits for modes of at least this share of the strongest singular value
MAKE_ONE = "make one with Environment.from_dataframe(table) or datasets.load('zoo')"


def starting_strengths(environment: Environment, initial_strength: Any, depth: int) -> np.ndarray:
    modes = environment.spectrum().singular_values.size
    if initial_strength is None:
        return np.full(modes, small_strength(environment))
    called = carries_names(initial_strength)
    if not called and not isinstance(initial_strength, list | tuple) and np.ndim(initial_strength) == 0:
        if depth == 1 and finite(initial_strength, "initial_strength") == 0:  # one layer needs no start
            return np.zeros(modes)
        value = positive(initial_strength, "initial_strength", "a mode that starts at 0 is never learned")
        return np.full(modes, value)
    start = _real_numbers(_by_mode(initial_strength, environment) if called else initial_strength, "initial_strength")
    if start.shape != (modes,) or not np.all(np.isfinite(start)) or np.any(start < 0):
        raise InputError(
            "initial_strength",
            f"has shape {start.shape}, but it must be one number or {modes} non-negative ones, one for each mode",
            "for several starts write predict([world] * starts, initial_strength=...)" if start.ndim == 2 else "",
        )
    return start


def one_for_each(worlds: Sequence[Environment], initial_strength: Any) -> list[Any]:
    """Starting strengths of several worlds: one number for all of them, or an entry for each."""
    if not len(worlds):
        raise InputError("environment", "is an empty list, but somebody has to learn", MAKE_ONE)
    if initial_strength is None or not isinstance(initial_strength, list | tuple) and np.ndim(initial_strength) == 0:
        return [initial_strength] * len(worlds)
    if len(initial_strength) != len(worlds):
        problem = f"has {counted(len(initial_strength), 'entry')}, but there are {counted(len(worlds), 'world')}"
        raise InputError("initial_strength", problem, "write one number for all, or one entry for each world")
    return list(initial_strength)


def _by_mode(values: Any, environment: Environment) -> np.ndarray:
    """Values in the order of the modes; names may be those of the modes, or their numbers: from 1, or from 0 as a
    fresh Series counts."""
    names = environment.mode_names()
    called = nearest_names(values, names, range(1, len(names) + 1), range(len(names)))
    return in_order(values, called, "initial_strength", "the modes")


def times_asked(
    worlds: Sequence[Environment],
    times: Any,
    until: float | None,
    starts: Sequence[np.ndarray],
    depth: int,
    tau: float,
    count: int,
) -> np.ndarray:
    """Times at which all worlds are looked at; by default until the slowest has learned."""
    if times is not None:
        clock = np.atleast_1d(_real_numbers(times, "times"))
        is_course = clock.ndim == 1 and clock.size > 0 and bool(np.all(np.isfinite(clock)))
        if not is_course or clock[0] < 0 or np.any(np.diff(clock) <= 0):
            raise InputError(
                "times", "must be finite and increase from 0 on", "write for example numpy.linspace(0, 4, 200)"
            )
        return clock
    if until is None:
        last = max(default_until(world, start, depth, tau) for world, start in zip(worlds, starts, strict=True))
        return np.linspace(0.0, last, count)
    return np.linspace(0.0, positive(until, "until", "it must be positive"), count)


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


def _real_numbers(values: Any, name: str) -> np.ndarray:
    """Values of any array library as real numbers on the host; an empty array where they are none."""
    refuse_traced(values, name)
    try:
        host = on_host(values)
    except (TypeError, ValueError):  # rows of different lengths
        host = None
    return np.zeros(0) if host is None or host.dtype.kind not in "fiu" else host.astype(float)


def seeds_asked(seed: int | Sequence[int]) -> list[int]:
    is_one = not isinstance(seed, list | tuple | range) and np.ndim(seed) == 0
    seeds = [seed] if is_one else list(seed)  # type: ignore[arg-type]
    if not seeds:
        raise InputError("seed", "is an empty list, but every network needs one", "write seed=0 or seed=[0, 1, 2]")
    seeds = [whole(one, "seed", 0, "seeds are not negative") for one in seeds]
    if len(set(seeds)) < len(seeds):
        raise InputError("seed", f"is {seeds}, but equal seeds give equal networks", "write different seeds")
    return seeds
