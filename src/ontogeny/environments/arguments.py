"""Arguments of the constructors of `Environment`, checked and converted to arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, positive, quoted
from .._core.names import carries_names, in_order, nearest_names, places, telling
from .._core.notes import Note, Setting
from .variation import Variation


def scaled(values: np.ndarray, center: bool, standardize: bool) -> tuple[np.ndarray, tuple[Note, ...]]:
    """Values (items, features) centered and standardized as asked, and what was done."""
    notes: list[Note] = []
    mean, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)  # of what was observed
    if center:
        values = values - mean
        words = "Each feature was centered: its mean was subtracted. What is said of zeros is about the table before."
        notes.append(Note("centered", words))
    if standardize:
        values = values / np.where(spread > 0, spread, 1.0)
        notes.append(Note("standardized", "Each feature was divided by its standard deviation."))
    if center and not np.any(spread):
        raise InputError(
            None,
            "every feature is the same for all items, so nothing is left after centering",
            ("leave out ", Setting("center", True)),
        )
    return values, tuple(notes)


class Rows(NamedTuple):
    """Items of a table, all sets of names that its rows go by, and which of these rows the items are."""

    items: Sequence[str]
    called: tuple[Sequence[Any], ...] = ()
    kept: Sequence[int] = ()

    def in_order(self, values: ArrayLike, what: str) -> np.ndarray:
        """Values with one entry for each item, matched by name with items or rows; without names, as they came."""
        called = nearest_names(values, self.items, *self.called)
        of = "the items" if called is self.items else "the rows of the table"
        return in_order(values, called, what, of)[slice(None) if called is self.items else list(self.kept)]


def item_shares(frequency: Sequence[float] | Mapping[str, float] | None, rows: Rows) -> np.ndarray:
    """Relative frequency of each item, normalized to a sum of 1, shape (items,)."""
    count = len(rows.items)
    if frequency is None:
        return np.full(count, 1 / count)
    shares = rows.in_order(frequency, "frequency") if carries_names(frequency) else np.asarray(frequency)
    if shares.dtype.kind not in "fiu":
        problem = f"is {frequency!r}, but it must be a list of numbers, one for each item in order"
        raise InputError("frequency", problem, "write how often each item is met")
    if shares.shape != (count,) or not np.all(np.isfinite(shares)) or shares.min() < 0 or shares.sum() == 0:
        raise InputError(
            "frequency",
            f"has shape {shares.shape}, but it needs one non-negative number for each of the {count} items",
            "write how often each item is met",
        )
    return shares / shares.sum()


def probability(observation_probability: float) -> float:
    """`observation_probability`, checked to lie in (0, 1]."""
    name = "observation_probability"
    probability = positive(observation_probability, name, "a feature that is never observed is never learned")
    if probability > 1:
        raise InputError(name, f"is {observation_probability!r}, but it is a probability", "write a number up to 1")
    return probability


def matrix(values: ArrayLike, name: str) -> np.ndarray:
    """`values` as a finite matrix of floats."""
    matrix = np.asarray(values)
    if matrix.dtype.kind not in "fiub" or matrix.ndim != 2 or 0 in matrix.shape:
        raise InputError(
            name,
            f"has shape {matrix.shape} and type {matrix.dtype}, but it must be a matrix of real numbers",
            "pass a two-dimensional array",
        )
    if not np.all(np.isfinite(matrix)):
        raise InputError(
            name, f"holds {np.sum(~np.isfinite(matrix))} missing or infinite values", "pass finite numbers"
        )
    return matrix.astype(float)


def numbered_names(kind: str, count: int) -> list[str]:
    """Names for what has none: its kind and a number, from 1.

    >>> numbered_names("feature", 2)
    ['feature 1', 'feature 2']
    """
    return [f"{kind} {number}" for number in range(1, count + 1)]


def checked_names(names: Sequence[str] | None, count: int, kind: str) -> tuple[str, ...]:
    """Names of the rows or columns: those given, or numbered ones."""
    names = numbered_names(kind, count) if names is None else [str(name) for name in names]
    if len(names) != count or len(set(names)) != count:
        problem = f"has {len(set(names))} different names, but there are {count} {kind}s"
        raise InputError(f"{kind}s", problem, f"write one name for each {kind}")
    return tuple(names)


def ordered_as(names: Sequence[str] | None, called: Sequence[str] | None, kind: str, *arrays: np.ndarray) -> Any:
    """Arrays with rows in the order of the given names, and the names; without these, the rows keep their own.

    `called` are the names that the rows came with, if any.
    """
    if carries_names(names):  # a column of names, whose labels say which row each belongs to
        names, called = in_order(names, called, f"the names of {kind}s", f"the table of {kind}s").tolist(), None
    place = places(called, names, f"the table of {kind}s", f"the names of {kind}s")
    arrays = arrays if place is None else tuple(array[place] for array in arrays)
    return *arrays, checked_names(telling(called) if names is None else names, len(arrays[0]), kind)


def item_categories(category: ArrayLike, rows: Rows) -> tuple[str, ...]:
    """Category of each item, from values that carry the names of items."""
    labels = rows.in_order(category, "category")
    if labels.ndim != 1:
        raise InputError(
            "category", f"has shape {labels.shape}, but each item has one category", "pass a Series or a dictionary"
        )
    lost = [item for item, kind in zip(rows.items, labels, strict=True) if kind is None or kind != kind]  # NaN
    if lost:
        raise InputError("category", f"is missing for {quoted(lost)}, but each item needs one", "add it")
    return tuple(map(str, labels))


def check_driven(syx: np.ndarray, variation: Variation) -> None:
    """Refuse correlations of features with inputs that never vary."""
    if np.abs(syx - variation.after(variation.undone(syx))).max() > 1e-9 * np.abs(syx).max():
        raise InputError(
            "input_output_correlation",
            "correlates features with inputs that never vary, which no data do",
            "pass Y.T @ X and X.T @ X of the same samples",
        )


def check_input_correlation(sxx: np.ndarray, inputs: int) -> None:
    """Refuse what is not a correlation matrix of inputs."""
    if sxx.shape != (inputs, inputs) or not np.allclose(sxx, sxx.T, rtol=0, atol=1e-9 * np.abs(sxx).max()):
        raise InputError(
            "input_correlation",
            f"has shape {sxx.shape}, but it must be symmetric with one row for each of the {inputs} inputs",
            "pass the correlation of the inputs with themselves",
        )
    lowest = np.linalg.eigvalsh(sxx)[0]
    if lowest < -1e-9 * np.abs(sxx).max():
        raise InputError(
            "input_correlation",
            f"has the negative eigenvalue {lowest:.3g}, but no inputs have negative variance",
            "pass X.T @ X of real inputs",
        )
