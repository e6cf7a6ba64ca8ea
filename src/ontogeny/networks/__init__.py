"""Weights: where they start, how they are trained, how they flow, in what landscape, and how fast."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    [
        "comparison",
        "gradient_descent",
        "gradient_flow",
        "initialization",
        "landscape",
        "silent_alignment",
        "speed",
        "tangent_kernel",
    ],
    {
        "comparison": ["deviation_from_theory"],
        "initialization": ["effective_initial_strength"],
        "landscape": ["critical_points", "hessian_eigenvalues", "outcome"],
        "silent_alignment": ["alignment"],
        "speed": ["learning_time", "optimal_learning_rate"],
        "tangent_kernel": ["tangent_kernel_over_time"],
    },
)
