"""Times or ages at which items were mastered, laid beside the theory: the time constant and the start that fit best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, finite, one_of, quoted, whole
from .._core.counting import counted
from .._core.notes import Note
from ..environments.environment import Environment
from ..semantics.acquired import MEASURES
from .findings import Finding, nothing, order
from .intervals import Estimate, level_of
from .item_times import ItemClock, expect_closed_form, range_of_starts
from .mastered_items import MasteredItems, expect_enough, mastered_items
from .shared_start import fit_of_start

if TYPE_CHECKING:
    import pandas as pd


class Assumed(NamedTuple):
    """What a fit of mastery took as given.

    Parameters
    ----------
    measure : str
        What "mastered" means.
    depth : int
        Number of weight matrices.
    errors : "relative" or "absolute"
        Whether times scatter in proportion, or by the same amount at all times.
    since, until : float or None
        First and last time at which mastery was looked for.
    level : float
        Of the intervals.
    simulated : bool
        Whether the times say of themselves that they were simulated.
    """

    measure: str
    depth: int
    errors: str
    since: float | None
    until: float | None
    level: float
    simulated: bool


@dataclass(frozen=True, eq=False)
class MasteryFit:
    """A time constant and an initial strength, fitted to when items were mastered.

    Parameters
    ----------
    environment : Environment
        The world.
    assumed : Assumed
        Measure, depth, kind of errors, limits of the study.
    estimates : dict of str to Estimate
        ``tau`` (units of the data in one unit of learning time), ``initial_strength`` (of every mode, in units of the
        table) and ``onset`` (when learning begins), each with its interval by profile likelihood.
    items : tuple of str, shape (items,)
        The items that were compared.
    measured : array, shape (items,)
        When they were mastered; inf and -inf where that is only known to be after `until` or before `since`.
    predicted : array, shape (items,)
        When they are mastered according to the fitted theory.
    waits_for : array of int, shape (items,)
        Group of modes whose growth makes the item mastered, from 0.
    notes : tuple of Note
        What was left out, and what was assumed.
    """

    environment: Environment
    assumed: Assumed
    estimates: dict[str, Estimate]
    items: tuple[str, ...]
    measured: np.ndarray
    predicted: np.ndarray
    waits_for: np.ndarray
    notes: tuple[Note, ...]

    @property
    def tau(self) -> float:
        """Time constant [unit of the data per unit of learning time]."""
        return self.estimates["tau"].value

    @property
    def initial_strength(self) -> float:
        """Strength of every mode before learning."""
        return self.estimates["initial_strength"].value

    @property
    def onset(self) -> float:
        """When learning begins [unit of the data]."""
        return self.estimates["onset"].value

    @property
    def residuals(self) -> np.ndarray:
        """Measured minus predicted times, (items,): of their logarithms if errors are relative; NaN if censored."""
        measured = np.where(np.isfinite(self.measured), self.measured, np.nan)
        if self.assumed.errors == "absolute":
            return measured - self.predicted
        return np.log((measured - self.onset) / (self.predicted - self.onset))

    @property
    def explained(self) -> float:
        """Share of the scatter of times (of their logarithms, if errors are relative) that the theory explains.

        Below 0 where one and the same time for all items would fit better.
        """
        known = np.isfinite(self.measured)
        times = self.measured[known] - self.onset
        values = np.log(times) if self.assumed.errors == "relative" else times
        return float(1 - np.sum(self.residuals[known] ** 2) / np.sum((values - values.mean()) ** 2))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Order, proportional width and illusions: what the theory predicts, tested, where these data can test it."""
        why = "times of items do not show how answers change; fit_accuracy tests it on answers over time"
        return (order(self.predicted, self.measured, "items"), nothing("width", why), nothing("illusions", why))

    def to_dataframe(self, of: str = "items") -> pd.DataFrame:
        """A table.

        Parameters
        ----------
        of : "items", "modes", "estimates" or "findings"
            One row per item: item, measured, predicted, residual, and the mode it waits for, numbered from 1 (the first
            of a tie); per mode: number of items that wait for it, mean and standard deviation of their residuals; or
            what was estimated; or what was found.
        """
        import pandas as pd

        one_of(of, ("items", "modes", "estimates", "findings"), "of")
        if of == "estimates":
            table = pd.DataFrame(self.estimates.values(), columns=list(Estimate._fields))
            table.insert(0, "quantity", list(self.estimates))
            return table
        if of == "findings":
            return pd.DataFrame(self.findings, columns=list(Finding._fields))
        modes, names = self.environment.spectrum(), self.environment.mode_names()
        first = np.searchsorted(modes.groups, np.unique(modes.groups))[self.waits_for]
        items = pd.DataFrame(
            {
                "item": self.items,
                "measured": self.measured,
                "predicted": self.predicted,
                "residual": self.residuals,
                "mode": first + 1,
                "mode_name": [names[place] for place in first],
            }
        )
        if of == "items":
            return items
        grouped = items.groupby(["mode", "mode_name"])["residual"]
        return grouped.agg(items="size", mean="mean", deviation="std").reset_index()

    def __repr__(self) -> str:
        made = " (simulated data)" * self.assumed.simulated
        estimates = ", ".join(f"{name} {each}" for name, each in self.estimates.items())
        worse = "it fits worse than the same time for all items"
        how = f"{self.explained:.0%} of the scatter explained" if self.explained > 0 else worse
        return (
            f"<MasteryFit{made}: {counted(len(self.items), 'item')} by {self.assumed.measure}, depth "
            f"{self.assumed.depth}; {estimates}; {how}\n "
            f"{self.findings[0].sentence}>"
        )


