"""What sentences about tables share: nearest names, counts, sizes, cells as text."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name closest to `name`, ignoring case, or None.

    >>> nearest("Habitt", ["habitat", "legs"])
    'habitat'
    """
    lowered = {each.lower(): each for each in reversed(list(known))}
    near = difflib.get_close_matches(name.lower(), lowered, n=1)
    return lowered[near[0]] if near else None


def repeated(names: Iterable[str]) -> list[str]:
    """The names that occur more than once, in order of appearance."""
    return [name for name, times in Counter(names).items() if times > 1]


def size(number_of_bytes: float) -> str:
    """A number of bytes for people.

    >>> size(1_500_000)
    '1.5 MB'
    """
    power = max(0, min(4, int(math.log10(max(number_of_bytes, 1)) // 3)))
    unit = ("bytes", "kB", "MB", "GB", "TB")[power]
    return f"{number_of_bytes / 1000**power:.{1 if power else 0}f} {unit}"


def cell_text(cell: Any) -> str:
    """A cell as a name: no surrounding blanks, whole numbers without '.0', missing cells empty.

    >>> cell_text(" fox "), cell_text(3.0), cell_text(None)
    ('fox', '3', '')
    """
    if pd.api.types.is_scalar(cell) and pd.isna(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
