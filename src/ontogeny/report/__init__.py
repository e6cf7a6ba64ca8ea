"""What `ontogeny learn` finds out and writes: one HTML page, figures, tables, and a netCDF file."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
