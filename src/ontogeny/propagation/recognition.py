"""Functions known by their values: which nonlinearity of the table a step of a network is, whatever it is called."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .._core.nonlinearities import TABLE, Nonlinearity, leaky_relu

POINTS, MOST_POINTS = 256, 4096  # values at which functions are compared
MOST_CALLS = 8
WIDEST, EIGHTHS = 8.0, 128  # size of these values, and eighths from one end to the other
DOUBLE = float(np.finfo(float).eps)
ROUNDINGS, ROUGHEST = 64, 0.03  # by which equal values may differ, in units of their last digit, and at most
SMALL, LARGE = 1.0, 3.0  # sizes of inputs that a normalization makes equal
EQUAL, APART = 1e-3, 0.1  # distances of values that count as equal, and as others


def _gelu_by_tanh(h: Any) -> Any:
    return 0.5 * h * (1 + np.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h**3)))


def _elu(h: Any) -> Any:
    return np.where(h > 0, h, np.expm1(np.minimum(h, 0)))


SELU = (1.0507009873554805, 1.6732632423543772)  # scale and depth, of Klambauer et al. (2017)
# Beside those of the table: what frameworks have under a name.
FURTHER = (
    Nonlinearity(_gelu_by_tanh, outer_slopes=(0.0, 1.0), name="gelu (by tanh)"),
    Nonlinearity(_elu, lambda h: np.exp(np.minimum(h, 0)), (0.0,), (0.0, 1.0), "elu"),
    Nonlinearity(
        lambda h: SELU[0] * np.where(h > 0, h, SELU[1] * np.expm1(np.minimum(h, 0))),
        lambda h: SELU[0] * np.where(h > 0, 1.0, SELU[1] * np.exp(np.minimum(h, 0))),
        (0.0,),
        (0.0, SELU[0]),
        "selu",
    ),
    Nonlinearity(lambda h: np.logaddexp(0, h), lambda h: 1 / (1 + np.exp(-h)), (), (0.0, 1.0), "softplus"),
    Nonlinearity(lambda h: np.clip(h, 0, 6), lambda h: 1.0 * ((h > 0) & (h < 6)), (0.0, 6.0), (0.0, 0.0), "relu6"),
)


def recognized(function: Callable[[Any], Any], shape: tuple[int, ...], rounding: float = DOUBLE) -> Nonlinearity | None:
    """The known nonlinearity that has the values of a function; None if it has those of none.

    Parameters
    ----------
    function : function
        Of arrays of one shape.
    shape : tuple of int
        That shape.
    rounding : float
        Relative size of the last digit of its numbers, which says how far equal values may differ.

    Examples
    --------
    >>> recognized(lambda x: x / (1 + np.exp(-x)), (8, 4))
    Nonlinearity('silu')
    >>> recognized(lambda x: x - x.mean(), (8, 4)) is None
    True
    """
    sums, values = _sampled(function, shape)
    if values is None:
        return None
    off = {units: _distance(values, units.of(sums)) for units in (*TABLE.values(), *FURTHER, *_leaky(sums, values))}
    best = min(off, key=lambda units: off[units])
    return best if off[best] <= _tolerance(rounding) else None


def scale_of(function: Callable[[Any], Any], shape: tuple[int, ...], rounding: float = DOUBLE) -> float | None:
    """The number by which a function multiplies all values; None if it does not.

    >>> scale_of(lambda x: x / 4, (8, 4))
    0.25
    """
    sums, values = _sampled(function, shape)
    if values is None:
        return None
    factor = float(values @ sums / (sums @ sums))
    most = _tolerance(rounding) * abs(factor) * WIDEST
    return factor if np.max(np.abs(values - factor * sums)) <= most else None


def scales_units(function: Callable[[Any], Any], shape: tuple[int, ...], rounding: float = DOUBLE) -> np.ndarray | None:
    """Scale and shift of every value by a function that does not mix them, (*shape, 2); None of others.

    >>> scales_units(lambda x: (x - np.arange(2)) / 4, (1, 2)).tolist(), scales_units(np.tanh, (8, 4)) is None
    ([[[0.25, 0.0], [0.25, -0.25]]], True)
    """
    generator = np.random.default_rng(3)
    one, other = (generator.uniform(1, WIDEST, shape) for _ in range(2))
    made = [_tried(function, each) for each in (np.zeros(shape), one, other, -one)]
    if any(each is None or each.shape != shape for each in made):
        return None
    shift, first, second, third = (np.asarray(each, dtype=float) for each in made)
    scale = (first - shift) / one
    off = [np.abs(shift + scale * sums - values) for sums, values in ((other, second), (-one, third))]
    most = _tolerance(rounding) * WIDEST * (1 + np.max(np.abs(scale)) + np.max(np.abs(shift)))
    return np.stack([scale, shift], axis=-1) if np.max(off) <= most else None


def keeps_numbers(function: Callable[[Any], Any], shape: tuple[int, ...]) -> bool:
    """Whether a function only puts numbers in other places.

    >>> keeps_numbers(np.transpose, (8, 4)), keeps_numbers(np.tanh, (8, 4))
    (True, False)
    """
    drawn = np.random.default_rng(2).integers(0, EIGHTHS + 1, shape)
    made = _tried(function, drawn / 8 - WIDEST)  # exact in every precision
    if made is None or made.size != drawn.size or made.dtype.kind != "f" or not np.all(np.isfinite(made)):
        return False
    places = 8 * (made.ravel() + WIDEST)
    if places.min() < 0 or places.max() > EIGHTHS or np.any(places != np.rint(places)):
        return False
    before, after = (np.bincount(each.ravel().astype(int), minlength=EIGHTHS + 1) for each in (drawn, places))
    return np.array_equal(before, after)


def is_normalization(function: Callable[[Any], Any], shape: tuple[int, ...]) -> bool:
    """Whether inputs that are all three times as large give the same values, and other inputs others.

    >>> is_normalization(lambda x: x / np.linalg.norm(x, axis=1, keepdims=True), (8, 4))
    True
    """
    draw = np.random.default_rng(1).standard_normal(shape)
    made = [_tried(function, size * draw) for size in (SMALL, LARGE, -SMALL)]
    if any(each is None or each.dtype.kind != "f" or not np.all(np.isfinite(each)) for each in made):
        return False
    first, larger, other = (np.asarray(each, dtype=float) for each in made)
    return _distance(first, larger) <= EQUAL and _distance(first, other) > APART


def gives_shares(function: Callable[[Any], Any], shape: tuple[int, ...]) -> bool:
    """Whether values are positive and sum to 1 over the last axis, as those of a softmax.

    >>> gives_shares(lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True), (8, 4))
    True
    """
    made = _tried(function, np.random.default_rng(4).uniform(-WIDEST, WIDEST, shape))
    if made is None or not made.ndim or made.dtype.kind != "f" or not np.all(made >= 0):
        return False
    return bool(np.max(np.abs(np.sum(made, axis=-1, dtype=float) - 1)) <= EQUAL)


def _sampled(function: Callable[[Any], Any], shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray | None]:
    """Values of a function at some hundred sums, as far as it keeps its shape and takes few calls."""
    generator = np.random.default_rng(0)
    size = max(1, math.prod(shape))
    calls = min(MOST_CALLS, math.ceil(POINTS / size))
    sums = [generator.uniform(-WIDEST, WIDEST, shape) for _ in range(calls)]
    made = [_tried(function, each) for each in sums]
    if any(each is None or each.shape != shape for each in made):
        return np.zeros(0), None
    flat = [np.asarray(each).ravel() for each in (sums, made)]
    if flat[0].size > MOST_POINTS:
        some = generator.choice(flat[0].size, MOST_POINTS, replace=False)
        flat = [each[some] for each in flat]
    return flat[0], flat[1].astype(float)


def _tolerance(rounding: float) -> float:
    return min(ROUNDINGS * rounding, ROUGHEST)


def _tried(function: Callable[[Any], Any], sums: np.ndarray) -> np.ndarray | None:
    """What a function makes of sums; None if it does not take them. It is a stranger's, and may fail in any way."""
    try:
        made = np.asarray(function(sums))
        return made.astype(np.float32) if made.dtype.kind == "V" else made  # NumPy knows no bfloat16
    except Exception:
        return None


def _leaky(sums: np.ndarray, values: np.ndarray) -> tuple[Nonlinearity, ...]:
    """Leaky units with the slope that the most negative sum has."""
    least = int(np.argmin(sums))
    slope = float(values[least] / sums[least])
    return (leaky_relu(slope),) if math.isfinite(slope) and abs(slope) < 1 else ()


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    off = np.abs(one - other) / (1 + np.abs(other))
    return float(np.max(off)) if np.all(np.isfinite(off)) else math.inf
