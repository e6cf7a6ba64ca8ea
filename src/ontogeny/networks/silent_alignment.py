r"""Silent alignment: from a small start a network aligns with its task before its error falls.

`alignment` measures it on a record, for the tangent kernel (`networks.tangent_kernel`) and for the first layer, beside
the error (atanasov2022 sec. 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import InputError, whole
from ..trajectory import Trajectory
from .tangent_kernel import check_linear, kernel_factors, over_time, span, weights_over_time

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Alignment:
    """Alignment of the tangent kernel and of the first layer with the task, and the error, over learning.

    Parameters
    ----------
    times : array, shape (time,)
        Learning times [unit of tau].
    kernel : array, shape ([seed,] time)
        Cosine between the tangent kernel and the outer product of the targets of all items.
    first_layer : array, shape ([seed,] time)
        Share of the first layer's squared weights along the input direction of the mode; 1 at the end if it is the only
        mode.
    loss : array, shape ([seed,] time)
        Error, as a share of the error of a network that answers 0.
    normalization : str
        Of the world, which sets the unit of time.
    """

    times: np.ndarray
    kernel: np.ndarray
    first_layer: np.ndarray
    loss: np.ndarray
    normalization: str

    def to_dataframe(self) -> pd.DataFrame:
        """One row per ([seed,] time): alignment of kernel and first layer, and error."""
        return over_time(self.times, {"kernel": self.kernel, "first_layer": self.first_layer, "loss": self.loss})

    def __repr__(self) -> str:
        kernel, first, loss = (np.median(part[..., -1]) for part in (self.kernel, self.first_layer, self.loss))
        return (
            f"<Alignment: {span(self.times, self.kernel)}; at the end kernel {kernel:.2f}, first layer {first:.2f}, "
            f"{loss:.2g} of the error left>"
        )


def alignment(trajectory: Trajectory, *, mode: int = 1) -> Alignment:
    r"""Alignment of the tangent kernel and the first layer of a network with its task, over learning.

    The kernel's alignment is :math:`y^T K y/(|K|_F\,|y|^2)`, with :math:`y` the targets of all items. The first layer's
    is :math:`|W_1 v|^2/|W_1|_F^2`, with :math:`v` the input direction of a mode (of tied modes, all of theirs).

    Implements: atanasov2022 sec. 2
    Checked by: tests/networks/test_silent_alignment.py::test_alignment_is_measured_on_the_whole_kernel

    Parameters
    ----------
    trajectory : Trajectory
        Of `predict`, `simulate` or `Trajectory.from_weights`, of linear units.
    mode : int
        Number of the mode, from 1, strongest first.

    Returns
    -------
    Alignment

    Raises
    ------
    InputError
        Nonlinear units, a mode that is not there, or a world with missing cells.

    Notes
    -----
    A measurement, without assumptions. With a single mode, white inputs and a small start both reach their final value
    before the error falls.

    Examples
    --------
    From a small start the first layer is aligned while most of the error is left; from a large one it is not:

    >>> import numpy as np
    >>> from ontogeny import Environment, simulate
    >>> world = Environment.from_arrays(np.eye(4), [[1.0], [1.0], [1.0], [-1.0]], normalization="sum")
    >>> for scale in (1e-3, 0.3):
    ...     course = alignment(simulate(world, initial_scale=scale, until=6.0))
    ...     print(round(float(course.first_layer[0, course.loss[0] > 0.9][-1]), 1))
    1.0
    0.3
    """
    check_linear(trajectory)
    world = trajectory.environment
    world.expect_all_observed("alignment is measured with all right answers")
    modes = world.spectrum()
    number = whole(mode, "mode", 1, "modes are counted from 1")
    if number > modes.groups.size:
        raise InputError(
            "mode", f"is {mode!r}, but this world has {modes.groups.size}", f"write 1 to {modes.groups.size}"
        )
    v = modes.input_modes[:, modes.groups == modes.groups[number - 1]]
    layers = weights_over_time(trajectory)
    first = layers[0]
    share = np.sum((first @ v) ** 2, axis=(-2, -1)) / np.sum(first**2, axis=(-2, -1))
    answers = world.probes @ world.best_map.T if world.targets is None else world.targets
    loss = trajectory.dataset["loss"].sel(time=trajectory.snapshot_time, method="nearest").values
    nothing = world.loss_of_map(np.zeros_like(world.best_map))
    cosine = _kernel_alignment(layers, world.probes, answers)
    return Alignment(trajectory.snapshot_time, cosine, share, loss / nothing, world.normalization)


def _kernel_alignment(layers: list[np.ndarray], inputs: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Cosine of the kernel with the outer product of the answers, from its factors: the kernel is never built."""
    below, above = kernel_factors(layers, inputs, inputs)
    overlap = sum(np.sum((answers.T @ a @ answers) * b, axis=(-2, -1)) for a, b in zip(below, above, strict=True))
    square = sum(
        np.sum(a * a2, axis=(-2, -1)) * np.sum(b * b2, axis=(-2, -1))
        for a, b in zip(below, above, strict=True)
        for a2, b2 in zip(below, above, strict=True)
    )
    return overlap / (np.sqrt(square) * np.sum(answers**2))
