"""Tables of right and wrong answers, or of scores, over time, as laboratories have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .._core.checks import InputError, one_of, quoted, whole
from .._core.counting import counted
from .._core.notes import Note
from .answer_clock import COUNTED, POSITIONS, column_time, counted_time, from_beginning
from .answer_columns import WORDING, columns_of, joined, melted, numbers, right, without_choice

ALONE = "all"


@dataclass(frozen=True, eq=False)
class Answers:
    """How many answers were right, of how many, or which score was reached, at every time, for every learner.

    Parameters
    ----------
    blocks : DataFrame
        One row for each learner and time, in order: learner, time, and correct and trials, or score (and error).
    clock : str
        What counts time: the name of a column, "trials shown" or "trials answered".
    notes : tuple of Note
        How the table was read.
    """

    blocks: pd.DataFrame
    clock: str
    notes: tuple[Note, ...]

    @property
    def is_score(self) -> bool:
        """Whether it holds scores."""
        return "score" in self.blocks

    def __repr__(self) -> str:
        learners = counted(self.blocks["learner"].nunique(), "learner")
        many = len(self.blocks) if self.is_score else int(self.blocks["trials"].sum())
        return f"<Answers: {learners}, {counted(many, 'score' if self.is_score else 'answer')} over {self.clock!r}>"


def read_answers(
    frame: pd.DataFrame,
    *,
    learner: str | Sequence[str] | None = None,
    time: str | None = None,
    correct: str | None = None,
    trials: str | int | None = None,
    score: str | None = None,
    error: str | None = None,
    clock: str | None = None,
    position: str = "middle",
    notes: Sequence[Note] = (),
) -> Answers:
    """Right answers, or scores, over time from a table; columns that are not named are guessed by what they are called.

    Parameters
    ----------
    frame : DataFrame
        One row for each trial (right is 0 or 1, -1 or 1, or a word) or for each block (number of right answers, or
        their share, and number of trials); or one column for each time, named by it.
    learner, time, correct, trials : str, optional
        Names of the columns. Several columns of learners (or items) are joined; without any there is one learner.
        Trials may also be a number, the same for all rows.
    score, error : str, optional
        Columns of a score, such as d', and of its standard error, instead of right answers.
    clock : {"shown", "answered"}, optional
        Counts trials instead of taking a column of times: all of them, or those that were answered.
    position : {"start", "middle", "end"}
        Where in a block its number stands; it moves half-times by up to a block.
    notes : list of Note
        What is known already of how the table was read.

    Raises
    ------
    InputError
        No column for the time or the answers, text where numbers are needed, numbers of right answers that cannot be.

    Notes
    -----
    Trials without an answer, and those with a choice of 0 where choices are -1 and 1, are left out and counted. A
    number that begins again for every session, each time where it began first, is made running; rows in any other order
    are sorted. If all times are whole and begin at 1, they are counted from 0, when learning begins, except ages. Dates
    are days since the first of each learner. Scores of one time are averaged.

    Examples
    --------
    >>> table = pd.DataFrame({"mouse": ["a"] * 4, "day": [1, 1, 2, 2], "feedbackType": [-1, 1, 1, 1]})
    >>> read_answers(table).blocks.values.tolist()
    [['a', 0.0, 1.0, 2.0], ['a', 1.0, 2.0, 2.0]]
    """
    one_of(position, POSITIONS, "position")
    if clock is not None:
        one_of(clock, tuple(COUNTED), "clock")
    frame, told = melted(frame.set_axis([str(name) for name in frame.columns], axis=1))
    several = None if learner is None else [learner] if isinstance(learner, str) else list(learner)
    is_count = isinstance(trials, int) or (trials is not None and trials.isdigit() and trials not in frame.columns)
    given = {
        "learner": several[0] if several else None, "time": time, "correct": correct,
        "trials": None if is_count else str(trials) if trials is not None else None,
    }  # fmt: skip
    if score is not None:
        given = {"learner": given["learner"], "time": time, "score": score} | ({"error": error} if error else {})
    if clock is not None:
        given.pop("time")
    columns = columns_of(frame, given)
    _check_found(frame, columns, given)
    guessed = {role: name for role, name in columns.items() if given[role] is None}
    guessed = {role: name for role, name in columns.items() if given[role] is None}
    read = [*notes, *told]
    if guessed:
        taken = ", ".join(f"{name!r} as the {WORDING[role]}" for role, name in guessed.items())
        read.append(Note("columns", f"Taken: {taken}.", tuple(guessed.values())))
    names = several or ([columns["learner"]] if "learner" in columns else [])
    whose = joined(frame, names) if names else pd.Series(ALONE, frame.index)
    n = np.full(len(frame), float(whole(trials, "trials", 1, "a row has a trial"))) if is_count else (
        numbers(frame, columns["trials"], "trials") if "trials" in columns else None
    )  # fmt: skip
    held, silent, said = _values(frame, columns, n)
    read += said
    value = held["score" if score is not None else "correct"]
    answered = ~np.isnan(value) & ~silent
    if clock is not None:
        when, called = counted_time(whose, held.get("trials", np.ones(len(frame))), answered, clock), COUNTED[clock]
    else:
        called = columns["time"]
        when, said = column_time(frame, called, whose)
        read += said
    if clock is None:
        when, said = from_beginning(when, whose, called, position, n is None and score is None)
        read += said
    kept = answered & ~np.isnan(when)
    if lost := int(np.sum(~(kept | silent))):
        read.append(Note("missing", f"{counted(lost, 'row')} without time or answer left out.", ()))
    table = pd.DataFrame({"learner": whose.to_numpy(), "time": when, **held})[kept].reset_index(drop=True)
    if table.empty:
        raise InputError(None, "the table has no row with a time and an answer", "check its columns")
    blocks, said = _gathered(table)
    return Answers(blocks, called, tuple(read + said))


def _values(
    frame: pd.DataFrame, columns: dict[str, str], n: np.ndarray | None
) -> tuple[dict[str, np.ndarray], np.ndarray, list[Note]]:
    """Scores, or right answers and trials, of each row; rows without a choice; what is to be said of them."""
    if "score" in columns:
        held = {role: numbers(frame, columns[role], role) for role in columns if role in ("score", "error")}
        return held, np.zeros(len(frame), dtype=bool), []
    value, told = right(frame, columns["correct"], n)
    if n is not None:
        return {"correct": value, "trials": np.nan_to_num(n)}, np.zeros(len(frame), dtype=bool), told
    silent, choice = without_choice(frame)
    if choice is not None:
        some = counted(int(silent.sum()), "trial")
        told.append(Note("no choice", f"{some} with {choice!r} 0, which is no answer, left out.", (choice,)))
    return {"correct": value, "trials": np.ones(len(frame))}, silent, told


def _check_found(frame: pd.DataFrame, columns: dict[str, str], given: dict[str, str | None]) -> None:
    for role in ("time", "correct"):
        if role in given and role not in columns:
            what = "when answers were given" if role == "time" else "whether they were right"
            wide = role == "correct" and "value" in frame.columns
            remedy = "name 'value', with the number of trials, or take it as a score" if wide else "name it"
            raise InputError(role, f"is not given, and no column of {quoted(frame.columns, 8)} says {what}", remedy)


def _gathered(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """One row for each learner and time, learners in the order of the table: sums of answers, means of scores."""
    of_each = table.groupby(["learner", "time"], sort=True, as_index=False)
    told = []
    if "score" not in table:
        blocks = of_each[["correct", "trials"]].sum()
    else:
        blocks = of_each[["score"]].mean()
        if "error" in table:  # of a mean of independent scores
            squares = table.assign(error=table["error"] ** 2).groupby(["learner", "time"], as_index=False)["error"]
            blocks["error"] = np.sqrt(squares.sum()["error"]) / of_each.size()["size"]
        if len(blocks) < len(table):
            told.append(
                Note("averaged", f"{len(table)} scores at {len(blocks)} times: those of one time were averaged.", ())
            )
    order = {name: place for place, name in enumerate(dict.fromkeys(table["learner"]))}
    blocks = blocks.assign(place=blocks["learner"].map(order)).sort_values(["place", "time"]).drop(columns="place")
    return blocks.reset_index(drop=True), told
