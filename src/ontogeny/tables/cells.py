"""Cells that a table of numbers cannot have: missing, infinite, too large, or all alike.

Missing cells are never filled in; their items or features can be left out, or the cells kept unobserved.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, one_of, quoted
from ontogeny._core.notes import Note, Setting, Words, joined
from ontogeny.tables.wording import counted

LARGEST_NUMBER = 1e150  # its square, summed over many cells, still fits float64 (1.8e308)
MOST_PLACES_SHOWN = 3
LEAST = (2, 1)  # items, features
MISSING = ("refuse", "mask")


def without_missing(
    frame: pd.DataFrame, values: np.ndarray, drop_items: bool, drop_features: bool, keep: str = "refuse"
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[Note, ...]]:
    """The rows and columns to keep, and a note on those left out or on the cells that stay unobserved."""
    one_of(keep, MISSING, "missing")
    missing = np.isnan(values)
    everything = np.arange(values.shape[0]), np.arange(values.shape[1])
    if not missing.any():
        return everything, ()
    if keep == "mask":
        _check_maskable(frame, missing, drop_items or drop_features)
        return everything, (_masked_note(missing),)
    if drop_items and drop_features:
        both = (Setting("drop_missing_items", True), " and ", Setting("drop_missing_features", True))
        raise InputError(
            None,
            (f"{_cells(frame, missing)}, and both ", *both, " were given, but each alone removes every missing cell"),
            "write one of them",
        )
    if not drop_items and not drop_features:
        raise _missing(frame, missing)
    axis = 0 if drop_items else 1
    return _dropped(frame, missing, everything, axis)


def _check_maskable(frame: pd.DataFrame, missing: np.ndarray, drops: bool) -> None:
    """Every item and every feature has an observed cell."""
    if drops:
        raise InputError(
            None,
            (
                f"{_cells(frame, missing)}, and both leaving them out and ",
                Setting("missing", "mask"),
                " were asked for, but each alone deals with every missing cell",
            ),
            "write one of them",
        )
    for axis, noun, other, names in ((1, "item", "feature", frame.index), (0, "feature", "item", frame.columns)):
        unseen = names[np.flatnonzero(missing.all(axis=axis))]
        if len(unseen):
            are = f"{noun} {quoted(unseen)} has" if len(unseen) == 1 else f"{noun}s {quoted(unseen)} have"
            raise InputError(
                None,
                f"{are} no observed cell at all, so nothing can be learned there",
                f"leave such {noun}s out, or write their value for at least one {other}",
            )


def _masked_note(missing: np.ndarray) -> Note:
    share = 100 * missing.mean()
    are = "cell is" if missing.sum() == 1 else "cells are"
    return Note(
        "masked",
        f"{missing.sum()} of {missing.size} {are} missing ({share:.2g}%) and kept unobserved: they take no part in "
        "error, gradient and correlations, nothing is filled in, and modes describe the observed cells only.",
    )


def _dropped(
    frame: pd.DataFrame, missing: np.ndarray, everything: tuple[np.ndarray, np.ndarray], axis: int
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[Note, ...]]:
    """Without the items (axis 0) or the features (axis 1) that have missing cells."""
    noun, names = (("item", frame.index), ("feature", frame.columns))[axis]
    has_missing = missing.any(axis=1 - axis)
    if int((~has_missing).sum()) < LEAST[axis]:
        raise _nothing_left(missing, axis, noun)
    gone = f"{counted(int(has_missing.sum()), noun)} with missing values ({quoted(names[np.flatnonzero(has_missing)])})"
    note = Note("left_out_missing", f"Left out: {gone}.", tuple(names[np.flatnonzero(has_missing)]))
    kept = np.flatnonzero(~has_missing)
    return ((kept, everything[1]) if axis == 0 else (everything[0], kept)), (note,)


def _nothing_left(missing: np.ndarray, axis: int, noun: str) -> InputError:
    complete = int((~missing.any(axis=1 - axis)).sum())
    left = f"{counted(complete, noun)} of {missing.shape[axis]}"
    offers: list[Words] = ["fill in the cells", *_offers(missing)]
    return InputError(
        None,
        f"dropping every {noun} with a missing value leaves {left}, but at least {LEAST[axis]} must remain",
        joined(offers, ", or "),
    )


def _offers(missing: np.ndarray) -> list[Words]:
    """The ways to leave out missing cells that leave a table."""
    offers: list[Words] = []
    for axis, noun in enumerate(("item", "feature")):
        gone = missing.any(axis=1 - axis)
        if (~gone).sum() >= LEAST[axis]:
            setting = Setting(f"drop_missing_{noun}s", True)
            offers.append((f"leave out {counted(int(gone.sum()), noun)} with ", setting))
    return offers


def _mask_offer(missing: np.ndarray) -> list[Words]:
    """The way to keep missing cells unobserved, where every item and feature has an observed one."""
    possible = not missing.all(axis=0).any() and not missing.all(axis=1).any()
    return [("keep them unobserved with ", Setting("missing", "mask"))] * possible


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
    remedies = joined(["fill them in", *_offers(missing), *_mask_offer(missing)], ", or ")
    return InputError(None, f"{_cells(frame, missing)}, but values are never made up", remedies)


def check_values(values: np.ndarray, items: tuple[str, ...], features: tuple[str, ...]) -> None:
    """Finite numbers (NaN where unobserved) that can be squared and that differ between items."""
    if (np.abs(values) > LARGEST_NUMBER).any():
        frame = pd.DataFrame(values, index=pd.Index(items), columns=list(features))
        raise _unbounded(frame, np.isinf(values)) if np.isinf(values).any() else _too_large(frame)
    if not np.nan_to_num(values).any():
        raise InputError(
            None, "every value in the table is 0, so there is nothing to learn", "write 1 where an item has a feature"
        )
    if (np.nanmax(values, axis=0) == np.nanmin(values, axis=0)).all():
        raise InputError(
            None,
            "every feature is the same for all items, so nothing tells the items apart",
            "write features that some items have and others do not",
        )


def _unbounded(frame: pd.DataFrame, infinite: np.ndarray) -> InputError:
    columns = frame.columns[np.flatnonzero(infinite.any(axis=0))].tolist()
    return InputError(
        None,
        f"{_cells(frame, infinite, 'infinite')}, but features must be finite",
        ("write finite numbers, or leave the column out with ", Setting("drop", columns[:1])),
    )


def _too_large(frame: pd.DataFrame) -> InputError:
    return InputError(
        None,
        f"{_cells(frame, np.abs(frame.to_numpy()) > LARGEST_NUMBER, f'beyond {LARGEST_NUMBER:g}')}, "
        "but their squares would not fit a number",
        "write the feature in a larger unit",
    )
