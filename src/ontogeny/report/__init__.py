"""What `ontogeny learn` finds out and writes: one HTML page, figures, tables, and a netCDF file."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submod_attrs={"studies": ["Study", "study"], "pages": ["write"], "folder": ["check_folder"]}
)
