"""How sure an agreement is: bootstrap over items, and over networks or subjects."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, one_of, whole
from .._core.digits import steady
from .comparisons import METHODS, compared
from .matching import FEWEST, both_defined, matched

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class SimilarityBootstrap:
    """An agreement with what it would have been for other items, networks or subjects.

    Parameters
    ----------
    estimate : DataArray, dims (...)
        The agreement, averaged over networks or subjects if these were drawn.
    draws : DataArray, dims (sample, ...)
        The same for every drawn sample.
    method : str
        How they were compared.
    over : tuple of str
        What was drawn: "item", and dimensions of networks or subjects.
    """

    estimate: xr.DataArray
    draws: xr.DataArray
    method: str
    over: tuple[str, ...]

    @property
    def standard_error(self) -> xr.DataArray:
        """Standard deviation of the drawn agreements."""
        return self.draws.std("sample", ddof=1)

    def interval(self, level: float = LEVEL) -> xr.DataArray:
        """Percentile interval, dims (bound, ...): "lower" and "upper"."""
        if not 0 < level < 1:
            raise InputError("level", f"is {level!r}, but it is the share inside", "write 0.95, say")
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "All-NaN", RuntimeWarning)  # without agreement there is no interval
            found = self.draws.quantile([(1 - level) / 2, (1 + level) / 2], dim="sample", skipna=True)
        return found.rename(quantile="bound").assign_coords(bound=["lower", "upper"])

    def to_dataframe(self) -> pd.DataFrame:
        """One row (per time): similarity, standard_error, and the bounds of the 95% interval, lower and upper."""
        lower, upper = self.interval()
        columns = {"standard_error": self.standard_error, "lower": lower, "upper": upper}
        merged = (
            self.estimate.rename("similarity")
            .to_dataset()
            .assign({name: part.drop_vars("bound", errors="ignore") for name, part in columns.items()})
        )
        if not self.estimate.dims:
            return merged.expand_dims("sample").to_dataframe().reset_index(drop=True)[["similarity", *columns]]
        return merged.to_dataframe().reset_index()[[*map(str, self.estimate.dims), "similarity", *columns]]

    def __repr__(self) -> str:
        low, high = (steady(float(bound.mean())) for bound in self.interval())
        drawn = " and ".join(f"{name}s" for name in self.over)
        at = f"mean of {self.estimate.size} " if self.estimate.size > 1 else ""
        return (
            f"<SimilarityBootstrap: {at}{steady(float(self.estimate.mean())):.3f}, {100 * LEVEL:.0f}% from {low:.3f} "
            f"to {high:.3f} ({self.method}, {self.draws.sizes['sample']} draws of {drawn})>"
        )


def bootstrap_similarity(
    first: ArrayLike,
    second: ArrayLike,
    method: str = "pearson",
    *,
    over: str | Sequence[str] = "item",
    samples: int = 1000,
    seed: int = 0,
) -> SimilarityBootstrap:
    """Agreement of two RDMs with its uncertainty: items, networks or subjects are drawn with replacement.

    Implements: nili2014 text, schutt2023 text
    Checked by: tests/representation/test_resampling.py::test_a_draw_of_items_is_the_similarity_of_their_tables

    Parameters
    ----------
    first, second : DataArray, DataFrame or array, shape (..., items, items)
        As in `similarity`.
    method : str
        As in `similarity`.
    over : "item", name of a leading dimension, or list of these
        What is drawn. Over items the answer generalizes to other items, over subjects or seeds to other subjects or
        networks, over both to both. Agreements are averaged over the dimensions that are drawn, and only these.
    samples : int
        How many samples.
    seed : int
        Of the random numbers; all times and methods have the same samples.

    Returns
    -------
    SimilarityBootstrap

    Raises
    ------
    InputError
        A dimension that is not there, and all that `similarity` refuses.

    Notes
    -----
    Where an item is drawn twice, the pair of it with itself is left out: its distance is 0 by definition. A sample with
    fewer than three different items says nothing and is drawn again; so does one without variance, which is NaN. With
    fewer than about 20 items intervals are too narrow.

    Examples
    --------
    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("zoo"), until=8.0)
    >>> hidden, behavior = (on.representation.rdm(theory, layer, times=[8.0]) for layer in (1, "output"))
    >>> found = bootstrap_similarity(hidden, behavior, samples=200)
    >>> lower, upper = found.interval()
    >>> bool(lower[0] < found.estimate[0] < upper[0])
    True
    """
    import xarray as xr

    one_of(method, METHODS, "method")
    names = (over,) if isinstance(over, str) else tuple(over)
    count = whole(samples, "samples", 2, "an interval needs several samples")
    found = matched(first, second)
    a, b, _ = both_defined(found)
    dims, coords = found.labelled(a[..., 0])
    for name in names:
        if name != "item" and name not in dims:
            raise InputError("over", f"is {name!r}, but there are items and the dimensions {dims}", "name these")
    if not names:
        raise InputError("over", "is empty", "write 'item', or the dimension of subjects")
    axes = [dims.index(name) for name in names if name != "item"]
    rng = np.random.default_rng(whole(seed, "seed", 0, "seeds count from 0"))
    kept = [dim for axis, dim in enumerate(dims) if axis not in axes]
    estimate = _mean(compared(a, b, method), axes)
    draws = np.empty((count, *estimate.shape))
    for sample in range(count):
        x, y = a, b
        for axis in axes:
            drawn = rng.integers(a.shape[axis], size=a.shape[axis])
            x, y = np.take(x, drawn, axis=axis), np.take(y, drawn, axis=axis)
        if "item" in names:
            place = _pairs_of(_drawn_items(rng, found.size), found.size)
            x, y = (np.where(place < 0, np.nan, part[..., place]) for part in (x, y))
        draws[sample] = _mean(_agreement(x, y, method), axes)
    own = {dim: along for dim, along in coords.items() if dim in kept}
    attrs = {"method": method, "over": list(names)}
    return SimilarityBootstrap(
        xr.DataArray(estimate, dims=kept, coords=own, attrs=attrs, name="similarity"),
        xr.DataArray(draws, dims=["sample", *kept], coords=own, attrs=attrs, name="similarity"),
        method,
        names,
    )


def _drawn_items(rng: np.random.Generator, size: int) -> np.ndarray:
    while True:
        drawn = np.sort(rng.integers(size, size=size))
        if len(np.unique(drawn)) >= FEWEST:
            return drawn


def _pairs_of(drawn: np.ndarray, size: int) -> np.ndarray:
    """Which pair of the table stands at every pair of drawn items; -1 for an item with itself."""
    rows, columns = np.triu_indices(size, k=1)
    number = np.full((size, size), -1)
    number[rows, columns] = number[columns, rows] = np.arange(rows.size)
    return np.asarray(number[drawn[rows], drawn[columns]])


def _agreement(x: np.ndarray, y: np.ndarray, method: str) -> np.ndarray:
    """Agreement where enough pairs are left, else NaN."""
    enough = np.sum(~np.isnan(x), axis=-1) >= FEWEST
    if enough.all():
        return compared(x, y, method)
    values = np.full(enough.shape, np.nan)
    if enough.any():
        values[enough] = compared(x[enough], y[enough], method)
    return values


def _mean(values: np.ndarray, axes: list[int]) -> np.ndarray:
    return np.asarray(values.mean(axis=tuple(axes)) if axes else values)
