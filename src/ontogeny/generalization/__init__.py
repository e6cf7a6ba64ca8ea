"""How well what was learned holds for new examples, over the whole of learning.

A student learns from noisy examples of a teacher. With white inputs the laws hold at any ratio of examples to inputs,
the load, the interpolation peak at load 1 included (`test_error` and its neighbors); with inputs of any covariance
(`spectral_risk`), and on a user's own data (`from_data`); for networks of rectified units (`random_features`,
`both_layers`) and for teachers of few modes (`low_rank_teacher`).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "bounds": ["norm_bound"],
        "curves": ["partial_observation", "teacher_overlap", "test_error", "train_error", "weight_norm"],
        "deep_networks": ["deep_error"],
        "learning": ["GeneralizationCurves", "learning_curves"],
        "low_rank": ["LowRankRisk", "low_rank_teacher"],
        "real_data": ["DataPrediction", "from_data"],
        "regularization": ["bayes_error", "filter_error", "ridge_error", "spectral_cutoff_error", "weight_decay_error"],
        "relu_teacher": ["ReluTeacher"],
        "spectral": ["SpectralRisk", "spectral_risk"],
        "spectral_limits": ["RidgeRisk", "StoppingTime", "ridge_risk", "spectral_stopping"],
        "steps": ["gradient_descent_error", "largest_learning_rate", "online_error"],
        "stopping": ["OptimalStopping", "optimal_stopping"],
        "tradeoff": ["SpeedAccuracy", "speed_accuracy"],
        "two_tasks": ["Transfer", "transfer"],
        "width_sweeps": ["WidthSweep", "both_layers", "random_features"],
    },
)
