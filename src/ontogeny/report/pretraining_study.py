"""Everything in a report on pretraining: one task from three starts, at several depths, after more or less of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from .._core.checks import InputError
from .._core.notes import Note
from .._core.progress import track
from ..environments.environment import Environment
from ..generalization.pool import Pool, pool_of
from ..plasticity.help import STARTS, PretrainingEffect, will_pretraining_help
from ..plasticity.pretraining import Pretrained, greedy_pretraining
from ..tables.targets import Samples

DEPTHS = (2, 3, 4, 6, 8, 10)  # that are compared where a law is known
FEW_DEPTHS = (2, 3, 4)  # where matrices are integrated
AMOUNTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)  # of the time of pretraining
REMAINING = (1.0, 0.5, 0.25, 0.1, 0.0)  # share of the variance that an animal is left with


@dataclass(frozen=True, eq=False)
class PretrainingStudy:
    """What pretraining does to a task.

    Parameters
    ----------
    name : str
        Of the table; empty for made inputs.
    settings : mapping
        What was asked.
    stack : Pretrained or None
        What pretraining leaves in every layer; None for inputs without structure.
    effect : PretrainingEffect
        At the depth and time that were asked for.
    by_depth, by_duration : DataArray, dims (start, depth) and (start, duration)
        Times of learning the task, and the time ``spent`` on pretraining at each depth.
    deprived : DataArray or None, dims (start, remaining)
        Time until the deprived component is learned; for made inputs only.
    notes : tuple of Note
        How the inputs came to be.
    """

    name: str
    settings: dict[str, Any]
    stack: Pretrained | None
    effect: PretrainingEffect
    by_depth: xr.DataArray
    by_duration: xr.DataArray
    deprived: xr.DataArray | None
    notes: tuple[Note, ...]

    def __repr__(self) -> str:
        return f"<PretrainingStudy: depth {self.settings['depth']}; {self.effect.meaning}>"


def made_inputs_study(
    *,
    depth: int,
    variances: Sequence[float],
    singular_values: Sequence[float],
    initial_weight: float,
    duration: float | None,
    share: float,
    deprived: int,
) -> PretrainingStudy:
    """Study pretraining on inputs with given variances, and a task along the same components.

    Parameters
    ----------
    depth, initial_weight, duration, share
        As for `will_pretraining_help`.
    variances, singular_values : list of float, (components,)
        Of the inputs, and of the task on them; no singular values are those of a task of strength 1.
    deprived : int
        Component that an animal is deprived of, counted from 1.
    """
    task = list(singular_values) or list(variances)
    if len(task) != len(variances):
        raise InputError(
            "singular_values", f"are {len(task)}, but there are {len(variances)} variances", "write one for each"
        )
    if deprived > len(variances):
        raise InputError("deprived", f"is {deprived}, but there are {len(variances)} components", "write a smaller one")
    world = Environment.from_correlations(np.diag(task), np.diag(variances))
    known: dict[str, Any] = {"initial_weight": initial_weight, "share": share}
    effect = will_pretraining_help(world, depth=depth, duration=duration, **known)
    length = effect.pretraining_time / (depth - 1) if duration is None else duration
    settings = {**known, "depth": depth, "duration": length, "deprived": deprived}
    settings |= {"variances": list(variances), "singular_values": task}
    words = f"{len(variances)} components of made inputs, with variances {_listed(variances)}."
    notes = (Note("made", words),)
    return _study("", settings, world, effect, {**known, "duration": duration}, DEPTHS, notes)


def table_pretraining_study(
    table: Samples | Environment,
    name: str,
    *,
    depth: int,
    initial_weight: float,
    duration: float | None,
    share: float,
    standardize: bool = False,
    classes: bool | None = None,
) -> PretrainingStudy:
    """Study pretraining on the inputs of a table.

    Parameters
    ----------
    table : Samples or Environment
        A table with a column to be predicted from the others, or a world of items and features.
    name : str
        Name of the table.
    depth, initial_weight, duration, share
        As for `will_pretraining_help`.
    standardize, classes
        As for `generalization.from_data`; samples only.
    """
    if isinstance(table, Environment):
        given: tuple[Any, ...] = (table,)
        notes = table.notes
    else:
        pool = _pool(table, standardize, classes)
        given, notes = (pool.features, pool.answers), (*table.notes, *pool.notes)
    known: dict[str, Any] = {"initial_weight": initial_weight, "share": share}
    effect = will_pretraining_help(*given, depth=depth, duration=duration, **known)
    length = effect.pretraining_time / (depth - 1) if duration is None else duration
    target = None if isinstance(table, Environment) else table.target
    settings = {**known, "depth": depth, "duration": length, "target": target}
    return _study(name, settings, given, effect, {**known, "duration": duration}, FEW_DEPTHS, notes)


def _pool(table: Samples, standardize: bool, classes: bool | None) -> Pool:
    """Inputs and answers as numbers; what is wrong with answers is said of the target."""
    try:
        return pool_of(table.features, table.answers, standardize=standardize, classes=classes)
    except InputError as error:
        named = {"y": "target", "X": "table"}.get(error.argument or "", error.argument)
        raise InputError(named, error.problem, error.remedy) from None


def _study(
    name: str,
    settings: dict[str, Any],
    world: Any,
    effect: PretrainingEffect,
    known: dict[str, Any],
    depths: Sequence[int],
    notes: tuple[Note, ...],
) -> PretrainingStudy:
    """The effect at other depths and after other times, and what deprivation costs."""
    given = world if isinstance(world, tuple) else (world,)
    depth, duration = settings["depth"], settings["duration"]
    if not effect.errors.size:
        empty = xr.DataArray(np.zeros((len(STARTS), 0)), dims=("start", "depth"), coords={"start": list(STARTS)})
        return PretrainingStudy(name, settings, None, effect, empty, empty, None, notes)
    asked = sorted({*depths, depth})
    at_depths = [will_pretraining_help(*given, depth=each, **known) for each in track(asked, "depths", len(asked))]
    amounts = [amount * duration for amount in AMOUNTS]
    after = [
        will_pretraining_help(*given, depth=depth, **{**known, "duration": each})
        for each in track(amounts, "durations", len(amounts))
    ]
    variances = _variances(settings, given)
    stack = greedy_pretraining(variances, duration, layers=depth - 1, initial_weight=known["initial_weight"])
    by_depth = _times(at_depths, "depth", asked)
    by_depth = by_depth.assign_coords(spent=("depth", [each.pretraining_time for each in at_depths]))
    return PretrainingStudy(
        name, settings, stack, effect, by_depth, _times(after, "duration", amounts),
        _deprivation(settings) if "deprived" in settings else None, notes,
    )  # fmt: skip


def _variances(settings: dict[str, Any], given: tuple[Any, ...]) -> np.ndarray:
    """Variances of the components of the inputs, the largest first."""
    if "variances" in settings:
        return np.array(settings["variances"])
    inputs = given[0]
    if isinstance(inputs, Environment):
        found = np.linalg.eigvalsh(np.asarray(inputs.input_correlation))
    else:
        found = np.linalg.eigvalsh(np.cov(np.asarray(inputs, dtype=float), rowvar=False, bias=True))
    return np.maximum(found[::-1], 0.0)


def _times(effects: Sequence[PretrainingEffect], dim: str, values: Sequence[float]) -> xr.DataArray:
    """Time of learning from every start, dims (start, dim)."""
    table = [[effect.learning_time(start) for effect in effects] for start in STARTS]
    return xr.DataArray(
        table, dims=("start", dim), coords={"start": list(STARTS), dim: list(values)}, name="time of learning"
    )


def _deprivation(settings: dict[str, Any]) -> xr.DataArray:
    """Time until the deprived component is learned, against what was left of it, dims (start, remaining)."""
    place = settings["deprived"] - 1
    variances, task = np.array(settings["variances"]), np.array(settings["singular_values"])
    found = []
    for left in REMAINING:
        seen = variances.copy()
        seen[place] *= left
        stack = greedy_pretraining(
            seen, settings["duration"], layers=settings["depth"] - 1, initial_weight=settings["initial_weight"]
        )
        later = replace(stack, variances=variances)  # the task is learned on all
        strength = 1 - np.sqrt(1 - settings["share"])  # with which this share of the error is removed
        times = later.supervised_time(task, readout=0.0, share=strength)
        found.append(float(times[place]))
    return xr.DataArray(
        [found], dims=("start", "remaining"),
        coords={"start": [f"component {place + 1} after deprivation"], "remaining": list(REMAINING)},
        name="time of learning",
    )  # fmt: skip


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)
