r"""Averages over Gaussian sums, on which all of mean-field theory rests: closed where they are, else by quadrature.

A unit receives a sum :math:`h` of mean 0 and variance :math:`q`; two inputs give it two sums of correlation :math:`c`.
`averages_of` finds, for a nonlinearity, the five averages that the theory needs. Correlations are given by what
they lack of 1, :math:`d = 1 - c`, and enter through `disagreement`, :math:`\langle(\phi_1 - \phi_2)^2\rangle/2`, which
keeps its digits where the two sums are nearly one.

Smooth functions are summed by the trapezoid rule in :math:`h = \sinh s` (:math:`h = \sqrt q \sinh s` below a variance
of 1), whose error falls as :math:`e^{-\pi^2/(2\,\delta)}` in its step :math:`\delta` at every variance; Gauss-Hermite
nodes, which follow the Gaussian and not the function, are off by 4e-2 for tanh at a variance of 100. Functions with
kinks are summed piece by piece between them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

import numpy as np

from .._core.arrays import Array, ArrayLike, arrays, on_host
from .._core.nonlinearities import TABLE, Nonlinearity
from .._core.special import error_complement, error_function, gamma_share, owens_t

REACH = 10.0  # standard deviations: beyond lies 1e-22 of the average of a square
STEP = 1 / 8  # of the one-dimensional rule: 1e-17 for whatever is smooth on the scale of 1
LARGEST = 1e12  # variance whose range the nodes of a traced call cover
PLANE_REACH = 8.7
PLANE_COARSEST = 0.35
PLANE_STEP = 0.22  # over the standard deviation: exp(-pi^2/.22) is 3e-20, for the fourfold poles of tanh at i pi/2
PLANE_LARGEST = 1e4  # variance up to which averages over two sums are made
PIECES_LARGEST = 300.0  # the same between kinks, where nodes cost more
FINEST = 16  # times the usual number of nodes, for functions of a user's own
SETTLED = 1e-13  # relative change at which they are fine enough
PANEL = np.polynomial.legendre.leggauss(24)
ARC = np.polynomial.legendre.leggauss(128)


class Averages(Protocol):
    """The averages of one nonlinearity over sums of variance `q`, and over pairs that lack `d` of correlation 1."""

    def square(self, q: ArrayLike) -> Array:
        r"""Second moment of the activity, :math:`\langle\phi^2\rangle`."""

    def square_growth(self, q: ArrayLike) -> Array:
        """Derivative of the second moment by the variance of the sums."""

    def moments(self, q: ArrayLike) -> tuple[Array, Array, Array]:
        """The second moment, its growth and the mean squared slope at once, where they share their nodes."""

    def slope_power(self, q: ArrayLike, power: int) -> Array:
        r"""Mean of an even power of the slope, :math:`\langle\phi'^{2k}\rangle` for power :math:`2k`."""

    def disagreement(self, q: float, d: float) -> float:
        """Half the mean squared difference of two activities."""

    def slope_product(self, q: float, d: float) -> float:
        """Mean product of two slopes."""

    def finer(self) -> Averages:
        """The same with half the steps; itself where nothing is summed."""


def averages_of(nonlinearity: Nonlinearity) -> Averages:
    """Closed averages where they are known, else sums with nodes fine enough for the function."""
    return _averages(nonlinearity)


@lru_cache(maxsize=64)
def _averages(nonlinearity: Nonlinearity) -> Averages:
    if nonlinearity is TABLE["erf"]:
        return ErrorFunction()
    if nonlinearity is TABLE["hard_tanh"]:
        return HardTanh()
    if nonlinearity.takes_namespace and nonlinearity.kinks == (0.0,) or nonlinearity is TABLE["linear"]:
        assert nonlinearity.outer_slopes
        return TwoSlopes(*nonlinearity.outer_slopes)
    summed = Pieces(nonlinearity) if nonlinearity.kinks else Smooth(nonlinearity)
    return summed if nonlinearity.takes_namespace else _refined(summed)


def _refined(summed: Smooth | Pieces) -> Smooth | Pieces:
    """As many nodes as a function of a user's own needs at variances from 0.01 to 100."""
    q = np.geomspace(1e-2, 1e2, 5)
    while summed.refinement < FINEST:
        finer = summed.finer()
        pairs = [(summed.square(q), finer.square(q)), (summed.slope_power(q, 2), finer.slope_power(q, 2))]
        if all(np.all(np.abs(coarse - fine) <= SETTLED * np.abs(fine)) for coarse, fine in pairs):
            break
        summed = finer
    return summed


