"""The world a network learns from: items, features, their correlations, and the modes of these.

Functions of other rooms that make worlds can be imported from here as well: from graphs (`forms`), from trees
(`taxonomies`), from files and published norms (`tables`).
"""

from importlib import import_module
from typing import Any

import lazy_loader

_load, _, _here = lazy_loader.attach(
    __name__,
    submod_attrs={
        "designs": ["cross_cutting", "cross_cutting_spectrum", "ordering", "ordering_spectrum"],
        "environment": ["Environment"],
        "hidden": ["hidden_category"],
        "population": ["FormSpectrum"],
        "spectrum": ["Spectrum"],
        "streamed_worlds": ["from_batches"],
        "top_modes": ["top_modes"],
    },
)
# Names of other rooms, which users look for here. Their types, for editors, are in the stub.
_LENT = {
    "forms": [
        "FormComparison",
        "chain",
        "cliques",
        "clusters",
        "compare_forms",
        "cylinder",
        "field",
        "field_covariance",
        "field_spectrum",
        "grid",
        "ring",
        "tree_graph",
    ],
    "taxonomies": ["Taxonomy", "TreeSpectrum", "from_taxonomy", "tree", "tree_similarity", "tree_spectrum"],
    "tables": ["read_norms", "read_table"],
}
_ROOM = {name: room for room, names in _LENT.items() for name in names}
__all__ = sorted([*_here, *_ROOM])


def __getattr__(name: str) -> Any:
    return getattr(import_module(f"ontogeny.{_ROOM[name]}"), name) if name in _ROOM else _load(name)


def __dir__() -> list[str]:
    return __all__
