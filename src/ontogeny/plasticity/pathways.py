r"""Two pathways that compete for one task, of which one is closed for a while: critical periods.

Two chains of equal layers (weight :math:`p` in each, strength :math:`K = p^D` together) see the same input, and their
outputs are added. The *residual*, what the task still lacks, drives both, so that what one learns the other need not:

.. math:: \tau\,\frac{dp_i}{dt} = g_i\,p_i^{D-1}\,\Omega

with :math:`g_i` 1 where a pathway is open. A deficit may **freeze** it (it contributes, and does not learn) or
**silence** it (no signal passes: it neither contributes nor learns). In terms of :math:`F(p)`, with
:math:`dF = dp/p^{D-1}`, both pathways move with one clock, so that the end is known from the *dose* of residual that
one had alone (`after_dose`), the courses of which are added up here.

Weights that decay at a rate :math:`\gamma` are pulled together by it in one layer, kept apart as they are in two, and
driven apart in three and more: without any deficit the pathway that is behind is lost in the end.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.integrate import solve_ivp

from .._core.arrays import ArrayLike
from .._core.checks import InputError, PlateauWarning, not_negative, one_of, positive, whole
from .._core.tidy import tidy
from .experience import Segment, checked

if TYPE_CHECKING:
    import pandas as pd

DEFICITS = ("freeze", "silence")
TOLERANCE, SMALLEST = 1e-12, 1e-14  # relative and absolute, of the integrated course of a task of strength 1
SETTLED = 1e-13  # relative rate of change below which a course has come to its end, for a task of strength 1
LOOKS = 101  # times of each segment


@dataclass(frozen=True, eq=False)
class Pathways:
    r"""Two pathways over time.

    Parameters
    ----------
    time : array, shape (times,)
        Of the whole experience [unit of tau]; the end of a segment and the beginning of the next are one time.
    weights : array, shape (times, 2, modes)
        Weight of each layer of both pathways, for every mode.
    dose : array, shape (times, modes)
        Residual that the first pathway has had more than the second, summed over time. Where weights decay, earlier
        residual counts :math:`e^{\gamma(D-2)}` times more for each tau that has passed since.
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

    Warns
    -----
    PlateauWarning
        A pathway that starts at 0 at two layers or more, which never learns; the two stand on a saddle.

    See Also
    --------
    schedule : segments from deficits with an onset and an end.
    after_dose : where they end, without integration.
    window : the effect of a deficit against its onset and length.

    Notes
    -----
    With many modes the share of each is its own. What both do together comes back to the target in any case; what is
    lost is the division between them. Whether it is lost for good hangs on the kind of deficit and not on depth: a
    frozen pathway finds no residual left when it is opened. A silenced one finds none either while the other does all,
    but all of it while the other is closed: with enough experience alone it recovers in full.

    With weight decay :math:`\gamma` the difference of both on the clock of the residual (`residual_dose`) follows
    :math:`\tau\,d\Delta/dt = (g_1 - g_2)\,\Omega + \gamma\,(D - 2)\,\Delta`, so that ``dose`` still tells it exactly:
    :math:`\Delta(t) = e^{\gamma(D-2)t/\tau}\,\Delta(0)` + dose.

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
    stretches = tuple(checked(segment) for segment in segments)
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
        course, dose = _course(now, doses[-1], clock / constant, segment, goal, layers, kind, decay)
        times += list(times[-1] + clock[1:])
        doses += list(dose[1:])
        weights += list(course[1:])
        now = course[-1]
    return Pathways(np.array(times), np.array(weights), np.array(doses), stretches, goal, layers, kind)


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
    if depth > 1 and np.any(start == 0):
        warnings.warn(
            "a pathway starts at 0 and never learns, whatever it experiences; start it a little above", PlateauWarning,
            stacklevel=3,
        )  # fmt: skip
    return start


