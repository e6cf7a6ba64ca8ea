r"""The one curve along which every mode of a network of some depth is learned from below, tabulated.

In units of what is learned in the end and of the mode's own clock, all starts and singular values of one depth share
the equation :math:`x' = x^{1 - a}\,(1 - x)`, with :math:`a = 2/L - 1`. What remains of it, once its early power law and
its late exponential are taken out, is a bounded smooth number, the `lag`. `universal_curve` tabulates it for a power
:math:`-1 \le a \le 2` other than 0, `begun` and `logit_change` read it, on detached arrays of any library.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import array_api_compat
import numpy as np
from scipy.special import expit

from .arrays import Array, Namespace
from .special import beta_integral
from .stable import relaxation_integral

CELLS = 8  # of the table, for each unit of the logit
ENDS = (-54, 20)  # of the table; before, the lag is 0, and what it misses after is less than rounding of the strength
NODES = 10  # of Chebyshev in each cell: tests/_core/test_growth_table.py::test_the_table_is_the_lag
VERY_DEEP = -0.7  # power below which the early law is met sooner with another zero of the clock
LEARNED = 40.0  # logit from which on nothing changes


class Curve(NamedTuple):
    """The lag of one power, as polynomials of ascending powers in each cell.

    Parameters
    ----------
    power : float
        Exponent :math:`a` of the clock.
    joint : float
        Logit at which the clock reads 0.
    along_phase : array, shape (NODES, cells)
        Lag by phase, which begins at the first of `ENDS`.
    along_logit : array, shape (NODES, cells)
        The same by logit, which begins there after the joint.
    """

    power: float
    joint: float
    along_phase: np.ndarray
    along_logit: np.ndarray


class Begun(NamedTuple):
    """What is known of a start, in its own shape: none of it is computed for each time."""

    phase: Array
    lag: Array
    pace: Array  # of strength to the power of the curve, relative to its start and less 1, on the clock of the start
    unit: Array  # of that on the clock of the end
    shift: Array  # of the clock of the end ahead of the phase


@functools.lru_cache(maxsize=32)
def universal_curve(power: float) -> Curve:
    """The table of one power, from -1 to 2 and not 0; three milliseconds' work, done once."""
    edges = np.linspace(ENDS[0] - 1, ENDS[1] + 4, 2400)
    phases = edges - lag_and_slope(edges, power)[0]
    nodes = np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES) / 2
    cells = (np.arange(CELLS * ENDS[0], CELLS * ENDS[1]) + 0.5 + nodes[:, None]) / CELLS
    by_phase = _lag_at(cells, power, np.interp(cells, phases, edges))
    joint = float(_lag_at(np.zeros(1), power, np.interp(np.zeros(1), phases, edges))[0])
    by_logit, _ = lag_and_slope(joint + cells, power)
    return Curve(power, joint, _polynomials(nodes, by_phase), _polynomials(nodes, by_logit))


def begun(xp: Namespace, curve: Curve, share: Array) -> Begun:
    r"""What is known of starts at some share of the end, above 0 and at most 1.

    The clock of the start counts in units of :math:`x_0^a`.
    """
    a, log_x, log_rest = curve.power, xp.log(share), xp.log1p(-share)
    logit = xp.where(share < 1, log_x - log_rest, LEARNED * xp.ones_like(share))
    lag = _read(xp, curve.along_logit, logit - curve.joint)
    phase, risen = logit - lag, share**a
    early = phase < 0
    unit = xp.where(early, risen * xp.exp(-a * (lag + log_rest)), xp.ones_like(risen))
    near = xp.abs(a * phase) < 1  # beyond, the phase is rounded more coarsely than its exponential
    clock = xp.where(early, xp.where(near, xp.expm1(a * phase), unit - 1) / a, phase)
    lag = _read(xp, curve.along_phase, phase)  # as it will be read at time 0
    return Begun(phase, lag, a * risen / unit, unit / a, clock - phase)


def logit_change(xp: Namespace, curve: Curve, powered: Array, start: Begun) -> Array:
    """How far the logit has come when strength to the power of the curve, as it grows early on, has changed so much."""
    late = powered * start.unit + start.shift
    change = xp.where(late >= -start.phase, late, xp.log1p(powered) / curve.power)  # of the phase, no digit cancels
    return change + (_read(xp, curve.along_phase, start.phase + change) - start.lag)


@np.errstate(all="ignore")  # late, the early law has no value
def lag_and_slope(logit: np.ndarray, power: float) -> tuple[np.ndarray, np.ndarray]:
    r"""Lag :math:`z - w` of a logit :math:`z` behind its phase :math:`w`, and :math:`dw/dz`, in closed form.

    With the clock :math:`T = (x^a - 1)/a + B(x; a + 1, 0)`, from which very deep networks take :math:`1/(a + 1)`, the
    phase is :math:`\ln(1 + a\,T)/a` before the clock reads 0, and the clock from then on. The first is the logarithm of
    :math:`x` as its early power law has it.
    """
    a, b = power, power + 1
    x, log_x, log_end = expit(logit), -np.logaddexp(0, -logit), np.logaddexp(0, logit)
    first = relaxation_integral(b, log_x) if a < VERY_DEEP else 1 / b
    crowding = x * first + np.exp(-a * log_x) * beta_integral(x, a + 2, expit(-logit))
    risen = np.exp(a * log_x)
    clock = relaxation_integral(-a, log_x) + risen * crowding
    early = clock < 0
    lag = np.where(early, log_end - np.log1p(a * crowding) / a, logit - clock)
    return lag, np.where(early, 1 / (1 + a * crowding), risen)


def _lag_at(phase: np.ndarray, power: float, logit: np.ndarray) -> np.ndarray:
    """Lag at a phase, from a logit that is good to four digits: two steps of Newton, the second on the lag itself."""
    lag, slope = lag_and_slope(logit, power)
    logit = logit - (logit - lag - phase) / slope
    lag, slope = lag_and_slope(logit, power)
    return np.asarray(lag + (logit - lag - phase) * (1 - 1 / slope))


def _polynomials(nodes: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Coefficients in each cell; one more cell in which the polynomial is the last value."""
    middle = values[len(nodes) // 2]
    found = np.linalg.solve(np.vander(nodes, increasing=True), values - middle)
    found[0] += middle
    last = np.zeros((len(nodes), 1))
    last[0] = middle[-1]
    return np.hstack([found, last])


def _read(xp: Namespace, polynomials: np.ndarray, place: Array) -> Array:
    """Value at some place along the table; beyond its ends that of the ends."""
    first, last = float(CELLS * ENDS[0]), float(CELLS * ENDS[1])
    place = xp.clip(place * CELLS, first, last)
    floor = xp.floor(place)
    within = place - (floor + 0.5)
    if xp is np:
        cell = (floor - first).astype(np.intp)
        rows = (coefficients.take(cell, mode="clip") for coefficients in polynomials[::-1])
    else:
        cell = xp.astype(xp.where(xp.isnan(floor), xp.zeros_like(floor), floor - first), xp.int32)
        table = xp.asarray(polynomials, dtype=place.dtype, device=array_api_compat.device(place))
        rows = (table[row, ...][cell] for row in range(NODES - 1, -1, -1))
    total = next(rows)
    for coefficients in rows:
        total = total * within + coefficients
    return total
