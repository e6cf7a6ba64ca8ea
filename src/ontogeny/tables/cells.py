"""Cells that a table of numbers cannot have: missing, infinite, too large, or all the same.

Missing cells are never filled in; their items or features can be left out, or the cells kept unobserved.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, one_of, quoted
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note, Setting, Words, joined

LARGEST_NUMBER = 1e150  # its square, summed over many cells, still fits float64 (1.8e308)
MOST_PLACES_SHOWN = 3
LEAST = (2, 1)  # items, features
NOUNS = ("item", "feature")
MISSING = ("refuse", "mask")

Kept = tuple[np.ndarray, np.ndarray]  # positions of rows and of columns


def without_missing(
    frame: pd.DataFrame, values: np.ndarray, drop_items: bool, drop_features: bool, keep: str = "refuse"
) -> tuple[Kept, tuple[Note, ...]]:
    """The rows and columns to keep, and a note on those left out or on the cells that stay unobserved."""
    one_of(keep, MISSING, "missing")
    missing = np.isnan(values)
    everything = np.arange(values.shape[0]), np.arange(values.shape[1])
    if not missing.any():
        return everything, ()
    if keep == "mask":
        _check_maskable(frame, missing, drop_items or drop_features)
        return everything, (_masked_note(frame, missing),)
    if drop_items and drop_features:
        both = (f"{_places(frame, missing)}, and both ", _drop(0), " and ", _drop(1), " were given, but each alone ")
        raise InputError(None, (*both, "removes every missing cell"), "write one of them")
    if not drop_items and not drop_features:
        remedies: list[Words] = ["fill them in", *_offers(missing), *_mask_offer(missing)]
        problem = f"{_places(frame, missing)}, but missing values are not imputed"
        raise InputError(None, problem, joined(remedies, ", or "))
    axis = 0 if drop_items else 1
    has_missing = missing.any(axis=1 - axis)
    if int((~has_missing).sum()) < LEAST[axis]:
        raise _nothing_left(missing, axis)
    gone = tuple((frame.index, frame.columns)[axis][np.flatnonzero(has_missing)])
    text = f"Left out: {counted(len(gone), NOUNS[axis])} with missing values ({quoted(gone)})."
    kept = np.flatnonzero(~has_missing)
    return (kept, everything[1]) if axis == 0 else (everything[0], kept), (Note("left_out_missing", text, gone),)


def _check_maskable(frame: pd.DataFrame, missing: np.ndarray, drops: bool) -> None:
    """Every item and every feature has an observed cell."""
    if drops:
        both = f"{_places(frame, missing)}, and both leaving them out and "
        problem = (both, Setting("missing", "mask"), " were given, but each alone deals with every missing cell")
        raise InputError(None, problem, "write one of them")
    for axis, noun, other, names in ((1, "item", "feature", frame.index), (0, "feature", "item", frame.columns)):
        unseen = names[np.flatnonzero(missing.all(axis=axis))]
        if len(unseen):
            are = f"{noun} {quoted(unseen)} has" if len(unseen) == 1 else f"{noun}s {quoted(unseen)} have"
            raise InputError(
                None,
                f"{are} no observed cell at all, so nothing can be learned there",
                f"leave such {noun}s out, or write their value for at least one {other}",
            )


def _masked_note(frame: pd.DataFrame, missing: np.ndarray) -> Note:
    share = 100 * missing.mean()
    are = "cell is" if missing.sum() == 1 else "cells are"
    text = (
        f"{missing.sum()} of {missing.size} {are} missing ({share:.2g}%) and kept unobserved: they take no part in "
        "error, gradient and correlations, nothing is filled in, and the modes describe the observed cells only."
    )
    return Note("masked", text, tuple(frame.columns[np.flatnonzero(missing.any(axis=0))]))


def _nothing_left(missing: np.ndarray, axis: int) -> InputError:
    complete = int((~missing.any(axis=1 - axis)).sum())
    left = f"{counted(complete, NOUNS[axis])} of {missing.shape[axis]}"
    return InputError(
        _drop(axis).argument,
        f"leaves {left}, but at least {LEAST[axis]} must remain",
        joined(["fill in the cells", *_offers(missing)], ", or "),
    )


def _drop(axis: int) -> Setting:
    """How items (axis 0) or features (axis 1) with missing cells are left out."""
    return Setting(f"drop_missing_{NOUNS[axis]}s", True)


def _offers(missing: np.ndarray) -> list[Words]:
    """The ways to leave out missing cells after which a table remains."""
    gone = [missing.any(axis=1 - axis) for axis in (0, 1)]
    return [
        (f"leave out {counted(int(gone[axis].sum()), NOUNS[axis])} with ", _drop(axis))
        for axis in (0, 1)
        if (~gone[axis]).sum() >= LEAST[axis]
    ]


def _mask_offer(missing: np.ndarray) -> list[Words]:
    """The way to keep missing cells unobserved, where every item and feature has an observed one."""
    possible = not missing.all(axis=0).any() and not missing.all(axis=1).any()
    return [("keep them unobserved with ", Setting("missing", "mask"))] if possible else []


def _places(frame: pd.DataFrame, bad: np.ndarray, word: str = "missing") -> str:
    """How many cells are bad, and where the first few are."""
    rows, columns = np.nonzero(bad)
    places = ", ".join(
        f"{frame.columns[column]!r} of {frame.index[row]!r}"
        for row, column in zip(rows[:MOST_PLACES_SHOWN], columns[:MOST_PLACES_SHOWN], strict=True)
    )
    more = f" and {len(rows) - MOST_PLACES_SHOWN} more" if len(rows) > MOST_PLACES_SHOWN else ""
    return f"{counted(len(rows), 'cell')} {'is' if len(rows) == 1 else 'are'} {word} ({places}{more})"


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
        f"{_places(frame, infinite, 'infinite')}, but features must be finite",
        ("write finite numbers, or leave the column out with ", Setting("drop", columns[:1])),
    )


def _too_large(frame: pd.DataFrame) -> InputError:
    return InputError(
        None,
        f"{_places(frame, np.abs(frame.to_numpy()) > LARGEST_NUMBER, f'beyond {LARGEST_NUMBER:g}')}, "
        "but their squares would overflow",
        "write the feature in a larger unit",
    )
