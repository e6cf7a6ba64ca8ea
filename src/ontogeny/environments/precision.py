"""Precision of a table, and the strength of the modes that its rounding alone can make.

Values written with few decimals, or stored with few bits, are off by up to half a step. `rounding_of` reads the step
off the values; `blur_of` bounds the singular values that rounding errors have. A weaker mode is not one of the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .._core.ties import EQUAL

DIGITS = 1e-7  # relative precision of any value, at best: much is computed in single precision
STEPS = 50  # fewest steps between smallest and largest value to count as rounding; fewer are an answer scale
NEAR = 1e-8  # relative to the largest value: distance from a decimal up to which a value counts as written with it
MOST_COUNTS, BY_CHANCE = 1e9, 0.01  # most steps in a value that are looked for, and how much of a step it may be off
ODD = 0.35  # least share of odd multiples of the step among distinct values: about half if rounding made the step
ALMOST_NOTHING = 1e-12  # relative to the largest value: rounding errors of a value of 0
BLOCK = 2**18  # cells that are looked at together
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
    items, features = values.shape
    width = max(1, BLOCK // max(1, items))
    parts = [_Columns.of(values[:, start : start + width]) for start in range(0, features, width)]
    steps = np.concatenate([np.zeros(0), *(part.steps() for part in parts)])
    odd, distinct = np.sum([(0, 0), *(part.multiples(steps[i * width :]) for i, part in enumerate(parts))], axis=0)
    if odd < ODD * distinct:
        steps[:] = 0.0
    found = np.maximum(steps / np.sqrt(12), DIGITS * np.concatenate([np.zeros(0), *(part.typical for part in parts)]))
    spread = np.nanstd(values, axis=0) if standardize else np.ones(len(found))
    return found / np.where(spread > 0, spread, 1.0)


@dataclass(frozen=True, eq=False)
class _Columns:
    """Some features, with 0 where a value is missing, and the largest absolute value of each."""

    values: np.ndarray
    known: np.ndarray
    size: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> _Columns:
        known = ~np.isnan(values)
        filled = np.where(known, values, 0.0)
        return cls(filled, known, np.abs(filled).max(axis=0, initial=0.0))

    @cached_property
    def typical(self) -> np.ndarray:
        """Root mean square of each, without overflow."""
        relative = self.values / np.where(self.size > 0, self.size, 1.0)
        return self.size * np.sqrt(np.sum(relative**2, axis=0) / np.maximum(self.known.sum(axis=0), 1))

    def steps(self) -> np.ndarray:
        """Step to which the values of each are rounded; 0 if they are an answer scale or not rounded."""
        bits = self._stored_with()
        step = self._decimal_steps(np.maximum(bits, NEAR))
        lowest = np.where(self.known, self.values, np.inf).min(axis=0, initial=np.inf)
        highest = np.where(self.known, self.values, -np.inf).max(axis=0, initial=-np.inf)
        is_scale = highest - lowest < STEPS * step
        return np.where(self.size == 0, 0.0, np.where(np.isnan(step), bits * self.typical, np.where(is_scale, 0, step)))

    def multiples(self, steps: np.ndarray) -> tuple[int, int]:
        """How many of the distinct multiples of their steps are odd, and how many there are."""
        steps = steps[: self.size.size]
        rounded = steps > 0
        counts = np.where(self.known[:, rounded], np.round(self.values[:, rounded] / steps[rounded]), np.inf)
        counts = np.sort(counts, axis=0)
        is_new = np.isfinite(counts)
        is_new[1:] &= counts[1:] != counts[:-1]
        distinct = counts[is_new]
        return int(np.count_nonzero(distinct % 2)), distinct.size

    def _stored_with(self) -> np.ndarray:
        """Relative precision of the shortest number type that holds the values of each, 0 if none does."""
        found = np.zeros(self.size.size)
        for kind in (np.float32, np.float16):  # what the shorter one holds, the longer one does
            with np.errstate(over="ignore", under="ignore", invalid="ignore"):
                off = np.abs(self.values - self.values.astype(kind))
            allowed = EQUAL * np.abs(self.values) + ALMOST_NOTHING * self.size
            found[np.all(off <= allowed, axis=0)] = float(np.finfo(kind).eps)
        return found

    def _decimal_steps(self, slack: np.ndarray) -> np.ndarray:
        """Largest step, a multiple of some decimal, of which all values of each are multiples; NaN if there is none."""
        found = np.full(self.size.size, np.nan)
        left = np.flatnonzero(self.size > 0)
        unit = 10.0 ** np.floor(np.log10(self.size[left]))
        while True:
            is_open = (unit >= np.finfo(float).tiny) & (self.size[left] < MOST_COUNTS * unit)
            left, unit = left[is_open], unit[is_open]
            if not left.size:
                return found
            scaled = self.values[:, left] / unit
            counts = np.round(scaled)
            allowed = np.minimum(slack[left] * self.size[left] / unit, BY_CHANCE)
            is_whole = np.abs(scaled - counts).max(axis=0) <= allowed
            whole = counts[:, is_whole].astype(np.int64)
            found[left[is_whole]] = unit[is_whole] * np.gcd.reduce(whole, axis=0, initial=0)
            left, unit = left[~is_whole], unit[~is_whole] / 10


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
