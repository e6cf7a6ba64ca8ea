"""The strength that each mode starts from, given the weights before learning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError
from .._core.weights import as_numbers
from ..environments.spectrum import Spectrum
from ..modes.laws import law
from ..validity import Assumption

NOTICED = 0.02  # relative delay that is seen in a figure
LEAST = 1e-290  # share of a final strength that stands for 0, which has no logarithm


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
