r"""The end-to-end Jacobian of a deep network: how each direction of the input is stretched on its way to the output.

Measured in a network at one point (`jacobian_spectrum`), from all its singular values or, in wide networks, from
products with vectors alone; and predicted for random ones (`jacobian_moments`). A network is dynamically isometric
where all singular values are near 1: then gradients reach every layer with their length and their angles.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse.linalg import LinearOperator

from .._core.arrays import ArrayLike
from .._core.checks import InputError, not_negative, one_of, whole
from .._core.nonlinearities import Nonlinearity, named
from .._core.tidy import tidy
from .averages import averages_of
from .fixed_points import scan
from .layers import checked_layers, layer_sums, numbers
from .mean_fields import AnyNonlinearity, mean_field, variance_map

if TYPE_CHECKING:
    import pandas as pd

DENSE = 1500  # units up to which all singular values are computed
PROBES = 16  # random vectors of the matrix-free estimate
LANCZOS = 40  # steps from each of them
DEFLATED = 1e-10  # share of the first step's length below which a probe has seen all that it can see


def jacobian_operator(
    weights: Sequence[Any],
    sums: ArrayLike,
    nonlinearity: AnyNonlinearity = "linear",
    *,
    biases: Sequence[Any] | None = None,
    nonlinear_input: bool = False,
) -> LinearOperator:
    r"""End-to-end Jacobian of a network at a point, as products with vectors from either side.

    .. math:: J_{ij} = \frac{\partial x_i^{N_l}}{\partial x_j^1}

    Implements: saxe2014 (22)
    Checked by: tests/propagation/test_jacobians.py::test_the_jacobian_is_that_of_finite_differences

    Parameters
    ----------
    weights : list of array, shape (out, in) each
        Weights, first layer first.
    sums : array, shape (in,)
        The point :math:`x^1`: what the network is fed with.
    nonlinearity : str, Nonlinearity or function
        As for `mean_field`.
    biases : list of array, shape (out,) each, optional
        Biases of every layer.
    nonlinear_input : bool
        Whether the nonlinearity acts on the input too, as in the paper, where :math:`x^1` are sums that units receive.
        In ordinary networks it does not, and acts between layers only.

    Returns
    -------
    scipy.sparse.linalg.LinearOperator, shape (outputs, inputs)

    Raises
    ------
    InputError
        Layers that do not fit together, a point that is no vector.

    See Also
    --------
    jacobian_spectrum : its singular values.

    Examples
    --------
    >>> jacobian_operator([2 * np.eye(2), 3 * np.eye(2)], [0.0, 0.0], "tanh") @ np.array([1.0, 0.0])
    array([6., 0.])
    """
    x = numbers(sums, "sums")
    if x.ndim != 1:
        raise InputError("sums", f"has the shape {x.shape}, but a Jacobian is taken at one point", "pass one column")
    units = named(nonlinearity)
    layers = checked_layers(weights, x.size)
    slopes = _slopes(layers, x, units, biases, nonlinear_input)

    def forward(vectors: np.ndarray) -> np.ndarray:
        for layer, slope in zip(layers, slopes):
            vectors = layer @ (slope[:, None] * vectors)
        return vectors

    def backward(vectors: np.ndarray) -> np.ndarray:
        for layer, slope in zip(layers[::-1], slopes[::-1]):
            vectors = slope[:, None] * (layer.T @ vectors)
        return vectors

    return LinearOperator(
        shape=(layers[-1].shape[0], x.size),
        dtype=np.float64,
        matvec=lambda v: forward(np.reshape(v, (-1, 1)))[:, 0],
        rmatvec=lambda v: backward(np.reshape(v, (-1, 1)))[:, 0],
        matmat=forward,
        rmatmat=backward,
    )


def _slopes(
    layers: list[np.ndarray], x: np.ndarray, units: Nonlinearity, biases: Sequence[Any] | None, nonlinear_input: bool
) -> list[np.ndarray]:
    """Slope of the units that every layer reads from, at the point that is passed through the network."""
    if nonlinear_input:
        return [units.slope_at(each) for each in layer_sums(layers, x, units, biases=biases)[:-1]]
    first = layers[0] @ x + (0.0 if biases is None else np.asarray(biases[0], dtype=float))
    rest = None if biases is None else biases[1:]
    later = layer_sums(layers[1:], first, units, biases=rest)[:-1] if len(layers) > 1 else []
    return [np.ones_like(x), *(units.slope_at(each) for each in later)]


def jacobian_singular_values(
    weights: Sequence[Any],
    sums: ArrayLike,
    nonlinearity: AnyNonlinearity = "linear",
    *,
    biases: Sequence[Any] | None = None,
    nonlinear_input: bool = False,
) -> np.ndarray:
    """All singular values of the end-to-end Jacobian of a network at a point, largest first.

    Implements: saxe2014 (22), saxe2014 Fig. 7
    Checked by: tests/propagation/test_jacobians.py::test_the_jacobian_is_that_of_finite_differences

    Parameters
    ----------
    weights : list of array, shape (out, in) each
        Weights, first layer first.
    sums : array, shape (in,)
        The point: what the network is fed with.
    nonlinearity : str, Nonlinearity or function
        As for `mean_field`.
    biases : list of array, shape (out,) each, optional
        Biases of every layer.
    nonlinear_input : bool
        Whether the nonlinearity acts on the input too, as in the paper.

    Returns
    -------
    array, shape (smaller of inputs and outputs,)

    Raises
    ------
    InputError
        Layers that do not fit together, a point that is no vector.

    Notes
    -----
    From the product of all layers: what is smaller than 1e-16 of the largest is rounding, as are most singular values
    of a deep product of Gaussian matrices.

    Examples
    --------
    >>> jacobian_singular_values([2 * np.eye(2), 3 * np.eye(2)], [0.0, 0.0], "tanh").tolist()
    [6.0, 6.0]
    """
    operator = jacobian_operator(weights, sums, nonlinearity, biases=biases, nonlinear_input=nonlinear_input)
    return np.linalg.svd(_dense(operator), compute_uv=False)


def _dense(operator: LinearOperator) -> np.ndarray:
    rows, columns = operator.shape
    return operator.matmat(np.eye(columns)) if columns <= rows else operator.rmatmat(np.eye(rows)).T


@dataclass(frozen=True, eq=False)
class JacobianSpectrum:
    """Singular values of a measured Jacobian, all of them or a sample with weights.

    Parameters
    ----------
    singular_values : array, shape (values,)
        Singular values, largest first.
    shares : array, shape (values,)
        Share of all singular values that each stands for; they sum to 1.
    mean_square : float
        Mean of the squared singular values: what becomes of a gradient's squared length.
    normalized_variance : float
        Variance of the squared singular values over the square of their mean.
    standard_error : float
        Of the mean square; 0 where all singular values are known.
    method : str
        "dense" or "matrix_free".
    """

    singular_values: np.ndarray
    shares: np.ndarray
    mean_square: np.float64
    normalized_variance: np.float64
    standard_error: np.float64
    method: str

    @property
    def isometry(self) -> np.float64:
        """Score of dynamical isometry, from 0 to 1, as `isometry_score` has it."""
        return isometry_score(self.mean_square, self.normalized_variance)

    def share_below(self, singular_value: float) -> np.float64:
        """Share of the singular values below a number."""
        return np.float64(np.sum(self.shares[self.singular_values < singular_value]))

    def __repr__(self) -> str:
        return (
            f"JacobianSpectrum({self.method}, {self.singular_values.size} values from {self.singular_values[-1]:.3g} "
            f"to {self.singular_values[0]:.3g}, mean square {self.mean_square:.4g}, isometry {self.isometry:.3f})"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per singular value, largest first: singular_value, share."""
        values = {"singular_value": self.singular_values, "share": self.shares}
        return tidy({"number": range(1, self.shares.size + 1)}, values)


