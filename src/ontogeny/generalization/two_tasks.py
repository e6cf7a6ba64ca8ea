r"""Transfer in multi-task learning: whether a second task, learned at the same time, helps the first or harms it.

Two teachers of one mode each answer the same inputs, and their outputs are stacked. If their input modes are aligned,
the joint mode stands out from the noise earlier and more clearly; if not, only the noise grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, finite, whole
from .arguments import layers
from .low_rank import LearnedStrengths, SpikedNoise, checked_teacher, low_rank_teacher

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Transfer:
    """Test error on a task learned alone, and together with another (multi-task learning).

    Parameters
    ----------
    time : array, shape (times,)
        Learning time [unit of tau].
    alone, together : arrays, shape (times,)
        Test error on the first task, over the squared norm of its teacher.
    strengths : array, shape (2,)
        Strengths of the two tasks.
    alignment : float
        Cosine of the angle between their input modes.
    """

    time: np.ndarray
    alone: np.ndarray
    together: np.ndarray
    strengths: np.ndarray
    alignment: float

    @property
    def benefit(self) -> float:
        """How much the other task reduces the lowest test error; negative if it harms."""
        return float(self.alone.min() - self.together.min())

    def to_dataframe(self) -> pd.DataFrame:
        """One row per time: time, alone, together."""
        import pandas as pd

        return pd.DataFrame({"time": self.time, "alone": self.alone, "together": self.together})

    def __repr__(self) -> str:
        word = "helps" if self.benefit > 0 else "harms"
        return (
            f"<Transfer: the other task {word}: lowest test error {self.alone.min():.3g} alone, "
            f"{self.together.min():.3g} together (strengths {self.strengths[0]:.3g} and {self.strengths[1]:.3g}, "
            f"alignment {self.alignment:.2g})>"
        )


def transfer(
    time: ArrayLike,
    strength: float,
    other_strength: float,
    alignment: float,
    *,
    inputs: int,
    outputs: int,
    other_outputs: int,
    initial_strength: float,
    depth: float = 2,
    tau: float = 1.0,
) -> Transfer:
    """Transfer: test error on a task of one mode, learned alone and together with another task on the same inputs.

    Implements: lampinen2019 text
    Checked by: tests/generalization/test_two_tasks.py::test_sampled_pairs_of_tasks

    Parameters
    ----------
    time : array, shape (times,)
        Learning times [unit of `tau`].
    strength, other_strength : float
        Singular values of the two teachers, above 0.
    alignment : float
        Cosine of the angle between their input modes, from -1 to 1.
    inputs, outputs, other_outputs : int
        Number of inputs, which the tasks share, and numbers of outputs of each task.
    initial_strength, depth, tau
        As for `low_rank_teacher`.

    Returns
    -------
    Transfer

    Raises
    ------
    InputError
        Strengths of 0 or less, no inputs or outputs, an alignment beyond -1 to 1, negative times.

    Notes
    -----
    Holds under the conditions of `low_rank_teacher`. The benefit compares the lowest errors among the given times: each
    student stops early, at its own best time.

    Examples
    --------
    A strong task helps a weak one if they are aligned, and harms it if they are not:

    >>> times = np.linspace(0, 6, 200)
    >>> sizes = {"inputs": 100, "outputs": 50, "other_outputs": 50, "initial_strength": 1e-3}
    >>> transfer(times, 1.5, 3.0, 1.0, **sizes).benefit > 0.4 > 0 > transfer(times, 1.5, 3.0, 0.0, **sizes).benefit
    True
    """
    times, pair, start = checked_teacher(time, [strength, other_strength], initial_strength)
    q = finite(alignment, "alignment")
    if abs(q) > 1:
        raise InputError("alignment", f"is {alignment!r}, but a cosine lies between -1 and 1", "write such a number")
    others = whole(other_outputs, "other_outputs", 1, "a task has outputs")
    options: dict[str, Any] = {"initial_strength": start, "depth": depth, "tau": tau}
    alone = low_rank_teacher(times, pair[0], inputs=inputs, outputs=outputs, **options)
    noise = SpikedNoise(alone.shape[1], alone.shape[0] + others)
    together = _first_task(LearnedStrengths(times, start, layers(depth), float(tau), noise), pair, q, alone.shape[0])
    return Transfer(times, alone.test_error, together, pair, q)


def _first_task(course: LearnedStrengths, pair: np.ndarray, alignment: float, outputs: int) -> np.ndarray:
    """Test error on the first task of a student of both: its share of the noise, and its part of the joint modes."""
    noise, share = course.noise, outputs / course.noise.outputs
    squares, sides = np.linalg.eigh(np.outer(pair, pair) * np.array([[1, alignment], [alignment, 1]]))
    there = squares > 1e-12 * squares[-1]  # aligned tasks share one mode
    strengths, parts = np.sqrt(squares[there]), sides[0, there] ** 2
    s = noise.unit * strengths
    own, square, _ = course.over_data_sets(s)
    across = noise.overlaps(s)
    overlap, tilt = np.sqrt(across[0] * across[1]), across[0]
    inner, edges = course(course.bulk), course(course.edges)
    error = share * noise.total(inner**2, edges**2) + pair[0] ** 2
    rows = zip(own.T, square.T, strengths, parts, overlap, tilt, strict=True)
    for mean, mean_square, strength, part, cosine, turned in rows:
        scaled = noise.unit * strength
        q = scaled**2 / np.sqrt(noise.ratio)
        along = noise.tilted(q, inner**2)
        error += part * along + share * (noise.depletion(q, inner**2, edges**2) - along)
        error -= part * noise.carried(scaled, q, inner) / noise.unit
        if q > 1:
            kept = turned * part + (1 - turned) * share
            error += mean_square * kept - 2 * mean * strength * cosine * part
    return error / pair[0] ** 2
