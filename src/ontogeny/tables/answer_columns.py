"""Which columns of a table of answers say who, when and how well, and what they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .._core.checks import InputError, quoted
from .._core.notes import Note

# What people call these columns, the likeliest first; letters and digits only.
CALLED = {
    "learner": (
        "learner", "subject", "subno", "subj", "sub", "participant", "participantid", "subjectid", "mouse", "rat",
        "animal", "monkey", "network", "seed", "word", "definition", "id",
    ),
    "time": (
        "iteration", "block", "session", "day", "date", "epoch", "trial", "age", "month", "months", "week", "time",
    ),
    "correct": (
        "correct", "ncorrect", "right", "hits", "cor", "acc", "accuracy", "feedbacktype", "feedback", "proportion",
    ),
    "trials": ("trials", "ntrials", "n", "total", "count"),
}  # fmt: skip
WORDS = {"true": 1.0, "yes": 1.0, "correct": 1.0, "right": 1.0, "false": 0.0, "no": 0.0, "wrong": 0.0, "incorrect": 0.0}
WORDING = {"learner": "learner", "time": "time", "correct": "right answers", "trials": "number of trials"}
CHOICE = ("choice", "response")  # 0 is none, where -1 and 1 are the choices
ROUNDED = 0.05  # of an answer, by which a share times the trials may miss a whole number
FEWEST = 3  # columns named by numbers that are taken for times


def plain(name: str) -> str:
    """A name as synonyms are compared: small letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def columns_of(frame: pd.DataFrame, given: Mapping[str, str | None]) -> dict[str, str]:
    """Name of the column in each role, as given or as guessed."""
    called = {plain(name): name for name in reversed(frame.columns)}
    found: dict[str, str] = {}
    for role, name in given.items():
        if name is not None and name not in frame.columns:
            raise InputError(role, f"is {name!r}, but the columns are {quoted(frame.columns, 8)}", "name one of them")
        chosen = name or next((called[word] for word in CALLED.get(role, ()) if word in called), None)
        if chosen is not None and chosen not in found.values():
            found[role] = chosen
    return found


def joined(frame: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Names of the learners, of one column or of several."""
    for name in names:
        if name not in frame.columns:
            raise InputError(
                "learner", f"is {name!r}, but the columns are {quoted(frame.columns, 8)}", "name one of them"
            )
    parts = [_written(frame[name]) for name in names]
    return parts[0] if len(parts) == 1 else pd.concat(parts, axis=1).agg(" / ".join, axis=1)


def _written(column: pd.Series) -> pd.Series:
    """Names as text; whole numbers without a decimal point, also where a missing one made them floats."""
    whole = column.dtype.kind == "f" and bool((column.dropna() % 1 == 0).all())
    return (column.astype("Int64") if whole else column).astype(str).str.strip()


def melted(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """A table with a column for each time as one with a row for each; others as they are."""
    numbers = [name for name in frame.columns if re.fullmatch(r"\s*\d+(\.\d+)?\s*", name)]
    if len(numbers) < FEWEST or any(word in CALLED["time"] for word in map(plain, frame.columns)):
        return frame, ()
    rest = [name for name in frame.columns if name not in numbers]
    table = frame.melt(id_vars=rest, value_vars=numbers, var_name="time", value_name="value")
    said = f"Columns {numbers[0]!r} to {numbers[-1]!r} were taken as times, and what they hold as 'value'."
    return table.assign(time=table["time"].astype(float)), (Note("wide", said, tuple(numbers)),)


def numbers(frame: pd.DataFrame, name: str, role: str) -> np.ndarray:
    """A column of numbers, NaN where there is none."""
    try:
        return frame[name].to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        example = str(frame[name].dropna().iloc[0])
        text = f"is column {name!r}, which holds text ({example!r})"
        raise InputError(role, text, "name a column of numbers") from None


def right(frame: pd.DataFrame, name: str, trials: np.ndarray | None) -> tuple[np.ndarray, list[Note]]:
    """Number of right answers of each row, NaN where there is none."""
    column = frame[name]
    if column.dtype.kind not in "fiub":
        words = column.map(lambda cell: cell if pd.isna(cell) else WORDS.get(str(cell).strip().lower(), str(cell)))
        frame = frame.assign(**{name: words})
    values = numbers(frame, name, "correct")
    seen = set(np.unique(values[~np.isnan(values)]).tolist())
    if trials is None:
        if seen <= {-1.0, 1.0} and -1.0 in seen:
            return (values + 1) / 2, [Note("coded", f"In {name!r}, 1 is right and -1 wrong.", (name,))]
        if seen <= {0.0, 1.0}:
            return values, []
        odd = sorted(seen - {0.0, 1.0})
        raise InputError(
            "correct", f"is column {name!r}, which holds {odd[0]:g}, but one trial is right (1) or wrong (0)",
            "name the column with the number of trials of each row, or write their number; or take it as a score",
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


def without_choice(frame: pd.DataFrame) -> tuple[np.ndarray, str | None]:
    """Which rows have no choice (0 where choices are -1 and 1), and the name of the column that says so."""
    for name in frame.columns:
        if plain(name) not in CHOICE or frame[name].dtype.kind not in "fi":
            continue
        values = frame[name].to_numpy(dtype=float, na_value=np.nan)
        if set(np.unique(values[~np.isnan(values)]).tolist()) == {-1.0, 0.0, 1.0}:
            return values == 0, name
    return np.zeros(len(frame), dtype=bool), None
