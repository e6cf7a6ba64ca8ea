"""How far networks, or what was measured in animals, are from the theory: course, order, similarity, what is conserved.

Trained networks are compared with the theory that starts where each of them started (`networks.deviation_from_theory`).
A recording has no weights: modes are read off the least-squares linear map from the items to each layer, and the
strength before learning, and the unit of time if it is not known, are those with which the theory comes closest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._core.checks import InputError, expect
from .._core.counting import evenly
from ..environments.environment import Environment
from ..modes.milestones import crossing_time
from ..networks.comparison import deviation_from_theory
from ..trajectory import Trajectory
from .alignment import linear_cka
from .comparisons import compared
from .layers import activity, layer_of
from .measured_modes import MeasuredModes, measured_modes
from .recordings import Recording
from .similarities import gram

if TYPE_CHECKING:
    import pandas as pd

HALF = 0.5
LITTLE = 1e-3  # share that is said to be less than that
MOST_TIMES = 41  # at which similarities are compared
CLOSE, NEAR = 0.05, 0.2  # typical deviation of a course, as a share of the final strength
SAME, ALIKE = 0.98, 0.9  # CKA with the theory at the end
KEPT, DRIFTED = 0.02, 0.2  # change of what is conserved, as a share of the weights


@dataclass(frozen=True, eq=False)
class TheoryComparison:
    """Networks or measured activity beside the theory.

    Parameters
    ----------
    environment : Environment
        The world.
    course : Dataset, dims ([network,] time, group)
        ``measured`` and ``predicted`` strength of every mode or group of tied modes, as a share of its final strength.
    half_times : Dataset, dims ([network,] group)
        ``measured`` and ``predicted`` times at which half of it is there; of a recording, since its first time.
    similarity : DataArray, dims (layer, [network,] time)
        Linear CKA of the items' similarities with those of the theory.
    drift : DataArray or None, dims (layer, [network,] time)
        Change of what gradient flow conserves between each layer and the next, as a share of the weights; None where
        there are no weights.
    initial_strength : float
        From which the theory starts (its median over modes and networks).
    tau : float
        Unit of time of the theory in that of the record: 1 where this is known.
    notes : tuple of str
        How times and strengths were matched.
    """

    environment: Environment
    course: xr.Dataset
    half_times: xr.Dataset
    similarity: xr.DataArray
    drift: xr.DataArray | None
    initial_strength: float
    tau: float
    notes: tuple[str, ...]

    @property
    def typical(self) -> float:
        """Root mean square deviation of the course, as a share of final strengths."""
        return float(np.sqrt(np.nanmean((self.course["measured"] - self.course["predicted"]).values ** 2)))

    @property
    def order(self) -> float:
        """Kendall's tau b of measured and predicted half-times, mean of networks that have one, else NaN."""
        measured, predicted = (self.half_times[name].values for name in ("measured", "predicted"))
        pairs = zip(np.atleast_2d(measured), np.atleast_2d(predicted), strict=True)
        found = [_order(one, other) for one, other in pairs]
        return float(np.nanmean(found)) if not np.all(np.isnan(found)) else float("nan")

    @property
    def findings(self) -> tuple[str, ...]:
        """Four sentences: on the course, the order of stages, similarities, and what is conserved."""
        return (self._on_course(), self._on_order(), self._on_similarity(), self._on_conserved())

    def to_dataframe(self) -> pd.DataFrame:
        """One row per (network and) mode or group: half-times measured and predicted."""
        return self.half_times.to_dataframe().reset_index()

    def __repr__(self) -> str:
        return "<TheoryComparison\n" + "\n".join(f" {sentence}" for sentence in self.findings) + ">"

    def _on_course(self) -> str:
        off = self.typical
        if float(np.nanmax(self.course["measured"].values)) < HALF:
            return "The course: no mode comes to half of its end, so that there is hardly any to compare."
        verdict = "follows" if off < CLOSE else "roughly follows" if off < NEAR else "does not follow"
        return (
            f"The course {verdict} the theory: strengths differ by {_percent(off)} of a final strength (root mean "
            "square)."
        )

    def _on_order(self) -> str:
        measured, predicted = (self.half_times[name].values for name in ("measured", "predicted"))
        reached = np.isfinite(measured) & np.isfinite(predicted) & (predicted > 0)
        if self.half_times.sizes["group"] < 2 or np.isnan(self.order) or not reached.any():
            return "Stages: fewer than two are reached, so that they have no order."
        off = float(np.median(np.abs(measured[reached] / predicted[reached] - 1)))
        order = "are learned in the order of the theory" if self.order > 1 - 1e-9 else (
            f"are learned in an order that agrees with the theory's by {self.order:.2f} (Kendall's tau)"
        )  # fmt: skip
        return f"The stages {order}; half-times differ by {_percent(off)} (median)."

    def _on_similarity(self) -> str:
        ends = {str(layer): float(np.nanmean(self.similarity.sel(layer=layer).values[..., -1]))
                for layer in self.similarity["layer"].values}  # fmt: skip
        low = min(ends, key=lambda layer: ends[layer])
        verdict = "are those" if ends[low] > SAME else "resemble those" if ends[low] > ALIKE else "are not those"
        where = "" if len(ends) == 1 else f", least in {low}"
        return f"In the end the similarities of items {verdict} of the theory: CKA {ends[low]:.3f}{where}."

    def _on_conserved(self) -> str:
        if self.drift is None:
            return "What gradient flow conserves was not measured: it takes the weights."
        if not self.drift.size:
            return "A network of one layer conserves nothing between layers."
        most = float(np.nanmax(self.drift.values))
        verdict = "is kept" if most < KEPT else "drifts" if most < DRIFTED else "is not kept"
        return (
            f"What gradient flow conserves (the difference of adjacent layers) {verdict}: it changes by "
            f"{'up to ' * (most >= LITTLE)}{_percent(most)} of the weights."
        )


