"""Tables of right and wrong answers over time, as laboratories have them: one row a trial, or one row a block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .._core.checks import InputError, quoted
from .._core.counting import counted
from .._core.notes import Note

# What people call these columns, the likeliest first; letters and digits only.
CALLED = {
    "learner": ("learner", "subject", "subno", "subj", "sub", "participant", "mouse", "rat", "animal", "id"),
    "time": ("block", "session", "day", "epoch", "trial", "iteration", "time"),
    "correct": ("correct", "ncorrect", "right", "hits", "cor", "acc", "accuracy", "feedbacktype", "feedback"),
    "trials": ("trials", "ntrials", "n", "total", "count"),
}
WORDS = {"true": 1.0, "yes": 1.0, "correct": 1.0, "right": 1.0, "false": 0.0, "no": 0.0, "wrong": 0.0, "incorrect": 0.0}
WORDING = {"learner": "learner", "time": "time", "correct": "right answers", "trials": "number of trials"}
ALONE = "all"
ROUNDED = 0.05  # of an answer, by which a share times the trials may miss a whole number


@dataclass(frozen=True, eq=False)
class Answers:
    """How many answers were right, of how many, at every time, for every learner.

    Parameters
    ----------
    blocks : DataFrame, columns learner, time, correct, trials
        One row for each learner and time, in order.
    clock : str
        Name of the column that says when.
    notes : tuple of Note
        How the table was read.
    """

    blocks: pd.DataFrame
    clock: str
    notes: tuple[Note, ...]

    def __repr__(self) -> str:
        learners, trials = self.blocks["learner"].nunique(), int(self.blocks["trials"].sum())
        return f"<Answers: {counted(learners, 'learner')}, {counted(trials, 'answer')} over {self.clock!r}>"


def read_answers(
    frame: pd.DataFrame,
    *,
    learner: str | None = None,
    time: str | None = None,
    correct: str | None = None,
    trials: str | None = None,
    notes: Sequence[Note] = (),
) -> Answers:
    """Right answers over time from a table; columns that are not named are guessed by what people call them.

    Parameters
    ----------
    frame : DataFrame
        One row for each trial (right is 0 or 1, -1 or 1, or a word) or for each block (number of right answers, or
        their share, and number of trials).
    learner, time, correct, trials : str, optional
        Names of the columns. Without a column of learners there is one.
    notes : list of Note
        What is known already of how the table was read.

    Raises
    ------
    InputError
        No column for the time or the answers, text where numbers are needed, numbers of right answers that cannot be.

    Notes
    -----
    Trials without an answer are left out and counted. A number that begins again for every session, each time where it
    began first, is made running; rows in any other order are sorted. If all times are whole and
    begin at 1, they are counted from 0, when learning begins.

    Examples
    --------
    >>> table = pd.DataFrame({"mouse": ["a"] * 4, "day": [1, 1, 2, 2], "feedbackType": [-1, 1, 1, 1]})
    >>> read_answers(table).blocks.values.tolist()
    [['a', 0.0, 1.0, 2.0], ['a', 1.0, 2.0, 2.0]]
    """
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    given = {"learner": learner, "time": time, "correct": correct, "trials": trials}
    columns = _columns(frame, given)
    told = list(notes)
    guessed = {role: name for role, name in columns.items() if given[role] is None}
    if guessed:
        taken = ", ".join(f"{name!r} as the {WORDING[role]}" for role, name in guessed.items())
        told.append(Note("columns", f"Taken: {taken}.", tuple(guessed.values())))
    whose = frame[columns["learner"]].astype(str).str.strip() if "learner" in columns else pd.Series(ALONE, frame.index)
    n = _numbers(frame, columns["trials"], "trials") if "trials" in columns else None
    right, said = _right(frame, columns["correct"], n)
    told += said
    when = _numbers(frame, columns["time"], "time")
    kept = ~(np.isnan(right) | np.isnan(when))
    if not kept.all():
        told.append(Note("missing", f"{counted(int(np.sum(~kept)), 'row')} without time or answer left out.", ()))
    table = pd.DataFrame({"learner": whose, "time": when, "correct": right, "trials": 1.0 if n is None else n})[
        kept
    ].reset_index(drop=True)
    if table.empty:
        raise InputError(None, "the table has no row with a time and an answer", "check its columns")
    known = ~np.isnan(when)
    back, again = _order(whose.to_numpy()[known], when[known]) if n is None else (False, False)
    if again:
        table["time"] = table.groupby("learner").cumcount().astype(float)
        told.append(Note("running", f"{columns['time']!r} begins again, and was made running.", (columns["time"],)))
    elif table["time"].min() == 1 and np.all(table["time"] % 1 == 0):
        table["time"] -= 1
        told.append(Note("origin", f"{columns['time']!r} counts from 1: learning begins at 0.", (columns["time"],)))
    if back and not again:
        told.append(Note("sorted", f"Rows are not in the order of {columns['time']!r}, and were sorted.", ()))
    if (table["time"] < 0).any():
        raise InputError("time", f"is column {columns['time']!r}, which holds negative numbers", "count from the start")
    blocks = table.groupby(["learner", "time"], sort=True, as_index=False)[["correct", "trials"]].sum()
    order = {name: place for place, name in enumerate(dict.fromkeys(table["learner"]))}
    blocks = blocks.assign(place=blocks["learner"].map(order)).sort_values(["place", "time"]).drop(columns="place")
    return Answers(blocks.reset_index(drop=True), columns["time"], tuple(told))


def _columns(frame: pd.DataFrame, given: dict[str, str | None]) -> dict[str, str]:
    """Name of the column in each role, as given or as guessed."""
    plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed(frame.columns)}
    found: dict[str, str] = {}
    for role, name in given.items():
        if name is not None and name not in frame.columns:
            raise InputError(role, f"is {name!r}, but the columns are {quoted(frame.columns, 8)}", "name one of them")
        chosen = name or next((plain[word] for word in CALLED[role] if word in plain), None)
        if chosen is not None and chosen not in found.values():
            found[role] = chosen
    for role in ("time", "correct"):
        if role not in found:
            what = "when answers were given" if role == "time" else "whether they were right"
            raise InputError(role, f"is not given, and no column of {quoted(frame.columns, 8)} says {what}", "name it")
    return found


def _numbers(frame: pd.DataFrame, name: str, role: str) -> np.ndarray:
    try:
        return frame[name].to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        example = str(frame[name].dropna().iloc[0])
        text = f"is column {name!r}, which holds text ({example!r})"
        raise InputError(role, text, "name a column of numbers") from None


def _right(frame: pd.DataFrame, name: str, trials: np.ndarray | None) -> tuple[np.ndarray, list[Note]]:
    """Number of right answers of each row, NaN where there is none."""
    column = frame[name]
    if column.dtype.kind not in "fiub":
        words = column.map(lambda cell: cell if pd.isna(cell) else WORDS.get(str(cell).strip().lower(), str(cell)))
        frame = frame.assign(**{name: words})
    values = _numbers(frame, name, "correct")
    seen = set(np.unique(values[~np.isnan(values)]).tolist())
    if trials is None:
        if seen <= {-1.0, 1.0} and -1.0 in seen:
            return (values + 1) / 2, [Note("coded", f"In {name!r}, 1 is right and -1 wrong.", (name,))]
        if seen <= {0.0, 1.0}:
            return values, []
        odd = sorted(seen - {0.0, 1.0})
        raise InputError(
            "correct", f"is column {name!r}, which holds {odd[0]:g}, but one trial is right (1) or wrong (0)",
            "name the column with the number of trials of each row",
        )  # fmt: skip
    known = ~np.isnan(values)
    if np.all(values[known] <= 1) and np.any(values[known] % 1 != 0):
        counts = values * trials
        if np.any(np.abs(counts - np.round(counts))[known] > ROUNDED * np.maximum(trials, 1)[known] ** 0.5):
            raise InputError(
                "correct", f"is column {name!r}, whose shares times the trials are no whole numbers",
                "write numbers of right answers",
            )  # fmt: skip
        said = f"{name!r} holds shares: numbers of right answers were rounded."
        return np.round(counts), [Note("shares", said, (name,))]
    if np.any(values[known] % 1 != 0) or np.any(values[known] < 0) or np.any(values[known] > trials[known]):
        raise InputError("correct", f"is column {name!r}, which holds more right answers than trials, or parts of one")
    return values, []


def _order(learners: np.ndarray, times: np.ndarray) -> tuple[bool, bool]:
    """Whether time goes back within a learner in the order of the rows, and if so, always to where it began."""
    of_each = pd.Series(times).groupby(learners)
    back = of_each.diff() < 0
    begins = back | (of_each.cumcount() == 0)
    return bool(back.any()), bool(back.any() and np.all(times[begins] == of_each.transform("min")[begins]))
