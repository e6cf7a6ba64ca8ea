"""What learners know on the way: phenomena of semantic development."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "coherence_law": ["category_coherence", "category_overlap"],
        "coherent_categories": ["coherence"],
        "conservation": ["conserved_similarity"],
        "illusions": ["illusory_correlations"],
        "levels": ["basic_level"],
        "partial_sums": ["illusory_duration", "illusory_limit"],
        "projections": ["project_item", "project_property"],
        "scaling": ["embedding"],
        "sharpness": ["transition_sharpness"],
        "splits": ["differentiation", "tree_similarity"],
        "typical_items": ["typicality"],
    },
)
