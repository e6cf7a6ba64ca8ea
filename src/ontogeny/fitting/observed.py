"""What was observed of a learner: right answers of so many, or scores such as d'; and how likely a curve makes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import xlog1py, xlogy
from scipy.stats import chi2, f

from .._core.arrays import ArrayLike
from .._core.checks import InputError
from .._core.counting import counted

LEAST = 1e-300  # probability that counts as none
BEYOND = 20.0  # ranges of the scores, beyond which neither end is looked for
PERFECT = 1e-24  # share of the variance of scores left over, below which a curve passes through all of them


@dataclass(frozen=True, eq=False)
class RightAnswers:
    """Numbers of right answers, which are binomial.

    Parameters
    ----------
    time, correct, trials : array, shape (blocks,)
        When, how many were right, of how many.
    """

    time: np.ndarray
    correct: np.ndarray
    trials: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """Share of right answers in each block."""
        return self.correct / self.trials

    @property
    def mean(self) -> float:
        """Share of right answers in all."""
        return float(self.correct.sum() / self.trials.sum())

    def pointwise(self, p: np.ndarray) -> np.ndarray:
        """Logarithmic likelihood of every block, but for the number of orders of its answers."""
        k, n = self.correct, self.trials
        return np.asarray(xlogy(k, p) + xlog1py(n - k, -p))

    def log_likelihood(self, p: np.ndarray) -> tuple[float, np.ndarray]:
        """The sum of it, with its derivatives by the probabilities."""
        p = np.clip(p, LEAST, 1 - 1e-16)
        k, n = self.correct, self.trials
        return float(self.pointwise(p).sum()), k / p - (n - k) / (1 - p)

    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Between which numbers answers begin and end: below and above their mean."""
        return (0.0, self.mean), (self.mean, 1.0)

    def allowed(self, level: float, parameters: int, of: int) -> float:
        """Loss of logarithmic likelihood that `parameters` fewer numbers may cost by chance."""
        return float(chi2.ppf(level, parameters) / 2)

    def kept(self, which: np.ndarray) -> RightAnswers:
        """Some of the blocks."""
        return RightAnswers(self.time[which], self.correct[which], self.trials[which])


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores with normal errors, of known or unknown size.

    Parameters
    ----------
    time, share : array, shape (blocks,)
        When, and the score.
    error : array, shape (blocks,), or None
        Standard error of every score; None where it is unknown and the same for all.
    """

    time: np.ndarray
    share: np.ndarray
    error: np.ndarray | None

    @property
    def mean(self) -> float:
        """Mean score, weighted by precision."""
        return float(np.average(self.share, weights=None if self.error is None else self.error**-2))

    def pointwise(self, p: np.ndarray, spread: float = np.nan) -> np.ndarray:
        """Logarithmic likelihood of every score; with `spread` as error where errors are not known."""
        rest = self.share - p
        error = spread if self.error is None else self.error
        return np.asarray(-((rest / error) ** 2) / 2 - np.log(error) - np.log(2 * np.pi) / 2)

    def log_likelihood(self, p: np.ndarray) -> tuple[float, np.ndarray]:
        """The sum of it, with its derivatives by the curve."""
        rest = self.share - p
        if self.error is not None:
            return float(self.pointwise(p).sum()), rest / self.error**2
        n = rest.size
        variance = max(float(np.mean(rest**2)), PERFECT * float(np.var(self.share)), LEAST)
        return -n / 2 * float(np.log(2 * np.pi * variance) + 1), rest / variance

    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Between which numbers scores begin and end: anywhere that scores could hint at."""
        low, high = float(self.share.min()), float(self.share.max())
        room = (low - BEYOND * (high - low), high + BEYOND * (high - low))
        return room, room

    def allowed(self, level: float, parameters: int, of: int) -> float:
        """Loss of logarithmic likelihood that `parameters` fewer numbers may cost by chance."""
        if self.error is not None:
            return float(chi2.ppf(level, parameters) / 2)
        n = self.share.size
        free = max(n - of, 1)
        return float(n / 2 * np.log1p(parameters * f.ppf(level, parameters, free) / free))

    def kept(self, which: np.ndarray) -> Scores:
        """Some of the scores."""
        return Scores(self.time[which], self.share[which], None if self.error is None else self.error[which])


def right_answers(time: ArrayLike, correct: ArrayLike, trials: ArrayLike) -> RightAnswers:
    """Numbers of right answers that are checked."""
    t, k, n = (_row(part) for part in (time, correct, trials))
    if t.ndim != 1 or k.shape != t.shape or n.shape != t.shape:
        raise InputError(
            "correct", f"has the shape {k.shape}, time {t.shape} and trials {n.shape}", "pass one number for each block"
        )
    _check_times(t, 3)
    if not np.all((k >= 0) & (k <= n) & (n > 0) & np.isfinite(n)):
        raise InputError("correct", "is more than the trials of a block, or a block has none", "leave such blocks out")
    return RightAnswers(t, k, n)


def scores(time: ArrayLike, score: ArrayLike, error: ArrayLike | None, fewest: int) -> Scores:
    """Scores that are checked."""
    t, y = _row(time), _row(score)
    wrong = None if error is None else np.broadcast_to(np.asarray(error, dtype=float), t.shape)
    if t.ndim != 1 or y.shape != t.shape:
        raise InputError("score", f"has the shape {y.shape}, time {t.shape}", "pass one number for each time")
    _check_times(t, fewest)
    if not np.all(np.isfinite(y)):
        raise InputError("score", "holds a number that is unknown or infinite", "leave such times out")
    if np.ptp(y) == 0:
        raise InputError("score", f"is {y[0]:g} at all times, which tells nothing of learning", "pass scores that vary")
    if wrong is not None and not np.all(np.isfinite(wrong) & (wrong > 0)):
        raise InputError("error", "holds a number that is not above 0", "write standard errors, or None")
    return Scores(t, y, wrong)


def _row(part: ArrayLike) -> np.ndarray:
    return np.asarray(list(part) if isinstance(part, range) else part, dtype=float)


def _check_times(t: np.ndarray, fewest: int) -> None:
    if t.size < fewest:
        words = {3: "three", 4: "four", 5: "five"}
        some = counted(t.size, "block")
        raise InputError("time", f"has {some}, but a curve takes {words.get(fewest, fewest)}", "pass more")
    if not (np.all(np.isfinite(t)) and np.all(t >= 0)) or t.max() == 0:
        raise InputError("time", "holds a number that is negative or unknown", "count from the beginning of learning")
