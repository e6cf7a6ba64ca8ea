"""Initial weights: draws of many kinds, and how large they are for modes to start from a given strength.

Every draw takes the units of all layers, what sets the size of the weights, and a seed, and returns a list of arrays
(out, in), first layer first, as `simulate(initial_weights=...)`, `evolve` and PyTorch's `nn.Linear` have them.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, not_negative, whole
from .._core.weights import as_numbers
from ..environments.environment import Environment
from ..environments.spectrum import Spectrum

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
    widths, generator = _widths(sizes), _generator(seed)
    sd = not_negative(scale, "scale", "a standard deviation")
    return _normal(widths, [sd] * (len(widths) - 1), generator)


def glorot(sizes: Sequence[int], gain: float = 1.0, seed: int = 0, *, uniform: bool = False) -> list[np.ndarray]:
    r"""Independent weights whose size is a compromise between signals that go forward and gradients that go back.

    .. math:: \mathrm{Var}[W] = \frac{2\,g^2}{n_\mathrm{in} + n_\mathrm{out}}

    Implements: glorot2010 (12), glorot2010 (16)
    Checked by: tests/networks/test_draws.py::test_variances_are_those_of_the_papers

    Parameters
    ----------
    sizes : list of int
        Units of every layer, input and output included.
    gain : float
        Factor :math:`g` of all weights.
    seed : int
        Seed of the generator.
    uniform : bool
        Draw between two bounds, as the paper and PyTorch's ``xavier_uniform_`` do, and not from a normal distribution.

    Returns
    -------
    list of arrays, shape (out, in) each

    Examples
    --------
    >>> [weights.shape for weights in glorot([3, 5, 2])]
    [(5, 3), (2, 5)]
    """
    widths, generator = _widths(sizes), _generator(seed)
    factor = not_negative(gain, "gain", "a factor of all weights")
    return _drawn(widths, [factor * np.sqrt(2 / (a + b)) for a, b in pairwise(widths)], generator, uniform)


def he(sizes: Sequence[int], gain: float = 1.0, seed: int = 0, *, uniform: bool = False) -> list[np.ndarray]:
    r"""Independent weights that keep the mean square of activity from layer to layer of ReLU units.

    .. math:: \mathrm{Var}[W] = \frac{2\,g^2}{n_\mathrm{in}}

    Implements: he2015 (10)
    Checked by: tests/networks/test_draws.py::test_variances_are_those_of_the_papers

    Parameters
    ----------
    sizes : list of int
        Units of every layer, input and output included.
    gain : float
        Factor :math:`g` of all weights; 1 is critical for ReLU, the square root of 1/2 for linear units.
    seed : int
        Seed of the generator.
    uniform : bool
        Draw between two bounds, as PyTorch's ``kaiming_uniform_`` does, and not from a normal distribution.

    Returns
    -------
    list of arrays, shape (out, in) each

    Examples
    --------
    >>> [weights.shape for weights in he([3, 5, 2])]
    [(5, 3), (2, 5)]
    """
    widths, generator = _widths(sizes), _generator(seed)
    factor = not_negative(gain, "gain", "a factor of all weights")
    return _drawn(widths, [factor * np.sqrt(2 / into) for into in widths[:-1]], generator, uniform)


def orthogonal(sizes: Sequence[int], gain: float = 1.0, seed: int = 0, *, aligned: bool = False) -> list[np.ndarray]:
    r"""Random orthogonal weights times a gain: all singular values of a layer are equal.

    Implements: saxe2014 sec. 3
    Checked by: tests/networks/test_draws.py::test_orthogonal_layers_keep_lengths

    Parameters
    ----------
    sizes : list of int
        Units of every layer, input and output included.
    gain : float
        All singular values :math:`g` of every layer.
    seed : int
        Seed of the generator.
    aligned : bool
        Let each layer take up the directions that the one before it leaves, so that the whole chain has
        ``min(sizes)`` equal singular values :math:`g^L`, whatever its widths. Otherwise layers are independent.

    Returns
    -------
    list of arrays, shape (out, in) each

    Warns
    -----
    IsometryWarning
        Independent layers that widen and then narrow: the narrow layer sees only part of what the wide one holds, so
        that the chain is no isometry. The warning says how large its mean squared singular value is.

    Notes
    -----
    Layers are drawn uniformly (Haar). One that widens, n inputs to m > n units, has orthonormal columns: it keeps
    lengths, and inputs of variance 1 give units of variance g^2 n/m, since the same length is spread over more units.
    One that narrows has orthonormal rows: units have variance g^2, and a random input keeps m/n of its squared length.

    Examples
    --------
    >>> wide, narrow = orthogonal([5, 20, 5], aligned=True)
    >>> np.linalg.svd(narrow @ wide, compute_uv=False).round(12).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    widths, generator = _widths(sizes), _generator(seed)
    factor = not_negative(gain, "gain", "the size of all singular values")
    if aligned:
        frames = [haar(width, width, generator) for width in widths]
        return [factor * after[:, : min(after.shape[0], len(before))] @ before[:, : min(after.shape[0], len(before))].T
                for before, after in pairwise(frames)]  # fmt: skip
    kept = _mean_square(widths)
    if kept < 1:
        warnings.warn(
            IsometryWarning(
                f"layers of {' -> '.join(map(str, widths))} units that are orthogonal one by one are no isometry "
                f"together: the mean squared singular value of the chain is {kept:.3g} (gain 1); write aligned=True "
                "for layers that are"
            ),
            stacklevel=2,
        )
    return [factor * haar(out, into, generator) for into, out in pairwise(widths)]


