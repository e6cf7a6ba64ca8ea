r"""What a deficit does in the end, from the residual that was spent while it lasted: the law of the residual dose."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.optimize import brentq

from .._core.arrays import ArrayLike
from .._core.checks import InputError, one_of, positive, whole
from .experience import Segment
from .pathways import DEFICITS, two_pathways

FARTHEST = 1e3  # logit of a share: beyond it one pathway has all


def residual_dose(weight: ArrayLike, depth: int) -> np.ndarray:
    r"""How far a pathway has come, on the clock of the residual: :math:`F` with :math:`dF = dp/p^{D-1}`.

    It is the weight itself at depth 1, its logarithm at 2, and beyond

    .. math:: F = -\frac{p^{2-D}}{D - 2}

    Derived for this package; no printed source is known.

    Checked by: tests/plasticity/test_dose.py::test_the_difference_of_both_is_the_dose

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

    Checked by: tests/plasticity/test_dose.py::test_the_end_is_that_of_the_course

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
    if layers == 1:
        return (goal + apart) / 2, (goal - apart) / 2
    low, high = -1.0, 1.0
    off = partial(_off, apart=apart, goal=goal, depth=layers)
    while off(low) > 0 and low > -FARTHEST:
        low *= 2
    while off(high) < 0 and high < FARTHEST:
        high *= 2
    if off(low) > 0 or off(high) < 0:  # beyond what numbers hold: one of them has all
        return (0.0, goal) if off(low) > 0 else (goal, 0.0)
    logit = brentq(off, low, high, xtol=1e-14, rtol=1e-14)
    return goal / (1 + float(np.exp(-logit))), goal / (1 + float(np.exp(logit)))


def _off(logit: float, *, apart: float, goal: float, depth: int) -> float:
    """How much farther apart both would be if the first had a share of such a logit, than they are."""
    first, second = ((goal / (1 + np.exp(sign * logit))) ** (1 / depth) for sign in (-1, 1))
    return float(residual_dose(first, depth) - residual_dose(second, depth)) - apart


def flip_dose(initial_weights: tuple[float, float], *, depth: int) -> float:
    """Dose of residual after which both pathways end alike: what the second needs to make up for its start.

    Derived for this package; no printed source is known.

    Checked by: tests/plasticity/test_dose.py::test_the_flip_dose_makes_both_alike

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
    target: ArrayLike = 1.0,
    deficit: str = "freeze",
    weight_decay: float = 0.0,
    recovery: float | None = None,
) -> np.ndarray:
    """Share of the second pathway in the end, after it was closed for some time from each onset on.

    Checked by: tests/plasticity/test_dose.py::test_windows_close_more_sharply_the_deeper_the_pathways

    Parameters
    ----------
    onsets : array, shape (onsets,)
        When the second pathway is closed, 0 or more [tau].
    length : float
        For how long.
    depth, initial_weight, deficit, weight_decay
        As for `two_pathways`; both pathways start alike.
    target : float, or array, shape (modes,)
        Strength of each mode of the task. Windows of weaker modes close later.
    recovery : float, optional
        Time with both open after it; by default without end, which "freeze" without decay alone has in closed form.

    Returns
    -------
    array, shape (onsets,), or (onsets, modes) for a list of modes
        Half where the deficit has no effect.

    Raises
    ------
    InputError
        Onsets before 0, a silenced pathway without a time of recovery.

    Examples
    --------
    The same deficit, early and late, for a strong mode and a weak one:

    >>> window([0.0, 4.0], length=2.0, depth=2, initial_weight=0.02, target=[1.0, 0.5]).round(2).tolist()
    [[0.02, 0.12], [0.37, 0.15]]
    """
    times = np.atleast_1d(np.asarray(onsets, dtype=float))
    if not np.all(np.isfinite(times)) or np.any(times < 0):
        raise InputError("onsets", "hold a number that is negative or not finite", "write times of 0 or more")
    kind = one_of(deficit, DEFICITS, "deficit")
    if kind == "silence" and recovery is None:
        raise InputError(
            "recovery", "is missing, but a silenced pathway goes on recovering as long as time lasts", "write a time"
        )
    if weight_decay and recovery is None:
        raise InputError("recovery", "is missing, but weights that decay have no end in closed form", "write a time")
    goals, start = np.atleast_1d(np.asarray(target, dtype=float)), (initial_weight, initial_weight)
    after = [] if recovery is None else [Segment(recovery)]
    shares = np.empty((times.size, goals.size))
    for row, onset in zip(shares, times, strict=True):
        before = [Segment(float(onset))] if onset > 0 else []
        course = two_pathways(
            [*before, Segment(length, (1.0, 0.0)), *after], target=target, depth=depth, initial_weights=start,
            deficit=kind, weight_decay=weight_decay,
        )  # fmt: skip
        if recovery is None:
            ends = [
                after_dose(float(dose), target=float(goal), depth=depth, initial_weights=start)
                for dose, goal in zip(course.dose[-1], goals, strict=True)
            ]
            row[:] = [second / goal for (_, second), goal in zip(ends, goals, strict=True)]
        else:
            row[:] = course.shares[-1]
    return shares if np.ndim(target) else shares[:, 0]
