"""Tables of inherited properties: what is true of items because of the groups they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, one_of, quoted
from .._core.notes import Setting
from .taxonomy import Taxonomy

if TYPE_CHECKING:
    import pandas as pd

TaxonomyLike = Taxonomy | Mapping[str, Any] | str  # a taxonomy, nested names, or a Newick string


def from_taxonomy(
    taxonomy: TaxonomyLike,
    *,
    root: bool = True,
    own: bool = True,
    inherit: bool = True,
    properties: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Table of the properties that items inherit from the groups they belong to.

    Parameters
    ----------
    taxonomy : Taxonomy, dict or str
        A taxonomy, or what `Taxonomy.from_nested` or `Taxonomy.from_newick` reads.
    root : bool
        Whether there is a property of the root, which all items share.
    own : bool
        Whether every item has a property of its own.
    inherit : bool
        Whether items have the properties of all groups they belong to, or only of the narrowest one (and their own).
    properties : dict of str -> list of str, optional
        Properties of each node, by its name, in place of "is a ...": ``{"bird": ["can fly", "has wings"]}``.

    Returns
    -------
    pandas.DataFrame, shape (items, properties)
        1 where an item has a property, else 0.

    Raises
    ------
    InputError
        A taxonomy that cannot be read, properties of unknown nodes, or no property left.

    Examples
    --------
    >>> from_taxonomy({"animal": {"bird": ["robin", "canary"], "fish": ["salmon"]}}, own=False)
            is an animal  is a bird  is a fish
    robin              1          1          0
    canary             1          1          0
    salmon             1          0          1
    """
    import pandas as pd

    tree = _as_taxonomy(taxonomy)
    known = dict(properties or {})
    for name in known:
        one_of(name, tree.names, "a name in properties")
    start, end = tree.spans.T
    position = np.arange(len(tree.items))[:, None]
    holds = (start <= position) & (position < end)  # (items, nodes)
    if not inherit:
        narrowest = np.flatnonzero(tree.is_item)
        holds &= tree.is_item | (np.arange(len(tree.names)) == tree.parent[narrowest][:, None])
    used = [node for node in range(len(tree.names)) if (root or node) and (own or not tree.is_item[node])]
    columns = [(node, feature) for node in used for feature in known.get(tree.names[node], [_is_a(tree.names[node])])]
    repeated = [name for name, count in Counter(feature for _, feature in columns).items() if count > 1]
    if repeated:
        raise InputError(
            "properties",
            f"repeat {quoted(repeated)}, but each column needs a name of its own",
            "write each property once",
        )
    if not columns:
        problem = "and own are False, which leaves no property"
        raise InputError("root", problem, ("write ", Setting("root", True), " or ", Setting("own", True)))
    table = holds[:, [node for node, _ in columns]].astype(int)
    return pd.DataFrame(table, index=list(tree.items), columns=[feature for _, feature in columns])


def _as_taxonomy(taxonomy: TaxonomyLike) -> Taxonomy:
    if isinstance(taxonomy, Taxonomy):
        return taxonomy
    if isinstance(taxonomy, str):
        return Taxonomy.from_newick(taxonomy)
    if isinstance(taxonomy, Mapping):
        return Taxonomy.from_nested(taxonomy)
    raise InputError(
        "taxonomy",
        f"is of type {type(taxonomy).__name__}, but a Taxonomy, a nested dictionary or a Newick string is needed here",
        "write for example {'bird': ['robin', 'canary'], 'fish': ['salmon']}",
    )


def _is_a(name: str) -> str:
    return f"is {'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
