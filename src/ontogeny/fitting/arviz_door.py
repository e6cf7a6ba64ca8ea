"""Posteriors for ArviZ, whose versions differ, and its leave-one-out cross-validation."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError
from .._core.digits import short
from .posterior import LearningPosterior

if TYPE_CHECKING:
    import pandas as pd

UNRELIABLE = 0.7  # Pareto k of an answer above which its weights are not to be trusted
CLEAR = 2.0  # standard errors behind the best, from which on a posterior is said to predict worse


@dataclass(frozen=True, eq=False)
class PosteriorComparison:
    """Posteriors by how well they predict blocks that are left out one at a time (PSIS-LOO).

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_hierarchy.py::test_leaving_out_as_by_hand

    Parameters
    ----------
    names : tuple of str
        The best prediction first.
    elpd : array, shape (posteriors, observations)
        Expected logarithmic predictive density of every block.
    unreliable : array of int, shape (posteriors,)
        Blocks whose Pareto k is above 0.7.
    """

    names: tuple[str, ...]
    elpd: np.ndarray
    unreliable: np.ndarray

    @property
    def behind(self) -> np.ndarray:
        """By how much each predicts worse than the best, (posteriors,)."""
        return self.elpd[0].sum() - self.elpd.sum(axis=1)

    @property
    def behind_error(self) -> np.ndarray:
        """Standard error of that, from its scatter over blocks, (posteriors,)."""
        apart = self.elpd[0] - self.elpd
        return np.sqrt(apart.shape[1]) * np.std(apart, axis=1, ddof=1)

    def to_dataframe(self) -> pd.DataFrame:
        """One row per posterior, the best prediction first."""
        import pandas as pd

        return pd.DataFrame(
            {
                "posterior": self.names, "elpd": self.elpd.sum(axis=1), "behind": self.behind,
                "behind_error": self.behind_error, "unreliable_blocks": self.unreliable,
            }
        )  # fmt: skip

    def __repr__(self) -> str:
        others = [f"{name} {short(far)} behind (se {short(error)})" for name, far, error in
                  zip(self.names[1:], self.behind[1:], self.behind_error[1:], strict=True)]  # fmt: skip
        doubt = int(self.unreliable.sum())
        words = f"; {doubt} blocks with Pareto k above {UNRELIABLE}" if doubt else ""
        return f"<PosteriorComparison: {self.names[0]} predicts best; {', '.join(others)}{words}>"


def to_arviz(posterior: LearningPosterior) -> Any:
    """The posterior as ArviZ takes it: a DataTree from 1.0 on, an InferenceData before.

    Checked by: tests/fitting/test_arviz_door.py::test_arviz_reads_what_was_drawn

    Parameters
    ----------
    posterior : LearningPosterior
        As `fit_hierarchical` returns it.

    Returns
    -------
    DataTree or InferenceData

    Raises
    ------
    InputError
        ArviZ is not installed.
    """
    arviz = _arviz()
    if not arviz.__version__.startswith("0."):
        return posterior.tree
    return arviz.InferenceData(**{name: group.to_dataset() for name, group in posterior.tree.children.items()})


def compare_posteriors(posteriors: Mapping[str, LearningPosterior]) -> PosteriorComparison:
    """Compare posteriors of the same answers by leaving out one block at a time (PSIS-LOO).

    Checked by: tests/fitting/test_hierarchy.py::test_leaving_out_as_by_hand

    Parameters
    ----------
    posteriors : dict of str to LearningPosterior
        For instance of depths 1 and 2, a power law and a Weibull curve.

    Returns
    -------
    PosteriorComparison

    Raises
    ------
    InputError
        ArviZ is not installed, or posteriors of different answers.

    Notes
    -----
    Pareto smoothed importance sampling, by ArviZ, stands for fitting again without each block. It cannot be trusted
    for blocks with a Pareto k above .7, which are counted.
    """
    arviz = _arviz()
    if len(posteriors) < 2:
        raise InputError("posteriors", f"holds {len(posteriors)}, but a comparison takes two", "pass more")
    seen = [each.tree["observed_data"].to_dataset() for each in posteriors.values()]
    if not all(each.equals(seen[0]) for each in seen):
        raise InputError("posteriors", "are of different answers", "fit all of them to the same table")
    elpd, unreliable = [], []
    for each in posteriors.values():
        with warnings.catch_warnings():  # what it warns of is counted here
            warnings.simplefilter("ignore")
            found = arviz.loo(to_arviz(each), pointwise=True)
        of_blocks = getattr(found, "loo_i", None)
        elpd.append(np.asarray(found.elpd_i if of_blocks is None else of_blocks, dtype=float))
        unreliable.append(int(np.sum(np.asarray(found.pareto_k) > UNRELIABLE)))
    # Ties in the order given.
    order = sorted(range(len(elpd)), key=lambda place: -round(float(elpd[place].sum()), 6))
    names = list(posteriors)
    return PosteriorComparison(
        tuple(names[place] for place in order), np.array([elpd[place] for place in order]),
        np.array([unreliable[place] for place in order]),
    )  # fmt: skip


def _arviz() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions before 1.0 announce it
            import arviz
    except ImportError:
        raise InputError(None, "ArviZ is not installed", "write pip install 'ontogeny[bayes]'") from None
    return arviz
