"""How two sets of similarities or distances of the same items agree, over the pairs defined in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core.arrays import ArrayLike
from .._core.checks import one_of
from .comparisons import METHODS, compared
from .matching import both_defined, matched

if TYPE_CHECKING:
    import xarray as xr

CORRELATIONS = ("pearson", "spearman")


def similarity(first: ArrayLike, second: ArrayLike, method: str = "pearson") -> xr.DataArray:
    """Agreement of two similarity or distance matrices of the same items, from -1 to 1 (RSA).

    Each pair of items counts once, as the mean of its two cells, or the one that is not NaN; the diagonal does not
    count. Pairs that are NaN in one of the two matrices are left out.

    Implements: kriegeskorte2008 text, nili2014 text, diedrichsen2021 text, schutt2023 text
    Checked by: tests/representation/test_comparisons.py::test_comparisons_are_those_of_their_definitions

    Parameters
    ----------
    first, second : DataArray, DataFrame or array, shape (..., items, items)
        What `gram` or `rdm` returns, or a measured matrix. Named items are matched by name, and so are dimensions and
        seeds of labelled arrays; other leading dimensions (seeds, times) broadcast.
    method : str
        - "pearson", "spearman": correlation of the values, or of their ranks.
        - "tau_b": Kendall's rank correlation, corrected for ties.
        - "tau_a", "rho_a": Kendall's and Spearman's without correction, the mean over all ways to break the ties: a
          prediction with ties gains nothing by them.
        - "cosine": cosine of the values, for distances with a meaningful 0 ("crossnobis").
        - "cosine_cov": the same after whitening by the covariance that estimated distances of equal items have, for
          they share items; on squared Euclidean distances of all pairs it equals `linear_cka`.

    Returns
    -------
    DataArray, shape (...)
        Agreement over pairs of items; NaN where either has no variance (for the cosines: is 0 throughout), but 0 for
        "tau_a" and "rho_a". Its coordinate ``pairs`` is the number of pairs that were compared; its
        ``attrs["meaning"]`` says out of how many.

    Raises
    ------
    InputError
        Different items or times, fewer than three items, infinite values, or items without any pair that is defined in
        both; the message names them.

    Notes
    -----
    Values that differ by rounding errors are tied (1e-9 of the largest), whatever digits they begin with; nothing is
    rounded. All methods but "cosine" and "cosine_cov" are invariant to shifts of the values, and all to positive scale.

    Examples
    --------
    >>> import ontogeny as on
    >>> theory = on.predict(on.datasets.load("rumelhart"), until=8.0)
    >>> hidden, behavior = (on.representation.rdm(theory, layer, times=[8.0]) for layer in (1, "output"))
    >>> found = similarity(hidden, behavior, method="spearman")
    >>> bool(0.8 < found[0] < 1), found.attrs["meaning"]
    (True, 'spearman correlation over all 28 pairs of items')
    """
    import xarray as xr

    one_of(method, METHODS, "method")
    found = matched(first, second)
    a, b, defined = both_defined(found)
    count = defined.sum(axis=-1)
    values = compared(a, b, method)
    few = f"{count.min()}" if count.min() == count.max() else f"{count.min()} to {count.max()}"
    some = f"all {a.shape[-1]} pairs of items" if defined.all() else f"{few} of {a.shape[-1]} pairs, defined in both"
    dims, coords = found.labelled(values)
    said = f"{method} correlation" if method in CORRELATIONS else method
    attrs = {"method": method, "meaning": f"{said} over {some}"}
    return xr.DataArray(values, dims=dims, coords={**coords, "pairs": (dims, count)}, attrs=attrs, name="similarity")
