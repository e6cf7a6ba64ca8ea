"""Exact spectra of models: the modes of a drawn world in the limit of many features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.checks import InputError, one_of, whole
from .._core.counting import counted
from .._core.notes import Setting
from .drawn import feature_count
from .environment import NORMALIZATIONS

if TYPE_CHECKING:
    import pandas as pd

TIE = 1e-9  # relative gap below which eigenvalues tie: rounding splits ties at 1e-13, forms differ by far more


@dataclass(frozen=True, eq=False)
class FormSpectrum:
    """Exact eigenvalues of a form: those of the expected product of two items' values on one feature.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    eigenvalues : array, shape (groups,)
        Distinct eigenvalues, largest first [squared unit of the features, for one feature].
    degeneracies : array of int, shape (groups,)
        Number of modes that share each eigenvalue.
    modes : array, shape (items, items)
        Orthonormal columns, in the order of the eigenvalues. If modes are tied, only the space that they span is
        meaningful: use `projector`.
    features : int or None
        Number of features, if the form fixes it.
    """

    items: tuple[str, ...]
    eigenvalues: np.ndarray
    degeneracies: np.ndarray
    modes: np.ndarray
    features: int | None = None

    def projector(self, group: int) -> np.ndarray:
        """Projection onto the modes of one distinct eigenvalue (numbered from 1), shape (items, items)."""
        last = len(self.eigenvalues)
        number = whole(group, "group", 1, "the strongest group is number 1")
        if number > last:
            raise InputError("group", f"is {group!r}, but there are {last} distinct eigenvalues", f"write 1 to {last}")
        end = int(self.degeneracies[:number].sum())
        columns = self.modes[:, end - self.degeneracies[number - 1] : end]
        return columns @ columns.T

    def singular_values(self, features: int | None = None, *, normalization: str = "sum") -> np.ndarray:
        """Singular value of each group of modes, in the limit of many features, shape (groups,).

        Parameters
        ----------
        features : int
            Number of features; may be left out if the form fixes it.
        normalization : "sum", "mean" or "white"
            Normalization of the world.
        """
        count = self.features if features is None else features
        if count is None:
            raise InputError(
                "features",
                "is None, but this form may have any number of features, and its singular values grow with it",
                ("write for example ", Setting("features", 1000)),
            )
        return population_singular_values(self.eigenvalues, count, len(self.items), normalization)

    def to_dataframe(self) -> pd.DataFrame:
        """One row per distinct eigenvalue: group (numbered from 1), eigenvalue, degeneracy."""
        import pandas as pd

        columns = {"eigenvalue": self.eigenvalues, "degeneracy": self.degeneracies}
        index = pd.RangeIndex(1, len(self.eigenvalues) + 1, name="group")
        return pd.DataFrame(columns, index=index).reset_index()

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{value:.4g}" + f" (x {count})" * int(count > 1)
            for value, count in zip(self.eigenvalues[:6], self.degeneracies[:6], strict=True)
        )
        more = ", ..." * (len(self.eigenvalues) > 6)
        return f"<FormSpectrum: {counted(len(self.items), 'item')}, exact eigenvalues {shown}{more}>"


def population_singular_values(
    eigenvalues: np.ndarray, features: int, items: int, normalization: str = "sum"
) -> np.ndarray:
    r"""Singular values of a world of many features, from the eigenvalues for one feature.

    With normalization "sum"; "mean" divides by the number of items, "white" by its square root.

    .. math:: s = \sqrt{N\,\mu}

    Implements: saxe2019 SI

    Parameters
    ----------
    eigenvalues : array, shape (groups,)
        Eigenvalues :math:`\mu \ge 0` of the expected product of two items' values on one feature.
    features : int
        Whole number :math:`N`, of features.
    items : int
        Whole number :math:`P`, of items.
    normalization : "sum", "mean" or "white"
        Normalization of the world.

    Returns
    -------
    array, shape (groups,)
        Singular values :math:`s`.

    Notes
    -----
    Exact in the limit of many features; with 1000 features single values scatter by 5 to 13 percent.
    """
    one_of(normalization, NORMALIZATIONS, "normalization")
    divisor = {"sum": 1.0, "mean": items, "white": np.sqrt(items)}[normalization]
    mu, n = np.asarray(eigenvalues, dtype=float), feature_count(features)
    return np.sqrt(n * np.maximum(mu, 0.0)) / divisor


def form_spectrum(
    items: tuple[str, ...], eigenvalues: np.ndarray, modes: np.ndarray, features: int | None = None
) -> FormSpectrum:
    """Spectrum with ties grouped, from all eigenvalues and modes in any order."""
    order = np.argsort(-eigenvalues, kind="stable")
    values = eigenvalues[order]
    starts = np.append(0, 1 + np.nonzero(np.diff(-values) > TIE * np.abs(values[:-1]))[0])
    degeneracies = np.diff(np.append(starts, values.size))
    means = np.add.reduceat(values, starts) / degeneracies
    return FormSpectrum(items, means, degeneracies, modes[:, order], features)
