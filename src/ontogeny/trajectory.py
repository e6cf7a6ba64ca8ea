"""The record that every theory and every simulation returns, so that laying one over the other is one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from . import __version__, saved
from ._core.arrays import on_host
from ._core.checks import InputError, expect, finite, one_of
from ._core.names import carries_names, in_order
from ._core.nonlinearities import NONLINEARITIES, forward
from ._core.weights import as_numbers, by_layer, devices_of
from .environments.environment import Environment
from .modes.milestones import crossing_time, rise_time
from .validity import Validity, balance_of

if TYPE_CHECKING:
    import pandas as pd
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


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What a network knows over time.

    Parameters
    ----------
    dataset : xarray.Dataset
        ``mode_strength (time, mode)``, ``layer_strength (time, layer, mode)`` for theory, ``singular_value (mode)``,
        ``final_strength (mode)``, ``loss (time)``, ``half_time (mode)``, ``rise_start (mode)`` and ``rise_time (mode)``
        (from 10 to 90% of the final strength, what lies before the start not counted); times in units of tau.
        In a world with missing cells the final strength is that at the end of the run (mean over seeds).
        A simulation has a leading dimension ``seed``.
    environment : Environment
        The world it learns from.
    provenance : Provenance
        Law or training, equations, settings.
    validity : Validity
        The assumptions, measured.
    snapshots : tuple of arrays, shape (seed, time, out, in) each
        Weights of a simulated or integrated network, one array per layer; empty where modes say it all.
    """

    dataset: xr.Dataset
    environment: Environment
    provenance: Provenance
    validity: Validity
    snapshots: tuple[np.ndarray, ...] = ()

    @property
    def depth(self) -> int:
        """Number of weight matrices."""
        return int(self.provenance.settings["depth"])

    @property
    def nonlinearity(self) -> str:
        """Of the hidden units: "linear", "tanh", "relu" or "sigmoid"."""
        return str(self.provenance.settings.get("nonlinearity", "linear"))

    @property
    def time(self) -> np.ndarray:
        """Times [unit of tau], shape (time,)."""
        return self.dataset["time"].values

    @property
    def snapshot_time(self) -> np.ndarray:
        """Times at which weights and answers are known [unit of tau]; all times unless weights were too large."""
        return self.dataset["snapshot_time"].values if "snapshot_time" in self.dataset else self.time

    @property
    def is_simulation(self) -> bool:
        """Whether real networks were trained (then there is a dimension ``seed``)."""
        return self.provenance.kind == "simulation"

    @classmethod
    def from_weights(
        cls,
        environment: Environment,
        times: Any,
        snapshots: Sequence[Any],
        *,
        nonlinearity: str = "linear",
        provenance: Provenance | None = None,
        validity: Validity | None = None,
    ) -> Trajectory:
        """Record of a network that was trained elsewhere, to be laid over the theory.

        Parameters
        ----------
        environment : Environment
            The world it was trained on.
        times : array, shape (times,)
            Times of the snapshots, increasing from 0 on [unit of tau]: learning rate times steps if the loss was half
            the squared error, added or averaged as the world's normalization says. `networks.time_of_steps` gives
            them for `torch.nn.MSELoss` and other losses, and for momentum.
        snapshots : list
            For every layer, first layer first, an array of shape (times, out, in) or (seeds, times, out, in); or for
            every time the list of the layers' matrices (out, in), such as
            ``[p.detach().clone() for p in model.parameters()]``. NumPy, JAX, or PyTorch, live parameters too;
            inputs and features that carry names are matched by name.
        nonlinearity : str
            Of the hidden layers; the last layer is linear, without biases.
        provenance : Provenance, optional
            Where the weights come from.
        validity : Validity, optional
            What is known of their start; by default how balanced it is.

        Raises
        ------
        InputError
            Weights that do not fit each other, the times or the world, or are not finite; times that do not increase.
        """
        expect(environment, Environment, "environment", "pass the world that the network learned from")
        one_of(nonlinearity, NONLINEARITIES, "nonlinearity")
        clock = _increasing(times)
        snapshots = _ends_by_name(environment, by_layer(snapshots, clock.size))
        layers = [as_numbers(stack, f"snapshots of layer {number}") for number, stack in enumerate(snapshots, start=1)]
        layers = [stack[None] if stack.ndim == 3 else stack for stack in layers]
        _check_snapshots(environment, clock, layers)
        strength, loss = measured(environment, layers, nonlinearity)
        settings: dict[str, Any] = {"depth": len(layers), "nonlinearity": nonlinearity}
        if devices := devices_of(snapshots):
            settings["device"] = ", ".join(sorted(devices))
        origin = provenance or Provenance("simulation", "weights given", (), __version__, settings)
        dataset = record(environment, clock, strength, loss)
        return cls(
            dataset, environment, origin, validity or Validity((balance_of([w[:, 0] for w in layers]),)), tuple(layers)
        )

    @classmethod
    def from_evolution(cls, environment: Environment, evolution: EvolutionLike) -> Trajectory:
        """Record of a network that `networks.evolve` solved, to be drawn and compared like any other.

        Parameters
        ----------
        environment : Environment
            The world whose correlations the network learned from.
        evolution : Evolution
            What `networks.evolve` returned; its method must know the weights (all but "end_to_end" do).

        Raises
        ------
        InputError
            A world with missing cells, whose course does not follow from its correlations.
        """
        environment.expect_all_observed("an evolution knows only correlations, in which missing cells would count as 0")
        layers = [np.asarray(stack) for stack in evolution.weights]
        _check_snapshots(environment, evolution.times, [stack[None] for stack in layers])
        strength, loss = measured(environment, layers, "linear")
        origin = Provenance("theory", evolution.method, evolution.equations, __version__, {"depth": len(layers)})
        dataset = record(environment, evolution.times, strength, loss)
        return cls(dataset, environment, origin, evolution.validity, tuple(stack[None] for stack in layers))

    def at(self, time: float) -> Trajectory:
        """The same record at the one recorded time nearest to `time` (a time at which answers are known).

        Raises
        ------
        InputError
            A time outside the record.
        """
        first, last = self.snapshot_time[[0, -1]]
        slack = (last - first) / 100  # training ends on a whole step near the asked time
        if not first - slack <= finite(time, "time") <= last + slack:
            raise InputError(
                "time", f"is {time!r}, but the record runs from {first:.4g} to {last:.4g}", "write a time inside"
            )
        index = int(np.argmin(np.abs(self.snapshot_time - time)))
        row = int(np.argmin(np.abs(self.time - self.snapshot_time[index])))
        dataset = self.dataset.isel(time=[row])
        if "snapshot_time" in self.dataset:
            dataset = dataset.isel(snapshot_time=[index])
        return replace(self, dataset=dataset, snapshots=tuple(weights[:, [index]] for weights in self.snapshots))

    def weights(self, layer: int) -> xr.DataArray:
        """Weights of one layer (1 is next to the input).

        Theory gives them in the basis in which every mode has one hidden unit; a hidden rotation is free.

        Returns
        -------
        DataArray, dims ([seed,] time, to, from)
        """
        if layer not in range(1, self.depth + 1):
            raise InputError(
                "layer", f"is {layer!r}, but there are {self.depth} weight matrices", f"write 1 to {self.depth}"
            )
        stack = self._layers()[layer - 1]
        return self._labelled(
            stack, ("to", "from"), {"to": np.arange(stack.shape[-2]), "from": np.arange(stack.shape[-1])}
        )

    @property
    def network_map(self) -> xr.DataArray:
        """Linear map from inputs to features, dims ([seed,] time, feature, input)."""
        if self.nonlinearity != "linear":
            raise InputError(None, f"a {self.nonlinearity} network is not one linear map", "use .response instead")
        stack = reduce(_then, self._layers())
        coords = {**self._feature_coords(), "input": np.arange(stack.shape[-1])}
        return self._labelled(stack, ("feature", "input"), coords)

    @property
    def response(self) -> xr.DataArray:
        """The network's answers, dims ([seed,] time, feature, item)."""
        coords = {**self._feature_coords(), **self._item_coords("item")}
        return self._labelled(self.answers(), ("feature", "item"), coords)

    def answers(self, items: slice | Sequence[int] = slice(None), times: Any = slice(None)) -> np.ndarray:
        """The network's answers for some items, as a plain array ([seed,] time, feature, item).

        Parameters
        ----------
        items : slice or list of int
            Numbers of the items, all by default.
        times : slice or array of int
            Numbers of the times (of `snapshot_time`), all by default.
        """
        modes, shown = self.environment.spectrum(), self.environment.shown
        if self.snapshots or self.is_simulation:
            layers = [layer[..., times, :, :] for layer in self._layers()]
            if isinstance(shown, float):  # each item drives its own column of weights
                layers[0] = layers[0][..., items]
            return forward(np, layers, shown if isinstance(shown, float) else shown[:, items], self.nonlinearity)[-1]
        strength = self.dataset["mode_strength"].values[times].T
        loadings = self.environment.along(modes.input_modes)[items].T
        known = strength[:, :, None] * loadings[:, None, :]  # mode, time, item: one product below
        answers = modes.output_modes @ known.reshape(len(known), -1)
        return np.ascontiguousarray(np.moveaxis(answers.reshape(-1, *known.shape[1:]), 0, 1))

    def hidden(self, layer: int = 1) -> xr.DataArray:
        """Activity of the units of one hidden layer, dims ([seed,] time, unit, item)."""
        self._check_hidden(layer)
        activity = self._hidden(layer)
        return self._labelled(
            activity, ("unit", "item"), {"unit": np.arange(activity.shape[-2]), **self._item_coords("item")}
        )

    def hidden_gram(self, layer: int = 1) -> xr.DataArray:
        """Similarity of items in one hidden layer (inner products), dims ([seed,] time, item, item_2)."""
        self._check_hidden(layer)
        activity = self._hidden(layer)
        gram = np.swapaxes(activity, -1, -2) @ activity
        return self._labelled(gram, ("item", "item_2"), {**self._item_coords("item"), **self._item_coords("item_2")})

    def features_of(self, item: str) -> pd.DataFrame:
        """Answers for one item over time: rows times (and seeds), columns features.

        >>> import ontogeny as on
        >>> theory = on.predict(on.datasets.load("zoo"), until=4.0)
        >>> answer = theory.features_of("worm")["backbone"]
        >>> float(answer.max().round(2)), float(answer.iloc[-1].round(2))
        (0.29, 0.03)
        """
        one_of(item, self.environment.items, "item")
        index = self.environment.items.index(item)
        answers = self._labelled(self.answers([index])[..., 0], ("feature",), self._feature_coords())
        table = answers.drop_vars("feature_name").to_series().unstack("feature")
        return table.set_axis(list(self.environment.features), axis="columns")

    def to_dataframe(self) -> pd.DataFrame:
        """Tidy table, one row per ([seed,] time, mode): singular_value, strength."""
        table = self.dataset[["mode_strength", "singular_value"]].to_dataframe().reset_index()
        table = table.rename(columns={"mode_strength": "strength"})
        names = [name for name in ("seed", "time", "mode", "mode_name", "singular_value", "strength") if name in table]
        order = [name for name in ("seed", "time", "mode") if name in table]
        return table[names].sort_values(order, ignore_index=True)

    def save(self, path: str | Path, *, name: str = "trajectory", append: bool = False, weights: bool = True) -> None:
        """Write the record to a netCDF file under a name.

        Parameters
        ----------
        path : path
            File to write.
        name : str
            Name of the record in the file.
        append : bool
            Keep the records that the file holds.
        weights : bool
            Store simulated weights too; without them the file is small, but answers cannot be read back.
        """
        if not name or "/" in name or not isinstance(name, str):
            raise InputError("name", f"is {name!r}, but a record is found by its name", "write a word without '/'")
        if not Path(path).absolute().parent.is_dir():
            raise InputError(
                None, f"there is no folder {str(Path(path).parent)!r} to write {Path(path).name!r} in", "make it first"
            )
        stacks = _as_variables(self) if weights else {}
        facts = {
            "provenance": asdict(self.provenance),
            "validity": self.validity.to_json(),
            "layers": list(stacks),
        }
        saved.write(Path(path), name, self.dataset.assign(stacks), self.environment, facts, append=append)

    @classmethod
    def load(cls, path: str | Path, name: str | None = None) -> Trajectory:
        """Read a record back from a netCDF file; the first one there unless a name is given."""
        dataset, environment, facts = saved.read(Path(path), name)
        origin = {**facts["provenance"], "equations": tuple(facts["provenance"]["equations"])}
        snapshots = tuple(dataset[layer].values for layer in facts["layers"])
        dataset = dataset.drop_vars(facts["layers"])
        return cls(dataset, environment, Provenance(**origin), Validity.from_json(facts["validity"]), snapshots)

    def __repr__(self) -> str:
        half = self.dataset["half_time"].values.reshape(-1, self.dataset.sizes["mode"])
        learned = int(np.sum(np.median(half, axis=0) <= self.time[-1]))
        seeds = f", {self.dataset.sizes['seed']} seeds" if self.is_simulation else ""
        lines = [
            f"<Trajectory: {self.provenance.kind} ({self.provenance.method}), depth {self.depth}{seeds}",
            f" {self.environment!r}",
            f" {learned} of {half.shape[1]} modes half learned by t = {self.time[-1]:.3g} tau",
            f" rests on {', '.join(self.provenance.equations)}",
            f" assumptions {'all hold' if self.validity.holds else 'do not all hold'}:",
            *(f"  {line}" for line in repr(self.validity).splitlines()),
        ]
        return "\n".join(lines) + ">"

    def _layers(self) -> list[np.ndarray]:
        """Weights of every layer, ([seed,] time, out, in); built from the modes where none were stored."""
        if self.snapshots:
            return [weights if self.is_simulation else weights[0] for weights in self.snapshots]
        if "start_strength" in self.dataset:
            raise InputError(
                None,
                "the weights of these networks were too large to be kept, so that the strengths of their modes and "
                "their loss are all that is known",
                "ask the theory, predict(world), or train with fewer hidden units",
            )
        if self.is_simulation:
            raise InputError(
                None,
                "this simulation was saved without its weights, so its answers are gone",
                "save it with weights=True",
            )
        modes = self.environment.spectrum()
        strengths = self.dataset["layer_strength"].values  # time, layer, mode
        middle = [strengths[:, layer, :, None] * np.eye(strengths.shape[-1]) for layer in range(1, self.depth - 1)]
        if self.depth == 1:
            return [(modes.output_modes * strengths[:, 0, None, :]) @ modes.input_modes.T]
        first = strengths[:, 0, :, None] * modes.input_modes.T
        last = modes.output_modes * strengths[:, -1, None, :]
        return [first, *middle, last]

    def _hidden(self, layer: int) -> np.ndarray:
        """Activity of one hidden layer for every item, ([seed,] time, unit, item)."""
        return forward(np, self._layers(), self.environment.shown, self.nonlinearity, upto=layer)[-1]

    def _check_hidden(self, layer: int) -> None:
        if not 1 <= layer < self.depth:
            raise InputError(
                "layer",
                f"is {layer!r}, but a network of depth {self.depth} has {self.depth - 1} hidden layers",
                f"{f'write 1 to {self.depth - 1}' if self.depth > 1 else 'use depth 2 or more'}",
            )

    def _feature_coords(self) -> dict[str, Any]:
        return _named_dimension("feature", self.environment.features)

    def _item_coords(self, dim: str) -> dict[str, Any]:
        return _named_dimension(dim, self.environment.items)

    def _labelled(self, values: np.ndarray, dims: tuple[str, ...], coords: dict[str, Any]) -> xr.DataArray:
        import xarray as xr

        lead = {"seed": self.dataset["seed"].values} if self.is_simulation else {}
        lead["time"] = self.snapshot_time
        return xr.DataArray(values, dims=(*lead, *dims), coords={**lead, **coords})


