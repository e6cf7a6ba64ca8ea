"""Illusory correlations: answers that rise to something wrong and fall again, as "worms have bones".

An answer is the sum of what each mode contributes. Where an early mode pulls one way and a later one the
other, the answer overshoots before it is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import expect
from ..environments.environment import Environment
from ..trajectory import Trajectory

if TYPE_CHECKING:
    import pandas as pd

NOTICEABLE = 0.05  # share of the largest answer from which a wrong answer is worth a word
CHUNK = 8_000_000  # numbers of one array of answers: 64 MB


@dataclass(frozen=True, eq=False)
class IllusoryCorrelations:
    """How far every answer goes astray on the way.

    Parameters
    ----------
    environment : Environment
        The world.
    final : array, shape (features, items)
        Where each answer ends when all is learned; in a world with missing cells, at the end of the run.
    peak : array, shape (features, items)
        Value farthest beyond both the start and the end; the end itself where the course is monotone.
    peak_time : array, shape (features, items)
        When [unit of tau]; NaN where the course is monotone.
    excess : array, shape (features, items)
        How far the peak lies beyond start and end: positive where the answer overshoots, negative where it
        undershoots, 0 where the course is monotone.
    """

    environment: Environment
    final: np.ndarray
    peak: np.ndarray
    peak_time: np.ndarray
    excess: np.ndarray

    def share(self, beyond: float = NOTICEABLE) -> float:
        """Share of answers that go astray by more than this part of the largest right answer."""
        return float(np.mean(np.abs(self.excess) > beyond * self.scale))

    @property
    def scale(self) -> float:
        """Size of the largest right answer."""
        return float(np.abs(self.final).max())

    def to_dataframe(self) -> pd.DataFrame:
        """One row per answer that goes astray, the farthest first: item, feature, final, peak, peak_time, excess."""
        import pandas as pd

        feature, item = np.nonzero(~np.isnan(self.peak_time))
        columns = {
            "item": np.asarray(self.environment.items, dtype=object)[item],
            "feature": np.asarray(self.environment.features, dtype=object)[feature],
            "final": self.final[feature, item],
            "peak": self.peak[feature, item],
            "peak_time": self.peak_time[feature, item],
            "excess": self.excess[feature, item],
        }
        order = np.argsort(-np.abs(columns["excess"]), kind="stable")
        return pd.DataFrame({name: values[order] for name, values in columns.items()})

    def __repr__(self) -> str:
        farthest, known = self.to_dataframe().head(3), "ends at" if self.environment.has_missing else "right:"
        shown = "; ".join(
            f"{row.item}: {row.feature} goes to {row.peak:.3g} at t = {row.peak_time:.3g} ({known} {row.final:.3g})"
            for row in farthest.itertuples()
        )
        return (
            f"<IllusoryCorrelations: {100 * self.share():.0f}% of {self.final.size} answers go astray by more than "
            f"{100 * NOTICEABLE:.0f}% of the largest{'; ' * bool(shown)}{shown}>"
        )


def illusory_correlations(trajectory: Trajectory) -> IllusoryCorrelations:
    """Answers that go astray on the way, of a theory or of trained networks (mean over seeds).

    Parameters
    ----------
    trajectory : Trajectory
        What a network knows over time; peaks are found at its recorded times.

    Returns
    -------
    IllusoryCorrelations

    Notes
    -----
    A shallow network on white inputs has none; nor has an answer to which all modes contribute with one sign.
    What is right of a missing cell is not known: there, excess is measured from the answer at the end of the run.

    Examples
    --------
    >>> import ontogeny as on
    >>> wrong = illusory_correlations(on.predict(on.datasets.load("zoo"), until=4.0)).to_dataframe()
    >>> wrong[(wrong.item == "worm") & (wrong.feature == "backbone")][["peak", "peak_time"]].round(2).values.tolist()
    [[0.29, 0.56]]
    """
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    world = trajectory.environment
    if world.has_missing:
        final = _mean_answers(trajectory.at(trajectory.snapshot_time[-1]))[0]
    else:
        final = world.best_map @ world.probes.T
    width = max(1, CHUNK // (trajectory.snapshot_time.size * len(world.features)))
    blocks = [
        _farthest(_mean_answers(trajectory, slice(first, first + width)), final[:, first : first + width])
        for first in range(0, len(world.items), width)
    ]
    peak, index, excess = (np.concatenate(part, axis=1) for part in zip(*blocks, strict=True))
    times = np.where(index >= 0, trajectory.snapshot_time[index], np.nan)
    return IllusoryCorrelations(world, final, peak, times, excess)


def _mean_answers(trajectory: Trajectory, items: slice = slice(None)) -> np.ndarray:
    answers = trajectory.answers(items)
    return answers.mean(axis=0) if trajectory.is_simulation else answers


def _farthest(answers: np.ndarray, final: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Value farthest outside start and end, its index in time (-1 where there is none), and how far outside."""
    top, bottom = np.maximum(answers[0], final), np.minimum(answers[0], final)
    above, below = answers.max(axis=0) - top, bottom - answers.min(axis=0)
    index = np.where(above >= below, answers.argmax(axis=0), answers.argmin(axis=0))
    astray = np.maximum(above, below) > 1e-9 * max(np.abs(final).max(), 1e-300)
    peak = np.take_along_axis(answers, index[None], axis=0)[0]
    excess = np.where(above >= below, above, -below)
    return np.where(astray, peak, final), np.where(astray, index, -1), np.where(astray, excess, 0.0)