def compare_with_theory(
    record: Trajectory | Recording, *, depth: int | None = None, tau: float | None = None
) -> TheoryComparison:
    r"""Compare networks, or measured activity, with the theory of the same world.

    Implements: saxe2019 text
    Checked by: tests/representation/test_theory_comparison.py::test_linear_networks_follow_and_wide_starts_do_not

    Parameters
    ----------
    record : Trajectory or Recording
        Trained networks of any nonlinearity (`simulate`, `Trajectory.from_weights`), or a recording with its world,
        whose layers are in the order from the inputs on; one that is called "output" or "behavior" has a unit for each
        feature.
    depth : int, optional
        Number of weight matrices of a recorded network; by default one more than its hidden layers.
    tau : float, optional
        Unit of time of the theory in that of a recording (one over the learning rate, in steps); by default the one
        with which half-times agree best.

    Returns
    -------
    TheoryComparison
        Its ``findings`` are four sentences.

    Raises
    ------
    InputError
        A recording without a world, fewer than two times, layers that do not fit the depth; networks without weights.

    See Also
    --------
    ontogeny.networks.deviation_from_theory : courses of trained networks, mode by mode.

    Notes
    -----
    The theory is that of linear networks whose layers are balanced and whose modes start small. Hidden layers are known
    up to a rotation of their units, so that only the lengths of modes and the similarities of items are compared in
    them. The share of the final strength that a mode has in hidden layer l of D is raised to D/l, as in the theory.

    Examples
    --------
    >>> import ontogeny as on
    >>> found = compare_with_theory(on.simulate(on.datasets.load("rumelhart"), until=8.0, seed=0))
    >>> print(found.findings[1])
    The stages are learned in the order of the theory; half-times differ by less than 0.1% (median).
    """
    if isinstance(record, Recording):
        return _of_recording(record, measured_modes(record, depth, tau))
    expect(record, Trajectory, "record", "pass what `simulate` returns, or a Recording")
    if not record.is_simulation and not record.snapshots:
        raise InputError("record", "is a theory in closed form itself", "pass what `simulate` returns, or a Recording")
    if depth is not None or tau is not None:
        raise InputError("depth", "and tau are of recordings, but a trajectory knows its own", "leave them out")
    return _of_networks(record)


def _of_networks(record: Trajectory) -> TheoryComparison:
    if record.depth > 2:  # random layers are no chain: what they do together is no strength to start from
        return _of_deep_networks(record)
    found = deviation_from_theory(record)
    modes = record.environment.spectrum()
    sizes = np.bincount(np.searchsorted(np.unique(modes.groups), modes.groups))
    along = "seed" if record.is_simulation else "network"
    names = record.dataset["seed"].values if record.is_simulation else np.zeros(1, dtype=int)
    shares = {"measured": found.measured / found.final, "predicted": found.predicted / found.final}
    halves = dict(zip(("measured", "predicted"), found.half_times, strict=True))
    looks = evenly(record.snapshot_time.size, MOST_TIMES)
    clock = record.snapshot_time[looks]
    per_mode = np.repeat(found.predicted / sizes, sizes, axis=-1)  # tied modes are learned alike
    predicted = per_mode[:, np.searchsorted(found.times, clock).clip(max=found.times.size - 1)]
    layers = [*range(1, record.depth), "output"]
    similarity = {
        layer_of(record, layer).name: _agreement(record, layer, clock, predicted, number / record.depth)
        for number, layer in enumerate(layers, 1)
    }
    said = f"Each network is compared with the {found.law} that starts from its own weights."
    start = float(np.median(np.abs(found.initial_strength)))
    return TheoryComparison(
        record.environment,
        *_courses(along, names, found.times, np.arange(1, found.final.size + 1), shares, halves),
        _over_layers(similarity, along, names, clock, "CKA"),
        _over_layers(_drift(record, looks), along, names, clock, "drift"),
        start, 1.0, (said,),
    )  # fmt: skip


