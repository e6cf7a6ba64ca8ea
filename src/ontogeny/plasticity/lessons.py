"""One network through several worlds, one after the other: curricula, warm starts, interference, reversal, revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import xarray as xr

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, not_negative, positive, quoted, whole
from .._core.tidy import tidy
from ..environments.environment import Environment
from ..networks import evolve
from ..networks.initialization import gaussian

if TYPE_CHECKING:
    import pandas as pd

LOOKS = 101  # times of each segment
SMALL = 1e-2  # of random weights, as their contribution to the map, relative to what is learned


class Lesson(NamedTuple):
    """A stretch of experience.

    Attributes
    ----------
    worlds : Environment, or list of Environment
        What is learned; several at once add up.
    duration : float
        For how long [unit of tau].
    """

    worlds: Environment | Sequence[Environment]
    duration: float


@dataclass(frozen=True, eq=False)
class Curriculum:
    """A network over the time of several lessons.

    Parameters
    ----------
    dataset : xarray.Dataset
        ``error`` (time, world): half the squared error on every world at all times, also on those of other lessons;
        ``map`` (time, feature, input): what the network makes of each input.
    boundaries : array, shape (lessons,)
        Times at which lessons end [tau].
    lessons : tuple of tuple of str
        Names of the worlds of each lesson.
    methods : tuple of str
        How each lesson was solved, as `networks.evolve` says it.
    weights : list of array, shape (out, in) each
        In the end, first layer first: a start for what comes next.
    """

    dataset: xr.Dataset
    boundaries: np.ndarray
    lessons: tuple[tuple[str, ...], ...]
    methods: tuple[str, ...]
    weights: list[np.ndarray]

    @property
    def time(self) -> np.ndarray:
        """Of all lessons, (times,) [tau]; the end of one and the beginning of the next are one time."""
        return self.dataset["time"].values

    def interference(self, world: str) -> float:
        """How far the error on a world rose in lessons without it, after the first lesson that had it.

        Parameters
        ----------
        world : str
            Its name.
        """
        errors = self.dataset["error"].sel(world=world).values
        known, rise = False, 0.0
        for number, names in enumerate(self.lessons):
            start, end = number * (LOOKS - 1), (number + 1) * (LOOKS - 1)
            if known and world not in names:
                rise = max(rise, float(errors[start : end + 1].max() - errors[start]))
            known = known or world in names
        return rise

    def __repr__(self) -> str:
        course = ", then ".join(" and ".join(names) for names in self.lessons)
        return f"<Curriculum: {course}; {self.time[-1]:g} tau>"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per time and world: the error."""
        labels = {"time": self.time.tolist(), "world": self.dataset["world"].values.tolist()}
        return tidy(labels, {"error": self.dataset["error"].values})


def curriculum(
    lessons: Sequence[Lesson | tuple[Any, float]],
    *,
    names: Sequence[str] | None = None,
    depth: int = 2,
    initial_weights: Sequence[ArrayLike] | None = None,
    hidden_units: int | None = None,
    weight_decay: float = 0.0,
    tau: float = 1.0,
    seed: int = 0,
) -> Curriculum:
    """Lead one linear network through several worlds, each for some time.

    Implements: braun2022 sec. 3
    Checked by: tests/plasticity/test_lessons.py::test_lessons_are_evolutions_one_after_the_other

    Parameters
    ----------
    lessons : list of Lesson
        In order; a lesson may be written as ``(world, duration)`` or ``([world, other], duration)``. All worlds have
        the same inputs and features, in any order.
    names : list of str, optional
        Of the different worlds, in the order in which they first come; by default A, B, C, ...
    depth : int
        Number of weight matrices.
    initial_weights : list of array, shape (out, in) each, optional
        Weights at time 0, first layer first, as `Curriculum.weights` has them; by default small random ones.
    hidden_units : int, optional
        Units of every hidden layer of random weights; by default as many as there are inputs or features, the fewer.
    weight_decay : float
        Decay rate of every weight.
    tau : float
        Time constant.
    seed : int
        Of random weights.

    Returns
    -------
    Curriculum

    Raises
    ------
    InputError
        Worlds with other inputs or features, lessons that last no time, missing cells.

    Notes
    -----
    Every lesson is a call of `networks.evolve`, closed where that is. A deficit is a lesson in a world that lacks
    something; a warm start is a first lesson.

    Examples
    --------
    The reverse of what was learned well takes far longer than it took to learn:

    >>> import ontogeny as on
    >>> a = on.Environment.from_correlations([[1.0, 0.0], [0.0, 0.5]])
    >>> b = on.Environment.from_correlations([[-1.0, 0.0], [0.0, -0.5]])
    >>> found = curriculum([(a, 20.0), (b, 80.0), ([a, b], 20.0)], names=["a fact", "its reverse"])
    >>> found
    <Curriculum: a fact, then its reverse, then a fact and its reverse; 120 tau>
    >>> round(found.interference("a fact"), 2)
    2.5
    """
    given = [_checked(lesson) for lesson in lessons]
    if not given:
        raise InputError("lessons", "is empty, but something has to be learned", "write [(world, 10.0)]")
    worlds: list[Environment] = []
    for each, _ in given:
        worlds += [world for world in each if all(world is not known for known in worlds)]
    called = _names(names, len(worlds))
    correlations = [_in_order(world, worlds[0]) for world in worlds]
    layers = _start(correlations[0][0].shape, initial_weights, depth, hidden_units, seed, correlations)
    decay = not_negative(weight_decay, "weight_decay", "a decay rate")
    constant = positive(tau, "tau", "it must be positive")
    times, maps, methods, taught = [np.zeros(1)], [_product(layers)[None]], [], []
    for each, duration in given:
        chosen = [next(k for k, known in enumerate(worlds) if known is world) for world in each]
        syx, sxx = (sum(correlations[k][part] for k in chosen) for part in (0, 1))
        clock = np.linspace(0, duration, LOOKS)
        found = evolve(layers, syx, sxx, times=clock, tau=constant, weight_decay=decay)
        times.append(times[-1][-1] + clock[1:])
        maps.append(found.network_map[1:])
        layers = [layer[-1] for layer in found.at(clock[-1]).weights]
        methods.append(found.method)
        taught.append(tuple(called[k] for k in chosen))
    everything = np.concatenate(maps)
    errors = np.stack([_error(everything, *pair) for pair in correlations], axis=1)
    dataset = xr.Dataset(
        {"error": (("time", "world"), errors), "map": (("time", "feature", "input"), everything)},
        coords={"time": np.concatenate(times), "world": called, "feature": list(worlds[0].features)},
    )
    ends = np.cumsum([duration for _, duration in given])
    return Curriculum(dataset, ends, tuple(taught), tuple(methods), layers)


