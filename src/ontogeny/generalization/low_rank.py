r"""Deep linear students of a low-rank teacher with several outputs: how much noise they learn, and when.

Every item is an input of its own (white inputs), and the answers are the teacher's map plus noise of variance one over
the number of inputs. Noise tilts and lengthens the modes of the answers (a spiked random matrix), and adds many modes
of its own, which are learned later. With :math:`A` the ratio of the smaller to the larger of inputs and outputs, the
squared singular values of the noise are :math:`l(\theta) = 1 + A + 2 \sqrt{A} \cos\theta`, and the effect of a
mode of strength s on them is a function of :math:`q e^{-i\theta}` with :math:`q = s^2/\sqrt{A}`. At q = 1 it becomes
detectable (`random_matrices.spiked`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, positive, whole
from ..modes import deep
from ..random_matrices import spiked
from .arguments import layers
from .spectral import checked_times

if TYPE_CHECKING:
    import pandas as pd

NODES = 4000  # of the mean over the noise, accurate to 1e-10; late in learning modes rise within a hundredth
DRAWS = np.linspace(-6.0, 6.0, 481)  # nodes for averages over a Gaussian, in its standard deviations
SHARES = np.exp(-(DRAWS**2) / 2) / np.exp(-(DRAWS**2) / 2).sum()


@dataclass(frozen=True, eq=False)
class LowRankRisk:
    """Train and test error of a student of a low-rank teacher, over time.

    Parameters
    ----------
    time : array, shape (times,)
        Learning time [unit of tau].
    train_error : array, shape (times,)
        Squared distance of the student's map from the noisy answers, over their squared norm.
    test_error : array, shape (times,)
        Squared distance of the student's map from the teacher's, over its squared norm.
    strengths : array, shape (modes,)
        Singular values of the teacher.
    learned : array, shape (times, modes)
        Strength of the student along the mode of the answers that belongs to each mode of the teacher, or along the
        strongest mode of the noise if the teacher's is too weak to be detected.
    overlap : array, shape (modes,)
        Overlap of that mode with the teacher's (product of the cosines of both sides); 0 if it cannot be detected.
    best_estimate_error : float
        Test error of the best estimate that keeps the modes of the answers and shrinks their strengths.
    shape : tuple of int
        Numbers of outputs and of inputs.
    """

    time: np.ndarray
    train_error: np.ndarray
    test_error: np.ndarray
    strengths: np.ndarray
    learned: np.ndarray
    overlap: np.ndarray
    best_estimate_error: float
    shape: tuple[int, int]

    @property
    def best(self) -> tuple[float, float]:
        """The time of the lowest test error among the given times, and this error."""
        index = int(np.argmin(self.test_error))
        return float(self.time[index]), float(self.test_error[index])

    @property
    def meaning(self) -> str:
        """How many modes can be learned, in a sentence."""
        seen = int(np.count_nonzero(self.overlap))
        return (
            f"{seen} of {self.strengths.size} modes stand out from the noise; exact up to terms of relative order one "
            f"over {min(self.shape)}"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row per time: time, train_error, test_error, and the learned strength of each mode."""
        import pandas as pd

        names = {f"mode {number}": self.learned[:, number - 1] for number in range(1, self.strengths.size + 1)}
        return pd.DataFrame({"time": self.time, "train_error": self.train_error, "test_error": self.test_error} | names)

    def __repr__(self) -> str:
        time, error = self.best
        return (
            f"<LowRankRisk: {self.shape[0]} outputs, {self.shape[1]} inputs; lowest test error {error:.4g} at "
            f"t = {time:.4g} (best estimate {self.best_estimate_error:.4g}); {self.meaning}>"
        )


