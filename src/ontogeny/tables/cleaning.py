"""From any DataFrame to a `Table` of finite numbers (NaN where asked to), or to one sentence that says why not.

Nothing is guessed in silence: what was done or noticed is in the notes of the table, and what cannot be used is an
`InputError`. Missing values are never filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.counting import counted
from ontogeny._core.notes import Note, Setting, revived
from ontogeny.tables.cells import check_values, without_missing
from ontogeny.tables.codes import without_codes
from ontogeny.tables.columns import column_numbers, is_text, texts_refused
from ontogeny.tables.item_names import numbered, unknown_column
from ontogeny.tables.noticing import noticed
from ontogeny.tables.other_tables import check_features
from ontogeny.tables.table import Table
from ontogeny.tables.totals import totals
from ontogeny.tables.wording import cell_text, repeated
from ontogeny.tables.written_numbers import READINGS


def clean(
    df: pd.DataFrame,
    *,
    items: str | None = None,
    category: str | None = None,
    drop: str | Iterable[str] = (),
    drop_missing_items: bool = False,
    drop_missing_features: bool = False,
    missing: str = "refuse",
    missing_values: Sequence[float] | None = None,
    drop_text: bool = False,
    one_hot: str | Iterable[str] = (),
    keep: str | Iterable[str] = (),
) -> Table:
    """A DataFrame as finite numbers with names: rows are items, columns are features.

    Parameters
    ----------
    df : DataFrame
        Rows are items, named by the index; columns are features. Numbers of any kind, booleans, and yes/no,
        true/false or y/n words are read; a plain 0, 1, 2, ... index names the rows 'item 1', 'item 2', ....
    items : str, optional
        Column with the item names, in place of the index.
    category : str, optional
        Column with a label for each item; it is no feature. Tables from `read_norms` may name it themselves.
    drop : str or several
        Columns to leave out.
    drop_missing_items, drop_missing_features : bool
        Leave out the items, or the features, that have missing values.
    missing : "refuse" or "mask"
        What happens to missing values that are not left out: an error, or they stay NaN, unobserved.

    missing_values : list of float, optional
        Numbers that stand for missing, such as 999; an empty list if all numbers are values. By default, a number that
        looks like a code is an error.
    drop_text : bool
        Leave out all columns of text.
    one_hot : str or several
        Columns of text to turn into one column of 0 and 1 for each of their words.
    keep : str or several
        Items and features to keep although they are totals or means of the others.

    Returns
    -------
    Table
        Values, names, categories, and notes on what was done and noticed.

    Raises
    ------
    InputError
        If the table cannot be used; the message says what to write.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"wings": ["yes", "no"], "legs": [2, 4]}, index=["robin", "dog"])
    >>> clean(df).values.tolist()
    [[1.0, 2.0], [0.0, 4.0]]
    >>> str(clean(df).notes[0])
    "Yes/no words and booleans were read as 1/0 in 1 feature ('wings')."
    """
    for role, name in (("items", items), ("category", category)):
        if name is not None and not np.isscalar(name):
            raise InputError(role, f"is of type {type(name).__name__}, but it must be a column name", "write one name")
    frame, dropped = _with_text_names(df), [drop] if isinstance(drop, str) else [str(name) for name in drop]
    items = None if items == frame.index.name else items  # `read_table` moved it there
    category, label_note = _from_file(df, category, (items, *dropped))
    _check_roles(frame, items, category, dropped)
    frame, item_note = _with_named_rows(frame, items)
    labels, every = _labels(frame, category), tuple(frame.index)
    frame = frame.drop(columns=[*dropped, *([category] if category else [])])
    frame, text_notes = _without_text(frame, _as_list(one_hot), drop_text)
    _check_shape(frame, dropped)
    values, word_note = _frame_numbers(frame)
    values, code_notes = without_codes(values, list(frame.columns), missing_values)
    check_features(values, list(frame.index), list(frame.columns))
    frame, values, total_notes = _without_totals(frame, values, _as_list(keep))
    left = frozenset(frame.index)  # `np.isin` compares names pair by pair
    stayed = np.flatnonzero([name in left for name in every])
    kept, missing_note = without_missing(frame, values, drop_missing_items, drop_missing_features, missing)
    values, names, features = values[np.ix_(*kept)], _picked(frame.index, kept[0]), _picked(frame.columns, kept[1])
    check_values(values, names, features)
    shape = f"{counted(len(names), 'item')} and {counted(len(features), 'feature')}"
    notes = (
        *map(revived, df.attrs.get("notes", ())),
        *item_note,
        *label_note,
        *_role_notes(category, dropped),
        *text_notes,
        *word_note,
        *code_notes,
        *total_notes,
        *missing_note,
        Note("size", f"The table has {shape}."),
        *noticed(values, names, features),
    )
    rows = stayed[kept[0]]
    labels = labels and _picked(labels, rows)
    return Table(values, names, features, labels, notes, every, tuple(rows.tolist()))


def _from_file(
    df: pd.DataFrame, category: str | None, taken: Iterable[str | None]
) -> tuple[str | None, tuple[Note, ...]]:
    """The category as given, or else as the reader of norms named it, unless that column has another use."""
    named = df.attrs.get("category")
    if category is not None or named is None or named in taken or named not in df.columns:
        return category, ()
    return str(named), (Note("category", f"The category is column {named!r}, as the file says.", (str(named),)),)


def _picked(names: Sequence[str] | pd.Index, rows: np.ndarray) -> tuple[str, ...]:
    return tuple(np.asarray(names, dtype=object)[rows].tolist())


def _with_text_names(df: pd.DataFrame) -> pd.DataFrame:
    """A shallow copy whose column names are distinct strings."""
    if not isinstance(df, pd.DataFrame):
        raise InputError(
            None,
            f"the table is a {type(df).__name__}, but it must be a pandas DataFrame with one row per item",
            "write pandas.DataFrame(values, index=item_names, columns=feature_names)",
        )
    for axis, words in ((df.columns, "columns have"), (df.index, "rows have")):
        if isinstance(axis, pd.MultiIndex):
            attribute = "columns" if axis is df.columns else "index"
            raise InputError(
                None,
                f"the {words} {axis.nlevels} levels of names, but one name each is needed",
                f"join them, for example df.{attribute} = ['_'.join(map(str, name)) for name in df.{attribute}]",
            )
    names = [str(name) for name in df.columns]
    if repeated(names):
        raise InputError(
            None,
            f"column name {quoted(repeated(names))} is used more than once, but names must tell columns apart",
            "rename all but one, or keep the first with df.loc[:, ~df.columns.duplicated()]",
        )
    return df.set_axis(names, axis=1)


def _check_roles(frame: pd.DataFrame, items: str | None, category: str | None, dropped: list[str]) -> None:
    """Every named column exists, and has one use."""
    named = (("items", items), ("category", category), *(("drop", name) for name in dict.fromkeys(dropped)))
    taken: dict[str, tuple[str | Setting, ...]] = {}
    if items is None and frame.index.name is not None and str(frame.index.name) not in frame.columns:
        taken[str(frame.index.name)] = ("as item names",)
    for role, name in named:
        if name is None:
            continue
        use = ("by ", Setting(role, [name] if role == "drop" else name))
        if name in taken:
            problem = (f"column {name!r} is used both ", *taken[name], " and ", *use, ", but a column has one use")
            raise InputError(None, problem, "name another column, or leave one of the two out")
        if name not in frame.columns:
            raise unknown_column(role, name, list(frame.columns))
        taken[name] = use


def _with_named_rows(frame: pd.DataFrame, items: str | None) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """The frame with unique strings as index."""
    note: tuple[Note, ...] = ()
    if items is not None:
        note = (Note("item_names", f"The item names are column {items!r}.", (items,)),)
        frame = frame.set_axis(pd.Index(frame[items].astype(object)), axis=0).drop(columns=items)
    elif _is_unnamed(frame.index):
        return frame.set_axis(pd.Index(numbered(len(frame)), dtype=object), axis=0), (
            Note("rows_unnamed", "The rows had no names and are called 'item 1', 'item 2', ...."),
        )
    names = [cell_text(name) for name in frame.index]
    _check_item_names(names)
    return frame.set_axis(pd.Index(names, dtype=object), axis=0), note


def _is_unnamed(index: pd.Index) -> bool:
    is_default = isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1
    return is_default and index.name is None


def _check_item_names(names: list[str]) -> None:
    if "" in names:
        raise InputError(
            None,
            f"the item in row {names.index('') + 1} has no name, but every item needs one",
            ("write a name there, or choose another column with ", Setting("items", "COLUMN")),
        )
    twice = repeated(names)
    if twice:
        are = "is the name" if len(twice) == 1 else "are names"
        raise InputError(
            None,
            f"{quoted(twice)} {are} of more than one item, but names must tell items apart",
            (f"rename one (such as {twice[0] + '_2'!r}), or choose another column with ", Setting("items", "COLUMN")),
        )


def _labels(frame: pd.DataFrame, category: str | None) -> tuple[str, ...] | None:
    if category is None:
        return None
    labels = tuple(cell_text(cell) for cell in frame[category])
    if "" in labels:
        raise InputError(
            "category",
            f"names column {category!r}, which is blank for item {frame.index[labels.index('')]!r}, but every item "
            "needs a category",
            ("write it, or leave out ", Setting("category", category)),
        )
    return labels


def _check_shape(frame: pd.DataFrame, dropped: list[str]) -> None:
    """At least two items and one feature."""
    if len(frame) < 2:
        came = "no items, only a header" if len(frame) == 0 else f"one item ({frame.index[0]!r})"
        raise InputError(
            None, f"the table has {came}, but learning to tell items apart needs two", "write one row for each item"
        )
    if frame.shape[1] == 0:
        why = "but a network needs something to learn"
        if dropped:
            problem = f"leaves out {quoted(dropped)}, after which no feature is left, {why}"
            raise InputError("drop", problem, "keep at least one column of numbers")
        raise InputError(None, f"the table has no features, {why}", "add at least one column of numbers")


def _as_list(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else [str(name) for name in names]


def _without_text(
    frame: pd.DataFrame, one_hot: Sequence[str], drop_text: bool
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Columns of text as columns of 0 and 1, or left out; an error for several that are neither."""
    for name in one_hot:
        if name not in frame.columns:
            raise unknown_column("one_hot", name, list(frame.columns))
    notes = []
    if one_hot:
        coded = pd.get_dummies(frame, columns=list(one_hot), prefix_sep=" = ", dtype=float)
        notes.append(Note("one_hot", f"{quoted(one_hot)} became a column of 0 and 1 for each word.", tuple(one_hot)))
        frame = coded
    texts = [name for name in frame.columns if is_text(frame[name])]
    if drop_text and texts:
        notes.append(Note("left_out", f"Left out, because they hold text: {quoted(texts)}.", tuple(texts)))
        frame = frame.drop(columns=texts)
    elif len(texts) > 1:
        raise texts_refused([frame[name] for name in texts])
    return frame, tuple(notes)


