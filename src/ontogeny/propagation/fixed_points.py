r"""Fixed points of the two maps: all of them, their slopes, and which one iteration reaches.

A variance is a fixed point where :math:`r(q) = (\sigma_w^2 \langle\phi^2\rangle + \sigma_b^2)/q - 1` is zero. Where
that ratio falls the point attracts, where it rises it repels, and where it only touches zero it attracts from one side.
Between two scanned variances it is monotone or has one turn, which is looked for; roots are then polished many at a
time. The correlation map is convex, so that below a slope of 1 at correlation 1 that is its only fixed point, and above
there is exactly one other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from .._core.nonlinearities import Nonlinearity
from .averages import Averages, TwoSlopes, averages_of

ENDS = 1e-12, 1e12  # variances between which fixed points are bracketed
FINE, COARSE = 16, 6  # scanned variances per decade; units that saturate have a concave map
LEAST = 1e-300
PARTS = 4  # of the scan, as small variances need few nodes
SURE = 1e-8  # last step of Newton's method, whose square is what is still missing
ROUNDING = 4e-15  # of the ratio: a root within it is a touch
CLOSEST = 1e-12  # what a correlation lacks of 1 below which it is 1
PATIENCE = 3000  # iterations of a map that is not monotone before it counts as settling nowhere


class Root(NamedTuple):
    """A fixed point of the variance map, and what it does to variances near it."""

    variance: float
    kind: str


class Bracket(NamedTuple):
    """Two variances with a fixed point of one setting between them, a guess, and whether the ratio falls."""

    setting: int
    low: float
    high: float
    guess: float
    falls: bool


@dataclass(frozen=True)
class Scan:
    """What a nonlinearity makes of all scanned variances, found once."""

    averages: Averages
    is_monotone: bool
    may_turn: bool
    variance: np.ndarray
    square: np.ndarray
    growth: np.ndarray
    steepness: np.ndarray
    at_zero: float
    slope_at_zero: float
    outer: float


def scan(nonlinearity: Nonlinearity) -> Scan:
    """The scan of a nonlinearity."""
    return _scan(nonlinearity)


@lru_cache(maxsize=64)
def _scan(nonlinearity: Nonlinearity) -> Scan:
    means, outer = averages_of(nonlinearity), nonlinearity.outer_slopes
    may_turn = not (nonlinearity.takes_namespace and outer == (0.0, 0.0))
    q = np.geomspace(*ENDS, round(math.log10(ENDS[1] / ENDS[0])) * (FINE if may_turn else COARSE) + 1)
    with np.errstate(all="ignore"):  # a user's function may overflow at sums of a million
        parts = [means.moments(part) for part in np.array_split(q, PARTS)]
        square, growth, steepness = (np.concatenate(each) for each in zip(*parts))
        square = np.where(np.isnan(square), np.inf, square)
        return Scan(
            means,
            bool(np.all(np.diff(square) >= -1e-13 * square[1:])),
            may_turn,
            q,
            square,
            growth,
            steepness,
            float(nonlinearity.of(np.zeros(1))[0]) ** 2,
            float(np.mean(nonlinearity.slope_at(np.array([-1e-30, 1e-30])) ** 2)),
            math.nan if outer is None else (outer[0] ** 2 + outer[1] ** 2) / 2,
        )


def variance_roots(found: Scan, weight: np.ndarray, bias: np.ndarray) -> list[list[Root]]:
    """All fixed points of the variance map for each pair of a weight and a bias variance, smallest first."""
    if isinstance(found.averages, TwoSlopes):
        return [_straight_roots(found.outer * w, b) for w, b in zip(weight, bias)]
    scanned = found.variance
    ratio = (weight[:, None] * found.square + bias[:, None]) / scanned - 1
    start = weight * found.at_zero + bias
    at_zero = np.where(start > 0, np.inf, weight * found.slope_at_zero - 1)
    at_zero = np.where(np.abs(at_zero) < ROUNDING, 0.0, at_zero)
    low_end = np.where(start > 0, np.minimum(np.maximum(start / 2, LEAST), scanned[0] / 2), 1e-40)
    early = np.flatnonzero((at_zero != 0) & ((at_zero > 0) != (ratio[:, 0] > 0)) & (ratio[:, 0] != 0))
    brackets = [
        Bracket(int(p), float(low_end[p]), float(scanned[0]), math.sqrt(low_end[p] * scanned[0]), bool(at_zero[p] > 0))
        for p in early
    ]
    positive = _signs(ratio)
    points, cells = np.nonzero(positive[:, 1:] != positive[:, :-1])
    guess = _between(found, weight[points], ratio[points, cells], ratio[points, cells + 1], cells)
    columns = points, scanned[cells], scanned[cells + 1], guess, positive[points, cells]
    brackets += map(Bracket, *(column.tolist() for column in columns))
    touches, folded = _folds(found, weight, bias, ratio) if found.may_turn else ([], [])
    brackets += folded
    roots: list[list[Root]] = [[] for _ in weight]
    for point in np.flatnonzero(start == 0):
        beyond = at_zero[point] if at_zero[point] != 0 else ratio[point, 0]
        roots[point].append(Root(0.0, "stable" if beyond < 0 else "unstable"))
    for k, variance in touches:
        roots[k].append(Root(variance, "half-stable"))
    if brackets:
        at, low, high, guess, falls = (np.array(column) for column in zip(*brackets))
        found_at = _polished(found, weight[at], bias[at], low, high, guess, falls)
        for k, variance, fall in zip(at.tolist(), found_at.tolist(), falls.tolist()):
            roots[k].append(Root(variance, "stable" if fall else "unstable"))
    return [sorted(each) if len(each) > 1 else each for each in roots]


def _signs(ratio: np.ndarray) -> np.ndarray:
    """Whether the ratio is positive; where it is rounding, what it was last, so that rounding makes no fixed points."""
    sure = np.abs(ratio) > ROUNDING
    if sure.all():
        return ratio > 0
    places = np.where(sure, np.arange(ratio.shape[1]), 0)
    last = np.maximum.accumulate(places, axis=1)
    first = np.argmax(sure, axis=1)[:, None]
    return np.take_along_axis(ratio > 0, np.maximum(last, first), axis=1)


def _straight_roots(slope: float, bias: float) -> list[Root]:
    if slope == 1 and bias == 0:
        return []  # every variance is one
    finite = [Root(bias / (1 - slope), "stable")] if slope < 1 else []
    return finite if bias > 0 or slope < 1 else [Root(0.0, "unstable")]


def _folds(
    found: Scan, weight: np.ndarray, bias: np.ndarray, ratio: np.ndarray
) -> tuple[list[tuple[int, float]], list[Bracket]]:
    """Turns of the ratio between scanned variances that reach zero: touches, and brackets of pairs of roots."""
    left, here, right = ratio[:, :-2], ratio[:, 1:-1], ratio[:, 2:]
    same = (left > 0) == (here > 0)
    same &= (here > 0) == (right > 0)
    turn = same & (np.abs(here) <= np.abs(left)) & (np.abs(here) <= np.abs(right))
    turn &= (np.abs(left) > ROUNDING) & (np.abs(right) > ROUNDING)
    turn &= np.abs(here) < 0.5 * (np.abs(left - here) + np.abs(right - here)) + ROUNDING
    touches, brackets = [], []
    for point, k in zip(*np.nonzero(turn)):
        sign = 1.0 if here[point, k] > 0 else -1.0
        low, high = found.variance[k], found.variance[k + 2]

        def height(x: float, point: int = point, sign: float = sign) -> float:
            q = math.exp(x)
            return sign * float((weight[point] * found.averages.square(q) + bias[point]) / q - 1)

        best = minimize_scalar(
            height, bounds=(math.log(low), math.log(high)), method="bounded", options={"xatol": 1e-9}
        )
        middle = math.exp(best.x)
        if best.fun < -ROUNDING:
            brackets += [
                Bracket(int(point), float(low), middle, math.sqrt(low * middle), sign > 0),
                Bracket(int(point), middle, float(high), math.sqrt(middle * high), sign < 0),
            ]
        elif best.fun <= ROUNDING:
            touches.append((int(point), middle))
    return touches, brackets


def _between(found: Scan, weight: np.ndarray, left: np.ndarray, right: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Where the cubic through the ratio and its slopes at both ends of a cell is zero."""
    width = math.log(found.variance[1] / found.variance[0])
    left_slope, right_slope = (
        (weight * found.growth[at] - 1 - value) * width for at, value in ((cell, left), (cell + 1, right))
    )
    bend, twist = 3 * (right - left) - 2 * left_slope - right_slope, left_slope + right_slope - 2 * (right - left)
    low, high, x = np.zeros_like(left), np.ones_like(left), np.full_like(left, 0.5)
    for _ in range(6):
        value = left + x * (left_slope + x * (bend + x * twist))
        on_left = (value > 0) == (left > 0)
        low, high = np.where(on_left, x, low), np.where(on_left, high, x)
        with np.errstate(divide="ignore", invalid="ignore"):
            x = x - value / (left_slope + x * (2 * bend + 3 * x * twist))
        x = np.where((x > low) & (x < high), x, (low + high) / 2)
    return found.variance[cell] * np.exp(width * x)


