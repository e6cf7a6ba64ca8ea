r"""Mean-field theory of wide random networks: how variances and correlations go from layer to layer.

Weights are independent of variance :math:`\sigma_w^2` over the number of inputs, or random orthogonal matrices of gain
:math:`\sigma_w`; biases have variance :math:`\sigma_b^2`. The sums that the units of a layer receive then have a
variance that the layer before decides (`variance_map`), and two inputs a correlation (`correlation_map`). `mean_field`
finds where both settle, how fast, and whether gradients grow or shrink on the way back.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._core.arrays import Array, ArrayLike
from .._core.checks import InputError, not_negative
from .._core.domains import law_arrays
from .._core.nonlinearities import Nonlinearity, named
from .._core.stable import product, quiet
from .._core.tidy import tidy
from .averages import averages_of
from .fixed_points import Root, Scan, correlation_root, reached, scan, variance_roots

if TYPE_CHECKING:
    import pandas as pd

CRITICAL = 1e-12  # distance of chi_1 from 1 that is rounding
ACCURATE = 1e-8  # error of a result above which it says so
AnyNonlinearity = str | Nonlinearity | Callable[..., Any]


class AccuracyWarning(UserWarning):
    """A result whose numbers are less exact than they look; the message says by how much."""


@quiet
def variance_map(
    variance: ArrayLike, nonlinearity: AnyNonlinearity, weight_variance: ArrayLike, bias_variance: ArrayLike = 0.0
) -> Array:
    r"""Variance of the sums in the next layer.

    .. math:: q' = \sigma_w^2 \int \phi(\sqrt q\,z)^2\,\frac{e^{-z^2/2}}{\sqrt{2\pi}}\,dz + \sigma_b^2

    Implements: poole2016 text, saxe2014 sec. 4
    Checked by: tests/propagation/test_mean_fields.py::test_a_wide_random_network_follows_the_variance_map

    Parameters
    ----------
    variance : array, shape (...)
        Variance :math:`q \ge 0` of the sums that the units of a layer receive.
    nonlinearity : str, Nonlinearity or function
        Its name, or a function of the sums; one with kinks as `Nonlinearity`.
    weight_variance : array, shape (...)
        Variance of the weights times the number of inputs, :math:`\sigma_w^2 \ge 0`; the squared gain of orthogonal
        weights.
    bias_variance : array, shape (...)
        Variance :math:`\sigma_b^2 \ge 0` of the biases.

    Returns
    -------
    array, broadcast shape
        Variance :math:`q'` of the sums in the next layer.

    Raises
    ------
    InputError
        A negative variance, an unknown nonlinearity.

    Notes
    -----
    Exact for infinitely wide layers. Closed for linear, erf, ReLU, leaky ReLU and hard tanh, a sum of 1e-14 or
    better for the others. Array libraries other than NumPy are followed, also by derivatives, for all but functions
    with kinks of a user's own.

    Examples
    --------
    At a gain of 1 a layer of tanh always loses some:

    >>> variance_map([0.0, 0.1, 1.0], "tanh", 1.0).round(3).tolist()
    [0.0, 0.084, 0.394]
    """
    means = averages_of(named(nonlinearity))
    xp, q, w, b = law_arrays(variance=variance, weight_variance=weight_variance, bias_variance=bias_variance)
    known = xp.isfinite(q)
    square = means.square(xp.where(known, q, xp.ones_like(q)))
    outer = named(nonlinearity).outer_slopes
    far = math.nan if outer is None else (outer[0] ** 2 + outer[1] ** 2) / 2
    end = xp.where(w > 0, xp.inf, xp.nan) if far > 0 else xp.nan * xp.ones_like(w)
    if far == 0:  # a saturated unit has the value of one of its ends
        ends = named(nonlinearity).of(xp.asarray([-1e9, 1e9], dtype=q.dtype))
        end = product(xp, w, xp.sum(ends**2) / 2) + b
    return xp.where(known, product(xp, w, square) + b, xp.where(q == xp.inf, end, xp.nan))


def correlation_map(
    correlation: ArrayLike,
    nonlinearity: AnyNonlinearity,
    weight_variance: float,
    bias_variance: float = 0.0,
    *,
    variance: float,
) -> np.ndarray:
    r"""Correlation of the sums that two inputs give to the next layer, once their variance has settled.

    .. math:: c' = \frac{\sigma_w^2 \langle\phi(h_1)\,\phi(h_2)\rangle + \sigma_b^2}{\sigma_w^2 \langle\phi(h)^2\rangle
                   + \sigma_b^2}

    Implements: poole2016 text
    Checked by: tests/propagation/test_mean_fields.py::test_a_wide_random_network_follows_the_correlation_map

    Parameters
    ----------
    correlation : array, shape (...)
        Correlation :math:`c` of the two sums, from -1 to 1.
    nonlinearity : str, Nonlinearity or function
        As for `variance_map`.
    weight_variance, bias_variance : float
        Variances :math:`\sigma_w^2` and :math:`\sigma_b^2`.
    variance : float
        Variance :math:`q > 0` of both sums, up to 1e4; usually the fixed point.

    Returns
    -------
    array, shape (...)
        Correlation in the next layer.

    Raises
    ------
    InputError
        A correlation outside of -1 to 1, a variance that is not above 0.

    Examples
    --------
    Above the critical gain even the same input, with the least bit of noise, becomes another:

    >>> correlation_map([0.0, 0.9, 1.0], "tanh", 3.0, variance=1.5).round(2).tolist()
    [0.0, 0.88, 1.0]
    """
    means = averages_of(named(nonlinearity))
    w, b, q = (
        not_negative(each, name, "a variance")
        for each, name in (
            (weight_variance, "weight_variance"), (bias_variance, "bias_variance"), (variance, "variance")
        )
    )  # fmt: skip
    c = np.asarray(correlation, dtype=float)
    if np.any(np.abs(c) > 1):
        raise InputError("correlation", f"is {float(c[np.abs(c) > 1].flat[0])!r}", "write a number from -1 to 1")
    if q == 0:
        raise InputError("variance", "is 0, but sums that do not vary have no correlation", "write a number above 0")
    together = w * float(means.square(q)) + b
    lacks = [math.nan if math.isnan(each) else w * means.disagreement(q, 1 - each) / together for each in c.ravel()]
    return np.asarray(1 - np.reshape(lacks, c.shape))[()]


class InverseDepthScales(NamedTuple):
    r"""Rates, per layer, at which things decay to where they settle: negative where they grow, 0 where none is left.

    Attributes
    ----------
    variance : float or array
        Of the distance of the variance from its fixed point, :math:`1/\xi_q`.
    correlation : float or array
        Of the distance of correlations from theirs, :math:`1/\xi_c`.
    gradient : float or array
        Of the squared gradient on its way back, :math:`-\ln\chi_1`; negative where gradients explode.
    """

    variance: Any
    correlation: Any
    gradient: Any


@dataclass(frozen=True, eq=False)
class FixedPoints:
    """All fixed points of a variance map, smallest first.

    Parameters
    ----------
    variance : array, shape (points,)
        Variances :math:`q^*` that a layer hands on unchanged.
    slope : array, shape (points,)
        Slope of the map there; beyond 1 variances move away.
    chi_1 : array, shape (points,)
        Mean squared slope of the units times the weight variance: growth of squared gradients per layer.
    kind : tuple of str
        "stable", "unstable", or "half-stable": reached from one side and left on the other.
    """

    variance: np.ndarray
    slope: np.ndarray
    chi_1: np.ndarray
    kind: tuple[str, ...]

    def __repr__(self) -> str:
        points = ", ".join(f"{q:.4g} ({kind})" for q, kind in zip(self.variance, self.kind))
        return f"FixedPoints({points or 'none'})"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per fixed point, counted from 1: variance, slope, chi_1, kind."""
        values = {"variance": self.variance, "slope": self.slope, "chi_1": self.chi_1, "kind": self.kind}
        return tidy({"point": range(1, len(self.kind) + 1)}, values)