def _checked(lesson: Any) -> tuple[list[Environment], float]:
    """Worlds and duration of a lesson."""
    try:
        worlds, duration = lesson
    except (TypeError, ValueError):
        raise InputError("lessons", "hold something that is no lesson", "write (world, 10.0)") from None
    each = [worlds] if isinstance(worlds, Environment) else list(worlds)
    for world in each:
        expect(world, Environment, "lessons", "write (world, 10.0), or ([world, other], 10.0)")
        if world.has_missing:
            raise InputError("lessons", "hold a world with missing cells, which has no correlations", "fill them in")
    if not each:
        raise InputError("lessons", "hold a lesson without a world", "write (world, 10.0)")
    return each, positive(duration, "lessons", "each lasts some time")


def _names(names: Sequence[str] | None, count: int) -> list[str]:
    if names is None:
        return [chr(ord("A") + place) if count <= 26 else f"world {place + 1}" for place in range(count)]
    given = [str(name) for name in names]
    if len(given) != count or len(set(given)) != count:
        raise InputError("names", f"are {quoted(given)}, but there are {count} different worlds", "write one for each")
    return given


def _in_order(world: Environment, first: Environment) -> tuple[np.ndarray, np.ndarray]:
    """Correlations of a world, its features and inputs in the order of the first world."""
    if set(world.features) != set(first.features):
        odd = sorted(set(world.features) ^ set(first.features))
        raise InputError("lessons", f"hold worlds with other features ({quoted(odd)})", "give all the same features")
    rows = [list(world.features).index(name) for name in first.features]
    syx, sxx = np.asarray(world.input_output_correlation)[rows], np.asarray(world.input_correlation)
    if syx.shape[1] != first.variation.inputs:
        raise InputError(
            "lessons", f"hold worlds of {first.variation.inputs} and {syx.shape[1]} inputs", "give all the same inputs"
        )
    if world.input_names and first.input_names and world.input_names != first.input_names:
        if set(world.items) != set(first.items):
            odd = sorted(set(world.items) ^ set(first.items))
            raise InputError("lessons", f"hold worlds with other items ({quoted(odd)})", "give all the same items")
        order = [list(world.items).index(name) for name in first.items]
        syx, sxx = syx[:, order], sxx[np.ix_(order, order)]
    return syx, sxx


def _start(
    shape: tuple[int, int],
    initial_weights: Sequence[ArrayLike] | None,
    depth: int,
    hidden_units: int | None,
    seed: int,
    correlations: list[tuple[np.ndarray, np.ndarray]],
) -> list[np.ndarray]:
    """Weights at time 0."""
    if initial_weights is not None:
        return [np.asarray(layer, dtype=float) for layer in initial_weights]
    layers = whole(depth, "depth", 1, "a network has a layer")
    hidden = min(shape) if hidden_units is None else whole(hidden_units, "hidden_units", 1, "a layer has units")
    largest = max(float(np.linalg.norm(syx, 2) / np.linalg.norm(sxx, 2)) for syx, sxx in correlations)
    scale = (SMALL * largest) ** (1 / layers) / np.sqrt(hidden)
    return gaussian([shape[1], *[hidden] * (layers - 1), shape[0]], scale, seed)


def _product(layers: list[np.ndarray]) -> np.ndarray:
    product = layers[0]
    for layer in layers[1:]:
        product = layer @ product
    return product


def _error(maps: np.ndarray, syx: np.ndarray, sxx: np.ndarray) -> np.ndarray:
    """Half the squared error of maps in a world, that of the best map left out, (times,)."""
    best = syx @ np.linalg.pinv(sxx)
    off = maps - best
    return np.sum((off @ sxx) * off, axis=(1, 2)) / 2
