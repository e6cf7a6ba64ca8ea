"""What a record holds: weights checked, measured mode by mode, and laid out by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from ._core.arrays import on_host, refuse_traced
from ._core.checks import InputError
from ._core.names import carries_names, in_order
from ._core.nonlinearities import forward
from ._core.weights import as_numbers
from .environments.environment import Environment
from .modes.milestones import crossing_time, rise_time
from .validity import Validity

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Provenance:
    """Where a result comes from.

    Parameters
    ----------
    kind : "theory" or "simulation"
    method : str
        "closed_form", "flow", "full-batch gradient descent" or "one-item episodes".
    equations : tuple of str
        What it rests on, such as "saxe2014 (12)"; `ontogeny.cite` makes references of it.
    version : str
        Version of ontogeny.
    settings : mapping
        Arguments of the call, seeds and number type included; the device that computed, where it is known.
    """

    kind: str
    method: str
    equations: tuple[str, ...]
    version: str
    settings: Mapping[str, Any] = field(default_factory=dict)


class EvolutionLike(Protocol):
    """What a record needs of a solved network; `networks.evolve` returns it."""

    times: np.ndarray
    method: str

    @property
    def weights(self) -> list[np.ndarray]:
        """Weights of every layer, (times, out, in) each."""

    @property
    def equations(self) -> tuple[str, ...]:
        """What the method rests on."""

    @property
    def validity(self) -> Validity:
        """The assumptions, measured."""


class Variable(NamedTuple):
    """An array and the names of its dimensions."""

    dims: tuple[str, ...]
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Variables:
    """Variables and coordinates of a trajectory as plain arrays, of which a dataset can be built.

    Building it takes longer than a prediction does.

    >>> course = Variables({"loss": Variable(("time",), np.zeros(2))}, {"time": Variable(("time",), np.arange(2.0))})
    >>> course["loss"].values.tolist(), "seed" in course, course.to_dataset().sizes["time"]
    ([0.0, 0.0], False, 2)
    """

    data: Mapping[str, Variable]
    coords: Mapping[str, Variable]

    def __contains__(self, name: str) -> bool:
        return name in self.data or name in self.coords

    def __getitem__(self, name: str) -> Variable:
        return self.data[name] if name in self.data else self.coords[name]

    def to_dataset(self) -> xr.Dataset:
        import xarray as xr

        return xr.Dataset(self.data, coords=self.coords)


class BuiltWhenAsked:
    """The dataset of a trajectory, given as it is or as `Variables`, of which it is built when it is asked for."""

    def __get__(self, record: Any, owner: type | None = None) -> Any:
        if record is None:
            return self
        held = vars(record)["dataset"]
        if isinstance(held, Variables):
            held = vars(record)["dataset"] = held.to_dataset()
        return held

    def __set__(self, record: Any, given: xr.Dataset | Variables) -> None:
        vars(record)["dataset"] = given


def record(
    environment: Environment,
    times: np.ndarray,
    strength: np.ndarray,
    loss: np.ndarray,
    seeds: Sequence[int] | None = None,
) -> xr.Dataset:
    """Dataset of a trajectory that was watched: how strong every mode is, the loss, and when modes are learned.

    Parameters
    ----------
    environment : Environment
        The world.
    times : array, shape (times,)
        Learning times [unit of tau].
    strength : array, shape (networks, times, modes)
        Strength of every mode.
    loss : array, shape (networks, times)
        Loss.
    seeds : list of int, shape (networks,), optional
        Labels of the networks; a theory is one network and has none, nor a dimension for it.
    """
    if environment.has_missing:
        final = strength[:, -1].mean(axis=0)  # where the run ends
        # What ends far below what the observed cells ask for is not learned yet.
        aim = np.where(final > environment.spectrum().asymptotes / 2, final, np.inf)
    else:
        final = aim = environment.final_strength
    networks = {
        "mode_strength": Variable(("time", "mode"), strength),
        "loss": Variable(("time",), loss),
        "half_time": Variable(("mode",), crossing_time(times, strength, aim / 2)),
        "rise_start": Variable(("mode",), crossing_time(times, strength, aim / 10)),
        "rise_time": Variable(("mode",), rise_time(times, strength, aim)),
    }
    data = {
        name: Variable(dims, values[0]) if seeds is None else Variable(("seed", *dims), values)
        for name, (dims, values) in networks.items()
    }
    coords = {} if seeds is None else {"seed": Variable(("seed",), np.asarray(seeds))}
    return laid_out(environment, times, final, data, coords).to_dataset()


def laid_out(
    environment: Environment,
    times: np.ndarray,
    final: np.ndarray,
    data: Mapping[str, Variable],
    coords: Mapping[str, Variable],
) -> Variables:
    """Variables of a trajectory with those of its world beside them, and with the names of times and modes."""
    modes = environment.spectrum()
    of_world = {
        "singular_value": Variable(("mode",), modes.singular_values),
        "final_strength": Variable(("mode",), final),
    }
    names = {
        "time": Variable(("time",), times),
        "mode": Variable(("mode",), np.arange(1, modes.groups.size + 1)),
        "mode_name": Variable(("mode",), np.asarray(environment.mode_names())),
    }
    return Variables({**data, **of_world}, {**names, **coords})


def measured(
    environment: Environment, layers: Sequence[np.ndarray], nonlinearity: str
) -> tuple[np.ndarray, np.ndarray]:
    """Strength of every mode (..., mode) and loss (...) of networks with these weights (..., out, in).

    The strength of a mode is what its input mode evokes along its output mode; for a nonlinear network,
    the correlation of its answers with the inputs along the mode, per input variance.
    """
    modes = environment.spectrum()
    u, v = modes.output_modes, modes.input_modes
    answers = forward(np, layers, environment.shown, nonlinearity)[-1]
    if nonlinearity == "linear":
        shown = environment.shown
        signal = _mapped(answers, v / shown) if isinstance(shown, float) else reduce(composed, layers, v)
        strength = np.einsum("ma,...ma->...a", u, signal)
    else:
        samples = environment.samples
        driven = answers @ (samples.weights[:, None] * samples.along(v))
        strength = np.einsum("ma,...ma->...a", u, driven) / modes.input_variances
    return strength, environment.loss_of_map(answers) if environment.data is None else environment.data.loss(answers)


def _mapped(maps: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Many maps (..., out, in) of the same vectors (in, ...), in one product: small ones one by one take far longer."""
    return (maps.reshape(-1, maps.shape[-1]) @ vectors).reshape(*maps.shape[:-1], vectors.shape[-1])


