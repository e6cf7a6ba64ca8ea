"""Noise ceilings: how well any model could agree with single subjects, given how much these differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, one_of
from .._core.digits import steady
from .comparisons import FLAT, METHODS, RANKS, compared, ranks
from .matching import both_defined, matched

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

AXES = ("subject", "seed", "network")


@dataclass(frozen=True, eq=False)
class NoiseCeiling:
    """How well single subjects (or networks) agree with the mean of the others, and with the mean of all.

    Parameters
    ----------
    with_others, with_all : DataArray, dims (subject, ...)
        Agreement of every subject with the mean of the others, and with the mean that includes it.
    method : str
        How they were compared.
    over : str
        Name of the dimension of subjects.
    """

    with_others: xr.DataArray
    with_all: xr.DataArray
    method: str
    over: str

    @property
    def lower(self) -> xr.DataArray:
        """Lower bound: a true model does at least as well, mean over subjects."""
        return self.with_others.mean(self.over)

    @property
    def upper(self) -> xr.DataArray:
        """Upper bound: no model does better (for ranks, nearly), mean over subjects."""
        return self.with_all.mean(self.over)

    def to_dataframe(self) -> pd.DataFrame:
        """One row per subject (and time): agreement with the others (``lower``) and with all (``upper``)."""
        merged = self.with_others.rename("lower").to_dataset().assign(upper=self.with_all)
        return merged.to_dataframe().reset_index()[[*map(str, self.with_others.dims), "lower", "upper"]]

    def __repr__(self) -> str:
        low, high = (steady(float(bound.mean())) for bound in (self.lower, self.upper))
        count = self.with_all.sizes[self.over]
        return f"<NoiseCeiling: {low:.3f} to {high:.3f} ({self.method}, {count} {self.over}s)>"


def noise_ceiling(rdms: ArrayLike, method: str = "pearson", *, over: str | None = None) -> NoiseCeiling:
    """Noise ceiling of the RDMs of several subjects or networks.

    Implements: nili2014 text
    Checked by: tests/representation/test_noise_ceilings.py::test_the_bounds_are_those_of_their_definition

    Parameters
    ----------
    rdms : DataArray or array, shape (subject, ..., items, items)
        RDMs of the same items. Further dimensions (times) have ceilings of their own.
    method : str
        As in `similarity`.
    over : str, optional
        Name of the dimension of subjects; by default ``subject``, ``seed`` or ``network``, whichever is there, or the
        first axis of a plain array.

    Returns
    -------
    NoiseCeiling

    Raises
    ------
    InputError
        One subject, no such dimension, or items of which nothing is known.

    Notes
    -----
    The mean is the one that agrees best with all: of values after each subject's mean and scale are taken off
    ("pearson"), after its scale is ("cosine", "cosine_cov"), or of ranks. For the rank correlations of Kendall, and for
    "cosine_cov", that mean is nearly the best, so that the upper bound is nearly one. A pair without value (NaN) in
    some subjects is compared in the others.

    Examples
    --------
    Three networks from large random weights agree little:

    >>> import ontogeny as on
    >>> children = on.simulate(on.datasets.load("rumelhart"), initial_scale=0.3, times=[0.0, 4.0], seed=[0, 1, 2])
    >>> ceiling = noise_ceiling(on.representation.rdm(children, times=[4.0]))
    >>> bool(0 < ceiling.lower[0] < ceiling.upper[0] < 1)
    True
    """
    import xarray as xr

    one_of(method, METHODS, "method")
    found = matched(rdms, rdms)
    a, _, _ = both_defined(found)
    axis = _axis(found.lead, over, a.ndim)
    dims, coords = found.labelled(a[..., 0])
    name, values = dims[axis], np.moveaxis(a, axis, 0)
    count = len(values)
    if count < 2:
        raise InputError("rdms", f"has {count} {name}, but a ceiling is what several share", "pass two or more")
    silent = _says_nothing(values, method)
    alike = np.where(silent[..., None], np.nan, _comparable(values, method))
    known = ~np.isnan(alike)
    total, number = np.where(known, alike, 0.0).sum(axis=0), known.sum(axis=0)
    means = {"with_all": _over(total, number)[None].repeat(count, axis=0)}
    means["with_others"] = _over(total - np.where(known, alike, 0.0), number - known)
    lead = [name, *(dim for dim in dims if dim != name)]

    def agreement(mean: np.ndarray) -> xr.DataArray:
        both = ~(np.isnan(values) | np.isnan(mean))
        seen = both | silent[..., None]  # what a silent subject agrees with is not asked
        agreed = compared(np.where(seen, values, np.nan), np.where(seen, np.nan_to_num(mean), np.nan), method)
        agreed = np.where(silent, np.nan, agreed)
        return xr.DataArray(agreed, dims=lead, coords=coords, attrs={"method": method}, name="similarity")

    return NoiseCeiling(agreement(means["with_others"]), agreement(means["with_all"]), method, name)


def _axis(lead: list[str], over: str | None, dimensions: int) -> int:
    if over is None:
        over = next((name for name in AXES if name in lead), None)
        if over is None:
            if lead or dimensions < 2:
                raise InputError("over", f"is not given, and no dimension of {lead} is one of subjects", "name it")
            return 0
    if over not in lead:
        raise InputError("over", f"is {over!r}, but the RDMs have the dimensions {lead}", "name one of them")
    return lead.index(over)


def _says_nothing(values: np.ndarray, method: str) -> np.ndarray:
    """Whether all pairs are as far apart, or, for cosines, not apart at all."""
    low, high = np.nanmin(values, axis=-1), np.nanmax(values, axis=-1)
    size = np.maximum(np.abs(low), np.abs(high))
    return np.asarray(size == 0 if method.startswith("cosine") else high - low <= FLAT * size)


def _comparable(values: np.ndarray, method: str) -> np.ndarray:
    """Values (..., pairs) of which the mean agrees best with all."""
    if method in RANKS:
        return ranks(values)
    if method == "pearson":
        values = values - np.nanmean(values, axis=-1, keepdims=True)
    size = np.sqrt(np.nanmean(values**2, axis=-1, keepdims=True))
    return values / np.where(size > 0, size, 1.0)


def _over(total: np.ndarray, number: np.ndarray) -> np.ndarray:
    return np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)
