"""When each level of a world was learned, from distances over time, and whether one network learns them so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, finite, whole
from .._core.counting import counted
from .._core.digits import short
from ..environments.environment import Environment
from ..representation.comparisons import compared
from ..representation.movies import RdmMovie
from ..validity import input_alignment
from .level_strengths import level_strengths
from .rdm_courses import Measured, Together, clock_to_half, course
from .separate_courses import described, follow_each_other, separate_courses, width
from .shared_courses import SharedCourse, shared_course

if TYPE_CHECKING:
    import pandas as pd

COVERAGE = 0.95
OF_ONE = ("half_time_predicted", "width_predicted", "initial_fraction_predicted", "end_predicted")
OF_EACH = ("half_time", "half_time_low", "half_time_high", "width", "rate", "initial_fraction", "end", "noise")


@dataclass(frozen=True, eq=False)
class RdmMovieFit:
    """Courses of levels that were fitted to distances over time.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_rdm_movies.py::test_a_theory_is_recovered

    Parameters
    ----------
    measured : DataArray, dims (time, level)
        Strength of each level in the distances.
    levels : Dataset, dims (level)
        Of each level ``half_time`` with ``half_time_low`` and ``half_time_high``, ``width``, ``rate``,
        ``initial_fraction``, ``end`` and ``noise``, NaN where there is no sign of learning; by one network for all of
        them ``half_time_predicted``, ``width_predicted``, ``initial_fraction_predicted`` and ``end_predicted``; its
        ``singular_value``, and the ``floor`` under it.
    shared : SharedCourse or None
        One network for all levels; None where fewer than two were learned.
    layer, depth : float
        Which of how many layers was measured.
    floor : float
        What noise adds to every distance.
    metric : str
        Of the distances.
    notes : tuple of str
        What was left out, and what the fit rests on.
    """

    measured: xr.DataArray
    levels: xr.Dataset
    shared: SharedCourse | None
    layer: float
    depth: float
    floor: float
    metric: str
    notes: tuple[str, ...]

    @property
    def is_learned(self) -> xr.DataArray:
        """Whether there is a sign of learning of each level, dims (level)."""
        return self.levels["half_time"].notnull()

    @property
    def order(self) -> float:
        """Kendall's tau b of the levels' half-times and those of one network for all; NaN without these."""
        own, of_all = (self.levels[name].values for name in ("half_time", "half_time_predicted"))
        both = np.isfinite(own) & np.isfinite(of_all)
        return float(compared(own[both], of_all[both], "tau_b")) if both.sum() > 1 else float("nan")

    def strength(self, time: ArrayLike, *, shared: bool = False) -> xr.DataArray:
        """Fitted strength of each level, dims (time, level); NaN where there is no sign of learning.

        Parameters
        ----------
        time : array, shape (times,)
            In the unit of the fit.
        shared : bool
            With the times of one network for all levels, in place of a half-time and a start for each.

        Raises
        ------
        InputError
            There is no network for all of them.
        """
        if shared and self.shared is None:
            raise InputError("shared", "is True, but fewer than two levels were learned", "leave it out")
        t, ending = np.atleast_1d(np.asarray(time, dtype=float)), "_predicted" if shared else ""
        half, start = (self.levels[name + ending].values for name in ("half_time", "initial_fraction"))
        end, floor = (self.levels[name].values for name in ("end", "floor"))
        on = np.flatnonzero(np.isfinite(end) & np.isfinite(half))
        values = np.full((t.size, half.size), np.nan)
        q = course(t, clock_to_half(start[on], self.depth) / half[on], start[on], self.depth)
        values[:, on] = floor[on] + end[on] * q ** (2 * self.layer / self.depth)
        coords = {"time": t, **_levels_of(self.measured)}
        return xr.DataArray(values, dims=("time", "level"), coords=coords, name="strength")

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each level: half-time with interval, width, start, end, the same by one network, assumptions."""
        return self.levels.to_dataframe().reset_index().assign(layer=self.layer, depth=self.depth)

    def __repr__(self) -> str:
        learned, levels = int(self.is_learned.sum()), counted(self.levels.sizes["level"], "level")
        one = "" if self.shared is None else f"; one network explains {self.shared.explained:.1%}"
        kind = self.metric.replace("_", " ")
        where = f"layer {short(self.layer)} of {short(self.depth)}"
        return f"<RdmMovieFit: {learned} of {levels} learned in {kind} distances, {where}{one}>"


