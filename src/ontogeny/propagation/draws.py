"""Weights and biases at the critical point of a nonlinearity, for the doors to PyTorch and JAX."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._core.checks import not_negative, one_of, positive, whole
from ..networks.initialization import haar
from .mean_fields import AnyNonlinearity
from .phases import recommended

KINDS = ("orthogonal", "gaussian")


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws of weights and biases of given variances, one layer after the other.

    Parameters
    ----------
    weight_variance : float
        Variance of the weights times the number of inputs.
    bias_variance : float
        Variance of the biases.
    kind : "orthogonal" or "gaussian"
        Of the weights.
    generator : Generator
        Where they come from.
    """

    weight_variance: float
    bias_variance: float
    kind: str
    generator: np.random.Generator

    def weights(self, out: int, into: int) -> np.ndarray:
        """Weights of one layer, shape (out, in): from inputs of mean square 1, units of the weight variance.

        Orthogonal weights that widen have orthonormal columns times the root of out/in, so that not only the length but
        also the variance of units is that of Gaussian ones.
        """
        if self.kind == "gaussian":
            return self.generator.standard_normal((out, into)) * np.sqrt(self.weight_variance / into)
        return haar(out, into, self.generator) * np.sqrt(self.weight_variance * max(1.0, out / into))

    def biases(self, count: int) -> np.ndarray:
        """Biases of one layer, shape (out,)."""
        return self.generator.standard_normal(count) * np.sqrt(self.bias_variance)


def draws(
    nonlinearity: AnyNonlinearity, weight_variance: float | None, bias_variance: float | None, kind: str, seed: int
) -> Draws:
    """Draws at the critical point of a nonlinearity, or of the variances that are given."""
    one_of(kind, KINDS, "weights")
    generator = np.random.default_rng(whole(seed, "seed", 0, "seeds are not negative"))
    if weight_variance is None:
        found = recommended(nonlinearity, bias_variance=bias_variance)
        return Draws(float(found.weight_variance), float(found.bias_variance), kind, generator)
    w = positive(weight_variance, "weight_variance", "signals end where weights are 0")
    b = not_negative(0.0 if bias_variance is None else bias_variance, "bias_variance", "a variance")
    return Draws(w, b, kind, generator)
