r"""How depth changes the speed of learning when every depth has its own optimal learning rate.

In time of the gradient flow deeper networks escape their plateau faster. But learning rates must fall with depth
(`optimal_learning_rate`), and counted in steps depth costs a delay that stays finite: `learning_time` (saxe2014 sec. 2
and App. B), whose limit is `delay_of_infinite_depth`. The flow itself is `modes.deep`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import Array, ArrayLike, arrays, on_host
from .._core.checks import InputError, positive
from .._core.stable import quiet
from .._core.tidy import tidy
from ..modes import balanced, deep

if TYPE_CHECKING:
    import pandas as pd


@quiet
def optimal_learning_rate(singular_value: ArrayLike, *, depth: ArrayLike, input_variance: ArrayLike = 1.0) -> Array:
    r"""Learning rate at which gradient descent closes the last gap to a learned mode in one step.

    .. math:: \eta = \frac{1}{L\,d\,(s/d)^{2 - 2/L}}

    Implements: saxe2014 App. B

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s > 0` of the mode in the world; the largest one limits a whole network.
    depth : array, shape (...)
        Number :math:`L \ge 1` of weight matrices.
    input_variance : array, shape (...)
        Variance :math:`d > 0` of the inputs along the mode.

    Returns
    -------
    array, broadcast shape
        Learning rate :math:`\eta` [units of 1/tau].

    Raises
    ------
    InputError
        Numbers outside their range.

    See Also
    --------
    ontogeny.networks.landscape.hessian_eigenvalues : the curvature whose inverse this is.

    Notes
    -----
    The inverse of the largest curvature between a small start and the end of one balanced mode. Twice this rate no
    longer converges; in between, the strongest mode oscillates and weaker ones are learned faster. Falls like 1/depth.

    Examples
    --------
    With a singular value of 1, four times the depth needs steps four times smaller:

    >>> optimal_learning_rate(1.0, depth=[2, 8]).tolist()
    [0.5, 0.125]
    """
    _, s, depth, d = arrays(singular_value, depth, input_variance)
    _check_positive(singular_value=s, input_variance=d)
    if (host := on_host(depth)) is not None and np.any(host < 1):
        raise InputError(
            "depth", f"is {np.min(host):.3g} somewhere, but a network has at least one weight matrix", "write 1 or more"
        )
    return 1 / (depth * d * (s / d) ** (2 - 2 / depth))


@quiet
def delay_of_infinite_depth(
    strength: ArrayLike,
    singular_value: ArrayLike,
    initial_strength: ArrayLike,
    *,
    relative_learning_rate: ArrayLike = 1.0,
) -> Array:
    r"""Steps that infinite depth needs more than one hidden layer, each at its optimal learning rate.

    .. math:: k = \frac{s}{c}\,(\frac{1}{u_0} - \frac{1}{u})

    Implements: saxe2014 App. B.1

    Parameters
    ----------
    strength : array, shape (...)
        Strength :math:`u` to be reached, :math:`u_0 < u < s`.
    singular_value : array, shape (...)
        Singular value :math:`s > 0` of the mode in the world.
    initial_strength : array, shape (...)
        Strength :math:`u_0 > 0` of the mode before learning, of all layers together.
    relative_learning_rate : array, shape (...)
        Learning rate as a multiple :math:`c > 0` of the optimal one at each depth.

    Returns
    -------
    array, broadcast shape
        Number :math:`k` of steps.

    Raises
    ------
    InputError
        Numbers outside their range.

    Notes
    -----
    Exact for white inputs, balanced and decoupled layers and steps small enough to be a flow, :math:`c` well below 1;
    a good guide up to 1. Finite, but inversely proportional to the start.

    Examples
    --------
    >>> float(delay_of_infinite_depth(0.99, 1.0, 0.01).round(2))
    98.99
    """
    _, u, s, u0, c = arrays(strength, singular_value, initial_strength, relative_learning_rate)
    _check_positive(strength=u, singular_value=s, initial_strength=u0, relative_learning_rate=c)
    return s / c * (1 / u0 - 1 / u)


def _check_positive(**given: Array) -> None:
    """Refuse numbers of 0 or less on the host; NaN passes, and so do traced arrays."""
    for name, values in given.items():
        if (host := on_host(values)) is not None and np.any(host <= 0):
            raise InputError(
                name, f"is {np.nanmin(host):.3g} somewhere, but the law holds above 0", "write numbers above 0"
            )


@dataclass(frozen=True, eq=False)
class LearningTime:
    """How long networks of several depths take to learn, at which learning rate.

    Parameters
    ----------
    depth : array, shape (depths,)
        Numbers of weight matrices; inf for the limit.
    steps : array, shape (depths,)
        Steps of gradient descent until a mode reaches a given strength (if measured, until the error has fallen).
    learning_rate : array, shape (depths,)
        Size of these steps [units of 1/tau].
    source : str
        Where the numbers come from: "theory", or what was trained.
    """

    depth: np.ndarray
    steps: np.ndarray
    learning_rate: np.ndarray
    source: str = "theory"

    @property
    def flow_time(self) -> np.ndarray:
        """The same on the clock of the flow, learning rate times steps, (depths,) [unit of tau]."""
        return self.steps * self.learning_rate

    def to_dataframe(self) -> pd.DataFrame:
        """One row per depth: steps, learning_rate, flow_time, source."""
        columns = {"steps": self.steps, "learning_rate": self.learning_rate, "flow_time": self.flow_time}
        return tidy({"depth": self.depth}, columns).assign(source=self.source)

    def __repr__(self) -> str:
        ends = ", ".join(f"{self.steps[k]:.3g} steps at depth {self.depth[k]:g}" for k in (0, -1)[: self.depth.size])
        return f"<LearningTime: {self.depth.size} depths, {self.source}: {ends}>"


def learning_time(
    singular_value: float = 1.0,
    initial_strength: float = 1e-3,
    *,
    depth: float | Sequence[float],
    share: float = 0.99,
    relative_learning_rate: float = 1.0,
) -> LearningTime:
    r"""Steps that networks of several depths take to learn a mode, each at a learning rate that suits its depth.

    :math:`k = t_L/\eta_L`: the time of the flow (eq. 15, and eq. 17 in the limit) in steps of
    :math:`\eta_L = c/(L\,s^{2 - 2/L})`.

    Implements: saxe2014 App. B.1, saxe2014 Fig. 4
    Checked by: tests/networks/test_speed.py::test_learning_time_has_the_papers_limit

    Parameters
    ----------
    singular_value : float
        Singular value :math:`s > 0` of the mode in the world.
    initial_strength : float
        Strength :math:`u_0` of the mode before learning, of all layers together; between 0 and `share` of :math:`s`.
    depth : float or list of float
        Numbers :math:`L \ge 2` of weight matrices; `math.inf` is the limit.
    share : float
        Share of :math:`s`, below 1, at which the mode counts as learned.
    relative_learning_rate : float
        Learning rate as a multiple :math:`c > 0` of the optimal one at each depth.

    Returns
    -------
    LearningTime

    Raises
    ------
    InputError
        A start that is not below the end, or numbers outside their range.

    Notes
    -----
    Exact for white inputs, balanced and decoupled layers and steps small enough to be a flow (:math:`c` well below 1);
    a good guide up to 1. The same strength of all layers *together* is assumed at every depth. A given strength of each
    layer makes the start, and with it the speed, exponentially small in depth.

    Examples
    --------
    Depth costs steps, but even infinite depth costs a finite number:

    >>> learning_time(depth=[2, 5, 99, float("inf")], initial_strength=0.01).steps.round(1).tolist()
    [9.2, 30.9, 100.9, 108.2]
    """
    depths = _depths(depth)
    s = positive(singular_value, "singular_value", "a mode that is not in the world is never learned")
    c = positive(relative_learning_rate, "relative_learning_rate", "a learning rate must be positive")
    u0, u = _start_and_end(initial_strength, share, s)
    steps = np.array([_steps(float(number), s, u0, u) / c for number in depths])
    finite = np.isfinite(depths)
    rates = optimal_learning_rate(s, depth=np.where(finite, depths, 1.0))
    return LearningTime(depths, steps, c * np.where(finite, rates, 0.0))


def _steps(depth: float, s: float, u0: float, u: float) -> float:
    """Steps at the optimal rate."""
    if np.isinf(depth):
        return _steps(2.0, s, u0, u) + float(delay_of_infinite_depth(u, s, u0))
    clock = balanced.time_to_strength(u, s, u0) if depth == 2 else deep.time_to_strength(u, s, u0, depth=depth)
    return float(clock / optimal_learning_rate(s, depth=depth))


def _depths(depth: float | Sequence[float]) -> np.ndarray:
    depths = np.atleast_1d(np.asarray(depth, dtype=float))
    if depths.ndim != 1 or not depths.size or not np.all(depths >= 2):  # also not a number
        raise InputError(
            "depth",
            f"is {depth!r}, but learning times are compared between networks with hidden layers",
            "write numbers of 2 or more, such as [2, 5, 10]",
        )
    return depths


def _start_and_end(initial_strength: float, share: float, s: float) -> tuple[float, float]:
    start = positive(initial_strength, "initial_strength", "a mode that starts at 0 is never learned")
    end = positive(share, "share", "a learned mode has some strength") * s
    if not share < 1:
        raise InputError(
            "share", f"is {share!r}, but a mode never quite reaches its final strength", "write a number below 1"
        )
    if not start < end:
        raise InputError(
            "initial_strength",
            f"is {initial_strength!r}, but at {end:.3g} the mode already counts as learned",
            "write a smaller strength",
        )
    return start, end
