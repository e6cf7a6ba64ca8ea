r"""The neural tangent kernel (NTK) of linear networks: how much a step on one sample changes the answer to another.

`tangent_kernel` takes the weights of a network of any depth, `tangent_kernel_from_grams` the two Grams that a network
of two weight matrices has (atanasov2022 eq. 5), `aligned_kernel` only the strength of one mode: the law of networks
with a small start (eqs. 8 and 10). `tangent_kernel_over_time` follows a record. When a kernel aligns with the task is
measured in `networks.silent_alignment`.

Kernels are matrices over answers, **sample-major**: row ``sample * outputs + output``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, whole
from .._core.names import in_order, names_along, square_in_order
from .._core.notes import Setting
from .._core.tidy import tidy
from .._core.weights import as_numbers
from ..trajectory import Trajectory
from .problem import chained_by_name

if TYPE_CHECKING:
    import pandas as pd

LATER = 0.01  # share of a record by which a requested time may lie beyond it, because training ends on a whole step
MOST_NUMBERS = 200_000_000  # 1.6 GB of a kernel over time; beyond it, fewer times or inputs


def tangent_kernel(weights: Sequence[ArrayLike], inputs: ArrayLike, inputs_2: ArrayLike | None = None) -> np.ndarray:
    r"""Tangent kernel of a deep linear network: inner products of the gradients of its answers.

    :math:`K(x, x') = \sum_l x^T A_l x'\;B_l`, where :math:`A_l` is the Gram of all layers below layer :math:`l` (of
    what arrives there) and :math:`B_l` that of all layers above it (of what it can still change).

    Implements: atanasov2022 (5)
    Checked by: tests/networks/test_tangent_kernel.py::test_kernel_is_that_of_the_jacobian

    Parameters
    ----------
    weights : list of arrays, shape (..., out, in) each
        First layer first; leading axes, such as seed and time, are kept.
    inputs : array, shape (samples, inputs)
        What the network receives, a row for each sample.
    inputs_2 : array, shape (samples_2, inputs), optional
        Samples :math:`x'`; the same ones if not given.

    Returns
    -------
    array, shape (..., samples * outputs, samples_2 * outputs)
        Sample-major: entry ``[i * outputs + p, j * outputs + q]`` is between answer p to sample i and q to sample j.

    Raises
    ------
    InputError
        Layers that do not fit onto each other, or onto the inputs.

    See Also
    --------
    tangent_kernel_from_grams : from the two Grams of a network with one hidden layer.

    Notes
    -----
    Exact at any width, for linear units and any weights. Gradient flow on half the summed squared error changes the
    answers at the rate kernel times error.

    Examples
    --------
    A network learns faster along what it already knows:

    >>> first, second = [[2.0, 0.0]], [[2.0]]
    >>> tangent_kernel([first, second], [[1.0, 0.0], [0.0, 1.0]]).tolist()
    [[8.0, 0.0], [0.0, 4.0]]
    """
    layers = _chained(weights)
    called = names_along(weights[0], -1)
    x = _rows(inputs, "inputs", layers[0].shape[-1], called)
    y = x if inputs_2 is None else _rows(inputs_2, "inputs_2", layers[0].shape[-1], called)
    return _sum_of_products(*kernel_factors(layers, x, y))


def tangent_kernel_from_grams(
    input_gram: ArrayLike, output_gram: ArrayLike, inputs: ArrayLike, inputs_2: ArrayLike | None = None
) -> np.ndarray:
    r"""Tangent kernel of a linear network with one hidden layer, from its two Grams.

    :math:`K(x, x') = x^T W_1^T W_1\,x'\;I + x^T x'\;W_2 W_2^T`

    Implements: atanasov2022 (5)
    Checked by: tests/networks/test_tangent_kernel.py::test_the_grams_of_two_layers_are_enough

    Parameters
    ----------
    input_gram : array, shape (..., inputs, inputs)
        :math:`W_1^T W_1`, how alike two inputs are in the hidden layer.
    output_gram : array, shape (..., outputs, outputs)
        :math:`W_2 W_2^T`, how alike two outputs are.
    inputs : array, shape (samples, inputs)
        What the network receives, a row for each sample.
    inputs_2 : array, shape (samples_2, inputs), optional
        Samples :math:`x'`; the same ones if not given.

    Returns
    -------
    array, shape (..., samples * outputs, samples_2 * outputs)
        Sample-major, as `tangent_kernel`.

    Examples
    --------
    >>> tangent_kernel_from_grams([[4.0, 0.0], [0.0, 0.0]], [[4.0]], [[1.0, 0.0], [0.0, 1.0]]).tolist()
    [[8.0, 0.0], [0.0, 4.0]]
    """
    within, across = (
        as_numbers(square_in_order(gram, None, name, "its rows"), name)
        for gram, name in ((input_gram, "input_gram"), (output_gram, "output_gram"))
    )
    called = names_along(input_gram, -2)
    x = _rows(inputs, "inputs", within.shape[-1], called)
    y = x if inputs_2 is None else _rows(inputs_2, "inputs_2", within.shape[-1], called)
    return _sum_of_products([x @ within @ y.T, x @ y.T], [np.eye(across.shape[-1]), across])


def aligned_kernel(
    strength: ArrayLike,
    direction: ArrayLike,
    inputs: ArrayLike,
    inputs_2: ArrayLike | None = None,
    *,
    depth: int,
) -> np.ndarray:
    r"""Tangent kernel of a network with a single mode to learn and a small start.

    :math:`K(x, x') = u^{2 - 2/L}\,x^T\,(I + (L - 1)\,b\,b^T)\,x'`: its shape stays, only its size grows.

    Implements: atanasov2022 (8), atanasov2022 (10)
    Checked by: tests/networks/test_tangent_kernel.py::test_one_mode_has_the_aligned_kernel

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u \ge 0` of the mode in the network, of all layers together. (The paper's is that of a layer.)
    direction : array, shape (inputs,)
        Direction :math:`b` of the mode in the inputs; its length does not matter.
    inputs : array, shape (samples, inputs)
        What the network receives, a row for each sample.
    inputs_2 : array, shape (samples_2, inputs), optional
        Samples :math:`x'`; the same ones if not given.
    depth : int
        Number :math:`L` of weight matrices.

    Returns
    -------
    array, shape (..., samples, samples_2)

    Notes
    -----
    Exact for one output, balanced layers and weights along the direction. Small random weights come close before their
    error moves; inputs that are not white turn the direction once more while the error falls.

    Examples
    --------
    Depth prefers the learned direction:

    >>> [aligned_kernel(1.0, [1.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], depth=depth).diagonal().tolist() for depth in (1, 5)]
    [[1.0, 1.0], [5.0, 1.0]]
    """
    depth = whole(depth, "depth", 1, "a network has at least one weight matrix")
    u, b = as_numbers(strength, "strength"), as_numbers(direction, "direction")
    if np.any(u < 0):
        raise InputError(
            "strength", f"is {strength!r}, but the law holds for strengths of 0 or more", "write 0 or more"
        )
    x = _rows(inputs, "inputs", b.size, names_along(direction))
    y = x if inputs_2 is None else _rows(inputs_2, "inputs_2", b.size, names_along(direction))
    if not b.any():
        raise InputError("direction", "is 0 everywhere, but a direction points somewhere", "pass a vector that does")
    b = b / np.linalg.norm(b)
    return u[..., None, None] ** (2 - 2 / depth) * (x @ y.T + (depth - 1) * np.outer(x @ b, y @ b))


@dataclass(frozen=True, eq=False)
class KernelCourse:
    """Tangent kernel of a network over learning.

    Parameters
    ----------
    times : array, shape (time,)
        Learning times [unit of tau].
    kernel : array, shape ([seed,] time, samples * outputs, samples_2 * outputs)
        The kernel, sample-major.
    normalization : str
        Of the world, which sets the unit of time.
    """

    times: np.ndarray
    kernel: np.ndarray
    normalization: str

    @property
    def size(self) -> np.ndarray:
        """Frobenius norm of the kernel, ([seed,] time)."""
        return np.linalg.norm(self.kernel, axis=(-2, -1))

    @property
    def turn(self) -> np.ndarray:
        """Distance of the shape of the kernel from that at the start, one minus their cosine, ([seed,] time)."""
        first = self.kernel[..., :1, :, :]
        overlap = np.sum(first * self.kernel, axis=(-2, -1))
        return 1 - overlap / (np.linalg.norm(first, axis=(-2, -1)) * self.size)

    def to_dataframe(self) -> pd.DataFrame:
        """One row per ([seed,] time): size of the kernel, and its turn since the start."""
        return over_time(self.times, {"size": self.size, "turn": self.turn})

    def __repr__(self) -> str:
        start, end, turn = (np.median(part) for part in (self.size[..., 0], self.size[..., -1], self.turn[..., -1]))
        rows, columns = self.kernel.shape[-2:]
        return (
            f"<KernelCourse: {rows} x {columns} tangent kernel (NTK), {span(self.times, self.size)}; norm from "
            f"{start:.3g} to {end:.3g}, turned by {turn:.2g}>"
        )


def tangent_kernel_over_time(
    trajectory: Trajectory,
    inputs: ArrayLike | None = None,
    inputs_2: ArrayLike | None = None,
    *,
    times: ArrayLike | None = None,
) -> KernelCourse:
    """Tangent kernel of a linear network at the times of a record.

    Implements: atanasov2022 (5)
    Checked by: tests/networks/test_tangent_kernel.py::test_kernel_over_time_is_that_of_the_weights

    Parameters
    ----------
    trajectory : Trajectory
        Of `predict`, `simulate` or `Trajectory.from_weights`.
    inputs, inputs_2 : array, shape (samples, inputs), optional
        Samples; by default the items of the world.
    times : array, shape (times,), optional
        Times to look at, each rounded to the nearest one recorded; by default all.

    Returns
    -------
    KernelCourse

    Raises
    ------
    InputError
        Nonlinear units, or a kernel too large to keep at all these times.

    Examples
    --------
    The kernel turns during learning, so learning is no kernel regression:

    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=4.0)
    >>> course = tangent_kernel_over_time(theory, times=[0.0, 4.0])
    >>> course.kernel.shape, course.turn.round(2).tolist()
    ((2, 288, 288), [0.0, 0.14])
    """
    check_linear(trajectory)
    x = trajectory.environment.probes if inputs is None else inputs
    y = x if inputs_2 is None else inputs_2
    clock = trajectory.snapshot_time
    rows = np.arange(clock.size) if times is None else _nearest(clock, times)
    layers = [layer[..., rows, :, :] for layer in weights_over_time(trajectory)]
    numbers = np.prod(layers[0].shape[:-2]) * len(x) * len(y) * layers[-1].shape[-2] ** 2
    if numbers > MOST_NUMBERS:
        raise InputError(
            None,
            f"the kernel of {len(x)} samples and {layers[-1].shape[-2]} outputs at {rows.size} times has "
            f"{numbers:.3g} numbers, too many to keep",
            ("write fewer times, such as ", Setting("times", [0.0, 1.0]), ", or fewer inputs"),
        )
    return KernelCourse(clock[rows], tangent_kernel(layers, x, y), trajectory.environment.normalization)


def kernel_factors(
    layers: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Of every layer, the Grams of what arrives there (samples, samples_2) and of what follows (outputs, outputs)."""
    arriving = list(accumulate(layers[:-1], lambda below, layer: layer @ below))
    following = list(accumulate(layers[:0:-1], lambda above, layer: above @ layer))[::-1]
    below = [x @ y.T, *((x @ part.swapaxes(-1, -2)) @ (part @ y.T) for part in arriving)]
    last = layers[-1].shape
    itself = np.broadcast_to(np.eye(last[-2]), (*last[:-2], last[-2], last[-2]))
    return below, [*(part @ part.swapaxes(-1, -2) for part in following), itself]


