"""How the inputs of a world vary, each alone and together, without a matrix where none is needed.

Items that are each their own input are never shown together, so that all there is to know of a million of them are a
million variances. `Variation` holds these, or the matrix where inputs are correlated, and does the products.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .._core.checks import InputError

WHITE_TOLERANCE = 1e-9  # relative: correlations are sums of products, good to about 1e-15 x items
NEVER_VARIES = 1e-10  # share of the largest variance below which a direction of the inputs counts as silent
MOST_BUILT = 20_000  # inputs beyond which a square matrix of them is not built: it would take 3 gigabytes


@dataclass(frozen=True, eq=False)
class Variation:
    """Correlation of the inputs with themselves.

    Parameters
    ----------
    entries : array, shape (inputs,) or (inputs, inputs)
        Variances of inputs no two of which are correlated, or the whole matrix.
    """

    entries: np.ndarray

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return len(self.entries)

    @property
    def is_diagonal(self) -> bool:
        """Whether no two inputs are known to be correlated, so that variances say it all."""
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
        """What maps are multiplied with: a number for white inputs, else `entries`."""
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
            So many inputs that it would not fit.
        """
        return built(self.entries) if self.is_diagonal else self.entries

    def of(self, vectors: np.ndarray) -> np.ndarray:
        """The correlation times vectors, shape (inputs, ...)."""
        return (self.entries * vectors.T).T if self.is_diagonal else self.entries @ vectors

    def after(self, maps: np.ndarray) -> np.ndarray:
        """Maps times the correlation, shape (..., inputs)."""
        return maps * self.entries if self.is_diagonal else maps @ self.entries

    def undone(self, maps: np.ndarray) -> np.ndarray:
        """Maps times the inverse, which leaves out what never varies, shape (..., inputs)."""
        if self.is_diagonal:
            kept = self.entries > NEVER_VARIES * self.entries.max()
            return np.where(kept, maps, 0.0) / np.where(kept, self.entries, 1.0)
        return maps @ np.linalg.pinv(self.entries, rcond=NEVER_VARIES, hermitian=True)


def built(diagonal: np.ndarray) -> np.ndarray:
    """A diagonal matrix, if it is not too large to be of use.

    Raises
    ------
    InputError
        More than 20,000 inputs.
    """
    if diagonal.size > MOST_BUILT:
        raise InputError(
            None,
            f"a matrix of {diagonal.size} times {diagonal.size} inputs would take {8e-9 * diagonal.size**2:.2g} "
            "gigabytes, and each item of this world is its own input",
            "use `variation.variances` for their variances, and one-hot inputs without building them",
        )
    return np.diag(diagonal)
