"""A user's data set as numbers: features, answers, what was done to them, and the learning problem they pose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, quoted
from .._core.names import carries_names, in_order, names_along
from .._core.notes import Note, Setting
from .resolvent import Population

LARGEST = 1e72  # size of features or answers whose variances can still be multiplied
CODED = 10  # different whole numbers up to which answers may be codes of classes
GROUPS = 8  # of rows, for the jackknife: each is an eighth, drawn from every eight rows that follow each other
DRAWN = 1024  # eights whose groups are drawn at once
FAR = 100.0  # ratio of spreads above which a note is made


@dataclass(frozen=True, eq=False, repr=False)
class Pool:
    """Rows from which training sets are drawn, and the held-out rows on which students are tested.

    Parameters
    ----------
    features : array, shape (rows, features)
        Inputs.
    answers : array, shape (rows, outputs)
        Right answers.
    names : tuple of str
        Names of the features.
    intercept : bool
        Whether the student also learns an intercept: features and answers are then counted from their means.
    notes : tuple of Note
        What was done to the data, and what is worth knowing about them. Their kinds are "left_out_missing", "classes",
        "constant_features", "standardized", "equal_features" and "scales".
    """

    features: np.ndarray
    answers: np.ndarray
    names: tuple[str, ...]
    intercept: bool
    notes: tuple[Note, ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.features)

    @property
    def outputs(self) -> int:
        """Number of answers to each row."""
        return self.answers.shape[1]

    @property
    def are_classes(self) -> bool:
        """Whether the answers stand for classes: -1 and 1, or one output for each."""
        return any(note.kind == "classes" for note in self.notes)

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the variances: one less than the number of rows if means are subtracted."""
        return len(self.features) - self.intercept

    @cached_property
    def modes(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Variances of the inputs along their axes, variance of the answers along each, and residual variance."""
        x, y = self.features, self.answers
        if self.intercept:
            x, y = x - x.mean(axis=0), y - y.mean(axis=0)
        left, roots, _ = np.linalg.svd(x, full_matrices=False)  # not of x'x, which would square the range of scales
        kept = roots > max(x.shape) * np.finfo(float).eps * roots[0]
        left, roots = left[:, kept][:, ::-1], roots[kept][::-1]
        values, signal = roots**2 / self.freedom, np.sum((left.T @ y) ** 2, axis=1) / self.freedom
        return values, signal, max(float(np.sum(y**2)) / self.freedom - float(signal.sum()), 0.0)

    def population(self, samples: int) -> Population:
        """The covariance as a student of n samples meets it."""
        values, signal, _ = self.modes
        return Population.of(values, signal / values, samples - self.intercept, self.freedom)

    def parts(self) -> list[Pool]:
        """The pool without each of its eighths."""
        group = groups_of(0, self.rows)
        kept = [group != left_out for left_out in range(GROUPS)]
        return [Pool(self.features[own], self.answers[own], self.names, self.intercept, self.notes) for own in kept]

    @property
    def length_variance(self) -> float:
        """Variance over the rows of the squared length of the inputs."""
        x = self.features - self.intercept * self.features.mean(axis=0)
        return float(np.var(np.sum(x**2, axis=1)))

    @property
    def relations(self) -> np.ndarray:
        """Size of the correlation of each feature with each answer, shape (features, outputs)."""
        x, y = (values - values.mean(axis=0) for values in (self.features, self.answers))
        norms = np.outer(np.linalg.norm(x, axis=0), np.linalg.norm(y, axis=0))
        return np.abs(x.T @ y) / np.where(norms > 0, norms, np.inf)

    @property
    def answer_variance(self) -> float:
        """Variance of the answers about their mean, summed over outputs, by the degrees of freedom."""
        return float(np.sum((self.answers - self.answers.mean(axis=0)) ** 2)) / self.freedom

    def __repr__(self) -> str:
        (rows, features), outputs = self.features.shape, self.answers.shape[1]
        intercept = "with" if self.intercept else "without"
        return f"<Pool: {rows} rows, {features} features, outputs: {outputs}, {intercept} intercept>"


def groups_of(row: int, count: int) -> np.ndarray:
    """Group of each of `count` rows from some row on, shape (count,).

    Of every eight rows that follow each other, one belongs to each group, in random order: the group of a row does not
    depend on how many there are, and groups are alike however the rows are sorted.

    >>> np.bincount(groups_of(0, 80)).tolist()
    [10, 10, 10, 10, 10, 10, 10, 10]
    """
    first, last = row // (GROUPS * DRAWN), -(-(row + count) // (GROUPS * DRAWN))
    eights = [np.random.default_rng([0, part]).permuted(np.tile(np.arange(GROUPS), (DRAWN, 1)), axis=1).ravel()
              for part in range(first, last)]  # fmt: skip
    start = row - first * GROUPS * DRAWN
    return np.concatenate([*eights, np.zeros(0, dtype=int)])[start : start + count]


def pool_of(
    X: ArrayLike,
    y: ArrayLike,
    *,
    intercept: bool = True,
    standardize: bool = False,
    classes: bool | None = None,
    drop_missing: bool = False,
) -> Pool:
    """A pool of a table (or arrays) and answers; see `from_data`."""
    X, y = _split(X, y)
    x, names = _features(X)
    if carries_names(y):
        y = in_order(y, names_along(X), "y", "the rows of X")
    unlabeled, answer = _answers(y, len(x), classes)
    missing = np.isnan(x).any(axis=1) | unlabeled
    notes: list[Note] = []
    if missing.any():
        holes = tuple(compress(names, np.isnan(x).any(axis=0)))
        if not drop_missing:
            raise InputError(
                "X" if holes else "y",
                f"has missing cells: {missing.sum()} of {missing.size} rows are incomplete "
                f"(in {quoted(holes) if holes else 'the answers'}), and nothing is filled in",
                ("pass ", Setting("drop_missing", True), " to leave these rows out"),
            )
        x, answer = x[~missing], answer[~missing]
        notes.append(Note("left_out_missing", f"{missing.sum()} rows with missing cells were left out.", holes))
    if not np.all(np.isfinite(x)):
        raise InputError("X", "holds infinite values, but variances must be finite", "pass finite numbers")
    targets, said = _targets(answer, classes)
    if len(x) < 3 or np.ptp(targets, axis=0).max() == 0:
        problem = f"has the same answer in each of its {len(x)} rows, so there is nothing to learn"
        raise InputError("y", problem, "pass answers that differ")
    notes += said
    for name, values in (("y", targets), *(() if standardize else (("X", x),))):
        check_size(name, float(np.abs(values).max()))
    spread = x.std(axis=0)
    constant = spread <= 1e-12 * np.abs(x).max(axis=0)
    if constant.any() and (intercept or standardize):
        same = tuple(compress(names, constant))
        notes.append(constant_note(same))
        x, names, spread = x[:, ~constant], tuple(compress(names, ~constant)), spread[~constant]
    if not x.shape[1]:
        problem = "has only columns that are the same in every row, so nothing can be learned from them"
        raise InputError("X", problem, "pass columns that vary")
    if standardize:
        x = x / spread
        notes.append(Note("standardized", "Each feature was divided by its standard deviation over all rows."))
    return Pool(
        x,
        targets,
        names,
        bool(intercept),
        (*notes, *copies_note(names, _copies(x)), *scales_note(names, x.std(axis=0))),
    )


def _split(X: Any, y: Any) -> tuple[Any, Any]:
    """Features and answers; these may be named as a column of the features."""
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


def _features(X: Any) -> tuple[np.ndarray, tuple[str, ...]]:
    """Features as numbers, NaN where cells are missing, and their names."""
    columns = getattr(X, "columns", None)
    if columns is not None:
        texts = [name for name in columns if X[name].dtype.kind not in "fiub"]
        if texts:
            sample = ", ".join(repr(value) for value in X[texts[0]].dropna().unique()[:2])
            raise InputError(
                None,
                f"column {texts[0]!r} holds {X[texts[0]].dtype} ({sample}), but features must be numbers",
                f"turn it into 0/1 columns with `pandas.get_dummies(df, columns=[{texts[0]!r}])`, or leave it out",
            )
        return np.ascontiguousarray(X.to_numpy(dtype=float, na_value=np.nan)), tuple(map(str, columns))
    x = np.asarray(X)
    if x.dtype.kind not in "fiub" or x.ndim != 2 or 0 in x.shape:
        raise InputError(
            "X",
            f"has shape {x.shape} and type {x.dtype}, but it must be a table of numbers, one row for each sample",
            "pass a two-dimensional array or a DataFrame",
        )
    return x.astype(float), tuple(f"feature {number}" for number in range(1, x.shape[1] + 1))


def _answers(y: ArrayLike, rows: int, classes: bool | None) -> tuple[np.ndarray, np.ndarray]:
    """Which answers are missing, and the answers as they came."""
    if classes is not None:
        expect(classes, bool, "classes", "write True for classes, False for numbers")
    answer = np.asarray(y)
    if answer.ndim not in (1, 2) or len(answer) != rows:
        raise InputError("y", f"has shape {answer.shape}, but X has {rows} rows", "pass one answer for each row")
    if answer.dtype.kind in "fiub":
        lost = np.isnan(answer.astype(float))
        if np.isinf(answer.astype(float)).any():
            raise InputError("y", "holds infinite values, but variances must be finite", "pass finite numbers")
    else:
        lost = np.array([value is None or value != value for value in answer.ravel()]).reshape(answer.shape)  # NaN
    return lost.reshape(rows, -1).any(axis=1), answer


def _targets(answer: np.ndarray, classes: bool | None) -> tuple[np.ndarray, list[Note]]:
    """Answers as numbers, (rows, outputs), and how classes were coded."""
    numeric = answer.dtype.kind in "fiub"
    if classes is None:
        ask_about_codes(answer, "y", "holds")
        classes = answer.dtype.kind not in "fiu"
    if not classes:
        if not numeric:
            problem = f"has values of type {answer.dtype}, which are no numbers"
            raise InputError("y", problem, ("pass numbers, or ", Setting("classes", True)))
        return answer.astype(float).reshape(len(answer), -1), []
    if answer.ndim == 2 and answer.shape[1] > 1:
        raise InputError(
            "y", f"has {answer.shape[1]} columns, but classes are one label for each row", "pass one column"
        )
    labels = answer.ravel() if numeric else answer.ravel().astype(str)
    kinds, label = np.unique(labels, return_inverse=True)
    if len(kinds) > len(answer) / 2:
        remedy = ("pass ", Setting("classes", False)) if numeric else "merge rare classes, or pass numbers"
        raise InputError("y", f"has {len(kinds)} different labels in {len(answer)} rows: these are no classes", remedy)
    if len(kinds) == 2:
        return np.where(label == 1, 1.0, -1.0)[:, None], [two_classes_note(*kinds)]
    words = (
        f"{len(kinds)} classes were read as {len(kinds)} outputs of 0 or 1 (one-hot), and their squared errors added."
    )
    return np.eye(len(kinds))[label], [Note("classes", words)]


def ask_about_codes(answer: np.ndarray, argument: str, said: str) -> None:
    """Refuse whole numbers from 0 or 1 on of which there are few: they may be amounts, or codes of classes."""
    if answer.dtype.kind not in "fiu" or answer.reshape(len(answer), -1).shape[1] > 1:
        return
    kinds = np.unique(answer)
    if 2 <= kinds.size <= CODED and kinds[0] in (0, 1) and np.array_equal(kinds, kinds[0] + np.arange(kinds.size)):
        raise InputError(
            argument,
            f"{said} only whole numbers from {kinds[0]:g} to {kinds[-1]:g}, which may be amounts or codes of classes",
            ("write ", Setting("classes", True), " or ", Setting("classes", False)),
        )


def _columns(count: int) -> str:
    return "1 column is" if count == 1 else f"{count} columns are"


def check_size(name: str, size: float) -> None:
    """Refuse values so large or small that their variances cannot be multiplied."""
    if not (size == 0 or 1 / LARGEST <= size <= LARGEST):
        raise InputError(
            name,
            f"has values as large as {size:.2g}, and products of their variances leave the range of double precision",
            f"write them in another unit, for example divided by {10.0 ** round(np.log10(size)):.0e}",
        )


def two_classes_note(low: Any, high: Any) -> Note:
    """A note on how two classes were coded."""
    return Note("classes", f"Two classes were read as answers of -1 ({low!s}) and 1 ({high!s}).")


def constant_note(same: tuple[str, ...]) -> Note:
    """A note on columns that were left out."""
    words = f"{_columns(len(same))} the same in every row and left out ({quoted(same)})."
    return Note("constant_features", words, same)


def _copies(x: np.ndarray) -> np.ndarray:
    """Whether each column repeats an earlier one."""
    _, first = np.unique(x, axis=1, return_index=True)
    return ~np.isin(np.arange(x.shape[1]), first)


def copies_note(names: Sequence[str], repeats: np.ndarray) -> list[Note]:
    """A note on columns that repeat another."""
    copies = tuple(compress(names, repeats))
    if not copies:
        return []
    words = (
        f"{_columns(len(copies))} a copy of another ({quoted(copies)}): what they share is learned that much faster, "
        "and nothing else changes."
    )
    return [Note("equal_features", words, copies)]


def scales_note(names: Sequence[str], spread: np.ndarray) -> list[Note]:
    """A note on columns whose spread is far from the median: they are learned on another time scale."""
    typical = float(np.median(spread[spread > 0])) if np.any(spread > 0) else 1.0
    ratio = np.where(spread > 0, np.maximum(spread / typical, typical / np.where(spread > 0, spread, 1.0)), 1.0)
    far = tuple(compress(names, ratio > FAR))
    if not far:
        return []
    words = (
        f"{quoted(far)} vary up to {ratio.max():.2g} times more or less than the median column, and what varies "
        "less is learned that much later; ",
        Setting("standardize", True),
        " gives all columns the same weight.",
    )
    return [Note("scales", words, far)]
