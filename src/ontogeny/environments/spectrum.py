"""The modes of a world: what it correlates with what, and how strongly.

`spectrum_of` takes the singular value decomposition of the input-output correlation, keeps what is not zero, finds
ties, fixes signs and axes by rules that hang neither on rounding nor on the order of the rows; `mode_name` says in a
few words what a mode separates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .._core.digits import steady
from .._core.ties import ALIKE, ranked, turned

if TYPE_CHECKING:
    import pandas as pd

RANK_TOLERANCE = 1e-10  # relative to the largest: a decomposition leaves 1e-16 x size where the exact value is 0
NOTHING = 1e-12  # relative to the largest: of singular values below nothing is said, they are 0 but for rounding
TIE_TOLERANCE = 1e-6  # relative: real data whose symmetry is exact split at 1e-15, sampled data at 1e-2
NEAR_TIE = 1e-2  # relative gap below which a mode's single vectors depend on small changes of the table
NAMED = 0.5  # share of the largest loading from which a feature is named


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Modes of the input-output correlation, strongest first.

    Parameters
    ----------
    singular_values : array, shape (modes,)
        Strengths of the modes in the world, all above zero [units of the correlation].
    input_modes : array, shape (inputs, modes)
        Orthonormal columns: how much each input (item) loads on each mode.
    output_modes : array, shape (features, modes)
        Orthonormal columns: how much each feature loads on each mode. The largest entry is positive, of equally large
        ones the first by name.
    groups : array of int, shape (modes,)
        Modes with the same number are tied: only the space they span is meaningful. Its axes are fixed by a rule: those
        along which the inputs vary most first; where they vary alike, the first passes through the feature with most
        in the space, the next through the one farthest off the first, of equals the first by name.
    input_variances : array, shape (modes,)
        Variance of the inputs along each mode; a linear network ends at ``singular_values / input_variances``.
    left_out : array, shape (left out,)
        Singular values that are no larger than the rounding of the table may make them, and therefore of no mode.
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
        """Whether each mode's singular value is within one percent of another group's, shape (modes,)."""
        s = self.singular_values
        close = np.diff(-s) < NEAR_TIE * s[:-1]
        close &= np.diff(self.groups) > 0
        return np.append(close, False) | np.append(False, close)

    @property
    def asymptotes(self) -> np.ndarray:
        """Strength each mode has when everything is learned, shape (modes,)."""
        return self.singular_values / self.input_variances

    def __repr__(self) -> str:
        strengths = ", ".join(f"{steady(s):.4g}" for s in self.singular_values[:6]) + ", ..." * (
            self.singular_values.size > 6
        )
        return f"<Spectrum: {self.singular_values.size} modes, singular values {strengths}>"

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

    Of inputs that are not correlated with each other the variances are enough, (inputs,), or one number for all.
    Signs, and axes among tied modes, go by the names of the features where these are given, else by their order.
    `blur` (features,) is what rounding alone may give a mode that lies on one feature; modes below that are left out.

    Implements: saxe2014 (3)
    Checked by: tests/environments/test_spectrum.py::test_modes_are_orthonormal_and_rebuild_the_correlation
    """
    output_modes, found, input_modes_t = np.linalg.svd(input_output_correlation, full_matrices=False)
    kept = found > RANK_TOLERANCE * found.max(initial=0.0)
    u, s, v = output_modes[:, kept], found[kept], input_modes_t[kept].T
    groups = _tied_groups(s)
    by_name = np.argsort(np.asarray(features), kind="stable") if features else slice(None)
    for own in (slice(*np.searchsorted(groups, (group, group + 1))) for group in np.unique(groups)):
        turn = _fixed(u[by_name, own], v[:, own], input_correlation)
        u[:, own], v[:, own] = u[:, own] @ turn, v[:, own] @ turn
    real = np.ones(s.size, dtype=bool) if blur is None else _above(blur, s, u, groups)
    s, u, v, groups = s[real], u[:, real], v[:, real], np.unique(groups[real], return_inverse=True)[1]
    left_out = np.setdiff1d(found[found > NOTHING * found.max(initial=0.0)], s)[::-1]
    return Spectrum(s, v, u, groups, np.einsum("ai,ia->a", _driven(v, input_correlation), v), left_out)


def _driven(v: np.ndarray, input_correlation: np.ndarray | float) -> np.ndarray:
    """Input modes times the correlation of the inputs, (modes, inputs)."""
    return v.T * input_correlation if np.ndim(input_correlation) < 2 else v.T @ input_correlation


def _above(blur: np.ndarray, s: np.ndarray, u: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Which modes are stronger than rounding alone makes them; tied ones all or none."""
    size = np.bincount(groups)
    rounding = np.sqrt(np.bincount(groups, weights=blur**2 @ u**2) / size)
    return (np.bincount(groups, weights=s) / size > rounding)[groups]


def _fixed(u: np.ndarray, v: np.ndarray, input_correlation: np.ndarray | float) -> np.ndarray:
    """Turn of tied modes (mostly one) that fixes their axes: by variance of the inputs, then by features."""
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


def mode_name(loadings: np.ndarray, features: Sequence[str], most: int = 3) -> str:
    """What a mode separates: the features that load most on either side.

    Only features with at least half of the largest loading are named.

    >>> mode_name(np.array([0.8, 0.5, -0.6, 0.1]), ["fins", "aquatic", "hair", "tail"])
    'fins, aquatic | hair'

    Of equally large ones the first by name come first.
    """
    size = np.abs(loadings)
    named = [i for i in ranked(size, features, tolerance=ALIKE) if size[i] >= size.max() * (NAMED - ALIKE)]
    sides = [[features[i] for i in named if sign * loadings[i] > 0][:most] for sign in (1, -1)]
    return " | ".join(", ".join(side) for side in sides if side)


def group_name(lengths: np.ndarray, features: Sequence[str], most: int = 4) -> str:
    """What tied modes are about: the features with the greatest lengths in their space.

    >>> group_name(np.array([0.1, 0.8, 0.7]), ["fins", "hair", "milk"])
    'among hair, milk'
    """
    named = [features[i] for i in ranked(lengths, features, tolerance=ALIKE)
             if lengths[i] >= lengths.max() * (NAMED - ALIKE)]  # fmt: skip
    more = f" and {len(named) - most} more" if len(named) > most else ""
    return "among " + ", ".join(named[:most]) + more
