"""One network for all levels: its time constant and initial strength, and whether the levels' times are its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import f as f_distribution

from .._core.digits import short
from .course_search import Found, fitted, interval
from .rdm_courses import Measured, Together, clock_to_half, course

if TYPE_CHECKING:
    import pandas as pd

STARTS = np.geomspace(1e-9, 0.45, 24)  # strengths before learning that are tried, as shares of the weakest end
REFINED = 3  # of them, from which a search goes on


@dataclass(frozen=True, eq=False)
class SharedCourse:
    """One network for all levels.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_rdm_movies.py::test_a_theory_is_recovered

    Parameters
    ----------
    tau : float
        Time constant [unit of the times], for singular values in the units of the world.
    tau_interval : pair of float
        By the profile of the squares.
    initial_strength : float
        Of every mode at time 0 [unit of the singular values].
    initial_strength_interval : pair of float
        Likewise.
    statistic : float
        F: by how much the squares grow when half-times and initial fractions are those of one network, for each of
        these that is given up, in units of the noise.
    degrees : pair of int
        Degrees of freedom of F.
    p_value : float
        Probability of so large an F if one such network learns all levels.
    explained : float
        Share of the variance of the levels' strengths over time, each in units of its noise, that it explains.
    """

    tau: float
    tau_interval: tuple[float, float]
    initial_strength: float
    initial_strength_interval: tuple[float, float]
    statistic: float
    degrees: tuple[int, int]
    p_value: float
    explained: float

    def __repr__(self) -> str:
        low, high = (short(end) for end in self.tau_interval)
        numbers = ", ".join(map(str, self.degrees))
        return (
            f"<SharedCourse: tau {short(self.tau)} [{low}, {high}], initial strength {short(self.initial_strength)}, "
            f"{self.explained:.1%} explained; F({numbers}) {short(self.statistic)}, p {short(self.p_value)}>"
        )

    def to_dataframe(self) -> pd.DataFrame:
        """One row."""
        import pandas as pd

        row = {
            "tau": self.tau,
            "tau_low": self.tau_interval[0],
            "tau_high": self.tau_interval[1],
            "initial_strength": self.initial_strength,
            "initial_strength_low": self.initial_strength_interval[0],
            "initial_strength_high": self.initial_strength_interval[1],
            "statistic": self.statistic,
            "degrees": self.degrees[0],
            "residual_degrees": self.degrees[1],
            "p_value": self.p_value,
            "explained": self.explained,
        }
        return pd.DataFrame([row])


def shared_course(data: Measured, family: Together, apart: Found, coverage: float) -> tuple[SharedCourse, np.ndarray]:
    """The network that comes nearest to all levels, compared with a course for each; and its two parameters.

    Parameters
    ----------
    data : Measured
        Of two or more levels with their noise.
    family : Together
        Of the same levels.
    apart : Found
        A course for each of them.
    coverage : float
        Of the intervals.
    """
    levels = data.strength.shape[1]
    best = min(
        (fitted(data, family, begun) for begun in _begun(data, family, apart)[:REFINED]), key=lambda found: found.total
    )
    own, given_up = 3 * levels + bool(np.any(data.flat)), 2 * levels - 2
    left = int(np.sum(~np.isnan(data.strength))) - own
    # the noise is that of the courses apart, so that a square of 1 for each degree of freedom is left of them; less
    # where it is rounding
    unit = max(apart.total / left, 1.0)
    statistic = max(best.total - apart.total, 0.0) / given_up / unit
    allowed = float(f_distribution.ppf(coverage, 1, left + given_up)) * unit
    ends = [interval(data, family, best, place, allowed) for place in (0, 1)]
    about = np.nansum((data.strength - np.nanmean(data.strength, axis=0)) ** 2 / data.noise**2)
    found = SharedCourse(
        float(np.exp(best.where[0])), (float(np.exp(ends[0][0])), float(np.exp(ends[0][1]))),
        float(np.exp(best.where[1])), (float(np.exp(ends[1][0])), float(np.exp(ends[1][1]))),
        float(statistic), (given_up, left), float(f_distribution.sf(statistic, given_up, left)),
        float(1 - best.total / about),
    )  # fmt: skip
    return found, best.where


def _begun(data: Measured, family: Together, apart: Found) -> list[Found]:
    """Initial strengths with the time constants that suit the half-times of all levels, or the clearest; best first."""
    levels = data.strength.shape[1]
    halves, clearest = np.exp(apart.where[:levels]), int(np.argmax(apart.ends / data.noise))
    found = []
    for share in STARTS:
        start = np.log(share * family.ends.min())
        pace, starts, *_ = family.at(np.array([0.0, start]))
        ratios = np.log(halves * pace / clock_to_half(starts, data.depth))
        for tau in (ratios.mean(), ratios[clearest]):
            where = np.array([tau, start])
            q = course(data.time, pace / np.exp(tau), starts, data.depth)
            off = data.strength - apart.floor * data.flat - apart.ends * q**data.power
            found.append(Found(where, apart.ends, apart.floor, np.nansum((off / data.noise) ** 2, axis=0)))
    return sorted(found, key=lambda each: each.total)
