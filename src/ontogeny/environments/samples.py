"""What is known of every item: its input, its right answers, its weight, and which of the answers were observed.

A cell that was never observed holds NaN and takes part in nothing: no error, no gradient, no correlation. It is never
filled in. `Samples` does the arithmetic that has to leave such cells out, so that nobody else has to.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Samples(NamedTuple):
    """Inputs (items, inputs), targets (items, features), weights (items,) and which cells were observed.

    Parameters
    ----------
    inputs : array, shape (items, inputs)
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

    inputs: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    observed: np.ndarray | None = None
    rounding: np.ndarray | None = None

    @classmethod
    def of_table(
        cls, inputs: np.ndarray, targets: np.ndarray, weights: np.ndarray, rounding: np.ndarray | None = None
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
    def are_one_hot(self) -> bool:
        """Whether each item is its own input, all of one size."""
        x = self.inputs
        return x.shape[0] == x.shape[1] and np.array_equal(x, x[0, 0] * np.eye(len(x)))

    def correlations(self) -> tuple[np.ndarray, np.ndarray]:
        """Of targets with inputs, to which only observed cells contribute, and of inputs with inputs."""
        weighted = self.weights[:, None] * self.inputs
        return self.observed_targets.T @ weighted, self.inputs.T @ weighted

    def loss(self, answers: np.ndarray) -> np.ndarray:
        """Half the weighted squared error over the observed cells of answers (..., features, items)."""
        squares = (self.observed_targets.T - answers) ** 2
        if not self.missing:
            return np.sum(squares, axis=-2) @ self.weights / 2
        return np.sum(squares * self.cell_weights, axis=(-2, -1)) / 2