@dataclass(frozen=True, eq=False)
class SpikedNoise:
    """Averages over the modes of the noise, and its effect on the modes of the teacher.

    With more outputs than inputs the matrix is transposed. Its unit is such that the noise has variance one over the
    larger side.
    """

    inputs: int
    outputs: int

    @property
    def ratio(self) -> float:
        return min(self.inputs, self.outputs) / max(self.inputs, self.outputs)

    @property
    def unit(self) -> float:
        return float(np.sqrt(self.inputs / max(self.inputs, self.outputs)))

    @property
    def angle(self) -> np.ndarray:
        return (np.arange(NODES) + 0.5) * np.pi / NODES

    def square(self, angle: np.ndarray) -> np.ndarray:
        """Squared singular values of the noise (in units)."""
        root = np.sqrt(self.ratio)
        return (1 - root) ** 2 + 4 * root * np.cos(angle / 2) ** 2

    def seen(self, s: np.ndarray) -> np.ndarray:
        """Singular values of the answers where the teacher has `s` (in units); at least the edge of the noise."""
        return spiked.top_singular_value(s, self.ratio)

    def overlaps(self, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Squared overlaps with the teacher's mode, on the side of the outputs and on that of the inputs."""
        smaller, larger = spiked.row_overlap(s, self.ratio), spiked.column_overlap(s, self.ratio)
        return (smaller, larger) if self.outputs <= self.inputs else (larger, smaller)

    def scatter(self, s: np.ndarray) -> np.ndarray:
        """Standard deviation between data sets of the singular values in `seen` (in units).

        Their variance is the mean of the two squared overlaps over the larger side: that of a single entry of the noise
        for a strong mode, and 0 at the threshold.
        """
        return np.sqrt(np.add(*self.overlaps(s)) / (2 * max(self.inputs, self.outputs)))

    def total(self, inner: np.ndarray, edges: np.ndarray) -> np.ndarray:
        """Sum over the modes of pure noise, of values (times, angles) and values at the two edges (times, 2)."""
        mean = np.mean(inner * 2 * np.sin(self.angle) ** 2 / self.square(self.angle), axis=1)
        finite = edges.sum(axis=1) / 4 - inner.mean(axis=1) / 2  # finite noise: its modes keep away from the edges
        return min(self.inputs, self.outputs) * mean + finite

    def depletion(self, q: float, inner: np.ndarray, edges: np.ndarray) -> np.ndarray:
        """Change of the sum by one mode of the teacher, which replaces a mode of the noise if it stands out."""
        theta = self.angle
        shift = (q * np.cos(theta) - q**2) / (1 - 2 * q * np.cos(theta) + q**2)
        return np.mean((inner - edges[:, 1:]) * shift, axis=1) - edges[:, 1] * (q > 1)

    def tilted(self, q: float, inner: np.ndarray) -> np.ndarray:
        """The part of the depletion along the teacher's own mode, on the side of the outputs."""
        theta, root = self.angle, np.sqrt(self.ratio)
        turn = np.exp(-1j * theta)
        side = turn / (root * (1 + root * turn)) if self.outputs <= self.inputs else 1 / (1 + root / turn)
        density = -np.imag(side * q * turn / (1 - q * turn)) * 2 * root * np.sin(theta)
        return np.mean(inner * density, axis=1)

    def carried(self, s: float, q: float, inner: np.ndarray) -> np.ndarray:
        """Twice the signal carried by modes of the noise, which all tilt a little towards the teacher's."""
        theta = self.angle
        weight = np.sin(theta) ** 2 / (1 - 2 * q * np.cos(theta) + q**2)
        return 4 * s**2 * np.mean(inner / np.sqrt(self.square(theta)) * weight, axis=1)


def low_rank_teacher(
    time: ArrayLike,
    strengths: ArrayLike,
    *,
    inputs: int,
    outputs: int,
    initial_strength: float,
    examples: int | None = None,
    depth: float = 2,
    tau: float = 1.0,
) -> LowRankRisk:
    r"""Train and test error over time of a deep linear student whose noisy teacher has few modes (low rank).

    Every mode of the noisy answers, the teacher's :math:`\hat s_i` and those of the noise, is learned in its own
    sigmoid :math:`s(t; \hat s)` (`modes.deep`), and the test error is, with a mean over the scatter of :math:`\hat s_i`
    between data sets,

    .. math::

        E = \left( N \langle s(t)^2 \rangle + c + \sum_i [ s_i(t)^2 - 2\,s_i(t)\,s_i\,O_i + s_i^2 + d_i ] \right)
        / \sum_i s_i^2

    with the mean over the noise, the overlaps :math:`O_i`, and two terms that the paper leaves out: c for the finite
    size of the noise, and :math:`d_i` for modes of the noise that the teacher's replaces and the signal they carry.

    Implements: lampinen2019 text
    Checked by: tests/generalization/test_low_rank.py::test_sampled_teachers

    Parameters
    ----------
    time : array, shape (times,)
        Learning times :math:`t \ge 0` [unit of `tau`].
    strengths : array, shape (modes,)
        Singular values :math:`s_i > 0` of the teacher; those of the noise go up to one plus the square root of outputs
        over inputs.
    inputs, outputs : int
        Their numbers.
    initial_strength : float
        Strength of every mode before learning, above 0.
    examples : int, optional
        Number of examples: inputs of length 1, orthonormal if they are fewer than `inputs`, and equally many along
        every direction if they are more; one for each input if not given.
    depth : float
        Number of weight matrices.
    tau : float
        Time constant.

    Returns
    -------
    LowRankRisk

    Raises
    ------
    InputError
        No mode or more modes than inputs or outputs, strengths or a start of 0 or less, negative times.

    Notes
    -----
    For white inputs and students that start small and aligned with the answers. The modes of single data sets vary a
    little, and are learned earlier or later; the error is the mean over data sets. Against simulations of 50 to 200
    inputs and outputs, strengths of 1.5 to 5 and starts of 1e-2 to 1e-6: the lowest error over time is 0 to 3% too high
    at depths 2 to 4 (exact to 0.3% at depth 1). Between 0.6 and 1.5 times the best time, while modes rise, the error is
    within 5% at depth 2 and within 7% at depths 3 and 4 (except for the steepest rises of four layers, where the
    simulations themselves scatter). Away from rises it is within half a percent, also for modes too weak to stand out,
    which are still learned a little. The paper's formula, without c and d and the mean over data sets, is right while
    only modes that stand out are learned (`lampinen2019`).

    More examples average out the noise: the student is that of a stronger teacher, on a faster clock. With fewer, it
    learns only the part of the teacher that they show.

    Examples
    --------
    Training for too long is overfitting: the noise is learned as well:

    >>> risk = low_rank_teacher([0, 1.6, 5], [2.0], inputs=100, outputs=50, initial_strength=1e-3)
    >>> risk.test_error.round(2).tolist()
    [1.0, 0.45, 10.83]
    """
    times, s, start = checked_teacher(time, strengths, initial_strength)
    depth, tau = layers(depth), positive(tau, "tau", "it is the unit of time")
    if examples is not None and examples != inputs:
        given = {"inputs": inputs, "outputs": outputs, "initial_strength": start, "depth": depth, "tau": tau}
        return _other_examples(times, s, whole(examples, "examples", 2, "modes need several examples"), given)
    noise = SpikedNoise(
        whole(inputs, "inputs", 2, "modes need several inputs"), whole(outputs, "outputs", 1, "a student has outputs")
    )
    if s.size > min(noise.inputs, noise.outputs):
        raise InputError(
            "strengths",
            f"has {s.size} modes, but {noise.outputs} outputs of {noise.inputs} inputs have "
            f"{min(noise.inputs, noise.outputs)}",
            "write fewer modes or more inputs and outputs",
        )
    course = LearnedStrengths(times, start, depth, tau, noise)
    shown = noise.seen(noise.unit * s)
    learned, overlap = course(shown), np.sqrt(np.prod(noise.overlaps(noise.unit * s), axis=0))
    scattered = course.over_data_sets(noise.unit * s)
    inner, edges = course(course.bulk), course(course.edges)
    visible = noise.unit * s > noise.ratio**0.25
    test = noise.total(inner**2, edges**2)
    gap, gaps = (course.bulk / noise.unit - inner) ** 2, (course.edges / noise.unit - edges) ** 2
    train = noise.total(gap, gaps)
    for number, (strength, q) in enumerate(
        zip(noise.unit * s, (noise.unit * s) ** 2 / np.sqrt(noise.ratio), strict=True)
    ):
        test += noise.depletion(q, inner**2, edges**2) - noise.carried(strength, q, inner) / noise.unit
        train += noise.depletion(q, gap, gaps)
        if visible[number]:
            own, square, fitted = (mean[:, number] for mean in scattered)
            test += square - 2 * own * s[number] * overlap[number]
            train += square - 2 * fitted + (shown[number] / noise.unit) ** 2
    size = np.sum(s**2)
    best = float(np.sum(s**2 * (1 - overlap**2)) / size)
    return LowRankRisk(
        times, train / (size + noise.outputs), test / size + 1, s, learned, overlap, best, (noise.outputs, noise.inputs)
    )


def _other_examples(times: np.ndarray, s: np.ndarray, examples: int, given: dict[str, Any]) -> LowRankRisk:
    """The student of more or fewer examples than inputs, expressed by one with as many examples as inputs.

    Many examples add up to white inputs of a larger variance c. Divided by its square root, the answers are those of a
    teacher that is stronger by this factor, with the noise of one example each. Few examples are white in the space
    that they span, where each mode of the teacher has the share c of its square.
    """
    inputs = whole(given["inputs"], "inputs", 2, "modes need several inputs")
    c, depth = examples / inputs, float(given["depth"])
    unit, start, outputs = float(np.sqrt(c)), given["initial_strength"], given["outputs"]
    if c > 1:
        seen = low_rank_teacher(times * c ** (1 / depth), unit * s, **given | {"initial_strength": unit * start})
        size = np.sum((unit * s) ** 2)
        unfit = outputs * (c - 1)  # noise of examples that share a direction with others
        train = (seen.train_error * (size + outputs) + unfit) / (size + outputs * c)
        return replace(seen, time=times, train_error=train, strengths=s, learned=seen.learned / unit)
    seen = low_rank_teacher(
        times * c ** (1 - 1 / depth), s, **given | {"inputs": examples, "initial_strength": start / unit}
    )
    return replace(
        seen,
        time=times,
        test_error=c * seen.test_error + 1 - c,
        learned=unit * seen.learned,
        overlap=unit * seen.overlap,
        best_estimate_error=c * seen.best_estimate_error + 1 - c,
        shape=(seen.shape[0], inputs),
    )


@dataclass(frozen=True, eq=False)
class LearnedStrengths:
    """Strengths over time of modes whose singular values are given in units of the noise, (times, modes)."""

    times: np.ndarray
    start: float
    depth: float
    tau: float
    noise: SpikedNoise

    def __call__(self, singular_value: np.ndarray) -> np.ndarray:
        value = singular_value / self.noise.unit
        return deep.mode_strength(self.times[:, None], value, self.start, depth=self.depth, tau=self.tau)

    def over_data_sets(self, s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Means, over the scatter of singular values, of the learned strengths of the modes of a teacher.

        Of the strength, of its square, and of its product with the singular value (of the answers); (times, modes)
        each. While a mode rises, it has been learned from some data sets, and not yet from others.
        """
        seen = self.noise.seen(s)[:, None]
        value = np.sqrt(np.maximum(seen**2 + 2 * seen * self.noise.scatter(s)[:, None] * DRAWS, 0))
        own = self(value.ravel()).reshape(-1, *value.shape)
        return own @ SHARES, own**2 @ SHARES, own * value / self.noise.unit @ SHARES

    @property
    def bulk(self) -> np.ndarray:
        return np.sqrt(self.noise.square(self.noise.angle))

    @property
    def edges(self) -> np.ndarray:
        """The weakest and the strongest mode of the noise."""
        return np.array([1 - np.sqrt(self.noise.ratio), 1 + np.sqrt(self.noise.ratio)])


def checked_teacher(
    time: ArrayLike, strengths: ArrayLike, initial_strength: ArrayLike
) -> tuple[np.ndarray, np.ndarray, float]:
    s = np.atleast_1d(np.asarray(strengths))
    if s.dtype.kind not in "fiu" or s.ndim != 1 or not s.size or not np.all(np.isfinite(s)) or np.any(s <= 0):
        problem = f"is {strengths!r}, but a teacher's modes have strengths above 0"
        raise InputError("strengths", problem, "write a list of such numbers")
    start = positive(initial_strength, "initial_strength", "modes of strength 0 are never learned")
    return np.atleast_1d(checked_times(time)).ravel(), s.astype(float), start
