"""A teacher network of rectified linear units (ReLU), whose answers no linear student can learn completely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._core.checks import not_negative, whole
from .._core.nonlinearities import activation


@dataclass(frozen=True, eq=False, repr=False)
class ReluTeacher:
    """A network with one hidden layer that answers standard Gaussian inputs, with noise.

    Implements: advani2020 Fig. 7
    Checked by: tests/generalization/test_relu_teacher.py::test_answers_are_of_size_one_and_noise_is_added

    Parameters
    ----------
    first_layer : array, shape (units, inputs)
        Weights of the hidden units.
    second_layer : array, shape (units,)
        Weights of the output.
    noise_variance : float
        Variance of the noise in every answer.
    """

    first_layer: np.ndarray
    second_layer: np.ndarray
    noise_variance: float = 0.2

    @classmethod
    def drawn(cls, *, inputs: int = 15, units: int = 30, noise_variance: float = 0.2, seed: int = 0) -> ReluTeacher:
        """A teacher with random weights; without noise the mean square of its answers is about 1.

        Examples
        --------
        >>> x, y = ReluTeacher.drawn(seed=1).sampled(5, np.random.default_rng(0))
        >>> x.shape, y.shape
        ((5, 15), (5,))
        """
        size = whole(inputs, "inputs", 1, "a teacher sees at least one input")
        count = whole(units, "units", 1, "a teacher has at least one hidden unit")
        noise = not_negative(noise_variance, "noise_variance", "a variance")
        draw = np.random.default_rng(whole(seed, "seed", 0, "seeds are not negative"))
        first = draw.normal(size=(count, size)) / np.sqrt(size)
        return cls(first, draw.normal(size=count) * np.sqrt(2 / count), noise)

    def sampled(self, samples: int, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Inputs (samples, inputs) and noisy answers (samples,)."""
        x = draw.normal(size=(samples, self.first_layer.shape[1]))
        clean = activation(np, x @ self.first_layer.T, "relu") @ self.second_layer
        return x, clean + np.sqrt(self.noise_variance) * draw.normal(size=samples)

    def __repr__(self) -> str:
        units, inputs = self.first_layer.shape
        return f"<ReluTeacher: {inputs} inputs, {units} hidden units, noise variance {self.noise_variance:.3g}>"
