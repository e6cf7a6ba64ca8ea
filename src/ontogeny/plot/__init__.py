"""Pictures of records: ``plot.<noun>(record, *, ax=None, **line_style) -> Axes``. Nothing else draws.

Every function draws on the axes it is given, or on new ones in the house style; none shows a window or changes a
global setting. Theory is a solid line, simulation a thin one for each network.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "agreement": ["conserved_similarity"],
        "behavior": ["answers", "farthest", "illusions"],
        "coherent": ["coherence"],
        "courses": ["deviation", "learning_times", "loss", "mode_strengths"],
        "development": ["basic_level", "differentiation", "level_courses", "sharpness"],
        "illusion_curves": ["illusion_map", "illusion_modes"],
        "forms": ["form_scores", "structure"],
        "generalization_curves": ["generalization_error", "speed_accuracy", "stopping"],
        "errors": ["data_prediction", "risk", "sample_sizes", "width_sweep"],
        "kernel": ["alignment", "kernel_turn"],
        "landscape": ["critical_points", "curvature"],
        "movie": ["embedding"],
        "low_rank_courses": ["low_rank_risk", "transfer"],
        "network": ["item_similarity", "unit_tuning", "weights"],
        "projected": ["projection"],
        "speed": ["learning_rate", "learning_time"],
        "style": ["figure"],
        "typical": ["typicality"],
        "world": ["feature_loadings", "singular_values", "table"],
    },
)
