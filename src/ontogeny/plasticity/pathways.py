r"""Two pathways that compete for one task, of which one is closed for a while: critical periods.

Two chains of equal layers (weight :math:`p` in each, strength :math:`K = p^D` together) see the same input, and their
outputs are added. The *residual*, what the task still lacks, drives both, so that what one learns the other need not:

.. math:: \tau\,\frac{dp_i}{dt} = g_i\,p_i^{D-1}\,\Omega

with :math:`g_i` 1 where a pathway is open. A deficit may **freeze** it (it contributes, and does not learn) or
**silence** it (no signal passes: it neither contributes nor learns). In terms of :math:`F(p)`, with
:math:`dF = dp/p^{D-1}`, both pathways move with one clock, so that the end is known from the *dose* of residual that
one had alone (`after_dose`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from .._core.arrays import ArrayLike
from .._core.checks import InputError, not_negative, one_of, positive, whole
from .._core.tidy import tidy

if TYPE_CHECKING:
    import pandas as pd

DEFICITS = ("freeze", "silence")
TOLERANCE = 1e-12  # relative, of the integrated course
LOOKS = 101  # times of each segment


class Segment(NamedTuple):
    """A stretch of experience.

    Attributes
    ----------
    duration : float
        How long it lasts [unit of tau].
    open : pair of float
        Whether, or how far from 0 to 1, each pathway is open.
    signal : float
        Size of what is to be learned, as a share of the target: below 1 a weak signal.
    """

    duration: float
    open: tuple[float, float] = (1.0, 1.0)
    signal: float = 1.0


@dataclass(frozen=True, eq=False)
class Pathways:
    """Two pathways over time.

    Parameters
    ----------
    time : array, shape (times,)
        Of the whole experience [unit of tau]; the end of a segment and the beginning of the next are one time.
    weights : array, shape (times, 2, modes)
        Weight of each layer of both pathways, for every mode.
    dose : array, shape (times, modes)
        Residual that the first pathway has had more than the second, summed over time.
    segments : tuple of Segment
        What was experienced.
    target : array, shape (modes,)
        Strength of each mode of the task.
    depth : int
        Number of layers of each pathway.
    deficit : str
        "freeze" or "silence".
    """

    time: np.ndarray
    weights: np.ndarray
    dose: np.ndarray
    segments: tuple[Segment, ...]
    target: np.ndarray
    depth: int
    deficit: str

    @property
    def strengths(self) -> np.ndarray:
        """Strength of both pathways, the product of their layers, (times, 2, modes)."""
        return self.weights**self.depth

    @property
    def shares(self) -> np.ndarray:
        """Share of the second pathway in what both do, (times, modes); half where they are alike."""
        total = self.strengths.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(total > 0, self.strengths[:, 1] / total, np.nan)

    @property
    def boundaries(self) -> np.ndarray:
        """Times at which segments end, (segments,)."""
        return np.cumsum([segment.duration for segment in self.segments])

    def __repr__(self) -> str:
        ends = ", ".join(f"{share:.3g}" for share in self.shares[-1][:3])
        return (
            f"<Pathways: depth {self.depth}, {self.deficit}, {len(self.segments)} segments; share of the second in the "
            f"end {ends}>"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per time, pathway and mode, both counted from 1: weight, strength."""
        labels: dict[str, Any] = {"time": self.time, "pathway": (1, 2), "mode": range(1, self.target.size + 1)}
        return tidy(labels, {"weight": self.weights, "strength": self.strengths})