def record(
    environment: Environment, times: np.ndarray, strength: np.ndarray, loss: np.ndarray, **more: Any
) -> xr.Dataset:
    """Dataset of a trajectory from strengths ([seed,] time, mode) and losses ([seed,] time)."""
    import xarray as xr

    lead = ("seed",) if strength.ndim == 3 else ()
    modes = environment.spectrum()
    final = _final_strength(environment, strength)
    aim = np.where(final > 0, final, np.inf) if environment.has_missing else final  # inf: never learned
    variables = {
        "mode_strength": ((*lead, "time", "mode"), strength),
        "loss": ((*lead, "time"), loss),
        "singular_value": ("mode", modes.singular_values),
        "final_strength": ("mode", final),
        "half_time": ((*lead, "mode"), crossing_time(times, strength, aim / 2)),
        "rise_start": ((*lead, "mode"), crossing_time(times, strength, aim / 10)),
        "rise_time": ((*lead, "mode"), rise_time(times, strength, aim)),
    }
    coords = {
        "time": times,
        "mode": np.arange(modes.groups.size),
        "mode_name": ("mode", list(environment.mode_names())),
    }
    if lead:
        coords["seed"] = np.arange(strength.shape[0])
    return xr.Dataset({**variables, **more}, coords=coords)


def _final_strength(environment: Environment, strength: np.ndarray) -> np.ndarray:
    """Where learning leads; with missing cells only the run knows, and its end counts, the mean over seeds."""
    if not environment.has_missing:
        return environment.final_strength
    return strength.reshape(-1, *strength.shape[-2:])[:, -1].mean(axis=0)


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
        signal = reduce(_then, layers, v)
        strength = np.einsum("ma,...ma->...a", u, signal)
    else:
        samples = environment.samples
        driven = answers @ (samples.weights[:, None] * samples.along(v))
        strength = np.einsum("ma,...ma->...a", u, driven) / modes.input_variances
    return strength, environment.loss_of_map(answers) if environment.data is None else environment.data.loss(answers)


