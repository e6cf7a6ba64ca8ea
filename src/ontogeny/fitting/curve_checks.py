"""What a fitted learning curve assumes of the answers, measured on them: independence, chance, lapse."""

from __future__ import annotations

import numpy as np
from scipy.stats import binomtest

from .._core.arrays import ArrayLike
from .._core.checks import InputError
from .._core.digits import short
from ..validity import Assumption
from .likelihood import LearningCurveFit
from .observed import right_answers

RARE = 1e-3  # probability below which what is seen is not put down to chance
DRAWS = 999  # simulated learners that the scatter is compared with
ENDS = 3  # the first third of the answers is compared with chance, the last with the lapse


def curve_checks(
    record: LearningCurveFit, time: ArrayLike, correct: ArrayLike, trials: ArrayLike, *, seed: int = 0
) -> tuple[Assumption, ...]:
    """What a fit to right answers assumes, measured on the answers.

    Checked by: tests/fitting/test_curve_checks.py::test_what_holds_and_what_does_not

    Parameters
    ----------
    record : LearningCurveFit
        The fit.
    time, correct, trials : array, shape (blocks,)
        The answers that it was fitted to.
    seed : int
        Of the simulated learners that the scatter of answers is compared with.

    Returns
    -------
    tuple of Assumption
        "independent answers": `measured` is the ratio of the scatter around the curve (around the mean, if there is no
        sign of learning) to what it is on average of simulated learners. "chance" and "lapse": the probability of so
        few (so many) right answers in the first (last) third.

    Raises
    ------
    InputError
        A fit to scores, or answers that cannot be.

    Notes
    -----
    Answers that scatter twice as much make intervals too narrow by a factor of about 1.4. Simulated learners have the
    fitted curve as it is, which makes the check a little lenient.

    Examples
    --------
    >>> from ontogeny.fitting import fit_learning_curve
    >>> right = [19, 22, 20, 21, 25, 31, 37, 38, 39, 38]
    >>> found = curve_checks(fit_learning_curve(range(10), right, [40] * 10), range(10), right, [40] * 10)
    >>> [(each.name, each.holds) for each in found]
    [('independent answers', True), ('chance', True), ('lapse', True)]
    """
    if record.scale != "right answers":
        raise InputError("record", "is a fit to scores", "pass a fit to right answers")
    seen = right_answers(time, correct, trials)
    order = np.argsort(seen.time, kind="stable")
    seen = seen.kept(order)
    p = record.predicted(seen.time) if record.is_learning else np.full(seen.time.size, seen.mean)
    found = [_scatter(seen.correct, seen.trials, p, seed)]
    if record.is_learning:
        found += _ends(record, seen.correct, seen.trials)
    return tuple(found)


def _scatter(right: np.ndarray, trials: np.ndarray, p: np.ndarray, seed: int) -> Assumption:
    expected, variance = trials * p, np.maximum(trials * p * (1 - p), 1e-12)
    simulated = np.random.default_rng(seed).binomial(np.round(trials).astype(int), p, (DRAWS, p.size))
    usual = np.sum((simulated - expected) ** 2 / variance, axis=1)
    here = float(np.sum((right - expected) ** 2 / variance))
    ratio = here / max(float(np.mean(usual)), 1e-12)
    rare = (1 + int(np.sum(usual >= here))) / (1 + DRAWS)
    holds = ratio <= 1 or rare > RARE
    narrow = f": intervals are too narrow, by a factor of about {short(np.sqrt(ratio))}"
    meaning = f"answers scatter around the curve {short(ratio)} times as much as independent answers would"
    meaning += ", which chance allows" if holds else narrow
    return Assumption(
        "independent answers", ratio, float(np.quantile(usual, 1 - RARE) / np.mean(usual)), holds, meaning
    )


def _ends(record: LearningCurveFit, right: np.ndarray, trials: np.ndarray) -> list[Assumption]:
    """Whether answers begin below chance, or end above what the lapse allows."""
    part = max(len(right) // ENDS, 1)
    found = []
    for name, blocks, share, side in (
        ("chance", slice(None, part), record.floor, "less"), ("lapse", slice(-part, None), record.ceiling, "greater"),
    ):  # fmt: skip
        k, n = round(float(right[blocks].sum())), round(float(trials[blocks].sum()))
        rare = float(binomtest(k, n, min(max(share, 0.0), 1.0), alternative=side).pvalue)
        holds = rare >= RARE
        wrong = {
            "chance": f"it is {short(record.chance)}, but only {k} of the first {n} answers are right: chance is lower",
            "lapse": f"it is {short(record.lapse)}, but {k} of the last {n} answers are right: the lapse is smaller",
        }[name]
        fits = {"chance": "answers do not begin below it", "lapse": "answers do not end above what it allows"}[name]
        found.append(Assumption(name, rare, RARE, holds, fits if holds else wrong))
    return found
