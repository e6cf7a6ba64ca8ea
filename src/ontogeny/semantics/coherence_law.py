r"""The theory of coherent categories: a block of items and features hidden in a random table.

`category_coherence` measures the block against the chance around it; above 1 a learner of any linear network discovers
it, and `category_overlap` says how much of it.
"""

from __future__ import annotations

from typing import Any

from .._core.arrays import arrays
from ..random_matrices import spiked


def category_coherence(
    inside: Any, outside: Any, *, category_items: Any, category_features: Any, items: Any, features: Any
) -> Any:
    r"""Coherence of a category: how far a block of items and features stands out from a random table.

    .. math:: C = \frac{(p - q)^2\,K_o\,K_f}{q\,(1 - q)\,\sqrt{N_o\,N_f}}

    Implements: saxe2019 SI

    Parameters
    ----------
    inside : array, shape (...)
        Probability :math:`p` that a member has a feature of the category.
    outside : array, shape (...)
        Probability :math:`q`, with :math:`0 < q < 1`, of any other feature.
    category_items : array, shape (...)
        Number of members :math:`K_o`.
    category_features : array, shape (...)
        Number of features of the category :math:`K_f`.
    items : array, shape (...)
        Number of all items :math:`N_o`.
    features : array, shape (...)
        Number of all features :math:`N_f`.

    Returns
    -------
    array, broadcast shape
        Coherence :math:`C`; infinite where the outside leaves nothing to chance.

    Examples
    --------
    A category of 10 in 100 items needs less than a tenth of the features to be found:

    >>> float(category_coherence(0.9, 0.1, category_items=10, category_features=8, items=100, features=100).round(2))
    5.69
    """
    xp, p, q, ko, kf, no, nf = arrays(inside, outside, category_items, category_features, items, features)
    noise = q * (1 - q)
    some = xp.where(noise > 0, noise, xp.ones_like(noise))
    endless = xp.where((p - q) ** 2 > 0, xp.inf + 0 * (p * q), 0 * (p * q))
    return xp.where(noise > 0, (p - q) ** 2 / some, endless) * ko * kf / xp.sqrt(no * nf)


def category_overlap(coherence: Any, *, items: Any, features: Any) -> tuple[Any, Any]:
    r"""How well a learner discovers a category: squared overlaps of the first mode with its items and features.

    Above a coherence of 1 as displayed, and 0 below it:

    .. math:: p_o = 1 - \frac{1 + C\,r}{C\,(C + r)}

    .. math:: p_f = 1 - \frac{r + C}{C\,(C\,r + 1)}

    .. math:: r = \sqrt{\frac{N_o}{N_f}}

    Implements: saxe2019 SI, benaychgeorges2012 sec. 3

    Parameters
    ----------
    coherence : array, shape (...)
        Coherence :math:`C > 0` of the category; :math:`C > 1` for the display.
    items : array, shape (...)
        Number of all items :math:`N_o`.
    features : array, shape (...)
        Number of all features :math:`N_f`.

    Returns
    -------
    item_overlap : array, broadcast shape
        Squared overlap :math:`p_o` with the members.
    feature_overlap : array, broadcast shape
        Squared overlap :math:`p_f` with the category's features.

    Notes
    -----
    In the limit of large tables from which the outside probability has been subtracted, whether there are more items or
    more features. Where each feature's mean is subtracted instead, the coherence counts less by the share of members,
    :math:`1 - K_o/N_o`. Raw tables do worse: their first mode is what all items share.

    Examples
    --------
    >>> items, features = category_overlap([0.9, 2.0, 8.0], items=500, features=1000)
    >>> items.round(3).tolist()
    [0.0, 0.554, 0.904]
    """
    xp, c, no, nf = arrays(coherence, items, features)
    ratio = no / nf
    signal = xp.sqrt(c * xp.sqrt(ratio))
    return spiked.row_overlap(signal, ratio), spiked.column_overlap(signal, ratio)
