"""Data that follow the theory but for noise, to see what a fit would tell; they say that they are simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import expect, finite, not_negative, one_of, positive, whole
from .._core.tidy import tidy
from ..environments.environment import Environment
from ..modes.laws import law
from ..recording import increasing_times
from ..semantics.acquired import MEASURES
from .item_times import ItemClock, expect_closed_form

if TYPE_CHECKING:
    import pandas as pd

MADE = "simulated"


def simulate_mastery(
    environment: Environment,
    *,
    tau: float,
    initial_strength: float,
    noise: float = 0.1,
    measure: str = "all_features",
    depth: int = 2,
    errors: str = "relative",
    onset: float = 0.0,
    until: float | None = None,
    seed: int = 0,
) -> pd.Series:
    """Times at which items are mastered according to the theory, with noise.

    Parameters
    ----------
    environment : Environment
        The world.
    tau : float
        Units of the data in one unit of learning time.
    initial_strength : float
        Strength of every mode before learning.
    noise : float
        Standard deviation: of the logarithm of times since the onset if errors are relative, else of the times.
    measure, depth, errors, onset
        As in `fit_mastery`.
    until : float, optional
        End of the study; items that are mastered later have inf.
    seed : int
        Of the noise.

    Returns
    -------
    Series
        Time by item, NaN for items that the theory gives no time; ``attrs["simulated"]`` is True.

    Raises
    ------
    InputError
        Numbers that cannot be, worlds without a closed form.

    See Also
    --------
    fit_mastery : finds tau and the start again.

    Examples
    --------
    >>> import ontogeny as on
    >>> ages = simulate_mastery(on.datasets.load("rumelhart"), tau=10.0, initial_strength=1e-3, noise=0.0, onset=12.0)
    >>> ages.round(1).head(2).to_dict(), ages.name, ages.attrs
    ({'pine': 27.3, 'oak': 30.2}, 'mastered (simulated)', {'simulated': True})
    """
    import pandas as pd

    expect(environment, Environment, "environment", "make one with Environment.from_dataframe(table)")
    one_of(measure, list(MEASURES), "measure")
    one_of(errors, ("relative", "absolute"), "errors")
    layers = whole(depth, "depth", 1, "a network has at least one weight matrix")
    expect_closed_form(environment, layers)
    unit = positive(tau, "tau", "it must be positive")
    start = positive(initial_strength, "initial_strength", "a mode that starts at 0 is never learned")
    scatter = not_negative(noise, "noise", "a standard deviation")
    clock = ItemClock(environment, measure, np.arange(len(environment.items)), layers)
    since = np.where(clock.has_time(), unit * clock.at(start).time, np.nan)
    drawn = scatter * np.random.default_rng(seed).standard_normal(since.size)
    since = since * np.exp(drawn) if errors == "relative" else since + drawn
    ages = finite(onset, "onset") + since
    if until is not None:
        ages = np.where(ages > finite(until, "until"), np.inf, ages)
    made = pd.Series(ages, index=list(environment.items), name=f"mastered ({MADE})")
    made.attrs[MADE] = True
    return made


def simulate_accuracy(
    environment: Environment,
    times: ArrayLike,
    *,
    tau: float,
    initial_strength: float,
    noise: float = 0.1,
    trials: int | None = None,
    depth: int = 2,
    seed: int = 0,
) -> pd.DataFrame:
    """Answers to every question over time according to the theory, with noise.

    Parameters
    ----------
    environment : Environment
        The world.
    times : array, shape (times,)
        Increasing, from the onset of learning on [unit of the data].
    tau : float
        Units of the data in one unit of learning time.
    initial_strength : float
        Strength of every mode before learning.
    noise : float
        Standard deviation of every answer; not used with trials.
    trials : int, optional
        Every value is then the share of "yes" in so many answers, whose probability is the theory's answer, between 0
        and 1.
    depth : int
        Number of weight matrices.
    seed : int
        Of the noise.

    Returns
    -------
    DataFrame
        Columns item, feature, time, value, and trials if there are any; ``attrs["simulated"]`` is True.

    Raises
    ------
    InputError
        Numbers that cannot be, worlds without a closed form.

    See Also
    --------
    fit_accuracy : finds tau and the start again.

    Examples
    --------
    >>> import ontogeny as on
    >>> made = simulate_accuracy(on.datasets.load("rumelhart"), [0, 30], tau=10.0, initial_strength=1e-3, trials=20)
    >>> made.columns.tolist(), len(made), made.attrs
    (['time', 'item', 'feature', 'value', 'trials'], 576, {'simulated': True})
    """
    expect(environment, Environment, "environment", "make one with Environment.from_dataframe(table)")
    layers = whole(depth, "depth", 1, "a network has at least one weight matrix")
    expect_closed_form(environment, layers)
    clock = increasing_times(list(times))
    unit = positive(tau, "tau", "it must be positive")
    start = positive(initial_strength, "initial_strength", "a mode that starts at 0 is never learned")
    scatter = not_negative(noise, "noise", "a standard deviation")
    modes, draw = environment.spectrum(), np.random.default_rng(seed)
    strength = law(layers).mode_strength(
        clock[:, None] / unit, modes.singular_values, start, input_variance=modes.input_variances
    )
    answers = (strength[:, None] * environment.along(modes.input_modes)) @ modes.output_modes.T
    columns = {}
    if trials is None:
        columns["value"] = answers + scatter * draw.standard_normal(answers.shape)
    else:
        count = whole(trials, "trials", 1, "a share is of some answers")
        columns["value"] = draw.binomial(count, np.clip(answers, 0, 1)) / count
        columns["trials"] = np.full(answers.shape, count)
    made = tidy({"time": clock, "item": environment.items, "feature": environment.features}, columns)
    made.attrs[MADE] = True
    return made
