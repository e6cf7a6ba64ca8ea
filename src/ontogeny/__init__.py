"""How deep networks learn: the exact theory of deep linear networks, computed, simulated and drawn."""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
