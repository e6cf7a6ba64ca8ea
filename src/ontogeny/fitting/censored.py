"""Least squares where some values are only known to lie above, or below, a limit (a Tobit model)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import log_ndtr
from scipy.stats import f as f_distribution

LEAST = 1e-10  # spread of residuals below which they are rounding errors, in units of the values
STEPS = 200  # of Newton's method
DONE = 1e-12  # decrease that is expected of a step, at which it stops
ABOVE, BELOW = 1, -1  # sides on which a value lies of its limit; 0 where it is known


class Line(NamedTuple):
    """Most likely coefficients of a linear model with equal normal noise.

    Parameters
    ----------
    deviance : float
        Twice the negative logarithmic likelihood, but for a constant.
    coefficients : array, shape (columns,)
        Of the columns of the model.
    spread : float
        Standard deviation of the noise, the most likely one.
    """

    deviance: float
    coefficients: np.ndarray
    spread: float


def most_likely_line(values: np.ndarray, columns: np.ndarray, side: np.ndarray) -> Line:
    r"""Fit a linear model by maximum likelihood; without censored values that is least squares.

    A value y that is known has the density :math:`\phi((y - x\beta)/\sigma)/\sigma`, one that lies above a limit c the
    probability :math:`\Phi((x\beta - c)/\sigma)`. In :math:`(\beta/\sigma, 1/\sigma)` the likelihood is concave, so
    that Newton's method finds its one maximum (Olsen 1978).

    Parameters
    ----------
    values : array, shape (values,)
        The values, and the limits of those that are not known.
    columns : array, shape (values, columns)
        The model.
    side : array of int, shape (values,)
        0 where a value is known, 1 where it lies above the limit, -1 where it lies below.
    """
    known = side == 0
    start = np.linalg.lstsq(columns[known], values[known], rcond=None)[0]
    spread = max(float(np.sqrt(np.mean((values[known] - columns[known] @ start) ** 2))), LEAST)
    if known.all():
        return Line(values.size * (2 * np.log(spread) + 1), start, spread)
    sign = np.where(known, 1.0, side)[:, None]
    rows = np.hstack([columns, -values[:, None]]) * sign  # times (coefficients, 1)/spread: standardized residuals
    where = np.append(start, 1.0) / spread
    before = _negative(where, rows, known)
    for _ in range(STEPS):
        gradient, curvature = _derivatives(where, rows, known)
        step = np.linalg.lstsq(curvature, -gradient, rcond=None)[0]
        length = 1.0 if step[-1] >= 0 else min(1.0, -0.9 * where[-1] / step[-1])
        while (after := _negative(where + length * step, rows, known)) > before and length > DONE:
            length /= 2
        if after > before:
            break
        where, gained, before = where + length * step, before - after, after
        if gained < DONE * (1 + abs(after)) or where[-1] > 1 / LEAST:
            break
    return Line(2 * before, where[:-1] / where[-1], 1 / where[-1])


def tolerated(count: int, parameters: int, level: float) -> float:
    """Increase of the deviance up to which a parameter lies in the interval: for a linear model exactly Student's."""
    freedom = count - parameters
    return float(count * np.log1p(f_distribution.ppf(level, 1, freedom) / freedom))


def _negative(where: np.ndarray, rows: np.ndarray, known: np.ndarray) -> float:
    z = rows @ where
    return float(np.sum(z[known] ** 2) / 2 - known.sum() * np.log(where[-1]) - np.sum(log_ndtr(z[~known])))


def _derivatives(where: np.ndarray, rows: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    z, count = rows @ where, float(known.sum())
    hidden = z[~known]
    mills = np.exp(-(hidden**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(hidden))
    gradient = rows[known].T @ z[known] - rows[~known].T @ mills
    curvature = rows[known].T @ rows[known] + (rows[~known].T * (mills * (hidden + mills))) @ rows[~known]
    gradient[-1] -= count / where[-1]
    curvature[-1, -1] += count / where[-1] ** 2
    return gradient, curvature
