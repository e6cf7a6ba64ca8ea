"""Tables in long format (a line for each pair of an item and a feature), turned into one row for each item."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note, Setting
from ontogeny.tables.wording import cell_text

ROLES = ("item", "feature", "value")
ITEM = re.compile(r"\b(items?|words?|concepts?|cues?|colou?rs?|objects?|animals?|nouns?|exemplars?|stimulus|stimuli)\b")
FEATURE = re.compile(
    r"\b(features?|propert(y|ies)|dimensions?|attributes?|responses?|scales?|questions?|predicates?)\b"
)
FULL = 0.9  # share of listed pairs from which on the others count as missing, and not as 0


def pivoted(
    frame: pd.DataFrame, long: Mapping[str, str] | None = None, path: str = "the table"
) -> tuple[pd.DataFrame, tuple[Note, ...]] | None:
    """A table in long format as a table of items and features, with notes; None if it is not long.

    Parameters
    ----------
    frame : DataFrame
        Columns as they came.
    long : dict, optional
        Columns with the item, the feature and the value; recognized by their names if not given.
    path : str
        Name of the table in messages.

    Raises
    ------
    InputError
        A long table whose columns cannot be told apart, or a column that is not there.
    """
    roles = _given(frame, long, path) if long is not None else _recognized(frame, path)
    if roles is None:
        return None
    item, feature, value = (roles[role] for role in ROLES)
    values = pd.to_numeric(frame[value], errors="coerce").to_numpy(float)
    if np.isnan(values).all():
        raise InputError(
            None,
            f"column {value!r} of {path} holds no numbers",
            ("name the column of values with ", _setting(item, feature, "COLUMN")),
        )
    pairs = pd.DataFrame(
        {"item": frame[item].map(cell_text), "feature": frame[feature].map(cell_text), "value": values}
    )
    pairs = pairs[~np.isnan(values)]
    counts = bool(np.all(pairs["value"] == np.round(pairs["value"])))
    grouped = pairs.groupby(["item", "feature"], sort=False)["value"]
    repeated = int((grouped.size() > 1).sum())
    table = (grouped.sum() if counts else grouped.mean()).unstack("feature")
    table = table.reindex(index=pairs["item"].unique(), columns=pairs["feature"].unique())
    words = (
        f"{path.capitalize() if path == 'the table' else path} is long: a line for each pair of {item!r} and "
        f"{feature!r}, with {value!r}; it became {counted(len(table), 'item')} with "
        f"{counted(table.shape[1], 'feature')}."
    )
    notes = [Note("long", words, (item, feature, value))]
    if repeated:
        how = "added up" if counts else "averaged"
        notes.append(Note("repeated_pairs", f"{counted(repeated, 'pair')} with more than one line were {how}."))
    holes = int(table.isna().to_numpy().sum())
    if holes and holes > (1 - FULL) * table.size:
        table = table.fillna(0.0)
        notes.append(Note("unlisted_pairs", f"The other {counted(holes, 'pair')}, which are not listed, are 0."))
    table.columns.name = None
    return table.rename_axis(item), tuple(notes)


def _given(frame: pd.DataFrame, long: Mapping[str, str], path: str) -> dict[str, str]:
    unknown = [role for role in long if role not in ROLES]
    lacking = [role for role in ROLES if role not in long]
    if unknown or lacking:
        raise InputError(
            "long",
            f"names {quoted(long)}, but a long table has an item, a feature and a value",
            ("write ", _setting("ITEM", "FEATURE", "VALUE")),
        )
    for column in long.values():
        if column not in frame.columns:
            raise InputError(
                "long", f"names the column {column!r}, but {path} has {quoted(frame.columns, 5)}", "write one of them"
            )
    return dict(long)


def _recognized(frame: pd.DataFrame, path: str) -> dict[str, str] | None:
    """The roles of three columns, two of which hold names that repeat in all pairs."""
    if frame.shape[1] != 3 or len(frame) < 4:
        return None
    names = [str(name) for name in frame.columns]
    texts = [name for name in names if not _is_numeric(frame[name])]
    if len(texts) != 2:
        return None
    value = next(name for name in names if name not in texts)
    first, second = (frame[name].map(cell_text) for name in texts)
    if first.nunique() == len(frame) or second.nunique() == len(frame) or second.nunique() < 2:
        return None  # a table with names and labels
    both = pd.Series(list(zip(first, second, strict=True)))
    if both.nunique() < 0.5 * len(frame):
        return None
    items = [name for name in texts if ITEM.search(_words(name))]
    features = [name for name in texts if FEATURE.search(_words(name))]
    if len(items) != 1 and len(features) != 1 or items == features:
        raise InputError(
            None,
            f"{path} is long (a line for each pair of {texts[0]!r} and {texts[1]!r}), but their names do not "
            "tell which of them is the item and which the feature",
            ("write ", _setting(texts[0], texts[1], value), ", or the other way round; in pandas, "
             f"df.pivot_table(index={texts[0]!r}, columns={texts[1]!r}, values={value!r})"),
        )  # fmt: skip
    item = items[0] if len(items) == 1 else next(name for name in texts if name != features[0])
    return {"item": item, "feature": next(name for name in texts if name != item), "value": value}


def _setting(item: str, feature: str, value: str) -> Setting:
    return Setting("long", {"item": item, "feature": feature, "value": value})


def _words(name: str) -> str:
    return re.sub(r"[_\-.]+", " ", name.lower())


def _is_numeric(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column):
        return True
    cells = column.dropna()
    return bool(len(cells)) and not pd.to_numeric(cells, errors="coerce").isna().any()
