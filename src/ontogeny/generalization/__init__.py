"""How well students do on what they have not seen: in theory, and on a user's own data."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "bounds": ["norm_bound"],
        "low_rank": ["low_rank_teacher"],
        "real_data": ["from_data"],
        "relu_teacher": ["ReluTeacher"],
        "spectral": ["spectral_risk"],
        "spectral_limits": ["ridge_risk", "spectral_stopping"],
        "two_tasks": ["transfer"],
        "width_sweeps": ["both_layers", "random_features"],
    },
)
