"""The world a network learns from: items, features, correlations, and the modes they fall into."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
