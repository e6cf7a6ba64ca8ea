"""Strengths of the levels of a world over time, from a movie of distances, ready to be fitted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr

from .._core.arrays import ArrayLike
from .._core.checks import InputError, not_negative, one_of, quoted
from .._core.counting import counted
from ..environments.environment import Environment
from ..representation.movies import APART, FIT, RdmMovie, rdm_movie

FEWEST = 5  # times of a level: a course has three parameters, and noise needs some more


class LevelStrengths(NamedTuple):
    """Strengths over time, (time, level), what a floor of 1 adds to each level, and how they were found."""

    strength: xr.DataArray
    flat: np.ndarray
    floor: float
    metric: str
    notes: tuple[str, ...]


def level_strengths(
    rdms: ArrayLike | RdmMovie,
    environment: Environment,
    floor: float | str | None,
    metric: str | None,
    times: ArrayLike | None,
) -> LevelStrengths:
    """Strengths of the levels, and of a floor under all distances what is to be found with them.

    Strengths below 0 stay: cut off, those of levels that are not learned yet would be too large on average.

    Raises
    ------
    InputError
        No times, negative ones or too few; ranks; a floor of a movie, which has taken off its own.
    """
    if isinstance(rdms, RdmMovie):
        if floor is not None or metric is not None:
            raise InputError("floor", "and metric are of distances, and a movie has its own", "leave them out")
        movie, is_sought = rdms, rdms.metric != "crossnobis" and not np.any(rdms.floor.values)
    else:
        _refuse_ranks(rdms)
        said = str(metric or getattr(rdms, "attrs", {}).get("metric") or "")
        wanted = (0.0 if said == "crossnobis" else FIT) if floor is None else floor
        if not isinstance(wanted, str):
            wanted = not_negative(wanted, "floor", "what noise adds to squared distances")
        else:
            one_of(wanted, (FIT,), "floor")
        is_sought = isinstance(wanted, str)
        movie = rdm_movie(rdms, environment, floor=0.0 if is_sought else wanted, metric=metric, nonnegative=False)
        if is_sought and _flat(movie) is None:
            movie, is_sought = _with_floors(rdms, environment, metric), False
    if times is None and isinstance(rdms, xr.DataArray) and "time" in rdms.coords and "time" not in rdms.dims:
        times = rdms["time"].values  # along sets of distances that make no grid
    notes = list(movie.notes)
    strength, averaged = _over_time(movie.strength, times)
    if averaged:
        notes.append(f"Strengths are means over {averaged}.")
    flat = _flat(movie) if is_sought else None
    known = np.sum(~np.isnan(strength.values), axis=0)
    few = (known < FEWEST) & (known > 0)
    if few.any():
        lost = [str(name) for name in strength["level_name"].values[few]]
        notes.append(f"Known at fewer than {FEWEST} times, and left out: {quoted(lost)}.")
    if flat is None:  # taken off already, at each time its own
        floors = movie.floor.values
        base = float(np.ravel(floors)[0] if np.ptp(floors) == 0 else np.nanmean(floors))
        flat = np.zeros(strength.sizes["level"])
    else:
        base = 0.0
    return LevelStrengths(strength, flat, base, movie.metric, tuple(notes))


def _with_floors(rdms: ArrayLike, environment: Environment, metric: str | None) -> RdmMovie:
    """Strengths above a floor at each time."""
    try:
        return rdm_movie(rdms, environment, floor=FIT, metric=metric, nonnegative=False)
    except InputError as error:
        if error.argument != "floor":
            raise
        few = "is to be found, but at some time too few pairs are known to tell it from the levels"
        raise InputError("floor", few, "leave such times out, or write its size") from None


def _over_time(strength: xr.DataArray, times: ArrayLike | None) -> tuple[xr.DataArray, str]:
    """Strengths (time, level) in the order of time, means over all other dimensions, and what these are called."""
    if times is not None:
        clock = np.asarray(times, dtype=float)
        lead = [dim for dim in strength.dims if dim != "level"]
        dim = "time" if "time" in lead else lead[0] if lead else None
        if dim is None or clock.shape != (strength.sizes[dim],):
            came = f"have the shape {clock.shape}, but there are {strength.sizes[dim] if dim else 1} sets of distances"
            raise InputError("times", came, "pass one for each")
        strength = strength.rename({dim: "time"} if dim != "time" else {}).assign_coords(time=clock)
    if "time" not in strength.dims or "time" not in strength.coords:
        own = quoted(strength.dims[:-1], 4) or "of items alone"
        raise InputError("rdms", f"have the dimensions {own}, and no times", "pass times=[...]")
    others = [str(dim) for dim in strength.dims if dim not in ("time", "level")]
    sizes = " and ".join(counted(strength.sizes[dim], dim) for dim in others)
    strength = (strength.mean(others) if others else strength).transpose("time", "level").sortby("time")
    clock = strength["time"].values.astype(float)
    if not np.all(np.isfinite(clock)) or clock.min() < 0:
        raise InputError("times", "hold a number that is negative or unknown", "count from the beginning of learning")
    if len(np.unique(clock)) < FEWEST:
        few = f"are {len(np.unique(clock))}, but a course and its noise take {FEWEST}"
        raise InputError("times", few, "pass more")
    return strength, sizes


def _flat(movie: RdmMovie) -> np.ndarray | None:
    """Strengths of levels that together make all distances 1; None if they cannot."""
    size = movie.patterns.sizes["item"]
    rows, columns = np.triu_indices(size, k=1)
    design = movie.patterns.values[:, rows, columns].T
    weights = np.linalg.lstsq(design, np.ones(len(rows)), rcond=None)[0]
    off = np.linalg.norm(design @ weights - 1) / np.sqrt(len(rows))
    return weights if off < APART else None


def _refuse_ranks(rdms: ArrayLike) -> None:
    """Refuse distances that at every time are the same numbers, evenly spaced: ranks."""
    values = np.asarray(rdms, dtype=float)
    if values.ndim < 3 or values.shape[-1] != values.shape[-2] or values.shape[-1] < 4:
        return
    rows, columns = np.triu_indices(values.shape[-1], k=1)
    ordered = np.sort(values[..., rows, columns].reshape(-1, len(rows)), axis=-1)
    steps = np.diff(ordered, axis=-1)
    if np.isnan(steps).any() or not np.all(steps > 0):
        return
    if np.ptp(ordered, axis=0).max() <= 1e-9 * ordered.max() and np.ptp(steps) <= 1e-9 * ordered.max():
        raise InputError(
            "rdms", "are ranks of distances (the same evenly spaced numbers at every time), which have lost strengths",
            "pass the distances themselves",
        )  # fmt: skip