def _of_deep_networks(record: Trajectory) -> TheoryComparison:
    """Networks of three layers or more, by what each layer evokes; the strength before learning is fitted."""
    layers: list[int | str] = [*range(1, record.depth), "output"]
    looks = evenly(record.snapshot_time.size, MOST_TIMES)
    seen = {
        str(layer if layer == "output" else f"hidden layer {layer}"): activity(record, layer, looks=looks)
        for layer in layers
    }
    seeds = tuple(record.dataset["seed"].values.tolist()) if record.is_simulation else None
    recording = Recording(record.environment, record.snapshot_time[looks], seen, seeds=seeds)
    found = _of_recording(recording, measured_modes(recording, record.depth, 1.0))
    drift = _over_layers(_drift(record, looks), recording.along or "network", seeds or (0,), recording.times, "drift")
    said = "Random layers do not share their modes before learning, so that the strength to start from was fitted."
    return replace(found, drift=drift, notes=(said, *found.notes))


def _courses(
    along: str,
    names: Any,
    times: np.ndarray,
    groups: np.ndarray,
    shares: dict[str, np.ndarray],
    halves: dict[str, np.ndarray],
) -> tuple[xr.Dataset, xr.Dataset]:
    """Measured and predicted courses (network, time, group) and half-times (network, group), with names."""
    labels = {along: list(names), "group": groups}
    return (
        xr.Dataset({name: ((along, "time", "group"), one) for name, one in shares.items()}, {**labels, "time": times}),
        xr.Dataset({name: ((along, "group"), one) for name, one in halves.items()}, labels),
    )


def _over_layers(values: dict[str, np.ndarray], along: str, names: Any, times: np.ndarray, name: str) -> xr.DataArray:
    """Values of every layer, (network, time) each, with names."""
    coords = {"layer": list(values), along: list(names), "time": times}
    table = np.stack(list(values.values())) if values else np.zeros((0, len(list(names)), len(times)))
    return xr.DataArray(table, dims=("layer", along, "time"), coords=coords, name=name)


def _agreement(
    record: Trajectory, layer: int | str, clock: np.ndarray, predicted: np.ndarray, share: float
) -> np.ndarray:
    """CKA of measured similarities with those of modes of such strengths, (network, time)."""
    measured = gram(record, layer, times=clock).values
    measured = measured if measured.ndim == 4 else measured[None]
    loadings = record.environment.along(record.environment.spectrum().input_modes)
    return _cka(measured, loadings, np.maximum(predicted, 0.0) ** share)


def _cka(measured: np.ndarray, loadings: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """CKA over time with the similarities of items that load on modes of such strengths, (network, time)."""
    theory = np.einsum("ia,nta,ja->ntij", loadings, strength**2, loadings, optimize=True)
    return np.asarray(linear_cka(measured, theory).values)


def _drift(record: Trajectory, looks: np.ndarray) -> dict[str, np.ndarray]:
    """Change of the difference of adjacent layers, as a share of the weights, (network, time) each."""
    found = {}
    for number, (below, above) in enumerate(zip(record.snapshots, record.snapshots[1:], strict=False), start=1):
        below, above = below[:, looks], above[:, looks]
        onward = np.swapaxes(above, -1, -2) @ above
        difference = onward - below @ np.swapaxes(below, -1, -2)
        size = np.linalg.norm(onward, axis=(-2, -1)).max(axis=1, keepdims=True)
        found[f"{number} and {number + 1}"] = np.linalg.norm(difference - difference[:, :1], axis=(-2, -1)) / size
    return found


def _of_recording(record: Recording, found: MeasuredModes) -> TheoryComparison:
    assert record.environment is not None  # measured_modes has refused others
    along, names = record.along or "network", record.subjects or record.seeds or (0,)
    shares = {"measured": found.share, "predicted": found.theory}
    half = np.full(found.groups.size, 0.5)
    clock = record.times - record.times[0]
    halves = {name: crossing_time(clock, values, half) for name, values in shares.items()}
    loadings = record.environment.along(record.environment.spectrum().input_modes)
    looks = evenly(record.times.size, MOST_TIMES)
    similarity = {}
    for layer, power in found.layers.items():
        values = gram(record, layer, times=record.times[looks]).values
        theory = found.per_mode[:, looks] ** power
        similarity[layer] = _cka(values if values.ndim == 4 else values[None], loadings, theory)
    return TheoryComparison(
        record.environment,
        *_courses(along, names, record.times, found.groups, shares, halves),
        _over_layers(similarity, along, names, record.times[looks], "CKA"),
        None, found.initial_strength, found.tau, found.said(),
    )  # fmt: skip


def _order(measured: np.ndarray, predicted: np.ndarray) -> float:
    reached = np.isfinite(measured) & np.isfinite(predicted)
    if reached.sum() < 2:
        return float("nan")
    return float(compared(measured[reached], predicted[reached], "tau_b"))


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= LITTLE else "less than 0.1%"
