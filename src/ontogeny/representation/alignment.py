"""How alike two representations of the same items are, whatever rotation of units lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError
from .matching import Matched, matched

if TYPE_CHECKING:
    import xarray as xr

NOTHING = 1e-12  # share of its size below which a Gram matrix is flat once it is centered
FEWEST = 2
FEWEST_DEBIASED = 4  # items: the debiased estimate divides by items minus 3


def linear_cka(first: ArrayLike, second: ArrayLike, *, debiased: bool = False) -> xr.DataArray:
    r"""Linear centered kernel alignment (CKA): cosine of two centered Gram matrices of the same items, from 0 to 1.

    .. math:: \frac{\mathrm{tr}(K C L C)}{\sqrt{\mathrm{tr}(K C K C)\, \mathrm{tr}(L C L C)}}

    Implements: kornblith2019 text, song2012 text
    Checked by: tests/representation/test_alignment.py::test_cka_is_the_cosine_of_centered_grams

    Parameters
    ----------
    first, second : DataArray, DataFrame or array, shape (..., items, items)
        Gram matrices K and L, as `gram` returns them; or DataArrays of activity with dimensions ``unit`` and ``item``.
        Items and leading dimensions are matched as `similarity` does.
    debiased : bool
        Use the unbiased estimator of the Hilbert-Schmidt independence criterion, whose mean over random items is 0 for
        independent representations; it may be negative. Needs four items or more.

    Returns
    -------
    DataArray, shape (...)
        Sums run over units (inside the Gram matrices) and over all pairs of items, the diagonal included. NaN where
        all items are the same.

    Raises
    ------
    InputError
        Different items or times, too few items, NaN or infinite values.

    Notes
    -----
    Invariant to rotations of units, to shifts of all items and to scale; not to rescaling of single units. The CKA of
    unrelated representations of few items is high (about 0.9 for 8 items and many units): compare with that of shuffled
    items, or debias. It need not rise over learning: it dips while one stage is learned and the next is not.

    Examples
    --------
    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=8.0)
    >>> hidden, behavior = (on.representation.gram(theory, layer, times=[8.0]) for layer in (1, "output"))
    >>> linear_cka(hidden, hidden).values.round(9).tolist(), bool(linear_cka(hidden, behavior)[0] < 1)
    ([1.0], True)
    """
    found = _grams(first, second, FEWEST_DEBIASED if debiased else FEWEST)
    product = _unbiased_product if debiased else _centered_product
    k, kind = (found.first, found.second), "debiased linear CKA" if debiased else "linear CKA"
    across, own = product(k[0], k[1]), [product(each, each) for each in k]
    flat = [_is_flat(each) for each in k]
    known = ~(flat[0] | flat[1]) & (own[0] > 0) & (own[1] > 0)
    scale = np.sqrt(np.where(known, own[0] * own[1], 1.0))
    return _labelled(found, np.where(known, across / scale, np.nan), kind)


def procrustes_distance(first: ArrayLike, second: ArrayLike, *, scaled: bool = True) -> xr.DataArray:
    r"""Distance that is left when one representation is centered and rotated onto another of the same items.

    .. math:: \min_R \lVert X - R\,Y \rVert, \quad R^\top R = I

    Implements: williams2021 text
    Checked by: tests/representation/test_alignment.py::test_procrustes_distance_is_what_the_best_rotation_leaves

    Parameters
    ----------
    first, second : DataArray, DataFrame or array, shape (..., items, items)
        Gram matrices, as `gram` returns them; or DataArrays of activity with dimensions ``unit`` and ``item``. They say
        all that a rotation does not change. Items and leading dimensions are matched as `similarity` does.
    scaled : bool
        Divide each centered representation by its size first, so that the distance is between 0 and the root of 2;
        otherwise it is in units of the activity, summed over items and units.

    Returns
    -------
    DataArray, shape (...)
        NaN where all items are the same and a size is needed.

    Raises
    ------
    InputError
        Different items or times, NaN or infinite values, a table that is no Gram matrix.

    Notes
    -----
    A metric: symmetric, 0 only for representations that differ by a rotation, and no way round is shorter. Reflections
    count as rotations, and units may differ in number. Unscaled, its square is the Bures distance of the Gram matrices.

    Examples
    --------
    A rotation and a shift change nothing:

    >>> x = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]])
    >>> y = np.array([[0.0, -1.0], [1.0, 0.0]]) @ x + 5
    >>> bool(procrustes_distance(x.T @ x, y.T @ y) < 1e-12)
    True
    """
    found = _grams(first, second, FEWEST)
    roots = [_root(each, name) for each, name in ((found.first, "first"), (found.second, "second"))]
    size = [np.sqrt(np.sum(root**2, axis=(-2, -1), keepdims=True)) for root in roots]
    flat = [_is_flat(each) for each in (found.first, found.second)]
    if scaled:
        roots = [root / np.where(length > 0, length, 1.0) for root, length in zip(roots, size, strict=True)]
    left, _, right = np.linalg.svd(np.swapaxes(roots[1], -1, -2) @ roots[0])
    apart = np.sqrt(np.sum((roots[0] - roots[1] @ left @ right) ** 2, axis=(-2, -1)))
    values = np.where(flat[0] | flat[1], np.nan, apart) if scaled else apart
    return _labelled(found, values, f"Procrustes distance{' of scaled representations' if scaled else ''}")


def centered(gram: np.ndarray) -> np.ndarray:
    """Gram matrices of the same items with their mean at the origin."""
    rows = gram - gram.mean(axis=-1, keepdims=True)
    return rows - rows.mean(axis=-2, keepdims=True)


def _grams(first: ArrayLike, second: ArrayLike, fewest: int) -> Matched:
    for part, name in ((first, "first"), (second, "second")):
        if getattr(part, "name", None) == "distance":
            raise InputError(name, "holds distances, but inner products are compared here", "pass what `gram` returns")
    found = matched(_as_gram(first), _as_gram(second), fewest)
    for table, name in ((found.first, "first"), (found.second, "second")):
        if not np.isfinite(table).all():
            raise InputError(
                name, "holds NaN or infinite values, but a Gram matrix is complete", "leave such items out"
            )
    return found


def _as_gram(part: Any) -> Any:
    """Inner products of items where activity came; anything else as it is."""
    if not (hasattr(part, "dims") and {"unit", "item"} <= set(part.dims)):
        return part
    import xarray as xr

    here = part.transpose(..., "unit", "item")
    values = here.values.astype(float)
    coords = {dim: here[dim].values for dim in here.dims[:-2] if dim in here.coords}
    names = next((here[key].values for key in ("item_name", "item") if key in here.coords), None)
    if names is not None:
        coords |= {"item": names, "item_2": names}
    dims = [*here.dims[:-2], "item", "item_2"]
    return xr.DataArray(np.swapaxes(values, -1, -2) @ values, dims=dims, coords=coords)


def _centered_product(k: np.ndarray, m: np.ndarray) -> np.ndarray:
    return np.asarray(np.sum(centered(k) * centered(m), axis=(-2, -1)))


def _unbiased_product(k: np.ndarray, m: np.ndarray) -> np.ndarray:
    """The unbiased estimator of the independence criterion, up to a factor: sums run over different items only."""
    n = k.shape[-1]
    k, m = (part * (1 - np.eye(n)) for part in (k - k.mean(axis=(-2, -1), keepdims=True), m))
    rows = [part.sum(axis=-1) for part in (k, m)]
    totals = [part.sum(axis=-1) for part in rows]
    shared = np.sum(k * m, axis=(-2, -1)) + totals[0] * totals[1] / ((n - 1) * (n - 2))
    return np.asarray(shared - 2 / (n - 2) * np.sum(rows[0] * rows[1], axis=-1))


def _root(gram: np.ndarray, name: str) -> np.ndarray:
    """Coordinates (..., item, axis) whose inner products are the centered Gram matrix."""
    inner = centered((gram + np.swapaxes(gram, -1, -2)) / 2)
    values, axes = np.linalg.eigh(inner)
    if np.any(values[..., 0] < -1e-8 * np.maximum(np.abs(values).max(axis=-1), 1e-300)):
        raise InputError(
            name,
            f"has the eigenvalue {float(values.min()):.3g} once it is centered, so no activity has these products",
            "pass what `gram` returns, not distances or cross-validated products",
        )
    # The root of rounding is large: an axis along which items do not differ would be one of a hundred-millionth.
    rounding = 10 * values.shape[-1] * np.finfo(float).eps * np.trace(np.abs(gram), axis1=-2, axis2=-1)[..., None]
    return np.asarray(axes * np.sqrt(np.where(values > rounding, values, 0.0))[..., None, :])


def _is_flat(gram: np.ndarray) -> np.ndarray:
    """Whether all items are the same: nothing but rounding is left when the mean is taken off."""
    scale = np.trace(np.abs(gram), axis1=-2, axis2=-1)
    return np.asarray(np.trace(centered(gram), axis1=-2, axis2=-1) <= NOTHING * scale)


def _labelled(found: Matched, values: np.ndarray, meaning: str) -> xr.DataArray:
    import xarray as xr

    dims, coords = found.labelled(values)
    attrs = {"meaning": f"{meaning} over {found.size} items"}
    return xr.DataArray(values, dims=dims, coords=coords, attrs=attrs, name=meaning.split(" of ")[0])
