"""How many threads linear algebra gets: one where the matrices are small."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from threadpoolctl import threadpool_limits

SMALL = 500_000  # weights of all seeds below which a second thread does not help, and slows a busy machine


def few_threads(weights: Sequence[Any]) -> AbstractContextManager[Any]:
    """One BLAS thread inside this block if the networks are small; the user's setting otherwise and afterwards."""
    small = sum(layer.size for layer in weights) < SMALL
    return threadpool_limits(limits=1 if small else None)