def balanced(sizes: Sequence[int], scale: float, seed: int = 0) -> list[np.ndarray]:
    r"""Random weights of which all layers are equally strong, direction by direction: zero-balanced.

    .. math:: W_{l+1}^T W_{l+1} = W_l W_l^T

    so that the end-to-end laws hold (`evolve`). The map of the whole network is a random one, of the rank of the
    narrowest layer.

    Implements: arora2018 sec. 3
    Checked by: tests/networks/test_draws.py::test_balanced_layers_share_their_strength

    Parameters
    ----------
    sizes : list of int
        Units of every layer, input and output included.
    scale : float
        Standard deviation of every entry of the map of the whole network, before its rank is cut.
    seed : int
        Seed of the generator.

    Returns
    -------
    list of arrays, shape (out, in) each

    Examples
    --------
    >>> first, second = balanced([4, 6, 3], 0.1)
    >>> bool(np.allclose(second.T @ second, first @ first.T))
    True
    """
    widths, generator = _widths(sizes), _generator(seed)
    sd = not_negative(scale, "scale", "a standard deviation")
    left, strengths, right = np.linalg.svd(generator.standard_normal((widths[-1], widths[0])), full_matrices=False)
    rank = min(widths)
    return _chained(
        [right[:rank].T, *(haar(width, rank, generator) for width in widths[1:-1]), left[:, :rank]],
        sd * strengths[:rank],
    )


def mode_aligned(
    sizes: Sequence[int], spectrum: Spectrum, initial_strength: ArrayLike, seed: int = 0
) -> list[np.ndarray]:
    r"""Balanced weights in which every mode of a world has its own direction of hidden units, turned at random.

    Layer :math:`l` is :math:`R_{l} A^{1/L} R_{l-1}^T` with the strengths :math:`A` of all layers together, random
    orthonormal :math:`R`, and the modes of the world at both ends. Learning then follows the laws of single modes
    exactly, as from `decoupled`, in layers of any width.

    Implements: saxe2014 (13)
    Checked by: tests/networks/test_draws.py::test_aligned_modes_follow_their_law

    Parameters
    ----------
    sizes : list of int
        Units of every layer, input and output included: those of the world at both ends, at least one hidden unit for
        each mode between them.
    spectrum : Spectrum
        Modes of the world, ``environment.spectrum()``.
    initial_strength : array, shape () or (modes,)
        Strength of each mode before learning, of all layers together.
    seed : int
        Seed of the generator.

    Returns
    -------
    list of arrays, shape (out, in) each

    Examples
    --------
    >>> from ontogeny import datasets
    >>> modes = datasets.load("rumelhart").spectrum()
    >>> [weights.shape for weights in mode_aligned([8, 30, 20, 36], modes, 0.001)]
    [(30, 8), (20, 30), (36, 20)]
    """
    widths, generator = _widths(sizes), _generator(seed)
    inputs, modes, outputs = (*spectrum.input_modes.shape, spectrum.output_modes.shape[0])
    if (widths[0], widths[-1]) != (inputs, outputs) or min(widths[1:-1], default=modes) < modes:
        raise InputError(
            "sizes",
            f"are {list(widths)}, but the world has {inputs} inputs, {outputs} features and {modes} modes, each of "
            "which needs a hidden unit",
            f"write [{inputs}, {max(modes, 2)}, {outputs}] or more hidden units",
        )
    strengths = _strengths(initial_strength, modes)
    hidden = [haar(width, modes, generator) for width in widths[1:-1]]
    return _chained([spectrum.input_modes, *hidden, spectrum.output_modes], strengths)