@dataclass(frozen=True, eq=False)
class MeanField:
    r"""Where a wide random network settles over its layers, and how fast.

    Parameters
    ----------
    nonlinearity : Nonlinearity
        What the units make of their sums.
    weight_variance, bias_variance : float
        Variances :math:`\sigma_w^2` (times the number of inputs) and :math:`\sigma_b^2`.
    variance_fixed_point : float
        Variance :math:`q^*` that iteration reaches; ``inf`` where it diverges, NaN where it never settles.
    chi_1 : float
        Growth :math:`\chi_1` of squared gradients per layer, at that variance.
    correlation_fixed_point : float
        Correlation :math:`c^*` that attracts all correlations of 0 or more; NaN where none does.
    inverse_depth_scales : InverseDepthScales
        Rates of decay of variance, correlation and gradient [per layer].
    all_fixed_points : FixedPoints
        Every fixed point of the variance map; empty where every variance is one, or none.
    error : float
        Largest change of any of these numbers but the lengths when the steps of all sums are halved, relative for those
        above 1.
    """

    nonlinearity: Nonlinearity
    weight_variance: np.float64
    bias_variance: np.float64
    variance_fixed_point: np.float64
    chi_1: np.float64
    correlation_fixed_point: np.float64
    inverse_depth_scales: InverseDepthScales
    all_fixed_points: FixedPoints
    error: np.float64

    @property
    def depth_scales(self) -> InverseDepthScales:
        """The same rates as lengths [layers]: ``inf`` where the decay is slower than any exponential."""
        return lengths(self.inverse_depth_scales)

    @property
    def phase(self) -> str:
        """ "ordered" where inputs become alike and gradients vanish, "chaotic" where they part, else "critical"."""
        if math.isnan(self.chi_1):
            return "unknown"
        if abs(self.chi_1 - 1) < CRITICAL:
            return "critical"
        return "ordered" if self.chi_1 < 1 else "chaotic"

    def __repr__(self) -> str:
        return (
            f"MeanField({self.nonlinearity.name}, weight variance {self.weight_variance:g}, bias variance "
            f"{self.bias_variance:g}: variance {self.variance_fixed_point:.6g}, chi_1 {self.chi_1:.6g}, correlation "
            f"{self.correlation_fixed_point:.6g}, {self.phase})"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row: the setting, the fixed points, chi_1, the three inverse depth scales, the error."""
        rates = self.inverse_depth_scales
        values = {
            "weight_variance": [self.weight_variance],
            "bias_variance": [self.bias_variance],
            "variance_fixed_point": [self.variance_fixed_point],
            "chi_1": [self.chi_1],
            "correlation_fixed_point": [self.correlation_fixed_point],
            "inverse_variance_scale": [rates.variance],
            "inverse_correlation_scale": [rates.correlation],
            "inverse_gradient_scale": [rates.gradient],
            "error": [self.error],
        }
        return tidy({"nonlinearity": [self.nonlinearity.name]}, values)


@quiet
def mean_field(
    nonlinearity: AnyNonlinearity,
    weight_variance: float,
    bias_variance: float = 0.0,
    *,
    start_variance: float = 1.0,
) -> MeanField:
    r"""Where the variance and the correlations of a wide random network settle, and what becomes of gradients.

    .. math:: \chi_1 = \sigma_w^2 \int \phi'(\sqrt{q^*}\,z)^2\,\frac{e^{-z^2/2}}{\sqrt{2\pi}}\,dz

    with :math:`q^*` the fixed point of `variance_map`; the decay rates are :math:`1/\xi_q = -\ln|dq'/dq|`,
    :math:`1/\xi_c = -\ln(\sigma_w^2\langle\phi'(h_1)\,\phi'(h_2)\rangle)` and, for gradients, :math:`-\ln\chi_1`.

    Implements: poole2016 text, schoenholz2017 text, saxe2014 sec. 4
    Checked by: tests/propagation/test_mean_fields.py::test_against_many_digits

    Parameters
    ----------
    nonlinearity : str, Nonlinearity or function
        "linear", "tanh", "erf", "sigmoid", "relu", "leaky_relu", "hard_tanh", "gelu" (the exact one), "silu", or a
        function of the sums; one with kinks as `Nonlinearity`.
    weight_variance : float
        Variance of the weights times the number of inputs, :math:`\sigma_w^2 \ge 0`; the squared gain of orthogonal
        weights.
    bias_variance : float
        Variance :math:`\sigma_b^2 \ge 0` of the biases.
    start_variance : float
        Variance of the sums in the first layer, from which the others follow. It matters where there is more than one
        fixed point, as for GELU and SiLU.

    Returns
    -------
    MeanField

    Raises
    ------
    InputError
        A negative variance, an unknown nonlinearity.

    Warns
    -----
    AccuracyWarning
        Halving the steps changes the result by more than 1e-8, as for a function whose kinks were not declared.

    See Also
    --------
    phase_diagram : many variances at once.
    recommended : the variances to take.

    Notes
    -----
    Exact for infinitely wide layers; what holds at finite width and depth follows it within about
    :math:`\sqrt{L/N}`. Where the variance diverges, :math:`\chi_1` is its limit.

    Examples
    --------
    Near the critical line signals travel far; a little beside it they last a few layers:

    >>> here = mean_field("tanh", 1.2, 0.05)
    >>> here
    MeanField(tanh, weight variance 1.2, bias variance 0.05: variance 0.269902, chi_1 0.845166, correlation 1, ordered)
    >>> float(here.depth_scales.correlation.round(2))
    5.94

    GELU has no single fixed point: what is small dies out or settles, what is large diverges.

    >>> mean_field("gelu", 2.2, 0.05).all_fixed_points
    FixedPoints(0.1563 (stable), 1.188 (unstable))
    >>> float(mean_field("gelu", 2.2, 0.05, start_variance=2.0).variance_fixed_point)
    inf
    """
    units = named(nonlinearity)
    w = not_negative(weight_variance, "weight_variance", "a variance")
    b = not_negative(bias_variance, "bias_variance", "a variance")
    start = not_negative(start_variance, "start_variance", "a variance")
    found = scan(units)
    one = np.array([w]), np.array([b])
    roots = variance_roots(found, *one)
    q = float(reached(found, *one, roots, start)[0])
    numbers = at_fixed_point(units, w, b, q)
    error = step_error(units, w, b, q, numbers)
    say_error(error)
    q, chi, slope, c, c_slope = (np.float64(each) for each in (q, *numbers))
    points = _points(found, w, roots[0])
    return MeanField(
        units, np.float64(w), np.float64(b), q, chi, c, InverseDepthScales(*map(rate, (slope, c_slope, chi))), points,
        np.float64(error),
    )  # fmt: skip


def at_fixed_point(
    units: Nonlinearity, w: float, b: float, q: float, correlations: bool = True
) -> tuple[float, float, float, float]:
    """chi_1, slope of the variance map, fixed point of the correlation map and its slope there."""
    chi, slope = slopes(scan(units), w, q)
    c, c_slope = correlation_root(units, w, b, q, chi) if correlations else (math.nan, math.nan)
    return chi, slope, c, c_slope


def slopes(found: Scan, w: float, q: float) -> tuple[float, float]:
    """chi_1 and the slope of the variance map at a variance; where it is infinite, their limits."""
    if q == 0:
        return w * found.slope_at_zero, w * found.slope_at_zero
    if not math.isfinite(q):
        limit = w * found.outer if q == math.inf else math.nan
        return limit, limit
    return w * float(found.averages.slope_power(q, 2)), w * float(found.averages.square_growth(q))


def step_error(units: Nonlinearity, w: float, b: float, q: float, numbers: tuple[float, float, float, float]) -> float:
    """Largest change of the fixed point, chi_1 and slopes when the steps of the sums are halved.

    Relative for what is above 1.
    """
    means = averages_of(units)
    fine = means.finer()
    if fine is means or not 0 < q < math.inf:
        return 0.0
    chi, slope, c, c_slope = numbers
    gap = max(abs(1 - slope), 1e-6)
    off = [
        w * float(abs(fine.square(q) - means.square(q))) / gap / max(1.0, q),
        abs(w * float(fine.slope_power(q, 2)) - chi) / max(1.0, chi),
        abs(w * float(fine.square_growth(q)) - slope),
    ]
    if not math.isnan(c) and c < 1:
        off += [
            w * abs(fine.slope_product(q, 1 - c) - means.slope_product(q, 1 - c)) / max(1.0, chi),
            w * abs(fine.disagreement(q, 1 - c) - means.disagreement(q, 1 - c)) / (q * max(abs(1 - c_slope), 1e-6)),
        ]
    return max(off)


def say_error(error: float, stacklevel: int = 4) -> None:
    """Warn where a result is less exact than 1e-8."""
    if error > ACCURATE:
        warnings.warn(
            f"halving the steps of the sums changes the result by {error:.1g}: declare where the function has kinks, "
            "Nonlinearity(function, kinks=(0.0,)), or expect no more digits",
            AccuracyWarning,
            stacklevel=stacklevel,
        )


def rate(slope: Any) -> Any:
    """Decay rate per layer of what a map multiplies by its slope; 0 where that is 1 but for rounding."""
    with np.errstate(divide="ignore"):
        return -np.log(np.abs(slope)) + 0.0


def lengths(rates: InverseDepthScales) -> InverseDepthScales:
    """Decay rates as lengths; ``inf`` where a rate is 0."""
    with np.errstate(divide="ignore"):
        return InverseDepthScales(*(np.where(each == 0, np.inf, np.divide(1.0, each))[()] for each in rates))


def _points(found: Scan, w: float, roots: list[Root]) -> FixedPoints:
    both = np.array([slopes(found, w, root.variance) for root in roots]).reshape(-1, 2)
    return FixedPoints(
        np.array([root.variance for root in roots]), both[:, 1], both[:, 0], tuple(root.kind for root in roots)
    )
