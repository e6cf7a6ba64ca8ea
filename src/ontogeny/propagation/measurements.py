"""What is measured of one layer of a network that ran: of its activity, its gradients and its weights."""

from __future__ import annotations

import math

import numpy as np

from .graph import Step

SILENT = 0.01  # share of its largest slope below which a unit passes no gradient
SUMS = np.linspace(-20, 20, 4001)  # among which the largest slope is looked for
ORTHOGONAL = 0.05  # of the spread that Gaussian weights have, up to which weights are orthogonal
LEAST = 4  # singular values from which a kind of weights can be told
WIDENS, WIDTH, LOWEST = 14.0, 0.03, 0.07  # of 10,000 draws of 4 to 300 rows none left 1 -+ (14 / rows + .03)
COLUMNS = (
    "width", "second_moment", "variance", "correlation", "gradient", "gradient_error", "dead_or_saturated",
    "participation_ratio", "weight_variance", "bias_variance", "bias_variance_times_fan_in",
)  # fmt: skip


def measured(step: Step) -> dict[str, float]:
    """The numbers of one row: `COLUMNS`; NaN where a step has none.

    Parameters
    ----------
    step : Step
        One row of a report.
    """
    activity = step.activity.reshape(len(step.activity), -1).astype(float)
    count = step.gradients.size
    with np.errstate(all="ignore"):  # of values that overflowed the report says so
        values = {
            "width": float(activity.shape[1]),
            "second_moment": float(np.mean(activity**2)),
            "variance": float(np.var(activity)),
            "correlation": mean_correlation(activity),
            "gradient": float(np.mean(step.gradients)) if count else math.nan,
            "gradient_error": float(np.std(step.gradients, ddof=1) / math.sqrt(count)) if count > 1 else math.nan,
            "dead_or_saturated": silent_share(step),
            "participation_ratio": participation_ratio(activity),
        }
        fan_in = 0 if step.weights is None else step.weights.shape[1]
        bias = 0.0 if step.biases is None else float(np.mean(np.square(step.biases, dtype=float)))
        values["weight_variance"] = math.nan if step.weights is None else weight_variance(step.weights)
        values["bias_variance"] = math.nan if step.weights is None else bias
        values["bias_variance_times_fan_in"] = math.nan if step.weights is None else bias * fan_in
    return values


def mean_correlation(activity: np.ndarray) -> float:
    """Mean cosine between the activities of two examples, over all pairs; examples without activity are left out.

    >>> round(mean_correlation(np.array([[1.0, 0.0], [1.0, 1.0]])), 4)
    0.7071
    """
    lengths = np.linalg.norm(activity, axis=1)
    some = activity[lengths > 0] / lengths[lengths > 0, None]
    count = len(some)
    return float((np.sum(some.sum(axis=0) ** 2) - count) / (count * (count - 1))) if count > 1 else math.nan


def participation_ratio(activity: np.ndarray) -> float:
    """Number of dimensions among which examples differ: 1 on a line, at most one less than examples.

    >>> round(participation_ratio(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])), 4)
    2.0
    """
    centered = activity - activity.mean(axis=0)
    gram = centered @ centered.T if centered.shape[0] <= centered.shape[1] else centered.T @ centered
    total = np.trace(gram)
    rounding = np.finfo(float).eps * np.sum(activity**2)
    return float(total**2 / np.sum(gram**2)) if total > rounding else math.nan


def silent_share(step: Step) -> float:
    """Share of units that pass no gradient for any example: dead ones, and such as are saturated for all."""
    if step.units is None or step.sums is None:
        return math.nan
    sums = step.sums.reshape(len(step.sums), -1).astype(float)
    if not np.all(np.isfinite(sums)):
        return math.nan
    steepest = np.max(np.abs(step.units.slope_at(SUMS)))
    return float(np.mean(np.all(np.abs(step.units.slope_at(sums)) <= SILENT * steepest, axis=0)))


def weight_variance(weights: np.ndarray) -> float:
    """Mean square of the weights times the number of inputs."""
    return float(np.mean(np.square(weights, dtype=float)) * weights.shape[1])


def kind_of_weights(weights: np.ndarray | None) -> str:
    """What the weights of a layer look like, by how much their singular values differ.

    Independent weights of any distribution spread their squared singular values by the smaller over the larger side of
    the matrix (Marchenko and Pastur), orthogonal ones not at all; trained ones mostly more than that.

    >>> kind_of_weights(np.eye(9)), kind_of_weights(np.random.default_rng(0).standard_normal((50, 80)))
    ('orthogonal', 'Gaussian-like')
    """
    if weights is None:
        return ""
    if min(weights.shape) < LEAST or not np.all(np.isfinite(weights)):
        return "too small to tell" if min(weights.shape) < LEAST else "not finite"
    smaller, larger = sorted(weights.shape)
    weights = weights.astype(float) / (np.max(np.abs(weights)) or 1.0)  # squares of squares stay numbers
    gram = weights @ weights.T if weights.shape[0] <= weights.shape[1] else weights.T @ weights
    mean = float(np.trace(gram)) / smaller
    if not mean > 0:
        return "all 0"
    spread = float(np.sum(gram**2)) / smaller / mean**2 - 1
    expected = smaller / larger
    off, width = spread / expected, WIDENS / smaller + WIDTH
    if off <= ORTHOGONAL:
        return "orthogonal"
    return "Gaussian-like" if max(LOWEST, 1 - width) <= off <= 1 + width else "neither"
