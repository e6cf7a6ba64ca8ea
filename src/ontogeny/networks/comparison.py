"""Trained networks against the theory that starts where each of them really started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import InputError, expect, whole
from .._core.tidy import tidy
from ..modes import balanced, deep, discrete, shallow
from ..modes.milestones import crossing_time
from ..trajectory import Trajectory
from .initial_strengths import remaining_initial_strength

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Deviation:
    """Measured and predicted courses of the same networks; tied modes are summed, because only their sum is meaningful.

    Parameters
    ----------
    times : array, shape (time,)
        Learning times [unit of tau].
    measured, predicted : arrays, shape (seed, time, group)
        Strength of every mode, or group of tied modes.
    final : array, shape (group,)
        Final strength of each.
    initial_strength : array, shape (seed, mode)
        Strength that the prediction of every mode starts from: what stronger modes leave of its initial strength.
    law : str
        What made the prediction: "exact steps" (finite learning rate) or "flow".
    normalization : str
        Of the world, which sets the unit of time.
    """

    times: np.ndarray
    measured: np.ndarray
    predicted: np.ndarray
    final: np.ndarray
    initial_strength: np.ndarray
    law: str
    normalization: str

    def __repr__(self) -> str:
        seeds, times, groups = self.measured.shape
        return (
            f"<Deviation: {seeds} networks, {groups} modes or groups of tied ones, {times} times; from the {self.law} "
            f"by {self.typical:.2%} of a final strength typically, {self.largest:.2%} at worst>"
        )

    @property
    def relative(self) -> np.ndarray:
        """Measured minus predicted, as a share of the final strength, (seed, time, group)."""
        return (self.measured - self.predicted) / self.final

    @property
    def largest(self) -> float:
        """Largest deviation over seeds, times and modes, as a share of a mode's final strength."""
        return float(np.abs(self.relative).max())

    @property
    def typical(self) -> float:
        """Root mean square deviation over seeds, times and modes, as a share of a mode's final strength."""
        return float(np.sqrt(np.mean(self.relative**2)))

    @property
    def half_times(self) -> tuple[np.ndarray, np.ndarray]:
        """Measured and predicted half-learning times, (seed, group) each [unit of tau]."""
        measured = crossing_time(self.times, self.measured, self.final / 2)
        return measured, crossing_time(self.times, self.predicted, self.final / 2)

    def to_dataframe(self) -> pd.DataFrame:
        """One row per network and group of tied modes (numbered from 1): half-learning times and largest deviation."""
        measured, predicted = self.half_times
        columns = {
            "half_time_measured": measured,
            "half_time_predicted": predicted,
            "largest_deviation": np.abs(self.relative).max(axis=1),
        }
        return tidy({"network": range(measured.shape[0]), "group": range(1, measured.shape[1] + 1)}, columns)


def deviation_from_theory(simulation: Trajectory, *, most: int | None = None) -> Deviation:
    """Deviation of trained networks from the theory that starts from each network's own initial strength.

    With one hidden layer a mode starts from what stronger modes leave it (`remaining_initial_strength`).
    Full-batch training is compared with the law of exact steps (`modes.discrete`), anything else with the flow.

    Implements: saxe2014 Fig. 3
    Checked by: tests/networks/test_comparison.py::test_small_random_weights_follow

    Parameters
    ----------
    simulation : Trajectory
        Of `simulate`, with the weights at time 0.
    most : int, optional
        Compare only about this many of the strongest modes (groups of tied modes are not cut). All by default.

    Raises
    ------
    InputError
        A trajectory without weights at time 0, or a world with missing cells, for which no law of single modes holds.

    Examples
    --------
    >>> import ontogeny as on
    >>> child = on.simulate(on.datasets.load("rumelhart"), until=3.0, seed=[0, 1])
    >>> bool(deviation_from_theory(child).largest < 0.02)
    True
    """
    expect(simulation, Trajectory, "simulation", "pass what `simulate` returns")
    most = None if most is None else whole(most, "most", 1, "at least one mode is compared")
    simulation.environment.expect_all_observed("the theory of single modes needs them all")
    modes = simulation.environment.spectrum()
    start = _initial_strengths(simulation)
    predicted, law = _predicted(simulation, start)
    members = (modes.groups[:, None] == np.unique(modes.groups[:most])).astype(float)
    measured = simulation.dataset["mode_strength"].values
    final = simulation.environment.final_strength @ members
    return Deviation(
        simulation.time,
        measured @ members,
        predicted @ members,
        final,
        start,
        law,
        simulation.environment.normalization,
    )


def _initial_strengths(simulation: Trajectory) -> np.ndarray:
    """What stronger modes leave of the initial strength of every mode, (seed, mode)."""
    if "start_strength" in simulation.dataset:  # measured where weights were too large to be kept
        return np.asarray(simulation.dataset["start_strength"].values)
    if not simulation.snapshots or simulation.snapshot_time[0] != 0:
        raise InputError(
            "simulation", "has no weights at time 0 to start a prediction from", "simulate with times from 0 on"
        )
    first = [layer[:, 0] for layer in simulation.snapshots]
    return remaining_initial_strength(first, simulation.environment.spectrum())


def _predicted(simulation: Trajectory, start: np.ndarray) -> tuple[np.ndarray, str]:
    modes, settings = simulation.environment.spectrum(), simulation.provenance.settings
    s, d, clock = modes.singular_values, modes.input_variances, simulation.time[:, None]
    u0 = start[:, None, :]
    if simulation.steps is not None and not settings["episodes"]:
        steps = simulation.steps[:, None]
        return discrete.mode_strength(
            steps, s, u0, learning_rate=settings["learning_rate"], depth=simulation.depth, input_variance=d
        ), "exact steps"
    if simulation.depth == 1:
        return shallow.mode_strength(clock, s, u0, input_variance=d), "flow"
    if simulation.depth == 2:
        return balanced.mode_strength(clock, s, u0, input_variance=d), "flow"
    return deep.mode_strength(clock, s, u0, depth=simulation.depth, input_variance=d), "flow"
