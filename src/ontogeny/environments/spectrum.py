"""The modes of a world: the singular value decomposition of its input-output correlation.

`spectrum_of` keeps the singular values that are not zero, finds ties, and fixes signs and axes by rules that depend
neither on rounding nor on the order of the rows. `mode_name` names a mode by the features that it separates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError
from .._core.counting import counted
from .._core.digits import steady
from .._core.shown import shown
from .._core.ties import ALIKE, ranked, turned

if TYPE_CHECKING:
    import pandas as pd

RANK_TOLERANCE = 1e-10  # relative to the largest: where the exact value is 0, a decomposition gives about 1e-16 x size
NOTHING = 1e-12  # relative to the largest: singular values below this are 0 up to rounding, and not mentioned
TIE_TOLERANCE = 1e-6  # relative: exact symmetries of real data split ties by 1e-15, sampled data by 1e-2
NEAR_TIE = 1e-2  # relative gap below which the vectors of a mode are sensitive to small changes of the table
NAMED = 0.5  # loadings of at least this share of the largest are named


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Modes of the input-output correlation, strongest first.

    Parameters
    ----------
    singular_values : array, shape (modes,)
        Strengths of the modes in the world, all above 0 [units of the correlation].
    input_modes : array, shape (inputs, modes)
        Orthonormal columns: loading of each input (item) on each mode.
    output_modes : array, shape (features, modes)
        Orthonormal columns: loading of each feature on each mode. The largest entry is positive; ties go to the first
        feature by name.
    groups : array of int, shape (modes,)
        Modes with the same number are tied: only the space that they span is meaningful. Its axes are fixed by a rule:
        by the variance of the inputs along them, largest first. If that is tied too, the first axis passes through the
        feature with the largest loadings in the space, the next through the one farthest from the first axis; ties go
        to the first feature by name.
    input_variances : array, shape (modes,)
        Variance of the inputs along each mode; a linear network ends at ``singular_values / input_variances``.
    left_out : array, shape (left out,)
        Singular values that may come from the rounding of the table alone, and so belong to no mode.
    """

    singular_values: np.ndarray
    input_modes: np.ndarray
    output_modes: np.ndarray
    groups: np.ndarray
    input_variances: np.ndarray
    left_out: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def is_tied(self) -> np.ndarray:
        """Whether each mode shares its singular value with another, shape (modes,)."""
        return np.bincount(self.groups)[self.groups] > 1

    @property
    def is_nearly_tied(self) -> np.ndarray:
        """Whether the singular value of each mode is within 1% of that of another group, shape (modes,)."""
        s = self.singular_values
        close = np.diff(-s) < NEAR_TIE * s[:-1]
        close &= np.diff(self.groups) > 0
        return np.append(close, False) | np.append(False, close)

    @property
    def asymptotes(self) -> np.ndarray:
        """Strength of each mode at the end of learning, shape (modes,)."""
        return self.singular_values / self.input_variances

    def __repr__(self) -> str:
        strengths = ", ".join(f"{steady(s):.4g}" for s in self.singular_values[:6]) + ", ..." * (
            self.singular_values.size > 6
        )
        return f"<Spectrum: {counted(self.singular_values.size, 'mode')}, singular values {strengths}>"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per mode: singular value, input variance, group of tied modes; both numbered from 1."""
        import pandas as pd

        columns = {
            "singular_value": self.singular_values,
            "input_variance": self.input_variances,
            "group": self.groups + 1,
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(1, len(self.groups) + 1, name="mode"))


def spectrum_of(
    input_output_correlation: np.ndarray,
    input_correlation: np.ndarray | float,
    features: Sequence[str] | None = None,
    blur: np.ndarray | None = None,
) -> Spectrum:
    """Modes of a world given by its two correlations, (features, inputs) and (inputs, inputs).

    For inputs that are not correlated, their variances (inputs,) are enough, or one number for all. Signs, and axes of
    tied modes, are fixed by the names of the features if given, else by their order. `blur` (features,) is the strength
    that rounding alone can give to a mode on one feature; weaker modes are left out.

    Implements: saxe2014 (3)
    Checked by: tests/environments/test_spectrum.py::test_modes_are_orthonormal_and_rebuild_the_correlation
    """
    output_modes, found, input_modes_t = np.linalg.svd(input_output_correlation, full_matrices=False)
    return arranged(output_modes, found, input_modes_t.T, input_correlation, features, blur)


def arranged(
    output_modes: np.ndarray,
    found: np.ndarray,
    input_modes: np.ndarray,
    input_correlation: Any,
    features: Sequence[str] | None = None,
    blur: np.ndarray | None = None,
) -> Spectrum:
    """The modes of a decomposition, strongest first, with their ties found and their signs and axes fixed.

    See `spectrum_of`; the correlation of the inputs may be all that multiplies vectors.
    """
    kept = found > RANK_TOLERANCE * found.max(initial=0.0)
    u, s, v = output_modes[:, kept], found[kept], input_modes[:, kept]
    groups = _tied_groups(s)
    by_name = np.argsort(np.asarray(features), kind="stable") if features else slice(None)
    for own in (slice(*np.searchsorted(groups, (group, group + 1))) for group in np.unique(groups)):
        turn = _fixed_axes(u[by_name, own], v[:, own], input_correlation)
        u[:, own], v[:, own] = u[:, own] @ turn, v[:, own] @ turn
    real = np.ones(s.size, dtype=bool) if blur is None else _above_rounding(blur, s, u, groups)
    s, u, v, groups = s[real], u[:, real], v[:, real], np.unique(groups[real], return_inverse=True)[1]
    left_out = np.setdiff1d(found[found > NOTHING * found.max(initial=0.0)], s)[::-1]
    return Spectrum(s, v, u, groups, np.einsum("ai,ia->a", _driven(v, input_correlation), v), left_out)


def first_modes(spectrum: Spectrum, count: int, *, complete: bool) -> Spectrum:
    """The strongest modes, without a tie that may go on behind the last one that was found.

    Raises
    ------
    InputError
        If that leaves none.
    """
    groups = spectrum.groups
    closed = groups.size if complete else int(np.searchsorted(groups, groups[-1])) if groups.size else 0
    kept = int(np.searchsorted(groups, groups[min(count, closed) - 1], side="right")) if closed else 0
    if not kept:
        problem = f"is {count}, but the {groups.size} strongest modes are all equally strong, and tied with others"
        raise InputError("modes", problem if groups.size else f"is {count}, but there are none", "ask for more")
    return Spectrum(
        spectrum.singular_values[:kept],
        spectrum.input_modes[:, :kept],
        spectrum.output_modes[:, :kept],
        groups[:kept],
        spectrum.input_variances[:kept],
    )


def _driven(v: np.ndarray, input_correlation: Any) -> np.ndarray:
    """Input modes times the input correlation, shape (modes, inputs)."""
    return v.T * input_correlation if np.ndim(input_correlation) < 2 else v.T @ input_correlation


def _above_rounding(blur: np.ndarray, s: np.ndarray, u: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Whether each mode is stronger than rounding alone can make it; the same for all modes of a tie."""
    size = np.bincount(groups)
    rounding = np.sqrt(np.bincount(groups, weights=blur**2 @ u**2) / size)
    return (np.bincount(groups, weights=s) / size > rounding)[groups]


