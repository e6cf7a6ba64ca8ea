"""What is worth knowing about a table of numbers before learning from it, one note each.

None of this is an error: the theory holds, but some items or features will not behave as one might expect.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ontogeny._core.checks import quoted
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note, Setting, Words

SCALE_RATIO = 4.0  # 1-5 ratings beside 0/1 are noticed, 0-3 counts are not; modes weigh a feature by its square
MOST_DROPS_OFFERED = 3
MOST_EXAMPLES = 3


def noticed(values: np.ndarray, items: Sequence[str], features: Sequence[str]) -> tuple[Note, ...]:
    """Notes on a table of values, shape (items, features); NaN where unobserved.

    Notes about all cells of an item or feature are not made where some of them are unobserved.
    """
    names = np.asarray(items, dtype=object), np.asarray(features, dtype=object)
    notes = (
        _shared_rows(values, names[0]),
        _zero_items(values, names[0]),
        _equal_features(values, names[1]),
        _zero_features(values, names[1]),
        _constant_features(values, names[1]),
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
    text = (
        f"{repeats.sum()} of {len(items)} items have the same features as an earlier one "
        f"({_examples(repeats, first, items)}): no network can tell them apart."
    )
    return Note("shared_rows", text, tuple(items[repeats]))


def _equal_features(values: np.ndarray, features: np.ndarray) -> Note | None:
    first = _first_equal(values.T)
    repeats = (first != np.arange(len(features))) & (np.nanmax(values, axis=0) > np.nanmin(values, axis=0))
    if not repeats.any():
        return None
    text = (
        f"{repeats.sum()} of {len(features)} features have the same values as an earlier one "
        f"({_examples(repeats, first, features)}): together they count as one stronger feature."
    )
    return Note("equal_features", text, tuple(features[repeats]))


def _examples(repeats: np.ndarray, first: np.ndarray, names: np.ndarray) -> str:
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


def _zero_features(values: np.ndarray, features: np.ndarray) -> Note | None:
    zero = ~values.any(axis=0)
    if not zero.any():
        return None
    are, add = ("is 0", "adds") if zero.sum() == 1 else ("are 0", "add")
    text = f"{counted(zero.sum(), 'feature')} ({quoted(features[zero])}) {are} for every item and {add} nothing."
    return Note("zero_features", text, tuple(features[zero]))


def _constant_features(values: np.ndarray, features: np.ndarray) -> Note | None:
    constant = (np.ptp(values, axis=0) == 0) & values.any(axis=0)
    if not constant.any():
        return None
    tell = "is the same for every item: it tells" if constant.sum() == 1 else "are the same for every item: they tell"
    text = f"{counted(constant.sum(), 'feature')} ({quoted(features[constant])}) {tell} no items apart."
    return Note("constant_features", text, tuple(features[constant]))


def _scales(values: np.ndarray, features: np.ndarray) -> Note | None:
    """Features whose largest value is far from the (lower) median of the largest values."""
    largest = np.nanmax(np.abs(values), axis=0)
    typical = np.quantile(largest[largest > 0], 0.5, method="lower")
    for far, effect in (
        (largest > SCALE_RATIO * typical, "would dominate the modes"),
        ((largest < typical / SCALE_RATIO) & (largest > 0), "would hardly be learned"),
    ):
        if far.any():
            names, first = tuple(features[far]), int(np.argmax(far))
            others = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
            reach = f"reaches {largest[first]:.4g} where most features reach {typical:.4g}"
            words: Words = (
                f"Feature {names[0]!r}{others} {reach}; such columns {effect}, so write ",
                Setting("standardize", True),
                *((" or ", Setting("drop", list(names))) if len(names) <= MOST_DROPS_OFFERED else ()),
                ".",
            )
            return Note("scales", words, names)
    return None


def _numbered_features(features: Sequence[str]) -> Note | None:
    """A first line of numbers is read as names, which is wrong when the file has no line of names."""
    try:
        [float(name) for name in features]
    except ValueError:
        return None
    text = (
        f"The names of the features are numbers ({quoted(features)}): "
        "if the first line of the file was data, write a line of names above it."
    )
    return Note("numbered_features", text, tuple(features))
