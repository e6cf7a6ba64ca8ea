r"""What mean-field theory says of a chain of layers with the variances of its own weights, on its own batch.

The variance of the sums in the first layer is that of the batch, seen through weights of that variance; every later one
follows by `variance_map`, correlations by `correlation_map`, and squared gradients go back by :math:`\chi_1` per layer.
In layers of finite width both scatter: a band of one standard deviation comes with them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

from .._core.nonlinearities import TABLE, Nonlinearity
from .._core.stable import quiet
from .averages import PLANE_LARGEST, TwoSlopes, averages_of
from .graph import LAYERS, Step
from .jacobians import slope_powers
from .mean_fields import MeanField, correlation_map, mean_field, variance_map
from .measurements import kind_of_weights, mean_correlation, weight_variance
from .phases import critical_weight_variance
from .reading import Kernel

ALIKE = 0.2  # relative difference of weight variances up to which layers count as drawn alike
SETTLED = 1e-3  # of the largest eigenvalue of a kernel: the learning rate is shown to two digits
NEARBY = 1e-3  # relative distance of variances that a slope is taken between
QUANTILES = 256  # of the sizes of inputs, where there are more examples
SMALL_KERNEL = 8  # answers up to which all eigenvalues are computed


@dataclass(frozen=True, eq=False)
class ChainTheory:
    """What the theory of wide random networks says of a chain of layers.

    Parameters
    ----------
    mean_field : MeanField or None
        Where a network of ever more such layers settles, with the mean variances of the layers after the first; None
        where they differ, or there is but one.
    critical_gain : float
        Standard deviation of the weights, times the root of the number of inputs, at which gradients keep their size,
        for the biases that the network has; NaN where there is none.
    largest_learning_rate : float
        Beyond which full-batch gradient descent on half the squared error, summed over outputs and averaged over
        examples, leaves its course: 2 over the largest eigenvalue of the tangent kernel at this batch [1/tau].
    notes : tuple of str
        What the theory does not know of this network.
    """

    mean_field: MeanField | None
    critical_gain: float
    largest_learning_rate: float
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"ChainTheory({self.mean_field!r}, critical gain {self.critical_gain:.4g}, largest learning rate "
            f"{self.largest_learning_rate:.3g})"
        )


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer of a chain, and the units that read it.

    Parameters
    ----------
    row : int
        Of the report.
    w, b : float
        Variances of its weights, times the number of inputs, and of its biases.
    units : Nonlinearity
        After it; linear where there are none.
    width : int
        Number of its units for one example.
    channels : int
        Of them those that have weights of their own.
    """

    row: int
    w: float
    b: float
    units: Nonlinearity
    width: int
    channels: int


def layers_of(steps: Sequence[Step]) -> list[Layer]:
    """The layers of a chain, in order."""
    found = []
    for row, step in enumerate(steps):
        if step.kind in LAYERS and step.weights is not None:
            units = steps[row + 1].units if row + 1 < len(steps) else None
            b = 0.0 if step.biases is None else float(np.mean(np.square(step.biases, dtype=float)))
            width, channels = step.activity[0].size, len(step.weights)
            found.append(Layer(row, weight_variance(step.weights), b, units or TABLE["linear"], width, channels))
    return found


@quiet
def chain_theory(steps: Sequence[Step], kernel: Kernel) -> tuple[ChainTheory, dict[str, np.ndarray]]:
    """The theory of a chain, and its numbers for every row: NaN where it has none.

    Implements: schoenholz2017 text, poole2016 text
    Checked by: tests/propagation/test_diagnosis.py::test_the_theory_is_that_of_the_maps

    Parameters
    ----------
    steps : list of Step
        Rows of a report; those of a chain.
    kernel : function
        Tangent kernel of the network at this batch.
    """
    layers = layers_of(steps)
    q = _variances(steps[layers[0].row - 1].activity, layers)
    scatter = _scatter(layers, q)
    band = q * np.sqrt(scatter.total + [2 / layer.channels for layer in layers])
    c = _correlations(steps[layers[0].row - 1].activity, layers, q)
    chi, gradient, gradient_band = _gradients(layers, q, scatter)
    rows: dict[str, np.ndarray] = {}
    for name, values in (
        ("theory_second_moment", q), ("theory_band", band), ("theory_correlation", c), ("chi_1", chi),
        ("theory_gradient", gradient), ("theory_gradient_band", gradient_band),
    ):  # fmt: skip
        rows[name] = np.full(len(steps), math.nan)
        rows[name][[layer.row for layer in layers]] = values
    inner = layers[1:]
    bias = float(np.mean([layer.b for layer in inner or layers]))
    units = next((layer.units for layer in layers if layer.units.name != "linear"), TABLE["linear"])
    field = _field(inner, units, bias, float(q[0]))
    gain = math.sqrt(_critical(units, bias))
    limit = largest_learning_rate(kernel, len(steps[0].activity))
    return ChainTheory(field, gain, limit, _notes(steps, layers, inner, field)), rows


