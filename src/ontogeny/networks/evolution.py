"""What `evolve` returns: a lazy record of a network over time, whichever method solves it.

Nothing large is computed or kept until it is asked for: the map, one Gram matrix, the weights, at all times or at some.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Protocol

import numpy as np

from .._core.checks import InputError
from .._core.notes import Setting
from .._core.tidy import tidy
from ..modes import shallow
from ..validity import Validity
from .gradient_flow import end_to_end_flow

if TYPE_CHECKING:
    import pandas as pd


EQUATIONS = {
    "shallow": ("saxe2019 SI",),
    "decoupled": ("saxe2014 (8)",),
    "riccati": ("fukumizu1998 sec. 3", "braun2022 sec. 3", "domine2025 sec. 3"),
    "end_to_end": ("arora2018 sec. 3",),
    "flow": ("saxe2014 (2)",),
}


class Solution(Protocol):
    """Any way to compute a network at some (increasing) times."""

    def network_map(self, times: np.ndarray) -> np.ndarray:
        """Maps from inputs to features, (times, out, in)."""

    def input_gram(self, times: np.ndarray) -> np.ndarray:
        """First layer's Gram matrix over hidden units, (times, in, in)."""

    def output_gram(self, times: np.ndarray) -> np.ndarray:
        """Last layer's Gram matrix over hidden units, (times, out, out)."""

    def factors(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weights of one hidden layer up to a hidden rotation, (times, in, m) and (times, out, m)."""

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        """Every layer, first layer first, (times, out, in) each."""


@dataclass(frozen=True, eq=False)
class Evolution:
    """A linear network over time.

    Parameters
    ----------
    times : array, shape (times,)
        Increasing [unit of tau].
    solution : Solution
        What computes the network at these times.
    method : str
        "shallow", "decoupled", "riccati", "end_to_end" or "flow".
    measure : function of nothing
        Measures what the methods assume; read as `validity`.
    shape : tuple of int
        Features, inputs.
    plateau : array, shape (features, inputs), or None
        Where the network stays if its start cannot reach the target; None if it can; NaN for those of several that can.
    leading : tuple of int
        Leading axes of all arrays: several networks.
    """

    times: np.ndarray
    solution: Solution
    method: str
    measure: Callable[[], Validity]
    shape: tuple[int, int]
    plateau: np.ndarray | None = None
    leading: tuple[int, ...] = ()

    @property
    def equations(self) -> tuple[str, ...]:
        """What the method rests on, as `ontogeny.cite` reads it."""
        return tuple(dict.fromkeys(key for method in self.method.split(" and ") for key in EQUATIONS[method]))

    @property
    def validity(self) -> Validity:
        """What the methods assume, measured on this start and this world."""
        return self.measure()

    @property
    def network_map(self) -> np.ndarray:
        """Maps from inputs to features, shape (times, features, inputs); computed at every call."""
        return self.solution.network_map(self.times)

    @property
    def input_gram(self) -> np.ndarray:
        """``W1' W1``, shape (times, inputs, inputs): similarity of inputs in the first hidden layer."""
        return self.solution.input_gram(self.times)

    @property
    def output_gram(self) -> np.ndarray:
        """``WL WL'``, shape (times, features, features): similarity of features in the last layer's weights."""
        return self.solution.output_gram(self.times)

    @property
    def factors(self) -> tuple[np.ndarray, np.ndarray]:
        """The smallest factors of one hidden layer: F, shape (times, inputs, m), and G, shape (times, features, m).

        The map is ``G F'``, the input Gram ``F F'``, the output Gram ``G G'``; the hidden rotation is left open.

        Raises
        ------
        InputError
            A network of another depth.
        """
        return self.solution.factors(self.times)

    @property
    def weights(self) -> list[np.ndarray]:
        """Weights of every layer, shape (times, out, in) each, first layer first."""
        return self.solution.weights(self.times)

    def at(self, times: float | Sequence[float] | np.ndarray) -> Evolution:
        """The same evolution at other times, none of them later than its last one."""
        asked = np.atleast_1d(np.asarray(times, dtype=float))
        ordered = asked.ndim == 1 and asked.size > 0 and np.all(np.diff(asked) > 0)
        if not ordered or not (asked[0] >= 0 and asked[-1] <= self.times[-1]):  # also not a number
            raise InputError(
                "times",
                f"are {times!r}, but they must increase within 0 and {self.times[-1]:.3g}, the last time known",
                "for later times call evolve with them",
            )
        return replace(self, times=asked)

    def to_dataframe(self) -> pd.DataFrame:
        """Tidy table of the network map: time, feature, input, value; before these the networks, if several."""
        names = ["network"] if len(self.leading) == 1 else [f"network_{n}" for n in range(1, len(self.leading) + 1)]
        axes = dict(zip(names, map(range, self.leading), strict=True))
        features, inputs = map(range, self.shape)
        return tidy({**axes, "time": self.times, "feature": features, "input": inputs}, {"value": self.network_map})

    def __repr__(self) -> str:
        span = f"{self.times.size} times up to {self.times[-1]:.3g} tau"
        many = f"{' x '.join(map(str, self.leading))} networks, " if self.leading else ""
        stuck = "" if self.plateau is None else ", ends on a plateau before the target"
        sides = f"{self.shape[1]} inputs to {self.shape[0]} features"
        return f"<Evolution: {many}{sides}, {span}, method {self.method!r}{stuck}>"


class _OfWeights:
    """A solution that computes every weight."""

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        raise NotImplementedError

    def factors(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return _two_factors(self.weights(times))

    def network_map(self, times: np.ndarray) -> np.ndarray:
        return _map_of(self.weights(times))

    def input_gram(self, times: np.ndarray) -> np.ndarray:
        first = self.weights(times)[0]
        return np.swapaxes(first, -1, -2) @ first

    def output_gram(self, times: np.ndarray) -> np.ndarray:
        last = self.weights(times)[-1]
        return last @ np.swapaxes(last, -1, -2)


@dataclass(frozen=True, eq=False)
class Shallow(_OfWeights):
    """One weight matrix: along the principal axes of the inputs every weight is learned independently.

    Parameters
    ----------
    axes : array, shape (inputs, inputs)
        Directions in which the inputs vary independently.
    start, drive : arrays, shape (features, inputs)
        Weights at time 0, and what is to be learned, along them.
    rates : array, shape (inputs,)
        Variance along each, and decay.
    tau : float
        Time constant.
    """

    axes: np.ndarray
    start: np.ndarray
    drive: np.ndarray
    rates: np.ndarray
    tau: float

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        clock = times[:, None, None]
        along = shallow.mode_strength(clock, self.drive, self.start, input_variance=self.rates, tau=self.tau)
        return [along @ self.axes.T]


@dataclass(frozen=True, eq=False)
class Flow(_OfWeights):
    """Every weight, integrated; the last result is kept, because the map and both Gram matrices need the same one.

    Parameters
    ----------
    solve : function of times
        Weights of every layer, (times, out, in) each.
    """

    solve: Callable[[np.ndarray], list[np.ndarray]]
    last: dict[bytes, list[np.ndarray]] = field(default_factory=dict, repr=False)

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        asked = times.tobytes()
        if asked not in self.last:
            solved = self.solve(times)
            self.last.clear()
            self.last[asked] = solved
        return self.last[asked]


@dataclass(frozen=True, eq=False)
class Modes:
    """A solution in which every mode keeps its own direction in every layer: only strengths change.

    Parameters
    ----------
    strengths : function of times
        Strength of every mode in every layer, (times, layers, modes).
    axes : list of arrays, shape (units, modes) each
        Directions of the modes in the inputs, every hidden layer, and the features; orthonormal columns.
    """

    strengths: Callable[[np.ndarray], np.ndarray]
    axes: Sequence[np.ndarray]

    def factors(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return _two_factors(self.weights(times))

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        strengths = self.strengths(times)
        steps = zip(self.axes, self.axes[1:], strict=False)
        return [(above * strengths[:, layer, None, :]) @ below.T for layer, (below, above) in enumerate(steps)]

    def network_map(self, times: np.ndarray) -> np.ndarray:
        return (self.axes[-1] * self.strengths(times).prod(axis=1)[:, None, :]) @ self.axes[0].T

    def input_gram(self, times: np.ndarray) -> np.ndarray:
        return (self.axes[0] * self.strengths(times)[:, 0, None, :] ** 2) @ self.axes[0].T

    def output_gram(self, times: np.ndarray) -> np.ndarray:
        return (self.axes[-1] * self.strengths(times)[:, -1, None, :] ** 2) @ self.axes[-1].T


@dataclass(frozen=True, eq=False)
class EndToEnd:
    """The map alone, by integrating its own equation; layers must be balanced."""

    layers: Sequence[np.ndarray]
    input_output_correlation: np.ndarray
    input_correlation: np.ndarray
    tau: float
    rtol: float

    def network_map(self, times: np.ndarray) -> np.ndarray:
        return end_to_end_flow(
            _map_of(self.layers),
            self.input_output_correlation,
            self.input_correlation,
            depth=len(self.layers),
            times=times,
            tau=self.tau,
            rtol=self.rtol,
        )

    def input_gram(self, times: np.ndarray) -> np.ndarray:
        """Balanced layers: the root of the map's own Gram matrix, of order the depth."""
        return self._root(np.swapaxes(self.network_map(times), -1, -2))

    def output_gram(self, times: np.ndarray) -> np.ndarray:
        return self._root(self.network_map(times))

    def factors(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return _two_factors(self.weights(times))

    def weights(self, times: np.ndarray) -> list[np.ndarray]:
        raise InputError(
            "method",
            "is 'end_to_end', which follows the map alone and not the weights",
            ("write ", Setting("method", "auto"), " or ", Setting("method", "flow")),
        )

    def _root(self, maps: np.ndarray) -> np.ndarray:
        u, s, _ = np.linalg.svd(maps, full_matrices=False)
        return (u * s[:, None, :] ** (2 / len(self.layers))) @ np.swapaxes(u, -1, -2)


def _two_factors(layers: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    if len(layers) != 2:
        raise InputError(None, f"there are {len(layers)} weight matrices, but factors need two", "use .weights instead")
    return np.swapaxes(layers[0], -1, -2), layers[1]


def _map_of(layers: Sequence[np.ndarray]) -> np.ndarray:
    return reduce(lambda below, layer: layer @ below, layers)