def fit_mastery(
    environment: Environment,
    mastered: ArrayLike,
    *,
    measure: str = "all_features",
    depth: int = 2,
    errors: str = "relative",
    onset: float | str = 0.0,
    since: float | None = None,
    until: float | None = None,
    column: str | None = None,
    level: float = 0.95,
) -> MasteryFit:
    r"""Fit the time constant and the initial strength, shared by all modes, to when items were mastered.

    With :math:`T_i(u_0)` the time at which the theory masters item i in units of tau, and an onset :math:`t_0`,

    .. math:: \ln(t_i - t_0) = \ln \tau + \ln T_i(u_0) + \text{noise}

    or :math:`t_i = t_0 + \tau\,T_i(u_0) + \text{noise}` with ``errors="absolute"``.

    The course of modes is that of the paper; the fit was derived for this package.

    Implements: saxe2019 SI
    Checked by: tests/fitting/test_mastery.py::test_without_noise_both_are_recovered

    Parameters
    ----------
    environment : Environment
        The world: a table of items and features without missing cells, items equally frequent.
    mastered : Series, mapping or DataFrame
        Time or age by the names of items (capitals, blanks and hyphens do not matter): NaN where it is unknown, inf
        where the item was not mastered by the end. Tables are read as by `semantics.compare_with_people`, shares of
        children by month too.
    measure : str
        What "mastered" means: "all_features", "half_of_own_features", "told_apart" or "quarter_error", as in
        `semantics.acquisition`.
    depth : int
        Number of weight matrices, 2 or more.
    errors : "relative" or "absolute"
        What scatters alike at all times: the logarithm of a time since the onset, or the time itself. The theory's
        times span decades, and with "absolute" the late ones decide.
    onset : float or "fit"
        When learning begins [unit of the data]; "fit" finds it too, with errors="absolute" alone. Relative errors need
        times after it.
    since, until : float, optional
        First and last time at which mastery was looked for. Times up to `since` are taken as "earlier", times of inf as
        "later than `until`".
    column : str, optional
        The column of times, if a table has several.
    level : float
        Of the intervals.

    Returns
    -------
    MasteryFit

    Raises
    ------
    InputError
        Names of no item, times before the onset, fewer than four items with a time, or times from which the two cannot
        be told apart: items that all wait for one mode, or were all mastered at once.

    See Also
    --------
    fit_accuracy : the same from answers to every question over time.
    simulate_mastery : times that are known to follow the theory.
    ontogeny.semantics.compare_with_people : ranks alone, with more measures.

    Notes
    -----
    The singular values are those of the table, in its units. If they were known only up to a common factor, tau and the
    initial strength would be so too: then only the ratio of the start to what is learned, and the times, mean anything.

    Tau and the start are told apart by how the times of strong and weak modes compare, which depends on the start
    through its logarithm alone: intervals are wide, and the ends of both go together. They are those of the profile
    likelihood, hold for independent normal errors, and are too narrow where the theory is wrong. The lower end is 0
    where no start is too small. A censored item counts as the probability that its time lies beyond the limit.

    In simulated data 95% intervals held tau in 94 and 95 of 100 repeats for "told_apart" and "quarter_error", and in
    90 and 91 for the other measures, whose times jump at starts where a passing illusion begins to undo what was known.

    The start is looked for between 1e-12 of what the strongest mode learns and half of what the weakest mode (of those
    above 3% of the strongest) learns.

    Examples
    --------
    Times that follow the theory:

    >>> import ontogeny as on
    >>> world = on.datasets.load("zoo")
    >>> ages = on.fitting.simulate_mastery(world, tau=10.0, initial_strength=1e-3, noise=0.0)
    >>> found = on.fitting.fit_mastery(world, ages)
    >>> round(found.tau, 6), round(found.initial_strength, 9)
    (10.0, 0.001)
    """
    expect(environment, Environment, "environment", "make one with Environment.from_dataframe(table)")
    one_of(measure, list(MEASURES), "measure")
    one_of(errors, ("relative", "absolute"), "errors")
    layers = whole(depth, "depth", 1, "a network has at least one weight matrix")
    expect_closed_form(environment, layers)
    begun = _onset(onset, errors)
    share = level_of(level)
    given = mastered_items(
        environment, mastered, onset=begun if errors == "relative" else None, since=since, until=until, column=column
    )
    clock = ItemClock(environment, measure, given.rows, layers)
    given = _timed(given, clock)
    clock = ItemClock(environment, measure, given.rows, layers)
    fit = fit_of_start(clock, given, errors, begun, share)
    items = tuple(environment.items[row] for row in given.rows)
    limits = np.where(given.side == 0, given.times, np.copysign(np.inf, given.side))
    assumed = Assumed(measure, layers, errors, since, until, share, given.simulated)
    predicted = fit.onset.value + fit.tau.value * fit.times.time
    estimates = {"tau": fit.tau, "initial_strength": fit.initial_strength, "onset": fit.onset}
    return MasteryFit(environment, assumed, estimates, items, limits, predicted, fit.times.waits_for, fit.notes)


def _onset(onset: float | str, errors: str) -> float | None:
    """The onset as a number, or None where it is to be fitted."""
    if not isinstance(onset, str):
        return finite(onset, "onset")
    one_of(onset, ("fit",), "onset")
    if errors == "relative":
        raise InputError(
            "onset",
            "is 'fit', but relative errors have no best onset: the earlier it is, the more alike are all logarithms",
            "write errors='absolute', or the age at which learning begins",
        )
    return None


def _timed(given: MasteredItems, clock: ItemClock) -> MasteredItems:
    """The items that have a time in theory; of the others a note."""
    timed = clock.has_time() & np.isfinite(clock.at(range_of_starts(clock.environment)[0]).time)
    if timed.all():
        return given
    names = tuple(clock.environment.items[row] for row in given.rows[~timed])
    words = f"Left out: {counted(len(names), 'item')} without a time in theory ({quoted(names)}), for want of features."
    kept = given.only(timed, Note("no_time", words, names))
    expect_enough(kept)
    return kept
