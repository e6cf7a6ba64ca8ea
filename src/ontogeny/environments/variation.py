"""Variances and correlations of the inputs of a world, without a matrix where none is needed.

One-hot inputs are never shown together, so that a million of them are described by a million variances. `Variation`
holds these, or the matrix if inputs are correlated, and computes products with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .._core.checks import InputError

WHITE_TOLERANCE = 1e-9  # relative: correlations are sums of products, good to about 1e-15 x items
NEVER_VARIES = 1e-10  # relative to the largest variance: below this a direction of the inputs has none
MOST_BUILT = 20_000  # inputs of which a square matrix is still built, in 3 gigabytes


@dataclass(frozen=True, eq=False)
class Variation:
    """Correlation of the inputs with themselves.

    Parameters
    ----------
    entries : array, shape (inputs,) or (inputs, inputs)
        Variances of uncorrelated inputs, or the whole matrix.
    """

    entries: np.ndarray

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return len(self.entries)

    @property
    def is_diagonal(self) -> bool:
        """Whether only variances are stored, because no two inputs are correlated."""
        return self.entries.ndim == 1

    @property
    def variances(self) -> np.ndarray:
        """Variance of every input, shape (inputs,)."""
        return self.entries if self.is_diagonal else self.entries.diagonal()

    @cached_property
    def is_white(self) -> bool:
        """Whether all inputs have the same variance and none are correlated."""
        d = self.variances.mean()
        off = self.entries - (d if self.is_diagonal else d * np.eye(self.inputs))
        return bool(np.abs(off).max() <= WHITE_TOLERANCE * d)

    @property
    def factor(self) -> float | np.ndarray:
        """What maps are multiplied by: a number for white inputs, else `entries`."""
        return float(self.variances[0]) if self.is_white else self.entries

    @property
    def largest(self) -> float:
        """Largest variance along any direction of the inputs."""
        return float(self.entries.max() if self.is_diagonal else np.linalg.eigvalsh(self.entries)[-1])

    @property
    def matrix(self) -> np.ndarray:
        """The correlation as a matrix, shape (inputs, inputs).

        Raises
        ------
        InputError
            More than 20,000 inputs, whose matrix would not fit.
        """
        return built(self.entries) if self.is_diagonal else self.entries

    def of(self, vectors: np.ndarray) -> np.ndarray:
        """The correlation times vectors, shape (inputs, ...)."""
        return (self.entries * vectors.T).T if self.is_diagonal else self.entries @ vectors

    def after(self, maps: np.ndarray) -> np.ndarray:
        """Maps times the correlation, shape (..., inputs)."""
        return maps * self.entries if self.is_diagonal else maps @ self.entries

    def undone(self, maps: np.ndarray) -> np.ndarray:
        """Maps times the pseudoinverse, which ignores directions without variance, shape (..., inputs)."""
        if self.is_diagonal:
            kept = self.entries > NEVER_VARIES * self.entries.max()
            return np.where(kept, maps, 0.0) / np.where(kept, self.entries, 1.0)
        return maps @ np.linalg.pinv(self.entries, rcond=NEVER_VARIES, hermitian=True)

    def __repr__(self) -> str:
        kind = "white" if self.is_white else "uncorrelated" if self.is_diagonal else "correlated"
        least, most = (f"{variance:.3g}" for variance in (self.variances.min(), self.variances.max()))
        return f"<Variation: {self.inputs} {kind} inputs, variance {least}{f' to {most}' * (least != most)}>"


def built(diagonal: np.ndarray) -> np.ndarray:
    """A diagonal matrix, unless it is too large.

    Raises
    ------
    InputError
        More than 20,000 inputs.
    """
    if diagonal.size > MOST_BUILT:
        raise InputError(
            None,
            f"a matrix of {diagonal.size} times {diagonal.size} inputs would take {8e-9 * diagonal.size**2:.2g} "
            "gigabytes, and it is diagonal, because each item of this world is its own input",
            "use its diagonal, `variation.variances`",
        )
    return np.diag(diagonal)