def _fixed_axes(u: np.ndarray, v: np.ndarray, input_correlation: Any) -> np.ndarray:
    """Rotation of tied modes (mostly one) that fixes their axes: by variance of the inputs, then by features."""
    if u.shape[1] == 1:
        return turned(u)
    variances, axes = np.linalg.eigh(-_driven(v, input_correlation) @ v)
    equal = _tied_groups(-variances)
    return np.hstack([
        axes[:, own] @ turned(u @ axes[:, own]) for own in (equal == group for group in np.unique(equal))
    ])  # fmt: skip


def _tied_groups(s: np.ndarray) -> np.ndarray:
    steps_down = np.diff(-s) > TIE_TOLERANCE * s[:-1]
    return np.append(0, np.cumsum(steps_down)) if s.size else np.zeros(0, dtype=int)


def of_one_sign(loadings: np.ndarray) -> bool:
    """Whether no loading is zero, up to rounding, or has another sign than the others.

    >>> of_one_sign(np.array([-0.5, -0.1])), of_one_sign(np.array([0.7, 0.7, 1e-17]))
    (True, False)
    """
    return bool(np.abs(loadings).min() > ALIKE * np.abs(loadings).max() and np.ptp(np.sign(loadings)) == 0)


def mode_name(loadings: np.ndarray, features: Sequence[str], most: int = 3) -> str:
    """What a mode separates: the features with the largest loadings of either sign.

    Only features with at least half of the largest loading are named; ties go by name.

    >>> mode_name(np.array([0.8, 0.5, -0.6, 0.1]), ["fins", "aquatic", "hair", "tail"])
    'fins, aquatic | hair'
    """
    size = np.abs(loadings)
    large = np.flatnonzero(size >= size.max() * (NAMED - ALIKE)).tolist()
    named = [large[place] for place in ranked(size[large], [features[i] for i in large], tolerance=ALIKE)]
    sides = [[shown(features[i]) for i in named if sign * loadings[i] > 0][:most] for sign in (1, -1)]
    return " | ".join(", ".join(side) for side in sides if side)


def group_name(lengths: np.ndarray, features: Sequence[str], most: int = 4) -> str:
    """What tied modes separate: the features with the largest loadings in their space.

    >>> group_name(np.array([0.1, 0.8, 0.7]), ["fins", "hair", "milk"])
    'among hair, milk'
    """
    named = [shown(features[i]) for i in ranked(lengths, features, tolerance=ALIKE)
             if lengths[i] >= lengths.max() * (NAMED - ALIKE)]  # fmt: skip
    more = f" and {len(named) - most} more" if len(named) > most else ""
    return "among " + ", ".join(named[:most]) + more