def _polished(
    found: Scan,
    weight: np.ndarray,
    bias: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    guess: np.ndarray,
    falls: np.ndarray,
) -> np.ndarray:
    """Roots of the ratio inside brackets, by Newton's method in the logarithm, bisected where it would leave them."""
    a, b, x = np.log(low), np.log(high), np.log(guess)
    open_ = np.arange(low.size)
    for _ in range(100):
        q = np.exp(x[open_])
        square, growth, _ = (np.asarray(each) for each in found.averages.moments(q))
        w = weight[open_]
        r = (w * square + bias[open_]) / q - 1
        to_right = (r > 0) == falls[open_]
        a[open_], b[open_] = np.where(to_right, x[open_], a[open_]), np.where(to_right, b[open_], x[open_])
        with np.errstate(divide="ignore", invalid="ignore"):
            after = x[open_] - r / (w * growth - r - 1)
        inside = np.isfinite(after) & (after > a[open_]) & (after < b[open_])
        after = np.where(inside, after, (a[open_] + b[open_]) / 2)
        done = inside & (np.abs(after - x[open_]) < SURE) | (b[open_] - a[open_] < 1e-15) | (r == 0)
        x[open_] = np.where(r == 0, x[open_], after)
        open_ = open_[~done]
        if not open_.size:
            break
    return np.exp(x)


