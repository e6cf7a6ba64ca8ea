"""The one way in which records become tables: a row for every combination of labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def tidy(labels: Mapping[str, Iterable[Any]], values: Mapping[str, Any]) -> pd.DataFrame:
    """A table with one row for every combination of labels, the last label running fastest.

    Parameters
    ----------
    labels : dict of str to list
        Name of each dimension and the labels along it, in the order of the dimensions of the values.
    values : dict of str to array
        Columns; each has the shape of the labels, or broadcasts to it.

    Returns
    -------
    DataFrame
        The labels as columns, then the values.

    Examples
    --------
    >>> tidy({"time": [0.0, 1.0], "mode": [1, 2]}, {"strength": np.array([[0.1, 0.1], [2.0, 0.3]])})
       time  mode  strength
    0   0.0     1       0.1
    1   0.0     2       0.1
    2   1.0     1       2.0
    3   1.0     2       0.3
    """
    import pandas as pd

    along = [list(each) for each in labels.values()]
    index = pd.MultiIndex.from_product(along, names=list(labels))
    shape = tuple(map(len, along))
    columns = {name: np.broadcast_to(np.asarray(value), shape).ravel() for name, value in values.items()}
    return pd.DataFrame(columns, index=index).reset_index()
