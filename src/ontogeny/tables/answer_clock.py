"""When answers were given: a column of times, or trials counted, and where in a block its number stands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .._core.checks import InputError
from .._core.notes import Note
from .answer_columns import numbers, plain

COUNTED = {"shown": "trials shown", "answered": "trials answered"}
POSITIONS = ("start", "middle", "end")
AGES = ("age", "month", "months", "week", "weeks", "year", "years")  # which do not begin with learning
REPEATED = ("iteration",)  # which begin again on purpose: how often something was shown
DAY = 86400.0  # seconds
DATE = r"\d{4}-\d{2}-\d{2}([ T].*)?"


def counted_time(learners: pd.Series, trials: np.ndarray, answered: np.ndarray, clock: str) -> np.ndarray:
    """Trials before each row of a learner, in the order of the rows; of a row that is a block, before its middle."""
    counts = np.where(answered | (clock == "shown"), trials, 0.0)
    before = pd.Series(counts).groupby(learners.to_numpy()).cumsum().to_numpy() - counts
    return np.asarray(before + (counts - 1).clip(min=0) / 2)


def column_time(frame: pd.DataFrame, name: str, learners: pd.Series) -> tuple[np.ndarray, list[Note]]:
    """The times of a column; dates are days since the first of each learner."""
    column = frame[name]
    is_date = column.dtype.kind == "M"
    if not is_date and column.dtype.kind not in "fiub":
        known = column.dropna().astype(str).str.strip()
        is_date = len(known) > 0 and bool(known.str.fullmatch(DATE).all())
    if not is_date:
        return numbers(frame, name, "time"), []
    try:
        dates = pd.to_datetime(column, format=None if column.dtype.kind == "M" else "ISO8601")
    except ValueError:
        raise InputError("time", f"is column {name!r}, which holds a date that cannot be", "write 2024-03-01") from None
    days = (dates - dates.groupby(learners.to_numpy()).transform("min")).dt.total_seconds() / DAY
    said = f"{name!r} holds dates: times are days since the first of each learner."
    return days.to_numpy(dtype=float), [Note("dates", said, (name,))]


def from_beginning(
    when: np.ndarray, learners: pd.Series, name: str, position: str, whole_rows: bool
) -> tuple[np.ndarray, list[Note]]:
    """Times counted from the beginning of learning, and what was done to them.

    Parameters
    ----------
    when : array, shape (rows,)
        Times, in the order of the file; NaN where there is none.
    learners : Series, shape (rows,)
        Whose they are.
    name : str
        The column that they came from.
    position : {"start", "middle", "end"}
        Where in a block its number stands.
    whole_rows : bool
        Whether a row is one trial, so that a number that begins again counts trials or blocks of a session.
    """
    known = ~np.isnan(when)
    if not known.any():
        return when, []
    whose, times, told = learners.to_numpy()[known], when[known], []
    one_by_one = whole_rows and plain(name) not in REPEATED
    back, again = _order(whose, times) if one_by_one else (False, False)
    if again:
        times = pd.Series(times).groupby(whose).cumcount().to_numpy(dtype=float)
        told.append(Note("running", f"{name!r} begins again, and was made running.", (name,)))
    whole = bool(np.all(times % 1 == 0))
    if position != "middle" and not whole:
        remedy = "leave it out: such times stand for themselves"
        raise InputError("position", f"is {position!r}, but {name!r} holds parts of blocks", remedy)
    if position == "end":
        if times.min() < 1:
            raise InputError("position", f"is 'end', but {name!r} holds {times.min():g}, before which no block ended")
        times = times - 0.5
        told.append(Note("position", f"{name!r} numbers ends of blocks: their middles are half a block earlier.", ()))
    elif not again and plain(name) not in AGES and times.min() == 1 and whole:
        times = times - 1
        told.append(Note("origin", f"{name!r} counts from 1: learning begins at 0.", (name,)))
    if position == "start":
        times = times + 0.5
        told.append(Note("position", f"{name!r} numbers starts of blocks: their middles are half a block later.", ()))
    if back and not again:
        told.append(Note("sorted", f"Rows are not in the order of {name!r}, and were sorted.", ()))
    if times.min() < 0:
        raise InputError("time", f"is column {name!r}, which holds negative numbers", "count from the start")
    counted = when.copy()
    counted[known] = times
    return counted, told


def _order(learners: np.ndarray, times: np.ndarray) -> tuple[bool, bool]:
    """Whether time goes back within a learner in the order of the rows, and if so, always to where it began."""
    of_each = pd.Series(times).groupby(learners)
    back = of_each.diff() < 0
    begins = back | (of_each.cumcount() == 0)
    return bool(back.any()), bool(back.any() and np.all(times[begins] == of_each.transform("min")[begins]))