def _without_totals(
    frame: pd.DataFrame, values: np.ndarray, keep: Sequence[str]
) -> tuple[pd.DataFrame, np.ndarray, list[Note]]:
    """Without the items and features that are called, and are, the sum or mean of the others."""
    rows, notes = totals(values, list(frame.index), "item", keep)
    columns, more = totals(values[~rows].T, list(frame.columns), "feature", keep)
    return frame.loc[~rows, ~columns], values[np.ix_(~rows, ~columns)], [*notes, *more]


def _frame_numbers(frame: pd.DataFrame) -> tuple[np.ndarray, tuple[Note, ...]]:
    """All columns as float64, NaN where missing, and notes on how they were read."""
    columns = [column_numbers(frame.iloc[:, position], frame.index) for position in range(frame.shape[1])]
    notes = []
    for kind, done in {"yes_no": "Yes/no words and booleans were read as 1/0", **READINGS}.items():
        names = [name for name, (_, reading) in zip(frame.columns, columns, strict=True) if reading == kind]
        if names:
            words = f"{done} in {counted(len(names), 'feature')} ({quoted(names)})."
            notes.append(Note(kind, words, tuple(names)))
    return np.column_stack([values for values, _ in columns]), tuple(notes)


def _role_notes(category: str | None, dropped: list[str]) -> list[Note]:
    notes = []
    if category:
        notes.append(Note("category", f"Column {category!r} labels the items and is not a feature.", (category,)))
    if dropped:
        notes.append(Note("left_out", f"Left out: {quoted(dropped)}.", tuple(dropped)))
    return notes
