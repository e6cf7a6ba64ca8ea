"""Noise of repeated measurements: its covariance over units, and activity measured in units of it.

Covariances are estimated from what trials of one item leave of their mean. With fewer trials than units the plain
estimate has no inverse, and shrinkage towards equal, independent noise gives the best one of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, one_of, quoted
from .._core.names import carries_names, in_order, square_in_order
from .._core.weights import as_numbers
from .repeats import Repeats

if TYPE_CHECKING:
    import xarray as xr

ESTIMATES = ("identity", "diagonal", "ledoit_wolf", "full")
SYMMETRIC = 1e-9  # relative difference up to which a covariance is symmetric
SINGULAR = 1e-12  # share of its variance that is a unit's own, below which a covariance has no inverse in float64


def noise_covariance(repeats: Repeats, estimate: str = "ledoit_wolf", *, per_time: bool = False) -> xr.DataArray:
    r"""Covariance of measurement noise over units, from what trials leave of the mean of their item.

    Shrinkage mixes the sample covariance with the identity times its mean variance:

    .. math:: \hat\Sigma = (1 - w)\,S + w\,m\,I

    where :math:`m` is the mean of the diagonal of S, and w the share that minimizes the expected squared error.

    Implements: ledoit2004 text
    Checked by: tests/representation/test_noise.py::test_shrinkage_is_that_of_scikit_learn

    Parameters
    ----------
    repeats : Repeats
        Trials; some item needs more than one.
    estimate : "ledoit_wolf", "full", "diagonal" or "identity"
        Shrunk towards equal independent noise; the sample covariance; variances alone; 1 for every unit.
    per_time : bool
        One covariance for every time, instead of one for all times together.

    Returns
    -------
    DataArray, dims ([time,] unit, unit_2), or ([time,] unit) for "diagonal" and "identity"
        Squared units of the activity. ``attrs["shrinkage"]`` is w, ``attrs["degrees_of_freedom"]`` the number of trials
        minus that of items (times the number of times that are pooled).

    Raises
    ------
    InputError
        One trial for every item: nothing is left over.

    Notes
    -----
    Sums of products of residuals are divided by the degrees of freedom, so that the estimate is unbiased before it is
    shrunk; `sklearn.covariance.ledoit_wolf` divides by the number of residuals. Means are taken over all runs: what
    shifts a whole run counts as noise.

    Examples
    --------
    >>> draw = np.random.default_rng(0).standard_normal((600, 3)) * [1.0, 2.0, 3.0]
    >>> noise_covariance(Repeats(draw, ["a", "b", "c"] * 200), "diagonal").round().values.tolist()
    [1.0, 4.0, 9.0]
    """
    import xarray as xr

    expect(repeats, Repeats, "repeats", "pass trials, Repeats(activity, item, run)")
    one_of(estimate, ESTIMATES, "estimate")
    freedom = len(repeats.item) - len(repeats.items or ())
    if freedom == 0 and estimate != "identity":
        raise InputError("repeats", "has one trial for every item, which says nothing of noise", "pass more trials")
    over = repeats.times is not None and per_time
    freedom *= 1 if over else len(repeats.activity)
    found, shares = zip(*_estimates(repeats, freedom, estimate, over), strict=True)
    dims = ["unit"] + ["unit_2"] * (found[0].ndim == 2)
    coords = {dim: list(repeats.units or ()) for dim in dims}
    values = np.stack(found) if over else found[0]
    attrs: dict[str, Any] = {"estimate": estimate, "degrees_of_freedom": freedom}
    if estimate == "ledoit_wolf":
        attrs["shrinkage"] = [float(share) for share in shares] if over else float(shares[0])
    lead = {"time": repeats.times} if over else {}
    return xr.DataArray(values, dims=[*lead, *dims], coords={**lead, **coords}, attrs=attrs, name="noise covariance")


def _estimates(repeats: Repeats, freedom: int, estimate: str, over_time: bool) -> Iterator[tuple[np.ndarray, float]]:
    """Covariance, or variances, at every time or of all; and how much of it is shrunk."""
    if estimate == "identity":
        yield from [(np.ones(len(repeats.units or ())), 1.0)] * (len(repeats.activity) if over_time else 1)
    elif estimate == "diagonal":
        squares = np.concatenate([np.sum(part**2, axis=1) for part in repeats.residual_blocks()], axis=-1)
        yield from ((part / freedom, 1.0) for part in (squares if over_time else [squares.sum(axis=0)]))
    else:
        residuals = repeats.residuals()
        sets = residuals if over_time else residuals.reshape(1, -1, residuals.shape[-1])
        yield from (_estimate(part, freedom, estimate) for part in sets)


def _estimate(residuals: np.ndarray, freedom: int, estimate: str) -> tuple[np.ndarray, float]:
    """Covariance from residuals (trial, unit), shrunk or not, and by how much."""
    sample = residuals.T @ residuals / freedom
    if estimate == "full":
        return sample, 0.0
    count = len(residuals)
    share = shrinkage_share(residuals, sample * freedom / count)
    return (1 - share) * sample + share * np.trace(sample) / len(sample) * np.eye(len(sample)), share


def shrinkage_share(residuals: np.ndarray, sample: np.ndarray) -> float:
    """Share of the target in the best mixture: error of the sample covariance over its distance from the target."""
    count, units = residuals.shape
    error = (np.sum(np.sum(residuals**2, axis=1) ** 2) / count - np.sum(sample**2)) / count
    apart = np.sum(sample**2) - np.trace(sample) ** 2 / units
    return float(min(error / apart, 1.0)) if apart > 0 else 1.0


@dataclass(frozen=True, eq=False)
class Noise:
    """Noise by which distances are measured.

    Parameters
    ----------
    values : array or None
        Variances ([time,] unit) or covariance ([time,] unit, unit_2); None is 1 for every unit.
    word : str
        What it is called: an estimate, "identity" or "given".
    is_square, per_time : bool
        Which of the four it is.
    """

    values: np.ndarray | None
    word: str
    is_square: bool = False
    per_time: bool = False

    def __repr__(self) -> str:
        return f"<Noise: {self.word}>"

    def whitened(self, activity: np.ndarray, block: slice = slice(None)) -> np.ndarray:
        """Activity (..., time, unit, item) in units of the noise; of variances a block of units will do."""
        if self.values is None:
            return activity
        if not self.is_square:
            return activity / np.sqrt(self.values[..., block])[..., :, None]
        if not self.per_time:
            return _solved(self.values, activity)
        return np.stack([_solved(one, activity[..., at, :, :]) for at, one in enumerate(self.values)], axis=-3)

    def at(self, looks: np.ndarray) -> Noise:
        """The noise at some of the times."""
        return replace(self, values=self.values[looks]) if self.per_time and self.values is not None else self


IDENTITY = Noise(None, "identity")


def resolved(noise: ArrayLike, repeats: Repeats | None, units: tuple[str, ...], times: int) -> Noise:
    """Noise from what a user wrote: nothing, the name of an estimate, variances or a covariance."""
    if noise is None or (isinstance(noise, str) and noise == "identity"):
        return IDENTITY
    if isinstance(noise, str):
        if repeats is None:
            raise InputError("noise", f"is {noise!r}, but there are no trials to estimate it from", "pass a covariance")
        estimate = noise_covariance(repeats, one_of(noise, ESTIMATES, "noise")).values
        return _checked(Noise(estimate, noise, is_square=estimate.ndim == 2), units)
    count, shape = len(units), np.shape(noise)
    is_square = "unit_2" in noise.dims if hasattr(noise, "dims") else len(shape) == 3 or shape == (count, count)
    per_time = len(shape) - is_square == 2
    if shape[-1:] != (count,) or len(shape) - per_time != 1 + is_square or (per_time and shape[0] != times):
        raise InputError(
            "noise",
            f"has shape {shape}, but there are {count} units" + f" and {times} times" * (times > 1),
            "pass variances (unit,) or a covariance (unit, unit), with a leading axis of time if it changes",
        )
    if carries_names(noise):
        square = square_in_order(noise, units, "noise", "the units") if is_square else None
        noise = in_order(noise, units, "noise", "the units", axis=-1) if square is None else square
    values = as_numbers(noise, "noise", "variances and covariances")
    if is_square and np.abs(values - np.swapaxes(values, -1, -2)).max() > SYMMETRIC * np.abs(values).max():
        raise InputError(
            "noise", "is not symmetric, so it is no covariance", "pass a covariance, not a whitening matrix"
        )
    return _checked(Noise(values, "given", is_square, per_time), units)


def _checked(noise: Noise, units: tuple[str, ...]) -> Noise:
    """Every unit has some noise; without any, a difference would count infinitely."""
    if noise.values is None:
        return noise
    variances = np.diagonal(noise.values, axis1=-2, axis2=-1) if noise.is_square else noise.values
    silent = np.flatnonzero((variances <= 0).reshape(-1, len(units)).any(axis=0))
    if silent.size:
        raise InputError(
            "noise",
            f"has no variance for unit {quoted(units[unit] for unit in silent.tolist())}",
            "leave such units out",
        )
    return noise


def _solved(covariance: np.ndarray, activity: np.ndarray) -> np.ndarray:
    """Activity times the inverse root of a covariance."""
    from scipy.linalg import solve_triangular

    try:
        root = np.linalg.cholesky(covariance)
        smallest = float(np.min(np.diagonal(root) ** 2 / np.diagonal(covariance)))
    except np.linalg.LinAlgError:
        smallest = 0.0
    if smallest <= SINGULAR:
        raise InputError(
            "noise",
            f"is a covariance of {len(covariance)} units that has no inverse, as from fewer trials than units",
            "use noise='ledoit_wolf' or 'diagonal'",
        )
    flat = np.moveaxis(activity, -2, 0)
    return np.moveaxis(solve_triangular(root, flat.reshape(len(flat), -1), lower=True).reshape(flat.shape), 0, -2)
