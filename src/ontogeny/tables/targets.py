"""Tables of samples: rows to learn from, one column to predict, and numbers in all the others.

Nothing is guessed in silence: what was decided while reading is in the notes, and missing cells are never filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note, Setting
from ontogeny.tables.columns import column_numbers, is_missing
from ontogeny.tables.item_names import name_items, unknown_column
from ontogeny.tables.wording import cell_text

MOST_CLASSES = 0.5  # distinct texts per row beyond which a column of text holds names rather than classes


@dataclass(frozen=True, eq=False)
class Samples:
    """Features and answers of some samples.

    Parameters
    ----------
    features : DataFrame, shape (rows, features)
        Numbers.
    answers : array, shape (rows,)
        Numbers, or texts where the answers are classes.
    target : str
        Name of the column that held the answers.
    notes : tuple of Note
        What was read, and how.
    """

    features: pd.DataFrame
    answers: np.ndarray
    target: str
    notes: tuple[Note, ...]

    def __repr__(self) -> str:
        rows, features = self.features.shape
        return f"<Samples: {rows} rows, {self.target!r} to be predicted from {features} features>"


def with_target(
    frame: pd.DataFrame,
    target: str,
    *,
    items: str | None = None,
    drop: Sequence[str] = (),
    drop_missing: bool = False,
    notes: Sequence[Note] = (),
) -> Samples:
    """The samples of a table: one column to be predicted from all others.

    Parameters
    ----------
    frame : DataFrame
        Rows are samples; numbers, booleans and yes/no words are features.
    target : str
        Column to predict: numbers, or names of classes.
    items : str, optional
        Column with the names of the rows, which is no feature; a first column of text is taken for it.
    drop : list of str
        Columns to leave out.
    drop_missing : bool
        Leave out rows with missing cells.
    notes : list of Note
        What is known already of how the table was read.

    Raises
    ------
    InputError
        Columns that do not exist or are not numbers, a target that is neither numbers nor classes, missing cells.

    Examples
    --------
    >>> table = pd.DataFrame({"dose": [1, 2, 3, 4], "smoker": ["no", "yes", "no", "no"], "risk": [0.1, 0.9, 0.3, 0.4]})
    >>> with_target(table, "risk").features["smoker"].tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    columns = [str(name) for name in frame.columns]
    frame = frame.set_axis(columns, axis=1)
    for role, name in (("target", target), ("items", items), *(("drop", name) for name in drop)):
        if name is not None and name not in columns:
            raise unknown_column(role, name, [name for name in columns if name])
    others = frame.drop(columns=[target, *(name for name in drop if name != target)])
    if target in drop or target == items:
        raise InputError("target", f"is column {target!r}, which has another use already", "name another column")
    if not others.shape[1]:
        raise InputError(None, f"there is no column besides {target!r} to predict it from", "keep at least one")
    answers, lost = _column_answers(frame[target])
    _check_kinds(answers[~lost], target)
    others, name_notes = name_items(others, items)
    if not others.shape[1]:
        raise InputError(None, f"there is no column of numbers to predict {target!r} from", "keep at least one")
    rows = [f"row {number + 1}" for number in range(len(frame))]
    read = [column_numbers(others.iloc[:, place], rows, labels=False) for place in range(others.shape[1])]
    features = pd.DataFrame(np.column_stack([values for values, _ in read]), columns=others.columns)
    missing = features.isna().to_numpy().any(axis=1) | lost
    missing_notes = _missing_notes(features, missing, lost, target, drop_missing)
    features, answers = features[~missing], answers[~missing]
    words = [name for name, (_, reading) in zip(others.columns, read, strict=True) if reading == "yes_no"]
    summary = (
        f"The table has {counted(len(features), 'row')}; column {target!r} is to be predicted from "
        f"{counted(features.shape[1], 'other column')} ({quoted(features.columns, 4)})."
    )
    said = [Note("size", summary), *notes, *name_notes]
    if drop:
        said.append(Note("left_out", f"Left out: {quoted(drop)}.", tuple(drop)))
    if words:
        said.append(Note("yes_no", f"Yes/no words and booleans were read as 1/0 in {quoted(words)}.", tuple(words)))
    return Samples(features, answers, target, (*said, *missing_notes))


def _column_answers(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Numbers where every cell is one, else texts; and where there is none."""
    plain = column.astype(object) if isinstance(column.dtype, pd.CategoricalDtype) else column
    lost = np.array([is_missing(cell) for cell in plain])
    if pd.api.types.is_bool_dtype(plain.dtype) and not lost.any():
        return plain.to_numpy(bool), lost
    numbers = pd.to_numeric(plain.astype(object).where(~lost, np.nan), errors="coerce").to_numpy(float)
    if not np.isnan(numbers[~lost]).any():
        return numbers, lost
    return np.array([cell_text(cell) for cell in plain], dtype=object), lost


def _check_kinds(answers: np.ndarray, target: str) -> None:
    if answers.dtype != object:
        return
    kinds = list(dict.fromkeys(answers))
    if len(kinds) > MOST_CLASSES * len(answers):
        raise InputError(
            "target",
            f"is column {target!r}, which holds {len(kinds)} different texts in {len(answers)} rows ({quoted(kinds)}); "
            "these are neither numbers nor classes",
            "name another column",
        )


def _missing_notes(
    features: pd.DataFrame, missing: np.ndarray, lost: np.ndarray, target: str, drop_missing: bool
) -> list[Note]:
    if not missing.any():
        return []
    holes = [*([target] if lost.any() else []), *(name for name in features.columns if features[name].isna().any())]
    if not drop_missing:
        raise InputError(
            None,
            f"{counted(int(missing.sum()), 'row')} of {missing.size} have missing cells (in {quoted(holes)}), and "
            "nothing is filled in",
            (
                "leave these rows out with ",
                Setting("drop_missing", True),
                ", or a column with ",
                Setting("drop", ["COLUMN"]),
            ),
        )
    text = f"Left out: {counted(int(missing.sum()), 'row')} with missing cells (in {quoted(holes)})."
    return [Note("left_out_missing", text, tuple(holes))]
