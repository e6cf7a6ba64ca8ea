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
    columns = [column[~np.isnan(column)] for column in values.T]
    steps = np.array([_rounding_step(column) for column in columns])
    counts = [np.unique(np.round(column / step)) for column, step in zip(columns, steps, strict=True) if step]
    if counts and np.mean(np.concatenate(counts) % 2) < ODD:
        steps[:] = 0.0
    found = np.maximum(steps / np.sqrt(12), [DIGITS * _typical(column) for column in columns])
    spread = np.nanstd(values, axis=0) if standardize else np.ones(len(found))
    return found / np.where(spread > 0, spread, 1.0)


def _rounding_step(values: np.ndarray) -> float:
    """Step to which the values of a feature are rounded; 0 if they are an answer scale or not rounded."""
    size = np.abs(values).max(initial=0.0)
    if size == 0:
        return 0.0
    bits = _stored_with(values, size)
    step = _decimal_step(values, size, max(bits, NEAR))
    if step is None:
        return bits * _typical(values)
    return step if np.ptp(values) >= STEPS * step else 0.0


def _typical(values: np.ndarray) -> float:
    """Root mean square, without overflow."""
    size = np.abs(values).max(initial=0.0)
    return float(size * np.sqrt(np.mean((values / size) ** 2))) if size else 0.0


def _stored_with(values: np.ndarray, size: float) -> float:
    """Relative precision of the shortest number type that holds the values, 0 if none does."""
    for kind in (np.float16, np.float32):
        with np.errstate(over="ignore", under="ignore"):
            stored = values.astype(kind)
        if np.all(np.abs(values - stored) <= EQUAL * np.abs(values) + ALMOST_NOTHING * size):
            return float(np.finfo(kind).eps)
    return 0.0


def _decimal_step(values: np.ndarray, size: float, slack: float) -> float | None:
    """Largest step, a multiple of some decimal, of which all values are multiples; None if there is none."""
    unit = 10.0 ** np.floor(np.log10(size))
    while unit >= np.finfo(float).tiny and size / unit < MOST_COUNTS:
        counts = np.round(values / unit)
        if np.abs(values / unit - counts).max() <= min(slack * size / unit, BY_CHANCE):
            return float(unit * np.gcd.reduce(counts.astype(np.int64)))
        unit /= 10
    return None


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
