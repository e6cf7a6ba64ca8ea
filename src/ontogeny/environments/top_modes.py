"""The strongest modes of a world with very many items or features, or of a sparse one, by iteration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .._core.checks import InputError, one_of, whole
from ..tables.batches import PIECE, Batches, batches_of
from .passes import check_finite
from .spectrum import Spectrum, arranged, first_modes

EXTRA = 10  # modes beyond those asked for, which show whether the last one is tied with others
SEED = 0  # of the vector that the iteration starts from


def top_modes(
    targets: Any,
    inputs: Any = None,
    *,
    modes: int = 10,
    features: Sequence[str] | None = None,
    normalization: str | None = None,
) -> Spectrum:
    """The strongest modes of a world, without its correlations: found by iteration (`scipy.sparse.linalg.svds`).

    For tables of so many columns that products of all pairs do not fit, and for sparse ones. Of tied modes all are
    found or none.

    Checked by: tests/environments/test_top_modes.py::test_the_strongest_modes_are_those_of_the_whole_world

    Parameters
    ----------
    targets : sparse array, array, or path of a stored table, shape (rows, features)
        Right answers: those of one item in each row without `inputs`, else those of one sample. What is stored is read
        about twenty times.
    inputs : sparse array, array or path, shape (rows, inputs), optional
        Inputs of the samples; each row is its own input if not given.
    modes : int
        How many modes to find; up to ten more are looked at, to see where ties end.
    features : list of str, optional
        Names of the features, which decide the signs of modes where these are tied.
    normalization : "sum", "mean" or "white"
        How rows are weighted; by default "mean" with inputs and "sum" without. Inputs are not made white.

    Returns
    -------
    Spectrum
        The strongest modes; fewer than asked for if there are not so many, or if the last ones are tied with others
        that were not found.

    Raises
    ------
    InputError
        Missing or infinite values, tables of different lengths, or strongest modes that are tied with too many others.

    See Also
    --------
    ontogeny.environments.from_batches : all modes of a table of any number of rows and up to 10,000 columns.

    Examples
    --------
    A million items, each with one of three features:

    >>> import scipy.sparse
    >>> feature = np.repeat([0, 1, 2], [600_000, 300_000, 100_000])
    >>> table = scipy.sparse.csr_array((np.ones(10**6), (np.arange(10**6), feature)), shape=(10**6, 3))
    >>> (top_modes(table, modes=2).singular_values ** 2).round().tolist()
    [600000.0, 300000.0]
    """
    from scipy.sparse.linalg import LinearOperator, aslinearoperator

    count = whole(modes, "modes", 1, "at least one mode is found")
    kinds = ("sum", "mean", "white") if inputs is None else ("sum", "mean")
    normalization = one_of(normalization or ("sum" if inputs is None else "mean"), kinds, "normalization")
    answers, names = _operator(targets, "targets")
    rows = answers.shape[0]
    called = list(features) if features is not None else names
    if called is not None and len(called) != answers.shape[1]:
        problem = f"has {len(called)} names, but targets have {answers.shape[1]} columns"
        raise InputError("features", problem, "write one name for each column")
    weight = {"sum": 1.0, "mean": 1 / rows, "white": 1 / np.sqrt(rows)}[normalization]
    if inputs is None:
        correlation = aslinearoperator(answers).T * weight
        variation: float | LinearOperator = 1 / rows if normalization == "mean" else 1.0
    else:
        x, _ = _operator(inputs, "inputs")
        if x.shape[0] != rows:
            problem = f"have {x.shape[0]} rows and targets {rows}, but each row is one sample of both"
            raise InputError("inputs", problem, "pass as many inputs as targets")
        correlation = answers.T @ x * weight
        variation = x.T @ x * weight
    u, s, v = _decomposed(correlation, count)
    found = arranged(u, s, v, variation, called)
    every = s.size == min(correlation.shape) or found.singular_values.size < s.size  # no other is above zero
    return first_modes(found, count, complete=every)


def _decomposed(correlation: Any, modes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The strongest modes and some more, strongest first: output modes, singular values, input modes."""
    from scipy.sparse.linalg import svds

    small, asked = min(correlation.shape), modes + EXTRA
    if asked >= small:  # all of them: iteration finds fewer than that
        wide = correlation.shape[0] <= correlation.shape[1]
        dense = (correlation.T @ np.eye(small)).T if wide else correlation @ np.eye(small)
        u, s, vt = np.linalg.svd(dense, full_matrices=False)
        return u, s, vt.T
    start = np.random.default_rng(SEED).normal(size=small)
    if not np.any(correlation @ start if correlation.shape[1] == small else correlation.T @ start):
        return np.zeros((correlation.shape[0], 0)), np.zeros(0), np.zeros((correlation.shape[1], 0))
    u, s, vt = svds(correlation, k=asked, v0=start)
    order = np.argsort(s)[::-1]
    return u[:, order], s[order], vt[order].T


def _operator(table: Any, name: str) -> tuple[Any, list[str] | None]:
    """A table as what multiplies vectors, (rows, columns), and the names of its columns if it has any."""
    from scipy.sparse import issparse
    from scipy.sparse.linalg import aslinearoperator

    if issparse(table):
        if not np.all(np.isfinite(table.data)) or table.dtype.kind not in "fiub":
            raise InputError(name, f"are of type {table.dtype} or not all finite", "pass finite real numbers")
        return aslinearoperator(table.astype(float)), None
    if isinstance(table, np.ndarray) and not isinstance(table, np.memmap):
        stored = batches_of(np.atleast_2d(table) if table.size else table)
        check_finite(stored, np.asarray(table, dtype=float), 0)
        return aslinearoperator(np.asarray(table, dtype=float)), None
    stored = batches_of(table).numeric()
    if stored.rows is None:
        raise InputError(name, "come from an iterator, but they are read several times", "write its rows to a file")
    return _stored(stored), list(stored.names)


def _stored(table: Batches) -> Any:
    """A stored table, which is read for every product."""
    from scipy.sparse.linalg import LinearOperator

    assert table.rows is not None
    rows, columns = table.rows, len(table.names)
    size = max(1, PIECE // columns)

    def blocks() -> Iterator[tuple[slice, np.ndarray]]:
        at = 0
        for block in table.blocks(size):
            check_finite(table, block, at)
            yield slice(at, at + len(block)), block
            at += len(block)

    def times(vectors: np.ndarray) -> np.ndarray:
        out = np.empty((rows, *vectors.shape[1:]))
        for own, block in blocks():
            out[own] = block @ vectors
        return out

    def transposed_times(vectors: np.ndarray) -> np.ndarray:
        out = np.zeros((columns, *vectors.shape[1:]))
        for own, block in blocks():
            out += block.T @ vectors[own]
        return out

    return LinearOperator(
        (rows, columns), times, transposed_times, matmat=times, rmatmat=transposed_times, dtype=np.float64
    )
