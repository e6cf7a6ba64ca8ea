r"""Curves over time from their Laplace transforms: numerical inversion by a short sum on a parabola around the cut.

A transform :math:`G(s)/s` that is analytic off the negative real axis is inverted along
:math:`s(u) = \mu\,(i u + 1)^2`; for all times of an interval whose ends have the ratio L, N midpoints with spacing
:math:`r/N`, :math:`r = \sqrt{8 L + 1}`, and :math:`\mu = \pi N/(4\,r\,t_1)` have an error of about
:math:`e^{-2 \pi N/r}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

SPAN = 10**0.5  # ratio of the times that share a parabola: wider ones need more nodes, and lose digits
DIGITS = 40.0  # natural logarithm of one over the error of the sum: 4e-18, for steep transforms still below rounding


@dataclass(frozen=True, eq=False)
class Contour:
    """Nodes in the upper half plane for a few neighboring times, and their weights at each time.

    Parameters
    ----------
    times : array, shape (times,)
        Increasing times above zero.
    nodes : array, shape (nodes,)
        Points s.
    u : array, shape (nodes,)
        Their positions along the parabola.
    spacing : float
        Distance between these positions.
    """

    times: np.ndarray
    nodes: np.ndarray
    u: np.ndarray
    spacing: float

    def weights(self, factor: float = 1.0) -> np.ndarray:
        """Weights of the nodes at `factor` times the times, shape (times, nodes): f = 2 Re of weights @ G."""
        growth = np.exp(self.nodes * (factor * self.times)[:, None])
        return self.spacing / np.pi * growth / (1j * self.u + 1)

    def course(self, transform: np.ndarray, factor: float = 1.0) -> np.ndarray:
        """The function of time whose Laplace transform is `transform` / s, at `factor` times the times."""
        return 2 * (self.weights(factor) @ transform).real


def contours(times: np.ndarray) -> Iterator[Contour]:
    """Contours for increasing times above zero, each accurate from a time to twice that time."""
    first = 0
    while first < times.size:
        last = int(np.searchsorted(times, times[first] * SPAN, side="right"))
        group = times[first:last]
        r = np.sqrt(8 * 2 * group[-1] / group[0] + 1)
        count = int(np.ceil(DIGITS * r / (2 * np.pi)))
        u = (np.arange(count) + 0.5) * r / count
        mu = np.pi * count / (4 * r * 2 * group[-1])
        yield Contour(group, mu * (1j * u + 1) ** 2, u, r / count)
        first = last