# Closed ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TwoSlopes:
    """Two straight halves that meet at 0: linear, rectified and leaky units, the last with a slope on the left too.

    Implements: cho2009 text
    Checked by: tests/propagation/test_averages.py::test_closed_pairs_are_those_of_sums
    """

    left: float
    right: float

    def square(self, q: ArrayLike) -> Array:
        _, q = arrays(q)
        return q * (self.left**2 + self.right**2) / 2

    def square_growth(self, q: ArrayLike) -> Array:
        return self.slope_power(q, 2)

    def moments(self, q: ArrayLike) -> tuple[Array, Array, Array]:
        return self.square(q), self.square_growth(q), self.slope_power(q, 2)

    def slope_power(self, q: ArrayLike, power: int) -> Array:
        xp, q = arrays(q)
        return xp.where(xp.isnan(q), q, (self.left**power + self.right**power) / 2 * xp.ones_like(q))

    def disagreement(self, q: float, d: float) -> float:
        return q * float(self.unlike(d))

    def unlike(self, d: float) -> float:
        """Disagreement at a variance of 1, with the angle between the two inputs."""
        odd, even, angle = (self.right + self.left) / 2, (self.right - self.left) / 2, _angle(d)
        return odd**2 * d + even**2 * (d - 2 / math.pi * (math.sin(angle) - angle * math.cos(angle)))

    def slope_product(self, q: float, d: float) -> float:
        odd, even = (self.right + self.left) / 2, (self.right - self.left) / 2
        return odd**2 + even**2 * (1 - 2 * _angle(d) / math.pi)

    def finer(self) -> TwoSlopes:
        return self


@dataclass(frozen=True)
class ErrorFunction:
    """The error function, whose averages are arcs.

    Implements: williams1997 text
    Checked by: tests/propagation/test_averages.py::test_closed_pairs_are_those_of_sums
    """

    def square(self, q: ArrayLike) -> Array:
        xp, q = arrays(q)
        return 2 / math.pi * xp.asin(2 * q / (1 + 2 * q))

    def square_growth(self, q: ArrayLike) -> Array:
        xp, q = arrays(q)
        return 4 / math.pi / ((1 + 2 * q) * xp.sqrt(1 + 4 * q))

    def moments(self, q: ArrayLike) -> tuple[Array, Array, Array]:
        return self.square(q), self.square_growth(q), self.slope_power(q, 2)

    def slope_power(self, q: ArrayLike, power: int) -> Array:
        xp, q = arrays(q)
        return (2 / math.sqrt(math.pi)) ** power / xp.sqrt(1 + 2 * power * q)

    def disagreement(self, q: float, d: float) -> float:
        a = 2 * q / (1 + 2 * q)
        b = a * (1 - d)
        top = a * a * d * (2 - d) / (a * math.sqrt(1 - b * b) + b * math.sqrt(1 - a * a)) if d and a else 0.0
        direct = math.asin(a) - math.asin(b)
        return 2 / math.pi * (math.asin(top) if d < 0.5 else direct)

    def slope_product(self, q: float, d: float) -> float:
        return 4 / math.pi / math.sqrt((1 + 2 * q * d) * (1 + 2 * q * (2 - d)))

    def finer(self) -> ErrorFunction:
        return self


