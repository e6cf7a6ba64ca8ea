"""Everything that a fit of learning curves looks at: curves, what they assume, depths, other curves, a posterior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError
from .._core.counting import counted
from .._core.progress import track
from ..fitting.curve_checks import curve_checks
from ..fitting.curve_comparison import CurveComparison, compare_curves, compare_score_curves, pooled
from ..fitting.effective_depth import EffectiveDepth, effective_depth
from ..fitting.likelihood import LearningCurveFit, fit_learning_curve, fit_score_curve
from ..fitting.posterior import LearningPosterior
from ..tables.answers import Answers
from ..validity import Assumption

if TYPE_CHECKING:
    import pandas as pd

GROUPS = 100  # of blocks, into which more of them are put where curves are compared
OF_ANSWERS, OF_SCORES = ("depth", "chance", "lapse"), ("depth", "floor", "ceiling")


@dataclass(frozen=True, eq=False)
class FitStudy:
    """Learning curves of several learners.

    Parameters
    ----------
    answers : Answers
        What was read.
    settings : dict
        depth, and chance and lapse, or floor and ceiling of scores.
    fits : dict of str to LearningCurveFit
        Of each learner.
    checks : dict of str to tuple of Assumption
        What the fit assumes, measured on the answers of each learner; none of scores.
    depths : dict of str to EffectiveDepth
        Of learners with a sign of learning; none of scores, or if it was not asked for.
    comparison : CurveComparison or None
        Of curves, over all learners with a sign of learning and blocks enough; None if there are none.
    posterior : LearningPosterior or None
        Of all learners, if it was asked for.
    """

    answers: Answers
    settings: dict[str, Any]
    fits: Mapping[str, LearningCurveFit]
    checks: Mapping[str, tuple[Assumption, ...]]
    depths: Mapping[str, EffectiveDepth]
    comparison: CurveComparison | None
    posterior: LearningPosterior | None

    def __repr__(self) -> str:
        learned = sum(fit.is_learning for fit in self.fits.values())
        return f"<FitStudy of {counted(len(self.fits), 'learner')}, {learned} with a sign of learning>"

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each learner."""
        import pandas as pd

        parts = []
        for name, fit in self.fits.items():
            row = fit.to_dataframe().assign(learner=name)
            if name in self.depths:
                found = self.depths[name]
                row = row.assign(
                    effective_depth=found.depth, effective_depth_low=found.interval[0],
                    effective_depth_high=found.interval[1], likelihood_ratio_over_one_layer=found.likelihood_ratio,
                )  # fmt: skip
            if self.checks:
                row = row.assign(scatter=self.checks[name][0].measured)
            parts.append(row)
        table = pd.concat(parts, ignore_index=True)
        if self.posterior is not None:
            drawn = self.posterior.to_dataframe().add_prefix("posterior_")
            table = table.join(drawn.drop(columns="posterior_learner"))
        return table[["learner", *(column for column in table if column != "learner")]]


def fit_study(
    answers: Answers, *, thorough: bool = False, bayes: bool = False, seed: int = 0, **settings: Any
) -> FitStudy:
    """Fit the curve of every learner, and look at what the fits assume.

    Parameters
    ----------
    answers : Answers
        As `read_answers` returns them.
    thorough : bool
        Whether depths and other curves are compared too.
    bayes : bool
        Whether all learners are fitted together.
    seed : int
        Of the draws.
    **settings
        depth, and chance and lapse, or floor and ceiling of scores.

    Raises
    ------
    InputError
        As the fits do, with the name of the learner.
    """
    fits, checks, depths, compared = {}, {}, {}, []
    groups = {str(name): blocks for name, blocks in answers.blocks.groupby("learner", sort=False)}
    ends = {name: value for name, value in settings.items() if name != "depth"}
    for name, blocks in track(list(groups.items()), "learners", len(groups)):
        try:
            fit, checked = _one(blocks, answers.is_score, settings)
        except InputError as refused:
            if len(groups) == 1:
                raise
            raise InputError(refused.argument, f"of learner {name!r} {refused.problem}", refused.remedy) from None
        fits[name] = fit
        if checked:
            checks[name] = checked
        if not thorough or not fit.is_learning:
            continue
        if not answers.is_score:
            depths[name] = effective_depth(*_columns(grouped(blocks)), **ends)
        if (found := _compared(grouped(blocks), answers.is_score, ends)) is not None:
            compared.append(found)
    posterior = None
    if bayes:
        from ..fitting.hierarchy import fit_hierarchical

        posterior = fit_hierarchical(answers.blocks, seed=seed, **settings)
    comparison = compared[0] if len(compared) == 1 else pooled(compared) if compared else None
    return FitStudy(answers, settings, fits, checks, depths, comparison, posterior)


def _one(
    blocks: pd.DataFrame, is_score: bool, settings: dict[str, Any]
) -> tuple[LearningCurveFit, tuple[Assumption, ...]]:
    if is_score:
        return fit_score_curve(blocks["time"], blocks["score"], error=blocks.get("error"), **settings), ()
    fit = fit_learning_curve(*_columns(blocks), **settings)
    return fit, curve_checks(fit, *_columns(blocks))


def _columns(blocks: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    return blocks["time"], blocks["correct"], blocks["trials"]


def _compared(blocks: pd.DataFrame, is_score: bool, ends: dict[str, Any]) -> CurveComparison | None:
    try:
        if not is_score:
            return compare_curves(*_columns(blocks), **ends)
        return compare_score_curves(blocks["time"], blocks["score"], error=blocks.get("error"), **ends)
    except InputError:  # too few blocks
        return None


def grouped(blocks: pd.DataFrame, most: int = GROUPS) -> pd.DataFrame:
    """Blocks of one learner; more than 100 in 100 groups of neighbors, with their mean time."""
    if len(blocks) <= most:
        return blocks
    part = np.arange(len(blocks)) * most // len(blocks)
    mean = {"time", "score", "error"}
    return blocks.groupby(part).agg(
        {name: "mean" if name in mean else "sum" for name in blocks if name != "learner"}
    ).reset_index(drop=True)  # fmt: skip
