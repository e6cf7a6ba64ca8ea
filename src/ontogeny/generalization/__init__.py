"""How well what was learned holds for new examples, over the whole of learning.

A student learns from noisy examples of a linear teacher, with as many or few examples as one likes. Exact in the limit
of many inputs, at any ratio of examples to inputs, the load; the interpolation peak at load 1 included.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "curves": ["partial_observation", "teacher_overlap", "test_error", "train_error", "weight_norm"],
        "deep_networks": ["deep_error"],
        "learning": ["GeneralizationCurves", "learning_curves"],
        "regularization": ["bayes_error", "filter_error", "ridge_error", "spectral_cutoff_error", "weight_decay_error"],
        "steps": ["gradient_descent_error", "largest_learning_rate", "online_error"],
        "stopping": ["OptimalStopping", "optimal_stopping"],
        "tradeoff": ["SpeedAccuracy", "speed_accuracy"],
    },
)