def composed(below: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """Two layers as one linear map."""
    return layer @ below


def given_snapshots(environment: Environment, times: np.ndarray, stacks: list[Any]) -> list[np.ndarray]:
    """Weights over time that the user gives, layer by layer, as arrays (networks, times, out, in), checked."""
    stacks = _ends_by_name(environment, stacks)
    layers = [as_numbers(stack, f"snapshots of layer {number}") for number, stack in enumerate(stacks, start=1)]
    layers = [stack[None] if stack.ndim == 3 else stack for stack in layers]
    check_snapshots(environment, times, layers)
    return layers


def _ends_by_name(environment: Environment, stacks: list[Any]) -> list[Any]:
    """Weights of all layers, the inputs of the first and the features of the last in the order of the world's names."""
    if stacks and carries_names(stacks[0]):
        own = environment.input_names
        stacks[0] = in_order(stacks[0], own, "the inputs of snapshots[0]", "the items of the world", axis=-1)
    if stacks and carries_names(stacks[-1]):
        name = f"the features of snapshots[{len(stacks) - 1}]"
        stacks[-1] = in_order(stacks[-1], environment.features, name, "the world", axis=-2)
    return stacks


def increasing_times(times: Any) -> np.ndarray:
    """Times of snapshots, checked."""
    refuse_traced(times, "times")
    clock = np.asarray(on_host(times), dtype=float)
    ordered = clock.ndim == 1 and clock.size > 0 and clock[0] >= 0 and np.all(np.diff(clock) > 0)
    if not ordered or not np.isfinite(clock[-1]):
        raise InputError("times", f"are {times!r}", "pass increasing times, one for each snapshot, from 0 on")
    return clock


def check_snapshots(environment: Environment, times: np.ndarray, layers: Sequence[np.ndarray]) -> None:
    """Refuse layers that fit neither each other, the times nor the world."""
    shapes = [stack.shape[-2:] for stack in layers]
    ends = (environment.variation.inputs, len(environment.features))
    chained = all(after[1:] == before[:1] for before, after in zip(shapes, shapes[1:], strict=False))
    whole = bool(layers) and all(stack.ndim == 4 for stack in layers)
    if not whole or not chained or (shapes[0][1], shapes[-1][0]) != ends:
        raise InputError(
            None,
            f"snapshots have layers of shape {shapes} (out, in), but they must lead from {ends[0]} inputs to "
            f"{ends[1]} features",
            "pass one array per layer, (times, out, in), first layer first",
        )
    if any(stack.shape[1] != times.size for stack in layers):
        raise InputError(
            None,
            f"got {times.size} times for snapshots of shape {layers[0].shape}",
            "pass increasing times, one for each snapshot",
        )
    seeds = [stack.shape[0] for stack in layers]
    if len(set(seeds)) > 1:
        raise InputError(
            "layers", f"have {seeds} seeds, but all layers of a network have the same", "pass all of each seed"
        )