@dataclass(frozen=True)
class HardTanh:
    """Straight between -1 and 1, flat beyond; pairs by Owen's T function."""

    def square(self, q: ArrayLike) -> Array:
        xp, q, b = self._edge(q)
        flat = xp.where(q == 0, xp.zeros_like(q), error_complement(b / math.sqrt(2)))
        return q * self.square_growth(q) + flat

    def square_growth(self, q: ArrayLike) -> Array:
        xp, q, b = self._edge(q)
        return xp.where(q == 0, xp.ones_like(q), gamma_share(1.5, b**2 / 2))

    def moments(self, q: ArrayLike) -> tuple[Array, Array, Array]:
        return self.square(q), self.square_growth(q), self.slope_power(q, 2)

    def slope_power(self, q: ArrayLike, power: int) -> Array:
        xp, q, b = self._edge(q)
        return xp.where(q == 0, xp.ones_like(q), error_function(b / math.sqrt(2)))

    def disagreement(self, q: float, d: float) -> float:
        """Integral of the slopes' product, by Price's theorem, along the arc from the same sum to this pair."""
        angle = _angle(d)
        arc = angle * (1 + ARC[0]) / 2
        return q * angle / 2 * float(np.sum(ARC[1] * np.sin(arc) * self._both_inside(q, arc)))

    def slope_product(self, q: float, d: float) -> float:
        return float(self._both_inside(q, np.asarray(_angle(d))))

    def finer(self) -> HardTanh:
        return self

    @staticmethod
    def _edge(q: ArrayLike) -> tuple[Array, ...]:
        """How many standard deviations of the sums the edges lie off."""
        xp, q = arrays(q)
        return xp, q, 1 / xp.sqrt(xp.where(q == 0, xp.ones_like(q), q))

    @staticmethod
    def _both_inside(q: float, angle: np.ndarray) -> np.ndarray:
        b = 1 / math.sqrt(q)
        half = np.tan(angle / 2)
        with np.errstate(divide="ignore"):
            return 1 - 4 * (owens_t(b, half) + owens_t(b, 1 / half))


def _angle(d: float) -> float:
    return 2 * math.asin(math.sqrt(min(max(d, 0.0), 2.0) / 2))