def _course(
    start: np.ndarray,
    dose: np.ndarray,
    clock: np.ndarray,
    segment: Segment,
    goal: np.ndarray,
    depth: int,
    deficit: str,
    decay: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (times, 2, modes) and dose (times, modes) of one segment; modes are followed one by one."""
    weights = np.empty((clock.size, *start.shape))
    doses = np.empty((clock.size, goal.size))
    sizes, rates = goal ** (1 / depth), goal ** (2 - 2 / depth)  # in units of which all tasks are of strength 1
    driven = decay * (depth - 2)
    for mode, (size, rate) in enumerate(zip(sizes, rates, strict=True)):
        course, gained = _unit_course(
            start[:, mode] / size, clock * rate, segment, depth, deficit, float(decay / rate), float(driven / rate)
        )
        weights[:, :, mode] = course * size
        spent = gained * goal[mode] / rate
        with np.errstate(over="ignore", invalid="ignore"):
            grown = np.exp(driven * clock)
            before, since = grown * dose[mode], (grown if driven > 0 else 1.0) * spent
        doses[:, mode] = np.where(dose[mode] == 0, 0.0, before) + np.where(spent == 0, 0.0, since)
    return weights, doses


def _unit_course(
    start: np.ndarray, clock: np.ndarray, segment: Segment, depth: int, deficit: str, decay: float, driven: float
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (times, 2) for a task of strength 1, and the dose of the segment (times,).

    Where the dose grows by itself (`driven` above 0) it is counted as of the beginning of the segment, so that it does
    not run out of numbers.
    """
    opened = tuple(map(float, segment.open))
    heard = opened if deficit == "silence" else (1.0, 1.0)

    def velocity(t: float, state: np.ndarray) -> tuple[float, float, float]:  # numbers: arrays of two take ten times it
        first, second, gained = state.tolist()
        first, second = max(first, 0.0), max(second, 0.0)
        own, other = _power(first, depth - 1), _power(second, depth - 1)
        residual = segment.signal - (heard[0] * own * first + heard[1] * other * second)
        alone = (opened[0] - opened[1]) * residual
        dose = alone * math.exp(-driven * t) if driven > 0 else alone + driven * gained
        return opened[0] * own * residual - decay * first, opened[1] * other * residual - decay * second, dose

    def moving(t: float, state: np.ndarray) -> float:
        weights = state[:2].tolist()
        still = (abs(speed) / weight if weight > 0 else 0.0 for speed, weight in zip(velocity(t, state), weights))
        return max(still) - SETTLED

    left = abs(segment.signal - np.asarray(heard) @ start**depth)
    if decay == 0 and segment.signal > 0 and left < TOLERANCE:  # nothing is left to learn
        return np.tile(start, (clock.size, 1)), np.zeros(clock.size)
    moving.terminal = driven == 0  # type: ignore[attr-defined]
    moving.direction = -1  # type: ignore[attr-defined]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of the integrator; what it says is refused below
        found = solve_ivp(
            velocity, (0.0, clock[-1]), np.append(start, 0.0), method="LSODA", t_eval=clock, events=moving,
            rtol=TOLERANCE, atol=SMALLEST,
        )  # fmt: skip
    if not found.success:
        raise InputError(
            None, f"two pathways of weights {start[0]:.3g} and {start[1]:.3g}, for a task of 1, cannot be followed to "
            f"t = {clock[-1]:.3g} ({found.message})", "write other weights, or a shorter segment",
        )  # fmt: skip
    course = np.empty((clock.size, 3))
    course[: found.t.size] = found.y.T
    if found.t.size < clock.size:  # settled before: nothing moves any more
        course[found.t.size :] = found.y_events[0][0]
    return np.maximum(course[:, :2], 0.0), course[:, 2]


def _power(base: float, exponent: int) -> float:
    """A whole power; infinite where it is too large, which `**` of numbers refuses."""
    return math.prod(itertools.repeat(base, exponent), start=1.0)
