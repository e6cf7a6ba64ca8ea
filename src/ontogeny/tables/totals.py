"""Rows and columns of totals and means, which are neither items nor features."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from ontogeny._core.checks import quoted
from ontogeny._core.notes import Note, Setting, joined

WORDS = frozenset(
    ("", "total", "totals", "sum", "sums", "all", "overall", "mean", "means", "average", "avg", "grand total")
)
FEWEST_OTHERS = 4  # rows or columns from which on a coincidence is unlikely
EXACT = 1e-9  # relative: totals are exact, or rounded to the digits of the file
ROUNDED = 0.0051  # absolute: means that were written with two digits


def totals(
    values: np.ndarray, names: Sequence[str], noun: str, keep: Collection[str] = ()
) -> tuple[np.ndarray, list[Note]]:
    """Which rows to leave out because they are the sum or mean of the others, with notes.

    Rows whose name says so are left out; for others there is only a note, because an item may have all features of the
    others.

    Parameters
    ----------
    values : array, shape (rows, columns)
        Numbers, or NaN.
    names : list of str, shape (rows,)
        Names of the rows.
    noun : str
        "item" or "feature".
    keep : list of str
        Names of rows to keep in any case.

    Examples
    --------
    >>> table = np.array([[1.0, 0, 2], [0, 1, 1], [1, 1, 0], [2, 2, 3]])
    >>> gone, notes = totals(table, ["a", "b", "c", "Total"], "item")
    >>> gone.tolist(), print(notes[0])
    Item 'Total' is the sum of the others and was left out; to keep it, write keep=['Total'].
    ([False, False, False, True], None)
    """
    gone = np.zeros(len(names), dtype=bool)
    notes: list[Note] = []
    with np.errstate(over="ignore", invalid="ignore"):
        whole = np.nansum(values, axis=0)
    if len(names) < 3 or not np.isfinite(whole).all():  # infinite and huge numbers are refused later, with their place
        return gone, notes
    bare = np.where(np.isnan(values), 0.0, values)
    alike = _of_the_others(values, whole - bare, len(names) - 1)
    alike[~bare.any(axis=1)] = ""
    for row in np.flatnonzero(alike != "").tolist():
        name, what = names[row], str(alike[row])
        is_named = name.strip().lower() in WORDS
        if name in keep or not is_named and len(names) <= FEWEST_OTHERS:
            continue
        if is_named:
            gone[row] = True
            words = (f"{noun.capitalize()} {name!r} is the {what} of the others and was left out; to keep it, write ",
                     Setting("keep", [name]), ".")  # fmt: skip
            notes.append(Note("totals", words, (name,)))
        elif np.count_nonzero(bare[row]) > 1:
            advice = (
                ("; if it is not a feature, leave it out with ", Setting("drop", [name]))
                if noun == "feature"
                else ("",)
            )
            said = joined([f"{noun.capitalize()} {quoted([name])} is the {what} of the others", advice, "."], "")
            notes.append(Note("like_totals", said, (name,)))
    return gone, notes


def _of_the_others(rows: np.ndarray, rest: np.ndarray, count: int) -> np.ndarray:
    """What each row is of the others, in its known cells: "sum", "mean", or nothing."""
    size = np.maximum(np.abs(rest).max(axis=1, initial=0.0), 1e-300)

    def off(expected: np.ndarray) -> np.ndarray:
        return np.asarray(np.nan_to_num(np.abs(rows - expected)).max(axis=1, initial=0.0))

    mean = off(rest / count) <= np.maximum(EXACT * size, np.minimum(ROUNDED, size / count / 100))
    return np.where(off(rest) <= EXACT * size, "sum", np.where(mean, "mean", ""))
