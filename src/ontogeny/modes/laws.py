r"""The law of single modes for each depth, in units of the world: volts and microvolts give the same course.

Rescaling the world rescales what is learned of it. With :math:`c` any unit of strength,

.. math:: u(t;\ s,\ u_0) = c\,u(c^{2 - 2/L}\,t;\ s/c,\ u_0/c)

for :math:`L` weight matrices. `law` takes for :math:`c` a power of two near what the strongest mode learns, which
changes no digit and keeps products of strengths within floating point, whatever the unit of the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from .._core.arrays import Array, ArrayLike
from . import balanced, deep, shallow


@dataclass(frozen=True)
class Law:
    """Course and clock of modes in a network of some depth.

    Parameters
    ----------
    depth : int
        Number of weight matrices.
    equation : str
        Where the law is printed.
    """

    depth: int
    equation: str
    _course: Callable[..., Array]
    _clock: Callable[..., Array]

    def __repr__(self) -> str:
        return f"<Law: modes in networks of depth {self.depth:g}, {self.equation}>"

    def mode_strength(
        self,
        time: ArrayLike,
        singular_value: ArrayLike,
        initial_strength: ArrayLike,
        *,
        input_variance: ArrayLike = 1.0,
        tau: float = 1.0,
    ) -> Array:
        """Strengths over time; arguments as in `modes.balanced.mode_strength`, on the host."""
        unit, pace = self._units(singular_value, input_variance)
        s, u0 = np.asarray(singular_value) / unit, np.asarray(initial_strength) / unit
        return unit * self._course(np.asarray(time) * pace, s, u0, input_variance=input_variance, tau=tau)

    def time_to_strength(
        self,
        strength: ArrayLike,
        singular_value: ArrayLike,
        initial_strength: ArrayLike,
        *,
        input_variance: ArrayLike = 1.0,
        tau: float = 1.0,
    ) -> Array:
        """Times at which strengths are reached; arguments as in `modes.balanced.time_to_strength`, on the host."""
        unit, pace = self._units(singular_value, input_variance)
        u, s, u0 = (np.asarray(value) / unit for value in (strength, singular_value, initial_strength))
        return self._clock(u, s, u0, input_variance=input_variance, tau=tau) / pace

    def natural_time(self, singular_value: float, *, input_variance: float = 1.0, tau: float = 1.0) -> float:
        r"""Time scale on which a mode rises after its plateau, :math:`\tau/(d\,(s/d)^{2 - 2/L})`."""
        s, d = float(singular_value), float(input_variance)
        return float(tau) / (d * (s / d) ** (2 - 2 / self.depth))

    def _units(self, singular_value: ArrayLike, input_variance: ArrayLike) -> tuple[float, float]:
        """A power of two near the largest final strength, and its power that multiplies time; both exact."""
        largest = float(np.max(np.asarray(singular_value) / np.asarray(input_variance), initial=0.0))
        exponent = round(np.log2(largest) / self.depth) if largest > 0 else 0
        return 2.0 ** (self.depth * exponent), 2.0 ** ((2 * self.depth - 2) * exponent)


def law(depth: int) -> Law:
    """The law for a number of weight matrices.

    Parameters
    ----------
    depth : int
        Number of weight matrices, 1 or more.

    Examples
    --------
    In tiny units a mode follows the same course, only later:

    >>> float(law(2).mode_strength(3.0, 2.0, 1e-3).round(2)), float(law(2).mode_strength(3e150, 2e-150, 1e-153) * 1e150)
    (1.98, 1.97...)
    """
    if depth == 1:
        return Law(1, "saxe2019 SI", shallow.mode_strength, shallow.time_to_strength)
    if depth == 2:
        return Law(2, "saxe2014 (12)", balanced.mode_strength, balanced.time_to_strength)
    course, clock = partial(deep.mode_strength, depth=depth), partial(deep.time_to_strength, depth=depth)
    return Law(depth, "saxe2014 (15)", course, clock)
