"""What is known of every item: its input, its right answers, its weight, and which of the answers were observed.

A cell that was never observed holds NaN and takes part in nothing: no error, no gradient, no correlation. It is never
filled in. `Samples` does the arithmetic that has to leave such cells out, so that nobody else has to. Inputs of items
that are each their own input (`OneHot`) are never built; `Samples.shown` stands for them as one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .variation import Variation, built


@dataclass(frozen=True)
class OneHot:
    """Inputs of items each of which is its own input: a multiple of the identity, not built.

    Parameters
    ----------
    count : int
        Number of items, and of inputs.
    size : float
        Input that each item gives.
    """

    count: int
    size: float = 1.0


class Samples(NamedTuple):
    """Inputs (items, inputs), targets (items, features), weights (items,) and which cells were observed.

    Parameters
    ----------
    given : array, shape (items, inputs), or OneHot
        What the network receives.
    targets : array, shape (items, features)
        What it should answer; NaN where that was not observed.
    weights : array, shape (items,)
        Weight of each item in the correlations.
    observed : array of bool, shape (items, features), or None
        Which targets were observed; None if all were.
    rounding : array, shape (features,), or None
        Standard deviation of what rounding leaves open in the targets; None if that is to be seen from them.
    """

    given: np.ndarray | OneHot
    targets: np.ndarray
    weights: np.ndarray
    observed: np.ndarray | None = None
    rounding: np.ndarray | None = None

    @classmethod
    def of_table(
        cls, inputs: np.ndarray | OneHot, targets: np.ndarray, weights: np.ndarray, rounding: np.ndarray | None = None
    ) -> Samples:
        """Samples whose targets are NaN where they were not observed."""
        observed = ~np.isnan(targets)
        return cls(inputs, targets, weights, None if observed.all() else observed, rounding)

    @property
    def missing(self) -> int:
        """Number of cells that were not observed."""
        return 0 if self.observed is None else int(self.observed.size - np.count_nonzero(self.observed))

    @property
    def observed_targets(self) -> np.ndarray:
        """Targets with 0 where they were not observed, to be multiplied by `cell_weights`, (items, features)."""
        if self.observed is None or not self.missing:
            return self.targets
        return np.where(self.observed, self.targets, 0.0)

    @property
    def cell_weights(self) -> np.ndarray:
        """Weight of every cell in the error: of its item where observed, else 0; (features, items) or (items,)."""
        return self.weights if self.seen is None else self.weights * self.seen.T

    @property
    def seen(self) -> np.ndarray | None:
        """1 where a cell was observed, else 0, (items, features); None if all were."""
        return self.observed.astype(float) if self.missing and self.observed is not None else None

    @property
    def inputs(self) -> np.ndarray:
        """What the network receives, shape (items, inputs).

        Raises
        ------
        InputError
            So many items, each its own input, that the matrix would not fit.
        """
        return built(np.full(self.given.count, self.given.size)) if isinstance(self.given, OneHot) else self.given

    @property
    def are_one_hot(self) -> bool:
        """Whether each item is its own input, all of one size."""
        if isinstance(self.given, OneHot):
            return True
        x = self.given
        return x.shape[0] == x.shape[1] and np.array_equal(x, x[0, 0] * np.eye(len(x)))

    @property
    def shown(self) -> Any:
        """What all items show to a network, (inputs, items); a number for so many times the identity."""
        if self.are_one_hot:
            return self.given.size if isinstance(self.given, OneHot) else float(self.given[0, 0])
        return self.inputs.T

    def along(self, vectors: np.ndarray) -> np.ndarray:
        """Inputs of all items times vectors (inputs, ...), shape (items, ...)."""
        return self.given.size * vectors if isinstance(self.given, OneHot) else self.given @ vectors

    def correlations(self) -> tuple[np.ndarray, Variation]:
        """Of targets with inputs, to which only observed cells contribute, and of inputs with inputs."""
        if isinstance(self.given, OneHot):
            weighted = self.given.size * self.weights
            return self.observed_targets.T * weighted, Variation(self.given.size * weighted)
        weighted = self.weights[:, None] * self.given
        return self.observed_targets.T @ weighted, Variation(self.given.T @ weighted)

    def loss(self, answers: np.ndarray) -> np.ndarray:
        """Half the weighted squared error over the observed cells of answers (..., features, items)."""
        squares = (self.observed_targets.T - answers) ** 2
        if not self.missing:
            return np.sum(squares, axis=-2) @ self.weights / 2
        return np.sum(squares * self.cell_weights, axis=(-2, -1)) / 2
