"""Structural forms as graphs: rings, trees, grids; worlds drawn from them, and which of them a table has."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
