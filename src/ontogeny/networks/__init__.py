"""Weights: where they start, how they are trained, how they flow, where they end."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
