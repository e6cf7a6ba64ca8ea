"""Forms that are tables rather than fields: items in order (a staircase), and items in crossed categories."""

from __future__ import annotations

import numpy as np

from .._core.checks import InputError, one_of, whole
from .._core.notes import Setting
from .arguments import numbered_names
from .drawn import drawn_world, generator
from .environment import Environment
from .population import FormSpectrum, form_spectrum


def ordering(n: int, *, normalization: str = "sum") -> Environment:
    """World of items in order: each has all features of the one before and one more, like military ranks.

    Parameters
    ----------
    n : int
        Number of items, and of features; 2 or more.
    normalization : "sum", "mean" or "white"
        How items are weighted, hence the unit of time.

    Returns
    -------
    Environment

    Raises
    ------
    InputError
        Fewer than two items, or an unknown normalization.

    Examples
    --------
    >>> ordering(3).targets.tolist()
    [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]
    """
    count = _order_size(n)
    features = [f"at least {rank}" for rank in range(1, count + 1)]
    note = f"A staircase: item k of {count} has the first k features."
    return drawn_world(np.tri(count), numbered_names("rank", count), features, None, normalization, note)


def ordering_spectrum(n: int) -> FormSpectrum:
    r"""Exact spectrum of items in order.

    .. math:: s_k = \frac{1}{2 \sin\left(\frac{(2 k - 1) \pi}{4 n + 2}\right)}

    Implements: saxe2019 SI
    Checked by: tests/environments/test_designs.py::test_staircase

    Parameters
    ----------
    n : int
        Number of items :math:`n`, and of features; 2 or more.

    Returns
    -------
    FormSpectrum
        Its `singular_values` are :math:`s_k` where the normalization is "sum".

    Examples
    --------
    >>> ordering_spectrum(4).singular_values().round(3).tolist()
    [2.879, 1.0, 0.653, 0.532]
    """
    count = _order_size(n)
    k, i = np.arange(1, count + 1), np.arange(1, count + 1)[:, None]
    strengths = 1 / (2 * np.sin((2 * k - 1) * np.pi / (4 * count + 2)))
    modes = 2 / np.sqrt(2 * count + 1) * np.sin((2 * k - 1) * i * np.pi / (2 * count + 1))
    return form_spectrum(tuple(numbered_names("rank", count)), strengths**2 / count, modes, count)


def cross_cutting(
    a: int,
    b: int,
    *,
    row_features: int,
    column_features: int,
    idiosyncratic_features: int = 0,
    seed: int = 0,
    category: str = "row",
    normalization: str = "sum",
) -> Environment:
    """World of items in crossed categories: some features depend on the row, some on the column, some on neither.

    Every item belongs to two categories at once, as foods do by their kind and by the meal at which they are eaten.
    All features are 1 or -1 with equal probability.

    Parameters
    ----------
    a, b : int
        Number of rows and of columns, 2 or more.
    row_features, column_features, idiosyncratic_features : int
        Numbers of features that the items of a row share, that the items of a column share, and that each item has for
        itself.
    seed : int
        Seed of the random numbers.
    category : "row" or "column"
        Which of the two is the category of an item.
    normalization : "sum", "mean" or "white"
        How items are weighted, hence the unit of time.

    Returns
    -------
    Environment
        Items are named by row and column.

    Raises
    ------
    InputError
        Fewer than two rows or columns, no features at all, or an unknown normalization.

    Examples
    --------
    >>> world = cross_cutting(2, 3, row_features=40, column_features=20)
    >>> world.items[:2], world.category[:4]
    (('row 1 column 1', 'row 1 column 2'), ('row 1', 'row 1', 'row 1', 'row 2'))
    """
    rows, columns, counts = _crossing(a, b, row_features, column_features, idiosyncratic_features)
    one_of(category, ("row", "column"), "category")
    draw = generator(seed)
    sizes = ((rows, 1), (1, columns), (rows, columns))
    parts = [
        np.broadcast_to(draw.choice([-1.0, 1.0], size=(*size, count)), (rows, columns, count))
        for size, count in zip(sizes, counts, strict=True)
    ]
    values = np.concatenate(parts, axis=2).reshape(rows * columns, -1)
    kinds = ("row feature", "column feature", "own feature")
    features = [name for kind, count in zip(kinds, counts, strict=True) for name in numbered_names(kind, count)]
    row_of, column_of = np.divmod(np.arange(rows * columns), columns)
    categories = [f"{category} {number + 1}" for number in (row_of if category == "row" else column_of)]
    note = (
        f"Features that cross: {counts[0]} go by {rows} rows, {counts[1]} by {columns} columns, {counts[2]} by the "
        f"item alone (seed {seed})."
    )
    return drawn_world(values, _crossed_names(rows, columns), features, categories, normalization, note)


