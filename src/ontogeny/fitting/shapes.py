r"""Families of learning curves, mechanistic and descriptive, as a search for the most likely one sees them.

The curve of a network of one layer is the exponential curve, and that of two layers the logistic one. Power law and
Weibull curve describe learning without saying how it comes about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.special import expit

from .curves import rate, share_of_end, slopes

LONGEST = 30.0  # half-times that are tried, as multiples of the last time, and of the first as a share
LOGITS = (-30.0, -0.05)  # of the initial fraction
STARTS = ((0.25, -4.0), (0.5, -4.0), (0.5, -8.0), (0.75, -4.0), (1.0, -2.0))  # half-time as a share of the time, logit
EXPONENTS = (0.1, 100.0)  # of a power law
STEEPNESS = (0.1, 50.0)  # of a Weibull curve


@dataclass(frozen=True, eq=False)
class Shape:
    """A family of curves.

    Parameters
    ----------
    name : str
        What it is called.
    share : function
        Of times and of the parameters: share of what is learned in the end. The first parameter is the logarithm of a
        time, the second the logit of the share before learning.
    slopes : function
        Of times, shares and parameters: derivatives by the parameters, (parameters, times).
    half : function
        Of the parameters: when half is learned.
    third : pair of float or None
        Bounds of the third parameter, a logarithm, if there is one.
    starts : list of list of float
        Where to begin a search, with times as shares of the last one.
    knows : bool
        Whether the share before learning is a parameter; otherwise it is nothing.
    """

    name: str
    share: Callable[[np.ndarray, np.ndarray], np.ndarray]
    slopes: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
    half: Callable[[np.ndarray], float]
    third: tuple[float, float] | None
    starts: tuple[tuple[float, ...], ...]
    knows: bool = True

    def __repr__(self) -> str:
        return f"<Shape: {self.name}>"

    def bounds(self, t: np.ndarray) -> list[tuple[float, float]]:
        """Bounds of a search over the parameters, for answers at some times."""
        times = (float(np.log(t[t > 0].min() / LONGEST)), float(np.log(t.max() * LONGEST)))
        start = LOGITS if self.knows else (LOGITS[0], LOGITS[0])
        return [times, start, *([self.third] if self.third else [])]

    def places(self, t: np.ndarray) -> list[np.ndarray]:
        """Where to begin a search."""
        begun = [np.array([np.log(first * t.max()), *rest]) for first, *rest in self.starts]
        return [np.clip(place, *np.transpose(self.bounds(t))) for place in begun]


def network(depth: float, knows: bool = True) -> Shape:
    """Curves of a network of some depth, by the logarithm of the half-time and the logit of the initial fraction."""
    names = {1.0: "exponential (one layer)", 2.0: "logistic (two layers)"}
    share, by_place = partial(_network_share, depth=depth), partial(_network_slopes, depth=depth)
    name = names.get(depth, f"{depth:g} layers")
    return Shape(name, share, by_place, lambda where: float(np.exp(where[0])), None, STARTS, knows)


def network_by_rate(depth: float, knows: bool = True) -> Shape:
    """The same curves by the logarithm of the rate."""
    same = network(depth, knows)

    def in_time(where: np.ndarray) -> np.ndarray:
        start = float(expit(where[1]))
        return np.array([np.log(rate(1.0, start, depth)) - where[0], where[1]])

    def by_rate(t: np.ndarray, q: np.ndarray, where: np.ndarray) -> np.ndarray:
        by_half, by_start = same.slopes(t, q, in_time(where))
        start = float(expit(where[1]))
        longer = -(start ** (2 / depth - 1)) / rate(1.0, start, depth)  # of the half-time, by the logit of the start
        return np.stack([-by_half, by_start + longer * by_half])

    return replace(
        same, share=lambda t, where: same.share(t, in_time(where)), slopes=by_rate,
        half=lambda where: same.half(in_time(where)),
    )  # fmt: skip


def power_law(knows: bool = True) -> Shape:
    r"""The power law of practice, :math:`q = 1 - (1 - r)\,(1 + t/b)^{-c}`, by ln b, logit r and ln c."""
    starts = tuple((scale, start, power) for scale in (0.1, 1.0) for start in (-4.0, -1.0) for power in (0.0, 2.0))
    bounds = (float(np.log(EXPONENTS[0])), float(np.log(EXPONENTS[1])))
    return Shape("power law", _power_share, _power_slopes, _power_half, bounds, starts, knows)


def weibull(knows: bool = True) -> Shape:
    r"""Weibull curves, :math:`q = 1 - (1 - r)\,2^{-(t/h)^k}`, by ln h, logit r and ln k."""
    starts = tuple((scale, start, power) for scale in (0.3, 0.7) for start in (-6.0, -1.0) for power in (0.0, 1.5))
    bounds = (float(np.log(STEEPNESS[0])), float(np.log(STEEPNESS[1])))
    return Shape("Weibull", _weibull_share, _weibull_slopes, _weibull_half, bounds, starts, knows)


def _network_share(t: np.ndarray, where: np.ndarray, depth: float) -> np.ndarray:
    return share_of_end(t, float(np.exp(where[0])), float(expit(where[1])), depth)


def _network_slopes(t: np.ndarray, q: np.ndarray, where: np.ndarray, depth: float) -> np.ndarray:
    return slopes(t, q, float(np.exp(where[0])), float(expit(where[1])), depth)


def _power_share(t: np.ndarray, where: np.ndarray) -> np.ndarray:
    scale, start, power = np.exp(where[0]), expit(where[1]), np.exp(where[2])
    return np.asarray(1 - (1 - start) * (1 + t / scale) ** -power)


def _power_slopes(t: np.ndarray, q: np.ndarray, where: np.ndarray) -> np.ndarray:
    scale, start, power = np.exp(where[0]), expit(where[1]), np.exp(where[2])
    left, passed = 1 - q, t / scale
    return np.stack([-left * power * passed / (1 + passed), start * left, left * power * np.log1p(passed)])


def _power_half(where: np.ndarray) -> float:
    return float(np.exp(where[0]) * np.expm1(np.log(2 * (1 - expit(where[1]))) / np.exp(where[2])))


def _weibull_share(t: np.ndarray, where: np.ndarray) -> np.ndarray:
    return np.asarray(1 - (1 - expit(where[1])) * np.exp(-_weibull_hazard(t, where)))


def _weibull_hazard(t: np.ndarray, where: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.asarray(np.log(2) * (t / np.exp(where[0])) ** np.exp(where[2]))


def _weibull_slopes(t: np.ndarray, q: np.ndarray, where: np.ndarray) -> np.ndarray:
    steep, hazard = np.exp(where[2]), np.minimum(_weibull_hazard(t, where), 1e6)
    left = 1 - q
    far = np.log(np.where(t > 0, t, 1.0)) - where[0]
    return np.stack([-left * hazard * steep, expit(where[1]) * left, left * hazard * steep * far])


def _weibull_half(where: np.ndarray) -> float:
    return float(np.exp(where[0]) * np.log2(2 * (1 - expit(where[1]))) ** np.exp(-where[2]))