def _sum_of_products(below: Sequence[np.ndarray], above: Sequence[np.ndarray]) -> np.ndarray:
    """Sum of Kronecker products over the last two axes."""
    total = sum(a[..., :, None, :, None] * b[..., None, :, None, :] for a, b in zip(below, above, strict=True))
    rows, outputs, columns, _ = total.shape[-4:]
    return total.reshape(*total.shape[:-4], rows * outputs, columns * outputs)


def weights_over_time(trajectory: Trajectory) -> list[np.ndarray]:
    """Weights of every layer, ([seed,] time, out, in) each."""
    return [trajectory.weights(layer).values for layer in range(1, trajectory.depth + 1)]


def check_linear(trajectory: Trajectory) -> None:
    """Refuse a record of nonlinear units."""
    expect(trajectory, Trajectory, "trajectory", "pass what `predict` or `simulate` returns")
    if trajectory.nonlinearity != "linear":
        raise InputError(
            "trajectory",
            f"has {trajectory.nonlinearity} units, but this kernel is that of linear ones",
            ("simulate with ", Setting("nonlinearity", "linear")),
        )


def _nearest(clock: np.ndarray, times: ArrayLike) -> np.ndarray:
    asked = np.atleast_1d(as_numbers(times, "times"))
    if asked.ndim != 1 or np.any(asked < 0) or np.any(asked > clock[-1] * (1 + LATER)):
        raise InputError(
            "times", f"are {times!r}, but the record runs from {clock[0]:.4g} to {clock[-1]:.4g}", "write times inside"
        )
    return np.unique(np.argmin(np.abs(clock - asked[:, None]), axis=1))


