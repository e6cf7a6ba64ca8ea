"""Modes of a world in measured activity: how long each is in every layer, and the theory that comes closest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from .._core.checks import InputError, positive, whole
from .._core.counting import counted
from .._core.digits import short
from ..environments.environment import Environment
from ..modes import deep
from ..modes.milestones import crossing_time
from .layers import ANSWERS
from .recordings import Recording

SMALLEST, LARGEST = 1e-6, 0.3  # strengths before learning that are tried, as shares of the weakest mode's end
RESTING, STEADY = 0.1, 0.05  # last share of the time in which a mode that is learned changes by less than this
LITTLE = 0.1  # of a mode, below and above which a stage that takes no time lies
PENALTY = 1e6  # for a start with which modes that are learned would not be


class MeasuredModes(NamedTuple):
    """Measured strengths of modes, or groups of tied ones, and those of the theory that comes closest.

    `share` and `theory` are (network, time, group), as shares of the end; `per_mode` is the theory for each mode,
    (1, time, mode); `layers` says for each layer by which power its modes follow those of the whole network.
    """

    share: np.ndarray
    theory: np.ndarray
    per_mode: np.ndarray
    groups: np.ndarray
    layers: Mapping[str, float]
    read_from: str
    depth: int
    initial_strength: float
    tau: float
    is_fitted: bool
    unfinished: int
    sudden: int

    def said(self) -> tuple[str, ...]:
        """How times and strengths were matched, a sentence each."""
        start = f"The theory starts from a strength of {short(self.initial_strength)}, with which half-times agree best"
        clock = f", in units of {short(self.tau)}." if self.is_fitted else f"; its unit of time is {short(self.tau)}."
        found = [
            f"Strengths are lengths of the modes in the least-squares linear map to {self.read_from!r}, as shares of "
            "those at the end.",
            start + clock,
        ]
        if self.is_fitted and self.depth > 2:
            found.append(
                "With three layers or more a smaller start and a shorter unit of time look alike: neither means much "
                "by itself."
            )
        if self.unfinished:
            found.append(f"{counted(self.unfinished, 'mode')} or groups of tied ones still rose at the end: left out.")
        if self.sudden:
            found.append(
                f"{counted(self.sudden, 'stage')} passed between two neighbouring times, so that half-times are "
                "interpolated, and start and unit of time may be far off. Record more often."
            )
        return tuple(found)


def measured_modes(record: Recording, depth: int | None, tau: float | None) -> MeasuredModes:
    """Modes in a recording, and the theory of its world.

    Raises
    ------
    InputError
        A recording without a world, of one time, of more layers than the depth allows, or in which nothing is learned.
    """
    world = record.environment
    if world is None:
        raise InputError("record", "has no world, so that there is no theory of it", "pass Recording(environment, ...)")
    if record.times.size < 2:
        raise InputError("record", "has a single time, but a course takes several", "record before and after learning")
    world.expect_all_observed("the theory of single modes needs them all")
    layers = _powers(record, depth)
    number = max(round(1 / min(layers.values())), 1) if depth is None else depth
    read_from = next((name for name in layers if name in ANSWERS), list(layers)[-1])
    share = _shares(record, world, read_from, layers[read_from])
    modes = world.spectrum()
    groups = np.unique(modes.groups)
    first = np.searchsorted(modes.groups, groups)
    s, d = modes.singular_values[first], modes.input_variances[first]
    clock = record.times - record.times[0]
    typical = np.median(share, axis=0)
    at_rest = np.abs(1 - _at(clock, typical, (1 - RESTING) * clock[-1])) < STEADY
    halves = np.median(crossing_time(clock, share, np.full(groups.size, 0.5)), axis=0)
    learned = np.isfinite(halves) & (halves > 0) & at_rest
    if not learned.any():
        raise InputError("record", *_why_not(share, halves, at_rest, read_from))
    share = np.where(at_rest, share, np.nan)
    sudden = (typical[:-1] < LITTLE) & (typical[1:] > 1 - LITTLE)
    start, unit = _closest(halves[learned], s[learned], d[learned], number, tau)
    course = _course(clock / unit, modes.singular_values, modes.input_variances, start, number)
    ends = modes.singular_values / modes.input_variances
    theory = (course / ends)[None, :, first]
    return MeasuredModes(
        share, np.broadcast_to(theory, share.shape).copy(), course[None], groups + 1, layers, read_from, number, start,
        unit, tau is None, int(np.sum(~at_rest)), int(np.sum(sudden.any(axis=0) & learned)),
    )  # fmt: skip


def _at(clock: np.ndarray, courses: np.ndarray, time: float) -> np.ndarray:
    """Values of courses (time, group) at some time."""
    return np.array([np.interp(time, clock, course) for course in courses.T])


def _why_not(share: np.ndarray, halves: np.ndarray, at_rest: np.ndarray, layer: str) -> tuple[str, str]:
    """Why no mode can be followed, and what to record instead."""
    if not share[:, -1].any():
        return f"has in layer {layer!r} nothing that tells items apart in the end", "record a layer that does"
    if not at_rest.any():
        return "ends while all modes are still being learned", "record until learning has ended"
    if np.all(halves[at_rest & np.isfinite(halves)] <= 0):
        return (
            f"has in layer {layer!r} half of every mode at the first time already: it begins after learning, or with "
            "weights that are not small, of which there is no such theory",
            "record from small weights on, or read modes off the answers by a layer called 'output'",
        )
    return f"has in layer {layer!r} no mode that is learned between its times", "record from before to after learning"


def _powers(record: Recording, depth: int | None) -> dict[str, float]:
    """For each layer, how many of the weight matrices lie below it, as a share of all."""
    hidden = [name for name in record.layers if name not in ANSWERS]
    answers = [name for name in record.layers if name in ANSWERS]
    fewest = len(hidden) + 1
    layers = fewest if depth is None else whole(depth, "depth", 1, "a network has at least one weight matrix")
    if layers < fewest:
        raise InputError(
            "depth", f"is {layers}, but the recording has {counted(len(hidden), 'hidden layer')}",
            f"write {fewest} or more, or call the answers 'output'",
        )  # fmt: skip
    return {**{name: number / layers for number, name in enumerate(hidden, start=1)}, **dict.fromkeys(answers, 1.0)}


def _shares(record: Recording, world: Environment, layer: str, power: float) -> np.ndarray:
    """Strength of every group of modes in the network, as a share of the end, (network, time, group).

    What all items evoke alike (a bias) is no part of the map where inputs are not one-hot.
    """
    modes = world.spectrum()
    probes = np.atleast_2d(world.along(np.eye(modes.input_modes.shape[0])))  # (item, input)
    one_hot = probes.shape[0] == probes.shape[1] and np.allclose(probes, np.diag(np.diag(probes)))
    design = probes if one_hot else np.column_stack([probes, np.ones(len(probes))])
    onto = np.linalg.pinv(design)[: probes.shape[1]]  # (input, item)
    found = []
    for part in record.layers[layer]:
        maps = np.einsum("tui,mi->tum", part, onto)
        along = np.einsum("tum,ma->tua", maps, modes.input_modes)
        if layer in ANSWERS and part.shape[1] == len(world.features):
            lengths = np.einsum("tua,ua->ta", along, modes.output_modes)
        else:
            lengths = np.linalg.norm(along, axis=1)
        groups = np.unique(modes.groups)
        together = np.stack([np.sqrt(np.mean(lengths[:, modes.groups == group] ** 2, axis=1)) for group in groups], -1)
        end = together[-1]
        found.append(np.divide(together, end, out=np.zeros_like(together), where=end > 0) ** (1 / power))
    return np.stack(found)


def _closest(halves: np.ndarray, s: np.ndarray, d: np.ndarray, depth: int, tau: float | None) -> tuple[float, float]:
    """Strength before learning, and unit of time, with which half-times agree best, in logarithms."""
    weakest = float(np.min(s / d))

    def times(start: float) -> np.ndarray:
        if depth == 1:
            return np.asarray(np.log(2) / d)
        return np.asarray(deep.time_to_strength(s / d / 2, s, start, depth=depth, input_variance=d))

    def unit(start: float) -> float:
        return float(np.exp(np.mean(np.log(halves) - np.log(times(start))))) if tau is None else float(tau)

    def off(logarithm: float) -> float:
        predicted = unit(np.exp(logarithm)) * times(np.exp(logarithm))
        return float(np.mean((np.log(halves) - np.log(predicted)) ** 2)) if np.all(predicted > 0) else PENALTY

    if tau is not None:
        positive(tau, "tau", "it must be positive")
    if depth == 1:  # courses of one layer do not hang on a small start
        return SMALLEST * weakest, unit(SMALLEST * weakest)
    bounds = np.log([SMALLEST * weakest, LARGEST * weakest])
    best = minimize_scalar(off, bounds=tuple(bounds), method="bounded", options={"xatol": 1e-6}).x
    start = float(np.exp(best))
    return start, unit(start)


def _course(clock: np.ndarray, s: np.ndarray, d: np.ndarray, start: float, depth: int) -> np.ndarray:
    """Strength of every mode over time, (time, mode)."""
    found: np.ndarray = deep.mode_strength(clock[:, None], s, start, depth=depth, input_variance=d)
    return found