def two_pathways(
    segments: Sequence[Segment | Sequence[float]],
    *,
    target: ArrayLike = 1.0,
    depth: int,
    initial_weights: tuple[ArrayLike, ArrayLike],
    deficit: str = "freeze",
    weight_decay: float = 0.0,
    tau: float = 1.0,
) -> Pathways:
    r"""Two pathways through segments of experience, in some of which one of them is closed.

    The residual is :math:`\Omega = S - K_1 - K_2` under "freeze", :math:`S - g_1 K_1 - g_2 K_2` under "silence".

    Implements: kleinman2024 text, shi2022 text
    Checked by: tests/plasticity/test_pathways.py::test_whole_matrices_follow_the_scalars

    Parameters
    ----------
    segments : list of Segment
        In order; a segment may be written as ``(duration, (first, second))``.
    target : float, or array, shape (modes,)
        Strength :math:`S > 0` of each mode of the task; modes do not know each other.
    depth : int
        Number :math:`D` of layers of each pathway.
    initial_weights : pair of float or array, shape (modes,)
        Weight of each layer of both pathways at time 0, 0 or more.
    deficit : {"freeze", "silence"}
        What a closed pathway does.
    weight_decay : float
        Decay rate of every weight; of a closed pathway too.
    tau : float
        Time constant.

    Returns
    -------
    Pathways

    Raises
    ------
    InputError
        Segments that last no time, openings outside of 0 to 1, an unknown deficit, weights that are all 0.

    See Also
    --------
    after_dose : where they end, without integration.
    window : the effect of a deficit against its onset and length.

    Notes
    -----
    With many modes the share of each is its own. What both do together comes back to the target in any case; what is
    lost is the division between them. Whether it is lost for good hangs on the kind of deficit and not on depth: a
    frozen pathway finds no residual left when it is opened. A silenced one finds none either while the other does all,
    but all of it while the other is closed: with enough experience alone it recovers in full.

    Examples
    --------
    One eye closed for 20 time units, then the other for 6, then both open: frozen, the first finds nothing left to
    learn; silenced, it recovers.

    >>> reversed_ = [Segment(20.0, (1.0, 0.0)), Segment(6.0, (0.0, 1.0)), Segment(60.0)]
    >>> for deficit in ("freeze", "silence"):
    ...     found = two_pathways(reversed_, depth=2, initial_weights=(0.02, 0.02), deficit=deficit)
    ...     print(round(float(found.shares[-1, 0]), 3))
    0.0
    0.496
    """
    kind = one_of(deficit, DEFICITS, "deficit")
    stretches = tuple(_checked(segment) for segment in segments)
    if not stretches:
        raise InputError("segments", "is empty, but experience lasts", "write [Segment(10.0)]")
    layers = whole(depth, "depth", 1, "a pathway has a layer")
    goal = np.atleast_1d(np.asarray(target, dtype=float))
    if goal.ndim != 1 or not np.all(np.isfinite(goal)) or np.any(goal <= 0):
        raise InputError("target", "holds a number that is not above 0", "write the strength of each mode")
    decay = not_negative(weight_decay, "weight_decay", "a decay rate")
    constant = positive(tau, "tau", "it must be positive")
    now = _start(initial_weights, goal, layers)
    times, weights, doses = [0.0], [now], [np.zeros(goal.size)]
    for segment in stretches:
        clock = np.linspace(0, segment.duration, LOOKS)
        course, dose = _course(now, clock / constant, segment, goal, layers, kind, decay)
        times += list(times[-1] + clock[1:])
        doses += list(doses[-1] + dose[1:])
        weights += list(course[1:])
        now = course[-1]
    return Pathways(np.array(times), np.array(weights), np.array(doses), stretches, goal, layers, kind)


def _checked(segment: Segment | Sequence[float]) -> Segment:
    """A segment whose numbers can be."""
    try:
        given = segment if isinstance(segment, Segment) else Segment(*segment)  # type: ignore[arg-type]
        opened = np.asarray(given.open, dtype=float)
    except (TypeError, ValueError):
        raise InputError("segments", f"hold {segment!r}, which is no segment", "write (5.0, (1.0, 0.0))") from None
    duration = positive(given.duration, "segments", "each lasts some time")
    if opened.shape != (2,) or np.any(np.isnan(opened)) or np.any(opened < 0) or np.any(opened > 1):
        raise InputError(
            "segments", f"hold a segment that is open {given.open!r}", "write a number from 0 to 1 for each pathway"
        )
    signal = not_negative(given.signal, "segments", "a share of the target")
    return Segment(duration, (float(opened[0]), float(opened[1])), signal)


