"""The world a network learns from: items, features, correlations, and the modes they fall into."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "branching": ["tree"],
        "designs": ["cross_cutting", "cross_cutting_spectrum", "ordering", "ordering_spectrum"],
        "environment": ["Environment"],
        "form_comparison": ["FormComparison", "compare_forms"],
        "gaussian_fields": ["field", "field_covariance", "field_spectrum"],
        "graphs": ["chain", "cliques", "clusters", "cylinder", "grid", "ring", "tree_graph"],
        "hierarchy": ["TreeSpectrum", "tree_similarity", "tree_spectrum"],
        "hidden": ["hidden_category"],
        "inheritance": ["from_taxonomy"],
        "population": ["FormSpectrum"],
        "spectrum": ["Spectrum"],
        "tables.files": ["read_table"],
        "tables.norms.formats": ["read_norms"],
        "taxonomy": ["Taxonomy"],
    },
)
