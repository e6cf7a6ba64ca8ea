"""Counts: how they are said, and which of many to look at."""

import re

import numpy as np


def counted(number: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "item"), counted(3, "item"), counted(2, "category"), counted(2, "day")
    ('1 item', '3 items', '2 categories', '2 days')
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number} {re.sub('(?<![aeiou])y$', 'ie', noun)}s"


def evenly(count: int, most: int) -> np.ndarray:
    """Numbers of at most `most` of `count` things, even from the first to the last, shape (at most `most`,)."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
