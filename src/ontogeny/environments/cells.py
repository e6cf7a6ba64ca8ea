"""Cells that a table of numbers cannot have: missing, infinite, too large, or all alike.

Missing cells are never filled in; their items or features can be left out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, quoted
from ontogeny.environments.wording import counted, drop_option

LARGEST_NUMBER = 1e150  # its square, summed over many cells, still fits float64 (1.8e308)
MOST_PLACES_SHOWN = 3


def without_missing(
    frame: pd.DataFrame, values: np.ndarray, drop_items: bool, drop_features: bool
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[str, ...]]:
    """The rows and columns to keep, and a note on those left out."""
    missing = np.isnan(values)
    everything = np.arange(values.shape[0]), np.arange(values.shape[1])
    if not missing.any():
        return everything, ()
    if drop_items and drop_features:
        raise InputError(
            f"{_cells(frame, missing)}, and both --drop-missing-items and --drop-missing-features were asked for, "
            "but each alone removes every missing cell; write one of them"
        )
    if not drop_items and not drop_features:
        raise _missing(frame, missing)
    axis = 0 if drop_items else 1
    return _dropped(frame, missing, everything, axis)


def _dropped(
    frame: pd.DataFrame, missing: np.ndarray, everything: tuple[np.ndarray, np.ndarray], axis: int
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[str, ...]]:
    noun, names, least = (("item", frame.index, 2), ("feature", frame.columns, 1))[axis]
    has_missing = missing.any(axis=1 - axis)
    left = int((~has_missing).sum())
    if left < least:
        other = ("--drop-missing-features", "--drop-missing-items")[axis]
        raise InputError(
            f"dropping every {noun} with a missing value leaves {counted(left, noun)} of {len(names)}, "
            f"but at least {least} must remain; write {other} instead, or fill in the cells"
        )
    gone = f"{counted(int(has_missing.sum()), noun)} with missing values ({quoted(names[has_missing])})"
    kept = np.flatnonzero(~has_missing)
    return ((kept, everything[1]) if axis == 0 else (everything[0], kept)), (f"Left out, as asked: {gone}.",)


def _cells(frame: pd.DataFrame, bad: np.ndarray, word: str = "missing") -> str:
    """How many cells are bad, and where the first few are."""
    rows, columns = np.nonzero(bad)
    places = ", ".join(
        f"{frame.columns[column]!r} of {frame.index[row]!r}"
        for row, column in zip(rows[:MOST_PLACES_SHOWN], columns[:MOST_PLACES_SHOWN], strict=True)
    )
    more = f" and {len(rows) - MOST_PLACES_SHOWN} more" if len(rows) > MOST_PLACES_SHOWN else ""
    return f"{counted(len(rows), 'cell')} {'is' if len(rows) == 1 else 'are'} {word} ({places}{more})"


def _missing(frame: pd.DataFrame, missing: np.ndarray) -> InputError:
    """The error for missing cells, offering only what leaves a table."""
    items, features = missing.any(axis=1), missing.any(axis=0)
    offers = []
    if (~items).sum() >= 2:
        offers.append(f"leave out {counted(items.sum(), 'item')} with --drop-missing-items")
    if (~features).any():
        offers.append(f"leave out {counted(features.sum(), 'feature')} with --drop-missing-features")
    python = " (in Python, drop_missing_...=True)" if offers else ""
    return InputError(
        f"{_cells(frame, missing)}, but values are never made up; {', or '.join(['fill them in', *offers])}{python}"
    )


def check_values(values: np.ndarray, items: tuple[str, ...], features: tuple[str, ...]) -> None:
    """Finite numbers that can be squared and that differ between items."""
    if not (np.abs(values) <= LARGEST_NUMBER).all():
        frame = pd.DataFrame(values, index=pd.Index(items), columns=list(features))
        raise _unbounded(frame, np.isinf(values)) if np.isinf(values).any() else _too_large(frame)
    if not values.any():
        raise InputError(
            "every value in the table is 0, so there is nothing to learn; write 1 where an item has a feature"
        )
    if (values == values[0]).all():
        raise InputError(
            "every feature is the same for all items, so nothing tells the items apart; "
            "write features that some items have and others do not"
        )


def _unbounded(frame: pd.DataFrame, infinite: np.ndarray) -> InputError:
    columns = frame.columns[infinite.any(axis=0)].tolist()
    return InputError(
        f"{_cells(frame, infinite, 'infinite')}, but features must be finite; "
        f"write finite numbers, or leave the column out with {drop_option(columns[:1])}"
    )


def _too_large(frame: pd.DataFrame) -> InputError:
    return InputError(
        f"{_cells(frame, np.abs(frame.to_numpy()) > LARGEST_NUMBER, f'beyond {LARGEST_NUMBER:g}')}, "
        "but their squares would not fit a number; write the feature in a larger unit"
    )