def fit_rdm_movie(
    rdms: ArrayLike | RdmMovie,
    environment: Environment,
    *,
    layer: int = 1,
    depth: float = 2,
    floor: float | str | None = None,
    metric: str | None = None,
    times: ArrayLike | None = None,
    coverage: float = COVERAGE,
) -> RdmMovieFit:
    r"""Fit the course of every level of a world to distances that were measured over time, and one network to all.

    With the share :math:`q_g` of level g that is learned, :math:`\dot q = \kappa\,q^{2 - 2/D}(1 - q)`, its strength in
    the distances of layer l of D is

    .. math:: k_g(t) = a_g\,q_g(t)^{2l/D} + b\,w_g

    where a floor b under all distances adds :math:`w_g`, and of one network with singular values s, input variances
    d, initial strength :math:`u_0` and time constant :math:`\tau`

    .. math:: \kappa_g = \frac{D\,s_g}{\tau} (\frac{s_g}{d_g})^{1 - 2/D}, \quad q_g(0) = \frac{d_g\,u_0}{s_g}

    The course of a mode is saxe2014 (15); the fit to distances is derived for this package.

    Checked by: tests/fitting/test_rdm_movies.py::test_a_theory_is_recovered

    Parameters
    ----------
    rdms : DataArray or array, shape (..., time, item, item), or RdmMovie
        Distances, as `representation.rdm`, `crossnobis` or `read_rdms` return them, or strengths read off them.
        Over seeds and subjects strengths are averaged.
    environment : Environment
        The world whose levels are looked for.
    layer : int
        Number l of the layer that was measured, from 1.
    depth : float
        Number D of weight matrices, at least the layer.
    floor : float or "fit", optional
        What noise adds to every squared distance; by default it is found, and for crossnobis there is none. Where all
        levels together make equal distances, it is taken to be the same at all times.
    metric : str, optional
        As for `representation.rdm_movie`.
    times : array, shape (times,), optional
        When distances were measured, from the beginning of learning on; by default their coordinate ``time``.
    coverage : float
        Of the intervals.

    Returns
    -------
    RdmMovieFit

    Raises
    ------
    InputError
        No times, negative ones, fewer than five; ranks or correlations of distances; a layer above the depth.

    See Also
    --------
    ontogeny.representation.rdm_movie : strengths of levels at each time.
    fit_learning_curve : the same course, fitted to right answers.

    Notes
    -----
    Half-times are those of modes in the whole network: in layer l a level then has :math:`2^{-2l/D}` of its end. The
    end of a level is free, since units of measured distances are. Levels are weighted by the inverse variance of what
    their own course leaves over. Whether one network learns all levels is decided by F: it has two parameters in place
    of a half-time and an initial fraction for each level, so that it takes two levels, and with one there is nothing
    to decide. A level shows learning if its course is better than a constant by F; where not, no half-time is made up.

    Intervals are profiles of the squares, for noise that is independent between times. They say nothing of other
    items, and are too narrow where the residuals of neighbours in time are alike, which is then noted.

    Examples
    --------
    >>> import ontogeny as on
    >>> world = on.datasets.load("rumelhart")
    >>> theory = on.predict(world, until=6.0, initial_strength=1e-3)
    >>> found = fit_rdm_movie(on.representation.rdm(theory, 1), world)
    >>> found
    <RdmMovieFit: 8 of 8 levels learned in squared euclidean distances, layer 1 of 2; one network explains 100.0%>
    >>> round(found.shared.tau, 4), round(found.shared.initial_strength, 6)
    (1.0, 0.001)
    """
    expect(environment, Environment, "environment", "pass the world whose levels are looked for")
    environment.expect_all_observed("the theory of single modes needs them all")
    whole_network = finite(depth, "depth")
    below = whole(layer, "layer", 1, "layers are counted from 1")
    if whole_network < below:
        raise InputError("depth", f"is {depth!r}, but a network is at least as deep as its layers", f"write {below}")
    if not 0 < coverage < 1:
        raise InputError("coverage", f"is {coverage!r}, but an interval covers a share of the cases", "write 0.95")
    found = level_strengths(rdms, environment, floor, metric, times)
    time, power = found.strength["time"].values.astype(float), 2 * below / whole_network
    data = Measured(time, found.strength.values, power, whole_network, found.flat)
    modes = environment.spectrum()
    first = np.searchsorted(modes.groups, found.strength["level"].values - 1)
    s, d = modes.singular_values[first], modes.input_variances[first]
    separate = separate_courses(data, coverage)
    table = {name: np.full(s.size, np.nan) for name in (*OF_EACH, *OF_ONE)}
    base, one, notes = found.floor, None, list(found.notes)
    learned = np.zeros(0, dtype=int) if separate is None else separate.levels
    if separate is not None:
        base = separate.found.floor if np.any(found.flat) else base
        for name, values in described(separate, coverage).items():
            table[name][learned] = values
        if follow_each_other(separate):
            notes.append(
                "What is left over is alike at neighbouring times: courses are off by more than independent noise, and "
                "intervals are too narrow."
            )
    if separate is not None and learned.size > 1:
        one, where = shared_course(
            separate.data, Together(s[learned], d[learned], whole_network), separate.found, coverage
        )
        table |= _predicted(Together(s, d, whole_network), where, table["end"], power)
    notes += _rests_on(learned.size, environment, has_floor=bool(np.any(found.flat)))
    kept = {"singular_value": s, **table, "floor": base * found.flat}
    levels = xr.Dataset({name: ("level", values) for name, values in kept.items()}, _levels_of(found.strength))
    return RdmMovieFit(found.strength, levels, one, below, whole_network, float(base), found.metric, tuple(notes))


