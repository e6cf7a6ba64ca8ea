"""The learning curve that makes right answers most likely, with intervals, and whether anything was learned at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import expit
from scipy.stats import chi2

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite
from .._core.digits import short
from .curves import learning_curve, rate, share_of_end, slopes, time_to_share

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
STARTS = ((0.25, -4.0), (0.5, -4.0), (0.5, -8.0), (0.75, -4.0), (1.0, -2.0))  # half-time as a share of the time, logit
LONGEST = 30.0  # half-times that are tried, as multiples of the last time
LOGITS = (-30.0, -0.05)  # of the initial fraction
NEAR = 4.0  # logits around the best one in which a profile is looked for first
STEP, STEPS = 1.15, 40  # ratio of values by which the end of an interval is looked for, and how often


@dataclass(frozen=True, eq=False)
class LearningCurveFit:
    """A learning curve that was fitted to right answers.

    Parameters
    ----------
    half_time : float
        When half is learned [unit of the times]; NaN where there is no sign of learning.
    interval : pair of float
        Of the half-time, by profile likelihood; without a sign of learning, from the shortest half-time that is not
        ruled out to infinity, from 0 where answers do not begin near chance.
    rate_interval : pair of float
        Of the rate, likewise.
    initial_fraction : float
        Share of what is learned that was there at time 0.
    depth : float
        Of the curve.
    chance, lapse : float
        Right answers without knowledge, and wrong ones with all of it.
    log_likelihood : pair of float
        Of this curve, and of answers that are equally often right at all times.
    """

    half_time: float
    interval: tuple[float, float]
    rate_interval: tuple[float, float]
    initial_fraction: float
    depth: float
    chance: float
    lapse: float
    log_likelihood: tuple[float, float]

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

    def correct(self, time: ArrayLike) -> np.ndarray:
        """Share of right answers at some times.

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
        return self.chance + (1 - self.chance - self.lapse) * q

    def __repr__(self) -> str:
        assumed = f"depth {self.depth:g}, chance {self.chance:g}, lapse {self.lapse:g}"
        low, high = (short(end) for end in self.interval)
        if not self.is_learning:
            ruled_out = f"; a half-time below {low} is ruled out" if self.interval[0] > 0 else ""
            ratio = f"likelihood ratio {short(self.likelihood_ratio)}"
            return f"<LearningCurveFit: no sign of learning ({ratio}){ruled_out}; {assumed}>"
        return (
            f"<LearningCurveFit: half-time {short(self.half_time)} [{low}, {high}], width {short(self.width)}; "
            f"{assumed}; likelihood ratio {short(self.likelihood_ratio)}>"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row: half-time with interval, width, rate, start, what was assumed, likelihoods."""
        import pandas as pd

        row = {
            "half_time": self.half_time,
            "half_time_low": self.interval[0],
            "half_time_high": self.interval[1],
            "width": self.width,
            "rate": self.rate,
            "rate_low": self.rate_interval[0],
            "rate_high": self.rate_interval[1],
            "initial_fraction": self.initial_fraction,
            "depth": self.depth,
            "chance": self.chance,
            "lapse": self.lapse,
            "log_likelihood": self.log_likelihood[0],
            "likelihood_ratio": self.likelihood_ratio,
        }
        return pd.DataFrame([row])


def fit_learning_curve(
    time: ArrayLike,
    correct: ArrayLike,
    trials: ArrayLike,
    *,
    depth: float = 2,
    chance: float = 0.5,
    lapse: float = 0.02,
    level: float = LEVEL,
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
        Depth of the curve; one learner hardly tells it.
    chance : float
        Share of right answers without knowledge, such as one over the number of choices.
    lapse : float
        Share of wrong answers with full knowledge. A wrong lapse may change the rate twofold.
    level : float
        Of the interval.

    Returns
    -------
    LearningCurveFit

    Raises
    ------
    InputError
        Lists of different length, more right answers than trials, chance or lapse that leave no room, fewer than three
        times.

    Notes
    -----
    The interval is that of the profile likelihood: half-times at which the most likely curve is less likely by no more
    than half the quantile of chi squared. If the curve is no more likely than equally frequent right answers at all
    times, there is no sign of learning, and no half-time is made up; the interval then begins at the shortest half-time
    that is not ruled out.

    Examples
    --------
    Ten blocks of 40 trials with two choices:

    >>> right = [19, 22, 20, 21, 25, 31, 37, 38, 39, 38]
    >>> found = fit_learning_curve(range(10), right, [40] * 10)
    >>> found
    <LearningCurveFit: half-time 4.75 [4.16, 5.3], width 3.18; depth 2, chance 0.5, lapse 0.02; likelihood ratio 89.4>
    """
    t, k, n = _answers(time, correct, trials)
    layers, c, lost = _assumed(depth, chance, lapse)
    if not 0 < level < 1:
        raise InputError("level", f"is {level!r}, but an interval covers a share of the cases", "write 0.95")
    negative = _negative_log_likelihood(t, k, n, layers, c, lost)
    best = min((_fitted(negative, t, start) for start in STARTS), key=lambda each: each[0])
    share = k.sum() / n.sum()
    flat = float(np.sum(_log_binomial(k, n, np.full(t.size, share))))
    top = -best[0]
    allowed = chi2.ppf(level, 1) / 2

    def by_half(x: float) -> float:
        return _profile(lambda logit: negative(np.array([x, logit])), best[1][1])

    def by_rate(x: float) -> float:
        return _profile(lambda logit: _of_rate(negative, x, logit, layers), best[1][1])

    if top - flat < allowed:
        never = np.log(t.max() * LONGEST)
        fits = flat - allowed - by_half(never) < 0  # else answers were right from the start
        bound = _edge(lambda x: flat - allowed - by_half(x), never, -1) if fits else 0.0
        return LearningCurveFit(np.nan, (bound, np.inf), (0.0, np.inf), np.nan, layers, c, lost, (top, flat))
    half, start = float(np.exp(best[1][0])), float(expit(best[1][1]))
    of_half = _interval(lambda x: top - allowed - by_half(x), half)
    of_rate = _interval(lambda x: top - allowed - by_rate(x), rate(half, start, layers))
    return LearningCurveFit(half, of_half, of_rate, start, layers, c, lost, (top, flat))


def _answers(time: ArrayLike, correct: ArrayLike, trials: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    t, k, n = (
        np.asarray(part if hasattr(part, "__len__") else list(part), dtype=float) for part in (time, correct, trials)
    )
    if t.ndim != 1 or k.shape != t.shape or n.shape != t.shape:
        raise InputError(
            "correct", f"has the shape {k.shape}, time {t.shape} and trials {n.shape}", "pass one number for each block"
        )
    if t.size < 3:
        raise InputError("time", f"has {t.size} blocks, but a curve takes three", "pass more")
    if not (np.all(np.isfinite(t)) and np.all(t >= 0)) or t.max() == 0:
        raise InputError("time", "holds a number that is negative or unknown", "count from the beginning of learning")
    if not np.all((k >= 0) & (k <= n) & (n > 0)):
        raise InputError("correct", "is more than the trials of a block, or a block has none", "leave such blocks out")
    return t, k, n


def _assumed(depth: float, chance: float, lapse: float) -> tuple[float, float, float]:
    layers, c, lost = finite(depth, "depth"), finite(chance, "chance"), finite(lapse, "lapse")
    if layers < 1:
        raise InputError("depth", f"is {depth!r}, but a network has a layer", "write 1 or more")
    if c < 0 or lost < 0 or c + lost >= 1:
        raise InputError(
            "chance", f"is {chance!r} and lapse {lapse!r}, which leaves nothing to learn", "write 0.5 and 0.02"
        )
    return layers, c, lost


def _log_binomial(k: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Logarithmic likelihood of k of n right answers, but for the number of their orders."""
    with np.errstate(divide="ignore", invalid="ignore"):
        right, wrong = k * np.log(p), (n - k) * np.log1p(-p)
    return np.where(k == 0, 0.0, right) + np.where(k == n, 0.0, wrong)


Negative = Callable[[np.ndarray], tuple[float, np.ndarray]]


def _negative_log_likelihood(
    t: np.ndarray, k: np.ndarray, n: np.ndarray, depth: float, chance: float, lapse: float
) -> Negative:
    """Function of the logarithm of the half-time and the logit of the initial fraction, with its exact gradient."""
    room = 1 - chance - lapse

    def negative(where: np.ndarray) -> tuple[float, np.ndarray]:
        half, r = float(np.exp(where[0])), float(expit(where[1]))
        q = share_of_end(t, half, r, depth)
        p = np.clip(chance + room * q, 1e-300, 1 - 1e-16)
        by_p = k / p - (n - k) / (1 - p)
        gradient = room * slopes(t, q, half, r, depth) @ by_p
        return -float(np.sum(_log_binomial(k, n, p))), -gradient

    return negative


def _fitted(negative: Negative, t: np.ndarray, start: tuple[float, float]) -> tuple[float, np.ndarray]:
    """Value and place of the minimum that is found from a start."""
    begun = [np.log(start[0] * t.max()), start[1]]
    shortest, longest = np.log(t[t > 0].min() / LONGEST), np.log(t.max() * LONGEST)
    found = minimize(
        negative, begun, jac=True, method="L-BFGS-B", bounds=[(shortest, longest), LOGITS],
        options={"ftol": 1e-15, "gtol": 1e-9},
    )  # fmt: skip
    return float(found.fun), np.asarray(found.x)


def _of_rate(negative: Negative, logarithm: float, logit: float, depth: float) -> tuple[float, np.ndarray]:
    """The likelihood at a rate and an initial fraction; only its value is used."""
    half = np.log(rate(1.0, float(expit(logit)), depth)) - logarithm
    return negative(np.array([half, logit]))


def _profile(negative: Callable[[float], tuple[float, np.ndarray]], start: float) -> float:
    """Largest logarithmic likelihood over initial fractions."""
    around = [max(LOGITS[0], start - NEAR), min(LOGITS[1], start + NEAR)]
    options = {"xatol": 1e-7}
    found = [
        minimize_scalar(lambda logit: negative(float(logit))[0], bounds=bounds, method="bounded", options=options)
        for bounds in (around, LOGITS)
    ]
    return -float(min(each.fun for each in found))


def _interval(lacking: Callable[[float], float], found: float) -> tuple[float, float]:
    return _edge(lacking, np.log(found), -1), _edge(lacking, np.log(found), 1)


def _edge(lacking: Callable[[float], float], inside: float, direction: int) -> float:
    """Value whose profile leaves what is allowed, from inside on; 0 or infinity if it never does."""
    here = inside
    for _ in range(STEPS):
        onward = here + direction * float(np.log(STEP))
        if lacking(onward) > 0:
            return float(np.exp(brentq(lacking, min(here, onward), max(here, onward), xtol=1e-10)))
        here = onward
    return 0.0 if direction < 0 else float("inf")
