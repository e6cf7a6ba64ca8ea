r"""When a network turns to what it is to learn: from a small start, before its error shows anything of it.

`alignment` measures it on a record, for the tangent kernel (`networks.tangent_kernel`) and for the first layer, beside
the error (atanasov2022 sec. 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import InputError, whole
from ..trajectory import Trajectory
from .tangent_kernel import _check_linear, _factors, _weights_of, over_time

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Alignment:
    """How far a network has turned to what it is to learn, and how much of that its error shows.

    Parameters
    ----------
    times : array, shape (time,)
        Learning times [unit of tau].
    kernel : array, shape ([seed,] time)
        Cosine between the tangent kernel and the outer product of all right answers.
    first_layer : array, shape ([seed,] time)
        Share of the first layer's squared weights that lies along the input direction of the mode; all of them were it
        the only one learned.
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
        first, last = (float(np.mean(self.kernel[..., place])) for place in (0, -1))
        return (
            f"<Alignment: {self.times.size} times up to {self.times[-1]:.3g} tau; alignment of the tangent kernel with "
            f"the answers {first:.2g} at the start, {last:.2g} at the end>"
        )


def alignment(trajectory: Trajectory, *, mode: int = 1) -> Alignment:
    r"""When the kernel and the first layer of a network turned to what is to be learned.

    The kernel's alignment is :math:`y^T K y/(|K|_F\,|y|^2)`, with :math:`y` all right answers; the first layer's is
    :math:`|W_1 v|^2/|W_1|_F^2`, with :math:`v` the input direction of a mode (of tied modes, all of theirs).

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
    Measures, without assumptions. One thing to learn, white inputs and a small start make them rise to their last value
    before the error falls.

    Examples
    --------
    From a small start the network has turned to the task before its error shows anything; from a large one it has not:

    >>> import numpy as np
    >>> from ontogeny import Environment, simulate
    >>> world = Environment.from_arrays(np.eye(4), [[1.0], [1.0], [1.0], [-1.0]], normalization="sum")
    >>> for scale in (1e-3, 0.3):
    ...     course = alignment(simulate(world, initial_scale=scale, until=6.0))
    ...     print(round(float(course.first_layer[0, course.loss[0] > 0.9][-1]), 1))
    1.0
    0.3
    """
    _check_linear(trajectory)
    world = trajectory.environment
    world.expect_all_observed("alignment is measured to all right answers")
    modes = world.spectrum()
    number = whole(mode, "mode", 1, "modes are counted from 1")
    if number > modes.groups.size:
        raise InputError(
            "mode", f"is {mode!r}, but this world has {modes.groups.size}", f"write 1 to {modes.groups.size}"
        )
    v = modes.input_modes[:, modes.groups == modes.groups[number - 1]]
    layers = _weights_of(trajectory)
    first = layers[0]
    share = np.sum((first @ v) ** 2, axis=(-2, -1)) / np.sum(first**2, axis=(-2, -1))
    answers = world.probes @ world.best_map.T if world.targets is None else world.targets
    loss = trajectory.dataset["loss"].sel(time=trajectory.snapshot_time, method="nearest").values
    nothing = world.loss_of_map(np.zeros_like(world.best_map))
    cosine = _kernel_alignment(layers, world.probes, answers)
    return Alignment(trajectory.snapshot_time, cosine, share, loss / nothing, world.normalization)


def _kernel_alignment(layers: list[np.ndarray], inputs: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Cosine of the kernel with the outer product of the answers, from its factors: the kernel is never built."""
    below, above = _factors(layers, inputs, inputs)
    overlap = sum(np.sum((answers.T @ a @ answers) * b, axis=(-2, -1)) for a, b in zip(below, above, strict=True))
    square = sum(
        np.sum(a * a2, axis=(-2, -1)) * np.sum(b * b2, axis=(-2, -1))
        for a, b in zip(below, above, strict=True)
        for a2, b2 in zip(below, above, strict=True)
    )
    return overlap / (np.sqrt(square) * np.sum(answers**2))