class IsometryWarning(UserWarning):
    """Layers that keep lengths one by one, but not together."""


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
    layer = _strengths(initial_strength, spectrum.singular_values.size) ** (1 / depth)
    middle = [np.diag(layer) for _ in range(depth - 2)]
    return [layer[:, None] * spectrum.input_modes.T, *middle, spectrum.output_modes * layer]


def _sizes(hidden_units: int, depth: int) -> tuple[int, int]:
    depth = whole(depth, "depth", 1, "a network has at least one weight matrix")
    return whole(hidden_units, "hidden_units", 1, "a hidden layer has at least one unit"), depth


def _widths(sizes: Sequence[int]) -> list[int]:
    widths = [whole(size, "sizes", 1, "a layer has at least one unit") for size in sizes]
    if len(widths) < 2:
        raise InputError("sizes", f"are {sizes!r}, but weights connect two layers", "write at least inputs and outputs")
    return widths


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(whole(seed, "seed", 0, "seeds are not negative"))


def _normal(widths: list[int], scales: Sequence[float], generator: np.random.Generator) -> list[np.ndarray]:
    layers = [generator.standard_normal((out, into)) for into, out in pairwise(widths)]
    for layer, scale in zip(layers, scales, strict=True):
        layer *= scale  # in place: layers may be large
    return layers


def _drawn(
    widths: list[int], scales: Sequence[float], generator: np.random.Generator, uniform: bool
) -> list[np.ndarray]:
    """Independent weights of these standard deviations, layer by layer."""
    if not uniform:
        return _normal(widths, scales, generator)
    ends = np.sqrt(3) * np.asarray(scales)
    return [generator.uniform(-end, end, (out, into)) for end, (into, out) in zip(ends, pairwise(widths), strict=True)]


def haar(out: int, into: int, generator: np.random.Generator) -> np.ndarray:
    """A uniformly drawn matrix with orthonormal columns, or rows if there are fewer of them."""
    tall, triangle = np.linalg.qr(generator.standard_normal((max(out, into), min(out, into))))
    tall *= np.sign(np.diag(triangle))  # without this, the signs of the columns would not be random
    return tall if out >= into else tall.T


def _mean_square(widths: Sequence[int]) -> float:
    """Mean squared singular value, those that cannot differ from 0 left out, of independent orthogonal layers."""
    kept = np.prod([min(1.0, out / into) for into, out in pairwise(widths)])
    return float(widths[0] * kept / min(widths))


def _chained(frames: Sequence[np.ndarray], strengths: np.ndarray) -> list[np.ndarray]:
    """Layers from each frame to the next, each with the root of the strengths that all have together."""
    share = strengths ** (1 / (len(frames) - 1))
    return [after * share @ before.T for before, after in pairwise(frames)]


def _strengths(initial_strength: ArrayLike, modes: int) -> np.ndarray:
    start = as_numbers(initial_strength, "initial_strength")
    if start.shape not in ((), (modes,)) or np.any(start < 0):
        raise InputError(
            "initial_strength",
            f"is {initial_strength!r}, but it must be one number or {modes}, one for each mode, of 0 or more",
            "write a single number for all modes",
        )
    return np.broadcast_to(start, (modes,))