# Summed ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Smooth:
    """Trapezoid sums, in one dimension over the hyperbolic scale and in the plane over both sums together."""

    nonlinearity: Nonlinearity
    refinement: int = 1

    def finer(self) -> Smooth:
        return replace(self, refinement=2 * self.refinement)

    def square(self, q: ArrayLike) -> Array:
        xp, h, w, _ = self._rule(q)
        return xp.sum(w * self.nonlinearity.of(h) ** 2, axis=-1)

    def square_growth(self, q: ArrayLike) -> Array:
        return self.moments(q)[1]

    def moments(self, q: ArrayLike) -> tuple[Array, Array, Array]:
        r"""The second is the mean of :math:`\phi\,\phi'\,h/q`, which needs no second derivative."""
        xp, h, w, z = self._rule(q)
        root = xp.sqrt(arrays(q)[1])
        value, slope = self.nonlinearity.of(h), self.nonlinearity.slope_at(h)
        pulled = xp.sum(w * value * slope * z, axis=-1) / xp.where(root > 0, root, xp.ones_like(root))
        steepness = xp.sum(w * slope**2, axis=-1)
        return xp.sum(w * value**2, axis=-1), xp.where(root > 0, pulled, steepness), steepness

    def slope_power(self, q: ArrayLike, power: int) -> Array:
        xp, h, w, _ = self._rule(q)
        return xp.sum(w * self.nonlinearity.slope_at(h) ** power, axis=-1)

    def disagreement(self, q: float, d: float) -> float:
        return self._plane(q, d, lambda one, two: (self._value(one) - self._value(two)) ** 2) / 2

    def slope_product(self, q: float, d: float) -> float:
        return self._plane(q, d, lambda one, two: self._slope(one) * self._slope(two))

    def _value(self, h: np.ndarray) -> np.ndarray:
        return self.nonlinearity.of(h)

    def _slope(self, h: np.ndarray) -> np.ndarray:
        return self.nonlinearity.slope_at(h)

    def _rule(self, q: ArrayLike) -> tuple[Array, Array, Array, Array]:
        """Sums, weights and standardized sums, (..., nodes)."""
        xp, q = arrays(q)
        known = on_host(q)
        largest = LARGEST if known is None else float(np.max(known, initial=1.0, where=np.isfinite(known)))
        count = 2 * math.ceil(math.asinh(REACH * math.sqrt(max(1.0, largest))) / STEP * self.refinement) + 1
        _, t, _ = arrays(np.linspace(-1, 1, count), q)
        root = xp.sqrt(q)[..., None]
        unit = 1 / xp.where(root > 1, root, xp.ones_like(root))
        span = xp.asinh(REACH / unit)
        s = span * t
        z = unit * xp.sinh(s)
        w = xp.exp(-(z**2) / 2) * unit * xp.cosh(s) * span * (2 / (count - 1) / math.sqrt(2 * math.pi))
        return xp, root * z, w, z

    def _plane(self, q: float, d: float, of: object) -> float:
        """Mean over two sums, in the axes of their sum and difference; both are swapped by the sign of the second."""
        if not q <= PLANE_LARGEST:
            return math.nan
        step = min(PLANE_COARSEST, PLANE_STEP / math.sqrt(max(q, 1e-2))) / self.refinement
        count = math.ceil(PLANE_REACH / step)
        x, y = step * np.arange(-count, count + 1), step * np.arange(count + 1)
        along, across = math.sqrt(q * (2 - d) / 2) * x, math.sqrt(q * d / 2) * y
        weight_x, weight_y = (np.exp(-(each**2) / 2) * step / math.sqrt(2 * math.pi) for each in (x, y))
        weight_y[1:] *= 2
        total, rows = 0.0, max(1, 500_000 // y.size)
        for start in range(0, x.size, rows):
            here = along[start : start + rows, None]
            both = of(here + across, here - across)  # type: ignore[operator]
            total += float(weight_x[start : start + rows] @ (both @ weight_y))
        return total


@dataclass(frozen=True)
class Pieces(Smooth):
    """Gauss-Legendre sums on the pieces between kinks."""

    def finer(self) -> Pieces:
        return replace(self, refinement=2 * self.refinement)

    def _rule(self, q: ArrayLike) -> tuple[Array, Array, Array, Array]:
        q = np.asarray(q, dtype=float)
        root = np.sqrt(q)[..., None]
        unit = 1 / np.maximum(root, 1)
        span = np.arcsinh(REACH / unit)
        with np.errstate(divide="ignore", invalid="ignore"):
            inner = np.arcsinh(np.nan_to_num(np.asarray(self.nonlinearity.kinks) / root) / unit)
        ends = np.concatenate([-span, np.clip(inner, -span, span), span], axis=-1)
        s, w = _on_pieces(ends, self.refinement * math.ceil(float(np.max(span, initial=1.0))))
        z = unit * np.sinh(s)
        return np, root * z, w * np.exp(-(z**2) / 2) * unit * np.cosh(s) / math.sqrt(2 * math.pi), z

    def _plane(self, q: float, d: float, of: object) -> float:
        """The second sum given the first, between kinks; then the first, between kinks and their blurred images."""
        if not q <= PIECES_LARGEST:
            return math.nan
        root, c, rest = math.sqrt(q), 1 - d, math.sqrt(d * (2 - d))
        kinks = np.asarray(self.nonlinearity.kinks) / max(root, 1e-150)
        blur = PLANE_REACH * rest / max(abs(c), 0.1)
        images = [kinks] if c == 0 else [kinks, kinks / c, kinks / c - blur, kinks / c + blur]
        ends = np.sort(np.clip(np.concatenate(images), -PLANE_REACH, PLANE_REACH))
        panels = self.refinement * max(2, math.ceil(root))
        z, w = _on_pieces(np.concatenate([[-PLANE_REACH], ends, [PLANE_REACH]]), panels)
        inner = np.full((z.size, kinks.size), 0.0) if rest == 0 else (kinks - c * z[:, None]) / max(rest, 1e-150)
        edge = np.full((z.size, 1), PLANE_REACH)
        y, v = _on_pieces(np.concatenate([-edge, np.clip(inner, -PLANE_REACH, PLANE_REACH), edge], axis=1), 2 * panels)
        weight = w[:, None] * v * np.exp(-(z[:, None] ** 2 + y**2) / 2) / (2 * math.pi)
        first = np.broadcast_to(root * z[:, None], y.shape)
        return float(np.sum(weight * of(first, root * (c * z[:, None] + rest * y))))  # type: ignore[operator]


def _on_pieces(ends: np.ndarray, panels: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on every piece between `ends`, (..., nodes), each cut into panels."""
    cuts = np.linspace(0, 1, panels + 1)
    left, width = ends[..., :-1, None], np.diff(ends, axis=-1)[..., None]
    low, size = left + width * cuts[:-1], width / panels
    nodes = low[..., None] + size[..., None] * (1 + PANEL[0]) / 2
    weights = np.broadcast_to(size[..., None] * PANEL[1] / 2, nodes.shape)
    shape = (*ends.shape[:-1], -1)
    return nodes.reshape(shape), weights.reshape(shape)
