"""What an experiment can tell: the shape of a curve by depth, and how many trials it takes."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import chi2, norm

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite, one_of, positive
from ..modes import deep
from .curves import learning_curve, share_of_end, slopes
from .observed import RightAnswers
from .search import Problem
from .shapes import network

QUANTITIES = ("half_time", "depth")
STEP = 1e-4  # of the depth, for its derivative
SAME = 1e-9  # likelihood ratio of one trial, below which two curves are the same


def curve_shape(depth: float) -> float:
    r"""Time from 10 to 50% of a learning curve over that from 50 to 90%: it tells depths apart, whatever the rate.

    .. math:: A = \frac{t_{50} - t_{10}}{t_{90} - t_{50}}

    Derived for this package; no printed source is known.

    Checked by: tests/fitting/test_design.py::test_shapes_are_as_printed

    Parameters
    ----------
    depth : float
        Number of weight matrices, 1 or more; ``inf`` too.

    Returns
    -------
    float
        .365 for one layer, 1 for two, 1.46 for three, and 3.30 without end.

    Raises
    ------
    InputError
        A depth below 1.

    Notes
    -----
    Networks whose layers start unequally look shallower than they are: with one weak layer below strong ones learning
    is nearly exponential. A shape near .4 does not show that a network, or a brain, has one layer.

    Examples
    --------
    >>> [round(curve_shape(depth), 3) for depth in (1, 2, 3)]
    [0.365, 1.0, 1.458]
    """
    if depth == math.inf:
        return (math.log(9) + 8) / (math.log(9) + 8 / 9)
    layers = finite(depth, "depth")
    if layers < 1:
        raise InputError("depth", f"is {depth!r}, but a network has a layer", "write 1 or more")
    early, late = (float(deep.time_to_strength(to, 1.0, start, depth=layers)) for start, to in ((0.1, 0.5), (0.5, 0.9)))
    return early / late


def trials_needed(
    time: ArrayLike,
    *,
    half_time: float,
    initial_fraction: float,
    depth: float,
    precision: float,
    quantity: str = "half_time",
    chance: float = 0.5,
    lapse: float = 0.02,
) -> float:
    """Trials in each block after which a half-time, or a depth, is known to some precision.

    From Fisher's information of right answers: no unbiased estimate from fewer trials is so precise.

    Checked by: tests/fitting/test_design.py::test_learners_with_so_many_trials_scatter_as_asked

    Parameters
    ----------
    time : array, shape (blocks,)
        Times of the blocks.
    half_time, initial_fraction, depth, chance, lapse
        Of the curve that is expected, as for `learning_curve` and `fit_learning_curve`.
    precision : float
        Standard deviation that is wanted: of the half-time as a share of it, of the depth as it is.
    quantity : {"half_time", "depth"}
        For the half-time the depth is taken as known; for the depth nothing is.

    Returns
    -------
    float
        Trials in each block, not rounded.

    Raises
    ------
    InputError
        Numbers that cannot be, or blocks that tell nothing of the quantity.

    Examples
    --------
    Forty blocks: a few trials tell a half-time to a twentieth, and hundreds a depth of 3 from one of 2.

    >>> expected = dict(half_time=15.0, initial_fraction=0.01, depth=3.0)
    >>> round(trials_needed(range(40), **expected, precision=0.05))
    14
    >>> round(trials_needed(range(40), **expected, precision=0.5, quantity="depth"), -1)
    600.0
    """
    one_of(quantity, QUANTITIES, "quantity")
    wanted = positive(precision, "precision", "no number of trials makes it 0")
    t = np.asarray(list(time), dtype=float)
    q = learning_curve(t, half_time=half_time, initial_fraction=initial_fraction, depth=depth)
    room = 1 - chance - lapse
    _check_room(chance, lapse)
    rows = room * slopes(t, q, half_time, initial_fraction, depth)
    if quantity == "depth":
        below = min(STEP, depth - 1)
        more, less = (share_of_end(t, half_time, initial_fraction, depth + step) for step in (STEP, -below))
        rows = np.vstack([rows, room * (more - less) / (STEP + below)])
    p = chance + room * q
    weight = np.divide(1.0, p * (1 - p), out=np.zeros_like(p), where=(p > 0) & (p < 1))
    information = (rows * weight) @ rows.T
    if np.linalg.matrix_rank(information) < len(rows):
        raise InputError("time", f"has blocks that tell nothing of the {quantity.replace('_', '-')}", "spread them")
    place = -1 if quantity == "depth" else 0
    return float(np.linalg.inv(information)[place, place] / wanted**2)


def trials_to_tell(
    time: ArrayLike,
    *,
    half_time: float,
    initial_fraction: float,
    depth: float,
    other: float,
    power: float = 0.8,
    level: float = 0.95,
    chance: float = 0.5,
    lapse: float = 0.02,
) -> float:
    r"""Trials in each block after which the curve of one depth is told from that of another.

    They are told apart when the likelihood ratio, both curves being fitted, is above the quantile of chi squared. It is
    normal around :math:`\lambda` with variance :math:`4\,\lambda`, where :math:`\lambda` is the ratio expected of
    right answers as frequent as they should be.

    Checked by: tests/fitting/test_design.py::test_depths_are_told_apart_as_often_as_asked

    Parameters
    ----------
    time : array, shape (blocks,)
        Times of the blocks.
    half_time, initial_fraction, depth, chance, lapse
        Of the curve that is expected.
    other : float
        The depth that it is to be told from.
    power : float
        How often they are to be told apart.
    level : float
        Of the test.

    Returns
    -------
    float
        Trials in each block, not rounded.

    Raises
    ------
    InputError
        Numbers that cannot be, or the same depth twice.

    See Also
    --------
    trials_needed : to know a half-time or a depth to some precision.

    Examples
    --------
    Five trials in each of forty blocks tell two layers from one, and three from two take hundreds:

    >>> expected = dict(half_time=15.0, initial_fraction=0.01)
    >>> round(trials_to_tell(range(40), **expected, depth=2, other=1))
    5
    >>> round(trials_to_tell(range(40), **expected, depth=3, other=2), -1)
    630.0
    """
    for share, name in ((power, "power"), (level, "level")):
        if not 0 < finite(share, name) < 1:
            raise InputError(name, f"is {share!r}, but it is a share of the cases", "write 0.8 or 0.95")
    t = np.asarray(list(time), dtype=float)
    _check_room(chance, lapse)
    room = 1 - chance - lapse
    p = chance + room * learning_curve(t, half_time=half_time, initial_fraction=initial_fraction, depth=depth)
    curve_shape(other)
    expected = RightAnswers(t, p, np.ones_like(t))
    best, _ = Problem(network(float(other)), expected, chance, 1 - lapse).best()
    ratio = 2 * (float(expected.pointwise(p).sum()) - best)
    if ratio < SAME * t.size:
        raise InputError("other", f"is {other!r}, whose curve is the same at these times", "write another depth")
    z = float(norm.ppf(power))
    return float((z + np.sqrt(z**2 + chi2.ppf(level, 1))) ** 2 / ratio)


def _check_room(chance: float, lapse: float) -> None:
    if chance < 0 or lapse < 0 or chance + lapse >= 1:
        left = f"is {chance!r} and lapse {lapse!r}, which leaves nothing to learn"
        raise InputError("chance", left, "write 0.5 and 0.02")
