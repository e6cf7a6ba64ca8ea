"""Worlds of tables larger than memory, from one pass over their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .._core.checks import InputError, one_of
from .._core.counting import counted
from .._core.notes import Note
from ..tables.batches import Batches, batches_of
from ..tables.item_names import unknown_column
from .arguments import numbered_names
from .environment import NORMALIZATIONS, Environment, Names, checked_world
from .moments import Moments, partial_moments
from .passes import one_pass
from .precision import DIGITS, blur_of, rounding_of
from .spectrum import arranged
from .variation import Variation

RESOLVED = (
    1e-6  # of the largest singular value: products are good to 1e-13 or so, and their square roots to half of that
)

LARGEST = 1e145  # size of values: squares of a billion rows of them are finite


def from_batches(
    batches: Any,
    targets: Any = None,
    *,
    items: str | None = None,
    drop: Sequence[str] = (),
    normalization: str | None = None,
    center: bool = False,
    standardize: bool = False,
    workers: Any = 1,
) -> Environment:
    r"""World of a table that need not fit into memory, read once and in pieces.

    With targets, rows are samples of inputs and right answers, as in `Environment.from_arrays`. Without, each row is an
    item and its own input, as in `Environment.from_dataframe`; the modes then follow from the products of the features
    alone, as :math:`\Sigma_{yx}^{} \Sigma_{yx}^T = U S^2 U^T`, and the inputs of this world are the directions of the
    items along its modes instead of the items themselves.

    Checked by: tests/environments/test_streamed_worlds.py::test_items_in_pieces_are_the_items_in_memory

    Parameters
    ----------
    batches : path, array or iterator
        A `.npy` or `.parquet` file, a folder of Parquet files, a zarr store; an array that reads what is asked for (a
        memory map, zarr, Dask); or an iterator of frames, arrays (rows, columns) or pairs (inputs, targets), which is
        read once.
    targets : str, list of str, or array, optional
        Columns with the right answers, or these themselves, shape (rows,) or (rows, features).
    items : str, optional
        Column with the names of the rows, which is left out; by default a first column of text.
    drop : list of str
        Columns to leave out.
    normalization : "sum", "mean" or "white"
        How rows are weighted, hence the unit of time; by default "mean" with targets and "sum" without.
    center, standardize : bool
        Without targets: subtract the mean of each feature, and divide by its standard deviation.
    workers : int or dask.distributed.Client
        Processes that read, each a stretch of the rows; the result is the same, bit for bit. More than one needs Dask.

    Returns
    -------
    Environment
        Known by its correlations; its rows are not kept.

    Raises
    ------
    InputError
        Text, missing or infinite values, an iterator that is empty, was read before or changes its columns, more than
        10,000 columns, or a table from which nothing can be learned.

    See Also
    --------
    ontogeny.environments.top_modes : the strongest modes of tables with very many columns, or sparse ones.
    ontogeny.generalization.from_data : train and test error for such a table.

    Notes
    -----
    Memory is that of a few matrices (columns, columns) and of blocks of 64 MB, whatever the number of rows. Singular
    values agree with those in memory to about 1e-13 of the largest with targets; without, to 1e-13 of the largest
    squared over their own, and modes weaker than a millionth of the strongest are left out, with a note.

    Modes that the rounding of the values alone can make are left out as in memory, by the decimals of the first 1,000
    rows. Codes for missing values and totals are not looked for.

    Examples
    --------
    >>> draw = np.random.default_rng(0)
    >>> pieces = ((x, x[:, :2] * [3.0, 1.0]) for x in draw.normal(size=(20, 500, 4)))
    >>> from_batches(pieces).spectrum().singular_values.round(1).tolist()
    [3.0, 1.0]
    """
    table = batches_of(batches, None if _are_names(targets) else targets)
    answers = ([targets] if isinstance(targets, str) else list(targets)) if _are_names(targets) else list(table.targets)
    for name in answers:
        if name not in table.names:
            raise unknown_column("targets", name, list(table.names))
    table = table.without(drop).numeric(items)
    kinds = NORMALIZATIONS if not answers else NORMALIZATIONS[:2]
    normalization = one_of(normalization or ("mean" if answers else "sum"), kinds, "normalization")
    if not answers:
        return _of_items(table, normalization, center, standardize, workers)
    if center or standardize:
        name = "center" if center else "standardize"
        raise InputError(name, "is about a table of items, but there are targets", "leave one of the two out")
    return _of_samples(table, answers, normalization, workers)


def _are_names(targets: Any) -> bool:
    """Whether targets are names of columns and not right answers."""
    return isinstance(targets, str) or isinstance(targets, list | tuple) and all(isinstance(t, str) for t in targets)


def _moments(blocks: Iterator[np.ndarray], row: int, shift: np.ndarray) -> Moments:
    return partial_moments(blocks, shift)


def _one_pass(table: Batches, workers: Any) -> tuple[Moments, np.ndarray]:
    """Moments of all rows, and the first ones."""
    found, head = one_pass(table, _moments, workers)
    large = next((name for name, size in zip(table.names, found.size, strict=True) if size > LARGEST), None)
    if large is not None:
        raise InputError(
            None,
            f"column {large!r} of {table.called} has values so large that sums of their squares leave the range of "
            "double precision",
            "write them in another unit",
        )
    return found, head


def _of_samples(table: Batches, answers: Sequence[str], normalization: str, workers: Any) -> Environment:
    inputs = [name for name in table.names if name not in answers]
    if not inputs or len(set(answers)) < len(answers):
        problem = "leave no column to learn from" if not inputs else "name a column twice"
        raise InputError("targets", problem, "name each column to predict, and keep one to predict it from")
    table = table.of([*inputs, *answers])
    found, head = _one_pass(table, workers)
    x, y = np.arange(len(inputs)), np.arange(len(inputs), len(table.names))
    weight = 1.0 if normalization == "sum" else 1 / found.rows
    products = weight * found.about(0.0)
    sxx = products[np.ix_(x, x)]
    drive = np.sqrt(weight * np.abs(sxx).sum(axis=1).max()), np.sqrt(weight * np.trace(sxx))
    blur = blur_of(_rounding(found.of(y), head[:, y]), float(drive[0]), float(drive[1]))
    names = Names(tuple(inputs), tuple(answers))
    notes = _notes(table, found)
    return checked_world(
        Environment(products[np.ix_(y, x)], Variation(sxx), names, normalization, None, notes, blur)
    )  # fmt: skip


def _of_items(table: Batches, normalization: str, center: bool, standardize: bool, workers: Any) -> Environment:
    found, head = _one_pass(table, workers)
    rounding, notes = _rounding(found, head), list(_notes(table, found))
    if center and not np.any(found.spread):
        raise InputError(
            None, "every feature is the same for all rows, so nothing is left after centering", "leave out center=True"
        )
    gram = found.about_mean if center else found.about(0.0)
    if center:
        notes.append(Note("centered", "Each feature was centered: its mean was subtracted."))
    if standardize:
        size = np.where(found.spread > 0, found.spread, 1.0)
        gram, rounding = gram / np.outer(size, size), rounding / size
        notes.append(Note("standardized", "Each feature was divided by its standard deviation."))
    squares, output_modes = np.linalg.eigh(gram)
    kept = np.flatnonzero(squares > RESOLVED**2 * squares[-1])[::-1][: found.rows]
    u, s, n = output_modes[:, kept], np.sqrt(squares[kept]), float(found.rows)
    scale, variance = {"sum": (1.0, 1.0), "mean": (1 / n, 1 / n), "white": (1 / np.sqrt(n), 1.0)}[normalization]
    if kept.size < min(squares.size, found.rows):
        words = (
            f"Modes weaker than {RESOLVED:.0e} of the strongest were left out, if there are any: the products of "
            "features, from which they were found, cannot tell them from rounding."
        )
        notes.append(Note("unresolved", words))
    names = Names(tuple(numbered_names("direction", kept.size)), table.names)
    blur = blur_of(rounding, scale, scale * np.sqrt(n))
    variation = Variation(np.full(kept.size, variance))
    modes = arranged(u, scale * s, np.eye(kept.size), variation.entries, names.features, blur)
    world = Environment(u * (scale * s), variation, names, normalization, None, tuple(notes), blur)
    return checked_world(world, modes)


def _rounding(found: Moments, head: np.ndarray) -> np.ndarray:
    """Standard deviation of the rounding error of each column: by decimals of the first rows and the size of all."""
    return np.maximum(rounding_of(head), DIGITS * found.size)


def _notes(table: Batches, found: Moments) -> tuple[Note, ...]:
    words = (
        f"The table ({table.called}) has {counted(found.rows, 'row')} and {counted(len(table.names), 'column')}, and "
        "was read in pieces: its rows are not looked at one by one, and codes for missing values were not looked for."
    )
    return (*table.notes, Note("streamed", words))
