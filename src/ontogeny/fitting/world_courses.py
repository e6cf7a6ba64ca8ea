"""Answers to every question over time, laid beside the theory: what each mode does, and tau and a start for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr
from scipy.stats import norm

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, one_of, whole
from .._core.counting import counted
from .._core.notes import Note
from ..environments.environment import Environment
from ..modes.laws import law
from ..semantics.acquired import half_range, midpoint
from .answered_cells import AnsweredCells, answered_cells
from .binomial_cells import fit_shares
from .censored import tolerated
from .course_problem import CourseProblem, answers_of, strengths_of
from .findings import Finding, order, proportional_width
from .intervals import Estimate, edge, level_of
from .item_times import expect_closed_form
from .mode_transitions import transition
from .passing_errors import illusions
from .projected_cells import projected

if TYPE_CHECKING:
    import pandas as pd

TOLD_APART = 1e-6  # smallest singular value of the scaled slopes by tau and start, below which these are one


class Asked(NamedTuple):
    """What a fit of answers took as given.

    Parameters
    ----------
    depth : int
        Number of weight matrices.
    values : "answers" or "correct"
        What was given.
    errors : "equal" or "binomial"
        Of cells.
    onset : float
        When learning begins.
    level : float
        Of the intervals.
    simulated : bool
        Whether the answers say of themselves that they were simulated.
    """

    depth: int
    values: str
    errors: str
    onset: float
    level: float
    simulated: bool


@dataclass(frozen=True, eq=False)
class AccuracyFit:
    """A time constant and an initial strength, fitted to answers over time.

    Parameters
    ----------
    environment : Environment
        The world.
    assumed : Asked
        Depth, kind of values and errors, onset.
    estimates : dict of str to Estimate
        ``tau`` (units of the data in one unit of learning time) and ``initial_strength`` (of every mode, in units of
        the table), with intervals by profile likelihood.
    strengths : Dataset
        ``measured`` and ``fitted (time, mode)``, ``half_time`` and ``width (source, mode)`` with sources "measured" and
        "fitted"; tied modes are one, named by their first, and `tied` counts them. NaN where the data do not show it.
    cells : AnsweredCells
        The answers, on the scale of the table.
    explained : float
        Share of the change of answers over time, around the mean of each cell, that the fitted theory explains.
    notes : tuple of Note
        What was left out.
    """

    environment: Environment
    assumed: Asked
    estimates: dict[str, Estimate]
    strengths: xr.Dataset
    cells: AnsweredCells
    explained: float
    notes: tuple[Note, ...]

    @property
    def tau(self) -> float:
        """Time constant [unit of the data per unit of learning time]."""
        return self.estimates["tau"].value

    @property
    def initial_strength(self) -> float:
        """Strength of every mode before learning."""
        return self.estimates["initial_strength"].value

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Order, proportional width and illusions: what the theory predicts, tested."""
        half, width = (
            self.strengths[name].sel(source=["fitted", "measured"]).values for name in ("half_time", "width")
        )
        targets = self.environment.samples.targets[np.ix_(self.cells.rows, self.cells.columns)]
        low = targets < midpoint(self.environment.samples.targets)[self.cells.columns]
        scale = 2 * half_range(self.environment.samples.targets)[self.cells.columns]
        return (
            order(half[0], half[1], "half-times of modes"),
            proportional_width(width[0], width[1], self.assumed.depth),
            illusions(self.answers(), self.cells.values, low, scale),
        )

    def answers(self) -> np.ndarray:
        """Answers of the fitted theory in the cells, (times, items, features)."""
        strength = strengths_of(self.environment, self.assumed.depth, self.cells.time, self.tau, self.initial_strength)
        return answers_of(self.environment, self.cells, strength)

    def to_dataframe(self, of: str = "modes") -> pd.DataFrame:
        """A table.

        Parameters
        ----------
        of : "modes", "courses", "estimates" or "findings"
            One row per mode (or group of tied ones): half-times and widths, measured and fitted, and the size of its
            residuals; per time and mode: measured and fitted strength and their difference; what was estimated; or
            what was found.
        """
        import pandas as pd

        one_of(of, ("modes", "courses", "estimates", "findings"), "of")
        if of == "findings":
            return pd.DataFrame(self.findings, columns=list(Finding._fields))
        if of == "estimates":
            table = pd.DataFrame(self.estimates.values(), columns=list(Estimate._fields))
            table.insert(0, "quantity", list(self.estimates))
            return table
        data = self.strengths
        off = data["measured"] - data["fitted"]
        if of == "courses":
            found = data[["measured", "fitted"]].assign(residual=off).to_dataframe().reset_index()
            return found[["time", "mode", "mode_name", "measured", "fitted", "residual"]]
        table = pd.DataFrame({name: data[name].values for name in ("mode", "mode_name", "tied", "singular_value")})
        for name in ("half_time", "width"):
            for source in ("measured", "fitted"):
                table[f"{name}_{source}"] = data[name].sel(source=source).values
        table["residual"] = np.sqrt((off**2).mean("time").values)
        return table

    def __repr__(self) -> str:
        made = " (simulated data)" * self.assumed.simulated
        estimates = ", ".join(f"{name} {each}" for name, each in self.estimates.items())
        sentences = "\n ".join(each.sentence for each in self.findings)
        return (
            f"<AccuracyFit{made}: {counted(int(self.cells.observed.sum()), 'answer')}, depth {self.assumed.depth}; "
            f"{estimates}; {self.explained:.0%} of the change explained\n {sentences}>"
        )


