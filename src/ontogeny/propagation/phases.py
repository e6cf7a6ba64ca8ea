r"""The plane of weight and bias variance: where networks are ordered, chaotic, or between, and what to take.

On the critical line :math:`\chi_1 = 1`. It is explicit in the variance it has, :math:`\sigma_w^2 =
1/\langle\phi'^2\rangle` and :math:`\sigma_b^2 = q - \langle\phi^2\rangle/\langle\phi'^2\rangle`, so that
`critical_weight_variance` is one root, `recommended` that root with its reasons, and `phase_diagram` the whole plane.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from .._core.arrays import ArrayLike
from .._core.checks import InputError, not_negative
from .._core.nonlinearities import Nonlinearity, named
from .._core.stable import quiet
from .._core.tidy import tidy
from .averages import TwoSlopes, averages_of
from .fixed_points import Scan, correlation_root, reached, scan, variance_roots
from .mean_fields import (
    AnyNonlinearity,
    InverseDepthScales,
    lengths,
    mean_field,
    rate,
    say_error,
    step_error,
)

if TYPE_CHECKING:
    import pandas as pd

CHECKED = 12  # points of a diagram, from the smallest variance to the largest, whose steps are halved
FAR = 100  # layers over which it is said what a weight variance that is a little off does
SLACK = 1e-9  # beyond 1, of the slope at a point that still counts as attracting


@quiet
def critical_weight_variance(nonlinearity: AnyNonlinearity, *, bias_variance: ArrayLike = 0.0) -> np.ndarray:
    r"""Weight variance at which gradients neither grow nor shrink on the way back through a wide random network.

    .. math:: \sigma_w^2 = \frac{1}{\int \phi'(\sqrt{q^*}\,z)^2\,e^{-z^2/2}\,dz/\sqrt{2\pi}}

    with :math:`q^*` the attracting fixed point of the variance at these very variances.

    Implements: schoenholz2017 text, poole2016 text
    Checked by: tests/propagation/test_phases.py::test_critical_variances_of_tanh

    Parameters
    ----------
    nonlinearity : str, Nonlinearity or function
        As for `mean_field`.
    bias_variance : array, shape (...)
        Variance :math:`\sigma_b^2 \ge 0` of the biases.

    Returns
    -------
    array, shape (...)
        Weight variance times the number of inputs, the smallest if there are several; NaN where no attracting fixed
        point is critical: rectified units with biases, GELU and SiLU with small ones, sigmoid units need none of it.

    Raises
    ------
    InputError
        A negative variance, an unknown nonlinearity.

    See Also
    --------
    recommended : one setting, and why.

    Examples
    --------
    Without biases it is 1 for tanh and 2 for rectified units; biases move it.

    >>> float(critical_weight_variance("tanh")), float(critical_weight_variance("relu"))
    (1.0, 2.0)
    >>> critical_weight_variance("tanh", bias_variance=[0.01, 0.05]).round(4).tolist()
    [1.4242, 1.761]
    """
    units = named(nonlinearity)
    b = np.asarray(bias_variance, dtype=float)
    if np.any(b < 0):
        raise InputError("bias_variance", f"is {float(b[b < 0].flat[0])!r}, but a variance is not negative", "write 0")
    return np.reshape(_critical(units, b.ravel())[0], b.shape)[()]


def _critical(units: Nonlinearity, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Critical weight variances at some bias variances, and their variance; NaN where there is none."""
    found, means = scan(units), averages_of(units)
    w, q = np.full((2, b.size), math.nan)
    if isinstance(means, TwoSlopes):
        if found.outer > 0:
            w[b == 0], q[b == 0] = 1 / found.outer, 1.0
        return w, q
    bias_at = found.variance - found.square / found.steepness
    at_rest = found.at_zero == 0 and found.slope_at_zero > 0 and bool(_falls_at_zero(found))
    if at_rest:
        w[b == 0], q[b == 0] = 1 / found.slope_at_zero, 0.0
    rounding = 1e-13 * found.variance
    above = bias_at[None] > b[:, None]
    sure = np.abs(bias_at[None] - b[:, None]) > rounding
    sure[:, 1:] &= sure[:, :-1]
    points, cells = np.nonzero((above[:, 1:] != above[:, :-1]) & np.isfinite(bias_at[1:] - bias_at[:-1]) & sure[:, 1:])
    if not points.size:
        return w, q
    at = _bias_root(units, b[points], found.variance[cells], found.variance[cells + 1])
    candidate = 1 / np.asarray(means.slope_power(at, 2))
    attracts = np.abs(candidate * np.asarray(means.square_growth(at))) <= 1 + SLACK
    for point, weight, variance in zip(points[attracts], candidate[attracts], at[attracts]):
        if math.isnan(w[point]):  # the smallest variance of several
            w[point], q[point] = weight, variance
    return w, q


def _falls_at_zero(found: Scan) -> bool:
    """Whether the second moment grows slower than the variance from 0 on, or, while it is straight, later."""
    relative = found.square / (found.variance * found.slope_at_zero) - 1
    moved = np.flatnonzero(np.abs(relative) > 1e-13)
    return bool(moved.size and relative[moved[0]] < 0)


def _bias_root(units: Nonlinearity, b: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Variances inside brackets at which the critical point has bias variances `b`: secants and bisection in turn."""
    means = averages_of(units)

    def lacking(x: np.ndarray) -> np.ndarray:
        q = np.exp(x)
        return q - np.asarray(means.square(q)) / np.asarray(means.slope_power(q, 2)) - b

    left, right = np.log(low), np.log(high)
    at_left, at_right = lacking(left), lacking(right)
    for _ in range(60):
        gap = at_right - at_left
        best = right - at_right * (right - left) / np.where(gap == 0, 1.0, gap)
        value = lacking(best)
        settled = (np.abs(best - right) < 1e-15) | (value == 0) | (at_right == 0)
        if settled.all():
            break
        swap = (value > 0) != (at_right > 0)
        shrunk = at_left * at_right / np.where(settled | swap, 1.0, at_right + value)  # the rule of Pegasus
        left, at_left = np.where(swap, right, left), np.where(swap, at_right, shrunk)
        right, at_right = best, value
    return np.exp(best)


@dataclass(frozen=True, eq=False)
class Recommendation:
    """Variances to start a deep network of one nonlinearity from, and why.

    Parameters
    ----------
    nonlinearity : str
        Name of the nonlinearity.
    weight_variance : float
        Variance of the weights times the number of inputs; its root is the gain of orthogonal weights.
    bias_variance : float
        Variance of the biases.
    variance_fixed_point : float
        Variance at which the sums of all layers settle; where every variance is kept, 1.
    chi_1 : float
        Growth of squared gradients per layer there.
    variance_slope : float
        Slope of the variance map there: 1 where deviations decay slower than any exponential.
    reasons : str
        Why these, and what they do not give.
    """

    nonlinearity: str
    weight_variance: np.float64
    bias_variance: np.float64
    variance_fixed_point: np.float64
    chi_1: np.float64
    variance_slope: np.float64
    reasons: str

    @property
    def gain(self) -> np.float64:
        """Factor of orthogonal weights, the root of the weight variance."""
        return np.sqrt(self.weight_variance)

    def __repr__(self) -> str:
        return (
            f"Recommendation({self.nonlinearity}: weight variance {self.weight_variance:.9g}, bias variance "
            f"{self.bias_variance:.9g})\n{self.reasons}"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row: the variances, the fixed point, chi_1, the slope, the reasons."""
        names = ("weight_variance", "bias_variance", "variance_fixed_point", "chi_1", "variance_slope", "reasons")
        return tidy({"nonlinearity": [self.nonlinearity]}, {name: [getattr(self, name)] for name in names})


@quiet
def recommended(nonlinearity: AnyNonlinearity, *, bias_variance: float | None = None) -> Recommendation:
    r"""Weight and bias variance from which signals and gradients pass a deep network as far as they can.

    The critical weight variance at the bias variance that is given; without one, at bias 0, or, for GELU and SiLU,
    which have no attracting critical point there, at the least bias that has one: the half-stable point where slope and
    :math:`\chi_1` are both 1.

    Implements: schoenholz2017 text, roberts2022 text
    Checked by: tests/propagation/test_phases.py::test_half_stable_points

    Parameters
    ----------
    nonlinearity : str, Nonlinearity or function
        As for `mean_field`.
    bias_variance : float, optional
        Variance of the biases.

    Returns
    -------
    Recommendation

    Raises
    ------
    InputError
        No weight variance is critical at this bias variance; the message says what to write instead.

    Notes
    -----
    For wide plain chains of layers. A critical point is exact, not a cell of a grid: at a weight variance 2 % below,
    squared gradients of tanh shrink to an eighth over 100 layers.

    Examples
    --------
    >>> recommended("tanh")
    Recommendation(tanh: weight variance 1, bias variance 0)
    The critical point: squared gradients change by a factor of 1 per layer, so neither vanish nor explode. Without
    biases the variance of the sums itself falls to 0, but slower than any exponential. A weight variance that is 2 %
    smaller multiplies squared gradients by 0.13 over 100 layers, one that is 2 % larger by 1.01.
    """
    units = named(nonlinearity)
    means, found = averages_of(units), scan(units)
    half_stable = False
    if bias_variance is None:
        b = 0.0
        w, q = _critical_at(units, b)
        if math.isnan(w):
            half_stable, (w, b, q) = True, _half_stable(units)
    else:
        b = not_negative(bias_variance, "bias_variance", "a variance")
        w, q = _critical_at(units, b)
    if math.isnan(w):
        raise InputError("bias_variance", f"is {b:g}, at which {_why_none(units)}", _instead(units))
    if q == 0:
        chi = slope = w * found.slope_at_zero
    else:
        chi, slope = w * float(means.slope_power(q, 2)), w * float(means.square_growth(q))
    reasons = _reasons(units, w, b, q, slope, half_stable)
    fine = means.finer()
    if q > 0 and fine is not means:
        say_error(
            w * float(abs(fine.square(q) - means.square(q)) + abs(fine.slope_power(q, 2) - means.slope_power(q, 2)))
        )
    weight, bias, variance, growth, steepness = (np.float64(each) for each in (w, b, q, chi, slope))
    return Recommendation(units.name, weight, bias, variance, growth, steepness, reasons)


def _critical_at(units: Nonlinearity, b: float) -> tuple[float, float]:
    w, q = _critical(units, np.array([b]))
    return float(w[0]), float(q[0])


def _half_stable(units: Nonlinearity) -> tuple[float, float, float]:
    """Weight variance, bias variance and variance where the slope of the map and chi_1 are both 1."""
    found, means = scan(units), averages_of(units)
    power = found.steepness
    with np.errstate(all="ignore"):
        excess = found.growth / power - 1
        bias = found.variance - found.square / power
    for cell in np.flatnonzero((excess[:-1] > 1e-12) & (excess[1:] < -1e-12) & (bias[1:] > 0)):
        q = math.exp(
            brentq(
                lambda x: float(means.square_growth(math.exp(x)) / means.slope_power(math.exp(x), 2)) - 1,
                math.log(found.variance[cell]), math.log(found.variance[cell + 1]), xtol=1e-15, rtol=1e-15,
            )
        )  # fmt: skip
        w = 1 / float(means.slope_power(q, 2))
        return w, q - w * float(means.square(q)), q
    return math.nan, 0.0, math.nan


def _reasons(units: Nonlinearity, w: float, b: float, q: float, slope: float, half_stable: bool) -> str:
    means = averages_of(units)
    said = ["The critical point: squared gradients change by a factor of 1 per layer, so neither vanish nor explode."]
    if half_stable:
        said.append(
            "There is no attracting critical point with smaller biases. This one is half-stable: variances above it "
            "come down to it, slowly, and those below it drift away."
        )
    elif isinstance(means, TwoSlopes):
        said.append("Every variance is kept, whatever the inputs have.")
    elif q == 0:
        said.append("Without biases the variance of the sums itself falls to 0, but slower than any exponential.")
    else:
        said.append(
            f"The variance of the sums settles at {q:.4g}, to which deviations shrink by {slope:.3g} per layer."
        )
    less, more = (mean_field(units, factor * w, b).chi_1 ** FAR for factor in (0.98, 1.02))
    said.append(
        f"A weight variance that is 2 % smaller multiplies squared gradients by {less:.2g} over {FAR} layers, one that "
        f"is 2 % larger by {more:.3g}."
    )
    return " ".join(said)


def _why_none(units: Nonlinearity) -> str:
    if isinstance(averages_of(units), TwoSlopes):
        return f"the variance of {units.name} units diverges at the critical weight variance"
    return f"no attracting fixed point of {units.name} is critical"


def _instead(units: Nonlinearity) -> str:
    if isinstance(averages_of(units), TwoSlopes):
        return "write bias_variance=0.0"
    w, b, _ = _half_stable(units)
    return "take another nonlinearity" if math.isnan(w) else f"write {b:.6g} or more, or leave it out"


@dataclass(frozen=True, eq=False)
class PhaseDiagram:
    r"""Mean-field theory over the plane of weight and bias variance.

    Parameters
    ----------
    nonlinearity : str
        Name of the nonlinearity.
    weight_variance : array, shape (weights,)
        Variances :math:`\sigma_w^2` of the weights times the number of inputs.
    bias_variance : array, shape (biases,)
        Variances :math:`\sigma_b^2` of the biases.
    variance_fixed_point : array, shape (weights, biases)
        Variance :math:`q^*` that iteration reaches; ``inf`` where it diverges.
    chi_1 : array, shape (weights, biases)
        Growth :math:`\chi_1` of squared gradients per layer: above 1 chaotic, below ordered.
    correlation_fixed_point : array, shape (weights, biases)
        Correlation :math:`c^*` that attracts; NaN where none does, or where it was not asked for.
    inverse_depth_scales : InverseDepthScales
        Decay rates of variance, correlation and gradient [per layer], arrays of the same shape.
    critical_weight_variance : array, shape (biases,)
        The critical line; NaN where there is none.
    error : float
        Largest change of any of these numbers when the steps of all sums are halved, relative for those above 1; from a
        sample of the points, as it hangs on their variance alone.
    """

    nonlinearity: str
    weight_variance: np.ndarray
    bias_variance: np.ndarray
    variance_fixed_point: np.ndarray
    chi_1: np.ndarray
    correlation_fixed_point: np.ndarray
    inverse_depth_scales: InverseDepthScales
    critical_weight_variance: np.ndarray
    error: np.float64

    @property
    def depth_scales(self) -> InverseDepthScales:
        """The decay rates as lengths [layers]."""
        return lengths(self.inverse_depth_scales)

    def __repr__(self) -> str:
        chaotic = float(np.mean(self.chi_1 > 1))
        return (
            f"PhaseDiagram({self.nonlinearity}, {self.weight_variance.size} weight variances x "
            f"{self.bias_variance.size} bias variances, {chaotic:.0%} chaotic)"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per weight and bias variance: fixed points, chi_1, inverse depth scales, the critical variance."""
        rates = self.inverse_depth_scales
        values = {
            "variance_fixed_point": self.variance_fixed_point,
            "chi_1": self.chi_1,
            "correlation_fixed_point": self.correlation_fixed_point,
            "inverse_variance_scale": rates.variance,
            "inverse_correlation_scale": rates.correlation,
            "inverse_gradient_scale": rates.gradient,
            "critical_weight_variance": self.critical_weight_variance,
        }
        return tidy({"weight_variance": self.weight_variance, "bias_variance": self.bias_variance}, values)


@quiet
def phase_diagram(
    nonlinearity: AnyNonlinearity,
    weight_variances: ArrayLike,
    bias_variances: ArrayLike,
    *,
    start_variance: float = 1.0,
    correlations: bool = True,
) -> PhaseDiagram:
    r"""Fixed points, :math:`\chi_1` and depth scales over the plane of weight and bias variance.

    Implements: poole2016 text, schoenholz2017 text
    Checked by: tests/propagation/test_phases.py::test_a_diagram_is_its_points

    Parameters
    ----------
    nonlinearity : str, Nonlinearity or function
        As for `mean_field`.
    weight_variances : array, shape (weights,)
        Variances of the weights times the number of inputs.
    bias_variances : array, shape (biases,)
        Variances of the biases.
    start_variance : float
        Variance of the sums in the first layer.
    correlations : bool
        Whether to find the fixed points of correlations too, which takes most of the time.

    Returns
    -------
    PhaseDiagram

    Raises
    ------
    InputError
        A negative variance, an unknown nonlinearity.

    Warns
    -----
    AccuracyWarning
        Halving the steps changes a number by more than 1e-8.

    Examples
    --------
    >>> phase_diagram("tanh", [0.5, 1.5, 3.0], [0.0, 0.1])
    PhaseDiagram(tanh, 3 weight variances x 2 bias variances, 50% chaotic)
    """
    units = named(nonlinearity)
    w_axis, b_axis = _axis(weight_variances, "weight_variances"), _axis(bias_variances, "bias_variances")
    start = not_negative(start_variance, "start_variance", "a variance")
    w, b = (each.ravel() for each in np.meshgrid(w_axis, b_axis, indexing="ij"))
    found, means = scan(units), averages_of(units)
    roots = variance_roots(found, w, b)
    q = reached(found, w, b, roots, start)
    some = np.isfinite(q) & (q > 0)
    inner = np.where(some, q, 1.0)
    far = np.where(q == 0, found.slope_at_zero, np.where(np.isnan(q), math.nan, found.outer))
    _, growth, steepness = means.moments(inner)
    chi, slope = w * np.where(some, steepness, far), w * np.where(some, growth, far)
    c, c_slope = np.full_like(q, math.nan), np.full_like(q, math.nan)
    errors = _errors(units, w, inner, chi, slope, some)
    if correlations:
        for k, point in enumerate(zip(w, b, q, chi)):
            c[k], c_slope[k] = correlation_root(units, *point)
        checked = np.flatnonzero(some & (c < 1))[:: max(1, int(np.sum(c < 1)) // 8)]
        errors += [step_error(units, w[k], b[k], q[k], (chi[k], slope[k], c[k], c_slope[k])) for k in checked]
    error = max(errors, default=0.0)
    say_error(error)
    shape = (w_axis.size, b_axis.size)
    rates = InverseDepthScales(*(rate(each).reshape(shape) for each in (slope, c_slope, chi)))
    line = critical_weight_variance(units, bias_variance=b_axis)
    q, chi, c = (each.reshape(shape) for each in (q, chi, c))
    return PhaseDiagram(units.name, w_axis, b_axis, q, chi, c, rates, line, np.float64(error))


def _errors(
    units: Nonlinearity, w: np.ndarray, q: np.ndarray, chi: np.ndarray, slope: np.ndarray, some: np.ndarray
) -> list[float]:
    means = averages_of(units)
    fine = means.finer()
    if fine is means or not some.any():
        return []
    order = np.flatnonzero(some)[np.argsort(q[some])]
    k = order[np.unique(np.linspace(0, order.size - 1, CHECKED).astype(int))]  # the error of a sum hangs on q alone
    off = (
        w[k]
        * np.abs(fine.square(q[k]) - means.square(q[k]))
        / np.maximum(np.abs(1 - slope[k]), 1e-6)
        / np.maximum(1, q[k]),
        np.abs(w[k] * fine.slope_power(q[k], 2) - chi[k]) / np.maximum(1, chi[k]),
        np.abs(w[k] * fine.square_growth(q[k]) - slope[k]),
    )
    return [float(np.max(each)) for each in off]


def _axis(values: ArrayLike, name: str) -> np.ndarray:
    axis = np.atleast_1d(np.asarray(values, dtype=float))
    if axis.ndim != 1 or not axis.size:
        raise InputError(name, f"has the shape {axis.shape}, but an axis of a diagram is a list", "pass a list")
    if not np.all(np.isfinite(axis)) or axis.min() < 0:
        raise InputError(
            name, "has a number that is negative or not finite, but these are variances", "write 0 or more"
        )
    return axis
