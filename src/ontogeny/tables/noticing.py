"""What a person should know about a table of numbers before learning from it, one sentence each.

Nothing here is an error: the theory holds, but some items or features cannot do what their owner may expect.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ontogeny._core.checks import quoted
from ontogeny._core.notes import Note, Setting, joined
from ontogeny.tables.wording import counted

SCALE_RATIO = 4.0  # 1-5 ratings beside 0/1 are noticed, 0-3 counts are not; modes weigh a feature by its square
MOST_DROPS_OFFERED = 3
MOST_EXAMPLES = 3


def noticed(values: np.ndarray, items: Sequence[str], features: Sequence[str]) -> tuple[Note, ...]:
    """All that is noteworthy in a table of values, shape (items, features); NaN where unobserved.

    What would be said of all cells of an item or feature is not said where some are unobserved.
    """
    names = np.asarray(items, dtype=object), np.asarray(features, dtype=object)
    notes = (
        _shared_rows(values, names[0]),
        _zero_items(values, names[0]),
        _equal_features(values, names[1]),
        _constant_zero(values, names[1]),
        _constant_other(values, names[1]),
        _scales(values, names[1]),
        _numbered_features(features),
    )
    return tuple(note for note in notes if note)


def _first_equal(rows: np.ndarray) -> np.ndarray:
    """For every row, the position of the first row that equals it (its own if none is earlier)."""
    rows = np.ascontiguousarray(np.where(np.isnan(rows), np.inf, rows) + 0.0)  # the same gaps and values; -0 is 0
    whole = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1])))  # a row is one thing, however long
    _, first, group = np.unique(whole, return_index=True, return_inverse=True)
    return first[group.reshape(-1)]


def _shared_rows(values: np.ndarray, items: np.ndarray) -> Note | None:
    first = _first_equal(values)
    repeats = first != np.arange(len(items))
    if not repeats.any():
        return None
    words = (
        f"{repeats.sum()} of {len(items)} items share their row with an earlier one "
        f"({_example(repeats, first, items)}): no network can tell them apart."
    )
    return Note("shared_rows", words, tuple(items[repeats]))


def _equal_features(values: np.ndarray, features: np.ndarray) -> Note | None:
    first = _first_equal(values.T)
    repeats = (first != np.arange(len(features))) & (np.nanmax(values, axis=0) > np.nanmin(values, axis=0))
    if not repeats.any():
        return None
    words = (
        f"{repeats.sum()} of {len(features)} features have the same values as an earlier one "
        f"({_example(repeats, first, features)}): together they count as one stronger feature."
    )
    return Note("equal_features", words, tuple(features[repeats]))


def _example(repeats: np.ndarray, first: np.ndarray, names: np.ndarray) -> str:
    """A few of the equal ones: 'bear' = 'aardvark', ..."""
    shown = [f"{names[each]!r} = {names[first[each]]!r}" for each in np.flatnonzero(repeats)[:MOST_EXAMPLES]]
    return ", ".join([*shown, "..."] if repeats.sum() > MOST_EXAMPLES else shown)


def _zero_items(values: np.ndarray, items: np.ndarray) -> Note | None:
    zero = ~values.any(axis=1)
    if not zero.any():
        return None
    are, them = ("has 0", "it") if zero.sum() == 1 else ("have 0", "them")
    empty = f"{counted(zero.sum(), 'item')} ({quoted(items[zero])})"
    return Note("zero_items", f"{empty} {are} for every feature: nothing is learned about {them}.", tuple(items[zero]))


def _constant_zero(values: np.ndarray, features: np.ndarray) -> Note | None:
    zero = ~values.any(axis=0)
    if not zero.any():
        return None
    are, add = ("is 0", "adds") if zero.sum() == 1 else ("are 0", "add")
    words = f"{counted(zero.sum(), 'feature')} ({quoted(features[zero])}) {are} for every item and {add} nothing."
    return Note("zero_features", words, tuple(features[zero]))


def _constant_other(values: np.ndarray, features: np.ndarray) -> Note | None:
    constant = (np.ptp(values, axis=0) == 0) & values.any(axis=0)
    if not constant.any():
        return None
    tell = "is the same for every item and loads" if constant.sum() == 1 else "are the same for every item and load"
    words = f"{counted(constant.sum(), 'feature')} ({quoted(features[constant])}) {tell} on the mean mode only."
    return Note("constant_features", words, tuple(features[constant]))


def _scales(values: np.ndarray, features: np.ndarray) -> Note | None:
    """Features whose largest value is far from the (lower) median of the largest values."""
    largest = np.nanmax(np.abs(values), axis=0)
    typical = np.quantile(largest[largest > 0], 0.5, method="lower")
    for far, drowns in (
        (largest > SCALE_RATIO * typical, "would dominate the modes"),
        ((largest < typical / SCALE_RATIO) & (largest > 0), "would hardly be learned"),
    ):
        if far.any():
            said = f"{_reach(largest, far, features, typical)}; such columns {drowns}, so write "
            return Note("scales", joined([(said, *_remedies(features[far])), "."], ""), tuple(features[far]))
    return None


def _reach(largest: np.ndarray, far: np.ndarray, features: np.ndarray, typical: float) -> str:
    first = int(np.argmax(far))
    others = f" (and {far.sum() - 1} more)" if far.sum() > 1 else ""
    return f"Feature {features[first]!r}{others} reaches {largest[first]:.4g} where most features reach {typical:.4g}"


def _remedies(far: np.ndarray) -> tuple[str | Setting, ...]:
    standardize = Setting("standardize", True)
    return (standardize, " or ", Setting("drop", far.tolist())) if len(far) <= MOST_DROPS_OFFERED else (standardize,)


def _numbered_features(features: Sequence[str]) -> Note | None:
    """A first line of numbers is read as names, which is wrong when the file has no line of names."""
    try:
        [float(name) for name in features]
    except ValueError:
        return None
    words = (
        f"The names of the features are numbers ({quoted(features)}): "
        "if the first line of the file was data, write a line of names above it."
    )
    return Note("numbered_features", words)
