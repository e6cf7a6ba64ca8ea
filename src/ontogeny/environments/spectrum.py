"""The modes of a world: what it correlates with what, and how strongly.

`spectrum_of` takes the singular value decomposition of the input-output correlation, keeps what is not zero,
fixes signs, finds ties; `mode_name` says in a few words what a mode separates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

RANK_TOLERANCE = 1e-10  # relative to the largest: rounding leaves 1e-16 x size where the exact value is 0
TIE_TOLERANCE = 1e-6  # relative: real data whose symmetry is exact split at 1e-15, sampled data at 1e-2
NEAR_TIE = 1e-2  # relative gap below which a mode's single vectors depend on small changes of the table
EQUAL = 1e-9  # loadings this close count as equal when a sign or an order is to be fixed


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
        Orthonormal columns: how much each feature loads on each mode. The largest entry is positive.
    groups : array of int, shape (modes,)
        Modes with the same number are tied: only the space they span is meaningful, not single vectors.
    input_variances : array, shape (modes,)
        Variance of the inputs along each mode; a linear network ends at ``singular_values / input_variances``.
    """

    singular_values: np.ndarray
    input_modes: np.ndarray
    output_modes: np.ndarray
    groups: np.ndarray
    input_variances: np.ndarray

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
        strengths = ", ".join(f"{s:.4g}" for s in self.singular_values[:6]) + ", ..." * (self.singular_values.size > 6)
        return f"<Spectrum: {self.singular_values.size} modes, singular values {strengths}>"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per mode: singular value, input variance, group of tied modes."""
        import pandas as pd

        columns = {"singular_value": self.singular_values, "input_variance": self.input_variances, "group": self.groups}
        return pd.DataFrame(columns, index=pd.RangeIndex(len(self.groups), name="mode"))


def spectrum_of(input_output_correlation: np.ndarray, input_correlation: Any) -> Spectrum:
    """Modes of a world given by its two correlations, (features, inputs) and (inputs, inputs).

    Of inputs that are not correlated with each other the variances are enough, (inputs,), or one number for all.

    Implements: saxe2014 (3)
    Checked by: tests/environments/test_spectrum.py::test_modes_are_orthonormal_and_rebuild_the_correlation
    """
    output_modes, s, input_modes_t = np.linalg.svd(input_output_correlation, full_matrices=False)
    kept = s > RANK_TOLERANCE * s[0] if s.size and s[0] > 0 else np.zeros(s.size, dtype=bool)
    u, s, v = output_modes[:, kept], s[kept], input_modes_t[kept].T
    signs = _signs(u)
    u, v = u * signs, v * signs
    driven = v.T * input_correlation if np.ndim(input_correlation) < 2 else v.T @ input_correlation
    return Spectrum(s, v, u, _tied_groups(s), np.einsum("ai,ia->a", driven, v))


def _signs(output_modes: np.ndarray) -> np.ndarray:
    """Sign that makes the first of the largest entries of every column positive."""
    size = np.abs(output_modes)
    largest = np.argmax(size >= size.max(axis=0, initial=0) * (1 - EQUAL), axis=0)
    return np.where(output_modes[largest, np.arange(output_modes.shape[1])] < 0, -1.0, 1.0)


def _tied_groups(s: np.ndarray) -> np.ndarray:
    steps_down = np.diff(-s) > TIE_TOLERANCE * s[:-1]
    return np.append(0, np.cumsum(steps_down)) if s.size else np.zeros(0, dtype=int)


def mode_name(loadings: np.ndarray, features: Sequence[str], most: int = 3) -> str:
    """What a mode separates: the features that load most on either side.

    Only features with at least half of the largest loading are named.

    >>> mode_name(np.array([0.8, 0.5, -0.6, 0.1]), ["fins", "aquatic", "hair", "tail"])
    'fins, aquatic | hair'
    """
    threshold = np.abs(loadings).max() / 2 - EQUAL
    order = np.argsort(-np.abs(loadings).round(9), kind="stable")
    sides = [[features[i] for i in order if sign * loadings[i] >= threshold][:most] for sign in (1, -1)]
    return " | ".join(", ".join(side) for side in sides if side)
