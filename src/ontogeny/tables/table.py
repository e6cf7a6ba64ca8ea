"""The record of a cleaned table: numbers, names, and notes on what was done.

`cleaning.clean` makes it from a DataFrame; `files.read_table` makes the DataFrame from a file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ontogeny._core.counting import counted
from ontogeny._core.notes import Note


@dataclass(frozen=True, eq=False)
class Table:
    """Items and their features as finite numbers, with notes on how they came about.

    Attributes
    ----------
    values : array, shape (items, features)
        Finite float64 numbers; NaN where missing cells are kept unobserved.
    items : tuple of str, length items
        Unique names of the rows.
    features : tuple of str, length features
        Unique names of the columns.
    category : tuple of str, length items, or None
        A label of each item, for drawing; the network never sees it.
    notes : tuple of Note
        What was done to the table and what was noticed in it.
    rows : tuple of str
        Names of all rows of the original table, including those left out.
    kept : tuple of int, length items
        Which of these rows the items are.
    """

    values: np.ndarray
    items: tuple[str, ...]
    features: tuple[str, ...]
    category: tuple[str, ...] | None = None
    notes: tuple[Note, ...] = ()
    rows: tuple[str, ...] = ()
    kept: tuple[int, ...] = ()

    def __repr__(self) -> str:
        kinds = f", {counted(len(set(self.category)), 'category')}" if self.category else ""
        notes = counted(len(self.notes), "note")
        return f"<Table: {counted(len(self.items), 'item')}, {counted(len(self.features), 'feature')}{kinds}, {notes}>"

    def to_dataframe(self) -> pd.DataFrame:
        """The values as a DataFrame: one row per item, one column per feature."""
        return pd.DataFrame(self.values, index=pd.Index(self.items, name="item"), columns=list(self.features))
