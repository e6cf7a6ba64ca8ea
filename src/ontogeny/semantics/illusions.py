"""Illusory correlations: answers that rise to something wrong and fall again, as "worms have bones".

An answer is the sum of what each mode contributes. Where an early mode pulls one way and a later one the
other, the answer overshoots before it is right: the first creates the illusion, the second removes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._core.checks import expect
from .._core.counting import evenly
from .._core.digits import steady
from .._core.ties import EQUAL, largest, places, ranked
from ..environments.environment import Environment
from ..trajectory import Trajectory

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

NOTICEABLE = 0.05  # share of the largest answer from which a wrong answer is worth a word
CHUNK = 8_000_000  # numbers of one array of answers: 64 MB
LOOKED = 100_000_000  # answers looked at in all; a larger world is looked at less often
CAUSES = 1_000_000  # numbers of one array of contributions: 8 MB, which stays in the cache


class Causes(NamedTuple):
    """Which modes create and remove each illusion, numbered from 1; tied modes go by the first of their group.

    Parameters
    ----------
    created_by, removed_by : arrays of int, shape (answers,)
        Mode, or group of tied modes, that contributes most to the rise from the start to the peak, and most to the
        fall from the peak to the end.
    creation, removal : arrays, shape (answers,)
        How much it contributes, as a share of the whole rise and of the whole fall; above 1 where others pull back.
    unexplained : array, shape (answers,)
        Part of the rise that no mode explains, as a share of it: 0 in theory on white inputs; what random weights and
        nonlinear units add in trained networks.
    """

    created_by: np.ndarray
    removed_by: np.ndarray
    creation: np.ndarray
    removal: np.ndarray
    unexplained: np.ndarray


@dataclass(frozen=True, eq=False)
class IllusoryCorrelations:
    """How far every answer overshoots on the way, and which modes cause it.

    Parameters
    ----------
    environment : Environment
        The world.
    start, final : arrays, shape (features, items)
        Where each answer begins, and where it ends when all is learned; in a world with missing cells, at the end of
        the run.
    peak : array, shape (features, items)
        Value farthest beyond both the start and the end; the end itself where the course is monotone.
    peak_time : array, shape (features, items)
        When [unit of tau]; NaN where the course is monotone.
    excess : array, shape (features, items)
        How far the peak lies beyond start and end: positive where the answer overshoots, negative where it
        undershoots, 0 where the course is monotone.
    strength : xarray.DataArray, dims (time, mode)
        Strength of every mode at the times that were looked at; the mean over seeds.
    meaning : str
        How exact all this is, in a sentence.
    """

    environment: Environment
    start: np.ndarray
    final: np.ndarray
    peak: np.ndarray
    peak_time: np.ndarray
    excess: np.ndarray
    strength: xr.DataArray
    meaning: str

    def share(self, beyond: float = NOTICEABLE) -> float:
        """Share of answers that overshoot by more than this part of the largest right answer."""
        return float(np.mean(np.abs(self.excess) > (beyond + EQUAL) * self.scale))

    @property
    def scale(self) -> float:
        """Size of the largest right answer."""
        return float(np.abs(self.final).max())

    @property
    def resolution(self) -> float:
        """Largest interval between recorded times [unit of tau]: peak times are known to within it."""
        return float(np.diff(self.strength["time"].values).max(initial=0.0))

    def ranked(self, most: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Feature and item numbers of the answers that overshoot, the largest first; ties go by item, then feature."""
        feature, item = np.nonzero(~np.isnan(self.peak_time))
        by_name = places(self.environment.items)[item], places(self.environment.features)[feature]
        order = ranked(np.abs(self.excess[feature, item]), *by_name)[:most]
        return feature[order], item[order]

    def causes(self, features: np.ndarray, items: np.ndarray) -> Causes:
        """Which modes create and remove the overshoot of some answers, by numbers of features and items.

        The contribution of a mode to an answer is its loading of the feature, times its strength, times its loading of
        the item. Its part in the rise is the change of that contribution from the start to the peak, its part in the
        fall the change from the peak to the end. Tied modes count as one.

        Parameters
        ----------
        features, items : arrays of int, shape (answers,)
            Which answers; each must overshoot.
        """
        modes = self.environment.spectrum()
        first = np.searchsorted(modes.groups, np.unique(modes.groups))
        loadings = self.environment.along(modes.input_modes)
        strength = self.strength.values
        final = strength[-1] if self.environment.has_missing else self.environment.final_strength
        row = np.searchsorted(self.strength["time"].values, self.peak_time[features, items])
        width = max(1, CAUSES // modes.groups.size)
        parts = []
        for begin in range(0, len(features), width):
            m, i, k = (numbers[begin : begin + width] for numbers in (features, items, row))
            product = modes.output_modes[m] * loadings[i] * np.sign(self.excess[m, i])[:, None]
            rise = np.add.reduceat(product * (strength[k] - strength[0]), first, axis=1)
            fall = np.add.reduceat(product * (strength[k] - final), first, axis=1)
            parts.append(self._causes(m, i, rise, fall, first))
        return Causes(*(np.concatenate(part) for part in zip(*parts, strict=True))) if parts else _no_causes()

    def _causes(self, m: np.ndarray, i: np.ndarray, rise: np.ndarray, fall: np.ndarray, first: np.ndarray) -> Causes:
        created, removed = largest(rise), largest(fall)  # of equal ones the strongest mode
        rows = np.arange(len(m))
        risen, fallen = (np.abs(self.peak[m, i] - end[m, i]) for end in (self.start, self.final))
        return Causes(
            first[created] + 1,
            first[removed] + 1,
            rise[rows, created] / risen,
            fall[rows, removed] / fallen,
            1 - rise.sum(axis=1) / risen,
        )

    def to_dataframe(self, most: int | None = None) -> pd.DataFrame:
        """One row per answer that overshoots, the largest first; only the first `most` of them if given.

        Columns: item, feature, final, peak, peak_time, excess; ``created_by`` and ``removed_by``, the modes
        (numbered from 1) that contribute most to the rise and to the fall, with their names; ``unexplained``,
        the share of the rise that no mode explains.
        """
        import pandas as pd

        feature, item = self.ranked(most)
        causes, names = self.causes(feature, item), np.asarray([*self._group_names(), ""], dtype=object)
        columns = {
            "item": np.asarray(self.environment.items, dtype=object)[item],
            "feature": np.asarray(self.environment.features, dtype=object)[feature],
            "final": self.final[feature, item],
            "peak": self.peak[feature, item],
            "peak_time": self.peak_time[feature, item],
            "excess": self.excess[feature, item],
            "created_by": causes.created_by,
            "created_by_name": names[causes.created_by - 1],
            "removed_by": causes.removed_by,
            "removed_by_name": names[causes.removed_by - 1],
            "unexplained": causes.unexplained,
        }
        return pd.DataFrame(columns)

    def _group_names(self) -> list[str]:
        """Name of every mode; tied ones have that of their group."""
        names, groups = self.environment.mode_names(), self.environment.spectrum().groups
        ties = np.bincount(groups)
        return [
            name if ties[group] == 1 else f"{ties[group]} tied modes" for name, group in zip(names, groups, strict=True)
        ]

    def __repr__(self) -> str:
        farthest, known = self.to_dataframe(3), "ends at" if self.environment.has_missing else "right:"
        shown = "; ".join(
            f"{row['item']}: {row['feature']} goes to {steady(row['peak']):.3g} at t = "
            f"{steady(row['peak_time']):.3g} ({known} {steady(self._unless_rounding(row['final'])):.3g}), "
            f"out by mode {row['created_by']}, back by mode {row['removed_by']}"
            for row in farthest.to_dict("records")
        )
        return (
            f"<IllusoryCorrelations: {steady(100 * self.share()):.0f}% of {self.final.size} answers go astray by more "
            f"than {100 * NOTICEABLE:.0f}% of the largest{'; ' * bool(shown)}{shown}\n {self.meaning}>"
        )

    def _unless_rounding(self, value: float) -> float:
        return value if abs(value) > EQUAL * self.scale else 0.0


def illusory_correlations(trajectory: Trajectory) -> IllusoryCorrelations:
    """Illusory correlations: answers that overshoot on the way, in theory or in trained networks (mean over seeds).

    Implements: saxe2019 SI
    Checked by: tests/semantics/test_illusions.py::test_farthest_beyond_start_and_end

    Parameters
    ----------
    trajectory : Trajectory
        What a network knows over time. Peaks are found at its recorded times, of which a large world (over 250,000
        answers at 401 times) is looked at in fewer; the record's `resolution` says how far apart they are.

    Returns
    -------
    IllusoryCorrelations

    Raises
    ------
    InputError
        A simulation saved without its weights.

    Notes
    -----
    A shallow network on white inputs has none; nor has an answer to which all modes contribute with one sign. The
    strength of a mode only grows, in theory, so that the mode which removes an illusion never helped to create it.
    The right answer of a missing cell is unknown: there, the excess is measured from the answer at the end of the run.

    Examples
    --------
    >>> import ontogeny as on
    >>> wrong = illusory_correlations(on.predict(on.datasets.load("zoo"), until=4.0)).to_dataframe()
    >>> worm = wrong[(wrong.item == "worm") & (wrong.feature == "backbone")]
    >>> worm[["peak", "peak_time", "created_by", "removed_by"]].round(2).values.tolist()
    [[0.29, 0.56, 1.0, 12.0]]
    """
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    world = trajectory.environment
    if world.has_missing:
        final = _mean_answers(trajectory, slice(None), np.array([-1]))[0]
    else:
        final = world.along(world.best_map.T).T
    looks = evenly(trajectory.snapshot_time.size, max(3, LOOKED // final.size))  # affordable in a large world
    width = max(1, CHUNK // (looks.size * len(world.features)))
    columns = [slice(first, first + width) for first in range(0, len(world.items), width)]
    scale = float(np.abs(final).max())
    blocks = [_farthest(_mean_answers(trajectory, block, looks), final[:, block], scale) for block in columns]
    start, peak, index, excess = (np.concatenate(part, axis=1) for part in zip(*blocks, strict=True))
    times = np.where(index >= 0, trajectory.snapshot_time[looks][index], np.nan)
    strength = _strength(trajectory).isel(time=looks)
    meaning = _meaning(trajectory, looks, int(np.sum(index == looks.size - 1)))
    return IllusoryCorrelations(world, start, final, peak, times, excess, strength, meaning)


def _mean_answers(trajectory: Trajectory, items: slice, looks: np.ndarray) -> np.ndarray:
    """Answers (times, features, items), the mean over seeds."""
    return trajectory.answers(items, looks).mean(axis=0)


def _strength(trajectory: Trajectory) -> xr.DataArray:
    """Strength of every mode at the times at which answers are known, the mean over seeds, dims (time, mode)."""
    strength = trajectory.dataset["mode_strength"].sel(time=trajectory.snapshot_time, method="nearest")
    strength = strength.assign_coords(time=trajectory.snapshot_time)
    return strength.mean("seed") if trajectory.is_simulation else strength


def _meaning(trajectory: Trajectory, looks: np.ndarray, unfinished: int) -> str:
    gap = float(np.diff(trajectory.snapshot_time[looks]).max(initial=0.0))
    if trajectory.is_simulation:
        seeds = trajectory.dataset.sizes["seed"]
        kind = f"measured on {seeds} trained network{'s' * (seeds > 1)} (mean); modes explain all but `unexplained`"
    elif trajectory.provenance.method == "closed_form":
        kind = "exact courses"
    else:
        kind = "integrated courses; modes explain all but `unexplained`"
    words = f"{kind}; peaks are those of {looks.size} times, at most {gap:.3g} apart"
    if unfinished:
        words += f"; {unfinished} answers still move away from their final value when the record ends: simulate longer"
    return words


def _no_causes() -> Causes:
    whole, real = np.zeros(0, dtype=int), np.zeros(0)
    return Causes(whole, whole, real, real, real)


def _farthest(
    answers: np.ndarray, final: np.ndarray, scale: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Start, value farthest outside start and end, its index in time (-1 where there is none), how far outside."""
    top, bottom = np.maximum(answers[0], final), np.minimum(answers[0], final)
    above, below = answers.max(axis=0) - top, bottom - answers.min(axis=0)
    rounding = EQUAL * max(scale, 1e-300)
    upward = above >= below - rounding
    beyond = np.where(upward, answers, -answers)
    index = np.argmax(beyond >= beyond.max(axis=0) - rounding, axis=0)
    astray = np.maximum(above, below) > rounding
    peak = np.take_along_axis(answers, index[None], axis=0)[0]
    excess = np.where(upward, above, -below)
    return answers[0], np.where(astray, peak, final), np.where(astray, index, -1), np.where(astray, excess, 0.0)
