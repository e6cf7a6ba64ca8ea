"""Reading human ratings: which items they are about, and what was rated.

A column is recognized by its name or its values, and every guess is reported in a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .._core.arrays import ArrayLike
from .._core.checks import InputError, one_of, quoted
from .._core.counting import counted
from .._core.notes import Note
from .shared_items import plain_name

KINDS = {
    "age_of_acquisition": r"\baoa\b|age.?of.?acq|\bacquisition\b|\bage\b|\bmonths?\b",
    "typicality": r"typical|goodness|\bgoe\b|prototyp",
    "frequency": r"freq|\bzipf\b|\bsubtlex\b|\bbnc\b|\bkf\b",
    "similarity": r"simil|related|\bdistance\b",
    "proportion": r"proportion|\bproduces?\b|\bsays?\b",
    "rating": r"rating|\bmean\b|\bscore\b",
}
HALF = 0.5  # share of children at which a word counts as acquired
FEWEST_MONTHS = 3
MATCHED = 0.5  # share of entries that must be names of items in a column of items


@dataclass(frozen=True, eq=False)
class Ratings:
    """Human ratings of items, or of pairs of items.

    Parameters
    ----------
    kind : str
        "age_of_acquisition", "typicality", "frequency", "similarity" or "rating".
    items : tuple of str, or of pairs of str
        The rated items, with their names in the world.
    values : array, shape (ratings,)
        The ratings; inf for an age that was not reached.
    frequency : array, shape (ratings,), or None
        Frequency of each item, if the same table has it.
    unmatched : tuple of str
        Names in the ratings that the world does not have.
    notes : tuple of Note
        What was guessed.
    """

    kind: str
    items: tuple[Any, ...]
    values: np.ndarray
    frequency: np.ndarray | None
    unmatched: tuple[str, ...]
    notes: tuple[Note, ...]

    def __repr__(self) -> str:
        rated = "pair" if self.kind == "similarity" else "item"
        missed = f"; {counted(len(self.unmatched), 'name')} of no item" if self.unmatched else ""
        return f"<Ratings: {self.kind.replace('_', ' ')} of {counted(len(self.items), rated)}{missed}>"


def read_ratings(
    ratings: ArrayLike, items: Sequence[str], *, kind: str | None = None, column: str | None = None
) -> Ratings:
    """Ratings as numbers by the names of items; capitals, blanks and hyphens do not matter.

    Parameters
    ----------
    ratings : Series, mapping or DataFrame
        By name: a rating for each item; a table with a column of items and one of ratings; one with two columns of
        items (pairs) and one of similarities; or one with a column of items and a column for each month of age, which
        hold the proportion of children who say the word.
    items : list of str
        Names of the items of the world.
    kind : str, optional
        What was rated, if the name of the column does not say so.
    column : str, optional
        The column of ratings, if there are several.

    Raises
    ------
    InputError
        Ratings without names, of no item of the world, of one item twice, or without a unique column of ratings.
    """
    if kind is not None:
        one_of(kind, [each for each in KINDS if each != "proportion"], "kind")
    table = _as_table(ratings)
    known = {plain_name(name): name for name in reversed(items)}
    columns = _columns_of_items(table, known)
    notes = [Note("items", f"Items are in {_columns(columns)}.", tuple(columns))] if columns != ["item"] else []
    named = table[columns].map(lambda name: known.get(plain_name(name), ""))
    unmatched = tuple(
        dict.fromkeys(
            str(name) for each in columns for name, found in zip(table[each], named[each], strict=True) if not found
        )
    )
    rest = table.drop(columns=columns)
    if len(columns) == 2:
        kind = kind or "similarity"
    frequency = None
    months = _months(rest)
    if months and column is None and kind in (None, "age_of_acquisition"):
        kind, values = "age_of_acquisition", _ages(rest[list(months.values())], np.array(list(months)))
        notes.append(
            Note(
                "months",
                f"Columns {quoted(months.values())} are ages; an item counts as acquired at the age at which half of "
                "the children say it.",
                tuple(months.values()),
            )
        )
    else:
        kind, name = _rated(rest, kind, column)
        values = pd.to_numeric(rest[name], errors="coerce").to_numpy(float)
        notes.append(Note("ratings", f"Column {name!r} holds the ratings ({kind.replace('_', ' ')}).", (name,)))
        others = [each for each in rest.columns if each != name and _kind_of(each) == "frequency"]
        if others and kind != "frequency":
            frequency = pd.to_numeric(rest[others[0]], errors="coerce").to_numpy(float)
            notes.append(Note("frequency", f"Column {others[0]!r} holds the frequency of each item.", (others[0],)))
    kept = (named != "").all(axis=1).to_numpy() & ~np.isnan(values)
    called = [tuple(row) if len(columns) == 2 else row[0] for row in named[kept].itertuples(index=False)]
    _check_called(called, unmatched)
    return Ratings(
        kind, tuple(called), values[kept], None if frequency is None else frequency[kept], unmatched, tuple(notes)
    )


def _as_table(ratings: ArrayLike) -> pd.DataFrame:
    if isinstance(ratings, pd.DataFrame):
        table = ratings.set_axis([str(name) for name in ratings.columns], axis=1)
        index = table.index
        if isinstance(index, pd.RangeIndex) and index.name is None:
            return table
        return table.reset_index(names=str(index.name or "item"))
    if isinstance(ratings, Mapping | pd.Series):
        series = pd.Series(ratings)
        if not isinstance(series.index, pd.RangeIndex):
            return series.rename(str(series.name or "rating")).rename_axis("item").reset_index()
    raise InputError(
        "ratings",
        f"are of type {type(ratings).__name__} without names, but they go by the names of the items",
        "write a dictionary, a Series or a DataFrame, for example {'robin': 6.9}",
    )


def _columns_of_items(table: pd.DataFrame, known: Mapping[str, str]) -> list[str]:
    """The one or two columns whose entries are names of items."""
    texts = [str(name) for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])]
    hits = {name: float(np.mean([plain_name(cell) in known for cell in table[name]])) for name in texts if len(table)}
    best = sorted((name for name in texts if hits.get(name, 0) > 0), key=lambda name: -hits[name])
    if not best:
        raise InputError(
            "ratings",
            f"name no item of the world in any column ({quoted(texts) if texts else 'there is no column of text'})",
            f"name items as the world does, for example {quoted(list(known.values())[:2])}",
        )
    return [name for name in texts if hits[name] >= max(MATCHED, hits[best[0]] / 2)][:2] or best[:1]


def _months(table: pd.DataFrame) -> dict[float, str]:
    """Columns that are ages in months and hold proportions."""
    found: dict[float, str] = {}
    for name in table.columns:
        match = re.fullmatch(r"(?:month|age|m)?[\s_\-]*(\d{1,3})(?:[\s_\-]*(?:months?|mo|m))?", str(name).casefold())
        if match and pd.api.types.is_numeric_dtype(table[name]) and table[name].dropna().between(0, 1).all():
            found[float(match[1])] = str(name)
    return dict(sorted(found.items())) if len(found) >= FEWEST_MONTHS else {}


def _ages(proportions: pd.DataFrame, months: np.ndarray) -> np.ndarray:
    """Age at which the proportion first reaches one half, interpolated; inf if it does not, NaN where none is known."""
    ages = np.full(len(proportions), np.inf)
    for row, values in enumerate(proportions.to_numpy(float)):
        seen = ~np.isnan(values)
        if not seen.any():
            ages[row] = np.nan
            continue
        risen, at = np.maximum.accumulate(values[seen]), months[seen]
        if risen[-1] >= HALF:
            after = int(np.argmax(risen >= HALF))
            around = slice(max(after - 1, 0), after + 1)
            ages[row] = np.interp(HALF, risen[around], at[around])
    return ages


def _kind_of(name: str) -> str | None:
    words = re.sub(r"[_\-.]+", " ", name.casefold())
    return next((kind for kind, pattern in KINDS.items() if re.search(pattern, words)), None)


def _rated(table: pd.DataFrame, kind: str | None, column: str | None) -> tuple[str, str]:
    """What was rated, and in which column."""
    numeric = [str(name) for name in table.columns if pd.api.types.is_numeric_dtype(table[name])]
    if column is not None:
        one_of(column, numeric, "column")
        return kind or _kind_of(column) or "rating", column
    kinds = {name: _kind_of(name) for name in numeric}
    wanted = [name for name in numeric if kinds[name] == kind] if kind else []
    wanted = wanted or [name for name in numeric if kinds[name] not in (None, "frequency", "rating", "proportion")]
    wanted = wanted or [name for name in numeric if kinds[name] == "rating"]
    wanted = wanted or [name for name in numeric if kinds[name] != "frequency"] or numeric
    if len(wanted) != 1:
        came = f"have {len(wanted)} possible columns ({quoted(wanted)})" if wanted else "have no numbers"
        raise InputError(
            "ratings",
            f"{came}, but one column of ratings is needed",
            "pass its name as `column`, or keep only one of them" if wanted else "add a column of numbers",
        )
    found = kind or kinds[wanted[0]] or "rating"
    return ("rating" if found == "proportion" else found), wanted[0]


def _check_called(called: Sequence[str | tuple[str, ...]], unmatched: Sequence[str]) -> None:
    if not called:
        raise InputError(
            "ratings", f"are of no item of the world (they name {quoted(unmatched)})", "name items as the world does"
        )
    twice = [str(name) for name in dict.fromkeys(called) if called.count(name) > 1]
    if twice:
        raise InputError(
            "ratings", f"name {quoted(twice)} more than once, but an item has one rating", "average them first"
        )


def _columns(names: Iterable[str]) -> str:
    names = list(names)
    return f"column {names[0]!r}" if len(names) == 1 else f"columns {' and '.join(map(repr, names))}"