def fit_accuracy(
    environment: Environment,
    table: ArrayLike,
    *,
    values: str = "answers",
    depth: int = 2,
    onset: float = 0.0,
    level: float = 0.95,
) -> AccuracyFit:
    r"""Fit the time constant and the initial strength, shared by all modes, to answers for every item and feature.

    With singular vectors :math:`u_a, v_a` of the world and :math:`a(t; s, u_0)` the strength of a mode,

    .. math:: y_{im}(t) = \sum_a u_{ma}\,a((t - t_0)/\tau;\ s_a, u_0)\,v_{ia} + \text{noise}

    The course of modes is that of the paper; the fit was derived for this package.

    Implements: saxe2019 SI
    Checked by: tests/fitting/test_world_courses.py::test_without_noise_both_are_recovered

    Parameters
    ----------
    environment : Environment
        The world: a table of items and features without missing cells, items equally frequent.
    table : DataFrame or DataArray
        Rows item, feature, time, value; with a column of trials the values are shares of them. Or an array with the
        dimensions time, item and feature. Names as in the world, but for capitals, blanks and hyphens. Not all cells
        need be there.
    values : "answers" or "correct"
        Answers on the scale of the world's table (mean ratings, probability of "yes" for features of 0 and 1), or
        shares of right answers, for features of two values.
    depth : int
        Number of weight matrices, 2 or more.
    onset : float
        When learning begins [unit of the data].
    level : float
        Of the intervals.

    Returns
    -------
    AccuracyFit

    Raises
    ------
    InputError
        Tables that cannot be read, times before the onset, or answers from which the two cannot be told apart.

    See Also
    --------
    fit_mastery : the same from one time for each item.
    simulate_accuracy : answers that are known to follow the theory.

    Notes
    -----
    Before learning the theory answers 0 to everything. Whoever guesses at first answers with the middle of the scale:
    then the features should be written as -1 and 1, and 0 is that middle.

    Without trials cells are weighted alike (least squares). With trials the fit is the most likely one of binomial
    shares, where answers of the theory below 0 or above 1 count as nearly 0 and 1 (by 0.01), and more scatter than
    binomial widens the intervals, which are those of the curvature. Intervals hold for independent errors of cells;
    where the theory is wrong errors go together, and the intervals are too narrow.

    Half-times and widths of measured modes come from a curve of the same depth for each mode alone, with a start and a
    clock of its own, so that the width is free; the strength in the end is that of the table.

    Examples
    --------
    >>> import ontogeny as on
    >>> world = on.datasets.load("rumelhart")
    >>> made = on.fitting.simulate_accuracy(world, range(40), tau=10.0, initial_strength=1e-3, noise=0.0)
    >>> found = on.fitting.fit_accuracy(world, made)
    >>> round(found.tau, 6), round(found.initial_strength, 9)
    (10.0, 0.001)
    """
    expect(environment, Environment, "environment", "make one with Environment.from_dataframe(table)")
    layers = whole(depth, "depth", 1, "a network has at least one weight matrix")
    expect_closed_form(environment, layers)
    share = level_of(level)
    cells = answered_cells(environment, table, values=values, onset=onset)
    problem = CourseProblem(environment, layers, cells.time, projected(environment, cells))
    where = problem.best()
    _check_told_apart(problem.change(where))
    if cells.trials is None:
        estimates = _estimates(problem, where, share)
    else:
        where, design, scatter = fit_shares(problem, cells, where)
        estimates = _curved(problem, where, design, scatter, share)
    strengths = _summary(problem, where, estimates["tau"].value)
    fitted = answers_of(environment, cells, problem.strengths(where))
    errors = "equal" if cells.trials is None else "binomial"
    assumed = Asked(layers, values, errors, float(onset), share, cells.simulated)
    return AccuracyFit(environment, assumed, estimates, strengths, cells, _explained(cells.values, fitted), cells.notes)