def cross_cutting_spectrum(
    a: int, b: int, *, row_features: int, column_features: int, idiosyncratic_features: int = 0
) -> FormSpectrum:
    r"""Exact spectrum of items in crossed categories.

    The eigenvalues, times the number of features: what all items share, contrasts between rows, contrasts between
    columns, the rest.

    .. math:: N_1 b + N_2 a + N_3, \quad N_1 b + N_3, \quad N_2 a + N_3, \quad N_3

    Implements: saxe2019 SI
    Checked by: tests/environments/test_designs.py::test_crossed_categories

    Parameters
    ----------
    a, b : int
        Number of rows and of columns, 2 or more.
    row_features, column_features, idiosyncratic_features : int
        Numbers of features :math:`N_1`, :math:`N_2` and :math:`N_3`, as for `cross_cutting`.

    Returns
    -------
    FormSpectrum

    Notes
    -----
    Exact for the expected products of items; a drawn world scatters around it, less so with more features.

    Examples
    --------
    >>> spectrum = cross_cutting_spectrum(2, 3, row_features=40, column_features=20, idiosyncratic_features=10)
    >>> (spectrum.features * spectrum.eigenvalues).tolist(), spectrum.degeneracies.tolist()
    ([170.0, 130.0, 50.0, 10.0], [1, 1, 2, 2])
    """
    rows, columns, (n1, n2, n3) = _crossing(a, b, row_features, column_features, idiosyncratic_features)
    same_over_rows = np.where(np.arange(rows) == 0, n2 * rows, 0)[:, None]
    same_over_columns = np.where(np.arange(columns) == 0, n1 * columns, 0)
    total = n1 + n2 + n3
    eigenvalues = (same_over_rows + same_over_columns + n3).ravel() / total
    modes = np.kron(_contrasts(rows), _contrasts(columns))
    return form_spectrum(tuple(_crossed_names(rows, columns)), eigenvalues, modes, total)


def _contrasts(count: int) -> np.ndarray:
    """Orthonormal columns (a discrete cosine transform), of which the first is constant."""
    positions = np.arange(count)
    cosines = np.cos(np.pi * (positions[:, None] + 0.5) * positions / count)
    return cosines / np.linalg.norm(cosines, axis=0)


def _crossed_names(rows: int, columns: int) -> list[str]:
    return [f"row {i} column {j}" for i in range(1, rows + 1) for j in range(1, columns + 1)]


def _order_size(n: int) -> int:
    return whole(n, "n", 2, "a single item has no order")


def _crossing(a: int, b: int, *features: int) -> tuple[int, int, list[int]]:
    rows = whole(a, "a", 2, "crossed categories need at least 2 rows")
    columns = whole(b, "b", 2, "crossed categories need at least 2 columns")
    names = ("row_features", "column_features", "idiosyncratic_features")
    counts = [whole(count, name, 0, "it is a number of features") for count, name in zip(features, names, strict=True)]
    if not any(counts):
        problem = "all numbers of features are 0, so there is nothing to learn"
        raise InputError(None, problem, ("write for example ", Setting("row_features", 100)))
    return rows, columns, counts
