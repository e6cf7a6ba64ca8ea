"""Which of many to look at."""

import numpy as np


def evenly(count: int, most: int) -> np.ndarray:
    """Numbers of at most `most` of `count` things, even from the first to the last, shape (at most `most`,)."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
