"""Cross-validated distances of repeated measurements, and what noise does to distances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import Array, ArrayLike, arrays
from .._core.checks import InputError, expect, quoted
from .distances import across_runs
from .noise import Noise, resolved
from .repeats import Repeats

if TYPE_CHECKING:
    import xarray as xr


def crossnobis(repeats: Repeats, *, noise: ArrayLike = None, per_unit: bool = False) -> xr.DataArray:
    r"""Squared Mahalanobis distances of items, cross-validated over runs (crossnobis): unbiased, so also negative.

    For items a and b, with the difference of their activity in run m, and the noise covariance:

    .. math:: d = \frac{1}{M(M-1)} \sum_{m \neq n} (a_m - b_m)^\top \Sigma^{-1} (a_n - b_n)

    Implements: walther2016 text
    Checked by: tests/representation/test_repeated_distances.py::test_crossnobis_is_the_mean_over_pairs_of_runs

    Parameters
    ----------
    repeats : Repeats
        Trials in two runs or more. Trials of an item within a run are averaged; each run counts the same.
    noise : array, or str, optional
        Variances (unit,) or covariance (unit, unit) of the noise, with a leading axis of time if it changes; or
        "identity" (the default), "diagonal", "ledoit_wolf" or "full", estimated as `noise_covariance` does.
    per_unit : bool
        Divide by the number of units, as rsatoolbox does; by default distances are summed over units.

    Returns
    -------
    DataArray, dims ([time,] item, item_2)
        ``attrs["units"]`` says whether units were summed or averaged, ``attrs["noise"]`` by what noise they were
        measured. NaN for items that do not share two runs (``attrs["undefined"]`` names them).

    Raises
    ------
    InputError
        No runs, or one; a covariance without inverse.

    Notes
    -----
    Noise of different runs is independent, so its products have mean zero: the mean of estimates is the true distance,
    and equal items have negative estimates half of the time. They stay: cutting them at 0 would bring the bias back,
    and averages over pairs, times and subjects need them. The distance has no root for the same reason. With noise
    estimated from the same trials the estimate is unbiased up to the scale of the noise. With unequal counts the
    estimate stays unbiased, but is not the most precise one.

    Examples
    --------
    >>> a, b = [(1.0, 0.2), (1.3, -0.1), (0.8, 0.3)], [(0.1, 0.9), (0.3, 1.1), (-0.2, 0.7)]
    >>> trials = Repeats([*a, *b], ["a"] * 3 + ["b"] * 3, run=[1, 2, 3] * 2)
    >>> float(crossnobis(trials)[0, 1].round(2))
    1.47
    """
    expect(repeats, Repeats, "repeats", "pass trials, Repeats(activity, item, run)")
    return distances_of_trials(repeats, None, times=None, noise=noise, per_unit=per_unit)


def distances_of_trials(
    repeats: Repeats, layer: Any, *, times: ArrayLike | None, noise: ArrayLike, per_unit: bool
) -> xr.DataArray:
    """The same for some of the times."""
    import xarray as xr

    if layer not in (None, "activity"):
        raise InputError("layer", f"is {layer!r}, but trials have one layer", "leave it out")
    present = repeats.counts > 0
    if len(present) < 2:
        found = "no runs" if repeats.run is None else "one run"
        raise InputError("repeats", f"has {found}, but distances are cross-validated over runs", "pass run=[...]")
    units = repeats.units or ()
    scale = resolved(noise, repeats, units, len(repeats.activity))
    looks = np.arange(len(repeats.activity)) if times is None else _nearest(repeats, times)
    values = across_runs(_blocks(repeats, scale), present)[looks] / (len(units) if per_unit else 1)
    items, lead = list(repeats.items or ()), {} if repeats.times is None else {"time": repeats.times[looks]}
    count = np.arange(len(items))
    coords = {"item": count, "item_2": count, "item_name": ("item", items), "item_2_name": ("item_2", items)}
    attrs = {
        "layer": "activity",
        "metric": "crossnobis",
        "units": f"{'mean' if per_unit else 'sum'} over {len(units)} units",
        "noise": scale.word,
        "runs": len(present),
        **_apart(values, items),
    }
    return xr.DataArray(
        values if lead else values[0],
        dims=[*lead, "item", "item_2"],
        coords={**lead, **coords},
        attrs=attrs,
        name="distance",
    )


def squared_distance_bias(noise_variance: ArrayLike, repeats: ArrayLike, other_repeats: ArrayLike) -> Array:
    r"""What noise adds on average to the squared Euclidean distance of two items, per unit.

    .. math:: b = \sigma^2\,(1/M + 1/K)

    Implements: walther2016 text

    Parameters
    ----------
    noise_variance : array, shape (...)
        Variance :math:`\sigma^2 \ge 0` of the noise of one trial in one unit.
    repeats : array, shape (...)
        Number of trials :math:`M \ge 1` that are averaged for the one item.
    other_repeats : array, shape (...)
        Number of trials :math:`K \ge 1` that are averaged for the other item.

    Returns
    -------
    array, broadcast shape
        Bias :math:`b`, to be multiplied by the number of units where distances are summed over them.

    Notes
    -----
    Exact for independent noise of any distribution. Items with fewer trials seem farther from all others: with unequal
    counts the bias changes the order of distances. Distances that are cross-validated (`crossnobis`) have none.

    Examples
    --------
    Two trials of one item and eight of the other, against eight of each:

    >>> squared_distance_bias(1.0, [2, 8], 8).tolist()
    [0.625, 0.25]
    """
    _, variance, m, k = arrays(noise_variance, repeats, other_repeats)
    return variance * (1 / m + 1 / k)


def crossnobis_variance(distance: ArrayLike, noise_variance: ArrayLike, *, runs: ArrayLike, units: ArrayLike) -> Array:
    r"""Variance of one cross-validated distance per unit, in runs with the same independent noise in every unit.

    .. math:: v = (8\,d\,\sigma^2/M + \frac{8\,\sigma^4}{M\,(M - 1)})/n

    Implements: diedrichsen2016 text

    Parameters
    ----------
    distance : array, shape (...)
        True squared distance :math:`d \ge 0` per unit.
    noise_variance : array, shape (...)
        Variance :math:`\sigma^2 \ge 0` of the noise of one item in one run and one unit.
    runs : array, shape (...)
        Number of runs :math:`M \ge 2`.
    units : array, shape (...)
        Number of units :math:`n \ge 1`.

    Returns
    -------
    array, broadcast shape
        Variance :math:`v` of the distance per unit; times the squared number of units where distances are summed.

    Notes
    -----
    Exact for Gaussian noise that is independent over units and runs and has the same variance everywhere, as after
    whitening by the true covariance. The first part grows with the distance, so that large distances are less certain
    than small ones; the second is what equal items have.

    Examples
    --------
    More runs help equal items more than different ones:

    >>> crossnobis_variance([0.0, 1.0], 1.0, runs=[[4], [8]], units=100).round(4).tolist()
    [[0.0067, 0.0267], [0.0014, 0.0114]]
    """
    _, d, variance, m, n = arrays(distance, noise_variance, runs, units)
    return (8 * d * variance / m + 8 * variance**2 / (m * (m - 1))) / n


def _blocks(repeats: Repeats, noise: Noise) -> Any:
    """Means of every run in units of the noise; a covariance needs all units at once."""
    if noise.is_square:
        whole = np.concatenate([means for _, means in repeats.run_means()], axis=2)
        yield noise.whitened(whole)
        return
    for block, means in repeats.run_means():
        yield noise.whitened(means, block)


def _nearest(repeats: Repeats, times: ArrayLike) -> np.ndarray:
    from .recorded_layers import RecordedLayer

    return RecordedLayer(repeats.averaged(), "activity").at(times, 1)


def _apart(values: np.ndarray, items: list[str]) -> dict[str, str]:
    """A sentence about items that share too few runs."""
    lacking = np.argwhere(np.triu(np.isnan(values[0]), 1))
    if not lacking.size:
        return {}
    pairs = quoted(f"{items[i]} and {items[j]}" for i, j in lacking.tolist())
    return {"undefined": f"{pairs} do not share two runs, so that their distance cannot be cross-validated"}
