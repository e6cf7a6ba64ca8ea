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
BLOCK = 10**6  # values that are looked at together
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
    steps, typical = np.empty((2, values.shape[1]))
    for first in range(0, values.shape[1], wide := max(BLOCK // max(len(values), 1), 1)):
        block = slice(first, first + wide)
        known = ~np.isnan(values[:, block].T)
        rows = np.where(known, values[:, block].T, 0.0)  # contiguous; a 0 is stored and written exactly
        typical[block] = _typical(rows, known)
        steps[block] = _rounding_steps(rows, known, typical[block])
    stepped = [(values[~np.isnan(values[:, place]), place], steps[place]) for place in np.flatnonzero(steps)]
    counts = [np.unique(np.round(column / step)) for column, step in stepped]
    if counts and np.mean(np.concatenate(counts) % 2) < ODD:
        steps[:] = 0.0
    found = np.maximum(steps / np.sqrt(12), DIGITS * typical)
    spread = np.nanstd(values, axis=0) if standardize else np.ones(len(found))
    return found / np.where(spread > 0, spread, 1.0)


def _rounding_steps(rows: np.ndarray, known: np.ndarray, typical: np.ndarray) -> np.ndarray:
    """Step to which the values of each feature are rounded; 0 if they are an answer scale or not rounded."""
    size = np.abs(rows).max(axis=1, initial=0.0)
    bits = _stored_with(rows, size)
    steps = _decimal_steps(rows, size, np.maximum(bits, NEAR))
    highest = np.max(rows, axis=1, initial=-np.inf, where=known)
    lowest = np.min(rows, axis=1, initial=np.inf, where=known)
    written = np.where(highest - lowest >= STEPS * steps, steps, 0.0)
    return np.where(size > 0, np.where(np.isnan(steps), bits * typical, written), 0.0)


def _typical(rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Root mean square of the known values of each feature, without overflow."""
    size = np.abs(rows).max(axis=1, initial=0.0)
    shares = rows / np.where(size > 0, size, 1.0)[:, None]
    return np.asarray(size * np.sqrt(np.sum(shares**2, axis=1) / np.maximum(known.sum(axis=1), 1)))


def _stored_with(rows: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Relative precision of the shortest number type that holds the values of each feature, 0 if none does."""
    found = np.zeros(len(rows))
    for kind in (np.float32, np.float16):  # the shortest last
        with np.errstate(over="ignore", under="ignore"):
            stored = rows.astype(kind)
        near = np.abs(rows - stored) <= EQUAL * np.abs(rows) + ALMOST_NOTHING * size[:, None]
        found[near.all(axis=1)] = np.finfo(kind).eps
    return found


def _decimal_steps(rows: np.ndarray, size: np.ndarray, slack: np.ndarray) -> np.ndarray:
    """Largest step, a multiple of some decimal, of which all values of a feature are multiples; NaN if none is."""
    steps, left = np.full(len(rows), np.nan), np.flatnonzero(size)
    unit = 10.0 ** np.floor(np.log10(size, where=size > 0, out=np.zeros_like(size)))
    while True:
        left = left[(unit[left] >= np.finfo(float).tiny) & (size[left] / unit[left] < MOST_COUNTS)]
        if left.size == 0:
            return steps
        multiples = rows[left] / unit[left, None]
        counts = np.round(multiples)
        off = np.abs(multiples - counts).max(axis=1)
        found = off <= np.minimum(slack[left] * size[left] / unit[left], BY_CHANCE)
        steps[left[found]] = unit[left[found]] * np.gcd.reduce(counts[found].astype(np.int64), axis=1)
        left = left[~found]
        unit[left] /= 10


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
