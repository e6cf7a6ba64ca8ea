"""Precision of a table, and the strength of the modes that its rounding alone can make.

Values written with few decimals, or stored with few bits, are off by up to half a step. `rounding_of` reads the step
off the values; `blur_of` bounds the singular values that rounding errors have. A weaker mode is not one of the world.
"""

from __future__ import annotations

import numpy as np

from .._core.ties import EQUAL

DIGITS = 1e-7  # relative precision of any value, at best: much is computed in single precision
STEPS = 50  # fewest steps between smallest and largest value to count as rounding; fewer are an answer scale
NEAR = 1e-8  # relative to the largest value: distance from a decimal up to which a value counts as written with it
MOST_COUNTS, BY_CHANCE = 1e9, 0.01  # most steps in a value that are looked for, and how much of a step it may be off
ODD = 0.35  # least share of odd multiples of the step among distinct values: about half if rounding made the step
ALMOST_NOTHING = 1e-12  # relative to the largest value: rounding errors of a value of 0
CELLS = 1 << 18  # of the table looked at together
SURE = 1.5  # times the mean strength of rounding alone: small tables scatter by a third around it


def rounding_of(values: np.ndarray, *, standardize: bool = False) -> np.ndarray:
    """Standard deviation of the rounding error of each feature.

    Parameters
    ----------
    values : array, shape (items, features)
        Numbers as they were read, NaN where missing.
    standardize : bool
        Whether each feature is divided by its standard deviation afterwards.

    Returns
    -------
    array, shape (features,)
        In the units of the features, after that division.

    Examples
    --------
    Yes/no answers are exact up to single precision; three decimals are off by up to half a thousandth:

    >>> yes_no, written = np.arange(300.0) % 2, np.sin(np.arange(300.0)).round(3)
    >>> [f"{size:.1e}" for size in rounding_of(np.stack([yes_no, written], axis=1))]
    ['7.1e-08', '2.9e-04']
    """
    features = max(1, CELLS // max(1, len(values)))
    parts = [_columns_rounding(values[:, first : first + features]) for first in range(0, values.shape[1], features)]
    steps, typical, odd, distinct = np.concatenate(parts or [np.zeros((4, 0))], axis=1)
    if distinct.sum() and odd.sum() / distinct.sum() < ODD:
        steps[:] = 0.0
    found = np.maximum(steps / np.sqrt(12), DIGITS * typical)
    spread = np.nanstd(values, axis=0) if standardize else np.ones(len(found))
    return found / np.where(spread > 0, spread, 1.0)


def _columns_rounding(values: np.ndarray) -> np.ndarray:
    """Of each feature: its step, its typical size, how many of its steps are odd, and how many there are."""
    rows = np.array(values.T, dtype=float, order="C")
    known = ~np.isnan(rows)
    rows[~known] = 0.0  # is written with any decimal and held by any type
    size = np.abs(rows).max(axis=1, initial=0.0)
    number, some = np.maximum(known.sum(axis=1), 1), np.where(size > 0, size, 1.0)
    typical = size * np.sqrt(((rows / some[:, None]) ** 2).sum(axis=1) / number)  # does not overflow
    steps = _rounding_steps(rows, known, size, typical)
    counts = np.round(rows / np.where(steps > 0, steps, 1.0)[:, None])
    counts = np.sort(np.where(known & (steps > 0)[:, None], counts, np.nan), axis=1)
    first = ~np.isnan(counts)
    first[:, 1:] &= counts[:, 1:] != counts[:, :-1]
    return np.stack([steps, typical, (first & (counts % 2 == 1)).sum(axis=1), first.sum(axis=1)])


def _rounding_steps(rows: np.ndarray, known: np.ndarray, size: np.ndarray, typical: np.ndarray) -> np.ndarray:
    """Step to which the values of each feature are rounded; 0 if they are an answer scale or not rounded."""
    bits = _stored_with(rows, size)
    steps = _decimal_steps(rows, size, np.maximum(bits, NEAR))
    width = np.where(known, rows, -np.inf).max(axis=1, initial=-np.inf) - np.where(known, rows, np.inf).min(
        axis=1, initial=np.inf
    )
    return np.where(np.isnan(steps), bits * typical, np.where(width >= STEPS * steps, steps, 0.0))


def _stored_with(rows: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Relative precision of the shortest number type that holds the values, 0 if none does."""
    bits, slack = np.zeros(len(rows)), EQUAL * np.abs(rows) + ALMOST_NOTHING * size[:, None]
    for kind in (np.float32, np.float16):
        with np.errstate(over="ignore", under="ignore"):
            held = (np.abs(rows - rows.astype(kind)) <= slack).all(axis=1)
        bits[held] = np.finfo(kind).eps
    return bits


def _decimal_steps(rows: np.ndarray, size: np.ndarray, slack: np.ndarray) -> np.ndarray:
    """Largest step, a multiple of some decimal, of which all values are multiples; NaN if none, inf if all are 0."""
    steps = np.where(size > 0, np.nan, np.inf)
    left = np.flatnonzero(size > 0)
    units = 10.0 ** np.floor(np.log10(size[left]))
    while left.size:
        able = (units >= np.finfo(float).tiny) & (size[left] / units < MOST_COUNTS)
        left, units = left[able], units[able]
        scaled = rows[left] / units[:, None]
        counts = np.round(scaled)
        off = np.abs(scaled - counts).max(axis=1, initial=0.0)
        fits = off <= np.minimum(slack[left] * size[left] / units, BY_CHANCE)
        steps[left[fits]] = units[fits] * np.gcd.reduce(counts[fits].astype(np.int64), axis=1)
        left, units = left[~fits], units[~fits] / 10
    return steps


def blur_of(rounding: np.ndarray, drive: float, spread: float) -> np.ndarray:
    r"""Strength that rounding alone can give to a mode on one feature, for each feature.

    Independent errors of standard deviation :math:`\sigma` in :math:`M` features, correlated with weighted inputs
    :math:`A`, have singular values of up to about

    .. math:: \sigma\,(\sqrt{M}\,\|A\|_2 + \|A\|_F)

    which is Gordon's bound for Gaussian errors; it is multiplied by 1.5 to allow for small tables.

    Checked by: tests/environments/test_precision.py::test_rounding_alone_makes_modes_up_to_the_blur

    Parameters
    ----------
    rounding : array, shape (features,)
        Standard deviation of the rounding error of each feature.
    drive, spread : float
        Norms of the weighted inputs: spectral (largest singular value), and Frobenius.

    Returns
    -------
    array, shape (features,)
        For a mode on several features, take the root mean square weighted by its squared loadings.

    Examples
    --------
    A table of 100 items and 25 features with an error of a thousandth:

    >>> blur_of(np.full(25, 0.001), 1.0, 10.0)[:2].round(4).tolist()
    [0.0225, 0.0225]
    """
    return SURE * rounding * (np.sqrt(rounding.size) * drive + spread)