def reached(found: Scan, weight: np.ndarray, bias: np.ndarray, roots: list[list[Root]], start: float) -> np.ndarray:
    """For each pair of variances the fixed point that iteration reaches from `start`."""
    begun = float(found.variance[-1]) if math.isinf(start) else start
    square = float(found.averages.square(begun))
    return np.array([_reached(found, *each, begun, square) for each in zip(weight.tolist(), bias.tolist(), roots)])


def _reached(found: Scan, weight: float, bias: float, roots: list[Root], start: float, square: float) -> float:
    """Fixed point that iteration of the variance map reaches from `start`; inf where it diverges, NaN if it never ends.

    A map that only grows takes a variance to the next fixed point on the side to which its first step goes.
    """
    if isinstance(found.averages, TwoSlopes):
        if not roots:
            return start if bias == 0 and weight * found.outer == 1 else math.inf
        return roots[0].variance if roots[0].kind == "stable" or start == 0 else math.inf
    if not found.is_monotone:
        return _iterated(found, weight, bias, roots, start)
    step = weight * square + bias - start
    near = [root.variance for root in roots if abs(root.variance - start) <= ROUNDING * start]
    if near or abs(step) <= ROUNDING * start:
        return near[0] if near else start
    if step > 0:
        return min((root.variance for root in roots if root.variance > start), default=math.inf)
    return max((root.variance for root in roots if root.variance < start), default=0.0)


def _iterated(found: Scan, weight: float, bias: float, roots: list[Root], start: float) -> float:
    q, rose, fell = start, False, False
    for turn in range(PATIENCE):
        after = weight * float(found.averages.square(q)) + bias
        if after > ENDS[1] or math.isnan(after):
            return math.inf
        if abs(after - q) <= 1e-13 * q or after < ENDS[0] * 1e-6:
            break
        if turn > PATIENCE // 2:
            rose, fell = rose or after > q, fell or after < q
        q = after
    if rose != fell:  # still on its way, slower than any exponential
        ahead = [root.variance for root in roots if (root.variance > q) == rose]
        return (min(ahead, default=math.inf) if rose else max(ahead, default=0.0)) if ahead or rose else math.nan
    near = [root.variance for root in roots if abs(root.variance - q) <= 1e-6 * max(q, 1e-6)]
    return near[0] if near else math.nan


def correlation_root(
    nonlinearity: Nonlinearity, weight: float, bias: float, variance: float, chi: float
) -> tuple[float, float]:
    """Fixed point that attracts correlations of 0 or more, and the slope of the correlation map there.

    Where the variance vanishes or diverges the map is that of its limit: halves of unequal slope pull everything
    together, but slower than any exponential; what is straight keeps every correlation, and none is singled out (NaN).
    """
    means = averages_of(nonlinearity)
    if variance == 0 or not math.isfinite(variance):
        outer = nonlinearity.outer_slopes
        straight = variance == 0 and not isinstance(means, TwoSlopes)
        bent = not straight and outer is not None and not math.isnan(variance) and outer[0] != outer[1]
        return (1.0, 1.0) if bent else (math.nan, math.nan)
    if isinstance(means, TwoSlopes) and means.left == means.right and bias == 0 or math.isnan(chi):
        return math.nan, math.nan
    if chi <= 1:
        return 1.0, chi

    def spread(d: float) -> float:
        return weight * means.disagreement(variance, d) / (variance * d) - 1

    if not spread(CLOSEST) > 0:
        return (1.0, chi) if math.isfinite(spread(CLOSEST)) else (math.nan, math.nan)
    if spread(1.0) >= -ROUNDING:
        lacks = 1.0
    else:
        lacks = math.exp(brentq(lambda x: spread(math.exp(x)), math.log(CLOSEST), 0.0, xtol=1e-15, rtol=1e-15))
    return 1 - lacks, weight * means.slope_product(variance, lacks)