def _then(below: np.ndarray, layer: np.ndarray) -> np.ndarray:
    return layer @ below


def _ends_by_name(environment: Environment, stacks: list[Any]) -> list[Any]:
    """Weights of all layers, the inputs of the first and the features of the last in the order of the world's names."""
    own = environment.items if environment.data is None or environment.data.are_one_hot else None
    if stacks and carries_names(stacks[0]):
        stacks[0] = in_order(stacks[0], own, "the inputs of snapshots[0]", "the items of the world", axis=-1)
    if stacks and carries_names(stacks[-1]):
        name = f"the features of snapshots[{len(stacks) - 1}]"
        stacks[-1] = in_order(stacks[-1], environment.features, name, "the world", axis=-2)
    return stacks


def _increasing(times: Any) -> np.ndarray:
    clock = np.asarray(on_host(times), dtype=float)
    ordered = clock.ndim == 1 and clock.size > 0 and clock[0] >= 0 and np.all(np.diff(clock) > 0)
    if not ordered or not np.isfinite(clock[-1]):
        raise InputError("times", f"are {times!r}", "pass increasing times, one for each snapshot, from 0 on")
    return clock


def _check_snapshots(environment: Environment, times: np.ndarray, layers: Sequence[np.ndarray]) -> None:
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


def _as_variables(trajectory: Trajectory) -> dict[str, Any]:
    time = "snapshot_time" if "snapshot_time" in trajectory.dataset.dims else "time"
    seed = "seed" if trajectory.is_simulation else "network"
    return {
        f"weights_{number}": ((seed, time, f"to_{number}", f"from_{number}"), weights)
        for number, weights in enumerate(trajectory.snapshots, start=1)
    }


def _named_dimension(dim: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {dim: np.arange(len(names)), f"{dim}_name": (dim, list(names))}