def _critical(units: Nonlinearity, bias: float) -> float:
    """Critical weight variance; for straight halves, whose variance diverges there with a bias, that of gradients."""
    averages = averages_of(units)
    if isinstance(averages, TwoSlopes):
        return 1 / float(averages.slope_power(1.0, 2))
    return float(critical_weight_variance(units, bias_variance=bias))


def _variances(inputs: np.ndarray, layers: list[Layer]) -> np.ndarray:
    """Variance of the sums of every layer, averaged over examples."""
    squares = np.mean(np.square(inputs.reshape(len(inputs), -1), dtype=float), axis=1)
    if squares.size > QUANTILES:
        squares = np.quantile(squares, (np.arange(QUANTILES) + 0.5) / QUANTILES)
    q = layers[0].w * squares + layers[0].b
    means = [float(np.mean(q))]
    for before, layer in zip(layers, layers[1:]):
        q = np.asarray(variance_map(q, before.units, layer.w, layer.b))
        means.append(float(np.mean(q)))
    return np.array(means)


class Scatter(NamedTuple):
    """Relative scatter, from draw to draw, of the variance that the sums of a layer have.

    Attributes
    ----------
    total : array, shape (layers,)
        Its square.
    new : array, shape (layers,)
        The part that comes in at this layer, because the units before it are few.
    kept : array, shape (layers - 1,)
        Share of a deviation that goes on to the next layer.
    """

    total: np.ndarray
    new: np.ndarray
    kept: np.ndarray


def _scatter(layers: list[Layer], q: np.ndarray) -> Scatter:
    total, new, kept = [0.0], [0.0], []
    for before, layer, old, here in zip(layers, layers[1:], q, q[1:]):
        averages = averages_of(before.units)
        kept.append(layer.w * float(averages.square_growth(old)) * old / here)
        spread = max(_fourth_moment(before.units, old) - float(averages.square(old)) ** 2, 0.0)
        new.append((layer.w / here) ** 2 * spread / before.channels)
        total.append(kept[-1] ** 2 * total[-1] + new[-1])
    return Scatter(np.array(total), np.array(new), np.array(kept))


def _fourth_moment(units: Nonlinearity, q: float) -> float:
    """Mean fourth power of the activity of units that receive sums of variance `q`."""
    if isinstance(averages_of(units), TwoSlopes):
        assert units.outer_slopes
        return 3 * q**2 * sum(slope**4 for slope in units.outer_slopes) / 2
    squared = Nonlinearity(lambda h: np.asarray(units.of(h)) ** 2, kinks=units.kinks, name=f"{units.name} squared")
    return float(averages_of(squared).square(q))


def _correlations(inputs: np.ndarray, layers: list[Layer], q: np.ndarray) -> np.ndarray:
    """Correlation of the sums of pairs of examples, at their mean variance."""
    flat = inputs.reshape(len(inputs), -1).astype(float)
    through = layers[0].w * float(np.mean(flat**2))
    c = [(through * mean_correlation(flat) + layers[0].b) / q[0]] if q[0] > 0 else [math.nan]
    for before, layer, old, new in zip(layers, layers[1:], q, q[1:]):
        averages = averages_of(before.units)
        usable = (
            0 < old and new > 0 and math.isfinite(new) and (old <= PLANE_LARGEST or isinstance(averages, TwoSlopes))
        )
        # all at the mean variance: that of the next layer, averaged over unlike examples, would be another
        known = float(np.clip(c[-1], -1.0, 1.0))
        c.append(
            float(correlation_map(known, before.units, layer.w, layer.b, variance=float(old))) if usable else math.nan
        )
    return np.array(c)


