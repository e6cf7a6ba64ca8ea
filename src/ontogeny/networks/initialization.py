"""Initial weights, and the strength that each mode starts from.

Weights are lists of arrays (out, in), first layer first; a leading axis may run over seeds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, not_negative, whole
from .._core.weights import as_numbers
from ..environments.environment import Environment
from ..environments.spectrum import Spectrum
from ..modes.laws import law
from ..validity import Assumption

NOTICED = 0.02  # relative delay that is seen in a figure
LEAST = 1e-290  # share of a final strength that stands for 0, which has no logarithm
USUAL_START = 1e-3  # strength of a mode before learning, unless the world needs less
START_SHARE = 0.01  # of what the weakest mode learns: its rise from a tenth to nine tenths lies well ahead
LEAST_SHARE = 1e-6  # of what the strongest mode learns: with several hidden layers less takes forever


def gaussian(sizes: Sequence[int], scale: float, seed: int) -> list[np.ndarray]:
    """Independent normal weights of standard deviation `scale`.

    Parameters
    ----------
    sizes : list of int
        Units of every layer, input and output included.
    scale : float
        Standard deviation of every weight, not divided by the width.
    seed : int
        Seed of the generator.

    Returns
    -------
    list of arrays, shape (out, in) each

    Examples
    --------
    >>> [weights.shape for weights in gaussian([3, 5, 2], 0.1, seed=0)]
    [(5, 3), (2, 5)]
    """
    widths = [whole(size, "sizes", 1, "a layer has at least one unit") for size in sizes]
    if len(widths) < 2:
        raise InputError("sizes", f"are {sizes!r}, but weights connect two layers", "write at least inputs and outputs")
    sd = not_negative(scale, "scale", "a standard deviation")
    generator = np.random.default_rng(whole(seed, "seed", 0, "seeds are not negative"))
    layers = [generator.standard_normal((out, into)) for into, out in zip(widths, widths[1:], strict=False)]
    for layer in layers:
        layer *= sd  # in place: layers may be large
    return layers


def gaussian_norms(sizes: Sequence[int], scale: float) -> list[float]:
    """Spectral norm of every layer of random weights, to within a few percent: that of large random matrices.

    Parameters
    ----------
    sizes : list of int
        Units of every layer, input and output included.
    scale : float
        Standard deviation of every weight.

    Examples
    --------
    >>> gaussian_norms([9, 16, 4], 0.5)
    [3.5, 3.0]
    """
    return [scale * (into**0.5 + out**0.5) for into, out in zip(sizes, sizes[1:], strict=False)]


def small_strength(environment: Environment) -> float:
    """Strength of every mode before learning that is small against the world: 0.001 by default.

    A hundredth of what the weakest mode learns, if that is less; a millionth of what the strongest learns, if that is
    more.

    Parameters
    ----------
    environment : Environment
        The world.

    Examples
    --------
    >>> small_strength(Environment.from_correlations([[3.0, 0.0], [0.0, 0.02]]))
    0.0002
    """
    final = environment.spectrum().asymptotes
    return min(max(USUAL_START, LEAST_SHARE * float(final.max())), START_SHARE * float(final.min()))


def gaussian_scale(initial_strength: float, hidden_units: int, *, depth: int) -> float:
    r"""Standard deviation of random weights whose modes start from a given strength.

    Two weight matrices: the expected strength along the growing direction,
    :math:`u_0 = N_h\,\sigma^2/2`. Otherwise the root mean square of :math:`u^T W v`,
    :math:`u_0 = \sigma^L\,N_h^{(L-1)/2}`.

    Implements: saxe2019 SI
    Checked by: tests/networks/test_initialization.py::test_gaussian_scale_gives_the_strength_on_average

    Parameters
    ----------
    initial_strength : float
        Strength :math:`u_0 > 0` of a mode before learning.
    hidden_units : int
        Units :math:`N_h` of every hidden layer.
    depth : int
        Number :math:`L` of weight matrices.

    Returns
    -------
    float
        Standard deviation :math:`\sigma`.

    Examples
    --------
    >>> gaussian_scale(2e-4, hidden_units=4, depth=2)
    0.01
    """
    initial_strength = not_negative(initial_strength, "initial_strength", "the strength that random weights make")
    hidden_units, depth = _sizes(hidden_units, depth)
    if depth == 2:
        return float(np.sqrt(2 * initial_strength / hidden_units))
    return float((initial_strength / hidden_units ** ((depth - 1) / 2)) ** (1 / depth))


def gaussian_strength(scale: float, hidden_units: int, *, depth: int) -> float:
    """Inverse of `gaussian_scale`: strength from which modes of random weights start.

    >>> round(gaussian_strength(0.01, hidden_units=4, depth=2), 6)
    0.0002
    """
    scale = not_negative(scale, "scale", "a standard deviation")
    hidden_units, depth = _sizes(hidden_units, depth)
    if depth == 2:
        return hidden_units * scale**2 / 2
    return scale**depth * hidden_units ** ((depth - 1) / 2)


def decoupled(spectrum: Spectrum, initial_strength: ArrayLike, *, depth: int) -> list[np.ndarray]:
    """Balanced weights in which every mode has one hidden unit of its own: the start that the closed forms assume.

    Parameters
    ----------
    spectrum : Spectrum
        Modes of the world.
    initial_strength : array, shape () or (modes,)
        Strength of each mode before learning, of all layers together.
    depth : int
        Number of weight matrices, 2 or more.

    Returns
    -------
    list of arrays, shape (out, in) each
        (modes, inputs), then (modes, modes), last (features, modes).
    """
    depth = whole(depth, "depth", 2, "a mode has a hidden unit of its own only where there are hidden units")
    start = as_numbers(initial_strength, "initial_strength")
    modes = spectrum.singular_values.shape
    if start.shape not in ((), modes) or np.any(start < 0):
        raise InputError(
            "initial_strength",
            f"is {initial_strength!r}, but it must be one number or {modes[0]}, one for each mode, of 0 or more",
            "write a single number for all modes",
        )
    layer = np.broadcast_to(start ** (1 / depth), modes)
    middle = [np.diag(layer) for _ in range(depth - 2)]
    return [layer[:, None] * spectrum.input_modes.T, *middle, spectrum.output_modes * layer]


def effective_initial_strength(weights: Sequence[np.ndarray], spectrum: Spectrum) -> np.ndarray:
    r"""Strength from which each mode of given weights would grow if it were the only one.

    With two weight matrices, a mode grows from small weights along one direction of hidden units, and

    .. math:: u_0 = |W_1 v + W_2^T u|^2/4

    of which tied modes take the eigenvalues of the matrix of all such products. With one weight matrix
    :math:`u_0 = u^T W v`; with three or more :math:`|u^T W v|`, a rough guide only.

    Implements: saxe2019 SI
    Checked by: tests/networks/test_initialization.py::test_effective_strength_predicts_half_times

    Parameters
    ----------
    weights : list of arrays, shape ([seed,] out, in) each
        First layer first.
    spectrum : Spectrum
        Modes of the world.

    Returns
    -------
    array, shape ([seed,] modes)
        Starting strength of each mode; within a tied group the largest first.
    """
    weights = _fitting(weights, spectrum)
    u, v = spectrum.output_modes, spectrum.input_modes
    if len(weights) == 2:
        growing = _growing(weights, spectrum)
        return _group_eigenvalues(np.swapaxes(growing, -1, -2) @ growing, spectrum.groups)
    signal = v
    for layer in weights:
        signal = layer @ signal
    strength = np.sum(u * signal, axis=-2)
    return strength if len(weights) == 1 else np.abs(strength)


def remaining_initial_strength(weights: Sequence[np.ndarray], spectrum: Spectrum) -> np.ndarray:
    r"""Strength from which each mode really starts: what stronger modes, learned before it, leave of its direction.

    Every mode grows along one direction of hidden units, :math:`b = (W_1 v + W_2^T u)/2`. Directions of random weights
    overlap, and a mode that is learned keeps its own; of a later mode only the part orthogonal to all earlier ones
    remains,

    .. math:: u_0 = |b - P\,b|^2

    where :math:`P` projects on the directions of the modes with larger singular values. This is the leading term of
    the matrix solution for small weights, if stronger modes are learned before weaker ones rise.

    Derived for this package; no printed source is known.

    Checked by: tests/networks/test_initialization.py::test_remaining_strength_predicts_all_half_times

    Parameters
    ----------
    weights : list of two arrays, shape ([seed,] out, in) each
        First layer first; for another number of layers the answer is that of `effective_initial_strength`.
    spectrum : Spectrum
        Modes of the world.

    Returns
    -------
    array, shape ([seed,] modes)
        Starting strength of each mode; within a tied group the largest first.

    Notes
    -----
    Networks as narrow as the number of modes leave little to late modes. In the limit of many hidden units the
    directions are orthogonal and nothing is lost.
    """
    weights = list(weights)
    if len(weights) != 2:
        return effective_initial_strength(weights, spectrum)
    triangle = np.asarray(np.linalg.qr(_growing(_fitting(weights, spectrum), spectrum), mode="r"))
    sizes = []
    for group in np.unique(spectrum.groups):
        members = np.flatnonzero(spectrum.groups == group)
        left = triangle[..., members[0] :, members]  # rows below those of stronger modes
        sizes.append(np.linalg.eigvalsh(np.swapaxes(left, -1, -2) @ left)[..., ::-1])
    return np.concatenate(sizes, axis=-1)


def delay_of_late_modes(weights: Sequence[np.ndarray], spectrum: Spectrum) -> Assumption:
    """How much modes are delayed because they share hidden units with stronger ones.

    The law of single modes leaves this out. Measured is the largest delay over seeds and modes, as a share of the time
    to half learning; it can be computed from the weights only for one hidden layer.
    """
    if len(weights) != 2:
        meaning = "one weight matrix: nothing to share" if len(weights) == 1 else "not known for several hidden layers"
        return Assumption("modes start apart", 0.0, NOTICED, True, meaning)
    s, final = spectrum.singular_values, spectrum.asymptotes
    alone, left = (of(weights, spectrum) for of in (effective_initial_strength, remaining_initial_strength))
    waits = [
        law(2).time_to_strength(
            final / 2, s, np.clip(start, LEAST * final, final / 2), input_variance=spectrum.input_variances
        )
        for start in (alone, left)
    ]
    shares = (waits[1] - waits[0]) / np.where(waits[0] > 0, waits[0], np.inf)
    worst = float(np.max(shares, initial=0.0))
    meaning = (
        f"modes share hidden units with stronger ones, which delays them by up to {100 * worst:.2g}% of the time "
        "a mode alone would take; `deviation_from_theory` takes this into account"
    )
    return Assumption("modes start apart", worst, NOTICED, worst <= NOTICED, meaning)


def _sizes(hidden_units: int, depth: int) -> tuple[int, int]:
    depth = whole(depth, "depth", 1, "a network has at least one weight matrix")
    return whole(hidden_units, "hidden_units", 1, "a hidden layer has at least one unit"), depth


def _fitting(weights: Sequence[ArrayLike], spectrum: Spectrum) -> list[np.ndarray]:
    """Weights as arrays, checked to lead from the inputs to the features of a world."""
    layers = [as_numbers(layer, f"weights[{number}]") for number, layer in enumerate(weights)]
    shapes = [layer.shape[-2:] for layer in layers]
    ends = spectrum.input_modes.shape[0], spectrum.output_modes.shape[0]
    chained = all(above[1:] == below[:1] for below, above in zip(shapes, shapes[1:], strict=False))
    matrices = bool(layers) and all(len(shape) == 2 for shape in shapes)
    if not matrices or not chained or (shapes[0][1], shapes[-1][0]) != ends:
        raise InputError(
            "weights",
            f"have shapes {shapes} (out, in), but they must lead from {ends[0]} inputs to {ends[1]} features",
            "pass one matrix per layer, first layer first",
        )
    return layers


def _growing(weights: Sequence[np.ndarray], spectrum: Spectrum) -> np.ndarray:
    """Direction of hidden units along which each mode grows, ([seed,] hidden, modes)."""
    return (weights[0] @ spectrum.input_modes + np.swapaxes(weights[1], -1, -2) @ spectrum.output_modes) / 2


def _group_eigenvalues(gram: np.ndarray, groups: np.ndarray) -> np.ndarray:
    blocks = [gram[..., groups == group, :][..., groups == group] for group in np.unique(groups)]
    return np.concatenate([np.linalg.eigvalsh(block)[..., ::-1] for block in blocks], axis=-1)
