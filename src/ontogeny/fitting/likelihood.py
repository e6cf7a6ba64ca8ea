"""The learning curve that makes answers most likely, with intervals, and whether anything was learned at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from scipy.special import expit

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite
from .._core.digits import short
from .curves import learning_curve, rate, time_to_share
from .observed import RightAnswers, Scores, right_answers, scores
from .search import Problem, edge, end_interval, interval, one_thread
from .shapes import LONGEST, network, network_by_rate

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
FIT: Final = "fit"
End = float | Literal["fit"]


@dataclass(frozen=True, eq=False)
class LearningCurveFit:
    """A learning curve that was fitted to right answers or to scores.

    Parameters
    ----------
    half_time : float
        When half is learned [unit of the times]; NaN where there is no sign of learning.
    initial_fraction : float
        Share of what is learned that was there at time 0.
    depth : float
        Of the curve.
    floor, ceiling : float
        Without knowledge and with all of it: of right answers chance, and one less the lapse.
    intervals : dict of str to pair of float
        By profile likelihood, of ``half_time``, ``rate``, and ``floor`` and ``ceiling`` if they were fitted. Without a
        sign of learning, of the half-time from the shortest one that is not ruled out to infinity, from 0 where answers
        do not begin near the floor.
    log_likelihood : pair of float
        Of this curve, and of answers that are equally often right (or scores that are the same) at all times.
    scale : str
        "right answers" or "score".
    """

    half_time: float
    initial_fraction: float
    depth: float
    floor: float
    ceiling: float
    intervals: Mapping[str, tuple[float, float]]
    log_likelihood: tuple[float, float]
    scale: str

    @property
    def interval(self) -> tuple[float, float]:
        """Of the half-time."""
        return self.intervals["half_time"]

    @property
    def rate_interval(self) -> tuple[float, float]:
        """Of the rate."""
        return self.intervals["rate"]

    @property
    def chance(self) -> float:
        """Right answers without knowledge: the floor."""
        return self.floor

    @property
    def lapse(self) -> float:
        """Wrong answers with all knowledge: what the ceiling lacks."""
        return 1 - self.ceiling

    @property
    def is_learning(self) -> bool:
        """Whether there is a sign of learning."""
        return bool(np.isfinite(self.half_time))

    @property
    def likelihood_ratio(self) -> float:
        """Twice the gain in logarithmic likelihood over answers that are equally often right at all times."""
        return max(2 * (self.log_likelihood[0] - self.log_likelihood[1]), 0.0)

    @property
    def rate(self) -> float:
        """Rate of the curve, one over the unit of the times: at depth 2 twice the singular value over tau."""
        return rate(self.half_time, self.initial_fraction, self.depth) if self.is_learning else float("nan")

    @property
    def width(self) -> float:
        """Time from 10 to 90% of what is learned; from time 0 on where more than 10% are there before learning."""
        if not self.is_learning:
            return float("nan")
        known = (self.half_time, self.initial_fraction, self.depth)
        return time_to_share(0.9, *known) - max(time_to_share(0.1, *known), 0.0)

    def predicted(self, time: ArrayLike) -> np.ndarray:
        """Share of right answers, or score, at some times.

        Parameters
        ----------
        time : array, shape (...)
            In the unit of the fit.

        Returns
        -------
        array, shape (...)

        Raises
        ------
        InputError
            There is no sign of learning, and so no curve.
        """
        if not self.is_learning:
            raise InputError(None, "there is no sign of learning, and so no curve")
        q = learning_curve(time, half_time=self.half_time, initial_fraction=self.initial_fraction, depth=self.depth)
        return self.floor + (self.ceiling - self.floor) * q

    def __repr__(self) -> str:
        assumed = f"depth {self.depth:g}, {self.ends}"
        low, high = (short(end) for end in self.interval)
        if not self.is_learning:
            ruled_out = f"; a half-time below {low} is ruled out" if self.interval[0] > 0 else ""
            ratio = f"likelihood ratio {short(self.likelihood_ratio)}"
            return f"<LearningCurveFit: no sign of learning ({ratio}){ruled_out}; {assumed}>"
        between = f" [{low}, {high}]" if np.isfinite(self.interval[0]) else ""
        return (
            f"<LearningCurveFit: half-time {short(self.half_time)}{between}, width {short(self.width)}; "
            f"{assumed}; likelihood ratio {short(self.likelihood_ratio)}>"
        )

    @property
    def ends(self) -> str:
        """Floor and ceiling in words, with intervals where they were fitted."""
        found = []
        for name, value in (("floor", self.floor), ("ceiling", self.ceiling)):
            called, shown = {"floor": ("chance", value), "ceiling": ("lapse", 1 - value)}[name] if (
                self.scale == "right answers"
            ) else (name, value)  # fmt: skip
            low, high = self.intervals.get(name, (value, value))
            ends = (1 - high, 1 - low) if called == "lapse" else (low, high)
            between = ", [{}, {}]".format(*map(short, ends)) if np.isfinite(low) else ""
            fitted = f" (fitted{between})" if name in self.intervals else ""
            found.append(f"{called} {short(shown)}{fitted}" if np.isfinite(value) else f"{called} fitted")
        return ", ".join(found)

    def to_dataframe(self) -> pd.DataFrame:
        """One row: half-time with interval, width, rate, start, what was assumed or fitted, likelihoods."""
        import pandas as pd

        row: dict[str, Any] = {
            "half_time": self.half_time,
            "half_time_low": self.interval[0],
            "half_time_high": self.interval[1],
            "width": self.width,
            "rate": self.rate,
            "rate_low": self.rate_interval[0],
            "rate_high": self.rate_interval[1],
            "initial_fraction": self.initial_fraction,
            "depth": self.depth,
        }
        if self.scale == "right answers":
            row |= {"chance": self.chance, "chance_is_fitted": "floor" in self.intervals}
            row |= {"lapse": self.lapse, "lapse_is_fitted": "ceiling" in self.intervals}
        else:
            row |= {"floor": self.floor, "floor_is_fitted": "floor" in self.intervals}
            row |= {"ceiling": self.ceiling, "ceiling_is_fitted": "ceiling" in self.intervals}
        row |= {"log_likelihood": self.log_likelihood[0], "likelihood_ratio": self.likelihood_ratio}
        return pd.DataFrame([row])


def fit_learning_curve(
    time: ArrayLike,
    correct: ArrayLike,
    trials: ArrayLike,
    *,
    depth: float = 2,
    chance: End = 0.5,
    lapse: End = 0.02,
    level: float | None = LEVEL,
) -> LearningCurveFit:
    r"""Fit a learning curve to numbers of right answers by maximum likelihood.

    Answers at time t are right with probability :math:`p = c + (1 - c - \ell)\,q(t)`, independently.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_likelihood.py::test_the_fit_is_the_most_likely_curve

    Parameters
    ----------
    time : array, shape (blocks,)
        When the answers were given: 0 is the beginning of learning. Say for yourself whether blocks are known by their
        start, middle or end: it moves the half-time by a whole unit.
    correct, trials : array, shape (blocks,)
        How many answers were right, of how many.
    depth : float
        Depth of the curve; one learner hardly tells it (`effective_depth`).
    chance : float or "fit"
        Share of right answers without knowledge, such as one over the number of choices.
    lapse : float or "fit"
        Share of wrong answers with full knowledge. A wrong lapse may change the rate twofold.
    level : float, optional
        Of the intervals; None for none of them, which take most of the time.

    Returns
    -------
    LearningCurveFit

    Raises
    ------
    InputError
        Lists of different length, more right answers than trials, chance or lapse that leave no room, fewer than three
        times, or more numbers to fit than times.

    See Also
    --------
    fit_score_curve : for scores such as d'.
    fit_hierarchical : many learners together, by Bayes.
    compare_curves : whether other curves do better.

    Notes
    -----
    The interval is that of the profile likelihood: half-times at which the most likely curve is less likely by no more
    than half the quantile of chi squared. If the curve is no more likely than equally frequent right answers at all
    times, there is no sign of learning, and no half-time is made up; the interval then begins at the shortest half-time
    that is not ruled out.

    With one layer, a fitted chance and what is known before learning are one number; the latter is then nothing.

    Examples
    --------
    Ten blocks of 40 trials with two choices:

    >>> right = [19, 22, 20, 21, 25, 31, 37, 38, 39, 38]
    >>> found = fit_learning_curve(range(10), right, [40] * 10)
    >>> found
    <LearningCurveFit: half-time 4.75 [4.16, 5.3], width 3.18; depth 2, chance 0.5, lapse 0.02; likelihood ratio 89.4>
    """
    seen = right_answers(time, correct, trials)
    layers, floor, ceiling = assumed(depth, chance, lapse)
    with one_thread():
        return _fitted(seen, layers, floor, ceiling, level, "right answers")


def fit_score_curve(
    time: ArrayLike,
    score: ArrayLike,
    *,
    error: ArrayLike | None = None,
    depth: float = 2,
    floor: End = FIT,
    ceiling: End = FIT,
    level: float | None = LEVEL,
) -> LearningCurveFit:
    r"""Fit a learning curve to scores, such as d', by least squares.

    Scores at time t are :math:`f + (c - f)\,q(t)` with normal errors.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_scores.py::test_least_squares_as_scipy_finds_them

    Parameters
    ----------
    time, score : array, shape (blocks,)
        When, and how good; 0 is the beginning of learning. Scores may also fall, as errors and reaction times do.
    error : array, shape (blocks,), or float, optional
        Standard error of every score, as `d_prime` gives it; without it errors are equally large, and found.
    depth : float
        Depth of the curve.
    floor, ceiling : float or "fit"
        Score without knowledge (of d' it is 0) and with all of it.
    level : float, optional
        Of the intervals; None for none of them, which take most of the time.

    Returns
    -------
    LearningCurveFit

    Raises
    ------
    InputError
        Lists of different length, scores that are unknown or never vary, errors that cannot be, too few times.

    See Also
    --------
    fit_learning_curve : for numbers of right answers.
    d_prime : sensitivity from hits and false alarms.

    Notes
    -----
    Intervals are those of the profile likelihood; where the size of errors is found from the scores, by the F
    distribution. If the ceiling is fitted and learning has not come to an end, half-time and ceiling hang on each
    other, and both intervals are wide.

    Examples
    --------
    >>> found = fit_score_curve(range(8), [0.1, 0.0, 0.3, 0.8, 1.7, 2.1, 2.2, 2.3], floor=0.0)
    >>> round(found.half_time, 1), round(found.ceiling, 1)
    (3.3, 2.3)
    """
    layers = _depth(depth)
    low, high = fixed(floor, "floor"), fixed(ceiling, "ceiling")
    seen = scores(time, score, error, 3 + (low is None) + (high is None))
    if low is not None and low == high:
        raise InputError("ceiling", f"is {ceiling!r} and floor {floor!r}, which leaves nothing to learn")
    with one_thread():
        return _fitted(seen, layers, low, high, level, "score")


def _fitted(
    seen: RightAnswers | Scores,
    depth: float,
    floor: float | None,
    ceiling: float | None,
    level: float | None,
    scale: str,
) -> LearningCurveFit:
    if level is not None and not 0 < level < 1:
        raise InputError("level", f"is {level!r}, but an interval covers a share of the cases", "write 0.95")
    knows = not (depth == 1 and floor is None)  # else both are one number
    problem = Problem(network(depth, knows), seen, floor, ceiling)
    if problem.parameters > seen.time.size:
        fitted = f"has {seen.time.size} blocks, but {problem.parameters} numbers are fitted"
        raise InputError("time", fitted, "pass more, or fix chance and lapse")
    (top, where), flat = problem.best(), problem.flat()
    allowed = seen.allowed(level or LEVEL, 1, problem.parameters)
    by_half = problem.profile(0, where)
    unknown = [name for name, end in (("floor", floor), ("ceiling", ceiling)) if end is None]
    unasked = (np.nan, np.nan)
    if top - flat < seen.allowed(level or LEVEL, problem.parameters - 1, problem.parameters):
        never = float(np.log(seen.time.max() * LONGEST))
        fits = flat - allowed - by_half(never) < 0  # else answers were right from the start
        bound = edge(partial(_lacking, flat - allowed, by_half), never, -1) if fits and level else 0.0
        open_ends = dict.fromkeys(unknown, unasked)
        intervals = {"half_time": (bound, np.inf), "rate": (0.0, np.inf), **open_ends}
        low, high = (np.nan if known is None else known for known in (floor, ceiling))
        return LearningCurveFit(np.nan, np.nan, depth, low, high, intervals, (top, flat), scale)
    half, start = float(np.exp(where[0])), float(expit(where[1]))
    if level is None:
        intervals = dict.fromkeys(("half_time", "rate", *unknown), unasked)
        return LearningCurveFit(half, start, depth, *problem.ends(where), intervals, (top, flat), scale)
    fastness = rate(half, start, depth)
    by_rate = Problem(network_by_rate(depth, knows), seen, floor, ceiling).profile(
        0, np.concatenate([[np.log(fastness)], where[1:]])
    )
    intervals = {
        "half_time": interval(partial(_lacking, top - allowed, by_half), half),
        "rate": interval(partial(_lacking, top - allowed, by_rate), fastness),
    }
    for place, name in enumerate(unknown, start=2):
        along, bounds = problem.profile(place, where), problem.bounds[place]
        intervals[name] = end_interval(partial(_lacking, top - allowed, along), float(where[place]), bounds)
    return LearningCurveFit(half, start, depth, *problem.ends(where), intervals, (top, flat), scale)


def _lacking(least: float, along: Callable[[float], float], x: float) -> float:
    return least - along(x)


def assumed(depth: float, chance: End, lapse: End) -> tuple[float, float | None, float | None]:
    """Depth, floor and ceiling that are checked; None where they are to be fitted."""
    layers = _depth(depth)
    c, lost = fixed(chance, "chance"), fixed(lapse, "lapse")
    if (c or 0) < 0 or (lost or 0) < 0 or (c or 0) + (lost or 0) >= 1:
        raise InputError(
            "chance", f"is {chance!r} and lapse {lapse!r}, which leaves nothing to learn", "write 0.5 and 0.02"
        )
    return layers, c, None if lost is None else 1 - lost


def fixed(end: End, name: str) -> float | None:
    """A floor or ceiling as a number; None where it is to be fitted."""
    return None if isinstance(end, str) and end == FIT else finite(end, name)


def _depth(depth: float) -> float:
    layers = finite(depth, "depth")
    if layers < 1:
        raise InputError("depth", f"is {depth!r}, but a network has a layer", "write 1 or more")
    return layers