def _gradients(layers: list[Layer], q: np.ndarray, scatter: Scatter) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Growth of squared gradients through the units and the weights after every layer, the gradients, their band."""
    slopes = [slope_powers(layer.units, float(at)) for layer, at in zip(layers, q)]
    chi = np.array([after.w * mu for after, (mu, _) in zip(layers[1:], slopes)] + [math.nan])
    mu, mu_2 = slopes[-1]
    squares, drawn = [mu], [(mu_2 / mu**2 - 1) / layers[-1].channels if mu > 0 else math.nan]
    tail = [_steepness(layers[-1].units, float(q[-1]))]
    for place in range(len(layers) - 2, -1, -1):
        (mu, mu_2), layer, after = slopes[place], layers[place], layers[place + 1]
        squares.append(squares[-1] * chi[place] * after.width / layer.width)
        tail.append(_steepness(layer.units, float(q[place])) + scatter.kept[place] * tail[-1])
        drawn.append(drawn[-1] + (3 * mu_2 / mu**2 - 1) / layer.channels if mu > 0 else math.nan)
    gradient, own = np.array(squares[::-1]), np.array(drawn[::-1])
    through = _through(scatter, np.array(tail[::-1]))
    return chi, gradient, gradient * np.sqrt(own + through)


def _through(scatter: Scatter, tail: np.ndarray) -> np.ndarray:
    """Square of the scatter that gradients owe to that of the variances, layer by layer."""
    later = np.append(np.cumsum((scatter.new * tail**2)[::-1])[::-1][1:], 0.0)
    return scatter.total * tail**2 + later


def _steepness(units: Nonlinearity, q: float) -> float:
    """Relative change of the mean squared slope with that of the variance."""
    below, above = (slope_powers(units, q * factor)[0] for factor in (1 - NEARBY, 1 + NEARBY))
    return math.log(above / below) / (2 * NEARBY) if below > 0 and above > 0 else math.nan


def _field(inner: list[Layer], units: Nonlinearity, bias: float, start: float) -> MeanField | None:
    """Where more layers like the inner ones would settle."""
    variances = [layer.w for layer in inner]
    alike = variances and max(variances) - min(variances) <= ALIKE * max(variances)
    same = len({layer.units.name for layer in inner[:-1]} | {units.name}) == 1
    if not (alike and same and math.isfinite(start)):
        return None
    return mean_field(units, float(np.mean(variances)), bias, start_variance=start)


def _notes(steps: Sequence[Step], layers: list[Layer], inner: list[Layer], field: MeanField | None) -> tuple[str, ...]:
    said = []
    if any(step.kind == "convolution" for step in steps):
        said.append("Convolutions count as in the bulk of an image: edges are ignored.")
    odd = [steps[layer.row].name for layer in layers if kind_of_weights(steps[layer.row].weights) == "neither"]
    if odd:
        said.append(
            f"{len(odd)} of {len(layers)} layers have weights unlike independent ones, as training makes them: the "
            "theory is that of random weights with their variance."
        )
    if field is None and len(inner) > 1:
        said.append("Layers differ in the variance of their weights or in their units: no depth scale is one for all.")
    return tuple(said)


def largest_learning_rate(kernel: Kernel, items: int) -> float:
    """2 over the largest eigenvalue of a tangent kernel, averaged over examples; NaN if nothing can be trained.

    Parameters
    ----------
    kernel : function
        Its products with vectors.
    items : int
        Number of examples.
    """
    size = kernel.size
    if size <= SMALL_KERNEL:
        top = float(np.linalg.eigvalsh(np.array([kernel(row) for row in np.eye(size)]))[-1])
    else:
        start = np.random.default_rng(size).standard_normal(size)
        operator = LinearOperator((size, size), matvec=lambda v: kernel(np.ravel(v)), dtype=float)
        if not np.all(np.isfinite(kernel(start))) or not np.any(kernel(start)):
            return math.nan
        top = float(eigsh(operator, k=1, which="LA", v0=start, tol=SETTLED, return_eigenvectors=False)[0])
    return 2 * items / top if top > 0 else math.nan
