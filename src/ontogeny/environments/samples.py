"""The data of every item: its input, its targets, its weight, and which of the targets were observed.

A cell that was not observed is NaN and contributes to nothing: no loss, no gradient, no correlation. It is never filled
in. `Samples` does the arithmetic that leaves such cells out, in one place. One-hot inputs (`OneHot`) are never built;
`Samples.shown` represents them by one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .variation import Variation, built


@dataclass(frozen=True)
class OneHot:
    """One-hot inputs, one for each item: a multiple of the identity that is not built.

    Parameters
    ----------
    count : int
        Number of items, and of inputs.
    size : float
        Value of the one input of each item that is not zero.
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
        What it should answer; NaN where not observed.
    weights : array, shape (items,)
        Weight of each item in the correlations.
    observed : array of bool, shape (items, features), or None
        Whether each target was observed; None if all were.
    rounding : array, shape (features,), or None
        Standard deviation of the rounding error of the targets; None if it can be read off them.
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
        """Targets with 0 in place of cells that were not observed, shape (items, features)."""
        if self.observed is None or not self.missing:
            return self.targets
        return np.where(self.observed, self.targets, 0.0)

    @property
    def cell_weights(self) -> np.ndarray:
        """Weight of every cell in the loss: that of its item if observed, else 0; (features, items) or (items,)."""
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
            More than 20,000 one-hot inputs, whose matrix would not fit.
        """
        return built(np.full(self.given.count, self.given.size)) if isinstance(self.given, OneHot) else self.given

    @property
    def are_one_hot(self) -> bool:
        """Whether the inputs are one-hot, and all of one size."""
        if isinstance(self.given, OneHot):
            return True
        x = self.given
        return x.shape[0] == x.shape[1] and np.array_equal(x, x[0, 0] * np.eye(len(x)))

    @property
    def shown(self) -> np.ndarray | float:
        """Inputs of all items, shape (inputs, items); a number stands for that multiple of the identity."""
        if self.are_one_hot:
            return self.given.size if isinstance(self.given, OneHot) else float(self.given[0, 0])
        return self.inputs.T

    def along(self, vectors: np.ndarray) -> np.ndarray:
        """Inputs of all items times vectors (inputs, ...), shape (items, ...)."""
        return self.given.size * vectors if isinstance(self.given, OneHot) else self.given @ vectors

    def correlations(self) -> tuple[np.ndarray, Variation]:
        """Correlation of targets with inputs, over observed cells only, and of inputs with inputs."""
        if isinstance(self.given, OneHot):
            weighted = self.given.size * self.weights
            return self.observed_targets.T * weighted, Variation(self.given.size * weighted)
        weighted = self.weights[:, None] * self.given
        return self.observed_targets.T @ weighted, Variation(self.given.T @ weighted)

    def loss(self, answers: np.ndarray) -> np.ndarray:
        """Half the weighted squared error over the observed cells of answers (..., features, items)."""
        error = self.observed_targets.T - answers
        cells = "mi" if self.missing else "i"
        return np.einsum(f"...mi,...mi,{cells}->...", error, error, self.cell_weights) / 2

    def __repr__(self) -> str:
        items, features = self.targets.shape
        width = self.given.count if isinstance(self.given, OneHot) else self.given.shape[1]
        inputs = f"{width} {'one-hot ' * self.are_one_hot}inputs"
        return f"<Samples: {items} items, {inputs}, {features} features, {self.missing} cells missing>"
