"""Weights: where they start, how they are trained, how they flow, where they end."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    [
        "comparison",
        "evolution",
        "gradient_descent",
        "gradient_flow",
        "initialization",
        "landscape",
        "methods",
        "riccati",
        "silent_alignment",
        "speed",
        "tangent_kernel",
    ],
    {
        "comparison": ["deviation_from_theory"],
        "methods": ["evolve"],
        "initialization": ["effective_initial_strength", "remaining_initial_strength", "small_strength"],
        "landscape": ["critical_points", "hessian_eigenvalues", "outcome"],
        "silent_alignment": ["alignment"],
        "speed": ["learning_time", "optimal_learning_rate"],
        "tangent_kernel": ["tangent_kernel_over_time"],
    },
)
