"""Stage-like transitions: how suddenly each mode is learned, with and without hidden layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import expect
from .._core.digits import steady
from .._core.tidy import tidy
from .._core.ties import EQUAL
from ..environments.environment import Environment
from ..modes import shallow, transitions
from ..modes.milestones import crossing_time, rise_time
from ..trajectory import Trajectory
from ..validity import input_alignment

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class TransitionSharpness:
    """When each mode is learned and how long its transition takes; tied modes are one.

    Parameters
    ----------
    environment : Environment
        The world.
    depth : int
        Number of weight matrices.
    source : str
        "theory" or "simulation".
    half_time : array, shape (networks, groups)
        Time at which each group of tied modes (mostly a single mode) is half learned [unit of tau]; inf if never.
    width : array, shape (networks, groups)
        Time from 10 to 90% of its final strength; inf if that is never reached.
    is_cut : array of bool, shape (networks, groups)
        Whether the group starts above 10%, so that part of the transition lies before the start and is not counted.
    shallow_half_time, shallow_width : array, shape (groups,)
        The same in a network without hidden layer that starts from nothing; NaN where the world has no closed form.
    """

    environment: Environment
    depth: int
    source: str
    half_time: np.ndarray
    width: np.ndarray
    is_cut: np.ndarray
    shallow_half_time: np.ndarray
    shallow_width: np.ndarray

    @property
    def ratio(self) -> np.ndarray:
        """Width over half time, (networks, groups): 0 for a jump, NaN where never learned or there from the start."""
        return _ratio(self.width, self.half_time)

    @property
    def shallow_ratio(self) -> np.ndarray:
        """The same without hidden layer, shape (groups,): ln 9/ln 2 = 3.17 for every mode."""
        return _ratio(self.shallow_width, self.shallow_half_time)

    @property
    def is_stage_like(self) -> bool:
        """Whether every learned group is learned more suddenly than without a hidden layer, in every network."""
        known = np.isfinite(self.ratio)
        return bool(known.any() and np.all(self.ratio[known] < transitions.SHALLOW_SHARPNESS * (1 - EQUAL)))

    @property
    def meaning(self) -> str:
        """Where the times come from, and what was not counted."""
        where = {
            "theory": "times of the law of single modes, or of the integrated course where there is none",
            "simulation": "times measured on the courses of trained networks, between their recorded times",
        }[self.source]
        cut = int(self.is_cut.any(axis=0).sum())
        late = int(np.isinf(self.half_time).any(axis=0).sum())
        more = f"; {cut} start above 10%, their widths are cut short" * bool(cut)
        more += f"; {late} not half learned by the end of the run" * bool(late)
        if np.isnan(self.shallow_width).all():
            more += "; inputs are correlated across modes, so a network without hidden layer has no time for a mode"
        return where + more

    def to_dataframe(self) -> pd.DataFrame:
        """One row per (network and) group: mode (the first of a tie, numbered from 1), mode_name, tied, singular_value,
        half_time, width, ratio, shallow_half_time, shallow_width, shallow_ratio."""
        networks, groups = self.half_time.shape
        modes = self.environment.spectrum()
        first = np.searchsorted(modes.groups, np.arange(groups))
        names = np.array(self.environment.mode_names(), dtype=object)
        columns = {
            "mode_name": names[first],
            "tied": np.bincount(modes.groups),
            "singular_value": modes.singular_values[first],
            "half_time": self.half_time,
            "width": self.width,
            "ratio": self.ratio,
            "shallow_half_time": self.shallow_half_time,
            "shallow_width": self.shallow_width,
            "shallow_ratio": self.shallow_ratio,
        }
        table = tidy({"network": range(networks), "mode": first + 1}, columns)
        return table if self.source == "simulation" else table.drop(columns="network")

    def __repr__(self) -> str:
        known = self.ratio[np.isfinite(self.ratio)]
        spread = f"{steady(known.min()):.2g} to {steady(known.max()):.2g}" if known.size else "unknown"
        return (
            f"<TransitionSharpness ({self.source}, depth {self.depth}): width over half time {spread}, without hidden "
            f"layer {transitions.SHALLOW_SHARPNESS:.3g}\n {self.meaning}>"
        )


def transition_sharpness(trajectory: Trajectory) -> TransitionSharpness:
    """How sudden each mode is learned: width of its transition against the time it takes to be half learned.

    Implements: saxe2019 SI
    Checked by: tests/semantics/test_sharpness.py::test_theory_has_the_times_of_the_law

    Parameters
    ----------
    trajectory : Trajectory
        What networks know over time, in theory or trained.

    Returns
    -------
    TransitionSharpness

    Raises
    ------
    InputError
        What is no record of learning; a world with missing cells, of which no end is known.

    Notes
    -----
    Exact where the law of single modes holds; else between the recorded times. Tied modes count as one, by their mean
    strength, which does not depend on the choice of single vectors.

    Examples
    --------
    Modes come in stages, and later ones are wider in proportion:

    >>> import ontogeny as on
    >>> found = transition_sharpness(on.predict(on.datasets.load("zoo"), initial_strength=1e-6, until=8.0))
    >>> found.ratio[0, :3].round(2).tolist(), found.shallow_ratio[:3].round(2).tolist()
    ([0.26, 0.27, 0.28], [3.17, 3.17, 3.17])
    """
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    world, data = trajectory.environment, trajectory.dataset
    modes = world.spectrum()
    of_group = (modes.groups[:, None] == np.unique(modes.groups)).astype(float)
    of_group /= of_group.sum(axis=0)
    strength, final = data["mode_strength"].values @ of_group, world.final_strength @ of_group
    half = np.atleast_2d(crossing_time(trajectory.time, strength, final / 2))
    start = np.atleast_2d(crossing_time(trajectory.time, strength, final / 10))
    width = np.atleast_2d(rise_time(trajectory.time, strength, final))
    if trajectory.provenance.method == "closed_form":
        exact = {name: data[name].values for name in ("half_time", "rise_start", "rise_time")}
        is_one = np.all([_agree(times, modes.groups) for times in exact.values()], axis=0)
        half, start, width = (
            np.where(is_one, times[_first(modes.groups)], measured)
            for times, measured in zip(exact.values(), (half, start, width), strict=True)
        )
    tau = float(trajectory.provenance.settings.get("tau", 1.0))
    d = modes.input_variances @ of_group if input_alignment(world).holds else np.full(final.size, np.nan)
    return TransitionSharpness(
        world,
        trajectory.depth,
        trajectory.provenance.kind,
        half,
        width,
        start <= trajectory.time[0] + EQUAL * np.ptp(trajectory.time),
        shallow.time_to_strength(0.5 / d, 1.0, input_variance=d, tau=tau),
        transitions.shallow_width(input_variance=d, tau=tau),
    )


def _first(groups: np.ndarray) -> np.ndarray:
    return np.searchsorted(groups, np.unique(groups))


def _agree(times: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Whether all modes of a group have one time, shape (groups,); they do not where they start differently."""
    first = times[_first(groups)][groups]
    off = (times != first) & ~(np.abs(times - first) <= EQUAL * np.abs(first))
    return np.bincount(groups, weights=off) == 0


def _ratio(width: np.ndarray, half: np.ndarray) -> np.ndarray:
    timed = np.isfinite(half) & (half > 0)
    return np.where(timed, width / np.where(timed, half, 1.0), np.nan)
