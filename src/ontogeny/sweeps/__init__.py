"""Sweeps: grids and random designs of runs, kept in one store that survives whatever ends them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
