"""A user's data set as numbers: features, answers, what was done to them, and what a linear student meets in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .._core.arrays import Array, ArrayLike
from .._core.checks import InputError, expect, quoted
from .._core.names import carries_names, in_order, names_along
from .._core.notes import Note, Setting
from .resolvent import Population

LARGEST = 1e72  # size of features or answers whose variances can still be multiplied
FAR = 100.0  # spreads that differ by more are worth a word


@dataclass(frozen=True, eq=False)
class Pool:
    """Rows to learn from and to be tested on.

    Parameters
    ----------
    features : array, shape (rows, features)
        Inputs.
    answers : array, shape (rows, outputs)
        Right answers.
    names : tuple of str
        Names of the features.
    intercept : bool
        Whether the student also learns a constant: features and answers are counted from their means.
    notes : tuple of Note
        What was done to the data and what is worth knowing about them.
    """

    features: np.ndarray
    answers: np.ndarray
    names: tuple[str, ...]
    intercept: bool
    notes: tuple[Note, ...]

    @property
    def freedom(self) -> int:
        """Rows that tell of variances: one fewer than there are, where means are subtracted."""
        return len(self.features) - self.intercept

    @cached_property
    def modes(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Variances of the inputs along their axes, variance of the answers along each, and what is left over."""
        x, y = self.features, self.answers
        if self.intercept:
            x, y = x - x.mean(axis=0), y - y.mean(axis=0)
        left, roots, _ = np.linalg.svd(x, full_matrices=False)  # not of x'x, which would square the range of scales
        kept = roots > max(x.shape) * np.finfo(float).eps * roots[0]
        left, roots = left[:, kept][:, ::-1], roots[kept][::-1]
        values, signal = roots**2 / self.freedom, np.sum((left.T @ y) ** 2, axis=1) / self.freedom
        return values, signal, max(float(np.sum(y**2)) / self.freedom - float(signal.sum()), 0.0)

    def population(self, samples: int) -> Population:
        """What a student of so many samples meets."""
        values, signal, _ = self.modes
        return Population.of(values, signal / values, samples - self.intercept, self.freedom)

    def without(self, rows: np.ndarray) -> Pool:
        """The pool without some of its rows."""
        kept = np.setdiff1d(np.arange(len(self.features)), rows)
        return Pool(self.features[kept], self.answers[kept], self.names, self.intercept, self.notes)


def pool_of(
    X: ArrayLike,
    y: ArrayLike,
    *,
    intercept: bool = True,
    standardize: bool = False,
    classes: bool | None = None,
    drop_missing: bool = False,
) -> Pool:
    """A pool of a table, or of arrays, and answers; see `from_data`."""
    X, y = _split(X, y)
    x, names = _features(X)
    if carries_names(y):
        y = in_order(y, names_along(X), "y", "the rows of X")
    labels, answer = _answers(y, len(x), classes)
    missing = np.isnan(x).any(axis=1) | labels
    notes: list[Note] = []
    if missing.any():
        if not drop_missing:
            holes = [names[column] for column in np.flatnonzero(np.isnan(x).any(axis=0))] or ["the answers"]
            raise InputError(
                None,
                f"{missing.sum()} of {missing.size} rows have missing cells (in {quoted(holes)}), and nothing is "
                "filled in",
                "pass drop_missing=True to leave these rows out",
            )
        x, answer = x[~missing], answer[~missing]
        notes.append(Note("left_out_missing", f"{missing.sum()} rows with missing cells were left out."))
    if not np.all(np.isfinite(x)):
        raise InputError(None, "the features hold infinite values, but variances must be finite", "pass finite numbers")
    targets, said = _targets(answer, classes)
    if len(x) < 3 or np.ptp(targets, axis=0).max() == 0:
        raise InputError(
            None,
            f"the answers of all {len(x)} rows are the same, so there is nothing to learn",
            "pass answers that differ",
        )
    notes += said
    for name, values in (("the answers", targets), *(() if standardize else (("the features", x),))):
        _check_size(name, float(np.abs(values).max()))
    spread = x.std(axis=0)
    constant = spread <= 1e-12 * np.abs(x).max(axis=0)
    if constant.any() and (intercept or standardize):
        words = f"{_columns(constant.sum())} the same in every row and left out ({_some(names, constant)})."
        notes.append(Note("constant_features", words))
        x, names = x[:, ~constant], tuple(name for name, same in zip(names, constant, strict=True) if not same)
        spread = spread[~constant]
    if not x.shape[1]:
        raise InputError(
            None, "every column is the same in every row, so nothing can be learned from them", "pass others"
        )
    if standardize:
        x = x / spread
        notes.append(Note("standardized", "Each feature was divided by its standard deviation over all rows."))
    notes += _twins(x, names)
    notes += _scales(x, names)
    return Pool(x, targets, names, bool(intercept), tuple(notes))


def _check_size(name: str, size: float) -> None:
    """Refuse numbers whose fourth powers, products of variances, leave double precision."""
    if not (size == 0 or 1 / LARGEST <= size <= LARGEST):
        raise InputError(
            name,
            f"are as large as {size:.2g}, and products of their variances leave the range of double precision",
            f"write them in another unit, for example divided by {10.0 ** round(np.log10(size)):.0e}",
        )


