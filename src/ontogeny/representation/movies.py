"""Movies of measured distances: how strong each level of a world is in a representation over time.

The squared distances of a layer are a sum over levels (groups of tied modes), each with a fixed pattern of distances
and a strength that grows as it is learned. From measured distances the strengths are found by least squares without
negative parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._core.arrays import ArrayLike
from .._core.checks import InputError, expect, not_negative, one_of, quoted, whole
from .._core.counting import counted
from .._core.digits import short
from .._core.names import names_along, square_in_order
from ..environments.environment import Environment
from .matching import in_pairs

if TYPE_CHECKING:
    import pandas as pd

METRICS = ("squared_euclidean", "euclidean", "crossnobis")  # from which strengths can be told
# Distances from which strengths of levels cannot be told, and why.
ANGLES = "which is an angle between activities: it has lost how strong each level is"
RANKED = "which keeps only the order of distances: it has lost how strong each level is"
SCALED = "which scales each direction of activity by its noise: levels do not add up in it"
LOST = {
    **dict.fromkeys(("correlation", "cosine", "pearson"), ANGLES),
    **dict.fromkeys(("spearman", "kendall", "ranks"), RANKED),
}
SEEN = 1e-9  # share of the largest pattern of distances below which a level tells no items apart
APART = 1e-6  # share of a pattern that no mixture of the others may imitate, for its strength to be known
FIT = "fit"


@dataclass(frozen=True, eq=False)
class RdmMovie:
    """Strength of every level of a world in measured distances over time.

    Parameters
    ----------
    strength : DataArray, dims (..., level)
        What each level adds to squared distances, in units of its pattern: for a layer of a theory, the square of the
        product of all layers up to it. NaN where other levels could imitate it.
    floor : DataArray, dims (...)
        What noise adds to every squared distance.
    explained : DataArray, dims (...)
        Share of the squared distances (of their squares) that levels and floor explain.
    patterns : DataArray, dims (level, item, item_2)
        Squared distances of a level of strength 1.
    condition : float
        Ratio of the largest to the smallest singular value of the patterns: by how much noise is magnified.
    metric : str
        Of the distances.
    notes : tuple of str
        Levels that cannot be seen, or not be told apart.
    """

    strength: xr.DataArray
    floor: xr.DataArray
    explained: xr.DataArray
    patterns: xr.DataArray
    condition: float
    metric: str
    notes: tuple[str, ...]

    def mode_strength(self, layer: int, *, depth: int) -> xr.DataArray:
        r"""Strength of the modes of each level in the whole network, :math:`u = k^{D/(2l)}`, dims (..., level).

        Parameters
        ----------
        layer : int
            Number :math:`l` of the layer whose distances were measured, from 1.
        depth : int
            Number :math:`D` of weight matrices; all layers are taken to grow alike.
        """
        below = whole(layer, "layer", 1, "layers are counted from 1")
        whole_network = whole(depth, "depth", below, "a network is at least as deep as its layers")
        return (self.strength ** (whole_network / (2 * below))).rename("mode strength")

    def to_dataframe(self) -> pd.DataFrame:
        """One row per network, time and level: strength, floor, share explained."""
        parts = {"strength": self.strength, "floor": self.floor, "explained": self.explained}
        return xr.Dataset(parts).to_dataframe().reset_index()

    def __repr__(self) -> str:
        levels, shown = self.strength.sizes["level"], float(self.explained.mean())
        return (
            f"<RdmMovie: {counted(levels, 'level')} in {self.metric} distances, {shown:.1%} of them explained; noise "
            f"is magnified up to {short(self.condition)} times>"
        )


def rdm_movie(
    rdms: ArrayLike,
    environment: Environment,
    *,
    floor: float | str = 0.0,
    metric: str | None = None,
    nonnegative: bool = True,
) -> RdmMovie:
    r"""Strength of every level of a world in distances that were measured over time.

    With :math:`\ell_{ia}` the loading of item i on mode a, strengths :math:`k_g \ge 0` of levels g, and a floor b,

    .. math:: D_{ij} = b + \sum_g k_g \sum_{a \in g} (\ell_{ia} - \ell_{ja})^2

    Derived for this package; no printed source is known.

    Checked by: tests/representation/test_movies.py::test_a_theory_is_read_off_its_distances

    Parameters
    ----------
    rdms : DataArray or array, shape (..., item, item)
        Distances, as `rdm` or `read_rdms` returns them; items are matched by name. NaN is left out.
    environment : Environment
        The world whose levels (groups of tied modes) are looked for.
    floor : float or "fit"
        What noise adds to every squared distance: of Euclidean distances `squared_distance_bias`, of crossnobis
        nothing. "fit" finds it too, where it is not the sum of all levels.
    metric : str, optional
        "squared_euclidean", "euclidean" (which is squared) or "crossnobis"; by default what the distances say of
        themselves, or squared Euclidean. Never ranks or correlations of distances: these have lost the strengths.
    nonnegative : bool
        Whether strengths below 0 are refused. Without it they scatter around the truth where noise is larger than a
        level, as crossnobis distances do, and their means are right.

    Returns
    -------
    RdmMovie

    Raises
    ------
    InputError
        Other items, a metric from which no strengths can be told, a floor that cannot be found.

    Notes
    -----
    A level is all modes of one singular value, since any rotation of them is as good; modes that are the same for all
    items leave no distances. In a world in which all items can be told apart by tied modes alone the levels add up to
    equal distances, as noise does: there the floor has to be known, or crossnobis to be used.

    Strengths are relative to the units of the distances: divided by the number of units if distances are.

    Examples
    --------
    A network of one hidden layer, read off its distances: strengths are those of the theory.

    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=6.0)
    >>> movie = rdm_movie(on.representation.rdm(theory, 1, times=[2.0, 6.0]), theory.environment)
    >>> movie.mode_strength(1, depth=2).sel(level=2)[-1].round(3).item()
    4.473
    """
    expect(environment, Environment, "environment", "pass the world whose levels are looked for")
    values, lead, kind = _squared(rdms, environment, metric)
    patterns, numbers, names, notes = _patterns(environment)
    columns = in_pairs(patterns, "environment")
    seen = in_pairs(values, "rdms")
    if np.any(np.all(np.isnan(seen), axis=-1)):
        raise InputError("rdms", "have no value at some time", "leave such times out")
    rows = seen.reshape(-1, seen.shape[-1])
    found = [_fitted(columns, pairs, floor, nonnegative) for pairs in rows]
    told: dict[bytes, np.ndarray] = {}  # by which pairs are defined
    for pairs in rows:
        defined = ~np.isnan(pairs)
        if defined.tobytes() not in told:
            told[defined.tobytes()] = _known(columns[:, defined], floor)
    known = np.array([told[(~np.isnan(pairs)).tobytes()] for pairs in rows]).reshape(*seen.shape[:-1], -1)
    shape = seen.shape[:-1]
    strengths = np.array([each[0] for each in found]).reshape(*shape, -1)
    floors, shares = (np.array([each[part] for each in found]).reshape(shape) for part in (1, 2))
    if not known.all():
        never = known.reshape(-1, len(names)).all(axis=0)
        lost = [names[level] for level in np.flatnonzero(~never)]
        notes.append(f"Other levels imitate the distances of {quoted(lost)} over the pairs there are: not known.")
        strengths = np.where(known, strengths, np.nan)
    dims, coords = tuple(lead), {dim: along for dim, along in lead.items() if along is not None}
    levels = {"level": numbers, "level_name": ("level", names)}
    items = {"item": list(environment.items), "item_2": list(environment.items)}
    return RdmMovie(
        xr.DataArray(strengths, dims=(*dims, "level"), coords={**coords, **levels}, name="strength"),
        xr.DataArray(floors, dims=dims, coords=coords, name="floor"),
        xr.DataArray(shares, dims=dims, coords=coords, name="explained"),
        xr.DataArray(patterns, dims=("level", "item", "item_2"), coords={**levels, **items}, name="distance"),
        float(np.linalg.cond(columns)),
        kind,
        tuple(notes),
    )


def _squared(
    rdms: Any, environment: Environment, metric: str | None
) -> tuple[np.ndarray, dict[str, np.ndarray | None], str]:
    """Squared distances with items in the order of the world, their leading dimensions, and the metric."""
    said = getattr(rdms, "attrs", {}).get("metric")
    kind = str(metric or said or "squared_euclidean")
    if kind in LOST or kind.endswith("mahalanobis"):
        raise InputError("metric", f"is {kind!r}, {LOST.get(kind, SCALED)}", f"pass distances of {quoted(METRICS)}")
    one_of(kind, METRICS, "metric")
    if hasattr(rdms, "coords") and {"item", "item_2"} <= set(rdms.dims):
        rdms = rdms.transpose(..., "item", "item_2")
    lead = (
        {str(dim): rdms[dim].values if dim in rdms.coords else None for dim in rdms.dims[:-2]}
        if hasattr(rdms, "coords")
        else {}
    )
    is_square = np.ndim(rdms) > 1 and np.shape(rdms)[-1] == np.shape(rdms)[-2]
    # of distances with names, those that the world lacks are said below
    if not is_square or names_along(rdms, -1) is None and np.shape(rdms)[-1] != len(environment.items):
        raise InputError(
            "rdms", f"have the shape {np.shape(rdms)}, but the world has {len(environment.items)} items",
            "pass (..., items, items), as `rdm` returns them",
        )  # fmt: skip
    values = np.asarray(square_in_order(rdms, environment.items, "rdms", "the world"), dtype=float)
    if not lead:
        lead = {f"dim_{axis}": None for axis in range(values.ndim - 2)}
    return values**2 if kind == "euclidean" else values, lead, kind


def _patterns(environment: Environment) -> tuple[np.ndarray, list[int], list[str], list[str]]:
    """Squared distances of each level that can be seen (level, item, item), its number, its name, and what is not."""
    modes = environment.spectrum()
    loadings = environment.along(modes.input_modes)
    named = environment.mode_names()
    patterns, numbers, names, unseen = [], [], [], []
    for group in np.unique(modes.groups):
        own = np.flatnonzero(modes.groups == group)
        apart = loadings[:, None, own] - loadings[None, :, own]
        patterns.append(np.sum(apart**2, axis=-1))
        numbers.append(int(group) + 1)
        names.append(named[own[0]] if own.size == 1 else counted(own.size, "tied mode"))
    largest = max(float(pattern.max()) for pattern in patterns)
    visible = [float(pattern.max()) > SEEN * largest for pattern in patterns]
    unseen = [name for name, is_seen in zip(names, visible, strict=True) if not is_seen]
    if not any(visible):
        raise InputError("environment", "has no mode that tells items apart", "pass a world of different items")
    notes = [f"The same for all items, and so without distances: {quoted(unseen)}."] * bool(unseen)
    keep = [place for place, is_seen in enumerate(visible) if is_seen]
    return np.stack([patterns[k] for k in keep]), [numbers[k] for k in keep], [names[k] for k in keep], notes


def _known(columns: np.ndarray, floor: float | str) -> np.ndarray:
    """Which levels no mixture of the others imitates; refuses a floor that the levels do."""
    size = np.linalg.norm(columns, axis=1, keepdims=True)
    rows = columns / np.where(size > 0, size, 1.0)  # a level that the pairs do not see has a length of 0 left
    if isinstance(floor, str):
        one_of(floor, (FIT,), "floor")
        flat = np.ones((1, rows.shape[1])) / np.sqrt(rows.shape[1])
        if _left(flat[0], rows) < APART:
            raise InputError(
                "floor", "is 'fit', but all levels together make equal distances, as noise does",
                "pass its size (`squared_distance_bias`), or crossnobis distances, which have none",
            )  # fmt: skip
        rows = np.vstack([rows, flat])
    else:
        not_negative(floor, "floor", "what noise adds to squared distances")
    return np.array([_left(rows[place], np.delete(rows, place, axis=0)) >= APART for place in range(len(columns))])


def _left(row: np.ndarray, others: np.ndarray) -> float:
    """Length of what is left of a pattern of length 1 once a mixture of others is taken off."""
    if not len(others):
        return float(np.linalg.norm(row))
    weights = np.linalg.lstsq(others.T, row, rcond=None)[0]
    return float(np.linalg.norm(row - weights @ others))


def _fitted(
    columns: np.ndarray, pairs: np.ndarray, floor: float | str, nonnegative: bool
) -> tuple[np.ndarray, float, float]:
    """Strength of each level, floor and share explained at one time."""
    from scipy.optimize import nnls

    defined = ~np.isnan(pairs)
    seen = pairs[defined]
    base = 0.0 if isinstance(floor, str) else float(floor)
    design = columns[:, defined].T
    if isinstance(floor, str):
        design = np.column_stack([design, np.ones(len(seen))])
    size = np.linalg.norm(design, axis=0)
    scaled = design / np.where(size > 0, size, 1.0)
    if nonnegative:
        weights, off = nnls(scaled, seen - base)
    else:
        weights = np.linalg.lstsq(scaled, seen - base, rcond=None)[0]
        off = float(np.linalg.norm(scaled @ weights - (seen - base)))
    weights = weights / np.where(size > 0, size, 1.0)
    total = float(np.sum(seen**2))
    share = 1 - off**2 / total if total > 0 else np.nan
    return (weights[:-1], float(weights[-1]), share) if isinstance(floor, str) else (weights, base, share)
