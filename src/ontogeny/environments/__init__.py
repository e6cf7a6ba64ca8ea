"""The world a network learns from: items, features, correlations, and the modes they fall into."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "environment": ["Environment"],
        "inheritance": ["from_taxonomy"],
        "spectrum": ["Spectrum"],
        "tables.files": ["read_table"],
        "taxonomy": ["Taxonomy"],
    },
)