def _split(X: Array, y: Array) -> tuple[Array, Array]:
    if not isinstance(y, str):
        return X, y
    columns = list(getattr(X, "columns", []))
    if y not in columns:
        raise InputError(
            "y",
            f"is {y!r}, which is no column of X{f' ({quoted(columns)})' if columns else ''}",
            "name a column of a DataFrame or pass the answers themselves",
        )
    return X.drop(columns=[y]), X[y]


def _features(X: Array) -> tuple[np.ndarray, tuple[str, ...]]:
    columns = getattr(X, "columns", None)
    if columns is not None:
        texts = [name for name in columns if X[name].dtype.kind not in "fiub"]
        if texts:
            sample = ", ".join(repr(value) for value in X[texts[0]].dropna().unique()[:2])
            raise InputError(
                None,
                f"column {texts[0]!r} holds {X[texts[0]].dtype} ({sample})",
                "features must be numbers. Turn it into 0/1 "
                f"columns with `pandas.get_dummies(df, columns=[{texts[0]!r}])`, or leave it out",
            )
        return np.ascontiguousarray(X.to_numpy(dtype=float, na_value=np.nan)), tuple(map(str, columns))
    x = np.asarray(X)
    if x.dtype.kind not in "fiub" or x.ndim != 2 or 0 in x.shape:
        raise InputError(
            None,
            f"X has shape {x.shape} and type {x.dtype}, but it must be a table of numbers, one row for each sample",
            "pass a two-dimensional array or a DataFrame",
        )
    return x.astype(float), tuple(f"feature {number}" for number in range(1, x.shape[1] + 1))


def _answers(y: Array, rows: int, classes: bool | None) -> tuple[np.ndarray, np.ndarray]:
    """Which answers are missing, and the answers as they came."""
    if classes is not None:
        expect(classes, bool, "classes", "write True for classes, False for numbers")
    answer = np.asarray(y)
    if answer.ndim not in (1, 2) or len(answer) != rows:
        raise InputError(None, f"X has {rows} rows and y has shape {answer.shape}", "pass one answer for each row")
    if answer.dtype.kind in "fiub":
        lost = np.isnan(answer.astype(float))
        if np.isinf(answer.astype(float)).any():
            raise InputError(None, "the answers hold infinite values", "pass finite numbers")
    else:
        lost = np.array([value is None or value != value for value in answer.ravel()]).reshape(answer.shape)  # NaN
    return lost.reshape(rows, -1).any(axis=1), answer


def _targets(answer: np.ndarray, classes: bool | None) -> tuple[np.ndarray, list[Note]]:
    """Answers as numbers, (rows, outputs), and what was made of classes."""
    if classes is None:
        classes = answer.dtype.kind not in "fiu"
    if not classes:
        if answer.dtype.kind not in "fiub":
            raise InputError(None, "the answers are no numbers", "pass numbers, or classes=True")
        return answer.astype(float).reshape(len(answer), -1), []
    if answer.ndim == 2 and answer.shape[1] > 1:
        raise InputError(
            None, f"y has {answer.shape[1]} columns, but classes are one label for each row", "pass one column"
        )
    labels = answer.ravel() if answer.dtype.kind in "fiub" else answer.ravel().astype(str)
    kinds, label = np.unique(labels, return_inverse=True)
    if len(kinds) > len(answer) / 2:
        raise InputError(
            None, f"{len(kinds)} classes in {len(answer)} rows: these are no classes", "pass classes=False"
        )
    if len(kinds) == 2:
        note = f"Two classes were read as answers of -1 ({kinds[0]!s}) and 1 ({kinds[1]!s})."
        return np.where(label == 1, 1.0, -1.0)[:, None], [Note("classes", note)]
    note = f"{len(kinds)} classes were read as that many answers of 0 or 1, and their squared errors added."
    return np.eye(len(kinds))[label], [Note("classes", note)]


def _columns(count: int) -> str:
    return "1 column is" if count == 1 else f"{count} columns are"


def _scales(x: np.ndarray, names: tuple[str, ...]) -> list[Note]:
    """Columns whose spread is far from that of most: whatever they share is learned at another time scale."""
    spread = x.std(axis=0)
    typical = float(np.median(spread[spread > 0])) if np.any(spread > 0) else 1.0
    ratio = np.where(spread > 0, np.maximum(spread / typical, typical / np.where(spread > 0, spread, 1.0)), 1.0)
    far = ratio > FAR
    if not far.any():
        return []
    words = (
        f"{_some(names, far)} vary {ratio.max():.2g} times as much or as little as most columns, and what is small is "
        "learned that much later; ",
        Setting("standardize", True),
        " gives all columns the same weight.",
    )
    return [Note("scales", words, tuple(name for name, one in zip(names, far, strict=True) if one))]


def _some(names: Sequence[str], chosen: np.ndarray) -> str:
    return quoted(name for name, one in zip(names, chosen, strict=True) if one)


def _twins(x: np.ndarray, names: tuple[str, ...]) -> list[Note]:
    _, first = np.unique(x, axis=1, return_index=True)
    twins = np.setdiff1d(np.arange(x.shape[1]), first)
    if not twins.size:
        return []
    copies = tuple(names[column] for column in twins)
    words = (
        f"{_columns(twins.size)} a copy of another ({quoted(copies)}): what it shares is learned that much faster, and "
        "nothing else changes."
    )
    return [Note("equal_features", words, copies)]
