"""Arguments of the doors of `Environment`, checked and turned into arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.checks import InputError, positive
from .variation import Variation


def scaled(values: np.ndarray, center: bool, standardize: bool) -> tuple[np.ndarray, tuple[str, ...]]:
    """Values (items, features) centered and standardized as asked, and what was done, in sentences."""
    notes: list[str] = []
    mean, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)  # of what was observed
    if center:
        values = values - mean
        notes.append(
            "Each feature was centered: its mean was subtracted; anything said here of zeros is about the table before."
        )
    if standardize:
        values = values / np.where(spread > 0, spread, 1.0)
        notes.append("Each feature was divided by its standard deviation.")
    if center and not np.any(spread):
        raise InputError(
            "every feature is the same for all items, so nothing is left after centering; leave out --center "
            "(in Python, center=True)"
        )
    return values, tuple(notes)


def item_shares(frequency: Sequence[float] | None, count: int) -> np.ndarray:
    """How often each item is met, as shares that add to 1, shape (items,)."""
    if frequency is None:
        return np.full(count, 1 / count)
    shares = np.asarray(frequency)
    if shares.dtype.kind not in "fiu":
        raise InputError(f"frequency is {frequency!r}, but it must be a list of numbers, one for each item in order")
    if shares.shape != (count,) or not np.all(np.isfinite(shares)) or shares.min() < 0 or shares.sum() == 0:
        raise InputError(
            f"frequency has shape {shares.shape}, but it needs one non-negative number for each of the {count} items; "
            "write how often each item is met"
        )
    return shares / shares.sum()


def probability(value: float) -> float:
    """`value` if it is a probability above 0."""
    probability = positive(value, "observation_probability", "a feature that is never observed is never learned")
    if probability > 1:
        raise InputError(f"observation_probability is {value!r}, but it is a probability; write a number up to 1")
    return probability


def matrix(values: Any, name: str) -> np.ndarray:
    """`values` as a finite table of numbers."""
    matrix = np.asarray(values)
    if matrix.dtype.kind not in "fiub" or matrix.ndim != 2 or 0 in matrix.shape:
        raise InputError(
            f"{name} has shape {matrix.shape} and type {matrix.dtype}, but it must be a table of real numbers; "
            "pass a two-dimensional array"
        )
    if not np.all(np.isfinite(matrix)):
        raise InputError(f"{name} holds {np.sum(~np.isfinite(matrix))} missing or infinite values; pass finite numbers")
    return matrix.astype(float)


def named(names: Sequence[str] | None, count: int, kind: str) -> tuple[str, ...]:
    """Names of the rows or columns: those given, or numbered ones."""
    names = [f"{kind} {number}" for number in range(1, count + 1)] if names is None else [str(name) for name in names]
    if len(names) != count or len(set(names)) != count:
        raise InputError(f"got {len(set(names))} different names for {count} {kind}s; write one name for each {kind}")
    return tuple(names)


def check_driven(syx: np.ndarray, variation: Variation) -> None:
    """Refuse correlations of features with inputs that never vary."""
    if np.abs(syx - variation.after(variation.undone(syx))).max() > 1e-9 * np.abs(syx).max():
        raise InputError(
            "input_output_correlation correlates features with inputs that never vary, which no data do; "
            "pass Y.T @ X and X.T @ X of the same samples"
        )


def check_input_correlation(sxx: np.ndarray, inputs: int) -> None:
    """Refuse what is no correlation of inputs with themselves."""
    if sxx.shape != (inputs, inputs) or not np.allclose(sxx, sxx.T, rtol=0, atol=1e-9 * np.abs(sxx).max()):
        raise InputError(
            f"input_correlation has shape {sxx.shape}, but it must be symmetric with one row for each of the {inputs} "
            "inputs; pass the correlation of the inputs with themselves"
        )
    lowest = np.linalg.eigvalsh(sxx)[0]
    if lowest < -1e-9 * np.abs(sxx).max():
        raise InputError(
            f"input_correlation has the negative eigenvalue {lowest:.3g}, but no inputs have negative variance; "
            "pass X.T @ X of real inputs"
        )
