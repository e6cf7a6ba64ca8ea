"""Trees of items: read from names, or found by clustering; worlds whose features branch along a tree."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
