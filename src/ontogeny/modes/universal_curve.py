r"""Modes of any depth by the one curve that all of them share, in a fraction of the time that `modes.deep` takes.

In units of what is learned in the end, :math:`x = d\,u/s`, and of the mode's own clock, all starts from below and all
singular values of one depth share the equation :math:`x' = x^{1 - a}\,(1 - x)` with :math:`a = 2/L - 1`, which
`_core.growth_table` tabulates. `course` is NumPy only; `modes.deep` has the law itself, by which it is judged and to
which it leaves what lies outside.
"""

from __future__ import annotations

import functools

import numpy as np

from .._core.blocks import in_blocks
from .._core.growth_table import Begun, Curve, begun, logit_change, universal_curve

LEAST = 1e-300  # share of the end, and pace of its clock, below which products lose digits


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
    return in_blocks(functools.partial(_moved, curve), time, *start), holds


def _started(curve: Curve, s: np.ndarray, u0: np.ndarray, d: np.ndarray) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Strength, its share of the end, pace by time and the rest of what is known of each start; and where it holds."""
    share = d * u0 / s
    holds = (share > LEAST) & (share < 1)
    share = np.where(holds, share, 0.5)
    start, root = begun(np, curve, share), u0 ** (-curve.power / 2)
    pace = s * root * root * start.pace
    holds = holds & (np.abs(pace) > LEAST) & (np.abs(pace) < 1 / LEAST)
    return (u0, share, *start._replace(pace=pace)), holds


def _moved(curve: Curve, time: np.ndarray, u0: np.ndarray, share: np.ndarray, *known: np.ndarray) -> np.ndarray:
    start = Begun(*known)
    change = logit_change(np, curve, time * start.pace, start)
    return np.asarray(u0 / (share + (1 - share) * np.exp(-change)))
