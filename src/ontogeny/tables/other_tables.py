"""Tables that are not items by features: similarities of items, and what children say month by month."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ontogeny._core.checks import InputError
from ontogeny._core.notes import Setting

FEWEST = 3  # items from which on a symmetric table with the same names on both sides counts as similarities
FEWEST_MONTHS = 3


def check_features(values: np.ndarray, items: Sequence[str], features: Sequence[str]) -> None:
    """Refuse a table of similarities between items, which has no features.

    Raises
    ------
    InputError
        A square symmetric table with the same names along both sides, graded, and nowhere above its diagonal
        (similarities) or nowhere below it (distances). The table of a graph, or one feature for each item, is no such.
    """
    count = len(items)
    if count < FEWEST or list(items) != list(features):
        return
    table = np.nan_to_num(values)
    diagonal, others = np.diag(table), table[~np.eye(count, dtype=bool)]
    rounding = 1e-9 * float(np.abs(table).max())
    is_symmetric = np.abs(table - table.T).max() <= rounding and np.ptp(diagonal) <= rounding
    is_graded = np.count_nonzero(np.diff(np.sort(others)) > rounding) > 1  # not only yes and no
    is_extreme = diagonal.min() >= others.max() - rounding or diagonal.max() <= others.min() + rounding
    if is_symmetric and is_graded and is_extreme:
        raise InputError(
            None,
            f"the table has the same {count} names on both sides and is symmetric: these are similarities or distances "
            "between items, but a network learns features of items",
            "give the features, or coordinates from multidimensional scaling (sklearn.manifold.MDS); to compare "
            "similarities with a prediction, pass them as pairs to semantics.compare_with_people",
        )


def refused_outcomes(path: str) -> InputError:
    """The error for a table of what children say, which is to be predicted, not learned."""
    return InputError(
        None,
        f"{path!r} holds the share of children who say a word, month by month: these are outcomes, not features that "
        "could be learned",
        (
            "compare them with a prediction with ",
            Setting("human", path),
            " and another table; in Python, read_norms reads it",
        ),
    )
