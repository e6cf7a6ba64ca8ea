"""Weights: where they start, how they are trained, how they flow."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    ["comparison", "gradient_descent", "gradient_flow", "initialization"],
    {
        "comparison": ["deviation_from_theory"],
        "initialization": ["effective_initial_strength", "remaining_initial_strength"],
    },
)
