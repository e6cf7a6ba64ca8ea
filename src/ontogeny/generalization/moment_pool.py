"""A pool of more rows than fit into memory: what a prediction needs of them, from one pass.

`tally` adds up each eighth of the rows apart, so that leaving one of them out (the jackknife) costs no second pass;
`MomentPool` answers what `pool.Pool` does, and `streamed_runs` trains students on rows of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import compress
from typing import Any

import numpy as np

from .._core.checks import InputError, expect
from .._core.counting import counted
from .._core.notes import Note, Setting
from ..environments.moments import Moments, Products
from ..environments.passes import one_pass
from ..tables.batches import Batches, batches_of
from ..tables.item_names import unknown_column
from .pool import (
    GROUPS,
    ask_about_codes,
    check_size,
    constant_note,
    copies_note,
    groups_of,
    scales_note,
    two_classes_note,
)
from .resolvent import Population

RESOLVED = 1e-12  # of the largest variance: below this, products of the columns cannot tell a variance from rounding
KINDS = 11  # different answers that are remembered: more than may be codes of classes
LIKE = 1e-9  # squared distance of two columns, relative: with equal sums, they are copies


@dataclass(frozen=True, eq=False)
class Lengths:
    """Moments of the squared columns, from which follows how much the squared lengths of the rows vary.

    Parameters
    ----------
    sums : array, shape (1,) or (features,)
        Sum over the rows of their squared length, or of each column squared.
    products : array, shape (1, 1) or (features, features)
        Sum of the products of these.
    across : array, shape (1, features) or (features, features)
        Sum of their products with the columns.
    """

    sums: np.ndarray
    products: np.ndarray
    across: np.ndarray

    def merged(self, other: Lengths) -> Lengths:
        """Those of the rows of both."""
        return Lengths(self.sums + other.sums, self.products + other.products, self.across + other.across)


@dataclass(frozen=True, eq=False)
class Tally:
    """What one pass finds out about some rows: moments of each eighth, lengths, and which answers there are."""

    groups: tuple[Moments, ...]
    lengths: Lengths
    kinds: np.ndarray

    def merged(self, other: Tally) -> Tally:
        """That of the rows of both."""
        groups = tuple(one.merged(two) for one, two in zip(self.groups, other.groups, strict=True))
        kinds = np.union1d(self.kinds, other.kinds)[:KINDS]
        return Tally(groups, self.lengths.merged(other.lengths), kinds)


@dataclass(frozen=True)
class TallyRows:
    """How `one_pass` adds up rows: features first, then outputs; `separately` for lengths of scaled columns."""

    features: int
    separately: bool

    def __call__(self, blocks: Iterator[np.ndarray], row: int, shift: np.ndarray) -> Tally:
        size, few = shift.size, self.features if self.separately else 1
        counts, sums, products = [0] * GROUPS, np.zeros((GROUPS, size)), [Products(size) for _ in range(GROUPS)]
        squares, squared, across = np.zeros(few), np.zeros((few, few)), np.zeros((few, self.features))
        kinds, buffer = np.zeros(0), np.zeros((0, size))
        for block in blocks:
            if kinds.size < KINDS and size == self.features + 1:
                kinds = np.union1d(kinds, block[:, -1])[:KINDS]
            group = groups_of(row, len(block))
            order, ends = np.argsort(group, kind="stable"), np.cumsum(np.bincount(group, minlength=GROUPS))
            if len(buffer) < ends[0]:
                buffer = np.empty((ends[0] + 1, size))
            for at, (first, last) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
                own = buffer[: last - first]
                np.take(block, order[first:last], axis=0, out=own, mode="clip")  # other modes make a copy
                own -= shift
                x = own[:, : self.features]
                lengths = x**2 if self.separately else np.einsum("ri,ri->r", x, x)[:, None]
                squares += lengths.sum(axis=0)
                squared += lengths.T @ lengths
                across += lengths.T @ x
                counts[at] += len(own)
                sums[at] += np.ones(len(own)) @ own
                products[at].add(own)
            row += len(block)
        groups = tuple(Moments(n, shift, s, p.both) for n, s, p in zip(counts, sums, products, strict=True))
        return Tally(groups, Lengths(squares, squared, across), kinds)


@dataclass(frozen=True, eq=False, repr=False)
class MomentPool:
    """Rows from which training sets are drawn, known by their moments; see `Pool`.

    Parameters
    ----------
    groups : tuple of Moments
        Moments of each eighth of the rows; features first, then outputs.
    lengths : Lengths
        How long rows are.
    names : tuple of str
        Names of the features.
    intercept : bool
        Whether the student also learns an intercept.
    notes : tuple of Note
        As in `Pool`, and "streamed" and "unresolved".
    scale : array, shape (features,)
        What the features were divided by.
    source : Batches
        The rows, in the order of the moments.
    coding : tuple of two floats
        Factor and offset that made the answers of the source the outputs.
    """

    groups: tuple[Moments, ...]
    lengths: Lengths
    names: tuple[str, ...]
    intercept: bool
    notes: tuple[Note, ...]
    scale: np.ndarray
    source: Batches
    coding: tuple[float, float] = (1.0, 0.0)

    @cached_property
    def moments(self) -> Moments:
        """Moments of all rows."""
        return reduce(Moments.merged, self.groups)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.moments.rows

    @property
    def outputs(self) -> int:
        """Number of answers to each row."""
        return self.moments.shift.size - len(self.names)

    @property
    def are_classes(self) -> bool:
        """Whether the answers stand for classes: -1 and 1."""
        return any(note.kind == "classes" for note in self.notes)

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the variances: one less than the number of rows if means are subtracted."""
        return self.rows - self.intercept

    @cached_property
    def modes(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Variances of the inputs along their axes, variance of the answers along each, and residual variance."""
        values, _, signal = self._axes
        residual = np.trace(self._products[len(self.names) :, len(self.names) :]) / self.freedom - signal.sum()
        return values, signal, max(float(residual), 0.0)

    @cached_property
    def _products(self) -> np.ndarray:
        return self.moments.about_mean if self.intercept else self.moments.about(0.0)

    @cached_property
    def _axes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        split = len(self.names)
        squares, axes = np.linalg.eigh(self._products[:split, :split])
        kept = squares > RESOLVED * squares[-1]
        along = axes[:, kept].T @ self._products[:split, split:]
        signal = np.sum(along**2, axis=1) / squares[kept] / self.freedom
        return squares[kept] / self.freedom, axes[:, kept], signal

    def population(self, samples: int) -> Population:
        """The covariance as a student of n samples meets it."""
        values, signal, _ = self.modes
        return Population.of(values, signal / values, samples - self.intercept, self.freedom)

    def parts(self) -> list[MomentPool]:
        """The pool without each of its eighths."""
        return [
            replace(self, groups=tuple(one for other, one in enumerate(self.groups) if other != left_out))
            for left_out in range(GROUPS)
        ]

    @property
    def length_variance(self) -> float:
        """Variance over the rows of the squared length of the inputs."""
        n, split = self.rows, len(self.names)
        own = self.moments.of(range(split)).scaled(self.scale)  # as they came
        weights = self.scale**-2.0 if self.lengths.sums.size > 1 else np.ones(1)
        apart = (own.mean - own.shift) if self.intercept else -own.shift
        tilt = apart * self.scale**-2.0
        means = self.lengths.sums / n
        squares = self.lengths.products / n - np.outer(means, means)
        across = self.lengths.across / n - np.outer(means, own.sums / n)
        variance = weights @ squares @ weights - 4 * weights @ across @ tilt + 4 * tilt @ own.about_mean @ tilt / n
        return max(float(variance), 0.0)

    @property
    def relations(self) -> np.ndarray:
        """Size of the correlation of each feature with each answer, shape (features, outputs)."""
        products, split = self.moments.about_mean, len(self.names)
        norms = np.sqrt(np.maximum(products.diagonal(), 0.0))
        across = np.outer(norms[:split], norms[split:])
        return np.abs(products[:split, split:]) / np.where(across > 0, across, np.inf)

    @property
    def answer_variance(self) -> float:
        """Variance of the answers about their mean, summed over outputs, by the degrees of freedom."""
        return float(self.moments.about_mean.diagonal()[len(self.names) :].sum()) / self.freedom

    def __repr__(self) -> str:
        intercept = "with" if self.intercept else "without"
        shape = f"{self.rows} rows, {len(self.names)} features, outputs: {self.outputs}"
        return f"<MomentPool: {shape}, {intercept} intercept>"


def moment_pool(
    X: Any,
    y: Any,
    *,
    intercept: bool = True,
    standardize: bool = False,
    classes: bool | None = None,
    drop_missing: bool = False,
    workers: Any = 1,
) -> MomentPool:
    """A pool of a table that is read in pieces; see `from_data`."""
    if classes is not None:
        expect(classes, bool, "classes", "write True for classes, False for numbers")
    if drop_missing:
        raise InputError(
            "drop_missing",
            "is True, but a table that is read in pieces is read once, and its training sets need all rows",
            "leave such rows out when the table is written",
        )
    table, answers = _table(X, y)
    names = [name for name in table.names if name not in answers]
    table = table.of([*names, *answers])
    found = one_pass(table, TallyRows(len(names), bool(standardize)), workers).summary
    split, groups = len(names), found.groups
    notes = [*table.notes, _streamed_note(table, sum(group.rows for group in groups))]
    coding, said = _coding(found.kinds, len(answers), classes)
    everything = reduce(Moments.merged, groups)
    sizes = everything.size
    for name, size in (("y", sizes[split:]), ("X", sizes[:split])):
        check_size(name, float(size.max()))
    if everything.rows < 3 or np.max(everything.spread[split:]) <= 1e-12 * np.max(sizes[split:]):
        problem = f"has the same answer in each of its {everything.rows} rows, so there is nothing to learn"
        raise InputError("y", problem, "pass answers that differ")
    notes += said
    spread, place = everything.spread[:split], np.arange(split)
    constant = spread <= 1e-12 * sizes[:split]
    lengths = found.lengths
    if constant.any() and (intercept or standardize):
        notes.append(constant_note(tuple(compress(names, constant))))
        place = place[~constant]
        if standardize:
            at = np.ix_(place, place)
            lengths = Lengths(lengths.sums[place], lengths.products[at], lengths.across[at])
        else:
            lengths = replace(lengths, across=lengths.across[:, place])
    if not place.size:
        problem = "has only columns that are the same in every row, so nothing can be learned from them"
        raise InputError("X", problem, "pass columns that vary")
    if standardize:
        notes.append(Note("standardized", "Each feature was divided by its standard deviation over all rows."))
    names, scale = [names[at] for at in place], spread[place] if standardize else np.ones(place.size)
    columns = np.concatenate([place, np.arange(split, split + len(answers))])
    factors = np.concatenate([1 / scale, np.full(len(answers), coding[0])])
    offsets = np.concatenate([np.zeros(place.size), np.full(len(answers), coding[1])])
    groups = tuple(group.of(columns).scaled(factors, offsets) for group in groups)
    every = reduce(Moments.merged, groups)
    repeats = _copies(every.of(range(place.size)))
    notes += [*copies_note(names, repeats), *scales_note(names, every.spread[: place.size])]
    pool = MomentPool(
        groups, lengths, tuple(names), bool(intercept), tuple(notes), scale, table.of([*names, *answers]), coding
    )
    return replace(pool, notes=(*pool.notes, *_unresolved_note(pool, int(repeats.sum()))))


def _table(X: Any, y: Any) -> tuple[Batches, list[str]]:
    """The table, and which of its columns are answers."""
    named = isinstance(y, str) or isinstance(y, list | tuple) and all(isinstance(name, str) for name in y)
    table = batches_of(X, None if named or y is None else y)
    answers = ([y] if isinstance(y, str) else list(y)) if named else list(table.targets)
    if not answers:
        raise InputError(
            "y", f"is missing, and {table.called} has no right answers of its own", "name a column, or give pairs"
        )
    for name in answers:
        if name not in table.names:
            raise unknown_column("y", name, list(table.names))
    if any(table.held.get(name) for name in answers):
        name = next(name for name in answers if table.held.get(name))
        raise InputError(
            "y",
            f"is column {name!r} of {table.called}, which holds {table.held[name]}, but a table that is read in pieces "
            "is predicted in numbers",
            "write two classes as 0 and 1, or one column of 0 and 1 for each class, and name them all",
        )
    inputs = [name for name in table.names if name not in answers]
    if not inputs:
        raise InputError("y", f"is every column of {table.called}", "keep at least one to predict it from")
    rest = table.of(inputs).numeric()
    return replace(table.of([*rest.names, *answers]), notes=rest.notes), answers


def _streamed_note(table: Batches, rows: int) -> Note:
    words = f"{table.called} has {counted(rows, 'row')} and was read in pieces: its rows were not kept."
    return Note("streamed", words[0].upper() + words[1:])


def _unresolved_note(pool: MomentPool, repeats: int) -> list[Note]:
    lost = min(len(pool.names) - repeats, pool.freedom) - pool.modes[0].size
    if lost <= 0:
        return []
    words = (
        f"{counted(lost, 'direction')} of the features vary by less than {RESOLVED:.0e} of the largest variance, which "
        "sums of products cannot tell from not at all, and were left out."
    )
    return [Note("unresolved", words)]


def _coding(kinds: np.ndarray, outputs: int, classes: bool | None) -> tuple[tuple[float, float], list[Note]]:
    """Factor and offset that turn answers into outputs, and how classes were coded."""
    if classes is None and outputs == 1 and kinds.size < KINDS:
        ask_about_codes(kinds, "y", "holds")
    if not classes:
        return (1.0, 0.0), []
    if outputs > 1 or kinds.size != 2:
        came = f"{outputs} columns" if outputs > 1 else f"{'more than ' * (kinds.size == KINDS)}{kinds.size} classes"
        raise InputError(
            "y",
            f"has {came}, but of a table that is read in pieces two classes are read as -1 and 1",
            ("write one column of 0 and 1 for each class, name them all, and leave out ", Setting("classes", True)),
        )
    low, high = kinds.tolist()
    return (2 / (high - low), -(high + low) / (high - low)), [two_classes_note(f"{low:g}", f"{high:g}")]


def _copies(moments: Moments) -> np.ndarray:
    """Whether each column repeats an earlier one: the same sum to the last bit, and no distance."""
    squares, distance = moments.products.diagonal(), np.empty(moments.shift.size)
    known: dict[tuple[float, float], list[int]] = {}
    for column, key in enumerate(zip(moments.shift.tolist(), moments.sums.tolist())):
        same: Sequence[int] = known.setdefault(key, [])
        apart = squares[column] + squares[same] - 2 * moments.products[column, same]
        distance[column] = np.min(apart, initial=np.inf)
        known[key].append(column)
    return distance <= LIKE * squares
