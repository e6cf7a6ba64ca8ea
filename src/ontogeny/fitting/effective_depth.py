"""Which depth of a network a learning curve looks like, and whether one layer is enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import chi2

from .._core.arrays import ArrayLike
from .._core.checks import InputError
from .._core.digits import short
from .likelihood import LEVEL, End, assumed
from .observed import RightAnswers, right_answers
from .search import Problem, one_thread
from .shapes import network

if TYPE_CHECKING:
    import pandas as pd

DEPTHS = (1.0, 1.33, 1.67, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0)  # at which the profile is known


@dataclass(frozen=True, eq=False)
class EffectiveDepth:
    """Which depth a learning curve looks like.

    Parameters
    ----------
    depth : float
        The most likely one, from 1 to 20.
    interval : pair of float
        Depths that are not ruled out, by profile likelihood; inf where 20 is among them.
    likelihood_ratio : float
        Twice the gain in logarithmic likelihood over one layer.
    profile : dict of float to float
        Largest logarithmic likelihood at some depths.
    level : float
        Of the interval.
    """

    depth: float
    interval: tuple[float, float]
    likelihood_ratio: float
    profile: dict[float, float]
    level: float

    @property
    def is_deeper_than_one(self) -> bool:
        """Whether one layer is ruled out."""
        return self.likelihood_ratio > float(chi2.ppf(self.level, 1))

    def to_dataframe(self) -> pd.DataFrame:
        """One row per depth: its largest logarithmic likelihood."""
        import pandas as pd

        return pd.DataFrame({"depth": list(self.profile), "log_likelihood": list(self.profile.values())})

    def __repr__(self) -> str:
        low, high = map(short, self.interval)
        verdict = "more than one layer" if self.is_deeper_than_one else "one layer is not ruled out"
        ratio = f"likelihood ratio {short(self.likelihood_ratio)}"
        return (
            f"<EffectiveDepth of the curve, not the network: {short(self.depth)} [{low}, {high}]; {verdict} ({ratio})>"
        )


def effective_depth(
    time: ArrayLike,
    correct: ArrayLike,
    trials: ArrayLike,
    *,
    chance: End = 0.5,
    lapse: End = 0.02,
    level: float = LEVEL,
) -> EffectiveDepth:
    r"""Depth of the learning curve that makes right answers most likely.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_effective_depth.py::test_the_profile_is_that_of_fits_at_each_depth

    Parameters
    ----------
    time, correct, trials, chance, lapse, level
        As for `fit_learning_curve`.

    Returns
    -------
    EffectiveDepth

    Raises
    ------
    InputError
        As `fit_learning_curve`, or no sign of learning.

    Notes
    -----
    It is the depth of the curve. Networks whose layers start unequally look shallower than they are: three layers of
    gains 1, 1 and .001 look like 1.48. That learning is exponential does not show that a network has one layer.

    One learner tells one layer from more, and hardly two from three: of 30 simulated learners with 40 blocks of 50
    trials about 25 leave it open. `trials_to_tell` says how many trials it takes.

    Examples
    --------
    >>> right = [19, 22, 20, 21, 25, 31, 37, 38, 39, 38]
    >>> found = effective_depth(range(10), right, [40] * 10)
    >>> found.is_deeper_than_one, found.interval[0] > 1.4, found.interval[1]
    (True, True, inf)
    """
    seen = right_answers(time, correct, trials)
    _, floor, ceiling = assumed(1, chance, lapse)
    if not 0 < level < 1:
        raise InputError("level", f"is {level!r}, but an interval covers a share of the cases", "write 0.95")

    with one_thread():
        return _effective(seen, floor, ceiling, level)


def _effective(seen: RightAnswers, floor: float | None, ceiling: float | None, level: float) -> EffectiveDepth:
    def best(inverse: float) -> float:
        depth = 1 / inverse
        return Problem(network(depth, not (depth == 1 and floor is None)), seen, floor, ceiling).best()[0]

    grid = [1 / depth for depth in DEPTHS]
    found = [best(inverse) for inverse in grid]
    flat = Problem(network(1.0), seen, floor, ceiling).flat()
    if max(found) - flat < seen.allowed(level, 1, 2):
        raise InputError(None, "there is no sign of learning, and so no depth of it")
    place = int(np.argmax(found))
    around = (grid[min(place + 1, len(grid) - 1)], grid[max(place - 1, 0)])
    refined = minimize_scalar(lambda inverse: -best(inverse), bounds=around, method="bounded", options={"xatol": 1e-3})
    inverse, top = (float(refined.x), -float(refined.fun))
    if found[place] >= top:
        inverse, top = grid[place], found[place]
    allowed = seen.allowed(level, 1, 3)
    deepest, shallowest = grid[-1], grid[0]

    def lacking(at: float) -> float:
        return top - allowed - best(at)

    low = 1.0 if lacking(shallowest) <= 0 else 1 / float(brentq(lacking, inverse, shallowest, xtol=1e-3))
    high = np.inf if lacking(deepest) <= 0 else 1 / float(brentq(lacking, deepest, inverse, xtol=1e-3))
    profile = dict(zip(DEPTHS, found, strict=True))
    return EffectiveDepth(1 / inverse, (low, high), max(2 * (top - found[0]), 0.0), profile, level)