def _start(initial_weights: tuple[ArrayLike, ArrayLike], goal: np.ndarray, depth: int) -> np.ndarray:
    """Weights at time 0, (2, modes)."""
    try:
        start = np.stack([np.broadcast_to(np.asarray(each, dtype=float), goal.shape) for each in initial_weights])
    except (TypeError, ValueError):
        raise InputError(
            "initial_weights", f"do not fit {goal.size} modes", "write one number for each pathway"
        ) from None
    if start.shape[0] != 2 or not np.all(np.isfinite(start)) or np.any(start < 0):
        raise InputError("initial_weights", "are not two finite weights of 0 or more", "write (0.01, 0.01)")
    if depth > 1 and not np.any(start > 0):
        raise InputError("initial_weights", "are all 0, from which layers never learn", "write (0.01, 0.01)")
    return start


def _course(
    start: np.ndarray, clock: np.ndarray, segment: Segment, goal: np.ndarray, depth: int, deficit: str, decay: float
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (times, 2, modes) and dose (times, modes) of one segment."""
    opened = np.array(segment.open)[:, None]
    heard = opened if deficit == "silence" else np.ones((2, 1))
    size = start.size

    def velocity(_: float, state: np.ndarray) -> np.ndarray:
        p = state[:size].reshape(start.shape)
        residual = segment.signal * goal - np.sum(heard * p**depth, axis=0)
        growth = opened * p ** (depth - 1) * residual - decay * p
        return np.concatenate([growth.ravel(), (opened[0] - opened[1]) * residual])

    begun = np.concatenate([start.ravel(), np.zeros(goal.size)])
    found = solve_ivp(velocity, (0.0, clock[-1]), begun, method="LSODA", t_eval=clock, rtol=TOLERANCE, atol=1e-14)
    return found.y[:size].T.reshape(clock.size, *start.shape), found.y[size:].T


def residual_dose(weight: ArrayLike, depth: int) -> np.ndarray:
    r"""How far a pathway has come, on the clock of the residual: :math:`F` with :math:`dF = dp/p^{D-1}`.

    It is the weight itself at depth 1, its logarithm at 2, and beyond

    .. math:: F = -\frac{p^{2-D}}{D - 2}

    Derived for this package; no printed source is known.

    Checked by: tests/plasticity/test_pathways.py::test_the_difference_of_both_is_the_dose

    Parameters
    ----------
    weight : array, shape (...)
        Weight :math:`p > 0` of each layer.
    depth : int
        Number :math:`D` of layers.

    Returns
    -------
    array, shape (...)
    """
    layers = whole(depth, "depth", 1, "a pathway has a layer")
    p = np.asarray(weight, dtype=float)
    with np.errstate(divide="ignore"):
        if layers == 2:
            return np.log(p)
        return p if layers == 1 else -(p ** (2.0 - layers)) / (layers - 2)


def after_dose(
    dose: float, *, target: float = 1.0, depth: int, initial_weights: tuple[float, float]
) -> tuple[float, float]:
    r"""Strengths of both pathways in the end, after the first has had a dose of residual more than the second.

    .. math:: F(p_1) - F(p_2) = F(p_1(0)) - F(p_2(0)) + \int (g_1 - g_2)\,\Omega\,dt

    and :math:`p_1^D + p_2^D = S`. What counts is the residual spent while a pathway was closed, not an age: once it
    is spent, the period is over.

    Derived for this package; no printed source is known.

    Checked by: tests/plasticity/test_pathways.py::test_the_end_is_that_of_the_course

    Parameters
    ----------
    dose : float
        Residual that the first had alone, summed over time, as `Pathways.dose` has it.
    target : float
        Strength :math:`S > 0` of the task.
    depth : int
        Number of layers of each pathway.
    initial_weights : pair of float
        Weight of each layer of both pathways before learning, above 0.

    Returns
    -------
    tuple of two float
        Strengths :math:`K_1` and :math:`K_2`.

    Raises
    ------
    InputError
        A start or a target that is not above 0.

    Examples
    --------
    Two layers: the ratio of the strengths falls by :math:`e^{-2}` for each unit of dose.

    >>> first, second = after_dose(1.0, depth=2, initial_weights=(0.02, 0.02))
    >>> round(second / first, 4), round(float(np.exp(-2)), 4)
    (0.1353, 0.1353)
    """
    layers = whole(depth, "depth", 1, "a pathway has a layer")
    goal = positive(target, "target", "without a task nothing is learned")
    a, b = (positive(each, "initial_weights", "pathways that start at 0 stay there") for each in initial_weights)
    apart = float(residual_dose(a, layers) - residual_dose(b, layers)) + float(dose)

    def off(logit: float) -> float:
        share = 1 / (1 + np.exp(-logit))  # of the first
        rest = 1 / (1 + np.exp(logit))
        first, second = ((goal * each) ** (1 / layers) for each in (share, rest))
        return float(residual_dose(first, layers) - residual_dose(second, layers)) - apart

    low, high = -1.0, 1.0
    while off(low) > 0 and low > -1e3:
        low *= 2
    while off(high) < 0 and high < 1e3:
        high *= 2
    if off(low) > 0 or off(high) < 0:  # beyond what numbers hold: one of them has all
        return (0.0, goal) if off(low) > 0 else (goal, 0.0)
    logit = brentq(off, low, high, xtol=1e-14, rtol=1e-14)
    return goal / (1 + float(np.exp(-logit))), goal / (1 + float(np.exp(logit)))


def flip_dose(initial_weights: tuple[float, float], *, depth: int) -> float:
    """Dose of residual after which both pathways end alike: what the second needs to make up for its start.

    Derived for this package; no printed source is known.

    Checked by: tests/plasticity/test_pathways.py::test_the_flip_dose_makes_both_alike

    Parameters
    ----------
    initial_weights : pair of float
        Weights of both before learning, above 0.
    depth : int
        Number of layers of each pathway.

    Returns
    -------
    float
        Positive where the second started ahead.
    """
    a, b = (positive(each, "initial_weights", "pathways that start at 0 stay there") for each in initial_weights)
    return float(residual_dose(b, depth) - residual_dose(a, depth))


def window(
    onsets: ArrayLike,
    *,
    length: float,
    depth: int,
    initial_weight: float,
    target: float = 1.0,
    deficit: str = "freeze",
    recovery: float | None = None,
) -> np.ndarray:
    """Share of the second pathway in the end, after it was closed for some time from each onset on.

    Checked by: tests/plasticity/test_pathways.py::test_windows_close_more_sharply_the_deeper_the_pathways

    Parameters
    ----------
    onsets : array, shape (onsets,)
        When the second pathway is closed, 0 or more [tau].
    length : float
        For how long.
    depth, initial_weight, target, deficit
        As for `two_pathways`; both pathways start alike.
    recovery : float, optional
        Time with both open after it; by default without end, which "freeze" alone has in closed form.

    Returns
    -------
    array, shape (onsets,)
        Half where the deficit has no effect.
    """
    times = np.atleast_1d(np.asarray(onsets, dtype=float))
    if np.any(np.isnan(times)) or np.any(times < 0):
        raise InputError("onsets", "hold a number that is negative or unknown", "write times of 0 or more")
    kind = one_of(deficit, DEFICITS, "deficit")
    if kind == "silence" and recovery is None:
        raise InputError(
            "recovery", "is missing, but a silenced pathway goes on recovering as long as time lasts", "write a time"
        )
    shares = []
    for onset in times:
        before = [Segment(float(onset))] if onset > 0 else []
        after = [] if recovery is None else [Segment(recovery)]
        course = two_pathways(
            [*before, Segment(length, (1.0, 0.0)), *after], target=target, depth=depth,
            initial_weights=(initial_weight, initial_weight), deficit=kind,
        )  # fmt: skip
        if recovery is None:
            start = (initial_weight, initial_weight)
            first, second = after_dose(float(course.dose[-1, 0]), target=target, depth=depth, initial_weights=start)
            shares.append(second / (first + second))
        else:
            shares.append(float(course.shares[-1, 0]))
    return np.array(shares)
