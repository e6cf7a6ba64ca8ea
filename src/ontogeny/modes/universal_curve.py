r"""The one curve along which every mode of a network of some depth is learned from below, tabulated.

In units of what is learned in the end, :math:`x = d\,u/s`, and of the mode's own clock, all starts and singular values
of one depth share the equation :math:`x' = x^{1 - a}\,(1 - x)` with :math:`a = 2/L - 1`. What remains of it, once its
early power law and its late exponential are taken out, is a bounded smooth number, the `lag`. `universal_curve`
tabulates it, `course` reads it off. NumPy only; `modes.deep` has the law itself, by which the table is judged and to
which it leaves what lies outside.
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from .._core.special import beta_integral
from .._core.stable import relaxation_integral

CELLS = 8  # of the table, for each unit of the logit
ENDS = (-54, 20)  # of the table; before, the lag is 0, and what it misses after is less than rounding of the strength
NODES = 10  # of Chebyshev in each cell: tests/modes/test_universal_curve.py::test_the_table_is_the_lag
VERY_DEEP = -0.7  # power below which the early law is met sooner with another zero of the clock
LEAST = 1e-300  # share of the end, and pace of its clock, below which products lose digits
BLOCK = 8192  # numbers that are worked on at a time: a dozen such arrays fit the second cache


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


class Start(NamedTuple):
    """What is known of each mode before learning, in the shape of the modes: none of it is computed for each time."""

    strength: np.ndarray
    share: np.ndarray
    phase: np.ndarray
    lag: np.ndarray
    pace: np.ndarray  # of strength to the power of the curve, relative to its start
    unit: np.ndarray  # of that on the clock
    shift: np.ndarray  # of the clock ahead of the phase


@np.errstate(all="ignore")
def course(
    time: np.ndarray, s: np.ndarray, u0: np.ndarray, d: np.ndarray, power: float
) -> tuple[np.ndarray, np.ndarray]:
    r"""Solution of :math:`u' = u^{1 - a}\,(s - d\,u)`, and for which modes it holds; elsewhere it is some number.

    It holds for starts below the end, of which neither is 0 or infinite.

    >>> found, holds = course(np.array(10.0), np.ones(2), np.array([0.1, 2.0]), np.ones(2), -1 / 3)
    >>> found.round(4).tolist()[0], holds.tolist()
    (0.9978, [True, False])
    """
    curve = universal_curve(power)
    start, holds = _started(curve, s, u0, d)
    shape = np.broadcast_shapes(time.shape, holds.shape)
    size = math.prod(shape)
    if size <= BLOCK:
        return _moved(curve, time, start), holds
    views = np.broadcast_arrays(time, *start)
    found = np.empty(shape)
    axis = int(np.argmax(shape))
    step = max(1, BLOCK * shape[axis] // size)
    for first in range(0, shape[axis], step):
        part = (slice(None),) * axis + (slice(first, first + step),)
        found[part] = _moved(curve, views[0][part], Start(*(view[part] for view in views[1:])))
    return found, holds


@functools.lru_cache(maxsize=32)
def universal_curve(power: float) -> Curve:
    """The table of one power, between -1 and 1; three milliseconds' work, done once."""
    edges = np.linspace(ENDS[0] - 1, ENDS[1] + 4, 2400)
    phases = edges - lag_and_slope(edges, power)[0]
    nodes = np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES) / 2
    cells = (np.arange(CELLS * ENDS[0], CELLS * ENDS[1]) + 0.5 + nodes[:, None]) / CELLS
    by_phase = _lag_at(cells, power, np.interp(cells, phases, edges))
    joint = float(_lag_at(np.zeros(1), power, np.interp(np.zeros(1), phases, edges))[0])
    by_logit, _ = lag_and_slope(joint + cells, power)
    return Curve(power, joint, _polynomials(nodes, by_phase), _polynomials(nodes, by_logit))


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


def _read(polynomials: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Value at some place along the table; beyond its ends that of the ends."""
    place = np.minimum(np.maximum(place * CELLS, CELLS * ENDS[0]), CELLS * ENDS[1])
    floor = np.floor(place)
    within, cell = place - (floor + 0.5), (floor - CELLS * ENDS[0]).astype(np.intp)
    total = polynomials[-1].take(cell, mode="clip")
    for coefficients in polynomials[-2::-1]:
        total = total * within
        total += coefficients.take(cell, mode="clip")
    return total


def _started(curve: Curve, s: np.ndarray, u0: np.ndarray, d: np.ndarray) -> tuple[Start, np.ndarray]:
    a, share = curve.power, d * u0 / s
    holds = (share > LEAST) & (share < 1)
    share = np.where(holds, share, 0.5)
    log_x, log_rest = np.log(share), np.log1p(-share)
    lag = _read(curve.along_logit, log_x - log_rest - curve.joint)
    phase = log_x - log_rest - lag
    early, risen, root = phase < 0, share**a, u0 ** (-a / 2)
    unit = np.where(early, risen * np.exp(-a * (lag + log_rest)), 1.0)
    pace = a * (s * root * root * (risen / unit))
    holds = holds & (np.abs(pace) > LEAST) & (np.abs(pace) < 1 / LEAST)
    near = np.abs(a * phase) < 1  # beyond, the phase is rounded more coarsely than its exponential
    clock = np.where(early, np.where(near, np.expm1(a * phase), unit - 1) / a, phase)
    lag = _read(curve.along_phase, phase)  # as it will be read at time 0
    return Start(u0, share, phase, lag, pace, unit / a, clock - phase), holds


def _moved(curve: Curve, time: np.ndarray, start: Start) -> np.ndarray:
    powered = time * start.pace  # the power of strength that grows linearly early on, less 1
    late = powered * start.unit + start.shift
    change = np.where(late >= -start.phase, late, np.log1p(powered) / curve.power)  # of the phase, no digit cancels
    change += _read(curve.along_phase, start.phase + change) - start.lag
    return np.asarray(start.strength / (start.share + (1 - start.share) * np.exp(-change)))
