"""Illusory correlations in the limit of small initial weights.

With small initial weights modes are learned one after the other, each before the next begins, so that every answer
steps through the partial sums of its modes, strongest first. `illusory_limit` looks at those sums; nothing is
integrated.
`illusory_duration` is the time that two modes need one after the other, which is how long an illusion lasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import arrays
from .._core.checks import InputError, expect
from .._core.digits import steady
from .._core.ties import EQUAL, places, ranked
from ..environments.environment import Environment
from ..validity import input_alignment

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 200_000  # answers summed up at a time: they stay in the cache


@dataclass(frozen=True, eq=False)
class IllusoryLimit:
    """How far every answer overshoots in the limit of small initial weights.

    Parameters
    ----------
    environment : Environment
        The world.
    final : array, shape (features, items)
        Where each answer ends.
    overshoot : array, shape (features, items)
        How far the answer rises above both 0, where it starts, and its end.
    undershoot : array, shape (features, items)
        How far it falls below both, as a positive number.
    highest, lowest : arrays of int, shape (features, items)
        How many modes are known at the highest and at the lowest answer; 0 is the start.
    meaning : str
        Where these numbers hold, in a sentence.
    """

    environment: Environment
    final: np.ndarray
    overshoot: np.ndarray
    undershoot: np.ndarray
    highest: np.ndarray
    lowest: np.ndarray
    meaning: str

    @property
    def excess(self) -> np.ndarray:
        """The larger of the two: overshoot, or undershoot as a negative number, shape (features, items)."""
        return np.where(self.overshoot >= self.undershoot, self.overshoot, -self.undershoot)

    @property
    def peak(self) -> np.ndarray:
        """Value farthest beyond start and end, shape (features, items)."""
        above = np.maximum(self.final, 0) + self.overshoot
        return np.where(self.overshoot >= self.undershoot, above, np.minimum(self.final, 0) - self.undershoot)

    def share_of_zeros(self, beyond: float = 0.25) -> float:
        """Share of the answers that should be 0 and rise beyond this on the way; NaN where no answer should be 0."""
        rounding = EQUAL * np.abs(self.final).max()
        zeros = np.abs(self.final) < rounding
        return float(np.mean(self.overshoot[zeros] > beyond + rounding)) if zeros.any() else float("nan")

    def to_dataframe(self, most: int | None = None) -> pd.DataFrame:
        """One row per answer that overshoots, the largest first: item, feature, final, peak, excess, modes_known."""
        import pandas as pd

        excess, peak = self.excess, self.peak
        feature, item = np.nonzero(np.abs(excess) > EQUAL * max(np.abs(self.final).max(), 1e-300))
        by_name = places(self.environment.items)[item], places(self.environment.features)[feature]
        order = ranked(np.abs(excess[feature, item]), *by_name)[:most]
        feature, item = feature[order], item[order]
        known = np.where(excess > 0, self.highest, self.lowest)
        return pd.DataFrame(
            {
                "item": np.asarray(self.environment.items, dtype=object)[item],
                "feature": np.asarray(self.environment.features, dtype=object)[feature],
                "final": self.final[feature, item],
                "peak": peak[feature, item],
                "excess": excess[feature, item],
                "modes_known": known[feature, item],
            }
        )

    def __repr__(self) -> str:
        shown = "; ".join(
            f"{row['item']}: {row['feature']} goes to {steady(row['peak']):.3g} with the "
            f"{row['modes_known']} strongest modes known"
            for row in self.to_dataframe(3).to_dict("records")
        )
        return f"<IllusoryLimit: {shown or 'no answer overshoots'}\n {self.meaning}>"


def illusory_limit(environment: Environment) -> IllusoryLimit:
    """Illusory correlations of a deep network in the limit of small initial weights.

    Then an answer passes through the partial sums of its modes, the strongest singular value first, tied ones together.

    Parameters
    ----------
    environment : Environment
        The world; its inputs must be white, or vary along the modes.

    Returns
    -------
    IllusoryLimit

    Raises
    ------
    InputError
        Inputs that are correlated across the modes, which are then not learned one by one; missing cells.

    See Also
    --------
    illusory_correlations : From a start of any size, with times.

    Notes
    -----
    Exact in the limit of small starts, for every depth but 1. Modes whose singular values differ little need a very
    small start before the one is done when the other begins; tied modes are learned together.

    Examples
    --------
    Two thirds of what is not so, is believed by a quarter or more on the way:

    >>> import ontogeny as on
    >>> limit = illusory_limit(on.datasets.load("zoo"))
    >>> round(limit.share_of_zeros(0.25), 2)
    0.65
    >>> limit.to_dataframe(1)[["item", "feature", "peak"]].round(2).values.tolist()
    [['seal', 'tail', 0.98]]
    """
    expect(environment, Environment, "environment", "pass the world, for example trajectory.environment")
    environment.expect_all_observed("the limit of small starts is the sum of known modes")
    alignment = input_alignment(environment)
    if not alignment.holds:
        raise InputError(
            None,
            f"the limit of small starts needs modes that are learned one by one, but {alignment.meaning}",
            "use illusory_correlations(predict(environment, initial_strength=1e-9)) instead",
        )
    modes = environment.spectrum()
    loadings = environment.along(modes.input_modes)
    width = max(1, CHUNK // len(environment.features))
    blocks = [
        _extremes(modes.output_modes * modes.asymptotes, loadings[first : first + width], modes.groups)
        for first in range(0, len(loadings), width)
    ]
    final, top, bottom, highest, lowest = (np.concatenate(part, axis=1) for part in zip(*blocks, strict=True))
    tied = int(modes.is_tied.sum())
    meaning = (
        "exact for deep networks in the limit of small starts; a network without hidden layer has no illusions here"
        + (f"; {tied} modes are tied and learned together" if tied else "")
    )
    return IllusoryLimit(
        environment, final, top - np.maximum(final, 0), np.minimum(final, 0) - bottom, highest, lowest, meaning
    )


def _extremes(outputs: np.ndarray, loadings: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, ...]:
    """Last, highest and lowest partial sum of each answer, and how many modes are known at the latter two."""
    known = np.zeros((len(outputs), len(loadings)))
    top, bottom = known.copy(), known.copy()
    highest, lowest = np.zeros(known.shape, dtype=np.int32), np.zeros(known.shape, dtype=np.int32)
    rounding = EQUAL * np.abs(outputs).max()
    for group in np.unique(groups):
        members = groups == group
        known += outputs[:, members] @ loadings[:, members].T
        count = np.flatnonzero(members)[-1] + 1
        for beyond, best, when in ((known > top + rounding, top, highest), (known < bottom - rounding, bottom, lowest)):
            best[beyond], when[beyond] = known[beyond], count
    last = np.abs(known) < 1e-12 * np.abs(outputs).max()  # rounding of sums that end at 0
    return np.where(last, 0.0, known), top, bottom, highest, lowest


def illusory_duration(singular_value: Any, difference: Any, initial_strength: Any, *, tau: Any = 1.0) -> Any:
    r"""How long one mode waits for the next weaker one: the time between their half-learning times.

    As derived, and as computed (the difference is not lost in rounding):

    .. math::

        T = \frac{\tau}{2\,(s - \Delta)}\,\ln(\frac{s - \Delta - u_0}{u_0})
            - \frac{\tau}{2\,s}\,\ln(\frac{s - u_0}{u_0})

    .. math::

        T = \tau\,\frac{\Delta\,\ln(\frac{s - u_0}{u_0}) + s\,\ln(1 - \frac{\Delta}{s - u_0})}{2\,s\,(s - \Delta)}

    Implements: saxe2019 SI

    Parameters
    ----------
    singular_value : array, shape (...)
        Singular value :math:`s > 0` of the stronger mode.
    difference : array, shape (...)
        How much weaker the next mode is, :math:`\Delta \ge 0`.
    initial_strength : array, shape (...)
        Strength :math:`u_0 > 0` of both before learning; :math:`u_0 < s - \Delta`.
    tau : float
        Time constant :math:`\tau > 0`.

    Returns
    -------
    array, broadcast shape
        Time :math:`T` [unit of `tau`].

    Notes
    -----
    Exact for white inputs and one hidden layer. It is exactly half of the time between the completions of the two
    modes (from the starting strength to as near the end), which the paper prints to leading order, :math:`\tau\,\Delta
    \ln(s/u_0)/s^2`. Neither is the width of an illusion: as the difference vanishes, the height of the illusion
    vanishes with it and its width does not.

    Examples
    --------
    >>> round(float(illusory_duration(2.0, 0.2, 1e-5)), 3)
    0.31
    """
    xp, s, delta, u0, tau = arrays(singular_value, difference, initial_strength, tau)
    left = xp.where((u0 > 0) & (delta >= 0) & (u0 < s - delta), s - u0, xp.nan)  # outside there is no such time
    return tau * (delta * xp.log(left / u0) + s * xp.log1p(-delta / left)) / (2 * s * (s - delta))
