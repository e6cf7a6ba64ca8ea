"""How exactly a table is known, and how strong a mode its rounding alone can make.

Values written with few decimals, or stored with few bits, are off by up to half a step: `rounding_of` reads the step
off the values, `blur_of` says what it may add up to. What a table has below that is no mode of the world.
"""

from __future__ import annotations

import numpy as np

from .._core.ties import EQUAL

DIGITS = 1e-7  # share of its size to which any value is known: much is computed in single precision
STEPS = 50  # steps from the least to the largest value from which they count as rounded; few are a scale of answers
NEAR = 1e-8  # share of the largest value by which values may be off a decimal and still be written with it
MOST_COUNTS, BY_CHANCE = 1e9, 0.01  # steps in a value that are looked for, and the part of a step it may be off
ODD = 0.35  # share of odd multiples of the step among different values: half where rounding made it; 1/2, 1/4, ... one
ALMOST_NOTHING = 1e-12  # share of the largest value: what rounding leaves where a value is 0
SURE = 1.5  # times the strength that rounding alone has on average: small tables scatter by a third around it


def rounding_of(values: np.ndarray, *, standardize: bool = False) -> np.ndarray:
    """Standard deviation of what rounding leaves open in the values of each feature.

    Parameters
    ----------
    values : array, shape (items, features)
        Numbers as they were read, NaN where missing.
    standardize : bool
        Whether each feature is divided by its standard deviation before it is used.

    Returns
    -------
    array, shape (features,)
        In the units of the features, as they are used.

    Examples
    --------
    Answers of yes and no are exact but for what no computer keeps; three decimals are off by up to half a thousandth:

    >>> yes_no, written = np.arange(300.0) % 2, np.sin(np.arange(300.0)).round(3)
    >>> [f"{size:.1e}" for size in rounding_of(np.stack([yes_no, written], axis=1))]
    ['7.1e-08', '2.9e-04']
    """
    columns = [column[~np.isnan(column)] for column in values.T]
    steps = np.array([_step_of(column) for column in columns])
    counts = [np.unique(np.round(column / step)) for column, step in zip(columns, steps, strict=True) if step]
    if counts and np.mean(np.concatenate(counts) % 2) < ODD:
        steps[:] = 0.0
    found = np.maximum(steps / np.sqrt(12), [DIGITS * _typical(column) for column in columns])
    spread = np.nanstd(values, axis=0) if standardize else np.ones(len(found))
    return found / np.where(spread > 0, spread, 1.0)


def _step_of(values: np.ndarray) -> float:
    """Step to which the values of a feature are rounded, 0 if they are a scale of a few answers or not rounded."""
    size = np.abs(values).max(initial=0.0)
    if size == 0:
        return 0.0
    bits = _stored_with(values, size)
    step = _step(values, size, max(bits, NEAR))
    if step is None:
        return bits * _typical(values)
    return step if np.ptp(values) >= STEPS * step else 0.0


def _typical(values: np.ndarray) -> float:
    """Root mean square of values of any unit."""
    size = np.abs(values).max(initial=0.0)
    return float(size * np.sqrt(np.mean((values / size) ** 2))) if size else 0.0


def _stored_with(values: np.ndarray, size: float) -> float:
    """Relative step of the short number type that holds the values, 0 if none does."""
    for kind in (np.float16, np.float32):
        with np.errstate(over="ignore", under="ignore"):
            stored = values.astype(kind)
        if np.all(np.abs(values - stored) <= EQUAL * np.abs(values) + ALMOST_NOTHING * size):
            return float(np.finfo(kind).eps)
    return 0.0


def _step(values: np.ndarray, size: float, slack: float) -> float | None:
    """Largest step, in units of some decimal, of which all values are multiples; none if there is no such step."""
    unit = 10.0 ** np.floor(np.log10(size))
    while size / unit < MOST_COUNTS:
        counts = np.round(values / unit)
        if np.abs(values / unit - counts).max() <= min(slack * size / unit, BY_CHANCE):
            return float(unit * np.gcd.reduce(counts.astype(np.int64)))
        unit /= 10
    return None


def blur_of(rounding: np.ndarray, drive: float, spread: float) -> np.ndarray:
    r"""Strength that rounding alone may give to a mode that lies on one feature, for each feature.

    Independent errors of standard deviation :math:`\sigma` in :math:`M` features, correlated with weighted inputs
    :math:`A`, have singular values of up to about

    .. math:: \sigma\,(\sqrt{M}\,\|A\|_2 + \|A\|_F)

    which is Gordon's bound for Gaussian errors; half as much again is allowed for small tables.

    Checked by: tests/environments/test_precision.py::test_rounding_alone_makes_modes_up_to_the_blur

    Parameters
    ----------
    rounding : array, shape (features,)
        Standard deviation of the rounding of each feature.
    drive, spread : float
        Norms of the weighted inputs: the largest singular value, and the root of the sum of squares.

    Returns
    -------
    array, shape (features,)
        Of a mode on several features, the root of the mean square, weighted with its squared loadings.

    Examples
    --------
    A table of 100 items and 25 features with an error of a thousandth:

    >>> blur_of(np.full(25, 0.001), 1.0, 10.0)[:2].round(4).tolist()
    [0.0225, 0.0225]
    """
    return SURE * rounding * (np.sqrt(rounding.size) * drive + spread)