def isometry_score(mean_square: ArrayLike, normalized_variance: ArrayLike) -> Any:
    r"""How near to 1 all singular values are: 1 for an isometry, 0 where signals vanish, explode or are lost.

    With the mean :math:`m` of the squared singular values and their normalized variance :math:`v`, where
    :math:`m \le 1` as displayed, else with :math:`1/m`:

    .. math:: S = \frac{m}{1 + v}

    Checked by: tests/propagation/test_jacobians.py::test_the_score_is_one_for_isometries_alone

    Parameters
    ----------
    mean_square : float
        Mean :math:`m` of the squared singular values.
    normalized_variance : float
        Variance :math:`v` of the squared singular values over the square of their mean.

    Returns
    -------
    float
        Score :math:`S`.

    Notes
    -----
    The first factor is that of the squared length of a gradient that is not 1, the second the share of directions
    among which it is spread (the participation ratio of the squared singular values).

    Examples
    --------
    A product of ten Gaussian matrices keeps lengths on average, but in a tenth of the directions:

    >>> round(float(isometry_score(1.0, 10.0)), 3)
    0.091
    """
    m, v = np.asarray(mean_square, dtype=float), np.asarray(normalized_variance, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(m > 1, 1 / m, m)
        spread = np.where(m == 0, 0.0, 1 / (1 + v))
    return np.asarray(scale * spread)[()]


def jacobian_spectrum(
    weights: Sequence[Any],
    sums: ArrayLike,
    nonlinearity: AnyNonlinearity = "linear",
    *,
    biases: Sequence[Any] | None = None,
    nonlinear_input: bool = False,
    method: str = "auto",
    seed: int = 0,
) -> JacobianSpectrum:
    """Distribution of the singular values of a network's end-to-end Jacobian at a point, and how isometric it is.

    Implements: saxe2014 Fig. 7, pennington2017 text
    Checked by: tests/propagation/test_jacobians.py::test_matrix_free_estimates_are_those_of_all_singular_values

    Parameters
    ----------
    weights : list of array, shape (out, in) each
        Weights, first layer first.
    sums : array, shape (in,)
        The point: what the network is fed with.
    nonlinearity : str, Nonlinearity or function
        As for `mean_field`.
    biases : list of array, shape (out,) each, optional
        Biases of every layer.
    nonlinear_input : bool
        Whether the nonlinearity acts on the input too, as in the paper.
    method : {"auto", "dense", "matrix_free"}
        All singular values of the product of all layers; or products with a few vectors alone, which never hold that
        product, by Lanczos quadrature. "auto" takes the second where inputs and outputs are more than 1500.
    seed : int
        Of the random vectors.

    Returns
    -------
    JacobianSpectrum

    Raises
    ------
    InputError
        Layers that do not fit together, a point that is no vector, an unknown method.

    See Also
    --------
    jacobian_moments : what the theory of wide random networks predicts.

    Examples
    --------
    Orthogonal layers keep every length, Gaussian ones only on average:

    >>> rng = np.random.default_rng(0)
    >>> orthogonal = [np.linalg.qr(rng.standard_normal((50, 50)))[0] for _ in range(10)]
    >>> gaussian = [rng.standard_normal((50, 50)) / np.sqrt(50) for _ in range(10)]
    >>> [round(float(jacobian_spectrum(each, np.zeros(50)).isometry), 2) for each in (orthogonal, gaussian)]
    [1.0, 0.11]
    """
    one_of(method, ("auto", "dense", "matrix_free"), "method")
    operator = jacobian_operator(weights, sums, nonlinearity, biases=biases, nonlinear_input=nonlinear_input)
    if method == "dense" or method == "auto" and min(operator.shape) <= DENSE:
        s = np.linalg.svd(_dense(operator), compute_uv=False)
        mean, square, error = float(np.mean(s**2)), float(np.mean(s**4)), 0.0
        shares = np.full(s.size, 1 / s.size)
        return _spectrum(s, shares, mean, square, error, "dense")
    # not the stream of the same seed alone, from which the weights themselves may have been drawn
    probes = np.random.default_rng([whole(seed, "seed", 0, "seeds are not negative"), PROBES, LANCZOS])
    return _sampled(operator, probes)


def _spectrum(
    s: np.ndarray, shares: np.ndarray, mean: float, square: float, error: float, method: str
) -> JacobianSpectrum:
    variance = square / mean**2 - 1 if mean > 0 and mean**2 > 0 else math.nan
    spread = np.float64(variance if math.isnan(variance) else max(variance, 0.0))
    return JacobianSpectrum(s, shares, np.float64(mean), spread, np.float64(error), method)


def _sampled(operator: LinearOperator, generator: np.random.Generator) -> JacobianSpectrum:
    """Gauss quadrature of the spectrum of the smaller Gram matrix, by Lanczos steps from random directions."""
    rows, columns = operator.shape
    gram = _gram(operator, columns <= rows)
    size = min(rows, columns)
    starts = generator.standard_normal((size, PROBES))
    means, squares, nodes, shares = [], [], [], []
    for values, weight in _lanczos(gram, starts / np.linalg.norm(starts, axis=0)):
        means.append(float(np.sum(weight * values)))
        squares.append(float(np.sum(weight * values**2)))
        nodes.append(values)
        shares.append(weight / PROBES)
    every, share = np.concatenate(nodes), np.concatenate(shares)
    order = np.argsort(-every)
    error = float(np.std(means, ddof=1) / math.sqrt(PROBES))
    s = np.sqrt(np.maximum(every[order], 0.0))
    return _spectrum(s, share[order], float(np.mean(means)), float(np.mean(squares)), error, "matrix_free")


def _gram(operator: LinearOperator, of_columns: bool) -> Any:
    if of_columns:
        return lambda v: operator.rmatmat(operator.matmat(v))
    return lambda v: operator.matmat(operator.rmatmat(v))


def _lanczos(gram: Any, starts: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Nodes and weights of the spectrum that each direction (a column) sees, all directions in step.

    Every new direction is made orthogonal to all before; one that has seen all that it can see goes on as 0.
    """
    steps = min(LANCZOS, starts.shape[0])
    basis, diagonal, beside = [starts], [], []
    length = np.ones(starts.shape[1])
    for _ in range(steps):
        new = gram(basis[-1])
        diagonal.append(np.sum(basis[-1] * new, axis=0))
        held = np.array(basis)
        for _ in range(2):
            new = new - np.einsum("ksp,kp->sp", held, np.einsum("ksp,sp->kp", held, new))
        length = np.where(length > 0, np.linalg.norm(new, axis=0), 0.0)
        length[length <= DEFLATED * np.max(np.abs(diagonal), axis=0)] = 0.0
        beside.append(length)
        basis.append(np.where(length > 0, new, 0.0) / np.where(length > 0, length, 1.0))
    for alpha, beta in zip(np.array(diagonal).T, np.array(beside).T):
        count = int(np.argmax(beta == 0)) + 1 if np.any(beta == 0) else steps
        across = beta[: count - 1]
        values, vectors = np.linalg.eigh(np.diag(alpha[:count]) + np.diag(across, 1) + np.diag(across, -1))
        yield np.maximum(values, 0.0), vectors[0] ** 2


@dataclass(frozen=True, eq=False)
class JacobianMoments:
    """What the theory of wide random networks says of the squared singular values of their Jacobian.

    Parameters
    ----------
    mean_square : float
        Mean of the squared singular values.
    normalized_variance : float
        Variance of the squared singular values over the square of their mean.
    depth : int
        Number of layers.
    ensemble : str
        "gaussian" or "orthogonal" weights.
    """

    mean_square: np.float64
    normalized_variance: np.float64
    depth: int
    ensemble: str

    @property
    def isometry(self) -> np.float64:
        """Score of dynamical isometry, as `isometry_score` has it."""
        return isometry_score(self.mean_square, self.normalized_variance)

    def __repr__(self) -> str:
        return (
            f"JacobianMoments({self.depth} {self.ensemble} layers: mean square {self.mean_square:.6g}, normalized "
            f"variance {self.normalized_variance:.6g}, isometry {self.isometry:.3f})"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row: depth, ensemble, mean_square, normalized_variance, isometry."""
        names = ("mean_square", "normalized_variance", "isometry")
        return tidy(
            {"depth": [self.depth], "ensemble": [self.ensemble]}, {name: [[getattr(self, name)]] for name in names}
        )


def jacobian_moments(
    nonlinearity: AnyNonlinearity,
    weight_variance: float,
    bias_variance: float = 0.0,
    *,
    depth: int,
    ensemble: str = "gaussian",
    start_variance: float | None = None,
) -> JacobianMoments:
    r"""Mean and variance of the squared singular values of the Jacobian of a wide random network.

    With :math:`\mu_k = \langle\phi'^{2k}\rangle` at the variance of every layer, and :math:`s_1 = -1` for Gaussian
    weights, 0 for orthogonal ones,

    .. math:: m = \prod_l \sigma_w^2\,\mu_1(q_l)

    .. math:: v = \sum_l \left(\frac{\mu_2(q_l)}{\mu_1(q_l)^2} - 1 - s_1\right)

    which at the fixed point is :math:`\chi_1^L` and :math:`L` equal terms.

    Implements: pennington2017 text, pennington2018 text
    Checked by: tests/propagation/test_jacobians.py::test_sampled_jacobians_have_the_moments_of_theory

    Parameters
    ----------
    nonlinearity : str, Nonlinearity or function
        As for `mean_field`.
    weight_variance, bias_variance : float
        Variances :math:`\sigma_w^2` (times the number of inputs; the squared gain of orthogonal weights) and
        :math:`\sigma_b^2`.
    depth : int
        Number :math:`L \ge 1` of layers, each the nonlinearity and then its weights.
    ensemble : {"gaussian", "orthogonal"}
        Of the weights.
    start_variance : float, optional
        Variance of the sums in the first layer, from which that of the others follows. Without it all layers have that
        of the fixed point.

    Returns
    -------
    JacobianMoments

    Raises
    ------
    InputError
        A negative variance, no layer, an unknown nonlinearity or ensemble.

    Notes
    -----
    Exact for infinitely wide layers. Where half of all slopes are 0, as those of rectified units, even orthogonal
    weights lose half of the directions in every layer.

    Examples
    --------
    Over 100 layers of tanh, orthogonal weights of gain 1 are an isometry in the end, Gaussian ones are not:

    >>> [
    ...     round(float(jacobian_moments("tanh", 1.0, depth=100, ensemble=each).isometry), 3)
    ...     for each in ("orthogonal", "gaussian")
    ... ]
    [1.0, 0.01]
    >>> jacobian_moments("relu", 2.0, depth=10, ensemble="orthogonal")
    JacobianMoments(10 orthogonal layers: mean square 1, normalized variance 10, isometry 0.091)
    """
    units = named(nonlinearity)
    w = not_negative(weight_variance, "weight_variance", "a variance")
    b = not_negative(bias_variance, "bias_variance", "a variance")
    layers = whole(depth, "depth", 1, "a network has a layer")
    s_1 = {"gaussian": -1.0, "orthogonal": 0.0}[one_of(ensemble, ("gaussian", "orthogonal"), "ensemble")]
    if start_variance is None:
        variances = [float(mean_field(units, w, b).variance_fixed_point)] * layers
    else:
        first = not_negative(start_variance, "start_variance", "a variance")
        variances = list(_variances(units, w, b, first, layers))
    pairs = [slope_powers(units, q) for q in variances]
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        m = reduce(lambda so_far, pair: so_far * np.float64(w * pair[0]), pairs, np.float64(1.0))
        v = np.float64(sum(np.divide(mu_2, mu_1**2) - 1 - s_1 for mu_1, mu_2 in pairs))
    return JacobianMoments(m, v, layers, ensemble)


def _variances(units: Nonlinearity, w: float, b: float, first: float, layers: int) -> Any:
    q = first
    for _ in range(layers):
        yield q
        q = float(variance_map(q, units, w, b))


def slope_powers(units: Nonlinearity, q: float) -> tuple[float, float]:
    """Means of the second and the fourth power of the slope."""
    if q == 0:
        slopes = units.slope_at(np.array([-1e-30, 1e-30]))
        return scan(units).slope_at_zero, float(np.mean(slopes**4))
    if not math.isfinite(q):
        outer = units.outer_slopes
        if math.isnan(q) or outer is None:
            return math.nan, math.nan
        return sum(each**2 for each in outer) / 2, sum(each**4 for each in outer) / 2
    means = averages_of(units)
    return float(means.slope_power(q, 2)), float(means.slope_power(q, 4))
