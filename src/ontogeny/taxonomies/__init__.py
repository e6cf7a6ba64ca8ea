"""Trees of names: read, found by clustering, drawn from; the worlds of features that branch along them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
