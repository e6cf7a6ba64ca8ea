"""Batches from an iterator: frames, arrays, or pairs of inputs and right answers, checked one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ontogeny._core.checks import InputError, quoted
from ontogeny._core.names import names_along, places
from ontogeny.tables.batches import Batches, numbered_columns, taken


def iterated(batches: Iterator[Any]) -> Batches:
    """A table whose rows come from an iterator, which can be read once.

    Raises
    ------
    InputError
        An iterator without batches, because it is empty or was read before; a first batch that is no table of numbers.
    """
    first = next(batches, None)
    if first is None:
        raise InputError(
            None,
            "the iterator has no batches: it is empty, or was read before",
            "make a new one; an iterator can be read once",
        )
    names, targets, array = _opened(first, 1)
    reader = IteratedReader(batches, names, len(targets), [array])
    every = (*names, *targets)
    return Batches("the iterator", every, None, reader, tuple(range(len(every))), targets)


@dataclass(eq=False)
class IteratedReader:
    """Rows of the batches of an iterator; the first batch was looked at."""

    batches: Iterator[Any]
    names: tuple[str, ...]
    outputs: int
    ahead: list[np.ndarray] = field(default_factory=list)
    is_spent: bool = False

    def pieces(self, start: int, stop: int | None, columns: Sequence[int]) -> Iterator[np.ndarray]:
        """See `Reader`; from the first row to the last, once."""
        if self.is_spent:
            raise InputError(
                None,
                "the iterator was read before, and can be read once",
                "make a new one, or write its rows to a file",
            )
        self.is_spent = True
        yield taken(_finite(self.ahead.pop(), 1), columns)
        for number, batch in enumerate(self.batches, start=2):
            yield taken(_finite(self._array(batch, number), number), columns)

    def _array(self, batch: Any, number: int) -> np.ndarray:
        """A batch as numbers, its columns in the order of the first."""
        inputs, targets = _parts(batch)
        called = f"batch {number}"
        if (targets is None) != (self.outputs == 0):
            came, first = ("no right answers", "some") if targets is None else ("right answers", "none")
            raise InputError(None, f"{called} has {came}, but batch 1 has {first}", "give all batches the same parts")
        split = len(self.names)
        array = _table(inputs, called, self.names)
        if array.shape[1] != split:
            raise InputError(
                None,
                f"{called} has {array.shape[1]} columns, but batch 1 has {split}",
                "give all batches the same columns",
            )
        if targets is None:
            return array
        answers = _table(targets, f"the answers of {called}", None)
        if answers.shape != (len(array), self.outputs):
            raise InputError(
                None,
                f"{called} has {len(array)} rows of inputs and answers of shape {answers.shape}, but batch 1 has "
                f"{self.outputs} for each row",
                "give each row of inputs as many answers as in batch 1",
            )
        return np.hstack([array, answers])


def one_batch(frame: Any, called: str) -> tuple[str, np.ndarray, tuple[str, ...]]:
    """A frame as numbers with the names of its columns."""
    array = _table(frame, called, None)
    return called, array, _names(frame, array, "feature")


def _parts(batch: Any) -> tuple[Any, Any]:
    return batch if isinstance(batch, tuple) and len(batch) == 2 else (batch, None)


def _opened(batch: Any, number: int) -> tuple[tuple[str, ...], tuple[str, ...], np.ndarray]:
    """Names of inputs and answers of the first batch, and its numbers."""
    inputs, targets = _parts(batch)
    array = _table(inputs, f"batch {number}", None)
    names = _names(inputs, array, "feature")
    if targets is None:
        return names, (), array
    answers = _table(targets, f"the answers of batch {number}", None)
    if len(answers) != len(array):
        raise InputError(
            None,
            f"batch {number} has {len(array)} rows of inputs and {len(answers)} of answers",
            "give each row of inputs its answers",
        )
    called = _names(targets, answers, "target")
    if set(called) & set(names):
        both = [name for name in called if name in names]
        raise InputError(
            None, f"batch {number} calls inputs and answers by the same names ({quoted(both)})", "rename one of them"
        )
    return names, called, np.hstack([array, answers])


def _names(values: Any, array: np.ndarray, kind: str) -> tuple[str, ...]:
    if hasattr(values, "iloc") and np.ndim(values) == 1:
        return (str(values.name),) if values.name is not None else numbered_columns(1, kind)
    names = names_along(values, 1) if np.ndim(values) == 2 else None
    return names or numbered_columns(array.shape[1], kind)


def _table(values: Any, called: str, names: tuple[str, ...] | None) -> np.ndarray:
    """Values as an array of numbers (rows, columns), with columns in the order of `names` if both sides have names."""
    if hasattr(values, "columns"):
        if values.columns.has_duplicates:
            raise InputError(None, f"columns of {called} have the same name", "use unique names")
        texts = [name for name in values.columns if values[name].dtype.kind not in "fiub"]
        if texts:
            raise InputError(
                None,
                f"column {texts[0]!r} of {called} holds {values[texts[0]].dtype}, but features must be numbers",
                "leave it out, or turn it into 0/1 columns",
            )
        place = places(tuple(map(str, values.columns)), names, called, "batch 1")
        array = values.to_numpy(dtype=float, na_value=np.nan)
        array = array if place is None else array[:, place]
    else:
        array = np.asarray(values)
    if array.dtype.kind not in "fiub" or array.ndim not in (1, 2):
        raise InputError(
            None,
            f"{called} has shape {array.shape} and type {array.dtype}, but it must be a table of numbers, one row for "
            "each sample",
            "give arrays (rows, columns), frames, or pairs (inputs, targets)",
        )
    return array.astype(float, copy=False).reshape(len(array), -1)


def _finite(array: np.ndarray, number: int) -> np.ndarray:
    """The batch, if all its numbers are finite; the sum of all is not if one is not."""
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()) or np.isfinite(array).all():
            return array
    row, column = np.argwhere(~np.isfinite(array))[0]
    what = "a missing value" if np.isnan(array[row, column]) else "an infinite value"
    raise InputError(
        None,
        f"batch {number} holds {what} in row {row + 1}, column {column + 1}, and nothing is filled in",
        "leave such rows out before they are given",
    )