def _chained(weights: Sequence[ArrayLike]) -> list[np.ndarray]:
    layers = [as_numbers(layer, f"weights[{number}]") for number, layer in enumerate(chained_by_name(list(weights))[0])]
    shapes = [layer.shape[-2:] for layer in layers]
    if not layers or any(len(shape) < 2 for shape in shapes) or any(b[1] != a[0] for a, b in zip(shapes, shapes[1:])):
        raise InputError(
            "weights",
            f"have the shapes {shapes}, but each layer (out, in) must fit onto the one before it",
            "pass a list of matrices, first layer first",
        )
    return layers


def _rows(values: ArrayLike, name: str, width: int, called: Sequence[str] | None = None) -> np.ndarray:
    rows = as_numbers(values, name)
    if rows.ndim != 2 or rows.shape[1] != width:
        raise InputError(
            name,
            f"has shape {rows.shape}, but needs a row for each sample and {width} columns, one for each input",
            "for a single sample write [sample]",
        )
    return in_order(values, called, f"the columns of {name}", "the inputs", axis=1).astype(float)


def over_time(times: np.ndarray, columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """Tidy table of numbers ([seed,] time)."""
    networks, *several = next(iter(columns.values())).shape
    return tidy({"network": range(networks), "time": times} if several else {"time": times}, columns)


def span(times: np.ndarray, values: np.ndarray) -> str:
    """In words: how many networks, if there are several, and which times values ([seed,] time) are of."""
    networks = f"{len(values)} networks, " if values.ndim > 1 else ""
    return f"{networks}{times.size} times up to {times[-1]:.3g} tau"
