"""One column of a table as float64, or the sentence that says why it is not numbers."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.counting import counted
from ontogeny._core.notes import Setting, Words, joined
from ontogeny.tables.wording import cell_text
from ontogeny.tables.written_numbers import read_as

YES_NO = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0, "y": 1.0, "n": 0.0}
MISSING_WORDS = frozenset({"", ".", "na", "n/a", "#n/a", "nan", "<na>", "null", "none", "nat"})
DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T]\d{1,2}:\d{2}.*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{2}|\d{4})")
MOST_BAD_CELLS_SHOWN = 3


def is_missing(cell: Any) -> bool:
    """Whether a cell is blank, a missing value, or a word for one."""
    return cell_text(cell).lower() in MISSING_WORDS


def is_yes_no(cells: Sequence[Any]) -> bool:
    """Whether every cell is yes/no, true/false or y/n, in any capitals (and there are cells)."""
    return bool(cells) and all(cell_text(cell).lower() in YES_NO for cell in cells)


def column_numbers(
    column: pd.Series, items: Sequence[str] | pd.Index, *, labels: bool = True
) -> tuple[np.ndarray, str]:
    """The column as float64 with NaN where a cell is missing, and how it was read.

    The reading is "" for plain numbers, "yes_no" for words and booleans, or one of `written_numbers.READINGS`.

    `labels` says whether a column of text could be labels of the items instead.

    Raises
    ------
    InputError
        If the column holds text, dates, complex numbers, or cells that are not numbers.
    """
    column = _unwrapped(column)
    if types.is_complex_dtype(column.dtype):
        raise _complex(column)
    if _is_time(column.dtype):
        raise _dates(column)
    if types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan), "yes_no" * types.is_bool_dtype(column.dtype)
    return _cell_by_cell(column.astype(object), items, labels)


def _unwrapped(column: pd.Series) -> pd.Series:
    """The column without its sparse or categorical wrapping."""
    if isinstance(column.dtype, pd.SparseDtype):
        return pd.Series(np.asarray(column), name=column.name)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(object)
    return column


def _is_time(dtype: Any) -> bool:
    is_period = isinstance(dtype, pd.PeriodDtype)
    return is_period or types.is_datetime64_any_dtype(dtype) or types.is_timedelta64_dtype(dtype)


def _cell_by_cell(column: pd.Series, items: Sequence[str] | pd.Index, labels: bool) -> tuple[np.ndarray, str]:
    every = column.tolist()
    present = [row for row, cell in enumerate(every) if not is_missing(cell)]
    cells = [every[row] for row in present]
    if is_yes_no(cells):
        found: list[float | None] = [YES_NO[cell_text(cell).lower()] for cell in cells]
        return _filled(len(column), present, found), "yes_no"
    found = [_number(cell) for cell in cells]
    bad = [row for row, number in zip(present, found, strict=True) if number is None]
    written = read_as([cell_text(cell) for cell in cells], str(column.name)) if bad else None
    if written is not None:
        reading, numbers_read = written
        values = _filled(len(column), present, list(numbers_read))
        return np.nan_to_num(values) if reading == "marks" else values, reading
    if bad:
        raise _not_numbers(column, items, bad, len(present), labels)
    return _filled(len(column), present, found), ""


def _filled(length: int, rows: list[int], found: list[float | None]) -> np.ndarray:
    values = np.full(length, np.nan)
    values[rows] = np.asarray(found, dtype=np.float64)
    return values


def _number(cell: Any) -> float | None:
    """A cell as a float, or None; `float` alone would also read '1_000'."""
    is_number = isinstance(cell, numbers.Number | np.bool_) and not _is_complex(cell)
    if not is_number and not (isinstance(cell, str) and "_" not in cell):
        return None
    try:
        return float(cell)
    except OverflowError:  # a Python integer beyond float64
        return math.inf
    except (TypeError, ValueError):
        return None


def _is_complex(cell: Any) -> bool:
    return isinstance(cell, numbers.Complex) and not isinstance(cell, numbers.Real)


def _not_numbers(
    column: pd.Series, items: Sequence[str] | pd.Index, bad: list[int], present: int, labels: bool
) -> InputError:
    """The error that fits the cells that are not numbers."""
    cells = [column.iat[row] for row in bad]
    if any(map(_is_complex, cells)):
        return _complex(column)
    if len(bad) == present and all(map(_is_date, cells)):
        return _dates(column)
    return _text_refused(column, cells, labels) if 2 * len(bad) >= present else _mixed(column, items, bad)


def is_text(column: pd.Series) -> bool:
    """Whether a column holds words other than numbers, dates and yes/no, so that it cannot be a feature as it is."""
    if types.is_numeric_dtype(_unwrapped(column).dtype) or _is_time(column.dtype):
        return False
    cells = [cell for cell in column.tolist() if not is_missing(cell)]
    if not cells or is_yes_no(cells) or all(map(_is_date, cells)) or any(map(_is_complex, cells)):
        return False
    bad = sum(_number(cell) is None for cell in cells)
    try:
        return 2 * bad >= len(cells) and read_as([cell_text(cell) for cell in cells], str(column.name)) is None
    except InputError:
        return False


def texts_refused(columns: Sequence[pd.Series]) -> InputError:
    """One sentence for all columns of text, with what to do about each."""
    shown = []
    for column in columns[:MOST_BAD_CELLS_SHOWN]:
        cells = list(dict.fromkeys(cell_text(cell) for cell in column if not is_missing(cell)))
        shown.append(f"{str(column.name)!r} ({quoted(cells, 2)})")
    more = f" and {len(columns) - MOST_BAD_CELLS_SHOWN} more" if len(columns) > MOST_BAD_CELLS_SHOWN else ""
    unique = next((str(each.name) for each in columns if not each.astype(str).duplicated().any()), None)
    few = next((str(each.name) for each in columns if 1 < each.nunique() <= len(each) / 2), None)
    ways: list[Words] = [("leave them all out with ", Setting("drop_text", True))]
    ways += [("take one as item names with ", Setting("items", unique))] if unique else []
    ways += [("use one as labels with ", Setting("category", few))] if few else []
    ways += [("turn one into 0/1 columns with ", Setting("one_hot", [few]))] if few else []
    return InputError(
        None,
        f"columns {', '.join(shown)}{more} hold text, but features must be numbers",
        joined(ways, ", or "),
    )


def _is_date(cell: Any) -> bool:
    return hasattr(cell, "isoformat") or bool(DATE.fullmatch(cell_text(cell)))


def _complex(column: pd.Series) -> InputError:
    return InputError(
        None,
        f"column {column.name!r} holds complex numbers, but features must be real",
        (f"keep one part, for example df[{column.name!r}].to_numpy().real, or leave it out with ", _drop(column)),
    )


def _dates(column: pd.Series) -> InputError:
    example = next(cell_text(cell) for cell in column if not is_missing(cell)) if column.notna().any() else "NaT"
    return InputError(
        None,
        f"column {column.name!r} holds dates or times ({example!r}), but features must be numbers",
        ("leave it out with ", _drop(column), ", or replace it by the number that matters, such as a year"),
    )


def _text_refused(column: pd.Series, cells: Sequence[Any], labels: bool) -> InputError:
    shown = quoted(list(dict.fromkeys(map(cell_text, cells)))[:2])
    name = str(column.name)
    return InputError(
        None,
        f"column {name!r} holds text ({shown}), but features must be numbers",
        joined(_text_ways(name, column, labels), ", or "),
    )


def _text_ways(name: str, column: pd.Series, labels: bool) -> list[Words]:
    """What can be done about a text column; it holds item names only if no two are equal."""
    ways: list[Words] = [("leave it out with ", _drop(column))]
    ways += [("take it as item names with ", Setting("items", name))] * (not column.astype(str).duplicated().any())
    if labels:
        ways += [("use it as labels with ", Setting("category", name))]
        ways += [("turn it into 0/1 columns with ", Setting("one_hot", [name]))]
    return ways


def _mixed(column: pd.Series, items: Sequence[str] | pd.Index, bad: list[int]) -> InputError:
    places = ", ".join(f"{cell_text(column.iat[row])!r} in row {items[row]!r}" for row in bad[:MOST_BAD_CELLS_SHOWN])
    more = f" and {len(bad) - MOST_BAD_CELLS_SHOWN} more" if len(bad) > MOST_BAD_CELLS_SHOWN else ""
    are = "is not a number" if len(bad) == 1 else "are not numbers"
    return InputError(
        None,
        f"column {column.name!r} has {counted(len(bad), 'cell')} that {are} ({places}{more})",
        (
            "write a number there, leave the cell blank if it is unknown, or leave the column out with ",
            _drop(column),
        ),
    )


def _drop(column: pd.Series) -> Setting:
    return Setting("drop", [str(column.name)])
