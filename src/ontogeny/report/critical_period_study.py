"""Everything in a report on critical periods: two pathways through deficits, windows, other depths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from .._core.checks import InputError
from .._core.counting import counted
from .._core.progress import track
from ..plasticity.dose import window
from ..plasticity.experience import Deficit, Segment, schedule
from ..plasticity.pathways import Pathways, two_pathways

WINDOW_DEPTHS = (1, 2, 3, 4)
NEVER = 1e7  # times a time constant of the task, after which it counts as not learned
RECOVERY = 20.0  # half-times after a deficit, where weights decay and the end is not known in closed form
ONSETS = np.linspace(0.0, 3.0, 13)  # of a deficit, in half-times of undisturbed learning


@dataclass(frozen=True, eq=False)
class CriticalPeriodStudy:
    """Two pathways through a deficit.

    Parameters
    ----------
    settings : mapping
        What was asked.
    course, other : Pathways
        With the kind of deficit that was asked for, and with the other kind.
    windows : DataArray, dims (depth, onset)
        Share of the second pathway in the end, against the onset of a deficit in half-times; frozen.
    half_time : float
        When half of the task is learned without a deficit, at the depth that was asked for [tau]; NaN if never.
    by_depth : DataArray, dims (deficit, depth)
        Share of the second pathway in the end of the whole experience.
    """

    settings: dict[str, Any]
    course: Pathways
    other: Pathways
    windows: xr.DataArray
    half_time: float
    by_depth: xr.DataArray

    def __repr__(self) -> str:
        return f"<CriticalPeriodStudy: {self.course!r}>"


def critical_period_study(
    *,
    depth: int,
    target: Sequence[float],
    initial_weights: Sequence[float],
    deficit: str,
    weight_decay: float,
    until: float,
    deficits: Sequence[dict[str, Any]],
    window_length: float,
) -> CriticalPeriodStudy:
    """Study two pathways through deficits.

    Parameters
    ----------
    depth, target, initial_weights, deficit, weight_decay
        As for `two_pathways`.
    until : float
        End of the experience [tau].
    deficits : list of dict
        ``onset`` and ``end`` of each, what is ``open`` meanwhile and the ``signal``, as for `Deficit`.
    window_length : float
        Of the deficit whose onset is varied, in half-times of undisturbed learning.
    """
    segments = schedule([_deficit(each) for each in deficits], until)
    options: dict[str, Any] = {"target": target, "weight_decay": weight_decay}
    first, second = (float(each) for each in initial_weights)
    kinds = (deficit, "silence" if deficit == "freeze" else "freeze")
    course, other = (
        two_pathways(segments, depth=depth, initial_weights=(first, second), deficit=kind, **options) for kind in kinds
    )
    depths = sorted({*WINDOW_DEPTHS, depth})
    goal = float(target[0])
    starts = {each: _alike(first, second, depth, each) for each in depths}
    shares = {
        kind: [
            two_pathways(segments, depth=each, initial_weights=starts[each], deficit=kind, **options).shares[-1, 0]
            for each in track(depths, "depths", len(depths))
        ]
        for kind in sorted(kinds)
    }
    halves = {each: _half_time(goal, each, starts[each], weight_decay) for each in depths}
    if np.isnan(halves[depth]) and not weight_decay:
        raise InputError(
            "initial_weights",
            f"are too large or too small to see how {counted(depth, 'layer')} learn a task of {goal:g}",
            "write weights that make a pathway do a thousandth of it",
        )
    windows = [
        _window(halves[each], window_length, each, float(np.sqrt(np.prod(starts[each]))), goal, weight_decay)
        for each in track(depths, "windows", len(depths))
    ]
    labels = {"depth": depths}
    settings = {
        "depth": depth, "target": list(target), "initial_weights": [first, second], "deficit": deficit,
        "weight_decay": weight_decay, "until": until, "deficits": list(deficits), "window_length": window_length,
    }  # fmt: skip
    return CriticalPeriodStudy(
        settings,
        course,
        other,
        xr.DataArray(windows, dims=("depth", "onset"), coords={**labels, "onset": ONSETS}, name="share of the second"),
        halves[depth],
        xr.DataArray(
            [shares[kind] for kind in sorted(kinds)], dims=("deficit", "depth"),
            coords={**labels, "deficit": sorted(kinds)}, name="share of the second",
        ),
    )  # fmt: skip


def _deficit(given: dict[str, Any]) -> Deficit:
    return Deficit(given["onset"], given["end"], given.get("open", (1.0, 0.0)), given.get("signal", 1.0))


def _alike(first: float, second: float, depth: int, other: int) -> tuple[float, float]:
    """Weights at another depth with which both pathways are as strong before learning as they are at this one."""
    return first ** (depth / other), second ** (depth / other)


def _window(half: float, length: float, depth: int, start: float, goal: float, decay: float) -> np.ndarray:
    """Share of the second pathway for every onset; NaN where nothing is learned that could be disturbed."""
    if np.isnan(half):
        return np.full(ONSETS.size, np.nan)
    recovery = RECOVERY * half if decay else None
    return window(
        ONSETS * half, length=length * half, depth=depth, initial_weight=start, target=goal, weight_decay=decay,
        recovery=recovery,
    )  # fmt: skip


def _half_time(goal: float, depth: int, starts: tuple[float, float], decay: float) -> float:
    """When both pathways together have half of a task that nothing disturbs [tau]; NaN if that is not to be seen."""
    if not 0 < sum(start**depth for start in starts) < goal / 2:
        return np.nan
    last = 4.0 / goal ** (2 - 2 / depth)
    longest = NEVER * last
    while last < longest:
        before, after = _half_passed([Segment(last)], goal, depth, starts, decay)
        if np.isfinite(after):
            closer = [*([Segment(before)] if before > 0 else []), Segment(after - before)]
            first, second = _half_passed(closer, goal, depth, starts, decay)
            return (first + second) / 2
        last *= 4
    return np.nan


def _half_passed(
    segments: list[Segment], goal: float, depth: int, starts: tuple[float, float], decay: float
) -> tuple[float, float]:
    """The last time with less than half of the task, and the first with half of it; ``inf`` if there is none."""
    course = two_pathways(segments, target=goal, depth=depth, initial_weights=starts, weight_decay=decay)
    total = course.strengths[:, :, 0].sum(axis=1)
    at = int(np.argmax(total >= goal / 2))
    return (0.0, np.inf) if total[at] < goal / 2 else (float(course.time[at - 1]), float(course.time[at]))
