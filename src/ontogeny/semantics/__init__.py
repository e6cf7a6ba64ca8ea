"""What learners know on the way: phenomena of semantic development."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "illusions": ["illusory_correlations"],
        "levels": ["basic_level"],
        "scaling": ["embedding"],
        "sharpness": ["transition_sharpness"],
        "splits": ["differentiation", "tree_similarity"],
    },
)