def _estimates(problem: CourseProblem, where: np.ndarray, level: float) -> dict[str, Estimate]:
    """Both parameters with their profile intervals."""
    more = tolerated(problem.cells.count, 2, level) + problem.deviance(where)
    low, high = problem.below

    def by_tau(log: float) -> float:
        return problem.profile(where, 0, log) - more

    def by_start(below: float) -> float:
        return problem.profile(where, 1, below) - more if low <= below <= high else 1.0

    smallest, largest = (edge(by_start, float(where[1]), side, 1.0) for side in (1, -1))
    taus = [float(np.exp(edge(by_tau, float(where[0]), side, 1.0))) for side in (-1, 1)]
    return _named(problem, where, taus, (smallest, largest))


def _curved(
    problem: CourseProblem, where: np.ndarray, design: np.ndarray, scatter: float, level: float
) -> dict[str, Estimate]:
    """Both parameters with intervals from the curvature at the best ones, which many cells make good enough."""
    reach = float(norm.ppf((1 + level) / 2)) * np.sqrt(scatter * np.diag(np.linalg.inv(design.T @ design)))
    taus = [float(np.exp(where[0] + side * reach[0])) for side in (-1, 1)]
    return _named(problem, where, taus, np.clip(where[1] + np.array([1, -1]) * reach[1], *problem.below))


def _named(
    problem: CourseProblem, where: np.ndarray, taus: Sequence[float], below: Sequence[float] | np.ndarray
) -> dict[str, Estimate]:
    """Estimates of tau and the start; where no start is too small, the lower ends are 0."""
    is_open = below[0] >= problem.below[1] - 1e-6
    start, low, high = (problem.final * float(np.exp(-one)) for one in (where[1], *below))
    return {
        "tau": Estimate(float(np.exp(where[0])), 0.0 if is_open else taus[0], taus[1]),
        "initial_strength": Estimate(start, 0.0 if is_open else low, high),
    }


def _check_told_apart(design: np.ndarray) -> None:
    """Refuse answers that move alike by tau and by the start."""
    sizes = np.linalg.norm(design, axis=0)
    scaled = design / np.where(sizes > 0, sizes, 1.0)
    if np.sqrt(max(float(np.linalg.eigvalsh(scaled.T @ scaled)[0]), 0.0)) < TOLD_APART:
        came = "shows no mode that changes, or one strength at one time: slow clocks and small starts look alike"
        raise InputError("table", came, "add times, or features of other modes")


def _summary(problem: CourseProblem, where: np.ndarray, tau: float) -> xr.Dataset:
    """Measured and fitted strengths of groups of modes, their half-times and widths."""
    world = problem.environment
    modes, of_depth = world.spectrum(), law(problem.depth)
    first = np.searchsorted(modes.groups, np.unique(modes.groups))
    measured, variance = problem.cells.of_groups(modes.groups)
    final, s, d = world.final_strength[first], modes.singular_values[first], modes.input_variances[first]
    start = problem.final * float(np.exp(-where[1]))
    reached = of_depth.time_to_strength(np.multiply.outer((0.1, 0.5, 0.9), final), s, start, input_variance=d)
    rise, half, risen = tau * np.maximum(reached, 0.0)
    with np.errstate(divide="ignore"):
        found = [
            transition(problem.time, *each, problem.depth)
            for each in zip((measured / final).T, 1 / variance.T, strict=True)
        ]
    own = np.array(found)
    along = ("source", "mode")
    return xr.Dataset(
        {
            "measured": (("time", "mode"), measured),
            "fitted": (("time", "mode"), problem.strengths(where)[:, first]),
            "half_time": (along, np.stack([own[:, 0], half])),
            "width": (along, np.stack([own[:, 1], risen - rise])),
            "singular_value": ("mode", s),
            "final_strength": ("mode", final),
        },
        coords={
            "time": problem.time,
            "mode": first + 1,
            "mode_name": ("mode", [world.mode_names()[place] for place in first]),
            "tied": ("mode", np.bincount(modes.groups)),
            "source": ["measured", "fitted"],
        },
    )


def _explained(measured: np.ndarray, fitted: np.ndarray) -> float:
    seen = ~np.isnan(measured)
    count = np.maximum(seen.sum(axis=0), 1)
    mean = np.where(seen, measured, 0.0).sum(axis=0) / count
    total = np.sum(np.where(seen, measured - mean, 0.0) ** 2)
    return float(1 - np.sum(np.where(seen, measured - fitted, 0.0) ** 2) / total) if total > 0 else float("nan")
