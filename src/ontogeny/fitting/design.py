"""What an experiment can tell: the shape of a curve by depth, and how many trials it takes."""

from __future__ import annotations

import math

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite, one_of, positive
from ..modes import deep
from .curves import learning_curve, share_of_end, slopes

QUANTITIES = ("half_time", "depth")
STEP = 1e-4  # of the depth, for its derivative


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
    if chance < 0 or lapse < 0 or room <= 0:
        left = f"is {chance!r} and lapse {lapse!r}, which leaves nothing to learn"
        raise InputError("chance", left, "write 0.5 and 0.02")
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
