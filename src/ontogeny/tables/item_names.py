"""Which column of a file holds the names of the items, and names for the rows when none does."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.notes import Note, Setting, Words
from ontogeny.tables.columns import is_missing, is_yes_no
from ontogeny.tables.wording import cell_text, nearest

# Headers under which numbers are names, not measurements.
NAMING_HEADERS = frozenset(
    ("id", "ids", "index", "idx", "item", "items", "item_id", "itemid", "item_name", "uniqueid", "name", "names")
    + ("label", "labels", "row", "no", "nr", "number", "case", "concept", "exemplar", "stimulus")
)


def numbered(rows: int) -> list[str]:
    """Names for rows that have none: 'item 1', 'item 2', ..."""
    return [f"item {row + 1}" for row in range(rows)]


def unknown_column(argument: str, name: str, known: list[str]) -> InputError:
    """The error for an argument that names a column that is not there, with the nearest that is."""
    near = nearest(name, known)
    hint = f"did you mean {near!r}?" if near else f"the columns are {quoted(known, 5)}"
    return InputError(argument, f"names column {name!r}, but the table has no such column", hint)


def name_items(frame: pd.DataFrame, items: str | None) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """The frame with its item names as index, and a note that says where they came from."""
    if items is not None:
        if items not in frame.columns:
            raise unknown_column("items", items, [name for name in frame.columns if name])
        return _as_index(frame, items), (Note("item_names", f"The item names are column {items!r}.", (items,)),)
    first, reason = str(frame.columns[0]), _reason(frame)
    if reason is None:
        words: Words = (
            f"The first column, {first!r}, holds numbers and was taken as a feature, so the rows are named 'item 1', "
            "'item 2', ...; if it names the items, write ",
            Setting("items", first),
            ".",
        )
        return frame.set_axis(numbered(len(frame)), axis=0), (Note("rows_unnamed", words, (first,)),)
    words = f"The item names are the first column{f', {first!r}' * bool(first)}{reason}."
    return _as_index(frame, first), (Note("item_names", words, (first,) * bool(first)),)


def _reason(frame: pd.DataFrame) -> str | None:
    """Why the first column holds names, as the end of a note; None when it is a feature."""
    first = frame.iloc[:, 0]
    if frame.columns[0] == "":
        return ", which has no header"
    if not _holds_values(first):
        return ""
    if str(frame.columns[0]).strip().lower() in NAMING_HEADERS:
        return ", whose header says that its numbers are names"
    return ", which counts the rows" if _counts_rows(first) else None


def _holds_values(column: pd.Series) -> bool:
    """Whether a column holds numbers or yes/no, so that it could be a feature."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return True
    cells = [cell for cell in column.astype(object) if not is_missing(cell)]
    if not cells:  # words such as NA can be names (Namibia), blanks cannot
        return bool(column.isna().all())
    return is_yes_no(cells) or not pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce").isna().any()


def _counts_rows(column: pd.Series) -> bool:
    """Whether a column is 0, 1, 2, ... or 1, 2, 3, ...; two rows of 0 and 1 are a yes/no feature."""
    numbers = pd.to_numeric(column.astype(object), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    start = numbers[0]
    return bool(
        np.array_equal(numbers, start + np.arange(len(numbers))) and (start == 1 or start == 0 and len(numbers) > 2)
    )


def _as_index(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame with one column taken out of the features and made the index."""
    position = list(frame.columns).index(name)
    names = pd.Index([cell_text(cell) for cell in frame.iloc[:, position]], name=name or None, dtype=object)
    return frame.drop(columns=name).set_axis(names, axis=0)
