"""The record that every theory and every simulation returns, so that both can be compared in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import __version__, saved
from ._core.checks import InputError, expect, finite, one_of
from ._core.counting import counted
from ._core.nonlinearities import NONLINEARITIES, forward
from ._core.weights import by_layer, devices_of
from .environments.environment import Environment
from .recording import (
    BuiltWhenAsked,
    EvolutionLike,
    Provenance,
    Variables,
    check_snapshots,
    composed,
    given_snapshots,
    increasing_times,
    measured,
    record,
)
from .validity import Validity, balance_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


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
    depth : int
        Number of weight matrices.
    nonlinearity : "linear", "tanh", "relu" or "sigmoid"
        Of the hidden units.
    steps : array of int, shape (time,), or None
        Number of gradient steps, or of episodes, at each time; None where time is continuous or steps are unknown.
    snapshots : tuple of arrays, shape (network, time, out, in) each
        Weights of a simulated or integrated network, one array per layer; empty where modes say it all.
    """

    dataset: xr.Dataset
    environment: Environment
    provenance: Provenance
    validity: Validity
    depth: int
    nonlinearity: str = "linear"
    steps: np.ndarray | None = None
    snapshots: tuple[np.ndarray, ...] = ()

    @property
    def time(self) -> np.ndarray:
        """Times [unit of tau], shape (time,)."""
        return self._known["time"].values

    @property
    def snapshot_time(self) -> np.ndarray:
        """Times at which weights and answers are known [unit of tau]; all times unless weights were too large."""
        return self._known["snapshot_time"].values if "snapshot_time" in self._known else self.time

    @property
    def is_simulation(self) -> bool:
        """Whether real networks were trained (then there is a dimension ``seed``)."""
        return self.provenance.kind == "simulation"

    def networks(self, variable: str) -> np.ndarray:
        """A variable of the dataset as an array with the networks along its first axis; a theory is one network.

        It needs no dataset, which is built when `dataset` is asked for.

        >>> import ontogeny as on
        >>> theory = on.predict(on.datasets.load("zoo"), times=[0.0, 1.0])
        >>> theory.dataset["loss"].shape, theory.networks("loss").shape
        ((2,), (1, 2))
        """
        values = np.asarray(self._known[variable].values)
        return values if self.is_simulation else values[None]

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
        """Record of a network that was trained elsewhere, to be compared with theory.

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
        clock = increasing_times(times)
        stacks = by_layer(snapshots, clock.size)
        layers = given_snapshots(environment, clock, stacks)
        strength, loss = measured(environment, layers, nonlinearity)
        settings: dict[str, Any] = {"depth": len(layers), "nonlinearity": nonlinearity}
        if devices := devices_of(stacks):
            settings["device"] = ", ".join(sorted(devices))
        return cls(
            record(environment, clock, strength, loss, seeds=range(len(strength))),
            environment,
            provenance or Provenance("simulation", "weights given", (), __version__, settings),
            validity or Validity((balance_of([w[:, 0] for w in layers]),)),
            depth=len(layers),
            nonlinearity=nonlinearity,
            snapshots=tuple(layers),
        )

    @classmethod
    def from_evolution(cls, environment: Environment, evolution: EvolutionLike) -> Trajectory:
        """Record of a network that `networks.evolve` solved, to be plotted and compared like any other.

        Parameters
        ----------
        environment : Environment
            The world whose correlations the network learned from.
        evolution : Evolution
            What `networks.evolve` returned; its method must know the weights (all but "end_to_end" do).

        Raises
        ------
        InputError
            A world with missing cells, whose dynamics do not follow from its correlations.
        """
        environment.expect_all_observed("an evolution knows only correlations, in which missing cells would count as 0")
        layers = [np.asarray(stack)[None] for stack in evolution.weights]
        check_snapshots(environment, evolution.times, layers)
        dataset = record(environment, evolution.times, *measured(environment, layers, "linear"))
        origin = Provenance("theory", evolution.method, evolution.equations, __version__, {"depth": len(layers)})
        return cls(dataset, environment, origin, evolution.validity, depth=len(layers), snapshots=tuple(layers))

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
        if "snapshot_time" in dataset:
            dataset = dataset.isel(snapshot_time=[index])
        steps = None if self.steps is None else self.steps[[row]]
        kept = tuple(weights[:, [index]] for weights in self.snapshots)
        return replace(self, dataset=dataset, steps=steps, snapshots=kept)

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
        """Linear map from inputs to features, dims ([seed,] time, feature, input).

        >>> import ontogeny as on
        >>> theory = on.predict(on.datasets.load("zoo"), until=4.0)
        >>> theory.network_map.sel(feature="backbone", input="worm").dims
        ('time',)
        """
        if self.nonlinearity != "linear":
            raise InputError(None, f"a {self.nonlinearity} network is not one linear map", "use .response instead")
        coords = {"feature": self._names("feature"), "input": self._names("input")}
        return self._labelled(reduce(composed, self._layers()), ("feature", "input"), coords)

    @property
    def response(self) -> xr.DataArray:
        """The network's answers, dims ([seed,] time, feature, item).

        >>> import ontogeny as on
        >>> theory = on.predict(on.datasets.load("zoo"), until=4.0)
        >>> float(theory.response.sel(feature="backbone", item="worm").max().round(2))
        0.29
        """
        coords = {"feature": self._names("feature"), "item": self._names("item")}
        return self._labelled(self.answers(), ("feature", "item"), coords)

    def answers(self, items: slice | Sequence[int] = slice(None), times: Any = slice(None)) -> np.ndarray:
        """The network's answers for some items, as a plain array (network, time, feature, item).

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
        strength = self._known["mode_strength"].values[times].T
        loadings = self.environment.along(modes.input_modes)[items].T
        known = strength[:, :, None] * loadings[:, None, :]  # mode, time, item: one product below
        answers = modes.output_modes @ known.reshape(len(known), -1)
        return np.ascontiguousarray(np.moveaxis(answers.reshape(-1, *known.shape[1:]), 0, 1))[None]

    def hidden(self, layer: int = 1) -> xr.DataArray:
        """Activity of the units of one hidden layer, dims ([seed,] time, unit, item)."""
        self._check_hidden(layer)
        activity = self._hidden(layer)
        coords = {"unit": np.arange(activity.shape[-2]), "item": self._names("item")}
        return self._labelled(activity, ("unit", "item"), coords)

    def hidden_gram(self, layer: int = 1) -> xr.DataArray:
        """Similarity of items in one hidden layer (inner products), dims ([seed,] time, item, item_2)."""
        self._check_hidden(layer)
        activity = self._hidden(layer)
        gram = np.swapaxes(activity, -1, -2) @ activity
        return self._labelled(gram, ("item", "item_2"), {"item": self._names("item"), "item_2": self._names("item")})

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
        answers = self._labelled(self.answers([index])[..., 0], ("feature",), {"feature": self._names("feature")})
        return answers.to_series().unstack("feature")[list(self.environment.features)].rename_axis(columns=None)

    def to_dataframe(self) -> pd.DataFrame:
        """Tidy table, one row per ([seed,] time, mode): singular_value, strength."""
        table = self.dataset[["mode_strength", "singular_value"]].to_dataframe().reset_index()
        table = table.rename(columns={"mode_strength": "strength"})
        names = [name for name in ("seed", "time", "mode", "mode_name", "singular_value", "strength") if name in table]
        order = [name for name in ("seed", "time", "mode") if name in table]
        return table[names].sort_values(order, ignore_index=True)

    def save(self, path: str | Path, *, name: str = "trajectory", append: bool = False, weights: bool = True) -> None:
        """Write the record to a netCDF file under a name.

        `xarray.open_dataset` opens the one record of a file, `xarray.open_datatree` the records of a file of several.

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
            raise InputError("name", f"is {name!r}, but a record needs a name", "write a word without '/'")
        file = saved.checked_target(path)
        time = "snapshot_time" if "snapshot_time" in self.dataset.dims else "time"
        network = "seed" if self.is_simulation else "network"
        stacks = {
            f"weights_{number}": ((network, time, f"to_{number}", f"from_{number}"), layer)
            for number, layer in enumerate(self.snapshots if weights else (), start=1)
        }
        facts = {
            "provenance": asdict(self.provenance),
            "validity": self.validity.to_json(),
            "depth": self.depth,
            "nonlinearity": self.nonlinearity,
            "steps": self.steps,
            "layers": list(stacks),
        }
        saved.write(file, name, self.dataset.assign(stacks), self.environment, facts, append=append)

    @classmethod
    def load(cls, path: str | Path, name: str | None = None) -> Trajectory:
        """Read a record back from a netCDF file; the first one there unless a name is given."""
        dataset, environment, facts = saved.read(Path(path), name)
        origin = {**facts["provenance"], "equations": tuple(facts["provenance"]["equations"])}
        return cls(
            dataset.drop_vars(facts["layers"]),
            environment,
            Provenance(**origin),
            Validity.from_json(facts["validity"]),
            depth=facts["depth"],
            nonlinearity=facts["nonlinearity"],
            steps=None if facts["steps"] is None else np.array(facts["steps"]),
            snapshots=tuple(dataset[layer].values for layer in facts["layers"]),
        )

    def __repr__(self) -> str:
        half = self.networks("half_time")
        learned = int(np.sum(np.median(half, axis=0) <= self.time[-1]))
        seeds = f", {counted(self.dataset.sizes['seed'], 'seed')}" if self.is_simulation else ""
        lines = [
            f"<Trajectory: {self.provenance.kind} ({self.provenance.method}), depth {self.depth}{seeds}",
            f" {self.environment!r}",
            f" {learned} of {half.shape[1]} modes half learned by t = {self.time[-1]:.3g} tau",
            *([f" rests on {', '.join(self.provenance.equations)}"] if self.provenance.equations else []),
            f" assumptions {'all hold' if self.validity.holds else 'do not all hold'}:",
            *(f"  {line}" for line in repr(self.validity).splitlines()),
        ]
        return "\n".join(lines) + ">"

    @property
    def _known(self) -> xr.Dataset | Variables:
        """The dataset, or the variables of which it will be built."""
        known: xr.Dataset | Variables = vars(self)["dataset"]
        return known

    def _layers(self) -> list[np.ndarray]:
        """Weights of every layer, (network, time, out, in); built from the modes where none were stored."""
        if self.snapshots:
            return list(self.snapshots)
        if "start_strength" in self._known:
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
        strengths = np.moveaxis(self.networks("layer_strength"), 2, 0)  # layer, network, time, mode
        if self.depth == 1:
            return [(modes.output_modes * strengths[0][..., None, :]) @ modes.input_modes.T]
        middle = [layer[..., None] * np.eye(layer.shape[-1]) for layer in strengths[1:-1]]
        return [
            strengths[0][..., None] * modes.input_modes.T,
            *middle,
            modes.output_modes * strengths[-1][..., None, :],
        ]

    def _hidden(self, layer: int) -> np.ndarray:
        """Activity of one hidden layer for every item, (network, time, unit, item)."""
        return forward(np, self._layers(), self.environment.shown, self.nonlinearity, upto=layer)[-1]

    def _check_hidden(self, layer: int) -> None:
        if not 1 <= layer < self.depth:
            raise InputError(
                "layer",
                f"is {layer!r}, but a network of depth {self.depth} has {self.depth - 1} hidden layers",
                f"{f'write 1 to {self.depth - 1}' if self.depth > 1 else 'use depth 2 or more'}",
            )

    def _names(self, dim: str) -> Sequence[str] | np.ndarray:
        """Labels of a dimension: names where there are some, else positions."""
        world = self.environment
        if dim == "input":
            return np.arange(world.variation.inputs) if world.input_names is None else list(world.input_names)
        return list(world.features if dim == "feature" else world.items)

    def _labelled(self, values: np.ndarray, dims: tuple[str, ...], coords: dict[str, Any]) -> xr.DataArray:
        """Values (network, time, ...) with names; a theory has no dimension for its one network."""
        import xarray as xr

        coords = {"time": self.snapshot_time, **coords}
        if not self.is_simulation:
            return xr.DataArray(values[0], dims=("time", *dims), coords=coords)
        return xr.DataArray(
            values, dims=("seed", "time", *dims), coords={"seed": self.dataset["seed"].values, **coords}
        )


Trajectory.dataset = BuiltWhenAsked()  # type: ignore[assignment]  # here, as a dataclass would take it for a default
