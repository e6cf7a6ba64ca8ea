"""Which curve predicts answers best that it has not seen: networks of one, two or three layers, power law, Weibull."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, whole
from .._core.digits import short
from .likelihood import FIT, End, assumed, fixed
from .observed import RightAnswers, Scores, right_answers, scores
from .search import Problem, one_thread
from .shapes import Shape, network, power_law, weibull

if TYPE_CHECKING:
    import pandas as pd

DEPTHS = (1.0, 2.0, 3.0)
FOLDS = 5
CLEAR = 2.0  # standard errors behind the best, from which on a curve is said to predict worse
NEVER = 1e-12  # least probability of an answer, so that one surprise does not count without end
CONSTANT = "constant"


@dataclass(frozen=True, eq=False)
class CurveComparison:
    """Curves by how well they predict answers that they were not fitted to.

    Parameters
    ----------
    curves : tuple of str
        Their names, the best prediction first.
    parameters : tuple of int
        How many numbers each has.
    log_likelihood : array, shape (curves,)
        Of all answers, by the curve fitted to all of them.
    held_out : array, shape (curves, blocks)
        Logarithmic likelihood of every block by the curve that was fitted without it.
    half_time : array, shape (curves,)
        Of each curve; NaN of a constant.
    """

    curves: tuple[str, ...]
    parameters: tuple[int, ...]
    log_likelihood: np.ndarray
    held_out: np.ndarray
    half_time: np.ndarray

    @property
    def behind(self) -> np.ndarray:
        """By how much each predicts worse than the best, in logarithmic likelihood of all blocks, (curves,)."""
        return self.held_out[0].sum() - self.held_out.sum(axis=1)

    @property
    def behind_error(self) -> np.ndarray:
        """Standard error of that, from its scatter over blocks, (curves,)."""
        apart = self.held_out[0] - self.held_out
        return np.sqrt(apart.shape[1]) * np.std(apart, axis=1, ddof=1)

    @property
    def open(self) -> tuple[str, ...]:
        """Curves that may be as good as the best: less than two standard errors behind."""
        close = self.behind <= CLEAR * self.behind_error
        return tuple(name for name, near in zip(self.curves, close, strict=True) if near or name == self.curves[0])

    def to_dataframe(self) -> pd.DataFrame:
        """One row per curve, the best prediction first."""
        import pandas as pd

        parameters = np.array(self.parameters)
        return pd.DataFrame(
            {
                "curve": self.curves, "parameters": parameters, "held_out": self.held_out.sum(axis=1),
                "behind": self.behind, "behind_error": self.behind_error, "log_likelihood": self.log_likelihood,
                "aic": 2 * parameters - 2 * self.log_likelihood, "half_time": self.half_time,
            }
        )  # fmt: skip

    def __repr__(self) -> str:
        others = [f"{name} {short(far)} behind (se {short(error)})" for name, far, error in
                  zip(self.curves[1:], self.behind[1:], self.behind_error[1:], strict=True)]  # fmt: skip
        return f"<CurveComparison: {self.curves[0]} predicts best; {', '.join(others)}>"


def pooled(comparisons: Sequence[CurveComparison]) -> CurveComparison:
    """The comparison over several learners: which curve predicts all of them best, each with numbers of its own.

    Checked by: tests/fitting/test_curve_comparison.py::test_learners_are_pooled

    Parameters
    ----------
    comparisons : list of CurveComparison
        Of the same curves.

    Returns
    -------
    CurveComparison
        Half-times are NaN: each learner has its own.

    Raises
    ------
    InputError
        Comparisons of different curves, or none.
    """
    if not comparisons or any(set(each.curves) != set(comparisons[0].curves) for each in comparisons):
        raise InputError("comparisons", "are of different curves, or there are none", "pass the same curves of each")
    found = []
    for name in comparisons[0].curves:
        rows = [each.curves.index(name) for each in comparisons]
        both = list(zip(comparisons, rows, strict=True))
        held_out = np.concatenate([each.held_out[row] for each, row in both])
        numbers = sum(each.parameters[row] for each, row in both)
        found.append((name, numbers, sum(float(each.log_likelihood[row]) for each, row in both), held_out, np.nan))
    return _sorted(found)


def compare_curves(
    time: ArrayLike,
    correct: ArrayLike,
    trials: ArrayLike,
    *,
    chance: End = 0.5,
    lapse: End = 0.02,
    depths: Sequence[float] = DEPTHS,
    folds: int = FOLDS,
) -> CurveComparison:
    r"""Compare learning curves by how well they predict right answers that they were not fitted to.

    The curve of one layer is the exponential, that of two the logistic one. Beside them stand a power law,
    :math:`1 - (1 - r)\,(1 + t/b)^{-c}`, Weibull curves, :math:`1 - (1 - r)\,2^{-(t/h)^k}`, and answers that are equally
    often right at all times.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_curve_comparison.py::test_the_curve_that_made_the_answers_predicts_best

    Parameters
    ----------
    time, correct, trials, chance, lapse
        As for `fit_learning_curve`.
    depths : list of float
        Of the networks.
    folds : int
        Every fifth block (by default) is left out at a time, five times, and predicted.

    Returns
    -------
    CurveComparison

    Raises
    ------
    InputError
        As `fit_learning_curve`, or too few blocks.

    See Also
    --------
    effective_depth : real depths, and whether one layer is ruled out.

    Examples
    --------
    >>> right = [19, 22, 20, 21, 25, 31, 37, 38, 39, 38]
    >>> compare_curves(range(10), right, [40] * 10).curves[-1]
    'constant'
    """
    _, floor, ceiling = assumed(1, chance, lapse)
    with one_thread():
        return _compared(right_answers(time, correct, trials), floor, ceiling, depths, folds)


def compare_score_curves(
    time: ArrayLike,
    score: ArrayLike,
    *,
    error: ArrayLike | None = None,
    floor: End = FIT,
    ceiling: End = FIT,
    depths: Sequence[float] = DEPTHS,
    folds: int = FOLDS,
) -> CurveComparison:
    """Compare learning curves by how well they predict scores that they were not fitted to.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_curve_comparison.py::test_scores_are_compared_alike

    Parameters
    ----------
    time, score, error, floor, ceiling
        As for `fit_score_curve`.
    depths, folds
        As for `compare_curves`.

    Returns
    -------
    CurveComparison

    Raises
    ------
    InputError
        As `fit_score_curve`, or too few blocks.
    """
    low, high = fixed(floor, "floor"), fixed(ceiling, "ceiling")
    with one_thread():
        return _compared(scores(time, score, error, 3 + (low is None) + (high is None)), low, high, depths, folds)


def _compared(
    seen: RightAnswers | Scores, floor: float | None, ceiling: float | None, depths: Sequence[float], folds: int
) -> CurveComparison:
    parts = whole(folds, "folds", 2, "some blocks are left out, and others not")
    order = np.argsort(seen.time, kind="stable")
    seen = seen.kept(order)
    knows = floor is not None  # else it is the same as the floor, of all curves without a plateau
    shapes = [network(assumed(depth, 0.5, 0.0)[0], knows or depth != 1) for depth in depths]
    shapes += [power_law(knows), weibull(knows)]
    most = max(Problem(shape, seen, floor, ceiling).parameters for shape in shapes)
    blocks = seen.time.size
    if blocks < parts or blocks - -(-blocks // parts) < most + 1:
        why = f"has {blocks} blocks, but curves of up to {most} numbers are fitted to all but one in {parts} of them"
        raise InputError("time", why, "pass more blocks")
    found = [_one(shape, seen, floor, ceiling, parts) for shape in shapes]
    found.append((CONSTANT, 1, Problem(shapes[0], seen, floor, ceiling).flat(), _constant(seen, parts), np.nan))
    return _sorted(found)


def _sorted(found: list[tuple[str, int, float, np.ndarray, float]]) -> CurveComparison:
    """The best prediction first; ties, as of a Weibull curve of exponent 1 and one layer, by fewer numbers."""
    order = sorted(found, key=lambda each: (-round(float(each[3].sum()), 6), each[1], each[0]))
    names, numbers, likelihoods, held_out, halves = zip(*order, strict=True)
    return CurveComparison(names, numbers, np.array(likelihoods), np.array(held_out), np.array(halves))


def _one(
    shape: Shape, seen: RightAnswers | Scores, floor: float | None, ceiling: float | None, folds: int
) -> tuple[str, int, float, np.ndarray, float]:
    """Name, numbers, likelihood, likelihood of blocks that are left out, half-time."""
    problem = Problem(shape, seen, floor, ceiling)
    top, where = problem.best()
    held_out = np.empty(seen.time.size)
    for fold in range(folds):
        out = np.arange(seen.time.size) % folds == fold
        known, unseen = seen.kept(~out), seen.kept(out)
        _, chosen = Problem(shape, known, floor, ceiling).best()
        told, fitted = (problem.predicted(part.time, chosen) for part in (unseen, known))
        held_out[out] = _judged(unseen, told, known, fitted, problem.parameters)
    return shape.name, problem.parameters, top, held_out, shape.half(where)


def _constant(seen: RightAnswers | Scores, folds: int) -> np.ndarray:
    held_out = np.empty(seen.time.size)
    for fold in range(folds):
        out = np.arange(seen.time.size) % folds == fold
        known, unseen = seen.kept(~out), seen.kept(out)
        told, fitted = (np.full(part.time.size, known.mean) for part in (unseen, known))
        held_out[out] = _judged(unseen, told, known, fitted, 1)
    return held_out


def _judged(
    unseen: RightAnswers | Scores, told: np.ndarray, known: RightAnswers | Scores, fitted: np.ndarray, parameters: int
) -> np.ndarray:
    """Logarithmic likelihood of what was left out, with errors as large as they are in what was fitted."""
    if isinstance(unseen, RightAnswers) or isinstance(known, RightAnswers):
        return unseen.pointwise(np.clip(told, NEVER, 1 - NEVER))
    rest = known.share - fitted
    return unseen.pointwise(told, float(np.sqrt(np.sum(rest**2) / max(rest.size - parameters, 1))))
