"""What a reader makes of a network: its values in the order in which they are computed, and its tangent kernel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .._core.checks import InputError
from .graph import Step

LONGEST = 160  # characters of what a stranger's code says when it fails


class Kernel(Protocol):
    """Products of the tangent kernel of a network with vectors over its answers.

    Attributes
    ----------
    size : int
        Number of answers, examples times outputs.
    """

    size: int

    def __call__(self, vector: np.ndarray) -> np.ndarray:
        """The kernel times a vector of that size."""


@dataclass(frozen=True, eq=False)
class Reading:
    """A network that was run once.

    Parameters
    ----------
    steps : list of Step
        Its rows in a report, the input first.
    reason : str
        Why it is no chain, in words; empty if it is one.
    is_known : bool
        Whether it is known what lies between its layers.
    mode : str
        "training" or "evaluation" of PyTorch modules, else empty.
    remarks : tuple of str
        What else has to be said of how it was run.
    kernel : function
        Its tangent kernel at this batch.
    """

    steps: list[Step]
    reason: str
    is_known: bool
    mode: str
    remarks: tuple[str, ...]
    kernel: Kernel


def projections(shape: tuple[int, ...], count: int, seed: int) -> Iterator[np.ndarray]:
    """Random directions of the answers, a sign for each of them: so the squared gradient of an answer is 1."""
    generator = np.random.default_rng([seed, count])
    for _ in range(count):
        yield generator.choice([-1.0, 1.0], size=shape)


def items_first(value: np.ndarray, items: int) -> np.ndarray:
    """A value with one row for each example, as far as its shape says which is which."""
    if value.ndim and value.shape[0] != items and items in value.shape:
        return np.moveaxis(value, value.shape.index(items), 0)
    if value.ndim and value.shape[0] % items == 0:
        return value.reshape(items, -1, *value.shape[1:]) if value.shape[0] != items else value
    return value.reshape(1, -1)


def failed(error: Exception, hint: str) -> InputError:
    """What to say of a network that does not run."""
    words = " ".join(str(error).split())
    words = words if len(words) <= LONGEST else f"{words[: LONGEST - 3]}..."
    return InputError("network", f"does not run on this batch: {type(error).__name__}: {words}", hint)
