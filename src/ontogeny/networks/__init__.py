"""Weights: where they start, how they are trained, how they flow."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    ["gradient_descent", "gradient_flow", "initialization"],
    {"initialization": ["effective_initial_strength"]},
)