def _predicted(family: Together, where: np.ndarray, ends: np.ndarray, power: float) -> dict[str, np.ndarray]:
    """What one network says of each level; ends in the unit with which those that were measured agree best."""
    pace, starts, *_ = family.at(where)
    starts = np.where(starts < 0.5, starts, np.nan)
    halves = clock_to_half(starts, family.depth) / pace
    curves = zip(halves.tolist(), starts.tolist(), strict=True)
    shape = family.ends**power
    unit = np.exp(np.nanmean(np.log(ends / shape)))
    return {
        "half_time_predicted": halves,
        "width_predicted": np.array([np.nan if np.isnan(r) else width(h, r, family.depth) for h, r in curves]),
        "initial_fraction_predicted": starts,
        "end_predicted": unit * shape,
    }


def _rests_on(learned: int, environment: Environment, *, has_floor: bool) -> list[str]:
    """What the fit rests on, a sentence each."""
    told = []
    if learned < 2:
        few = "No level was learned" if learned == 0 else "One level was learned"
        told.append(f"{few}: whether times are those of one network takes two or more.")
    if has_floor:
        told.append("What noise adds to distances is taken to be the same at all times.")
    if not input_alignment(environment).holds:
        told.append("The inputs of this world are correlated across modes: times of one network are approximate.")
    return told


def _levels_of(strength: xr.DataArray) -> dict[str, xr.DataArray]:
    return {str(name): strength[name] for name in strength.coords if strength[name].dims == ("level",)}
